//! What a story needs on its stage: from the catalogue, in the words of casting.

use songsinh_contract::MemberRole;
use songsinh_scenario::{Account, Have, Journey, Need, Planned, Roles as Company, Script, Twist, Who};

use crate::prepare::Goal;

/// The people of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wants {
    /// Whose journey it is.
    pub(super) main: Need,
    /// The state in which they begin; none: with nothing.
    pub(super) state: Option<Goal>,
    /// The others, in the order in which the cast lists them.
    pub(super) others: Vec<MemberRole>,
    /// What relatives and attackers must be able to play.
    pub(super) further: Need,
    /// Whether papers and bills are asked for.
    pub(super) holdings: bool,
}

impl Wants {
    /// What an arrival needs, in a scenario that gives its citizens this state.
    pub(super) fn of(planned: &Planned, have: &Have) -> Self {
        let (journey, twist) = (planned.journey, planned.twist);
        let wanted = twist.map_or(journey.wants(), Twist::wants);
        let fits = have.account <= wanted || bears_more(journey, twist);
        let main = twist.map_or_else(|| journey.need(), Twist::need);
        let state = Goal::of(have).filter(|_| fits && wanted != Account::None);
        // Level 1 is applied for with the printed code, which needs a phone without a chip reader.
        let main = if main == Need::Any && state.is_some_and(Goal::is_level1) { Need::NoNfc } else { main };
        Self {
            main,
            state,
            others: beside(planned),
            further: twist.map_or(Need::Any, Twist::further_need),
            holdings: asks_for_papers(journey),
        }
    }
    /// What a story told step by step needs. Whoever applies for a level does it with the printed code.
    pub(super) fn of_script(script: &Script, have: &Have) -> Self {
        let company = Company {
            relatives: u8::from(script.has(Who::Relative)),
            officials: u8::from(script.has(Who::Official)),
            ..Company::default()
        };
        Self { main: Need::NoNfc, state: Goal::of(have), others: roles(company), further: Need::NoNfc, holdings: true }
    }
    /// How many of that role it needs.
    pub(super) fn count(&self, role: MemberRole) -> usize {
        self.others.iter().filter(|&&one| one == role).count()
    }
}

/// Who stands beside the main person of an arrival.
pub(super) fn beside(planned: &Planned) -> Vec<MemberRole> {
    roles(planned.twist.map_or_else(|| planned.journey.cast(), Twist::cast))
}

fn roles(company: Company) -> Vec<MemberRole> {
    let Company { relatives, officials, officers, attackers } = company;
    let counts = [
        (MemberRole::Relative, relatives),
        (MemberRole::Official, officials),
        (MemberRole::Officer, officers),
        (MemberRole::Attacker, attackers),
    ];
    counts.into_iter().flat_map(|(role, count)| std::iter::repeat_n(role, count.into())).collect()
}

/// Whether papers and bills are on the stage of a journey. Whoever is proven genuine shows papers.
fn asks_for_papers(journey: Journey) -> bool {
    matches!(journey, Journey::VerifyQr | Journey::Wallet | Journey::Services | Journey::Payments)
}

/// Whether a journey can begin with more than it wants: those that any account can make.
fn bears_more(journey: Journey, twist: Option<Twist>) -> bool {
    twist.is_none() && matches!(journey, Journey::Login | Journey::Refresh | Journey::ForgotPassword)
}
