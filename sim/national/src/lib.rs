//! The twin: the national identity system as `domain.md` of the project says it must be. The default target of every run,
//! and the reference.
//!
//! A functional core ([`rules`]) decides; a thin shell ([`shell`]) carries its queries out, stores what it changed
//! ([`store`]) and sends what it wrote; [`http`] is its face. Invariant: the core does no I/O and knows no clock of its
//! own, so the twin runs unchanged in virtual time.
//!
//! Not here: any knowledge of load, journeys or verdicts.

mod config;
mod error;
pub mod http;
mod officers;
pub mod outside;
mod quirks;
pub mod records;
pub mod rules;
mod serve;
pub mod shell;
pub mod store;
mod variants;
mod words;

pub use config::{ApprovalPlan, Argon2Cost, StoreChoice, TwinConfig};
pub use error::{StoreError, TwinError};
pub use officers::{Officer, OfficersError, read_officers};
pub use quirks::{Luck, Misbehaviours, Quirk, QuirkError, quirks_table};
pub use serve::{RealTwin, open, serve, serve_open};
pub use variants::{Variant, VariantError, Variants, variants_table};
pub use words::{ALREADY_ACTIVATED, NOT_IDENTIFIED, SECURITY_QUESTIONS, sms_patterns};
