//! A bell that many may wait for, in any runtime. Invariant: who began to wait before a ring hears it, in that order.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

#[derive(Debug, Default)]
struct Bell {
    rings: u64,
    next: u64,
    waiting: BTreeMap<u64, Waker>,
}

/// A bell. Cloning gives another handle on the same one.
#[derive(Debug, Clone, Default)]
pub struct Notify {
    bell: Arc<Mutex<Bell>>,
}

impl Notify {
    /// A bell that nobody waits for.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Wakes all who wait, and every [`Notified`] made before.
    pub fn ring(&self) {
        let mut bell = self.bell();
        bell.rings += 1;
        let woken = std::mem::take(&mut bell.waiting);
        drop(bell);
        woken.into_values().for_each(Waker::wake);
    }
    /// Waits for the next ring after this call (not after the first poll, so a check may stand between).
    pub fn notified(&self) -> Notified {
        Notified { heard: self.bell().rings, notify: self.clone(), place: None }
    }
    fn bell(&self) -> MutexGuard<'_, Bell> {
        self.bell.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends at the first ring after it was made.
#[derive(Debug)]
#[must_use = "nothing is waited for until this is awaited"]
pub struct Notified {
    notify: Notify,
    heard: u64,
    place: Option<u64>,
}

impl Future for Notified {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let bell = Arc::clone(&self.notify.bell);
        let mut bell = bell.lock().unwrap_or_else(PoisonError::into_inner);
        if bell.rings != self.heard {
            return Poll::Ready(());
        }
        let place = *self.place.get_or_insert_with(|| {
            bell.next += 1;
            bell.next
        });
        let replaced = bell.waiting.insert(place, cx.waker().clone());
        drop(bell);
        drop(replaced);
        Poll::Pending
    }
}

impl Drop for Notified {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            let waker = self.notify.bell().waiting.remove(&place);
            drop(waker);
        }
    }
}
