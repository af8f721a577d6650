//! What happens on the way.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use songsinh_contract::{Code, Loss, Operation, Outcome, ProofShown, TraceId};
use songsinh_target::Target;

use crate::people::{call, compile, profile, target};
use crate::server::{Given, Server, given};

const TRACE: TraceId = TraceId(1, 2);

async fn outcome(given: Given) -> Outcome {
    let server = Server::start(move |_| given.clone()).await;
    let target = target(&compile(&profile("built-in.yaml"), &server.url).unwrap());
    let answer = target.call(&call(Operation::ServiceHealth), TRACE).await;
    assert_eq!(server.asked().len(), 1, "asked once, whatever the answer");
    answer.outcome
}

#[tokio::test]
async fn overload_faults_and_redirects_are_told_apart() {
    let busy = given(503, "{}").header("retry-after", "3");
    assert_eq!(outcome(busy).await, Outcome::Unavailable { retry_after: Some(Duration::from_secs(3)) });
    assert_eq!(outcome(given(500, "oops")).await, Outcome::Fault { status: 500 });
    let moved = given(302, "").header("location", "http://127.0.0.1:9/elsewhere");
    assert_eq!(outcome(moved).await, Outcome::Unmapped { status: 302, sample: "".into() });
    let strange = Outcome::Unmapped { status: 418, sample: "I'm a teapot".into() };
    assert_eq!(outcome(given(418, "I'm a teapot")).await, strange);
}

#[tokio::test]
async fn nobody_there_means_not_sent() {
    let target = target(&compile(&profile("built-in.yaml"), "http://127.0.0.1:1").unwrap());
    let answer = target.call(&call(Operation::ServiceHealth), TRACE).await;
    assert_eq!(answer.outcome, Outcome::Indeterminate(Loss::NotSent));
    assert!(answer.first_byte.is_none() && answer.done >= answer.sent);
}

#[tokio::test]
async fn an_operation_that_is_missing_is_not_sent() {
    let server = Server::start(|_| given(200, "{}")).await;
    let target = target(&compile(&profile("stand-in.yaml"), &server.url).unwrap());
    let answer = target.call(&call(Operation::AccountShow), TRACE).await;
    assert_eq!(answer.outcome, Outcome::Indeterminate(Loss::NotSent));
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_nonce_that_is_asked_for_is_brought_once() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |_| {
        let nonce = format!("nonce-{}", count.fetch_add(1, Ordering::Relaxed));
        given(401, r#"{"reason":"proof-missing"}"#)
            .header("dpop-nonce", &nonce)
            .header("www-authenticate", r#"DPoP error="use_dpop_nonce""#)
    })
    .await;
    let target = target(&compile(&profile("built-in.yaml"), &server.url).unwrap());
    let answer = target.call(&call(Operation::AccountShow), TRACE).await;
    assert_eq!(answer.outcome.kind(), "refused", "the second time the answer stands");
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    let claims = |at: usize| -> serde_json::Value {
        let proof = &asked[at].headers["dpop"];
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(proof.split('.').nth(1).unwrap()).unwrap()).unwrap()
    };
    assert!(claims(0).get("nonce").is_none());
    assert_eq!(claims(1)["nonce"], "nonce-0");
    assert_eq!(claims(1)["htu"], format!("{}/v1/me", server.url));
    assert_ne!(claims(0)["jti"], claims(1)["jti"]);
}

#[tokio::test]
async fn dishonest_proofs_reach_the_wire() {
    let server = Server::start(|_| given(200, "{}")).await;
    let target = target(&compile(&profile("built-in.yaml"), &server.url).unwrap());
    let mut call = call(Operation::AccountShow);
    for proof in [ProofShown::Own, ProofShown::Replayed, ProofShown::Stale, ProofShown::Missing] {
        call.caller.proof = proof;
        target.call(&call, TRACE).await;
    }
    let asked = server.asked();
    let proof = |at: usize| asked[at].headers.get("dpop").cloned();
    assert_eq!(proof(0), proof(1));
    assert_ne!(proof(0), proof(2));
    assert_eq!(proof(3), None);
    assert_eq!(asked[3].headers["authorization"], "Bearer session-1");
}

#[tokio::test]
async fn numbers_in_an_answer_are_seen() {
    let answer =
        given(200, r#"{"items":[{"note":"code 123456"},{"note":"001203004712"}]}"#).header("x-debug", "654321");
    let server = Server::start(move |_| answer.clone()).await;
    let target = target(&compile(&profile("built-in.yaml"), &server.url).unwrap());
    let answer = target.call(&call(Operation::ServiceHealth), TRACE).await;
    let codes: Vec<Code> = answer.codes_seen.iter().map(|seen| seen.code).collect();
    assert_eq!(codes, [Code(654_321), Code(123_456)]);
    assert_eq!(answer.numbers_seen, ["001203004712".parse().unwrap()]);
    assert_eq!(answer.wording, None);
}
