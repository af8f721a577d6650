//! `songsinh check`: random stories against the built-in twin or any target, shrunk when one breaks a rule.

use std::path::{Path, PathBuf};
use std::time::Duration;

use songsinh_check::{
    Check as PropertyCheck, CheckError, CheckReport, Counterexample, Property, Replays, Step, everyday,
};
use songsinh_engine::world::{OwnWorld, Ports};
use songsinh_population::VIET_NAM_2022;
use songsinh_reports::{Lang, Report};
use songsinh_scenario::Profile;

use super::files;
use super::up::{self, known_misbehaviours};
use crate::args::{Check, PeopleArgs};
use crate::failure::Failure;
use crate::{scripts, show};

/// What stands for every property.
const ALL: &str = "all";
/// The exit code where a rule was broken.
const BROKEN: u8 = 10;
/// The exit code where nothing was decided, a saved scenario was not put to the test, or it says nothing about the target.
const UNDECIDED: u8 = 12;
/// The seed of an own world's population.
const POPULATION_SEED: u64 = 2022;

/// Checks one property or all of them.
pub fn check(args: &Check) -> Result<u8, Failure> {
    sound(args)?;
    let properties = properties(&args.property)?;
    if let Some(path) = &args.junit {
        files::writable(path)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("the runtime of the check"))?;
    let (replays, reports) = runtime.block_on(checked(args, &properties))?;
    if let Some(path) = &args.junit {
        let text = songsinh_check::junit(&replays, &reports).map_err(failure)?;
        std::fs::write(path, text).map_err(Failure::io(path))?;
        show::line(&format!("as JUnit: {}", path.display()));
    }
    // Of several, what is broken counts first.
    let replayed = match (replays.holds(), replays.are_covered()) {
        (false, _) => BROKEN,
        (true, false) => UNDECIDED,
        (true, true) => 0,
    };
    let codes: Vec<u8> = reports.iter().map(code).chain([replayed]).collect();
    let worst = |code: u8| codes.contains(&code).then_some(code);
    Ok(worst(BROKEN).or(worst(UNDECIDED)).unwrap_or(0))
}

fn code(report: &CheckReport) -> u8 {
    match (report.holds(), report.decided()) {
        (false, _) => BROKEN,
        (true, 0) => UNDECIDED,
        (true, _) if !report.invalid.is_empty() => UNDECIDED,
        (true, _) => 0,
    }
}

/// Whether the options fit together, before anything is started.
fn sound(args: &Check) -> Result<(), Failure> {
    known_misbehaviours(&args.misbehave)?;
    let wrong = |text: &str| Err(Failure::Usage(text.to_owned()));
    if !args.misbehave.is_empty() && args.target.is_some() {
        return wrong("--misbehave is for the built-in twin; this target is another");
    }
    if !args.misbehave.is_empty() && args.world.is_some() {
        return wrong(
            "--misbehave is for a twin of this check's own; start the world with `songsinh up --misbehave NAME`",
        );
    }
    if args.misbehave.iter().any(|name| name.starts_with("no-fsync")) {
        return wrong(
            "no-fsync shows only when the twin is killed, which no story does; `songsinh run` has such events",
        );
    }
    if args.http && args.world.is_some() {
        return wrong("--http makes a world of its own; leave it out, since --world names one");
    }
    if let Some(path) = &args.target {
        Profile::load(path).map_err(|errors| Failure::File(errors.to_string()))?;
    }
    Ok(())
}

async fn checked(args: &Check, properties: &[Property]) -> Result<(Replays, Vec<CheckReport>), Failure> {
    let folder = tempfile::tempdir().map_err(Failure::io("the folder of the world"))?;
    let mut own = match args.http {
        true => Some(OwnWorld::start(&world(args, folder.path())?).await?),
        false => None,
    };
    let checked = each(args, properties, own.as_ref(), folder.path()).await;
    // A part of the world that ended against the plan explains whatever else went wrong.
    let ended = own.as_mut().and_then(OwnWorld::ended_part);
    if let Some(world) = own {
        world.stop().await;
    }
    match ended {
        Some(what) => Err(Failure::Service(what)),
        None => checked,
    }
}

/// What the check's own world is made of.
fn world(args: &Check, folder: &Path) -> Result<songsinh_engine::world::WorldSpec, Failure> {
    let scenario = everyday().map_err(failure)?;
    let profile = Profile::built_in().map_err(|errors| Failure::File(errors.to_string()))?;
    let people = PeopleArgs { population_seed: POPULATION_SEED, people: VIET_NAM_2022 };
    let rulebook = scenario.rulebook(&profile);
    let mut spec = up::spec(&scenario, &rulebook, &people, Ports::default(), folder.join("twin.sqlite"));
    if let Some(twin) = &mut spec.twin {
        twin.misbehaviours.clone_from(&args.misbehave);
        twin.test_clock = true;
        twin.officers.1 = folder.join(up::OFFICERS);
    }
    Ok(spec)
}

