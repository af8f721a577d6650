//! A percentile spectrum: latency over the percentile, the axis stretched towards 100 % by powers of ten. Latency is
//! drawn on a logarithmic scale: a few calls that ran into their limit do not flatten the others.

use super::{LEFT, RIGHT, Svg, WIDTH};
use crate::lang::Lang;
use crate::words;

const HEIGHT: f64 = 240.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 42.0;
/// The least latency that is drawn, in milliseconds.
const LEAST_MS: f64 = 0.001;
/// Points of a curve for a power of ten.
const PER_DECADE: u32 = 12;

/// One curve.
pub(crate) struct Curve<'a> {
    /// Its name in the legend.
    pub(crate) name: &'a str,
    /// Its class: `a`, `b` or `c`.
    pub(crate) class: &'a str,
    /// The value at a quantile, in milliseconds.
    pub(crate) at: &'a dyn Fn(f64) -> Option<f64>,
}

/// Draws the curves for so many values. Empty if there is nothing.
pub(crate) fn spectrum(title: &str, count: u64, curves: &[Curve<'_>], lang: Lang) -> String {
    if count < 2 {
        return String::new();
    }
    let decades = (count as f64).log10().ceil().clamp(1.0, 7.0);
    let steps = decades as u32 * PER_DECADE;
    // The quantile at a place of the axis: 0 at the left, 0.9 after one part, 0.99 after two, …
    let quantile = |place: f64| 1.0 - 10_f64.powf(-place);
    let points = |curve: &Curve<'_>| -> Vec<(f64, f64)> {
        let place = |step: u32| f64::from(step) / f64::from(PER_DECADE);
        (0..=steps).filter_map(|step| Some((place(step), (curve.at)(quantile(place(step)))?))).collect()
    };
    let drawn: Vec<(&Curve<'_>, Vec<(f64, f64)>)> = curves.iter().map(|curve| (curve, points(curve))).collect();
    let values = || drawn.iter().flat_map(|(_, points)| points).map(|(_, value)| value.max(LEAST_MS));
    let (low, high) = (values().fold(f64::MAX, f64::min), values().fold(LEAST_MS, f64::max));
    if low > high {
        return String::new();
    }
    let (low, high) = ((low * 0.8).ln(), (high * 1.25).ln());
    let x = |place: f64| LEFT + place / decades * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| HEIGHT - BOTTOM - (value.max(LEAST_MS).ln() - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
    let mut svg = Svg::open(HEIGHT, title);
    let mut free = f64::MAX;
    for power in -3..9 {
        for digit in [1.0, 2.0, 5.0] {
            let value = digit * 10_f64.powi(power);
            let at = y(value);
            if (low..=high).contains(&value.ln()) && free - at >= 16.0 {
                free = at;
                svg.line("grid", (LEFT, at), (WIDTH - RIGHT, at));
                svg.text(LEFT - 6.0, at + 4.0, "end", &round_ms(value, lang));
            }
        }
    }
    for place in 0..=decades as u32 {
        let at = x(f64::from(place));
        svg.line("grid", (at, TOP), (at, HEIGHT - BOTTOM));
        let anchor = if place == 0 {
            "start"
        } else if f64::from(place) >= decades {
            "end"
        } else {
            "middle"
        };
        svg.text(at, HEIGHT - BOTTOM + 14.0, anchor, &percent(place, lang));
    }
    let mut legend_x = LEFT;
    for (curve, points) in &drawn {
        let path: Vec<String> =
            points.iter().map(|(place, value)| format!("{:.1},{:.1}", x(*place), y(*value))).collect();
        svg.put(format_args!("<polyline class=\"line {}\" points=\"{}\"/>", curve.class, path.join(" ")));
        svg.line(&format!("line {}", curve.class), (legend_x, HEIGHT - 8.0), (legend_x + 18.0, HEIGHT - 8.0));
        svg.text(legend_x + 24.0, HEIGHT - 4.0, "start", curve.name);
        legend_x += 48.0 + curve.name.chars().count() as f64 * 6.6;
    }
    svg.close()
}

/// A round time: `0.5 ms`, `20 ms`, `5 s`.
fn round_ms(ms: f64, lang: Lang) -> String {
    match ms {
        ms if ms < 1.0 => format!("{:.0} µs", ms * 1e3),
        ms if ms < 1e3 => format!("{ms:.0} ms"),
        ms => format!("{} s", words::count((ms / 1e3).round() as u64, lang)),
    }
}

/// The percentile after so many parts of the axis: 0 %, 90 %, 99 %, 99.9 %, …
fn percent(place: u32, lang: Lang) -> String {
    match place {
        0 => "0 %".into(),
        1 => "90 %".into(),
        2 => "99 %".into(),
        more => format!("99{}{} %", lang.say('.', ','), "9".repeat(more as usize - 2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_a_part_for_every_power_of_ten() {
        let at = |quantile: f64| Some(10.0 / (1.0 - quantile).max(1e-4));
        let svg = spectrum("t", 10_000, &[Curve { name: "<x>", class: "a", at: &at }], Lang::Vi);
        assert!(svg.contains(">99,99 %<") && !svg.contains(">99,999 %<") && svg.contains("&lt;x&gt;"));
        assert_eq!(spectrum("t", 1, &[], Lang::En), "");
        assert!(!spectrum("t", 5, &[Curve { name: "n", class: "a", at: &|_| None }], Lang::En).contains("NaN"));
    }
}
