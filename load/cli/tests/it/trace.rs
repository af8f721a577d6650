//! What a process asked of the kernel, read from strace: which bytes of its files were on the disk for sure.
//!
//! ```text
//! pwrite64(wal) pwrite64(wal) fdatasync(wal) pwrite64(wal) | power goes
//! <------- on the disk for sure ----------->  <- may be gone ->
//! ```
//! A power cut is played by taking away what may be gone: a file ends where it ended at its last sync, and whatever was
//! written inside it later is zeros.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Started, needs, wait_for};

/// The calls that are traced.
const TRACED: &str = "trace=openat,pwrite64,write,writev,sendto,recvfrom,read,fdatasync,fsync,ftruncate";

/// A command under strace. The process started is the command's own: the tracer stands beside it.
pub fn traced(command: &Command, trace: &Path) -> Command {
    needs("strace", "strace");
    let mut strace = Command::new("strace");
    strace.args(["-D", "-f", "-y", "-s", "120", "-e", TRACED, "-o"]).arg(trace).arg("--");
    strace.arg(command.get_program()).args(command.get_args());
    strace
}

/// `kill -9`, then waits until the tracer has written everything down.
pub fn kill_traced(process: &mut Started, trace: &Path) {
    let pid = process.pid();
    process.kill_9();
    wait_for("the end of the trace", || {
        let text = std::fs::read_to_string(trace).unwrap_or_default();
        text.lines().any(|line| line.starts_with(&pid.to_string()) && line.contains("+++ killed")).then_some(())
    });
}

/// One call: between which lines of the trace it took place, and what came of it.
#[derive(Debug)]
pub struct Call {
    pub name: String,
    /// As strace prints them.
    pub arguments: String,
    /// None: it did not return.
    pub result: Option<i64>,
    pub began: usize,
    pub ended: usize,
}

impl Call {
    /// What the first argument, a file descriptor, stands for.
    pub fn on(&self) -> Option<&str> {
        Some(self.arguments.split_once('<')?.1.split_once('>')?.0)
    }
    /// The descriptor with what it stands for, by which calls on one connection are told from others.
    pub fn handle(&self) -> &str {
        self.arguments.split_once('>').map_or("", |(handle, _)| handle)
    }
    fn last_numbers(&self) -> Option<(u64, u64)> {
        let mut parts = self.arguments.rsplitn(3, ", ");
        let last = parts.next()?.parse().ok()?;
        Some((parts.next()?.parse().ok()?, last))
    }
}

/// Reads a trace: calls in the order in which they ended; those that never did come last.
pub fn read(trace: &Path) -> Vec<Call> {
    let text = String::from_utf8_lossy(&std::fs::read(trace).unwrap()).into_owned();
    let mut open: BTreeMap<&str, Call> = BTreeMap::new();
    let mut calls = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let Some((pid, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        let whole = if let Some((_, more)) = rest.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
            open.remove(pid).map(|begun| (begun, more))
        } else if let Some((name, arguments)) = rest.split_once('(').filter(|(name, _)| !name.contains(['+', '<', ' ']))
        {
            let none = String::new();
            Some((Call { name: name.to_owned(), arguments: none, result: None, began: at, ended: at }, arguments))
        } else {
            None
        };
        let Some((mut call, more)) = whole else { continue };
        if let Some(begin) = more.strip_suffix("<unfinished ...>") {
            call.arguments.push_str(begin.trim_end_matches([' ']));
            open.insert(pid, call);
            continue;
        }
        let Some((arguments, result)) = more.rsplit_once(" = ") else { continue };
        call.arguments.push_str(arguments.trim_end().trim_end_matches(')'));
        call.result = result.split([' ', '<']).next().and_then(|number| number.parse().ok());
        call.ended = at;
        calls.push(call);
    }
    calls.extend(open.into_values().map(|call| Call { ended: usize::MAX, ..call }));
    calls
}

/// How much of a file is on the disk for sure.
#[derive(Debug, Default)]
struct Fate {
    length: u64,
    synced_length: u64,
    /// Begin and end of what was written since the last sync.
    loose: Vec<(u64, u64)>,
    syncs: u64,
}

impl Fate {
    fn wrote(&mut self, from: u64, to: u64) {
        self.length = self.length.max(to);
        self.loose.push((from, to));
    }
    fn cut_to(&mut self, length: u64) {
        self.length = length;
        self.synced_length = self.synced_length.min(length);
        self.loose.retain_mut(|(from, to)| {
            *to = length.min(*to);
            *from < *to
        });
    }
    fn synced(&mut self) {
        self.synced_length = self.length;
        self.loose.clear();
        self.syncs += 1;
    }
}

/// What a power cut took away.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Bytes at the files' ends, and bytes inside that became zeros.
    pub bytes: u64,
    /// Syncs that had saved the rest.
    pub syncs: u64,
}

/// Plays a power cut on a store and the files beside it that begin with its name, all made under the trace.
pub fn cut_power(store: &Path, calls: &[Call]) -> Lost {
    let mut lost = Lost::default();
    for (path, fate) in fates(store, calls) {
        lost.syncs += fate.syncs;
        // A journal that was removed is gone with its bytes.
        let Ok(file) = OpenOptions::new().write(true).open(&path) else { continue };
        let length = file.metadata().unwrap().len();
        let kept = fate.synced_length.min(length);
        lost.bytes += length - kept;
        file.set_len(kept).unwrap();
        for (from, to) in fate.loose {
            let to = to.min(kept);
            if from < to {
                file.write_all_at(&vec![0; usize::try_from(to - from).unwrap()], from).unwrap();
                lost.bytes += to - from;
            }
        }
        file.sync_all().unwrap();
    }
    lost
}

