//! Who acts in a story: a person, the phones in their hands, what they chose and remember.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use songsinh_contract::{
    Bound, Caller, Chance, CitizenIndex, CitizenNumber, Digest, Form, Holdings, Level, MemberRole, Person, Portrait,
    PrintedCard, ProofShown, Secret, Signer, Standing, Token,
};
use songsinh_phone::Phone;

use crate::secrets::Secrets;

/// A phone, and the session that its app is logged in with.
#[derive(Clone)]
pub struct Handset {
    /// The phone.
    pub phone: Phone,
    /// The session it is logged in with.
    pub session: Option<Token>,
    /// What gets the next session.
    pub refresh: Option<Token>,
}

impl Handset {
    /// A phone that is not logged in.
    #[must_use]
    pub fn new(phone: Phone) -> Self {
        Self { phone, session: None, refresh: None }
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
    /// Where password, passcode and answers come from.
    pub secrets: Secrets,
    /// The password they choose.
    pub password: Secret,
    /// The passcode they choose.
    pub passcode: Secret,
    /// What they are in the story.
    pub role: MemberRole,
    /// The account that they have: what an earlier story left, and what the steps of this one made of it. None: they
    /// have no account. While a level waits for its activation beside an active one, it stands in `waiting` alone.
    pub standing: Option<Standing>,
    /// The level that was approved and is not yet activated beside an active one.
    pub waiting: Option<Level>,
    /// Their papers and bills in the registers.
    pub holdings: Holdings,
    /// The security questions that they chose, with their answers.
    pub answers: Vec<(u16, Secret)>,
    /// User name and password at the counter, of a police officer.
    pub officer: Option<(Box<str>, Secret)>,
}

impl Actor {
    /// Puts a person on the stage who has no account. Password, passcode and answers are drawn from `seed` and person.
    #[must_use]
    pub fn new(person: Person, phone: Handset, spare: Handset, seed: u64) -> Self {
        let secrets = Secrets::of(seed, person.index);
        Self {
            person,
            phone,
            spare,
            secrets,
            password: secrets.password(),
            passcode: secrets.passcode(),
            role: MemberRole::Citizen,
            standing: None,
            waiting: None,
            holdings: Holdings::default(),
            answers: Vec::new(),
            officer: None,
        }
    }
    /// This person with the account that an earlier story left: takes the phone in hand that it is bound to, and finds
    /// out which password, passcode and answers it was.
    #[must_use]
    pub fn with_standing(mut self, standing: Standing) -> Self {
        if let Some(bound) = &standing.bound {
            if bound.device == self.spare.device {
                std::mem::swap(&mut self.phone, &mut self.spare);
            }
            let fits = |one: Secrets| one.passcode().digest() == bound.passcode;
            self.secrets = self.secrets.found(fits, Secrets::with_next_passcode).unwrap_or(self.secrets);
            self.answers =
                bound.questions.iter().map(|&(question, _)| (question, self.secrets.answer(question))).collect();
        }
        if let Some(password) = standing.password {
            let fits = |one: Secrets| one.password().digest() == password;
            self.secrets = self.secrets.found(fits, Secrets::with_next_password).unwrap_or(self.secrets);
        }
        self.phone.number = standing.phone;
        self.spare.number = standing.phone;
        self.password = self.secrets.password();
        self.passcode = self.secrets.passcode();
        self.standing = Some(standing);
        self
    }
    /// Which level the account has; [`Level::None`]: there is no account.
    #[must_use]
    pub fn level(&self) -> Level {
        self.standing.as_ref().map_or(Level::None, |standing| standing.level)
    }
    /// Where the account is active.
    #[must_use]
    pub fn bound(&self) -> Option<&Bound> {
        self.standing.as_ref()?.bound.as_ref()
    }
    /// Whether the account has a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.standing.as_ref().is_some_and(|standing| standing.password.is_some())
    }
    /// Writes down that the password of now is the account's.
    pub(crate) fn password_is_set(&mut self) {
        let (phone, password) = (self.phone.number, self.password.digest());
        let standing = self.standing.get_or_insert(Standing { phone, level: Level::App, password: None, bound: None });
        standing.password = Some(password);
    }
    /// Writes down that an application for `level` was approved.
    pub(crate) fn is_approved(&mut self, level: Level) {
        let phone = self.phone.number;
        let standing = self.standing.get_or_insert(Standing { phone, level, password: None, bound: None });
        if standing.bound.is_some() {
            self.waiting = Some(level);
        } else {
            standing.level = standing.level.max(level);
        }
    }
    /// Writes down that the account is active on the phone in hand, with these answers.
    pub(crate) fn is_active(&mut self, answers: Vec<(u16, Secret)>) {
        let Some(standing) = &mut self.standing else { return };
        if let Some(level) = self.waiting.take() {
            standing.level = standing.level.max(level);
        }
        standing.bound = Some(Bound {
            device: self.phone.device,
            key: Digest::of(self.phone.signer().thumbprint().as_bytes()),
            passcode: self.passcode.digest(),
            questions: answers.iter().map(|(question, answer)| (*question, answer.digest())).collect(),
            qr_switch: standing.bound.as_ref().is_some_and(|bound| bound.qr_switch),
        });
        self.answers = answers;
    }
    /// Writes down that the account, active on another phone until now, moved to the phone in hand.
    pub(crate) fn has_moved_here(&mut self) {
        let (device, key) = (self.phone.device, Digest::of(self.phone.signer().thumbprint().as_bytes()));
        if let Some(bound) = self.standing.as_mut().and_then(|standing| standing.bound.as_mut()) {
            (bound.device, bound.key) = (device, key);
        }
    }
    /// Writes down that the device was released.
    pub(crate) fn is_released(&mut self) {
        if let Some(standing) = &mut self.standing {
            standing.bound = None;
        }
    }
    /// Writes down how the QR switch stands.
    pub(crate) fn has_switched_qr(&mut self, on: bool) {
        if let Some(bound) = self.standing.as_mut().and_then(|standing| standing.bound.as_mut()) {
            bound.qr_switch = on;
        }
    }
    /// Takes the next password for the own one, and writes it down as the account's.
    pub(crate) fn has_next_password(&mut self) {
        self.secrets = self.secrets.with_next_password();
        self.password = self.secrets.password();
        self.password_is_set();
    }
    /// Takes the next passcode for the own one, and writes it down as the account's.
    pub(crate) fn has_next_passcode(&mut self) {
        self.secrets = self.secrets.with_next_passcode();
        self.passcode = self.secrets.passcode();
        let digest = self.passcode.digest();
        if let Some(bound) = self.standing.as_mut().and_then(|standing| standing.bound.as_mut()) {
            bound.passcode = digest;
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
