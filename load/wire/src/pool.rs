//! Connections to one server, lent to one exchange at a time.
//!
//! Invariant: at most [`Limits::connections`] are open or being opened; a connection comes back only after a whole
//! answer that lets it be kept; an exchange that is dropped closes its connection; who waits is served in turn.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use songsinh_contract::{Clock, Moment};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use crate::connection::{Connection, Deadline};
use crate::endpoint::{Endpoint, Limits};
use crate::failure::{Why, WireError, WireFailure};
use crate::response::ResponseView;
use crate::stream::Stream;
use crate::waiting::{Grant, Waiting};

/// An answered request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange<T> {
    /// What the closure made of the answer.
    pub value: T,
    /// When the first byte of the request went out.
    pub sent: Moment,
    /// When the first byte of the answer was read.
    pub first_byte: Moment,
    /// When its last byte was read.
    pub done: Moment,
    /// Whether the connection had served before.
    pub reused: bool,
}

/// What a pool has and did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PoolStats {
    /// Connections opened so far.
    pub opened: u64,
    /// Idle connections found closed by the server when they were to be used.
    pub found_closed: u64,
    /// Connections open or being opened.
    pub open: usize,
    /// Those that are idle.
    pub idle: usize,
    /// Requests that wait for one.
    pub waiting: usize,
}

/// A pool of keep-alive connections for one thread. Cloning gives another handle. Needs a Tokio runtime with I/O and
/// time enabled.
#[derive(Debug)]
pub struct Pool<C> {
    inner: Rc<Inner<C>>,
}

impl<C> Clone for Pool<C> {
    fn clone(&self) -> Self {
        Self { inner: Rc::clone(&self.inner) }
    }
}

#[derive(Debug)]
struct Inner<C> {
    endpoint: Endpoint,
    server_name: Option<ServerName<'static>>,
    limits: Limits,
    clock: C,
    /// The same point on the run's clock and on Tokio's.
    base: Cell<Option<(Moment, Instant)>>,
    state: RefCell<State>,
    addresses: RefCell<Vec<SocketAddr>>,
    next_source: Cell<usize>,
    opened: Cell<u64>,
    found_closed: Cell<u64>,
}

#[derive(Debug)]
struct State {
    #[expect(clippy::vec_box, reason = "connections move between here and small futures, so they move as pointers")]
    idle: Vec<Box<Connection>>,
    open: usize,
    waiting: Waiting<Box<Connection>>,
}

impl<C: Clock> Pool<C> {
    /// A pool without connections; they are opened as they are needed. Moments are those of `clock`.
    ///
    /// # Errors
    /// [`WireError::ServerName`], [`WireError::ZeroLimit`].
    pub fn new(endpoint: Endpoint, limits: Limits, clock: C) -> Result<Self, WireError> {
        let zero = [
            (limits.connect_ms == 0, "connect_ms"),
            (limits.answer_ms == 0, "answer_ms"),
            (limits.connections == 0, "connections"),
        ];
        if let Some((_, name)) = zero.into_iter().find(|(zero, _)| *zero) {
            return Err(WireError::ZeroLimit(name));
        }
        let server_name = match &endpoint.tls {
            None => None,
            Some(_) => {
                let name = endpoint.server_name.as_deref().unwrap_or(bare(&endpoint.host));
                let owned = ServerName::try_from(name.to_owned());
                Some(owned.map_err(|_| WireError::ServerName(name.into()))?)
            }
        };
        let state = State { idle: Vec::new(), open: 0, waiting: Waiting::new() };
        let inner = Inner {
            endpoint,
            server_name,
            limits,
            clock,
            base: Cell::new(None),
            state: RefCell::new(state),
            addresses: RefCell::default(),
            next_source: Cell::new(0),
            opened: Cell::new(0),
            found_closed: Cell::new(0),
        };
        Ok(Self { inner: Rc::new(inner) })
    }

