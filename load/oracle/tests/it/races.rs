//! Races: all orders and overlaps of two activations, lost answers, and histories that are too many. Random ones against a
//! search of all orders stand in `brute`.

use crate::right::race;
use crate::support::*;
use songsinh_contract::*;

/// All ways in which two calls can lie in time: [sent, done] of each, in ticks of 10 ms.
fn overlaps() -> Vec<[(u64, u64); 2]> {
    let mut out = Vec::new();
    for a in 0..4 {
        for b in a + 1..5 {
            for c in 0..4 {
                for d in c + 1..5 {
                    out.push([(a, b), (c, d)]);
                }
            }
        }
    }
    out
}

#[test]
fn of_two_activations_exactly_one_wins_in_every_order_and_overlap() {
    let won = |outcome: &Outcome| outcome.is_done();
    for [(a, b), (c, d)] in overlaps() {
        for (first, second) in [
            (done(), done()),
            (done(), refused(Reason::AlreadyActivated)),
            (refused(Reason::AlreadyActivated), done()),
            (refused(Reason::AlreadyActivated), refused(Reason::AlreadyActivated)),
        ] {
            let mut s = Story::of(1);
            race(&mut s, first.clone(), second.clone());
            let (at, start) = (s.observations.len(), s.observations[s.observations.len() - 2].sent.0);
            for (n, (sent, done)) in [(2, (a, b)), (1, (c, d))] {
                let o = &mut s.observations[at - n];
                (o.sent, o.done) = (Moment(start + sent * 10_000_000), Moment(start + done * 10_000_000));
            }
            // One wins, and who wins did not begin after the other was refused.
            let one = won(&first) != won(&second);
            let possible = if won(&first) { a < d } else { c < b };
            let story = format!("{a}-{b} {first:?}, {c}-{d} {second:?}: {:?}", s.findings());
            assert_eq!(s.broken().is_empty(), one && possible, "{story}");
        }
    }
}

#[test]
fn two_accounts_race_for_one_device() {
    for (outcome, wanted) in [(refused(Reason::DeviceInUse), vec![]), (done(), vec!["device-race-one-winner"])] {
        let mut s = Story::of(2);
        s.approved().half_active();
        (s.member, s.device) = (1, A);
        s.approved().half_active();
        let now = s.now;
        s.member = 0;
        s.between(now, now + 50, answers("a", [1, 2]), done());
        s.member = 1;
        s.between(now + 10, now + 60, answers("a1", [1, 2]), outcome);
        assert_eq!(s.broken(), wanted);
    }
}

#[test]
fn a_lost_activation_is_told_by_a_later_answer() {
    for shown in [Activation::Activated, Activation::Notified] {
        let mut s = Story::new();
        s.approved().half_active().questions("a", lost());
        s.login(PASSWORD, session("t")).session = Some("t");
        let level = if shown == Activation::Activated { Level::One } else { Level::App };
        s.show(told(level, Application::Approved, shown));
        assert_eq!(s.findings(), vec![], "{shown:?}");
    }
    // Once it is seen, it stays.
    let mut s = Story::new();
    s.approved().half_active().questions("a", lost());
    s.login(PASSWORD, session("t")).session = Some("t");
    s.show(told(Level::One, Application::Approved, Activation::Activated));
    s.show(told(Level::App, Application::Approved, Activation::Notified));
    assert_eq!(s.broken(), ["acknowledged-is-durable"]);
}

#[test]
fn behind_a_gateways_error_the_target_may_act_later() {
    let write = |answer: Outcome, early: bool| {
        let mut s = Story::new();
        s.approved().half_active().questions("a", answer);
        s.login(PASSWORD, session("t")).session = Some("t");
        if early {
            // Not activated yet: it happens after the gateway gave up.
            s.show(told(Level::App, Application::Approved, Activation::Notified));
        }
        s.show(told(Level::One, Application::Approved, Activation::Activated));
        s.verdict()
    };
    for answer in [
        Outcome::Fault { status: 502 },
        Outcome::Fault { status: 504 },
        Outcome::Foreign { status: 403 },
        Outcome::Unmapped { status: 504, sample: "upstream".into() },
    ] {
        for early in [false, true] {
            let verdict = write(answer.clone(), early);
            let fault = matches!(answer, Outcome::Fault { .. });
            let broken: Vec<_> = verdict.findings.iter().map(|f| f.rule).collect();
            assert_eq!(broken, vec![Rule::ErrorIsNotAVerdict; usize::from(fault)], "{answer:?} {early}");
        }
    }
    // The target's own error ends the call: what is not done then is not done later.
    let own = write(Outcome::Fault { status: 500 }, true);
    let broken: Vec<_> = own.findings.iter().map(|f| f.rule).collect();
    assert_eq!(broken, [Rule::ErrorIsNotAVerdict, Rule::ActivateIncompleteIsNotActivated]);
}

/// Two people register on fourteen numbers, all at once, half of them lost.
pub fn crowded() -> Story {
    let mut s = Story::of(2);
    crowd(&mut s);
    s
}

pub fn crowd(s: &mut Story) {
    let now = s.now;
    for n in 0..14 {
        s.member = n % 2;
        s.facts.phones.push(phone(100 + n as u32));
        let form = form(&s.person(), phone(100 + n as u32));
        let outcome = if n % 2 == 0 { lost() } else { given(["b", "d", "f", "h", "j", "l", "n"][n / 2]) };
        s.between(now, now + 100 + n as u64, Operation::AccountRegister { form, scanned: None }, outcome);
    }
    (s.now, s.member) = (now + 1_000, 0);
}

#[test]
fn a_refusal_that_changed_something_is_undecided_once_histories_were_too_many() {
    let write = |mut s: Story| {
        s.register(phone(0), "z", 111_111).confirm("z", 111_111, done());
        s.password("z", "abc", refused(Reason::PasswordWeak)).login("abc", session("s"));
        s
    };
    assert_eq!(write(Story::of(2)).broken(), ["refusal-changes-nothing"]);
    let verdict = write(crowded()).verdict();
    assert!(verdict.overflowed);
    assert_eq!(verdict.findings, vec![]);
}

#[test]
fn too_many_possible_histories_are_undecided_and_counted() {
    let mut s = crowded();
    s.login(PASSWORD, session("s"));
    let verdict = s.verdict();
    assert!(verdict.overflowed);
    assert_eq!(verdict.findings, vec![]);
    let mut tally = songsinh_oracle::Tally::new();
    tally.absorb(verdict);
    assert_eq!(tally.finish().overflowed, 1);
}
