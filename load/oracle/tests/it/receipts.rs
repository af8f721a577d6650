//! Journey 10: what receipts and balances tell of payments, whose bills are paid, and who may be sent money.

use crate::desk::NONE;
use crate::forms::{second, unnamed};
use crate::payments::got;
use crate::support::*;
use crate::utilities::{OPENING, bill, open, paid, pay, people, receipt, receipts, submit, transfer};
use crate::wallet::newcomer;
use songsinh_contract::*;

const DUE: i64 = 200_000;

fn bills(bills: Vec<Bill>) -> Outcome {
    Outcome::Done(Box::new(Values { bills, ..Values::default() }))
}

/// Receipt "r" of request "q".
fn gives(amount: i64) -> Outcome {
    receipts(vec![receipt("r", "q", Some(amount))])
}

/// A payment of the own bill and a transfer, each with its amount, under request "q".
fn payments() -> [(Operation, i64); 2] {
    [(pay("q", DUE), DUE), (transfer("q", 1, 20), 20)]
}

#[test]
fn a_receipt_names_the_amount_that_was_paid() {
    for (operation, amount) in payments() {
        for (first, again, broken) in [
            (amount, amount, vec![]),
            (amount + 1, amount, vec!["payment-exactly-once"]),
            (amount, amount - 1, vec!["payment-exactly-once"]),
        ] {
            let mut s = open();
            s.call(operation.clone(), gives(first)).call(operation.clone(), gives(again));
            assert_eq!(s.broken(), broken, "{operation:?} {first} {again}");
        }
    }
}

#[test]
fn a_retry_tells_the_balance_of_then_or_of_now() {
    for (operation, amount) in payments() {
        let then = OPENING - amount;
        for (told, broken) in [(then, 0), (then - 10, 0), (then - 5, 1), (OPENING, 1)] {
            let mut s = open();
            s.balance(OPENING, vec![]).call(operation.clone(), paid("r", "q", amount, then));
            s.call(transfer("x", 1, 10), paid("r2", "x", 10, then - 10));
            s.call(operation.clone(), paid("r", "q", amount, told));
            assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{operation:?} {told}");
        }
    }
}

#[test]
fn a_retry_moves_no_money() {
    for (operation, amount) in payments() {
        for (left, broken) in [(OPENING - amount, 0), (OPENING - 2 * amount, 1)] {
            let mut s = open();
            s.balance(OPENING, vec![]);
            s.call(operation.clone(), gives(amount)).call(operation.clone(), gives(amount)).balance(left, vec![]);
            assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{operation:?} {left}");
        }
    }
}

#[test]
fn the_balance_that_a_payment_tells_is_known_from_then_on() {
    for (operation, amount) in payments() {
        for (told, broken) in [(93, 0), (92, 1)] {
            let mut s = open();
            s.call(operation.clone(), paid("r", "q", amount, 93)).balance(told, vec![]);
            assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{operation:?} {told}");
        }
    }
}

#[test]
fn a_new_payment_is_no_retry_with_other_content() {
    for (operation, _) in payments() {
        let mut s = open();
        s.call(Operation::PaymentBills, bills(vec![bill(0)])).balance(OPENING, vec![]);
        s.call(operation, refused(Reason::RequestDiffers));
        assert_eq!(s.broken(), ["payment-exactly-once"]);
    }
    // What somebody else sent under this id, and what was submitted, is not what is paid.
    let mut s = open();
    s.balance(OPENING, vec![]).call(submit("q", "a"), done());
    s.call(transfer("q", 1, 20), paid("r", "q", 20, OPENING - 20));
    second(&mut s).balance(OPENING, vec![]).call(transfer("q", 0, 5), paid("r2", "q", 5, OPENING - 5));
    assert_eq!(s.broken(), NONE);
    s.balance(OPENING, vec![]);
    assert_eq!(s.broken(), ["payment-exactly-once"]);
}

#[test]
fn a_refused_payment_that_was_made_leaves_less_for_the_next() {
    let mut s = open();
    s.balance(300_000, vec![]).proof = ProofShown::Missing;
    s.call(pay("q", DUE), refused(Reason::ProofMissing)).proof = ProofShown::Own;
    s.call(pay("q2", DUE), refused(Reason::BalanceLow));
    assert_eq!(s.broken(), ["refusal-changes-nothing"]);
}

#[test]
fn a_list_holds_every_payment_once() {
    let one = receipt("r", "q", Some(5));
    for (listed, broken) in [
        (vec![one.clone()], vec![]),
        (vec![one.clone(), receipt("z", "z", Some(7))], vec![]),
        (vec![receipt("z", "z", Some(7))], vec!["acknowledged-is-durable"]),
        (vec![one.clone(), receipt("r2", "q", Some(5))], vec!["payment-exactly-once"]),
    ] {
        let mut s = open();
        s.call(transfer("q", 1, 5), receipts(vec![one.clone()])).balance(95, listed.clone());
        assert_eq!(s.broken(), broken, "{listed:?}");
    }
}

