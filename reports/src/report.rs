//! A run record turned into a judgement: what every page and file of a report is made from.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use jiff::civil::Date;
use songsinh_contract::{CellFacts, CellId, Level, Observation, Rule, SmsEvent, UnixMillis};
use songsinh_oracle::{CellVerdict, Finding, FindingGroup, FindingKind, Judgement, RuleCount};
use songsinh_record::{
    AbandonReason, EventMark, Frame, InvalidReason, JourneyTotals, Mode, ProcessUse, Reader, RecordError, RunHeader,
    SecondStats,
};

use crate::diff::Diff;
use crate::error::ReportError;
use crate::gather::{Gathered, Gatherer, OpenCell, Photographed, SmsFigures, Unexplained, oracle};
use crate::judging::{ClosedCell, InTime, Judging};
use crate::lang::{Lang, Said, wrong_text};
use crate::latency::{Latency, Spread};
use crate::limits::{Counts, Limit, LimitResult};
use crate::story::{self, Picked, Story};
use crate::summary::Summary;
use crate::verdict::{Conditions, Verdict, fails};

/// A judged run.
#[derive(Debug)]
pub struct Report {
    /// What was to be run.
    pub header: RunHeader,
    /// The verdict.
    pub verdict: Verdict,
    /// Time from the run's origin to its end.
    pub duration: Duration,
    /// Whether somebody stopped the run.
    pub interrupted: bool,
    /// Why the run says nothing, if so.
    pub invalid: Vec<InvalidReason>,
    /// What became of the journeys of the load.
    pub journeys: JourneyTotals,
    /// What became of the journeys that brought people into their state.
    pub prepared: JourneyTotals,
    /// What became of the journeys of the warm-up.
    pub warm_up: JourneyTotals,
    /// What happened to the world, in the order of the header's events.
    pub events: Vec<EventMark>,
    /// Why citizens could not start.
    pub abandoned: BTreeMap<AbandonReason, u64>,
    /// Latency and answers.
    pub latency: Latency,
    /// Start lag in nanoseconds.
    pub lag_ns: Spread,
    /// Live figures by second; empty if the record has none.
    pub seconds: Vec<SecondStats>,
    /// Messages.
    pub sms: SmsFigures,
    /// Questions asked of the population service.
    pub lookups: u64,
    /// Answers that nobody explained, the most frequent first.
    pub unexplained: Vec<Unexplained>,
    /// Scans of photographed QRs: a known limit.
    pub photographed: Photographed,
    /// Applications that were decided within the law's time, by level.
    pub in_time: BTreeMap<Level, InTime>,
    /// The oracle's judgement.
    pub judgement: Judgement,
    /// What is new since an earlier run; none: there is no earlier run, or nobody looked for one.
    pub since: Option<Since>,
    /// Violated rules: those that fail the run first, then by count.
    pub findings: Vec<FindingView>,
    /// The scenario's limits.
    pub limits: Vec<LimitResult>,
    /// What each process used.
    pub processes: Vec<ProcessUse>,
    /// Cells that were still open when the record ended.
    pub unclosed: u64,
    /// Remarks of the run.
    pub notes: Vec<Box<str>>,
}

/// The violations of one rule.
#[derive(Debug, Clone)]
pub struct FindingView {
    /// The rule.
    pub rule: Rule,
    /// How many answers broke it.
    pub count: u64,
    /// Whether this fails the run.
    pub fails: bool,
    /// The ticket under which it is known, and until when.
    pub known: Option<Known>,
    /// What is wrong, in words.
    pub wrong: Said,
    /// The shortest story that shows it; none if its cell cannot be found in the record.
    pub story: Option<Story>,
}

/// The ticket of a violation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The ticket.
    pub issue: String,
    /// The last day on which it excuses.
    pub until: Date,
    /// Whether it excuses on the day of the run.
    pub excuses: bool,
}

impl Known {
    /// The ticket with its date, as a page says it.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let (issue, date) = (&self.issue, lang.date(self.until));
        if self.excuses {
            lang.say(format!("known: {issue} until {date}"), format!("đã biết: {issue} đến {date}"))
        } else {
            lang.say(
                format!("{issue}: excuse ended on {date}, fails again"),
                format!("{issue}: hết hạn chấp nhận ngày {date}, nay lại không đạt"),
            )
        }
    }
}

/// An earlier run of the same scenario, and what differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Since {
    /// The name of its folder.
    pub run: String,
    /// What differs.
    pub diff: Diff,
}

