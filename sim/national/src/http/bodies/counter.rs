//! Journeys 4 and 5: the police officer at a counter.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An officer's credentials.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficerCredentials {
    /// User name.
    #[schema(example = "can-bo-1", min_length = 1, max_length = 128)]
    pub user: String,
    /// Password.
    pub password: String,
}

/// What an officer takes down for level 2.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Filing {
    /// Citizen number.
    #[schema(example = "008203004711", pattern = "^[0-9]{12}$")]
    pub number: String,
    /// Phone number that shall get notices and codes.
    #[schema(example = "0912345678", pattern = r"^(0|\+?84)[0-9]{9}$")]
    pub phone: String,
    /// E-mail address, if any.
    pub email: Option<String>,
    /// Text of the card's printed QR.
    pub card_qr: String,
    /// The picture, `SSP1.<face>.<shot>` in a world of fake people.
    #[schema(example = "SSP1.00000000000000aa.00000001", pattern = r"^(SSP1\.[0-9a-f]{16}\.[0-9a-f]{8})?$")]
    pub portrait: Option<String>,
    /// The prints, `SSF1.<person>` in a world of fake people.
    #[schema(example = "SSF1.00000000000000aa", pattern = r"^(SSF1\.[0-9a-f]{16})?$")]
    pub fingerprints: Option<String>,
}

/// A decision on a pending application.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Whose newest pending application it is.
    #[schema(example = "008203004711", pattern = "^[0-9]{12}$")]
    pub number: String,
    /// Yes or no.
    pub approve: bool,
}

/// An application for level 2 is filed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Filed {
    /// Its handle.
    pub application: String,
}
