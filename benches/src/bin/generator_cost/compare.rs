//! The rounds: wrk and the arm in turn, and the table.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::Args;
use songsinh_benches::ended_children_cpu;

use crate::arm::KNOWN;
use crate::error::CostError;
use crate::say;
use crate::server::{Kind, Server};
use crate::target::{Target, post_body};

/// What is compared, and for how long.
#[derive(Debug, Args)]
pub struct Comparison {
    /// Which server to start: a trivial one, called by POST, or the built-in twin, asked for its health by GET.
    #[arg(long, value_enum, default_value_t = Kind::Trivial)]
    server: Kind,
    /// A running target instead, called by GET. The arm `whole` asks it as the built-in profile says.
    #[arg(long, conflicts_with = "server")]
    url: Option<String>,
    /// Rounds: wrk and each arm once in each.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Seconds of each run.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Connections, each with one request at a time.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Arms, of those that `drive` knows.
    #[arg(long, default_values_t = ["plain".to_owned()])]
    arm: Vec<String>,
}

/// One run of one generator.
#[derive(Debug, Clone, Copy)]
struct Run {
    requests: u64,
    cpu: Duration,
}

impl Run {
    fn us_per_request(self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.requests.max(1) as f64
    }
}

/// Runs the comparison and prints its table.
pub fn compare(comparison: &Comparison) -> Result<(), CostError> {
    for (zero, name) in [
        (comparison.rounds == 0, "--rounds"),
        (comparison.seconds == 0, "--seconds"),
        (comparison.connections == 0, "--connections"),
    ] {
        if zero {
            return Err(CostError::Zero(name));
        }
    }
    if let Some(name) = comparison.arm.iter().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(CostError::Arm { name: name.clone(), known: KNOWN.join(", ") });
    }
    let (_server, target, post) = match (&comparison.url, comparison.server) {
        (Some(url), _) => (None, Target::parse(url)?, false),
        (None, kind) => {
            let server = Server::start(kind)?;
            let (target, post) = (Target::parse(server.url())?, kind == Kind::Trivial);
            (Some(server), target, post)
        }
    };
    let script = if post { Some(wrk_script()?) } else { None };
    say(&format!(
        "{} {}, {} connections, {} rounds of {} s",
        if post { "POST" } else { "GET" },
        target.url(),
        comparison.connections,
        comparison.rounds,
        comparison.seconds
    ))?;
    let measured = rounds(comparison, &target, script.as_deref());
    if let Some(script) = &script {
        fs::remove_file(script)?;
    }
    let (wrk, arms) = measured?;
    say(&table(&wrk, &arms))
}

type Arms = Vec<(String, Vec<Run>)>;

fn rounds(
    comparison: &Comparison,
    target: &Target,
    script: Option<&std::path::Path>,
) -> Result<(Vec<Run>, Arms), CostError> {
    let mut wrk = Vec::new();
    let mut arms: Arms = comparison.arm.iter().map(|name| (name.clone(), Vec::new())).collect();
    for round in 0..comparison.rounds {
        let wrk_first = round % 2 == 0;
        if wrk_first {
            wrk.push(run_wrk(comparison, target, script)?);
        }
        for (name, runs) in &mut arms {
            runs.push(run_arm(comparison, target, name, script.is_some())?);
        }
        if !wrk_first {
            wrk.push(run_wrk(comparison, target, script)?);
        }
    }
    Ok((wrk, arms))
}

/// A script that makes wrk send what the arms send. It has no function called per request, so wrk builds the bytes once.
fn wrk_script() -> Result<PathBuf, CostError> {
    let path = std::env::temp_dir().join(format!("generator-cost-{}.lua", std::process::id()));
    let body = post_body();
    let script =
        format!("wrk.method = 'POST'\nwrk.body = [[{body}]]\nwrk.headers['Content-Type'] = 'application/json'\n");
    fs::write(&path, script)?;
    Ok(path)
}

