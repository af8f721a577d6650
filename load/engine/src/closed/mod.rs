//! The closed population: a fixed number of users under Goose, each taking the next citizen once done with the last.
//!
//! World, canary, casting, roster, record and judge are those of [`run_real`](crate::run_real), and the journeys are
//! the same bodies; only who plays them differs. Invariants: the plan's journeys are handed out in their order, each
//! once; users, journeys of each user and time are bounded, so a run stops by itself.
//!
//! ```text
//! plan   j0 j1 j2 j3 j4 j5 ...            (in their order, whatever their times)
//! user 0 |--j0--|--j2--|------j5----
//! user 1 |----j1----|--j3--|--j4--|--
//! ```
//!
//! A closed population waits for the target: it asks less of a slow one, so its latencies tell nothing of a crowd
//! that does not wait. Open arrivals do (`real`). Calls that a story makes at the same time go one after the other
//! here, since a Goose user has one hand.

mod attack;
mod house;
mod stage;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use goose::metrics::GooseMetrics;
use songsinh_contract::ArrivalId;
use songsinh_record::RecorderHandle;
use songsinh_scenario::{Plan, Planned};
use tokio::sync::mpsc::Receiver;

use crate::error::RunError;
use crate::feed;
use crate::progress::Progress;
use crate::real::{Event, Finished, Left, Shared, World, run_with};
use crate::request::RunRequest;

/// Users that one run takes: each costs about 120 KB.
pub const MOST_USERS: usize = 10_000;
/// The name of Goose's own report in the run's folder.
pub const GOOSE_REPORT: &str = "goose.json";

/// How large a closed population is, and how long it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedRun {
    /// Users at the same time, 1 to [`MOST_USERS`].
    pub users: usize,
    /// Journeys that each user makes at the most.
    pub iterations: usize,
    /// After this time no journey begins; those under way may take the scenario's drain.
    pub run_time: Duration,
}

/// A closed run that was made, well or badly.
#[derive(Debug)]
pub struct ClosedFinished {
    /// The record.
    pub run: Finished,
    /// What Goose measured itself; none if it broke off, which the record tells as well. The same is in
    /// [`GOOSE_REPORT`].
    pub goose: Option<Box<GooseMetrics>>,
}

impl ClosedRun {
    /// So many users for all the journeys of a plan.
    #[must_use]
    pub fn of_plan(users: usize, plan: &Plan, run_time: Duration) -> Self {
        Self { users, iterations: plan.arrivals.len().div_ceil(users.max(1)), run_time }
    }

    fn check(&self) -> Result<(), RunError> {
        let wrong = |text: String| Err(RunError::Host(format!("closed population: {text}")));
        if !(1..=MOST_USERS).contains(&self.users) {
            return wrong(format!("{} users; 1 to {MOST_USERS} are possible", self.users));
        }
        if self.iterations == 0 || self.run_time.is_zero() {
            return wrong(
                "no journeys or no time; give each user at least one journey, and a time to make it".to_owned(),
            );
        }
        Ok(())
    }

    /// The journeys of the plan that are handed out, numbered anew, and the population cut to them: every user makes
    /// the same number of journeys, so up to one less than the number of users are left out.
    fn share_out(&self, plan: &Plan) -> (Plan, Self) {
        let count = plan.load().count().min(self.users.saturating_mul(self.iterations));
        let users = self.users.min(count).max(1);
        let iterations = count / users;
        // A closed population warms up by itself: nothing of it counts before its first journey.
        let handed = plan.load().take(users * iterations).enumerate();
        let arrivals =
            handed.map(|(id, planned)| Planned { id: ArrivalId(id as u64), at: Duration::ZERO, ..*planned }).collect();
        (Plan { arrivals, begins: Duration::ZERO, ..*plan }, Self { users, iterations, run_time: self.run_time })
    }
}

