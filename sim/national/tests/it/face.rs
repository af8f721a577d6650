//! The HTTP face: every journey through the router, with real DPoP proofs of another library.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use songsinh_contract::{Clock, Reason, Rulebook, SmsPurpose};
use songsinh_national::http::{Answers, ROUTES, openapi, router};
use songsinh_national::shell::Twin;
use songsinh_national::store::{MemoryStore, Store};
use songsinh_national::{ALREADY_ACTIVATED, NOT_IDENTIFIED, StoreChoice, TwinConfig};
use tower::ServiceExt;

use super::world::{Faced, FakeWorld, Handles, ManualClock, START_MS, card, code_in, entry, number, phone, rules};

type Now = Box<dyn Fn() -> songsinh_contract::UnixMillis + Send + Sync>;
pub type FacedTwin = Faced<MemoryStore<Now>>;

impl Handles for FacedTwin {
    fn handles(
        &self,
        call: songsinh_contract::Call,
        proof: songsinh_national::rules::ProofClaim,
    ) -> std::pin::Pin<Box<dyn Future<Output = songsinh_national::rules::Answer> + Send + '_>> {
        Box::pin(self.0.handle(call, proof))
    }
}

pub fn faced(clock: &ManualClock) -> Arc<FacedTwin> {
    let now: Now = Box::new({
        let clock = clock.clone();
        move || clock.unix()
    });
    Arc::new(Faced(Twin::new(MemoryStore::new(now, Rulebook::default()), FakeWorld::new(clock.clone()), rules(), 4)))
}

/// A phone: device id, key, session.
pub struct Phone {
    router: Router,
    pub twin: Arc<FacedTwin>,
    pub clock: ManualClock,
    key: SigningKey,
    device: String,
    pub token: Option<String>,
}

static JTI: AtomicU64 = AtomicU64::new(0);

impl Phone {
    pub fn new(serial: u8) -> Self {
        let clock = ManualClock::new();
        let twin = faced(&clock);
        let answers: Arc<dyn Answers> = twin.clone();
        let router = router(answers, 16);
        let key = SigningKey::from_slice(&[serial; 32]).unwrap();
        Self { router, twin, clock, key, device: format!("dev-{serial:016x}"), token: None }
    }
    pub fn proof(&self, method: &str, path: &str) -> String {
        let point = self.key.verifying_key().to_sec1_point(false);
        let part = |range| URL_SAFE_NO_PAD.encode(&point.as_bytes()[range]);
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": part(1..33), "y": part(33..65)});
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk});
        let jti = format!("jti-{}", JTI.fetch_add(1, Ordering::Relaxed));
        let iat = self.clock.unix().0 / 1_000;
        let mut payload = json!({"jti": jti, "htm": method, "htu": format!("http://twin{path}"), "iat": iat});
        if let Some(token) = &self.token {
            payload["ath"] = URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes())).into();
        }
        let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", text(&header), text(&payload));
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let proof = self.proof(method, path);
        self.ask_with(method, path, body, Some(&proof)).await
    }
    async fn ask_with(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
        proof: Option<&str>,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-device-id", &self.device)
            .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("DPoP {token}"));
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status();
        let is_problem = response.headers()["content-type"] == "application/problem+json";
        assert_eq!(is_problem, !status.is_success(), "{method} {path} {status}");
        documented(method, path, status);
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap())
    }
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, body) = self.ask("POST", path, Some(body)).await;
        assert!(status.is_success(), "{path}: {status} {body}");
        body
    }
    async fn refused(&self, path: &str, body: Value, status: u16, reason: &str) -> Value {
        let (got, body) = self.ask("POST", path, Some(body)).await;
        assert_eq!((got.as_u16(), body["reason"].as_str().unwrap()), (status, reason), "{path}");
        assert_eq!(body["type"], format!("urn:songsinh:problem:{reason}"));
        body
    }
    pub fn code(&self, purpose: SmsPurpose) -> String {
        let store = self.twin.0.store();
        let sent = store.take_outbox(100);
        code_in(sent.iter().rev().find(|sms| sms.purpose == purpose).unwrap()).to_string()
    }
    pub fn form() -> Value {
        json!({"number": number(1).to_string(), "phone": phone(1).to_string(), "name": entry(1).name,
               "born": "2003-03-01", "sex": "male", "card_qr": songsinh_card::printed::text(&card(1))})
    }
}

/// Whether the document names this status for what was asked; an unknown address or method is not in it.
fn documented(method: &str, path: &str, status: StatusCode) {
    let fits = |route: &&songsinh_national::http::Route| {
        let mut parts = route.path.split('/');
        route.verb.as_str() == method
            && path.split('/').all(|part| parts.next().is_some_and(|want| want == "{id}" || want == part))
            && parts.next().is_none()
    };
    if let Some(route) = ROUTES.iter().find(fits) {
        let document: Value = serde_json::to_value(openapi()).unwrap();
        let answers = &document["paths"][route.path][method.to_lowercase()]["responses"];
        assert!(answers[status.as_str()].is_object(), "{method} {path}: {status} is not in the document");
    }
}

