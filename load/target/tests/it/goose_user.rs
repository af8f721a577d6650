//! The target under Goose.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use goose::config::GooseConfiguration;
use goose::goose::{GooseUser, Scenario, Transaction, TransactionFunction, TransactionResult};
use goose::{GooseAttack, GooseScheduler};
use songsinh_contract::{Operation, Outcome, ProofShown, Reason, Reasons, Secret, TraceId};
use songsinh_target::{Answer, Compiled, GooseTarget, Target};

use crate::people::{NUMBER, call, compile, profile};
use crate::server::{Server, given};

/// A journey that knows no more of its target than that it is one.
async fn journey<T: Target>(target: &T) -> Vec<Answer> {
    let mut answers = vec![target.call(&call(Operation::ServiceHealth), TraceId(1, 1)).await];
    let login = Operation::SessionLogin { number: NUMBER.parse().unwrap(), password: Secret::new("Mat-Khau-1") };
    answers.push(target.call(&call(login), TraceId(1, 2)).await);
    let mut shown = call(Operation::AccountShow);
    shown.caller.proof = ProofShown::Missing;
    answers.push(target.call(&shown, TraceId(1, 3)).await);
    answers
}

type Seen = Arc<Mutex<Vec<Answer>>>;

fn boxed<'r>(
    user: &'r mut GooseUser,
    compiled: Arc<Compiled>,
    seen: Seen,
) -> Pin<Box<dyn Future<Output = TransactionResult> + Send + 'r>> {
    Box::pin(async move {
        GooseTarget::prepare(user).await?;
        let answers = journey(&GooseTarget::new(user, compiled)).await;
        seen.lock().unwrap().extend(answers);
        Ok(())
    })
}

#[tokio::test]
async fn a_goose_user_makes_the_journey_over_the_wire() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/health" => given(302, "").header("location", "/elsewhere"),
        "/v1/sessions" if !asked.headers["dpop"].is_empty() => {
            given(201, r#"{"token":"t-1","refresh":"f-1","expires_in_s":900}"#)
        }
        _ => given(401, r#"{"reason":"proof-missing"}"#),
    })
    .await;
    let compiled = compile(&profile("built-in.yaml"), &server.url).unwrap();
    let seen = Seen::default();
    let (journeys, notes) = (Arc::clone(&compiled), Arc::clone(&seen));
    let function: TransactionFunction = Arc::new(move |user| boxed(user, Arc::clone(&journeys), Arc::clone(&notes)));
    let arguments = [
        "--host",
        &server.url,
        "--users",
        "1",
        "--increase-rate",
        "1",
        "--iterations",
        "2",
        "--quiet",
        "--no-print-metrics",
    ];
    let configuration = GooseConfiguration::parse_args_default(&arguments).unwrap();
    let mut scenario = Scenario::new("journey");
    scenario = scenario.register_transaction(Transaction::new(function));
    let attack = GooseAttack::initialize_with_config(configuration).unwrap().set_scheduler(GooseScheduler::Serial);
    let metrics = attack.register_scenario(scenario).execute().await.unwrap();

    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 6, "two iterations of three calls");
    assert_eq!(seen[0].outcome, Outcome::Unmapped { status: 302, sample: "".into() });
    assert!(seen[1].outcome.values().unwrap().session.is_some());
    assert_eq!(seen[2].outcome, Outcome::Refused(Reasons::one(Reason::ProofMissing)));
    assert!(
        seen.iter().all(|answer| answer.first_byte.is_some_and(|first| answer.sent <= first && first <= answer.done))
    );
    let asked = server.asked();
    assert_eq!(asked.len(), 6, "redirects are not followed");
    assert_eq!(asked[1].json()["number"], NUMBER);
    assert_eq!(asked[1].headers["content-type"], "application/json");
    let failed = |name: &str| metrics.requests.values().find(|one| one.path == name).unwrap().fail_count;
    assert_eq!((failed("service.health"), failed("session.login"), failed("account.show")), (2, 0, 0));
}

#[test]
fn compiled_profiles_are_shared_by_threads_and_goose_futures_are_send() {
    fn shared<T: Send + Sync>() {}
    fn sent<'u, F: Future + Send + 'u>(_: impl Fn(&'u GooseTarget<'u>) -> F) {}
    shared::<Arc<Compiled>>();
    shared::<GooseTarget<'_>>();
    sent(journey);
}
