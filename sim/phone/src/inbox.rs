//! A phone's inbox: messages go in, whoever waits for one is woken.
//!
//! Invariant: a wait ends with the first message of its purpose that arrived within `after ..= until`, or at `until`.
//! It runs under any runtime: wakers are kept here, time comes from the [`Clock`], and the inbox can be shared between
//! threads. Wakers are called in the order of waiting and outside the lock.
//!
//! ```text
//! after ──── push(other purpose) ──── push(wanted) ──── until
//!   wait ······························ Some            None
//! ```

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use songsinh_contract::{Clock, Code, Moment, SmsPurpose};

/// Messages that an inbox keeps; the oldest goes when one more arrives, and is counted.
pub const INBOX_MESSAGES: usize = 64;

/// A message on the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// What it is for, as the phone's patterns tell.
    pub purpose: Option<SmsPurpose>,
    /// The code in it.
    pub code: Option<Code>,
    /// When it arrived.
    pub at: Moment,
    /// Full text.
    pub text: Arc<str>,
}

#[derive(Default)]
struct State {
    messages: VecDeque<Received>,
    dropped: u64,
    waiting: Vec<(u64, Waker)>,
    tickets: u64,
}

/// The inbox of one phone number. Cloning gives another handle on the same inbox.
#[derive(Clone, Default)]
pub struct Inbox {
    state: Arc<Mutex<State>>,
}

impl Inbox {
    /// An empty inbox.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A message arrives: everybody who waits looks again.
    pub fn push(&self, message: Received) {
        let mut state = self.lock();
        if state.messages.len() == INBOX_MESSAGES {
            state.messages.pop_front();
            state.dropped += 1;
        }
        state.messages.push_back(message);
        let woken = std::mem::take(&mut state.waiting);
        drop(state);
        for (_, waker) in woken {
            waker.wake();
        }
    }

    /// Waits for a message of a purpose that arrived at `after` or later, until `until`. Gives at once a message that is
    /// there already; of several the one that arrived first.
    pub async fn wait<C: Clock>(
        &self,
        clock: &C,
        purpose: SmsPurpose,
        after: Moment,
        until: Moment,
    ) -> Option<Received> {
        let mut ticket = Ticket { inbox: self, number: None };
        let mut timer = pin!(clock.sleep_until(until));
        poll_fn(|cx| {
            if let Some(found) = ticket.look(cx, purpose, after, until) {
                return Poll::Ready(Some(found));
            }
            timer.as_mut().poll(cx).map(|()| None)
        })
        .await
    }

    /// Every message kept, oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Received> {
        self.lock().messages.iter().cloned().collect()
    }

    /// How many messages gave way to newer ones.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among those who wait; given back when the wait ends or is dropped.
struct Ticket<'a> {
    inbox: &'a Inbox,
    number: Option<u64>,
}

