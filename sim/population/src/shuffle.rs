//! Keyed permutations of `0 .. len`: who comes where, and back again.
//!
//! Invariant: for each key and tweak, `forward` is a bijection of `0 .. len` and `back` is its inverse. A value is
//! split into two digits of a mixed radix near the square root of `len`; six Feistel rounds add a keyed hash of one
//! digit to the other; results outside the range walk on along their cycle (which is under 1 + 3/√len steps on
//! average). Keys come from Philox. This is mixing for a simulation, no cipher.

use songsinh_contract::{Chance, Purpose};

const ROUNDS: usize = 6;

/// A family of permutations of `0 .. len`, one for each tweak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shuffle {
    len: u32,
    left: u32,
    right: u32,
    keys: [u64; ROUNDS],
}

fn hash(digit: u32, key: u64) -> u32 {
    let mut z = (u64::from(digit) ^ key).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^= z >> 32;
    (z.wrapping_mul(0x94d0_49bb_1331_11eb) >> 32) as u32
}

/// Scales a hash to `0 .. bound`.
fn scaled(hash: u32, bound: u32) -> u32 {
    ((u64::from(hash) * u64::from(bound)) >> 32) as u32
}

/// The sum modulo `bound`, both below it. `bound` is at most 2^16 + 1, so nothing overflows.
fn add(a: u32, b: u32, bound: u32) -> u32 {
    let sum = a + b;
    if sum >= bound { sum - bound } else { sum }
}

fn sub(a: u32, b: u32, bound: u32) -> u32 {
    if a >= b { a - b } else { a + bound - b }
}

impl Shuffle {
    /// The permutations of `0 .. len` for that seed and purpose; `index` tells several of one purpose apart.
    #[must_use]
    pub fn new(seed: u64, purpose: Purpose, index: u64, len: u32) -> Self {
        let mut chance = Chance::new(seed, purpose, index);
        let left = len.isqrt().max(1);
        let left = if u64::from(left) * u64::from(left) < u64::from(len) { left + 1 } else { left };
        let right = len.div_ceil(left).max(1);
        Self { len, left, right, keys: std::array::from_fn(|_| chance.bits()) }
    }

    /// How many values are permuted.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether there is nothing to permute.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The place of a value; none if it is not below `len`.
    #[must_use]
    pub fn forward(&self, tweak: u32, value: u32) -> Option<u32> {
        if value >= self.len {
            return None;
        }
        let tweak = u64::from(tweak).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let (mut left, mut right) = (value % self.left, value / self.left);
        loop {
            for pair in self.keys.chunks_exact(2) {
                left = add(left, scaled(hash(right, pair[0] ^ tweak), self.left), self.left);
                right = add(right, scaled(hash(left, pair[1] ^ tweak), self.right), self.right);
            }
            if let Some(place) = self.joined(left, right) {
                return Some(place);
            }
        }
    }

    /// The value that lies at a place; none if the place is not below `len`.
    #[must_use]
    pub fn back(&self, tweak: u32, place: u32) -> Option<u32> {
        if place >= self.len {
            return None;
        }
        let tweak = u64::from(tweak).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let (mut left, mut right) = (place % self.left, place / self.left);
        loop {
            for pair in self.keys.chunks_exact(2).rev() {
                right = sub(right, scaled(hash(left, pair[1] ^ tweak), self.right), self.right);
                left = sub(left, scaled(hash(right, pair[0] ^ tweak), self.left), self.left);
            }
            if let Some(value) = self.joined(left, right) {
                return Some(value);
            }
        }
    }

    fn joined(&self, left: u32, right: u32) -> Option<u32> {
        let value = u64::from(right) * u64::from(self.left) + u64::from(left);
        (value < u64::from(self.len)).then_some(value as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEST: Purpose = Purpose::named("test/shuffle");

    proptest! {
        #[test]
        fn back_undoes_forward(seed: u64, tweak: u32, len in 1_u32..1_100_000_000, at: u32) {
            let shuffle = Shuffle::new(seed, TEST, 0, len);
            let place = shuffle.forward(tweak, at % len).unwrap();
            prop_assert!(place < len);
            prop_assert_eq!(shuffle.back(tweak, place), Some(at % len));
            prop_assert_eq!(shuffle.forward(tweak, len), None);
            prop_assert_eq!(shuffle.back(tweak, len), None);
        }

        #[test]
        fn every_place_is_taken_once(seed: u64, tweak: u32, len in 0_u32..3000) {
            let shuffle = Shuffle::new(seed, TEST, 1, len);
            let mut places: Vec<u32> = (0..len).filter_map(|value| shuffle.forward(tweak, value)).collect();
            places.sort_unstable();
            prop_assert_eq!(places, (0..len).collect::<Vec<_>>());
        }
    }

    #[test]
    fn tweaks_and_keys_give_other_orders() {
        let order = |seed, tweak| {
            let shuffle = Shuffle::new(seed, TEST, 0, 1_000_000);
            (0..20).filter_map(|value| shuffle.forward(tweak, value)).collect::<Vec<_>>()
        };
        assert_ne!(order(1, 0), order(1, 1));
        assert_ne!(order(1, 0), order(2, 0));
    }
}
