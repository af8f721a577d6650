//! The scenario file as a whole, and how it is read.
//!
//! Invariant: a [`Scenario`] that exists is checked: known names, shares above 0, phases that start journeys, no more
//! of them than the limit. Only [`Scenario::load`] touches the disk.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::Date;
use schemars::{Schema, SchemaGenerator, json_schema};
use songsinh_contract::{Rule, Rulebook};

use super::{
    Arrivals, Edges, Entry, Event, Known, Limits, Patience, People, Phase, Population, Prepare, RulebookChoices, Sms,
    Twin,
};
use crate::errors::FileErrors;
use crate::message::Message;
use crate::profile::Profile;
use crate::read::{Fields, Findings, Read, entries_of, record, text_of, whole_of, word_of};
use crate::units::{Name, Text, Whole};
use crate::yaml::{self, MAX_BYTES, Node};

/// The most journeys that a run takes.
pub const MAX_ARRIVALS: u64 = 2_000_000;
/// The longest run, phases together.
const MAX_LENGTH_S: u64 = 24 * 3_600;

/// Against which implementation a scenario is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The twin that comes with the program.
    BuiltIn,
    /// The profile at that path, relative to the scenario file.
    Profile(PathBuf),
}

impl Read for Target {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a target", findings)?;
        Some(if text == "built-in" { Self::BuiltIn } else { Self::Profile(text.into()) })
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "examples": ["built-in", "targets/stand-in.yaml"] })
    }
}

impl Read for Date {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a day", findings)?;
        let shaped = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let day = text.parse::<Self>().ok().filter(|day| shaped && (1990..=2100).contains(&day.year()));
        if day.is_none() {
            let wanted = "year, month and day of the calendar are wanted, as in 2022-08-27, from 1990 to 2100";
            findings.add(&node.place, Message::NotA { what: "a day", given: text.to_owned(), wanted });
        }
        day
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
    }
}

/// How often rules must have been decided for a run to be valid.
impl Read for BTreeMap<Rule, u64> {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let words: Vec<(&'static str, Rule)> = Rule::ALL.iter().map(|&rule| (rule.slug(), rule)).collect();
        let mut out = Self::new();
        let mut whole = true;
        for (_, key, value) in entries_of(node, "`must_decide`", findings)? {
            let rule = word_of(key, "rule", &words, findings);
            let count = whole_of(value, "a count", 1, 1_000_000_000, findings);
            if let Some(rule) = rule.filter(|rule| !rule.is_decidable()) {
                findings.add(&key.place, Message::NeverDecided { rule: rule.slug() });
                whole = false;
                continue;
            }
            match rule.zip(count) {
                Some((rule, count)) => drop(out.insert(rule, count)),
                None => whole = false,
            }
        }
        whole.then_some(out)
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let names = Rule::schema(generator);
        json_schema!({
            "type": "object", "propertyNames": names, "additionalProperties": { "type": "integer", "minimum": 1 },
        })
    }
}

