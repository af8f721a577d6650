//! The scenario's limits: read from their text and held against what was measured.
//!
//! ```text
//! limit   = metric comparison bound          comparison = "<" | "<=" | "=" | ">=" | ">"
//! metric  = "violations" | "undecided"                                                 of the decisions on rules
//!         | "unmapped" | "unexplained" | "errors"                                       of all answers
//!         | "dirty"                                                                     of the people
//!         | "started" | "abandoned"                                                     of the journeys planned
//!         | "completed" | "failed" | "gave_up" | "left"                                          of the journeys started
//!         | "lag_p50" … "lag_max"                                                       time
//!         | ("p50" | "p90" | "p95" | "p99" | "p999" | "max") "(" operation | "all" ")"  time, from the intended moment
//!         | "shown_within" "(" operation | "all" "," time ")"                           share of the calls
//! bound   = number | number "%" | (number ("us" | "µs" | "ms" | "s" | "m" | "h" | "d"))+
//! ```
//! `unmapped` are answers that the profile does not explain, `unexplained` those of somebody else too; `errors` are
//! calls without a verdict (unavailable, fault, no answer). Every limit that a scenario file may hold is read here.
//! A limit about something that never happened does not hold: nothing was shown.

use songsinh_contract::OperationName;

use crate::error::LimitError;
use crate::lang::Lang;
use crate::latency::{Latency, OperationStats, Spread};
use crate::words;

/// What a limit is about.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Metric {
    Count(Count),
    Lag(f64),
    Latency(f64, Option<OperationName>),
    ShownWithin(Option<OperationName>, u64),
}

/// A count, and the whole of which it may be a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    Violations,
    Undecided,
    Unmapped,
    Unexplained,
    Errors,
    Dirty,
    Started,
    Completed,
    Abandoned,
    Failed,
    GaveUp,
    Left,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Below,
    AtMost,
    Equal,
    AtLeast,
    Above,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Bound {
    Plain(f64),
    Share(f64),
    Micros(f64),
}

/// A limit, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    text: String,
    metric: Metric,
    comparison: Comparison,
    bound: Bound,
}

/// The counts against which limits are held.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) violations: u64,
    pub(crate) undecided: u64,
    pub(crate) decided: u64,
    pub(crate) unmapped: u64,
    pub(crate) unexplained: u64,
    pub(crate) errors: u64,
    pub(crate) answers: u64,
    pub(crate) dirty: u64,
    pub(crate) people: u64,
    pub(crate) planned: u64,
    pub(crate) started: u64,
    pub(crate) completed: u64,
    pub(crate) abandoned: u64,
    pub(crate) failed: u64,
    pub(crate) gave_up: u64,
    pub(crate) left: u64,
}

/// What a measured value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Plain,
    Share,
    Micros,
}

/// A limit and whether it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitResult {
    /// The limit as written in the scenario.
    pub text: String,
    unit: Unit,
    /// What was measured, as a number: a count, a share of 1, or microseconds.
    pub value: Option<f64>,
    /// Whether it holds.
    pub holds: bool,
    /// How far the measured value lies on the good side of the bound, as a share of the bound; negative beyond it.
    pub margin: Option<f64>,
}

impl Limit {
    /// Reads a limit.
    ///
    /// # Errors
    /// When it is not written as above.
    pub fn parse(text: &str) -> Result<Self, LimitError> {
        let wrong = |why: String| LimitError { text: text.trim().chars().take(80).collect(), why };
        let (metric, comparison, bound) = split(text)
            .ok_or_else(|| wrong("a comparison is missing, as in «violations = 0» or «p99(all) < 400ms»".into()))?;
        let metric = parse_metric(metric).map_err(wrong)?;
        let bound = parse_bound(bound).map_err(wrong)?;
        let fits = match metric {
            Metric::Count(_) => !matches!(bound, Bound::Micros(_)),
            Metric::Lag(_) | Metric::Latency(..) => matches!(bound, Bound::Micros(_)),
            Metric::ShownWithin(..) => matches!(bound, Bound::Share(_)),
        };
        if !fits {
            let wanted = match metric {
                Metric::Count(_) => "a count or a share, as in «0» or «99%»",
                Metric::Lag(_) | Metric::Latency(..) => "a time, as in «400ms»",
                Metric::ShownWithin(..) => "a share, as in «99.5%»",
            };
            return Err(wrong(format!("its bound must be {wanted}")));
        }
        Ok(Self { text: text.trim().to_owned(), metric, comparison, bound })
    }

