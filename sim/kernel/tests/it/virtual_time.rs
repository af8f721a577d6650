//! What holds in virtual time alone: exact moments, one order, nothing left behind.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use proptest::prelude::*;
use songsinh_contract::{Chance, Clock, Moment, Purpose, UnixMillis};
use songsinh_kernel::{Kernel, KernelError, KernelLimits, oneshot, queue};

proptest! {
    #[test]
    fn sleeps_end_by_due_time_then_start(dues in prop::collection::vec(prop_oneof![0..20_u64, 0..(1_u64 << 45)], 0..300)) {
        let mut kernel = Kernel::new(UnixMillis(0));
        let log = Rc::new(RefCell::new(Vec::new()));
        for (id, &due) in dues.iter().enumerate() {
            let (clock, log) = (kernel.clock(), Rc::clone(&log));
            kernel.spawner().spawn(async move {
                clock.sleep_until(Moment(due)).await;
                assert_eq!(clock.now(), Moment(due));
                log.borrow_mut().push((due, id));
            });
        }
        let end = kernel.run_until_idle().unwrap();
        let mut want: Vec<_> = dues.iter().copied().enumerate().map(|(id, due)| (due, id)).collect();
        want.sort_unstable();
        prop_assert_eq!(&*log.borrow(), &want);
        prop_assert_eq!(end.0, dues.iter().copied().max().unwrap_or(0));
        prop_assert_eq!((kernel.stats().tasks, kernel.stats().timers_waiting), (0, 0));
    }

    /// Stopping at any moments on the way changes nothing.
    #[test]
    fn a_run_in_pieces_is_the_same_run(seed: u64, stops in prop::collection::vec(0..4_000_000_u64, 0..8)) {
        let mut whole = crowd(seed);
        whole.run_until_idle().unwrap();
        let mut pieces = crowd(seed);
        let mut stops = stops;
        stops.sort_unstable();
        for stop in stops {
            prop_assert_eq!(pieces.run_until(Moment(stop)), Ok(Moment(stop)));
        }
        pieces.run_until_idle().unwrap();
        prop_assert_eq!(whole.fingerprint(), pieces.fingerprint());
        prop_assert_eq!(whole.stats(), pieces.stats());
    }
}

/// Tasks that sleep, start others, give up sleeps and send to a collector.
fn crowd(seed: u64) -> Kernel {
    let kernel = Kernel::new(UnixMillis(0));
    let (sender, mut receiver) = queue::channel::<u64>(1_000);
    kernel.spawner().spawn(async move { while receiver.next().await.is_some() {} });
    for index in 0..40 {
        let (clock, spawner, sender) = (kernel.clock(), kernel.spawner(), sender.clone());
        kernel.spawner().spawn(async move {
            let mut chance = Chance::new(seed, Purpose::named("crowd"), index);
            for _ in 0..chance.below(8) {
                clock.sleep(Duration::from_nanos(chance.below(500_000))).await;
                let (inner, span) = (clock.clone(), Duration::from_nanos(chance.below(300_000)));
                spawner.spawn(async move { inner.sleep(span).await });
                let half = Duration::from_nanos(chance.below(1_000));
                songsinh_kernel::race(clock.sleep(half), clock.sleep(span)).await;
                sender.put(index).unwrap();
            }
        });
    }
    kernel
}

#[test]
fn equal_seeds_give_equal_traces_and_others_do_not() {
    let trace = |seed| {
        let mut kernel = crowd(seed);
        kernel.run_until_idle().unwrap();
        (kernel.fingerprint(), kernel.stats())
    };
    assert_eq!(trace(1), trace(1));
    assert_ne!(trace(1).0, trace(2).0);
}

#[test]
fn foreign_wakers_and_foreign_channels_work() {
    let mut kernel = Kernel::new(UnixMillis(0));
    let clock = kernel.clock();
    let order = kernel
        .block_on(async {
            // FuturesUnordered hands its own wakers to the sleeps.
            let mut sleeps: FuturesUnordered<_> =
                [5_u64, 1, 3].into_iter().map(|ms| async_sleep(clock.clone(), ms)).collect();
            let mut order = Vec::new();
            while let Some(ms) = sleeps.next().await {
                order.push(ms);
            }
            order
        })
        .unwrap();
    assert_eq!(order, [1, 3, 5]);

    let (sender, receiver) = tokio::sync::oneshot::channel();
    let clock = kernel.clock();
    kernel.spawner().spawn(async move {
        clock.sleep(Duration::from_secs(1)).await;
        sender.send(clock.now()).unwrap();
    });
    let heard = kernel.block_on(receiver).unwrap().unwrap();
    assert_eq!(heard, Moment(1_005_000_000));
}