impl Report {
    /// Reads and judges a record. A record that is cut off gives a report of what is whole, which is invalid.
    ///
    /// # Errors
    /// When the file is no record of this version, or a limit in it cannot be read.
    pub fn from_record(path: &Path) -> Result<Self, ReportError> {
        Self::judged_on(path, None)
    }
    /// The same with so many judging threads, instead of one a core. Their number changes nothing of what comes out.
    ///
    /// # Errors
    /// As [`Report::from_record`].
    pub fn from_record_on(path: &Path, threads: NonZeroUsize) -> Result<Self, ReportError> {
        Self::judged_on(path, Some(threads))
    }
    fn judged_on(path: &Path, threads: Option<NonZeroUsize>) -> Result<Self, ReportError> {
        let judging = |header: &RunHeader| Judging::by_oracle(oracle(header), threads);
        Self::from_reader(|| Reader::open(path), judging, written_on(path))
    }
    /// Reads and judges a record in memory.
    ///
    /// # Errors
    /// As [`Report::from_record`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ReportError> {
        Self::from_reader(|| Reader::new(bytes), |header| Judging::by_oracle(oracle(header), None), None)
    }
    /// Reads a record in memory and judges its cells by another judge than the oracle.
    ///
    /// # Errors
    /// As [`Report::from_record`].
    pub fn judged_by(
        bytes: &[u8],
        judge: impl FnMut(&CellFacts, &[Observation], &[SmsEvent]) -> CellVerdict,
    ) -> Result<Self, ReportError> {
        Self::from_reader(|| Reader::new(bytes), |_| Ok(Judging::here(Box::new(judge))), None)
    }

    fn from_reader<'j, R: Read>(
        open: impl Fn() -> Result<Reader<R>, RecordError>,
        judging: impl FnOnce(&RunHeader) -> Result<Judging<'j>, ReportError>,
        written: Option<Date>,
    ) -> Result<Self, ReportError> {
        let mut reader = open()?;
        let header = reader.header().clone();
        let limits = header.limits.iter().map(|text| Limit::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let mut gatherer = Gatherer::new(&header, judging(&header)?);
        while let Some(step) = reader.next() {
            match step {
                Ok(frame) => gatherer.take(frame, reader.position())?,
                Err(_) => gatherer.broken(reader.position()),
            }
        }
        let mut gathered = gatherer.finish()?;
        let judgement = std::mem::take(&mut gathered.judged.tally).finish();
        let stories = tell_stories(open, &header, &gathered, &judgement)?;
        let today = day_of_excuses(&header, written);
        Ok(Self::assemble(header, gathered, judgement, &limits, stories, today))
    }

    /// Notes what is new since an earlier run.
    pub fn compare(&mut self, run: &str, before: &Summary) {
        self.since = None;
        let diff = Diff::between(before, &Summary::of(self));
        self.since = Some(Since { run: run.to_owned(), diff });
    }

    fn assemble(
        header: RunHeader,
        gathered: Gathered,
        judgement: Judgement,
        limits: &[Limit],
        mut stories: BTreeMap<Rule, Story>,
        today: Date,
    ) -> Self {
        let mut lag_ns = gathered.lag_ns;
        if lag_ns.count() == 0 {
            lag_ns = gathered.latency.seen_lag_ns.clone();
        }
        let mut findings: Vec<FindingView> = judgement
            .findings
            .iter()
            .map(|group| {
                let known = known(&header, group.rule, today);
                let excused = known.as_ref().is_some_and(|known| known.excuses);
                FindingView {
                    rule: group.rule,
                    count: group.count,
                    fails: !excused && fails(group.rule, header.target.built_in),
                    known,
                    wrong: Said::by(|lang| wrong_text(&group.shortest.what, lang)),
                    story: stories.remove(&group.rule),
                }
            })
            .collect();
        findings.sort_by_key(|view| (!view.fails, u64::MAX - view.count, view.rule));
        let mut journeys = gathered.journeys;
        journeys.dirty = journeys.dirty.max(judgement.dirty);
        let footer = gathered.footer.unwrap_or_default();
        let mut report = Self {
            verdict: Verdict::Pass,
            duration: gathered.last.since(header.origin),
            interrupted: footer.interrupted,
            invalid: footer.invalid,
            journeys,
            prepared: footer.prepared,
            warm_up: footer.warm_up,
            events: footer.events,
            abandoned: gathered.abandoned,
            latency: gathered.latency,
            lag_ns,
            seconds: gathered.seconds.into_values().collect(),
            sms: gathered.sms,
            lookups: gathered.lookups,
            unexplained: gathered.unexplained,
            photographed: gathered.photographed,
            in_time: gathered.judged.in_time,
            judgement,
            since: None,
            findings,
            limits: Vec::new(),
            processes: gathered.processes,
            unclosed: gathered.unclosed,
            notes: gathered.notes,
            header,
        };
        if let Some(reason) = gathered.broken {
            add_reason(&mut report.invalid, reason);
        }
        // What a run that was stopped did not come to is not held against it.
        if !report.interrupted {
            for reason in report.validity(gathered.explained) {
                add_reason(&mut report.invalid, reason);
            }
        }
        let counts = report.counts();
        report.limits = limits.iter().map(|limit| limit.hold(&counts, &report.latency, &report.lag_ns)).collect();
        report.verdict = Verdict::of(Conditions {
            failing_rules: report.findings.iter().filter(|view| view.fails).count(),
            invalid: report.invalid.len(),
            crossed: if report.interrupted { 0 } else { report.limits.iter().filter(|limit| !limit.holds).count() },
            interrupted: report.interrupted,
        });
        report
    }

    /// Answers that nobody explained: unmapped and foreign ones.
    #[must_use]
    pub fn unexplained_count(&self) -> u64 {
        self.answers(&["unmapped", "foreign"])
    }
    /// People whose journeys began, those that the target knew before included.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.judgement.cells.max(self.journeys.started + self.journeys.dirty)
    }
    /// Behind which byte the record is cut off or damaged; none for one that is whole.
    #[must_use]
    pub fn damaged_behind(&self) -> Option<u64> {
        self.invalid.iter().find_map(|reason| match reason {
            InvalidReason::RecordTruncated { at } => Some(*at),
            _ => None,
        })
    }
    /// The count of a rule; all zero if it was never met.
    #[must_use]
    pub fn rule(&self, rule: Rule) -> RuleCount {
        self.judgement.rules.get(&rule).cloned().unwrap_or_default()
    }

    fn answers(&self, kinds: &[&str]) -> u64 {
        kinds.iter().filter_map(|kind| self.latency.all.answers.get(kind)).sum()
    }

    /// The bounds of the header held against what was seen.
    fn validity(&self, (answers, unexplained): (u64, u64)) -> Vec<InvalidReason> {
        let bounds = &self.header.bounds;
        let beyond =
            |part: u64, whole: u64, ppm: u32| part.saturating_mul(1_000_000) > whole.saturating_mul(ppm.into());
        let mut reasons = Vec::new();
        let p99_us = self.lag_ns.quantile(0.99).unwrap_or(0) / 1_000;
        if let Some(bound_us) = bounds.lag_p99_us
            && self.header.mode == Mode::Real
            && p99_us > bound_us
        {
            reasons.push(InvalidReason::ExcessLag { p99_us, bound_us });
        }
        let (dirty, people) = (self.journeys.dirty, self.people());
        if beyond(dirty, people, bounds.dirty_ppm) {
            reasons.push(InvalidReason::DirtyPeople { dirty, people });
        }
        if beyond(unexplained, answers, bounds.unexplained_ppm) {
            reasons.push(InvalidReason::UnmappedAnswers { unexplained, answers });
        }
        if self.header.terms.gateway_reaches && self.sms.codes_without > u64::from(bounds.codes_without_sms) {
            reasons.push(InvalidReason::NoSms { requests: self.sms.codes_without });
        }
        let JourneyTotals { completed, left, started, .. } = self.journeys;
        if started > 0 && completed.saturating_mul(1_000_000) < started.saturating_mul(bounds.completed_ppm.into()) {
            reasons.push(InvalidReason::FewCompleted { completed, started });
        }
        if beyond(left, started, bounds.left_ppm) {
            reasons.push(InvalidReason::LeftUnderWay { left, started });
        }
        for wanted in &self.header.must_decide {
            let got = Rule::named(&wanted.rule).map_or(0, |rule| {
                let count = self.rule(rule);
                count.allowed + count.violation
            });
            if got < wanted.at_least {
                reasons.push(InvalidReason::MustDecide { rule: wanted.rule.clone(), wanted: wanted.at_least, got });
            }
        }
        reasons
    }

    fn counts(&self) -> Counts {
        let rules = self.judgement.rules.values();
        let (mut decided, mut undecided) = (0, 0);
        for count in rules {
            decided += count.allowed + count.violation;
            undecided += count.undecided;
        }
        Counts {
            violations: self.findings.iter().filter(|view| view.fails).map(|view| view.count).sum(),
            undecided,
            decided,
            unmapped: self.answers(&["unmapped"]),
            unexplained: self.unexplained_count(),
            errors: self.answers(&["unavailable", "fault", "indeterminate"]),
            answers: self.latency.all.count,
            dirty: self.journeys.dirty,
            people: self.people(),
            planned: self.journeys.planned,
            started: self.journeys.started,
            completed: self.journeys.completed,
            abandoned: self.journeys.abandoned,
            failed: self.journeys.failed,
            gave_up: self.journeys.gave_up,
            left: self.journeys.left,
        }
    }
}

