//! Whom a story needs: the kind of person whose journey it is, and who else is on the stage.

/// What kind of person a journey needs. All but the dead and cancelled are alive; all but the young are 14 or older;
/// all have a chip card in force (where nothing else is said) and a smartphone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Alive, 14 or older, card in force, smartphone.
    Any,
    /// The same, with a phone without NFC.
    NoNfc,
    /// The same, with a phone with NFC.
    Nfc,
    /// Dead in the register.
    Dead,
    /// The number was cancelled.
    Cancelled,
    /// Younger than 14.
    UnderAge,
    /// The card is lost, re-issued or cancelled; phone without NFC.
    WithdrawnCard,
    /// The card is past its last day; phone without NFC.
    ExpiredCard,
}

impl Need {
    /// Every need.
    pub const ALL: [Self; 8] = [
        Self::Any,
        Self::NoNfc,
        Self::Nfc,
        Self::Dead,
        Self::Cancelled,
        Self::UnderAge,
        Self::WithdrawnCard,
        Self::ExpiredCard,
    ];
}

/// Who is on the stage beside the main citizen. The cast lists them in this order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Roles {
    /// People who share a phone or a number with the citizen, or get money from them.
    pub relatives: u8,
    /// Officials who scan: prepared ones serve many stories; others become level 2 within the story.
    pub officials: u8,
    /// Police officers at a counter, with a user name and a password.
    pub officers: u8,
    /// Those who mean harm.
    pub attackers: u8,
}

impl Roles {
    /// How many they are.
    #[must_use]
    pub const fn count(self) -> u8 {
        self.relatives + self.officials + self.officers + self.attackers
    }
}
