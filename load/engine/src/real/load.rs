//! The load itself: starts the workers, watches over them second by second, gathers what they leave.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use hdrhistogram::serialization::{Serializer, V2Serializer};
use songsinh_contract::Clock;
use songsinh_kernel::RealClock;
use songsinh_record::{
    Frame, InvalidReason, JourneyTotals, LagHistogram, ProcessUse, RecorderHandle, RunFooter, SecondStats, SmsTotals,
};
use tokio::sync::mpsc;

use super::threads::{self, Left, Shared};
use super::{Event, World};
use crate::closed::Crew;
use crate::error::RunError;
use crate::feed::Feed;
use crate::lookups::Ledger;
use crate::progress::Counts;
use crate::request::RunRequest;
use crate::roster::{Roster, Standing};
use crate::world::{Usage, WorldInfo, usage_of};

/// Batches of news that wait for a worker.
const NEWS_QUEUE: usize = 1_024;
/// Accepted requests for a code that no message followed, at which the offering stops.
const SILENT_CODES: u64 = 20;
/// How long a message may take from the target to the gateway before its request counts as silent, in seconds.
const SILENT_AFTER_S: usize = 10;

/// What making the load needs.
pub(super) struct Load<'a> {
    pub(super) request: &'a RunRequest,
    pub(super) info: &'a WorldInfo,
    pub(super) recorder: RecorderHandle,
    pub(super) standings: Receiver<Vec<Standing>>,
    pub(super) roster: Option<Roster>,
    pub(super) ledger: Ledger,
    /// Who makes the load, if not the workers.
    pub(super) crew: Option<&'a Arc<Crew>>,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Ended {
    left: Vec<Left>,
    invalid: Vec<InvalidReason>,
    lookups: u64,
}

impl Load<'_> {
    /// Makes the load and waits for its end.
    pub(super) async fn make(&mut self, shared: &Shared, world: &mut World, tell: &mut dyn FnMut(Event)) -> Ended {
        let mut ended = Ended::default();
        match self.make_all(shared, world, tell, &mut ended).await {
            Ok(()) => {}
            Err(error) => ended.invalid.push(InvalidReason::Crashed { what: error.to_string() }),
        }
        shared.orders.progress.stop();
        ended
    }

    async fn make_all(
        &mut self,
        shared: &Shared,
        world: &mut World,
        tell: &mut dyn FnMut(Event),
        ended: &mut Ended,
    ) -> Result<(), RunError> {
        let workers = if self.crew.is_some() { 1 } else { self.request.workers.max(1) };
        let feed = Feed::from_now(&self.info.sms_url).await?;
        let mut senders = Vec::with_capacity(workers);
        let mut threads = Vec::with_capacity(workers);
        for nth in 0..workers {
            let (sender, news) = mpsc::channel(NEWS_QUEUE);
            senders.push(sender);
            let (shared, recorder, drain) = (shared.clone(), self.recorder.clone(), self.request.scenario.drain);
            threads.push(match self.crew {
                Some(crew) => crew.start(shared, recorder, news, drain)?,
                None => threads::start(shared, recorder, news, (nth, workers), drain)?,
            });
        }
        let mut pump = tokio::spawn(feed.pump(senders));
        let length = self.crew.map_or(self.request.scenario.length(), |crew| crew.run_time());
        tell(Event::Begins { length, planned: shared.orders.plan.arrivals.len() as u64 });
        let mut watch = Watch::default();
        while threads.iter().any(|thread| !thread.is_finished()) {
            tokio::time::sleep(Duration::from_millis(200)).await;
            if let Some(what) = world.ended_part() {
                ended.invalid.push(InvalidReason::Crashed { what });
                shared.orders.progress.interrupt();
            }
            if pump.is_finished() && threads.iter().any(|thread| !thread.is_finished()) {
                let what = match (&mut pump).await {
                    Ok(Err(error)) => error.to_string(),
                    _ => "the reader of the gateway's news ended".to_owned(),
                };
                ended.invalid.push(InvalidReason::Crashed { what });
                shared.orders.progress.interrupt();
                pump = tokio::spawn(std::future::pending());
            }
            self.each_second(shared, &mut watch, ended, tell).await?;
        }
        pump.abort();
        for thread in threads {
            match thread.join() {
                Ok(Ok(left)) => ended.left.push(left),
                Ok(Err(error)) => ended.invalid.push(InvalidReason::Crashed { what: error.to_string() }),
                Err(_) => ended.invalid.push(InvalidReason::Crashed { what: "a worker panicked".to_owned() }),
            }
        }
        self.gather(ended).await
    }

    /// What is done once a second while the load goes on.
    async fn each_second(
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
        let progress = &shared.orders.progress;
        let counts = progress.counts();
        tell(Event::Second { at, counts, recent: progress.take_recent() });
        let mut batch = self.recorder.spare();
        batch.second(watch.second_of(at.as_secs(), &counts))?;
        self.recorder.send(batch)?;
        if let Some(requests) = watch.silent_codes(&counts)
            && !progress.is_stopped()
        {
            ended.invalid.push(InvalidReason::NoSms { requests });
            progress.stop();
        }
        self.note_standings()?;
        Ok(())
    }

    fn note_standings(&mut self) -> Result<(), RunError> {
        let heard: Vec<Standing> = self.standings.try_iter().flatten().collect();
        if let Some(roster) = &mut self.roster
            && !heard.is_empty()
        {
            roster.note(heard)?;
        }
        Ok(())
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
            let mut batch = self.recorder.spare();
            events.iter().try_for_each(|event| batch.lookup(event))?;
            self.recorder.send(batch)?;
        }
    }
}

