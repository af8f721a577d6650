//! The journeys and their twists: names, a sentence each, the rules they exercise and the people they need.
//!
//! Invariant: every twist belongs to one journey, and its name is used by no other one. What citizens then do, step by
//! step, is the work of the journeys; this is the list that scenario files choose from.

mod journeys;
mod needs;
mod twists;

pub use journeys::Journey;
pub use needs::{Need, Roles};
pub use twists::Twist;

impl Twist {
    /// Whether somebody waits in it for an edge of the rulebook, so that `edges` says how near and on which side.
    #[must_use]
    pub const fn aims(self) -> bool {
        matches!(
            self,
            Self::LateActivationCode
                | Self::LateCode
                | Self::LateCodeAfterResend
                | Self::LateMoveCode
                | Self::LateResetCode
                | Self::Lockout
                | Self::OfficialSessionIdle
                | Self::PasscodeLockout
                | Self::ResendTooSoon
                | Self::ResetResendTooSoon
                | Self::ScanLate
                | Self::SessionAbsolute
                | Self::SessionIdle
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use songsinh_contract::Rule;

    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        let words: BTreeSet<&str> = Twist::ALL.iter().map(|twist| twist.as_str()).collect();
        assert_eq!(words.len(), Twist::ALL.len());
        for &twist in Twist::ALL {
            assert_eq!(Twist::named(twist.as_str()), Some(twist));
            assert!(twist.further() <= 4 && twist.requests() > 0, "{twist}");
            assert!(twist.text().len() > 10 && !twist.text().ends_with('.'), "{twist}");
        }
        let journeys: BTreeSet<&str> = Journey::ALL.iter().map(|journey| journey.as_str()).collect();
        assert_eq!(journeys.len(), Journey::ALL.len());
        for &journey in Journey::ALL {
            assert_eq!(Journey::named(journey.as_str()), Some(journey));
            assert!(journey.requests() > 0 && journey.text().len() > 10 && !journey.rules().is_empty(), "{journey}");
        }
        assert_eq!(Journey::ALL.iter().map(|journey| journey.twists().count()).sum::<usize>(), Twist::ALL.len());
    }

    #[test]
    fn every_timed_rule_but_the_chips_has_a_twist() {
        for rule in Rule::ALL.iter().filter(|rule| rule.is_timed() && **rule != Rule::CardChallengeSingleUse) {
            assert!(Twist::ALL.iter().any(|twist| twist.rules().contains(rule)), "{rule}");
        }
    }

    #[test]
    fn every_rule_that_needs_no_chip_and_no_fault_is_exercised() {
        use Rule::*;
        let elsewhere = [
            CardPassiveAuthentication,
            CardActiveAuthentication,
            CardChallengeSingleUse,
            SmsBacksOff,
            SmsCarrierIsolation,
            SmsAmbiguityIsSafe,
            AcknowledgedIsDurable,
        ];
        for rule in Rule::ALL.iter().filter(|rule| !elsewhere.contains(rule)) {
            let journey = Journey::ALL.iter().any(|journey| journey.rules().contains(rule));
            assert!(journey || Twist::ALL.iter().any(|twist| twist.rules().contains(rule)), "{rule}");
        }
    }

    #[test]
    fn whoever_applies_with_the_printed_code_has_a_phone_that_reads_no_chip() {
        for &journey in Journey::ALL {
            let applies = journey.operations().contains(&songsinh_contract::OperationName::Level1ReadCard);
            assert!(!applies || journey.need() == Need::NoNfc, "{journey}");
        }
    }
}
