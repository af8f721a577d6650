//! Starts the real program as a user does, waits for what it says, and reads what it leaves.
//!
//! Invariants: nothing here looks at a clock to judge; every wait is for a condition, with a bound far above what it
//! takes; whatever a test started is killed when the test is over, however it ends.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use songsinh_contract::Rulebook;
use songsinh_engine::world::{WorldInfo, serve_door};
use songsinh_scenario::{Profile, Scenario};

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_songsinh");
/// Size and seed of the population of every world here.
pub const PEOPLE: u64 = songsinh_population::VIET_NAM_2022;
pub const SEED: u64 = 2022;
/// The day of every scenario here.
pub const DAY: &str = "2022-08-27";

const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Looks within which a service must be ready, and a run be over.
const READY_LOOKS: u32 = 60 * 20;
const RUN_LOOKS: u32 = 240 * 20;

/// A file of the workspace.
pub fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path).canonicalize().unwrap()
}

/// A scenario of these tests.
pub fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/scenarios").join(name)
}

/// Looks until there is something to see.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..RUN_LOOKS {
        if let Some(seen) = look() {
            return seen;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    panic!("waited in vain for: {what}");
}

/// The first of `count` ports in a row that are free, below those that the system gives out by itself.
pub fn free_ports(count: u16) -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let own = (std::process::id() % 900) as u16 * 20;
    for _ in 0..2_000 {
        let first = 10_000 + (own + NEXT.fetch_add(count, Ordering::Relaxed)) % 20_000;
        let free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        if (first..first + count).all(free) {
            return first;
        }
    }
    panic!("no {count} free ports in a row");
}

