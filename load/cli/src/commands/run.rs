//! `songsinh run`: the main job.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use songsinh_contract::Clock;
use songsinh_engine::world::{OwnWorld, Ports, attach};
use songsinh_engine::{
    ClosedRun, Event, Finished, Progress, RunError, RunRequest, World, run_closed, run_real, run_virtual,
};
use songsinh_kernel::RealClock;
use songsinh_scenario::Plan;

use super::files::{Loaded, load};
use super::{report, up};
use crate::args::{PeopleArgs, Run};
use crate::failure::Failure;
use crate::{clock, lifeline, show};

/// Runs a scenario and reports on it.
pub fn run(args: &Run) -> Result<u8, Failure> {
    let telling = report::Telling::of(args.lang, args.since.clone())?;
    telling.check()?;
    let loaded = load(&args.scenario, args.target.as_deref())?;
    if !loaded.built_in && !args.misbehave.is_empty() {
        return Err(Failure::Usage("--misbehave is for the built-in twin; this target is another".to_owned()));
    }
    if !args.variant.is_empty() && (!loaded.built_in || args.world.is_some()) {
        let text = "--variant is for the built-in twin and a world of this run's own";
        return Err(Failure::Usage(text.to_owned()));
    }
    if args.world.is_some() && !args.misbehave.is_empty() {
        return Err(Failure::Usage("--misbehave is for a twin of this run's own; start the world with it".to_owned()));
    }
    if args.in_virtual_time && args.misbehave.iter().any(|name| name.starts_with("no-fsync")) {
        let text =
            "no-fsync shows only when the twin is killed and its disk loses what was not synced; not in --virtual";
        return Err(Failure::Usage(text.to_owned()));
    }
    if !loaded.built_in && args.in_virtual_time {
        return Err(Failure::Usage(
            "--virtual runs the built-in twin in this process; this target is another".to_owned(),
        ));
    }
    if args.in_virtual_time && args.world.is_some() {
        return Err(Failure::Usage("--virtual makes its own world; leave --world out".to_owned()));
    }
    up::known_misbehaviours(&args.misbehave)?;
    up::known_variants(&args.variant)?;
    if args.jump {
        can_jump(&loaded, workers(args, &loaded))?;
    }
    let plan = Arc::new(songsinh_scenario::plan(&loaded.scenario, args.seed));
    let out = make_out(args, &loaded)?;
    let request = request(args, loaded, out).varied();
    show::line(&format!("scenario {}  seed {}", request.scenario.scenario, request.seed));
    show::line(&format!("target   {}", request.profile_source.path));
    let finished = if args.in_virtual_time {
        in_virtual_time(&request, &plan)
    } else {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Failure::io("the runtime of the run"))?;
        runtime.block_on(real(args, &request, plan))
    };
    match finished {
        Ok(finished) => report::write(&finished.record, &request.out, &telling),
        Err(failure) => {
            if matches!(failure, Failure::Run(RunError::Record(_))) {
                report::show_what_there_is(&request.out.join(report::RECORD), telling.lang);
            }
            Err(failure)
        }
    }
}

fn in_virtual_time(request: &RunRequest, plan: &Arc<Plan>) -> Result<Finished, Failure> {
    let progress = Arc::new(Progress::default());
    listen_for_interrupts(Arc::clone(&progress))?;
    let mut display = display_of(request);
    let finished = run_virtual(request, plan, &progress, &mut |event| display.tell(event));
    display.end();
    Ok(finished?)
}

/// Stops the run at the first Ctrl-C and the program at the second, on a thread that nothing else keeps busy. It lasts as
/// long as the program: what is done after the run can be interrupted too.
fn listen_for_interrupts(progress: Arc<Progress>) -> Result<(), Failure> {
    let place = "the thread that listens for Ctrl-C";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::io(place))?;
    let listen = move || runtime.block_on(stop_when_interrupted(&progress));
    std::thread::Builder::new().name("interrupts".to_owned()).spawn(listen).map_err(Failure::io(place))?;
    Ok(())
}

async fn stop_when_interrupted(progress: &Progress) {
    let Some(mut interrupts) = lifeline::Interrupts::listen() else { return };
    interrupts.next().await;
    progress.interrupt();
    show::line("stopping: journeys under way are left; Ctrl-C again ends at once");
    interrupts.next().await;
    show::error("ended at once; the parts of this run's world stop by themselves");
    std::process::exit(INTERRUPTED);
}

