//! The load itself: starts the workers, watches over them second by second, gathers what they leave.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::time::Duration;

use hdrhistogram::serialization::{Serializer, V2Serializer};
use songsinh_contract::{Act, Clock, Moment};
use songsinh_kernel::RealClock;
use songsinh_record::{
    Frame, InvalidReason, JourneyTotals, LagHistogram, ProcessUse, RecorderHandle, RunFooter, SecondStats, SmsTotals,
};
use songsinh_scenario::Plan;
use tokio::sync::mpsc;

use super::events::Events;
use super::threads::{self, Left, Shared};
use super::{Event, Setting, World};
use crate::casting::Casting;
use crate::closed::Crew;
use crate::error::RunError;
use crate::feed::{self, Feed};
use crate::lookups::Ledger;
use crate::progress::{Counts, Figures, Progress};
use crate::request::RunRequest;
use crate::roster::{Roster, Standing};
use crate::world::{Usage, WorldInfo, usage_of};

/// Batches of news that wait for a worker.
const NEWS_QUEUE: usize = 1_024;
/// Accepted requests for a code that no message followed, at which the offering stops.
const SILENT_CODES: u64 = 20;
/// How long a message may take from the target to the gateway before its request counts as silent, in seconds.
const SILENT_AFTER_S: usize = 10;
/// How often it is looked how the threads do.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const A_MOMENT: Duration = Duration::from_millis(1);
/// How long requests are looked at from then on, in seconds.
const SILENT_WINDOW_S: usize = 60;

/// Threads that play, and the ends by which they hear the gateway's news.
type Started = (Vec<JoinHandle<Result<Left, RunError>>>, Vec<mpsc::Sender<feed::Batch>>);

/// What making the load, or a round of what comes before it, needs.
pub(super) struct Load<'a> {
    request: &'a RunRequest,
    info: &'a WorldInfo,
    figures: &'a Figures,
    /// Where frames go: to the record once it is begun.
    pub(super) recorder: Option<RecorderHandle>,
    standings: Receiver<Vec<Standing>>,
    roster: Option<Roster>,
    ledger: Ledger,
    /// Who makes the load, if not the workers.
    crew: Option<&'a Arc<Crew>>,
    /// What is made.
    pub(super) act: Act,
    /// How long journeys begin.
    pub(super) length: Duration,
    /// How long they may take after that.
    pub(super) drain: Duration,
    /// How many people are to be prepared.
    pub(super) wanted: u64,
    /// What the preparation has left people with, since somebody took it.
    pub(super) heard: Vec<Standing>,
    /// What happens to the world.
    pub(super) events: Events,
    /// Questions asked before the load.
    pub(super) lookups: u64,
    before: Vec<(String, Usage)>,
    killed: Usage,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Ended {
    left: Vec<Left>,
    pub(super) invalid: Vec<InvalidReason>,
    pub(super) lookups: u64,
}

impl Ended {
    /// No load was made, for these reasons.
    pub(super) fn without_load(invalid: Vec<InvalidReason>) -> Self {
        Self { invalid, ..Self::default() }
    }
}

impl<'a> Load<'a> {
    pub(super) fn new(
        setting: &'a Setting<'_>,
        standings: Receiver<Vec<Standing>>,
        roster: Option<Roster>,
        ledger: Ledger,
    ) -> Self {
        Self {
            request: setting.request,
            info: &setting.info,
            figures: &setting.figures,
            recorder: None,
            standings,
            roster,
            ledger,
            crew: None,
            act: Act::Prepare,
            length: Duration::ZERO,
            drain: Duration::ZERO,
            wanted: 0,
            heard: Vec::new(),
            events: Events::of(&[], Moment(0)),
            lookups: 0,
            before: usages(&setting.info.pids),
            killed: Usage::default(),
        }
    }
    /// From now on the load itself is made: for so long, by this crew if there is one.
    pub(super) fn of_load(&mut self, length: Duration, drain: Duration, crew: Option<&'a Arc<Crew>>) {
        self.act = Act::Load;
        self.length = crew.map_or(length, |crew| crew.run_time());
        (self.drain, self.crew) = (drain, crew);
        self.before = usages(&self.info.pids);
    }
    /// Tells the roster whom the load takes that have an account already.
    pub(super) fn take_known(&mut self, run: &str, casting: &Casting) -> Result<(), RunError> {
        let Some(roster) = &mut self.roster else { return Ok(()) };
        let officials = casting.officials();
        let people = casting.states().keys().filter(|person| !officials.contains(person)).copied().collect();
        Ok(roster.take_known(run, people)?)
    }
    fn record(&self) -> Result<&RecorderHandle, RunError> {
        self.recorder.as_ref().ok_or_else(|| RunError::Internal("the record is not begun".to_owned()))
    }

