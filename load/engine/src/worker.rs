//! A worker: offers the journeys of its shards at their intended times and plays them to the end.
//!
//! The same worker runs on a Tokio runtime with a timer of its own and on the virtual-time executor. Invariants: an
//! arrival is started, or counted as abandoned with the reason; a journey's latency counts from the time at which it
//! was due, never from when the worker found the time; everything that meets, meets on one worker.
//!
//! ```text
//!  due        started                    ended     closed
//! --|------------|--- calls, messages ------|----------|---> the run's clock
//!    <-- lag --->                            <-linger-> late messages still belong to the cell
//! ```

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use hdrhistogram::Histogram;
use songsinh_contract::{
    Act, ArrivalId, CellFacts, CellId, Chance, Clock, MemberRole, Moment, Prior, Purpose, Rulebook,
};
use songsinh_journey::{Cast, Ending, Play, Story, play_story};
use songsinh_kernel::{Either, Notify, Spawner, VirtualClock, race};
use songsinh_record::{AbandonReason, Abandoned, JourneyEnded};
use songsinh_scenario::{Edges, Journey, Patience, Plan, Planned, Script};
use songsinh_target::Target;

use crate::board::{Board, Sink};
use crate::casting::{Casting, Known, People};
use crate::progress::{Figures, Progress};
use crate::roster::Standing;
use crate::stage::CellStage;

/// What starts tasks on the worker's thread.
pub trait Spawn: Clone + 'static {
    /// Starts a task.
    fn spawn(&self, task: impl Future<Output = ()> + 'static);
}

impl Spawn for Spawner {
    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        Self::spawn(self, task);
    }
}

/// Tasks on the current Tokio `LocalSet`.
#[derive(Debug, Clone, Copy)]
pub struct LocalTasks;

impl Spawn for LocalTasks {
    fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        tokio::task::spawn_local(task);
    }
}

/// What wakes the worker when an arrival is due.
pub trait Pace {
    /// Waits until `due` and gives the time at which it woke.
    fn wait_until(&mut self, due: Moment) -> impl Future<Output = Moment>;
}

impl Pace for songsinh_kernel::Pacer {
    async fn wait_until(&mut self, due: Moment) -> Moment {
        match Self::wait_until(self, due).await {
            Ok(now) => now,
            Err(_) => {
                // The host took the timer away: the runtime's own, coarser one remains, and the lag shows it.
                let clock = songsinh_kernel::RealClock::new();
                clock.sleep_until(due).await;
                clock.now()
            }
        }
    }
}

impl Pace for songsinh_kernel::ThreadClock {
    async fn wait_until(&mut self, due: Moment) -> Moment {
        self.sleep_until(due).await;
        self.now()
    }
}

impl Pace for VirtualClock {
    async fn wait_until(&mut self, due: Moment) -> Moment {
        self.sleep_until(due).await;
        self.now()
    }
}

/// What every worker of a run shares.
pub struct Orders {
    /// Who arrives when.
    pub plan: Arc<Plan>,
    /// Who plays what.
    pub casting: Arc<Casting>,
    /// Where people come from.
    pub people: People,
    /// The numbers that people aim at.
    pub book: Arc<Rulebook>,
    /// How long people wait.
    pub patience: Patience,
    /// The run's seed.
    pub seed: u64,
    /// When the first arrival could be due.
    pub origin: Moment,
    /// What is known of people's accounts before.
    pub prior: Prior,
    /// Journeys in flight on one worker.
    pub most_in_flight: usize,
    /// How long a cell stays open behind its journey, for late messages.
    pub linger: Duration,
    /// How often a waiting worker looks whether it shall stop.
    pub look_up_every: Duration,
    /// The accounts that people are known to have when their story begins.
    pub known: Arc<Known>,
    /// How long after it was made a QR is scanned, by the lines of the mix.
    pub scan_after: Arc<Vec<ScanAfter>>,
    /// How stories aim at edges of the rulebook, by the lines of the mix.
    pub edges: Arc<Vec<Edges>>,
    /// The stories told step by step, by the lines of the mix.
    pub scripts: Arc<Vec<Option<Arc<Script>>>>,
    /// Live figures.
    pub(crate) figures: Figures,
    /// Where it is heard what people have at the target.
    pub standings: Option<Sender<Vec<Standing>>>,
}

/// Spans between the making of a QR and its scan, one of which is drawn; empty: as the story has it.
pub type ScanAfter = Vec<RangeInclusive<Duration>>;

