//! Arbitrary requests never bring about a server error.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Request};
use proptest::prelude::*;
use serde_json::{Value, json};
use songsinh_national::http::{Answers, ROUTES, Shown, router, verify_proof};
use songsinh_national::rules::ProofClaim;
use tower::ServiceExt;

use super::face::faced;
use super::world::ManualClock;

/// JSON of any shape, often with the members that the API knows.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("number"),
        Just("phone"),
        Just("name"),
        Just("born"),
        Just("sex"),
        Just("card_qr"),
        Just("code"),
        Just("password"),
        Just("nfc"),
        Just("portrait"),
        Just("email"),
        Just("passcode"),
        Just("answers"),
        Just("question"),
        Just("answer"),
        Just("user"),
        Just("approve"),
        Just("fingerprints"),
        Just("refresh"),
        Just("on"),
        Just("qr"),
        Just("old"),
        Just("new"),
        Just("kind"),
        Just("service"),
        Just("request"),
        Just("text"),
        Just("bill"),
        Just("to"),
        Just("amount_vnd"),
        Just("other"),
    ];
    let text = prop_oneof![
        any::<String>(),
        "[0-9]{12}",
        "0[0-9]{9}",
        "[0-9]{6}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "male|female|Nam",
        "SSP1\\.[0-9a-f]{16}\\.[0-9a-f]{8}",
        "SSF1\\.[0-9a-f]{16}",
        "driving-licence|tax-number|stay-notice|electricity",
        "VNQ1:[0-9A-Z $%*+./:-]{0,60}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(word.clone(), inner, 0..6).prop_map(|members| {
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Value>()
            }),
        ]
    })
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any_json().prop_map(|value| value.to_string().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..200),
        (0..20_000_usize).prop_map(|length| vec![b'['; length]),
    ]
}

fn any_header() -> impl Strategy<Value = Option<HeaderValue>> {
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..80),
        Just(b"dev-00000000000000aa".to_vec()),
        Just(b"DPoP s-00000000000000000000000000000000".to_vec()),
        Just(b"Bearer x".to_vec()),
        "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,90}".prop_map(String::into_bytes),
    ];
    prop::option::weighted(0.8, bytes).prop_map(|bytes| bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn no_request_brings_about_a_server_error(
        at in 0..ROUTES.len(), handle in "[ -~]{0,40}", body in any_body(),
        device in any_header(), auth in any_header(), proof in any_header(), well in any::<bool>(),
    ) {
        let route = &ROUTES[at];
        let handle: String = handle.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let handle = if well { "r-00000000000000000000000000000000".to_owned() } else { format!("x{handle}") };
        let mut request = Request::builder().method(route.verb.method()).uri(route.path.replace("{id}", &handle));
        let device = if well { Some(HeaderValue::from_static("dev-00000000000000aa")) } else { device };
        for (name, value) in [("x-device-id", device), ("authorization", auth), ("dpop", proof)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answers: Arc<dyn Answers> = faced(&ManualClock::new());
        let response = runtime.block_on(router(answers, 4).oneshot(request.body(Body::from(body)).unwrap())).unwrap();
        prop_assert!(!response.status().is_server_error(), "{} {}", route.path, response.status());
    }

    #[test]
    fn no_text_is_a_proof_by_chance(text in any::<String>(), parts in prop::collection::vec(any_json(), 2)) {
        use base64::Engine as _;
        let shown = Shown { method: "GET", path: "/v1/me", token: None };
        prop_assert_eq!(verify_proof(&text, shown), ProofClaim::Unsound);
        let part = |value: &Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": parts[0], "y": parts[1]});
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk});
        let text = format!("{}.{}.{}", part(&header), part(&parts[0]), part(&parts[1]));
        prop_assert_eq!(verify_proof(&text, shown), ProofClaim::Unsound);
    }
}
