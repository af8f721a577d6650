//! What an answer tells besides its verdict: server errors, numbers and codes in it, its words.

use crate::desk::NONE;
use crate::qr::{counter, screen, ticket};
use crate::support::*;
use crate::utilities::{OPENING, open, receipt, receipts, transfer};
use songsinh_contract::*;
use songsinh_oracle::FindingKind;

/// The official shows this QR, made from a live one.
fn scans(s: &mut Story, flaw: Option<QrFlaw>, outcome: Outcome) {
    s.call(Operation::QrMint, ticket("t"));
    (s.member, s.device, s.session) = (1, B, Some("o"));
    s.call(Operation::QrScan { qr: Box::new(ShownQr { flaw, ..screen("t") }) }, outcome);
}

/// Violations of `error-is-not-a-verdict` and of `qr-fake-is-said-fake`, and how often the latter was undecided.
fn errors(s: &Story) -> (u64, u64, u64) {
    let counts = s.verdict().counts;
    let fake = counts.of(Rule::QrFakeIsSaidFake);
    (counts.of(Rule::ErrorIsNotAVerdict).violation, fake.violation, fake.undecided)
}

fn fault() -> Outcome {
    Outcome::Fault { status: 500 }
}

#[test]
fn a_server_error_is_one_finding_that_names_its_status() {
    for (outcome, status) in [
        (Outcome::Unavailable { retry_after: None }, 0),
        (fault(), 500),
        (Outcome::Fault { status: 502 }, 502),
        (Outcome::Fault { status: 505 }, 505),
    ] {
        let mut s = Story::new();
        s.try_register(phone(0), outcome);
        let kinds: Vec<_> = s.findings().into_iter().map(|f| f.what).collect();
        assert_eq!(kinds, [FindingKind::NoVerdict { status }]);
        assert_eq!(errors(&s), (1, 0, 0), "{status}");
    }
}

#[test]
fn an_error_page_for_a_qr_is_held_against_the_rule_of_fakes_only_if_it_is_certainly_one_shown_by_an_official() {
    let unmapped = || Outcome::Unmapped { status: 400, sample: "?".into() };
    let forged = Some(QrFlaw::Edited);
    let write = |flaw: Option<QrFlaw>, outcome: Outcome, before: &dyn Fn(&mut Story)| {
        let mut s = counter();
        before(&mut s);
        scans(&mut s, flaw, outcome);
        errors(&s)
    };
    assert_eq!(write(forged, fault(), &|_| ()), (0, 1, 0));
    assert_eq!(write(forged, unmapped(), &|_| ()), (0, 0, 1));
    for status in 502..=504 {
        assert_eq!(write(forged, Outcome::Fault { status }, &|_| ()), (1, 0, 0), "a gateway's own");
    }
    assert_eq!(write(None, fault(), &|_| ()), (1, 0, 0), "a genuine one");
    assert_eq!(write(None, unmapped(), &|_| ()), (0, 0, 0), "a genuine one");
    // The official may have been logged out before: the answer to that was lost.
    let logged_out = |s: &mut Story| {
        (s.member, s.device, s.session) = (1, B, Some("o"));
        s.call(Operation::SessionLogout, lost());
        (s.member, s.device, s.session) = (0, A, Some("s"));
    };
    assert_eq!(write(forged, fault(), &logged_out), (1, 0, 0), "perhaps no official");
    assert_eq!(write(forged, unmapped(), &logged_out), (0, 0, 0), "perhaps no official");
    // More histories than are followed.
    let crowded = |s: &mut Story| {
        s.enter_passcode("123456", done()).balance(OPENING, vec![]);
        for n in 0..10 {
            s.call(transfer(&format!("x{n}"), 2, 1), lost());
        }
    };
    assert_eq!(write(forged, fault(), &crowded), (1, 0, 0), "not all is known");
}

#[test]
fn who_dealt_with_one_has_not_dealt_with_everybody() {
    let sent = || receipts(vec![receipt("r", "q", Some(5))]);
    let listed = || vec![receipt("r", "q", Some(5))];
    let write = |numbers: &[u64]| {
        let mut s = open();
        // Somebody else of the cell, too, sends money, to a person outside of it.
        s.call(transfer("q", 1, 5), sent());
        (s.member, s.device) = (1, B);
        s.login(PASSWORD, session("o")).session = Some("o");
        s.enter_passcode("123456", done()).call(transfer("q2", 7, 5), receipts(vec![receipt("r2", "q2", Some(5))]));
        (s.member, s.device, s.session) = (0, A, Some("s"));
        s.balance(95, listed()).last().numbers_seen = numbers.iter().map(|&n| person(n).number).collect();
        let count = s.verdict().counts.of(Rule::NoPersonalDataLeak);
        (count.violation, count.undecided)
    };
    assert_eq!(write(&[1]), (0, 0));
    // The account is older than the cell: it may have dealt with strangers before.
    assert_eq!(write(&[7]), (0, 1));
    assert_eq!(write(&[1, 8]), (0, 1));
    // With a member of the cell it has dealt in the cell, or not at all.
    let mut s = open();
    s.balance(95, vec![]).last().numbers_seen = vec![person(7).number, person(1).number];
    assert_eq!(s.broken(), ["no-personal-data-leak"]);
    s.last().numbers_seen.reverse();
    assert_eq!(s.broken(), ["no-personal-data-leak"]);
}

