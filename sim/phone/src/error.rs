//! What a user can get wrong about a phone.

use songsinh_contract::SmsPurpose;

/// Why the patterns of a target's messages cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Not a regular expression.
    #[error("the pattern of {purpose:?} messages, «{pattern}», is not a regular expression: {why}")]
    Pattern {
        /// Whose pattern.
        purpose: SmsPurpose,
        /// As given.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
    /// A pattern for a code message that captures no code.
    #[error("the pattern of {purpose:?} messages, «{pattern}», needs a group named code, such as (?P<code>[0-9]{{6}})")]
    NoCode {
        /// Whose pattern.
        purpose: SmsPurpose,
        /// As given.
        pattern: String,
    },
}
