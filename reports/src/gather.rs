//! One pass over a record: frames are grouped by cell, a cell is judged when nothing more will come about it, and
//! everything else is counted on the way.
//!
//! Invariant: memory grows with the cells that are open and with the people (one routing entry per phone number),
//! never with the answers.

use std::collections::BTreeMap;

use hdrhistogram::serialization::Deserializer;
use songsinh_contract::{CellFacts, CellId, Fate, Moment, Observation, OperationName, Outcome, PhoneNumber, SmsEvent};
use songsinh_oracle::{CellVerdict, Judge, Judgement, Settings, Tally};
use songsinh_record::{
    AbandonReason, Ending, Frame, InvalidReason, JourneyTotals, ProcessUse, RunFooter, RunHeader, SecondStats,
};

use crate::error::ReportError;
use crate::latency::{Latency, Spread};

/// Observations of open cells held in memory at most.
const MOST_OPEN: usize = 4_000_000;
/// Kinds of unexplained answers kept as samples.
const MOST_SAMPLES: usize = 20;
/// Remarks kept.
const MOST_NOTES: usize = 200;

/// What has been read of a cell that is not closed yet.
#[derive(Debug, Default)]
pub(crate) struct OpenCell {
    pub(crate) facts: Option<Box<CellFacts>>,
    pub(crate) observations: Vec<Observation>,
    pub(crate) messages: BTreeMap<u64, SmsEvent>,
}

/// Messages as the gateway's ledger has them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SmsFigures {
    /// Taken by the gateway.
    pub accepted: u64,
    /// On a phone.
    pub delivered: u64,
    /// Never to arrive.
    pub lost: u64,
    /// To phones of nobody in this run.
    pub for_nobody: u64,
    /// Recorded after their cell was closed, so not judged.
    pub late: u64,
    /// Accepted code requests that no message followed.
    pub codes_without: u64,
}

/// An answer that the profile does not explain, or that somebody else gave.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unexplained {
    /// The operation that got it.
    pub operation: OperationName,
    /// `unmapped` or `foreign`.
    pub kind: &'static str,
    /// HTTP status.
    pub status: u16,
    /// How often; `sample` is of the first one.
    pub count: u64,
    /// The beginning of the answer.
    pub sample: String,
}

/// Everything that one pass over a record gives.
#[derive(Debug)]
pub(crate) struct Gathered {
    pub(crate) latency: Latency,
    pub(crate) lag_ns: Spread,
    pub(crate) seconds: BTreeMap<u32, SecondStats>,
    pub(crate) journeys: JourneyTotals,
    pub(crate) abandoned: BTreeMap<AbandonReason, u64>,
    pub(crate) sms: SmsFigures,
    pub(crate) lookups: u64,
    pub(crate) unexplained: Vec<Unexplained>,
    pub(crate) processes: Vec<ProcessUse>,
    pub(crate) notes: Vec<Box<str>>,
    pub(crate) judgement: Judgement,
    pub(crate) unclosed: u64,
    pub(crate) last: Moment,
    pub(crate) footer: Option<RunFooter>,
    pub(crate) broken: Option<InvalidReason>,
}

/// Judges one cell.
pub(crate) type JudgeCell<'j> = dyn FnMut(&CellFacts, &[Observation], &[SmsEvent]) -> CellVerdict + 'j;

pub(crate) struct Gatherer<'j> {
    judge: Box<JudgeCell<'j>>,
    tally: Tally,
    cells: BTreeMap<CellId, OpenCell>,
    open: usize,
    phones: BTreeMap<PhoneNumber, CellId>,
    fates: BTreeMap<u64, Fate>,
    unexplained: BTreeMap<(OperationName, &'static str, u16), (u64, String)>,
    lag_ns: Spread,
    dirty_endings: u64,
    gathered: Gathered,
}

/// What the oracle may take for certain, as the record's header has it.
fn settings(header: &RunHeader) -> Settings {
    let mut settings = Settings::on_day(header.day, header.origin);
    settings.exclusive = header.terms.exclusive;
    settings.gateway_reaches = header.terms.gateway_reaches;
    settings.message_texts = header.terms.message_texts;
    settings.notice_within = std::time::Duration::from_millis(header.terms.notice_within_ms);
    for tolerance in &header.terms.tolerances {
        if let Some(rule) = songsinh_contract::Rule::named(&tolerance.rule) {
            let (early_ms, late_ms) = (tolerance.early_ms, tolerance.late_ms);
            settings.tolerance.insert(rule, songsinh_oracle::Tolerance { early_ms, late_ms });
        }
    }
    settings
}

