//! What goes well: every coding in pieces, kept connections, waiting in turn.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use proptest::prelude::*;
use songsinh_contract::Loss;
use songsinh_wire::{Limits, Why};

use crate::server::{Act, pool, run, serve};

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: h\r\n\r\n";

fn sized(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nx-name: Value\r\n\r\n{body}", body.len()).into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// The same answer, through a socket, in whatever pieces.
    #[test]
    fn answers_in_pieces_come_whole(cuts in prop::collection::vec(0..80_usize, 0..8), coding in 0..3_u8) {
        let bytes: &[u8] = match coding {
            0 => b"HTTP/1.1 201 Made\r\nContent-Length: 11\r\nA: b\r\n\r\nhello world",
            1 => b"HTTP/1.1 103 Hm\r\n\r\nHTTP/1.1 201 Made\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n5\r\nhello\r\n6;x\r\n world\r\n0\r\n\r\n",
            _ => b"HTTP/1.1 201 Made\r\nA: b\r\n\r\nhello world",
        };
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let mut script = vec![Act::Read];
        for pair in cuts.windows(2) {
            // Time jumps, so the pieces arrive one by one and nobody waits.
            script.extend([Act::Write(bytes[pair[0]..pair[1]].to_vec()), Act::Wait(Duration::from_millis(1))]);
        }
        script.push(if coding == 2 { Act::Close } else { Act::Hang });
        run(true, async {
            let served = serve(vec![script]).await;
            let pool = pool(served.port, Limits::default());
            let exchange = pool.exchange(GET, |answer| {
                assert_eq!((answer.status, answer.reason), (201, "Made"));
                assert_eq!((answer.headers.get("a"), answer.headers.get("none")), (Some(&b"b"[..]), None));
                answer.body.to_vec()
            }).await.unwrap();
            assert_eq!(exchange.value, b"hello world");
            assert!(exchange.sent <= exchange.first_byte && exchange.first_byte <= exchange.done && !exchange.reused);
            assert_eq!((served.requests.borrow().as_slice(), pool.stats().idle), (&[GET.to_vec()][..], usize::from(coding != 2)));
        });
    }
}

#[test]
fn one_connection_serves_many_requests_and_bodies_go_out_whole() {
    run(false, async {
        let script = (0..50).flat_map(|at| [Act::Read, Act::Write(sized(&"z".repeat(at * 331)))]).collect();
        let served = serve(vec![script]).await;
        let pool = pool(served.port, Limits::default());
        for at in 0..50 {
            let mut request = songsinh_wire::RequestBuilder::new();
            let body = vec![b'q'; at * 977];
            let bytes = request.start("POST", "/a?b", "h").unwrap().header("x", "y").unwrap().body(&body);
            let exchange = pool.exchange(bytes, |answer| answer.body.len()).await.unwrap();
            assert_eq!((exchange.value, exchange.reused), (at * 331, at > 0));
            assert!(served.requests.borrow()[at].ends_with(&body));
        }
        assert_eq!((pool.stats().opened, served.connections.get()), (1, 1));
        pool.close_idle();
        assert_eq!((pool.stats().open, pool.stats().idle), (0, 0));
    });
}

#[test]
fn who_waits_is_served_in_turn_and_too_many_are_refused() {
    run(true, async {
        let one = [Act::Read, Act::Wait(Duration::from_millis(10)), Act::Write(sized("ok"))];
        let served = serve(vec![one.iter().cycle().take(300).cloned().collect()]).await;
        let limits = Limits { connections: 1, waiting: 3, ..Limits::default() };
        let pool = pool(served.port, limits);
        let order = Rc::new(RefCell::new(Vec::new()));
        let mut tasks = Vec::new();
        for id in 0..5 {
            let (pool, order) = (pool.clone(), Rc::clone(&order));
            tasks.push(tokio::task::spawn_local(async move {
                let ended = pool.exchange(GET, |answer| answer.status).await;
                order
                    .borrow_mut()
                    .push((id, ended.map(|exchange| exchange.value).map_err(|failure| (failure.loss, failure.why))));
            }));
        }
        // The third one gives up while it waits.
        tokio::time::sleep(Duration::from_millis(5)).await;
        tasks[2].abort();
        for task in tasks {
            let _ = task.await;
        }
        let refused = Err((Loss::NotSent, Why::QueueFull { waiting: 3 }));
        assert_eq!(*order.borrow(), [(4, refused), (0, Ok(200)), (1, Ok(200)), (3, Ok(200))]);
        let stats = pool.stats();
        assert_eq!((stats.opened, stats.open, stats.idle, stats.waiting), (1, 1, 1, 0));
    });
}

#[test]
fn a_dropped_exchange_closes_its_connection_and_frees_its_place() {
    run(true, async {
        let served = serve(vec![vec![Act::Read, Act::Hang], vec![Act::Read, Act::Write(sized("ok")), Act::Hang]]).await;
        let pool = pool(served.port, Limits { connections: 1, ..Limits::default() });
        let given_up = tokio::time::timeout(Duration::from_millis(50), pool.exchange(GET, |_| ())).await;
        assert!(given_up.is_err());
        assert_eq!(pool.stats().open, 0);
        assert!(!pool.exchange(GET, |_| ()).await.unwrap().reused);
    });
}

#[test]
fn an_idle_connection_that_the_server_closed_is_not_used() {
    run(false, async {
        let served = serve(vec![vec![Act::Read, Act::Write(sized("ok")), Act::Close]]).await;
        let pool = pool(served.port, Limits::default());
        for round in 0..3 {
            let exchange = pool.exchange(GET, |_| ()).await.unwrap();
            assert!(!exchange.reused);
            // Until the server's FIN has been seen by the runtime.
            while pool.stats().found_closed < round && served.connections.get() as u64 <= round {
                tokio::task::yield_now().await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!((pool.stats().found_closed, served.requests.borrow().len()), (2, 3));
    });
}

#[test]
fn a_server_that_answers_before_it_reads_all_does_not_block() {
    run(false, async {
        let answer = b"HTTP/1.1 413 Too Much\r\ncontent-length: 2\r\n\r\nno".to_vec();
        let served = serve(vec![vec![Act::Write(answer), Act::Hang]]).await;
        let pool = pool(served.port, Limits::default());
        let mut request = songsinh_wire::RequestBuilder::new();
        let bytes = request.start("POST", "/", "h").unwrap().body(&vec![0; 30_000_000]).to_vec();
        let exchange = pool.exchange(&bytes, |answer| answer.status).await.unwrap();
        assert_eq!((exchange.value, pool.stats().open), (413, 0), "half a request is left on it, so it is closed");
    });
}

#[test]
fn an_exchange_under_way_is_small() {
    run(true, async {
        // A journey's future holds one, and a million journeys wait at once.
        let pool = pool(1, Limits::default());
        let bytes = size_of_val(&pool.exchange(GET, |answer| answer.status));
        assert!(bytes <= 640, "{bytes} bytes");
    });
}
