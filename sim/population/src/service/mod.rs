//! The population service: what a system under test asks about people, and a ledger of what it asked.
//!
//! [`Register`], [`Lag`] and [`Ledger`] do no I/O and serve in virtual time as well; [`serve`] is the HTTP door.
//!
//! | request | answer |
//! | --- | --- |
//! | `POST /v1/verify` `{number, name, born, sex}` | `{result: match·mismatch·unknown, mismatched: […], life}` |
//! | `POST /v1/lookup` `{number}` | the record, or 404 |
//! | `GET /v1/registers/papers/{number}` | `{papers: [{kind, number, holder, detail, issued, expires}]}`, or 404 |
//! | `GET /v1/registers/bills/{number}` | `{bills: [{id, kind, amount_vnd}]}`, or 404 |
//! | `PUT /v1/control` `{delay_min_ms, delay_max_ms, failure_share, for_ms}`, each optional | the settings in force |
//! | `GET /v1/ledger?after=ID&limit=N` | `{events, next, dropped}` |
//! | `GET /health` | `{status, people, seed, day}` |
//!
//! Errors are RFC 9457 problems. Invariant: each question that is answered stands in the ledger before the answer
//! leaves, so an acceptance without a lookup can be shown.

mod connections;
mod door;
mod lag;
mod ledger;
mod problem;
mod register;

pub use door::{ServiceSettings, serve};
pub use lag::{Control, Lag, MOST_DELAY_MS};
pub use ledger::{Ledger, LedgerPage};
pub use register::{
    BillEntry, BillsAnswer, CardEntry, PaperEntry, PapersAnswer, RecordEntry, Register, VerifyAnswer, VerifyField,
    VerifyQuery,
};
