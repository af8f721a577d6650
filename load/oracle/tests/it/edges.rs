//! Time bounds, to the millisecond, and intervals that straddle them.

use crate::support::*;
use proptest::prelude::*;
use songsinh_contract::*;
use songsinh_oracle::{Bound, Tally, Tolerance};

fn count(story: &Story, rule: Rule) -> (u64, u64, u64) {
    let count = story.verdict().counts.of(rule);
    (count.allowed, count.violation, count.undecided)
}

/// A code tried `age_ms` after its birth.
fn tried(age_ms: u64, outcome: Outcome) -> Story {
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111).after(age_ms).confirm("r", 111_111, outcome);
    s
}

#[test]
fn a_code_lives_before_180_seconds_and_not_from_then_on() {
    let expired = || refused(Reason::CodeExpired);
    for (age, outcome, wanted) in [
        (179_999, done(), (1, 0, 0)),
        (180_000, done(), (0, 1, 0)),
        (179_999, expired(), (0, 1, 0)),
        (180_000, expired(), (1, 0, 0)),
    ] {
        assert_eq!(count(&tried(age, outcome.clone()), Rule::OtpExpires), wanted, "{age} {outcome:?}");
    }
}

#[test]
fn a_try_that_straddles_the_end_is_undecided_either_way() {
    for outcome in [done(), refused(Reason::CodeExpired)] {
        let mut s = tried(179_999, outcome);
        s.last().done = Moment(s.last().sent.0 + 1_000_000);
        assert_eq!(count(&s, Rule::OtpExpires), (0, 0, 1));
    }
}

#[test]
fn the_gateway_bounds_the_birth_of_a_code() {
    // The answer to the request took 10 s, the message was at the gateway after 100 ms.
    let mut s = tried(180_100, refused(Reason::CodeExpired));
    s.observations[0].done = Moment(s.observations[0].sent.0 + 10_000_000_000);
    s.messages[0].accepted = Moment(s.observations[0].sent.0 + 100_000_000);
    assert_eq!(count(&s, Rule::OtpExpires), (1, 0, 0));
    s.messages[0].accepted = s.observations[0].done;
    assert_eq!(count(&s, Rule::OtpExpires), (0, 0, 1));
}

#[test]
fn a_tolerance_leaves_its_time_unjudged() {
    for (age, wanted) in [(180_000, (0, 0, 1)), (180_999, (0, 0, 1)), (181_000, (0, 1, 0))] {
        let mut s = tried(age, done());
        s.settings.tolerance.insert(Rule::OtpExpires, Tolerance { early_ms: 0, late_ms: 1_000 });
        assert_eq!(count(&s, Rule::OtpExpires), wanted, "{age}");
    }
}

#[test]
fn a_lock_holds_before_300_seconds_and_not_from_then_on() {
    let locked = || refused(Reason::Locked);
    for (age, outcome, violation) in
        [(299_999, locked(), 0), (300_000, locked(), 1), (299_999, session("s"), 1), (300_000, session("s"), 0)]
    {
        let mut s = Story::new();
        s.registered();
        for _ in 0..5 {
            s.login("Falsch-11", refused(Reason::CredentialsWrong));
        }
        s.after(age).login(PASSWORD, outcome.clone());
        assert_eq!(s.broken(), vec!["login-lockout"; violation], "{age} {outcome:?}");
    }
}

#[test]
fn tries_while_locked_do_not_lengthen_the_lock() {
    let mut s = Story::new();
    s.registered();
    for _ in 0..5 {
        s.login("Falsch-11", refused(Reason::CredentialsWrong));
    }
    s.after(200 * SECOND).login("Falsch-11", refused(Reason::Locked));
    s.after(100 * SECOND).login(PASSWORD, refused(Reason::Locked));
    assert_eq!(s.broken(), ["login-lockout"]);
}

#[test]
fn the_idle_life_counts_from_the_last_use() {
    let mut s = Story::new();
    s.logged_in().after(800 * SECOND).show(done()).after(800 * SECOND).show(done());
    assert_eq!(s.broken(), Vec::<&str>::new());
    s.after(900 * SECOND).show(done());
    assert_eq!(s.broken(), ["session-expires"]);
}

#[test]
fn a_refused_call_may_keep_a_session_alive() {
    let write = |last: Outcome| {
        let mut s = Story::new();
        s.logged_in().after(800 * SECOND);
        s.try_read(printed(&person(1)), false, refused(Reason::CardNotOwn)).after(800 * SECOND).show(last);
        s
    };
    for last in [done(), refused(Reason::SessionExpired)] {
        let s = write(last);
        assert_eq!(s.broken(), Vec::<&str>::new());
        assert!(count(&s, Rule::SessionExpires).2 >= 1);
    }
}

#[test]
fn resends_wait_for_the_gap_to_the_millisecond() {
    for (age, done_as_asked, broken) in
        [(59_999, true, true), (60_000, true, false), (59_999, false, false), (60_000, false, true)]
    {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111).after(age);
        s.try_resend("r", if done_as_asked { done() } else { refused(Reason::ResendTooSoon) });
        assert_eq!(s.broken(), vec!["otp-resend-limited"; usize::from(broken)], "{age}");
    }
}

