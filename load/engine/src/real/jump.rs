//! Jumping over the time in which nothing happens, by the target's test clock: a discrete-event run over real HTTP.
//!
//! ```text
//!  calls  ──■──■■──            ──■──
//!  sleeps        └─────────────┘       nobody acts: the target is told to jump to the next due moment, then we do
//! ```
//!
//! Invariant: no call of the load is under way while time is moved, so each call has one date; and whatever is due is due
//! at its own time, since a jump never goes beyond the next sleeper.

use std::rc::Rc;
use std::time::Duration;

use songsinh_contract::{Clock, UnixMillis};
use songsinh_kernel::{RealClock, ThreadClock, test_time};
use songsinh_target::Advance;

use crate::board::{Board, Sink};
use crate::error::RunError;
use crate::quiet::STEP_WHILE_AWAITED;
use crate::world::{control_client, words_of};

/// Shorter spans are waited for.
const SHORTEST: Duration = Duration::from_millis(3);
/// How often it is looked whether all is quiet.
const LOOK_EVERY: Duration = Duration::from_micros(500);
/// How often a worker looks whether it shall stop that waits for a later time: each look is a jump.
pub(crate) const LOOK_UP_EVERY: Duration = Duration::from_secs(30);
/// How often tasks are given their turn before all counts as quiet.
const TURNS: usize = 8;

/// How far a target's clock may be from ours, ten years: whatever is farther is no time in milliseconds.
const FARTHEST_MS: u64 = 10 * 366 * 86_400_000;

/// How far the target's clock is ahead of ours.
///
/// # Errors
/// When it is so far off, either way, that it is none.
fn ahead(told: UnixMillis, ours: UnixMillis) -> Result<Duration, RunError> {
    if told.0.abs_diff(ours.0) > FARTHEST_MS {
        return Err(RunError::Unfit(format!(
            "the target's clock says {}, our time is {}, more than ten years from it: where `clock.advance.now` of the \
             profile points, milliseconds since 1970 are wanted",
            told.0, ours.0
        )));
    }
    Ok(Duration::from_millis(u64::try_from(told.0.saturating_sub(ours.0)).unwrap_or(0)))
}

/// What moves both clocks.
#[derive(Debug, Clone)]
pub(crate) struct Jumper {
    advance: Advance,
    client: reqwest::Client,
}

/// Jumps whenever all is quiet, if that is wanted; ends only when the target does not move its clock, and gives why.
pub(crate) async fn jumping<K: Sink>(jumper: Option<&Jumper>, clock: &ThreadClock, board: &Rc<Board<K>>) -> RunError {
    match jumper {
        None => std::future::pending().await,
        Some(jumper) => jumper.drive(clock, board).await,
    }
}

impl Jumper {
    /// A jumper for the test clock of a profile.
    ///
    /// # Errors
    /// When the profile has none, or no client can be made.
    pub(crate) fn new(advance: Option<Advance>) -> Result<Self, RunError> {
        let text = "the target's profile says no `clock.advance`, by which its time could be moved";
        let advance = advance.ok_or_else(|| RunError::Unfit(text.to_owned()))?;
        test_time::enable();
        Ok(Self { client: control_client(&advance.url)?, advance })
    }
    /// Moves the target's time and ours, and gives the target's if it tells it.
    ///
    /// # Errors
    /// When the target does not do it.
    pub(crate) async fn jump(&self, ms: u64) -> Result<Option<UnixMillis>, RunError> {
        let mut request = self.client.post(&self.advance.url).json(&self.advance.body(ms));
        for (name, value) in &self.advance.headers {
            request = request.header(name, value);
        }
        let failed = |why: String| {
            let url = &self.advance.url;
            RunError::Unfit(format!(
                "the target's clock cannot be moved: POST {url} says {why}; was it started with its test clock?"
            ))
        };
        let answer = request.send().await.map_err(|error| failed(words_of(&error)))?;
        if !answer.status().is_success() {
            return Err(failed(answer.status().to_string()));
        }
        let rest = answer.bytes().await;
        test_time::advance(Duration::from_millis(ms));
        Ok(rest.ok().and_then(|rest| self.advance.told(&rest)))
    }
    /// Moves our time to where earlier tests have left the target's, as far as it tells.
    ///
    /// # Errors
    /// When its clock cannot be moved.
    pub(crate) async fn meet(&self) -> Result<(), RunError> {
        if let Some(told) = self.jump(1).await? {
            test_time::advance(ahead(told, RealClock::new().unix())?);
        }
        Ok(())
    }
    async fn drive<K: Sink>(&self, clock: &ThreadClock, board: &Rc<Board<K>>) -> RunError {
        let quiet = board.quiet();
        loop {
            // Whoever has an answer, or is woken, gets the turns to make the next call.
            for _ in 0..TURNS {
                quiet.calm().await;
                tokio::task::yield_now().await;
            }
            if quiet.is_calling() {
                continue;
            }
            if let Some(left) = quiet.message_may_come() {
                tokio::time::sleep(left.min(LOOK_EVERY)).await;
                continue;
            }
            let Some(due) = clock.next_due() else {
                tokio::time::sleep(LOOK_EVERY).await;
                continue;
            };
            let mut span = due.since(clock.now());
            if quiet.is_awaited() {
                span = span.min(STEP_WHILE_AWAITED);
            }
            if span < SHORTEST {
                clock.sleep_until(due).await;
                continue;
            }
            if let Err(error) = self.jump(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)).await {
                return error;
            }
            quiet.expect_anew(span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_none_is_refused_with_its_value() {
        let ours = UnixMillis(1_661_558_400_000);
        let at = |ms: i64| ahead(UnixMillis(ms), ours);
        assert_eq!(at(ours.0 + 86_400_000).unwrap(), Duration::from_secs(86_400));
        assert_eq!(at(ours.0 - 5).unwrap(), Duration::ZERO);
        // Seconds, microseconds, and what is no time at all.
        for wrong in [1_661_558_400, 1_661_558_400_000_000, i64::MAX, i64::MIN] {
            let told = at(wrong).unwrap_err().to_string();
            assert!(told.contains("clock.advance.now") && told.contains(&wrong.to_string()), "{told}");
        }
    }
}
