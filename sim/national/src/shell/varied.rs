//! The door of the twin, with what the variants of [`Variants`](crate::Variants) change in answering.
//!
//! Invariant: nothing here changes what was decided; without a variant a call goes straight to its decision.

use std::sync::atomic::Ordering;
use std::time::Duration;

use songsinh_contract::{Call, Chance, Clock, Loss, Outcome, Purpose, Reason, Reasons};

use super::surroundings::Surroundings;
use super::twin::{Twin, unavailable};
use crate::rules::{Answer, ProofClaim};
use crate::store::Store;
use crate::variants::{Variant, Variants, kind_of};

const VARIED: Purpose = Purpose::named("national.variants");

/// Under `busy`: the share of requests that get 503.
const BUSY: f64 = 0.05;
/// Under `answers-lost`: the share of answers that are lost.
const LOST: f64 = 0.03;
/// Under `slow-answers`: the share of answers that are slow, and by how much at the most.
const SLOW: f64 = 0.2;
const SLOWEST_MS: u64 = 1_500;

impl<S: Store, W: Surroundings> Twin<S, W> {
    /// Answers one call. Under the variant `answers-lost` an answer may be
    /// [`Outcome::Indeterminate`]: the call was carried out, and the connection is to be broken.
    pub async fn handle(&self, call: Call, proof: ProofClaim) -> Answer {
        let variants = &self.rules.variants;
        if *variants == Variants::none() {
            return self.decide(call, proof).await;
        }
        let mut chance = Chance::new(self.rules.seed, VARIED, self.varied.fetch_add(1, Ordering::Relaxed));
        if variants.has(Variant::Busy) && chance.happens(BUSY) {
            return unavailable();
        }
        let mut answer = self.decide(call, proof).await;
        if variants.has(Variant::VagueRefusals) {
            answer.outcome = vague(answer.outcome);
        }
        if variants.has(Variant::SlowAnswers) && chance.happens(SLOW) {
            self.world.clock().sleep(Duration::from_millis(chance.below(SLOWEST_MS))).await;
        }
        if variants.has(Variant::AnswersLost) && chance.happens(LOST) {
            answer = Answer { outcome: Outcome::Indeterminate(Loss::Reset), leaked: None };
        }
        answer
    }
}

/// The refusal with all reasons of its kind.
fn vague(outcome: Outcome) -> Outcome {
    let Outcome::Refused(reasons) = outcome else { return outcome };
    let kind = |reason: Reason| kind_of(reason).map_or(Reasons::one(reason), |kind| kind.reasons().collect());
    Outcome::Refused(reasons.iter().flat_map(|reason| kind(reason).iter()).collect())
}
