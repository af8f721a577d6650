//! Small inline charts for the page: lines over time, as SVG text without scripts.
//!
//! Invariant: only numbers and escaped words go in, so the text may stand in the page as it is.

use std::fmt::Write;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 26.0;

/// One line of a chart.
pub(crate) struct Line<'a> {
    /// Its name in the legend.
    pub(crate) name: &'a str,
    /// Its class: `a`, `b` or `c`.
    pub(crate) class: &'a str,
    /// Seconds and values, in the order of time.
    pub(crate) points: Vec<(f64, f64)>,
}

/// Draws lines over time. Empty if there are fewer than two points.
pub(crate) fn chart(title: &str, unit: &str, lines: &[Line<'_>]) -> String {
    let points = || lines.iter().flat_map(|line| line.points.iter());
    let end = points().map(|(at, _)| *at).fold(0.0, f64::max);
    if end <= 0.0 || points().count() < 2 {
        return String::new();
    }
    let top = round_up(points().map(|(_, value)| *value).fold(0.0, f64::max));
    let x = |at: f64| LEFT + at / end * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
    let mut svg = String::new();
    let title = escape(title);
    write(&mut svg, format_args!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">"));
    write(&mut svg, format_args!("<title>{title}</title>"));
    for share in [0.0, 0.5, 1.0] {
        let (value, at) = (top * share, y(top * share));
        write(
            &mut svg,
            format_args!(
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.0}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
                 <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                at + 4.0,
                number(value)
            ),
        );
    }
    write(&mut svg, format_args!("<text x=\"{LEFT}\" y=\"{:.0}\">0 s</text>", HEIGHT - 8.0));
    write(
        &mut svg,
        format_args!(
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{end:.0} s</text>",
            WIDTH - RIGHT,
            HEIGHT - 8.0
        ),
    );
    let mut legend_x = LEFT + 60.0;
    for line in lines.iter().filter(|line| !line.points.is_empty()) {
        let path: Vec<String> =
            line.points.iter().map(|(at, value)| format!("{:.1},{:.1}", x(*at), y(*value))).collect();
        let class = escape(line.class);
        write(&mut svg, format_args!("<polyline class=\"line {class}\" points=\"{}\"/>", path.join(" ")));
        let name = format!("{} {unit}", line.name);
        write(
            &mut svg,
            format_args!(
                "<line class=\"line {class}\" x1=\"{legend_x:.0}\" x2=\"{:.0}\" y1=\"{1:.0}\" y2=\"{1:.0}\"/>\
                 <text x=\"{2:.0}\" y=\"{3:.0}\">{4}</text>",
                legend_x + 18.0,
                HEIGHT - 12.0,
                legend_x + 24.0,
                HEIGHT - 8.0,
                escape(&name)
            ),
        );
        legend_x += 44.0 + name.chars().count() as f64 * 6.6;
    }
    svg.push_str("</svg>");
    svg
}

fn write(svg: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    svg.write_fmt(text).ok();
}

fn number(value: f64) -> String {
    if value > 0.0 && value < 10.0 { format!("{value:.1}") } else { crate::words::count(value.round() as u64) }
}

/// The next of 1, 2, 5, 10, 20, … at or above a value.
fn round_up(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let unit = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * unit).find(|step| *step >= value).unwrap_or(value)
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
    fn a_chart_holds_no_markup_of_its_words() {
        let line = Line { name: "<b>", class: "a", points: vec![(0.0, 1.0), (10.0, f64::MAX)] };
        let svg = chart("\"><script>", "ms", &[line]);
        assert!(svg.contains("&lt;b&gt; ms") && !svg.contains("<script") && !svg.contains("<b>"));
        assert_eq!(chart("empty", "ms", &[]), "");
    }
}
