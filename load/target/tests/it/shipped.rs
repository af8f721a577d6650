//! The profiles that ship.

use std::collections::BTreeMap;
use std::path::Path;

use songsinh_contract::{Operation, OperationName, Outcome, Reason, Reasons, Token, TraceId};
use songsinh_scenario::{Profile, Secrets};
use songsinh_target::{Compiled, Target, TargetError};

use crate::people::{NAME, NUMBER, call, compile, every_operation, form, printed, profile, target};
use crate::server::{Server, given};

#[tokio::test]
async fn every_operation_of_the_built_in_profile_is_a_sound_request() {
    let server = Server::start(|_| {
        given(200, r#"{"registration":"r","application":"a","activation":"k","token":"t","questions":[{"id":3}]}"#)
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
        assert_eq!(asked.method == "GET", asked.body.is_empty() && !asked.path.ends_with("/resend"), "{name}");
        assert!(asked.body.is_empty() || asked.json().is_object(), "{name}: {}", asked.body);
        assert!(asked.headers["traceparent"].starts_with("00-00000000000000010000000000000002-"), "{name}");
        assert_eq!(asked.headers["x-device-id"], "dev-0000000000000007");
        assert_eq!(asked.headers["authorization"], "DPoP session-1");
        assert_eq!(asked.headers["dpop"].split('.').count(), 3);
    }
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
    assert_eq!(compiled.covers(OperationName::Level1Submit), Err("the profile does not name it"));
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
