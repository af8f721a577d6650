//! Rules that only a whole run can decide: wordings of refused logins, codes in answers, chance in codes.

mod chance;
mod places;
mod wordings;

use serde::{Deserialize, Serialize};

use crate::judgement::Suspicion;
use crate::{Counts, Finding, Statistics};

/// The run-wide sums. Mergeable in any order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Global {
    wordings: wordings::Wordings,
    places: places::Places,
    chance: chance::CodeChance,
}

/// What the run-wide rules conclude.
pub(crate) struct GlobalVerdict {
    pub(crate) counts: Counts,
    pub(crate) findings: Vec<Finding>,
    pub(crate) suspicions: Vec<Suspicion>,
}

impl Global {
    pub(crate) fn absorb(&mut self, statistics: &Statistics) {
        self.wordings.absorb(&statistics.wordings);
        self.places.absorb(statistics);
        self.chance.absorb(&statistics.codes);
    }
    pub(crate) fn merge(&mut self, other: Self) {
        self.wordings.merge(other.wordings);
        self.places.merge(other.places);
        self.chance.merge(&other.chance);
    }
    pub(crate) fn finish(self) -> GlobalVerdict {
        let mut verdict = GlobalVerdict { counts: Counts::default(), findings: Vec::new(), suspicions: Vec::new() };
        self.wordings.finish(&mut verdict);
        self.places.finish(&mut verdict);
        self.chance.finish(&mut verdict);
        verdict
    }
}