impl Orders {
    fn script_of(&self, planned: &Planned) -> Option<Arc<Script>> {
        let script = || self.scripts.get(usize::from(planned.entry)).cloned().flatten();
        (planned.act != Act::Prepare).then(script).flatten()
    }
    /// The facts about a cell that is about to be opened.
    pub(crate) fn facts(&self, planned: &Planned, cell: CellId, cast: &Cast) -> CellFacts {
        let facts = facts_of(planned, cell, cast, &self.prior);
        match self.script_of(planned) {
            Some(_) => CellFacts { journey: SCRIPT.into(), ..facts },
            None => facts,
        }
    }
    /// What a story has left its people with. After a script it is only known that they have an account.
    pub(crate) fn left_with(&self, cast: &Cast, planned: &Planned, ending: &Ending) -> Vec<Standing> {
        let standings = left_with(cast, planned, ending).into_iter();
        let is_script = self.script_of(planned).is_some();
        standings.map(|one| if is_script { Standing { account: None, ..one } } else { one }).collect()
    }
    /// The story of an arrival. Whoever is only being prepared has a QR scanned at once.
    pub(crate) fn story(&self, planned: &Planned) -> Story {
        let scan_after = match planned.act {
            Act::Prepare => vec![AT_ONCE],
            Act::WarmUp | Act::Load => self.scan_after.get(usize::from(planned.entry)).cloned().unwrap_or_default(),
        };
        let edges = self.edges.get(usize::from(planned.entry)).cloned().unwrap_or_default();
        let script = self.script_of(planned);
        Story { scan_after, edges, script, ..Story::new(planned.journey, planned.twist) }
    }
}

/// The journey that stands in the facts of a cell whose story is a script.
const SCRIPT: &str = "script";
/// When a QR is scanned that is made to prepare somebody.
const AT_ONCE: RangeInclusive<Duration> = Duration::from_millis(200)..=Duration::from_millis(800);

/// One worker.
pub struct Worker<T, C, K: Sink, S> {
    orders: Arc<Orders>,
    target: Rc<T>,
    clock: C,
    board: Rc<Board<K>>,
    spawn: S,
    in_flight: Cell<usize>,
    lingering: Cell<usize>,
    idle: Notify,
    cutting: Notify,
    is_cut: Cell<bool>,
    lag: RefCell<Histogram<u32>>,
    reserve: Cell<usize>,
    share: (usize, usize),
}

