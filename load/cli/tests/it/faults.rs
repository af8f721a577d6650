//! What goes wrong around a run ends with a clear sentence, the right exit code, and a report of what was done.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use rustix::process::Signal;

use crate::support::{PROGRAM, Ran, Started, file, number, run, scenario, songsinh, start_run, wait_for};

/// A process, and when it was started: its number may be given again.
type Process = (u32, u64);

/// The processes that a process has started and that are still there.
fn children_of(pid: u32) -> BTreeSet<Process> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let looks = numbers.filter_map(|child| Some((child, look_at(child)?)));
    looks.filter(|(_, (parent, _))| *parent == pid).map(|(child, (_, started))| (child, started)).collect()
}

/// Parent and start of a process that is there and no zombie: the fields 4 and 22 of `/proc/<pid>/stat`.
fn look_at(pid: u32) -> Option<(u32, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let field = |nth: usize| fields.get(nth - 3)?.parse().ok();
    (fields.first() != Some(&"Z")).then_some((u32::try_from(field(4)?).ok()?, field(22)?))
}

/// Whether a process is still there.
fn lives((pid, started): Process) -> bool {
    look_at(pid).is_some_and(|(_, now)| now == started)
}

/// A run with its own world, well under way: journeys have begun.
fn under_way(place: &Path) -> (crate::support::Running, BTreeSet<Process>) {
    let mut run = start_run(place, "run", &scenario("long.yaml"), &[]);
    run.process.line("running ");
    // A fourth is there for a moment: what asks the host to run a worker promptly.
    let children = wait_for("population, gateway and twin alone", || {
        let children = children_of(run.process.pid());
        (children.len() == 3).then_some(children)
    });
    // The first plain line of progress comes when journeys have been under way for some seconds.
    wait_for("progress", || run.process.out().contains("requests").then_some(()));
    (run, children)
}

fn all_gone(children: &BTreeSet<Process>) {
    wait_for("the end of the children", || (!children.iter().any(|&child| lives(child))).then_some(()));
}

#[test]
fn ctrl_c_ends_the_run_in_order_with_a_report() {
    let place = tempfile::tempdir().unwrap();
    let (run, children) = under_way(place.path());
    run.process.signal(Signal::INT);
    let ran = run.end();
    let summary = ran.ended(130).says("stopping: ").summary();
    all_gone(&children);
    assert_eq!(summary["verdict"], "interrupted");
    assert!(number(&summary, "/journeys/started") > 0 && number(&summary, "/requests") > 0, "{summary}");
    assert!(number(&summary, "/journeys/started") < number(&summary, "/journeys/planned"), "{summary}");
    let page = std::fs::read_to_string(ran.folder.join("report.html")).unwrap();
    assert!(page.contains("STOPPED") || page.contains("stopped"), "the page does not say so");
    // The record is whole: it can be judged again, to the same end.
    let mut again = Started::new(songsinh(["report"]).arg(&ran.folder).arg("--out").arg(place.path().join("again")));
    assert_eq!(again.end().code(), Some(130), "{}", again.err());
}

#[test]
fn no_child_outlives_a_program_that_was_killed() {
    let place = tempfile::tempdir().unwrap();
    let (mut run, children) = under_way(place.path());
    assert!(children.iter().all(|&child| lives(child)));
    run.process.kill_9();
    all_gone(&children);
}

#[test]
fn a_part_of_the_world_that_dies_makes_the_run_invalid() {
    let place = tempfile::tempdir().unwrap();
    let (run, children) = under_way(place.path());
    let is_gateway = |(pid, _): &Process| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap();
        line.split(|&byte| byte == 0).any(|word| word == b"gateway")
    };
    let (gateway, _) = children.iter().copied().find(is_gateway).unwrap();
    let gateway = rustix::process::Pid::from_raw(gateway.try_into().unwrap()).unwrap();
    rustix::process::kill_process(gateway, Signal::KILL).unwrap();
    let ran = run.end();
    let summary = ran.ended(12).says("the sms process ended").summary();
    assert_eq!(summary["verdict"], "invalid");
    assert!(ran.violated().is_empty(), "{}", ran.said());
    all_gone(&children);
}