async fn async_sleep<C: Clock>(clock: C, ms: u64) -> u64 {
    clock.sleep(Duration::from_millis(ms)).await;
    ms
}

#[test]
fn sleeps_given_up_leave_no_timer() {
    let mut kernel = Kernel::new(UnixMillis(0));
    let clock = kernel.clock();
    kernel
        .block_on(async {
            for _ in 0..50_000 {
                let long = clock.sleep(Duration::from_secs(3_600));
                songsinh_kernel::race(long, clock.sleep(Duration::from_micros(1))).await;
            }
        })
        .unwrap();
    assert_eq!(kernel.stats().timers_waiting, 0);
    assert_eq!(kernel.run_until_idle(), Ok(Moment(50_000_000)), "nothing waits for the hour");
}

#[test]
fn dropping_the_kernel_drops_its_tasks_and_what_they_hold() {
    struct Held(Rc<Cell<u32>>, songsinh_kernel::Spawner);
    impl Drop for Held {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
            self.1.spawn(async { panic!("a kernel that has ended polls nothing") });
        }
    }
    let dropped = Rc::new(Cell::new(0));
    let kernel = {
        let mut kernel = Kernel::new(UnixMillis(0));
        for _ in 0..10 {
            let (clock, held) = (kernel.clock(), Held(Rc::clone(&dropped), kernel.spawner()));
            kernel.spawner().spawn(async move {
                clock.sleep_until(Moment(9)).await;
                drop(held);
            });
        }
        kernel.run_until(Moment(5)).unwrap();
        kernel
    };
    assert_eq!((dropped.get(), kernel.stats().tasks, kernel.stats().timers_waiting), (0, 10, 10));
    let clock = kernel.clock();
    drop(kernel);
    assert_eq!((dropped.get(), clock.now()), (10, Moment(5)));
}

#[test]
fn a_task_that_never_rests_ends_the_run() {
    let limits = KernelLimits { polls_at_a_moment: 1_000, ..KernelLimits::default() };
    let mut kernel = Kernel::with_limits(UnixMillis(0), limits);
    let clock = kernel.clock();
    kernel.spawner().spawn(async move {
        clock.sleep_until(Moment(77)).await;
        poll_fn::<(), _>(|cx| {
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    });
    let error = kernel.run_until_idle().unwrap_err();
    assert!(matches!(error, KernelError::Livelock { at: Moment(77), task: 0, .. }), "{error}");
}

#[test]
fn too_many_tasks_and_deadlocks_are_said() {
    let limits = KernelLimits { tasks: 3, ..KernelLimits::default() };
    let mut kernel = Kernel::with_limits(UnixMillis(0), limits);
    let (spawner, again) = (kernel.spawner(), kernel.spawner());
    spawner.spawn(async move {
        for _ in 0..3 {
            again.spawn(std::future::pending());
        }
    });
    assert_eq!(kernel.run_until_idle(), Err(KernelError::TooManyTasks { limit: 3, at: Moment(0) }));
    let (sender, receiver) = oneshot::channel::<()>();
    assert_eq!(kernel.block_on(receiver), Err(KernelError::Deadlock { at: Moment(0), tasks: 2 }));
    drop(sender);
}

#[test]
fn a_slot_used_again_is_not_woken_by_an_old_waker() {
    let mut kernel = Kernel::new(UnixMillis(0));
    let kept = Rc::new(RefCell::new(None));
    let keep = Rc::clone(&kept);
    kernel.spawner().spawn(poll_fn(move |cx| {
        *keep.borrow_mut() = Some(cx.waker().clone());
        Poll::Ready(())
    }));
    kernel.run_until_idle().unwrap();
    let polls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&polls);
    kernel.spawner().spawn(poll_fn(move |_| {
        counted.set(counted.get() + 1);
        Poll::Pending
    }));
    kernel.run_until_idle().unwrap();
    kept.borrow_mut().take().unwrap().wake();
    kernel.run_until_idle().unwrap();
    assert_eq!(polls.get(), 1);
}
