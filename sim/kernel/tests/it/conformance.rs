//! One body, run in virtual and in real time: what holds under both clocks. Orders are asserted, durations only from
//! below, since a real clock may be late by any time.

use std::sync::Mutex;
use std::time::Duration;

use songsinh_contract::{Clock, UnixMillis};
use songsinh_kernel::{Either, Kernel, Notify, Pacer, RealClock, join2, oneshot, queue, race, timeout};

const MS: Duration = Duration::from_millis(1);

async fn body<C: Clock>(clock: C) -> Vec<&'static str> {
    let log = Mutex::new(Vec::new());
    let say = |word: &'static str| log.lock().unwrap().push(word);

    let (before, before_unix) = (clock.now(), clock.unix());
    clock.sleep(3 * MS).await;
    assert!(clock.now().since(before) >= 3 * MS && clock.unix() >= before_unix);
    clock.sleep_until(before).await;

    // A sleep longer by far ends later.
    let late = async {
        clock.sleep(60 * MS).await;
        say("late");
    };
    let soon = async {
        clock.sleep(2 * MS).await;
        say("soon");
    };
    join2(late, soon).await;

    assert_eq!(timeout(&clock, 2 * MS, std::future::pending::<()>()).await, None);
    assert_eq!(timeout(&clock, Duration::from_secs(60), async { 7 }).await, Some(7));
    assert_eq!(race(async { 1 }, async { 2 }).await, Either::Left(1));

    // One side waits for the other's messages; the other side for the bell.
    let (sender, mut receiver) = queue::channel(2);
    let (answer, answered) = oneshot::channel();
    let bell = Notify::new();
    let rung = bell.notified();
    let giving = async {
        sender.put("first").unwrap();
        sender.put("second").unwrap();
        assert_eq!(sender.put("third"), Err(queue::PutError::Full("third")));
        drop(sender);
        rung.await;
        say("bell");
        assert_eq!(answered.await, Some("answer"));
    };
    let taking = async {
        while let Some(word) = receiver.next().await {
            clock.sleep(MS).await;
            say(word);
        }
        bell.ring();
        clock.sleep(MS).await;
        answer.send("answer").unwrap();
    };
    join2(giving, taking).await;
    log.into_inner().unwrap()
}

const WORDS: [&str; 5] = ["soon", "late", "first", "second", "bell"];

#[test]
fn the_body_holds_in_virtual_time() {
    let mut kernel = Kernel::new(UnixMillis(1_661_101_200_000));
    let clock = kernel.clock();
    assert_eq!(kernel.block_on(body(clock)).unwrap(), WORDS);
    // 3 + 60 + 2 + 1 + 1 + 1 ms, to the nanosecond.
    assert_eq!(kernel.clock().now().0, 68_000_000);
    assert_eq!(kernel.clock().unix(), UnixMillis(1_661_101_200_068));
}

#[tokio::test(flavor = "current_thread")]
async fn the_body_holds_in_real_time() {
    assert_eq!(body(RealClock).await, WORDS);
}

#[test]
fn futures_of_the_real_clock_are_send() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&RealClock.sleep(MS));
    is_send(&timeout(&RealClock, MS, async {}));
    is_send(&body(RealClock));
}

#[tokio::test(flavor = "current_thread")]
async fn the_pacer_is_never_early() {
    let mut pacer = Pacer::new().unwrap();
    let start = RealClock.now();
    assert!(pacer.wait_until(start).await.unwrap() >= start);
    for step in 1..20 {
        let due = start + step * Duration::from_micros(300);
        assert!(pacer.wait_until(due).await.unwrap() >= due);
        // A wait given up leaves nothing behind that would end the next one early.
        let given_up = timeout(&RealClock, Duration::ZERO, pacer.wait_until(due + Duration::from_secs(9))).await;
        assert!(given_up.is_none());
    }
}
