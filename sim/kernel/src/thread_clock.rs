//! A real clock for one thread whose sleeps end on time: one timerfd wakes whoever is due.
//!
//! Tokio's timers tick in milliseconds, so a sleep of theirs ends 0.6 to 1.3 ms late, and every latency counted from
//! the intended time would contain that. Invariant: a sleep ends at the first moment at which the driver runs after it
//! is due; sleeps that are dropped leave nothing behind.
//!
//! ```text
//!  sleep_until(a), sleep_until(b), a < b:   timerfd set to a ── wakes a's task ── set to b ── wakes b's task
//! ```

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use songsinh_contract::{Clock, Moment, UnixMillis};

use crate::{Notify, Pacer, RealClock, race};

#[derive(Default)]
struct Sleepers {
    due: RefCell<BTreeMap<(Moment, u64), Waker>>,
    tickets: Cell<u64>,
    earlier: Notify,
}

/// A handle on the clock of this thread. Cloning gives another handle.
#[derive(Clone, Default)]
pub struct ThreadClock {
    sleepers: Rc<Sleepers>,
}

impl ThreadClock {
    /// A clock whose sleeps end once [`ThreadClock::drive`] runs on the same thread.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Wakes sleepers for as long as it is polled.
    ///
    /// # Errors
    /// When the host takes the timer away.
    pub async fn drive(&self, mut pacer: Pacer) -> io::Result<()> {
        loop {
            let earlier = self.sleepers.earlier.notified();
            let next = self.next_due();
            match next {
                None => earlier.await,
                Some(due) => match race(pacer.wait_until(due), earlier).await {
                    crate::Either::Left(woken) => self.wake_due(woken?),
                    crate::Either::Right(()) => {}
                },
            }
        }
    }
    /// When the next of its sleepers is due.
    #[must_use]
    pub fn next_due(&self) -> Option<Moment> {
        self.sleepers.due.borrow().first_key_value().map(|(&(due, _), _)| due)
    }
    fn wake_due(&self, now: Moment) {
        let mut due = self.sleepers.due.borrow_mut();
        let later = due.split_off(&(Moment(now.0.saturating_add(1)), 0));
        let woken = std::mem::replace(&mut *due, later);
        drop(due);
        for waker in woken.into_values() {
            waker.wake();
        }
    }
}

impl Clock for ThreadClock {
    fn now(&self) -> Moment {
        RealClock.now()
    }
    fn unix(&self) -> UnixMillis {
        RealClock.unix()
    }
    fn sleep_until(&self, due: Moment) -> impl Future<Output = ()> {
        Sleep { sleepers: Rc::clone(&self.sleepers), due, ticket: None }
    }
}

struct Sleep {
    sleepers: Rc<Sleepers>,
    due: Moment,
    ticket: Option<u64>,
}

impl Future for Sleep {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if RealClock.now() >= self.due {
            return Poll::Ready(());
        }
        let ticket = self.ticket.unwrap_or_else(|| {
            let ticket = self.sleepers.tickets.get();
            self.sleepers.tickets.set(ticket + 1);
            ticket
        });
        self.ticket = Some(ticket);
        let mut due = self.sleepers.due.borrow_mut();
        let key = (self.due, ticket);
        let is_first = due.first_key_value().is_none_or(|(first, _)| key < *first);
        due.insert(key, context.waker().clone());
        drop(due);
        if is_first {
            self.sleepers.earlier.ring();
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.sleepers.due.borrow_mut().remove(&(self.due, ticket));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn sleeps_end_in_order_and_dropped_ones_leave_nothing() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let clock = ThreadClock::new();
            let order = Rc::new(RefCell::new(Vec::new()));
            let start = clock.now();
            let local = tokio::task::LocalSet::new();
            local
                .run_until(async {
                    let driver = clock.clone();
                    let pacer = Pacer::new().unwrap();
                    tokio::task::spawn_local(async move { driver.drive(pacer).await });
                    let sleepers = [5_u64, 1, 3, 1].map(|ms| {
                        let (clock, order) = (clock.clone(), Rc::clone(&order));
                        tokio::task::spawn_local(async move {
                            let due = start + Duration::from_millis(ms);
                            clock.sleep_until(due).await;
                            order.borrow_mut().push((ms, clock.now() >= due));
                        })
                    });
                    let dropped = race(clock.sleep(Duration::from_secs(3600)), clock.sleep_until(start)).await;
                    assert!(matches!(dropped, crate::Either::Right(())));
                    for sleeper in sleepers {
                        sleeper.await.unwrap();
                    }
                })
                .await;
            assert_eq!(*order.borrow(), [(1, true), (1, true), (3, true), (5, true)]);
            assert!(clock.sleepers.due.borrow().is_empty());
        });
    }
}
