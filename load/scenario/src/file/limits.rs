//! What a run must keep to: `violations = 0`, `p99(account.register) < 400ms`, `started >= 99%`, `lag_p99 < 1ms`.
//!
//! Parsed here into a small tree; measured and compared by the reports.

use std::fmt;
use std::time::Duration;

use schemars::{Schema, SchemaGenerator, json_schema};
use songsinh_contract::OperationName;

use crate::message::Message;
use crate::nearest::nearest;
use crate::read::{Findings, Read, decimal, text_of};
use crate::yaml::Node;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Violations of rules, a count.
    Violations,
    /// Answers that the profile does not explain, as a share of all.
    Unmapped,
    /// Journeys that started, as a share of those planned.
    Started,
    /// Journeys that came to their end, as a share of those started.
    Completed,
    /// Calls without a verdict (unavailable, fault, no answer), as a share of all.
    Errors,
    /// How late calls were sent, at a quantile.
    Lag(Quantile),
    /// Latency of an operation from its intended time, at a quantile.
    Latency(Quantile, OperationName),
}

/// A quantile, in thousandths: 990 is the 99th percentile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantile(u16);

impl Quantile {
    const WORDS: [(&'static str, u16); 5] = [("p50", 500), ("p90", 900), ("p95", 950), ("p99", 990), ("p999", 999)];
    /// As a fraction of 1.
    #[must_use]
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
    fn named(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(name, _)| *name == word).map(|(_, at)| Self(at))
    }
}

/// How the measured value must stand to the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comparison {
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `=`
    Equal,
    /// `>=`
    AtLeast,
    /// `>`
    Above,
}

impl Comparison {
    const SIGNS: [(&'static str, Self); 5] =
        [("<=", Self::AtMost), (">=", Self::AtLeast), ("<", Self::Below), (">", Self::Above), ("=", Self::Equal)];
    /// Whether `measured` stands so to `limit`.
    #[must_use]
    pub fn holds(self, measured: f64, limit: f64) -> bool {
        match self {
            Self::Below => measured < limit,
            Self::AtMost => measured <= limit,
            Self::Equal => (measured - limit).abs() < f64::EPSILON,
            Self::AtLeast => measured >= limit,
            Self::Above => measured > limit,
        }
    }
}

/// The value of a limit, in the unit of its metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LimitValue {
    /// A count.
    Count(f64),
    /// A share, as a fraction of 1.
    Share(f64),
    /// A time.
    Time(Duration),
}

impl LimitValue {
    /// The number to compare with: a count, a fraction of 1, or seconds.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Count(value) | Self::Share(value) => value,
            Self::Time(time) => time.as_secs_f64(),
        }
    }
}

/// One limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// What is measured.
    pub metric: Metric,
    /// How it must stand to the value.
    pub comparison: Comparison,
    /// The value.
    pub value: LimitValue,
    /// As written in the file.
    pub text: String,
}

/// The limits of a scenario.
pub type Limits = Vec<Limit>;

impl Limit {
    /// Whether a measured value keeps it: a count, a fraction of 1, or seconds, by the metric.
    #[must_use]
    pub fn holds(&self, measured: f64) -> bool {
        self.comparison.holds(measured, self.value.as_f64())
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

const METRICS: [&str; 13] = [
    "violations",
    "unmapped",
    "started",
    "completed",
    "errors",
    "lag_p50",
    "lag_p90",
    "lag_p99",
    "p50(operation)",
    "p90(operation)",
    "p95(operation)",
    "p99(operation)",
    "p999(operation)",
];
const SYNTAX: &str = "give a metric, one of < <= = >= >, and a value, as in `p99(account.register) < 400ms`";

impl Read for Limit {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a limit", findings)?;
        let found = text.find(['<', '>', '=']).and_then(|at| {
            let (metric, rest) = text.split_at(at);
            let (sign, comparison) = Comparison::SIGNS.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
            Some((metric.trim(), comparison, rest[sign.len()..].trim()))
        });
        let Some((metric_text, comparison, value_text)) = found else {
            findings.add(&node.place, Message::NotA { what: "a limit", given: text.to_owned(), wanted: SYNTAX });
            return None;
        };
        let metric = metric_of(metric_text, node, findings)?;
        let value = value_of(metric, value_text);
        if value.is_none() {
            findings.add(&node.place, unit_message(metric));
        }
        Some(Self { metric, comparison, value: value?, text: text.to_owned() })
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "pattern": r"^[a-z_0-9]+(\([a-z0-9.-]+\))? *(<|<=|=|>=|>) *[0-9].*$",
            "examples": ["violations = 0", "p99(account.register) < 400ms", "started >= 99%", "lag_p99 < 1ms"],
        })
    }
}

fn metric_of(text: &str, node: &Node, findings: &mut Findings) -> Option<Metric> {
    let plain = match text {
        "violations" => Some(Metric::Violations),
        "unmapped" => Some(Metric::Unmapped),
        "started" => Some(Metric::Started),
        "completed" => Some(Metric::Completed),
        "errors" => Some(Metric::Errors),
        _ => text.strip_prefix("lag_").and_then(Quantile::named).map(Metric::Lag),
    };
    if plain.is_some() {
        return plain;
    }
    let call = text.strip_suffix(')').and_then(|rest| rest.split_once('('));
    if let Some((quantile, operation)) = call
        && let Some(quantile) = Quantile::named(quantile.trim())
    {
        let name = OperationName::named(operation.trim());
        if name.is_none() {
            let known: Vec<&'static str> = OperationName::ALL.iter().map(|one| one.as_str()).collect();
            let nearest = nearest(operation, known.iter().copied());
            let given = operation.trim().to_owned();
            findings.add(&node.place, Message::UnknownWord { what: "operation", given, nearest, known });
        }
        return name.map(|name| Metric::Latency(quantile, name));
    }
    let nearest = nearest(text, METRICS);
    let (given, known) = (text.to_owned(), METRICS.to_vec());
    findings.add(&node.place, Message::UnknownWord { what: "metric", given, nearest, known });
    None
}

fn value_of(metric: Metric, text: &str) -> Option<LimitValue> {
    match metric {
        Metric::Violations => text.parse::<u32>().ok().map(|count| LimitValue::Count(f64::from(count))),
        Metric::Lag(_) | Metric::Latency(..) => crate::units::time(text).map(LimitValue::Time),
        Metric::Unmapped | Metric::Started | Metric::Completed | Metric::Errors => {
            let percent = text.strip_suffix('%').and_then(|number| decimal(number.trim_end()))?;
            (percent <= 100.0).then_some(LimitValue::Share(percent / 100.0))
        }
    }
}

fn unit_message(metric: Metric) -> Message {
    let (metric, wanted) = match metric {
        Metric::Violations => ("violations", "a whole number, as in `violations = 0`"),
        Metric::Lag(_) => ("lag", "a time with its unit, as in `lag_p99 < 1ms`"),
        Metric::Latency(..) => ("latency", "a time with its unit, as in `p99(account.register) < 400ms`"),
        _ => ("shares", "a percentage up to 100%, as in `started >= 99%`"),
    };
    Message::LimitUnit { metric, wanted }
}