#[test]
fn the_tally_shows_the_nearest_answers_on_both_sides_and_the_measured_life() {
    let mut tally = Tally::new();
    let mut other = Tally::new();
    for (age, outcome) in
        [(100_000, done()), (179_500, done()), (190_000, done()), (240_500, refused(Reason::CodeExpired))]
    {
        tally.absorb(tried(age, outcome).verdict());
    }
    other.absorb(tried(180_700, refused(Reason::CodeExpired)).verdict());
    other.absorb(tried(239_000, done()).verdict());
    tally.merge(other);
    let judgement = tally.finish();
    let rule = &judgement.rules[&Rule::OtpExpires];
    assert_eq!((rule.nearest_accepted_ms, rule.nearest_refused_ms), (Some(179_500.0), Some(180_700.0)));
    let bracket = rule.bracket.unwrap();
    assert_eq!((bracket.latest_accepted_ms, bracket.earliest_refused_ms), (Some(239_000.0), Some(180_700.0)));
    assert_eq!(rule.bounds[0].bound, Bound::CodeLife);
    assert_eq!((rule.violation, judgement.findings[0].count), (2, 2));
    assert!(judgement.not_covered.contains(&Rule::QrExpires));
}

#[test]
fn a_clock_skew_of_a_minute_is_named() {
    let mut tally = Tally::new();
    tally.absorb(tried(239_500, done()).verdict());
    tally.absorb(tried(240_500, refused(Reason::CodeExpired)).verdict());
    let judgement = tally.finish();
    let hint = judgement.rules[&Rule::OtpExpires].bounds[0].hint.as_deref().unwrap();
    assert!(hint.contains("Spring"), "{hint}");
}

#[test]
fn sums_of_shards_are_the_same_in_any_order() {
    let verdicts: Vec<_> = crate::right::stories()
        .iter()
        .map(|(_, s)| s.verdict())
        .chain(
            [(239_500, done()), (180_000, done()), (1_000, refused(Reason::CodeExpired))]
                .map(|(a, o)| tried(a, o).verdict()),
        )
        .collect();
    let sum = |order: &mut dyn Iterator<Item = usize>, split: usize| {
        let (mut one, mut two) = (Tally::new(), Tally::new());
        for (n, at) in order.enumerate() {
            if n < split { one.absorb(verdicts[at].clone()) } else { two.absorb(verdicts[at].clone()) }
        }
        two.merge(one);
        two.finish()
    };
    let straight = sum(&mut (0..verdicts.len()), 0);
    for split in [1, 5, verdicts.len()] {
        assert_eq!(sum(&mut (0..verdicts.len()).rev(), split), straight);
    }
}

#[test]
fn under_same_code_a_repeated_code_keeps_its_life_and_a_new_one_has_its_own() {
    let expired = || refused(Reason::CodeExpired);
    // Resent after `gap`, tried `age` after the resend.
    let write = |gap: u64, second: u32, age: u64, outcome: Outcome| {
        let mut s = Story::new();
        s.book.otp_resend_policy = ResendPolicy::SameCode;
        s.register(phone(0), "r", 111_111).after(gap * SECOND).resend("r", phone(0), second);
        s.after(age * SECOND).confirm("r", second, outcome);
        s
    };
    for (gap, second, age, outcome, wanted) in [
        // Repeated: the life is the first one's.
        (100, 111_111, 79, done(), (1, 0, 0)),
        (100, 111_111, 80, expired(), (1, 0, 0)),
        (100, 111_111, 80, done(), (0, 1, 0)),
        // Another code: its own life, whether the first one's was over or not.
        (200, 222_222, 179, done(), (1, 0, 0)),
        (200, 222_222, 179, expired(), (0, 1, 0)),
        (200, 222_222, 180, expired(), (1, 0, 0)),
        (100, 222_222, 90, done(), (1, 0, 0)),
    ] {
        let s = write(gap, second, age, outcome.clone());
        assert_eq!(count(&s, Rule::OtpExpires), wanted, "{gap} {second} {age} {outcome:?}");
    }
    // A new request that gives the code that is out: between both lives it is open, from the end of the new one not.
    for (age, outcome, wanted) in [
        (79, done(), (1, 0, 0)),
        (90, done(), (0, 0, 1)),
        (90, expired(), (0, 0, 1)),
        (180, done(), (0, 1, 0)),
        (180, expired(), (1, 0, 0)),
    ] {
        let mut s = Story::new();
        s.book.otp_resend_policy = ResendPolicy::SameCode;
        s.register(phone(0), "r", 111_111).after(100 * SECOND).register(phone(0), "q", 111_111);
        s.after(age * SECOND).confirm("q", 111_111, outcome.clone());
        assert_eq!(count(&s, Rule::OtpExpires), wanted, "new request, {age} {outcome:?}");
    }
    // The ledger does not hold every message: which code went out is not known, so between both lives it is open.
    for outcome in [done(), expired()] {
        let mut s = write(100, 222_222, 90, outcome);
        s.settings.gateway_reaches = false;
        s.messages.clear();
        assert_eq!((count(&s, Rule::OtpExpires), s.findings()), ((0, 0, 1), vec![]));
    }
}

