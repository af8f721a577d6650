//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use jiff::civil::Date;

/// A digital twin of the world around a national e-identity system: load, and a verdict on every answer.
#[derive(Debug, Parser)]
#[command(name = "songsinh", version, about, arg_required_else_help = true, max_term_width = 100)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a scenario against the built-in twin or any target, judge every answer, write a report
    Run(Run),
    /// Keep a world alive (population, SMS gateway, twin) for many runs
    Up(Up),
    /// Show what a scenario will do, without doing it
    Plan(Plan),
    /// Check scenario and profile files
    Validate(Validate),
    /// Put a property to the test by random stories, at the built-in twin or any target, and shrink what breaks a rule
    Check(Check),
    /// Judge a record again and write its report anew
    Report(Report),
    /// Judge a record again and tell whether the judgement is the same, byte for byte
    CheckRecord(CheckRecord),
    /// Compare two runs of a scenario: what is new, gone, moved
    Diff(Diff),
    /// Tell one person's story out of a record
    Trace(Trace),
    /// Show what is found of each misbehaviour of the twin, and what is wrongly found of right twins (then exit code 10), in
    /// virtual time
    KillMatrix(KillMatrix),
    /// Say what a word of a report, a rule or an exit code means
    Explain(Explain),
    /// Print the text of a ticket for a finding
    Ticket(Ticket),
    /// Print one proof of a virtual phone's key, for a request by hand
    Proof(Proof),
    /// Print the QR that a virtual phone makes of a ticket
    Qr(Qr),
    /// Look at, export or serve the fake population
    Population(Population),
    /// Serve the SMS gateway alone
    Gateway(Gateway),
    /// Serve the built-in twin of the national system alone
    Twin(Twin),
}

/// Run a scenario.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// The scenario file
    pub scenario: PathBuf,
    /// A target profile, instead of the scenario's own target
    #[arg(long, value_name = "PROFILE")]
    pub target: Option<PathBuf>,
    /// Attach to the world of `songsinh up` at this address
    #[arg(long, value_name = "URL")]
    pub world: Option<String>,
    /// Run in virtual time, in this process, against the built-in twin
    #[arg(long = "virtual")]
    pub in_virtual_time: bool,
    /// Play the scenario's journeys by a fixed number of users under Goose, each beginning the next when the one before
    /// is done, for the length of the scenario at the most
    #[arg(long, value_name = "USERS", conflicts_with = "in_virtual_time")]
    pub closed: Option<usize>,
    /// Seed of the run: arrivals, mistakes, think times
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Folder for record and reports, instead of runs/<scenario>-<seed>-<time>
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Threads that make the load, instead of the scenario's number
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Option<u16>,
    /// What the built-in twin shall do wrong, by name, or name:probability; may be given more than once
    #[arg(long, value_name = "NAME[:P]")]
    pub misbehave: Vec<String>,
    /// In which other way than usual the built-in twin, or the world around it, shall be right; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// Jump over the time in which nothing happens, by the target's test clock (`clock.advance` of its profile)
    #[arg(long, conflicts_with_all = ["in_virtual_time", "closed"])]
    pub jump: bool,
    /// Folder in which rosters (who was used at which target) are kept
    #[arg(long, value_name = "DIR", default_value = "runs/rosters")]
    pub rosters: PathBuf,
    /// Report start lag, but do not let it make the run invalid
    #[arg(long)]
    pub lag_reported_only: bool,
    /// Language of the report: en or vi; without it, that of SONGSINH_LANG
    #[arg(long, value_parser = lang)]
    pub lang: Option<songsinh_reports::Lang>,
    /// The earlier run to compare with, instead of the latest one beside this run
    #[arg(long, value_name = "DIR")]
    pub since: Option<PathBuf>,
    #[command(flatten)]
    pub people: PeopleArgs,
}

/// Which population an own world has.
#[derive(Debug, Clone, clap::Args)]
pub struct PeopleArgs {
    /// Seed of the population of an own world
    #[arg(long, default_value_t = 2022)]
    pub population_seed: u64,
    /// Size of the population of an own world
    #[arg(long, default_value_t = songsinh_population::VIET_NAM_2022)]
    pub people: u64,
}

/// A language of pages, by its tag.
fn lang(tag: &str) -> Result<songsinh_reports::Lang, String> {
    songsinh_reports::Lang::named(tag).ok_or_else(|| "en or vi is wanted".to_owned())
}

/// Judge a record again and compare.
#[derive(Debug, clap::Args)]
pub struct CheckRecord {
    /// The run: its folder, or its record
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// Threads that judge, instead of one a core: their number must not matter
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZeroUsize>,
}

