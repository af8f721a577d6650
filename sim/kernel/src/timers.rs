//! Who waits for when: a monotone radix heap of base 64.
//!
//! ```text
//!  level 2            level 1            level 0
//!  64 slots of 4 µs   64 slots of 64 ns  64 slots of 1 ns, relative to `last`, the latest moment taken out
//! ```
//!
//! A timer stands at the level of the highest base-64 digit in which its due time differs from `last`, in the slot of
//! that digit. So the earliest ones are in the first slot of the lowest level, and each timer moves down at most once a
//! level. Invariant: nothing is due before `last`; timers due at the same moment stand in one slot, in the order of
//! their registration, and leave in that order.
//!
//! Cancelled timers stay until they are due or until they are more than half of all, so memory follows those alive.

use std::task::Waker;

const DIGIT_BITS: u32 = 6;
const SLOTS: usize = 1 << DIGIT_BITS;
const LEVELS: usize = 64_usize.div_ceil(DIGIT_BITS as usize);
/// Slots that grew beyond this give their memory back when they are emptied.
const KEPT_CAPACITY: usize = 256;
/// Fewer cancelled timers than this are not worth a sweep.
const SWEEP_FROM: usize = 1024;

#[derive(Debug, Clone, Copy)]
struct Entry {
    due: u64,
    place: u32,
    generation: u32,
}

/// Names a registered timer. Stale after it fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimerKey {
    place: u32,
    generation: u32,
}

#[derive(Debug, Default)]
struct Place {
    generation: u32,
    waker: Option<Waker>,
}

/// The timers of a kernel.
#[derive(Debug)]
pub(crate) struct Timers {
    last: u64,
    slots: Vec<Vec<Entry>>,
    occupied: [u64; LEVELS],
    entries: usize,
    cancelled: usize,
    places: Vec<Place>,
    free: Vec<u32>,
}

