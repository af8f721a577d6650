//! Finds the known word that somebody most likely meant. Pure.

/// The known word with the fewest edits to `given`, if it is near enough to be meant: a third of its length, at least
/// one edit. Case does not count.
#[must_use]
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let given: Vec<char> = given.to_lowercase().chars().take(80).collect();
    known
        .into_iter()
        .map(|word| (edits(&given, &word.to_lowercase().chars().collect::<Vec<_>>()), word))
        .filter(|&(edits, word)| edits <= (word.chars().count().max(given.len()) / 3).max(1))
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, word)| word.to_owned())
}

/// Edit distance with swaps of neighbours (optimal string alignment).
fn edits(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = vec![0; other.len() + 1];
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for i in 1..=one.len() {
        let mut row = vec![i; other.len() + 1];
        for j in 1..=other.len() {
            let differs = usize::from(one[i - 1] != other[j - 1]);
            let mut least = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + differs);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row[j] = least;
        }
        before = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_far_ones_are_not() {
        let words = ["activate", "register", "level1"];
        assert_eq!(nearest("regsiter", words).as_deref(), Some("register"));
        assert_eq!(nearest("Activat", words).as_deref(), Some("activate"));
        assert_eq!(nearest("payment", words), None);
        assert_eq!(nearest("Tuyen Quang", ["Tuyên Quang", "Hà Giang"]).as_deref(), Some("Tuyên Quang"));
    }
}
