//! The target as a Goose user sees it: the same requests and the same reading of answers, sent by Goose's own client.
//!
//! Invariant: futures over a [`GooseTarget`] are `Send`, as Goose's transactions must be; redirects are not followed and
//! cookies not kept behind our back, since [`GooseTarget::prepare`] gives the user a client of that kind.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use goose::goose::{GooseRequest, GooseResponse, GooseUser, TransactionError};
use reqwest::{Client, Method, RequestBuilder, Response};
use songsinh_contract::{Call, Clock, Loss, Moment, Outcome, TraceId};
use songsinh_kernel::RealClock;

use crate::http::{Ask, Plan, Proofs, Reading, Received, Rendered, answered, lost, span};
use crate::{Answer, Compiled, Target};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// The largest answer that is read.
const ANSWER_MAX_BYTES: usize = 1 << 20;

/// The target behind one Goose user, for one transaction.
///
/// Goose counts an answer as failed by its status alone; here a refusal that the profile explains is a success, and an
/// answer that nobody explains a failure.
pub struct GooseTarget<'u> {
    user: tokio::sync::Mutex<&'u mut GooseUser>,
    compiled: Arc<Compiled>,
    clock: RealClock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    proofs: Proofs,
    rendered: Rendered,
    count: u64,
}

/// A whole answer of reqwest, with what Goose made of it.
struct Fetched {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    first_byte: Moment,
    metric: Box<goose::metrics::GooseRequestMetric>,
}

impl<'u> GooseTarget<'u> {
    /// Gives a user a client that neither follows redirects nor keeps cookies. To be called once, in an `on_start`
    /// transaction.
    ///
    /// # Errors
    /// When the client cannot be built.
    pub async fn prepare(user: &mut GooseUser) -> Result<(), Box<TransactionError>> {
        let builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .no_gzip()
            .no_proxy();
        user.set_client_builder(builder).await.map_err(Box::new)
    }

    /// The target of a user for the length of a transaction.
    #[must_use]
    pub fn new(user: &'u mut GooseUser, compiled: Arc<Compiled>) -> Self {
        Self { user: tokio::sync::Mutex::new(user), compiled, clock: RealClock::new(), state: Mutex::default() }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Renders the request into a builder of the user's client.
    fn request(&self, client: &Client, call: &Call, trace: TraceId) -> Option<(&Plan, RequestBuilder)> {
        let mut state = self.state();
        let State { proofs, rendered, count } = &mut *state;
        *count += 1;
        let ask = Ask { call, trace, span: span(trace, *count), unix: self.clock.unix() };
        let (plan, base) = self.compiled.render(&ask, proofs, rendered)?;
        let method = Method::from_bytes(plan.method().as_bytes()).ok()?;
        let mut builder = client.request(method, base.url(&rendered.path));
        for (name, value) in rendered.headers() {
            builder = builder.header(name, value);
        }
        if !rendered.body.is_empty() {
            builder = builder.body(rendered.body.clone());
        }
        Some((plan, builder))
    }

    /// Reads an answer; none if the request is to be sent again with a nonce.
    fn read(&self, plan: &Plan, call: &Call, fetched: &Fetched, last: bool) -> Option<Reading> {
        let headers: Vec<(&str, &[u8])> =
            fetched.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        let answer = Received { status: fetched.status, headers: &headers, body: &fetched.body };
        if self.state().proofs.wants_again(call, &answer) && !last {
            return None;
        }
        Some(self.compiled.read(plan, call, &answer, self.clock.unix()))
    }

    async fn fetch(&self, user: &mut GooseUser, name: &str, builder: RequestBuilder) -> Result<Fetched, Loss> {
        let request = GooseRequest::builder().name(name).set_request_builder(builder).build();
        let GooseResponse { request: metric, response } = user.request(request).await.map_err(|_| Loss::NotSent)?;
        let first_byte = self.clock.now();
        let response = response.map_err(|error| loss_of(&error))?;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect();
        let body = body_of(response).await?;
        Ok(Fetched { status, headers, body, first_byte, metric: Box::new(metric) })
    }

    async fn exchange(&self, user: &mut GooseUser, call: &Call, trace: TraceId) -> Answer {
        let name = call.operation.name();
        let sent = self.clock.now();
        for last in [false, true] {
            let client = user.client.clone();
            let Some((plan, builder)) = self.request(&client, call, trace) else { break };
            match self.fetch(user, name.as_str(), builder).await {
                Err(loss) => return lost(loss, sent, self.clock.now()),
                Ok(fetched) => {
                    let done = self.clock.now();
                    if let Some(reading) = self.read(plan, call, &fetched, last) {
                        tell_goose(user, fetched.metric, &reading.outcome);
                        return answered(reading, sent, fetched.first_byte, done);
                    }
                }
            }
        }
        lost(Loss::NotSent, sent, self.clock.now())
    }
}

/// Corrects what Goose concluded from the status. Its own bookkeeping may fail only when the attack is over.
fn tell_goose(user: &mut GooseUser, mut metric: Box<goose::metrics::GooseRequestMetric>, outcome: &Outcome) {
    let _told = match outcome {
        Outcome::Done(_) | Outcome::Refused(_) => user.set_success(&mut metric),
        other => user.set_failure(other.kind(), &mut metric, None, None),
    };
}

fn loss_of(error: &reqwest::Error) -> Loss {
    if error.is_connect() || error.is_builder() {
        Loss::NotSent
    } else if error.is_timeout() {
        Loss::TimedOut
    } else if error.is_decode() {
        Loss::Garbled
    } else {
        Loss::Reset
    }
}

async fn body_of(mut response: Response) -> Result<Vec<u8>, Loss> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| loss_of(&error))? {
        if body.len() + chunk.len() > ANSWER_MAX_BYTES {
            return Err(Loss::Garbled);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl Target for GooseTarget<'_> {
    fn covers(&self, operation: songsinh_contract::OperationName) -> bool {
        self.compiled.covers(operation).is_ok()
    }

    async fn call(&self, call: &Call, trace: TraceId) -> Answer {
        let mut user = self.user.lock().await;
        self.exchange(&mut user, call, trace).await
    }
}
