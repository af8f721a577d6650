//! What a report can say of a lifetime: "accepted up to 59.98 s, refused from 60.02 s; rulebook 60 s", also of a target
//! that keeps another one.

use crate::qr::scanned;
use crate::support::*;
use crate::utilities::unlocked;
use proptest::prelude::*;
use songsinh_contract::*;
use songsinh_oracle::{Bound, BoundCount, Tally};

fn bound(stories: impl IntoIterator<Item = Story>, rule: Rule, bound: Bound) -> BoundCount {
    let mut tally = Tally::new();
    for story in stories {
        // Sums of single cells, as shards make them.
        let mut one = Tally::new();
        one.absorb(story.verdict());
        tally.merge(one);
    }
    tally.finish().rules[&rule].bounds.iter().find(|b| b.bound == bound).cloned().unwrap()
}

fn bracket(of: &BoundCount) -> (Option<f64>, Option<f64>) {
    (of.bracket.latest_accepted_ms, of.bracket.earliest_refused_ms)
}

/// Scans at these ages, by a target whose QR lives so long.
fn scans(ages: &[u64], life: impl Fn(u64) -> u64) -> BoundCount {
    let answer = |age: u64| if age < life(age) { done() } else { refused(Reason::QrExpired) };
    bound(ages.iter().map(|&age| scanned(age, answer(age))), Rule::QrExpires, Bound::QrLife)
}

#[test]
fn the_bracket_of_a_right_life_is_tight() {
    let of = scans(&[3_000, 59_980, 60_020, 62_000], |_| 60_000);
    assert_eq!((bracket(&of), of.limit_ms, of.hint), ((Some(59_980.0), Some(60_020.0)), 60_000.0, None));
}

#[test]
fn the_bracket_of_another_life_is_the_targets() {
    let of = scans(&[59_000, 60_500, 60_990, 61_010, 65_000], |_| 61_000);
    assert_eq!(bracket(&of), (Some(60_990.0), Some(61_010.0)));
    assert!(of.hint.unwrap().contains("off by one second"));
    let of = scans(&[59_000, 119_500, 120_300, 200_000], |_| 120_000);
    assert_eq!(bracket(&of), (Some(119_500.0), Some(120_300.0)));
    assert!(of.hint.unwrap().contains("Spring Security"));
    let of = scans(&[59_000, 359_000, 361_000], |_| 360_000);
    assert!(of.hint.unwrap().contains(".NET"));
    let of = scans(&[20_000, 29_900, 30_100, 58_000], |_| 30_000);
    assert_eq!(bracket(&of), (Some(29_900.0), Some(30_100.0)));
}

#[test]
fn an_end_cut_to_whole_seconds_is_recognised() {
    // By the fraction of the second of its birth a QR lives between 59 and 60 s.
    let lives = [59_050, 59_400, 59_700, 59_950];
    let stories = lives.into_iter().flat_map(|life| {
        let late = scanned(life + 20, refused(Reason::QrExpired));
        [scanned(life - 20, done()), late]
    });
    let of = bound(stories, Rule::QrExpires, Bound::QrLife);
    assert_eq!(bracket(&of), (Some(59_930.0), Some(59_070.0)));
    assert!(of.hint.unwrap().contains("exp truncated to whole seconds"));
}

#[test]
fn only_a_refusal_that_speaks_of_the_bound_measures_it() {
    // Refused for another cause: nothing is said of the life.
    let mut s = scanned(30_000, refused(Reason::SessionMissing));
    s.session = None;
    let of = bound(
        [scanned(59_000, done()), scanned(61_000, refused(Reason::QrExpired)), s],
        Rule::QrExpires,
        Bound::QrLife,
    );
    assert_eq!(bracket(&of), (Some(59_000.0), Some(61_000.0)));
    // Of an interval only the sure end counts.
    let mut wide = scanned(59_000, done());
    wide.last().done = Moment(wide.last().sent.0 + 3_000_000_000);
    let mut late = scanned(60_000, refused(Reason::QrExpired));
    late.last().done = Moment(late.last().sent.0 + 500_000_000);
    let of = bound([wide, late], Rule::QrExpires, Bound::QrLife);
    assert_eq!(bracket(&of), (Some(59_000.0), Some(60_500.0)));
}

