//! The target over the wire: one worker's view of an HTTP API.
//!
//! Invariant: a request is sent once, or twice where the target asked for a proof with its nonce; redirects are answers
//! and never followed; no buffer outlives its request but those kept for the next one.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use songsinh_contract::{Call, Clock, Loss, Moment, Outcome, TraceId, UnixMillis};
use songsinh_wire::{Pool, ResponseView};

use super::answers::{Reading, Received};
use super::compiled::{Compiled, span};
use super::pace::Pace;
use super::plan::{Ask, Plan, Rendered};
use super::proof::Proofs;
use crate::{Answer, Target};

/// How many buffers wait for their next request.
const BUFFERS_KEPT: usize = 256;

/// One worker's way to the target. Not `Send`: each worker makes its own over the shared [`Compiled`].
#[derive(Debug)]
pub struct HttpTarget<C> {
    compiled: Arc<Compiled>,
    pools: Vec<Pool<C>>,
    clock: C,
    proofs: RefCell<Proofs>,
    rendered: RefCell<Rendered>,
    buffers: RefCell<Vec<Vec<u8>>>,
    pace: RefCell<Option<Pace>>,
    count: Cell<u64>,
}

impl<C: Clock> HttpTarget<C> {
    /// A target behind one pool of connections, that of the first of [`Compiled::bases`].
    #[must_use]
    pub fn new(compiled: Arc<Compiled>, pool: Pool<C>, clock: C) -> Self {
        Self::over(compiled, vec![pool], clock)
    }

    /// A target behind several pools, in the order of [`Compiled::bases`]. A call whose base address has no pool is
    /// not sent.
    #[must_use]
    pub fn over(compiled: Arc<Compiled>, pools: Vec<Pool<C>>, clock: C) -> Self {
        Self {
            compiled,
            pools,
            clock,
            proofs: RefCell::default(),
            rendered: RefCell::default(),
            buffers: RefCell::default(),
            pace: RefCell::new(None),
            count: Cell::new(0),
        }
    }

    /// Holds requests back so that this worker stays within its share ([`Compiled::pace`]).
    #[must_use]
    pub fn paced(self, pace: Option<Pace>) -> Self {
        Self { pace: RefCell::new(pace), ..self }
    }

    /// Renders the request; gives its plan.
    fn write(&self, call: &Call, trace: TraceId, out: &mut Vec<u8>) -> Option<&Plan> {
        let count = self.count.get() + 1;
        self.count.set(count);
        let ask = Ask { call, trace, span: span(trace, count), unix: self.clock.unix() };
        let mut rendered = self.rendered.borrow_mut();
        let (plan, base) = self.compiled.render(&ask, &mut self.proofs.borrow_mut(), &mut rendered)?;
        rendered.write_http1(plan.method, base, out);
        Some(plan)
    }

    /// Reads an answer; none if the request is to be sent again with a nonce.
    fn read(&self, plan: &Plan, call: &Call, view: &ResponseView<'_>, last: bool) -> Option<Reading> {
        let headers: smallvec::SmallVec<[(&str, &[u8]); 16]> = view.headers.iter().collect();
        let answer = Received { status: view.status, headers: &headers, body: view.body };
        if self.proofs.borrow_mut().wants_again(call, &answer) && !last {
            return None;
        }
        // Only a wait that is given as a date needs to know what time it is.
        let now = answer.header("retry-after").map_or(UnixMillis(0), |_| self.clock.unix());
        Some(self.compiled.read(plan, call, &answer, now))
    }

    async fn exchange(&self, call: &Call, trace: TraceId, request: &mut Vec<u8>) -> Answer {
        let mut first_sent = None;
        for last in [false, true] {
            let Some(plan) = self.write(call, trace, request) else { break };
            let Some(pool) = self.pools.get(plan.base) else { break };
            self.hold_back().await;
            let began = self.clock.now();
            let exchange = pool.exchange(request, |view| self.read(plan, call, &view, last)).await;
            match exchange {
                Ok(exchange) => {
                    let sent = *first_sent.get_or_insert(exchange.sent);
                    if let Some(reading) = exchange.value {
                        return answered(reading, sent, exchange.first_byte, exchange.done);
                    }
                }
                Err(failure) => {
                    let sent = first_sent.or(failure.sent).unwrap_or(began);
                    return lost(failure.loss, sent, failure.done);
                }
            }
        }
        let now = self.clock.now();
        lost(Loss::NotSent, now, now)
    }

    async fn hold_back(&self) {
        let due = self.pace.borrow_mut().as_mut().map(|pace| pace.next(self.clock.now()));
        if let Some(due) = due.filter(|&due| due > self.clock.now()) {
            self.clock.sleep_until(due).await;
        }
    }
}

/// A whole answer.
pub(crate) fn answered(reading: Reading, sent: Moment, first_byte: Moment, done: Moment) -> Answer {
    Answer {
        outcome: reading.outcome,
        sent,
        first_byte: Some(first_byte),
        done,
        wording: reading.wording,
        codes_seen: reading.codes_seen,
        numbers_seen: reading.numbers_seen,
    }
}

/// No answer.
pub(crate) fn lost(loss: Loss, sent: Moment, done: Moment) -> Answer {
    Answer {
        outcome: Outcome::Indeterminate(loss),
        sent,
        first_byte: None,
        done,
        wording: None,
        codes_seen: Vec::new(),
        numbers_seen: Vec::new(),
    }
}

impl<C: Clock> Target for HttpTarget<C> {
    fn covers(&self, operation: songsinh_contract::OperationName) -> bool {
        self.compiled.covers(operation).is_ok()
    }

    async fn call(&self, call: &Call, trace: TraceId) -> Answer {
        let mut request = self.buffers.borrow_mut().pop().unwrap_or_default();
        let answer = self.exchange(call, trace, &mut request).await;
        let mut buffers = self.buffers.borrow_mut();
        if buffers.len() < BUFFERS_KEPT {
            buffers.push(request);
        }
        answer
    }
}