impl Timers {
    pub(crate) fn new() -> Self {
        Self {
            last: 0,
            slots: (0..LEVELS * SLOTS).map(|_| Vec::new()).collect(),
            occupied: [0; LEVELS],
            entries: 0,
            cancelled: 0,
            places: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Timers that wait.
    pub(crate) fn len(&self) -> usize {
        self.entries - self.cancelled
    }

    /// Wakes `waker` at `due` (or at once, if that has passed).
    pub(crate) fn register(&mut self, due: u64, waker: Waker) -> TimerKey {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place::default());
            (self.places.len() - 1) as u32
        });
        let target = &mut self.places[place as usize];
        target.waker = Some(waker);
        let generation = target.generation;
        self.insert(Entry { due: due.max(self.last), place, generation });
        self.entries += 1;
        TimerKey { place, generation }
    }

    /// Makes a registered timer wake `waker` instead. Gives the waker back if the timer has fired.
    pub(crate) fn replace(&mut self, key: TimerKey, waker: &Waker) -> Option<Waker> {
        let place = &mut self.places[key.place as usize];
        match &mut place.waker {
            Some(held) if place.generation == key.generation => {
                if held.will_wake(waker) {
                    None
                } else {
                    Some(std::mem::replace(held, waker.clone()))
                }
            }
            _ => None,
        }
    }

    /// Forgets a timer; nothing happens if it has fired. The waker comes back, to be dropped by the caller.
    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<Waker> {
        if self.places[key.place as usize].generation != key.generation {
            return None;
        }
        let waker = self.vacate(key.place);
        self.cancelled += 1;
        if self.cancelled >= SWEEP_FROM && self.cancelled * 2 > self.entries {
            self.sweep();
        }
        waker
    }

    /// Takes out all timers of the earliest due moment that is not after `limit`, and adds their wakers to `woken` in
    /// the order of registration. `now` is the kernel's moment: an empty heap starts from there again.
    pub(crate) fn take_due(&mut self, limit: u64, now: u64, woken: &mut Vec<Waker>) -> Option<u64> {
        loop {
            let Some(level) = self.occupied.iter().position(|&slots| slots != 0) else {
                self.last = now;
                return None;
            };
            let digit = self.occupied[level].trailing_zeros() as usize;
            let at = level * SLOTS + digit;
            let first = if level == 0 {
                self.last & !(SLOTS as u64 - 1) | digit as u64
            } else {
                self.slots[at].iter().map(|entry| entry.due).min().unwrap_or(self.last)
            };
            if first > limit {
                return None;
            }
            self.last = first;
            self.occupied[level] &= !(1 << digit);
            let mut slot = std::mem::take(&mut self.slots[at]);
            if level == 0 {
                self.fire(&slot, woken);
            } else {
                slot.iter().for_each(|&entry| self.insert(entry));
            }
            if slot.capacity() <= KEPT_CAPACITY {
                slot.clear();
                self.slots[at] = slot;
            }
            if level == 0 && !woken.is_empty() {
                return Some(first);
            }
        }
    }

    fn fire(&mut self, due: &[Entry], woken: &mut Vec<Waker>) {
        self.entries -= due.len();
        for entry in due {
            if self.is_live(entry) {
                woken.extend(self.vacate(entry.place));
            } else {
                self.cancelled -= 1;
            }
        }
    }

    fn insert(&mut self, entry: Entry) {
        let apart = entry.due ^ self.last;
        let level = if apart == 0 { 0 } else { (63 - apart.leading_zeros()) / DIGIT_BITS };
        let digit = (entry.due >> (level * DIGIT_BITS)) as usize % SLOTS;
        self.occupied[level as usize] |= 1 << digit;
        self.slots[level as usize * SLOTS + digit].push(entry);
    }

    fn vacate(&mut self, place: u32) -> Option<Waker> {
        let vacated = &mut self.places[place as usize];
        vacated.generation = vacated.generation.wrapping_add(1);
        self.free.push(place);
        vacated.waker.take()
    }

    fn is_live(&self, entry: &Entry) -> bool {
        self.places[entry.place as usize].generation == entry.generation
    }

    /// Throws out what was cancelled.
    fn sweep(&mut self) {
        for at in 0..self.slots.len() {
            if self.slots[at].is_empty() {
                continue;
            }
            let mut slot = std::mem::take(&mut self.slots[at]);
            slot.retain(|entry| self.is_live(entry));
            if slot.is_empty() {
                self.occupied[at / SLOTS] &= !(1 << (at % SLOTS));
            }
            slot.shrink_to(KEPT_CAPACITY);
            self.slots[at] = slot;
        }
        self.entries -= self.cancelled;
        self.cancelled = 0;
    }

    #[cfg(test)]
    fn held(&self) -> usize {
        self.slots.iter().map(Vec::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};
    use std::task::Wake;

    use proptest::prelude::*;

    use super::*;

    struct Mark(usize, Arc<Mutex<Vec<usize>>>);
    impl Wake for Mark {
        fn wake(self: Arc<Self>) {
            self.1.lock().unwrap().push(self.0);
        }
    }

    #[derive(Debug, Clone)]
    enum Act {
        Register(u64),
        Cancel(usize),
        Advance(u64),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let span = prop_oneof![0..4_u64, 0..5_000_u64, 0..(1_u64 << 40), Just(u64::MAX / 2)];
        let act = prop_oneof![
            4 => span.clone().prop_map(Act::Register),
            1 => (0..200_usize).prop_map(Act::Cancel),
            2 => span.prop_map(Act::Advance),
        ];
        prop::collection::vec(act, 0..200)
    }

    proptest! {
        /// Against a sorted map keyed by (due, order of registration).
        #[test]
        fn timers_leave_by_due_time_then_registration(acts in acts()) {
            let log = Arc::new(Mutex::new(Vec::new()));
            let (mut timers, mut model, mut keys, mut now) = (Timers::new(), BTreeMap::new(), Vec::new(), 0_u64);
            for act in acts {
                match act {
                    Act::Register(span) => {
                        let (due, id) = (now.saturating_add(span), keys.len());
                        keys.push((timers.register(due, Waker::from(Arc::new(Mark(id, log.clone())))), due));
                        model.insert((due, id), ());
                    }
                    Act::Cancel(which) if !keys.is_empty() => {
                        let id = which % keys.len();
                        let (key, due) = keys[id];
                        let was_there = model.remove(&(due, id)).is_some();
                        prop_assert_eq!(timers.cancel(key).is_some(), was_there);
                    }
                    Act::Cancel(_) => {}
                    Act::Advance(span) => {
                        let limit = now.saturating_add(span);
                        let mut woken = Vec::new();
                        while let Some(due) = timers.take_due(limit, now, &mut woken) {
                            prop_assert!(due >= now && due <= limit);
                            now = due;
                            woken.drain(..).for_each(Waker::wake);
                        }
                        now = limit;
                        let mut want = Vec::new();
                        while let Some((&(due, id), ())) = model.first_key_value().filter(|((due, _), ())| *due <= limit) {
                            model.remove(&(due, id));
                            want.push(id);
                        }
                        prop_assert_eq!(std::mem::take(&mut *log.lock().unwrap()), want);
                    }
                }
                prop_assert_eq!(timers.len(), model.len());
            }
        }
    }

    #[test]
    fn cancelled_timers_do_not_pile_up() {
        let mut timers = Timers::new();
        for round in 0..100_000_u64 {
            let key = timers.register(1_000_000 + round * 977, Waker::noop().clone());
            assert!(timers.cancel(key).is_some() && timers.cancel(key).is_none());
            assert!(timers.held() <= 2 * SWEEP_FROM && timers.places.len() == 1);
        }
    }
}
