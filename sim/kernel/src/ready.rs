//! Who may go on: the queue of ready tasks, and the wakers that fill it.
//!
//! Invariant: a task stands in the queue at most once, and tasks leave it in the order in which they were woken.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Wake, Waker};

/// A place in the task slab, and which of the tasks that had it one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TaskKey {
    pub(crate) slot: u32,
    pub(crate) generation: u32,
}

impl TaskKey {
    /// The future of `Kernel::block_on`, which stands in no slab.
    pub(crate) const ROOT: Self = Self { slot: u32::MAX, generation: 0 };
}

/// The queue. Behind a lock only because a [`Waker`] must be `Send`; nobody contends for it.
#[derive(Debug, Default)]
pub(crate) struct Ready {
    queue: Mutex<VecDeque<TaskKey>>,
}

impl Ready {
    fn push(&self, key: TaskKey) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).push_back(key);
    }
    /// Swaps the whole queue with `batch`, which must be empty.
    pub(crate) fn swap(&self, batch: &mut VecDeque<TaskKey>) {
        std::mem::swap(&mut *self.queue.lock().unwrap_or_else(PoisonError::into_inner), batch);
    }
}

/// What the wakers of a task share.
#[derive(Debug)]
pub(crate) struct TaskWaker {
    key: TaskKey,
    queued: AtomicBool,
    ready: Arc<Ready>,
}

impl TaskWaker {
    /// The waker of a new task, which is put into the queue.
    pub(crate) fn queued(key: TaskKey, ready: &Arc<Ready>) -> (Arc<Self>, Waker) {
        let shared = Arc::new(Self { key, queued: AtomicBool::new(true), ready: Arc::clone(ready) });
        ready.push(key);
        let waker = Waker::from(Arc::clone(&shared));
        (shared, waker)
    }
    /// To be called before a poll: wakes from now on count again.
    pub(crate) fn left_queue(&self) {
        self.queued.store(false, Ordering::Release);
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            self.ready.push(self.key);
        }
    }
}
