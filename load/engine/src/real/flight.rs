//! The canary's flight: the longest journey of the mix, alone, on this thread.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use songsinh_contract::{Act, ArrivalId, CellId, Clock};
use songsinh_kernel::{Either, Pacer, RealClock, ThreadClock, race};
use songsinh_scenario::{Journey, Plan, Planned};
use songsinh_target::Compiled;
use tokio::task::LocalSet;

use super::jumping;
use super::threads::{Shared, http_target};
use crate::board::{Board, Sink};
use crate::canary;
use crate::error::RunError;
use crate::feed::{self, Feed};
use crate::lookups::Ledger;
use crate::worker::{LocalTasks, Worker};
use crate::world::WorldInfo;

/// The canary's arrival is none of the plan's.
const ARRIVAL: ArrivalId = ArrivalId((1 << 47) - 1);

/// Lets the canary go first.
pub(super) async fn fly_canary<K: Sink + 'static>(
    plan: &Plan,
    shared: &Shared,
    info: &WorldInfo,
    sink: K,
    ledger: &mut Ledger,
) -> Result<(), RunError> {
    let Some(roles) = shared.orders.casting.canary() else {
        return Err(RunError::Canary("nobody is left to go first".to_owned()));
    };
    let journeys = plan.arrivals.iter().map(|planned| planned.journey);
    let journey = canary::longest(journeys.filter(|&journey| covers(&shared.compiled, journey)));
    let local = LocalSet::new();
    let progress = &shared.orders.figures.prepare;
    let flown = local.run_until(async {
        let clock = ThreadClock::new();
        let pacer = Pacer::new().map_err(|error| RunError::Host(format!("no timer for the canary: {error}")))?;
        let driver = clock.clone();
        let driving = tokio::task::spawn_local(async move { driver.drive(pacer).await });
        let target = http_target(&shared.compiled, shared.tls.as_ref(), 1)?;
        let board =
            Board::new(sink, Arc::clone(&shared.patterns), Arc::clone(&shared.judge), shared.orders.figures.clone());
        let mut feed = Feed::from_now(&info.sms_url).await?;
        let reader = Rc::clone(&board);
        let pump = tokio::task::spawn_local(async move {
            while let Ok(batch) = feed.next().await {
                feed::tell(&reader, &batch);
            }
        });
        let jumping = jumping(shared.jumper.as_ref(), &clock, &board);
        let worker =
            Worker::new(Arc::clone(&shared.orders), target, clock.clone(), Rc::clone(&board), LocalTasks, (0, 1))
                .map_err(|error| RunError::Internal(error.to_string()))?;
        let (at, act) = (Duration::ZERO, Act::Prepare);
        let planned = Planned { id: ARRIVAL, at, act, phase: 0, entry: 0, journey, twist: None };
        let journey = worker.play_cell(&planned, CellId(ARRIVAL.0), &roles, clock.now());
        let watched = async {
            // Once the first message is there, only the journey's own end counts.
            match canary::watch(progress, &RealClock::new(), shared.orders.book.otp_resend_gap).await {
                Ok(()) => std::future::pending().await,
                Err(finding) => finding,
            }
        };
        let ended = match race(race(journey, watched), jumping).await {
            Either::Left(Either::Left(ended)) => Ok(ended),
            Either::Left(Either::Right(finding)) => Err(RunError::Canary(finding)),
            Either::Right(stopped) => Err(stopped),
        };
        worker.drain(clock.now()).await;
        pump.abort();
        driving.abort();
        ended
    });
    let ended = flown.await?;
    let lookups = ledger.read().await?;
    canary::conclude(&ended, progress, lookups.len() as u64)
}

/// Whether a target has every operation that a journey needs.
pub(crate) fn covers(compiled: &Compiled, journey: Journey) -> bool {
    journey.operations().iter().all(|&operation| compiled.covers(operation).is_ok())
}
