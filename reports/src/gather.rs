//! One pass over a record: frames are grouped by cell, a cell is judged when nothing more will come about it, and
//! everything else is counted on the way.
//!
//! Invariant: memory grows with the cells that are open and with the people (one routing entry per phone number),
//! never with the answers. Stories of a preparation or a warm-up are judged and are in no figure of latency, throughput
//! and journeys.

use std::collections::BTreeMap;

use hdrhistogram::serialization::Deserializer;
use rustc_hash::FxHashMap;
use songsinh_contract::{
    Act, CellFacts, CellId, Fate, Moment, Observation, Operation, OperationName, Outcome, PhoneNumber, SmsEvent,
};
use songsinh_oracle::{Judge, Settings};
use songsinh_record::{
    AbandonReason, Ending, Frame, InvalidReason, JourneyEnded, JourneyTotals, ProcessUse, RunFooter, RunHeader,
    SecondStats,
};

use crate::error::ReportError;
use crate::judging::{ClosedCell, Judged, Judging};
use crate::latency::{Latency, Spread};

/// Observations of open cells held in memory at most.
const MOST_OPEN: usize = 4_000_000;
/// Kinds of unexplained answers kept as samples.
const MOST_SAMPLES: usize = 20;
/// Remarks kept.
const MOST_NOTES: usize = 200;
/// Characters of a remark kept.
const LONGEST_NOTE: usize = 600;

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

/// Scans of a photographed QR: no rule tells it from the original, so either answer stands. A known limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Photographed {
    /// Scans.
    pub scans: u64,
    /// Of these, called genuine.
    pub genuine: u64,
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
    pub(crate) judged: Judged,
    pub(crate) photographed: Photographed,
    /// Answers, and those that nobody explained, of every act.
    pub(crate) explained: (u64, u64),
    pub(crate) unclosed: u64,
    pub(crate) last: Moment,
    pub(crate) footer: Option<RunFooter>,
    pub(crate) broken: Option<InvalidReason>,
}

