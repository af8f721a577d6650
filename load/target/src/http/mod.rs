//! An HTTP API described by a profile.

mod advance;
mod answers;
mod base;
mod body;
mod client;
mod compile;
mod compiled;
mod complex;
mod filters;
#[cfg(test)]
pub(crate) mod fixture;
mod json;
mod lists;
mod pace;
mod plan;
mod proof;
mod scan;
mod template;
mod values;
mod vars;
mod wording;

pub use advance::Advance;
pub use base::Base;
pub use client::HttpTarget;
pub use compiled::Compiled;
pub use pace::Pace;

pub(crate) use answers::{Reading, Received};
pub(crate) use client::{answered, lost};
pub(crate) use compiled::span;
pub(crate) use plan::{Ask, Plan, Rendered};
pub(crate) use proof::Proofs;
pub(crate) use scan::belongs_to;
pub(crate) use template::Escape;
pub(crate) use vars::{Frame, handle_of};

/// The names of all filters, for messages.
pub(crate) fn filter_names() -> &'static str {
    filters::NAMES
}