impl<T, C, K, S> Worker<T, C, K, S>
where
    T: Target + 'static,
    C: Clock,
    K: Sink + 'static,
    S: Spawn,
{
    /// The `share.0`-th of `share.1` workers.
    ///
    /// # Errors
    /// Never in practice: when no histogram can be made.
    pub fn new(
        orders: Arc<Orders>,
        target: Rc<T>,
        clock: C,
        board: Rc<Board<K>>,
        spawn: S,
        share: (usize, usize),
    ) -> Result<Rc<Self>, hdrhistogram::CreationError> {
        Ok(Rc::new(Self {
            orders,
            target,
            clock,
            board,
            spawn,
            in_flight: Cell::new(0),
            lingering: Cell::new(0),
            idle: Notify::new(),
            cutting: Notify::new(),
            is_cut: Cell::new(false),
            lag: RefCell::new(Histogram::new_with_bounds(1, 600_000_000_000, 3)?),
            reserve: Cell::new(0),
            share,
        }))
    }

    /// Whether an arrival belongs to this worker.
    fn owns(&self, planned: &Planned) -> bool {
        self.orders
            .casting
            .shard_of(planned.id)
            .is_some_and(|shard| usize::from(shard.0) % self.share.1 == self.share.0)
    }

    /// Offers every arrival of this worker's shards at its time; returns when the last one was offered.
    pub async fn offer(self: &Rc<Self>, mut pace: impl Pace) {
        let progress = &self.orders.figures.load;
        for planned in &self.orders.plan.arrivals {
            if !self.owns(planned) {
                continue;
            }
            let due = self.orders.origin + planned.at;
            // A stop must not wait for the next arrival of a slow phase.
            while !progress.is_stopped() {
                let now = pace.wait_until(due.min(self.clock.now() + self.orders.look_up_every)).await;
                if now < due {
                    continue;
                }
                if planned.act == Act::Load {
                    let lag_ns = now.since(due).as_nanos();
                    self.lag.borrow_mut().saturating_record(u64::try_from(lag_ns).unwrap_or(u64::MAX).max(1));
                }
                break;
            }
            Progress::add(&self.figures(planned).offered);
            self.start(planned, due);
        }
    }

    fn figures(&self, planned: &Planned) -> &Progress {
        self.orders.figures.of(planned.act)
    }

    fn start(self: &Rc<Self>, planned: &Planned, due: Moment) {
        let orders = &self.orders;
        let why = if orders.figures.load.is_stopped() {
            Some(AbandonReason::OfferingStopped)
        } else if self.in_flight.get() >= orders.most_in_flight {
            Some(AbandonReason::TooManyInFlight)
        } else {
            None
        };
        let cast = orders.casting.cast(planned.id);
        let why = why.or(cast.is_none().then_some(AbandonReason::NobodyLeft));
        if let Some(why) = why {
            Progress::add(&self.figures(planned).abandoned);
            self.board.abandoned(Abandoned { arrival: planned.id, at: self.clock.now(), why });
            return;
        }
        self.in_flight.set(self.in_flight.get() + 1);
        Progress::add(&self.figures(planned).started);
        let (worker, planned) = (Rc::clone(self), *planned);
        self.spawn.spawn(async move {
            worker.play(&planned, due).await;
            worker.in_flight.set(worker.in_flight.get() - 1);
            worker.idle.ring();
        });
    }

    /// Plays an arrival's story; a person whom the target knows already is replaced, twice at the most.
    async fn play(self: &Rc<Self>, planned: &Planned, mut due: Moment) {
        let Some(mut roles) = self.orders.casting.cast(planned.id).cloned() else { return };
        let figures = self.figures(planned);
        for attempt in 0..=MOST_REPLACEMENTS {
            let cell = CellId(planned.id.0 | attempt << 48);
            let ending = self.play_cell(planned, cell, &roles, due).await;
            match ending {
                Ending::Completed => Progress::add(&figures.completed),
                Ending::GaveUp(_) => Progress::add(&figures.gave_up),
                Ending::Failed(_) => Progress::add(&figures.failed),
                Ending::Dirty => {
                    Progress::add(&figures.dirty);
                    if attempt < MOST_REPLACEMENTS
                        && let Some(next) = self.replacement(planned.id)
                    {
                        roles.main = next;
                        due = self.clock.now();
                        continue;
                    }
                    Progress::add(&figures.failed);
                }
                Ending::Left => Progress::add(&figures.left),
            }
            return;
        }
    }

    fn replacement(&self, arrival: ArrivalId) -> Option<songsinh_contract::CitizenIndex> {
        let taken = self.reserve.get();
        self.reserve.set(taken + 1);
        self.orders.casting.reserve(arrival, taken * self.share.1 + self.share.0)
    }

    pub(crate) async fn play_cell(
        self: &Rc<Self>,
        planned: &Planned,
        cell: CellId,
        roles: &crate::casting::Roles,
        due: Moment,
    ) -> Ending {
        let orders = &self.orders;
        let chance = Chance::new(orders.seed, STORY, cell.0);
        let mut cast = orders.people.cast(roles, &orders.known);
        let facts = orders.facts(planned, cell, &cast);
        self.board.open(facts);
        let stage = CellStage::new(
            Rc::clone(&self.target),
            self.clock.clone(),
            Rc::clone(&self.board),
            cell,
            planned.id,
            orders.seed,
        );
        let play = Play::new(&stage, &orders.book, &orders.patience, chance, due);
        // A story that is cut off is dropped, and with it the calls that it waits for: their answers count as lost.
        let story = orders.story(planned);
        let ending = match race(play_story(play, &mut cast, &story), self.cut()).await {
            Either::Left(ending) => ending,
            Either::Right(()) => Ending::Left,
        };
        let word = word_of(&ending, planned, self.figures(planned));
        self.board.ended(JourneyEnded { arrival: planned.id, cell, at: self.clock.now(), ending: word });
        self.tell(self.orders.left_with(&cast, planned, &ending));
        self.linger(cell);
        ending
    }

    /// Keeps a cell open for late messages, then closes it.
    fn linger(self: &Rc<Self>, cell: CellId) {
        self.lingering.set(self.lingering.get() + 1);
        let worker = Rc::clone(self);
        self.spawn.spawn(async move {
            worker.clock.sleep(worker.orders.linger).await;
            worker.board.close(cell);
            worker.lingering.set(worker.lingering.get() - 1);
            worker.idle.ring();
        });
    }

    /// Ends when no story may go on.
    async fn cut(&self) {
        while !self.is_cut.get() {
            self.cutting.notified().await;
        }
    }

    /// Waits until no journey is in flight and no cell lingers, or until `deadline`; then cuts off what is still under
    /// way and closes what is left.
    pub async fn drain(&self, deadline: Moment) {
        let busy = || self.in_flight.get() > 0 || self.lingering.get() > 0;
        while busy() && self.clock.now() < deadline && !self.orders.figures.load.is_interrupted() {
            let look_up = deadline.min(self.clock.now() + self.orders.look_up_every);
            race(self.idle.notified(), self.clock.sleep_until(look_up)).await;
        }
        self.is_cut.set(true);
        self.cutting.ring();
        while self.in_flight.get() > 0 {
            self.idle.notified().await;
        }
        self.board.close_all();
    }
    fn tell(&self, standings: Vec<Standing>) {
        if let Some(roster) = &self.orders.standings
            && !standings.is_empty()
        {
            // The roster's end is gone only when the run is over.
            let _ = roster.send(standings);
        }
    }

    /// Journeys in flight.
    pub fn in_flight(&self) -> usize {
        self.in_flight.get()
    }
    /// How late journeys started, in nanoseconds.
    pub fn take_lag(&self) -> Histogram<u32> {
        self.lag.borrow().clone()
    }
}

