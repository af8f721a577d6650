//! What a check did not put to the test, and why. What is not covered is not passed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use songsinh_contract::{OperationName, Rule};
use songsinh_scenario::{Script, show_time};

use crate::place::Place;
use crate::property::Property;

/// Something that was not put to the test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCovered {
    /// Nothing was played: the target lacks an operation without which no story can begin.
    NoBeginning {
        /// Which one.
        operation: OperationName,
        /// Why, as the profile says.
        why: String,
    },
    /// An operation that stories ask for and the target lacks: they were played without it.
    Lacks {
        /// Which one.
        operation: OperationName,
        /// Why, as the profile says.
        why: String,
        /// In how many stories.
        cases: usize,
    },
    /// Stories left out, since they would have waited longer than was left.
    WaitsTooLong {
        /// How many.
        cases: usize,
        /// How long the longest of them waits.
        longest: Duration,
    },
    /// A saved scenario that was not replayed.
    Saved {
        /// Its file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A rule about which no answer decided.
    NeverDecided {
        /// Which one.
        rule: Rule,
        /// How many answers could mean either.
        undecided: u64,
    },
}

impl NotCovered {
    /// What it is about.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::NoBeginning { .. } => "the whole property".to_owned(),
            Self::Lacks { operation, .. } => operation.as_str().to_owned(),
            Self::WaitsTooLong { cases, .. } => format!("{cases} stories"),
            Self::Saved { path, .. } => format!("replay {}", path.display()),
            Self::NeverDecided { rule, .. } => rule.slug().to_owned(),
        }
    }
    /// Why.
    #[must_use]
    pub fn why(&self) -> String {
        match self {
            Self::NoBeginning { operation, why } => {
                format!("no story can begin, since the target lacks {}: «{why}»", operation.as_str())
            }
            Self::Lacks { why, cases, .. } => format!("the target lacks it: «{why}»; {cases} stories went without"),
            Self::WaitsTooLong { longest, .. } => waits_too_long(*longest),
            Self::Saved { why, .. } => why.clone(),
            Self::NeverDecided { undecided: 0, .. } => "never decided: no answer put it to the test".to_owned(),
            Self::NeverDecided { undecided, .. } => {
                format!("never decided: met {undecided} times, each time more than one history explains the answer")
            }
        }
    }
}

impl fmt::Display for NotCovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what(), self.why())
    }
}

/// Why something was left out that waits.
pub(crate) fn waits_too_long(longest: Duration) -> String {
    let longest = show_time(Duration::from_secs(longest.as_secs()));
    format!("would wait for up to {longest}, longer than was left; a `clock.advance` in the profile jumps over it")
}

/// What the target lacks of what people need before their stories begin, or for the first step of all of them.
pub(crate) fn no_beginning(place: &Place, property: Property, scripts: &[Script]) -> Option<NotCovered> {
    let before = property.journeys_before().iter().flat_map(|journey| journey.operations().iter().copied());
    let firsts: BTreeSet<_> = scripts.iter().filter_map(|one| Some(one.asks().next()?.verb.operations())).collect();
    // Only what every story begins with keeps all of them from beginning.
    let first = firsts.first().filter(|_| firsts.len() == 1).into_iter().flat_map(|first| first.iter().copied());
    before.chain(first).find_map(|operation| {
        let why = place.lacks(operation)?.to_owned();
        Some(NotCovered::NoBeginning { operation, why })
    })
}

/// Counts in how many scripts operations are asked for that the target lacks.
pub(crate) fn count_lacks(place: &Place, scripts: &[Script], lacks: &mut BTreeMap<OperationName, (String, usize)>) {
    for script in scripts {
        let asked: BTreeSet<OperationName> =
            script.asks().flat_map(|ask| ask.verb.operations().iter().copied()).collect();
        for operation in asked {
            if let Some(why) = place.lacks(operation) {
                lacks.entry(operation).or_insert_with(|| (why.to_owned(), 0)).1 += 1;
            }
        }
    }
}