    /// Makes the load and waits for its end.
    pub(super) async fn make(&mut self, shared: &Shared, world: &mut World, tell: &mut dyn FnMut(Event)) -> Ended {
        let mut ended = Ended::default();
        match self.make_all(shared, world, tell, &mut ended).await {
            Ok(()) => {}
            Err(error) => ended.invalid.push(reason_of(&error)),
        }
        self.events.undo(world, tell, &mut ended.invalid).await;
        if self.act == Act::Load {
            self.figures.load.stop();
        }
        ended
    }

    async fn make_all(
        &mut self,
        shared: &Shared,
        world: &mut World,
        tell: &mut dyn FnMut(Event),
        ended: &mut Ended,
    ) -> Result<(), RunError> {
        let feed = Feed::from_now(&self.info.sms_url).await?;
        let (threads, senders) = self.start_threads(shared, ended)?;
        let mut pump = tokio::spawn(feed.pump(senders));
        if self.act == Act::Load {
            let planned = shared.orders.plan.load().count() as u64;
            tell(Event::Begins { length: self.length, drain: self.drain, planned });
        }
        let mut watch = Watch::default();
        let mut broken = None;
        while threads.iter().any(|thread| !thread.is_finished()) {
            tokio::time::sleep(self.nap()).await;
            if let Some(used) = self.events.strike(world, tell, &mut ended.invalid).await {
                self.killed.cpu_s += used.cpu_s;
                self.killed.rss_mib = self.killed.rss_mib.max(used.rss_mib);
            }
            if let Some(what) = world.ended_part() {
                let crashed = InvalidReason::Crashed { what };
                if !ended.invalid.contains(&crashed) {
                    ended.invalid.push(crashed);
                }
                self.figures.load.interrupt();
            }
            if pump.is_finished() && threads.iter().any(|thread| !thread.is_finished()) {
                let what = match (&mut pump).await {
                    Ok(Err(error)) => error.to_string(),
                    _ => "the reader of the gateway's news ended".to_owned(),
                };
                ended.invalid.push(InvalidReason::Crashed { what });
                self.figures.load.interrupt();
                pump = tokio::spawn(std::future::pending());
            }
            // Only the first of such errors counts, and the workers are always waited for: the record is theirs too.
            if broken.is_none()
                && let Err(error) = self.each_second(shared, &mut watch, ended, tell)
            {
                give_up(&self.figures.load, ended, &error);
                broken = Some(error);
            }
        }
        pump.abort();
        for thread in threads {
            match thread.join() {
                Ok(Ok(left)) => ended.left.push(left),
                Ok(Err(error)) => ended.invalid.push(InvalidReason::Crashed { what: error.to_string() }),
                Err(_) => ended.invalid.push(InvalidReason::Crashed { what: "a worker panicked".to_owned() }),
            }
        }
        match broken {
            Some(_) => Ok(()),
            None => self.gather(ended).await,
        }
    }

    /// How long to wait until the next look: no longer than until something happens to the world.
    fn nap(&self) -> Duration {
        let due = self.events.agenda().next_due().map(|due| due.since(RealClock::new().now()));
        due.map_or(LOOK_EVERY, |due| due.clamp(A_MOMENT, LOOK_EVERY))
    }

    /// Starts the threads that play, and gives the ends by which they hear the gateway's news.
    fn start_threads(&self, shared: &Shared, ended: &mut Ended) -> Result<Started, RunError> {
        let workers = if self.crew.is_some() { 1 } else { self.request.workers.max(1) };
        let mut senders = Vec::with_capacity(workers);
        let mut threads = Vec::with_capacity(workers);
        for nth in 0..workers {
            let (sender, news) = mpsc::channel(NEWS_QUEUE);
            senders.push(sender);
            let (shared, recorder, drain) = (shared.clone(), self.record()?.clone(), self.drain);
            let started = match self.crew {
                Some(crew) => crew.start(shared, recorder, news, drain),
                None => threads::start(shared, recorder, news, (nth, workers), drain),
            };
            match started {
                Ok(thread) => threads.push(thread),
                Err(error) => {
                    give_up(&self.figures.load, ended, &error);
                    break;
                }
            }
        }
        Ok((threads, senders))
    }