    pub(crate) fn hold(&self, counts: &Counts, latency: &Latency, lag_ns: &Spread) -> LimitResult {
        let stats = |name: Option<OperationName>| -> Option<&OperationStats> {
            name.map_or(Some(&latency.all), |name| latency.operations.get(&name))
        };
        let value = match self.metric {
            Metric::Count(count) => counts.value(count, matches!(self.bound, Bound::Share(_))),
            Metric::Lag(quantile) => lag_ns.quantile(quantile).map(|ns| ns as f64 / 1e3),
            Metric::Latency(quantile, name) => {
                stats(name).and_then(|stats| stats.intended.quantile(quantile)).map(|us| us as f64)
            }
            Metric::ShownWithin(name, us) => stats(name)
                .filter(|stats| stats.intended.count() > 0)
                .map(|stats| stats.shown.count_within(us) as f64 / stats.intended.count() as f64),
        };
        let Some(value) = value else {
            return LimitResult { text: self.text.clone(), unit: Unit::Plain, value: None, holds: false, margin: None };
        };
        let (Bound::Plain(bound) | Bound::Share(bound) | Bound::Micros(bound)) = self.bound;
        let (holds, margin) = self.comparison.hold(value, bound);
        let unit = match self.bound {
            Bound::Plain(_) => Unit::Plain,
            Bound::Share(_) => Unit::Share,
            Bound::Micros(_) => Unit::Micros,
        };
        LimitResult { text: self.text.clone(), unit, value: Some(value), holds, margin }
    }
}

impl LimitResult {
    /// What was measured, in words; empty if there was nothing to measure.
    #[must_use]
    pub fn measured(&self, lang: Lang) -> String {
        let Some(value) = self.value else { return String::new() };
        match self.unit {
            Unit::Plain => words::count(value as u64, lang),
            Unit::Share => words::percent(value, lang),
            Unit::Micros => words::micros(value, lang),
        }
    }
    /// How far the measured value lies from the bound, in words: `11 % beyond`; empty if that says nothing.
    #[must_use]
    pub fn margin_text(&self, lang: Lang) -> String {
        let Some(margin) = self.margin else { return String::new() };
        let percent = words::count((margin.abs() * 100.0).round() as u64, lang);
        match (margin >= 0.0, lang) {
            (true, Lang::En) => format!("{percent} % to spare"),
            (true, Lang::Vi) => format!("còn dư {percent} %"),
            (false, Lang::En) => format!("{percent} % beyond"),
            (false, Lang::Vi) => format!("vượt {percent} %"),
        }
    }
}

impl Comparison {
    fn hold(self, value: f64, bound: f64) -> (bool, Option<f64>) {
        let room = |room: f64| (bound != 0.0).then(|| room / bound.abs());
        match self {
            Self::Below => (value < bound, room(bound - value)),
            Self::AtMost => (value <= bound, room(bound - value)),
            Self::Equal => ((value - bound).abs() < f64::EPSILON, None),
            Self::AtLeast => (value >= bound, room(value - bound)),
            Self::Above => (value > bound, room(value - bound)),
        }
    }
}

