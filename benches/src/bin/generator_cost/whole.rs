//! The whole checked path: what a run does for each request, with the run's own parts.
//!
//! ```text
//!  call -> profile -> request -> answer -> outcome -> observation -> board (counters, histogram)
//!                                       cell closed -> oracle's verdict -> record (a thread, a file)
//! ```
//!
//! As many callers as connections, on one thread. Each plays stories of [`CALLS`] calls of `service.health`; a story is a
//! cell of its own, with a citizen of its own. Not here: arrivals, device keys and their proofs, text messages.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::{Date, date};
use songsinh_contract::{
    ArrivalId, Call, Caller, CellFacts, CellId, CitizenIndex, Clock, DeviceId, Digest, Loss, Member, MemberRole,
    Moment, Operation, Outcome, Prior, ProofShown, Rulebook,
};
use songsinh_engine::{Board, CellStage, Progress};
use songsinh_journey::Stage;
use songsinh_kernel::RealClock;
use songsinh_oracle::{Judge, Settings};
use songsinh_phone::Patterns;
use songsinh_population::{Population, PopulationConfig};
use songsinh_record::{
    Bounds, Ending, JourneyEnded, Mode, RecorderHandle, RecorderThread, RunFooter, RunHeader, Source, TargetLabel,
    Terms, Writer,
};
use songsinh_scenario::{Profile, Secrets};
use songsinh_target::{Compiled, HttpTarget};
use songsinh_wire::Pool;

use crate::drive::{report, runtime};
use crate::error::CostError;
use crate::target::{POST_BYTES, Target};

/// Calls in a story: about as many as a citizen makes on the way to an activated account.
const CALLS: u64 = 16;
/// Batches that wait for the recorder, as in a run.
const RECORD_QUEUE: usize = 4_096;
const SEED: u64 = 1;
const PEOPLE: u64 = 1_000_000;
const DAY: Date = date(2022, 8, 27);

/// The profile of the built-in twin, and its line for the operation.
const PROFILE: &str = include_str!("../../../../scenarios/targets/built-in.yaml");
const LINE: &str = "service.health: {get: /health}";

/// What the callers of one run share.
struct World {
    target: Rc<HttpTarget<RealClock>>,
    board: Rc<Board<RecorderHandle>>,
    population: Population,
    cells: Cell<u64>,
    requests: Cell<u64>,
    failed: Cell<u64>,
    /// The last answer that is not as expected.
    last: Cell<Option<Outcome>>,
}

/// Runs the arm and prints its figures.
pub fn drive(
    pool: &Pool<RealClock>,
    target: &Target,
    connections: usize,
    span: Duration,
    post: bool,
) -> Result<(), CostError> {
    let text = profile_text(&target.path, post)?;
    let profile = Profile::parse("built-in.yaml", text.as_bytes())?;
    let urls = BTreeMap::from([("app".to_owned(), target.base())]);
    let compiled = Compiled::new(&profile, &Secrets::beside(Path::new("")), &urls)?;
    let directory = tempfile::tempdir()?;
    let origin = RealClock.now();
    let writer = Writer::create(&directory.path().join("record.songsinh"), &header(&text, target, origin))?;
    let recorder = RecorderThread::start(writer, RECORD_QUEUE);
    let judge = Judge::new(Rulebook::default(), Settings::on_day(DAY, origin));
    let progress = Arc::new(Progress::default());
    let world = Rc::new(World {
        target: Rc::new(HttpTarget::new(compiled, pool.clone(), RealClock)),
        board: Board::of_load(recorder.handle(), Arc::new(Patterns::twin()?), Arc::new(judge), &progress),
        population: Population::new(PopulationConfig { seed: SEED, people: PEOPLE })?,
        cells: Cell::new(0),
        requests: Cell::new(0),
        failed: Cell::new(0),
        last: Cell::new(None),
    });
    runtime()?.block_on(async {
        let until = RealClock.now() + span;
        let callers = (0..connections).map(|_| tokio::task::spawn_local(keep_busy(Rc::clone(&world), until)));
        for caller in callers.collect::<Vec<_>>() {
            if caller.await.is_err() {
                world.failed.set(world.failed.get() + 1);
            }
        }
    });
    let recorded = recorder.finish(RunFooter { ended: RealClock.now(), ..RunFooter::default() })?.batches;
    let (requests, cells, observed) = (world.requests.get(), world.cells.get(), world.board.observed());
    if let (true, Some(last)) = (requests == world.failed.get(), world.last.take()) {
        return Err(CostError::Unexpected { url: target.url(), last });
    }
    if let Some(error) = world.board.failure() {
        return Err(error.into());
    }
    if observed != requests || recorded != cells {
        return Err(CostError::Unrecorded { requests, cells, observed, recorded });
    }
    let recent = progress.take_recent();
    let failed = world.failed.get() + progress.counts().violations;
    report(requests, failed, (recent.p50_ms * 1e3) as u64, (recent.p99_ms * 1e3) as u64)
}