/// What is found of each misbehaviour.
#[derive(Debug, clap::Args)]
pub struct KillMatrix {
    /// Only these misbehaviours and variants, `plain` for the twin as it comes; all if left out
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub only: Vec<String>,
    /// How often a misbehaviour happens, per opportunity
    #[arg(long, value_name = "P", value_delimiter = ',', default_values_t = [1.0, 0.1, 0.01], value_parser = probability)]
    pub probabilities: Vec<f64>,
    /// Seeds of every twin that is right; 0: none is played
    #[arg(long, default_value_t = 10)]
    pub seeds: u64,
    /// Answers to judge before a misbehaviour counts as not found: when every scenario was tried once, further seeds of
    /// the one that found it where it happens more often
    #[arg(long, default_value_t = 1_000_000)]
    pub operations: u64,
    /// Try these scenarios only, in this order; the shipped ones if left out
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub scenario: Vec<String>,
    /// Where the scenarios lie
    #[arg(long, value_name = "DIR", default_value = "scenarios")]
    pub scenarios: PathBuf,
    /// Runs at a time, instead of one a core
    #[arg(long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// Write the result as JSON, too; `-` prints it
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the tables into this page, between its markers
    #[arg(long, value_name = "FILE")]
    pub update: Option<PathBuf>,
}

/// A probability above 0 and up to 1.
fn probability(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|p| *p > 0.0 && *p <= 1.0).ok_or_else(|| "above 0 and up to 1 is wanted".to_owned())
}

/// Test a property.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// token-expiry, device-binding, otp, session, activation, or all
    pub property: String,
    /// How many random stories for each property
    #[arg(long, default_value_t = 300, value_parser = case_count)]
    pub cases: usize,
    /// Seed of stories, people and times
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Play over HTTP, at a twin of this check's own whose test clock jumps, instead of in virtual time
    #[arg(long)]
    pub http: bool,
    /// Play over HTTP at the system of this profile: with its `clock.advance` waits are jumped over, else they take their
    /// time
    #[arg(long, value_name = "PROFILE")]
    pub target: Option<PathBuf>,
    /// Play over HTTP in the world of `songsinh up` at this address; at its twin (`up --test-clock`) unless --target names
    /// another system
    #[arg(long, value_name = "URL")]
    pub world: Option<String>,
    /// Go on with new stories until this time is over, as in 5m, shared out among the properties of `all`; where waits take
    /// their time, 10m for each if left out
    #[arg(long = "for", value_name = "TIME", value_parser = span)]
    pub length: Option<std::time::Duration>,
    /// What the twin shall do wrong, by name, or name:probability; may be given more than once
    #[arg(long, value_name = "NAME[:P]")]
    pub misbehave: Vec<String>,
    /// Folder of counterexamples: replayed first, and new ones are put there
    #[arg(long, value_name = "DIR", default_value = "songsinh-regressions")]
    pub saved: PathBuf,
    /// Folder for the records of what was found over HTTP, each with a curl script
    #[arg(long, value_name = "DIR", default_value = "runs/check")]
    pub out: PathBuf,
    /// Folder in which rosters (who was used at which target) are kept
    #[arg(long, value_name = "DIR", default_value = "runs/rosters")]
    pub rosters: PathBuf,
    /// Write the result as JUnit, too
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Language of persons, steps and answers in stories: en or vi
    #[arg(long, value_parser = lang)]
    pub lang: Option<songsinh_reports::Lang>,
}

/// A time above zero.
fn span(text: &str) -> Result<std::time::Duration, String> {
    let span = songsinh_scenario::time(text).filter(|span| !span.is_zero());
    span.ok_or_else(|| "a time is wanted, as in 30s, 5m or 1h30m".to_owned())
}

/// A number of random stories.
fn case_count(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|count| (1..=100_000).contains(count));
    count.ok_or_else(|| "a number from 1 to 100000 is wanted".to_owned())
}

/// Compare two runs.
#[derive(Debug, clap::Args)]
pub struct Diff {
    /// The older run: its folder, or its summary.json
    pub before: PathBuf,
    /// The newer run
    pub now: PathBuf,
    /// Print it as JSON
    #[arg(long)]
    pub json: bool,
    /// Language of the page: en or vi
    #[arg(long, value_parser = lang)]
    pub lang: Option<songsinh_reports::Lang>,
}

/// Tell one person's story.
#[derive(Debug, clap::Args)]
pub struct Trace {
    /// Citizen number, phone number, number of an arrival, or the begin of a trace id
    #[arg(value_name = "WHOSE")]
    pub whose: String,
    /// The run: its folder, or its record
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// Language: en or vi
    #[arg(long, value_parser = lang)]
    pub lang: Option<songsinh_reports::Lang>,
}

