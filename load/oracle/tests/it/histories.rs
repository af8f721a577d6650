//! How far the judge goes: calls at one moment, cells that are too large, histories that are too many, and which refused
//! calls are tried as the explanation of a violation.

use crate::desk::NONE;
use crate::support::*;
use songsinh_contract::*;

fn weak() -> Outcome {
    refused(Reason::PasswordWeak)
}

/// The target failed, in words of its own: the call may have been carried out, and is over.
fn failed() -> Outcome {
    Outcome::Unmapped { status: 500, sample: "oops".into() }
}

/// The code of a registration is entered: a password comes next.
fn half_registered() -> Story {
    let mut s = Story::of(3);
    s.register(phone(0), "r", 111_111).confirm("r", 111_111, done());
    s
}

/// Calls that were never sent, until the cell has so many.
fn padded(s: &mut Story, observations: usize) -> &mut Story {
    while s.observations.len() < observations {
        s.call(Operation::ServiceHealth, Outcome::Indeterminate(Loss::NotSent));
    }
    s
}

#[test]
fn calls_that_take_no_time_come_one_after_the_other() {
    let password = |s: &mut Story| s.between(9_000, 9_000, set_password("r", PASSWORD), done()).now = 9_000;
    let login = |s: &mut Story| {
        s.now = 9_000;
        s.login(PASSWORD, session("s"));
    };
    let mut s = half_registered();
    password(&mut s);
    login(&mut s);
    assert_eq!(s.broken(), NONE);
    let mut s = half_registered();
    login(&mut s);
    password(&mut s);
    assert_eq!(s.broken(), ["register-incomplete-leaves-nothing"]);
}

fn set_password(handle: &str, password: &str) -> Operation {
    Operation::AccountSetPassword { challenge: Token::new(handle), password: Secret::new(password) }
}

#[test]
fn a_refusal_that_came_when_the_next_call_was_sent_can_explain_it() {
    let mut s = half_registered();
    s.password("r", "abc", weak()).after(0).login("abc", session("s"));
    assert_eq!(s.broken(), ["refusal-changes-nothing"]);
    // A call that was not yet answered is no explanation.
    let mut s = half_registered();
    let now = s.now;
    s.between(now, now + 10, set_password("r", "abc"), weak());
    s.now = now + 5;
    s.login("abc", session("s"));
    assert_eq!(s.broken(), ["register-incomplete-leaves-nothing"]);
}

#[test]
fn a_cell_with_too_many_calls_or_people_is_not_judged() {
    let write = |people, observations| {
        let mut s = Story::of(people);
        padded(s.login(PASSWORD, session("s")), observations);
        let verdict = s.verdict();
        (verdict.overflowed, verdict.findings.len(), verdict.answers)
    };
    assert_eq!(write(1, 8_192), (false, 1, 8_192));
    assert_eq!(write(1, 8_193), (true, 0, 8_193));
    assert_eq!(write(255, 1), (false, 1, 1));
    assert_eq!(write(256, 1), (true, 0, 1));
}

/// A password was refused and set all the same; seven others were refused after it. Then a change was refused and made.
fn set_and_changed() -> Story {
    let mut s = half_registered();
    s.password("r", "abc", weak());
    for n in 0..7 {
        s.password("r", &format!("abc{n}"), weak());
    }
    s.login("abc", session("s")).session = Some("s");
    s.call(Operation::PasswordChange { old: Secret::new("abc"), new: Secret::new("xyz") }, weak());
    s.session = None;
    s.login("xyz", session("t"));
    s
}

#[test]
fn so_many_calls_are_walked_through_again_to_explain_violations() {
    let mut s = set_and_changed();
    assert_eq!(s.broken(), ["refusal-changes-nothing", "refusal-changes-nothing"]);
    // Eight walks through 8 192 calls are all that a cell is worth.
    padded(&mut s, 8_192);
    assert_eq!(s.broken(), ["refusal-changes-nothing", "login-needs-password"]);
    // So are fifteen through 4 096 and some.
    let mut s = set_and_changed();
    padded(&mut s, 7_281);
    assert_eq!(s.broken(), ["refusal-changes-nothing", "refusal-changes-nothing"]);
    padded(&mut s, 7_282);
    assert_eq!(s.broken(), ["refusal-changes-nothing", "login-needs-password"]);
}

