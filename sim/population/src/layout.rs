//! Who has which place: people in cells by (province of birth registration, sex, birth year).
//!
//! Invariant: places `0 .. len` run through the cells in that order and through a cell's living, dead and cancelled
//! numbers; cell sizes follow the tables with the largest remainders, so they add up exactly and do not depend on the
//! seed. Place → cell takes O(log cells) inside one bucket, cell → place one addition.
//!
//! ```text
//! province 01                                     province 02
//! male 1914 │ male 1915 │ … │ male 2022 │ female 1914 │ …
//!           └ living on 1 July 2022 │ dead before │ cancelled
//! ```

use crate::assumed::{CANCELLED_ONE_IN, DEATHS_PER_MILLION, PYRAMID_DAY, PYRAMID_YEAR, REGISTER_OPENED};
use crate::days::{Day, day_of};
use crate::tables::{Ages, OLDEST, Province};
use crate::weighted::apportion;

/// The birth year of the oldest.
pub(crate) const FIRST_YEAR: i16 = PYRAMID_YEAR - OLDEST as i16 - 1;
/// How many birth years there are.
pub(crate) const YEARS: usize = (PYRAMID_YEAR - FIRST_YEAR + 1) as usize;

/// What the layout says of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The cell, which also tells these three.
    pub(crate) cell: u32,
    /// Place of the province in the order of codes.
    pub(crate) province: usize,
    /// 0 male, 1 female.
    pub(crate) sex: usize,
    pub(crate) year: i16,
    /// Place inside the cell.
    pub(crate) offset: u32,
    pub(crate) role: Role,
}

/// The days of a birth year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct YearDays {
    /// 1 January.
    pub(crate) start: Day,
    /// Days until 1 July included, and of the whole year.
    pub(crate) half: u32,
    pub(crate) whole: u32,
}

/// Which layer of its cell a place belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Counted by the age pyramid.
    Living,
    /// Died between the opening of the register and the pyramid's day.
    Dead,
    /// The number was cancelled in that time.
    Cancelled,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    start: u32,
    /// Where the dead begin, and where the cancelled.
    dead: u32,
    cancelled: u32,
}

/// The cells of a population.
#[derive(Debug)]
pub(crate) struct Layout {
    cells: Vec<Cell>,
    len: u32,
    /// The cell of every 2^shift-th place.
    buckets: Vec<u32>,
    shift: u32,
    /// Births until 1 July among those of a year, as bounds for a word; by sex and year.
    first_half: [Vec<u64>; 2],
    years: Vec<YearDays>,
}

/// Death rates of single ages, so that the hot path does not interpolate.
const DEATHS: [u32; 111] = {
    let mut rates = [0; 111];
    let mut row = 0;
    while row + 1 < DEATHS_PER_MILLION.len() {
        let ((from, low), (to, high)) = (DEATHS_PER_MILLION[row], DEATHS_PER_MILLION[row + 1]);
        let mut age = from;
        while age <= to {
            rates[age as usize] = (low * (to - age) + high * (age - from)) / (to - from);
            age += 1;
        }
        row += 1;
    }
    rates
};

/// Deaths a year for one million people of an age.
pub(crate) fn deaths_per_million(age: i32) -> u32 {
    DEATHS[age.clamp(0, DEATHS.len() as i32 - 1) as usize]
}

/// Those born until 1 July and after it, of a birth year, in two-hundredths of people.
fn halves(ages: &Ages, sex: usize, year: i16) -> (u64, u64) {
    let age = (PYRAMID_YEAR - year) as u32;
    (ages.hundredths(sex, age), age.checked_sub(1).map_or(0, |age| ages.hundredths(sex, age)))
}

/// The cell of a province, sex and birth year.
pub(crate) fn cell_of(province: usize, sex: usize, year: i16) -> Option<u32> {
    let year = usize::try_from(year - FIRST_YEAR).ok().filter(|&year| year < YEARS)?;
    u32::try_from((province * 2 + sex) * YEARS + year).ok()
}

impl Layout {
    pub(crate) fn new(provinces: &[Province], ages: &Ages, people: u64) -> Self {
        let mut weights = Vec::new();
        let mut first_half = [Vec::new(), Vec::new()];
        for province in provinces {
            for sex in 0..2 {
                for year in FIRST_YEAR..=PYRAMID_YEAR {
                    let (early, late) = halves(ages, sex, year);
                    weights.push(u128::from(province.people_2019) * u128::from(early + late));
                }
            }
        }
        for (sex, bounds) in first_half.iter_mut().enumerate() {
            for year in FIRST_YEAR..=PYRAMID_YEAR {
                let (early, late) = halves(ages, sex, year);
                bounds.push((early << 32).checked_div(early + late).unwrap_or(1 << 32));
            }
        }
        let living = apportion(&weights, people);
        let register_days = (PYRAMID_DAY - REGISTER_OPENED) as u64;
        let dying: Vec<u128> = living
            .iter()
            .enumerate()
            .map(|(cell, &living)| {
                let age = i32::from(PYRAMID_YEAR) - i32::from(FIRST_YEAR) - (cell % YEARS) as i32;
                u128::from(living) * u128::from(deaths_per_million(age))
            })
            .collect();
        let deaths = dying.iter().sum::<u128>() * u128::from(register_days) / 365 / 1_000_000;
        let dead = apportion(&dying, deaths as u64);
        let wide: Vec<u128> = living.iter().map(|&living| u128::from(living)).collect();
        let cancelled = apportion(&wide, (people / CANCELLED_ONE_IN).max(1));
        Self::of_sizes(living.into_iter().zip(dead).zip(cancelled), first_half)
    }

