//! Journeys 0, 11 and 12, as far as one's own account goes: terms, sessions, secrets, notices, a forgotten password.

use serde::{Deserialize, Serialize};
use songsinh_contract::SmsPurpose;
use utoipa::ToSchema;

/// The terms of use.
#[derive(Debug, Serialize, ToSchema)]
pub struct Terms {
    /// Which edition.
    #[schema(example = "2022-12-01")]
    pub version: &'static str,
    /// Its words.
    pub text: &'static str,
}

/// A refresh token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refreshment {
    /// From a login or the refresh before.
    #[schema(min_length = 1, max_length = 256)]
    pub refresh: String,
}

/// A citizen number.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NumberTyped {
    /// Citizen number.
    #[schema(example = "008203004711", pattern = "^[0-9]{12}$")]
    pub number: String,
}

/// A switch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// On or off.
    pub on: bool,
}

/// An old secret and a new one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretChanged {
    /// The one so far.
    pub old: String,
    /// The one from now on.
    pub new: String,
}

/// The notices of the account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notices {
    /// Oldest first.
    pub notices: Vec<Notice>,
}

/// One notice.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notice {
    /// `approved`, `rejected`.
    #[schema(value_type = String, example = "approved")]
    pub kind: SmsPurpose,
    /// Its words.
    pub text: &'static str,
}

/// A new password is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResetOpened {
    /// Handle for the next steps, whether the account exists or not.
    pub reset: String,
    /// Seconds that the code lives.
    pub expires_in_s: f64,
}
