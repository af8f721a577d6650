//! Choice among weighted items by one random word.
//!
//! Invariant: weights are integers, so shares are the same on every machine; a word is compared with cumulated shares
//! of 2^32, which errs by less than 2^-32 an item.

/// Items with weights, at least one of them above zero.
#[derive(Debug, Clone)]
pub(crate) struct Weighted<T> {
    items: Vec<T>,
    weights: Vec<u64>,
    ends: Vec<u32>,
}

impl<T> Weighted<T> {
    /// None if all weights are zero.
    pub(crate) fn new(pairs: impl IntoIterator<Item = (T, u64)>) -> Option<Self> {
        let (items, weights): (Vec<T>, Vec<u64>) = pairs.into_iter().filter(|(_, weight)| *weight > 0).unzip();
        let total: u64 = weights.iter().sum();
        if total == 0 {
            return None;
        }
        let mut sum = 0;
        let mut ends = Vec::with_capacity(items.len());
        for weight in &weights {
            sum += weight;
            ends.push(u32::try_from((u128::from(sum) << 32) / u128::from(total)).unwrap_or(u32::MAX));
        }
        Some(Self { items, weights, ends })
    }

    /// The place of the item that a word falls on.
    pub(crate) fn place(&self, word: u32) -> usize {
        self.ends.partition_point(|&end| end <= word).min(self.items.len() - 1)
    }

    pub(crate) fn pick(&self, word: u32) -> &T {
        &self.items[self.place(word)]
    }

    pub(crate) fn items(&self) -> &[T] {
        &self.items
    }

    pub(crate) fn weights(&self) -> &[u64] {
        &self.weights
    }
}

/// Shares out `total` by weight with the largest remainders (ties go to the earlier place): the parts add up exactly.
pub(crate) fn apportion(weights: &[u128], total: u64) -> Vec<u64> {
    let sum: u128 = weights.iter().sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let wanted = u128::from(total);
    let mut parts: Vec<u64> = weights.iter().map(|weight| (weight * wanted / sum) as u64).collect();
    let given: u64 = parts.iter().sum();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&place| (std::cmp::Reverse(weights[place] * wanted % sum), place));
    for &place in order.iter().take(usize::try_from(total - given).unwrap_or(usize::MAX)) {
        parts[place] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_add_up_and_stay_within_one_of_their_share(
            weights in prop::collection::vec(0_u64..1_000_000_000, 1..60), total in 0_u64..1_000_000_000,
        ) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            let wide: Vec<u128> = weights.iter().map(|&weight| u128::from(weight)).collect();
            let parts = apportion(&wide, total);
            prop_assert_eq!(parts.iter().sum::<u64>(), total);
            let sum: u128 = wide.iter().sum();
            for (part, weight) in parts.iter().zip(wide) {
                let floor = (weight * u128::from(total) / sum) as u64;
                prop_assert!(*part == floor || *part == floor + 1);
            }
        }
    }

    #[test]
    fn words_fall_on_items_by_weight() {
        let choice = Weighted::new([("a", 1), ("none", 0), ("b", 3)]).unwrap();
        assert_eq!((choice.items(), choice.weights()), (&["a", "b"][..], &[1, 3][..]));
        assert_eq!((*choice.pick(0), *choice.pick((1 << 30) - 1)), ("a", "a"));
        assert_eq!((*choice.pick(1 << 30), *choice.pick(u32::MAX)), ("b", "b"));
        assert!(Weighted::new([("a", 0)]).is_none());
    }
}
