//! A run in virtual time: the whole world in this process, on one thread.
//!
//! The same worker, board and journeys as in real time, on the virtual-time executor. Invariant: the record depends on
//! scenario, seeds, misbehaviours and variants alone; two runs of one command leave the same bytes.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer, V2Serializer};
use songsinh_contract::{Clock, Moment, Prior, UnixMillis};
use songsinh_kernel::{Kernel, Spawner, VirtualClock};
use songsinh_national::{ApprovalPlan, Misbehaviours, TwinConfig};
use songsinh_phone::{KeyKind, Keys, Patterns};
use songsinh_population::service::{Lag, Register};
use songsinh_record::{Batch, Frame, InvalidReason, LagHistogram, Mode, RecordError, RunFooter, SmsTotals, Writer};
use songsinh_scenario::{Officer, Plan, SmsProfile};
use songsinh_sms::{CarrierSetting, Control, Delivery, LaneState, NetworkConfig, Profile};
use songsinh_target::{InProcessTarget, Latency, VirtualConfig, VirtualWorld};

use crate::agenda::{Act, Agenda};
use crate::board::{Board, Sink};
use crate::casting::{Casting, Grounds, Known, People, population};
use crate::error::RunError;
use crate::prepare::Preparation;
use crate::progress::{Counts, Figures, Progress};
use crate::real::{Event, Finished, totals, totals_of};
use crate::request::{LINGER, RunRequest, Start};
use crate::roster::Standing;
use crate::worker::{LOOK_UP_EVERY, Orders, Worker};

/// Frames go straight to the file: in virtual time nobody waits for the disk.
struct File {
    writer: RefCell<Option<Writer<Output>>>,
}

type Output = std::io::BufWriter<std::fs::File>;

impl Sink for Rc<File> {
    fn spare(&self) -> Batch {
        Batch::default()
    }
    fn put(&self, batch: Batch) -> Result<(), RecordError> {
        match self.writer.borrow_mut().as_mut() {
            Some(writer) => writer.append(&batch),
            None => Err(RecordError::Closed),
        }
    }
}

/// What all acts of a run in virtual time have in common.
struct Setting<'a> {
    request: &'a RunRequest,
    plan: &'a Arc<Plan>,
    /// When the load begins.
    origin: Moment,
    people: People,
    figures: Figures,
    world: Rc<VirtualWorld>,
    sink: Rc<File>,
    board: Rc<Board<Rc<File>>>,
    target: Rc<InProcessTarget>,
    clock: VirtualClock,
    spawner: Spawner,
    heard: Sender<Vec<Standing>>,
}

type VirtualWorker = Worker<InProcessTarget, VirtualClock, Rc<File>, Spawner>;

impl Setting<'_> {
    fn worker(
        &self,
        plan: Arc<Plan>,
        casting: Arc<Casting>,
        known: Arc<Known>,
        origin: Moment,
    ) -> Result<Rc<VirtualWorker>, RunError> {
        let orders = Arc::new(Orders {
            plan,
            casting,
            people: self.people.clone(),
            book: Arc::new(self.request.rulebook()),
            patience: self.request.scenario.patience.clone(),
            seed: self.request.seed,
            origin,
            prior: Prior::None,
            most_in_flight: usize::MAX,
            linger: LINGER,
            look_up_every: LOOK_UP_EVERY,
            known,
            scan_after: self.request.scan_after(),
            edges: self.request.edges(),
            scripts: self.request.scripts(),
            figures: self.figures.clone(),
            standings: Some(self.heard.clone()),
        });
        let (target, board) = (Rc::clone(&self.target), Rc::clone(&self.board));
        Worker::new(orders, target, self.clock.clone(), board, self.spawner.clone(), (0, 1))
            .map_err(|error| RunError::Internal(error.to_string()))
    }
    /// Plays rounds until everybody is ready or time is up.
    async fn prepare(
        &self,
        preparation: &mut Preparation,
        standings: &Receiver<Vec<Standing>>,
    ) -> Result<(), RunError> {
        let begun = self.clock.now();
        while !preparation.is_done() && !self.figures.load.is_stopped() {
            let Some(round) = preparation.round(self.clock.now().since(begun)) else { return Ok(()) };
            let rest = round.plan.given_up.saturating_sub(round.plan.ends);
            let worker = self.worker(round.plan, round.casting, round.known, self.clock.now())?;
            worker.offer(self.clock.clone()).await;
            worker.drain(self.clock.now() + rest).await;
            standings.try_iter().for_each(|heard| preparation.hear(&heard));
        }
        Ok(())
    }
    /// Plays the load.
    async fn load(&self, (casting, known): (Casting, Known)) -> Result<Rc<VirtualWorker>, RunError> {
        let worker = self.worker(Arc::clone(self.plan), Arc::new(casting), Arc::new(known), self.origin)?;
        worker.offer(self.clock.clone()).await;
        worker.drain(self.clock.now() + self.request.scenario.drain).await;
        Ok(worker)
    }
    /// Plays all: the preparation, and the load if everybody is ready. Gives who played the load, or why nobody did.
    async fn play(
        &self,
        mut preparation: Preparation,
        standings: &Receiver<Vec<Standing>>,
    ) -> Result<Result<Rc<VirtualWorker>, InvalidReason>, RunError> {
        self.prepare(&mut preparation, standings).await?;
        match preparation.end(&self.figures.prepare) {
            Ok(ready) => self.load(ready).await.map(Ok),
            Err(reason) => Ok(Err(reason)),
        }
    }
    /// Starts what goes on beside the stories; it ends once all is `over`.
    fn start_others(&self, agenda: &Rc<RefCell<Agenda>>, over: &Rc<Cell<bool>>) {
        let (world, load) = (&self.world, &self.figures.load);
        let news = News::of(world);
        self.spawner.spawn(pump(Rc::clone(world), Rc::clone(&self.board), news, Rc::clone(over)));
        let sink = Rc::clone(&self.sink);
        self.spawner.spawn(seconds(self.clock.clone(), self.origin, Arc::clone(load), sink, Rc::clone(over)));
        let usual = lag(self.request);
        self.spawner.spawn(strike(Rc::clone(world), Rc::clone(agenda), usual, Rc::clone(over)));
    }
}

