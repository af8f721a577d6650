//! `summary.json`: the report for programs. Documented by `schema/summary.schema.json`; keys stand in a fixed order.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use songsinh_contract::Rule;
use songsinh_record::JourneyTotals;

use crate::error::ReportError;
use crate::lang::Lang;
use crate::latency::{OperationStats, Spread};
use crate::report::{Known, Report, Since};
use crate::story::Story;
use crate::verdict::Verdict;
use crate::words::bound_word;

/// Programs read English words.
const EN: Lang = Lang::En;

/// The summary of a run. Times are from the intended moment unless the name says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Version of this document: counted up when a field goes or changes its meaning.
    pub summary_version: u32,
    /// The verdict.
    pub verdict: Verdict,
    /// The exit code of the program that goes with it.
    pub exit_code: u8,
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the target profile.
    pub profile: String,
    /// `real` or `virtual`.
    pub mode: String,
    /// Seed of the run.
    pub seed: u64,
    /// Seed of the world's population.
    pub world_seed: u64,
    /// People in that population.
    pub people: u64,
    /// The day that was played, `YYYY-MM-DD`.
    pub day: String,
    /// The rulebook from which the scenario starts.
    pub rulebook: String,
    /// Threads that made the load.
    pub workers: u32,
    /// Version of the program that wrote the record.
    pub program: String,
    /// The system under test.
    pub target: TargetSummary,
    /// Wall clock at the start, milliseconds since 1970 in UTC (in virtual time: the scenario's).
    pub started_unix_ms: i64,
    /// Seconds from the start to the end of the last journey.
    pub duration_s: f64,
    /// What became of the journeys.
    pub journeys: JourneySummary,
    /// Calls made, the lost ones included.
    pub requests: u64,
    /// Calls by kind of answer, and how many of them were judged.
    pub answers: AnswerSummary,
    /// Every rule that was met, by slug.
    pub rules: BTreeMap<String, RuleSummary>,
    /// Violated rules: those that fail the run first, then by count.
    pub findings: Vec<FindingSummary>,
    /// What a test over the whole run finds unlikely. Never a violation.
    pub suspicions: Vec<SuspicionSummary>,
    /// Every operation that was called, by name.
    pub operations: BTreeMap<String, OperationSummary>,
    /// How late calls started.
    pub lag: LagSummary,
    /// Messages.
    pub sms: SmsSummary,
    /// Questions asked of the population service.
    pub lookups: u64,
    /// What each process used, by name.
    pub processes: BTreeMap<String, ProcessSummary>,
    /// The scenario's limits, in their order.
    pub limits: Vec<LimitSummary>,
    /// Why the run says nothing; empty for a valid run.
    pub invalid: Vec<InvalidSummary>,
    /// Slugs of the rules that were never decided: not a pass.
    pub not_covered: Vec<String>,
    /// Operations that the target lacks, with the profile's reason.
    pub missing: BTreeMap<String, String>,
    /// Answers that the profile does not explain, the most frequent first.
    pub unexplained: Vec<UnexplainedSummary>,
    /// Remarks of the run.
    pub notes: Vec<String>,
    /// The command that runs this again.
    pub again: String,
    /// Journeys that brought people into their state before the load: in no other figure.
    #[serde(default)]
    pub prepared: JourneySummary,
    /// Journeys that warmed the target up: in no other figure.
    #[serde(default)]
    pub warm_up: JourneySummary,
    /// How long applications waited for their decision, by level (`One`, `Two`): reported, not judged.
    #[serde(default)]
    pub approvals: BTreeMap<String, ApprovalSummary>,
    /// Scans of photographed QRs, which no rule tells from the original: a known limit.
    #[serde(default)]
    pub photographed: PhotographedSummary,
    /// What is new since an earlier run of the same scenario; none: no earlier run was found.
    #[serde(default)]
    pub since: Option<SinceSummary>,
}

/// How long applications of a level waited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalSummary {
    /// Decisions that were seen.
    pub count: u64,
    /// Of these, within the law's time: one day for level 1, three days for level 2.
    pub in_time: u64,
    /// The longest wait.
    pub longest_ms: f64,
}

/// Scans of photographed QRs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhotographedSummary {
    /// Scans.
    pub scans: u64,
    /// Of these, called genuine.
    pub genuine: u64,
}