    /// Sends the bytes of one request and lends the answer to `read`. Waits for a connection when all are busy.
    ///
    /// # Errors
    /// [`WireFailure`], with what it means for the oracle. The request has gone out at most once.
    pub async fn exchange<T>(
        &self,
        request: &[u8],
        read: impl FnOnce(ResponseView<'_>) -> T,
    ) -> Result<Exchange<T>, WireFailure> {
        let mut lease = match self.inner.try_lease() {
            Some(lease) => lease,
            None => Inner::wait(&self.inner).await?,
        };
        loop {
            let reused = lease.connection.is_some();
            if !reused {
                // Boxed, so that the rare opening does not make every exchange's future large.
                lease.connection = Some(Box::pin(self.inner.open()).await.map_err(|why| self.inner.not_sent(why))?);
            }
            let Some(connection) = lease.connection.as_mut() else { continue };
            let sent = self.inner.clock.now();
            match connection.carry(request, &self.inner.clock, self.inner.deadline(sent)).await {
                Ok(times) => {
                    let value = read(connection.answer.view());
                    return Ok(Exchange { value, sent, first_byte: times.first_byte, done: times.done, reused });
                }
                // The server had closed an idle connection: not a byte went out, so a fresh one may try.
                Err(broken) if reused && !broken.any_sent && matches!(broken.why, Why::WriteFailed(_)) => {
                    lease.connection = None;
                }
                Err(broken) => {
                    let sent = broken.any_sent.then_some(sent);
                    let loss = broken.why.loss(broken.any_sent);
                    return Err(WireFailure { loss, sent, done: self.inner.clock.now(), why: broken.why });
                }
            }
        }
    }

    /// Closes the connections that are idle.
    pub fn close_idle(&self) {
        let idle = {
            let mut state = self.inner.state.borrow_mut();
            state.open -= state.idle.len();
            std::mem::take(&mut state.idle)
        };
        drop(idle);
    }
    /// Counts of what there is and was done.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        let state = self.inner.state.borrow();
        PoolStats {
            opened: self.inner.opened.get(),
            found_closed: self.inner.found_closed.get(),
            open: state.open,
            idle: state.idle.len(),
            waiting: state.waiting.len(),
        }
    }
}

/// The use of a connection's place; without a connection it is to be opened.
struct Lease<'a, C: Clock> {
    inner: &'a Inner<C>,
    connection: Option<Box<Connection>>,
}

impl<C: Clock> Drop for Lease<'_, C> {
    fn drop(&mut self) {
        let usable = self.connection.take().filter(|connection| connection.usable);
        self.inner.give_back(usable);
    }
}

/// A place in the queue, left when it is dropped.
struct Turn<'a, C: Clock> {
    inner: &'a Inner<C>,
    id: Option<u32>,
}

impl<C: Clock> Drop for Turn<'_, C> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let granted = self.inner.state.borrow_mut().waiting.leave(id);
            match granted {
                Some(Grant::Reused(connection)) => self.inner.give_back(Some(connection)),
                Some(Grant::Fresh) => self.inner.give_back(None),
                None => {}
            }
        }
    }
}

