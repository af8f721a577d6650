//! The load generator's own HTTP/1.1 client, at the cost of wrk.
//!
//! ```text
//!  Pool ──lends──> Connection ──bytes──> Answer (head, framing, chunks) ──lends──> ResponseView ──> caller's closure
//! ```
//!
//! A [`Pool`] holds keep-alive connections to one [`Endpoint`] on one Tokio thread. [`Pool::exchange`] sends the bytes
//! of one request (from a template, or from [`RequestBuilder`]) and lends the answer to a closure; nothing is allocated
//! for a request once connections are warm.
//!
//! Invariant: a request is sent again only if none of its bytes can have left; whatever the target answers, memory,
//! time and connections stay within [`Limits`], and what happened is told as a [`WireFailure`].
//!
//! Not here: what an answer means, cookies, redirects, compression, HTTP/2, proxies.

mod answer;
mod chunks;
mod connection;
mod endpoint;
mod failure;
mod head;
mod pool;
mod request;
mod resources;
mod response;
mod stream;
mod waiting;

pub use endpoint::{Endpoint, Limits, client_config};
pub use failure::{Why, WireError, WireFailure};
pub use pool::{Exchange, Pool, PoolStats};
pub use request::RequestBuilder;
pub use resources::ports_and_descriptors_available;
pub use response::{Headers, ResponseView};
