//! When a serving command ends: at SIGTERM, at SIGINT, or when whoever started it is gone.

use std::io::Read;

use tokio::signal::unix::{SignalKind, signal};
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
    let (Ok(mut int), Ok(mut term)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = int.recv() => {}
        _ = term.recv() => {}
    }
}