record! {
    /// A scenario: who does what against which system, when, and what must come out.
    pub struct Scenario ("the scenario", check sound) {
        /// The name of the scenario, in kebab-case.
        "scenario" scenario: Name, required;
        /// What it is for.
        "about" about: Option<Text>, optional;
        /// `built-in`, or the path of a target profile relative to this file.
        "target" target: Target, default "built-in";
        /// The world's civil day, in Asia/Ho_Chi_Minh.
        "day" day: Date, required;
        /// Who takes part.
        "people" people: People, required;
        /// What differs from a dated rulebook.
        "rulebook" rulebook: RulebookChoices, default "{}";
        /// The SMS network.
        "sms" sms: Sms, default "{}";
        /// The population service.
        "population" population: Population, default "{}";
        /// The built-in twin.
        "twin" twin: Twin, default "{}";
        /// How people are brought into the state that `people` asks for.
        "prepare" prepare: Prepare, default "{}";
        /// For how long the load runs at the first phase's rate before it counts: judged, but in no figure.
        "warm_up" warm_up: Option<Duration>, optional;
        /// When journeys begin.
        "phases" phases: Vec<Phase>, required;
        /// How arrivals are spread, where a phase does not say.
        "arrivals" arrivals: Arrivals, default "poisson";
        /// Which journeys people make.
        "mix" mix: Vec<Entry>, required;
        /// How people aim who act at the edge of a lifetime, a gap or a lock.
        "edges" edges: Edges, default "{}";
        /// What happens to the world meanwhile.
        "events" events: Vec<Event>, default "[]";
        /// How patient people are.
        "patience" patience: Patience, default "{}";
        /// How long journeys under way may take after the last phase.
        "drain" drain: Duration, default "60s";
        /// What the run must keep to.
        "limits" limits: Limits, default "[\"violations = 0\"]";
        /// How often rules must have been decided, else the run is invalid.
        "must_decide" must_decide: BTreeMap<Rule, u64>, default "{}";
        /// Violations that are known and excused until their date.
        "known" known: Vec<Known>, default "[]";
        /// How many workers make the load.
        "workers" workers: Whole<1, 256>, default "1";
    }
}

fn sound(scenario: &Scenario, fields: &Fields<'_>, findings: &mut Findings) {
    if scenario.phases.is_empty() {
        let (what, wanted) = ("`phases`", "give at least one phase with `name`, `for` and `start`");
        findings.add(&fields.key_place("phases"), Message::Empty { what, wanted });
    } else if scenario.phases.len() > 1_000 {
        let message = Message::TooMany { what: "phases", count: scenario.phases.len(), limit: 1_000 };
        findings.add(&fields.key_place("phases"), message);
    } else {
        length_is_bearable(scenario, fields, findings);
    }
    events_fit(scenario, fields, findings);
    if scenario.mix.is_empty() {
        let (what, wanted) = ("`mix`", "give at least one entry with `share` and `journey`");
        findings.add(&fields.key_place("mix"), Message::Empty { what, wanted });
    } else if scenario.mix.len() > 1_000 {
        let message = Message::TooMany { what: "entries of the mix", count: scenario.mix.len(), limit: 1_000 };
        findings.add(&fields.key_place("mix"), message);
    } else if scenario.mix.iter().all(|entry| entry.share.get() <= 0.0) {
        findings.add(&fields.key_place("mix"), Message::SharesAreZero);
    }
}

/// No event begins after the last phase, and only a twin of our own is restarted.
fn events_fit(scenario: &Scenario, fields: &Fields<'_>, findings: &mut Findings) {
    let place = fields.key_place("events");
    if scenario.events.len() > 100 {
        findings.add(&place, Message::TooMany { what: "events", count: scenario.events.len(), limit: 100 });
    }
    let ends = scenario.length();
    for event in &scenario.events {
        if event.at > ends {
            let (at, ends) = (crate::units::show_time(event.at), crate::units::show_time(ends));
            findings.add(&place, Message::EventAfterEnd { at, ends });
        }
        if event.twin.is_some() && scenario.target != Target::BuiltIn {
            findings.add(&place, Message::RestartOfStranger);
        }
    }
}

fn length_is_bearable(scenario: &Scenario, fields: &Fields<'_>, findings: &mut Findings) {
    let expected = scenario.expected_arrivals();
    let seconds: f64 = scenario.phases.iter().map(|phase| phase.length.as_secs_f64()).sum();
    let at = fields.key_place("phases");
    if seconds > MAX_LENGTH_S as f64 {
        findings.add(&at, Message::TooLong { seconds, limit_s: MAX_LENGTH_S });
    }
    if expected > MAX_ARRIVALS as f64 {
        findings.add(&at, Message::TooManyArrivals { expected, limit: MAX_ARRIVALS });
    } else if expected <= 0.0 {
        findings.add(&at, Message::NoArrivals);
    }
}

