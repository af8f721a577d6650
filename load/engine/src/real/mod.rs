//! A run in real time: the world, the canary, the workers, the drain, the footer.
//!
//! Invariant: whatever happens after the record was begun, it ends with a footer that says what was done and why the
//! run is no good, if it is none.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use rustls::ClientConfig;
use songsinh_contract::{Clock, Moment, OperationName, Prior, UnixMillis};
use songsinh_kernel::{Either, RealClock, race};
use songsinh_oracle::Judge;
use songsinh_phone::{KeyKind, Keys, Patterns};
use songsinh_record::{
    Batch, InvalidReason, Mode, RecordError, RecorderHandle, RecorderThread, RunFooter, RunHeader, Writer,
};
use songsinh_scenario::Plan;
use songsinh_target::Compiled;
use songsinh_wire::ports_and_descriptors_available;

use crate::board::Sink;
use crate::canary;
use crate::casting::{Casting, Grounds, Known, People, population};
use crate::closed::Crew;
use crate::error::RunError;
use crate::lookups::Ledger;
use crate::prepare::Preparation;
use crate::progress::{Counts, Figures, Progress};
use crate::request::{LINGER, RunRequest, Start};
use crate::roster::{Roster, Standing};
use crate::worker::{LOOK_UP_EVERY, Orders};
use crate::world::{OwnWorld, WorldInfo};

use events::Events;
use flight::fly_canary;
pub(crate) use jump::{Jumper, jumping};
pub(crate) use load::totals;
pub(crate) use load::totals_of;
use load::{Ended, Load, footer};
use prepare::Spool;
pub(crate) use threads::{Left, Shared};
use threads::{compiled, http_target, jumper};

mod events;
mod flight;
mod jump;
mod load;
mod prepare;
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
    /// A second of the preparation has passed.
    Preparing {
        /// Since this round of it began.
        at: Duration,
        /// People wanted in their state.
        wanted: u64,
        /// Counters of the preparation, from its beginning.
        counts: Counts,
    },
    /// The load begins.
    Begins {
        /// How long it is to last, the warm-up included.
        length: Duration,
        /// How long journeys under way may take after that.
        drain: Duration,
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

/// What all acts of a run have in common.
struct Setting<'a> {
    request: &'a RunRequest,
    info: WorldInfo,
    url: String,
    compiled: Arc<Compiled>,
    tls: Option<Arc<ClientConfig>>,
    patterns: Arc<Patterns>,
    judge: Arc<Judge>,
    /// Jumps over the time in which nothing happens, if that is wanted.
    jumper: Option<Jumper>,
    people: People,
    prior: Prior,
    figures: Figures,
    heard: Sender<Vec<Standing>>,
}

