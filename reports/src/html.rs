//! `report.html`: the page for people, in one file: no script, nothing fetched, light and dark, prints on A4.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value, context};

use crate::error::ReportError;
use crate::report::Report;
use crate::summary::Summary;
use crate::svg::{Line, chart};
use crate::terminal::why;
use crate::words;

const TEMPLATE: &str = include_str!("../templates/report.html.j2");

/// The text of the page.
///
/// # Errors
/// When the template cannot be rendered.
pub fn page(report: &Report) -> Result<String, ReportError> {
    let make = |error: minijinja::Error| ReportError::Make { file: "report.html", why: format!("{error:#}") };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(make)?);
    environment.add_filter("count", |number: u64| words::count(number));
    environment.add_filter("ms", |value: Option<f64>| value.map_or_else(|| "–".to_owned(), words::ms));
    environment.add_filter("age", |ms: Option<f64>| ms.map_or_else(String::new, words::age));
    environment.add_filter("micros", |us: Option<f64>| us.map_or_else(|| "–".to_owned(), words::micros));
    environment.add_filter("fixed", |value: f64, digits: usize| format!("{value:.digits$}"));
    environment.add_filter("percent", |share: f64| format!("{:.0} %", share * 100.0));
    environment.add_template("report.html", TEMPLATE).map_err(make)?;
    let template = environment.get_template("report.html").map_err(make)?;
    template
        .render(context! {
            s => Value::from(Serde(Summary::of(report))),
            word => report.verdict.word(),
            why => why(report),
            span => words::span(report.duration),
            findings => findings(report),
            rules => rules(report),
            total_rules => songsinh_contract::Rule::ALL.len(),
            bound => report.header.bounds.lag_p99_us.map(|us| words::micros(us as f64)),
            throughput => Value::from_safe_string(throughput(report)),
            latency => Value::from_safe_string(latency(report)),
        })
        .map_err(make)
}

fn findings(report: &Report) -> Vec<Value> {
    let one = |view: &crate::report::FindingView| {
        let rule = report.rule(view.rule);
        context! {
            text => text_of(view.rule, report),
            source => view.rule.source(),
            answers => rule.allowed + rule.violation,
            step => view.story.as_ref().map_or(0, |story| story.wrong_step),
            journey => view.story.as_ref().map(|story| format!("{}, arrival {}", story.journey, story.arrival)),
            measured => rule.bounds.iter().map(crate::terminal::measured).collect::<Vec<_>>(),
            hints => rule.bounds.iter().filter_map(|bound| bound.hint.as_deref().map(str::to_owned)).collect::<Vec<_>>(),
        }
    };
    report.findings.iter().map(one).collect()
}

/// A rule's sentence, with the number that it has in this run.
fn text_of(rule: songsinh_contract::Rule, report: &Report) -> String {
    match words::in_this_run(rule, &report.header.rulebook) {
        Some(own) => format!("{} ({own})", rule.text()),
        None => rule.text().to_owned(),
    }
}

/// Texts of the rules that were met, by slug.
fn rules(report: &Report) -> std::collections::BTreeMap<&'static str, Value> {
    let one = |rule: &songsinh_contract::Rule| {
        (rule.slug(), context! { text => text_of(*rule, report), source => rule.source() })
    };
    report.judgement.rules.keys().map(one).collect()
}

fn throughput(report: &Report) -> String {
    let at = |second: u32| f64::from(second);
    let offered = report.seconds.iter().map(|second| (at(second.second), f64::from(second.offered))).collect();
    let started = report.seconds.iter().map(|second| (at(second.second), f64::from(second.started))).collect();
    let length = report.latency.intervals.length_s as f64;
    let requests =
        report.latency.intervals.over_all().map(|(at, spread)| (at as f64, spread.count() as f64 / length)).collect();
    let journeys = chart(
        "Journeys per second over the run",
        "/s",
        &[
            Line { name: "journeys offered", class: "c", points: offered },
            Line { name: "journeys started", class: "a", points: started },
        ],
    );
    let requests = chart(
        "Requests per second over the run",
        "/s",
        &[Line { name: "requests answered", class: "b", points: requests }],
    );
    journeys + &requests
}

fn latency(report: &Report) -> String {
    let over_time = |quantile: f64| -> Vec<(f64, f64)> {
        let one = |(at, spread): (u64, crate::latency::Spread)| {
            spread.quantile(quantile).map(|us| (at as f64, us as f64 / 1e3))
        };
        report.latency.intervals.over_all().filter_map(one).collect()
    };
    chart(
        "Latency over the run",
        "ms",
        &[
            Line { name: "p50", class: "a", points: over_time(0.5) },
            Line { name: "p90", class: "b", points: over_time(0.9) },
            Line { name: "p99", class: "c", points: over_time(0.99) },
        ],
    )
}
