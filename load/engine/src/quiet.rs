//! Whether anything is under way on a worker: who may jump over time must know that nothing happens meanwhile.
//!
//! Invariant: a call counts from before it is sent until its answer is recorded; whoever waits for a message counts as
//! busy for a while, since it may be on its way.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use songsinh_contract::{Clock, Moment};
use songsinh_kernel::{RealClock, test_time};

/// How long a message may be on its way before nobody expects it any more: the gateway is on this host.
const MESSAGE_WITHIN: Duration = Duration::from_millis(250);

/// What is under way.
#[derive(Debug, Default)]
pub(crate) struct Quiet {
    calls: Cell<usize>,
    waits: Cell<u64>,
    /// Since when on the host's clock each wait is looked at.
    waiting: RefCell<BTreeMap<u64, Moment>>,
}

/// Something under way; it is over when this is dropped.
pub(crate) struct Busy<'q> {
    quiet: &'q Quiet,
    wait: Option<u64>,
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        match self.wait {
            None => self.quiet.calls.set(self.quiet.calls.get() - 1),
            Some(wait) => _ = self.quiet.waiting.borrow_mut().remove(&wait),
        }
    }
}

fn host_now() -> Moment {
    RealClock::new().now() - test_time::ahead()
}

impl Quiet {
    /// A call begins.
    pub(crate) fn call(&self) -> Busy<'_> {
        self.calls.set(self.calls.get() + 1);
        Busy { quiet: self, wait: None }
    }
    /// Somebody begins to wait for a message.
    pub(crate) fn wait(&self) -> Busy<'_> {
        let wait = self.waits.get();
        self.waits.set(wait + 1);
        if test_time::is_enabled() {
            self.waiting.borrow_mut().insert(wait, host_now());
        }
        Busy { quiet: self, wait: Some(wait) }
    }
    /// Whether calls are under way.
    pub(crate) fn calls(&self) -> usize {
        self.calls.get()
    }
    /// How long a message that somebody waits for may still be on its way.
    pub(crate) fn message_may_come(&self) -> Option<Duration> {
        let last = self.waiting.borrow().values().max().copied()?;
        let left = (last + MESSAGE_WITHIN).since(host_now());
        (!left.is_zero()).then_some(left)
    }
    /// Whether anybody waits for a message.
    pub(crate) fn is_awaited(&self) -> bool {
        !self.waiting.borrow().is_empty()
    }
    /// Time has jumped: whatever the target did at the new time may send messages.
    pub(crate) fn expect_anew(&self) {
        let now = host_now();
        self.waiting.borrow_mut().values_mut().for_each(|since| *since = now);
    }
}
