//! The HTTP door of the population service.
//!
//! Every question goes the same way: read → answer computed → delay → failure drawn → ledger → sent. What cannot be
//! read is answered at once and stands in the ledger only if it has the shape of a question about a number.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use songsinh_contract::{BirthDate, CitizenNumber, Clock, LookupKind, LookupResult, OldNumber, Sex};
use songsinh_kernel::RealClock;
use tokio::net::TcpListener;

use super::connections::Connections;
use super::lag::Dial;
use super::problem::Problem;
use super::{
    BillEntry, BillsAnswer, Control, Lag, Ledger, PaperEntry, PapersAnswer, RecordEntry, Register, VerifyQuery,
};
use crate::PopulationError;

/// The largest body that is read.
const MOST_BODY_BYTES: usize = 16 * 1024;
const PAGE: usize = 10_000;
const MOST_PAGE: usize = 100_000;

/// How the service is run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServiceSettings {
    /// Delay and failures at the start.
    pub lag: Lag,
    /// Events kept in the ledger (48 bytes each, used as it fills).
    pub ledger_limit: usize,
    /// Connections held at a time.
    pub connections: usize,
}

impl Default for ServiceSettings {
    fn default() -> Self {
        Self { lag: Lag::default(), ledger_limit: 4_000_000, connections: 10_000 }
    }
}

struct Desk {
    register: Register,
    seed: u64,
    clock: RealClock,
    asked: AtomicU64,
    dial: Mutex<Dial>,
    ledger: Mutex<Ledger>,
}