/// The exit code of a program that was interrupted.
const INTERRUPTED: i32 = 130;
/// How often the start of a world looks whether it is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Starts or finds the world, unless the run is interrupted first; then the parts that were started are stopped.
async fn world_or_interrupt(args: &Run, request: &RunRequest, progress: &Progress) -> Result<World, Failure> {
    let interrupted = async {
        while !progress.is_interrupted() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::select! {
        world = world_of(args, request) => world,
        () = interrupted => Err(RunError::Interrupted.into()),
    }
}

fn display_of(request: &RunRequest) -> show::Progress {
    let mut end = request.scenario.warm_up.unwrap_or_default();
    let mut phases = vec![("warm-up".to_owned(), end)];
    phases.extend(request.scenario.phases.iter().map(|phase| {
        end += phase.length;
        (phase.name.to_string(), end)
    }));
    show::Progress::new(phases)
}

async fn real(args: &Run, request: &RunRequest, plan: Arc<Plan>) -> Result<Finished, Failure> {
    let progress = Arc::new(Progress::default());
    listen_for_interrupts(Arc::clone(&progress))?;
    let mut world = world_or_interrupt(args, request, &progress).await?;
    let mut display = display_of(request);
    let mut tell = |event: Event| display.tell(event);
    let finished = match args.closed {
        None => run_real(request, &mut world, plan, Arc::clone(&progress), &mut tell).await,
        Some(users) => {
            let closed = ClosedRun::of_plan(users, &plan, request.scenario.length());
            let finished = run_closed(request, &closed, &mut world, &plan, Arc::clone(&progress), &mut tell).await;
            finished.map(|closed| closed.run)
        }
    };
    display.end();
    if let World::Own(world) = world {
        world.stop().await;
    }
    Ok(finished?)
}

async fn world_of(args: &Run, request: &RunRequest) -> Result<World, Failure> {
    if let Some(url) = &args.world {
        let info = attach(url).await?;
        show::line(&format!("world    {url}  population {}  {} people", info.population_name(), info.people));
        if info.day != request.scenario.day {
            return Err(Failure::Usage(format!(
                "the world plays {}, the scenario {}; start the world with `songsinh up {}`",
                info.day, request.scenario.day, request.scenario_source.path
            )));
        }
        return Ok(World::Attached(Box::new(info)));
    }
    let store = request.out.join("twin.sqlite");
    let mut spec = up::spec(&request.scenario, &request.rulebook(), &args.people, Ports::default(), store);
    match &mut spec.twin {
        Some(twin) if request.built_in => {
            twin.misbehaviours.clone_from(&args.misbehave);
            twin.variants.clone_from(&args.variant);
            twin.test_clock = args.jump;
            twin.officers.1 = request.out.join(up::OFFICERS);
        }
        _ => spec.twin = None,
    }
    Ok(World::Own(Box::new(OwnWorld::start(&spec).await?)))
}

fn make_out(args: &Run, loaded: &Loaded) -> Result<PathBuf, Failure> {
    let out = args.out.clone().unwrap_or_else(|| {
        let stamp = clock::stamp(RealClock::new().unix());
        Path::new("runs").join(format!("{}-{}-{stamp}", loaded.scenario.scenario, args.seed))
    });
    if out.join(report::RECORD).is_file() {
        let out = out.display();
        return Err(Failure::Usage(format!(
            "--out {out} holds a run already; choose another folder, or remove this one"
        )));
    }
    std::fs::create_dir_all(&out).map_err(Failure::io(&out))?;
    Ok(out)
}

/// Whether time can be jumped over, before a world is started.
fn can_jump(loaded: &Loaded, workers: usize) -> Result<(), Failure> {
    let wrong = |text: String| Err(Failure::Usage(format!("--jump: {text}")));
    if loaded.profile.clock.is_none() {
        let path = &loaded.profile_source.path;
        return wrong(format!("{path} says no `clock.advance`, by which the target's time could be moved"));
    }
    if workers != 1 {
        return wrong(format!("who jumps over time must know of everybody; {workers} workers do not: `--workers 1`"));
    }
    if !loaded.scenario.events.is_empty() {
        let path = &loaded.scenario_source.path;
        return wrong(format!("{path} has `events`, which happen to services whose time nobody moves; leave one out"));
    }
    Ok(())
}

fn workers(args: &Run, loaded: &Loaded) -> usize {
    let own = || usize::try_from(loaded.scenario.workers.get()).unwrap_or(1);
    args.workers.map_or_else(own, usize::from).max(1)
}

fn request(args: &Run, loaded: Loaded, out: PathBuf) -> RunRequest {
    let workers = workers(args, &loaded);
    let mut again = format!("songsinh run {} --seed {}", args.scenario.display(), args.seed);
    if let Some(target) = &args.target {
        again.push_str(&format!(" --target {}", target.display()));
    }
    match &args.world {
        Some(world) => again.push_str(&format!(" --world {world}")),
        None => {
            let PeopleArgs { population_seed, people } = args.people;
            again.push_str(&format!(" --population-seed {population_seed} --people {people}"));
        }
    }
    if args.in_virtual_time {
        again.push_str(" --virtual");
    }
    if args.jump {
        again.push_str(" --jump");
    }
    if let Some(workers) = args.workers {
        again.push_str(&format!(" --workers {workers}"));
    }
    if let Some(users) = args.closed {
        again.push_str(&format!(" --closed {users}"));
    }
    for one in &args.misbehave {
        again.push_str(&format!(" --misbehave {one}"));
    }
    for one in &args.variant {
        again.push_str(&format!(" --variant {one}"));
    }
    RunRequest {
        scenario: loaded.scenario,
        scenario_source: loaded.scenario_source,
        profile: loaded.profile,
        profile_source: loaded.profile_source,
        built_in: loaded.built_in,
        seed: args.seed,
        workers,
        out,
        rosters: args.rosters.clone(),
        people: args.people.people,
        population_seed: args.people.population_seed,
        misbehaviours: args.misbehave.clone(),
        variants: args.variant.clone(),
        jump: args.jump,
        world: args.world.clone(),
        again,
        judge_lag: !args.lag_reported_only,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_jumped_over_is_told_before_a_world_is_started() {
        let file = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(name);
        let told = |loaded: &Loaded, workers: usize| can_jump(loaded, workers).unwrap_err();
        let mut smoke = load(&file("smoke.yaml"), None).unwrap();
        can_jump(&smoke, 1).unwrap();
        let error = told(&smoke, 2);
        assert!(error.exit_code() == 2 && error.to_string().contains("`--workers 1`"), "{error}");
        smoke.profile.clock = None;
        assert!(told(&smoke, 1).to_string().contains("says no `clock.advance`"));
        let events = load(&file("office-hours.yaml"), None).unwrap();
        assert!(told(&events, 1).to_string().contains("`events`"));
    }
}
