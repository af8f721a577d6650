//! `songsinh up`: a world that outlives runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use songsinh_contract::Rulebook;
use songsinh_engine::world::{OwnWorld, Ports, TwinSpec, WorldInfo, WorldSpec, serve_door};
use songsinh_national::{Misbehaviours, Quirk, QuirkError, Variant, Variants};
use songsinh_scenario::{Profile, Scenario, nearest};

use super::files;
use crate::args::{PeopleArgs, Up};
use crate::failure::Failure;
use crate::{lifeline, show};

/// The scenario of a world that was started without one.
const EVERYDAY: &str = include_str!("../../../../scenarios/smoke.yaml");

/// The file that tells the twin its officers, in the folder of its world.
pub const OFFICERS: &str = "officers.csv";

/// Keeps a world alive until it is asked to stop.
pub fn up(args: &Up) -> Result<u8, Failure> {
    known_misbehaviours(&args.misbehave)?;
    if args.no_twin && !args.misbehave.is_empty() {
        return Err(Failure::Usage("--misbehave is for the built-in twin, and --no-twin leaves it out".to_owned()));
    }
    let scenario = match &args.scenario {
        Some(path) => Scenario::load(path),
        None => Scenario::parse("scenarios/smoke.yaml", EVERYDAY.as_bytes()),
    };
    let scenario = scenario.map_err(|errors| Failure::File(errors.to_string()))?;
    let profile = match &args.target {
        Some(path) => Profile::load(path).map_err(|errors| Failure::File(errors.to_string()))?,
        None => files::built_in()?.0,
    };
    std::fs::create_dir_all(&args.data).map_err(Failure::io(&args.data))?;
    let port = |offset: u16| args.port.checked_add(offset).unwrap_or(0);
    let ports = Ports { population: port(1), sms: port(2), twin: port(3) };
    let rulebook = scenario.rulebook(&profile);
    let mut spec = spec(&scenario, &rulebook, &args.people, ports, args.data.join("twin.sqlite"));
    match &mut spec.twin {
        Some(twin) if !args.no_twin => {
            twin.misbehaviours.clone_from(&args.misbehave);
            twin.test_clock = args.test_clock;
            // A world outlives runs, and its twin a restart: what the scenario says of memory is for its own runs.
            twin.store = Some(args.data.join("twin.sqlite"));
            twin.officers.1 = args.data.join(OFFICERS);
        }
        twin => *twin = None,
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("the runtime of the world"))?;
    runtime.block_on(serve(&spec, SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)), &profile))
}

async fn serve(spec: &WorldSpec, address: SocketAddr, profile: &Profile) -> Result<u8, Failure> {
    let mut world = OwnWorld::start(spec).await?;
    let door = match serve_door(address, world.info().clone()).await {
        Ok(door) => door,
        Err(error) => {
            world.stop().await;
            return Err(error.into());
        }
    };
    describe(world.info(), door, profile);
    let mut stop = std::pin::pin!(lifeline::interrupted());
    let ended = loop {
        tokio::select! {
            () = &mut stop => break None,
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
        }
        if let Some(what) = world.ended_part() {
            break Some(what);
        }
    };
    world.stop().await;
    match ended {
        None => Ok(0),
        Some(what) => Err(Failure::Service(what)),
    }
}

fn describe(info: &WorldInfo, door: SocketAddr, profile: &Profile) {
    show::line(&format!("world       http://{door}   attach with: songsinh run SCENARIO --world http://{door}"));
    show::line(&format!(
        "population  {}   {} people, seed {}, day {}",
        info.population_url, info.people, info.population_seed, info.day
    ));
    show::line(&format!("SMS         {}   page of the phones: {}/", info.sms_url, info.sms_url));
    match &info.twin_url {
        Some(url) => show::line(&format!("twin        {url}   OpenAPI: {url}/openapi.json")),
        None => show::line("twin        none: your system is the target"),
    }
    show::line("your system wants to know:");
    show::line(&format!("  population service  POST {}/v1/verify, /v1/lookup", info.population_url));
    show::line(&format!("  SMS gateway         POST {}/v1/messages", info.sms_url));
    for line in &profile.configure {
        let text = line
            .0
            .text()
            .replace("{{ world.population }}", &info.population_url)
            .replace("{{ world.sms }}", &info.sms_url)
            .replace("{{ world.host }}", &door.ip().to_string());
        show::line(&format!("  {text}"));
    }
    show::line("ready; Ctrl-C stops it");
}

