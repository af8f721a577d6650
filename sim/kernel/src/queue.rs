//! Values from many tasks to one, in any runtime: a bounded queue that refuses rather than waits, so that overload is
//! seen. Invariant: values leave in the order in which they were put, never more than the bound inside.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

#[derive(Debug)]
struct Inner<T> {
    values: VecDeque<T>,
    bound: usize,
    waker: Option<Waker>,
    senders: usize,
    receiver_gone: bool,
}

fn lock<T>(inner: &Mutex<Inner<T>>) -> MutexGuard<'_, Inner<T>> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why a value was not taken; it comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PutError<T> {
    /// The queue holds as many as it may.
    #[error("the queue is full")]
    Full(T),
    /// Nobody receives any more.
    #[error("the receiving end is gone")]
    Closed(T),
}

/// A giving end. Cloning gives another one.
#[derive(Debug)]
pub struct Sender<T> {
    inner: Arc<Mutex<Inner<T>>>,
}

/// The taking end.
#[derive(Debug)]
pub struct Receiver<T> {
    inner: Arc<Mutex<Inner<T>>>,
}

/// The two ends of a queue of at most `bound` values.
#[must_use]
pub fn channel<T>(bound: usize) -> (Sender<T>, Receiver<T>) {
    let inner = Inner { values: VecDeque::new(), bound, waker: None, senders: 1, receiver_gone: false };
    let inner = Arc::new(Mutex::new(inner));
    (Sender { inner: Arc::clone(&inner) }, Receiver { inner })
}

impl<T> Sender<T> {
    /// Puts a value into the queue and wakes the receiver.
    ///
    /// # Errors
    /// [`PutError::Full`], [`PutError::Closed`].
    pub fn put(&self, value: T) -> Result<(), PutError<T>> {
        let mut inner = lock(&self.inner);
        if inner.receiver_gone {
            return Err(PutError::Closed(value));
        }
        if inner.values.len() >= inner.bound {
            return Err(PutError::Full(value));
        }
        inner.values.push_back(value);
        let waker = inner.waker.take();
        drop(inner);
        if let Some(waker) = waker {
            waker.wake();
        }
        Ok(())
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        lock(&self.inner).senders += 1;
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut inner = lock(&self.inner);
        inner.senders -= 1;
        let waker = if inner.senders == 0 { inner.waker.take() } else { None };
        drop(inner);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Receiver<T> {
    /// The next value; nothing once the queue is empty and all senders are gone.
    pub async fn next(&mut self) -> Option<T> {
        poll_fn(|cx| {
            let mut inner = lock(&self.inner);
            if let Some(value) = inner.values.pop_front() {
                return Poll::Ready(Some(value));
            }
            if inner.senders == 0 {
                return Poll::Ready(None);
            }
            let replaced = inner.waker.replace(cx.waker().clone());
            drop(inner);
            drop(replaced);
            Poll::Pending
        })
        .await
    }
    /// The next value if there is one now.
    pub fn take(&mut self) -> Option<T> {
        lock(&self.inner).values.pop_front()
    }
    /// Values inside.
    #[must_use]
    pub fn len(&self) -> usize {
        lock(&self.inner).values.len()
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut inner = lock(&self.inner);
        inner.receiver_gone = true;
        let left = (std::mem::take(&mut inner.values), inner.waker.take());
        drop(inner);
        drop(left);
    }
}
