//! `summary.json`: the report for programs. Documented by `schema/summary.schema.json`; keys stand in a fixed order.

mod make;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::ReportError;
use crate::report::Report;
use crate::verdict::Verdict;

/// Programs read English words.
const EN: crate::Lang = crate::Lang::En;

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
    /// Of all these, the share that was decided: from 0 to 1.
    #[serde(default)]
    pub decided_share: f64,
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
