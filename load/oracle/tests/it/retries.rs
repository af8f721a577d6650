//! Payments asked for again under the same request: what the answer may tell of the balance.

use crate::support::*;
use crate::utilities::*;

const DUE: i64 = 200_000;
/// After the bill is paid.
const THEN: i64 = OPENING - DUE;
/// After a transfer of 10 too.
const NOW: i64 = THEN - 10;

/// The bill is paid, the answer telling no balance, and 10 are sent away.
fn spent() -> Story {
    let mut s = open();
    s.balance(OPENING, vec![]).call(pay("q", DUE), receipts(vec![receipt("r", "q", Some(DUE))]));
    s.call(transfer("t", 1, 10), receipts(vec![receipt("r2", "t", Some(10))]));
    s
}

#[test]
fn a_retry_tells_the_balance_of_then_or_of_now() {
    for (told, broken) in [(THEN, 0), (NOW, 0), (OPENING, 1), (NOW - DUE, 1)] {
        let mut s = spent();
        s.call(pay("q", DUE), paid("r", "q", DUE, told));
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{told}");
        // So does one after that.
        let mut s = spent();
        s.call(pay("q", DUE), paid("r", "q", DUE, THEN)).call(pay("q", DUE), paid("r", "q", DUE, told));
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{told}, the second time");
        // Whether an answer between them was lost or not.
        let mut s = spent();
        s.call(pay("q", DUE), lost()).call(pay("q", DUE), paid("r", "q", DUE, told));
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{told}, after a lost answer");
    }
}

#[test]
fn a_retry_in_the_very_moment_of_the_payment_is_judged_as_any() {
    for (told, broken) in [(THEN, 0), (THEN - DUE, 1)] {
        let mut s = open();
        s.balance(OPENING, vec![]);
        let now = s.now;
        s.between(now, now, pay("q", DUE), receipts(vec![receipt("r", "q", Some(DUE))]));
        s.between(now, now, pay("q", DUE), paid("r", "q", DUE, told));
        assert_eq!(s.broken(), vec!["payment-exactly-once"; broken], "{told}");
    }
}

#[test]
fn the_order_of_simultaneous_transfers_makes_no_difference_when_none_is_retried() {
    // What each of seven would tell of the balance depends on those before it, of which there are 5,040 orders.
    let mut s = open();
    s.balance(OPENING, vec![]);
    let now = s.now;
    for n in 0..7 {
        let request = format!("x{n}");
        let answer = receipts(vec![receipt(&request, &request, Some(1_000 + n))]);
        s.between(now, now + 100, transfer(&request, 1, 1_000 + n), answer);
    }
    s.now = now + SECOND;
    s.balance(OPENING - 7_021, vec![]);
    let verdict = s.verdict();
    assert_eq!((verdict.overflowed, verdict.findings), (false, vec![]));
    s.balance(OPENING - 7_020, vec![]);
    assert_eq!(s.broken(), ["payment-exactly-once"]);
}