    fn of_sizes(sizes: impl Iterator<Item = ((u64, u64), u64)>, first_half: [Vec<u64>; 2]) -> Self {
        let mut at = 0_u64;
        let mut cells = Vec::new();
        for ((living, dead), cancelled) in sizes {
            let place = |at: u64| u32::try_from(at).unwrap_or(u32::MAX);
            cells.push(Cell { start: place(at), dead: place(at + living), cancelled: place(at + living + dead) });
            at += living + dead + cancelled;
        }
        let len = u32::try_from(at).unwrap_or(u32::MAX);
        let shift = (len.ilog2() + 1).saturating_sub(15);
        let years = (FIRST_YEAR..=PYRAMID_YEAR).map(|year| {
            let start = day_of(year, 1, 1);
            let (half, whole) = (day_of(year, 7, 2) - start, day_of(year + 1, 1, 1) - start);
            YearDays { start, half: half as u32, whole: whole as u32 }
        });
        let mut layout = Self { cells, len, buckets: Vec::new(), shift, first_half, years: years.collect() };
        layout.buckets = (0..=(len >> shift))
            .map(|bucket| (layout.cells.partition_point(|cell| cell.start <= bucket << shift) as u32).saturating_sub(1))
            .collect();
        layout
    }

    /// How many places there are.
    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// Places of a cell.
    pub(crate) fn size(&self, cell: u32) -> u32 {
        let cell = cell as usize;
        let end = self.cells.get(cell + 1).map_or(self.len, |next| next.start);
        self.cells.get(cell).map_or(0, |cell| end - cell.start)
    }

    /// The largest cell.
    pub(crate) fn largest(&self) -> u32 {
        (0..self.cells.len() as u32).map(|cell| self.size(cell)).max().unwrap_or(0)
    }

    /// First place and number of places of a province.
    pub(crate) fn province(&self, place: usize) -> (u32, u32) {
        let start = self.cells.get(place * 2 * YEARS).map_or(self.len, |cell| cell.start);
        let end = self.cells.get((place + 1) * 2 * YEARS).map_or(self.len, |cell| cell.start);
        (start, end - start)
    }

    /// The place of somebody in a cell.
    pub(crate) fn place(&self, cell: u32, offset: u32) -> Option<u32> {
        (offset < self.size(cell)).then(|| self.cells[cell as usize].start + offset)
    }

    /// What lies at a place; none beyond the last.
    pub(crate) fn spot(&self, place: u32) -> Option<Spot> {
        if place >= self.len {
            return None;
        }
        let bucket = (place >> self.shift) as usize;
        let low = self.buckets[bucket] as usize;
        let high = self.buckets.get(bucket + 1).map_or(self.cells.len(), |&next| next as usize + 1);
        let within = self.cells[low..high].partition_point(|cell| cell.start <= place);
        let number = low + within - 1;
        let cell = self.cells[number];
        Some(Spot {
            cell: number as u32,
            province: number / (2 * YEARS),
            sex: number / YEARS % 2,
            year: FIRST_YEAR + (number % YEARS) as i16,
            offset: place - cell.start,
            role: if place < cell.dead {
                Role::Living
            } else if place < cell.cancelled {
                Role::Dead
            } else {
                Role::Cancelled
            },
        })
    }

    /// The days of the birth year.
    pub(crate) fn year_days(&self, spot: &Spot) -> YearDays {
        self.years[(spot.year - FIRST_YEAR) as usize]
    }

    /// The bound under which a word means a birth until 1 July.
    pub(crate) fn first_half(&self, spot: &Spot) -> u64 {
        self.first_half[spot.sex][(spot.year - FIRST_YEAR) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::tables;
    use proptest::prelude::*;

    fn layout(people: u64) -> Layout {
        let tables = tables().unwrap();
        Layout::new(&tables.provinces, &tables.ages, people)
    }

    #[test]
    fn living_places_add_up_exactly() {
        for people in [1000, 12_345, 1_000_000] {
            let layout = layout(people);
            let living: u64 = layout.cells.iter().map(|cell| u64::from(cell.dead - cell.start)).sum();
            assert_eq!(living, people);
            assert!(u64::from(layout.len) > people);
            let spans: u32 = (0..63).map(|place| layout.province(place).1).sum();
            assert_eq!(spans, layout.len);
        }
    }

    #[test]
    fn death_rates_lie_on_their_lines() {
        assert_eq!(deaths_per_million(0), 9_000);
        assert_eq!(deaths_per_million(25), 900);
        assert_eq!(deaths_per_million(-3), 9_000);
        assert_eq!(deaths_per_million(200), 600_000);
    }

    #[test]
    fn a_hundred_million_people_fit_the_serials() {
        let layout = layout(100_000_000);
        assert!(layout.largest() < 1_000_000);
        let extra = u64::from(layout.len) - 100_000_000;
        assert!((500_000..2_000_000).contains(&extra), "{extra}");
    }

    proptest! {
        #[test]
        fn places_and_cells_are_inverse(people in 1000_u64..3_000_000, at: u32) {
            let layout = layout(people);
            let place = at % layout.len();
            let spot = layout.spot(place).unwrap();
            prop_assert_eq!(layout.place(spot.cell, spot.offset), Some(place));
            prop_assert_eq!(cell_of(spot.province, spot.sex, spot.year), Some(spot.cell));
            prop_assert!(layout.spot(layout.len()).is_none());
        }
    }
}
