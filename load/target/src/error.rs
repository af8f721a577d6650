//! What is wrong with a profile, or with a world in process: says where and what to do.

use crate::http::filter_names;

/// Why a target cannot be spoken to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// A template names a variable that does not exist.
    #[error("{place}: there is no variable «{name}»; there are: {known}, env.NAME and urls.NAME")]
    VariableUnknown {
        /// Where in the profile.
        place: String,
        /// The name.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// A template names a variable that this operation does not have.
    #[error("{place}: «{name}» has no meaning in {operation}")]
    VariableMisplaced {
        /// Where in the profile.
        place: String,
        /// The name.
        name: &'static str,
        /// The operation.
        operation: &'static str,
    },
    /// A template is not well-formed.
    #[error("{place}: {message}")]
    Template {
        /// Where in the profile.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// A filter does not exist.
    #[error("{place}: there is no filter «{name}»; there are: {}", filter_names())]
    FilterUnknown {
        /// Where in the profile.
        place: String,
        /// The name.
        name: String,
    },
    /// A secret is not at hand.
    #[error("{place}: {message}")]
    Secret {
        /// Where in the profile.
        place: String,
        /// What is missing; never the secret.
        message: String,
    },
    /// A base address is asked for that the profile does not have.
    #[error("{place}: urls has no «{name}»; it has: {known}")]
    UrlUnknown {
        /// Where in the profile.
        place: String,
        /// Its name.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// A base address is not one.
    #[error("urls.{name}: «{url}» {message}; write it as http://host:port/path")]
    UrlMalformed {
        /// Its name.
        name: String,
        /// The text.
        url: String,
        /// What is wrong.
        message: &'static str,
    },
    /// A host that the profile does not allow.
    #[error(
        "urls.{name}: the host «{host}» is not allowed; add it to environment.hosts_allowed if this system may be \
         loaded (allowed now: {allowed})"
    )]
    HostNotAllowed {
        /// The name of the base address.
        name: String,
        /// The host.
        host: String,
        /// What is allowed.
        allowed: String,
    },
    /// A header that is not the profile's to set.
    #[error("{place}: the header {name} is set by the program; take it out")]
    HeaderReserved {
        /// Where in the profile.
        place: String,
        /// Its name.
        name: String,
    },
    /// The world in process cannot be started.
    #[error("the world in process: {0}")]
    World(String),
}
