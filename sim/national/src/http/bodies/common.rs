//! Bodies that several journeys share, and the problem.

use serde::{Deserialize, Serialize};
use songsinh_contract::{Activation, Application, Level};
use utoipa::ToSchema;

/// A request without a body of its own.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A one-time code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeTyped {
    /// Six digits.
    #[schema(example = "123456", pattern = "^[0-9]{6}$")]
    pub code: String,
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
