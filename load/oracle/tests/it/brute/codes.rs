//! One code entered twice while a newer one is asked for.

use super::{Event, Machine, Said, agrees, exhausts};
use crate::support::*;
use songsinh_contract::*;

/// So many wrong codes void.
const LIMIT: u32 = 2;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ask {
    First,
    Second,
    Wrong,
    Resend,
}

/// The challenge: which code is out, whether it was used, the wrong ones since.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Challenge {
    resent: bool,
    used: bool,
    wrong: u32,
}

impl Machine for Challenge {
    type Ask = Ask;
    const RULES: &'static [Rule] = &[Rule::OtpSingleUse, Rule::OtpExpires, Rule::RegisterIncompleteLeavesNothing];
    fn act(&self, _: u64, ask: Ask) -> Vec<(Self, Said)> {
        let no = (self.clone(), Said::Refused);
        let right = if self.resent { Ask::Second } else { Ask::First };
        match ask {
            _ if self.used => vec![no],
            // A second resend comes within the minute.
            Ask::Resend if self.resent => vec![no],
            Ask::Resend => vec![(Self { resent: true, wrong: 0, ..*self }, Said::Done(0))],
            _ if self.wrong >= LIMIT => vec![no],
            _ if ask == right => vec![(Self { used: true, ..*self }, Said::Done(0))],
            _ => {
                let counted = (Self { wrong: self.wrong + 1, ..*self }, Said::Refused);
                // Whether the older code costs a try is left open.
                if ask == Ask::First { vec![counted, no] } else { vec![counted] }
            }
        }
    }
    fn sayings(_: Ask) -> Vec<Said> {
        vec![Said::Done(0), Said::Refused]
    }
    fn opening() -> Story {
        let mut s = Story::new();
        s.book.otp_attempts = LIMIT;
        s.register(phone(0), "r", 111_111).after(61 * SECOND);
        s
    }
    fn write(s: &mut Story, start: u64, history: &[Event<Ask>]) {
        for event in history {
            let operation = match event.ask {
                Ask::First => confirm("r", 111_111),
                Ask::Second => confirm("r", 222_222),
                Ask::Wrong => confirm("r", 999_999),
                Ask::Resend => Operation::AccountResend { challenge: Token::new("r") },
            };
            s.between(start + event.sent, start + event.done, operation, event.outcome(|_| done()));
            if event.ask == Ask::Resend && event.said != Some(Said::Refused) {
                s.message(phone(0), SmsPurpose::Register, Some(222_222));
            }
        }
    }
    fn ask(chance: &mut Chance, before: &[Ask]) -> Ask {
        match chance.below(6) {
            0 | 1 if !before.contains(&Ask::Resend) => Ask::Resend,
            0 | 2 => Ask::Second,
            3 => Ask::Wrong,
            _ => Ask::First,
        }
    }
}

#[test]
fn a_code_entered_twice_beside_a_resend_in_every_order_and_overlap() {
    exhausts::<Challenge>(&[Ask::First, Ask::First, Ask::Resend, Ask::Second]);
    exhausts::<Challenge>(&[Ask::Wrong, Ask::Wrong, Ask::Resend, Ask::Second]);
}

#[test]
fn random_histories_of_a_code_agree_with_a_search_of_all_orders() {
    agrees::<Challenge>("codes", 20_000, 6);
}