impl<C: Clock> Inner<C> {
    fn try_lease(&self) -> Option<Lease<'_, C>> {
        let mut state = self.state.borrow_mut();
        if let Some(connection) = state.idle.pop() {
            drop(state);
            return Some(self.lease(Grant::Reused(connection)));
        }
        if state.open >= self.limits.connections {
            return None;
        }
        state.open += 1;
        Some(Lease { inner: self, connection: None })
    }

    /// A lease of what was granted; a connection that has gone stale leaves its place only.
    fn lease(&self, grant: Grant<Box<Connection>>) -> Lease<'_, C> {
        let mut lease = Lease { inner: self, connection: None };
        if let Grant::Reused(mut connection) = grant {
            if connection.is_stale(self.clock.now()) {
                self.found_closed.set(self.found_closed.get() + 1);
            } else {
                lease.connection = Some(connection);
            }
        }
        lease
    }

    async fn wait(&self) -> Result<Lease<'_, C>, WireFailure> {
        if self.state.borrow().waiting.len() >= self.limits.waiting {
            return Err(self.not_sent(Why::QueueFull { waiting: self.limits.waiting }));
        }
        let id = self.state.borrow_mut().waiting.join();
        let mut turn = Turn { inner: self, id: Some(id) };
        let grant = poll_fn(|cx| self.state.borrow_mut().waiting.poll(id, cx)).await;
        turn.id = None;
        Ok(self.lease(grant))
    }

    fn give_back(&self, connection: Option<Box<Connection>>) {
        let mut state = self.state.borrow_mut();
        let grant = connection.map_or(Grant::Fresh, Grant::Reused);
        match state.waiting.grant(grant) {
            Ok(waker) => {
                drop(state);
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
            Err(Grant::Reused(connection)) => state.idle.push(connection),
            Err(Grant::Fresh) => state.open -= 1,
        }
    }

    fn not_sent(&self, why: Why) -> WireFailure {
        WireFailure { loss: why.loss(false), sent: None, done: self.clock.now(), why }
    }

    fn deadline(&self, sent: Moment) -> Deadline {
        let (moment, instant) = self.base.get().unwrap_or_else(|| {
            let base = (sent, Instant::now());
            self.base.set(Some(base));
            base
        });
        let span = Duration::from_millis(self.limits.answer_ms);
        Deadline { moment: sent + span, instant: instant + sent.since(moment) + span, after_ms: self.limits.answer_ms }
    }

    async fn open(&self) -> Result<Box<Connection>, Why> {
        let limit = Duration::from_millis(self.limits.connect_ms);
        let opened = tokio::time::timeout(limit, self.connect()).await;
        let stream = match opened {
            Ok(Ok(stream)) => stream,
            Ok(Err(why)) => {
                // The name may have moved.
                self.addresses.borrow_mut().clear();
                return Err(why);
            }
            Err(_) => return Err(Why::ConnectTimedOut { after_ms: self.limits.connect_ms }),
        };
        self.opened.set(self.opened.get() + 1);
        let now = self.clock.now();
        Ok(Box::new(Connection::new(stream, self.limits.answer_bytes, self.deadline(now).instant, now)))
    }

    async fn connect(&self) -> Result<Stream, Why> {
        let addresses = self.resolve().await?;
        let mut why = Why::ConnectFailed(ErrorKind::AddrNotAvailable);
        for address in addresses {
            let tcp = match self.dial(address).await {
                Ok(tcp) => tcp,
                Err(error) => {
                    why = Why::ConnectFailed(error.kind());
                    continue;
                }
            };
            let (Some(config), Some(name)) = (&self.endpoint.tls, &self.server_name) else {
                return Ok(Stream::Plain(tcp));
            };
            let connected = TlsConnector::from(config.clone()).connect(name.clone(), tcp).await;
            return match connected {
                Ok(tls) => Ok(Stream::Tls(Box::new(tls))),
                Err(error) => Err(Why::TlsFailed(error.to_string().into())),
            };
        }
        Err(why)
    }

    async fn dial(&self, address: SocketAddr) -> std::io::Result<TcpStream> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        let sources = self.endpoint.sources.iter().filter(|source| source.is_ipv4() == address.is_ipv4());
        let count = sources.clone().count();
        if count > 0 {
            let turn = self.next_source.get();
            self.next_source.set(turn.wrapping_add(1));
            if let Some(&source) = sources.clone().nth(turn % count) {
                socket.bind(SocketAddr::new(source, 0))?;
            }
        }
        socket.set_nodelay(true)?;
        socket.connect(address).await
    }

    async fn resolve(&self) -> Result<Vec<SocketAddr>, Why> {
        let (host, port) = (bare(&self.endpoint.host), self.endpoint.port);
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let known = self.addresses.borrow().clone();
        if !known.is_empty() {
            return Ok(known);
        }
        let missing = |detail: &str| Why::NameNotFound { host: host.into(), detail: detail.into() };
        let found: Vec<_> = match tokio::net::lookup_host((host, port)).await {
            Ok(found) => found.collect(),
            Err(error) => return Err(missing(&error.to_string())),
        };
        if found.is_empty() {
            return Err(missing("the resolver gave none"));
        }
        self.addresses.borrow_mut().clone_from(&found);
        Ok(found)
    }
}

/// An IPv6 address without its brackets.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host)
}