fn hold<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves until `shutdown` is done, then lets open requests finish. `seed` is that of delays and failures.
///
/// # Errors
/// [`PopulationError::Setting`] for senseless settings, [`PopulationError::Io`] when the listener breaks.
pub async fn serve(
    listener: TcpListener,
    register: Register,
    settings: ServiceSettings,
    seed: u64,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), PopulationError> {
    let desk = Arc::new(Desk {
        register,
        seed,
        clock: RealClock::new(),
        asked: AtomicU64::new(0),
        dial: Mutex::new(Dial::new(settings.lag.checked()?)),
        ledger: Mutex::new(Ledger::new(settings.ledger_limit)),
    });
    let router = axum::Router::new()
        .route("/v1/verify", post(verify))
        .route("/v1/lookup", post(lookup))
        .route("/v1/registers/papers/{number}", get(papers))
        .route("/v1/registers/bills/{number}", get(bills))
        .route("/v1/control", put(control))
        .route("/v1/ledger", get(ledger))
        .route("/health", get(health))
        .fallback(|| async { Problem::no_such_path() })
        .method_not_allowed_fallback(|| async { Problem::wrong_method() })
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .with_state(desk);
    axum::serve(Connections::new(listener, settings.connections), router)
        .with_graceful_shutdown(shutdown)
        .await
        .map_err(|source| PopulationError::Io { doing: "serving HTTP", source })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerifyBody {
    number: String,
    name: String,
    born: String,
    sex: Sex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LookupBody {
    number: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerQuery {
    #[serde(default)]
    after: u64,
    limit: Option<usize>,
}

fn read<T: DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> Result<T, Problem> {
    let body = body.map_err(|rejection| Problem::body(rejection.status(), rejection.body_text()))?;
    serde_json::from_slice(&body).map_err(|error| Problem::malformed(format!("body: {error}")))
}

impl Desk {
    /// Delays, may fail, writes down.
    async fn answer(
        &self,
        kind: LookupKind,
        number: Option<CitizenNumber>,
        result: LookupResult,
        response: Response,
    ) -> Response {
        let asked = self.clock.now();
        let question = self.asked.fetch_add(1, Ordering::Relaxed);
        let lag = hold(&self.dial).now(asked);
        let mut chance = Lag::chance(self.seed, question);
        let delay = lag.draw(&mut chance);
        let fails = lag.fails(&mut chance);
        if !delay.is_zero() {
            self.clock.sleep_until(asked + delay).await;
        }
        let result = if fails { LookupResult::Failed } else { result };
        hold(&self.ledger).push((asked, self.clock.now()), kind, number, result);
        if fails { Problem::failed_on_purpose().into_response() } else { response }
    }

    /// What a register holds of the number in a path; `held` gives none for a number that is nobody's.
    async fn holdings(
        &self,
        kind: LookupKind,
        path: Result<Path<String>, PathRejection>,
        held: impl FnOnce(CitizenNumber) -> Option<Response>,
    ) -> Response {
        let Path(text) = match path {
            Ok(path) => path,
            Err(rejection) => return Problem::malformed(format!("path: {}", rejection.body_text())).into_response(),
        };
        match text.parse::<CitizenNumber>() {
            Ok(number) => {
                let (result, response) = match held(number) {
                    Some(response) => (LookupResult::Match, response),
                    None => (LookupResult::Unknown, Problem::unknown_number().into_response()),
                };
                self.answer(kind, Some(number), result, response).await
            }
            Err(error) => {
                let response = Problem::field(format!("number: {error}")).into_response();
                self.answer(kind, None, LookupResult::Unknown, response).await
            }
        }
    }
}

async fn verify(State(desk): State<Arc<Desk>>, body: Result<Bytes, BytesRejection>) -> Response {
    let body: VerifyBody = match read(body) {
        Ok(body) => body,
        Err(problem) => return problem.into_response(),
    };
    let number = match body.number.parse::<CitizenNumber>() {
        Ok(number) => number,
        Err(error) => {
            let response = Problem::field(format!("number: {error}")).into_response();
            return desk.answer(LookupKind::Verify, None, LookupResult::Unknown, response).await;
        }
    };
    let Ok(born) = body.born.parse::<BirthDate>() else {
        let given: String = body.born.chars().take(40).collect();
        return Problem::field(format!("born: «{given}» is neither YYYY-MM-DD nor YYYY")).into_response();
    };
    let answer = desk.register.verify(&VerifyQuery { number, name: &body.name, born, sex: body.sex });
    let result = answer.result;
    desk.answer(LookupKind::Verify, Some(number), result, Json(answer).into_response()).await
}

async fn lookup(State(desk): State<Arc<Desk>>, body: Result<Bytes, BytesRejection>) -> Response {
    let body: LookupBody = match read(body) {
        Ok(body) => body,
        Err(problem) => return problem.into_response(),
    };
    let asked = match (body.number.parse::<CitizenNumber>(), body.number.parse::<OldNumber>()) {
        (Ok(number), _) => (Some(number), desk.register.lookup(number)),
        (_, Ok(old)) => {
            let person = desk.register.lookup_old(old);
            (person.as_ref().map(|person| person.number), person)
        }
        (Err(error), _) => {
            let response = Problem::field(format!("number: {error}, nor an old one of 9")).into_response();
            return desk.answer(LookupKind::Lookup, None, LookupResult::Unknown, response).await;
        }
    };
    let (result, response) = match &asked.1 {
        Some(person) => (LookupResult::Match, Json(RecordEntry::from(person)).into_response()),
        None => (LookupResult::Unknown, Problem::unknown_number().into_response()),
    };
    desk.answer(LookupKind::Lookup, asked.0, result, response).await
}

async fn papers(State(desk): State<Arc<Desk>>, path: Result<Path<String>, PathRejection>) -> Response {
    desk.holdings(LookupKind::Papers, path, |number| {
        let papers = desk.register.papers(number)?;
        Some(Json(PapersAnswer { papers: papers.iter().map(PaperEntry::from).collect() }).into_response())
    })
    .await
}

async fn bills(State(desk): State<Arc<Desk>>, path: Result<Path<String>, PathRejection>) -> Response {
    desk.holdings(LookupKind::Bills, path, |number| {
        let bills = desk.register.bills(number)?;
        Some(Json(BillsAnswer { bills: bills.iter().map(BillEntry::from).collect() }).into_response())
    })
    .await
}

async fn control(State(desk): State<Arc<Desk>>, body: Result<Bytes, BytesRejection>) -> Response {
    let control: Control = match read(body) {
        Ok(control) => control,
        Err(problem) => return problem.into_response(),
    };
    let turned = hold(&desk.dial).turn(&control, desk.clock.now());
    match turned {
        Ok(lag) => Json(lag).into_response(),
        Err(error) => Problem::setting(error.to_string()).into_response(),
    }
}

async fn ledger(State(desk): State<Arc<Desk>>, query: Result<Query<LedgerQuery>, QueryRejection>) -> Response {
    match query {
        Ok(Query(query)) => {
            let page = hold(&desk.ledger).page(query.after, query.limit.unwrap_or(PAGE).min(MOST_PAGE));
            Json(page).into_response()
        }
        Err(rejection) => Problem::malformed(format!("query: {}", rejection.body_text())).into_response(),
    }
}

async fn health(State(desk): State<Arc<Desk>>) -> Response {
    let population = &desk.register.population;
    Json(json!({
        "status": "ok",
        "people": population.config().people,
        "seed": population.config().seed,
        "day": desk.register.day,
    }))
    .into_response()
}
