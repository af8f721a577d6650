//! What an applicant shows of the card: the printed QR, or the chip.
//!
//! Only the printed QR is made and read today. A [`ChipReading`] is the shape in which a chip's answer will travel (the
//! files as bytes, untouched, since one re-sorted byte breaks a hash); no code here makes one or checks one.

use std::collections::BTreeMap;

use songsinh_contract::PrintedCard;

/// Evidence of holding a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// The printed QR. It carries no signature; possession proves nothing (level 1, phones without NFC).
    PrintedQr(PrintedCard),
    /// The chip as read by NFC. The chip has its own release: nothing produces this yet.
    Chip(Box<ChipReading>),
}

/// Files of a chip (ICAO 9303-10, LDS1) and its answer to a challenge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChipReading {
    /// EF.SOD, exactly as read.
    pub security_object: Box<[u8]>,
    /// Number of the data group (1 for DG1, 13 for DG13) and its file, exactly as read.
    pub data_groups: BTreeMap<u8, Box<[u8]>>,
    /// The answer to the server's challenge; none if the chip was not asked.
    pub active_authentication: Option<ActiveProof>,
}

/// The chip's signature over a challenge (ICAO 9303-11, section 6.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveProof {
    /// The eight bytes that the server chose.
    pub challenge: [u8; 8],
    /// The signature as the chip gave it.
    pub signature: Box<[u8]>,
}
