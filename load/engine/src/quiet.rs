//! Whether anything is under way on a worker: who may jump over time must know that nothing happens meanwhile.
//!
//! A call counts from before it is sent until its answer is recorded. Whoever waits for a message counts as busy for a
//! while of the host's time, since it may be on its way:
//!
//! ```text
//!  wait begins ──|── a message as slow as most lately ──|   then time may jump
//!  time jumps  ──|── for a second as long as that, for less in proportion ──|   then it may jump again
//! ```
//!
//! Invariant: while somebody waits, time runs at most a second in the while that messages take. A message that is slower
//! still is lost to nobody: it comes as late as if the network had been slow.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use songsinh_contract::{Clock, Moment};
use songsinh_kernel::{Notify, RealClock, test_time};

/// How long a message may be on its way at most before nobody expects it any more: the gateway is on this host.
const MESSAGE_WITHIN: Duration = Duration::from_millis(250);
/// The shortest time that is given to a message.
const MESSAGE_AFTER: Duration = Duration::from_millis(20);
/// How much longer than most of the last messages the next one may take. Some of these were sent late, and were not on
/// their way for long: those that a decision or another delay of the target came before.
const ROOM: u32 = 4;
/// How many messages are remembered.
const REMEMBERED: usize = 16;
/// How far time jumps at most while somebody waits for a message, which the target may send only at a later time.
pub(crate) const STEP_WHILE_AWAITED: Duration = Duration::from_secs(1);

/// Somebody who waits for a message, on the host's clock.
#[derive(Debug, Clone, Copy)]
struct Wait {
    /// Since when: from its begin, or the last jump.
    since: Moment,
    /// Until when the message may be on its way.
    until: Moment,
}

/// What is under way.
#[derive(Debug, Default)]
pub(crate) struct Quiet {
    calls: Cell<usize>,
    /// Rings when the last call under way is answered.
    calm: Notify,
    waits: Cell<u64>,
    waiting: RefCell<BTreeMap<u64, Wait>>,
    /// How long the last messages took.
    took: RefCell<VecDeque<Duration>>,
}

/// Something under way; it is over when this is dropped.
pub(crate) struct Busy<'q> {
    quiet: &'q Quiet,
    wait: Option<u64>,
}

impl Busy<'_> {
    /// The message that was waited for has come.
    pub(crate) fn has_come(&self) {
        let waiting = self.quiet.waiting.borrow();
        let Some(wait) = self.wait.and_then(|wait| waiting.get(&wait)) else { return };
        let mut took = self.quiet.took.borrow_mut();
        took.push_back(host_now().since(wait.since));
        if took.len() > REMEMBERED {
            took.pop_front();
        }
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        match self.wait {
            None => self.quiet.call_ended(),
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
    fn call_ended(&self) {
        self.calls.set(self.calls.get() - 1);
        if self.calls.get() == 0 && test_time::is_enabled() {
            self.calm.ring();
        }
    }
    /// Ends when no call is under way.
    pub(crate) async fn calm(&self) {
        while self.calls.get() > 0 {
            self.calm.notified().await;
        }
    }
    /// Somebody begins to wait for a message.
    pub(crate) fn wait(&self) -> Busy<'_> {
        let wait = self.waits.get();
        self.waits.set(wait + 1);
        if test_time::is_enabled() {
            let since = host_now();
            self.waiting.borrow_mut().insert(wait, Wait { since, until: since + self.expected() });
        }
        Busy { quiet: self, wait: Some(wait) }
    }
    /// Whether calls are under way.
    pub(crate) fn is_calling(&self) -> bool {
        self.calls.get() > 0
    }
    /// How long a message may be on its way, as far as the last ones tell.
    fn expected(&self) -> Duration {
        let mut took: Vec<Duration> = self.took.borrow().iter().copied().collect();
        took.sort_unstable();
        let usual = took.get(REMEMBERED / 2).filter(|_| took.len() == REMEMBERED).map(|usual| *usual * ROOM);
        usual.unwrap_or(MESSAGE_WITHIN).clamp(MESSAGE_AFTER, MESSAGE_WITHIN)
    }
    /// How long a message that somebody waits for may still be on its way.
    pub(crate) fn message_may_come(&self) -> Option<Duration> {
        let until = self.waiting.borrow().values().map(|wait| wait.until).max()?;
        let left = until.since(host_now());
        (!left.is_zero()).then_some(left)
    }
    /// Whether anybody waits for a message.
    pub(crate) fn is_awaited(&self) -> bool {
        !self.waiting.borrow().is_empty()
    }
    /// Time has jumped by `span`: whatever the target did meanwhile may send messages.
    pub(crate) fn expect_anew(&self, span: Duration) {
        let since = host_now();
        let part = span.as_secs_f64() / STEP_WHILE_AWAITED.as_secs_f64();
        let until = since + self.expected().mul_f64(part.min(1.0));
        self.waiting.borrow_mut().values_mut().for_each(|wait| *wait = Wait { since, until: until.max(wait.until) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_that_come_soon_are_not_waited_for_any_longer_than_they_take() {
        test_time::enable();
        let quiet = Quiet::default();
        assert_eq!(quiet.expected(), MESSAGE_WITHIN);
        for _ in 0..REMEMBERED {
            quiet.wait().has_come();
        }
        assert!(quiet.expected() < MESSAGE_WITHIN);
        for _ in 0..REMEMBERED {
            quiet.took.borrow_mut().push_back(Duration::from_secs(3));
            quiet.took.borrow_mut().pop_front();
        }
        assert_eq!(quiet.expected(), MESSAGE_WITHIN, "where they are slow, the next ones have time");
    }
}
