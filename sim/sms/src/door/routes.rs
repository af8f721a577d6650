//! One function for each request.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use songsinh_contract::{Clock as _, PhoneNumber};
use songsinh_kernel::{Either, Notify, race};

use super::Door;
use super::lines::{LedgerLine, LedgerPage, Submission, SubmissionAnswer};
use super::problem::Problem;
use crate::{Control, Submit};

/// Bytes of a request's body.
const BODY_LIMIT: usize = 16 * 1024;
/// Events or ledger lines in one answer.
const PAGE_LIMIT: usize = 10_000;
/// The longest wait of a long poll.
const WAIT_MAX: Duration = Duration::from_secs(60);
/// Characters of a sender name. A brandname has 11; Latin senders of other routes have more.
const SENDER_CHARS: usize = 20;
/// The longest validity: 48 hours.
const VALIDITY_MAX_S: u32 = 172_800;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

type Shared = State<Arc<Door>>;
type Answer = Result<Response, Problem>;

pub(super) fn router(door: Arc<Door>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/health", get(health))
        .route("/v1/messages", post(submit))
        .route("/v1/phones/{msisdn}/messages", get(inbox))
        .route("/v1/events", get(events))
        .route("/v1/ledger", get(ledger))
        .route("/v1/control", get(settings).put(control))
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "not-found", "No such thing here", "see GET /") })
        .method_not_allowed_fallback(|| async {
            let title = "Not this method";
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", title, "the path knows other methods")
        })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(door)
}

async fn page() -> Response {
    const POLICY: &str =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'";
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(include_str!("page.html"))).into_response()
}

async fn health(State(door): Shared) -> Answer {
    let health = door.desk().health();
    json(StatusCode::OK, &health)
}