#[test]
fn the_window_binds_request_and_completion_and_leaves_the_steps_between_open() {
    let week = 7 * 86_400 * SECOND;
    // Approved at `start`; the challenge is opened before the window ends, the step comes after it.
    let write = |step: &dyn Fn(&mut Story)| {
        let mut s = Story::new();
        s.approved().after(week - 100 * SECOND).activation(phone(0), "a", 222_222).after(110 * SECOND);
        step(&mut s);
        s
    };
    let again = || Operation::ActivationResend { challenge: Token::new("a") };
    let resent = write(&|s| {
        s.call(again(), done()).message(phone(0), SmsPurpose::Activate, Some(333_333));
    });
    let closed = || refused(Reason::WindowClosed);
    let not_resent = write(&|s| {
        s.call(again(), closed());
    });
    let entered = write(&|s| {
        s.enter("a", 222_222, done());
    });
    let not_entered = write(&|s| {
        s.enter("a", 222_222, closed());
    });
    for (s, what) in [(resent, "resent"), (not_resent, "closed"), (entered, "entered"), (not_entered, "not entered")] {
        assert_eq!(s.findings(), vec![], "{what}");
        assert_eq!(count(&s, Rule::ActivationWindow), (1, 0, 1), "{what}");
    }
    // Within the window such a refusal is wrong.
    let mut s = Story::new();
    s.approved().activation(phone(0), "a", 222_222).after(61 * SECOND).call(again(), closed());
    assert_eq!(s.broken(), ["activation-window"]);
    // A window whose end the call may straddle is open too.
    let mut s = Story::new();
    s.approved().after(week - 90 * SECOND).activation(phone(0), "a", 222_222).after(70 * SECOND);
    let now = s.now;
    s.between(now, now + 60 * SECOND, again(), closed());
    assert_eq!(s.findings(), vec![]);
}

#[test]
fn after_the_code_an_activation_may_take_its_time_and_may_be_refused() {
    let late = |outcome: Outcome| {
        let mut s = Story::new();
        s.approved().activation(phone(0), "a", 222_222).enter("a", 222_222, done());
        s.after(16 * 60 * SECOND).passcode("a", "123456", outcome);
        s
    };
    let out_of_order = || refused(Reason::StepOutOfOrder);
    let accepted = late(done());
    assert_eq!(accepted.findings(), vec![]);
    // The code itself and the step.
    assert_eq!(count(&accepted, Rule::ActivateNeedsCode), (2, 0, 0));
    assert_eq!(count(&late(out_of_order()), Rule::ActivateNeedsCode), (1, 0, 1));
    let mut s = late(done());
    s.call(Operation::ServiceQuestions, listed()).after(16 * 60 * SECOND).questions("a", done());
    assert_eq!(s.findings(), vec![]);
    // Soon after the code the refusal is wrong.
    let mut s = Story::new();
    s.approved().activation(phone(0), "a", 222_222).enter("a", 222_222, done());
    s.passcode("a", "123456", refused(Reason::CodeExpired));
    assert_eq!(s.broken(), ["activate-needs-code"]);
    // Between code and password of a registration the time is fixed.
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111).confirm("r", 111_111, done());
    s.after(15 * 60 * SECOND).password("r", PASSWORD, done());
    assert_eq!(s.broken(), ["steps-in-order"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    /// Whatever the target's true life and the true moments in the intervals: a target that keeps the rulebook is
    /// never a violation, and a decided answer is decided rightly.
    #[test]
    fn intervals_never_convict_the_innocent(
        birth in 0_u64..500, born in 0_u64..500, wait in 0_u64..3_000, tried in 0_u64..500, took in 0_u64..500,
    ) {
        let mut s = Story::new();
        s.book.otp_lifetime = std::time::Duration::from_millis(1_500);
        let at = |ms: u64| Moment(ms * 1_000_000);
        // Request in [1000, 1000 + birth + born], code born at 1000 + birth; tried later.
        let true_birth = 1_000 + birth;
        let sent = 1_000 + birth + born + wait;
        let true_try = sent + tried;
        let right = true_try - true_birth < 1_500;
        s.register(phone(0), "r", 111_111);
        s.observations[0].done = at(1_000 + birth + born);
        s.messages[0].accepted = at(true_birth);
        s.now = sent;
        s.confirm("r", 111_111, if right { done() } else { refused(Reason::CodeExpired) });
        s.last().done = at(true_try + took);
        let (allowed, violation, undecided) = count(&s, Rule::OtpExpires);
        prop_assert_eq!(violation, 0);
        prop_assert_eq!(allowed + undecided, 1);
        let certain = (sent + tried + took) - 1_000 < 1_500 || sent - true_birth >= 1_500;
        prop_assert_eq!(allowed == 1, certain);
    }
}
