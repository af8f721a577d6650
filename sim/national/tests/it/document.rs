//! The document against peers: an independent validator reads it, and Schemathesis asks the twin for whatever it allows.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use serde_json::json;
use songsinh_contract::SmsPurpose;
use songsinh_national::http::{Answers, openapi, router};

use super::face::Phone;
use super::world::{PASSWORD, number};

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

/// Serves a twin on a real socket of its own thread; gives its address.
fn served(phone: &Phone) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answers: Arc<dyn Answers> = phone.twin.clone();
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
    command.args(["--max-examples", "12", "--seed", "20221202", "--generation-deterministic", "--no-color"]);
    command.args(["--workers", "1", "--header"]).arg(format!("X-Device-Id: {device}"));
    if let Some(token) = token {
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
    phone.post("/v1/sessions", login).await["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn schemathesis_finds_no_answer_outside_of_the_document() {
    let phone = Phone::new(1);
    let citizen = citizen(&phone).await;
    let officer = phone.post("/v1/officers/sessions", json!({"user": "an-xa-1", "password": PASSWORD})).await;
    let address = served(&phone);
    let officer = officer["token"].as_str().unwrap().to_owned();
    let ran = tokio::task::spawn_blocking(move || {
        for token in [None, Some(citizen.as_str()), Some(officer.as_str())] {
            schemathesis(&address, "dev-0000000000000001", token);
        }
    });
    ran.await.unwrap();
}
