//! Who waits for a connection: first come, first served, in a slab that is used again.
//!
//! Invariant: a grant reaches exactly one waiter; one that was granted to a waiter who has given up comes back.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

/// The right to use a connection.
#[derive(Debug)]
pub(crate) enum Grant<T> {
    /// An open one.
    Reused(T),
    /// The place of one that is to be opened.
    Fresh,
}

#[derive(Debug)]
enum Place<T> {
    Free,
    Waiting(Option<Waker>),
    Granted(Grant<T>),
    /// Given up; still in the queue.
    Left,
}

/// The waiters of a pool.
#[derive(Debug)]
pub(crate) struct Waiting<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
    queue: VecDeque<u32>,
    waiting: usize,
}

impl<T> Waiting<T> {
    pub(crate) fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new(), queue: VecDeque::new(), waiting: 0 }
    }
    /// Waiters without a grant.
    pub(crate) fn len(&self) -> usize {
        self.waiting
    }
    /// Takes a place at the end.
    pub(crate) fn join(&mut self) -> u32 {
        let id = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place::Free);
            (self.places.len() - 1) as u32
        });
        self.places[id as usize] = Place::Waiting(None);
        self.queue.push_back(id);
        self.waiting += 1;
        id
    }
    /// The grant, once there is one; the place is free then.
    pub(crate) fn poll(&mut self, id: u32, cx: &mut Context<'_>) -> Poll<Grant<T>> {
        match std::mem::replace(&mut self.places[id as usize], Place::Free) {
            Place::Granted(grant) => {
                self.free.push(id);
                Poll::Ready(grant)
            }
            _ => {
                self.places[id as usize] = Place::Waiting(Some(cx.waker().clone()));
                Poll::Pending
            }
        }
    }
    /// Gives a grant to the first waiter; comes back if there is none. The waker is to be woken by the caller.
    pub(crate) fn grant(&mut self, grant: Grant<T>) -> Result<Option<Waker>, Grant<T>> {
        while let Some(id) = self.queue.pop_front() {
            let place = &mut self.places[id as usize];
            match std::mem::replace(place, Place::Free) {
                Place::Waiting(waker) => {
                    *place = Place::Granted(grant);
                    self.waiting -= 1;
                    return Ok(waker);
                }
                _ => self.free.push(id),
            }
        }
        Err(grant)
    }
    /// Gives a place up. A grant that had come to it comes back.
    pub(crate) fn leave(&mut self, id: u32) -> Option<Grant<T>> {
        match std::mem::replace(&mut self.places[id as usize], Place::Left) {
            Place::Granted(grant) => {
                self.places[id as usize] = Place::Free;
                self.free.push(id);
                return Some(grant);
            }
            _ => self.waiting -= 1,
        }
        if self.queue.len() > 2 * self.waiting + 64 {
            self.sweep();
        }
        None
    }

    fn sweep(&mut self) {
        let Self { places, free, queue, .. } = self;
        queue.retain(|&id| {
            let stays = !matches!(places[id as usize], Place::Left);
            if !stays {
                places[id as usize] = Place::Free;
                free.push(id);
            }
            stays
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Against a plain list: joins, grants and leaves in any order.
        #[test]
        fn grants_go_out_in_order_and_none_is_lost(acts in prop::collection::vec((0..3_u8, any::<prop::sample::Index>()), 0..400)) {
            let mut cx = Context::from_waker(Waker::noop());
            let (mut waiting, mut queue, mut granted) = (Waiting::new(), Vec::new(), BTreeMap::new());
            for (number, (act, which)) in acts.into_iter().enumerate() {
                match act {
                    0 => {
                        let id = waiting.join();
                        prop_assert!(waiting.poll(id, &mut cx).is_pending());
                        queue.push(id);
                    }
                    1 => match waiting.grant(Grant::Reused(number)) {
                        Ok(waker) => {
                            prop_assert!(waker.is_some());
                            granted.insert(queue.remove(0), number);
                        }
                        Err(Grant::Reused(back)) => prop_assert!(queue.is_empty() && back == number),
                        Err(Grant::Fresh) => prop_assert!(false),
                    },
                    _ => {
                        let all: Vec<u32> = queue.iter().chain(granted.keys()).copied().collect();
                        if all.is_empty() {
                            continue;
                        }
                        let id = all[which.index(all.len())];
                        let want = granted.remove(&id);
                        queue.retain(|&one| one != id);
                        if number % 2 == 0 && want.is_some() {
                            let Poll::Ready(Grant::Reused(got)) = waiting.poll(id, &mut cx) else { return Err(TestCaseError::fail("no grant")) };
                            prop_assert_eq!(Some(got), want);
                        } else {
                            let got = waiting.leave(id).map(|grant| if let Grant::Reused(got) = grant { got } else { 0 });
                            prop_assert_eq!(got, want);
                        }
                    }
                }
                prop_assert_eq!(waiting.len(), queue.len());
                prop_assert!(waiting.queue.len() <= 2 * queue.len() + 64);
            }
        }
    }
}