#[tokio::test]
async fn a_citizen_goes_all_the_way_over_http() {
    let mut it = Phone::new(1);
    let (status, body) = it.ask("GET", "/health", None).await;
    assert_eq!((status, body), (StatusCode::OK, json!({"status": "up"})));
    let (_, offered) = it.ask("GET", "/v1/security-questions", None).await;
    assert_eq!(offered["questions"].as_array().unwrap().len(), 10);

    let opened = it.post("/v1/registrations", Phone::form()).await;
    assert_eq!(opened["expires_in_s"], 180.0);
    let at = format!("/v1/registrations/{}", opened["registration"].as_str().unwrap());
    let code = it.code(SmsPurpose::Register);
    it.post(&format!("{at}/code"), json!({"code": code})).await;
    it.refused(&format!("{at}/code"), json!({"code": code}), 409, "code-used").await;
    let made = it.post(&format!("{at}/password"), json!({"password": "Mat-Khau-1"})).await;
    assert_eq!(made["level"], "app");

    let asked = json!({"number": number(1).to_string(), "phone": phone(1).to_string()});
    let first = it.refused("/v1/activations", asked.clone(), 403, "not-identified").await;
    assert_eq!(first["detail"], NOT_IDENTIFIED);

    let login = json!({"number": number(1).to_string(), "password": "Mat-Khau-1"});
    let session = it.post("/v1/sessions", login).await;
    assert_eq!(session["level"], "app");
    it.token = Some(session["token"].as_str().unwrap().to_owned());
    let qr = songsinh_card::printed::text(&card(1));
    it.refused("/v1/applications", json!({"card_qr": qr, "nfc": true}), 422, "chip-wanted").await;
    let read = it.post("/v1/applications", json!({"card_qr": qr, "nfc": false})).await;
    assert_eq!(
        read["shown"],
        json!({"number": number(1).to_string(), "name": entry(1).name, "born": "2003-03-01", "sex": "male"})
    );
    let at = format!("/v1/applications/{}", read["application"].as_str().unwrap());
    it.post(&format!("{at}/portrait"), json!({"portrait": entry(1).portrait.to_string()})).await;
    let (status, _) = it.ask("POST", &format!("{at}/submit"), None).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    it.clock.turn(2_000);
    settle(&it).await;

    let opened = it.post("/v1/activations", asked.clone()).await;
    assert_eq!((&opened["needs_password"], &opened["level"]), (&json!(false), &json!("one")));
    let at = format!("/v1/activations/{}", opened["activation"].as_str().unwrap());
    let code = it.code(SmsPurpose::Activate);
    it.post(&format!("{at}/code"), json!({"code": code})).await;
    it.refused(&format!("{at}/passcode"), json!({"passcode": "12345"}), 422, "passcode-malformed").await;
    it.post(&format!("{at}/passcode"), json!({"passcode": "135790"})).await;
    let answers = json!({"answers": [{"question": 1, "answer": "Hoa Hồng"}, {"question": 3, "answer": "Phở"}]});
    let state = it.post(&format!("{at}/questions"), answers).await;
    assert_eq!(state, json!({"level": "one", "application": "approved", "activation": "activated"}));
    it.clock.turn(60_000);
    let second = it.refused("/v1/activations", asked, 409, "already-activated").await;
    assert_eq!(second["detail"], ALREADY_ACTIVATED);

    let (status, me) = it.ask("GET", "/v1/me", None).await;
    assert_eq!(
        (status, &me["number"], &me["activation"]),
        (StatusCode::OK, &json!(number(1).to_string()), &json!("activated"))
    );
    for (proof, reason) in proofs(&it) {
        let (status, body) = it.ask_with("GET", "/v1/me", None, proof.as_deref()).await;
        assert_eq!((status.as_u16(), &body["reason"]), (401, &json!(reason)));
    }
}

/// Lets the clerk of the twin settle what is due.
async fn settle(it: &Phone) {
    let twin = &it.twin.0;
    let stop = async {
        while !twin.store().due(1).await.unwrap().now.is_empty() {
            tokio::task::yield_now().await;
        }
        twin.stop();
    };
    tokio::join!(twin.run_clerk(), stop);
}

/// Proofs that do not serve for `GET /v1/me`, with the reason why.
fn proofs(it: &Phone) -> Vec<(Option<String>, &'static str)> {
    let other = Phone { key: SigningKey::from_slice(&[9; 32]).unwrap(), ..Phone::new(9) };
    let other = Phone { token: it.token.clone(), clock: it.clock.clone(), ..other };
    let bare = Phone { token: None, clock: it.clock.clone(), ..Phone::new(1) };
    vec![
        (None, "proof-missing"),
        (Some("nonsense".to_owned()), "proof-foreign"),
        (Some(it.proof("POST", "/v1/me")), "proof-foreign"),
        (Some(it.proof("GET", "/v1/sessions")), "proof-foreign"),
        (Some(other.proof("GET", "/v1/me")), "proof-foreign"),
        (Some(bare.proof("GET", "/v1/me")), "proof-foreign"),
    ]
}