fn fates(store: &Path, calls: &[Call]) -> BTreeMap<PathBuf, Fate> {
    let store = store.to_str().unwrap();
    let mut fates: BTreeMap<PathBuf, Fate> = BTreeMap::new();
    for call in calls {
        let Some(path) = call.on().filter(|path| path.starts_with(store)) else { continue };
        let fate = fates.entry(PathBuf::from(path)).or_default();
        match call.name.as_str() {
            "pwrite64" => {
                let (length, from) = call.last_numbers().unwrap_or_else(|| panic!("{call:?}"));
                fate.wrote(from, from + length);
            }
            "ftruncate" if call.result == Some(0) => {
                let (_, length) = call.arguments.rsplit_once(", ").unwrap();
                fate.cut_to(length.parse().unwrap());
            }
            "fdatasync" | "fsync" if call.result == Some(0) => fate.synced(),
            // Only positioned writes are understood here.
            "write" | "writev" => panic!("an unexpected way to write a store: {call:?}"),
            _ => {}
        }
    }
    fates
}

/// Of the answers «done» to requests whose first line ends like that: how many there were, and how many of them left
/// without a sync of the store between request and answer.
pub fn unsynced_answers(store: &Path, calls: &[Call], wanted: &[&str]) -> (usize, usize) {
    let store = store.to_str().unwrap();
    let is_sync = |call: &&Call| {
        matches!(call.name.as_str(), "fdatasync" | "fsync")
            && call.result == Some(0)
            && call.on().is_some_and(|path| path.starts_with(store))
    };
    let syncs: Vec<usize> = calls.iter().filter(is_sync).map(|call| call.ended).collect();
    let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut answers, mut unsynced) = (0, 0);
    let mut by_begin: Vec<&Call> =
        calls.iter().filter(|call| call.on().is_some_and(|on| on.contains("socket"))).collect();
    by_begin.sort_by_key(|call| if is_receipt(call) { call.ended } else { call.began });
    for call in by_begin {
        if is_receipt(call) {
            if call.arguments.contains("HTTP/1.1")
                && wanted.iter().any(|end| call.arguments.contains(&format!("{end} HTTP/1.1")))
            {
                asked.insert(call.handle(), call.ended);
            }
        } else if call.arguments.contains("HTTP/1.1 ")
            && let Some(request) = asked.remove(call.handle())
            && call.arguments.contains("HTTP/1.1 2")
        {
            answers += 1;
            unsynced += usize::from(!syncs.iter().any(|&sync| request < sync && sync < call.began));
        }
    }
    (answers, unsynced)
}

fn is_receipt(call: &Call) -> bool {
    matches!(call.name.as_str(), "recvfrom" | "read")
}

#[test]
fn a_cut_takes_what_was_not_synced() {
    let folder = tempfile::tempdir().unwrap();
    let (store, trace) = (folder.path().join("s.db"), folder.path().join("trace"));
    let wal = folder.path().join("s.db-wal");
    std::fs::write(&store, [1; 100]).unwrap();
    std::fs::write(&wal, [1; 60]).unwrap();
    let text = format!(
        "7 pwrite64(3<{db}>, \"a, b\"..., 100, 0) = 100\n\
         7 fdatasync(3<{db}>) = 0\n\
         7 pwrite64(3<{db}>, \"\\1\\2\"..., 20, 40) = 20\n\
         8 recvfrom(9<socket:[5]>,  <unfinished ...>\n\
         7 pwrite64(4<{wal}>, \"x\"..., 50, 0 <unfinished ...>\n\
         8 <... recvfrom resumed>\"POST /v1/r/1/password HTTP/1.1\\r\\n\"..., 8192, 0, NULL, NULL) = 80\n\
         7 <... pwrite64 resumed>) = 50\n\
         7 fdatasync(4<{wal}>) = 0\n\
         8 sendto(9<socket:[5]>, \"HTTP/1.1 200 OK\\r\\n\"..., 99, MSG_NOSIGNAL, NULL, 0) = 99\n\
         8 recvfrom(9<socket:[5]>, \"POST /v1/r/2/password HTTP/1.1\\r\\n\"..., 8192, 0, NULL, NULL) = 80\n\
         7 pwrite64(4<{wal}>, \"x\"..., 10, 50 <unfinished ...>\n\
         8 sendto(9<socket:[5]>, \"HTTP/1.1 200 OK\\r\\n\"..., 99, MSG_NOSIGNAL, NULL, 0) = 99\n\
         7 fdatasync(4<{wal}> <unfinished ...>\n\
         7 +++ killed by SIGKILL +++\n",
        db = store.display(),
        wal = wal.display()
    );
    std::fs::write(&trace, text).unwrap();
    let calls = read(&trace);
    assert_eq!(unsynced_answers(&store, &calls, &["/password"]), (2, 1));
    assert_eq!(cut_power(&store, &calls), Lost { bytes: 30, syncs: 2 });
    let kept = std::fs::read(&store).unwrap();
    assert_eq!((kept.len(), kept.iter().filter(|&&byte| byte == 0).count()), (100, 20));
    assert_eq!(std::fs::read(&wal).unwrap(), [1; 50]);
}
