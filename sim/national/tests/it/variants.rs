//! The twin's door under variants: what it answers differs, what it does does not.

use std::time::Duration;

use songsinh_contract::{Clock, Loss, Moment, Operation, Outcome, Reason, Reasons, Rulebook, Secret, UnixMillis};
use songsinh_kernel::{Kernel, VirtualClock};
use songsinh_national::rules::ProofClaim;
use songsinh_national::shell::{Twin, TwinRules};
use songsinh_national::store::MemoryStore;
use songsinh_national::{Variant, Variants};

use super::world::{FakeWorld, START_MS, call, form, number, rules};

type VirtualTwin = Twin<MemoryStore<Box<dyn Fn() -> UnixMillis>>, FakeWorld<VirtualClock>>;

fn start(variants: Variants) -> (Kernel, VirtualTwin) {
    let kernel = Kernel::new(UnixMillis(START_MS));
    let clock = kernel.clock();
    let now: Box<dyn Fn() -> UnixMillis> = Box::new({
        let (clock, variants) = (clock.clone(), variants.clone());
        move || variants.told(clock.unix())
    });
    let rules = TwinRules { variants, ..rules() };
    (kernel, Twin::new(MemoryStore::new(now, Rulebook::default()), FakeWorld::new(clock), rules, 2))
}

fn login() -> Operation {
    Operation::SessionLogin { number: number(1), password: Secret::new("Sai-Mat-Khau-1") }
}

/// The outcomes of so many refused logins, and how long the longest took.
fn asked(variant: Variant, count: u32, operation: &Operation) -> (Vec<Outcome>, Duration) {
    let (mut kernel, twin) = start(Variants::none().with(variant));
    kernel
        .block_on(async {
            let (mut outcomes, mut longest) = (Vec::new(), Duration::ZERO);
            for _ in 0..count {
                let before: Moment = twin.world().clock.now();
                outcomes.push(twin.handle(call(1, None, operation.clone()), ProofClaim::Missing).await.outcome);
                longest = longest.max(twin.world().clock.now().since(before));
            }
            (outcomes, longest)
        })
        .unwrap()
}

#[test]
fn one_request_in_twenty_is_told_to_come_back() {
    let (outcomes, _) = asked(Variant::Busy, 1_000, &Operation::ServiceQuestions);
    let busy = outcomes.iter().filter(|one| matches!(one, Outcome::Unavailable { retry_after: Some(_) })).count();
    assert!((25..80).contains(&busy), "{busy}");
    assert!(outcomes.iter().all(|one| one.is_done() || matches!(one, Outcome::Unavailable { .. })));
}

#[test]
fn an_answer_that_is_lost_was_carried_out() {
    let register = Operation::AccountRegister { form: form(1), scanned: None };
    let (outcomes, _) = asked(Variant::AnswersLost, 200, &register);
    let is_lost = |one: &Outcome| *one == Outcome::Indeterminate(Loss::Reset);
    let lost = outcomes.iter().filter(|one| is_lost(one)).count();
    assert!((1..20).contains(&lost), "{lost}");
    // The first request opened the challenge, whether it was told or not: the next one comes too soon.
    let too_soon = Outcome::Refused(Reasons::one(Reason::ResendTooSoon));
    assert!(outcomes[1..].iter().all(|one| is_lost(one) || *one == too_soon));
}

#[test]
fn slow_answers_come_within_their_bound_and_say_the_same() {
    let (outcomes, longest) = asked(Variant::SlowAnswers, 100, &Operation::ServiceQuestions);
    assert!(outcomes.iter().all(Outcome::is_done));
    assert!(longest > Duration::from_millis(500) && longest < Duration::from_millis(1_500), "{longest:?}");
}

#[test]
fn a_vague_refusal_names_every_reason_of_its_kind() {
    let (outcomes, _) = asked(Variant::VagueRefusals, 1, &Operation::AccountShow);
    let kind = [Reason::SessionMissing, Reason::SessionExpired, Reason::SessionForeignDevice];
    assert_eq!(outcomes, [Outcome::Refused(kind.into_iter().collect())]);
    // What has no kind is told as it is.
    let (outcomes, _) = asked(Variant::VagueRefusals, 1, &login());
    assert_eq!(outcomes, [Outcome::Refused(Reasons::one(Reason::CredentialsWrong))]);
}
