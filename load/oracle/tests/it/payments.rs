//! Journey 10: bills, balances, receipts, transfers.

use crate::support::*;
use crate::utilities::*;
use songsinh_contract::*;

#[test]
fn a_bill_is_paid_once() {
    let due = 200_000;
    let after = OPENING - due;
    for (operation, outcome, broken) in [
        (pay("q", due), paid("r", "q", due, after), vec![]),
        (pay("q", due), paid("r2", "q", due, after - due), vec!["payment-exactly-once"]),
        (pay("q", due), refused(Reason::BillPaid), vec!["payment-exactly-once"]),
        (pay("q2", due), refused(Reason::BillPaid), vec![]),
        (pay("q2", due), paid("r2", "q2", due, after - due), vec!["payment-exactly-once"]),
        (pay("q", 1), refused(Reason::RequestDiffers), vec![]),
        (pay("q2", 1), paid("r2", "q2", 1, after - 1), vec!["payment-exactly-once"]),
    ] {
        let mut s = open();
        s.balance(OPENING, vec![]).call(Operation::PaymentBills, bills(false));
        s.call(pay("q", due), paid("r", "q", due, after)).call(operation.clone(), outcome.clone());
        assert_eq!(s.broken(), broken, "{operation:?} {outcome:?}");
    }
}

fn bills(paid: bool) -> Outcome {
    Outcome::Done(Box::new(Values { bills: vec![Bill { paid, ..bill(0) }], ..Values::default() }))
}

#[test]
fn the_balance_moves_by_what_receipts_say() {
    let due = 200_000;
    let write = |answer: Outcome, balance: i64| {
        let mut s = open();
        s.balance(OPENING, vec![]).call(pay("q", due), answer).balance(balance, vec![]);
        s.broken()
    };
    assert_eq!(write(paid("r", "q", due, OPENING - due), OPENING - due), NONE);
    assert_eq!(write(paid("r", "q", due, OPENING - due), OPENING - 2 * due), ["payment-exactly-once"]);
    assert_eq!(write(refused(Reason::BalanceLow), OPENING), ["payment-exactly-once"]);
    // Lost: it may have moved, once.
    assert_eq!(write(lost(), OPENING - due), NONE);
    assert_eq!(write(lost(), OPENING), NONE);
    assert_eq!(write(lost(), OPENING - 2 * due), ["payment-exactly-once"]);
    // Lost and retried: once.
    for (balance, broken) in [(OPENING - due, 0), (OPENING - 2 * due, 1)] {
        let mut s = open();
        s.balance(OPENING, vec![]).call(pay("q", due), lost());
        s.call(pay("q", due), receipts(vec![receipt("r", "q", Some(due))])).balance(balance, vec![]);
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken]);
    }
    // More than there is.
    for (outcome, broken) in [(refused(Reason::BalanceLow), 0), (paid("r", "t", 2 * OPENING, -OPENING), 1)] {
        let mut s = open();
        s.balance(OPENING, vec![]).call(transfer("t", 1, 2 * OPENING), outcome);
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken]);
    }
    // Receipts and balance add up to the same sum every time.
    for (balance, broken) in [(OPENING - due, 0), (OPENING - due - 1, 1)] {
        let mut s = open();
        let old = receipt("r0", "q0", Some(7));
        s.balance(OPENING, vec![old.clone()]).call(pay("q", due), receipts(vec![receipt("r", "q", Some(due))]));
        s.balance(balance, vec![old, receipt("r", "q", Some(due))]);
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken]);
    }
}

#[test]
fn simultaneous_payments_are_one_and_simultaneous_transfers_add_up() {
    let due = 200_000;
    for (other, broken) in [("r", 0), ("r2", 1)] {
        let mut s = open();
        s.balance(OPENING, vec![]);
        let now = s.now;
        s.between(now, now + 50, pay("q", due), paid("r", "q", due, OPENING - due));
        s.between(now + 10, now + 60, pay("q", due), paid(other, "q", due, OPENING - due));
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken]);
    }
    for (second, broken) in [(OPENING - 30, 0), (OPENING - 10, 1)] {
        let mut s = open();
        s.balance(OPENING, vec![]);
        let now = s.now;
        s.between(now, now + 50, transfer("q", 1, 20), paid("r", "q", 20, OPENING - 20));
        s.between(now + 10, now + 60, transfer("q2", 1, 10), paid("r2", "q2", 10, second));
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{second}");
    }
}

