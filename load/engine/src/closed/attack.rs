//! The Goose attack itself: how it is set up, kept to its time, and ended.
//!
//! Invariant: an attack ends when every user has made its journeys, when its time is over, or when the run is stopped;
//! whichever comes first, cells are closed before the thread ends.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use goose::config::GooseConfiguration;
use goose::goose::{GooseUser, Scenario, Transaction, TransactionFunction, TransactionResult};
use goose::{GooseAttack, GooseError, is_killswitch_triggered, reset_killswitch, trigger_killswitch};
use hdrhistogram::Histogram;
use songsinh_contract::{Clock, Moment};
use songsinh_record::{Frame, RecorderHandle};
use songsinh_target::GooseTarget;
use tokio::sync::Mutex;
use tokio::sync::mpsc::Receiver;

use super::Crew;
use super::house::House;
use crate::error::RunError;
use crate::feed;
use crate::real::{Left, Shared};
use crate::worker::LOOK_UP_EVERY;

/// Goose's stop is one for the whole process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Makes the load of a closed population, from the first user to the last cell.
pub(super) async fn make(
    crew: &Crew,
    shared: Shared,
    recorder: RecorderHandle,
    mut news: Receiver<feed::Batch>,
    drain: Duration,
) -> Result<Left, RunError> {
    let lag =
        Histogram::new_with_bounds(1, 600_000_000_000, 3).map_err(|error| RunError::Internal(error.to_string()))?;
    note(crew, &recorder)?;
    let Some(url) = shared.compiled.bases().first().map(|base| base.url("")) else {
        return Err(RunError::Unfit("the profile has no operation that Goose could ask for".to_owned()));
    };
    let house = House::new(shared, recorder);
    let reader = tokio::spawn({
        let house = Arc::clone(&house);
        async move {
            while let Some(batch) = news.recv().await {
                feed::tell(&house.board(), &batch);
            }
        }
    });
    let alone = ONE_AT_A_TIME.lock().await;
    reset_killswitch();
    let ends = house.clock().now() + crew.closed.run_time;
    let keeper = tokio::spawn(keep_time(Arc::clone(&house), ends, drain));
    let made = execute(crew, &url, &house).await;
    keeper.abort();
    drop(alone);
    house.drain(house.clock().now() + drain).await;
    reader.abort();
    crew.keep(made.map_err(|error| RunError::Internal(format!("Goose: {error}")))?);
    if let Some(why) = house.broken() {
        return Err(RunError::Internal(why.to_owned()));
    }
    let failure = house.board().failure().map(|error| error.to_string());
    Ok(Left { prompt: false, lag, failure })
}

fn note(crew: &Crew, recorder: &RecorderHandle) -> Result<(), RunError> {
    let closed = &crew.closed;
    let text = format!(
        "closed population: {} users under Goose, at most {} journeys each within {} s; a slow target is asked less",
        closed.users,
        closed.iterations,
        closed.run_time.as_secs_f64()
    );
    let mut batch = recorder.spare();
    batch.frame(&Frame::Note(text.into()))?;
    Ok(recorder.send(batch)?)
}

async fn execute(crew: &Crew, url: &str, house: &Arc<House>) -> Result<goose::metrics::GooseMetrics, Box<GooseError>> {
    let prepare: TransactionFunction = Arc::new({
        let house = Arc::clone(house);
        move |user| prepare(user, Arc::clone(&house))
    });
    let journey: TransactionFunction = Arc::new({
        let house = Arc::clone(house);
        move |user| journey(user, Arc::clone(&house))
    });
    let scenario = Scenario::new("closed population")
        .register_transaction(Transaction::new(prepare).set_name("prepare").set_on_start())
        .register_transaction(Transaction::new(journey).set_name("journey"));
    let attack = GooseAttack::initialize_with_config(configuration(crew, url)).map_err(Box::new)?;
    attack.register_scenario(scenario).execute().await.map_err(Box::new)
}

/// Gives a user the client that the target wants. Goose goes on with its own one when that fails, so the run is ended.
fn prepare<'r>(
    user: &'r mut GooseUser,
    house: Arc<House>,
) -> Pin<Box<dyn Future<Output = TransactionResult> + Send + 'r>> {
    Box::pin(async move {
        let prepared = GooseTarget::prepare(user).await;
        if let Err(error) = &prepared {
            house.break_off(format!("a user got no HTTP client: {error}"));
        }
        prepared
    })
}

/// A journey as Goose wants it: in a box, and able to move between threads.
fn journey<'r>(
    user: &'r mut GooseUser,
    house: Arc<House>,
) -> Pin<Box<dyn Future<Output = TransactionResult> + Send + 'r>> {
    Box::pin(async move { house.turn(user).await })
}

/// All users begin within a second; no doors are opened, nothing is printed.
fn configuration(crew: &Crew, url: &str) -> GooseConfiguration {
    let mut configuration = GooseConfiguration::default();
    configuration.host = Some(url.to_owned());
    configuration.users = Some(crew.closed.users);
    configuration.increase_rate = Some(crew.closed.users.to_string());
    configuration.iterations = Some(crew.closed.iterations);
    configuration.report_file = vec![crew.report.display().to_string()];
    configuration.no_telnet = true;
    configuration.no_print_metrics = true;
    configuration.quiet = 1;
    configuration
}

/// Ends the attack at its time, or when the run is stopped; an end that neither asked for is a Ctrl-C that Goose heard.
async fn keep_time(house: Arc<House>, ends: Moment, drain: Duration) {
    let mut told = false;
    loop {
        house.clock().sleep(LOOK_UP_EVERY).await;
        let now = house.clock().now();
        if is_killswitch_triggered() && !told {
            house.progress().interrupt();
        }
        if house.progress().is_stopped() || now >= ends {
            // Again and again, since Goose forgets a stop that comes before its own start.
            trigger_killswitch("the time of the closed population is over, or the run was stopped");
            told = true;
        }
        if now >= ends + drain {
            house.give_up();
        }
    }
}