impl Scenario {
    /// Reads and checks a scenario file; a target profile that it names must exist.
    ///
    /// # Errors
    /// Everything that is wrong with the file, with place and advice.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, FileErrors> {
        let path = path.as_ref();
        let bytes = read_bytes(path)?;
        Self::parse_with(path, &bytes, &|target| target.is_file())
    }

    /// Reads and checks the text of a scenario file. `path` is only used in messages.
    ///
    /// # Errors
    /// Everything that is wrong with the text, with place and advice.
    pub fn parse(path: impl AsRef<Path>, bytes: &[u8]) -> Result<Self, FileErrors> {
        Self::parse_with(path.as_ref(), bytes, &|_| true)
    }

    fn parse_with(path: &Path, bytes: &[u8], exists: &dyn Fn(&Path) -> bool) -> Result<Self, FileErrors> {
        parse_file(path, bytes, |scenario: &Self, node, findings| {
            if let Target::Profile(target) = &scenario.target
                && !exists(&beside(path, target))
                && let Some(fields) = Fields::of(node, "the scenario", Self::KEYS, &mut Findings::default())
            {
                let message = Message::TargetNotFound { path: target.display().to_string() };
                findings.add(&fields.place("target"), message);
            }
        })
    }

    /// The path of the target's profile, given the path of the scenario file; none for the built-in twin.
    #[must_use]
    pub fn profile_path(&self, scenario_path: &Path) -> Option<PathBuf> {
        match &self.target {
            Target::BuiltIn => None,
            Target::Profile(target) => Some(beside(scenario_path, target)),
        }
    }

    /// The numbers and choices in force. What the profile says of its implementation goes before what the scenario
    /// asks for; the built-in profile says nothing, so that there the scenario decides.
    #[must_use]
    pub fn rulebook(&self, profile: &Profile) -> Rulebook {
        let base = profile.rulebook.base.or(self.rulebook.base).unwrap_or(Rulebook::default().name);
        profile.rulebook.applied_to(self.rulebook.applied_to(Rulebook::shipped(base)))
    }

    /// How many journeys are expected to start.
    #[must_use]
    pub fn expected_arrivals(&self) -> f64 {
        self.phases.iter().map(Phase::expected).sum()
    }

    /// How long the phases last together.
    #[must_use]
    pub fn length(&self) -> Duration {
        self.phases.iter().map(|phase| phase.length).sum()
    }
}

fn beside(file: &Path, other: &Path) -> PathBuf {
    file.parent().map_or_else(|| other.to_owned(), |folder| folder.join(other))
}

/// Reads a file up to the limit.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, FileErrors> {
    let fail = |message| FileErrors::one(path, "", 0..0, message);
    let unreadable = |error: std::io::Error| fail(Message::Unreadable { why: error.to_string() });
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// Text to value, with all the errors of the way: size, encoding, YAML, content, and what `check` finds.
pub(crate) fn parse_file<T: Read>(
    path: &Path,
    bytes: &[u8],
    check: impl FnOnce(&T, &Node, &mut Findings),
) -> Result<T, FileErrors> {
    if bytes.len() > MAX_BYTES {
        return Err(FileErrors::one(path, "", 0..0, Message::TooLarge { limit: MAX_BYTES }));
    }
    let source = std::str::from_utf8(bytes).map_err(|error| {
        let lossy = String::from_utf8_lossy(bytes);
        FileErrors::one(path, &lossy, error.valid_up_to()..error.valid_up_to() + 1, Message::NotUtf8)
    })?;
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    if source.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Err(FileErrors::one(path, "", 0..0, Message::EmptyFile));
    }
    let node = yaml::parse(source).map_err(|(place, message)| FileErrors::one(path, source, place, message))?;
    let mut findings = Findings::default();
    let value = T::read(&node, &mut findings);
    if let Some(value) = &value {
        check(value, &node, &mut findings);
    }
    match value {
        Some(value) if findings.0.is_empty() => Ok(value),
        _ if findings.0.is_empty() => Err(FileErrors::one(path, source, node.place, Message::EmptyFile)),
        _ => Err(FileErrors::new(path, source, findings.0)),
    }
}