impl<'a> Setting<'a> {
    /// Finds the target there, and all that is needed to ask it.
    async fn of(
        request: &'a RunRequest,
        world: &World,
        progress: &Arc<Progress>,
        heard: Sender<Vec<Standing>>,
    ) -> Result<Self, RunError> {
        let info = world.info().clone();
        request.events_are_possible(world.is_own(), info.twin_is_durable)?;
        let compiled = compiled(request, &info)?;
        let jumper = if request.jump { Some(jumper(request, &info)?) } else { None };
        let url = compiled.bases().iter().map(|base| base.url("")).collect::<Vec<_>>().join(", ");
        let tls = tls::tls_of(compiled.bases())?;
        interruptible(progress, Box::pin(knock(&compiled, tls.as_ref(), &url))).await?;
        if let Some(jumper) = &jumper {
            jumper.meet().await?;
        }
        ports_and_descriptors_available(threads::CONNECTIONS as u64, 0).map_err(threads::host)?;
        let people = People {
            population: population(info.population_seed, info.people)?,
            day: request.scenario.day,
            keys: Keys { seed: info.population_seed, kind: KeyKind::Ecdsa },
            officers: Arc::new(request.officers(info.population_seed, info.officers)?),
        };
        // A twin that was made for this run knows nobody; every other target remembers whom it has seen, and so do we.
        let prior = if is_fresh(request, world) || request.profile.fresh { Prior::None } else { Prior::Unknown };
        Ok(Self {
            request,
            url,
            compiled,
            tls,
            patterns: threads::patterns(request)?,
            judge: request.judge(RealClock::new().now()),
            jumper,
            people,
            prior,
            figures: Figures::around(progress),
            heard,
            info,
        })
    }
    /// What the threads share that play a plan.
    fn shared(&self, plan: Arc<Plan>, casting: Arc<Casting>, known: Arc<Known>, origin: Moment) -> Shared {
        let orders = Orders {
            plan,
            casting,
            people: self.people.clone(),
            book: Arc::new(self.request.rulebook()),
            patience: self.request.scenario.patience.clone(),
            seed: self.request.seed,
            origin,
            prior: self.prior.clone(),
            most_in_flight: MOST_IN_FLIGHT / self.request.workers.max(1),
            linger: LINGER,
            look_up_every: if self.jumper.is_some() { jump::LOOK_UP_EVERY } else { LOOK_UP_EVERY },
            known,
            scan_after: self.request.scan_after(),
            edges: self.request.edges(),
            scripts: self.request.scripts(),
            figures: self.figures.clone(),
            standings: Some(self.heard.clone()),
        };
        Shared {
            orders: Arc::new(orders),
            compiled: Arc::clone(&self.compiled),
            tls: self.tls.clone(),
            patterns: Arc::clone(&self.patterns),
            judge: Arc::clone(&self.judge),
            jumper: self.jumper.clone(),
        }
    }
    fn header(&self, plan: &Plan, origin: Moment) -> RunHeader {
        let clock = RealClock::new();
        let ahead_ms = i64::try_from(origin.since(clock.now()).as_millis()).unwrap_or(0);
        let start = Start {
            origin,
            unix: UnixMillis(clock.unix().0.saturating_add(ahead_ms)),
            population_seed: self.info.population_seed,
            people: self.info.people,
            prior: self.prior.clone(),
            version: self.info.version.clone(),
        };
        self.request.header(plan, Mode::Real, self.url.clone(), start)
    }
    /// Lets one citizen go first; the frames of it go to `held`.
    async fn first(
        &self,
        plan: &Plan,
        casting: &Arc<Casting>,
        held: &Held,
        ledger: &mut Ledger,
    ) -> Result<(), RunError> {
        let alone = Arc::new(Plan { arrivals: Vec::new(), ..plan.clone() });
        let mut stage = self.shared(alone, Arc::clone(casting), Arc::default(), RealClock::new().now());
        if let Some(orders) = Arc::get_mut(&mut stage.orders) {
            orders.figures = Figures::default();
        }
        // Boxed, since a journey with all its steps would else lie on this stack several times.
        let flight = Box::pin(fly_canary(plan, &stage, &self.info, held.clone(), ledger));
        interruptible(&self.figures.load, flight).await
    }
}

fn is_fresh(request: &RunRequest, world: &World) -> bool {
    world.is_own() && request.built_in
}

/// The record, begun with the frames of what came before.
fn begin_record(
    setting: &Setting<'_>,
    header: &RunHeader,
    held: &Held,
    spool: Option<Spool>,
) -> Result<RecorderThread, RunError> {
    let writer = Writer::create(&setting.request.out.join("record.songsinh"), header)?;
    let recorder = RecorderThread::start(writer, RECORD_QUEUE);
    for batch in held.0.take() {
        recorder.handle().send(batch)?;
    }
    if let Some(spool) = spool {
        spool.pour(&recorder.handle())?;
    }
    Ok(recorder)
}

