//! What a person chooses and keeps to themselves: passwords, passcodes, answers to security questions.
//!
//! Invariant: all of it is a function of the seed and the person, never of a story's chance. Whoever knows both can
//! rebuild a person whom an earlier run prepared; only how often they changed their mind has to be found out.

use songsinh_contract::{Chance, CitizenIndex, Purpose, Secret};

const PASSWORD: Purpose = Purpose::named("actor.password");
const PASSCODE: Purpose = Purpose::named("actor.passcode");
const ANSWER: Purpose = Purpose::named("actor.answer");
const CHOICE: Purpose = Purpose::named("actor.questions");

/// How often a password or passcode may have been changed and still be found again.
pub const MOST_CHANGES: u8 = 8;

const SPECIAL: [char; 4] = ['!', '@', '#', '$'];

/// Where a person's secrets come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secrets {
    seed: u64,
    person: CitizenIndex,
    password: u8,
    passcode: u8,
}

impl Secrets {
    /// The secrets of a person who has not changed any.
    #[must_use]
    pub fn of(seed: u64, person: CitizenIndex) -> Self {
        Self { seed, person, password: 0, passcode: 0 }
    }
    fn draw(self, purpose: Purpose, index: u64) -> Chance {
        let mut seed = Chance::new(self.seed, purpose, self.person.0);
        Chance::new(seed.bits(), purpose, index)
    }
    /// The password of now.
    #[must_use]
    pub fn password(self) -> Secret {
        let mut chance = self.draw(PASSWORD, self.password.into());
        Secret::new(&format!("Ss{:08}{}", chance.below(100_000_000), SPECIAL[chance.below(4) as usize]))
    }
    /// The passcode of now.
    #[must_use]
    pub fn passcode(self) -> Secret {
        Secret::new(&format!("{:06}", self.draw(PASSCODE, self.passcode.into()).below(1_000_000)))
    }
    /// The answer to a security question.
    #[must_use]
    pub fn answer(self, question: u16) -> Secret {
        Secret::new(&format!("tra loi {}", self.draw(ANSWER, question.into()).below(1_000_000)))
    }
    /// Two different places in a list of that many questions (two or more).
    #[must_use]
    pub fn two_places(self, count: u64) -> [u64; 2] {
        let mut chance = self.draw(CHOICE, 0);
        let first = chance.below(count);
        [first, (first + 1 + chance.below(count.saturating_sub(1))) % count.max(1)]
    }
    /// The same person with the next password.
    #[must_use]
    pub fn with_next_password(self) -> Self {
        Self { password: self.password.wrapping_add(1), ..self }
    }
    /// The same person with the next passcode; it differs from the one of now.
    #[must_use]
    pub fn with_next_passcode(self) -> Self {
        let next = Self { passcode: self.passcode.wrapping_add(1), ..self };
        if next.passcode() == self.passcode() { next.with_next_passcode() } else { next }
    }
    /// The same person at the first change that fits.
    #[must_use]
    pub(crate) fn found(self, fits: impl Fn(Self) -> bool, next: impl Fn(Self) -> Self) -> Option<Self> {
        std::iter::successors(Some(self), |&one| Some(next(one))).take(MOST_CHANGES.into()).find(|&one| fits(one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_belong_to_seed_and_person_and_meet_the_policy() {
        let all = [(1, 2), (1, 3), (2, 2)].map(|(seed, person)| Secrets::of(seed, CitizenIndex(person)));
        for one in all {
            let shape = one.password().shape();
            assert!(shape.length == 11 && shape.upper && shape.lower && shape.digit && shape.special);
            assert_eq!(one.passcode().shape().length, 6);
            assert_ne!(one.with_next_password().password(), one.password());
            assert_ne!(one.with_next_passcode().passcode(), one.passcode());
            let again = Secrets::of(one.seed, one.person);
            assert_eq!((again.password(), again.answer(4)), (one.password(), one.answer(4)));
        }
        assert_ne!(all[0].password(), all[1].password());
        assert_ne!(all[0].password(), all[2].password());
    }

    #[test]
    fn two_places_differ_and_stay_in_the_list() {
        for person in 0..200 {
            let [one, other] = Secrets::of(7, CitizenIndex(person)).two_places(5);
            assert!(one != other && one < 5 && other < 5);
        }
    }
}
