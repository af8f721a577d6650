//! The built-in profile against the twin's own door: both speak the same language.

use songsinh_contract::{OperationName, Outcome, Reason, Reasons, Token, TraceId};
use songsinh_national::{TwinConfig, serve};
use songsinh_target::Target;

use crate::people::{call, compile, every_operation, profile, target};

#[tokio::test]
async fn every_operation_is_understood_by_the_twin_and_every_answer_explained() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let nobody = "http://127.0.0.1:1";
    let config = TwinConfig::new(nobody, nobody, jiff::civil::date(2022, 8, 22));
    tokio::spawn(serve(listener, config, std::future::pending()));
    let target = target(&compile(&profile("built-in.yaml"), &url).unwrap());
    for operation in every_operation() {
        let name = operation.name();
        let mut call = call(operation);
        call.caller.session = call.caller.session.map(|_| Token::new("s-unknown"));
        let outcome = target.call(&call, TraceId(1, 2)).await.outcome;
        let refused = |reason| Outcome::Refused(Reasons::one(reason));
        match name {
            OperationName::ServiceHealth => assert!(outcome.is_done(), "{outcome:?}"),
            OperationName::ServiceTerms => assert!(outcome.is_done(), "{outcome:?}"),
            OperationName::ResetRequest => assert!(outcome.is_done(), "known or unknown, the answer is the same"),
            OperationName::Level2File => assert_eq!(outcome, refused(Reason::OfficerWanted)),
            OperationName::ServiceQuestions => assert!(outcome.values().is_some_and(|v| v.questions.len() >= 2)),
            OperationName::AccountRegister => assert_eq!(outcome.kind(), "unavailable", "nobody answers for people"),
            OperationName::SessionLogin => assert_eq!(outcome, refused(Reason::CredentialsWrong)),
            OperationName::AccountShow => assert_eq!(outcome, refused(Reason::SessionMissing)),
            OperationName::AccountConfirm => assert_eq!(outcome, refused(Reason::HandleUnknown)),
            _ => assert_eq!(outcome.kind(), "refused", "{name}: {outcome:?}"),
        }
        let malformed = outcome.reasons().is_some_and(|reasons| reasons.has(Reason::Malformed));
        assert!(!malformed, "{name}: the twin did not understand the request");
    }
}