/// Runs at 40 journeys a second into a disk of so many KiB that only this run sees; where nobody may mount one, into
/// files of that size at the most (in blocks of 512 bytes). Gives what was said.
fn into_a_small_disk(kib: u32) -> String {
    const RUN: &str = r#"exec "$2" run "$3" --out "$1/run" --rosters "$4" --lag-reported-only"#;
    const OWN_MOUNTS: [&str; 3] = ["--map-root-user", "--mount", "--"];
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("small");
    std::fs::create_dir(&folder).unwrap();
    let faster = place.path().join("faster.yaml");
    let long = std::fs::read_to_string(scenario("long.yaml")).unwrap();
    std::fs::write(&faster, long.replace("start: 10/s", "start: 40/s")).unwrap();

    let mut mount = Command::new("unshare");
    let tried = mount.args(OWN_MOUNTS).args(["mount", "-t", "tmpfs", "tmpfs"]).arg(&folder).output();
    let (mut command, script, sentence) = if tried.is_ok_and(|tried| tried.status.success()) {
        let mut unshare = Command::new("unshare");
        unshare.args(OWN_MOUNTS).arg("sh");
        let script = format!("mount -t tmpfs -o size={kib}k tmpfs \"$1\" && {RUN}");
        (unshare, script, "No space left on device")
    } else {
        (Command::new("sh"), format!("trap '' XFSZ; ulimit -f {}; {RUN}", kib * 2), "File too large")
    };
    let command = command.args(["-c", &script, "sh"]).arg(&folder).arg(PROGRAM).arg(&faster);
    let mut program = Started::new(command.arg(place.path().join("rosters")));
    let status = program.end();
    let said = format!("{}{}", program.out(), program.err());
    assert_eq!(status.code(), Some(12), "{said}");
    assert!(said.contains("the run record could not be written whole") && said.contains(sentence), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[test]
fn a_disk_that_fills_up_in_the_middle_ends_the_run_with_what_was_done_until_then() {
    let said = into_a_small_disk(300);
    assert!(said.contains("VERDICT  INVALID") && said.contains("the run record ends or is damaged at byte"), "{said}");
}

#[test]
fn a_disk_that_is_full_from_the_beginning_is_said_to_be_so() {
    into_a_small_disk(4);
}

/// Writes a file and gives what `run` says about it.
fn run_of(place: &Path, name: &str, text: &str, arguments: &[&str]) -> Ran {
    let path = place.join(name);
    std::fs::write(&path, text).unwrap();
    run(place, "run", &path, arguments)
}

#[test]
fn a_wrong_file_is_said_where_and_what_before_anything_is_started() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    let right = std::fs::read_to_string(scenario("thread.yaml")).unwrap();
    let line_of = |text: &str| right.lines().position(|line| line.contains(text)).unwrap() + 1;
    let cases = [
        ("arrivals: even", "arivals: even", "arivals", "arrivals"),
        ("journey: register", "journey: registre", "registre", "register"),
        ("start: 10/s", "start: 10", "10", "/s"),
        ("day: 2022-08-27", "day: 2022-02-30", "2022-02-30", "day"),
    ];
    for (from, to, given, meant) in cases {
        let ran = run_of(place, "wrong.yaml", &right.replace(from, to), &[]);
        ran.ended(2).says(&format!("wrong.yaml:{}:", line_of(from))).says(given).says(meant);
        assert!(!ran.folder.exists(), "a folder was made for a run that cannot be");
    }
    let profile = place.join("profile.yaml");
    let built_in = std::fs::read_to_string(file("scenarios/targets/built-in.yaml")).unwrap();
    std::fs::write(&profile, built_in.replace("127.0.0.1:9703", "id.example.vn")).unwrap();
    let ran = run_of(place, "right.yaml", &right, &["--target", profile.to_str().unwrap()]);
    ran.ended(2).says("profile.yaml:6:").says("hosts_allowed");
    run(place, "run", &place.join("nowhere.yaml"), &[]).ended(2).says("nowhere.yaml");
    run(place, "run", &scenario("thread.yaml"), &["--misbehave", "nonsense"]).ended(2).says("«nonsense»");
    let nobody = ["--world", "http://127.0.0.1:1"];
    run(place, "run", &scenario("thread.yaml"), &nobody).ended(2).says("no world answers at http://127.0.0.1:1");
}
