//! The trivial server: one thread, one answer of 153 bytes of JSON, keep-alive. It costs little and tells nothing.

use std::io;

use songsinh_benches::pin_to_core;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, LocalOptions};

use crate::error::CostError;
use crate::say;

const ANSWER_BYTES: usize = 153;
const REQUEST_LIMIT: usize = 64 * 1024;

/// Serves on 127.0.0.1 until it is killed; prints its port first.
pub fn serve(port: u16) -> Result<(), CostError> {
    pin_to_core(0)?;
    let runtime = Builder::new_current_thread().enable_io().build_local(LocalOptions::default())?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        say(&listener.local_addr()?.port().to_string())?;
        let answer: &'static [u8] = answer().leak();
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::task::spawn_local(converse(stream, answer));
        }
    })
}

fn answer() -> Vec<u8> {
    let (start, end) = ("{\"handle\":\"3f2a9c\",\"expires_in_s\":180,\"note\":\"", "\"}");
    let body = format!("{start}{}{end}", "y".repeat(ANSWER_BYTES - start.len() - end.len()));
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {ANSWER_BYTES}\r\n\r\n");
    (head + &body).into_bytes()
}

async fn converse(mut stream: TcpStream, answer: &[u8]) -> io::Result<()> {
    let mut buffer = vec![0; REQUEST_LIMIT];
    let mut filled = 0;
    loop {
        let count = stream.read(&mut buffer[filled..]).await?;
        if count == 0 {
            return Ok(());
        }
        filled += count;
        while let Some(length) = request_length(&buffer[..filled]) {
            if length > filled {
                break;
            }
            buffer.copy_within(length..filled, 0);
            filled -= length;
            stream.write_all(answer).await?;
        }
    }
}

/// The length of the request at the start of `bytes`, once its head is there.
fn request_length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let mut length = 0_usize;
    for line in bytes[..head].split(|&byte| byte == b'\n') {
        if let Some((name, value)) = line.split_at_checked(15)
            && name.eq_ignore_ascii_case(b"content-length:")
        {
            length = std::str::from_utf8(value.trim_ascii()).ok()?.parse().ok()?;
        }
    }
    Some(head.saturating_add(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_end_where_they_say() {
        let post = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET";
        assert_eq!(request_length(post), Some(post.len() - 3));
        assert_eq!(request_length(b"GET / HTTP/1.1\r\n\r\n"), Some(18));
        assert_eq!(request_length(b"GET / HTTP/1.1\r\n"), None);
        assert!(answer().ends_with(b"\"}"));
    }
}