/// The text of a ticket.
#[derive(Debug, clap::Args)]
pub struct Ticket {
    /// Which finding, counted from 1 as the report lists them
    #[arg(value_name = "N")]
    pub number: usize,
    /// The run: its folder, or its record
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// Language: en or vi
    #[arg(long, value_parser = lang)]
    pub lang: Option<songsinh_reports::Lang>,
}

/// Which virtual phone.
#[derive(Debug, clap::Args)]
pub struct PhoneArgs {
    /// Seed of the population, from which device keys come
    #[arg(long, default_value_t = 2022)]
    pub population_seed: u64,
    /// The phone: dev- and sixteen hexadecimal digits
    #[arg(long, value_parser = crate::commands::phone::device)]
    pub device: songsinh_contract::DeviceId,
    /// How often the app was installed anew; each time makes another key
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1_000))]
    pub installation: u32,
}

/// One proof.
#[derive(Debug, clap::Args)]
pub struct Proof {
    #[command(flatten)]
    pub phone: PhoneArgs,
    /// The session token that goes along with the request
    #[arg(long)]
    pub session: Option<String>,
    /// The nonce that the target asked for
    #[arg(long)]
    pub nonce: Option<String>,
    /// Older than the window allows
    #[arg(long)]
    pub stale: bool,
    /// The method of the request, upper case
    pub method: String,
    /// The address of the request
    pub url: String,
}

/// One QR.
#[derive(Debug, clap::Args)]
pub struct Qr {
    #[command(flatten)]
    pub phone: PhoneArgs,
    /// The ticket's id, as the target gave it
    pub ticket: String,
    /// When it was given, Unix milliseconds
    pub issued_ms: i64,
    /// When its life ends, Unix milliseconds
    pub expires_ms: i64,
}

/// Explain a word.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// The word; none: all words are listed
    pub word: Vec<String>,
    /// Language: en or vi
    #[arg(long, value_parser = lang)]
    pub lang: Option<songsinh_reports::Lang>,
}

/// Keep a world alive.
#[derive(Debug, clap::Args)]
pub struct Up {
    /// The scenario whose day, rulebook, network and twin settings the world takes
    pub scenario: Option<PathBuf>,
    /// First of the four ports: world 9700, population +1, SMS gateway +2, twin +3
    #[arg(long, default_value_t = 9700, value_parser = clap::value_parser!(u16).range(1..=65_532))]
    pub port: u16,
    /// Folder in which the twin keeps its store; a world with the same folder goes on where it stopped
    #[arg(long, value_name = "DIR", default_value = "runs/world")]
    pub data: PathBuf,
    /// No built-in twin: the system under test is somebody else's
    #[arg(long)]
    pub no_twin: bool,
    /// What the built-in twin shall do wrong
    #[arg(long, value_name = "NAME[:P]")]
    pub misbehave: Vec<String>,
    /// Let POST /test/clock {"plusMs": N} move the twin's time forward, for `songsinh check` and `songsinh run --jump`
    #[arg(long, conflicts_with = "no_twin")]
    pub test_clock: bool,
    /// A profile whose configuration lines are printed
    #[arg(long, value_name = "PROFILE")]
    pub target: Option<PathBuf>,
    #[command(flatten)]
    pub people: PeopleArgs,
}

/// Show a plan.
#[derive(Debug, clap::Args)]
pub struct Plan {
    /// The scenario file
    pub scenario: PathBuf,
    /// Seed of the run
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Print every arrival with its people, one line each
    #[arg(long)]
    pub arrivals: bool,
    /// Share the arrivals out over this many workers (the plan must not depend on it)
    #[arg(long, default_value_t = 1)]
    pub workers: usize,
    #[command(flatten)]
    pub people: PeopleArgs,
}

/// Check files.
#[derive(Debug, clap::Args)]
pub struct Validate {
    /// Scenario and profile files; which is which is told by the first key
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
}

/// Judge a record again.
#[derive(Debug, clap::Args)]
pub struct Report {
    /// The run's folder, or the record itself
    pub run: PathBuf,
    /// Folder for the reports, instead of the run's own
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Language of the report: en or vi; without it, that of SONGSINH_LANG
    #[arg(long, value_parser = lang)]
    pub lang: Option<songsinh_reports::Lang>,
    /// The earlier run to compare with, instead of the latest one beside this run
    #[arg(long, value_name = "DIR")]
    pub since: Option<PathBuf>,
}

/// The population.
#[derive(Debug, clap::Args)]
pub struct Population {
    /// What to do with it
    #[command(subcommand)]
    pub action: PopulationAction,
}