/// A program that was started: what it writes is kept, and it is killed with the test.
pub struct Started {
    child: Child,
    out: Arc<Mutex<String>>,
    err: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

/// Keeps what comes out of a pipe.
fn keep(pipe: impl Read + Send + 'static) -> (Arc<Mutex<String>>, JoinHandle<()>) {
    let kept = Arc::new(Mutex::new(String::new()));
    let mine = Arc::clone(&kept);
    let reader = std::thread::spawn(move || {
        let mut lines = BufReader::new(pipe);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
            mine.lock().unwrap().push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
    });
    (kept, reader)
}

impl Started {
    /// Starts a command with its output kept and nothing to read.
    pub fn new(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let (out, one) = keep(child.stdout.take().unwrap());
        let (err, other) = keep(child.stderr.take().unwrap());
        Self { child, out, err, readers: vec![one, other] }
    }
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
    /// What it has written to standard output so far.
    pub fn out(&self) -> String {
        self.out.lock().unwrap().clone()
    }
    /// What it has written to standard error so far.
    pub fn err(&self) -> String {
        self.err.lock().unwrap().clone()
    }
    /// Waits until one of its lines begins like that, and gives what follows.
    pub fn line(&mut self, begin: &str) -> String {
        self.line_or_end(begin).unwrap_or_else(|said| panic!("it ended before it said «{begin}»: {said}"))
    }
    /// The same, or what a program said that ended instead.
    pub fn line_or_end(&mut self, begin: &str) -> Result<String, String> {
        for _ in 0..READY_LOOKS {
            let out = self.out();
            if let Some(rest) = out.lines().find_map(|line| line.strip_prefix(begin)) {
                return Ok(rest.trim().to_owned());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("{status}: {out}{}", self.err()));
            }
            std::thread::sleep(LOOK_EVERY);
        }
        panic!("it never said «{begin}»: {}{}", self.out(), self.err());
    }
    /// Waits for its end.
    pub fn end(&mut self) -> ExitStatus {
        for _ in 0..RUN_LOOKS {
            if let Some(status) = self.child.try_wait().unwrap() {
                for reader in self.readers.drain(..) {
                    reader.join().unwrap();
                }
                return status;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        panic!("it does not end: {}{}", self.out(), self.err());
    }
    /// `kill -9`.
    pub fn kill_9(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
    /// Another signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The program with arguments.
pub fn songsinh<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env("NO_COLOR", "1");
    command
}

/// A service, and where it listens.
pub struct Service {
    pub process: Started,
    pub url: String,
}

impl Service {
    /// Starts a command and waits for its `ready ADDRESS`.
    pub fn start(command: &mut Command) -> Self {
        Self::try_start(command).unwrap_or_else(|said| panic!("{command:?}: {said}"))
    }
    /// The same, or what it said when it ended instead.
    pub fn try_start(command: &mut Command) -> Result<Self, String> {
        let mut process = Started::new(command);
        let url = format!("http://{}", process.line_or_end("ready ")?);
        Ok(Self { process, url })
    }
    /// `songsinh population serve`.
    pub fn population() -> Self {
        let (seed, people) = (SEED.to_string(), PEOPLE.to_string());
        let arguments = ["population", "serve", "--seed", &seed, "--people", &people, "--day", DAY];
        Self::start(songsinh(arguments).args(["--listen", "127.0.0.1:0"]))
    }
    /// `songsinh gateway` with messages that arrive at once.
    pub fn gateway() -> Self {
        Self::start(&mut songsinh(["gateway", "--profile", "instant", "--listen", "127.0.0.1:0"]))
    }
    /// The JSON at a path.
    pub fn json(&self, path: &str) -> Value {
        get_json(&format!("{}{path}", self.url))
    }
    /// The texts of the messages that a gateway has taken.
    pub fn messages(&self) -> Vec<String> {
        let page = self.json("/v1/ledger?limit=10000");
        let messages = page["messages"].as_array().unwrap();
        messages.iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect()
    }
}

/// `GET`, for small answers of our own services.
pub fn get_json(url: &str) -> Value {
    let (host, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    write!(stream, "GET /{path} HTTP/1.0\r\nhost: {host}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.0 200") || head.starts_with("HTTP/1.1 200"), "{url}: {head}");
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{url}: {error}: {body}"))
}

/// The door of a world whose parts the test has started itself, for `run --world`.
pub struct Door {
    pub url: String,
    _runtime: tokio::runtime::Runtime,
}

impl Door {
    /// Opens it.
    pub fn open(population: &str, sms: &str, twin: Option<(&str, Rulebook)>) -> Self {
        let info = WorldInfo {
            version: "test".to_owned(),
            population_url: population.to_owned(),
            sms_url: sms.to_owned(),
            twin_url: twin.as_ref().map(|(url, _)| (*url).to_owned()),
            twin_rulebook: twin.map(|(_, rulebook)| rulebook),
            officers: 0,
            twin_is_durable: true,
            misbehaviours: Vec::new(),
            population_seed: SEED,
            people: PEOPLE,
            day: DAY.parse().unwrap(),
            pids: Vec::new(),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let address = runtime.block_on(serve_door(anywhere, info)).unwrap();
        Self { url: format!("http://{address}"), _runtime: runtime }
    }
}

/// The rulebook of a scenario at the built-in twin.
pub fn rulebook(scenario: &Path) -> Rulebook {
    let profile = Profile::built_in().unwrap_or_else(|errors| panic!("{errors}"));
    Scenario::load(scenario).unwrap_or_else(|errors| panic!("{errors}")).rulebook(&profile)
}

/// `songsinh twin` for a scenario of these tests.
pub fn twin(scenario: &Path, population: &str, sms: &str) -> Command {
    let mut command = songsinh(twin_arguments(scenario, population, sms));
    command.args(["--listen", "127.0.0.1:0"]);
    command
}

/// The arguments of `songsinh twin` but for where it listens.
pub fn twin_arguments(scenario: &Path, population: &str, sms: &str) -> Vec<String> {
    let rulebook = serde_json::to_string(&rulebook(scenario)).unwrap();
    let arguments =
        ["twin", "--population", population, "--sms", sms, "--rulebook", &rulebook, "--argon2", "light", "--day", DAY];
    let approval = ["--approval-ms", "300..1200"];
    arguments.into_iter().chain(approval).map(str::to_owned).collect()
}

/// A run that is under way.
pub struct Running {
    pub process: Started,
    pub folder: PathBuf,
}

/// A run that is over.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
    pub folder: PathBuf,
}

/// Starts `songsinh run SCENARIO …` with its folder and rosters inside `place`.
pub fn start_run(place: &Path, name: &str, scenario: &Path, arguments: &[&str]) -> Running {
    let folder = place.join(name);
    let people = PEOPLE.to_string();
    let mut command = songsinh(["run"]);
    command.arg(scenario).arg("--out").arg(&folder).args(["--lag-reported-only", "--people", &people]);
    if !arguments.contains(&"--rosters") {
        command.arg("--rosters").arg(place.join("rosters"));
    }
    command.args(arguments);
    Running { process: Started::new(&mut command), folder }
}

/// `songsinh run SCENARIO …` to its end.
pub fn run(place: &Path, name: &str, scenario: &Path, arguments: &[&str]) -> Ran {
    start_run(place, name, scenario, arguments).end()
}

impl Running {
    /// Waits for its end.
    pub fn end(mut self) -> Ran {
        let status = self.process.end();
        let code = status.code().unwrap_or_else(|| panic!("{status}: {}", self.process.err()));
        Ran { code, out: self.process.out(), err: self.process.err(), folder: self.folder }
    }
}

impl Ran {
    /// Everything that it wrote.
    pub fn said(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
    /// Asserts the exit code, and shows what was said otherwise.
    pub fn ended(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{}", self.said());
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }
    /// Asserts that a text was written.
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.said().contains(text), "«{text}» is not in: {}", self.said());
        self
    }
    pub fn record(&self) -> PathBuf {
        self.folder.join("record.songsinh")
    }
    pub fn summary(&self) -> Value {
        let text = std::fs::read_to_string(self.folder.join("summary.json"))
            .unwrap_or_else(|error| panic!("summary.json: {error}: {}", self.said()));
        serde_json::from_str(&text).unwrap()
    }
    /// The rules that were violated, by slug.
    pub fn violated(&self) -> BTreeSet<String> {
        let summary = self.summary();
        let findings = summary["findings"].as_array().unwrap();
        findings.iter().map(|one| one["rule"].as_str().unwrap().to_owned()).collect()
    }
}

/// A number in a summary.
pub fn number(summary: &Value, pointer: &str) -> u64 {
    summary.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("no {pointer} in {summary}"))
}

/// Asserts that a command that tests need is there.
pub fn needs(command: &str, package: &str) {
    let found = Command::new(command).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    assert!(found, "this test needs {command}: install it with `apt-get install {package}`, or run .ci/test");
}

/// How many answered scans of a record were sent between these ages (ms) of their QR, counted from the answer to its
/// making; ages of a lost answer do not count.
pub fn scans_within(record: &Path, from_ms: u64, to_ms: u64) -> usize {
    use songsinh_contract::{Act, Operation, Outcome};
    use songsinh_record::{Frame, Reader};
    let (mut minted, mut load) = (BTreeMap::new(), BTreeSet::new());
    let mut count = 0;
    for frame in Reader::open(record).unwrap() {
        match frame.unwrap() {
            Frame::Cell(facts) if facts.act == Act::Load => _ = load.insert(facts.cell),
            Frame::Observation(seen) if load.contains(&seen.cell) => {
                if let Some(ticket) = seen.outcome.values().and_then(|values| values.ticket.as_ref()) {
                    minted.insert(ticket.id.digest(), seen.done);
                }
                let Operation::QrScan { qr } = &seen.call.operation else { continue };
                let at = qr.ticket.as_ref().and_then(|ticket| minted.get(&ticket.digest()));
                let Some(age) = at.map(|at| seen.sent.since(*at).as_millis()) else { continue };
                let is_told = matches!(seen.outcome, Outcome::Done(_) | Outcome::Refused(_));
                count += usize::from(is_told && (u128::from(from_ms)..u128::from(to_ms)).contains(&age));
            }
            _ => {}
        }
    }
    count
}