/// Makes a run by a closed population, in real time. Only one goes on in a process at a time, since Goose's stop is
/// the process's; another waits. Goose listens for Ctrl-C, which ends the run as an interrupted one.
///
/// # Errors
/// When the run could not be begun, its bounds are out of range, or its record cannot be written.
pub async fn run_closed(
    request: &RunRequest,
    closed: &ClosedRun,
    world: &mut World,
    plan: &Plan,
    progress: Arc<Progress>,
    tell: &mut dyn FnMut(Event),
) -> Result<ClosedFinished, RunError> {
    closed.check()?;
    if plan.arrivals.is_empty() {
        return Err(RunError::Host("closed population: the scenario's plan has no journeys".to_owned()));
    }
    let (plan, closed) = closed.share_out(plan);
    let report = request.out.join(GOOSE_REPORT);
    let crew = Arc::new(Crew { closed, threads: request.workers.max(1), report, metrics: Mutex::default() });
    // Nothing is due at a time of its own, so nothing can start late.
    let request = RunRequest { judge_lag: false, ..request.clone() };
    let run = run_with(&request, world, Arc::new(plan), progress, tell, Some(&crew)).await?;
    Ok(ClosedFinished { run, goose: crew.take_metrics() })
}

/// The closed population as the run's engine sees it: one thread that makes the load.
pub(crate) struct Crew {
    closed: ClosedRun,
    threads: usize,
    report: PathBuf,
    metrics: Mutex<Option<Box<GooseMetrics>>>,
}

impl Crew {
    /// How long journeys begin.
    pub(crate) fn run_time(&self) -> Duration {
        self.closed.run_time
    }

    /// Starts the thread, with a runtime of its own.
    pub(crate) fn start(
        self: &Arc<Self>,
        shared: Shared,
        recorder: RecorderHandle,
        news: Receiver<feed::Batch>,
        drain: Duration,
    ) -> Result<JoinHandle<Result<Left, RunError>>, RunError> {
        let crew = Arc::clone(self);
        std::thread::Builder::new()
            .name("closed".to_owned())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_multi_thread()
                    .worker_threads(crew.threads)
                    .enable_all()
                    .build()
                    .map_err(|error| RunError::Host(format!("no runtime for the closed population: {error}")))?;
                runtime.block_on(attack::make(&crew, shared, recorder, news, drain))
            })
            .map_err(|error| RunError::Host(format!("no thread for the closed population: {error}")))
    }

    fn keep(&self, metrics: GooseMetrics) {
        *self.metrics.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(metrics));
    }
    fn take_metrics(&self) -> Option<Box<GooseMetrics>> {
        self.metrics.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use songsinh_contract::Act;
    use songsinh_scenario::Journey;

    fn plan(count: u64) -> Plan {
        let planned = |id| Planned {
            id: ArrivalId(id + 100),
            at: Duration::from_secs(id),
            act: Act::Load,
            phase: 0,
            entry: 0,
            journey: Journey::Register,
            twist: None,
        };
        let arrivals = (0..count).map(planned).collect();
        let (begins, ends) = (Duration::ZERO, Duration::from_secs(count));
        Plan { seed: 1, arrivals, begins, ends, given_up: ends }
    }

    #[test]
    fn every_user_gets_the_same_number_of_the_plans_journeys() {
        let run_time = Duration::from_secs(1);
        for (users, iterations, count) in [(1, 1, 1), (4, 3, 100), (4, 3, 12), (4, 3, 11), (7, 2, 5), (3, 1_000, 10)] {
            let (shared, closed) = ClosedRun { users, iterations, run_time }.share_out(&plan(count));
            let handed = shared.arrivals.len();
            assert_eq!(handed, closed.users * closed.iterations);
            assert!(closed.users <= users && closed.iterations <= iterations);
            let possible = usize::try_from(count).unwrap().min(users * iterations);
            assert!(handed > 0 && handed <= possible && possible - handed < users, "{handed} of {possible}");
            let ids: Vec<u64> = shared.arrivals.iter().map(|planned| planned.id.0).collect();
            assert_eq!(ids, (0..handed as u64).collect::<Vec<_>>(), "casts are looked up by these numbers");
        }
        let all = ClosedRun::of_plan(3, &plan(10), run_time);
        assert_eq!(all.iterations, 4);
    }

    #[test]
    fn bounds_out_of_range_are_named() {
        let closed = ClosedRun { users: 1, iterations: 1, run_time: Duration::from_secs(1) };
        assert!(closed.check().is_ok());
        for wrong in [
            ClosedRun { users: 0, ..closed.clone() },
            ClosedRun { users: MOST_USERS + 1, ..closed.clone() },
            ClosedRun { iterations: 0, ..closed.clone() },
            ClosedRun { run_time: Duration::ZERO, ..closed },
        ] {
            let error = wrong.check().unwrap_err();
            assert!(error.to_string().starts_with("closed population: "), "{error}");
            assert_eq!(error.exit_code(), 2);
        }
    }
}
