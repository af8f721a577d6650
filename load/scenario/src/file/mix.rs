//! Which journeys people make, and how often.

use crate::catalogue::{Journey, Need, Twist};
use crate::message::Message;
use crate::read::{Fields, Findings, record};
use crate::units::Amount;

record! {
    /// One line of the mix.
    pub struct Entry ("an entry of the mix", check fits) {
        /// Its share, relative to the other entries.
        "share" share: Amount, required;
        /// What people set out to do.
        "journey" journey: Journey, required;
        /// A mistake or an attack on the way; none: the honest journey.
        "twist" twist: Option<Twist>, optional;
    }
}

impl Entry {
    /// Whom it needs as its main citizen.
    #[must_use]
    pub fn need(&self) -> Need {
        self.twist.map_or(self.journey.need(), Twist::need)
    }
    /// How many further people it needs.
    #[must_use]
    pub fn further(&self) -> u8 {
        self.twist.map_or(0, Twist::further)
    }
    /// `journey` or `journey/twist`.
    #[must_use]
    pub fn label(&self) -> String {
        match self.twist {
            None => self.journey.to_string(),
            Some(twist) => format!("{}/{twist}", self.journey),
        }
    }
}

fn fits(entry: &Entry, fields: &Fields<'_>, findings: &mut Findings) {
    if let Some(twist) = entry.twist
        && twist.journey() != entry.journey
    {
        let (its, journey) = (twist.journey().as_str(), entry.journey.as_str());
        let message = Message::TwistOfOtherJourney { twist: twist.to_string(), journey, its };
        findings.add(&fields.place("twist"), message);
    }
}
