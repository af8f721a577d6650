//! Whom to call and how much to allow.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};

use crate::failure::WireError;

/// A server, and from where to call it.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Name or address (an IPv6 address with or without brackets).
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// TLS, if it is spoken: one configuration for all pools ([`client_config`]).
    pub tls: Option<Arc<ClientConfig>>,
    /// The name in the server's certificate; [`Endpoint::host`] if none.
    pub server_name: Option<String>,
    /// Local addresses to call from, in turn; the host chooses if there is none. Each gives as many ports to one server
    /// as the host has ephemeral ones.
    pub sources: Vec<IpAddr>,
}

impl Endpoint {
    /// A server without TLS.
    #[must_use]
    pub fn plain(host: &str, port: u16) -> Self {
        Self { host: host.into(), port, tls: None, server_name: None, sources: Vec::new() }
    }
    /// A server with TLS.
    #[must_use]
    pub fn tls(host: &str, port: u16, config: Arc<ClientConfig>) -> Self {
        Self { tls: Some(config), ..Self::plain(host, port) }
    }
}

/// TLS 1.3 and 1.2 on aws-lc-rs, trusting `roots`, with session resumption, HTTP/1.1 by ALPN.
///
/// # Errors
/// [`WireError::Tls`] if the provider does not support these versions.
pub fn client_config(roots: RootCertStore) -> Result<Arc<ClientConfig>, WireError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config = builder.map_err(WireError::Tls)?.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// How much one pool takes, and takes from the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest time for name, TCP connection and TLS handshake together, in milliseconds. Default 5,000.
    pub connect_ms: u64,
    /// Longest time from sending to the end of the answer, in milliseconds. Default 30,000.
    pub answer_ms: u64,
    /// Longest body of an answer, in bytes. Default 1 MiB. The head may have 64 KiB, whatever this says.
    pub answer_bytes: usize,
    /// Connections at once. Default 64.
    pub connections: usize,
    /// Requests that may wait for a connection. Default 65,536.
    pub waiting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect_ms: 5_000, answer_ms: 30_000, answer_bytes: 1 << 20, connections: 64, waiting: 65_536 }
    }
}
