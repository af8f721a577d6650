//! Two payments of one bill, transfers, retries of both, and the balance.

use super::{Event, Machine, Said, agrees, exhausts};
use crate::support::*;
use crate::utilities::{OPENING, bill, open, paid, pay, transfer};
use songsinh_contract::*;

/// What is asked: payments of one bill under two request ids; a transfer, once with another amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ask {
    PayP,
    PayQ,
    Send,
    SendMore,
    Balance,
}

const DUE: i64 = 200_000;
const SENT: i64 = 1_000;
const MORE: i64 = 3_000;

impl Ask {
    /// The request id and the amount.
    fn payment(self) -> Option<(usize, i64)> {
        match self {
            Self::PayP => Some((0, DUE)),
            Self::PayQ => Some((1, DUE)),
            Self::Send => Some((2, SENT)),
            Self::SendMore => Some((2, MORE)),
            Self::Balance => None,
        }
    }
}

/// A payment that was made: the number of its receipt, the amount, the balance after it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Made {
    receipt: i64,
    amount: i64,
    then: i64,
}

/// What was spent, and the payments by request id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bank {
    spent: i64,
    made: [Option<Made>; 3],
}

/// The balance after so much was spent, and the receipt, as one value.
fn told(spent: i64, receipt: i64) -> Said {
    Said::Done(spent * 4 + receipt)
}

impl Machine for Bank {
    type Ask = Ask;
    const RULES: &'static [Rule] = &[];
    fn act(&self, _: u64, ask: Ask) -> Vec<(Self, Said)> {
        let Some((request, amount)) = ask.payment() else { return vec![(self.clone(), told(self.spent, 0))] };
        let no = vec![(self.clone(), Said::Refused)];
        if let Some(before) = self.made[request] {
            if before.amount != amount {
                return no;
            }
            // A retry tells the balance of then or of now.
            let mut out = vec![(self.clone(), told(before.then, before.receipt))];
            if before.then != self.spent {
                out.push((self.clone(), told(self.spent, before.receipt)));
            }
            return out;
        }
        let bill_paid = self.made[0].or(self.made[1]).is_some();
        if request < 2 && bill_paid {
            return no;
        }
        // The number of a receipt is the target's to choose.
        let with = |receipt| {
            let mut after = self.clone();
            after.spent += amount;
            after.made[request] = Some(Made { receipt, amount, then: after.spent });
            (after.clone(), told(after.spent, receipt))
        };
        vec![with(1), with(2)]
    }
    fn sayings(ask: Ask) -> Vec<Said> {
        let sums = [0, DUE, SENT, MORE, DUE + SENT, DUE + MORE];
        if ask == Ask::Balance {
            return sums.map(|spent| told(spent, 0)).to_vec();
        }
        let mut out = vec![Said::Refused; 3];
        out.extend(sums.into_iter().filter(|s| *s > 0).flat_map(|spent| [told(spent, 1), told(spent, 2)]));
        out
    }
    fn opening() -> Story {
        let mut s = open();
        let bills = Values { bills: vec![bill(0)], ..Values::default() };
        s.call(Operation::PaymentBills, Outcome::Done(Box::new(bills))).balance(OPENING, vec![]);
        s
    }
    fn write(s: &mut Story, start: u64, history: &[Event<Ask>]) {
        for event in history {
            let request = ["p", "q", "x"][event.ask.payment().map_or(0, |(request, _)| request)];
            let operation = match event.ask {
                Ask::PayP | Ask::PayQ => pay(request, DUE),
                Ask::Send => transfer(request, 1, SENT),
                Ask::SendMore => transfer(request, 1, MORE),
                Ask::Balance => Operation::PaymentBalance,
            };
            let outcome = event.outcome(|told| {
                let (spent, receipt) = (told / 4, told % 4);
                let Some((_, amount)) = event.ask.payment() else {
                    let balance_vnd = Some(OPENING - spent);
                    return Outcome::Done(Box::new(Values { balance_vnd, ..Values::default() }));
                };
                paid(&format!("{request}{receipt}"), request, amount, OPENING - spent)
            });
            s.between(start + event.sent, start + event.done, operation, outcome);
        }
    }
    fn ask(chance: &mut Chance, _: &[Ask]) -> Ask {
        [Ask::PayP, Ask::PayP, Ask::PayQ, Ask::Send, Ask::SendMore, Ask::Balance][chance.below(6) as usize]
    }
}

#[test]
fn random_histories_of_payments_agree_with_a_search_of_all_orders() {
    agrees::<Bank>("payments", 20_000, 5);
}

/// What is asked of one bill alone.
#[derive(Debug, Clone, PartialEq, Default)]
struct Bill {
    by: Option<Ask>,
}

impl Machine for Bill {
    type Ask = Ask;
    const RULES: &'static [Rule] = &[];
    fn act(&self, _: u64, ask: Ask) -> Vec<(Self, Said)> {
        match self.by {
            Some(by) if by != ask => vec![(self.clone(), Said::Refused)],
            _ => vec![(Self { by: Some(ask) }, Said::Done(0))],
        }
    }
    fn sayings(_: Ask) -> Vec<Said> {
        vec![Said::Done(0), Said::Refused]
    }
    fn opening() -> Story {
        Bank::opening()
    }
    fn write(s: &mut Story, start: u64, history: &[Event<Ask>]) {
        for event in history {
            let request = if event.ask == Ask::PayP { "p" } else { "q" };
            s.between(start + event.sent, start + event.done, pay(request, DUE), event.outcome(|_| done()));
        }
    }
    fn ask(_: &mut Chance, _: &[Ask]) -> Ask {
        Ask::PayP
    }
}

#[test]
fn two_payments_of_one_bill_each_retried_in_every_order_and_overlap() {
    exhausts::<Bill>(&[Ask::PayP, Ask::PayP, Ask::PayQ, Ask::PayQ]);
}
