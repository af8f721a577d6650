//! What goes wrong, and how it is told.

use std::time::Duration;

use songsinh_contract::Loss;
use songsinh_wire::{Endpoint, Limits, Pool, Why, WireError, WireFailure};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::server::{Act, TokioClock, pool, run, serve};

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: h\r\n\r\n";
const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// The failure of one request to a server with that script, which leaves no connection behind.
async fn failure(script: Vec<Act>, limits: Limits) -> WireFailure {
    let served = serve(vec![script]).await;
    let pool = pool(served.port, limits);
    let failure = pool.exchange(GET, |_| ()).await.expect_err("the script leads to a failure");
    assert_eq!((pool.stats().open, pool.stats().idle), (0, 0));
    failure
}

#[test]
fn no_answer_in_time_is_a_timeout_at_the_limit() {
    let drip = (0..1_000).flat_map(|_| [Act::Wait(Duration::from_millis(40)), Act::Write(b"x".to_vec())]);
    let head = Act::Write(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n".to_vec());
    let dripping = [Act::Read, head].into_iter().chain(drip).collect();
    for script in [vec![Act::Hang], vec![Act::Read, Act::Hang], dripping] {
        run(true, async {
            let limits = Limits { answer_ms: 700, ..Limits::default() };
            let failure = failure(script, limits).await;
            assert_eq!((failure.loss, &failure.why), (Loss::TimedOut, &Why::AnswerTimedOut { after_ms: 700 }));
            // Paused time: to the millisecond of Tokio's wheel.
            let took = failure.done.since(failure.sent.unwrap());
            assert!((700..=742).contains(&took.as_millis()), "{took:?}");
        });
    }
}

#[test]
fn the_time_of_one_answer_is_not_taken_from_the_next() {
    run(true, async {
        let slow = [Act::Read, Act::Wait(Duration::from_millis(600)), Act::Write(OK.to_vec())];
        let served = serve(vec![slow.iter().cycle().take(9).cloned().collect()]).await;
        let pool = pool(served.port, Limits { answer_ms: 700, ..Limits::default() });
        for round in 0..3 {
            let exchange = pool.exchange(GET, |_| ()).await.unwrap();
            assert_eq!(exchange.reused, round > 0);
            assert!(exchange.done.since(exchange.sent) >= Duration::from_millis(600));
        }
    });
}

#[test]
fn broken_connections_are_resets() {
    let part = Act::Write(OK[..OK.len() - 1].to_vec());
    for (script, why) in [
        (vec![Act::Read, Act::Close], Some(Why::ClosedBeforeAnswer)),
        (vec![Act::Read, part.clone(), Act::Close], Some(Why::ClosedMidAnswer)),
        (vec![Act::Read, Act::Reset], None),
        (vec![Act::Read, part, Act::Wait(Duration::from_millis(5)), Act::Reset], None),
    ] {
        run(false, async {
            let failure = failure(script, Limits::default()).await;
            assert!(failure.loss == Loss::Reset && failure.sent.is_some_and(|sent| sent <= failure.done));
            match why {
                Some(why) => assert_eq!(failure.why, why),
                None => assert!(matches!(failure.why, Why::ConnectionLost(_)), "{failure}"),
            }
        });
    }
}

#[test]
fn a_kept_connection_that_breaks_after_the_request_is_not_tried_again() {
    run(false, async {
        let first = vec![Act::Read, Act::Write(OK.to_vec()), Act::Read, Act::Close];
        let served = serve(vec![first, vec![Act::Read, Act::Write(OK.to_vec()), Act::Hang]]).await;
        let pool = pool(served.port, Limits::default());
        pool.exchange(GET, |_| ()).await.unwrap();
        let failure = pool.exchange(GET, |_| ()).await.unwrap_err();
        assert_eq!((failure.loss, failure.why), (Loss::Reset, Why::ClosedBeforeAnswer));
        assert_eq!(served.requests.borrow().len(), 2, "sent once each");
        assert!(!pool.exchange(GET, |_| ()).await.unwrap().reused);
    });
}

#[test]
fn what_is_no_http_or_too_long_is_garbled() {
    let long = b"HTTP/1.1 200 OK\r\ncontent-length: 4097\r\n\r\n".to_vec();
    let endless = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let limits = Limits { answer_bytes: 4_096, ..Limits::default() };
    let too_long = Why::BodyTooLong { limit: 4_096 };
    for (bytes, why) in [
        (b"+OK POP3 ready\r\n".to_vec(), Why::NotHttp(httparse_version())),
        (long, too_long.clone()),
        ([endless, vec![b'x'; 10_000]].concat(), too_long),
    ] {
        run(false, async {
            let failure = failure(vec![Act::Read, Act::Write(bytes), Act::Hang], limits).await;
            assert_eq!((failure.loss, failure.why), (Loss::Garbled, why));
        });
    }
}

fn httparse_version() -> httparse::Error {
    httparse::Error::Version
}

#[test]
fn no_connection_means_not_sent() {
    run(false, async {
        // A port that was free a moment ago.
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let pool_there = pool(port, Limits::default());
        let failure = pool_there.exchange(GET, |_| ()).await.unwrap_err();
        assert_eq!((failure.loss, failure.sent), (Loss::NotSent, None));
        assert_eq!(failure.why, Why::ConnectFailed(std::io::ErrorKind::ConnectionRefused));
        assert_eq!(pool_there.stats().open, 0);

        let nowhere = Endpoint::plain("no-such-host.invalid", 80);
        let nowhere = Pool::new(nowhere, Limits::default(), TokioClock(Instant::now())).unwrap();
        let failure = nowhere.exchange(GET, |_| ()).await.unwrap_err();
        assert!(failure.loss == Loss::NotSent && failure.to_string().contains("no-such-host.invalid"), "{failure}");
    });
}

#[test]
fn source_addresses_are_called_from() {
    run(false, async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sources = vec!["127.0.0.7".parse().unwrap(), "127.0.0.8".parse().unwrap(), "::1".parse().unwrap()];
        let endpoint = Endpoint { sources, ..Endpoint::plain("127.0.0.1", listener.local_addr().unwrap().port()) };
        let limits = Limits { answer_ms: 5, ..Limits::default() };
        let pool = Pool::new(endpoint, limits, TokioClock(Instant::now())).unwrap();
        let mut seen = Vec::new();
        for _ in 0..3 {
            let failure = pool.exchange(GET, |_| ()).await.unwrap_err();
            assert_eq!(failure.loss, Loss::TimedOut);
            seen.push(listener.accept().await.unwrap().1.ip().to_string());
        }
        assert_eq!(seen, ["127.0.0.7", "127.0.0.8", "127.0.0.7"]);
    });
}

#[test]
fn limits_of_zero_are_refused() {
    let limits = Limits { connections: 0, ..Limits::default() };
    run(true, async {
        let error = Pool::new(Endpoint::plain("h", 1), limits, TokioClock(Instant::now())).unwrap_err();
        assert!(matches!(error, WireError::ZeroLimit("connections")));
    });
}
