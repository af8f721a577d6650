//! Timer events a second of the virtual-time executor, with 1,000 to 1,000,000 timers pending.
//!
//! `sleep`: each task sleeps a random span again and again. `hop`: each sleeper has 1 KiB of state and, when it wakes,
//! sends a message to a partner task, which wakes too. An element is one timer event (with its hop),
//! and its time is CPU time, so that a busy machine disturbs less.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use songsinh_benches::own_cpu;
use songsinh_contract::{Chance, Clock, Moment, Purpose, UnixMillis};
use songsinh_kernel::{Kernel, KernelError, VirtualClock, queue};

const PENDING: [u64; 3] = [1_000, 100_000, 1_000_000];
/// Sleeps last 0.5 s on average.
const SPAN_NS: u64 = 1_000_000_000;
const BATCH: u64 = 10_000;

async fn nap(clock: &VirtualClock, chance: &mut Chance) {
    clock.sleep(Duration::from_nanos(1 + chance.below(SPAN_NS))).await;
}

fn sleepers(pending: u64) -> Kernel {
    let kernel = Kernel::new(UnixMillis(0));
    for index in 0..pending {
        let clock = kernel.clock();
        kernel.spawner().spawn(async move {
            let mut chance = Chance::new(1, Purpose::named("bench-kernel"), index);
            loop {
                nap(&clock, &mut chance).await;
            }
        });
    }
    kernel
}

fn hoppers(pending: u64) -> Kernel {
    let kernel = Kernel::new(UnixMillis(0));
    for index in 0..pending {
        let clock = kernel.clock();
        let (sender, mut receiver) = queue::channel(4);
        kernel.spawner().spawn(async move {
            let mut chance = Chance::new(1, Purpose::named("bench-kernel"), index);
            let mut state = [0_u8; 1024];
            loop {
                nap(&clock, &mut chance).await;
                let at = chance.below(1024) as usize;
                state[at] = state[at].wrapping_add(1);
                if sender.put(u64::from(state[at])).is_err() {
                    return;
                }
            }
        });
        kernel.spawner().spawn(async move {
            while let Some(word) = receiver.next().await {
                black_box(word);
            }
        });
    }
    kernel
}

/// The CPU time of `iterations` timer events, from a run over at least as many.
fn time_events(kernel: &mut Kernel, pending: u64, iterations: u64) -> Result<Duration, KernelError> {
    let step_ns = (BATCH * SPAN_NS / 2 / pending).max(1);
    let (start, fired) = (own_cpu(), kernel.stats().timers_fired);
    loop {
        let until = kernel.clock().now().0 + step_ns;
        kernel.run_until(Moment(until))?;
        let events = kernel.stats().timers_fired - fired;
        if events >= iterations {
            return Ok(own_cpu().saturating_sub(start).mul_f64(iterations as f64 / events as f64));
        }
    }
}

fn kernel(criterion: &mut Criterion) {
    for (name, make) in [("kernel/sleep", sleepers as fn(u64) -> Kernel), ("kernel/hop", hoppers)] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(1)).sample_size(10).measurement_time(Duration::from_secs(4));
        for pending in PENDING {
            let mut kernel = make(pending);
            // Past the start, when all sleepers sleep.
            if kernel.run_until(Moment(SPAN_NS)).is_err() {
                continue;
            }
            group.bench_function(BenchmarkId::from_parameter(pending), |bencher| {
                bencher.iter_custom(|iterations| {
                    time_events(&mut kernel, pending, iterations.max(BATCH))
                        .map_or(Duration::ZERO, |time| time.mul_f64(iterations as f64 / iterations.max(BATCH) as f64))
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, kernel);
criterion_main!(benches);
