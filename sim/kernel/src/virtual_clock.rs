//! The clock of a virtual run. Invariant: it moves only while no task of its kernel can go on.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use songsinh_contract::{Clock, Moment, UnixMillis};

use crate::kernel::Shared;
use crate::timers::TimerKey;

/// A handle on the time of a [`Kernel`](crate::Kernel), which starts at [`Moment`] 0.
#[derive(Clone)]
pub struct VirtualClock {
    pub(crate) shared: Rc<Shared>,
}

impl Clock for VirtualClock {
    fn now(&self) -> Moment {
        self.shared.now()
    }
    fn unix(&self) -> UnixMillis {
        self.shared.unix()
    }
    fn sleep_until(&self, due: Moment) -> impl Future<Output = ()> {
        self.timer(due)
    }
}

impl VirtualClock {
    /// Like [`Clock::sleep_until`], as a type with a name, for state machines that keep it.
    pub fn timer(&self, due: Moment) -> VirtualSleep {
        VirtualSleep { shared: Rc::clone(&self.shared), due, key: None }
    }
}

impl std::fmt::Debug for VirtualClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("VirtualClock").field(&self.now()).finish()
    }
}

/// Waits for a moment of virtual time. Registers at its first poll; dropping it takes it out of the queue.
#[must_use = "a sleep does nothing until it is awaited"]
pub struct VirtualSleep {
    shared: Rc<Shared>,
    due: Moment,
    key: Option<TimerKey>,
}

impl Future for VirtualSleep {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.shared.now() >= self.due {
            return Poll::Ready(());
        }
        if let Some(key) = self.key {
            // A replaced waker may run foreign code when it is dropped, so that waits until the timers are free again.
            let replaced = self.shared.timers.borrow_mut().replace(key, cx.waker());
            drop(replaced);
        } else {
            let waker = cx.waker().clone();
            let key = self.shared.timers.borrow_mut().register(self.due.0, waker);
            self.key = Some(key);
        }
        Poll::Pending
    }
}

impl Drop for VirtualSleep {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let waker = self.shared.timers.borrow_mut().cancel(key);
            drop(waker);
        }
    }
}

impl std::fmt::Debug for VirtualSleep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("VirtualSleep").field(&self.due).finish()
    }
}