/// What is new since an earlier run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SinceSummary {
    /// The folder of the earlier run.
    pub run: String,
    /// Whether nothing got worse.
    pub no_worse: bool,
    /// Slugs of the rules that are broken now and were not.
    pub new: Vec<String>,
    /// Rules that were broken and are kept now.
    pub gone: Vec<String>,
    /// Rules broken in both.
    pub still: Vec<String>,
    /// Rules whose excuse has ended.
    pub expired: Vec<String>,
    /// Rules that were broken and are not decided now.
    pub lost_sight: Vec<String>,
    /// Limits that hold now and did not.
    pub limits_held: Vec<String>,
    /// Limits that are crossed now and were not.
    pub limits_crossed: Vec<String>,
    /// Quantiles that moved: `p99 qr.scan`, with the factor.
    pub latency: BTreeMap<String, f64>,
}

/// The system under test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetSummary {
    /// Its address.
    pub address: String,
    /// Whether it is the built-in twin.
    pub built_in: bool,
    /// Its version, as it tells it.
    pub version: String,
    /// Misbehaviours that the twin was started with.
    pub misbehaviours: String,
}

/// What became of the journeys.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JourneySummary {
    /// In the plan.
    pub planned: u64,
    /// Whose first step was taken.
    pub started: u64,
    /// That came to their end.
    pub completed: u64,
    /// That could not be started.
    pub abandoned: u64,
    /// That the target's answers ended early.
    pub failed: u64,
    /// Whose citizen lost patience.
    pub gave_up: u64,
    /// That were under way when the run ended.
    pub left: u64,
    /// Whose citizen the target knew before; somebody else was taken in place.
    pub dirty: u64,
}

/// Answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerSummary {
    /// Looked at by the oracle.
    pub judged: u64,
    /// Of which at least one rule was decided.
    pub decided: u64,
    /// By kind: done, refused, unavailable, fault, unmapped, foreign, indeterminate.
    pub kinds: BTreeMap<String, u64>,
}

/// How often a rule was kept, broken, and could not be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSummary {
    /// Answers that keep the rule.
    pub allowed: u64,
    /// Answers that break it.
    pub violation: u64,
    /// Answers that the observations do not decide.
    pub undecided: u64,
    /// Age of the rightly accepted thing nearest to the rule's time bound.
    pub nearest_accepted_ms: Option<f64>,
    /// Age of the rightly refused thing nearest to the rule's time bound.
    pub nearest_refused_ms: Option<f64>,
    /// Every time bound of the rule that was met.
    #[serde(default)]
    pub bounds: Vec<BoundSummary>,
}

/// A time bound and what was measured around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoundSummary {
    /// Which bound.
    pub bound: String,
    /// The rulebook's value.
    pub limit_ms: f64,
    /// Right answers that accepted.
    #[serde(default)]
    pub accepted: u64,
    /// Right answers that refused for this bound.
    #[serde(default)]
    pub refused: u64,
    /// Age of the right acceptance nearest to the bound.
    #[serde(default)]
    pub nearest_accepted_ms: Option<f64>,
    /// Age of the right refusal nearest to the bound.
    #[serde(default)]
    pub nearest_refused_ms: Option<f64>,
    /// Accepted surely up to this age (for a wait: from it on), whatever the rulebook says.
    pub accepted_ms: Option<f64>,
    /// Refused surely from this age on (for a wait: up to it).
    pub refused_ms: Option<f64>,
    /// A well-known default that would explain it.
    pub hint: Option<String>,
}

/// The violations of one rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingSummary {
    /// Slug of the rule.
    pub rule: String,
    /// Answers that broke it.
    pub count: u64,
    /// Whether this fails the run.
    pub fails: bool,
    /// The ticket under which it is known, and until when.
    pub known: Option<String>,
    /// The ticket that no longer excuses it, and when it ended.
    #[serde(default)]
    pub excuse_ended: Option<String>,
    /// What is wrong.
    pub wrong: String,
    /// The same in Vietnamese.
    #[serde(default)]
    pub wrong_vi: String,
    /// The shortest story that shows it.
    pub story: Vec<StepSummary>,
}

/// One step of a story.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepSummary {
    /// Seconds since the first step.
    pub at_s: f64,
    /// Who, with which phone.
    pub who: String,
    /// What was asked.
    pub asked: String,
    /// What was answered.
    pub answered: String,
    /// W3C trace id; empty for a message.
    pub trace: String,
}

/// What a test over the whole run finds unlikely.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspicionSummary {
    /// Slug of the rule.
    pub rule: String,
    /// Which test.
    pub test: String,
    /// How likely a result as extreme is under chance.
    pub p: f64,
    /// Values tested.
    pub samples: u64,
}