#[tokio::test]
async fn login_answers_alike_for_known_and_unknown_numbers() {
    let it = Phone::new(1);
    let opened = it.post("/v1/registrations", Phone::form()).await;
    let at = format!("/v1/registrations/{}", opened["registration"].as_str().unwrap());
    let code = it.code(SmsPurpose::Register);
    it.post(&format!("{at}/code"), json!({"code": code})).await;
    it.post(&format!("{at}/password"), json!({"password": "Mat-Khau-1"})).await;
    for round in 0..6 {
        let mut said = Vec::new();
        for serial in [1, 2] {
            let body = json!({"number": number(serial).to_string(), "password": "Sai-Mat-Khau-1"});
            said.push(it.ask("POST", "/v1/sessions", Some(body)).await);
        }
        assert_eq!(said[0], said[1]);
        let status = if round < 5 { StatusCode::UNAUTHORIZED } else { StatusCode::LOCKED };
        assert_eq!(said[0].0, status);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_by_name() {
    let it = Phone::new(1);
    let form = |member: &str, value: Value| {
        let mut form = Phone::form();
        form[member] = value;
        form
    };
    for (body, status, reason) in [
        (form("number", json!("12")), 422, "number-malformed"),
        (form("number", json!(12)), 400, "malformed"),
        (form("phone", json!("12")), 400, "malformed"),
        (form("born", json!("yesterday")), 400, "malformed"),
        (form("sex", json!("x")), 400, "malformed"),
        (form("card_qr", json!("a|b")), 400, "malformed"),
        (form("unknown", json!(1)), 400, "malformed"),
        (json!([]), 400, "malformed"),
    ] {
        it.refused("/v1/registrations", body, status, reason).await;
    }
    it.refused("/v1/registrations/r-1/code", json!({"code": "123456"}), 404, "handle-unknown").await;
    it.refused("/v1/registrations/r-1/code", json!({"code": "12345"}), 400, "malformed").await;
    let nameless = Phone { device: "phone".to_owned(), ..Phone::new(1) };
    nameless.refused("/v1/sessions", json!({}), 400, "malformed").await;
    let (status, body) = it.ask("GET", "/v2/me", None).await;
    assert_eq!((status, &body["reason"]), (StatusCode::NOT_FOUND, &json!("no-such-path")));
    let (status, _) = it.ask("POST", "/v1/me", None).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    let large = json!({"name": "x".repeat(17_000)});
    let (status, body) = it.ask("POST", "/v1/registrations", Some(large)).await;
    assert_eq!((status, &body["reason"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("body-too-large")));
    let (status, body) = it.ask("GET", "/v1/me", None).await;
    assert_eq!((status, &body["reason"]), (StatusCode::UNAUTHORIZED, &json!("session-missing")));
}

#[tokio::test]
async fn beyond_the_limit_the_answer_is_503_with_a_wait() {
    let clock = ManualClock::new();
    let answers: Arc<dyn Answers> = faced(&clock);
    let request = Request::builder().uri("/health").body(Body::empty()).unwrap();
    let response = router(answers, 0).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(clock.unix().0, START_MS);
}

#[test]
fn the_document_covers_every_route_and_every_reason_has_its_problem() {
    let document: Value = serde_json::to_value(openapi()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths = document["paths"].as_object().unwrap();
    let operations: usize = paths.values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(operations, ROUTES.len());
    for route in ROUTES {
        let operation = &paths[route.path][route.verb.as_str().to_lowercase()];
        let answer = &operation["responses"][route.status.to_string()];
        assert!(answer.is_object(), "{}", route.path);
    }
    // Every schema that is pointed to is there.
    let text = document.to_string();
    for pointed in text.split("#/components/schemas/").skip(1) {
        let name = pointed.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
    for &reason in Reason::ALL {
        let status = songsinh_national::http::status_of(reason);
        assert!((400..500).contains(&status), "{reason}");
    }
}

/// The whole server on a real socket, with services that are not there.
#[tokio::test]
async fn a_server_answers_and_ends_and_says_503_without_its_services() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut config = TwinConfig::new("http://127.0.0.1:1", "http://127.0.0.1:1", jiff::civil::date(2022, 12, 2));
    config.store = StoreChoice::Sqlite(folder.path().join("twin.db"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(songsinh_national::serve(listener, config, async {
        let _told = stopped.await;
    }));
    let client = reqwest::Client::new();
    let health: Value = client.get(format!("{at}/health")).send().await.unwrap().json().await.unwrap();
    assert_eq!(health, json!({"status": "up"}));
    let ask = client.post(format!("{at}/v1/registrations")).header("x-device-id", "dev-0000000000000001");
    let answer = ask.json(&Phone::form()).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 503);
    assert_eq!(answer.headers()["retry-after"], "1");
    let login = json!({"number": number(1).to_string(), "password": "Mat-Khau-1"});
    let ask = client.post(format!("{at}/v1/sessions")).header("x-device-id", "dev-0000000000000001");
    assert_eq!(ask.json(&login).send().await.unwrap().status().as_u16(), 401);
    drop(client);
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
