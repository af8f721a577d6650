//! A server that does what its script says, and a clock that follows Tokio's (so that paused time serves).

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use songsinh_contract::{Clock, Moment, UnixMillis};
use songsinh_wire::{Endpoint, Limits, Pool};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::Instant;

/// What the server does next on a connection.
#[derive(Debug, Clone)]
pub enum Act {
    /// Reads one request: head, and as many bytes as its Content-Length says.
    Read,
    Write(Vec<u8>),
    Wait(Duration),
    /// Ends the connection in order.
    Close,
    /// Breaks it.
    Reset,
    /// Keeps it open without a word.
    Hang,
}

/// The scripts of the connections, in the order in which they are accepted; the last one serves all later ones.
pub async fn serve(scripts: Vec<Vec<Act>>) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = Served { port, requests: Rc::default(), connections: Rc::default() };
    let seen = served.clone();
    tokio::task::spawn_local(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let script = scripts[seen.connections.get().min(scripts.len() - 1)].clone();
            seen.connections.set(seen.connections.get() + 1);
            stream.set_nodelay(true).unwrap();
            let requests = Rc::clone(&seen.requests);
            tokio::task::spawn_local(async move {
                if play(&mut stream, script, requests).await {
                    stream.set_zero_linger().unwrap();
                }
            });
        }
    });
    served
}

/// What a server has seen.
#[derive(Debug, Clone)]
pub struct Served {
    pub port: u16,
    pub requests: Rc<RefCell<Vec<Vec<u8>>>>,
    pub connections: Rc<Cell<usize>>,
}

/// Plays a script; true if the connection is to be reset.
pub async fn play<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    script: Vec<Act>,
    requests: Rc<RefCell<Vec<Vec<u8>>>>,
) -> bool {
    for act in script {
        match act {
            Act::Read => match read_request(stream).await {
                Some(request) => requests.borrow_mut().push(request),
                None => return false,
            },
            Act::Write(bytes) => {
                if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
                    return false;
                }
            }
            Act::Wait(span) => tokio::time::sleep(span).await,
            Act::Close => {
                let _ = stream.shutdown().await;
                return false;
            }
            Act::Reset => return true,
            Act::Hang => std::future::pending().await,
        }
    }
    false
}

async fn read_request<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        bytes.push(stream.read_u8().await.ok()?);
        if bytes.ends_with(b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes).to_lowercase();
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            stream.read_exact(&mut body).await.ok()?;
            bytes.extend(body);
            return Some(bytes);
        }
    }
}

/// Moments of Tokio's clock.
#[derive(Debug, Clone, Copy)]
pub struct TokioClock(pub Instant);

impl Clock for TokioClock {
    fn now(&self) -> Moment {
        Moment(self.0.elapsed().as_nanos() as u64)
    }
    fn unix(&self) -> UnixMillis {
        UnixMillis(0)
    }
    async fn sleep_until(&self, due: Moment) {
        tokio::time::sleep_until(self.0 + due.since(Moment(0))).await;
    }
}

pub fn pool(port: u16, limits: Limits) -> Pool<TokioClock> {
    Pool::new(Endpoint::plain("127.0.0.1", port), limits, TokioClock(Instant::now())).unwrap()
}

/// Runs a test body on one thread, with local tasks; with paused time, which jumps when all wait.
pub fn run(paused: bool, body: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(paused).build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, body);
}
