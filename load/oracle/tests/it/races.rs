//! Races: all orders and overlaps of two activations, and random small histories against a search of all orders.

use crate::right::race;
use crate::support::*;
use proptest::prelude::*;
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

/// What the random histories are made of.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Act {
    Right,
    Wrong,
    Password,
    Login,
    Mislogin,
}

/// The little machine that the search runs: written without the oracle's guards.
#[derive(Debug, Clone, Copy, Default)]
struct Machine {
    wrong: u32,
    confirmed: bool,
    exists: bool,
    bad: u32,
}

/// So many wrong codes void, so many wrong passwords lock.
const LIMIT: u32 = 2;

impl Machine {
    /// Acts, and tells whether it was done.
    fn act(&mut self, act: Act) -> bool {
        match act {
            Act::Right if !self.confirmed && self.wrong < LIMIT => {
                self.confirmed = true;
                true
            }
            Act::Wrong => {
                self.wrong += u32::from(!self.confirmed && self.wrong < LIMIT);
                false
            }
            Act::Password if self.confirmed && !self.exists => {
                self.exists = true;
                true
            }
            Act::Login if self.exists && self.bad < LIMIT => {
                self.bad = 0;
                true
            }
            Act::Mislogin => {
                self.bad += u32::from(self.bad < LIMIT);
                false
            }
            // Before there is an account every password is a wrong one.
            Act::Login if !self.exists => {
                self.bad += u32::from(self.bad < LIMIT);
                false
            }
            _ => false,
        }
    }
}

/// One call: what, when, and its answer; none: lost.
#[derive(Debug, Clone, Copy)]
struct Event {
    act: Act,
    sent: u64,
    done: u64,
    answer: Option<bool>,
}

/// Whether some order of the calls, within their times, gives all answers.
fn explained(machine: Machine, left: &[Event]) -> bool {
    if left.iter().all(|e| e.answer.is_none()) {
        return true;
    }
    let first_end = left.iter().filter(|e| e.answer.is_some()).map(|e| e.done).min().unwrap_or(u64::MAX);
    left.iter().enumerate().filter(|(_, e)| e.sent < first_end).any(|(at, event)| {
        let mut next = machine;
        let done = next.act(event.act);
        let rest: Vec<Event> = left.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, e)| *e).collect();
        event.answer.is_none_or(|answer| answer == done) && explained(next, &rest)
    })
}

fn story(history: &[Event]) -> Story {
    let mut s = Story::new();
    s.book.otp_attempts = LIMIT;
    s.book.login_attempts = LIMIT;
    s.register(phone(0), "r", 111_111);
    for event in history {
        let number = s.number();
        let login = |password| Operation::SessionLogin { number, password: Secret::new(password) };
        let operation = match event.act {
            Act::Right => confirm("r", 111_111),
            Act::Wrong => confirm("r", 999_999),
            Act::Password => {
                Operation::AccountSetPassword { challenge: Token::new("r"), password: Secret::new(PASSWORD) }
            }
            Act::Login => login(PASSWORD),
            Act::Mislogin => login("Falsch-11"),
        };
        let outcome = match event.answer {
            Some(true) => done(),
            Some(false) => Outcome::Refused(Reasons::default()),
            None => lost(),
        };
        s.between(2_000 + event.sent, 2_000 + event.done, operation, outcome);
    }
    s
}

fn history() -> impl Strategy<Value = Vec<Event>> {
    let act =
        prop_oneof![Just(Act::Right), Just(Act::Wrong), Just(Act::Password), Just(Act::Login), Just(Act::Mislogin)];
    let one = (act, 0_u64..60, 1_u64..40, 0..5_u8);
    proptest::collection::vec(one, 1..6).prop_map(|all| {
        let events = all.into_iter().enumerate().map(|(n, (act, sent, long, answer))| {
            // Times are spread so that no two are equal.
            let (sent, done) = (sent * 20 + n as u64, (sent + long) * 20 + 10 + n as u64);
            let answer = if answer == 0 { None } else { Some(answer > 2) };
            Event { act, sent, done, answer }
        });
        let mut events: Vec<Event> = events.collect();
        events.sort_by_key(|e| e.sent);
        events
    })
}

/// Answers as the machine gives them when every call acts somewhere within its times.
fn answered(mut history: Vec<Event>, points: &[u64]) -> Vec<Event> {
    let point = |(n, e): (usize, &Event)| e.sent + points[n % points.len()] % (e.done - e.sent);
    let mut order: Vec<(u64, usize)> = history.iter().enumerate().map(|(n, e)| (point((n, e)), n)).collect();
    order.sort_unstable();
    let mut machine = Machine::default();
    for (_, at) in order {
        let done = machine.act(history[at].act);
        if history[at].answer.is_some() {
            history[at].answer = Some(done);
        }
    }
    history
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]
    #[test]
    fn the_oracle_agrees_with_a_search_of_all_orders(history in history()) {
        let s = story(&history);
        let (findings, possible) = (s.findings(), explained(Machine::default(), &history));
        prop_assert!(!possible || findings.is_empty(), "{:#?}", findings);
        // Whether wrong passwords before the account count for it is left open, so such histories may pass.
        // A lost one may act at any time after it was sent.
        let acts_by = |e: &Event| if e.answer.is_some() { e.done } else { u64::MAX };
        let set: Vec<u64> = history.iter().filter(|e| e.act == Act::Password).map(acts_by).collect();
        let early = |e: &Event| matches!(e.act, Act::Login | Act::Mislogin) && set.iter().any(|&done| e.sent < done);
        prop_assert!(possible || !findings.is_empty() || history.iter().any(early));
    }
    #[test]
    fn a_right_machine_is_never_convicted(history in history(), points in proptest::collection::vec(0_u64..10_000, 5)) {
        let history = answered(history, &points);
        prop_assert!(explained(Machine::default(), &history));
        prop_assert_eq!(story(&history).findings(), vec![]);
    }
}

/// Two people register on fourteen numbers, all at once, half of them lost.
fn crowded() -> Story {
    let mut s = Story::of(2);
    let now = s.now;
    for n in 0..14 {
        s.member = n % 2;
        s.facts.phones.push(phone(100 + n as u32));
        let form = form(&s.person(), phone(100 + n as u32));
        let outcome = if n % 2 == 0 { lost() } else { given(["b", "d", "f", "h", "j", "l", "n"][n / 2]) };
        s.between(now, now + 100 + n as u64, Operation::AccountRegister { form, scanned: None }, outcome);
    }
    (s.now, s.member) = (now + 1_000, 0);
    s
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
