//! One arm on one current-thread runtime: keeps each connection busy until the time is over.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use hdrhistogram::Histogram;
use songsinh_benches::{own_cpu, pin_to_core};
use songsinh_contract::{Clock, Moment};
use songsinh_kernel::RealClock;
use songsinh_wire::{Endpoint, Limits, Pool, WireFailure, ports_and_descriptors_available};
use tokio::runtime::{Builder, LocalOptions, LocalRuntime};

use crate::arm::{Arm, KNOWN, Plain};
use crate::error::CostError;
use crate::say;
use crate::target::Target;
use crate::whole;

#[derive(Default)]
struct Counts {
    requests: Cell<u64>,
    failed: Cell<u64>,
    last: RefCell<Option<WireFailure>>,
}

/// Runs an arm and prints `requests=… failed=… cpu_us=… p50_us=… p99_us=…`. CPU time is the whole process's.
pub fn drive(url: &str, seconds: u64, connections: usize, arm: &str, post: bool) -> Result<(), CostError> {
    for (zero, name) in [(seconds == 0, "seconds"), (connections == 0, "connections")] {
        if zero {
            return Err(CostError::Zero(name));
        }
    }
    pin_to_core(1)?;
    let target = Target::parse(url)?;
    ports_and_descriptors_available(connections as u64, 0)?;
    let limits = Limits { connections, ..Limits::default() };
    let pool = Pool::new(Endpoint::plain(&target.host, target.port), limits, RealClock)?;
    let span = Duration::from_secs(seconds);
    match arm {
        "plain" => plain(&pool, &target, connections, span, post),
        "whole" => whole::drive(&pool, &target, connections, span, post),
        _ => Err(CostError::Arm { name: arm.into(), known: KNOWN.join(", ") }),
    }
}

fn plain(
    pool: &Pool<RealClock>,
    target: &Target,
    connections: usize,
    span: Duration,
    post: bool,
) -> Result<(), CostError> {
    let request: Rc<[u8]> = target.request(post)?.into();
    let latencies = Rc::new(RefCell::new(histogram()?));
    let counts = Rc::new(Counts::default());
    let make = || Plain { request: Rc::clone(&request), latencies: Rc::clone(&latencies) };
    runtime()?.block_on(run(pool, connections, span, make, &counts));
    if counts.requests.get() == counts.failed.get()
        && let Some(failure) = counts.last.take()
    {
        return Err(CostError::Unreachable { url: target.url(), failure });
    }
    let latencies = latencies.borrow();
    let at = |quantile| latencies.value_at_quantile(quantile) / 1_000;
    report(counts.requests.get(), counts.failed.get(), at(0.5), at(0.99))
}

/// What an arm runs on.
pub fn runtime() -> Result<LocalRuntime, CostError> {
    Ok(Builder::new_current_thread().enable_all().build_local(LocalOptions::default())?)
}

/// Prints what an arm did.
pub fn report(requests: u64, failed: u64, p50_us: u64, p99_us: u64) -> Result<(), CostError> {
    let cpu_us = own_cpu().as_micros();
    say(&format!("requests={requests} failed={failed} cpu_us={cpu_us} p50_us={p50_us} p99_us={p99_us}"))
}

fn histogram() -> Result<Histogram<u64>, CostError> {
    Histogram::new_with_bounds(1_000, 60_000_000_000, 3).map_err(|error| CostError::Io(std::io::Error::other(error)))
}

async fn run<A: Arm>(
    pool: &Pool<RealClock>,
    connections: usize,
    span: Duration,
    make: impl Fn() -> A,
    counts: &Rc<Counts>,
) {
    let until = RealClock.now() + span;
    let tasks: Vec<_> = (0..connections)
        .map(|_| tokio::task::spawn_local(keep_busy(pool.clone(), make(), until, Rc::clone(counts))))
        .collect();
    for task in tasks {
        if task.await.is_err() {
            counts.failed.set(counts.failed.get() + 1);
        }
    }
}

async fn keep_busy<A: Arm>(pool: Pool<RealClock>, mut arm: A, until: Moment, counts: Rc<Counts>) {
    // The request leaves the arm for the time of the exchange, in a buffer that is used again.
    let mut request = Vec::new();
    loop {
        request.clear();
        request.extend_from_slice(arm.request());
        let ended = pool.exchange(&request, |answer| arm.answered(answer)).await;
        counts.requests.set(counts.requests.get() + 1);
        let done = match ended {
            Ok(exchange) => {
                arm.observed(&exchange);
                if !exchange.value {
                    counts.failed.set(counts.failed.get() + 1);
                }
                exchange.done
            }
            Err(failure) => {
                counts.failed.set(counts.failed.get() + 1);
                let done = failure.done;
                counts.last.replace(Some(failure));
                // A target that is down is not to be asked in a tight loop.
                RealClock.sleep(Duration::from_millis(50)).await;
                done
            }
        };
        if done >= until {
            return;
        }
    }
}
