//! A list that possible worlds share until one of them changes it: a world is copied for every way in which a call may
//! have gone, and most ways change one list of many.
//!
//! Invariant: it behaves as the list itself; an empty one holds no memory.

use std::ops::{Deref, DerefMut};
use std::rc::Rc;

/// The list.
#[derive(Debug, Clone)]
pub(crate) struct Shared<T>(Option<Rc<Vec<T>>>);

impl<T: 'static> Shared<T> {
    const EMPTY: &'static Vec<T> = &Vec::new();
}

impl<T: Clone + 'static> Shared<T> {
    /// Adds to a list that stands in the order of a key, behind those of the same key.
    pub(crate) fn put<K: Ord>(&mut self, item: T, key: impl Fn(&T) -> K) {
        let place = key(&item);
        let at = self.partition_point(|other| key(other) <= place);
        self.insert(at, item);
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> From<Vec<T>> for Shared<T> {
    fn from(list: Vec<T>) -> Self {
        Self(Some(Rc::new(list)))
    }
}

impl<T: 'static> Deref for Shared<T> {
    type Target = Vec<T>;
    fn deref(&self) -> &Vec<T> {
        self.0.as_deref().unwrap_or(Self::EMPTY)
    }
}

impl<T: Clone + 'static> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        Rc::make_mut(self.0.get_or_insert_default())
    }
}

impl<T: PartialEq + 'static> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        let same = matches!((&self.0, &other.0), (Some(one), Some(two)) if Rc::ptr_eq(one, two));
        same || **self == **other
    }
}

impl<T: Eq + 'static> Eq for Shared<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_changes_alone_and_emptiness_is_one() {
        let mut one = Shared::from(vec![1, 2]);
        let kept = one.clone();
        assert_eq!(one, kept);
        one.push(3);
        assert_eq!((&**one, &**kept), (&[1, 2, 3][..], &[1, 2][..]));
        assert_ne!(one, kept);
        assert_eq!(Shared::<u8>::default(), Shared::from(vec![]));
        assert_eq!(Shared::from(vec![1, 2]), kept);
    }

    #[test]
    fn what_is_put_into_a_list_stands_in_the_order_of_its_key_behind_its_equals() {
        let mut list = Shared::default();
        for (key, name) in [(2, 'a'), (1, 'b'), (3, 'c'), (2, 'd'), (1, 'e')] {
            list.put((key, name), |(key, _)| *key);
        }
        assert_eq!(**list, [(1, 'b'), (1, 'e'), (2, 'a'), (2, 'd'), (3, 'c')]);
    }
}