async fn submit(State(door): Shared, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Answer {
    let mut submit = read_submission(parse(body)?)?;
    submit.idempotency = read_key(&headers)?;
    let (answer, sooner) = {
        let mut desk = door.desk();
        desk.submit(door.clock.now(), submit)
    };
    if sooner {
        door.rearm.ring();
    }
    let accepted = answer?;
    if !accepted.repeated {
        door.news.ring();
    }
    let body = SubmissionAnswer { id: accepted.id, parts: accepted.parts, carrier: accepted.carrier };
    let mut response = json(StatusCode::ACCEPTED, &body)?;
    if accepted.repeated {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

fn read_submission(submission: Submission) -> Result<Submit, Problem> {
    let Submission { from, to, text, validity_s } = submission;
    if from.is_empty() || from.chars().count() > SENDER_CHARS || from.chars().any(char::is_control) {
        return Err(Problem::bad_request(format!("from: 1 to {SENDER_CHARS} printable characters are wanted")));
    }
    let to = PhoneNumber::parse_any(&to).map_err(|error| Problem::bad_request(format!("to: {error}")))?;
    if validity_s.is_some_and(|seconds| !(1..=VALIDITY_MAX_S).contains(&seconds)) {
        return Err(Problem::bad_request(format!("validity_s: 1 to {VALIDITY_MAX_S} seconds are wanted")));
    }
    let validity = validity_s.map(|seconds| Duration::from_secs(seconds.into()));
    Ok(Submit { from: from.into(), to, text: text.into(), idempotency: None, validity })
}

fn read_key(headers: &HeaderMap) -> Result<Option<Box<str>>, Problem> {
    let Some(value) = headers.get(KEY) else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=255).contains(&key.len()) => Ok(Some(key.into())),
        _ => Err(Problem::bad_request("Idempotency-Key: 1 to 255 visible ASCII characters are wanted")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InboxQuery {
    #[serde(default)]
    after: u64,
    #[serde(default)]
    wait_s: u64,
}

async fn inbox(
    State(door): Shared,
    Path(msisdn): Path<String>,
    query: Result<Query<InboxQuery>, QueryRejection>,
) -> Answer {
    let InboxQuery { after, wait_s } = asked(query)?;
    let number = PhoneNumber::parse_any(&msisdn).map_err(|error| Problem::bad_request(error.to_string()))?;
    let look = || Some(door.desk().inbox(number, after)).filter(|page| !page.messages.is_empty());
    let found = match look() {
        Some(page) => Some(page),
        None if wait_s == 0 => None,
        None => {
            let _wait = Wait::begin(&door)?;
            let at_bell = AtBell::of(&door, number);
            poll(&door, Duration::from_secs(wait_s), &at_bell.bell, look).await
        }
    };
    let page = found.unwrap_or_else(|| door.desk().inbox(number, after));
    json(StatusCode::OK, &page)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventsQuery {
    #[serde(default)]
    after: u64,
    #[serde(default)]
    wait_ms: u64,
    limit: Option<usize>,
}

async fn events(State(door): Shared, query: Result<Query<EventsQuery>, QueryRejection>) -> Answer {
    let EventsQuery { after, wait_ms, limit } = asked(query)?;
    let limit = limit.unwrap_or(1000).clamp(1, PAGE_LIMIT);
    let look = || Some(door.desk().events(after, limit)).filter(|page| !page.events.is_empty());
    let found = match look() {
        Some(page) => Some(page),
        None if wait_ms == 0 => None,
        None => {
            let _wait = Wait::begin(&door)?;
            poll(&door, Duration::from_millis(wait_ms), &door.news, look).await
        }
    };
    let page = found.unwrap_or_else(|| door.desk().events(after, limit));
    json(StatusCode::OK, &page)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerQuery {
    #[serde(default)]
    after: u64,
    limit: Option<usize>,
}

async fn ledger(State(door): Shared, query: Result<Query<LedgerQuery>, QueryRejection>) -> Answer {
    let LedgerQuery { after, limit } = asked(query)?;
    let limit = limit.unwrap_or(1000).clamp(1, PAGE_LIMIT);
    let page = {
        let desk = door.desk();
        let ledger = desk.network().ledger();
        let messages: Vec<LedgerLine> = ledger.entries(after, limit).map(LedgerLine::of).collect();
        let accepted = desk.network().counts().accepted;
        let next = messages.last().map_or(after.min(accepted), |line| line.id);
        LedgerPage { next, dropped: ledger.dropped(), accepted, messages }
    };
    json(StatusCode::OK, &page)
}

async fn settings(State(door): Shared) -> Answer {
    let config = door.desk().config().clone();
    json(StatusCode::OK, &config)
}

async fn control(State(door): Shared, body: Result<Bytes, BytesRejection>) -> Answer {
    let change: Control = parse(body)?;
    let (sooner, config) = {
        let mut desk = door.desk();
        let sooner = desk.control(door.clock.now(), &change)?;
        (sooner, desk.config().clone())
    };
    if sooner {
        door.rearm.ring();
    }
    json(StatusCode::OK, &config)
}

/// Looks, and looks again whenever the bell rings, until something is found, the time is over or the door closes.
async fn poll<T>(door: &Door, wait: Duration, bell: &Notify, look: impl Fn() -> Option<T>) -> Option<T> {
    let until = door.clock.now() + wait.min(WAIT_MAX);
    loop {
        let rung = bell.notified();
        if let Some(found) = look() {
            return Some(found);
        }
        if door.desk().is_closed() {
            return None;
        }
        if let Either::Right(()) = race(rung, door.clock.sleep_until(until)).await {
            return None;
        }
    }
}

/// One of the long polls allowed, given back when dropped.
struct Wait<'a>(&'a Door);

impl<'a> Wait<'a> {
    fn begin(door: &'a Door) -> Result<Self, Problem> {
        if door.desk().begin_wait() { Ok(Self(door)) } else { Err(Problem::busy()) }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.0.desk().end_wait();
    }
}

/// The bell of a phone, forgotten when nobody waits at it any more.
struct AtBell<'a> {
    door: &'a Door,
    number: PhoneNumber,
    bell: Notify,
}

impl<'a> AtBell<'a> {
    fn of(door: &'a Door, number: PhoneNumber) -> Self {
        let bell = door.desk().bell(number);
        Self { door, number, bell }
    }
}

impl Drop for AtBell<'_> {
    fn drop(&mut self) {
        self.door.desk().leave_bell(self.number);
    }
}

fn asked<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    query.map(|Query(query)| query).map_err(|rejection| Problem::bad_request(rejection.body_text()))
}

fn parse<T: DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> Result<T, Problem> {
    let body = body.map_err(|rejection| {
        Problem::new(rejection.status(), "bad-body", "The body cannot be taken", rejection.body_text())
    })?;
    serde_json::from_slice(&body)
        .map_err(|error| Problem::bad_request(format!("the body is not the JSON wanted: {error}")))
}

fn json<T: serde::Serialize>(status: StatusCode, value: &T) -> Answer {
    let body = serde_json::to_vec(value).map_err(|error| {
        let title = "The answer cannot be written";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", title, error.to_string())
    })?;
    Ok((status, [(header::CONTENT_TYPE, "application/json")], body).into_response())
}
