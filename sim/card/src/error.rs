//! What can be wrong with a text or image of a card.

use std::fmt;

/// A field of the printed QR, in the order of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Field 1: the twelve digits.
    Number,
    /// Field 2: the nine digits of the older card, or empty.
    OldNumber,
    /// Field 3: full name.
    Name,
    /// Field 4: date of birth.
    Born,
    /// Field 5: sex.
    Sex,
    /// Field 6: permanent residence.
    Address,
    /// Field 7: day of issue.
    Issued,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "field 1 (citizen number)",
            Self::OldNumber => "field 2 (old number)",
            Self::Name => "field 3 (name)",
            Self::Born => "field 4 (date of birth)",
            Self::Sex => "field 5 (sex)",
            Self::Address => "field 6 (address)",
            Self::Issued => "field 7 (day of issue)",
        })
    }
}

/// Why a text is not the printed QR of a card, or a card cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// Longer than any QR of this kind can be.
    #[error("the card's text has {bytes} bytes, more than the {limit} that a QR of error correction M holds")]
    TooLong {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Another count of fields.
    #[error("the card's text has {found} fields between bars; 7 are wanted, or 11 as on cards from 2024 on")]
    FieldCount {
        /// Fields found.
        found: usize,
    },
    /// A field that cannot be read.
    #[error("{field}: «{text}» is not {wanted}")]
    Field {
        /// Which.
        field: Field,
        /// What stands there, shortened to 40 characters.
        text: String,
        /// What should stand there.
        wanted: &'static str,
    },
}