async fn keep_busy(world: Rc<World>, until: Moment) {
    while RealClock.now() < until {
        play(&world, until).await;
    }
}

/// One story: a cell is opened, its calls are made, it is closed.
async fn play(world: &World, until: Moment) {
    let nth = world.cells.get();
    world.cells.set(nth + 1);
    let (cell, arrival, device) = (CellId(nth), ArrivalId(nth), DeviceId(nth));
    let person = world.population.citizen(CitizenIndex(nth), DAY);
    let member = person.index;
    let phones = person.phone.iter().map(|phone| phone.number).collect();
    let members = vec![Member {
        role: MemberRole::Citizen,
        person,
        devices: vec![device],
        prior: Prior::None,
        holdings: songsinh_contract::Holdings::default(),
    }];
    world.board.open(CellFacts {
        act: songsinh_contract::Act::Load,
        cell,
        arrival,
        journey: "health".into(),
        twist: None,
        members,
        phones,
    });
    let stage = CellStage::new(Rc::clone(&world.target), RealClock, Rc::clone(&world.board), cell, arrival, SEED);
    let key = Digest(nth);
    for _ in 0..CALLS {
        let due = RealClock.now();
        if due >= until {
            break;
        }
        let caller = Caller { device, session: None, proof: ProofShown::Missing, key, signer: None };
        let call = Call { operation: Operation::ServiceHealth, caller };
        let outcome = stage.perform(member, call, due).await;
        world.requests.set(world.requests.get() + 1);
        if !outcome.is_done() {
            world.failed.set(world.failed.get() + 1);
            let lost = matches!(outcome, Outcome::Indeterminate(Loss::NotSent | Loss::Reset));
            world.last.set(Some(outcome));
            if lost {
                // A target that is down is not to be asked in a tight loop.
                RealClock.sleep(Duration::from_millis(50)).await;
            }
        }
    }
    world.board.ended(JourneyEnded { arrival, cell, at: RealClock.now(), ending: Ending::Completed });
    world.board.close(cell);
}

/// The built-in profile, with another address for the operation: its rules for answers, headers and devices stay. A
/// POST has a body of [`POST_BYTES`] bytes.
fn profile_text(path: &str, post: bool) -> Result<String, CostError> {
    let line = if post {
        let body = "{number: \"008090000123\", phone: \"0912345678\", device: \"{{ device.id }}\", text: ";
        // As sent, without the filler: quotes around the names, no blanks, the device's id in its place.
        let sent = r#"{"number":"008090000123","phone":"0912345678","device":"dev-0000000000000000","text":""}"#;
        let filler = "x".repeat(POST_BYTES - sent.len());
        format!("service.health: {{post: \"{path}\", json: {body}{filler}}}}}")
    } else {
        format!("service.health: {{get: \"{path}\"}}")
    };
    if PROFILE.contains(LINE) { Ok(PROFILE.replacen(LINE, &line, 1)) } else { Err(CostError::ProfileLine(LINE)) }
}

fn header(profile: &str, target: &Target, origin: Moment) -> RunHeader {
    let source = |name: &str, text: &str| Source { name: name.into(), path: String::new(), text: text.into() };
    let built_in = false;
    RunHeader {
        program: env!("CARGO_PKG_VERSION").into(),
        scenario: source("generator-cost", ""),
        profile: source("built-in", profile),
        mode: Mode::Real,
        seed: SEED,
        world_seed: SEED,
        people: PEOPLE,
        day: DAY,
        workers: 1,
        rulebook: Rulebook::default(),
        started: RealClock.unix(),
        origin,
        target: TargetLabel { address: target.url(), built_in, version: String::new(), misbehaviours: String::new() },
        prior: Prior::None,
        planned: 0,
        phases: Vec::new(),
        limits: Vec::new(),
        must_decide: Vec::new(),
        events: Vec::new(),
        known: Vec::new(),
        missing: Vec::new(),
        bounds: Bounds::default(),
        terms: Terms::default(),
        again: "generator-cost --arm whole".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiles(path: &str, post: bool) {
        let text = profile_text(path, post).unwrap();
        let profile = Profile::parse("built-in.yaml", text.as_bytes()).unwrap();
        let urls = BTreeMap::from([("app".to_owned(), "http://127.0.0.1:1".to_owned())]);
        let compiled = Compiled::new(&profile, &Secrets::beside(Path::new("")), &urls).unwrap();
        assert!(compiled.covers(songsinh_contract::OperationName::ServiceHealth).is_ok());
    }

    #[test]
    fn the_profile_takes_any_address_of_the_operation() {
        compiles("/v1/codes", true);
        compiles("/health", false);
        compiles("/", false);
    }
}
