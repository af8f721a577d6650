//! The profiles that ship.

use std::collections::BTreeMap;
use std::path::Path;

use songsinh_contract::{Operation, OperationName, Outcome, Reason, Reasons, Token, TraceId};
use songsinh_scenario::{Profile, Secrets};
use songsinh_target::{Compiled, Target, TargetError};

use crate::people::{NAME, NUMBER, call, compile, every_operation, form, printed, profile, target};
use crate::server::{Server, given};

/// Holds whatever any operation of the built-in profile promises.
const EVERYTHING: &str = r#"{
    "registration": "r", "application": "a", "activation": "k", "token": "t", "refresh": "f", "reset": "x", "move": "m",
    "questions": [{"question": 3, "text": "?"}], "result": "genuine", "code": "004711",
    "ticket": "q-1", "issued_ms": 1, "expires_ms": 60001, "devices": [{"device": "dev-0000000000000007", "current": true}],
    "kind": "driving-licence", "number": "790123", "holder": "001303004711", "detail": "B2", "issued": "2020-02-03",
    "papers": [{"kind": "driving-licence", "number": "790123"}], "notices": [{"kind": "approved", "text": "…"}],
    "receipt": "p-1", "request": "request-1", "amount_vnd": 250000, "balance_vnd": 4750000, "address": "Thôn 3",
    "receipts": [{"id": "p-1", "request": "request-1", "amount_vnd": 250000}, {"id": "p-2", "amount_vnd": -5}],
    "submissions": [{"receipt": "p-1", "request": "request-1"}],
    "bills": [{"id": "bill-1", "kind": "water", "amount_vnd": 250000, "paid": true}]
}"#;

#[tokio::test]
async fn every_operation_of_the_built_in_profile_is_a_sound_request() {
    let server = Server::start(|_| {
        // A member of an answer that is a list elsewhere stands here for one thing.
        given(200, EVERYTHING)
    })
    .await;
    let compiled = compile(&profile("built-in.yaml"), &server.url).unwrap();
    let target = target(&compiled);
    for operation in every_operation() {
        let name = operation.name();
        assert_eq!(compiled.covers(name), Ok(()));
        let answer = target.call(&call(operation), TraceId(1, 2)).await;
        assert!(answer.outcome.is_done(), "{name}: {:?}", answer.outcome);
        assert!(answer.first_byte.is_some_and(|first| answer.sent <= first && first <= answer.done));
        let asked = server.last();
        assert!(asked.method == "POST" || asked.body.is_empty(), "{name}");
        assert!(asked.body.is_empty() || asked.json().is_object(), "{name}: {}", asked.body);
        assert!(asked.headers["traceparent"].starts_with("00-00000000000000010000000000000002-"), "{name}");
        assert_eq!(asked.headers["x-device-id"], "dev-0000000000000007");
        assert_eq!(asked.headers["authorization"], "DPoP session-1");
        assert_eq!(asked.headers["dpop"].split('.').count(), 3);
    }
    requests_hold_what_was_asked(&server);
}

fn requests_hold_what_was_asked(server: &Server) {
    let asked = server.asked();
    let at = |name: OperationName| &asked[OperationName::ALL.iter().position(|&one| one == name).unwrap()];
    assert_eq!(at(OperationName::AccountConfirm).path, "/v1/registrations/handle%2F1%20%3F/code");
    assert_eq!(at(OperationName::AccountConfirm).json()["code"], "004711");
    let register = at(OperationName::AccountRegister).json();
    assert_eq!((&register["name"], &register["number"]), (&NAME.into(), &NUMBER.into()));
    assert_eq!((&register["born"], &register["sex"]), (&"2003-07-02".into(), &"female".into()));
    assert!(register.get("card_qr").is_none());
    let card = at(OperationName::Level1ReadCard).json();
    assert_eq!((&card["nfc"], &card["card_qr"]), (&false.into(), &songsinh_card::printed::text(&printed()).into()));
    assert_eq!(at(OperationName::Level1Submit).body, "{}");
    assert_eq!(
        at(OperationName::ActivationSetQuestions).json()["answers"],
        serde_json::json!([{"question": 3, "answer": "mèo"}, {"question": 5, "answer": "phở"}])
    );
    let body = |name: OperationName| at(name).json();
    assert_eq!(
        body(OperationName::Level2File),
        serde_json::json!({
            "number": NUMBER, "phone": "0912345678", "card_qr": songsinh_card::printed::text(&printed()),
            "portrait": "SSP1.0000000000000001.00000002", "fingerprints": "SSF1.0000000000000001",
        })
    );
    assert_eq!(body(OperationName::ApplicationDecide), serde_json::json!({"number": NUMBER, "approve": true}));
    assert_eq!(body(OperationName::QrScan), serde_json::json!({"qr": "VNQ1:6BF"}));
    assert_eq!(body(OperationName::UnlockSwitch), serde_json::json!({"on": false}));
    assert_eq!(body(OperationName::PasswordChange), serde_json::json!({"old": "Mat-Khau-1", "new": "Mat-Khau-2"}));
    assert_eq!(body(OperationName::PasscodeChange), serde_json::json!({"old": "135790", "new": "246801"}));
    assert_eq!(body(OperationName::SessionRefresh), serde_json::json!({"refresh": "refresh-1"}));
    assert_eq!(body(OperationName::OfficerLogin), serde_json::json!({"user": "can-bo-1", "password": "Mat-Khau-1"}));
    assert_eq!(at(OperationName::WalletShow).path, "/v1/me/papers/driving-licence");
    assert_eq!(at(OperationName::DeviceMoveConfirm).path, "/v1/moves/handle%2F1%20%3F/code");
    assert_eq!(
        body(OperationName::FormSubmit),
        serde_json::json!({"service": "stay-notice", "request": "request-1", "text": "Lưu trú \"2\" đêm"})
    );
    assert_eq!(
        body(OperationName::PaymentPay),
        serde_json::json!({"request": "request-1", "bill": "bill-1", "amount_vnd": 250_000})
    );
    assert_eq!(
        body(OperationName::PaymentTransfer),
        serde_json::json!({"request": "request-1", "to": "001303004712", "amount_vnd": 100_000})
    );
}

