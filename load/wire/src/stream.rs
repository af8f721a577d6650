//! Bytes to and from a server: TCP, or TLS over it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use rustix::net::{RecvFlags, recv};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// An open connection.
#[derive(Debug)]
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    /// Whether a write that failed before it took a byte has certainly sent none.
    pub(crate) fn tells_what_was_sent(&self) -> bool {
        matches!(self, Self::Plain(_))
    }
    /// Reads into `room`.
    pub(crate) fn poll_read(&mut self, cx: &mut Context<'_>, room: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut room = ReadBuf::new(room);
        let polled = match self {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, &mut room),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_read(cx, &mut room),
        };
        polled.map_ok(|()| room.filled().len())
    }
    /// Writes some of `bytes`.
    pub(crate) fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_write(cx, bytes),
        }
    }
    /// Pushes out what TLS still holds.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(_) => Poll::Ready(Ok(())),
            Self::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }
    /// Asks the host, past Tokio's memory, whether the server has closed an idle connection (or, without TLS, sent what
    /// nobody asked for).
    pub(crate) fn was_closed(&self) -> bool {
        let (stream, silent) = match self {
            Self::Plain(stream) => (stream, true),
            // Session tickets may lie there.
            Self::Tls(stream) => (stream.get_ref().0, false),
        };
        match recv(stream, &mut [0_u8; 1], RecvFlags::PEEK | RecvFlags::DONTWAIT) {
            Ok((_, 0)) => true,
            Ok(_) => silent,
            Err(error) => error != rustix::io::Errno::AGAIN,
        }
    }
}
