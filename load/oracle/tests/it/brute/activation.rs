//! Two phones that activate one account, its release, and uses of a session.

use super::{Event, Machine, Said, agrees, exhausts};
use crate::support::*;
use songsinh_contract::*;

/// What is asked. The session is of phone A.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ask {
    FinishA,
    FinishB,
    Release,
    Use,
    /// The page tells whether the account is activated.
    Show,
}

/// Where the account is active, and whether the session lives.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Account {
    active: Option<char>,
    /// Steps that were the last of their activation.
    finished: [bool; 2],
    over: bool,
}

impl Account {
    fn finish(&self, phone: char) -> Vec<(Self, Said)> {
        let at = usize::from(phone == 'b');
        let no = (self.clone(), Said::Refused);
        if self.active.is_some() {
            return vec![no];
        }
        let mut after = self.clone();
        after.active = Some(phone);
        after.finished[at] = true;
        let yes = (after, Said::Done(0));
        // Whether an activation that was finished serves again after a release is nowhere said.
        if self.finished[at] { vec![yes, no] } else { vec![yes] }
    }
    /// A call of the session: over after a release; on another phone than the active one either way.
    fn within(&self, after: Self, told: i64) -> Vec<(Self, Said)> {
        let (yes, no) = ((after, Said::Done(told)), (self.clone(), Said::Refused));
        match self.active {
            _ if self.over => vec![no],
            Some('b') => vec![yes, no],
            _ => vec![yes],
        }
    }
}

impl Machine for Account {
    type Ask = Ask;
    const RULES: &'static [Rule] =
        &[Rule::DeviceRaceOneWinner, Rule::ActivateOnce, Rule::AccountOneDevice, Rule::DeviceReleaseEndsAccess];
    fn act(&self, _: u64, ask: Ask) -> Vec<(Self, Said)> {
        match ask {
            Ask::FinishA => self.finish('a'),
            Ask::FinishB => self.finish('b'),
            Ask::Release if self.active.is_none() => vec![(self.clone(), Said::Refused)],
            Ask::Release => self.within(Self { active: None, over: true, ..self.clone() }, 0),
            Ask::Use => self.within(self.clone(), 0),
            Ask::Show => self.within(self.clone(), i64::from(self.active.is_some())),
        }
    }
    fn sayings(ask: Ask) -> Vec<Said> {
        match ask {
            Ask::Show => vec![Said::Done(0), Said::Done(1), Said::Refused],
            _ => vec![Said::Done(0), Said::Refused],
        }
    }
    fn opening() -> Story {
        let mut s = Story::new();
        s.approved().half_active().device = B;
        s.activation(phone(0), "b", 777_777).enter("b", 777_777, done()).passcode("b", "654321", done());
        s
    }
    fn write(s: &mut Story, start: u64, history: &[Event<Ask>]) {
        for event in history {
            (s.device, s.session) = match event.ask {
                Ask::FinishA => (A, None),
                Ask::FinishB => (B, None),
                _ => (A, Some("s")),
            };
            let operation = match event.ask {
                Ask::FinishA => answers("a", [1, 2]),
                Ask::FinishB => answers("b", [1, 2]),
                Ask::Release => Operation::DeviceRelease,
                Ask::Use | Ask::Show => Operation::AccountShow,
            };
            let outcome = event.outcome(|shown| match (event.ask, shown) {
                (Ask::Show, 0) => told(Level::App, Application::Approved, Activation::Notified),
                (Ask::Show, _) => told(Level::One, Application::Approved, Activation::Activated),
                _ => done(),
            });
            s.between(start + event.sent, start + event.done, operation, outcome);
        }
    }
    fn ask(chance: &mut Chance, _: &[Ask]) -> Ask {
        [Ask::FinishA, Ask::FinishB, Ask::Release, Ask::Use, Ask::Show, Ask::Show][chance.below(6) as usize]
    }
}

#[test]
fn two_activations_a_release_and_two_uses_in_every_order_and_overlap() {
    let sums = exhausts::<Account>(&[Ask::FinishA, Ask::FinishB, Ask::Release, Ask::Use, Ask::Use]);
    // 3,451 orders and overlaps of five calls, 243 kinds of answers; told once are those that differ only in which of the
    // two uses is which, or in when a lost call was given up.
    assert!(sums.histories > 100_000, "{sums:?}");
}

#[test]
fn two_activations_and_what_the_page_shows_in_every_order_and_overlap() {
    exhausts::<Account>(&[Ask::FinishA, Ask::FinishB, Ask::Release, Ask::Show]);
}

#[test]
fn random_histories_of_two_activations_agree_with_a_search_of_all_orders() {
    agrees::<Account>("activation", 20_000, 6);
}