/// The day on which a record was written to its end, in Asia/Ho_Chi_Minh.
fn written_on(path: &Path) -> Option<Date> {
    let written = std::fs::metadata(path).ok()?.modified().ok()?;
    let ms = written.duration_since(std::time::UNIX_EPOCH).ok()?.as_millis();
    Some(UnixMillis(i64::try_from(ms).ok()?).date_in_viet_nam())
}

/// The day on which excuses are looked at: that of the run. A run in virtual time plays another day than that on which
/// it was made, and an excuse ends by the calendar of those who gave it.
fn day_of_excuses(header: &RunHeader, written: Option<Date>) -> Date {
    let started = header.started.date_in_viet_nam();
    match header.mode {
        Mode::Real => started,
        Mode::Virtual => written.unwrap_or(started),
    }
}

/// The ticket of a rule, whether or not it still excuses on that day. Of several the last one counts.
fn known(header: &RunHeader, rule: Rule, today: Date) -> Option<Known> {
    let issue = header.known.iter().filter(|known| known.rule == rule.slug()).max_by_key(|known| known.until)?;
    Some(Known { issue: issue.issue.clone(), until: issue.until, excuses: today <= issue.until })
}

/// Adds a reason, unless the engine gave the same one already.
fn add_reason(reasons: &mut Vec<InvalidReason>, more: InvalidReason) {
    let same = |one: &InvalidReason| match (one, &more) {
        (InvalidReason::MustDecide { rule: a, .. }, InvalidReason::MustDecide { rule: b, .. }) => a == b,
        (one, more) => one.kind() == more.kind(),
    };
    if !reasons.iter().any(same) {
        reasons.push(more);
    }
}