/// What can be done with a population.
#[derive(Debug, Subcommand)]
pub enum PopulationAction {
    /// Show one person, by citizen number or place in the population
    Show {
        /// Twelve digits, or a place
        person: String,
        #[command(flatten)]
        world: DayArgs,
    },
    /// Write people as CSV or JSON lines
    Export {
        /// Province of residence
        #[arg(long)]
        province: String,
        /// How many
        #[arg(long, default_value_t = 1_000)]
        count: u64,
        /// csv or jsonl
        #[arg(long, default_value = "csv")]
        format: String,
        #[command(flatten)]
        world: DayArgs,
    },
    /// Compare a sample with the tables that the population is computed from
    Stats {
        /// Province of residence; the whole country if left out
        #[arg(long)]
        province: Option<String>,
        /// How many people to look at
        #[arg(long, default_value_t = 100_000)]
        sample: u64,
        #[command(flatten)]
        world: DayArgs,
    },
    /// Serve the population database
    Serve {
        /// Address
        #[arg(long, default_value = "127.0.0.1:9701")]
        listen: SocketAddr,
        /// Shortest and longest time of an answer, milliseconds
        #[arg(long, value_name = "MIN..MAX", default_value = "0..0")]
        delay_ms: String,
        /// Share of questions that are failed on purpose
        #[arg(long, default_value_t = 0.0)]
        failures: f64,
        /// Stop when standard input closes
        #[arg(long, hide = true)]
        until_stdin_closes: bool,
        #[command(flatten)]
        world: DayArgs,
    },
}

/// A population on a day.
#[derive(Debug, Clone, clap::Args)]
pub struct DayArgs {
    /// Seed
    #[arg(long, default_value_t = 2022)]
    pub seed: u64,
    /// Size
    #[arg(long, default_value_t = songsinh_population::VIET_NAM_2022)]
    pub people: u64,
    /// Civil day
    #[arg(long, default_value = "2022-08-27")]
    pub day: Date,
}

/// The SMS gateway.
#[derive(Debug, clap::Args)]
pub struct Gateway {
    /// Address
    #[arg(long, default_value = "127.0.0.1:9702")]
    pub listen: SocketAddr,
    /// Seed of delays and losses
    #[arg(long, default_value_t = 2022)]
    pub seed: u64,
    /// Latency profile
    #[arg(long, default_value = "normal")]
    pub profile: String,
    /// Divides every drawn delay
    #[arg(long, default_value_t = 1.0)]
    pub speed: f64,
    /// Share of messages lost, on top of the profile's
    #[arg(long, default_value_t = 0.0)]
    pub loss: f64,
    /// Share of messages doubled, on top of the profile's
    #[arg(long, default_value_t = 0.0)]
    pub duplicates: f64,
    /// Parts a second and carrier
    #[arg(long, default_value_t = 300.0)]
    pub parts_per_s: f64,
    /// Stop when standard input closes
    #[arg(long, hide = true)]
    pub until_stdin_closes: bool,
}

/// The twin.
#[derive(Debug, clap::Args)]
pub struct Twin {
    /// Address
    #[arg(long, default_value = "127.0.0.1:9703")]
    pub listen: SocketAddr,
    /// Base URL of the population service
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:9701")]
    pub population: String,
    /// Base URL of the SMS gateway
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:9702")]
    pub sms: String,
    /// `memory`, or the path of an SQLite file
    #[arg(long, default_value = "memory")]
    pub store: String,
    /// Password hashing: owasp (19 MiB) or light (64 KiB, for load)
    #[arg(long, default_value = "owasp")]
    pub argon2: String,
    /// Shortest and longest time until an application is approved, milliseconds
    #[arg(long, value_name = "MIN..MAX", default_value = "1000..3000")]
    pub approval_ms: String,
    /// Share of applications that are rejected
    #[arg(long, default_value_t = 0.0)]
    pub reject: f64,
    /// The world's civil day
    #[arg(long, default_value = "2022-08-27")]
    pub day: Date,
    /// A shipped rulebook, or a whole one as JSON
    #[arg(long, default_value = "decree-59-2022")]
    pub rulebook: String,
    /// The police officers at the counters: a CSV file of user,password
    #[arg(long, value_name = "FILE")]
    pub officers: Option<PathBuf>,
    /// What it shall do wrong, by name, or name:probability
    #[arg(long, value_name = "NAME[:P]")]
    pub misbehave: Vec<String>,
    /// List what it can do wrong
    #[arg(long)]
    pub list_misbehaviours: bool,
    /// In which other way than usual it shall be right; what concerns the world around it is not its matter
    #[arg(long, value_name = "NAME")]
    pub variant: Vec<String>,
    /// List in which other ways it can be right
    #[arg(long)]
    pub list_variants: bool,
    /// Let POST /test/clock {"plusMs": N} move its time forward; for tests of lifetimes
    #[arg(long)]
    pub test_clock: bool,
    /// Stop when standard input closes
    #[arg(long, hide = true)]
    pub until_stdin_closes: bool,
}
