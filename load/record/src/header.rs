//! The first frame: what was to be run, so that the run can be judged and repeated from the record alone.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use songsinh_contract::{Moment, Prior, Rulebook, UnixMillis};

/// On which clock a run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Over the network, on the host's clock.
    Real,
    /// In-process, in virtual time.
    Virtual,
}

impl Mode {
    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Virtual => "virtual",
        }
    }
}

/// A file that the run was made of: its name and its whole text, secrets as references only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The name inside the file.
    pub name: String,
    /// The path as it was given on the command line; empty for what is built in.
    pub path: String,
    /// The text.
    pub text: String,
}

/// Which system was put to the test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetLabel {
    /// Its address as shown, for example `http://127.0.0.1:9710`.
    pub address: String,
    /// Whether it is the built-in twin: there a broken rule of any certainty fails the run.
    pub built_in: bool,
    /// Its version as it tells it; empty if unknown.
    pub version: String,
    /// The misbehaviours that the twin was started with; empty for none.
    pub misbehaviours: String,
}

/// A stretch of the run, relative to [`RunHeader::origin`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// The name in the scenario.
    pub name: String,
    /// Milliseconds from the origin to its first arrival.
    pub from_ms: u64,
    /// Milliseconds from the origin to its end.
    pub until_ms: u64,
    /// Whether its latency counts in tables and limits (a warm-up does not).
    pub timed: bool,
    /// The time of day that it stands for, `HH:MM`, as the scenario says; none: it stands for no time.
    pub at: Option<String>,
}

/// Something that is to happen to the world at its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedEvent {
    /// Milliseconds from [`RunHeader::origin`] to its begin.
    pub at_ms: u64,
    /// How long it is to last, milliseconds; none: it is over at once (a restart).
    pub length_ms: Option<u64>,
    /// What happens, in a few words.
    pub what: String,
}

/// How often a rule must be decided for the run to say anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MustDecide {
    /// Slug of the rule.
    pub rule: String,
    /// Decided answers wanted at least.
    pub at_least: u64,
}

/// A violation that is known and shall not fail the run until its date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownIssue {
    /// Slug of the rule.
    pub rule: String,
    /// The ticket.
    pub issue: String,
    /// The last day on which it is excused.
    pub until: Date,
}

/// An operation that the target lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingOperation {
    /// Its name.
    pub operation: String,
    /// Why, in the profile's words.
    pub why: String,
}

/// The bounds beyond which a run says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Start lag, 99th percentile, microseconds. None: reported only.
    pub lag_p99_us: Option<u64>,
    /// Dirty people, parts per million of the people used.
    pub dirty_ppm: u32,
    /// Unmapped and foreign answers, parts per million of all answers.
    pub unexplained_ppm: u32,
    /// Accepted code requests that no message followed.
    pub codes_without_sms: u32,
    /// Journeys that came to their end, parts per million of those started: at least so many.
    pub completed_ppm: u32,
    /// Journeys under way when the run ended, parts per million of those started.
    pub left_ppm: u32,
}

impl Default for Bounds {
    /// Lag 1 ms, dirty people 1 %, unexplained answers 0.5 %, twenty codes without a message, half of the journeys
    /// completed, 2 % left under way.
    fn default() -> Self {
        Self {
            lag_p99_us: Some(1_000),
            dirty_ppm: 10_000,
            unexplained_ppm: 5_000,
            codes_without_sms: 20,
            completed_ppm: 500_000,
            left_ppm: 20_000,
        }
    }
}

/// How far from a time bound of a rule an answer is not judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tolerance {
    /// Slug of the rule.
    pub rule: String,
    /// Before the bound, milliseconds.
    pub early_ms: u64,
    /// After the bound, milliseconds.
    pub late_ms: u64,
}

/// What the oracle may take for certain at this target. The default is the built-in twin, used by nobody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// No other client uses these people and phones.
    pub exclusive: bool,
    /// Every message of the target reaches our gateway.
    pub gateway_reaches: bool,
    /// The two prescribed messages are judged as given.
    pub message_texts: bool,
    /// How long after an approval the notice must be at the gateway, milliseconds.
    pub notice_within_ms: u64,
    /// Tolerances of timed rules; none for a rule that is not in it.
    pub tolerances: Vec<Tolerance>,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            exclusive: true,
            gateway_reaches: true,
            message_texts: true,
            notice_within_ms: 30_000,
            tolerances: Vec::new(),
        }
    }
}

/// What was to be run. Moments in later frames are on the clock of [`RunHeader::origin`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHeader {
    /// Version of the program that wrote the record.
    pub program: String,
    /// The scenario.
    pub scenario: Source,
    /// The target profile.
    pub profile: Source,
    /// Real or virtual.
    pub mode: Mode,
    /// Seed of the run.
    pub seed: u64,
    /// Seed of the world's population.
    pub world_seed: u64,
    /// People in that population.
    pub people: u64,
    /// The day that is played (people's ages and cards are as on it).
    pub day: Date,
    /// Threads that made the load.
    pub workers: u32,
    /// The rulebook under which answers are judged.
    pub rulebook: Rulebook,
    /// Wall clock at the origin. In virtual time: the scenario's own start.
    pub started: UnixMillis,
    /// The run's clock at the start.
    pub origin: Moment,
    /// The system under test.
    pub target: TargetLabel,
    /// What was known of accounts before the run.
    pub prior: Prior,
    /// Journeys planned.
    pub planned: u64,
    /// The phases, in order.
    pub phases: Vec<Phase>,
    /// The scenario's limits, as written.
    pub limits: Vec<String>,
    /// Rules that must be decided.
    pub must_decide: Vec<MustDecide>,
    /// What is to happen to the world, in the order of the scenario; what really happened is in the footer.
    pub events: Vec<PlannedEvent>,
    /// Violations that are known.
    pub known: Vec<KnownIssue>,
    /// Operations that the target lacks, with the profile's reason.
    pub missing: Vec<MissingOperation>,
    /// Bounds of validity.
    pub bounds: Bounds,
    /// Terms of judging.
    pub terms: Terms,
    /// The command that runs this again.
    pub again: String,
}
