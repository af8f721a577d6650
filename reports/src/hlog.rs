//! `latency.hlog`: an HdrHistogram interval log, one line per interval and operation, which HistogramLogAnalyzer and
//! its kin read. Values are microseconds from the intended moment; the tag is the operation.

use std::time::{Duration, UNIX_EPOCH};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

use crate::error::ReportError;
use crate::report::Report;

/// The text of the log.
///
/// # Errors
/// When the library cannot encode a histogram.
pub fn latency_log(report: &Report) -> Result<String, ReportError> {
    let make = |why: String| ReportError::Make { file: "latency.hlog", why };
    let started = UNIX_EPOCH + Duration::from_millis(u64::try_from(report.header.started.0).unwrap_or(0));
    let mut text = Vec::new();
    let mut serializer = V2DeflateSerializer::new();
    let mut builder = IntervalLogWriterBuilder::new();
    builder
        .add_comment("[Histogram log format version 1.3]")
        .add_comment(&one_line(&format!("[scenario {}, seed {}]", report.header.scenario.name, report.header.seed)))
        .add_comment("[microseconds from the intended moment to the whole answer; the tag is the operation]")
        .with_start_time(started)
        .with_base_time(started)
        .with_max_value_divisor(1_000.0);
    let mut log = builder.begin_log_with(&mut text, &mut serializer).map_err(|error| make(error.to_string()))?;
    let length = Duration::from_secs(report.latency.intervals.length_s);
    for (at_s, operations) in report.latency.intervals.iter() {
        for (name, spread) in operations {
            if let Some(histogram) = spread.histogram() {
                log.write_histogram(histogram, Duration::from_secs(at_s), length, Tag::new(name.as_str()))
                    .map_err(|error| make(error.to_string()))?;
            }
        }
    }
    String::from_utf8(text).map_err(|error| make(error.to_string()))
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).collect::<Vec<_>>().join(" ")
}
