//! The slab of tasks. Invariant: a [`TaskKey`] finds its own task or none, never a later one in the same slot.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Waker;

use crate::ready::{Ready, TaskKey, TaskWaker};

/// A task between two polls.
pub(crate) struct Task {
    pub(crate) future: Pin<Box<dyn Future<Output = ()>>>,
    pub(crate) handle: Arc<TaskWaker>,
    pub(crate) waker: Waker,
}

#[derive(Default)]
struct Slot {
    generation: u32,
    task: Option<Task>,
}

/// All tasks of a kernel.
#[derive(Default)]
pub(crate) struct Tasks {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

impl Tasks {
    /// Tasks alive, the one being polled included.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
    /// Adds a task and puts it into the ready queue.
    pub(crate) fn add(&mut self, future: Pin<Box<dyn Future<Output = ()>>>, ready: &Arc<Ready>) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::default());
            (self.slots.len() - 1) as u32
        });
        let target = &mut self.slots[slot as usize];
        let (handle, waker) = TaskWaker::queued(TaskKey { slot, generation: target.generation }, ready);
        target.task = Some(Task { future, handle, waker });
    }
    /// Takes a task out in order to poll it; none if it has ended.
    pub(crate) fn take(&mut self, key: TaskKey) -> Option<Task> {
        let slot = self.slots.get_mut(key.slot as usize)?;
        if slot.generation == key.generation { slot.task.take() } else { None }
    }
    /// Puts a task back that waits.
    pub(crate) fn put_back(&mut self, key: TaskKey, task: Task) {
        if let Some(slot) = self.slots.get_mut(key.slot as usize) {
            slot.task = Some(task);
        }
    }
    /// Frees the slot of a task that has ended.
    pub(crate) fn end(&mut self, key: TaskKey) {
        if let Some(slot) = self.slots.get_mut(key.slot as usize) {
            slot.generation = slot.generation.wrapping_add(1);
            self.free.push(key.slot);
        }
    }
}