impl Ticket<'_> {
    fn look(&mut self, cx: &Context<'_>, purpose: SmsPurpose, after: Moment, until: Moment) -> Option<Received> {
        let mut state = self.inbox.lock();
        let wanted = |one: &&Received| one.purpose == Some(purpose) && one.at >= after && one.at <= until;
        if let Some(found) = state.messages.iter().find(wanted) {
            return Some(found.clone());
        }
        let number = *self.number.get_or_insert_with(|| {
            state.tickets += 1;
            state.tickets
        });
        match state.waiting.iter_mut().find(|(one, _)| *one == number) {
            Some((_, waker)) => waker.clone_from(cx.waker()),
            None => state.waiting.push((number, cx.waker().clone())),
        }
        None
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.inbox.lock().waiting.retain(|(one, _)| *one != number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join;
    use futures_util::task::noop_waker;
    use songsinh_contract::UnixMillis;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// A clock that a test moves by hand; sleepers look at it whenever they are polled.
    #[derive(Clone, Default)]
    struct HandClock(Arc<AtomicU64>);
    impl Clock for HandClock {
        fn now(&self) -> Moment {
            Moment(self.0.load(Ordering::SeqCst))
        }
        fn unix(&self) -> UnixMillis {
            UnixMillis(0)
        }
        async fn sleep_until(&self, due: Moment) {
            poll_fn(|_| if self.now() >= due { Poll::Ready(()) } else { Poll::Pending }).await;
        }
    }

    fn message(purpose: SmsPurpose, at: u64) -> Received {
        Received { purpose: Some(purpose), code: Some(Code(1)), at: Moment(at), text: "text".into() }
    }

    #[test]
    fn a_wait_sees_its_purpose_within_its_time_alone() {
        let (inbox, clock) = (Inbox::new(), HandClock::default());
        inbox.push(message(SmsPurpose::Register, 5));
        inbox.push(message(SmsPurpose::Activate, 20));
        let mut cx = Context::from_waker(Waker::noop());
        let mut wait = pin!(inbox.wait(&clock, SmsPurpose::Register, Moment(10), Moment(30)));
        assert!(wait.as_mut().poll(&mut cx).is_pending());
        inbox.push(message(SmsPurpose::Register, 25));
        assert_eq!(wait.as_mut().poll(&mut cx), Poll::Ready(Some(message(SmsPurpose::Register, 25))));
        let mut wait = pin!(inbox.wait(&clock, SmsPurpose::Approved, Moment(10), Moment(30)));
        assert!(wait.as_mut().poll(&mut cx).is_pending());
        clock.0.store(30, Ordering::SeqCst);
        assert_eq!(wait.as_mut().poll(&mut cx), Poll::Ready(None));
    }

    #[test]
    fn a_dropped_wait_leaves_nothing_and_an_inbox_is_bounded() {
        let (inbox, clock) = (Inbox::new(), HandClock::default());
        {
            let mut wait = Box::pin(inbox.wait(&clock, SmsPurpose::Approved, Moment(0), Moment(9)));
            let waker = noop_waker();
            for _ in 0..3 {
                assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            }
            assert_eq!(inbox.lock().waiting.len(), 1);
        }
        assert!(inbox.lock().waiting.is_empty());
        for at in 0..INBOX_MESSAGES as u64 + 3 {
            inbox.push(message(SmsPurpose::Register, at));
        }
        assert_eq!((inbox.messages().len(), inbox.dropped()), (INBOX_MESSAGES, 3));
        assert_eq!(inbox.messages()[0].at, Moment(3));
    }

    async fn two_wait_and_one_pushes(inbox: Inbox, clock: HandClock) {
        let later = inbox.clone();
        let wait = |purpose| inbox.wait(&clock, purpose, Moment(0), Moment::NEVER);
        let (register, activate) = (wait(SmsPurpose::Register), wait(SmsPurpose::Activate));
        let push = async move {
            later.push(message(SmsPurpose::Activate, 1));
            later.push(message(SmsPurpose::Register, 2));
        };
        let ((register, activate), ()) = join(join(register, activate), push).await;
        assert_eq!((register.unwrap().at, activate.unwrap().at), (Moment(2), Moment(1)));
    }

    #[test]
    fn one_body_runs_under_a_current_thread_and_a_multi_thread_runtime() {
        let current = tokio::runtime::Builder::new_current_thread().build().unwrap();
        current.block_on(two_wait_and_one_pushes(Inbox::new(), HandClock::default()));
        let many = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
        many.block_on(async {
            let inbox = Inbox::new();
            let waiter = {
                let inbox = inbox.clone();
                tokio::spawn(async move {
                    inbox.wait(&HandClock::default(), SmsPurpose::Register, Moment(0), Moment::NEVER).await
                })
            };
            let pusher = tokio::spawn(async move { inbox.push(message(SmsPurpose::Register, 1)) });
            pusher.await.unwrap();
            assert!(waiter.await.unwrap().is_some());
        });
    }
}
