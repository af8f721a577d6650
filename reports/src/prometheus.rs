//! `metrics.prom`: the run's figures in the text format that Prometheus reads (a textfile collector, a push gateway).
//!
//! Everything is a gauge: a finished run's figures do not grow any more. Percentiles are a label of that name, since the
//! label `quantile` belongs to summaries (`promtool check metrics` says so).

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::error::ReportError;
use crate::report::Report;
use crate::summary::Summary;

/// A metric: name, help, values by labels.
#[derive(Debug)]
struct Metric {
    name: &'static str,
    help: &'static str,
    values: Vec<(Vec<(&'static str, String)>, f64)>,
}

/// Metrics in a fixed order, unlike those of the library's own families.
#[derive(Debug)]
struct Metrics(Vec<Metric>);

impl Collector for Metrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for metric in &self.0 {
            let kind = prometheus_client::metrics::MetricType::Gauge;
            let mut family = encoder.encode_descriptor(metric.name, metric.help, None, kind)?;
            for (labels, value) in &metric.values {
                ConstGauge::new(*value).encode(family.encode_family(labels)?)?;
            }
        }
        Ok(())
    }
}

/// The text of the file.
///
/// # Errors
/// When the library cannot write it.
pub fn metrics(report: &Report) -> Result<String, ReportError> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Metrics(of(&Summary::of(report)))));
    let mut text = String::new();
    let failed = |error: fmt::Error| ReportError::Make { file: "metrics.prom", why: error.to_string() };
    encode(&mut text, &registry).map_err(failed)?;
    Ok(text)
}

fn of(summary: &Summary) -> Vec<Metric> {
    let run = vec![("scenario", summary.scenario.clone()), ("profile", summary.profile.clone())];
    let single = |name, help, value: f64| Metric { name, help, values: vec![(run.clone(), value)] };
    let with = |labels: &[(&'static str, &str)], value: f64| {
        let own = labels.iter().map(|(name, value)| (*name, (*value).to_owned()));
        (run.iter().cloned().chain(own).collect(), value)
    };
    let journeys = &summary.journeys;
    let fates = [
        ("planned", journeys.planned),
        ("started", journeys.started),
        ("completed", journeys.completed),
        ("abandoned", journeys.abandoned),
        ("failed", journeys.failed),
        ("gave-up", journeys.gave_up),
        ("left", journeys.left),
    ];
    let mut rules = Vec::new();
    for (rule, counts) in &summary.rules {
        let kinds = [("kept", counts.allowed), ("broken", counts.violation), ("undecided", counts.undecided)];
        rules.extend(kinds.map(|(verdict, count)| with(&[("rule", rule), ("verdict", verdict)], count as f64)));
    }
    let (mut requests, mut latency) = (Vec::new(), Vec::new());
    for (name, operation) in &summary.operations {
        requests.push(with(&[("operation", name)], operation.count as f64));
        let percentiles = [
            ("50", operation.p50_ms),
            ("90", operation.p90_ms),
            ("99", operation.p99_ms),
            ("99.9", operation.p999_ms),
            ("100", operation.max_ms),
        ];
        let timed = percentiles.into_iter().filter_map(|(percentile, ms)| {
            Some(with(&[("operation", name), ("percentile", percentile)], ms? / 1_000.0))
        });
        latency.extend(timed);
    }
    let limits = summary.limits.iter().map(|one| with(&[("limit", &one.limit)], f64::from(u8::from(one.holds))));
    let processes = summary.processes.iter();
    let cpu = processes.clone().map(|(name, used)| with(&[("process", name)], used.cpu_s));
    let memory = processes.map(|(name, used)| with(&[("process", name)], used.rss_mib * 1_048_576.0));
    vec![
        single(
            "songsinh_exit_code",
            "The exit code: 0 pass, 10 violations, 11 limits, 12 invalid",
            summary.exit_code.into(),
        ),
        single("songsinh_duration_seconds", "From the start to the end of the last journey", summary.duration_s),
        Metric {
            name: "songsinh_journeys",
            help: "What became of the journeys",
            values: fates.map(|(fate, count)| with(&[("fate", fate)], count as f64)).into(),
        },
        Metric { name: "songsinh_rule_answers", help: "Answers by rule and verdict", values: rules },
        Metric { name: "songsinh_requests", help: "Calls by operation", values: requests },
        Metric {
            name: "songsinh_latency_seconds",
            help: "From the intended moment to the whole answer, by operation and percentile",
            values: latency,
        },
        Metric { name: "songsinh_limit_holds", help: "1 if the limit of the scenario holds", values: limits.collect() },
        Metric { name: "songsinh_process_cpu_seconds", help: "Processor time used", values: cpu.collect() },
        Metric { name: "songsinh_process_memory_bytes", help: "Largest resident memory", values: memory.collect() },
    ]
}
