//! A run in virtual time: the whole world in this process, on one thread.
//!
//! The same worker, board and journeys as in real time, on the virtual-time executor. Invariant: the record depends on
//! scenario, seeds and misbehaviours alone; two runs of one command leave the same bytes.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hdrhistogram::serialization::{Serializer, V2Serializer};
use songsinh_contract::{Clock, Moment, Prior, UnixMillis};
use songsinh_kernel::{Kernel, VirtualClock};
use songsinh_national::{ApprovalPlan, Misbehaviours, TwinConfig};
use songsinh_phone::{KeyKind, Keys, Patterns};
use songsinh_population::service::{Lag, Register};
use songsinh_record::{Batch, Frame, InvalidReason, LagHistogram, Mode, RecordError, RunFooter, SmsTotals, Writer};
use songsinh_scenario::{Plan, SmsProfile};
use songsinh_sms::{Delivery, NetworkConfig, Profile};
use songsinh_target::{InProcessTarget, Latency, VirtualConfig, VirtualWorld};

use crate::board::{Board, Sink};
use crate::casting::{Casting, People, population};
use crate::error::RunError;
use crate::progress::{Counts, Progress};
use crate::real::{Event, Finished, totals};
use crate::request::{LINGER, RunRequest, Start};
use crate::worker::{Orders, Worker};

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
    let population = population(request.population_seed, request.people)?;
    let (book, places) = (request.rulebook(), BTreeMap::new());
    let casting = Arc::new(Casting::of(plan, &request.scenario, &book, &population, &places, "none")?);
    let start_unix = morning_of(request.scenario.day);
    let mut kernel = Kernel::new(start_unix);
    let clock = kernel.clock();
    let origin = clock.now() + Duration::from_secs(1);
    let register = Register { population: Arc::clone(&population), day: request.scenario.day };
    let world =
        VirtualWorld::start(&kernel.spawner(), clock.clone(), config(request, register)?, request.population_seed)?;
    let start = Start {
        origin,
        unix: start_unix,
        population_seed: request.population_seed,
        people: request.people,
        prior: Prior::None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let header = request.header(plan, Mode::Virtual, "in this process".to_owned(), start);
    let path = request.out.join("record.songsinh");
    let sink = Rc::new(File { writer: RefCell::new(Some(Writer::create(&path, &header)?)) });
    let orders = Arc::new(Orders {
        plan: Arc::clone(plan),
        casting,
        people: People {
            population,
            day: request.scenario.day,
            keys: Keys { seed: request.population_seed, kind: KeyKind::Mac },
        },
        book: Arc::new(request.rulebook()),
        patience: request.scenario.patience.clone(),
        seed: request.seed,
        origin,
        prior: Prior::None,
        most_in_flight: usize::MAX,
        linger: LINGER,
        progress: Arc::clone(progress),
        standings: None,
    });
    let patterns = Arc::new(Patterns::twin().map_err(|error| RunError::Internal(error.to_string()))?);
    let board = Board::new(Rc::clone(&sink), patterns, request.judge(origin), Arc::clone(progress));
    let target = Rc::new(InProcessTarget::new(Rc::clone(&world)));
    let worker = Worker::new(orders, target, clock.clone(), Rc::clone(&board), kernel.spawner(), (0, 1))
        .map_err(|error| RunError::Internal(error.to_string()))?;

    tell(Event::Begins { length: request.scenario.length(), planned: plan.arrivals.len() as u64 });
    let news = News::of(&world);
    let over = Rc::new(Cell::new(false));
    let spawner = kernel.spawner();
    spawner.spawn(pump(Rc::clone(&world), Rc::clone(&board), Rc::clone(&news), Rc::clone(&over)));
    spawner.spawn(seconds(clock.clone(), origin, Arc::clone(progress), Rc::clone(&sink), Rc::clone(&over)));
    let drain = request.scenario.drain;
    let ended = kernel.block_on(async {
        worker.offer(clock.clone()).await;
        worker.drain(clock.now() + drain).await;
        over.set(true);
        world.stop();
        clock.now()
    });
    let mut invalid = Vec::new();
    let ended = ended.unwrap_or_else(|error| {
        invalid.push(InvalidReason::Crashed { what: error.to_string() });
        clock.now()
    });
    if let Some(error) = board.failure() {
        invalid.push(InvalidReason::RecordUnwritten { why: error.to_string() });
    }
    let footer = last_frames(&sink, &world, &worker, ended, invalid, progress, plan)?;
    let interrupted = footer.interrupted;
    if let Some(writer) = sink.writer.borrow_mut().take() {
        writer.finish(footer)?;
    }
    Ok(Finished { record: path, interrupted })
}

/// 08:00 in Viet Nam on a day.
fn morning_of(day: jiff::civil::Date) -> UnixMillis {
    let days = day.duration_since(jiff::civil::Date::constant(1970, 1, 1)).as_hours() / 24;
    UnixMillis(days * 86_400_000 + 3_600_000)
}

fn config(request: &RunRequest, register: Register) -> Result<VirtualConfig, RunError> {
    let scenario = &request.scenario;
    let misbehaviours = Misbehaviours::parse(request.misbehaviours.iter().map(String::as_str))
        .map_err(|error| RunError::Internal(error.to_string()))?;
    let small = |span: Duration| u32::try_from(span.as_millis()).unwrap_or(u32::MAX);
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
            seed: Some(request.seed),
            ..TwinConfig::new("http://127.0.0.1:1", "http://127.0.0.1:1", scenario.day)
        },
        register,
        lag: Lag {
            delay_min_ms: small(scenario.population.delay.from),
            delay_max_ms: small(scenario.population.delay.to),
            failure_share: scenario.population.failures.fraction(),
        },
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

fn last_frames<T, C, S>(
    sink: &Rc<File>,
    world: &VirtualWorld,
    worker: &Worker<T, C, Rc<File>, S>,
    ended: Moment,
    invalid: Vec<InvalidReason>,
    progress: &Progress,
    plan: &Plan,
) -> Result<RunFooter, RunError>
where
    T: songsinh_target::Target + 'static,
    C: Clock,
    S: crate::worker::Spawn,
{
    let mut lookups = 0;
    loop {
        let events = world.lookups_after(lookups, PAGE);
        let Some(last) = events.last() else { break };
        lookups = last.id;
        let mut batch = sink.spare();
        events.iter().try_for_each(|event| batch.lookup(event))?;
        sink.put(batch)?;
    }
    let mut v2 = Vec::new();
    if V2Serializer::new().serialize(&worker.take_lag(), &mut v2).is_ok() {
        let mut batch = sink.spare();
        batch.frame(&Frame::Lag(LagHistogram { v2 }))?;
        sink.put(batch)?;
    }
    let mut batch = sink.spare();
    for reason in progress.reasons() {
        batch.frame(&Frame::Note(reason.into()))?;
    }
    sink.put(batch)?;
    let sms = world.sms_counts();
    Ok(RunFooter {
        ended,
        interrupted: progress.is_interrupted(),
        invalid,
        journeys: totals(plan.arrivals.len() as u64, &progress.counts()),
        sms: SmsTotals { accepted: sms.accepted, delivered: sms.delivered, lost: sms.lost },
        lookups,
        ..RunFooter::default()
    })
}