/// The oracle on the terms of a record's header.
pub(crate) fn oracle(header: &RunHeader) -> Judge {
    Judge::new(header.rulebook.clone(), settings(header))
}

impl<'j> Gatherer<'j> {
    pub(crate) fn new(header: &RunHeader, judge: Box<JudgeCell<'j>>) -> Self {
        Self {
            judge,
            tally: Tally::new(),
            cells: BTreeMap::new(),
            open: 0,
            phones: BTreeMap::new(),
            fates: BTreeMap::new(),
            unexplained: BTreeMap::new(),
            lag_ns: Spread::default(),
            dirty_endings: 0,
            gathered: Gathered {
                latency: Latency::new(header),
                lag_ns: Spread::default(),
                seconds: BTreeMap::new(),
                journeys: JourneyTotals { planned: header.planned, ..JourneyTotals::default() },
                abandoned: BTreeMap::new(),
                sms: SmsFigures::default(),
                lookups: 0,
                unexplained: Vec::new(),
                processes: Vec::new(),
                notes: Vec::new(),
                judgement: Judgement::default(),
                unclosed: 0,
                last: header.origin,
                footer: None,
                broken: None,
            },
        }
    }

    /// Takes the next frame, read at byte `at`.
    pub(crate) fn take(&mut self, frame: Frame, at: u64) -> Result<(), ReportError> {
        let gathered = &mut self.gathered;
        match frame {
            Frame::Header(_) => {}
            Frame::Cell(facts) => {
                let cell = facts.cell;
                self.phones.extend(facts.phones.iter().map(|phone| (*phone, cell)));
                self.cells.entry(cell).or_default().facts = Some(facts);
            }
            Frame::Observation(seen) => self.observation(*seen, at)?,
            Frame::Sms(event) => self.message(event),
            Frame::Lookup(_) => gathered.lookups += 1,
            Frame::Abandoned(abandoned) => {
                gathered.journeys.abandoned += 1;
                *gathered.abandoned.entry(abandoned.why).or_default() += 1;
            }
            Frame::JourneyEnded(ended) => {
                gathered.last = gathered.last.max(ended.at);
                gathered.journeys.started += u64::from(ended.ending != Ending::Dirty);
                match ended.ending {
                    Ending::Completed => gathered.journeys.completed += 1,
                    Ending::GaveUp => gathered.journeys.gave_up += 1,
                    Ending::Failed => gathered.journeys.failed += 1,
                    Ending::Dirty => self.dirty_endings += 1,
                    Ending::Left => gathered.journeys.left += 1,
                }
            }
            Frame::CellClosed(cell) => {
                if let Some(cell) = self.cells.remove(&cell) {
                    self.close(cell);
                }
            }
            Frame::Second(second) => add_second(&mut gathered.seconds, &second),
            Frame::Lag(lag) => {
                let read = Deserializer::new().deserialize(&mut lag.v2.as_slice());
                if !read.is_ok_and(|histogram| self.lag_ns.merge(&histogram)) {
                    let what = format!("the lag histogram in front of byte {at} of the record cannot be read");
                    gathered.broken.get_or_insert(InvalidReason::Crashed { what });
                }
            }
            Frame::Process(process) => gathered.processes.push(process),
            Frame::Note(text) => {
                if gathered.notes.len() < MOST_NOTES {
                    gathered.notes.push(text);
                }
            }
            Frame::Footer(footer) => gathered.footer = Some(*footer),
        }
        Ok(())
    }

    /// Notes that the record is cut off or damaged at that byte.
    pub(crate) fn broken(&mut self, at: u64) {
        self.gathered.broken = Some(InvalidReason::RecordTruncated { at });
    }