    /// What is done once a second while the load goes on.
    fn each_second(
        &mut self,
        shared: &Shared,
        watch: &mut Watch,
        ended: &mut Ended,
        tell: &mut dyn FnMut(Event),
    ) -> Result<(), RunError> {
        let at = RealClock::new().now().since(shared.orders.origin);
        if at.as_secs() == watch.seconds {
            return Ok(());
        }
        let progress = self.figures.of(self.act);
        let counts = progress.counts();
        let second = watch.second_of(at.as_secs(), &counts);
        if self.act == Act::Load {
            tell(Event::Second { at, counts, recent: progress.take_recent() });
            let mut batch = self.record()?.spare();
            batch.second(second)?;
            self.record()?.send(batch)?;
        } else {
            tell(Event::Preparing { at, wanted: self.wanted, counts });
        }
        if let Some(requests) = watch.silent_codes()
            && !self.figures.load.is_stopped()
            && !self.events.has_struck()
        {
            ended.invalid.push(InvalidReason::NoSms { requests });
            self.figures.load.stop();
        }
        self.note_standings()?;
        Ok(())
    }

    fn note_standings(&mut self) -> Result<(), RunError> {
        let heard: Vec<Standing> = self.standings.try_iter().flatten().collect();
        if self.act == Act::Prepare {
            self.heard.extend(heard.iter().cloned());
        }
        if let Some(roster) = &mut self.roster
            && !heard.is_empty()
        {
            roster.note(heard)?;
        }
        Ok(())
    }

    /// What the processes used during the load; of a twin that was killed, all that did its work.
    fn processes(&self, world: &World) -> Vec<ProcessUse> {
        let now = usages(&world.info().pids).into_iter().zip(&self.before);
        now.map(|((name, now), (_, then))| {
            let killed = if name == "twin" { self.killed } else { Usage::default() };
            let cpu_s = (now.cpu_s + killed.cpu_s - then.cpu_s).max(0.0);
            ProcessUse { name, cpu_s, rss_mib: now.rss_mib.max(killed.rss_mib) }
        })
        .collect()
    }

    /// What is read once the load is over.
    async fn gather(&mut self, ended: &mut Ended) -> Result<(), RunError> {
        self.note_standings()?;
        loop {
            let events = self.ledger.read().await?;
            if events.is_empty() {
                return Ok(());
            }
            ended.lookups += events.len() as u64;
            let mut batch = self.record()?.spare();
            events.iter().try_for_each(|event| batch.lookup(event))?;
            self.record()?.send(batch)?;
        }
    }
}

/// Why a run is no good after an error in the middle of it.
fn reason_of(error: &RunError) -> InvalidReason {
    match error {
        RunError::Record(error) => InvalidReason::RecordUnwritten { why: error.to_string() },
        error => InvalidReason::Crashed { what: error.to_string() },
    }
}

/// Keeps why the run is no good, and asks the workers to end at once.
fn give_up(progress: &Progress, ended: &mut Ended, error: &RunError) {
    ended.invalid.push(reason_of(error));
    progress.interrupt();
}

/// What the last looks saw.
#[derive(Default)]
struct Watch {
    seconds: u64,
    last: Counts,
    /// Codes requested and seen, from the beginning, at each of the last looks, the oldest first.
    codes: VecDeque<(u64, u64)>,
}

impl Watch {
    fn second_of(&mut self, second: u64, counts: &Counts) -> SecondStats {
        let last = std::mem::replace(&mut self.last, *counts);
        self.seconds = second;
        self.codes.push_back((counts.codes_requested, counts.codes_seen));
        if self.codes.len() > SILENT_AFTER_S + SILENT_WINDOW_S + 1 {
            self.codes.pop_front();
        }
        counts.second_since(&last, second)
    }
    /// Codes requested some time ago that no message followed, when they are too many and most of those requested.
    ///
    /// Looked at are requests older than ten seconds and younger than seventy. Against them stands every code that was
    /// seen in these seventy seconds, so that a code counts for the target when in doubt. What came before is forgotten:
    /// a few lost messages a minute never add up, and a gateway that falls silent late is found as one that never spoke.
    fn silent_codes(&self) -> Option<u64> {
        let (requested, _) = *self.codes.get(self.codes.len().checked_sub(SILENT_AFTER_S + 1)?)?;
        let (_, seen) = *self.codes.back()?;
        // Before the window was ever full, it reaches back to the beginning.
        let full = self.codes.len() > SILENT_AFTER_S + SILENT_WINDOW_S;
        let (requested_before, seen_before) = if full { *self.codes.front()? } else { (0, 0) };
        let requested = requested - requested_before;
        let silent = requested.saturating_sub(seen - seen_before);
        (silent >= SILENT_CODES && silent * 2 > requested).then_some(silent)
    }
}

