//! A run in real time: the world, the canary, the workers, the drain, the footer.
//!
//! Invariant: whatever happens after the record was begun, it ends with a footer that says what was done and why the
//! run is no good, if it is none.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use rustls::ClientConfig;
use songsinh_contract::{Clock, Moment, OperationName, Prior};
use songsinh_kernel::{Either, RealClock, race};
use songsinh_phone::{KeyKind, Keys};
use songsinh_record::{Batch, InvalidReason, Mode, RecordError, RecorderHandle, RecorderThread, RunFooter, Writer};
use songsinh_scenario::Plan;
use songsinh_target::Compiled;
use songsinh_wire::ports_and_descriptors_available;

use crate::board::Sink;
use crate::canary;
use crate::casting::{Casting, People, population};
use crate::closed::Crew;
use crate::error::RunError;
use crate::lookups::Ledger;
use crate::progress::{Counts, Progress};
use crate::request::{LINGER, RunRequest, Start};
use crate::roster::Roster;
use crate::worker::Orders;
use crate::world::{OwnWorld, WorldInfo};

use flight::fly_canary;
pub(crate) use load::totals;
use load::{Load, footer, usages};
pub(crate) use threads::{Left, Shared};
use threads::{compiled, http_target};

mod flight;
mod load;
mod threads;
mod tls;

/// Journeys in flight over all workers.
const MOST_IN_FLIGHT: usize = 200_000;
/// Batches of frames that wait for the disk.
const RECORD_QUEUE: usize = 4_096;

/// A run that was made, well or badly.
#[derive(Debug)]
pub struct Finished {
    /// The record.
    pub record: PathBuf,
    /// Whether somebody stopped it.
    pub interrupted: bool,
}

/// What a run shows while it goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A line about what is being done.
    Said(String),
    /// The load begins.
    Begins {
        /// How long it is to last.
        length: Duration,
        /// Journeys planned.
        planned: u64,
    },
    /// A second has passed.
    Second {
        /// Since the beginning.
        at: Duration,
        /// Counters, from the beginning.
        counts: Counts,
        /// Latencies of this second.
        recent: crate::progress::Recent,
    },
}

impl Sink for RecorderHandle {
    fn spare(&self) -> Batch {
        Self::spare(self)
    }
    fn put(&self, batch: Batch) -> Result<(), RecordError> {
        self.send(batch)
    }
}

/// Frames of the canary, held until the record is begun.
#[derive(Debug, Clone, Default)]
struct Held(Rc<RefCell<Vec<Batch>>>);

impl Sink for Held {
    fn spare(&self) -> Batch {
        Batch::default()
    }
    fn put(&self, batch: Batch) -> Result<(), RecordError> {
        self.0.borrow_mut().push(batch);
        Ok(())
    }
}

/// The world of a run.
#[derive(Debug)]
pub enum World {
    /// It was started for this run and ends with it.
    Own(Box<OwnWorld>),
    /// Somebody else's.
    Attached(Box<WorldInfo>),
}

impl World {
    /// How it is reached.
    #[must_use]
    pub fn info(&self) -> &WorldInfo {
        match self {
            Self::Own(world) => world.info(),
            Self::Attached(info) => info,
        }
    }
    /// Whether it ends with the run.
    #[must_use]
    pub fn is_own(&self) -> bool {
        matches!(self, Self::Own(_))
    }
    fn ended_part(&mut self) -> Option<String> {
        match self {
            Self::Own(world) => world.ended_part(),
            Self::Attached(_) => None,
        }
    }
}

/// Makes a run in real time. `stop` is asked for by Ctrl-C; `tell` hears how it goes.
///
/// # Errors
/// When the run could not be begun, or its record not be written.
pub async fn run_real(
    request: &RunRequest,
    world: &mut World,
    plan: Arc<Plan>,
    progress: Arc<Progress>,
    tell: &mut dyn FnMut(Event),
) -> Result<Finished, RunError> {
    run_with(request, world, plan, progress, tell, None).await
}

