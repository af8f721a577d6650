//! Small inline charts for the page, as SVG text without scripts: lines over time, a heat map, a percentile spectrum.
//!
//! Invariant: only numbers and escaped words go in, so the text may stand in the page as it is; its size is bounded,
//! however long the run.

mod heat;
mod lines;
mod spectrum;

pub(crate) use heat::{Heat, heat_map};
pub(crate) use lines::{Band, Chart, Line, Mark, chart};
pub(crate) use spectrum::{Curve, spectrum};

use std::fmt;
use std::fmt::Write;

/// Width of every chart.
const WIDTH: f64 = 760.0;
/// The room for the axis at the left.
const LEFT: f64 = 60.0;
/// The room at the right.
const RIGHT: f64 = 14.0;

/// A piece of SVG being written.
#[derive(Default)]
struct Svg(String);

impl Svg {
    fn open(height: f64, title: &str) -> Self {
        let title = escape(title);
        let mut svg = Self::default();
        svg.put(format_args!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}\">"));
        svg.put(format_args!("<title>{title}</title>"));
        svg
    }
    fn put(&mut self, text: fmt::Arguments<'_>) {
        // Writing into a String cannot fail.
        self.0.write_fmt(text).ok();
    }
    fn text(&mut self, x: f64, y: f64, anchor: &str, text: &str) {
        let text = escape(text);
        self.put(format_args!("<text x=\"{x:.0}\" y=\"{y:.0}\" text-anchor=\"{anchor}\">{text}</text>"));
    }
    fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        self.put(format_args!("<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"));
    }
    fn close(mut self) -> String {
        self.0.push_str("</svg>");
        self.0
    }
}

/// The next of 1, 2, 5, 10, 20, … at or above a value.
fn round_up(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let unit = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * unit).find(|step| *step >= value).unwrap_or(value)
}

/// Seconds at which the time axis has its marks: about six round steps up to the end.
fn time_steps(end: f64) -> Vec<f64> {
    const STEPS: [f64; 16] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0,
        43_200.0,
    ];
    let step = STEPS.into_iter().find(|step| end / step <= 7.0).unwrap_or(round_up(end / 7.0));
    let marks = (end / step).floor() as u32;
    (0..=marks).map(|nth| f64::from(nth) * step).collect()
}

/// Seconds from the start as `m:ss` or `h:mm:ss`.
fn time_text(seconds: f64) -> String {
    let s = seconds.round() as u64;
    if s < 3_600 {
        format!("{}:{:02}", s / 60, s % 60)
    } else {
        format!("{}:{:02}:{:02}", s / 3_600, s / 60 % 60, s % 60)
    }
}

/// Text for HTML and SVG.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        assert_eq!([0.0, 0.3, 1.0, 7.0, 12.0, 204.0, 999.0].map(round_up), [1.0, 0.5, 1.0, 10.0, 20.0, 500.0, 1_000.0]);
    }

    #[test]
    fn time_axes_have_few_round_marks() {
        for end in [1.0, 9.0, 59.0, 600.0, 5_000.0, 86_400.0, 1e7] {
            let marks = time_steps(end);
            assert!((2..=8).contains(&marks.len()) && marks.iter().all(|mark| *mark <= end), "{end}: {marks:?}");
        }
        assert_eq!([0.0, 75.0, 3_725.0].map(time_text), ["0:00", "1:15", "1:02:05"]);
    }
}
