//! Judges closed cells, beside the thread that reads the record, and keeps the cells whose stories will be told.
//!
//! Invariant: the result does not depend on the number of threads or on their order: sums are merged, and of two
//! stories of a rule the same one is always the shorter. Memory: a bounded queue, and one cell for each broken rule and
//! thread.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use songsinh_contract::{CellFacts, CellId, Level, Moment, Observation, Rule, SmsEvent};
use songsinh_oracle::{ApprovalTook, CellVerdict, Finding, Judge, Tally};

use crate::error::ReportError;

/// Observations in a batch that goes to another thread.
const BATCH: usize = 2_048;
/// Batches that may wait for each thread.
const WAITING: usize = 2;
/// Threads at most.
const MOST_THREADS: usize = 16;
/// Nanoseconds of a day.
const DAY_NS: u64 = 86_400_000_000_000;

/// Judges one cell.
pub(crate) type JudgeCell<'j> = dyn FnMut(&CellFacts, &[Observation], &[SmsEvent]) -> CellVerdict + 'j;

/// A cell of which nothing more will come.
#[derive(Debug)]
pub(crate) struct ClosedCell {
    pub(crate) facts: Box<CellFacts>,
    pub(crate) observations: Vec<Observation>,
    pub(crate) messages: Vec<SmsEvent>,
}

/// Of two stories of a rule, the one with the smaller key is told: as the oracle chooses.
type StoryKey = (usize, Moment, CellId, u32);

fn key(finding: &Finding) -> StoryKey {
    (finding.story.len(), finding.when, finding.cell, finding.seq)
}

/// Applications that were decided within the time that the law gives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InTime {
    /// Decisions seen.
    pub count: u64,
    /// Of these, within one day (level 1) or three days (level 2).
    pub within: u64,
}

/// What the judging of cells gives.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) tally: Tally,
    pub(crate) in_time: BTreeMap<Level, InTime>,
    witnesses: BTreeMap<Rule, (StoryKey, Arc<ClosedCell>)>,
}

impl Judged {
    fn take(&mut self, cell: ClosedCell, verdict: CellVerdict) {
        for took in &verdict.statistics.approvals {
            let slot = self.in_time.entry(took.level).or_default();
            slot.count += 1;
            slot.within += u64::from(is_in_time(took));
        }
        if !verdict.findings.is_empty() {
            let cell = Arc::new(cell);
            for finding in &verdict.findings {
                self.witness(finding.rule, key(finding), &cell);
            }
        }
        self.tally.absorb(verdict);
    }
    fn witness(&mut self, rule: Rule, key: StoryKey, cell: &Arc<ClosedCell>) {
        if self.witnesses.get(&rule).is_none_or(|(old, _)| key < *old) {
            self.witnesses.insert(rule, (key, Arc::clone(cell)));
        }
    }
    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        for (level, more) in other.in_time {
            let slot = self.in_time.entry(level).or_default();
            (slot.count, slot.within) = (slot.count + more.count, slot.within + more.within);
        }
        for (rule, (key, cell)) in other.witnesses {
            self.witness(rule, key, &cell);
        }
    }
    /// The cell of that finding, if it was kept.
    pub(crate) fn cell_of(&self, finding: &Finding) -> Option<&ClosedCell> {
        let (_, cell) = self.witnesses.get(&finding.rule)?;
        (cell.facts.cell == finding.cell).then_some(&**cell)
    }
}

/// Level 1 within one working day, level 2 within three days (seven for who has no chip card yet: not counted here).
fn is_in_time(took: &ApprovalTook) -> bool {
    let days = if took.level == Level::Two { 3 } else { 1 };
    took.after_ns <= days * DAY_NS
}

/// Where cells are judged.
pub(crate) enum Judging<'j> {
    /// On the reading thread.
    Here(Box<JudgeCell<'j>>, Box<Judged>),
    /// On threads of their own.
    Threads(Pool),
}

impl<'j> Judging<'j> {
    /// By a given judge, on this thread.
    pub(crate) fn here(judge: Box<JudgeCell<'j>>) -> Self {
        Self::Here(judge, Box::default())
    }
    /// By the oracle, on so many threads; none given: as many as the machine has cores.
    pub(crate) fn by_oracle(judge: Judge, threads: Option<NonZeroUsize>) -> Result<Self, ReportError> {
        let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = threads.map_or_else(cores, NonZeroUsize::get).min(MOST_THREADS);
        Pool::start(&Arc::new(judge), threads).map(Self::Threads)
    }
    pub(crate) fn take(&mut self, cell: ClosedCell) {
        match self {
            Self::Here(judge, judged) => {
                let verdict = judge(&cell.facts, &cell.observations, &cell.messages);
                judged.take(cell, verdict);
            }
            Self::Threads(pool) => pool.take(cell),
        }
    }
    pub(crate) fn finish(self) -> Result<Judged, ReportError> {
        match self {
            Self::Here(_, judged) => Ok(*judged),
            Self::Threads(pool) => pool.finish(),
        }
    }
}

type Batch = Vec<ClosedCell>;

pub(crate) struct Pool {
    sender: SyncSender<Batch>,
    threads: Vec<JoinHandle<Judged>>,
    batch: Batch,
    held: usize,
}

impl Pool {
    fn start(judge: &Arc<Judge>, threads: usize) -> Result<Self, ReportError> {
        let (sender, receiver) = sync_channel::<Batch>(threads * WAITING);
        let receiver = Arc::new(Mutex::new(receiver));
        let start = |nth: usize| {
            let (judge, receiver) = (Arc::clone(judge), Arc::clone(&receiver));
            let thread = std::thread::Builder::new().name(format!("judge-{nth}"));
            thread.spawn(move || work(&judge, &receiver)).map_err(ReportError::Thread)
        };
        let threads = (0..threads).map(start).collect::<Result<_, _>>()?;
        Ok(Self { sender, threads, batch: Vec::new(), held: 0 })
    }
    fn take(&mut self, cell: ClosedCell) {
        self.held += cell.observations.len().max(1);
        self.batch.push(cell);
        if self.held >= BATCH {
            self.send();
        }
    }
    fn send(&mut self) {
        self.held = 0;
        // Fails only when every thread has died; `finish` says so.
        self.sender.send(std::mem::take(&mut self.batch)).ok();
    }
    fn finish(mut self) -> Result<Judged, ReportError> {
        self.send();
        drop(self.sender);
        let mut judged = Judged::default();
        for thread in self.threads {
            judged.merge(thread.join().map_err(|_| ReportError::Judge)?);
        }
        Ok(judged)
    }
}

fn work(judge: &Judge, receiver: &Mutex<Receiver<Batch>>) -> Judged {
    let mut judged = Judged::default();
    loop {
        // A thread that died while it waited has left nothing half done.
        let next = receiver.lock().unwrap_or_else(std::sync::PoisonError::into_inner).recv();
        let Ok(batch) = next else { return judged };
        for cell in batch {
            let verdict = judge.cell(&cell.facts, &cell.observations, &cell.messages);
            judged.take(cell, verdict);
        }
    }
}