#[test]
fn balance_and_receipts_add_up_to_the_same_sum_where_nobody_else_pays() {
    let old = || receipt("z", "z", Some(7));
    for (more, alone, broken) in [
        (vec![], true, 0),
        (vec![receipt("y", "y", Some(5))], true, 1),
        (vec![receipt("y", "y", Some(5))], false, 0),
        // What came in before is no more than what went out.
        (vec![receipt("y", "y", Some(-5))], true, 1),
    ] {
        let mut s = open();
        s.settings.exclusive = alone;
        s.balance(95, vec![old()]).balance(95, [vec![old()], more.clone()].concat());
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{more:?} {alone}");
    }
}

#[test]
fn a_receipt_of_nothing_is_of_a_payment() {
    for (listed, broken) in
        [(receipt("r", "q", Some(0)), vec![]), (receipt("z", "z", Some(0)), vec!["acknowledged-is-durable"])]
    {
        let mut s = open();
        s.facts.members[0].holdings.bills = vec![Bill { amount_vnd: 0, ..bill(0) }];
        s.call(pay("q", 0), gives(0)).balance(95, vec![listed.clone()]);
        assert_eq!(s.broken(), broken, "{listed:?}");
    }
    // A list with it is none of what comes in.
    assert_eq!(got(98, vec![receipt("x0", "q0", Some(7)), receipt("z", "z", Some(0))]).broken(), NONE);
}

#[test]
fn where_lists_hold_what_comes_in_a_transfer_is_in_its_recipients_list() {
    for (listed, broken) in [
        (vec![receipt("y", "y", Some(3)), unnamed("r9", Some(-20))], 0),
        (vec![receipt("y", "y", Some(3))], 1),
        (vec![receipt("y", "y", Some(3)), unnamed("r9", Some(-19))], 1),
        // A list without amounts tells nothing of it.
        (vec![receipt("y", "y", None)], 0),
    ] {
        let mut s = open();
        s.call(transfer("q", 1, 20), receipts(vec![receipt("r", "q", Some(20))]));
        s.balance(OPENING, vec![receipt("r", "q", Some(20)), receipt("r0", "q0", Some(-7))]);
        second(&mut s).balance(OPENING, listed.clone());
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{listed:?}");
    }
    // Two transfers of one amount are two.
    for (times, broken) in [(1, 1), (2, 0)] {
        let mut s = open();
        s.call(transfer("q", 1, 20), gives(20))
            .call(transfer("q2", 1, 20), receipts(vec![receipt("r2", "q2", Some(20))]));
        second(&mut s).balance(OPENING, vec![unnamed("r9", Some(-20)); times]);
        assert_eq!(s.broken().len(), broken, "{times}");
    }
}

#[test]
fn a_bill_of_somebody_else_is_not_paid() {
    let of = |n| Operation::PaymentPay { request: Token::new("q"), bill: bill(n).id, amount_vnd: DUE };
    for (n, outcome, broken) in [
        (1, gives(DUE), 1),
        (1, refused(Reason::BillUnknown), 0),
        // One that no register of the story knows.
        (9, gives(DUE), 0),
        (9, refused(Reason::BillUnknown), 0),
    ] {
        let mut s = open();
        s.call(of(n), outcome.clone());
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{n} {outcome:?}");
    }
    let mut s = open();
    s.call(Operation::PaymentBills, bills(vec![bill(9)]));
    assert_eq!(s.broken(), NONE);
}

#[test]
fn what_an_older_account_paid_before_is_not_known() {
    let mut s = open();
    s.call(pay("q", DUE), refused(Reason::BillPaid));
    assert_eq!(s.broken(), NONE);
    let mut s = newcomer();
    s.facts.members[0].holdings.bills = vec![bill(0)];
    s.call(pay("q", DUE), refused(Reason::BillPaid));
    assert_eq!(s.broken(), ["payment-exactly-once"]);
}

#[test]
fn the_story_of_a_bill_that_is_unpaid_again_shows_its_payment() {
    let told = |paid| bills(vec![Bill { paid, ..bill(0) }]);
    let mut s = open();
    s.call(pay("q", DUE), gives(DUE))
        .call(Operation::PaymentBills, told(true))
        .call(Operation::PaymentBills, told(false));
    assert_eq!(s.broken(), ["acknowledged-is-durable"]);
    // The login, the payment, and the answer.
    assert_eq!(s.findings()[0].story, [0, 2, 4]);
}

#[test]
fn one_dong_can_be_sent_and_nothing_can_not() {
    for (amount, outcome, broken) in [
        (1, gives(1), 0),
        (1, refused(Reason::Malformed), 1),
        (0, gives(0), 1),
        (0, refused(Reason::Malformed), 0),
        (-1, refused(Reason::Malformed), 0),
    ] {
        let mut s = open();
        s.balance(OPENING, vec![]).call(transfer("q", 1, amount), outcome.clone());
        assert_eq!(s.broken().len(), broken, "{amount} {outcome:?}");
    }
}

#[test]
fn whether_somebody_unknown_can_be_sent_money_is_not_judged() {
    for outcome in [gives(20), refused(Reason::RecipientUnfit)] {
        let mut s = people(Level::Two);
        s.facts.members[1].prior = Prior::Unknown;
        s.enter_passcode("123456", done()).call(transfer("q", 1, 20), outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
        let mut s = open();
        s.call(transfer("q", 7, 20), outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}