/// Latency of one operation in milliseconds; null if no timed call was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationSummary {
    /// Calls, those of a warm-up included.
    pub count: u64,
    /// Calls that count for the latency.
    pub timed: u64,
    /// Calls that were refused.
    pub refused: u64,
    /// Calls that got neither done nor refused.
    pub errors: u64,
    /// Half of the calls took at most this long, from the intended moment to the whole answer.
    pub p50_ms: Option<f64>,
    /// Nine of ten.
    pub p90_ms: Option<f64>,
    /// 99 of 100.
    pub p99_ms: Option<f64>,
    /// 999 of 1000.
    pub p999_ms: Option<f64>,
    /// All.
    pub max_ms: Option<f64>,
    /// The same from the moment of sending.
    pub sent_p50_ms: Option<f64>,
    /// Nine of ten, from sending.
    pub sent_p90_ms: Option<f64>,
    /// 99 of 100, from sending.
    pub sent_p99_ms: Option<f64>,
    /// 999 of 1000, from sending.
    pub sent_p999_ms: Option<f64>,
    /// All, from sending.
    pub sent_max_ms: Option<f64>,
}

/// How late calls started, in microseconds after the intended moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LagSummary {
    /// Half of them.
    pub p50_us: Option<f64>,
    /// 99 of 100.
    pub p99_us: Option<f64>,
    /// All.
    pub max_us: Option<f64>,
}

/// Messages as the gateway's ledger has them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmsSummary {
    /// Taken by the gateway.
    pub accepted: u64,
    /// On a phone.
    pub delivered: u64,
    /// Never to arrive.
    pub lost: u64,
    /// To phones of nobody in this run.
    pub for_nobody: u64,
    /// Accepted code requests that no message followed.
    pub codes_without: u64,
}

/// What a process used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcessSummary {
    /// Processor time in seconds.
    pub cpu_s: f64,
    /// Largest resident memory in MiB.
    pub rss_mib: f64,
}

/// A limit of the scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitSummary {
    /// As written.
    pub limit: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was measured, in words; empty if there was nothing to measure.
    pub measured: String,
    /// The same as a number: a count, a share of 1, or microseconds.
    pub value: Option<f64>,
    /// Distance to the bound as a share of the bound; negative beyond it.
    pub margin: Option<f64>,
}

/// Why the run says nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InvalidSummary {
    /// A stable word.
    pub kind: String,
    /// What happened, and what to do.
    pub message: String,
}

/// Answers that the profile does not explain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnexplainedSummary {
    /// The operation.
    pub operation: String,
    /// `unmapped` or `foreign`.
    pub kind: String,
    /// HTTP status.
    pub status: u16,
    /// How often.
    pub count: u64,
    /// The beginning of the first such answer.
    pub sample: String,
}

