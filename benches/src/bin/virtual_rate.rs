//! Prints the judged operations a second of CPU time of whole runs in virtual time: `songsinh run SCENARIO --virtual`,
//! started beside this program, from its start to its last report.

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Parser;
use serde_json::Value;
use songsinh_benches::ended_children_cpu;

/// Judged operations a second of CPU time, in virtual time.
#[derive(Debug, Parser)]
struct Arguments {
    /// The scenario.
    scenario: PathBuf,
    /// How often it is run.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut out = std::io::stdout().lock();
    let mut rates = Vec::new();
    for round in 0..arguments.rounds.max(1) {
        let directory = tempfile::tempdir()?;
        let record = directory.path().join("run");
        let before = ended_children_cpu()?;
        run(&arguments.scenario, &record)?;
        let cpu_s = ended_children_cpu()?.saturating_sub(before).as_secs_f64();
        let summary: Value = serde_json::from_str(&std::fs::read_to_string(record.join("summary.json"))?)?;
        let operations = operations(&summary).ok_or("summary.json has no operations with counts")?;
        let rate = operations as f64 / cpu_s;
        writeln!(out, "round {round}: {operations} operations, {cpu_s:.2} s of CPU time, {rate:.0} a second")?;
        rates.push(rate);
    }
    rates.sort_by(f64::total_cmp);
    if let (Some(least), Some(most)) = (rates.first(), rates.last()) {
        let median = rates[rates.len() / 2];
        writeln!(out, "operations/s: median {median:.0}, min {least:.0}, max {most:.0}")?;
    }
    Ok(())
}

fn run(scenario: &Path, record: &Path) -> Result<(), Box<dyn Error>> {
    let program = std::env::current_exe()?.with_file_name("songsinh");
    let mut command = Command::new(&program);
    command.arg("run").arg(scenario).args(["--virtual", "--out"]).arg(record);
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{}: {error}", program.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{} ended with {}: {said}", program.display(), output.status).into())
}

/// The sum of `operations.<name>.count`.
fn operations(summary: &Value) -> Option<u64> {
    let operations = summary.get("operations")?.as_object()?;
    operations.values().map(|one| one.get("count")?.as_u64()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_summed_over_their_names() {
        let summary = serde_json::json!({"operations": {"a.b": {"count": 2}, "c.d": {"count": 3, "p50_ms": 1.0}}});
        assert_eq!(operations(&summary), Some(5));
        assert_eq!(operations(&serde_json::json!({"operations": {"a.b": {}}})), None);
        assert_eq!(operations(&serde_json::json!({})), None);
    }
}
