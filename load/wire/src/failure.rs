//! Why there is no answer, and why a request or a machine is not fit.

use std::io::ErrorKind;

use songsinh_contract::{Loss, Moment};

/// An exchange without an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct WireFailure {
    /// What it means for the oracle.
    pub loss: Loss,
    /// When the first byte of the request went out; none if none did.
    pub sent: Option<Moment>,
    /// When it was given up.
    pub done: Moment,
    /// What happened.
    pub why: Why,
}

/// What happened instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// More requests wait for a connection than allowed.
    #[error("{waiting} requests wait for a connection already; allow more connections or offer less")]
    QueueFull {
        /// The limit.
        waiting: usize,
    },
    /// The host's name has no address.
    #[error("no address found for {host:?}: {detail}")]
    NameNotFound {
        /// The name.
        host: Box<str>,
        /// The resolver's words.
        detail: Box<str>,
    },
    /// No TCP connection.
    #[error("no connection: {0}")]
    ConnectFailed(ErrorKind),
    /// Neither a connection nor a refusal in time.
    #[error("no connection within {after_ms} ms")]
    ConnectTimedOut {
        /// The limit.
        after_ms: u64,
    },
    /// The TLS handshake failed.
    #[error("TLS handshake failed: {0}")]
    TlsFailed(Box<str>),
    /// The connection broke while the request was written.
    #[error("the connection broke while the request was sent: {0}")]
    WriteFailed(ErrorKind),
    /// The connection broke while the answer was awaited or read.
    #[error("the connection broke before the answer was complete: {0}")]
    ConnectionLost(ErrorKind),
    /// The server closed without a byte of an answer.
    #[error("the server closed the connection without an answer")]
    ClosedBeforeAnswer,
    /// The server closed in the middle of an answer.
    #[error("the server closed the connection in the middle of its answer")]
    ClosedMidAnswer,
    /// No complete answer in time.
    #[error("no complete answer within {after_ms} ms")]
    AnswerTimedOut {
        /// The limit.
        after_ms: u64,
    },
    /// What came is not HTTP/1.
    #[error("the answer is not HTTP/1: {0}")]
    NotHttp(httparse::Error),
    /// The head is longer than allowed.
    #[error("the head of the answer is longer than {limit} bytes")]
    HeadTooLong {
        /// The limit.
        limit: usize,
    },
    /// The body is longer than allowed.
    #[error("the body of the answer is longer than {limit} bytes")]
    BodyTooLong {
        /// The limit.
        limit: usize,
    },
    /// It cannot be told where the answer ends.
    #[error("the answer's framing is broken: {0}")]
    BadFraming(&'static str),
}

impl Why {
    /// What it means for the oracle, given whether a byte of the request may have gone out.
    pub(crate) fn loss(&self, sent: bool) -> Loss {
        match self {
            _ if !sent => Loss::NotSent,
            Self::AnswerTimedOut { .. } => Loss::TimedOut,
            Self::NotHttp(_) | Self::HeadTooLong { .. } | Self::BodyTooLong { .. } | Self::BadFraming(_) => {
                Loss::Garbled
            }
            _ => Loss::Reset,
        }
    }
}

/// What cannot be called at all.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// A part of a request that would break its syntax.
    #[error("{part} of a request has a character at byte {at} that HTTP does not allow there: {text:?}")]
    BadRequest {
        /// Method, path, host, header name or value.
        part: &'static str,
        /// Where.
        at: usize,
        /// The text, cut to 80 characters.
        text: Box<str>,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(rustls::Error),
    /// The name for the certificate is none.
    #[error("{0:?} is not a name that a certificate can have; set the server name of the endpoint")]
    ServerName(Box<str>),
    /// A limit of zero.
    #[error("the limit `{0}` is 0; it must be at least 1")]
    ZeroLimit(&'static str),
    /// Too few descriptors.
    #[error(
        "{wanted} connections need {needed} file descriptors, and this process may have {allowed}; \
         raise the hard limit (`ulimit -Hn`) or use fewer connections"
    )]
    Descriptors {
        /// Connections asked for.
        wanted: u64,
        /// Descriptors for them and for what is open.
        needed: u64,
        /// The hard limit.
        allowed: u64,
    },
    /// Too few ephemeral ports.
    #[error(
        "{wanted} connections to one server need as many local ports, and {sources} source address(es) have {available} \
         (net.ipv4.ip_local_port_range); add source addresses, widen the range or use fewer connections"
    )]
    Ports {
        /// Connections asked for.
        wanted: u64,
        /// Source addresses.
        sources: u64,
        /// Ports of all of them.
        available: u64,
    },
}
