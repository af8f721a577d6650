//! The same over TLS, against a server with a certificate made for the test.

use std::rc::Rc;
use std::sync::Arc;

use songsinh_contract::Loss;
use songsinh_wire::{Endpoint, Limits, Pool, Why, client_config};
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion, version};

use crate::server::{Act, TokioClock, play, run};

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

async fn serve_tls(versions: &[&'static SupportedProtocolVersion], script: Vec<Act>) -> (u16, RootCertStore) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = made.signing_key.serialize_der().try_into().unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let builder = builder.with_protocol_versions(versions).unwrap().with_no_client_auth();
    let acceptor = TlsAcceptor::from(Arc::new(builder.with_single_cert(vec![certificate.clone()], key).unwrap()));
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::task::spawn_local(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                play(&mut stream, script.clone(), Rc::default()).await;
            }
        }
    });
    (port, roots)
}

#[test]
fn exchanges_go_over_both_versions_and_the_connection_is_kept() {
    for versions in [&[&version::TLS13], &[&version::TLS12]] {
        run(false, async {
            let answer = [&b"HTTP/1.1 200 OK\r\ncontent-length: 40000\r\n\r\n"[..], &[b'x'; 40_000]].concat();
            let script = [Act::Read, Act::Write(answer)].into_iter().cycle().take(40).collect();
            let (port, roots) = serve_tls(versions, script).await;
            let endpoint = Endpoint::tls("localhost", port, client_config(roots).unwrap());
            let pool = Pool::new(endpoint, Limits::default(), TokioClock(Instant::now())).unwrap();
            for round in 0..10 {
                if round == 5 {
                    // Longer than an idle connection is trusted unseen.
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
                let exchange = pool.exchange(GET, |answer| (answer.status, answer.body.len())).await.unwrap();
                assert_eq!((exchange.value, exchange.reused), ((200, 40_000), round > 0));
            }
        });
    }
}

#[test]
fn an_unknown_certificate_is_refused_before_anything_is_sent() {
    run(false, async {
        let (port, _) = serve_tls(&[&version::TLS13], vec![Act::Hang]).await;
        let (_, others) = serve_tls(&[&version::TLS13], vec![Act::Hang]).await;
        let endpoint = Endpoint::tls("localhost", port, client_config(others).unwrap());
        let pool = Pool::new(endpoint, Limits::default(), TokioClock(Instant::now())).unwrap();
        let failure = pool.exchange(GET, |_| ()).await.unwrap_err();
        assert!(failure.loss == Loss::NotSent && matches!(failure.why, Why::TlsFailed(_)), "{failure}");
    });
}
