//! A world of one's own: which parts it has, how they are started and stopped.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use songsinh_contract::Rulebook;

use super::{Part, Usage, WorldError, WorldInfo};
use crate::officers::{officers_of, write_officers};

/// The ports of the parts; 0 takes any free one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ports {
    /// Population service.
    pub population: u16,
    /// SMS gateway.
    pub sms: u16,
    /// Built-in twin.
    pub twin: u16,
}

/// What the built-in twin is started with.
#[derive(Debug, Clone, PartialEq)]
pub struct TwinSpec {
    /// `memory`, or the SQLite file.
    pub store: Option<PathBuf>,
    /// Whether passwords are hashed with the light setting (64 KiB) instead of OWASP's.
    pub light_argon2: bool,
    /// Shortest and longest time until an application is approved.
    pub approval: (Duration, Duration),
    /// Share of applications that are rejected.
    pub reject: f64,
    /// The rulebook by which it acts.
    pub rulebook: Rulebook,
    /// What it shall do wrong.
    pub misbehaviours: Vec<String>,
    /// In which other ways than usual it shall be right.
    pub variants: Vec<String>,
    /// Whether its time can be moved.
    pub test_clock: bool,
    /// How many police officers it knows, and the file in which they are told to it; they follow from the world's seed.
    pub officers: (usize, PathBuf),
}

/// What a world is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldSpec {
    /// Seed of the population, of the gateway's and of the population service's chance.
    pub seed: u64,
    /// Size of the population.
    pub people: u64,
    /// The world's civil day.
    pub day: Date,
    /// Arguments for the gateway: profile, speed, loss, …
    pub sms: Vec<String>,
    /// Arguments for the population service: delay, failures.
    pub population: Vec<String>,
    /// The twin, if the target is the built-in one.
    pub twin: Option<TwinSpec>,
    /// Where the parts listen.
    pub ports: Ports,
}

/// A running world that belongs to this program.
#[derive(Debug)]
pub struct OwnWorld {
    population: Part,
    sms: Part,
    twin: Option<Part>,
    info: WorldInfo,
}

fn listen(port: u16) -> [String; 2] {
    ["--listen".to_owned(), SocketAddr::from((Ipv4Addr::LOCALHOST, port)).to_string()]
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

impl OwnWorld {
    /// Starts every part and waits until it serves.
    ///
    /// # Errors
    /// When a part does not start; those already started are stopped.
    pub async fn start(spec: &WorldSpec) -> Result<Self, WorldError> {
        let (seed, people, day) = (spec.seed.to_string(), spec.people.to_string(), spec.day.to_string());
        let mut arguments = words(&["population", "serve", "--seed", &seed, "--people", &people, "--day", &day]);
        arguments.extend(listen(spec.ports.population));
        arguments.extend(spec.population.iter().cloned());
        let population = Part::start("population", &arguments).await?;

        let mut arguments = words(&["gateway", "--seed", &seed]);
        arguments.extend(listen(spec.ports.sms));
        arguments.extend(spec.sms.iter().cloned());
        let sms = Part::start("sms", &arguments).await?;

        let twin = match &spec.twin {
            Some(twin) => {
                let (count, file) = &twin.officers;
                write_officers(file, &officers_of(spec.seed, *count)).map_err(WorldError::Officers)?;
                let arguments = twin_arguments(twin, spec, &population.url(), &sms.url());
                Some(Part::start("twin", &arguments).await?)
            }
            None => None,
        };
        let pids = [Some(&population), Some(&sms), twin.as_ref()]
            .into_iter()
            .flatten()
            .map(|part| (part.name().to_owned(), part.pid()))
            .collect();
        let info = WorldInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            population_url: population.url(),
            sms_url: sms.url(),
            twin_url: twin.as_ref().map(Part::url),
            twin_rulebook: spec.twin.as_ref().map(|twin| twin.rulebook.clone()),
            officers: spec.twin.as_ref().map_or(0, |twin| twin.officers.0),
            twin_is_durable: spec.twin.as_ref().is_some_and(|twin| twin.store.is_some()),
            misbehaviours: spec.twin.as_ref().map(|twin| twin.misbehaviours.clone()).unwrap_or_default(),
            population_seed: spec.seed,
            people: spec.people,
            day: spec.day,
            pids,
        };
        Ok(Self { population, sms, twin, info })
    }
    /// How a run finds it.
    #[must_use]
    pub fn info(&self) -> &WorldInfo {
        &self.info
    }
    /// The first part that ended against the plan, in words.
    pub fn ended_part(&mut self) -> Option<String> {
        let parts = [Some(&mut self.population), Some(&mut self.sms), self.twin.as_mut()];
        parts.into_iter().flatten().find_map(Part::has_ended)
    }
    /// Kills the twin (SIGKILL) and starts it again on the same records and at the same address. Gives what the killed
    /// process had used, and the new one's id.
    ///
    /// # Errors
    /// When there is no twin, or it does not start again.
    pub async fn restart_twin(&mut self) -> Result<(Usage, u32), WorldError> {
        let Some(twin) = &mut self.twin else {
            return Err(WorldError::Start { name: "twin", why: "this world has none".to_owned() });
        };
        let used = twin.restart().await?;
        let (name, pid) = (twin.name(), twin.pid());
        self.info.pids.iter_mut().filter(|(own, _)| own == name).for_each(|(_, own)| *own = pid);
        Ok((used, pid))
    }
    /// Stops every part, the twin first, so that it can still reach the others.
    pub async fn stop(self) {
        if let Some(twin) = self.twin {
            twin.stop().await;
        }
        self.sms.stop().await;
        self.population.stop().await;
    }
}

fn twin_arguments(twin: &TwinSpec, spec: &WorldSpec, population_url: &str, sms_url: &str) -> Vec<String> {
    let day = spec.day.to_string();
    let mut arguments = words(&["twin", "--population", population_url, "--sms", sms_url, "--day", &day]);
    arguments.extend(listen(spec.ports.twin));
    match &twin.store {
        Some(path) => arguments.extend(["--store".to_owned(), path.display().to_string()]),
        None => arguments.extend(words(&["--store", "memory"])),
    }
    if twin.light_argon2 {
        arguments.extend(words(&["--argon2", "light"]));
    }
    let (from, to) = twin.approval;
    arguments.extend(["--approval-ms".to_owned(), format!("{}..{}", from.as_millis(), to.as_millis())]);
    arguments.extend(["--reject".to_owned(), twin.reject.to_string()]);
    let rulebook = serde_json::to_string(&twin.rulebook).unwrap_or_default();
    arguments.extend(["--rulebook".to_owned(), rulebook]);
    if twin.test_clock {
        arguments.push("--test-clock".to_owned());
    }
    arguments.extend(["--officers".to_owned(), twin.officers.1.display().to_string()]);
    for one in &twin.misbehaviours {
        arguments.extend(["--misbehave".to_owned(), one.clone()]);
    }
    for one in &twin.variants {
        arguments.extend(["--variant".to_owned(), one.clone()]);
    }
    arguments
}