/// The record of a run that ended with its canary.
fn record_canary(setting: &Setting<'_>, plan: &Plan, held: &Held, error: &RunError) -> Result<(), RunError> {
    let now = RealClock::new().now();
    let interrupted = matches!(error, RunError::Interrupted);
    let failed = InvalidReason::CanaryFailed { why: error.to_string() };
    let invalid = if interrupted { Vec::new() } else { vec![failed] };
    let recorder = begin_record(setting, &setting.header(plan, now), held, None)?;
    recorder.finish(RunFooter { ended: now, interrupted, invalid, ..RunFooter::default() })?;
    Ok(())
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
    let clock = RealClock::new();
    let (heard, standings) = channel();
    let setting = Setting::of(request, world, &progress, heard).await?;
    let info = setting.info.clone();
    let mut roster = match is_fresh(request, world) {
        true => None,
        false => Some(Roster::open(&roster_path(request, &info))?),
    };
    let casting = cast(&setting, &plan, roster.as_ref())?;
    let run = request.out.display().to_string();
    if let Some(roster) = &mut roster {
        roster.take_canary(&run, casting.canary_slice().clone())?;
    }
    let mut ledger = Ledger::from_now(&info.population_url).await?;
    let (casting, held) = (Arc::new(casting), Held::default());
    if let Err(error) = setting.first(&plan, &casting, &held, &mut ledger).await {
        record_canary(&setting, &plan, &held, &error)?;
        return Err(error);
    }
    tell(Event::Said("canary   one citizen went first: message, lookup and journey as the profile says".to_owned()));
    if let Some(roster) = &mut roster {
        let slice = casting.slice();
        roster.take(&run, slice.clone())?;
        let (places, runs): (u64, _) = (slice.values().map(|span| span.to - span.from).sum(), roster.runs());
        let path = roster.path().display();
        tell(Event::Said(format!("people   {places} places taken, run {runs} at this target; roster {path}")));
    }
    let known = known_of(request, roster.as_ref());
    // Nobody else holds it: the canary has flown.
    let casting = Arc::try_unwrap(casting).map_err(|_| RunError::Internal("the canary is still there".to_owned()))?;
    let preparation = Preparation::new(casting, &known, &request.scenario.prepare, request.seed);

    let spool = match preparation.count() {
        (0, _) => None,
        _ => Some(Spool::begin(&setting, &setting.header(&plan, clock.now()))?),
    };
    let mut load = Load::new(&setting, standings, roster, ledger);
    let prepared = match &spool {
        None => preparation.end(&setting.figures.prepare).map_err(|reason| vec![reason]),
        Some(spool) => {
            load.recorder = Some(spool.handle());
            prepare::prepare(&setting, preparation, &mut load, world, tell).await
        }
    };
    // The run's time begins with the load: only now is its origin known, and the record can begin with it.
    let origin = clock.now() + LEAD;
    let recorder = begin_record(&setting, &setting.header(&plan, origin), &held, spool)?;
    load.recorder = Some(recorder.handle());
    let ended = match prepared {
        Ok((casting, known)) => {
            load.take_known(&run, &casting)?;
            let origin = clock.now().max(origin);
            let stage = setting.shared(Arc::clone(&plan), Arc::new(casting), Arc::new(known), origin);
            load.of_load(plan.begins + request.scenario.length(), request.scenario.drain, crew);
            load.events = Events::of(&request.scenario.events, origin + plan.begins);
            load.make(&stage, world, tell).await
        }
        Err(invalid) => Ended::without_load(invalid),
    };
    let footer = footer(&load, world, &plan, ended)?;
    let interrupted = footer.interrupted;
    recorder.finish(footer)?;
    Ok(Finished { record: request.out.join("record.songsinh"), interrupted })
}

/// What people have at the target, as far as it is certain: nothing, if the target was made anew.
fn known_of(request: &RunRequest, roster: Option<&Roster>) -> Known {
    roster.filter(|_| !request.profile.fresh).map(|one| one.known().clone()).unwrap_or_default()
}

/// How long after all is ready the load begins.
const LEAD: Duration = Duration::from_millis(200);

/// Casts the plan with whom the roster leaves.
fn cast(setting: &Setting<'_>, plan: &Plan, roster: Option<&Roster>) -> Result<Casting, RunError> {
    let path = roster.map_or(String::new(), |one| one.path().display().to_string());
    let grounds = Grounds {
        places: roster.map(|one| one.next().clone()).unwrap_or_default(),
        known: known_of(setting.request, roster),
        officers: setting.people.officers.len(),
        roster: &path,
    };
    let request = setting.request;
    let population = &setting.people.population;
    Ok(Casting::of(plan, &request.scenario, &request.rulebook(), population, &grounds)?)
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