/// What a world for this scenario is made of.
pub fn spec(scenario: &Scenario, rulebook: &Rulebook, people: &PeopleArgs, ports: Ports, store: PathBuf) -> WorldSpec {
    use songsinh_scenario::{Argon2, Store};
    let flag = |name: &str, value: String| [format!("--{name}"), value];
    let sms = &scenario.sms;
    let mut gateway = Vec::new();
    gateway.extend(flag("profile", sms.profile.as_str().to_owned()));
    gateway.extend(flag("speed", sms.speed.get().to_string()));
    gateway.extend(flag("loss", sms.loss.fraction().to_string()));
    gateway.extend(flag("duplicates", sms.duplicates.fraction().to_string()));
    gateway.extend(flag("parts-per-s", sms.parts_per_s.get().to_string()));
    let delay = &scenario.population.delay;
    let mut population = Vec::new();
    population.extend(flag("delay-ms", format!("{}..{}", delay.from.as_millis(), delay.to.as_millis())));
    population.extend(flag("failures", scenario.population.failures.fraction().to_string()));
    let approval = &scenario.twin.approval;
    WorldSpec {
        seed: people.population_seed,
        people: people.people,
        day: scenario.day,
        sms: gateway,
        population,
        twin: Some(TwinSpec {
            store: (scenario.twin.store == Store::Sqlite).then_some(store),
            light_argon2: scenario.twin.argon2 == Argon2::Light,
            approval: (approval.from, approval.to),
            reject: scenario.twin.reject.fraction(),
            rulebook: rulebook.clone(),
            misbehaviours: Vec::new(),
            variants: Vec::new(),
            test_clock: false,
            officers: (usize::try_from(scenario.people.officers.count.get()).unwrap_or(usize::MAX), OFFICERS.into()),
        }),
        ports,
    }
}

/// The variants of those names, before anything is started.
pub fn known_variants(names: &[String]) -> Result<Variants, Failure> {
    Variants::parse(names.iter().map(String::as_str)).map_err(|error| {
        let near = nearest(&error.name, Variant::ALL.iter().map(|one| one.as_str()));
        Failure::Usage(meant(&error, near))
    })
}

/// The misbehaviours of those names, before anything is started.
pub fn known_misbehaviours(names: &[String]) -> Result<Misbehaviours, Failure> {
    Misbehaviours::parse(names.iter().map(String::as_str)).map_err(|error| {
        let near = match &error {
            QuirkError::Unknown { name } => nearest(name, Quirk::ALL.iter().map(|one| one.as_str())),
            QuirkError::Probability(_) => None,
        };
        Failure::Usage(meant(&error, near))
    })
}

/// An error about a name, with the one that was meant.
fn meant(error: &dyn std::error::Error, near: Option<String>) -> String {
    near.map_or_else(|| error.to_string(), |near| format!("{error}; did you mean «{near}»?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_told_before_its_number_with_the_one_that_was_meant() {
        let told = |name: &str| known_misbehaviours(&[name.to_owned()]).unwrap_err().to_string();
        assert!(told("nope:3").starts_with("«nope» is no misbehaviour of the twin; `songsinh twin --list-mis"));
        assert!(told("otp-reusabel:3").ends_with("did you mean «otp-reusable»?"), "{}", told("otp-reusabel:3"));
        assert!(told("otp-reusable:3").contains("the probability"), "{}", told("otp-reusable:3"));
        let told = known_variants(&["refresh-kpt".to_owned()]).unwrap_err().to_string();
        assert!(told.contains("--list-variants") && told.ends_with("did you mean «refresh-kept»?"), "{told}");
    }
}
