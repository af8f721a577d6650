//! Prints what a live subject of the oracle takes: resident memory of cells that wait for their end, and what judging
//! them one after the other adds.

use std::io::Write as _;

use songsinh_benches::path_cell;
use songsinh_contract::{Rulebook, UnixMillis};
use songsinh_oracle::{Judge, Settings, Tally};

/// Cells that wait at the same time.
const CELLS: u64 = 200_000;

/// Peak resident memory of this process in KiB (`VmHWM`), as the kernel tells it.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let judge = Judge::new(Rulebook::default(), Settings::new(UnixMillis(1_661_126_400_000)));
    let cell = path_cell(true);
    let before_kib = peak_kib().unwrap_or(0);
    let waiting: Vec<_> = (0..CELLS).map(|_| cell.clone()).collect();
    let held_kib = peak_kib().unwrap_or(0);
    let mut tally = Tally::new();
    for (facts, observations, messages) in &waiting {
        tally.absorb(judge.cell(facts, observations, messages));
    }
    let after_kib = peak_kib().unwrap_or(0);
    let judgement = tally.finish();
    let bytes = held_kib.saturating_sub(before_kib) * 1_024 / CELLS;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{CELLS} cells wait: {bytes} bytes each, of {} answers", judgement.answers / CELLS)?;
    writeln!(out, "judging all of them adds {} KiB to the peak", after_kib.saturating_sub(held_kib))?;
    writeln!(out, "{} violations, {} cells not followed", judgement.violations(), judgement.overflowed)?;
    Ok(())
}
