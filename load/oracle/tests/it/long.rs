//! Long histories: the values that calls carry decide what a search of orders alone could not.

use crate::support::*;
use crate::utilities::{OPENING, open, transfer};
use songsinh_contract::*;

/// So many transfers of 1,000 đồng, each begun before the one before it is answered; every `loses`th answer is lost and
/// its call retried, and every fiftieth call asks for the balance. A faulty target makes the retry numbered `faulty` a
/// second transfer.
fn transfers(calls: u64, loses: u64, faulty: Option<u64>) -> Story {
    let mut s = open();
    s.balance(OPENING, vec![]);
    let (mut sent, mut retries) = (0, 0);
    for n in 0..calls {
        let now = s.now;
        s.now += 20;
        if n % 50 == 49 {
            // Alone, so that it knows every transfer.
            s.now += 40;
            let values = Values { balance_vnd: Some(OPENING - sent), ..Values::default() };
            s.between(now + 40, now + 45, Operation::PaymentBalance, Outcome::Done(Box::new(values)));
            continue;
        }
        let request = format!("x{n}");
        let is_lost = loses > 0 && n % loses == 0;
        sent += 1_000;
        let answer =
            |id: &str| Outcome::Done(Box::new(Values { receipts: vec![receipt(id, &request)], ..Values::default() }));
        let first = if is_lost { lost() } else { answer(&request) };
        s.between(now, now + 30, transfer(&request, 1, 1_000), first);
        if is_lost {
            retries += 1;
            if faulty == Some(retries) {
                sent += 1_000;
            }
            s.now += 20;
            s.between(now + 35, now + 38, transfer(&request, 1, 1_000), answer(&request));
        }
    }
    s
}

fn receipt(id: &str, request: &str) -> Receipt {
    Receipt { id: Token::new(id), request: Some(Token::new(request)), amount_vnd: Some(1_000) }
}

#[test]
fn two_thousand_transfers_with_overlaps_and_lost_answers_are_decided() {
    for loses in [0, 7] {
        let s = transfers(2_000, loses, None);
        let verdict = s.verdict();
        assert!(!verdict.overflowed, "every {loses}th lost");
        assert_eq!(verdict.findings, vec![]);
        let count = verdict.counts.of(Rule::PaymentExactlyOnce);
        assert!(count.undecided < count.allowed / 5, "{count:?}");
    }
}

#[test]
fn one_transfer_made_twice_among_two_thousand_is_found() {
    for faulty in [1, 100, 200] {
        let s = transfers(2_000, 7, Some(faulty));
        assert!(!s.verdict().overflowed);
        assert_eq!(s.broken(), ["payment-exactly-once"], "retry {faulty}");
    }
}

/// So many reads of a page by two sessions at once, of which every fifth is lost.
#[test]
fn lost_reads_leave_one_world() {
    let mut s = Story::new();
    s.logged_in();
    for n in 0..500 {
        let now = s.now;
        s.now += 20;
        let outcome = if n % 5 == 0 { lost() } else { told(Level::App, Application::None, Activation::None) };
        s.between(now, now + 30, Operation::AccountShow, outcome);
    }
    let verdict = s.verdict();
    assert_eq!((verdict.overflowed, verdict.findings), (false, vec![]));
    s.show(told(Level::One, Application::None, Activation::None));
    assert_eq!(s.broken(), ["steps-in-order"]);
}
