//! Programs that are run with a mutant in them: bounded in time and memory, several side by side.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::Error;

/// Address space of a run, KiB: a mutant that collects without end dies of it.
const MOST_KIB: u64 = 6_000_000;

/// Which mutant is on in a program.
#[derive(Clone, Copy)]
pub enum Mutant<'a> {
    /// This one.
    On(usize),
    /// None; those that are reached are noted in this file.
    NoneNoted(&'a Path),
    /// None.
    None,
}

/// How a program ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// Its exit code; none if it was killed, at its limit or by a signal.
    pub code: Option<i32>,
    /// How long it took, milliseconds.
    pub ms: u64,
}

/// Runs a program, at most so long.
#[expect(clippy::disallowed_methods, reason = "a program outside is bounded in real time")]
pub fn run(program: &Path, arguments: &[&str], at: &Path, mutant: Mutant<'_>, limit_ms: u64) -> Result<Ended, Error> {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {MOST_KIB}; exec \"$0\" \"$@\"")]).arg(program).args(arguments);
    command.current_dir(at).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.env("PROPTEST_FAILURE_PERSISTENCE", "off").env_remove("MUTANT").env_remove("MUTANT_HITS");
    match mutant {
        Mutant::On(number) => command.env("MUTANT", number.to_string()),
        Mutant::NoneNoted(hits) => command.env("MUTANT_HITS", std::path::absolute(hits)?),
        Mutant::None => &mut command,
    };
    let begun = Instant::now();
    let mut child = command.spawn()?;
    loop {
        let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        if let Some(status) = child.try_wait()? {
            return Ok(Ended { code: status.code(), ms });
        }
        if ms >= limit_ms {
            child.kill()?;
            child.wait()?;
            return Ok(Ended { code: None, ms });
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// Does every job, one for each core at a time. `done` hears of each as it is ready.
pub fn side_by_side<J: Sync, R: Send>(
    jobs: &[J],
    work: impl Fn(&J) -> Result<R, Error> + Sync,
    done: impl FnMut(&J, R) -> Result<(), Error> + Send,
) -> Result<(), Error> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(done));
    std::thread::scope(|scope| {
        let worker = || -> Result<(), Error> {
            while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                let result = work(job)?;
                let mut done = done.lock().map_err(|_| Error::Said("another worker failed".to_owned()))?;
                done(job, result)?;
            }
            Ok(())
        };
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            worker.join().map_err(|_| Error::Said("a worker panicked".to_owned()))??;
        }
        Ok(())
    })
}

/// What was found out of mutants in an earlier run of the tool, so that it goes on where it was stopped. A mutant is
/// named by its place and change; the file counts only for the same sources.
pub struct Kept {
    known: std::collections::BTreeMap<String, String>,
    file: File,
}

impl Kept {
    /// Reads what is kept, or begins anew. `stamp` stands for everything that the outcomes hang on.
    pub fn open(path: &Path, stamp: u64) -> Result<Self, Error> {
        let head = format!("sources {stamp:016x}");
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut lines = text.lines();
        let same = lines.next() == Some(&head);
        let split = |line: &str| line.split_once('\t').map(|(key, value)| (key.to_owned(), value.to_owned()));
        let known = if same { lines.filter_map(split).collect() } else { std::collections::BTreeMap::new() };
        if !same {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, head + "\n")?;
        }
        Ok(Self { known, file: File::options().append(true).open(path)? })
    }
    /// What is known of a mutant.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.known.get(key).map(String::as_str)
    }
    /// Keeps what came out.
    pub fn put(&mut self, key: String, value: &str) -> Result<(), Error> {
        writeln!(self.file, "{key}\t{value}")?;
        self.known.insert(key, value.to_owned());
        Ok(())
    }
}