#[tokio::test]
async fn every_value_of_an_answer_is_taken() {
    let server = Server::start(|_| given(200, EVERYTHING)).await;
    let target = target(&compile(&profile("built-in.yaml"), &server.url).unwrap());
    for operation in every_operation() {
        let name = operation.name();
        let outcome = target.call(&call(operation), TraceId(1, 2)).await.outcome;
        let values = outcome.values().unwrap();
        let some = match name {
            OperationName::SessionLogin | OperationName::SessionRefresh | OperationName::SessionUnlock => {
                values.session.is_some() && values.refresh == Some(Token::new("f"))
            }
            OperationName::OfficerLogin => values.session.is_some() && values.refresh.is_none(),
            OperationName::Level2File | OperationName::DeviceMove | OperationName::ResetRequest => {
                values.handle.is_some()
            }
            OperationName::QrMint => values.ticket.as_ref().is_some_and(|t| t.expires_ms == 60_001),
            OperationName::QrScan => values.shown.is_none() || values.shown.as_ref().unwrap().number.is_none(),
            OperationName::DeviceList => values.devices == [songsinh_contract::DeviceId(7)],
            OperationName::DeviceMoveCode => values.code == Some(songsinh_contract::Code(4711)),
            OperationName::NoticeList => values.notices == [songsinh_contract::SmsPurpose::Approved],
            OperationName::ResetConfirm => values.questions == [3],
            OperationName::WalletAdd | OperationName::WalletShow => {
                values.papers.len() == 1 && values.papers[0].issued == jiff::civil::date(2020, 2, 3)
            }
            OperationName::WalletList => values.papers.len() == 1 && values.papers[0].detail.is_empty(),
            OperationName::FormOpen => values.address.as_deref() == Some("Thôn 3"),
            OperationName::FormSubmit | OperationName::FormList => values.receipts.len() == 1,
            OperationName::PaymentBills => values.bills.len() == 1 && values.bills[0].paid,
            OperationName::PaymentBalance => values.receipts.len() == 2 && values.balance_vnd == Some(4_750_000),
            OperationName::PaymentPay | OperationName::PaymentTransfer => {
                values.receipts[0].amount_vnd == Some(250_000) && values.balance_vnd.is_some()
            }
            _ => true,
        };
        assert!(some, "{name}: {values:?}");
    }
}

