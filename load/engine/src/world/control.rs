//! The client by which a run reads from its world's own services.

use std::time::Duration;

use super::{WorldError, words_of};

/// How long a connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// How long an answer may take: far longer than the gateway holds a request for which there is no news.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A client with limits for the service at `url`, which is never asked through a proxy.
///
/// # Errors
/// When the client cannot be made.
pub(crate) fn control_client(url: &str) -> Result<reqwest::Client, WorldError> {
    let client = reqwest::Client::builder().no_proxy().connect_timeout(CONNECT_WITHIN).timeout(ANSWER_WITHIN).build();
    client.map_err(|error| WorldError::Unreachable { url: url.to_owned(), why: words_of(&error) })
}