/// What a story draws.
pub(crate) const STORY: Purpose = Purpose::named("story");
/// How often a person whom the target knows already is replaced.
pub(crate) const MOST_REPLACEMENTS: u64 = 2;
/// How often a waiting worker looks whether it shall stop.
pub(crate) const LOOK_UP_EVERY: Duration = Duration::from_millis(250);

/// The record's word for how a journey ended; the reason of one that did not come to its end is counted.
pub(crate) fn word_of(ending: &Ending, planned: &Planned, progress: &Progress) -> songsinh_record::Ending {
    match ending {
        Ending::Completed => songsinh_record::Ending::Completed,
        Ending::GaveUp(why) => {
            progress.unfinished(&label(planned), &format!("gave up, {why}"));
            songsinh_record::Ending::GaveUp
        }
        Ending::Failed(step) => {
            progress.unfinished(&label(planned), &format!("did not get beyond: {step}"));
            songsinh_record::Ending::Failed
        }
        Ending::Dirty => songsinh_record::Ending::Dirty,
        Ending::Left => songsinh_record::Ending::Left,
    }
}

fn label(planned: &Planned) -> String {
    planned.twist.map_or_else(|| planned.journey.to_string(), |twist| format!("{} {twist}", planned.journey))
}

/// What a story has left its people with. Certain is only what an honest story that came to its end says of those who
/// have a phone of their own; of all others with an account it is only known that they have one.
fn left_with(cast: &Cast, planned: &Planned, ending: &Ending) -> Vec<Standing> {
    let is_told = *ending == Ending::Completed && planned.twist.is_none() && leaves_all_told(planned.journey);
    std::iter::once(&cast.main)
        .chain(&cast.others)
        .filter(|actor| matches!(actor.role, MemberRole::Citizen | MemberRole::Relative))
        .filter_map(|actor| {
            let account = actor.standing.as_ref()?;
            let has_own_phone = actor.person.phone.is_some_and(|phone| !phone.shared && phone.number == account.phone);
            let is_certain = is_told && has_own_phone && actor.waiting.is_none();
            Some(Standing {
                person: actor.index(),
                level: account.level,
                active: account.bound.is_some(),
                account: is_certain.then(|| Box::new(account.clone())),
            })
        })
        .collect()
}

/// Whether an account after that journey is told whole by a standing: login by fingerprint and a second application
/// that is not yet activated are not; nor is what becomes of the QR switch when the phone changes, which is the
/// target's affair.
fn leaves_all_told(journey: Journey) -> bool {
    !matches!(journey, Journey::PersonalPage | Journey::Level2 | Journey::MoveDevice | Journey::ReleaseDevice)
}

/// The facts about a cell that is about to be opened.
fn facts_of(planned: &Planned, cell: CellId, cast: &Cast, prior: &Prior) -> CellFacts {
    use songsinh_contract::Member;
    let member = |actor: &songsinh_journey::Actor| Member {
        role: actor.role,
        person: actor.person.clone(),
        devices: vec![actor.phone.device, actor.spare.device],
        prior: actor.standing.clone().map_or_else(|| prior.clone(), |standing| Prior::Standing(Box::new(standing))),
        holdings: actor.holdings.clone(),
    };
    let members: Vec<Member> = std::iter::once(&cast.main).chain(&cast.others).map(member).collect();
    // Officers, and officials who were prepared, serve several stories at a time: their phones belong to none.
    let serves = |actor: &songsinh_journey::Actor| match actor.role {
        MemberRole::Officer => true,
        MemberRole::Official => actor.standing.is_some(),
        _ => false,
    };
    let mut phones: Vec<_> = std::iter::once(&cast.main)
        .chain(&cast.others)
        .filter(|actor| !serves(actor))
        .flat_map(|actor| [actor.phone.number, actor.spare.number])
        .collect();
    phones.sort_unstable();
    phones.dedup();
    CellFacts {
        cell,
        arrival: planned.id,
        journey: planned.journey.as_str().into(),
        twist: planned.twist.map(|twist| twist.as_str().into()),
        act: planned.act,
        members,
        phones,
    }
}