impl Counts {
    fn value(&self, count: Count, share: bool) -> Option<f64> {
        let (part, whole) = match count {
            Count::Violations => (self.violations, self.decided),
            Count::Undecided => (self.undecided, self.undecided + self.decided),
            Count::Unmapped => (self.unmapped, self.answers),
            Count::Unexplained => (self.unexplained, self.answers),
            Count::Errors => (self.errors, self.answers),
            Count::Dirty => (self.dirty, self.people),
            Count::Started => (self.started, self.planned),
            Count::Completed => (self.completed, self.started),
            Count::Abandoned => (self.abandoned, self.planned),
            Count::Failed => (self.failed, self.started),
            Count::GaveUp => (self.gave_up, self.started),
            Count::Left => (self.left, self.started),
        };
        match (share, whole) {
            (false, _) => Some(part as f64),
            (true, 0) => None,
            (true, whole) => Some(part as f64 / whole as f64),
        }
    }
}

fn split(text: &str) -> Option<(&str, Comparison, &str)> {
    let at = text.find(['<', '>', '=', '≤', '≥'])?;
    let (metric, rest) = text.split_at(at);
    let signs = [
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("==", Comparison::Equal),
        ("≤", Comparison::AtMost),
        ("≥", Comparison::AtLeast),
        ("<", Comparison::Below),
        (">", Comparison::Above),
        ("=", Comparison::Equal),
    ];
    let (bound, comparison) =
        signs.into_iter().find_map(|(sign, comparison)| Some((rest.strip_prefix(sign)?, comparison)))?;
    Some((metric.trim(), comparison, bound.trim()))
}

fn parse_metric(text: &str) -> Result<Metric, String> {
    let count = match text {
        "violations" => Some(Count::Violations),
        "undecided" => Some(Count::Undecided),
        "unmapped" => Some(Count::Unmapped),
        "unexplained" => Some(Count::Unexplained),
        "errors" => Some(Count::Errors),
        "dirty" => Some(Count::Dirty),
        "started" => Some(Count::Started),
        "completed" => Some(Count::Completed),
        "abandoned" => Some(Count::Abandoned),
        "failed" => Some(Count::Failed),
        "gave_up" => Some(Count::GaveUp),
        "left" => Some(Count::Left),
        _ => None,
    };
    if let Some(count) = count {
        return Ok(Metric::Count(count));
    }
    if let Some(quantile) = text.strip_prefix("lag_").and_then(quantile) {
        return Ok(Metric::Lag(quantile));
    }
    let unknown = || format!("«{text}» is nothing that is measured");
    let (function, arguments) = text.strip_suffix(')').and_then(|text| text.split_once('(')).ok_or_else(unknown)?;
    let function = function.trim();
    if function == "shown_within" {
        let (operation, within) =
            arguments.split_once(',').ok_or("a time is missing, as in «shown_within(all, 1s)»")?;
        return match parse_bound(within.trim())? {
            Bound::Micros(us) => Ok(Metric::ShownWithin(parse_operation(operation)?, us as u64)),
            _ => Err(format!("«{}» is no time, as in «1s»", within.trim())),
        };
    }
    let quantile = quantile(function).ok_or_else(unknown)?;
    Ok(Metric::Latency(quantile, parse_operation(arguments)?))
}

fn quantile(text: &str) -> Option<f64> {
    Some(match text {
        "p50" => 0.5,
        "p90" => 0.9,
        "p95" => 0.95,
        "p99" => 0.99,
        "p999" => 0.999,
        "max" => 1.0,
        _ => return None,
    })
}

fn parse_operation(text: &str) -> Result<Option<OperationName>, String> {
    match text.trim() {
        "all" => Ok(None),
        name => OperationName::named(name).map(Some).ok_or_else(|| format!("no operation is called «{name}»")),
    }
}

fn parse_bound(text: &str) -> Result<Bound, String> {
    let (number, unit, mut rest) = number_and_unit(text)?;
    match unit {
        "" if rest.is_empty() => return Ok(Bound::Plain(number)),
        "%" if rest.is_empty() => return Ok(Bound::Share(number / 100.0)),
        _ => {}
    }
    let mut us = number * factor_us(unit)?;
    while !rest.is_empty() {
        let (number, unit, tail) = number_and_unit(rest)?;
        us += number * factor_us(unit)?;
        rest = tail;
    }
    Ok(Bound::Micros(us))
}

