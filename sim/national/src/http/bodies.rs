//! The JSON bodies of requests and answers.
//!
//! Invariant: unknown members of a request are errors; no answer has a member for a code (the misbehaviour
//! `code-in-answer` adds one).

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
    #[schema(example = "0912345678")]
    pub phone: String,
    /// Full name.
    pub name: String,
    /// Date of birth `YYYY-MM-DD`, or `YYYY` for who has only a year.
    #[schema(example = "2003-05-17")]
    pub born: String,
    /// `male` or `female` (`Nam`, `Nữ`).
    #[schema(example = "male")]
    pub sex: String,
    /// Text of the card's printed QR, when it was scanned.
    pub card_qr: Option<String>,
}

/// A request without a body of its own.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A one-time code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeTyped {
    /// Six digits.
    #[schema(example = "123456")]
    pub code: String,
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
    pub number: String,
    /// Password.
    pub password: String,
}

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
    #[schema(example = "SSP1.00000000000000aa.00000001")]
    pub portrait: Option<String>,
}

/// The confirmation of journey 3.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// E-mail address, if any.
    pub email: Option<String>,
}

/// Number and phone of journey 6.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivationAsked {
    /// Citizen number.
    pub number: String,
    /// Phone number of the account.
    pub phone: String,
}

/// A passcode.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasscodeChosen {
    /// Six digits.
    pub passcode: String,
}

/// The security questions chosen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionsChosen {
    /// Two answers.
    pub answers: Vec<QuestionAnswered>,
}

/// One security question with its answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionAnswered {
    /// Number of the question.
    pub question: u16,
    /// Answer.
    pub answer: String,
}

/// The system is up.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `up`.
    pub status: &'static str,
}

/// Name and version.
#[derive(Debug, Serialize, ToSchema)]
pub struct Version {
    /// The system's name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// The security questions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Questions {
    /// In order.
    pub questions: Vec<QuestionOffered>,
}

/// One security question.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionOffered {
    /// Its number.
    pub question: u16,
    /// Its words.
    pub text: &'static str,
}

/// A registration on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistrationOpened {
    /// Handle for the next steps.
    pub registration: String,
    /// Seconds that the code lives.
    pub expires_in_s: f64,
}

/// The code went out once more.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeSent {
    /// Seconds that the code lives from now.
    pub expires_in_s: f64,
}

/// The code was right.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeTaken {
    /// Seconds within which the password is to be set (registration).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<f64>,
    /// Whether a password is to be set (activation).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs_password: Option<bool>,
}

/// Done, with nothing to tell.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    /// `true`.
    pub done: bool,
}

/// Where an account stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct State {
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

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionOpened {
    /// To be shown as `Authorization: DPoP <token>` or `Bearer <token>`.
    pub token: String,
    /// Seconds that it lives at most.
    pub expires_in_s: f64,
    /// `app`, `one`, `two`.
    #[schema(value_type = String, example = "app")]
    pub level: Level,
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

/// An activation on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivationOpened {
    /// Handle for the next steps.
    pub activation: String,
    /// `one`, `two`.
    #[schema(value_type = String, example = "one")]
    pub level: Level,
    /// Whether a password is to be set after the code.
    pub needs_password: bool,
    /// Seconds that the code lives.
    pub expires_in_s: f64,
}

/// A problem (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:songsinh:problem:<reason>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// A few words, in Vietnamese.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// A sentence, in Vietnamese.
    pub detail: &'static str,
    /// The stable word for the reason.
    pub reason: &'static str,
    /// Where a request that cannot be read is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
