//! The load itself: starts the workers, watches over them second by second, gathers what they leave.

use std::collections::VecDeque;
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
use crate::progress::{Counts, Progress};
use crate::request::RunRequest;
use crate::roster::{Roster, Standing};
use crate::world::{Usage, WorldInfo, usage_of};

/// Batches of news that wait for a worker.
const NEWS_QUEUE: usize = 1_024;
/// Accepted requests for a code that no message followed, at which the offering stops.
const SILENT_CODES: u64 = 20;
/// How long a message may take from the target to the gateway before its request counts as silent, in seconds.
const SILENT_AFTER_S: usize = 10;
/// How long requests are looked at from then on, in seconds.
const SILENT_WINDOW_S: usize = 60;

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
            Err(error) => ended.invalid.push(reason_of(&error)),
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
        let progress = &shared.orders.progress;
        let feed = Feed::from_now(&self.info.sms_url).await?;
        let mut senders = Vec::with_capacity(workers);
        let mut threads = Vec::with_capacity(workers);
        for nth in 0..workers {
            let (sender, news) = mpsc::channel(NEWS_QUEUE);
            senders.push(sender);
            let (shared, recorder, drain) = (shared.clone(), self.recorder.clone(), self.request.scenario.drain);
            let started = match self.crew {
                Some(crew) => crew.start(shared, recorder, news, drain),
                None => threads::start(shared, recorder, news, (nth, workers), drain),
            };
            match started {
                Ok(thread) => threads.push(thread),
                Err(error) => {
                    give_up(progress, ended, &error);
                    break;
                }
            }
        }
        let mut pump = tokio::spawn(feed.pump(senders));
        let length = self.crew.map_or(self.request.scenario.length(), |crew| crew.run_time());
        tell(Event::Begins { length, planned: shared.orders.plan.arrivals.len() as u64 });
        let mut watch = Watch::default();
        let mut broken = None;
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
            // Only the first of such errors counts, and the workers are always waited for: the record is theirs too.
            if broken.is_none()
                && let Err(error) = self.each_second(shared, &mut watch, ended, tell)
            {
                give_up(progress, ended, &error);
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
        let progress = &shared.orders.progress;
        let counts = progress.counts();
        tell(Event::Second { at, counts, recent: progress.take_recent() });
        let mut batch = self.recorder.spare();
        batch.second(watch.second_of(at.as_secs(), &counts))?;
        self.recorder.send(batch)?;
        if let Some(requests) = watch.silent_codes()
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