#[test]
fn a_lock_of_passcodes_is_measured_from_both_sides() {
    let locked = || refused(Reason::UtilitiesLocked);
    let stories = [unlocked(100_000, locked()), unlocked(299_500, locked()), unlocked(300_400, done())];
    let of = bound(stories, Rule::UtilityNeedsPasscode, Bound::PasscodeLock);
    // A wait: refused to, accepted from.
    assert_eq!(bracket(&of), (Some(300_400.0), Some(299_500.0)));
    // A target that locks for a minute alone.
    let stories = [unlocked(59_000, locked()), unlocked(61_000, done())];
    let of = bound(stories, Rule::UtilityNeedsPasscode, Bound::PasscodeLock);
    assert_eq!(bracket(&of), (Some(61_000.0), Some(59_000.0)));
}

#[test]
fn every_timed_rule_has_its_bracket() {
    let code = |age: u64, outcome: Outcome| {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111).after(age).confirm("r", 111_111, outcome);
        s
    };
    let expired = || refused(Reason::CodeExpired);
    let of = bound([code(185_000, done()), code(186_000, expired())], Rule::OtpExpires, Bound::CodeLife);
    assert_eq!(bracket(&of), (Some(185_000.0), Some(186_000.0)));

    let resend = |age: u64, outcome: Outcome| {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111).after(age).try_resend("r", outcome);
        s
    };
    let soon = || refused(Reason::ResendTooSoon);
    let of = bound([resend(29_000, soon()), resend(31_000, done())], Rule::OtpResendLimited, Bound::ResendGap);
    assert_eq!(bracket(&of), (Some(31_000.0), Some(29_000.0)));

    let lock = |age: u64, outcome: Outcome| {
        let mut s = Story::new();
        s.registered();
        for _ in 0..5 {
            s.login("Falsch-11", refused(Reason::CredentialsWrong));
        }
        s.after(age).login(PASSWORD, outcome);
        s
    };
    let of = bound(
        [lock(310_000, refused(Reason::Locked)), lock(320_000, session("s"))],
        Rule::LoginLockout,
        Bound::LoginLock,
    );
    assert_eq!(bracket(&of), (Some(320_000.0), Some(310_000.0)));

    let idle = |age: u64, outcome: Outcome| {
        let mut s = Story::new();
        s.logged_in().after(age).show(outcome);
        s
    };
    let over = || refused(Reason::SessionExpired);
    let stories = [idle(899_000, done()), idle(1_799_000, done()), idle(1_801_000, over())];
    let of = bound(stories, Rule::SessionExpires, Bound::SessionIdle);
    assert_eq!(bracket(&of), (Some(1_799_000.0), Some(1_801_000.0)));
    assert!(of.hint.unwrap().contains("Tomcat"));

    let window = |age: u64, outcome: Outcome| {
        let mut s = Story::new();
        s.approved().after(age).request(phone(0), outcome);
        s
    };
    let week = 7 * 86_400_000;
    let stories = [window(week - 10_000, given("a")), window(week + 20_000, refused(Reason::WindowClosed))];
    let of = bound(stories, Rule::ActivationWindow, Bound::ActivationWindow);
    let (accepted, refused) = bracket(&of);
    assert!(accepted.is_some_and(|a| a <= week as f64) && refused.is_some_and(|r| r >= week as f64), "{of:?}");
}

proptest! {
    /// Whatever life a target keeps, the bracket holds it.
    #[test]
    fn the_bracket_holds_the_targets_life(life in 1_000..200_000u64, ages in prop::collection::vec(1..250_000u64, 1..20)) {
        let of = scans(&ages, |_| life);
        let (accepted, refused) = bracket(&of);
        prop_assert!(accepted.is_none_or(|a| a < life as f64));
        prop_assert!(refused.is_none_or(|r| r >= life as f64));
        let oldest = ages.iter().copied().filter(|age| *age < life).max();
        prop_assert_eq!(accepted, oldest.map(|age| age as f64));
        let youngest = ages.iter().copied().filter(|age| *age >= life).min();
        prop_assert_eq!(refused, youngest.map(|age| age as f64));
    }
}
