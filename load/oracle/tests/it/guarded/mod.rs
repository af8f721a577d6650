//! Each condition of an operation by itself: on its edge and beside it, alone where others could stand in for it, and
//! where the domain leaves it open.

mod accounts;
mod activation;
mod cards;
mod codes;
mod counters;
mod resets;
mod scans;

use crate::support::Story;
use songsinh_contract::{Level, Prior};

/// An earlier story left the member a level-2 account from a counter, which has no password and was never activated.
fn never_activated(s: &mut Story) -> &mut Story {
    s.stands(Level::Two, None);
    if let Prior::Standing(standing) = &mut s.facts.members[s.member].prior {
        standing.password = None;
    }
    s
}
