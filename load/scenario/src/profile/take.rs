//! What is taken from a done answer: single values, and lists of things with several fields each.
//!
//! Invariant: the places inside of a list's element are told from the element on: `$` is the element itself.

use songsinh_contract::{BillKind, PaperKind, SmsPurpose};

use super::operations::{Source, WordMap};
use crate::json_path::JsonPath;
use crate::read::record;

record! {
    /// What is taken from a done answer.
    pub struct Take ("take") {
        /// Challenge, application, activation, reset or move, to be shown in later steps.
        "handle" handle: Option<Source>, optional;
        /// The session.
        "session" session: Option<Source>, optional;
        /// What gets the next session.
        "refresh" refresh: Option<Source>, optional;
        /// The declared life of session or code, in seconds.
        "expires_in_s" expires_in_s: Option<Source>, optional;
        /// Whether activation asks for a password.
        "needs_password" needs_password: Option<Source>, optional;
        /// The numbers of the security questions offered, or to be answered.
        "questions" questions: Option<JsonPath>, optional;
        /// The ticket of a QR, to be signed by the phone.
        "ticket" ticket: Option<TicketMap>, optional;
        /// A QR that the server made whole.
        "qr" qr: Option<Source>, optional;
        /// The code of a device move, as the old phone shows it.
        "code" code: Option<Source>, optional;
        /// The installations of the account's devices.
        "devices" devices: Option<JsonPath>, optional;
        /// Papers of the wallet.
        "papers" papers: Option<PapersMap>, optional;
        /// Bills.
        "bills" bills: Option<BillsMap>, optional;
        /// The balance, in đồng.
        "balance_vnd" balance_vnd: Option<Source>, optional;
        /// Receipts of payments or submissions.
        "receipts" receipts: Option<ReceiptsMap>, optional;
        /// The notices of the account.
        "notices" notices: Option<NoticesMap>, optional;
        /// The address of residence.
        "address" address: Option<Source>, optional;
    }
}

record! {
    /// Where the ticket of a QR stands.
    pub struct TicketMap ("ticket") {
        /// Its id.
        "id" id: Source, required;
        /// When it was given, Unix milliseconds.
        "issued_ms" issued_ms: Source, required;
        /// When its life ends, Unix milliseconds.
        "expires_ms" expires_ms: Source, required;
    }
}

record! {
    /// Where papers stand.
    pub struct PapersMap ("papers") {
        /// The list, as in `$.papers[*]`; `$` alone: the answer is one paper.
        "each" each: JsonPath, required;
        /// The kind.
        "kind" kind: JsonPath, required;
        /// Its words: driving-licence, vehicle-registration, health-insurance, tax-number.
        "kinds" kinds: WordMap<PaperKind>, default "{}";
        /// The number printed on it.
        "number" number: JsonPath, required;
        /// Whose it is.
        "holder" holder: Option<JsonPath>, optional;
        /// What it says beside.
        "detail" detail: Option<JsonPath>, optional;
        /// First day.
        "issued" issued: Option<JsonPath>, optional;
        /// Last day on which it is in force.
        "expires" expires: Option<JsonPath>, optional;
    }
}

record! {
    /// Where bills stand.
    pub struct BillsMap ("bills") {
        /// The list, as in `$.bills[*]`.
        "each" each: JsonPath, required;
        /// What tells a bill from all others.
        "id" id: JsonPath, required;
        /// What it is for.
        "kind" kind: JsonPath, required;
        /// Its words: electricity, water, social-insurance, health-insurance.
        "kinds" kinds: WordMap<BillKind>, default "{}";
        /// How much, in đồng.
        "amount_vnd" amount_vnd: JsonPath, required;
        /// Whether it is paid: true or false, 1 or 0, yes or no.
        "paid" paid: JsonPath, required;
    }
}

record! {
    /// Where receipts stand.
    pub struct ReceiptsMap ("receipts") {
        /// The list, as in `$.receipts[*]`; `$` alone: the answer is one receipt.
        "each" each: JsonPath, required;
        /// The receipt's id.
        "id" id: JsonPath, required;
        /// The phone's request id.
        "request" request: Option<JsonPath>, optional;
        /// How much, in đồng; positive: out of the account; negative: into it.
        "amount_vnd" amount_vnd: Option<JsonPath>, optional;
    }
}

record! {
    /// Where notices stand.
    pub struct NoticesMap ("notices") {
        /// What each is for, oldest first, as in `$.notices[*].kind`.
        "kinds" kinds: JsonPath, required;
        /// Their words: register, activate, reset, approved, rejected.
        "words" words: WordMap<SmsPurpose>, default "{}";
    }
}
