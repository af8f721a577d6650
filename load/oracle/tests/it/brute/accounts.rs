//! A registration with its code and password, logins, and the lock.

use super::{Event, Machine, Said, agrees};
use crate::support::*;
use songsinh_contract::*;

/// So many wrong codes void, so many wrong passwords lock.
const LIMIT: u32 = 2;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ask {
    Right,
    Wrong,
    Password,
    Login,
    Mislogin,
}

/// The challenge and the account.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Account {
    wrong: u32,
    confirmed: bool,
    exists: bool,
    bad: u32,
}

impl Machine for Account {
    type Ask = Ask;
    const RULES: &'static [Rule] = &[Rule::OtpSingleUse, Rule::OtpAttemptsLimited, Rule::StepsInOrder];
    fn act(&self, _: u64, ask: Ask) -> Vec<(Self, Said)> {
        let mut after = self.clone();
        let mut done = false;
        match ask {
            Ask::Right if !self.confirmed && self.wrong < LIMIT => (after.confirmed, done) = (true, true),
            Ask::Wrong => after.wrong += u32::from(!self.confirmed && self.wrong < LIMIT),
            Ask::Password if self.confirmed && !self.exists => {
                (after.exists, done) = (true, true);
                if self.bad > 0 {
                    // Whether wrong passwords before the account count for it is left open.
                    let fresh = Self { bad: 0, ..after.clone() };
                    return vec![(after, Said::Done(0)), (fresh, Said::Done(0))];
                }
            }
            Ask::Login if self.exists && self.bad < LIMIT => (after.bad, done) = (0, true),
            // Before there is an account every password is a wrong one.
            Ask::Login if !self.exists => after.bad += u32::from(self.bad < LIMIT),
            Ask::Mislogin => after.bad += u32::from(self.bad < LIMIT),
            _ => {}
        }
        vec![(after, if done { Said::Done(0) } else { Said::Refused })]
    }
    fn sayings(_: Ask) -> Vec<Said> {
        vec![Said::Done(0), Said::Refused]
    }
    fn opening() -> Story {
        let mut s = Story::new();
        (s.book.otp_attempts, s.book.login_attempts) = (LIMIT, LIMIT);
        s.register(phone(0), "r", 111_111);
        s
    }
    fn write(s: &mut Story, start: u64, history: &[Event<Ask>]) {
        let number = s.number();
        let login = |password| Operation::SessionLogin { number, password: Secret::new(password) };
        for event in history {
            let operation = match event.ask {
                Ask::Right => confirm("r", 111_111),
                Ask::Wrong => confirm("r", 999_999),
                Ask::Password => {
                    Operation::AccountSetPassword { challenge: Token::new("r"), password: Secret::new(PASSWORD) }
                }
                Ask::Login => login(PASSWORD),
                Ask::Mislogin => login("Falsch-11"),
            };
            s.between(start + event.sent, start + event.done, operation, event.outcome(|_| done()));
        }
    }
    fn ask(chance: &mut Chance, _: &[Ask]) -> Ask {
        [Ask::Right, Ask::Wrong, Ask::Password, Ask::Login, Ask::Mislogin][chance.below(5) as usize]
    }
}

#[test]
fn random_histories_of_an_account_agree_with_a_search_of_all_orders() {
    agrees::<Account>("accounts", 20_000, 6);
}
