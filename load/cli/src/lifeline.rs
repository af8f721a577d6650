//! When a serving command ends: at SIGTERM, at SIGINT, or when whoever started it is gone.

use std::io::Read;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// Waits until the program is asked to stop. With `until_stdin_closes` the end of standard input is such a request.
pub async fn asked_to_stop(until_stdin_closes: bool) {
    let stdin_closed = async {
        if !until_stdin_closes {
            return std::future::pending().await;
        }
        let (closed, is_closed) = oneshot::channel::<()>();
        // A thread of its own: a runtime that waited for this read could not end before it.
        std::thread::spawn(move || {
            let mut buffer = [0; 64];
            while !matches!(std::io::stdin().read(&mut buffer), Ok(0) | Err(_)) {}
            drop(closed);
        });
        let _ = is_closed.await;
    };
    tokio::select! {
        () = stdin_closed => {}
        () = interrupted() => {}
    }
}

/// Waits for SIGINT or SIGTERM.
pub async fn interrupted() {
    match Interrupts::listen() {
        Some(mut interrupts) => interrupts.next().await,
        None => std::future::pending().await,
    }
}

/// The requests to stop, one after the other.
pub struct Interrupts {
    int: Signal,
    term: Signal,
}

impl Interrupts {
    /// Listens from now on; none where the host does not let it.
    pub fn listen() -> Option<Self> {
        let int = signal(SignalKind::interrupt()).ok()?;
        let term = signal(SignalKind::terminate()).ok()?;
        Some(Self { int, term })
    }
    /// Waits for the next SIGINT or SIGTERM.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.int.recv() => {}
            _ = self.term.recv() => {}
        }
    }
}
