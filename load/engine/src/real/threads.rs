//! The workers' threads: each a current-thread runtime with its own connections.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::TryFutureExt;
use hdrhistogram::Histogram;
use rustls::ClientConfig;
use songsinh_contract::Clock;
use songsinh_kernel::{Either, Pacer, RealClock, ThreadClock, race};
use songsinh_oracle::Judge;
use songsinh_phone::Patterns;
use songsinh_record::RecorderHandle;
use songsinh_scenario::Secrets;
use songsinh_target::{Advance, Compiled, HttpTarget};
use songsinh_wire::{Limits, Pool, WireError};
use tokio::sync::mpsc::Receiver;
use tokio::task::LocalSet;

use super::{Jumper, jumping, tls};
use crate::board::Board;
use crate::error::RunError;
use crate::feed;
use crate::request::RunRequest;
use crate::worker::{LocalTasks, Orders, Worker};
use crate::world::WorldInfo;

/// Everything that the threads of a run share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) orders: Arc<Orders>,
    pub(crate) compiled: Arc<Compiled>,
    /// TLS, if a base address speaks it.
    pub(super) tls: Option<Arc<ClientConfig>>,
    pub(crate) patterns: Arc<Patterns>,
    pub(crate) judge: Arc<Judge>,
    /// Jumps over the time in which nothing happens, if that is wanted.
    pub(super) jumper: Option<Jumper>,
}

/// The addresses of this run that stand for those of the profile.
fn urls(request: &RunRequest, info: &WorldInfo) -> Result<BTreeMap<String, String>, RunError> {
    let mut urls = BTreeMap::new();
    if request.built_in {
        let Some(url) = &info.twin_url else {
            return Err(RunError::Unfit("this world has no built-in twin; name a target profile".to_owned()));
        };
        urls.insert("app".to_owned(), url.clone());
    }
    Ok(urls)
}

/// What moves the target's clock, where time is to be jumped over.
pub(super) fn jumper(request: &RunRequest, info: &WorldInfo) -> Result<Jumper, RunError> {
    if request.workers != 1 {
        let text = "who jumps over time must know of everybody; jump with `--workers 1`";
        return Err(RunError::Unfit(text.to_owned()));
    }
    if !request.scenario.events.is_empty() {
        let text = "events of the scenario happen to services whose time nobody moves; jump without events";
        return Err(RunError::Unfit(text.to_owned()));
    }
    let secrets = Secrets::beside(Path::new(&request.profile_source.path));
    Jumper::new(Advance::of(&request.profile, &secrets, &urls(request, info)?)?)
}

/// Compiles the profile for the addresses of this run.
pub(super) fn compiled(request: &RunRequest, info: &WorldInfo) -> Result<Arc<Compiled>, RunError> {
    let urls = urls(request, info)?;
    if request.built_in && info.twin_rulebook.as_ref().is_some_and(|book| *book != request.rulebook()) {
        return Err(RunError::Unfit(
            "the twin of this world acts by another rulebook than this scenario is judged by; start the world with \
             `songsinh up SCENARIO`"
                .to_owned(),
        ));
    }
    let secrets = Secrets::beside(Path::new(&request.profile_source.path));
    Ok(Compiled::new(&request.profile, &secrets, &urls)?)
}

/// The patterns by which messages of this target are told apart.
pub(super) fn patterns(request: &RunRequest) -> Result<Arc<Patterns>, RunError> {
    let messages = &request.profile.sms.messages;
    let compiled = if messages.is_empty() {
        Patterns::twin()
    } else {
        Patterns::new(messages.iter().map(|one| (one.purpose, one.text.regex().as_str())))
    };
    compiled.map(Arc::new).map_err(|error| RunError::Unfit(error.to_string()))
}

/// A target with connections of its own, for the thread that calls this.
pub(super) fn http_target(
    compiled: &Arc<Compiled>,
    tls: Option<&Arc<ClientConfig>>,
    workers: usize,
) -> Result<Rc<HttpTarget<RealClock>>, RunError> {
    let limits = Limits { connections: (CONNECTIONS / workers).max(1), ..Limits::default() };
    let clock = RealClock::new();
    let mut pools = Vec::new();
    for base in compiled.bases() {
        pools.push(Pool::new(tls::endpoint(base, tls), limits, clock).map_err(host)?);
    }
    Ok(Rc::new(HttpTarget::over(Arc::clone(compiled), pools, clock).paced(compiled.pace(workers))))
}