/// What every process of the run has used so far, the generator first.
pub(super) fn usages(pids: &[(String, u32)]) -> Vec<(String, Usage)> {
    let own = ("generator".to_owned(), std::process::id());
    std::iter::once(own).chain(pids.iter().cloned()).map(|(name, pid)| (name, usage_of(pid))).collect()
}

/// Writes the last frames and makes the footer.
pub(super) fn footer(load: &Load<'_>, world: &World, plan: &Plan, mut ended: Ended) -> Result<RunFooter, RunError> {
    let recorder = load.record()?;
    let mut batch = recorder.spare();
    for left in &ended.left {
        let mut v2 = Vec::new();
        if V2Serializer::new().serialize(&left.lag, &mut v2).is_ok() {
            // A frame that cannot be written is found again when the footer is.
            let _ = batch.frame(&Frame::Lag(LagHistogram { v2 }));
        }
        if let Some(why) = &left.failure {
            ended.invalid.push(InvalidReason::RecordUnwritten { why: why.clone() });
        }
    }
    for process in load.processes(world) {
        let _ = batch.frame(&Frame::Process(process));
    }
    if ended.left.iter().any(|left| !left.prompt) {
        let text = "workers ran at ordinary priority: on a busy host, journeys start up to some milliseconds late";
        let _ = batch.frame(&Frame::Note(text.into()));
    }
    let figures = load.figures;
    for (act, figures) in [("prepare, ", &figures.prepare), ("warm-up, ", &figures.warm_up), ("", &figures.load)] {
        for reason in figures.reasons() {
            let _ = batch.frame(&Frame::Note(format!("{act}{reason}").into()));
        }
    }
    let _ = recorder.send(batch);
    let counts = figures.load.counts();
    // A closed population takes as many journeys as it comes to; the plan only bounds them.
    let planned = load.crew.map_or(plan.load().count() as u64, |_| counts.offered);
    Ok(RunFooter {
        ended: RealClock::new().now(),
        interrupted: figures.load.is_interrupted() && ended.invalid.is_empty(),
        invalid: ended.invalid,
        journeys: totals(planned, &counts),
        prepared: totals_of(&figures.prepare),
        warm_up: totals_of(&figures.warm_up),
        events: load.events.agenda().marks(),
        sms: SmsTotals { accepted: counts.sms_accepted, delivered: counts.sms_delivered, lost: counts.sms_lost },
        lookups: load.lookups + ended.lookups,
        recorder_waits: recorder.stats().waits,
        ..RunFooter::default()
    })
}

/// The journeys of an act that no plan bounds.
pub(crate) fn totals_of(figures: &Progress) -> JourneyTotals {
    let counts = figures.counts();
    totals(counts.offered, &counts)
}

/// The journeys of a run, from its counters.
pub(crate) fn totals(planned: u64, counts: &Counts) -> JourneyTotals {
    JourneyTotals {
        planned,
        started: counts.started,
        abandoned: counts.abandoned,
        completed: counts.completed,
        gave_up: counts.gave_up,
        left: counts.left,
        failed: counts.failed,
        dirty: counts.dirty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the watch says at each second, when in every second `requested` codes are asked for and `seen` come.
    fn said(seconds: impl Iterator<Item = (u64, u64)>) -> Vec<Option<u64>> {
        let (mut watch, mut counts) = (Watch::default(), Counts::default());
        let at = |(second, (requested, seen)): (usize, (u64, u64))| {
            counts.codes_requested += requested;
            counts.codes_seen += seen;
            watch.second_of(second as u64, &counts);
            watch.silent_codes()
        };
        seconds.enumerate().map(at).collect()
    }

    #[test]
    fn a_gateway_that_never_speaks_is_found_after_ten_seconds() {
        let said = said(std::iter::repeat_n((20, 0), 12));
        assert_eq!(said[..10], [None; 10]);
        assert_eq!(said[10], Some(20));
    }

    #[test]
    fn few_lost_messages_never_add_up_and_a_load_that_ends_is_no_silence() {
        assert_eq!(said((0..3_000).map(|second| (10, 10 - u64::from(second % 5 == 0)))), [None; 3_000]);
        assert_eq!(said((0..200).map(|second| if second < 20 { (100, 100) } else { (0, 0) })), [None; 200]);
    }

    #[test]
    fn a_gateway_that_falls_silent_late_is_found() {
        let said = said((0..400).map(|second| if second < 300 { (10, 10) } else { (10, 0) }));
        assert_eq!(said[..330], [None; 330]);
        assert!(said[350].is_some(), "{:?}", &said[330..]);
    }
}
