//! Who acts in a story: a person, the phones in their hands, what they chose and remember.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use songsinh_contract::{
    Caller, Chance, CitizenIndex, CitizenNumber, Form, Holdings, MemberRole, Person, Portrait, PrintedCard, ProofShown,
    Secret, Signer, Standing, Token,
};
use songsinh_phone::Phone;

/// A phone, and the session that its app is logged in with.
#[derive(Clone)]
pub struct Handset {
    /// The phone.
    pub phone: Phone,
    /// The session it is logged in with.
    pub session: Option<Token>,
}

impl Handset {
    /// A phone that is not logged in.
    #[must_use]
    pub fn new(phone: Phone) -> Self {
        Self { phone, session: None }
    }
    /// This phone as a caller with its own fresh proof.
    #[must_use]
    pub fn caller(&self) -> Caller {
        self.phone.caller(self.session.clone(), ProofShown::Own)
    }
    /// This phone as a caller that shows another proof than it should, signed by `signer`.
    #[must_use]
    pub fn caller_with(&self, proof: ProofShown, signer: &Arc<dyn Signer>) -> Caller {
        match proof {
            ProofShown::Missing => self.phone.caller(self.session.clone(), proof),
            _ => self.phone.caller_with(self.session.clone(), proof, Arc::clone(signer)),
        }
    }
}

impl Deref for Handset {
    type Target = Phone;
    fn deref(&self) -> &Phone {
        &self.phone
    }
}

impl DerefMut for Handset {
    fn deref_mut(&mut self) -> &mut Phone {
        &mut self.phone
    }
}

/// A person on the stage.
#[derive(Clone)]
pub struct Actor {
    /// The truth about them.
    pub person: Person,
    /// The phone in use.
    pub phone: Handset,
    /// A second phone, for those who move or attack.
    pub spare: Handset,
    /// The password they choose.
    pub password: Secret,
    /// The passcode they choose.
    pub passcode: Secret,
    /// What they are in the story.
    pub role: MemberRole,
    /// The account that an earlier story left them with; none: they begin with nothing.
    pub standing: Option<Standing>,
    /// Their papers and bills in the registers.
    pub holdings: Holdings,
    /// The security questions that they chose, with their answers.
    pub answers: Vec<(u16, Secret)>,
    /// User name and password at the counter, of a police officer.
    pub officer: Option<(Box<str>, Secret)>,
}

impl Actor {
    /// Puts a person on the stage; password and passcode are drawn from `chance`.
    #[must_use]
    pub fn new(person: Person, phone: Handset, spare: Handset, chance: &mut Chance) -> Self {
        let password = Secret::new(&format!("Ss{:08}{}", chance.below(100_000_000), SPECIAL[chance.below(4) as usize]));
        let passcode = Secret::new(&format!("{:06}", chance.below(1_000_000)));
        Self {
            person,
            phone,
            spare,
            password,
            passcode,
            role: MemberRole::Citizen,
            standing: None,
            holdings: Holdings::default(),
            answers: Vec::new(),
            officer: None,
        }
    }
    /// Place in the population.
    #[must_use]
    pub fn index(&self) -> CitizenIndex {
        self.person.index
    }
    /// The twelve digits.
    #[must_use]
    pub fn number(&self) -> CitizenNumber {
        self.person.number
    }
    /// The registration form, filled without a mistake.
    #[must_use]
    pub fn form(&self) -> Form {
        Form {
            number: self.person.number.to_string().into(),
            phone: self.phone.number,
            name: self.person.name.as_str().into(),
            born: self.person.born,
            sex: self.person.sex,
        }
    }
    /// What the card in the person's hand has printed on it; who has no card has a print of the true data.
    #[must_use]
    pub fn printed(&self) -> Box<PrintedCard> {
        let person = &self.person;
        Box::new(songsinh_card::printed::of(person).unwrap_or_else(|| PrintedCard {
            number: person.number,
            old_number: person.old_number,
            name: person.name.as_str().into(),
            born: person.born,
            sex: person.sex,
            address: person.address.as_str().into(),
            issued: jiff::civil::Date::constant(2021, 7, 1),
        }))
    }
    /// A new picture of this person.
    #[must_use]
    pub fn selfie(&self, chance: &mut Chance) -> Portrait {
        Portrait { face: self.person.portrait.face, shot: 1 + chance.below(u64::from(u32::MAX - 1)) as u32 }
    }
    /// This actor with the other phone in hand.
    #[must_use]
    pub fn on_spare(&self) -> Self {
        Self { phone: self.spare.clone(), spare: self.phone.clone(), ..self.clone() }
    }
}

const SPECIAL: [char; 4] = ['!', '@', '#', '$'];
