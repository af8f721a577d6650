//! The router: routes, limits, and what answers when nothing else does.
//!
//! Invariant: at most `in_flight_max` requests are answered at once; one more gets 503 with Retry-After and touches
//! nothing. Bodies are read up to [`BODY_MAX_BYTES`].

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use songsinh_contract::Call;
use tokio::sync::Semaphore;

use super::bodies::Version;
use super::openapi::openapi;
use super::routes::{Ask, ROUTES, Route, Verb};
use super::{problem, read, write};
use crate::outside::RealWorld;
use crate::rules::{Answer, ProofClaim};
use crate::shell::Twin;
use crate::store::AnyStore;

/// The largest request body.
pub const BODY_MAX_BYTES: usize = 16 * 1024;

/// How long a request's body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Whatever answers calls from any thread: a twin.
pub trait Answers: Send + Sync + 'static {
    /// Answers one call.
    fn answer(&self, call: Call, proof: ProofClaim) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>>;
}

impl Answers for Twin<AnyStore, RealWorld> {
    fn answer(&self, call: Call, proof: ProofClaim) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        Box::pin(self.handle(call, proof))
    }
}

struct Desk {
    twin: Arc<dyn Answers>,
    turns: Semaphore,
    document: Bytes,
}

/// The router of a twin.
pub fn router(twin: Arc<dyn Answers>, in_flight_max: usize) -> Router {
    let document = openapi().to_json().unwrap_or_default();
    let turns = Semaphore::new(in_flight_max.min(Semaphore::MAX_PERMITS));
    let desk = Arc::new(Desk { twin, turns, document: document.into() });
    let mut router = Router::new();
    for route in ROUTES {
        let filter = match route.verb {
            Verb::Get => MethodFilter::GET,
            Verb::Post => MethodFilter::POST,
        };
        let handler =
            move |State(desk): State<Arc<Desk>>, request: Request| async move { desk.serve(route, request).await };
        router = router.route(route.path, on(filter, handler));
    }
    router
        .fallback(|| async { problem::NO_SUCH_PATH.response() })
        .method_not_allowed_fallback(|| async { problem::METHOD_NOT_ALLOWED.response() })
        .with_state(desk)
}

impl Desk {
    async fn serve(&self, route: &'static Route, request: Request) -> Response {
        let name = match route.ask {
            Ask::Operation(name) => name,
            Ask::Version => {
                let version = Version { name: "songsinh-national", version: env!("CARGO_PKG_VERSION") };
                return axum::Json(version).into_response();
            }
            Ask::Document => {
                let kind = [(axum::http::header::CONTENT_TYPE, "application/json")];
                return (kind, self.document.clone()).into_response();
            }
        };
        let (parts, body) = request.into_parts();
        let body = match route.verb {
            Verb::Get => Bytes::new(),
            Verb::Post => match read_body(&parts.headers, body).await {
                Ok(body) => body,
                Err(problem) => return problem.response(),
            },
        };
        let Ok(_turn) = self.turns.try_acquire() else { return write::unavailable(None) };
        match read::call(route, name, parts.uri.path(), &parts.headers, &body) {
            Ok((call, proof)) => {
                let device = call.caller.device;
                write::response(route, name, device, &self.twin.answer(call, proof).await)
            }
            Err(unread) => problem::refused(unread.reason, unread.hint),
        }
    }
}

/// Reads a request's body within the limits of size, time and kind.
async fn read_body(headers: &HeaderMap, body: Body) -> Result<Bytes, problem::Other> {
    let Ok(body) = tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, BODY_MAX_BYTES)).await else {
        return Err(problem::BODY_TOO_SLOW);
    };
    let body = body.map_err(|_| problem::BODY_TOO_LARGE)?;
    if body.is_empty() || read::is_json(headers) { Ok(body) } else { Err(problem::NOT_JSON) }
}