/// What the last look saw.
#[derive(Default)]
struct Watch {
    seconds: u64,
    last: Counts,
    requested: Vec<u64>,
}

impl Watch {
    fn second_of(&mut self, second: u64, counts: &Counts) -> SecondStats {
        let last = std::mem::replace(&mut self.last, *counts);
        self.seconds = second;
        self.requested.push(counts.codes_requested);
        let ended = |counts: &Counts| counts.completed + counts.gave_up + counts.failed + counts.left;
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        SecondStats {
            second: small(second),
            offered: small(counts.offered - last.offered),
            started: small(counts.started - last.started),
            ended: small(ended(counts) - ended(&last)),
            requests: small(counts.requests - last.requests),
            in_flight: small(counts.started.saturating_sub(ended(counts))),
            sms_in_flight: small(counts.sms_accepted.saturating_sub(counts.sms_delivered + counts.sms_lost)),
            violations: small(counts.violations),
        }
    }
    /// Codes requested some time ago that no message followed, when they are too many.
    fn silent_codes(&self, counts: &Counts) -> Option<u64> {
        let then = self.requested.len().checked_sub(SILENT_AFTER_S + 1)?;
        let silent = self.requested[then].saturating_sub(counts.codes_seen);
        (silent >= SILENT_CODES).then_some(silent)
    }
}

/// What every process of the run has used so far, the generator first.
pub(super) fn usages(info: &WorldInfo) -> Vec<(String, Usage)> {
    let own = ("generator".to_owned(), std::process::id());
    std::iter::once(own).chain(info.pids.iter().cloned()).map(|(name, pid)| (name, usage_of(pid))).collect()
}

/// Writes the last frames and makes the footer.
pub(super) fn footer(load: &Load<'_>, shared: &Shared, before: &[(String, Usage)], mut ended: Ended) -> RunFooter {
    let mut batch = load.recorder.spare();
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
    for ((name, now), (_, then)) in usages(load.info).into_iter().zip(before) {
        let cpu_s = (now.cpu_s - then.cpu_s).max(0.0);
        let _ = batch.frame(&Frame::Process(ProcessUse { name, cpu_s, rss_mib: now.rss_mib }));
    }
    let progress = &shared.orders.progress;
    if ended.left.iter().any(|left| !left.prompt) {
        let text = "workers ran at ordinary priority: on a busy host, journeys start up to some milliseconds late";
        let _ = batch.frame(&Frame::Note(text.into()));
    }
    for reason in progress.reasons() {
        let _ = batch.frame(&Frame::Note(reason.into()));
    }
    let _ = load.recorder.send(batch);
    let counts = progress.counts();
    // A closed population takes as many journeys as it comes to; the plan only bounds them.
    let planned = load.crew.map_or(shared.orders.plan.arrivals.len() as u64, |_| counts.offered);
    RunFooter {
        ended: RealClock::new().now(),
        interrupted: progress.is_interrupted() && ended.invalid.is_empty(),
        invalid: ended.invalid,
        journeys: totals(planned, &counts),
        sms: SmsTotals { accepted: counts.sms_accepted, delivered: counts.sms_delivered, lost: counts.sms_lost },
        lookups: ended.lookups,
        recorder_waits: load.recorder.stats().waits,
        ..RunFooter::default()
    }
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
