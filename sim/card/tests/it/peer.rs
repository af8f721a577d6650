//! A library of another language (PyPI `cwt`) reads and checks what is signed here.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use songsinh_card::app_qr::{forge, sign};
use songsinh_contract::{Chance, DeviceId, Purpose, QrFlaw, Signer as _};
use songsinh_phone::DeviceKey;

use crate::app_qr::ticket;

/// What the peer says of each (text, JWK), in their order.
fn asked(questions: &[(String, &str)]) -> Vec<Value> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let python = here.join("../../target/peers/bin/python3");
    let missing = "run `.ci/test`, or its line `peer cwt …`, to install the peer into target/peers";
    let mut peer = Command::new(&python)
        .arg(here.join("tests/peer/read_qr.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{} cannot be run ({error}): {missing}", python.display()));
    let lines: String =
        questions.iter().map(|(text, jwk)| json!({"qr": text, "jwk": jwk}).to_string() + "\n").collect();
    // A peer that ended early says why on its error output and by its status.
    let _ = peer.stdin.take().unwrap().write_all(lines.as_bytes());
    let output = peer.wait_with_output().unwrap();
    assert!(output.status.success(), "the peer failed, its message is above: {missing}");
    let answers: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), questions.len());
    answers
}

#[test]
fn a_cose_library_of_another_language_takes_the_genuine_and_refuses_the_forged() {
    // The peer knows one time only, the true one: these tickets live until 2100.
    const END_MS: i64 = 4_102_444_800_456;
    let (own, other) = (DeviceKey::new(3, DeviceId(1), 0), DeviceKey::new(3, DeviceId(2), 0));
    let tickets: Vec<_> = [1_661_140_800_000, 1_661_140_800_001, 1_661_140_800_500, 1_661_140_859_999]
        .into_iter()
        .map(|issued_ms| ticket(&format!("ticket-{issued_ms}"), issued_ms, END_MS - issued_ms))
        .collect();
    let mut questions: Vec<_> = tickets.iter().map(|ticket| (sign(ticket, &own), own.public_jwk())).collect();
    let flaws = [
        QrFlaw::SignatureForged,
        QrFlaw::SignatureMissing,
        QrFlaw::MacByPublicKey,
        QrFlaw::OtherKeyNamed,
        QrFlaw::OtherDevice,
        QrFlaw::Edited,
        QrFlaw::Truncated,
    ];
    for (turn, flaw) in flaws.into_iter().enumerate() {
        let mut chance = Chance::new(3, Purpose::named("test/peer"), turn as u64);
        questions.push((forge(flaw, &tickets[0], &own, &other, &mut chance), own.public_jwk()));
    }
    let answers = asked(&questions);
    for (ticket, answer) in tickets.iter().zip(&answers) {
        let claims = &answer["claims"];
        assert_eq!(
            *answer,
            json!({"claims": {
                "aud": "vneid-qr", "cti": ticket.id.text(), "iat": claims["iat"], "exp": claims["exp"],
                "typ": "application/vneid-qr+cwt", "canonical": true,
            }})
        );
        for (name, ms) in [("iat", ticket.issued_ms), ("exp", ticket.expires_ms)] {
            assert_eq!(claims[name].as_f64(), Some(ms as f64 / 1000.0), "{name}");
        }
    }
    for (flaw, answer) in flaws.iter().zip(&answers[tickets.len()..]) {
        assert!(answer["refused"].is_string(), "{}: {answer}", flaw.as_str());
    }
}
