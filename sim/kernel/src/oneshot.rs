//! One value from one task to another, in any runtime. Invariant: the receiver ends in any case: with the value, or
//! with nothing once the sender is gone.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

#[derive(Debug)]
struct Slot<T> {
    value: Option<T>,
    waker: Option<Waker>,
    /// One of the two ends is gone.
    parted: bool,
}

/// The giving end.
#[derive(Debug)]
pub struct Sender<T> {
    slot: Arc<Mutex<Slot<T>>>,
}

/// The taking end: a future of the value, or `None` if the sender was dropped without sending.
#[derive(Debug)]
#[must_use = "nothing is received until this is awaited"]
pub struct Receiver<T> {
    slot: Arc<Mutex<Slot<T>>>,
}

/// The two ends.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let slot = Arc::new(Mutex::new(Slot { value: None, waker: None, parted: false }));
    (Sender { slot: Arc::clone(&slot) }, Receiver { slot })
}

impl<T> Sender<T> {
    /// Gives the value.
    ///
    /// # Errors
    /// Gives it back if nobody can receive it any more.
    pub fn send(self, value: T) -> Result<(), T> {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.parted {
            return Err(value);
        }
        slot.value = Some(value);
        // Dropping `self` wakes the receiver.
        Ok(())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.parted = true;
        let waker = slot.waker.take();
        drop(slot);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Receiver<T> {
    type Output = Option<T>;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = slot.value.take() {
            return Poll::Ready(Some(value));
        }
        if slot.parted {
            return Poll::Ready(None);
        }
        let replaced = slot.waker.replace(cx.waker().clone());
        drop(slot);
        drop(replaced);
        Poll::Pending
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.parted = true;
        let left = (slot.value.take(), slot.waker.take());
        drop(slot);
        drop(left);
    }
}
