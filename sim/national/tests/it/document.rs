//! The document against peers: an independent validator reads it, and Schemathesis asks the twin for whatever it allows.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use songsinh_contract::{Call, Clock, Digest, Fingerprints, SmsPurpose};
use songsinh_national::http::{Answers, Shown, openapi, router, verify_proof};
use songsinh_national::rules::{Answer, ProofClaim};

use super::face::{FacedTwin, Phone};
use super::world::{ManualClock, PASSWORD, card, entry, number, phone as phone_number};

/// A program of the environment in which `.ci/test` installs the peers.
fn peer(program: &str) -> PathBuf {
    let folder = std::env::var_os("SONGSINH_PEERS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers"), PathBuf::from);
    let path = folder.join("bin").join(program);
    let how = "bash .ci/test installs it, or: python3 -m venv target/peers && target/peers/bin/pip install \
               schemathesis==4.32.5 openapi-spec-validator==0.9.0";
    assert!(path.exists(), "{} is not there; {how}", path.display());
    path
}

fn said(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn an_independent_validator_takes_the_document() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("openapi.json");
    std::fs::write(&path, openapi().to_json().unwrap()).unwrap();
    let output =
        Command::new(peer("python3")).args(["-m", "openapi_spec_validator", "--errors", "all"]).arg(&path).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

/// A twin before which every request proves the key of one phone anew: the peer cannot sign.
struct Proven {
    twin: Arc<FacedTwin>,
    clock: ManualClock,
    /// A proof of the phone that holds; time and id are made anew for each request.
    sound: ProofClaim,
    count: AtomicU64,
}

impl Proven {
    fn of(phone: &Phone) -> Arc<Self> {
        let shown = Shown { method: "GET", path: "/v1/me", token: phone.token.as_deref() };
        let sound = verify_proof(&phone.proof("GET", "/v1/me"), shown);
        Arc::new(Self { twin: phone.twin.clone(), clock: phone.clock.clone(), sound, count: AtomicU64::new(0) })
    }
}

impl Answers for Proven {
    fn answer(&self, call: Call, _shown: ProofClaim) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        let mut proof = self.sound.clone();
        if let ProofClaim::Sound { jti, iat_ms, .. } = &mut proof {
            let count = self.count.fetch_add(1, Ordering::Relaxed);
            *jti = Digest::of(format!("proven-{count}").as_bytes());
            *iat_ms = self.clock.unix().0;
        }
        Box::pin(self.twin.0.handle(call, proof))
    }
}

/// Serves a twin on a real socket of its own thread; gives its address.
fn served(answers: Arc<dyn Answers>) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router(answers, 64)).await.unwrap();
        });
    });
    address
}

/// The checks: no server error, no answer that is not in the document, every answer of the shape that it says.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,unsupported_method";

fn schemathesis(address: &str, device: &str, token: Option<&str>) {
    let mut command = Command::new(peer("schemathesis"));
    command.arg("run").arg(format!("{address}/openapi.json"));
    command.args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing"]);
    command.args(["--max-examples", "4", "--seed", "20221202", "--generation-deterministic", "--no-color"]);
    command.args(["--workers", "1", "--header"]).arg(format!("X-Device-Id: {device}"));
    if let Some(token) = token {
        // What ends the session or the binding would leave nothing to be asked with it.
        for path in ["/v1/sessions/logout", "/v1/me/devices/release", "/v1/me/passcode"] {
            command.args(["--exclude-path", path]);
        }
        command.arg("--header").arg(format!("Authorization: Bearer {token}"));
    }
    let folder = tempfile::tempdir().unwrap();
    let output = command.current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

/// Registers an app account and logs in: the token of its session.
async fn citizen(phone: &Phone) -> String {
    let opened = phone.post("/v1/registrations", Phone::form()).await;
    let at = format!("/v1/registrations/{}", opened["registration"].as_str().unwrap());
    phone.post(&format!("{at}/code"), json!({"code": phone.code(SmsPurpose::Register)})).await;
    phone.post(&format!("{at}/password"), json!({"password": PASSWORD})).await;
    let login = json!({"number": number(1).to_string(), "password": PASSWORD});
    token(&phone.post("/v1/sessions", login).await)
}

fn token(session: &Value) -> String {
    session["token"].as_str().unwrap().to_owned()
}

async fn officer(phone: &Phone) -> String {
    token(&phone.post("/v1/officers/sessions", json!({"user": "an-xa-1", "password": PASSWORD})).await)
}

/// From the counter to opened utilities: the session of an account that is activated at level 2.
async fn identified(phone: &mut Phone) -> String {
    let (digits, mobile) = (number(1).to_string(), phone_number(1).to_string());
    phone.token = Some(officer(phone).await);
    let filing = json!({
        "number": digits, "phone": mobile, "card_qr": songsinh_card::printed::text(&card(1)),
        "portrait": entry(1).portrait.to_string(),
        "fingerprints": Fingerprints { of: entry(1).portrait.face }.to_string(),
    });
    phone.post("/v1/level2-applications", filing).await;
    phone.post("/v1/decisions", json!({"number": digits, "approve": true})).await;
    phone.token = None;
    let opened = phone.post("/v1/activations", json!({"number": digits, "phone": mobile})).await;
    assert_eq!((&opened["level"], &opened["needs_password"]), (&json!("two"), &json!(true)));
    let at = format!("/v1/activations/{}", opened["activation"].as_str().unwrap());
    phone.post(&format!("{at}/code"), json!({"code": phone.code(SmsPurpose::Activate)})).await;
    phone.post(&format!("{at}/password"), json!({"password": PASSWORD})).await;
    phone.post(&format!("{at}/passcode"), json!({"passcode": "135790"})).await;
    let answers = json!({"answers": [{"question": 1, "answer": "Hoa"}, {"question": 3, "answer": "Phở"}]});
    phone.post(&format!("{at}/questions"), answers).await;
    let session = token(&phone.post("/v1/sessions", json!({"number": digits, "password": PASSWORD})).await);
    phone.token = Some(session.clone());
    phone.post("/v1/me/qr-switch", json!({"on": true})).await;
    phone.post("/v1/me/utilities", json!({"passcode": "135790"})).await;
    session
}

#[tokio::test]
async fn schemathesis_finds_no_answer_outside_of_the_document() {
    let phone = Phone::new(1);
    let sessions = [None, Some(citizen(&phone).await), Some(officer(&phone).await)];
    let address = served(phone.twin.clone());
    let mut active = Phone::new(2);
    let session = identified(&mut active).await;
    let proven = served(Proven::of(&active));
    let ran = tokio::task::spawn_blocking(move || {
        std::thread::scope(|runs| {
            for token in &sessions {
                let address = &address;
                runs.spawn(move || schemathesis(address, "dev-0000000000000001", token.as_deref()));
            }
            runs.spawn(|| schemathesis(&proven, "dev-0000000000000002", Some(&session)));
        });
    });
    ran.await.unwrap();
}
