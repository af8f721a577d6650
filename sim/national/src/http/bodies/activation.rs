//! Journey 6: activation.

use serde::{Deserialize, Serialize};
use songsinh_contract::Level;
use utoipa::ToSchema;

/// Number and phone of journey 6.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivationAsked {
    /// Citizen number.
    #[schema(example = "008203004711", pattern = "^[0-9]{12}$")]
    pub number: String,
    /// Phone number of the account.
    #[schema(example = "0912345678", pattern = r"^(0|\+?84)[0-9]{9}$")]
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