#[test]
fn who_got_money_from_one_has_not_got_it_from_everybody() {
    let write = |numbers: &[u64]| {
        let mut s = open();
        s.call(transfer("q", 1, 5), receipts(vec![receipt("r", "q", Some(5))]));
        (s.member, s.device) = (1, B);
        s.login(PASSWORD, session("o")).session = Some("o");
        s.enter_passcode("123456", done()).balance(95, vec![]);
        s.last().numbers_seen = numbers.iter().map(|&n| person(n).number).collect();
        let count = s.verdict().counts.of(Rule::NoPersonalDataLeak);
        (count.violation, count.undecided)
    };
    assert_eq!(write(&[0]), (0, 0));
    assert_eq!(write(&[7]), (0, 1));
    assert_eq!(write(&[0, 7]), (0, 1));
    // Nor has who sent it got any.
    let mut s = open();
    s.facts.members.push(Member { person: person(2), ..s.facts.members[1].clone() });
    s.call(transfer("q", 1, 5), receipts(vec![receipt("r", "q", Some(5))])).balance(95, vec![]);
    s.last().numbers_seen = vec![person(2).number];
    assert_eq!(s.broken(), ["no-personal-data-leak"]);
}

#[test]
fn a_transfer_begun_until_the_answer_came_may_be_in_the_list() {
    for (after, broken) in [(50, NONE.to_vec()), (51, vec!["no-personal-data-leak"])] {
        let mut s = open();
        let now = s.now;
        s.between(now, now + 50, Operation::PaymentBalance, receipts(vec![receipt("r", "q", Some(5))]));
        s.last().numbers_seen = vec![person(1).number];
        s.between(now + after, now + 100, transfer("q", 1, 5), receipts(vec![receipt("r", "q", Some(5))]));
        assert_eq!(s.broken(), broken, "{after}");
    }
}

#[test]
fn a_code_in_an_answer_is_searched_where_one_was_sent_and_not_typed_by_the_call_itself() {
    let seen = |s: &mut Story, code: u32| {
        s.last().codes_seen = vec![CodeSeen { place: Digest(5), code: Code(code) }];
        let statistics = s.verdict().statistics;
        (statistics.codes_in_answers.len(), statistics.digits_in_answers.iter().map(|d| d.pairs).collect::<Vec<_>>())
    };
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111);
    assert_eq!(seen(&mut s, 111_111), (1, vec![1]));
    assert_eq!(seen(&mut s, 222_222), (0, vec![1]), "another number");
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111).confirm("r", 111_111, done());
    assert_eq!(seen(&mut s, 111_111), (0, vec![]), "the call had it");
    assert_eq!(seen(&mut s, 222_222), (0, vec![1]));
    // No code went out: there is nothing to compare with.
    let mut s = Story::new();
    s.try_register(phone(0), refused(Reason::NumberMalformed));
    assert_eq!(seen(&mut s, 222_222), (0, vec![]));
}

/// Which kinds and stages of words were met.
fn words(s: &Story) -> Vec<(bool, u8)> {
    s.verdict().statistics.wordings.iter().map(|w| (w.exists, w.stage)).collect()
}

/// A wrong password is typed, and the refusal has words.
fn mistypes(s: &mut Story) -> &mut Story {
    s.login("Falsch-11", refused(Reason::CredentialsWrong)).last().wording = Some(Digest(1));
    s
}

#[test]
fn words_of_a_refused_login_are_compared_only_where_the_account_and_its_tries_are_known() {
    let mut s = Story::new();
    mistypes(mistypes(&mut s));
    assert_eq!(words(&s), [(false, 0), (false, 1)]);
    let mut s = Story::new();
    mistypes(mistypes(s.registered()));
    assert_eq!(words(&s), [(true, 0), (true, 1)]);
    // The target may have known the number before the cell began.
    let mut s = Story::new();
    s.facts.members[0].prior = Prior::Unknown;
    mistypes(&mut s);
    assert_eq!(words(&s), []);
    // It did, and takes a registration all the same.
    let mut s = Story::new();
    s.facts.members[0].prior = Prior::Unknown;
    mistypes(s.try_register(phone(0), refused(Reason::AccountExists)).registered());
    assert_eq!(words(&s), []);
    // An earlier story left an account without password. (One wrong password locks here: the tries alone are known.)
    let mut s = Story::new();
    s.stands(Level::Two, None);
    let Prior::Standing(standing) = &mut s.facts.members[0].prior else { unreachable!("it stands") };
    standing.password = None;
    s.book.login_attempts = 1;
    mistypes(&mut s);
    assert_eq!(words(&s), []);
    // One with a password: how many wrong ones were typed before is not known until a right one is.
    let mut s = Story::new();
    mistypes(s.stands(Level::App, None));
    assert_eq!(words(&s), []);
    mistypes(s.login(PASSWORD, session("s")));
    assert_eq!(words(&s), [(true, 0)]);
}

#[test]
fn very_many_wrong_passwords_are_one_stage_apart_from_those_of_a_reset() {
    let mut s = Story::new();
    s.book.login_attempts = 1_000;
    s.registered();
    for _ in 0..130 {
        mistypes(&mut s);
    }
    let stages: Vec<u8> = words(&s).into_iter().map(|(_, stage)| stage).collect();
    let wanted: Vec<u8> = (0..130).map(|tries| tries.min(127)).collect();
    assert_eq!(stages, wanted);
}

#[test]
fn words_for_an_account_whose_phone_is_another_are_of_neither_kind() {
    for (to, exists, wanted) in [(0, true, vec![(true, 129)]), (0, false, vec![(false, 129)]), (1, true, vec![])] {
        let mut s = Story::new();
        if exists {
            s.stands(Level::App, None);
        }
        s.reset(phone(to), "p").last().wording = Some(Digest(1));
        assert_eq!(words(&s), wanted, "{to} {exists}");
    }
}