/// The number at the start of a text, the unit behind it, and what follows.
fn number_and_unit(text: &str) -> Result<(f64, &str, &str), String> {
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    let digits = text.find(|c: char| !is_digit(c)).unwrap_or(text.len());
    let (number, tail) = text.split_at(digits);
    let number: f64 = number.parse().map_err(|_| format!("«{text}» is no number with a unit"))?;
    let (unit, rest) = tail.split_at(tail.find(is_digit).unwrap_or(tail.len()));
    Ok((number, unit.trim(), rest))
}

fn factor_us(unit: &str) -> Result<f64, String> {
    Ok(match unit {
        "us" | "µs" => 1.0,
        "ms" => 1e3,
        "s" => 1e6,
        "m" => 6e7,
        "h" => 3.6e9,
        "d" => 8.64e10,
        unit => return Err(format!("«{unit}» is no unit: one of %, us, ms, s, m, h, d is meant")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_limits_of_the_examples_are_read() {
        for text in [
            "violations = 0",
            "p99(account.register) < 400ms",
            "started >= 99%",
            "lag_p99 < 1ms",
            "shown_within(session.login, 1s) >= 99.5%",
            "p999(all) <= 1.5s",
            "max( account.show ) < 2 s",
            "dirty<1%",
            "lag_p99 ≤ 50µs",
            "lag_p90 < 1m30s",
            "unmapped <= 0.5%",
            "errors < 1%",
        ] {
            assert!(Limit::parse(text).is_ok(), "{:?}", Limit::parse(text));
        }
    }

    #[test]
    fn a_limit_that_cannot_be_read_says_why() {
        for (text, why) in [
            ("violations", "a comparison is missing"),
            ("speed > 3", "«speed» is nothing that is measured"),
            ("p98(all) < 1s", "«p98(all)» is nothing that is measured"),
            ("p99(qr.scam) < 1s", "no operation is called «qr.scam»"),
            ("p99(all) < 400", "its bound must be a time"),
            ("violations = 1ms", "its bound must be a count or a share"),
            ("shown_within(all) >= 99%", "a time is missing"),
            ("shown_within(all, 1%) >= 99%", "«1%» is no time"),
            ("shown_within(all, 1s) >= 99", "its bound must be a share"),
            ("started >= many", "«many» is no number"),
            ("lag_p99 < 1y", "«y» is no unit"),
            ("lag_p99 < 1s20", "«» is no unit"),
        ] {
            let error = Limit::parse(text).unwrap_err();
            assert!(error.why.contains(why), "{error}");
        }
    }

    #[test]
    fn times_add_up() {
        for (text, us) in [("1m30s", 9e7), ("1.5s", 1.5e6), ("1d", 8.64e10), ("2h 5ms", 7.2e9 + 5e3)] {
            assert_eq!(parse_bound(text), Ok(Bound::Micros(us)), "{text}");
        }
    }

    #[test]
    fn margins_are_shares_of_the_bound() {
        assert_eq!(Comparison::Below.hold(233.0, 400.0), (true, Some(167.0 / 400.0)));
        assert_eq!(Comparison::Below.hold(400.0, 400.0), (false, Some(0.0)));
        assert_eq!(Comparison::AtMost.hold(400.0, 400.0), (true, Some(0.0)));
        assert_eq!(Comparison::AtLeast.hold(0.5, 1.0), (false, Some(-0.5)));
        assert_eq!(Comparison::Above.hold(1.0, 1.0), (false, Some(0.0)));
        assert_eq!(Comparison::Equal.hold(0.0, 0.0), (true, None));
        assert_eq!(Comparison::Equal.hold(1.0, 0.0), (false, None));
        assert_eq!(Comparison::Below.hold(1.0, 0.0), (false, None));
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in ".{0,60}") {
            Limit::parse(&text).ok();
        }
        #[test]
        fn text_made_of_the_right_pieces_never_panics(text in "(p99|max|shown_within|lag_p99)?[(), .<>=≤%0-9a-zµ]{0,20}") {
            Limit::parse(&text).ok();
        }
    }
}
