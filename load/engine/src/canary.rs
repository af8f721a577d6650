//! The canary: one person goes first, alone, before any load is made.
//!
//! Generated numbers lie in the ranges of real ones, so a target that sends through somebody else's gateway, or asks
//! somebody else's database, must be found out by one request, not by a thousand. Invariant: at most three codes are
//! asked for before the canary has passed.

use std::sync::Arc;
use std::time::Duration;

use songsinh_contract::{Call, Caller, Clock, DeviceId, Digest, Loss, Operation, Outcome, ProofShown, TraceId};
use songsinh_kernel::RealClock;
use songsinh_scenario::Journey;
use songsinh_target::{Base, Target};
use tokio::net::TcpStream;

use crate::error::RunError;
use crate::progress::Progress;

/// How long a first connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long the first message may take until it reaches our gateway.
const MESSAGE_WITHIN: Duration = Duration::from_secs(15);
/// Codes that may be asked for before the first message is there.
const MOST_CODES: u64 = 3;

/// Asks whether the target is there at all.
///
/// # Errors
/// When no connection can be made (13) or the answer is none that the profile explains (14).
pub async fn knock<T: Target>(target: &T, url: &str) -> Result<(), RunError> {
    let caller =
        Caller { device: DeviceId(1), session: None, proof: ProofShown::Missing, key: Digest::of(b""), signer: None };
    let answer = target.call(&Call { operation: Operation::ServiceHealth, caller }, TraceId(1, 1)).await;
    match answer.outcome {
        Outcome::Done(_) | Outcome::Refused(_) | Outcome::Unavailable { .. } => Ok(()),
        Outcome::Indeterminate(loss) => {
            let why = match loss {
                Loss::NotSent => "no connection can be made",
                Loss::Reset => "the connection broke before an answer came",
                Loss::TimedOut => "no answer came in time",
                Loss::Garbled => "the answer is no HTTP, or too large",
            };
            Err(RunError::Unreachable { url: url.to_owned(), why: why.to_owned() })
        }
        Outcome::Fault { status } => Err(RunError::Canary(format!("service.health answers {status}"))),
        Outcome::Unmapped { status, sample } => Err(RunError::Canary(format!(
            "service.health answers {status}, which no line under `answers` explains: {sample}"
        ))),
        Outcome::Foreign { status } => {
            Err(RunError::Canary(format!("somebody else than the target answers service.health, with {status}")))
        }
    }
}

/// Makes a connection to every address of a target whose profile has no operation that asks after its health.
///
/// # Errors
/// When one cannot be made (13).
pub async fn reach(bases: &[Base]) -> Result<(), RunError> {
    for base in bases {
        let unreachable = |why: String| RunError::Unreachable { url: base.url(""), why };
        let connecting = TcpStream::connect((base.host.as_str(), base.port));
        let connected = tokio::time::timeout(CONNECT_WITHIN, connecting).await;
        let connected = connected.map_err(|_| unreachable("no connection can be made in time".to_owned()))?;
        connected.map_err(|error| unreachable(error.to_string()))?;
    }
    Ok(())
}

/// The longest journey of a mix that the canary must be able to make: it contains the shorter ones. The canary goes
/// alone, so journeys that need a counter or an official are not among them.
#[must_use]
pub fn longest(journeys: impl Iterator<Item = Journey>) -> Journey {
    let alone = [Journey::Register, Journey::Level1, Journey::Activate];
    journeys.filter(|journey| alone.contains(journey)).max().unwrap_or(Journey::Register)
}

/// Watches the canary's first code request: the message must reach our gateway.
///
/// Returns when it has, or with the finding when it has not in time, or when the next thing that the citizen can do is
/// to ask for one code too many: no sooner than `resend_gap` after the last.
pub async fn watch(progress: &Arc<Progress>, clock: &RealClock, resend_gap: Duration) -> Result<(), String> {
    let (mut asked_at, mut last_at) = (None, None);
    loop {
        let counts = progress.counts();
        if counts.codes_seen > 0 {
            return Ok(());
        }
        if counts.codes_requested > 0 {
            let now = clock.now();
            let too_late = now.since(*asked_at.get_or_insert(now)) > MESSAGE_WITHIN;
            let too_many =
                counts.codes_requested >= MOST_CODES && now.since(*last_at.get_or_insert(now)) >= resend_gap / 2;
            if too_late || too_many {
                return Err(no_code(counts.sms_accepted));
            }
        }
        clock.sleep(Duration::from_millis(50)).await;
    }
}

/// Why a code that was asked for is not there.
fn no_code(sms_accepted: u64) -> String {
    let why = if sms_accepted == 0 {
        "the target accepted a request for a code, but no message reached our SMS gateway; does the target send there?"
    } else {
        "a message reached our SMS gateway, but no pattern under `sms.messages` finds a code in it"
    };
    why.to_owned()
}

/// What the canary's own journey tells.
///
/// # Errors
/// What does not fit.
pub fn conclude(ended: &songsinh_journey::Ending, progress: &Progress, lookups: u64) -> Result<(), RunError> {
    use songsinh_journey::Ending;
    let counts = progress.counts();
    let unfit = |text: String| Err(RunError::Canary(text));
    if counts.unmapped > 0 {
        return unfit(format!("{} of its answers are explained by no line under `answers`", counts.unmapped));
    }
    if counts.codes_requested > 0 && lookups == 0 {
        return unfit("the target accepted a registration without asking our population service".to_owned());
    }
    // Under a short rulebook the citizen loses patience before the watch does.
    if counts.codes_requested > 0 && counts.codes_seen == 0 {
        return unfit(no_code(counts.sms_accepted));
    }
    match ended {
        Ending::Completed | Ending::Dirty | Ending::Left => Ok(()),
        Ending::GaveUp(why) => unfit(format!("the first journey, made alone, was given up: {why}")),
        Ending::Failed(step) => unfit(format!("the first journey, made alone, did not get beyond: {step}")),
    }
}
