//! Device keys, proofs, binding.

use songsinh_contract::{Digest, Operation, Outcome, Reason, Secret};

use super::world::{Human, PASSWORD, World, done, questions, refused};
use crate::rules::ProofClaim;

fn activated() -> (World, Human, songsinh_contract::Token) {
    let (mut world, human) = (World::new(), Human::new(1));
    let session = world.make_level1(&human);
    world.activate(&human);
    (world, human, session)
}
fn show(world: &mut World, human: &Human, session: &songsinh_contract::Token, proof: ProofClaim) -> Outcome {
    world.call(human.device, Some(session), proof, Operation::AccountShow)
}

#[test]
fn a_bound_device_proves_its_key_with_every_call() {
    let (mut world, human, session) = activated();
    let fresh = world.proof(human.key);
    done(show(&mut world, &human, &session, fresh.clone()));
    refused(show(&mut world, &human, &session, fresh), Reason::ProofReplayed);
    refused(show(&mut world, &human, &session, ProofClaim::Missing), Reason::ProofMissing);
    refused(show(&mut world, &human, &session, ProofClaim::Unsound), Reason::ProofForeign);
    let foreign = world.proof(Digest(99));
    refused(show(&mut world, &human, &session, foreign), Reason::ProofForeign);
    let operation = Operation::SessionLogin { number: human.number, password: Secret::new(PASSWORD) };
    refused(world.call(human.device, None, ProofClaim::Missing, operation), Reason::ProofMissing);
}

#[test]
fn a_proof_may_be_two_minutes_off_either_way_and_no_more() {
    let (mut world, human, session) = activated();
    for (off_ms, fine) in [(-120_001, false), (-120_000, true), (120_000, true), (120_001, false)] {
        let ProofClaim::Sound { key, jti, iat_ms, jwk } = world.proof(human.key) else { panic!("sound") };
        let outcome = show(&mut world, &human, &session, ProofClaim::Sound { key, jti, iat_ms: iat_ms + off_ms, jwk });
        if fine { drop(done(outcome)) } else { refused(outcome, Reason::ProofStale) }
    }
}

#[test]
fn a_proof_shown_in_a_refused_call_or_before_activation_is_spent() {
    let (mut world, human) = (World::new(), Human::new(1));
    let session = world.make_level1(&human);
    let early = world.proof(human.key);
    done(show(&mut world, &human, &session, early.clone()));
    done(show(&mut world, &human, &session, early.clone()));
    world.activate(&human);
    refused(show(&mut world, &human, &session, early), Reason::ProofReplayed);
    let proof = world.proof(human.key);
    let wrong = Operation::SessionLogin { number: human.number, password: Secret::new("Mat-Khau-2") };
    refused(world.call(human.device, None, proof.clone(), wrong), Reason::CredentialsWrong);
    refused(show(&mut world, &human, &session, proof), Reason::ProofReplayed);
}

#[test]
fn before_activation_the_device_id_alone_stands() {
    let (mut world, human) = (World::new(), Human::new(1));
    let session = world.make_level1(&human);
    for proof in [ProofClaim::Missing, ProofClaim::Unsound] {
        done(show(&mut world, &human, &session, proof));
    }
}

#[test]
fn a_failed_proof_does_not_keep_the_session_alive() {
    let (mut world, human, session) = activated();
    world.wait_ms(890_000);
    refused(show(&mut world, &human, &session, ProofClaim::Missing), Reason::ProofMissing);
    world.wait_ms(10_000);
    let proof = world.proof(human.key);
    refused(show(&mut world, &human, &session, proof), Reason::SessionExpired);
}

#[test]
fn login_from_another_phone_is_refused_after_the_right_password() {
    let (mut world, human, _) = activated();
    let mut second = human.clone();
    (second.device, second.key) = (Human::new(3).device, Human::new(3).key);
    refused(world.try_login(&second, "Mat-Khau-2"), Reason::CredentialsWrong);
    refused(world.try_login(&second, PASSWORD), Reason::BoundElsewhere);
    world.login(&human);
}

#[test]
fn a_session_of_another_device_ends_with_activation() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_level1(&human);
    let mut second = human.clone();
    (second.device, second.key) = (Human::new(3).device, Human::new(3).key);
    let session = world.login(&second);
    done(world.show(&second, &session));
    world.activate(&human);
    refused(world.show(&second, &session), Reason::BoundElsewhere);
}

#[test]
fn the_last_step_of_activation_is_signed_by_the_key_of_the_request() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_level1(&human);
    let challenge = world.half_activate(&human);
    let operation = questions(&challenge, &[(1, "a"), (2, "b")]);
    refused(world.call(human.device, None, ProofClaim::Missing, operation.clone()), Reason::ProofMissing);
    let other = world.proof(Digest(99));
    refused(world.call(human.device, None, other, operation.clone()), Reason::ProofForeign);
    done(world.by(&human, None, operation));
}
