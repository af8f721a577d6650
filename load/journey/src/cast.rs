//! Who is on the stage of a story, by role.

use songsinh_contract::MemberRole;

use crate::{Actor, Ending};

/// Who is on the stage.
#[derive(Clone)]
pub struct Cast {
    /// Whose journey it is.
    pub main: Actor,
    /// Relatives, officials, officers, attackers: as many as the story needs.
    pub others: Vec<Actor>,
}

impl Cast {
    /// The first of the others, whatever their role.
    ///
    /// # Errors
    /// When the story was given too few people.
    pub fn other(&mut self) -> Result<&mut Actor, Ending> {
        self.others.first_mut().ok_or(Ending::Failed("the story has nobody to play the other person"))
    }
    fn first(&mut self, role: MemberRole) -> Option<&mut Actor> {
        self.others.iter_mut().find(|actor| actor.role == role)
    }
    /// The relative.
    ///
    /// # Errors
    /// When there is none.
    pub fn relative(&mut self) -> Result<&mut Actor, Ending> {
        self.first(MemberRole::Relative).ok_or(NO_RELATIVE)
    }
    /// The attacker.
    ///
    /// # Errors
    /// When there is none.
    pub fn attacker(&mut self) -> Result<&mut Actor, Ending> {
        self.first(MemberRole::Attacker).ok_or(NO_ATTACKER)
    }
    /// The official who scans.
    ///
    /// # Errors
    /// When there is none.
    pub fn official(&mut self) -> Result<&mut Actor, Ending> {
        self.first(MemberRole::Official).ok_or(NO_OFFICIAL)
    }
    /// The police officer at the counter.
    ///
    /// # Errors
    /// When there is none.
    pub fn officer(&mut self) -> Result<&mut Actor, Ending> {
        self.first(MemberRole::Officer).ok_or(NO_OFFICER)
    }
    /// Everybody at once, each to be moved on their own.
    pub fn company(&mut self) -> Company<'_> {
        Company { main: &mut self.main, others: self.others.iter_mut().collect() }
    }
}

/// The people of a story, each of whom can be asked for once.
pub struct Company<'a> {
    /// Whose journey it is.
    pub main: &'a mut Actor,
    pub(crate) others: Vec<&'a mut Actor>,
}

impl<'a> Company<'a> {
    fn take(&mut self, role: MemberRole) -> Option<&'a mut Actor> {
        let at = self.others.iter().position(|actor| actor.role == role)?;
        Some(self.others.remove(at))
    }
    /// The next relative.
    ///
    /// # Errors
    /// When there is no further one.
    pub fn relative(&mut self) -> Result<&'a mut Actor, Ending> {
        self.take(MemberRole::Relative).ok_or(NO_RELATIVE)
    }
    /// The next attacker.
    ///
    /// # Errors
    /// When there is no further one.
    pub fn attacker(&mut self) -> Result<&'a mut Actor, Ending> {
        self.take(MemberRole::Attacker).ok_or(NO_ATTACKER)
    }
    /// The next official.
    ///
    /// # Errors
    /// When there is no further one.
    pub fn official(&mut self) -> Result<&'a mut Actor, Ending> {
        self.take(MemberRole::Official).ok_or(NO_OFFICIAL)
    }
    /// The next officer.
    ///
    /// # Errors
    /// When there is no further one.
    pub fn officer(&mut self) -> Result<&'a mut Actor, Ending> {
        self.take(MemberRole::Officer).ok_or(NO_OFFICER)
    }
}

const NO_RELATIVE: Ending = Ending::Failed("the story has nobody to play the relative");
const NO_ATTACKER: Ending = Ending::Failed("the story has nobody to play the attacker");
const NO_OFFICIAL: Ending = Ending::Failed("the story has nobody to play the official");
const NO_OFFICER: Ending = Ending::Failed("the story has nobody to play the police officer");
