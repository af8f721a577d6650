//! Times, shares, rates and ranges as people write them: `1m30s`, `0.1%`, `20/s -> 200/s`, `2ms..10ms`. Pure.

use std::time::Duration;

use schemars::{Schema, SchemaGenerator, json_schema};

use crate::message::Message;
use crate::read::{Findings, Read, decimal, one_or_many, text_of};
use crate::yaml::Node;

pub(crate) const TIME_PATTERN: &str = r"^([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+$";
/// The longest time that is read: a year.
pub(crate) const LONGEST_S: f64 = 366.0 * 86_400.0;

/// Reads a time: numbers with units, one after the other, as in `1m30s`. Exact to the microsecond; a year at the most.
#[must_use]
pub fn time(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(digits);
        let unit_end = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        let factor = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        seconds += decimal(number)? * factor;
        rest = tail;
    }
    (!text.is_empty() && seconds <= LONGEST_S).then(|| Duration::from_micros((seconds * 1e6).round() as u64))
}

/// Writes a time as files write it.
#[must_use]
pub fn show_time(time: Duration) -> String {
    let ms = time.as_millis();
    let exact = |unit: u128| ms > 0 && ms.is_multiple_of(unit);
    match ms {
        _ if exact(86_400_000) => format!("{}d", ms / 86_400_000),
        _ if exact(3_600_000) => format!("{}h", ms / 3_600_000),
        _ if exact(60_000) => format!("{}m", ms / 60_000),
        _ if exact(1_000) => format!("{}s", ms / 1_000),
        _ if ms > 1_000 => format!("{}s", ms as f64 / 1_000.0),
        _ => format!("{ms}ms"),
    }
}

/// A share between 0 % and 100 %, written with the percent sign.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Share(f64);

impl Share {
    /// So many in a hundred; all of them above that.
    #[must_use]
    pub fn percent(percent: u8) -> Self {
        Self(f64::from(percent.min(100)) / 100.0)
    }
    /// As a fraction of 1.
    #[must_use]
    pub fn fraction(self) -> f64 {
        self.0
    }
}

impl Read for Share {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a share", findings)?;
        let Some(percent) = text.strip_suffix('%').and_then(|number| decimal(number.trim_end())) else {
            let wanted = "give a number and the percent sign, as in 0.5%";
            findings.add(&node.place, Message::NotA { what: "a share", given: text.to_owned(), wanted });
            return None;
        };
        if percent > 100.0 {
            let given = text.to_owned();
            let message = Message::OutOfRange { what: "a share", given, low: "0%".into(), high: "100%".into() };
            findings.add(&node.place, message);
            return None;
        }
        Some(Self(percent / 100.0))
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?%$", "examples": ["0.5%"] })
    }
}

/// A time between two bounds, every one as likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// The shortest.
    pub from: Duration,
    /// The longest.
    pub to: Duration,
}

impl TimeRange {
    /// The time at `part` of the way from the shortest (0) to the longest (1).
    #[must_use]
    pub fn at(&self, part: f64) -> Duration {
        self.from + self.to.saturating_sub(self.from).mul_f64(part.clamp(0.0, 1.0))
    }
}

impl Read for TimeRange {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a range of times", findings)?;
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let (Some(from), Some(to)) = (time(from.trim()), time(to.trim())) else {
            let wanted = "give two times with units, as in 2ms..10ms, or one";
            findings.add(&node.place, Message::NotA { what: "a range of times", given: text.to_owned(), wanted });
            return None;
        };
        if from > to {
            findings.add(&node.place, Message::RangeBackwards { given: text.to_owned() });
            return None;
        }
        Some(Self { from, to })
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        let one = r"([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+";
        json_schema!({ "type": "string", "pattern": format!(r"^{one}( *\.\. *{one})?$"), "examples": ["2ms..10ms"] })
    }
}

/// How many journeys start each second over a phase: constant, a straight ramp, or steps of equal length.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// The stretches, each as long as the others.
    pub stretches: Vec<Stretch>,
}

/// A part of a phase with a constant rate or a straight ramp.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Journeys per second when it begins.
    pub from_per_s: f64,
    /// Journeys per second when it ends.
    pub to_per_s: f64,
}

/// The highest rate that is read, in journeys per second.
const HIGHEST_PER_S: f64 = 1_000_000.0;
/// The most steps of one phase.
const MOST_STEPS: usize = 1_000;

impl Course {
    /// Journeys per second at `part` of the phase (0 to 1).
    #[must_use]
    pub fn at(&self, part: f64) -> f64 {
        let place = part.clamp(0.0, 1.0) * self.stretches.len() as f64;
        let nth = (place as usize).min(self.stretches.len().saturating_sub(1));
        let Some(Stretch { from_per_s, to_per_s }) = self.stretches.get(nth) else { return 0.0 };
        from_per_s + (to_per_s - from_per_s) * (place - nth as f64)
    }
    /// The highest rate.
    #[must_use]
    pub fn peak_per_s(&self) -> f64 {
        self.stretches.iter().map(|one| one.from_per_s.max(one.to_per_s)).fold(0.0, f64::max)
    }
    /// The mean rate.
    #[must_use]
    pub fn mean_per_s(&self) -> f64 {
        let sum: f64 = self.stretches.iter().map(|one| f64::midpoint(one.from_per_s, one.to_per_s)).sum();
        sum / self.stretches.len().max(1) as f64
    }
    /// The rate with which it begins.
    #[must_use]
    pub fn first_per_s(&self) -> f64 {
        self.stretches.first().map_or(0.0, |one| one.from_per_s)
    }
}