/// The stories of all findings, from the cells that were kept. What run-wide rules point to was not: that takes a second
/// pass over the record.
fn tell_stories<R: Read>(
    open: impl Fn() -> Result<Reader<R>, RecordError>,
    header: &RunHeader,
    gathered: &Gathered,
    judgement: &Judgement,
) -> Result<BTreeMap<Rule, Story>, ReportError> {
    let mut stories = BTreeMap::new();
    let mut unkept = Vec::new();
    for group in &judgement.findings {
        match gathered.judged.cell_of(&group.shortest) {
            Some(cell) => {
                stories.insert(group.rule, tell(cell, &group.shortest, header));
            }
            None => unkept.push(group),
        }
    }
    if !unkept.is_empty() {
        let cells = read_cells(open()?, &unkept.iter().map(|group| group.shortest.cell).collect());
        let told =
            |group: &FindingGroup| Some((group.rule, tell(cells.get(&group.shortest.cell)?, &group.shortest, header)));
        stories.extend(unkept.into_iter().filter_map(told));
    }
    Ok(stories)
}

/// Some cells of a record.
fn read_cells<R: Read>(reader: Reader<R>, wanted: &BTreeSet<CellId>) -> BTreeMap<CellId, ClosedCell> {
    let mut cells: BTreeMap<CellId, OpenCell> = BTreeMap::new();
    let mut phones = BTreeMap::new();
    for frame in reader.map_while(Result::ok) {
        match frame {
            Frame::Cell(facts) if wanted.contains(&facts.cell) => {
                let cell = facts.cell;
                phones.extend(facts.phones.iter().map(|phone| (*phone, cell)));
                cells.entry(cell).or_default().facts = Some(facts);
            }
            Frame::Observation(seen) if wanted.contains(&seen.cell) => {
                cells.entry(seen.cell).or_default().observations.push(*seen);
            }
            Frame::Sms(event) => {
                if let Some(cell) = phones.get(&event.to) {
                    cells.entry(*cell).or_default().messages.insert(event.id, event);
                }
            }
            _ => {}
        }
    }
    let closed = |(id, cell): (CellId, OpenCell)| {
        let messages = cell.messages.into_values().collect();
        Some((id, ClosedCell { facts: cell.facts?, observations: cell.observations, messages }))
    };
    cells.into_iter().filter_map(closed).collect()
}

fn tell(cell: &ClosedCell, finding: &Finding, header: &RunHeader) -> Story {
    let in_story = |seq: u32| seq == finding.seq || finding.story.contains(&seq);
    let mut calls: Vec<_> = cell.observations.iter().filter(|seen| in_story(seen.seq)).collect();
    calls.sort_by_key(|seen| seen.seq);
    let messages: Vec<_> = cell
        .messages
        .iter()
        .filter(|message| match finding.what {
            FindingKind::Message(id) => id == message.id,
            _ => message.code.is_some_and(|code| calls.iter().any(|seen| story::enters(seen) == Some(code))),
        })
        .collect();
    let passwords = story::passwords_of(&cell.facts, cell.observations.iter());
    let picked = Picked {
        facts: &cell.facts,
        calls: &calls,
        messages: &messages,
        passwords: &passwords,
        wrong: finding.seq,
        origin: (header.origin, header.started),
        whole: false,
    };
    story::tell(&picked, Said::by(|lang| wrong_text(&finding.what, lang)))
}
