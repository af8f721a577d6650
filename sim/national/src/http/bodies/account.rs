//! Journeys 1 and 2: registration, login, the account.

use serde::{Deserialize, Serialize};
use songsinh_contract::{Activation, Application, Level};
use utoipa::ToSchema;

/// The form of journey 1.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Citizen number, as typed.
    #[schema(example = "008203004711")]
    pub number: String,
    /// Phone number that shall get the code.
    #[schema(example = "0912345678", pattern = r"^(0|\+?84)[0-9]{9}$")]
    pub phone: String,
    /// Full name.
    pub name: String,
    /// Date of birth `YYYY-MM-DD`, or `YYYY` for who has only a year.
    #[schema(example = "2003-05-17", pattern = "^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$")]
    pub born: String,
    /// `male` or `female` (`Nam`, `Nữ`).
    #[schema(example = "male", pattern = "^(male|female|Nam|Nữ)$")]
    pub sex: String,
    /// Text of the card's printed QR, when it was scanned.
    pub card_qr: Option<String>,
}

/// A password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChosen {
    /// 8 to 20 characters, with upper, lower, digit and one of `! @ # $ ^ * ( ) _ -`.
    pub password: String,
}

/// Number and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Citizen number.
    #[schema(example = "008203004711", pattern = "^[0-9]{12}$")]
    pub number: String,
    /// Password.
    pub password: String,
}

/// A registration on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistrationOpened {
    /// Handle for the next steps.
    pub registration: String,
    /// Seconds that the code lives.
    pub expires_in_s: f64,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionOpened {
    /// To be shown as `Authorization: DPoP <token>` or `Bearer <token>`.
    pub token: String,
    /// Seconds that it lives at most.
    pub expires_in_s: f64,
    /// What gets the next session, of a citizen's session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh: Option<String>,
    /// `app`, `one`, `two`, after a citizen's login.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "app")]
    pub level: Option<Level>,
}

/// The account of the session.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Citizen number.
    pub number: String,
    /// Full name.
    pub name: String,
    /// Date of birth.
    pub born: String,
    /// `male` or `female`.
    pub sex: String,
    /// `app`, `one`, `two`.
    #[schema(value_type = String, example = "app")]
    pub level: Level,
    /// `none`, `pending`, `approved`, `rejected`.
    #[schema(value_type = String, example = "none")]
    pub application: Application,
    /// `none`, `notified`, `activated`.
    #[schema(value_type = String, example = "none")]
    pub activation: Activation,
}
