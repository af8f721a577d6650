use std::net::SocketAddr;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use super::*;
use crate::{EventKind, Limits, Profile};

struct World {
    address: SocketAddr,
    client: reqwest::Client,
    stop: tokio::sync::oneshot::Sender<()>,
    served: JoinHandle<Result<(), SmsError>>,
}

impl World {
    async fn start(config: NetworkConfig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        let served = tokio::spawn(serve(listener, config, 1, shutdown));
        Self { address, client: reqwest::Client::new(), stop, served }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> T {
        self.client.get(self.url(path)).send().await.unwrap().json().await.unwrap()
    }

    async fn submit(&self, to: &str, text: &str, key: Option<&str>) -> reqwest::Response {
        let mut request =
            self.client.post(self.url("/v1/messages")).json(&json!({"from": "VNeID", "to": to, "text": text}));
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        request.send().await.unwrap()
    }
}

fn quick() -> NetworkConfig {
    NetworkConfig { profile: Profile::Instant, ported_share: 0.0, ..NetworkConfig::default() }
}

#[tokio::test]
async fn a_message_goes_from_the_sender_to_phone_events_and_ledger() {
    let world = World::start(quick()).await;
    let waiting = {
        let request = world.client.get(world.url("/v1/phones/84912345678/messages?wait_s=30"));
        tokio::spawn(async move { request.send().await.unwrap().json::<PhonePage>().await.unwrap() })
    };
    // The long poll stands before the message comes.
    while world.get::<Health>("/health").await.waiting == 0 {}
    let answer = world.submit("0912345678", "Ma OTP dang ky la 012345.", None).await;
    assert_eq!(answer.status(), 202);
    let answer: SubmissionAnswer = answer.json().await.unwrap();
    assert_eq!((answer.id, answer.parts), (1, 1));

    let page = waiting.await.unwrap();
    assert_eq!((page.messages.len(), page.messages[0].otp), (1, Some(songsinh_contract::Code(12345))));
    let raw: Value = world.get("/v1/phones/0912345678/messages").await;
    assert_eq!((&raw["phone"], &raw["messages"][0]["otp"]), (&json!("0912345678"), &json!("012345")));
    let none: PhonePage = world.get(&format!("/v1/phones/0912345678/messages?after={}", page.next)).await;
    assert!(none.messages.is_empty() && none.next == page.next);

    let events: EventPage = world.get("/v1/events?wait_ms=1000").await;
    let kinds: Vec<_> = events.events.iter().map(|line| (line.seq, line.kind)).collect();
    assert_eq!(kinds, [(1, EventKind::Accepted), (2, EventKind::Delivered)]);
    let now: EventPage = world.get(&format!("/v1/events?after={}", u64::MAX)).await;
    assert_eq!((now.next, now.events.len()), (2, 0), "a reader that begins now");
    let ledger: LedgerPage = world.get("/v1/ledger").await;
    let event = ledger.messages[0].event();
    assert_eq!(event.fate, songsinh_contract::Fate::Delivered(songsinh_contract::Moment(events.events[1].at_ns)));
    assert_eq!((ledger.accepted, ledger.dropped, &*event.text), (1, 0, "Ma OTP dang ky la 012345."));
    assert_eq!(world.get::<Health>("/health").await.waiting, 0);
}

#[tokio::test]
async fn delayed_messages_wake_the_reader_of_events() {
    // Three seconds at the median, a thousand times faster.
    let world = World::start(NetworkConfig { speed: 1000.0, ported_share: 0.0, ..NetworkConfig::default() }).await;
    for n in 0..50 {
        assert_eq!(world.submit(&format!("09123456{n:02}"), "ma 123456", None).await.status(), 202);
    }
    let (mut after, mut ended) = (0, 0);
    while ended < 50 {
        let page: EventPage = world.get(&format!("/v1/events?after={after}&wait_ms=30000&limit=7")).await;
        assert!(page.events.len() <= 7 && !page.events.is_empty());
        assert!(page.events.iter().zip(after + 1..).all(|(line, seq)| line.seq == seq));
        ended += page.events.iter().filter(|line| matches!(line.kind, EventKind::Delivered | EventKind::Lost)).count();
        after = page.next;
    }
    let health: Health = world.get("/health").await;
    assert_eq!(health.counts.delivered + health.counts.lost, 50);
}

#[tokio::test]
async fn a_key_gives_the_same_answer_and_refuses_another_message() {
    let world = World::start(quick()).await;
    let first: Value = world.submit("0912345678", "one", Some("k1")).await.json().await.unwrap();
    let again = world.submit("0912345678", "one", Some("k1")).await;
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    let other = world.submit("0912345678", "two", Some("k1")).await;
    assert_eq!(other.status(), 422);
    assert_eq!(other.headers()["content-type"], "application/problem+json");
    assert_eq!(other.json::<Value>().await.unwrap()["type"], "urn:songsinh:problem:sms:idempotency-key-reused");
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_back_and_control_opens_it() {
    let limits = Limits { queue_messages: 1, ..Limits::default() };
    let world = World::start(NetworkConfig { limits, parts_per_s: 0.001, burst_parts: 1.0, ..quick() }).await;
    let mut refused = None;
    for _ in 0..5 {
        let answer = world.submit("0912345678", "a", None).await;
        if answer.status() == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.unwrap();
    assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 100);
    assert_eq!(refused.json::<Value>().await.unwrap()["type"], "urn:songsinh:problem:sms:queue-full");

    let put = |body: Value| world.client.put(world.url("/v1/control")).json(&body).send();
    let bad = put(json!({"speed": 0})).await.unwrap();
    assert_eq!(bad.status(), 422);
    let unknown = put(json!({"sped": 1})).await.unwrap();
    assert_eq!(unknown.status(), 400);
    let set = put(json!({"carriers": {"vinaphone": {"parts_per_s": 1000.0}}})).await.unwrap();
    assert_eq!(set.json::<NetworkConfig>().await.unwrap().carriers.len(), 1);
    assert_eq!(world.get::<NetworkConfig>("/v1/control").await.parts_per_s, 0.001);
}

#[tokio::test]
async fn a_shutdown_answers_those_who_wait() {
    let world = World::start(quick()).await;
    let request = world.client.get(world.url("/v1/events?wait_ms=60000"));
    let waiting = tokio::spawn(async move { request.send().await.unwrap().json::<EventPage>().await.unwrap() });
    while world.get::<Health>("/health").await.waiting == 0 {}
    world.stop.send(()).unwrap();
    assert!(waiting.await.unwrap().events.is_empty());
    assert!(world.served.await.unwrap().is_ok());
}

#[tokio::test]
async fn long_polls_are_bounded_and_strange_paths_are_problems() {
    let limits = Limits { waiting: 1, ..Limits::default() };
    let world = World::start(NetworkConfig { limits, ..quick() }).await;
    let request = world.client.get(world.url("/v1/events?wait_ms=60000"));
    let waiting = tokio::spawn(async move { request.send().await });
    while world.get::<Health>("/health").await.waiting == 0 {}
    for (path, status) in [
        ("/v1/events?wait_ms=1000", 503),
        ("/v1/phones/0912345678/messages?wait_s=1", 503),
        ("/v1/events?wait=1", 400),
        ("/v1/phones/1/messages", 400),
        ("/v2", 404),
        ("/v1/messages", 405),
    ] {
        let answer = world.client.get(world.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.json::<Value>().await.unwrap()["status"], status, "{path}");
    }
    let page = world.client.get(world.url("/")).send().await.unwrap();
    assert!(page.headers().contains_key("content-security-policy"));
    assert!(page.text().await.unwrap().contains("<form>"));
    world.stop.send(()).unwrap();
    assert!(waiting.await.unwrap().is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn whatever_is_sent_is_answered_with_sense(
        body in prop_oneof![
            any::<Vec<u8>>(),
            any::<(String, String, String)>()
                .prop_map(|(from, to, text)| json!({"from": from, "to": to, "text": text}).to_string().into_bytes()),
            any::<(String, Option<u32>)>().prop_map(|(text, validity_s)| {
                json!({"from": "a", "to": "0912345678", "text": text, "validity_s": validity_s}).to_string().into_bytes()
            }),
        ],
        key in proptest::option::of(proptest::collection::vec(32_u8..=255, 0..300)),
        method in prop::sample::select(vec!["POST", "PUT"]),
    ) {
        let path = if method == "POST" { "/v1/messages" } else { "/v1/control" };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (status, kind, read) = runtime.block_on(async {
            let router = routes::router(Arc::new(Door::new(quick(), 1).unwrap()));
            let mut request = Request::builder().method(method).uri(path).body(Body::from(body)).unwrap();
            let header = key.and_then(|key| axum::http::HeaderValue::from_bytes(&key).ok());
            if let Some(header) = header {
                request.headers_mut().insert("idempotency-key", header);
            }
            let response = router.oneshot(request).await.unwrap();
            let (status, kind) = (response.status().as_u16(), response.headers()["content-type"].clone());
            let read = response.into_body().collect().await.unwrap().to_bytes();
            (status, kind, serde_json::from_slice::<Value>(&read).unwrap())
        });
        prop_assert!([200, 202, 400, 413, 422].contains(&status), "{} {}", status, read);
        if status >= 400 {
            prop_assert_eq!(kind, "application/problem+json");
            prop_assert_eq!(&read["status"], status);
        }
    }
}
