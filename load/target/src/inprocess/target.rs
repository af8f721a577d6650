//! The door to the twin in process.
//!
//! ```text
//!  sent ──up──► the twin acts ──down──► first byte, done
//!        ╳ lost before          ╳ lost after: it was carried out, and nobody told
//! ```
//!
//! Invariant: a call that the twin began is carried out to its end, whatever becomes of its answer.

use std::rc::Rc;
use std::time::Duration;

use songsinh_contract::{Call, Clock, CodeSeen, Digest, Loss, Moment, Outcome, TraceId};
use songsinh_national::rules;

use super::latency::Fate;
use super::world::VirtualWorld;
use crate::http::{belongs_to, lost};
use crate::{Answer, Target};

/// How long a phone tries to connect before it knows that there is no connection.
const NO_CONNECTION: Duration = Duration::from_millis(50);

/// The twin of a [`VirtualWorld`]. Cloning gives another door to the same one.
#[derive(Clone)]
pub struct InProcessTarget {
    world: Rc<VirtualWorld>,
}

impl InProcessTarget {
    /// A door to the twin of that world.
    #[must_use]
    pub fn new(world: Rc<VirtualWorld>) -> Self {
        Self { world }
    }
}

impl Target for InProcessTarget {
    async fn call(&self, call: &Call, trace: TraceId) -> Answer {
        let (world, clock) = (&self.world, self.world.clock());
        let latency = &world.around.latency;
        let carriage = latency.carriage(world.around.seed, call.caller.device, trace);
        let sent = clock.now();
        let given_up = sent + Duration::from_millis(latency.answer_within_ms);
        if carriage.fate == Fate::NotSent {
            clock.sleep(NO_CONNECTION).await;
            return lost(Loss::NotSent, sent, clock.now());
        }
        let claim = world.claims.borrow_mut().of(call, trace, clock.unix(), carriage.signed);
        clock.sleep(carriage.up).await;
        if let Fate::Before(loss) = carriage.fate {
            return give_up(clock, loss, sent, given_up).await;
        }
        let answer = world.twin.handle(call.clone(), claim).await;
        clock.sleep(carriage.down).await;
        if let Fate::After(loss) = carriage.fate {
            return give_up(clock, loss, sent, given_up).await;
        }
        if clock.now() > given_up {
            return lost(Loss::TimedOut, sent, clock.now());
        }
        match answer.outcome {
            Outcome::Indeterminate(loss) => give_up(clock, loss, sent, given_up).await,
            _ => told(call, answer, sent, clock.now()),
        }
    }
}

/// A reset is noticed at once, silence when patience ends.
async fn give_up<C: Clock>(clock: &C, loss: Loss, sent: Moment, given_up: Moment) -> Answer {
    if loss == Loss::TimedOut {
        clock.sleep_until(given_up).await;
    }
    lost(loss, sent, clock.now())
}

/// The answer with what its text would hold over HTTP.
fn told(call: &Call, answer: rules::Answer, sent: Moment, done: Moment) -> Answer {
    let place = || Digest::of(format!("{} $.debug_code", call.operation.name()).as_bytes());
    let codes_seen = answer.leaked.map(|code| CodeSeen { place: place(), code });
    let shown = answer.outcome.values().and_then(|values| values.shown.as_ref()).and_then(|shown| shown.number);
    let numbers_seen = shown.filter(|&number| !belongs_to(call, number));
    let wording = match &answer.outcome {
        Outcome::Refused(reasons) => Some(Digest::of(reasons.to_string().as_bytes())),
        _ => None,
    };
    Answer {
        outcome: answer.outcome,
        sent,
        first_byte: Some(done),
        done,
        wording,
        codes_seen: codes_seen.into_iter().collect(),
        numbers_seen: numbers_seen.into_iter().collect(),
    }
}