fn run_wrk(comparison: &Comparison, target: &Target, script: Option<&std::path::Path>) -> Result<Run, CostError> {
    let mut command = Command::new("taskset");
    command.args(["-c", "1", "wrk", "-t1"]);
    command.args([format!("-c{}", comparison.connections), format!("-d{}s", comparison.seconds)]);
    if let Some(script) = script {
        command.arg("-s").arg(script);
    }
    command.arg(target.url());
    let (said, cpu) = run(command, "wrk")?;
    let figure =
        |unit: &str| said.lines().find(|line| line.contains(unit))?.split_ascii_whitespace().next()?.parse().ok();
    let requests: u64 =
        figure(" requests in ").ok_or_else(|| CostError::NoFigure { program: "wrk".into(), said: said.clone() })?;
    if said.contains("Non-2xx") || said.contains("Socket errors") || requests == 0 {
        return Err(CostError::NoFigure { program: "wrk".into(), said });
    }
    Ok(Run { requests, cpu })
}

fn run_arm(comparison: &Comparison, target: &Target, arm: &str, post: bool) -> Result<Run, CostError> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["drive", &target.url(), &comparison.seconds.to_string(), &comparison.connections.to_string(), arm]);
    if post {
        command.arg("--post");
    }
    let (said, cpu) = run(command, arm)?;
    let figure =
        |name: &str| said.split_ascii_whitespace().find_map(|word| word.strip_prefix(name)?.parse::<u64>().ok());
    match (figure("requests="), figure("failed=")) {
        (Some(requests), Some(0)) => Ok(Run { requests, cpu }),
        (Some(requests), Some(failed)) => Err(CostError::Failed { program: arm.into(), failed, requests }),
        _ => Err(CostError::NoFigure { program: arm.into(), said }),
    }
}

/// Runs a child to its end; gives its output and its CPU time, from its start on, as the host counted it.
fn run(mut command: Command, program: &str) -> Result<(String, Duration), CostError> {
    let before = ended_children_cpu()?;
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| CostError::Start { program: program.into(), error })?;
    let cpu = ended_children_cpu()?.saturating_sub(before);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let said = said + &String::from_utf8_lossy(&output.stderr);
        return Err(CostError::NoFigure { program: program.into(), said });
    }
    Ok((said, cpu))
}

fn table(wrk: &[Run], arms: &[(String, Vec<Run>)]) -> String {
    let seconds = |runs: &[Run]| spread(runs.iter().map(|run| run.us_per_request()));
    let mut text = String::from("generator   requests   CPU µs/request            × wrk in the same round\n");
    text.push_str("                       median    min    max      median    min    max\n");
    let mut line = |name: &str, runs: &[Run], ratio: Option<[f64; 3]>| {
        let total: u64 = runs.iter().map(|run| run.requests).sum();
        let [median, min, max] = seconds(runs);
        let _ = write!(text, "{name:<10} {total:>9}   {median:>7.2} {min:>6.2} {max:>6.2}");
        if let Some([median, min, max]) = ratio {
            let _ = write!(text, "     {median:>7.3} {min:>6.3} {max:>6.3}");
        }
        text.push('\n');
    };
    line("wrk", wrk, None);
    for (name, runs) in arms {
        let ratios = runs.iter().zip(wrk).map(|(run, wrk)| run.us_per_request() / wrk.us_per_request());
        line(name, runs, Some(spread(ratios)));
    }
    text.trim_end().to_owned()
}

/// Median, least and most.
fn spread(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.as_slice() {
        [] => [0.0; 3],
        [least, .., most] => [median(&values), *least, *most],
        [one] => [*one; 3],
    }
}

fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_are_median_least_and_most() {
        assert_eq!(spread([3.0, 1.0, 2.0].into_iter()), [2.0, 1.0, 3.0]);
        assert_eq!(spread([4.0, 1.0].into_iter()), [2.5, 1.0, 4.0]);
        assert_eq!(spread([4.0].into_iter()), [4.0; 3]);
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        let run = |us| Run { requests: 1_000_000, cpu: Duration::from_secs(us) };
        let text = table(&[run(4), run(8)], &[("plain".into(), vec![run(2), run(4)])]);
        assert!(text.ends_with("0.500  0.500  0.500"), "{text}");
    }
}
