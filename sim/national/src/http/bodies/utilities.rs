//! Journeys 8 to 10: wallet, public services, payments.

use serde::{Deserialize, Serialize};
use songsinh_contract::{BillKind, PaperKind, PublicService};
use utoipa::ToSchema;

/// A paper to be taken into the wallet.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperAdded {
    /// `driving-licence`, `vehicle-registration`, `health-insurance`, `tax-number`.
    #[schema(value_type = String, example = "driving-licence",
        pattern = "^(driving-licence|vehicle-registration|health-insurance|tax-number)$")]
    pub kind: PaperKind,
    /// The number printed on it.
    #[schema(min_length = 1, max_length = 128)]
    pub number: String,
}

/// A paper, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaperShown {
    /// As in a [`PaperAdded`].
    #[schema(value_type = String, example = "driving-licence",
        pattern = "^(driving-licence|vehicle-registration|health-insurance|tax-number)$")]
    pub kind: PaperKind,
    /// The number printed on it.
    pub number: String,
    /// Whose it is.
    pub holder: String,
    /// What it says beside.
    pub detail: String,
    /// First day.
    pub issued: String,
    /// Last day on which it is in force, if it has an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// The papers in the wallet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Papers {
    /// In the order of the kinds.
    pub papers: Vec<PaperNamed>,
}

/// A paper by kind and number.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaperNamed {
    /// As in a [`PaperAdded`].
    #[schema(value_type = String, example = "driving-licence",
        pattern = "^(driving-licence|vehicle-registration|health-insurance|tax-number)$")]
    pub kind: PaperKind,
    /// The number printed on it.
    pub number: String,
}

/// A public service.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceChosen {
    /// `residence-confirmation`, `stay-notice`, `birth-registration`, `criminal-record-extract`.
    #[schema(value_type = String, example = "stay-notice",
        pattern = "^(residence-confirmation|stay-notice|birth-registration|criminal-record-extract)$")]
    pub service: PublicService,
}

/// A form, the personal fields filled.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormFilled {
    /// Citizen number.
    pub number: String,
    /// Full name.
    pub name: String,
    /// Date of birth.
    pub born: String,
    /// `male` or `female`.
    pub sex: String,
    /// Permanent residence.
    pub address: String,
}

/// A form to be submitted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormSent {
    /// As in a [`ServiceChosen`].
    #[schema(value_type = String, example = "stay-notice",
        pattern = "^(residence-confirmation|stay-notice|birth-registration|criminal-record-extract)$")]
    pub service: PublicService,
    /// Chosen by the phone; a retry shows the same one.
    #[schema(min_length = 1, max_length = 128)]
    pub request: String,
    /// What was written beside the filled fields.
    pub text: String,
}

/// A form was submitted.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormReceipt {
    /// Its id.
    pub receipt: String,
    /// For which request id.
    pub request: String,
}

/// What was submitted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Submissions {
    /// Oldest first.
    pub submissions: Vec<FormReceipt>,
}

/// The bills of the account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Bills {
    /// In the order of the register.
    pub bills: Vec<BillShown>,
}

/// A bill.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillShown {
    /// What tells it from all others.
    pub id: String,
    /// `electricity`, `water`, `social-insurance`, `health-insurance`.
    #[schema(value_type = String, example = "electricity",
        pattern = "^(electricity|water|social-insurance|health-insurance)$")]
    pub kind: BillKind,
    /// How much, in đồng.
    pub amount_vnd: i64,
    /// Whether it is paid.
    pub paid: bool,
}

/// The balance and what made it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Balance {
    /// In đồng.
    pub balance_vnd: i64,
    /// Oldest first.
    pub receipts: Vec<MoneyReceipt>,
}

/// Money that went out or came in.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyReceipt {
    /// Its id.
    pub id: String,
    /// For which request id, of one's own payments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// How much, in đồng; positive: out of the account; negative: into it.
    pub amount_vnd: i64,
}

/// A payment of a bill.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillPaid {
    /// Chosen by the phone; a retry shows the same one.
    #[schema(min_length = 1, max_length = 128)]
    pub request: String,
    /// Which bill.
    #[schema(min_length = 1, max_length = 128)]
    pub bill: String,
    /// How much, in đồng.
    #[schema(minimum = 1, example = 250_000)]
    pub amount_vnd: i64,
}

/// Money for another citizen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoneySent {
    /// Chosen by the phone; a retry shows the same one.
    #[schema(min_length = 1, max_length = 128)]
    pub request: String,
    /// To whom: a citizen number.
    #[schema(example = "008203004711", pattern = "^[0-9]{12}$")]
    pub to: String,
    /// How much, in đồng.
    #[schema(minimum = 1, example = 100_000)]
    pub amount_vnd: i64,
}

/// A payment was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyPaid {
    /// The receipt's id.
    pub receipt: String,
    /// For which request id.
    pub request: String,
    /// How much, in đồng.
    pub amount_vnd: i64,
    /// The balance after it, in đồng.
    pub balance_vnd: i64,
}
