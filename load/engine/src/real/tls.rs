//! Whom the target's certificate must come from: the authorities that this host trusts.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use songsinh_contract::Loss;
use songsinh_kernel::RealClock;
use songsinh_target::Base;
use songsinh_wire::{Endpoint, Limits, Pool, client_config};

use super::threads::host;
use crate::error::RunError;

/// The configuration of TLS for the addresses of a target, read once a run; none if none of them speaks it.
///
/// The roots are the host's own; `SSL_CERT_FILE` and `SSL_CERT_DIR` name others, such as a staging authority.
///
/// # Errors
/// [`RunError::Host`] when TLS is wanted and no root can be loaded.
pub(super) fn tls_of(bases: &[Base]) -> Result<Option<Arc<ClientConfig>>, RunError> {
    let Some(base) = bases.iter().find(|base| base.tls) else { return Ok(None) };
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (loaded, unfit) = roots.add_parsable_certificates(found.certs);
    if loaded > 0 {
        return client_config(roots).map(Some).map_err(host);
    }
    let why = match found.errors.first() {
        Some(error) => error.to_string(),
        None => format!("{unfit} certificates were found and none can be used"),
    };
    Err(RunError::Host(format!(
        "{} speaks TLS, and no root certificate can be loaded to check it: {why}\n  install the host's ca-certificates, \
         or let SSL_CERT_FILE name a PEM file with the authority of the target",
        base.url("")
    )))
}

/// How a base address is called.
pub(super) fn endpoint(base: &Base, tls: Option<&Arc<ClientConfig>>) -> Endpoint {
    match tls.filter(|_| base.tls) {
        Some(config) => Endpoint::tls(&base.host, base.port, Arc::clone(config)),
        None => Endpoint::plain(&base.host, base.port),
    }
}

/// Makes a connection to an address, TLS and all, and asks for the head of its root page. What is answered, or whether,
/// does not matter here.
///
/// # Errors
/// Why nothing could be asked, in words.
pub(super) async fn try_out(base: &Base, tls: Option<&Arc<ClientConfig>>) -> Result<(), String> {
    let limits = Limits { connections: 1, answer_ms: ANSWER_MS, ..Limits::default() };
    let pool = Pool::new(endpoint(base, tls), limits, RealClock::new()).map_err(|error| error.to_string())?;
    let request = format!("HEAD {}/ HTTP/1.1\r\nhost: {}\r\n\r\n", base.prefix, base.authority);
    match pool.exchange(request.as_bytes(), |_| ()).await {
        Err(failure) if failure.loss == Loss::NotSent => Err(failure.to_string()),
        _ => Ok(()),
    }
}

/// How long the answer to a trial is awaited, in milliseconds.
const ANSWER_MS: u64 = 1_000;
