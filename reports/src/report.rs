//! A run record turned into a judgement: what every page and file of a report is made from.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use songsinh_contract::{CellFacts, CellId, Observation, Rule, SmsEvent};
use songsinh_oracle::{CellVerdict, Finding, FindingKind, Judgement, RuleCount};
use songsinh_record::{
    AbandonReason, Frame, InvalidReason, JourneyTotals, Mode, ProcessUse, Reader, RecordError, RunHeader, SecondStats,
};

use crate::error::ReportError;
use crate::gather::{Gathered, Gatherer, JudgeCell, OpenCell, SmsFigures, Unexplained, oracle};
use crate::latency::{Latency, Spread};
use crate::limits::{Counts, Limit, LimitResult};
use crate::story::{self, Picked, Story};
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
    /// What became of the journeys.
    pub journeys: JourneyTotals,
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
    /// The oracle's judgement.
    pub judgement: Judgement,
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
    pub known: Option<String>,
    /// What is wrong, in words.
    pub wrong: String,
    /// The shortest story that shows it; none if its cell cannot be found in the record.
    pub story: Option<Story>,
}

impl Report {
    /// Reads and judges a record. A record that is cut off gives a report of what is whole, which is invalid.
    ///
    /// # Errors
    /// When the file is no record of this version, or a limit in it cannot be read.
    pub fn from_record(path: &Path) -> Result<Self, ReportError> {
        Self::from_reader(|| Reader::open(path), |header| Box::new(oracle_of(header)))
    }
    /// Reads and judges a record in memory.
    ///
    /// # Errors
    /// As [`Report::from_record`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ReportError> {
        Self::from_reader(|| Reader::new(bytes), |header| Box::new(oracle_of(header)))
    }
    /// Reads a record in memory and judges its cells by another judge than the oracle.
    ///
    /// # Errors
    /// As [`Report::from_record`].
    pub fn judged_by(
        bytes: &[u8],
        judge: impl FnMut(&CellFacts, &[Observation], &[SmsEvent]) -> CellVerdict,
    ) -> Result<Self, ReportError> {
        Self::from_reader(|| Reader::new(bytes), |_| Box::new(judge))
    }

    fn from_reader<'j, R: Read>(
        open: impl Fn() -> Result<Reader<R>, RecordError>,
        judge: impl FnOnce(&RunHeader) -> Box<JudgeCell<'j>>,
    ) -> Result<Self, ReportError> {
        let mut reader = open()?;
        let header = reader.header().clone();
        let limits = header.limits.iter().map(|text| Limit::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let mut gatherer = Gatherer::new(&header, judge(&header));
        while let Some(step) = reader.next() {
            match step {
                Ok(frame) => gatherer.take(frame, reader.position())?,
                Err(_) => gatherer.broken(reader.position()),
            }
        }
        let gathered = gatherer.finish();
        let stories = if gathered.judgement.findings.is_empty() {
            BTreeMap::new()
        } else {
            tell_stories(open()?, &gathered.judgement)
        };
        Ok(Self::assemble(header, gathered, &limits, stories))
    }

    fn assemble(header: RunHeader, gathered: Gathered, limits: &[Limit], mut stories: BTreeMap<Rule, Story>) -> Self {
        let mut lag_ns = gathered.lag_ns;
        if lag_ns.count() == 0 {
            lag_ns = gathered.latency.seen_lag_ns.clone();
        }
        let mut findings: Vec<FindingView> = gathered
            .judgement
            .findings
            .iter()
            .map(|group| {
                let known = known(&header, group.rule);
                FindingView {
                    rule: group.rule,
                    count: group.count,
                    fails: known.is_none() && fails(group.rule, header.target.built_in),
                    known,
                    wrong: group.shortest.what.to_string(),
                    story: stories.remove(&group.rule),
                }
            })
            .collect();
        findings.sort_by_key(|view| (!view.fails, u64::MAX - view.count, view.rule));
        let mut report = Self {
            verdict: Verdict::Pass,
            duration: gathered.last.since(header.origin),
            interrupted: gathered.footer.as_ref().is_some_and(|footer| footer.interrupted),
            invalid: gathered.footer.map(|footer| footer.invalid).unwrap_or_default(),
            journeys: gathered.journeys,
            abandoned: gathered.abandoned,
            latency: gathered.latency,
            lag_ns,
            seconds: gathered.seconds.into_values().collect(),
            sms: gathered.sms,
            lookups: gathered.lookups,
            unexplained: gathered.unexplained,
            judgement: gathered.judgement,
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
            for reason in report.validity() {
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
    /// The count of a rule; all zero if it was never met.
    #[must_use]
    pub fn rule(&self, rule: Rule) -> RuleCount {
        self.judgement.rules.get(&rule).cloned().unwrap_or_default()
    }

    fn answers(&self, kinds: &[&str]) -> u64 {
        kinds.iter().filter_map(|kind| self.latency.all.answers.get(kind)).sum()
    }

    /// The bounds of the header held against what was seen.
    fn validity(&self) -> Vec<InvalidReason> {
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
        let (unexplained, answers) = (self.unexplained_count(), self.latency.all.count);
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

fn oracle_of(header: &RunHeader) -> impl FnMut(&CellFacts, &[Observation], &[SmsEvent]) -> CellVerdict + 'static {
    let judge = oracle(header);
    move |facts, observations, messages| judge.cell(facts, observations, messages)
}

/// The ticket of a rule, as long as its date has not passed on the day of the run.
fn known(header: &RunHeader, rule: Rule) -> Option<String> {
    let today = header.started.date_in_viet_nam();
    let issue = header.known.iter().find(|known| known.rule == rule.slug() && today <= known.until)?;
    Some(format!("{} until {}", issue.issue, issue.until))
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

/// A second pass over the record, for the few cells whose stories are told.
fn tell_stories<R: Read>(mut reader: Reader<R>, judgement: &Judgement) -> BTreeMap<Rule, Story> {
    let wanted: BTreeSet<CellId> = judgement.findings.iter().map(|group| group.shortest.cell).collect();
    let mut cells: BTreeMap<CellId, OpenCell> = BTreeMap::new();
    let mut phones = BTreeMap::new();
    for frame in reader.by_ref().map_while(Result::ok) {
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
    let told = |finding: &Finding| Some(tell(cells.get(&finding.cell)?, finding));
    judgement.findings.iter().filter_map(|group| Some((group.rule, told(&group.shortest)??))).collect()
}

fn tell(cell: &OpenCell, finding: &Finding) -> Option<Story> {
    let facts = cell.facts.as_deref()?;
    let in_story = |seq: u32| seq == finding.seq || finding.story.contains(&seq);
    let mut calls: Vec<_> = cell.observations.iter().filter(|seen| in_story(seen.seq)).collect();
    calls.sort_by_key(|seen| seen.seq);
    let messages: Vec<_> = cell
        .messages
        .values()
        .filter(|message| match finding.what {
            FindingKind::Message(id) => id == message.id,
            _ => message.code.is_some_and(|code| calls.iter().any(|seen| story::enters(seen) == Some(code))),
        })
        .collect();
    let passwords = cell.observations.iter().filter_map(|seen| story::sets_password(&seen.call.operation)).collect();
    let picked = Picked { facts, calls: &calls, messages: &messages, passwords: &passwords, wrong: finding.seq };
    Some(story::tell(&picked, finding.what.to_string()))
}
