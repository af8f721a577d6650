//! A latency heat map: time to the right, latency upwards on a logarithmic scale, the number of calls as colour.

use std::collections::BTreeMap;

use super::{LEFT, RIGHT, Svg, WIDTH, time_steps, time_text};
use crate::lang::Lang;
use crate::words;

const HEIGHT: f64 = 300.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 56.0;
/// Columns at most; beyond that, neighbours become one.
const MOST_COLUMNS: u64 = 128;
/// Buckets of latency for a doubling.
const PER_DOUBLING: f64 = 2.0;
/// Shades, the faintest first.
const SHADES: usize = 7;

/// What a heat map shows.
pub(crate) struct Heat<'a> {
    pub(crate) title: &'a str,
    /// The word for calls in the legend.
    pub(crate) calls: &'a str,
    /// Seconds of an interval.
    pub(crate) length_s: u64,
    /// Start of an interval in seconds, latency in microseconds, how often.
    pub(crate) values: &'a mut dyn Iterator<Item = (u64, u32, u32)>,
    pub(crate) lang: Lang,
}

fn bucket(us: u32) -> i64 {
    (f64::from(us.max(1)).log2() * PER_DOUBLING).floor() as i64
}

/// Draws the map. Empty if nothing was timed.
pub(crate) fn heat_map(heat: &mut Heat<'_>) -> String {
    let mut fine: BTreeMap<(u64, i64), u64> = BTreeMap::new();
    for (at, us, times) in &mut *heat.values {
        *fine.entry((at / heat.length_s.max(1), bucket(us))).or_default() += u64::from(times);
    }
    let Some(last) = fine.keys().map(|(column, _)| *column).max() else { return String::new() };
    let each = (last + 1).div_ceil(MOST_COLUMNS);
    let mut cells: BTreeMap<(u64, i64), u64> = BTreeMap::new();
    for ((column, row), times) in fine {
        *cells.entry((column / each, row)).or_default() += times;
    }
    let columns = last / each + 1;
    let rows = cells.keys().map(|(_, row)| *row);
    let (low, high) = (rows.clone().min().unwrap_or(0), rows.max().unwrap_or(0));
    let most = cells.values().copied().max().unwrap_or(1);
    let wide = (WIDTH - LEFT - RIGHT) / columns as f64;
    let tall = (HEIGHT - TOP - BOTTOM) / (high - low + 1) as f64;
    let mut svg = Svg::open(HEIGHT, heat.title);
    let mut shades: [String; SHADES] = Default::default();
    for ((column, row), times) in cells {
        let (x, y) = (LEFT + column as f64 * wide, TOP + (high - row) as f64 * tall);
        if let Some(path) = shades.get_mut(shade(times, most)) {
            path.push_str(&format!("M{x:.1} {y:.1}h{wide:.1}v{tall:.1}h-{wide:.1}z"));
        }
    }
    for (nth, path) in shades.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
        svg.put(format_args!("<path class=\"heat h{nth}\" d=\"{path}\"/>"));
    }
    axes(&mut svg, (low, high, tall), (columns * each * heat.length_s) as f64, heat.lang);
    legend(&mut svg, most, heat);
    svg.close()
}

/// The shade of a count, logarithmic up to the greatest.
fn shade(times: u64, most: u64) -> usize {
    if most <= 1 {
        return SHADES - 1;
    }
    let share = (times.max(1) as f64).ln() / (most as f64).ln();
    ((share * (SHADES - 1) as f64).round() as usize).min(SHADES - 1)
}

fn axes(svg: &mut Svg, (low, high, tall): (i64, i64, f64), end: f64, lang: Lang) {
    let bottom = HEIGHT - BOTTOM;
    let mut marks = Vec::new();
    for power in 0..11 {
        for digit in [1.0, 3.0] {
            marks.push(digit * 10_f64.powi(power));
        }
    }
    let mut free = f64::MAX;
    for us in marks {
        let row = us.log2() * PER_DOUBLING - low as f64;
        if row < 0.0 || row > (high - low + 1) as f64 {
            continue;
        }
        let y = bottom - row * tall;
        if free - y < 18.0 {
            continue;
        }
        free = y;
        svg.line("grid", (LEFT, y), (WIDTH - RIGHT, y));
        svg.text(LEFT - 6.0, y + 4.0, "end", &round_micros(us, lang));
    }
    for mark in time_steps(end) {
        let x = LEFT + mark / end * (WIDTH - LEFT - RIGHT);
        svg.text(x, bottom + 14.0, if mark == 0.0 { "start" } else { "middle" }, &time_text(mark));
    }
}

/// A round time without digits behind the comma: `300 µs`, `10 ms`, `3 s`.
fn round_micros(us: f64, lang: Lang) -> String {
    match us {
        us if us < 1e3 => format!("{us:.0} µs"),
        us if us < 1e6 => format!("{:.0} ms", us / 1e3),
        us => format!("{} s", words::count((us / 1e6) as u64, lang)),
    }
}

/// From one call to the most, by shade.
fn legend(svg: &mut Svg, most: u64, heat: &Heat<'_>) {
    let y = HEIGHT - 22.0;
    let first = format!("1 {}", heat.calls);
    svg.text(LEFT, y + 11.0, "start", &first);
    let mut x = LEFT + first.chars().count() as f64 * 6.4 + 8.0;
    for nth in 0..SHADES {
        svg.put(format_args!("<path class=\"heat h{nth}\" d=\"M{x:.1} {y:.1}h22v13h-22z\"/>"));
        x += 22.0;
    }
    svg.text(x + 8.0, y + 11.0, "start", &words::count(most, heat.lang));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(length_s: u64, values: Vec<(u64, u32, u32)>) -> String {
        let mut values = values.into_iter();
        heat_map(&mut Heat { title: "<t>", calls: "calls", length_s, values: &mut values, lang: Lang::En })
    }

    #[test]
    fn a_map_is_bounded_and_has_every_shade_in_its_legend() {
        let svg = drawn(1, (0..512).flat_map(|at| (0..32).map(move |bit| (at, 1_u32 << bit, bit + 1))).collect());
        assert!(svg.len() < 200_000, "{}", svg.len());
        assert!((0..SHADES).all(|nth| svg.contains(&format!("heat h{nth}"))));
        assert!(svg.contains("&lt;t&gt;") && svg.contains(">10 ms<"));
        assert_eq!(drawn(1, Vec::new()), "");
        assert!(!drawn(4, vec![(0, 0, 1)]).contains("NaN"));
    }

    #[test]
    fn shades_grow_with_the_count() {
        assert_eq!((shade(1, 1_000), shade(1_000, 1_000), shade(1, 1)), (0, SHADES - 1, SHADES - 1));
        assert!((2..1_000).all(|times| shade(times, 1_000) >= shade(times - 1, 1_000)));
        assert_eq!([0, 1, 2, 4, 1_024].map(bucket), [0, 0, 2, 4, 20]);
    }
}
