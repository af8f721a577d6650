//! Journey 3: the application for level 1.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The card of journey 3.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CardShown {
    /// Text of the card's printed QR.
    pub card_qr: String,
    /// Whether the phone could read the chip.
    pub nfc: bool,
}

/// The portrait of journey 3.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PortraitTaken {
    /// The picture, `SSP1.<face>.<shot>` in a world of fake people.
    #[schema(example = "SSP1.00000000000000aa.00000001", pattern = r"^(SSP1\.[0-9a-f]{16}\.[0-9a-f]{8})?$")]
    pub portrait: Option<String>,
}

/// The confirmation of journey 3.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// E-mail address, if any.
    pub email: Option<String>,
}

/// Personal data shown for confirmation.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonShown {
    /// Citizen number.
    pub number: String,
    /// Full name.
    pub name: String,
    /// Date of birth.
    pub born: String,
    /// `male` or `female`.
    pub sex: String,
}

/// An application on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationOpened {
    /// Handle for the next steps.
    pub application: String,
    /// What stands on the card.
    pub shown: PersonShown,
}
