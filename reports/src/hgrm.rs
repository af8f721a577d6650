//! `latency.hgrm`: the percentile distribution of all answers, in the text format of HdrHistogram's own tools (its
//! plotter reads it). Values are milliseconds from the intended moment.

use std::fmt::Write as _;

use crate::report::Report;

/// Steps of the percentile axis in each half of the distance to 100 %, as HdrHistogram's tools take by default.
const TICKS_PER_HALF: u32 = 5;
/// Microseconds in a unit of the table.
const UNIT: f64 = 1_000.0;

/// The text of the file.
#[must_use]
pub fn percentile_distribution(report: &Report) -> String {
    let mut text = format!("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
    let Some(histogram) = report.latency.all.intended.histogram() else { return text };
    let mut upto = 0;
    // Writing into a String cannot fail.
    for step in histogram.iter_quantiles(TICKS_PER_HALF) {
        let (value, quantile) = (step.value_iterated_to() as f64 / UNIT, step.quantile_iterated_to());
        upto += step.count_since_last_iteration();
        if quantile < 1.0 {
            let inverse = 1.0 / (1.0 - quantile);
            let _ = writeln!(text, "{value:>12.3} {quantile:>2.12} {upto:>10} {inverse:>14.2}");
        } else {
            let _ = writeln!(text, "{value:>12.3} {quantile:>2.12} {upto:>10}");
        }
    }
    let (mean, deviation, max) = (histogram.mean() / UNIT, histogram.stdev() / UNIT, histogram.max() as f64 / UNIT);
    let _ = writeln!(text, "#[Mean    = {mean:>12.3}, StdDeviation   = {deviation:>12.3}]");
    let _ = writeln!(text, "#[Max     = {max:>12.3}, Total count    = {:>12}]", histogram.len());
    let buckets = histogram.buckets();
    let _ = writeln!(text, "#[Buckets = {buckets:>12}, SubBuckets     = {:>12}]", sub_buckets(histogram.sigfig()));
    text
}

/// Sub-buckets of a histogram with so many significant digits: the next power of two of 2 · 10^digits.
fn sub_buckets(digits: u8) -> u64 {
    (2 * 10_u64.pow(u32::from(digits))).next_power_of_two()
}