/// A number with three decimals.
fn thousandths(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

fn ms(us: Option<u64>) -> Option<f64> {
    us.map(|us| us as f64 / 1e3)
}

fn us(spread: &Spread, quantile: f64) -> Option<f64> {
    spread.quantile(quantile).map(|ns| ns as f64 / 1e3)
}

impl OperationSummary {
    fn of(stats: &OperationStats) -> Self {
        let answers = |kind: &str| stats.answers.get(kind).copied().unwrap_or(0);
        let (refused, done) = (answers("refused"), answers("done"));
        Self {
            count: stats.count,
            timed: stats.intended.count(),
            refused,
            errors: stats.count - refused - done,
            p50_ms: ms(stats.intended.quantile(0.5)),
            p90_ms: ms(stats.intended.quantile(0.9)),
            p99_ms: ms(stats.intended.quantile(0.99)),
            p999_ms: ms(stats.intended.quantile(0.999)),
            max_ms: ms(stats.intended.max()),
            sent_p50_ms: ms(stats.sent.quantile(0.5)),
            sent_p90_ms: ms(stats.sent.quantile(0.9)),
            sent_p99_ms: ms(stats.sent.quantile(0.99)),
            sent_p999_ms: ms(stats.sent.quantile(0.999)),
            sent_max_ms: ms(stats.sent.max()),
        }
    }
}

fn rules(report: &Report) -> BTreeMap<String, RuleSummary> {
    let one = |rule: &Rule| {
        let count = report.rule(*rule);
        let bounds = count.bounds.iter().map(|bound| BoundSummary {
            bound: bound_word(bound.bound, EN).into(),
            limit_ms: thousandths(bound.limit_ms),
            accepted: bound.accepted,
            refused: bound.refused,
            nearest_accepted_ms: bound.nearest_accepted_ms.map(thousandths),
            nearest_refused_ms: bound.nearest_refused_ms.map(thousandths),
            accepted_ms: bound.bracket.latest_accepted_ms.map(thousandths),
            refused_ms: bound.bracket.earliest_refused_ms.map(thousandths),
            hint: bound.hint.as_deref().map(Into::into),
        });
        RuleSummary {
            allowed: count.allowed,
            violation: count.violation,
            undecided: count.undecided,
            nearest_accepted_ms: count.nearest_accepted_ms.map(thousandths),
            nearest_refused_ms: count.nearest_refused_ms.map(thousandths),
            bounds: bounds.collect(),
        }
    };
    report.judgement.rules.keys().map(|rule| (rule.slug().to_owned(), one(rule))).collect()
}

/// A ticket with its date: `T-812 until 2022-12-15`.
fn ticket(known: &Known, word: &str) -> String {
    format!("{} {word} {}", known.issue, known.until)
}

fn findings(report: &Report) -> Vec<FindingSummary> {
    let steps = |story: &Story| -> Vec<StepSummary> {
        let step = |step: &crate::story::Step| StepSummary {
            at_s: thousandths(step.at_s),
            who: step.who.say(EN).to_owned(),
            asked: step.asked.say(EN).to_owned(),
            answered: step.answered.say(EN).to_owned(),
            trace: step.trace.clone(),
        };
        story.steps.iter().map(step).collect()
    };
    let one = |view: &crate::report::FindingView| FindingSummary {
        rule: view.rule.slug().into(),
        count: view.count,
        fails: view.fails,
        known: view.known.as_ref().filter(|known| known.excuses).map(|known| ticket(known, "until")),
        excuse_ended: view.known.as_ref().filter(|known| !known.excuses).map(|known| ticket(known, "ended")),
        wrong: view.wrong.say(EN).to_owned(),
        wrong_vi: view.wrong.say(Lang::Vi).to_owned(),
        story: view.story.as_ref().map(steps).unwrap_or_default(),
    };
    report.findings.iter().map(one).collect()
}

impl Summary {
    /// The summary of a report.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let header = &report.header;
        let answers = report.latency.all.answers.iter().map(|(kind, count)| ((*kind).to_owned(), *count));
        let operations =
            report.latency.operations.iter().map(|(name, stats)| (name.to_string(), OperationSummary::of(stats)));
        let suspicions = report.judgement.suspicions.iter().map(|one| SuspicionSummary {
            rule: one.rule.slug().into(),
            test: one.test.to_string(),
            p: one.p,
            samples: one.samples,
        });
        Self {
            summary_version: 1,
            verdict: report.verdict,
            exit_code: report.verdict.exit_code(),
            scenario: header.scenario.name.clone(),
            profile: header.profile.name.clone(),
            mode: header.mode.as_str().into(),
            seed: header.seed,
            world_seed: header.world_seed,
            people: header.people,
            day: header.day.to_string(),
            rulebook: header.rulebook.name.as_str().into(),
            workers: header.workers,
            program: header.program.clone(),
            target: target(report),
            started_unix_ms: header.started.0,
            duration_s: thousandths(report.duration.as_secs_f64()),
            journeys: journeys(&report.journeys),
            requests: report.latency.all.count,
            answers: AnswerSummary {
                judged: report.judgement.answers,
                decided: report.judgement.decided,
                kinds: answers.collect(),
            },
            rules: rules(report),
            findings: findings(report),
            suspicions: suspicions.collect(),
            operations: operations.collect(),
            lag: LagSummary {
                p50_us: us(&report.lag_ns, 0.5),
                p99_us: us(&report.lag_ns, 0.99),
                max_us: report.lag_ns.max().map(|ns| ns as f64 / 1e3),
            },
            sms: sms(report),
            lookups: report.lookups,
            processes: processes(report),
            limits: limits(report),
            invalid: report
                .invalid
                .iter()
                .map(|why| InvalidSummary { kind: why.kind().into(), message: why.to_string() })
                .collect(),
            missing: report.header.missing.iter().map(|one| (one.operation.clone(), one.why.clone())).collect(),
            not_covered: report.judgement.not_covered.iter().map(|rule| rule.slug().into()).collect(),
            unexplained: unexplained(report),
            notes: report.notes.iter().map(ToString::to_string).collect(),
            again: header.again.clone(),
            prepared: journeys(&report.prepared),
            warm_up: journeys(&report.warm_up),
            approvals: approvals(report),
            photographed: PhotographedSummary {
                scans: report.photographed.scans,
                genuine: report.photographed.genuine,
            },
            since: report.since.as_ref().map(since),
        }
    }
}