/// Begins a run: its world, its record, and what is to be prepared.
fn begin<'a>(
    request: &'a RunRequest,
    plan: &'a Arc<Plan>,
    progress: &Arc<Progress>,
    kernel: &Kernel,
    heard: Sender<Vec<Standing>>,
) -> Result<(Setting<'a>, Preparation), RunError> {
    let population = population(request.population_seed, request.people)?;
    let officers = request.officers(request.population_seed, usize::MAX)?;
    let grounds = Grounds { officers: officers.len(), roster: "none", ..Grounds::default() };
    let casting = Casting::of(plan, &request.scenario, &request.rulebook(), &population, &grounds)?;
    let preparation = Preparation::new(casting, &Known::new(), &request.scenario.prepare, request.seed);
    let clock = kernel.clock();
    // The load has its time before anybody knows how long the preparation takes: it costs nothing to wait for it.
    let before = if preparation.is_done() { Duration::ZERO } else { preparation.within() + 2 * LINGER };
    let origin = clock.now() + Duration::from_secs(1) + before;
    let ahead_ms = i64::try_from(origin.since(clock.now()).as_millis()).unwrap_or(0);
    let start = Start {
        origin,
        unix: UnixMillis(clock.unix().0.saturating_add(ahead_ms)),
        population_seed: request.population_seed,
        people: request.people,
        prior: Prior::None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let header = request.header(plan, Mode::Virtual, "in this process".to_owned(), start);
    let writer = Writer::create(&record_of(request), &header)?;
    let sink = Rc::new(File { writer: RefCell::new(Some(writer)) });
    let register = Register { population: Arc::clone(&population), day: request.scenario.day };
    let config = config(request, register, &officers)?;
    let world = VirtualWorld::start(&kernel.spawner(), clock.clone(), config, request.population_seed)?;
    let patterns = Arc::new(Patterns::twin().map_err(|error| RunError::Internal(error.to_string()))?);
    let figures = Figures::around(progress);
    let setting = Setting {
        request,
        plan,
        origin,
        people: People {
            population,
            day: request.scenario.day,
            keys: Keys { seed: request.population_seed, kind: KeyKind::Mac },
            officers: Arc::new(officers),
        },
        board: Board::new(Rc::clone(&sink), patterns, request.judge(origin), figures.clone()),
        figures,
        target: Rc::new(InProcessTarget::new(Rc::clone(&world))),
        world,
        sink,
        clock,
        spawner: kernel.spawner(),
        heard,
    };
    Ok((setting, preparation))
}

fn record_of(request: &RunRequest) -> PathBuf {
    request.out.join("record.songsinh")
}

/// Makes a run in virtual time.
///
/// # Errors
/// When the run could not be begun, or its record not be written.
pub fn run_virtual(
    request: &RunRequest,
    plan: &Arc<Plan>,
    progress: &Arc<Progress>,
    tell: &mut dyn FnMut(Event),
) -> Result<Finished, RunError> {
    let request = &request.clone().varied();
    let mut kernel = Kernel::new(morning_of(request.scenario.day));
    let (heard, standings) = channel();
    let (setting, preparation) = begin(request, plan, progress, &kernel, heard)?;
    let planned = plan.load().count() as u64;
    let length = plan.begins + request.scenario.length();
    tell(Event::Begins { length, drain: request.scenario.drain, planned });
    let agenda = Rc::new(RefCell::new(Agenda::of(&request.scenario.events, setting.origin + plan.begins)));
    let over = Rc::new(Cell::new(false));
    setting.start_others(&agenda, &over);
    let played = kernel.block_on(async {
        let played = setting.play(preparation, &standings).await;
        over.set(true);
        setting.world.stop();
        (played, setting.clock.now())
    });
    let mut invalid = Vec::new();
    let (worker, ended) = match played {
        Ok((played, ended)) => match played? {
            Ok(worker) => (Some(worker), ended),
            Err(reason) => {
                // Whoever stops the preparation has not found the target wanting.
                invalid.extend((!progress.is_interrupted()).then_some(reason));
                (None, ended)
            }
        },
        Err(error) => {
            invalid.push(InvalidReason::Crashed { what: error.to_string() });
            (None, setting.clock.now())
        }
    };
    if let Some(error) = setting.board.failure() {
        invalid.push(InvalidReason::RecordUnwritten { why: error.to_string() });
    }
    let lag = worker.map(|worker| worker.take_lag());
    let lookups = last_frames(&setting, lag)?;
    let (sms, figures) = (setting.world.sms_counts(), &setting.figures);
    let footer = RunFooter {
        ended,
        interrupted: progress.is_interrupted(),
        invalid,
        journeys: totals(planned, &progress.counts()),
        prepared: totals_of(&figures.prepare),
        warm_up: totals_of(&figures.warm_up),
        events: agenda.borrow().marks(),
        sms: SmsTotals { accepted: sms.accepted, delivered: sms.delivered, lost: sms.lost },
        lookups,
        ..RunFooter::default()
    };
    let interrupted = footer.interrupted;
    if let Some(writer) = setting.sink.writer.borrow_mut().take() {
        writer.finish(footer)?;
    }
    Ok(Finished { record: record_of(request), interrupted })
}

/// Makes things happen to the world at their times. What a kill of the twin would do is not played: in this process its
/// records live in memory, and there are no connections that could break.
async fn strike(world: Rc<VirtualWorld>, agenda: Rc<RefCell<Agenda>>, usual: Lag, over: Rc<Cell<bool>>) {
    let clock = world.clock().clone();
    let before = world.sms_config().carriers;
    loop {
        let Some(due) = agenda.borrow().next_due() else { return };
        clock.sleep_until(due).await;
        if over.get() {
            return;
        }
        let Some((nth, act)) = agenda.borrow_mut().take(clock.now()) else { continue };
        let done = match act {
            Act::Population { delay, failures, .. } => {
                let delay_ms = delay.map(|delay| u32::try_from(delay.as_millis()).unwrap_or(u32::MAX));
                world.set_lag(Lag {
                    delay_min_ms: delay_ms.unwrap_or(usual.delay_min_ms),
                    delay_max_ms: delay_ms.unwrap_or(usual.delay_max_ms),
                    failure_share: failures.unwrap_or(usual.failure_share),
                })
            }
            Act::PopulationBack => world.set_lag(usual),
            Act::Carrier { carrier, down } => {
                let own = before.get(&carrier).copied().unwrap_or_default();
                let setting = if down { CarrierSetting { state: LaneState::Down, ..own } } else { own };
                let carriers = BTreeMap::from([(carrier, setting)]);
                world.control_sms(&Control { carriers, ..Control::default() })
            }
            Act::Restart => continue,
        };
        // The scenario's settings are in their ranges; one that is not leaves the event without a mark.
        if done.is_ok() {
            agenda.borrow_mut().mark(nth, clock.now());
        }
    }
}

fn lag(request: &RunRequest) -> Lag {
    let population = &request.scenario.population;
    let small = |span: Duration| u32::try_from(span.as_millis()).unwrap_or(u32::MAX);
    Lag {
        delay_min_ms: small(population.delay.from),
        delay_max_ms: small(population.delay.to),
        failure_share: population.failures.fraction(),
    }
}

/// 08:00 in Viet Nam on a day.
fn morning_of(day: jiff::civil::Date) -> UnixMillis {
    let days = day.duration_since(jiff::civil::Date::constant(1970, 1, 1)).as_hours() / 24;
    UnixMillis(days * 86_400_000 + 3_600_000)
}

fn config(request: &RunRequest, register: Register, officers: &[Officer]) -> Result<VirtualConfig, RunError> {
    let scenario = &request.scenario;
    let misbehaviours = Misbehaviours::parse(request.misbehaviours.iter().map(String::as_str))
        .map_err(|error| RunError::Internal(error.to_string()))?;
    let known = |one: &Officer| songsinh_national::Officer { user: one.user.clone(), password: one.password.clone() };
    let profile = match scenario.sms.profile {
        SmsProfile::Normal => Profile::Normal,
        SmsProfile::CampaignPeak => Profile::CampaignPeak,
        SmsProfile::Qcvn82Floor => Profile::Qcvn82Floor,
        SmsProfile::CarrierIncident => Profile::CarrierIncident,
        SmsProfile::Instant => Profile::Instant,
    };
    Ok(VirtualConfig {
        twin: TwinConfig {
            rulebook: request.rulebook(),
            approval: ApprovalPlan {
                delay_min: scenario.twin.approval.from,
                delay_max: scenario.twin.approval.to,
                reject_share: scenario.twin.reject.fraction(),
            },
            misbehaviours,
            variants: request.chosen_variants(),
            officers: officers.iter().map(known).collect(),
            seed: Some(request.seed),
            ..TwinConfig::new("http://127.0.0.1:1", "http://127.0.0.1:1", scenario.day)
        },
        register,
        lag: lag(request),
        sms: NetworkConfig {
            profile,
            speed: scenario.sms.speed.get(),
            loss: scenario.sms.loss.fraction(),
            duplicates: scenario.sms.duplicates.fraction(),
            parts_per_s: scenario.sms.parts_per_s.get() as f64,
            ..NetworkConfig::default()
        },
        latency: Latency::default(),
    })
}

/// Deliveries on their way from the world to the board.
#[derive(Default)]
struct News {
    arrived: RefCell<VecDeque<Delivery>>,
    bell: songsinh_kernel::Notify,
}

impl News {
    fn of(world: &Rc<VirtualWorld>) -> Rc<Self> {
        let news = Rc::new(Self::default());
        let ear = Rc::clone(&news);
        world.on_delivery(move |delivery| {
            ear.arrived.borrow_mut().push_back(delivery.clone());
            ear.bell.ring();
        });
        news
    }
}

/// How often the board hears of messages that were taken but have not arrived.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Messages of the ledger read at once.
const PAGE: usize = 10_000;

/// Brings what the gateway took, and what reached a phone, to the board.
async fn pump(world: Rc<VirtualWorld>, board: Rc<Board<Rc<File>>>, news: Rc<News>, over: Rc<Cell<bool>>) {
    let mut seen = 0;
    let clock = world.clock().clone();
    while !over.get() {
        songsinh_kernel::race(news.bell.notified(), clock.sleep(LOOK_EVERY)).await;
        for event in world.sms_after(seen, PAGE) {
            seen = event.id;
            board.sms_accepted(event.id, event.to, &event.text, event.accepted);
        }
        let arrived = std::mem::take(&mut *news.arrived.borrow_mut());
        for delivery in arrived {
            board.sms_delivered(delivery.id, delivery.at);
        }
    }
}

/// Writes the figures of every second.
async fn seconds(clock: VirtualClock, origin: Moment, progress: Arc<Progress>, sink: Rc<File>, over: Rc<Cell<bool>>) {
    let mut last = Counts::default();
    for second in 0.. {
        clock.sleep_until(origin + Duration::from_secs(second + 1)).await;
        if over.get() {
            return;
        }
        let counts = progress.counts();
        let stats = counts.second_since(&last, second);
        last = counts;
        let mut batch = sink.spare();
        // A frame that cannot be written fails again with the footer, which tells.
        if batch.second(stats).is_ok() {
            let _ = sink.put(batch);
        }
    }
}

/// Writes what is read once all is over; gives how many questions the population service was asked.
fn last_frames(setting: &Setting<'_>, lag: Option<Histogram<u32>>) -> Result<u64, RunError> {
    let Setting { sink, world, figures, request, .. } = setting;
    let mut lookups = 0;
    loop {
        let events = world.lookups_after(lookups, PAGE);
        let Some(last) = events.last() else { break };
        lookups = last.id;
        let mut batch = sink.spare();
        events.iter().try_for_each(|event| batch.lookup(event))?;
        sink.put(batch)?;
    }
    let mut batch = sink.spare();
    let mut v2 = Vec::new();
    if lag.is_some_and(|lag| V2Serializer::new().serialize(&lag, &mut v2).is_ok()) {
        batch.frame(&Frame::Lag(LagHistogram { v2 }))?;
    }
    if request.scenario.events.iter().any(|event| event.twin.is_some()) {
        batch.frame(&Frame::Note(NO_RESTART.into()))?;
    }
    for (act, figures) in [("prepare, ", &figures.prepare), ("warm-up, ", &figures.warm_up), ("", &figures.load)] {
        for reason in figures.reasons() {
            batch.frame(&Frame::Note(format!("{act}{reason}").into()))?;
        }
    }
    sink.put(batch)?;
    Ok(lookups)
}

/// What a report says of a restart in virtual time.
const NO_RESTART: &str = "virtual time: the restart of the twin was not played; its records are in memory here and it has \
                          no connections that could break";