#[tokio::test]
async fn a_scan_tells_what_the_qr_is_with_status_200() {
    for (result, reason) in [
        ("fake", Reason::QrFake),
        ("expired", Reason::QrExpired),
        ("replaced", Reason::QrReplaced),
        ("used", Reason::QrUsed),
    ] {
        let body = format!(r#"{{"result":"{result}"}}"#);
        let server = Server::start(move |_| given(200, &body)).await;
        let target = target(&compile(&profile("built-in.yaml"), &server.url).unwrap());
        let scan = Operation::QrScan { qr: Box::new(crate::people::shown_qr()) };
        let outcome = target.call(&call(scan), TraceId(1, 2)).await.outcome;
        assert_eq!(outcome, Outcome::Refused(Reasons::one(reason)));
    }
}

#[tokio::test]
async fn the_built_in_profile_reads_values_and_problems() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/v1/me" => given(
            200,
            &format!(
                r#"{{"number":"{NUMBER}","name":"Ánh","born":"2003-07-02","sex":"female","level":"one","application":"approved","activation":"none"}}"#
            ),
        ),
        "/v1/sessions" => given(401, r#"{"type":"about:blank","reason":"credentials-wrong"}"#),
        _ => given(201, r#"{"registration":"reg-1","expires_in_s":180}"#),
    })
    .await;
    let target = target(&compile(&profile("built-in.yaml"), &server.url).unwrap());
    let shown = target.call(&call(Operation::AccountShow), TraceId(1, 2)).await;
    let values = shown.outcome.values().unwrap();
    assert_eq!(values.shown.as_ref().unwrap().number, NUMBER.parse().ok());
    assert_eq!(values.account.unwrap().level, songsinh_contract::Level::One);
    assert_eq!(shown.numbers_seen, [NUMBER.parse().unwrap()], "the call did not name it");
    let operation = Operation::AccountRegister { form: form(), scanned: Some(Box::new(printed())) };
    let registered = target.call(&call(operation), TraceId(1, 2)).await;
    let values = registered.outcome.values().unwrap();
    assert_eq!(values.handle, Some(Token::new("reg-1")));
    assert_eq!(values.expires_in, Some(std::time::Duration::from_secs(180)));
    assert_eq!(server.last().json()["card_qr"], songsinh_card::printed::text(&printed()));
    let login =
        Operation::SessionLogin { number: NUMBER.parse().unwrap(), password: songsinh_contract::Secret::new("x") };
    let refused = target.call(&call(login), TraceId(1, 2)).await;
    assert_eq!(refused.outcome, Outcome::Refused(Reasons::one(Reason::CredentialsWrong)));
    assert!(refused.wording.is_some());
}

#[tokio::test]
async fn the_stand_in_speaks_forms_cookies_and_numeric_codes() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/api/dang-ky" => given(200, r#"{"code":0,"ma":"m-1"}"#),
        "/api/xac-nhan" => given(200, r#"{"code":5}"#),
        "/api/dang-nhap" => given(200, r#"{"code":0}"#).header("set-cookie", "phien=p-1; HttpOnly"),
        _ => given(200, r#"{"code":777}"#),
    })
    .await;
    let compiled = compile(&profile("stand-in.yaml"), &format!("{}/api", server.url)).unwrap();
    let target = target(&compiled);
    let ask = async |operation: Operation| target.call(&call(operation), TraceId(1, 2)).await.outcome;
    let mut answers = Vec::new();
    for operation in every_operation() {
        if compiled.covers(operation.name()).is_ok() {
            answers.push((operation.name(), ask(operation).await));
        }
    }
    let of = |name: OperationName| &answers.iter().find(|(have, _)| *have == name).unwrap().1;
    assert_eq!(of(OperationName::AccountRegister).values().unwrap().handle, Some(Token::new("m-1")));
    let void = [Reason::CodeVoid, Reason::CodeUsed, Reason::HandleUnknown, Reason::AttemptsExhausted];
    assert_eq!(of(OperationName::AccountConfirm), &Outcome::Refused(void.into_iter().collect()));
    assert_eq!(of(OperationName::SessionLogin).values().unwrap().session, Some(Token::new("p-1")));
    assert_eq!(of(OperationName::AccountSetPassword).kind(), "unmapped");
    let register = &server.asked()[0];
    assert_eq!(register.headers["content-type"], "application/x-www-form-urlencoded");
    assert!(
        register.body.contains("ho_ten=Nguy%E1%BB%85n%20Th%E1%BB%8B%20%22%C3%81nh%22%20%26%20Mai&"),
        "{}",
        register.body
    );
    assert!(register.body.contains("ngay_sinh=02%2F07%2F2003&gioi_tinh=N%E1%BB%AF"), "{}", register.body);
    assert_eq!(register.headers["cookie"], "phien=session-1");
    assert!(!register.headers.contains_key("dpop"));
    assert_eq!(compiled.covers(OperationName::AccountShow), Err("no page of the account"));
    assert_eq!(compiled.covers(OperationName::Level1Submit), Err("only app accounts"));
}

#[test]
fn a_host_that_is_not_allowed_is_refused_wherever_it_comes_from() {
    let error = compile(&profile("built-in.yaml"), "http://api.example.vn").unwrap_err();
    assert!(matches!(&error, TargetError::HostNotAllowed { host, .. } if host == "api.example.vn"), "{error}");
}

#[test]
fn a_wrong_address_is_told_without_its_secret() {
    let text = std::fs::read_to_string("../../scenarios/targets/stand-in.yaml").unwrap();
    let text = text.replace("http://127.0.0.1:9790/api", "http://127.0.0.1:9790/${env:WHO}");
    let profile = Profile::parse("stand-in.yaml", text.as_bytes()).unwrap();
    let secrets = Secrets::beside(Path::new("")).with("WHO", "hunter2?x");
    let error = Compiled::new(&profile, &secrets, &BTreeMap::new()).unwrap_err().to_string();
    assert!(error.contains("${env:WHO}") && !error.contains("hunter2"), "{error}");
}