/// As [`run_real`]; with a crew, its closed population makes the load instead of the workers.
pub(crate) async fn run_with(
    request: &RunRequest,
    world: &mut World,
    plan: Arc<Plan>,
    progress: Arc<Progress>,
    tell: &mut dyn FnMut(Event),
    crew: Option<&Arc<Crew>>,
) -> Result<Finished, RunError> {
    let info = world.info().clone();
    let clock = RealClock::new();
    let compiled = compiled(request, &info)?;
    let url = compiled.bases().iter().map(|base| base.url("")).collect::<Vec<_>>().join(", ");
    let tls = tls::tls_of(compiled.bases())?;
    interruptible(&progress, Box::pin(knock(&compiled, tls.as_ref(), &url))).await?;

    ports_and_descriptors_available(threads::CONNECTIONS as u64, 0).map_err(threads::host)?;

    let population = population(info.population_seed, info.people)?;
    // A twin that was made for this run knows nobody; every other target remembers whom it has seen, and so do we.
    let is_fresh = world.is_own() && request.built_in;
    let mut roster = if is_fresh { None } else { Some(Roster::open(&roster_path(request, &info))?) };
    let path = roster.as_ref().map_or(String::new(), |one| one.path().display().to_string());
    let places = roster.as_ref().map(|one| one.next().clone()).unwrap_or_default();
    let casting = Casting::of(&plan, &request.scenario, &request.rulebook(), &population, &places, &path)?;
    let run = request.out.display().to_string();
    if let Some(roster) = &mut roster {
        roster.take_canary(&run, casting.canary_slice().clone())?;
    }

    let prior = if is_fresh || request.profile.fresh { Prior::None } else { Prior::Unknown };
    let people = People {
        population,
        day: request.scenario.day,
        keys: Keys { seed: info.population_seed, kind: KeyKind::Ecdsa },
    };
    let (heard, standings) = channel();
    let orders = |plan: Arc<Plan>, casting: Arc<Casting>, origin: Moment, progress: &Arc<Progress>| {
        Arc::new(Orders {
            plan,
            casting,
            people: people.clone(),
            book: Arc::new(request.rulebook()),
            patience: request.scenario.patience.clone(),
            seed: request.seed,
            origin,
            prior: prior.clone(),
            most_in_flight: MOST_IN_FLIGHT / request.workers.max(1),
            linger: LINGER,
            progress: Arc::clone(progress),
            standings: Some(heard.clone()),
        })
    };
    let patterns = threads::patterns(request)?;
    let mut ledger = Ledger::from_now(&info.population_url).await?;
    let began = clock.now();
    let judge = request.judge(began);

    let casting = Arc::new(casting);
    let alone = Arc::new(Progress::default());
    let first = Shared {
        orders: orders(
            Arc::new(Plan { arrivals: Vec::new(), ..Plan::clone(&plan) }),
            Arc::clone(&casting),
            clock.now(),
            &alone,
        ),
        compiled: Arc::clone(&compiled),
        tls: tls.clone(),
        patterns: Arc::clone(&patterns),
        judge: Arc::clone(&judge),
    };
    let held = Held::default();
    // Boxed, since a journey with all its steps would else lie on this stack several times.
    let flight = Box::pin(fly_canary(&plan, &first, &info, held.clone(), &mut ledger));
    let passed = interruptible(&progress, flight).await;
    // The run's time begins with the load: only now is its origin known, and the record can begin with it.
    let origin = if passed.is_ok() { clock.now() + Duration::from_millis(200) } else { began };
    let start = Start {
        origin,
        unix: clock.unix(),
        population_seed: info.population_seed,
        people: info.people,
        prior: prior.clone(),
        version: info.version.clone(),
    };
    let header = request.header(&plan, Mode::Real, url.clone(), start);
    let writer = Writer::create(&request.out.join("record.songsinh"), &header)?;
    let recorder = RecorderThread::start(writer, RECORD_QUEUE);
    for batch in held.0.take() {
        recorder.handle().send(batch)?;
    }
    if let Err(error) = passed {
        let interrupted = matches!(error, RunError::Interrupted);
        let failed = InvalidReason::CanaryFailed { why: error.to_string() };
        let invalid = if interrupted { Vec::new() } else { vec![failed] };
        recorder.finish(RunFooter { ended: clock.now(), interrupted, invalid, ..RunFooter::default() })?;
        return Err(error);
    }
    tell(Event::Said("canary   one citizen went first: message, lookup and journey as the profile says".to_owned()));

    if let Some(roster) = &mut roster {
        let slice = casting.slice();
        roster.take(&run, slice.clone())?;
        let (places, runs): (u64, _) = (slice.values().map(|span| span.to - span.from).sum(), roster.runs());
        tell(Event::Said(format!("people   {places} places taken, run {runs} at this target; roster {path}")));
    }
    let before = usages(&info);
    let stage =
        Shared { orders: orders(Arc::clone(&plan), casting, origin, &progress), compiled, tls, patterns, judge };
    let mut load = Load { request, info: &info, recorder: recorder.handle(), standings, roster, ledger, crew };
    let ended = load.make(&stage, world, tell).await;
    let footer = footer(&load, &stage, &before, ended);
    let interrupted = footer.interrupted;
    recorder.finish(footer)?;
    Ok(Finished { record: request.out.join("record.songsinh"), interrupted })
}

/// Asks whether the target is there, before anything else is asked of it.
async fn knock(compiled: &Arc<Compiled>, tls: Option<&Arc<ClientConfig>>, url: &str) -> Result<(), RunError> {
    let asks_after_health = compiled.covers(OperationName::ServiceHealth).is_ok();
    let knocked = match asks_after_health {
        true => canary::knock(&*http_target(compiled, tls, 1)?, url).await,
        false => canary::reach(compiled.bases()).await,
    };
    if asks_after_health && !matches!(knocked, Err(RunError::Unreachable { .. })) {
        return knocked;
    }
    // A call tells only that it was lost, and a mere connection nothing of TLS: whoever speaks it is asked for the reason.
    for base in compiled.bases().iter().filter(|base| base.tls) {
        if let Err(why) = tls::try_out(base, tls).await {
            return Err(RunError::Unreachable { url: base.url(""), why });
        }
    }
    knocked
}

/// How often a run that has not begun looks whether it is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Does something before the load begins, unless the run is interrupted first.
async fn interruptible<T>(
    progress: &Progress,
    doing: impl Future<Output = Result<T, RunError>>,
) -> Result<T, RunError> {
    let interrupted = async {
        while !progress.is_interrupted() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    match race(doing, interrupted).await {
        Either::Left(done) => done,
        Either::Right(()) => Err(RunError::Interrupted),
    }
}

fn roster_path(request: &RunRequest, info: &WorldInfo) -> PathBuf {
    let name = format!("{}-{}.jsonl", request.profile.profile, info.population_name());
    request.rosters.join(name)
}