pub(crate) fn host(error: WireError) -> RunError {
    RunError::Host(error.to_string())
}

/// Connections over all workers.
pub(crate) const CONNECTIONS: usize = 256;

/// What a worker's thread leaves behind.
pub(crate) struct Left {
    pub(crate) lag: Histogram<u32>,
    pub(crate) failure: Option<String>,
    /// Whether the host runs this thread before ordinary ones.
    pub(crate) prompt: bool,
}

/// Starts the thread of the `share.0`-th of `share.1` workers.
pub(super) fn start(
    shared: Shared,
    recorder: RecorderHandle,
    news: Receiver<feed::Batch>,
    share: (usize, usize),
    drain: Duration,
) -> Result<JoinHandle<Result<Left, RunError>>, RunError> {
    std::thread::Builder::new()
        .name(format!("worker-{}", share.0))
        .spawn(move || {
            let prompt = ask_for_promptness();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| RunError::Host(format!("no runtime for a worker: {error}")))?;
            LocalSet::new().block_on(
                &runtime,
                work(shared, recorder, news, share, drain).map_ok(move |left| Left { prompt, ..left }),
            )
        })
        .map_err(|error| RunError::Host(format!("no thread for a worker: {error}")))
}

/// Asks the host to run this thread as soon as it is due, before any ordinary one: a start must not wait for the rest of
/// the target's slice. Hosts allow it to root; elsewhere the workers compete on equal terms, and the lag shows it.
fn ask_for_promptness() -> bool {
    let thread = rustix::thread::gettid().as_raw_nonzero().to_string();
    std::process::Command::new("chrt")
        .args(["--fifo", "--pid", "1", &thread])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

async fn work(
    shared: Shared,
    recorder: RecorderHandle,
    mut news: Receiver<feed::Batch>,
    share: (usize, usize),
    drain: Duration,
) -> Result<Left, RunError> {
    let clock = ThreadClock::new();
    let new_pacer = || Pacer::new().map_err(|error| RunError::Host(format!("no timer for a worker: {error}")));
    let (alarm, pacer) = (new_pacer()?, new_pacer()?);
    let driver = clock.clone();
    let driving = tokio::task::spawn_local(async move { driver.drive(alarm).await });
    let progress = Arc::clone(&shared.orders.figures.load);
    let target = http_target(&shared.compiled, shared.tls.as_ref(), share.1)?;
    let board = Board::new(recorder, shared.patterns, shared.judge, shared.orders.figures.clone());
    let reader = Rc::clone(&board);
    let pump = tokio::task::spawn_local(async move {
        while let Some(batch) = news.recv().await {
            feed::tell(&reader, &batch);
        }
    });
    let worker = Worker::new(shared.orders, target, clock.clone(), Rc::clone(&board), LocalTasks, share)
        .map_err(|error| RunError::Internal(error.to_string()))?;
    let working = Box::pin(async {
        match shared.jumper {
            None => worker.offer(pacer).await,
            Some(_) => worker.offer(clock.clone()).await,
        }
        worker.drain(clock.now() + drain).await;
    });
    let jumping = jumping(shared.jumper.as_ref(), &clock, &board);
    let ended = match race(race(working, driving), jumping).await {
        Either::Left(ended) => ended,
        Either::Right(stopped) => {
            pump.abort();
            progress.interrupt();
            return Err(stopped);
        }
    };
    pump.abort();
    if let Either::Right(driven) = ended {
        // Nobody who sleeps on this thread will wake again: the run is no good, and the others need not go on.
        progress.interrupt();
        let why = match driven {
            Ok(Err(error)) => error.to_string(),
            Ok(Ok(())) => "it ended".to_owned(),
            Err(error) => error.to_string(),
        };
        return Err(RunError::Host(format!("the timer of a worker failed: {why}")));
    }
    Ok(Left { lag: worker.take_lag(), failure: board.failure().map(|error| error.to_string()), prompt: false })
}