impl std::fmt::Display for Course {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, Stretch { from_per_s, to_per_s }) in self.stretches.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            if (from_per_s - to_per_s).abs() < f64::EPSILON {
                write!(f, "{from_per_s}/s")?;
            } else {
                write!(f, "{from_per_s}/s -> {to_per_s}/s")?;
            }
        }
        Ok(())
    }
}

fn rate(text: &str) -> Option<f64> {
    let (number, unit) = text.trim().split_once('/')?;
    let per_s = match unit.trim_start() {
        "s" => 1.0,
        "m" => 1.0 / 60.0,
        "h" => 1.0 / 3_600.0,
        _ => return None,
    };
    Some(decimal(number.trim_end())? * per_s)
}

impl Read for Stretch {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a rate", findings)?;
        let (from, to) = text.split_once("->").unwrap_or((text, text));
        let (Some(from_per_s), Some(to_per_s)) = (rate(from), rate(to)) else {
            let wanted = "give journeys per second as in 200/s, or a ramp as in 20/s -> 200/s; not below 0";
            findings.add(&node.place, Message::NotA { what: "a rate", given: text.to_owned(), wanted });
            return None;
        };
        if from_per_s.max(to_per_s) > HIGHEST_PER_S {
            let (low, high) = ("0/s".to_owned(), format!("{HIGHEST_PER_S}/s"));
            findings.add(&node.place, Message::OutOfRange { what: "a rate", given: text.to_owned(), low, high });
            return None;
        }
        Some(Self { from_per_s, to_per_s })
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        let one = r"[0-9]+(\.[0-9]+)? */ *(s|m|h)";
        json_schema!({ "type": "string", "pattern": format!("^{one}( *-> *{one})?$"), "examples": ["200/s", "20/s -> 200/s"] })
    }
}

impl Read for Course {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let stretches: Vec<Stretch> = one_or_many(node, findings)?;
        if stretches.is_empty() {
            let (what, wanted) = ("the list of steps", "give at least one rate");
            findings.add(&node.place, Message::Empty { what, wanted });
            return None;
        }
        if stretches.len() > MOST_STEPS {
            let message = Message::TooMany { what: "steps", count: stretches.len(), limit: MOST_STEPS };
            findings.add(&node.place, message);
            return None;
        }
        Some(Self { stretches })
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let one = Stretch::schema(generator);
        json_schema!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1, "maxItems": MOST_STEPS }] })
    }
}

/// A time of day, as reports write it beside a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay {
    minutes: u16,
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl Read for TimeOfDay {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a time of day", findings)?;
        let part = |text: &str, below: u16| {
            let shaped = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
            text.parse::<u16>().ok().filter(|value| shaped && *value < below)
        };
        let minutes = text.split_once(':').and_then(|(hour, minute)| Some(part(hour, 24)? * 60 + part(minute, 60)?));
        if minutes.is_none() {
            let wanted = "give hours and minutes, as in \"19:45\"";
            findings.add(&node.place, Message::NotA { what: "a time of day", given: text.to_owned(), wanted });
        }
        minutes.map(|minutes| Self { minutes })
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["19:45"] })
    }
}

/// A number above or equal to 0.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Amount(f64);

impl Amount {
    /// A whole number.
    #[must_use]
    pub fn whole(number: u32) -> Self {
        Self(f64::from(number))
    }
    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Read for Amount {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a number", findings)?;
        let value = decimal(text).filter(|&value| value <= 1e9);
        if value.is_none() {
            let wanted = "a number from 0 to 1000000000 is wanted";
            findings.add(&node.place, Message::NotA { what: "an amount", given: text.to_owned(), wanted });
        }
        value.map(Self)
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": 0, "maximum": 1_000_000_000 })
    }
}

/// A whole number from `LOW` to `HIGH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whole<const LOW: u64, const HIGH: u64>(u64);

impl<const LOW: u64, const HIGH: u64> Whole<LOW, HIGH> {
    /// That number, if it lies within the bounds.
    #[must_use]
    pub fn new(number: u64) -> Option<Self> {
        (LOW..=HIGH).contains(&number).then_some(Self(number))
    }
    /// The number.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }
}

impl<const LOW: u64, const HIGH: u64> Read for Whole<LOW, HIGH> {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        crate::read::whole_of(node, "a whole number", LOW, HIGH, findings).map(Self)
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": LOW, "maximum": HIGH })
    }
}

/// Any text, kept character by character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(pub String);

impl std::ops::Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Read for Text {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        text_of(node, "this", findings).map(|text| Self(text.to_owned()))
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

/// A name in kebab-case: lower-case letters, digits and dashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

impl std::ops::Deref for Name {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl Read for Name {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a name", findings)?;
        let shaped =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if text.len() > 64 || !text.split('-').all(shaped) {
            let wanted = "lower-case letters, digits and single dashes are wanted, at most 64";
            findings.add(&node.place, Message::NotA { what: "a name", given: text.to_owned(), wanted });
            return None;
        }
        Some(Self(text.to_owned()))
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 64 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_read_with_their_units_only() {
        let cases = [("200ms", 200), ("20s", 20_000), ("1m30s", 90_000), ("0.5h", 1_800_000), ("7d", 604_800_000)];
        for (text, ms) in cases {
            assert_eq!(time(text), Some(Duration::from_millis(ms)), "{text}");
        }
        for text in ["", "20", "s", "20 s", "-1s", "1e3s", "20sec", "1s2", "..s", "999999d"] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn shown_times_read_back(ms in 0_u64..10_000_000_000) {
            let written = Duration::from_millis(ms);
            prop_assert_eq!(time(&show_time(written)), Some(written));
        }
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = (time(&text), rate(&text), decimal(&text));
        }
    }
}