    fn observation(&mut self, seen: Observation, at: u64) -> Result<(), ReportError> {
        self.gathered.latency.add(&seen);
        self.gathered.last = self.gathered.last.max(seen.done);
        let unexplained = match &seen.outcome {
            Outcome::Unmapped { status, sample } => Some((*status, sample.to_string())),
            Outcome::Foreign { status } => Some((*status, String::new())),
            _ => None,
        };
        if let Some((status, sample)) = unexplained {
            let key = (seen.call.operation.name(), seen.outcome.kind(), status);
            self.unexplained.entry(key).or_insert((0, sample)).0 += 1;
        }
        self.open += 1;
        if self.open > MOST_OPEN {
            return Err(ReportError::TooManyOpen { bound: MOST_OPEN, at });
        }
        self.cells.entry(seen.cell).or_default().observations.push(seen);
        Ok(())
    }

    fn message(&mut self, event: SmsEvent) {
        self.fates.insert(event.id, event.fate);
        match self.phones.get(&event.to) {
            None => self.gathered.sms.for_nobody += 1,
            Some(cell) => match self.cells.get_mut(cell) {
                Some(cell) => {
                    cell.messages.insert(event.id, event);
                }
                None => self.gathered.sms.late += 1,
            },
        }
    }

    fn close(&mut self, mut cell: OpenCell) {
        self.open = self.open.saturating_sub(cell.observations.len());
        let Some(facts) = cell.facts else { return };
        cell.observations.sort_by_key(|seen| seen.seq);
        let messages: Vec<SmsEvent> = cell.messages.into_values().collect();
        let codes = cell.observations.iter().filter(|seen| sends_code(seen)).count() as u64;
        let came = messages.iter().filter(|message| message.code.is_some()).count() as u64;
        self.gathered.sms.codes_without += codes.saturating_sub(came);
        self.tally.absorb((self.judge)(&facts, &cell.observations, &messages));
    }

    pub(crate) fn finish(mut self) -> Gathered {
        let leftover = std::mem::take(&mut self.cells);
        self.gathered.unclosed = leftover.len() as u64;
        // A record that was cut off lacks messages and answers of its open cells: they are not judged.
        if self.gathered.footer.is_some() {
            leftover.into_values().for_each(|cell| self.close(cell));
        }
        let mut gathered = self.gathered;
        gathered.lag_ns = self.lag_ns;
        gathered.judgement = self.tally.finish();
        gathered.sms.accepted = self.fates.len() as u64;
        for fate in self.fates.values() {
            match fate {
                Fate::Delivered(_) | Fate::Doubled(..) => gathered.sms.delivered += 1,
                Fate::Lost => gathered.sms.lost += 1,
                Fate::Pending => {}
            }
        }
        gathered.unexplained = self
            .unexplained
            .into_iter()
            .map(|((operation, kind, status), (count, sample))| Unexplained { operation, kind, status, count, sample })
            .collect();
        gathered.unexplained.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.cmp(b)));
        gathered.unexplained.truncate(MOST_SAMPLES);
        if let Some(footer) = &gathered.footer {
            gathered.journeys = footer.journeys;
            gathered.last = gathered.last.max(footer.ended);
            // The gateway's own count knows what became of a message after its cell was closed.
            let sms = &mut gathered.sms;
            sms.accepted = sms.accepted.max(footer.sms.accepted);
            sms.delivered = sms.delivered.max(footer.sms.delivered);
            sms.lost = sms.lost.max(footer.sms.lost);
        }
        gathered.journeys.dirty = gathered.journeys.dirty.max(self.dirty_endings).max(gathered.judgement.dirty);
        gathered
    }
}

/// Whether an answer promises a code by SMS.
fn sends_code(seen: &Observation) -> bool {
    let asks = matches!(
        seen.call.operation.name(),
        OperationName::AccountRegister
            | OperationName::AccountResend
            | OperationName::ActivationRequest
            | OperationName::ActivationResend
    );
    asks && seen.outcome.is_done()
}

/// Workers write a frame each for the same second; their figures add up.
fn add_second(seconds: &mut BTreeMap<u32, SecondStats>, more: &SecondStats) {
    let sum = seconds.entry(more.second).or_insert(SecondStats { second: more.second, ..SecondStats::default() });
    sum.offered = sum.offered.saturating_add(more.offered);
    sum.started = sum.started.saturating_add(more.started);
    sum.ended = sum.ended.saturating_add(more.ended);
    sum.requests = sum.requests.saturating_add(more.requests);
    sum.in_flight = sum.in_flight.saturating_add(more.in_flight);
    sum.sms_in_flight = sum.sms_in_flight.max(more.sms_in_flight);
    sum.violations = sum.violations.saturating_add(more.violations);
}
