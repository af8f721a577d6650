//! What the variants of the built-in twin change in the world around it.
//!
//! Invariant: settings are set, not multiplied, so that doing it twice is doing it once. Not here: choices of the rulebook
//! ([`Variants::chosen`]), and what the twin does itself.

use std::time::Duration;

use songsinh_contract::Rule;
use songsinh_national::{Variant, Variants};
use songsinh_scenario::{Amount, Scenario, Share, SmsProfile, TimeRange};

/// How long stories under way may take at the end, at least.
const PATIENT_DRAIN: Duration = Duration::from_secs(180);

/// Changes a scenario's world.
pub(crate) fn vary(variants: &Variants, scenario: &mut Scenario) {
    let range = |from_ms, to_ms| TimeRange { from: Duration::from_millis(from_ms), to: Duration::from_millis(to_ms) };
    for variant in variants.iter() {
        match variant {
            Variant::SmsLate => {
                scenario.sms.profile = SmsProfile::CampaignPeak;
                scenario.sms.speed = Amount::whole(12);
            }
            Variant::SmsDoubled => scenario.sms.duplicates = Share::percent(30),
            Variant::SmsLost => scenario.sms.loss = Share::percent(10),
            Variant::PopulationFails => {
                scenario.population.delay = range(100, 1_000);
                scenario.population.failures = Share::percent(10);
            }
            Variant::ApprovalLate => scenario.twin.approval = range(3_000, 8_000),
            Variant::DeviceTransfer => {
                // A phone in use is no reason to refuse then, so the rule has less to decide.
                scenario.must_decide.remove(&Rule::DeviceOneAccount);
            }
            _ => {}
        }
        // Whoever waits for what is late or lost takes longer to come to an end.
        if matches!(variant, Variant::SmsLate | Variant::SmsLost | Variant::AnswersLost) {
            scenario.drain = scenario.drain.max(PATIENT_DRAIN);
        }
    }
}