/// A check of a property at the place that the options name.
fn placed(args: &Check, property: Property, own: Option<&OwnWorld>, folder: &Path) -> PropertyCheck {
    let mut check = PropertyCheck::of(property).cases(args.cases).seed(args.seed).saved_in(&args.saved);
    for name in &args.misbehave {
        check = check.misbehave(name);
    }
    check = match (own, &args.world) {
        (Some(world), _) => check.in_own_world(world.info(), &folder.join("rosters")),
        (None, Some(url)) => check.in_world(url, &args.rosters),
        (None, None) => check,
    };
    match &args.target {
        Some(profile) => check.target(profile),
        None => check,
    }
}

/// Replays what was saved, whatever the properties are, then checks each of them.
async fn each(
    args: &Check,
    properties: &[Property],
    own: Option<&OwnWorld>,
    folder: &Path,
) -> Result<(Replays, Vec<CheckReport>), Failure> {
    let lang = args.lang.unwrap_or(Lang::En);
    let is_over_http = own.is_some() || args.world.is_some();
    let within = |check: PropertyCheck, length: Option<Duration>| match length {
        Some(length) => check.length(length),
        None => check,
    };
    let mut replays = Replays::default();
    if let Some(&first) = properties.first() {
        let check = within(placed(args, first, own, folder), args.length);
        replays = check.replay(&mut |step| tell(&step, is_over_http)).await.map_err(failure)?;
        match replays.page().trim_end() {
            "" => {}
            page => show::line(page),
        }
    }
    let left = args.length.map(|length| length.saturating_sub(replays.took));
    let share = left.map(|left| left / u32::try_from(properties.len()).unwrap_or(1));
    let mut reports = Vec::new();
    for &property in properties {
        let check = within(placed(args, property, own, folder).without_replays(), share);
        let report = check.make(&mut |step| tell(&step, is_over_http)).await.map_err(failure)?;
        show::line(report.page(lang).trim_end());
        if is_over_http {
            for one in &report.counterexamples {
                repeat(one, &args.out)?;
            }
        }
        reports.push(report);
    }
    Ok((replays, reports))
}

/// Says how it goes, where it may take a while.
fn tell(step: &Step, is_over_http: bool) {
    let line = match step {
        _ if !is_over_http => return,
        Step::Begins(place) => format!("target   {place}"),
        Step::Replays(path) => format!("replay   {}", path.display()),
        Step::Plays(count) => format!("playing  {count} stories side by side"),
        Step::Shrinks(rule, count) => format!("shrink   {rule}: {count} smaller stories side by side"),
    };
    show::line(&line);
}

/// Keeps the record of a counterexample, with a curl script that makes it again.
fn repeat(one: &Counterexample, out: &Path) -> Result<(), Failure> {
    let folder = out.join(one.rule.slug());
    std::fs::create_dir_all(&folder).map_err(Failure::io(&folder))?;
    let record: PathBuf = folder.join(super::report::RECORD);
    std::fs::write(&record, &one.record).map_err(Failure::io(&record))?;
    let judged = Report::from_record(&record).map_err(|error| Failure::Report(error.to_string()))?;
    scripts::write(&record, &judged, &folder)?;
    show::line(&format!("{}: record {}", one.rule, record.display()));
    let number = judged.findings.iter().position(|view| view.rule == one.rule).map(|at| at + 1);
    if let Some(script) = number.map(|number| scripts::path(&folder, number)).filter(|path| path.is_file()) {
        show::line(&format!("{}: as curl {}", one.rule, script.display()));
    }
    Ok(())
}

fn properties(word: &str) -> Result<Vec<Property>, Failure> {
    if word == ALL {
        return Ok(Property::ALL.to_vec());
    }
    let names = || Property::ALL.iter().map(|one| one.as_str()).chain([ALL]).collect::<Vec<_>>().join(", ");
    let property = Property::named(word);
    let property = property.ok_or_else(|| Failure::Usage(format!("no property is called «{word}»: {}", names())))?;
    Ok(vec![property])
}

fn failure(error: CheckError) -> Failure {
    match error {
        CheckError::Run(error) => Failure::Run(error),
        CheckError::Io { path, error } => Failure::Io { path, error },
        CheckError::File(text) => Failure::File(text),
        error @ (CheckError::NoWorld | CheckError::Saved { .. }) => Failure::Usage(error.to_string()),
        error => Failure::Report(error.to_string()),
    }
}
