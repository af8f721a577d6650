//! A part of the world as a child process of the same binary.
//!
//! Contract with the child: it prints `ready <address>` as its first line, and stops when its standard input closes,
//! so that it never outlives the program that started it, however that program ends. It gets a process group of its
//! own: a Ctrl-C at the terminal reaches the program, which then stops its children in order. Children are a little less
//! urgent to the scheduler than the generator: where all share two cores, a late answer is the target's, a late start
//! would be ours.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use super::WorldError;

/// How long a child may take until it is ready.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// How long a child may take to stop by itself.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// A child process that serves.
#[derive(Debug)]
pub struct Part {
    name: &'static str,
    address: SocketAddr,
    pid: u32,
    child: Child,
    arguments: Vec<String>,
}

/// What a process has used.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Processor time, user and system, seconds.
    pub cpu_s: f64,
    /// Largest resident memory, MiB.
    pub rss_mib: f64,
}

impl Part {
    /// Starts this binary with `arguments` and waits until it serves.
    ///
    /// # Errors
    /// When it does not start, or says something else than that it is ready: with its own last words.
    pub async fn start(name: &'static str, arguments: &[String]) -> Result<Self, WorldError> {
        let program = program().map_err(|error| WorldError::Start { name, why: error.to_string() })?;
        let mut child = Command::new(program)
            .args(arguments)
            .arg("--until-stdin-closes")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| WorldError::Start { name, why: error.to_string() })?;
        let (Some(pid), Some(out), Some(mut err)) = (child.id(), child.stdout.take(), child.stderr.take()) else {
            return Err(WorldError::Start { name, why: "it ended at once".to_owned() });
        };
        let mut lines = BufReader::new(out).lines();
        let first = tokio::time::timeout(READY_WITHIN, lines.next_line()).await;
        let address = match &first {
            Ok(Ok(Some(line))) => line.strip_prefix("ready ").and_then(|address| address.trim().parse().ok()),
            _ => None,
        };
        let Some(address) = address else {
            let _ = child.start_kill();
            let mut words = String::new();
            let _ = tokio::time::timeout(Duration::from_secs(2), err.read_to_string(&mut words)).await;
            let words = plain(words.trim());
            let why = if words.is_empty() { "it did not become ready" } else { words }.to_owned();
            return Err(WorldError::Start { name, why });
        };
        // Whatever a part says later is kept from filling the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        tokio::spawn(async move {
            let mut lines = BufReader::new(err).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                eprintln_line(name, &line);
            }
        });
        Ok(Self { name, address, pid, child, arguments: arguments.to_vec() })
    }
    /// Where it serves.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
    /// Its base URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
    /// Its name in reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }
    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }
    /// What it has used so far; nothing if it is gone.
    #[must_use]
    pub fn usage(&self) -> Usage {
        usage_of(self.pid)
    }
    /// Whether it has ended, against the plan.
    pub fn has_ended(&mut self) -> Option<String> {
        match self.child.try_wait() {
            Ok(Some(status)) => Some(format!("the {} process ended: {status}", self.name)),
            _ => None,
        }
    }
    /// Kills it (SIGKILL) and starts it again with the same arguments at the same address. Gives what the killed one had
    /// used.
    ///
    /// # Errors
    /// When it does not start again.
    pub async fn restart(&mut self) -> Result<Usage, WorldError> {
        let failed = |error: std::io::Error| WorldError::Start { name: self.name, why: error.to_string() };
        let used = self.usage();
        self.child.kill().await.map_err(failed)?;
        let mut arguments = self.arguments.clone();
        if let Some(place) = arguments.iter().position(|one| one == "--listen")
            && let Some(address) = arguments.get_mut(place + 1)
        {
            *address = self.address.to_string();
        }
        *self = Self::start(self.name, &arguments).await?;
        Ok(used)
    }
    /// Asks it to stop by closing its input, and kills it if it does not.
    pub async fn stop(mut self) {
        drop(self.child.stdin.take());
        if tokio::time::timeout(STOP_WITHIN, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

/// This program's file; when another one took its place while it ran, the one that runs is still there for the kernel.
fn program() -> std::io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(if program.is_file() { program } else { PathBuf::from("/proc/self/exe") })
}

#[expect(clippy::print_stderr, reason = "a part's last words belong on the terminal of whoever started it")]
fn eprintln_line(name: &str, line: &str) {
    eprintln!("{name}: {}", plain(line));
}

/// A child's words without the program's name, which whoever repeats them puts in front once.
fn plain(words: &str) -> &str {
    words.strip_prefix("songsinh: ").unwrap_or(words)
}

/// What a process has used, from `/proc`.
#[must_use]
pub fn usage_of(pid: u32) -> Usage {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The second field is the command in parentheses, which may hold blanks: count from behind it.
    let fields: Vec<&str> = stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ').collect()).unwrap_or_default();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    let ticks_per_s = rustix::param::clock_ticks_per_second().max(1);
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let peak_kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .unwrap_or(0);
    Usage { cpu_s: (ticks(11) + ticks(12)) as f64 / ticks_per_s as f64, rss_mib: peak_kib as f64 / 1024.0 }
}