fn target(report: &Report) -> TargetSummary {
    let header = &report.header;
    TargetSummary {
        address: header.target.address.clone(),
        built_in: header.target.built_in,
        version: header.target.version.clone(),
        misbehaviours: header.target.misbehaviours.clone(),
    }
}

fn journeys(totals: &JourneyTotals) -> JourneySummary {
    JourneySummary {
        planned: totals.planned,
        started: totals.started,
        completed: totals.completed,
        abandoned: totals.abandoned,
        failed: totals.failed,
        gave_up: totals.gave_up,
        left: totals.left,
        dirty: totals.dirty,
    }
}

fn approvals(report: &Report) -> BTreeMap<String, ApprovalSummary> {
    let one = |(level, times): (&songsinh_contract::Level, &songsinh_oracle::ApprovalTimes)| {
        let in_time = report.in_time.get(level).map_or(0, |one| one.within);
        (
            format!("{level:?}"),
            ApprovalSummary { count: times.count, in_time, longest_ms: thousandths(times.longest_ms) },
        )
    };
    report.judgement.approvals.iter().map(one).collect()
}

fn since(since: &Since) -> SinceSummary {
    let rules = |broken: &[crate::diff::Broken]| broken.iter().map(|one| one.rule.clone()).collect();
    let diff = &since.diff;
    let limits =
        |holds: bool| diff.limits.iter().filter(|one| one.holds == holds).map(|one| one.limit.clone()).collect();
    SinceSummary {
        run: since.run.clone(),
        no_worse: diff.is_no_worse(),
        new: rules(&diff.new),
        gone: rules(&diff.gone),
        still: rules(&diff.still),
        expired: diff.expired.clone(),
        lost_sight: diff.lost_sight.clone(),
        limits_held: limits(true),
        limits_crossed: limits(false),
        latency: diff
            .latency
            .iter()
            .map(|one| (format!("{} {}", one.quantile, one.operation), thousandths(one.ratio())))
            .collect(),
    }
}

fn sms(report: &Report) -> SmsSummary {
    SmsSummary {
        accepted: report.sms.accepted,
        delivered: report.sms.delivered,
        lost: report.sms.lost,
        for_nobody: report.sms.for_nobody,
        codes_without: report.sms.codes_without,
    }
}

fn processes(report: &Report) -> BTreeMap<String, ProcessSummary> {
    let mut by_name: BTreeMap<String, ProcessSummary> = BTreeMap::new();
    for process in &report.processes {
        let sum = by_name.entry(process.name.clone()).or_insert(ProcessSummary { cpu_s: 0.0, rss_mib: 0.0 });
        sum.cpu_s = thousandths(sum.cpu_s + process.cpu_s);
        sum.rss_mib = thousandths(sum.rss_mib + process.rss_mib);
    }
    by_name
}

fn limits(report: &Report) -> Vec<LimitSummary> {
    let one = |limit: &crate::limits::LimitResult| LimitSummary {
        limit: limit.text.clone(),
        holds: limit.holds,
        measured: limit.measured(EN),
        value: limit.value,
        margin: limit.margin.map(thousandths),
    };
    report.limits.iter().map(one).collect()
}

fn unexplained(report: &Report) -> Vec<UnexplainedSummary> {
    let one = |one: &crate::gather::Unexplained| UnexplainedSummary {
        operation: one.operation.to_string(),
        kind: one.kind.into(),
        status: one.status,
        count: one.count,
        sample: one.sample.clone(),
    };
    report.unexplained.iter().map(one).collect()
}

/// The text of `summary.json`.
///
/// # Errors
/// When a number cannot be written as JSON.
pub fn summary_json(report: &Report) -> Result<String, ReportError> {
    let text = serde_json::to_string_pretty(&Summary::of(report))
        .map_err(|error| ReportError::Make { file: "summary.json", why: error.to_string() })?;
    Ok(text + "\n")
}

/// The JSON Schema of [`Summary`], as committed in `schema/summary.schema.json`.
///
/// # Errors
/// Never in practice: when the schema cannot be written as JSON.
pub fn summary_schema() -> Result<String, ReportError> {
    let text = serde_json::to_string_pretty(&schemars::schema_for!(Summary))
        .map_err(|error| ReportError::Make { file: "summary.schema.json", why: error.to_string() })?;
    Ok(text + "\n")
}