pub(crate) struct Gatherer<'j> {
    judging: Judging<'j>,
    cells: FxHashMap<CellId, OpenCell>,
    open: usize,
    phones: FxHashMap<PhoneNumber, CellId>,
    /// Messages whose fate was open when their cell was closed, and those of nobody.
    pending: FxHashMap<u64, Fate>,
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
    pub(crate) fn new(header: &RunHeader, judging: Judging<'j>) -> Self {
        Self {
            judging,
            cells: FxHashMap::default(),
            open: 0,
            phones: FxHashMap::default(),
            pending: FxHashMap::default(),
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
                judged: Judged::default(),
                photographed: Photographed::default(),
                explained: (0, 0),
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
            Frame::JourneyEnded(ended) => self.ended(&ended),
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
                    gathered.notes.push(text.chars().take(LONGEST_NOTE).collect());
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

    fn ended(&mut self, ended: &JourneyEnded) {
        let gathered = &mut self.gathered;
        gathered.last = gathered.last.max(ended.at);
        if !is_load(self.cells.get(&ended.cell)) {
            return;
        }
        gathered.journeys.started += u64::from(ended.ending != Ending::Dirty);
        match ended.ending {
            Ending::Completed => gathered.journeys.completed += 1,
            Ending::GaveUp => gathered.journeys.gave_up += 1,
            Ending::Failed => gathered.journeys.failed += 1,
            Ending::Dirty => self.dirty_endings += 1,
            Ending::Left => gathered.journeys.left += 1,
        }
    }

    fn observation(&mut self, seen: Observation, at: u64) -> Result<(), ReportError> {
        let cell = self.cells.entry(seen.cell).or_default();
        let gathered = &mut self.gathered;
        if is_load(Some(cell)) {
            gathered.latency.add(&seen);
        }
        gathered.last = gathered.last.max(seen.done);
        gathered.explained.0 += 1;
        let unexplained = match &seen.outcome {
            Outcome::Unmapped { status, sample } => Some((*status, sample)),
            Outcome::Foreign { status } => Some((*status, &Box::default())),
            _ => None,
        };
        if let Some((status, sample)) = unexplained {
            gathered.explained.1 += 1;
            let key = (seen.call.operation.name(), seen.outcome.kind(), status);
            self.unexplained.entry(key).or_insert_with(|| (0, sample.to_string())).0 += 1;
        }
        if let Operation::QrScan { qr } = &seen.call.operation
            && qr.photographed
        {
            gathered.photographed.scans += 1;
            gathered.photographed.genuine += u64::from(seen.outcome.is_done());
        }
        self.open += 1;
        if self.open > MOST_OPEN {
            return Err(ReportError::TooManyOpen { bound: MOST_OPEN, at });
        }
        cell.observations.push(seen);
        Ok(())
    }

    fn message(&mut self, event: SmsEvent) {
        let sms = &mut self.gathered.sms;
        let open = match self.phones.get(&event.to) {
            None => {
                sms.for_nobody += u64::from(!self.pending.contains_key(&event.id));
                None
            }
            Some(cell) => {
                let open = self.cells.get_mut(cell);
                sms.late += u64::from(open.is_none());
                open
            }
        };
        match open {
            Some(cell) => {
                cell.messages.insert(event.id, event);
            }
            None => {
                self.pending.insert(event.id, event.fate);
            }
        }
    }

    fn close(&mut self, mut cell: OpenCell) {
        self.open = self.open.saturating_sub(cell.observations.len());
        for message in cell.messages.values() {
            if message.fate == Fate::Pending {
                self.pending.insert(message.id, message.fate);
            } else {
                add_fate(&mut self.gathered.sms, message.fate);
            }
        }
        let Some(facts) = cell.facts else { return };
        cell.observations.sort_by_key(|seen| seen.seq);
        let messages: Vec<SmsEvent> = cell.messages.into_values().collect();
        let codes = cell.observations.iter().filter(|seen| sends_code(seen)).count() as u64;
        let came = messages.iter().filter(|message| message.code.is_some()).count() as u64;
        self.gathered.sms.codes_without += codes.saturating_sub(came);
        self.judging.take(ClosedCell { facts, observations: cell.observations, messages });
    }

    pub(crate) fn finish(mut self) -> Result<Gathered, ReportError> {
        let mut leftover: Vec<OpenCell> = std::mem::take(&mut self.cells).into_values().collect();
        leftover.sort_by_key(|cell| cell.facts.as_ref().map(|facts| facts.cell));
        self.gathered.unclosed = leftover.len() as u64;
        for cell in leftover {
            // A record that was cut off lacks messages and answers of its open cells: they are not judged.
            if self.gathered.footer.is_some() {
                self.close(cell);
            } else {
                cell.messages.values().for_each(|message| add_fate(&mut self.gathered.sms, message.fate));
            }
        }
        let mut gathered = self.gathered;
        gathered.latency.finish();
        gathered.lag_ns = self.lag_ns;
        gathered.judged = self.judging.finish()?;
        self.pending.values().for_each(|fate| add_fate(&mut gathered.sms, *fate));
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
        gathered.journeys.dirty = gathered.journeys.dirty.max(self.dirty_endings);
        Ok(gathered)
    }
}

/// Whether a cell is of the load itself; one without facts is taken for such.
fn is_load(cell: Option<&OpenCell>) -> bool {
    cell.and_then(|cell| cell.facts.as_ref()).is_none_or(|facts| facts.act == Act::Load)
}

fn add_fate(sms: &mut SmsFigures, fate: Fate) {
    sms.accepted += 1;
    match fate {
        Fate::Delivered(_) | Fate::Doubled(..) => sms.delivered += 1,
        Fate::Lost => sms.lost += 1,
        Fate::Pending => {}
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
