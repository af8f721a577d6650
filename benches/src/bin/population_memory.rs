//! Prints what 100 million people take: resident memory before and after laying them out and asking a million of them.

use std::io::Write as _;

use jiff::civil::date;
use songsinh_contract::CitizenIndex;
use songsinh_population::{Population, PopulationConfig};

/// Peak resident memory of this process in KiB (`VmHWM`), as the kernel tells it.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let before_kib = peak_kib().unwrap_or(0);
    let population = Population::new(PopulationConfig { seed: 1, people: 100_000_000 })?;
    let day = date(2022, 8, 22);
    let mut letters = 0;
    for n in 0..1_000_000_u64 {
        let person = population.citizen(CitizenIndex(n.wrapping_mul(7_368_787) % population.len()), day);
        letters += person.name.len();
    }
    let after_kib = peak_kib().unwrap_or(0);
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} numbers laid out, 1000000 people computed ({letters} bytes of names)", population.len())?;
    writeln!(out, "peak resident memory: {before_kib} KiB before, {after_kib} KiB after")?;
    Ok(())
}
