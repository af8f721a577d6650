//! The running sum over cells: what it counts, and that it may be made in parts.

use crate::support::*;
use songsinh_contract::*;
use songsinh_oracle::{CellVerdict, FindingKind, Tally};

fn sum(verdicts: &[CellVerdict]) -> Tally {
    let mut tally = Tally::new();
    verdicts.iter().cloned().for_each(|verdict| tally.absorb(verdict));
    tally
}

/// Two codes that nobody asked for come in the same moment.
fn strays() -> CellVerdict {
    let mut s = Story::new();
    s.call(Operation::ServiceHealth, done());
    s.message(phone(0), SmsPurpose::Register, Some(111_111)).message(phone(0), SmsPurpose::Register, Some(222_222));
    s.verdict()
}

/// A cell with two people whom the target knew before.
fn known() -> CellVerdict {
    let mut s = Story::of(2);
    for member in 0..2 {
        s.member = member;
        s.facts.members[member].prior = Prior::Unknown;
        s.try_register(phone(member as u32), refused(Reason::AccountExists));
    }
    s.verdict()
}

fn crowded() -> CellVerdict {
    crate::races::crowded().call(Operation::ServiceHealth, done()).verdict()
}

#[test]
fn violations_are_counted_as_they_come_in_cell_by_cell_and_in_parts() {
    assert_eq!(Tally::new().violations(), 0);
    assert_eq!(sum(&[strays()]).violations(), 2);
    let mut one = sum(&[strays(), strays()]);
    assert_eq!(one.violations(), 4);
    one.merge(sum(&[strays()]));
    assert_eq!(one.violations(), 6);
    assert_eq!(one.finish().findings[0].count, 6);
}

#[test]
fn people_known_before_and_crowded_cells_are_counted_cell_by_cell_and_in_parts() {
    let mut one = sum(&[known(), crowded()]);
    one.merge(sum(&[known(), crowded(), strays()]));
    for judgement in [one.finish(), sum(&[known(), crowded(), known(), crowded(), strays()]).finish()] {
        assert_eq!((judgement.dirty, judgement.overflowed, judgement.cells), (4, 2, 5));
    }
}

#[test]
fn of_findings_equally_short_in_the_same_moment_the_first_is_the_witness() {
    let judgement = sum(&[strays()]).finish();
    let group = &judgement.findings[0];
    let kinds: Vec<_> = group.first.iter().map(|f| &f.what).collect();
    assert_eq!(kinds, [&FindingKind::Message(1), &FindingKind::Message(2)]);
    assert_eq!(group.shortest, group.first[0]);
}
