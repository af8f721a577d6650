//! Drawing people of a province in a keyed order.

use songsinh_contract::CitizenIndex;

use crate::Shuffle;

/// The people of one province as a keyed permutation: the n-th is another person for each n, and any slice of it is a
/// fair sample. The dead and the cancelled are among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeopleOfProvince {
    start: u32,
    order: Shuffle,
}

impl PeopleOfProvince {
    pub(crate) fn new(start: u32, order: Shuffle) -> Self {
        Self { start, order }
    }
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        u64::from(self.order.len())
    }
    /// Whether the province is empty, as it may be in tiny populations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
    /// The n-th of them; none beyond the last.
    #[must_use]
    pub fn nth(&self, n: u64) -> Option<CitizenIndex> {
        let offset = self.order.forward(0, u32::try_from(n).ok()?)?;
        Some(CitizenIndex(u64::from(self.start + offset)))
    }
    /// Where in this order somebody comes; none if he is of another province.
    #[must_use]
    pub fn position(&self, index: CitizenIndex) -> Option<u64> {
        let offset = u32::try_from(index.0.checked_sub(u64::from(self.start))?).ok()?;
        self.order.back(0, offset).map(u64::from)
    }
    /// All of them from the n-th on.
    pub fn iter_from(self, n: u64) -> impl Iterator<Item = CitizenIndex> {
        (n..self.len()).filter_map(move |n| self.nth(n))
    }
}
