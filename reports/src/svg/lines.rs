//! Lines over time, with the run's phases as bands and its events as marks.

use super::{LEFT, RIGHT, Svg, WIDTH, escape, round_up, time_steps, time_text};
use crate::lang::Lang;
use crate::words;

const HEIGHT: f64 = 226.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 38.0;
/// Points of a line; a longer one is drawn by the means of neighbours.
const MOST_POINTS: usize = 400;
/// Bands and marks that are drawn.
const MOST_MARKS: usize = 40;

/// One line of a chart.
pub(crate) struct Line<'a> {
    /// Its name in the legend.
    pub(crate) name: &'a str,
    /// Its class: `a`, `b` or `c`.
    pub(crate) class: &'a str,
    /// Seconds and values, in the order of time.
    pub(crate) points: Vec<(f64, f64)>,
}

/// A stretch of time with a name above it.
pub(crate) struct Band {
    /// Seconds.
    pub(crate) from: f64,
    /// Seconds.
    pub(crate) until: f64,
    /// The name.
    pub(crate) name: String,
    /// The time of day that it stands for; empty if none.
    pub(crate) at: String,
}

/// Something that happened at a time or over a stretch of it.
pub(crate) struct Mark {
    /// Seconds.
    pub(crate) at: f64,
    /// Seconds; none: over at once.
    pub(crate) until: Option<f64>,
    /// Its number, as in the list below the chart.
    pub(crate) number: usize,
}

/// What a chart shows.
pub(crate) struct Chart<'a> {
    pub(crate) title: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) lines: &'a [Line<'a>],
    pub(crate) bands: &'a [Band],
    pub(crate) marks: &'a [Mark],
    /// Seconds at the right end, at least.
    pub(crate) end: f64,
    pub(crate) lang: Lang,
}

/// Draws lines over time. Empty if there are fewer than two points.
pub(crate) fn chart(chart: &Chart<'_>) -> String {
    let points = || chart.lines.iter().flat_map(|line| line.points.iter());
    let end = points().map(|(at, _)| *at).fold(chart.end, f64::max);
    if end <= 0.0 || !end.is_finite() || points().count() < 2 {
        return String::new();
    }
    let top = round_up(points().map(|(_, value)| *value).fold(0.0, f64::max));
    let x = |at: f64| LEFT + at.clamp(0.0, end) / end * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
    let mut svg = Svg::open(HEIGHT, chart.title);
    around(&mut svg, chart, x);
    for share in [0.0, 0.5, 1.0] {
        let (value, at) = (top * share, y(top * share));
        svg.line("grid", (LEFT, at), (WIDTH - RIGHT, at));
        svg.text(LEFT - 6.0, at + 4.0, "end", &number(value, chart.lang));
    }
    for mark in time_steps(end) {
        svg.text(x(mark), HEIGHT - BOTTOM + 14.0, if mark == 0.0 { "start" } else { "middle" }, &time_text(mark));
    }
    let mut legend_x = LEFT;
    for line in chart.lines.iter().filter(|line| !line.points.is_empty()) {
        let path: Vec<String> =
            thinned(&line.points).iter().map(|(at, value)| format!("{:.1},{:.1}", x(*at), y(*value))).collect();
        let class = escape(line.class);
        svg.put(format_args!("<polyline class=\"line {class}\" points=\"{}\"/>", path.join(" ")));
        let name = format!("{} {}", line.name, chart.unit);
        svg.line(&format!("line {class}"), (legend_x, HEIGHT - 8.0), (legend_x + 18.0, HEIGHT - 8.0));
        svg.text(legend_x + 24.0, HEIGHT - 4.0, "start", &name);
        legend_x += 48.0 + name.chars().count() as f64 * 6.6;
    }
    svg.close()
}

/// Phases and events, behind the lines.
fn around(svg: &mut Svg, chart: &Chart<'_>, x: impl Fn(f64) -> f64) {
    let (top, bottom) = (TOP, HEIGHT - BOTTOM);
    for (nth, band) in chart.bands.iter().take(MOST_MARKS).enumerate() {
        let (from, width) = (x(band.from), x(band.until) - x(band.from));
        let class = if nth % 2 == 0 { "band" } else { "band odd" };
        let height = bottom - top + 30.0;
        svg.put(format_args!(
            "<rect class=\"{class}\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>",
            top - 30.0
        ));
        for (text, line) in [(&band.name, 19.0), (&band.at, 7.0)] {
            if let Some(text) = fitting(text, width - 4.0) {
                svg.text(from + 3.0, top - line, "start", &text);
            }
        }
    }
    for mark in chart.marks.iter().take(MOST_MARKS) {
        let from = x(mark.at);
        if let Some(until) = mark.until {
            let width = (x(until) - from).max(1.0);
            svg.put(format_args!(
                "<rect class=\"event\" x=\"{from:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
                bottom - top
            ));
        }
        svg.line("event", (from, top), (from, bottom));
        svg.text(from + 3.0, top + 11.0, "start", &format!("{}", mark.number));
    }
}

/// As much of a word as there is room for; none if that would say nothing.
fn fitting(text: &str, width: f64) -> Option<String> {
    let (fits, long) = ((width.max(0.0) / 6.4) as usize, text.chars().count());
    match fits {
        _ if text.is_empty() => None,
        fits if long <= fits => Some(text.to_owned()),
        0..3 => None,
        fits => Some(text.chars().take(fits - 1).chain(['…']).collect()),
    }
}

/// At most so many points: of neighbours the mean.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let each = points.len().div_ceil(MOST_POINTS).max(1);
    let mean = |chunk: &[(f64, f64)]| {
        let (at, value) = chunk.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
        (at / chunk.len() as f64, value / chunk.len() as f64)
    };
    points.chunks(each).map(mean).collect()
}

fn number(value: f64, lang: Lang) -> String {
    if value > 0.0 && value < 10.0 { words::fixed(value, 1, lang) } else { words::count(value.round() as u64, lang) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(lines: &[Line<'_>], bands: &[Band], marks: &[Mark]) -> String {
        chart(&Chart { title: "\"><script>", unit: "ms", lines, bands, marks, end: 0.0, lang: Lang::En })
    }

    #[test]
    fn a_chart_holds_no_markup_of_its_words() {
        let line = Line { name: "<b>", class: "a", points: vec![(0.0, 1.0), (10.0, f64::MAX)] };
        let band = Band { from: 0.0, until: 10.0, name: "<i>".into(), at: "19:45".into() };
        let svg = drawn(&[line], &[band], &[]);
        assert!(svg.contains("&lt;b&gt; ms") && svg.contains("&lt;i&gt;") && svg.contains(">19:45<"));
        assert!(!svg.contains("<script") && !svg.contains("<b>") && !svg.contains("<i>"));
        assert_eq!(drawn(&[], &[], &[]), "");
    }

    #[test]
    fn a_day_of_seconds_takes_no_more_room_than_ten_minutes() {
        let line = |n: u32| Line {
            name: "x",
            class: "a",
            points: (0..n).map(|s| (f64::from(s), f64::from(s % 50))).collect(),
        };
        let many = |n: usize| (0..n).map(|number| Mark { at: 1.0, until: None, number }).collect::<Vec<_>>();
        assert!(drawn(&[line(86_400)], &[], &many(5_000)).len() < 16_000);
        assert!(
            drawn(&[line(86_400)], &[], &many(2)).contains(">24:00:00<")
                || drawn(&[line(86_400)], &[], &[]).contains(">12:00:00<")
        );
    }
}