#[test]
fn refusals_of_strangers_on_other_phones_do_not_crowd_out_the_cause() {
    let mut s = half_registered();
    s.password("r", "abc", weak());
    (s.member, s.device) = (1, B);
    for _ in 0..8 {
        let mut wrong = form(&s.person(), phone(1));
        wrong.name = "Nguyễn Văn Anh".into();
        s.call(Operation::AccountRegister { form: wrong, scanned: None }, refused(Reason::PopulationMismatch));
    }
    (s.member, s.device) = (0, A);
    s.login("abc", session("s"));
    assert_eq!(s.broken(), ["refusal-changes-nothing"]);
}

#[test]
fn a_refusal_on_the_same_phone_can_explain_what_another_person_is_answered() {
    for (device, broken) in [(A, "refusal-changes-nothing"), (B, "register-incomplete-leaves-nothing")] {
        let mut s = half_registered();
        let number = s.number();
        s.password("r", "abc", weak());
        (s.member, s.device) = (1, device);
        s.call(Operation::SessionLogin { number, password: Secret::new("abc") }, session("s"));
        assert_eq!(s.broken(), [broken], "{device:?}");
    }
}

#[test]
fn an_explanation_with_too_many_histories_convicts_nobody() {
    // An application without portrait is refused. Had it been filed, each request of an activation might open one.
    let write = |requests: usize| {
        let mut s = Story::new();
        s.logged_in().read_card("l").submit("l", refused(Reason::PortraitMissing)).session = None;
        for _ in 0..requests {
            s.after(900 * SECOND).request(phone(0), failed());
        }
        s.login(PASSWORD, session("t")).session = Some("t");
        s.show(told(Level::App, Application::Pending, Activation::None));
        s.verdict()
    };
    let broken = |requests| write(requests).findings.iter().map(|f| f.rule).collect::<Vec<_>>();
    assert_eq!(broken(3), [Rule::RefusalChangesNothing]);
    assert!(!write(3).overflowed);
    assert_eq!(broken(12), []);
    assert!(write(12).overflowed);
}

#[test]
fn an_answer_is_held_against_the_world_that_it_contradicts_least() {
    // The logout may have been carried out. That another phone uses the session is wrong in any case.
    let mut s = Story::new();
    s.logged_in().call(Operation::SessionLogout, failed()).device = B;
    s.show(told(Level::App, Application::None, Activation::None));
    assert_eq!(s.broken(), ["session-bound-to-device"]);
}

#[test]
fn eight_calls_at_once_are_not_too_many_histories() {
    let mut s = Story::new();
    let now = s.now;
    for n in 0..8 {
        s.between(now + n, now + 100 - n, Operation::ServiceHealth, done());
    }
    let verdict = s.verdict();
    assert_eq!((verdict.overflowed, verdict.findings), (false, vec![]));
}

#[test]
fn who_was_known_before_is_known_only_if_every_history_says_so() {
    for (answer, known) in [(session("s"), vec![person(0).index]), (failed(), vec![])] {
        let mut s = Story::new();
        s.facts.members[0].prior = Prior::Unknown;
        s.login(PASSWORD, answer.clone());
        assert_eq!(s.verdict().dirty, known, "{answer:?}");
    }
}

#[test]
fn a_lost_transfer_stays_open_though_another_request_had_its_id() {
    use crate::utilities::{OPENING, open, paid, receipt, receipts, submit, transfer};
    // Another person's transfer.
    let mut s = open();
    s.balance(OPENING, vec![]).call(transfer("x", 1, 1_000), lost());
    (s.member, s.device, s.session) = (1, B, None);
    s.login(PASSWORD, session("s1")).session = Some("s1");
    s.enter_passcode("123456", done()).call(transfer("x", 0, 3_000), paid("q", "x", 3_000, 70_000));
    (s.member, s.device, s.session) = (0, A, Some("s"));
    s.balance(OPENING + 3_000, vec![]).balance(OPENING + 2_000, vec![]);
    assert_eq!(s.broken(), NONE);
    // A form of the same person.
    let mut s = open();
    s.balance(OPENING, vec![]).call(transfer("x", 1, 1_000), lost());
    s.call(submit("x", "text"), receipts(vec![receipt("q", "x", None)]));
    s.balance(OPENING, vec![]).balance(OPENING - 1_000, vec![]);
    assert_eq!(s.broken(), NONE);
}
