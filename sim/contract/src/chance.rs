//! Chance as a parameter: Philox4x32-10, a counter-based generator (Salmon et al., "Parallel random numbers: as easy
//! as 1, 2, 3", SC 2011). A [`Chance`] is a stream keyed by (seed, purpose, index), so what one citizen draws depends
//! on no thread, no order and no other citizen.

use std::convert::Infallible;

use rand_core::TryRng;

/// Ten rounds of Philox4x32 over one counter block.
#[must_use]
pub fn philox4x32_10(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for round in 0..10 {
        if round > 0 {
            key[0] = key[0].wrapping_add(0x9E37_79B9);
            key[1] = key[1].wrapping_add(0xBB67_AE85);
        }
        let low = u64::from(counter[0]) * 0xD251_1F53;
        let high = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [
            (high >> 32) as u32 ^ counter[1] ^ key[0],
            high as u32,
            (low >> 32) as u32 ^ counter[3] ^ key[1],
            low as u32,
        ];
    }
    counter
}

/// What a stream of chance is used for. Two purposes never share a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purpose(u32);

impl Purpose {
    /// The purpose of that name (FNV-1a of the name; make it a `const`).
    #[must_use]
    pub const fn named(name: &str) -> Self {
        let bytes = name.as_bytes();
        let mut hash = 0x811c_9dc5_u32;
        let mut at = 0;
        while at < bytes.len() {
            hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
            at += 1;
        }
        Self(hash)
    }
}

/// A stream of random numbers: 2^32 blocks of four words.
#[derive(Debug, Clone)]
pub struct Chance {
    key: [u32; 2],
    stream: [u32; 3],
    block: u32,
    words: [u32; 4],
    used: u8,
}

impl Chance {
    /// The stream of `index` for `purpose` under `seed`.
    #[must_use]
    pub fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        Self {
            key: [seed as u32, (seed >> 32) as u32],
            stream: [purpose.0, index as u32, (index >> 32) as u32],
            block: 0,
            words: [0; 4],
            used: 4,
        }
    }
    fn word(&mut self) -> u32 {
        if self.used == 4 {
            self.words = philox4x32_10([self.block, self.stream[0], self.stream[1], self.stream[2]], self.key);
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        let word = self.words[usize::from(self.used)];
        self.used += 1;
        word
    }
    /// Sixty-four random bits.
    pub fn bits(&mut self) -> u64 {
        u64::from(self.word()) | u64::from(self.word()) << 32
    }
    /// A number in `0 .. bound` (0 for a bound of 0), by multiplication; its bias is below bound / 2^64.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }
    /// A number in `[0, 1)` with 53 bits.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }
    /// True with the given probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }
}

impl TryRng for Chance {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }
    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        for chunk in target.chunks_mut(4) {
            let word = self.word().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors published with Random123 (kat_vectors, philox4x32 10).
    #[test]
    fn philox_meets_the_published_known_answers() {
        let cases = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, want) in cases {
            assert_eq!(philox4x32_10(counter, key), want);
        }
    }

    #[test]
    fn streams_are_reproducible_and_apart() {
        const A: Purpose = Purpose::named("a");
        const B: Purpose = Purpose::named("b");
        let draw = |seed, purpose, index| {
            let mut chance = Chance::new(seed, purpose, index);
            (0..8).map(|_| chance.bits()).collect::<Vec<_>>()
        };
        assert_eq!(draw(1, A, 2), draw(1, A, 2));
        let streams = [draw(1, A, 2), draw(2, A, 2), draw(1, B, 2), draw(1, A, 3), draw(1 << 32, A, 2)];
        for (i, one) in streams.iter().enumerate() {
            assert!(streams[i + 1..].iter().all(|other| other != one));
        }
    }

    #[test]
    fn below_stays_below_and_reaches_both_ends() {
        let mut chance = Chance::new(7, Purpose::named("below"), 0);
        let draws: Vec<u64> = (0..1000).map(|_| chance.below(3)).collect();
        assert!(draws.iter().all(|&n| n < 3) && (0..3).all(|n| draws.contains(&n)));
        assert_eq!(chance.below(0), 0);
    }
}