#[test]
fn a_transfer_arrives() {
    let other = |s: &mut Story| {
        (s.member, s.device) = (1, B);
        s.login(PASSWORD, session("o")).session = Some("o");
        s.enter_passcode("123456", done());
    };
    for (balance, broken) in [(OPENING + 20, 0), (OPENING, 1)] {
        let mut s = open();
        other(&mut s);
        s.balance(OPENING, vec![]);
        (s.member, s.device, s.session) = (0, A, Some("s"));
        s.balance(OPENING, vec![]).call(transfer("q", 1, 20), paid("r", "q", 20, OPENING - 20));
        (s.member, s.device, s.session) = (1, B, Some("o"));
        s.balance(balance, vec![]);
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{balance}");
    }
    for (to, amount, outcome, broken) in [
        (0, 20, refused(Reason::RecipientUnfit), 0),
        (0, 20, paid("r", "q", 20, OPENING - 20), 1),
        (1, 20, refused(Reason::RecipientUnfit), 1),
        (1, 0, refused(Reason::Malformed), 0),
        (1, -5, paid("r", "q", -5, OPENING + 5), 1),
    ] {
        let mut s = open();
        s.call(transfer("q", to, amount), outcome.clone());
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{to} {amount} {outcome:?}");
    }
    // Who looks only afterwards sees it among the receipts.
    let came = Receipt { request: None, ..receipt("r9", "-", Some(-20)) };
    for (listed, broken) in [(vec![came], 0), (vec![], 1)] {
        let mut s = open();
        s.call(transfer("q", 1, 20), paid("r", "q", 20, OPENING - 20));
        // The target lists what comes in.
        s.balance(OPENING - 20, vec![receipt("r", "q", Some(20)), receipt("r0", "q0", Some(-7))]);
        other(&mut s);
        s.balance(OPENING, listed);
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken]);
    }
    // Who has no activated account gets nothing.
    for (outcome, broken) in [(refused(Reason::RecipientUnfit), 0), (paid("r", "q", 20, 0), 1)] {
        let mut s = open();
        s.facts.members[1].prior = Prior::None;
        s.call(transfer("q", 1, 20), outcome);
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken]);
    }
}

#[test]
fn bills_are_the_own_ones_and_tell_what_was_paid() {
    let due = 200_000;
    let mut s = open();
    s.call(pay("q", due), receipts(vec![receipt("r", "q", Some(due))])).call(Operation::PaymentBills, bills(true));
    assert_eq!(s.broken(), NONE);
    s.call(Operation::PaymentBills, bills(false));
    assert_eq!(s.broken(), ["acknowledged-is-durable"]);
    let mut s = open();
    let others = Outcome::Done(Box::new(Values { bills: vec![bill(1)], ..Values::default() }));
    s.call(Operation::PaymentBills, others);
    assert_eq!(s.broken(), ["no-personal-data-leak"]);
    let mut s = open();
    let dear = Outcome::Done(Box::new(Values { bills: vec![Bill { amount_vnd: 1, ..bill(0) }], ..Values::default() }));
    s.call(Operation::PaymentBills, dear);
    assert_eq!(s.broken(), ["payment-exactly-once"]);
}

/// Member 1, older than the cell, pays 7 and lists it; 5 come in; the list after that, with this balance.
pub fn got(balance: i64, list: Vec<Receipt>) -> Story {
    let sent = receipt("x0", "q0", Some(7));
    let mut s = open();
    (s.member, s.device) = (1, B);
    s.login(PASSWORD, session("o")).session = Some("o");
    s.enter_passcode("123456", done()).call(transfer("q0", 0, 7), paid("x0", "q0", 7, 93)).balance(93, vec![sent]);
    (s.member, s.device, s.session) = (0, A, Some("s"));
    s.call(transfer("q", 1, 5), receipts(vec![receipt("x", "q", Some(5))]));
    (s.member, s.device, s.session) = (1, B, Some("o"));
    s.balance(balance, list);
    s
}

#[test]
fn a_list_may_leave_out_what_came_in() {
    let sent = || receipt("x0", "q0", Some(7));
    let came = || Receipt { request: None, ..receipt("x9", "-", Some(-5)) };
    let s = got(98, vec![sent()]);
    assert_eq!(s.broken(), NONE);
    assert!(s.verdict().counts.of(Rule::PaymentExactlyOnce).undecided > 0);
    assert_eq!(got(98, vec![sent(), came()]).broken(), NONE);
    // The balance is judged all the same, and the sum where incoming money is listed.
    assert_eq!(got(93, vec![sent()]).broken(), ["payment-exactly-once"]);
    assert_eq!(got(99, vec![sent(), came()]).broken(), ["payment-exactly-once"]);
}

#[test]
fn a_balance_may_name_the_parties_of_own_transfers() {
    let names = |s: &mut Story, n: u64| {
        s.last().numbers_seen = vec![person(n).number];
        s.broken()
    };
    let sent = || vec![receipt("r", "q", Some(5))];
    // Whom the caller sent money to, and who sent it.
    let mut s = open();
    s.call(transfer("q", 1, 5), receipts(sent())).balance(95, sent());
    assert_eq!(names(&mut s, 1), NONE);
    assert_eq!(names(&mut got(98, vec![receipt("x0", "q0", Some(7))]), 0), NONE);
    // Somebody with whom no money was moved, or only tried to.
    let mut s = open();
    s.balance(95, vec![]);
    assert_eq!(names(&mut s, 1), ["no-personal-data-leak"]);
    let mut s = open();
    s.call(transfer("q", 1, 200), refused(Reason::BalanceLow)).balance(95, vec![]);
    assert_eq!(names(&mut s, 1), ["no-personal-data-leak"]);
    // Elsewhere it is a leak.
    let mut s = open();
    s.call(transfer("q", 1, 5), receipts(sent())).list(papers(vec![]));
    assert_eq!(names(&mut s, 1), ["no-personal-data-leak"]);
    // An older account may have dealt with anybody.
    let mut s = open();
    s.balance(95, vec![]);
    assert_eq!(names(&mut s, 7), NONE);
    assert_eq!(s.verdict().counts.of(Rule::NoPersonalDataLeak).undecided, 1);
}
