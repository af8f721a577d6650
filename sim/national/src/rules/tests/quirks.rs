//! Every misbehaviour shows what the twin without it refuses (or the other way round).

use songsinh_contract::{Digest, LifeStatus, Operation, Outcome, Portrait, Reason, Rule, SmsPurpose};

use super::world::{Human, PASSWORD, World, done, handle, refused, wrong};
use crate::quirks::{Misbehaviours, Quirk};
use crate::records::Binding;
use crate::rules::ProofClaim;

const REGISTER: SmsPurpose = SmsPurpose::Register;

/// What a scene showed: true if the system under test misbehaved.
fn misbehaves(quirk: Quirk, mut world: World) -> bool {
    if let Some(scenes) = super::scenes::scenes_of(quirk) {
        return scenes(quirk, world).expect("a scene in its group");
    }
    let broken = quirk.breaks().slug();
    if broken.starts_with("qr-") {
        return super::qr::misbehaves(quirk, world);
    }
    if ["utility-", "wallet-", "service-"].iter().any(|group| broken.starts_with(group)) {
        return super::utilities::misbehaves(quirk, world);
    }
    if broken.starts_with("payment-") {
        return super::payments::misbehaves(quirk, world);
    }
    match quirk {
        Quirk::OldSessionsSurvive | Quirk::RefreshReusable => return super::personal::misbehaves(quirk, world),
        Quirk::ResetTellsAccounts | Quirk::ResetWithoutAnswers => return super::reset::misbehaves(quirk, world),
        Quirk::MoveWithoutCode | Quirk::ReleaseKeepsSessions => return super::moves::misbehaves(quirk, world),
        Quirk::Level2FromHome => return super::counter::misbehaves(quirk, world),
        _ => {}
    }
    let (human, other) = (Human::new(1), Human::new(2));
    let is_done = |outcome: Outcome| outcome.is_done();
    match quirk {
        Quirk::OtpLivesTwice => {
            let challenge = world.register(&human);
            world.wait(world.book.otp_lifetime);
            let code = world.last_code(REGISTER);
            is_done(world.confirm(&human, &challenge, code))
        }
        Quirk::OtpExpiresEarly => {
            let challenge = world.register(&human);
            world.wait(world.book.otp_lifetime / 2);
            let code = world.last_code(REGISTER);
            !is_done(world.confirm(&human, &challenge, code))
        }
        Quirk::OtpReusable => {
            let challenge = world.register(&human);
            let code = world.last_code(REGISTER);
            done(world.confirm(&human, &challenge, code));
            is_done(world.confirm(&human, &challenge, code))
        }
        Quirk::OldCodeWorks => {
            let challenge = world.register(&human);
            let old = world.last_code(REGISTER);
            world.wait_gap();
            done(world.by(&human, None, Operation::AccountResend { challenge: challenge.clone() }));
            is_done(world.confirm(&human, &challenge, old))
        }
        Quirk::AnyCodeWorks => {
            let challenge = world.register(&human);
            let code = wrong(world.last_code(REGISTER));
            is_done(world.confirm(&human, &challenge, code))
        }
        Quirk::LockoutMissing | Quirk::LockoutEndsEarly => {
            world.make_account(&human);
            for _ in 0..5 {
                refused(world.try_login(&human, "Mat-Khau-2"), Reason::CredentialsWrong);
            }
            if quirk == Quirk::LockoutEndsEarly {
                world.wait(world.book.login_lock / 2);
            }
            is_done(world.try_login(&human, PASSWORD))
        }
        Quirk::PopulationUnchecked => {
            let mut form = human.form();
            form.name = "Ai Đó".into();
            is_done(world.by(&human, None, Operation::AccountRegister { form, scanned: None }))
        }
        Quirk::DeadMayRegister => {
            world.people.get_mut(&human.number).unwrap().life = LifeStatus::Dead;
            is_done(world.by(&human, None, Operation::AccountRegister { form: human.form(), scanned: None }))
        }
        Quirk::PhoneSharedFreely => {
            world.make_account(&human);
            let mut form = other.form();
            form.phone = human.phone;
            is_done(world.by(&other, None, Operation::AccountRegister { form, scanned: None }))
        }
        Quirk::CodeInAnswer => {
            world.register(&human);
            world.leaked == Some(world.last_code(REGISTER))
        }
        Quirk::RefusalCountsAsChange => {
            world.make_account(&human);
            let mut form = human.form();
            form.phone = other.phone;
            refused(world.by(&human, None, Operation::AccountRegister { form, scanned: None }), Reason::AccountExists);
            world.account(&human).phone != human.phone
        }
        Quirk::PortraitUnchecked => {
            world.make_account(&human);
            let session = world.login(&human);
            let printed = Box::new(human.card());
            let read = Operation::Level1ReadCard { printed, nfc: false };
            let application = handle(world.by(&human, Some(&session), read));
            let portrait = Some(Portrait { face: 999, shot: 1 });
            is_done(world.by(&human, Some(&session), Operation::Level1Portrait { application, portrait }))
        }
        Quirk::SessionFollowsAnyDevice => {
            world.make_account(&human);
            let session = world.login(&human);
            is_done(world.by(&other, Some(&session), Operation::AccountShow))
        }
        Quirk::OtherCitizensData => {
            world.make_account(&human);
            world.make_account(&other);
            let session = world.login(&human);
            world.login(&other);
            done(world.show(&human, &session)).shown.unwrap().number != Some(human.number)
        }
        _ => misbehaves_at_activation(quirk, world, &human, &other),
    }
}

fn misbehaves_at_activation(quirk: Quirk, mut world: World, human: &Human, other: &Human) -> bool {
    let session = world.make_level1(human);
    match quirk {
        Quirk::ActivationWithoutCode => {
            let challenge = handle(world.request(human));
            let code = wrong(world.last_code(SmsPurpose::Activate));
            world.by(human, None, Operation::ActivationConfirm { challenge, code }).is_done()
        }
        Quirk::WrongPhoneActivates => {
            let operation = Operation::ActivationRequest { number: human.number, phone: other.phone };
            world.by(human, None, operation).is_done()
        }
        Quirk::DeviceShared => {
            world.make_level1(other);
            world.activate(human);
            let mut relative = other.clone();
            relative.device = human.device;
            relative.key = human.key;
            world.request(&relative).is_done()
        }
        Quirk::SecondDeviceBinds => {
            let mut second = human.clone();
            (second.device, second.key) = (Human::new(3).device, Digest(3));
            let (one, two) = (world.half_activate(human), world.half_activate(&second));
            done(world.finish(human, &one));
            let won = world.finish(&second, &two).is_done();
            assert_eq!(won, world.get::<Binding>(second.device).is_some());
            won
        }
        Quirk::ProofUnchecked => {
            world.activate(human);
            world.call(human.device, Some(&session), ProofClaim::Missing, Operation::AccountShow).is_done()
        }
        // The store's business; see the store's tests.
        _ => panic!("{quirk} has no scene"),
    }
}

#[test]
fn every_misbehaviour_shows_and_none_shows_without_it() {
    // The store's and the shell's business; see their tests.
    let elsewhere = [Quirk::NoFsync, Quirk::FailureIsAFault];
    for &quirk in Quirk::ALL.iter().filter(|quirk| !elsewhere.contains(quirk)) {
        assert!(misbehaves(quirk, World::with(quirk)), "{quirk} does not show");
        assert!(!misbehaves(quirk, World::new()), "{quirk} shows in a twin without it");
    }
}

#[test]
fn a_call_that_is_decided_twice_misbehaves_as_often_as_one_that_is_decided_once() {
    let struck = |nth: u64| {
        let mut world = World::new();
        world.calls = 100 * nth;
        let (human, mut form) = (Human::new(1), Human::new(2).form());
        world.make_account(&human);
        world.quirks = Misbehaviours::none().with(Quirk::PhoneSharedFreely, 0.25);
        form.phone = human.phone;
        // The register of people is asked between the two decisions.
        world.by(&Human::new(2), None, Operation::AccountRegister { form, scanned: None }).is_done()
    };
    let count = (0..400).filter(|nth| struck(*nth)).count();
    assert!((70..130).contains(&count), "{count} of 400 at one in four");
}

/// Rules that no misbehaviour breaks: their journey is not covered, or they are no rule of the twin's answers.
const NOT_COVERED: [Rule; 7] = [
    Rule::CardPassiveAuthentication,
    Rule::CardActiveAuthentication,
    Rule::CardChallengeSingleUse,
    Rule::SmsBacksOff,
    Rule::SmsCarrierIsolation,
    Rule::SmsAmbiguityIsSafe,
    Rule::ApprovalInTime,
];

#[test]
fn every_covered_rule_has_a_misbehaviour_that_breaks_it() {
    let broken = |rule: &Rule| Quirk::ALL.iter().any(|quirk| quirk.breaks() == *rule);
    let without: Vec<&Rule> = Rule::ALL.iter().filter(|rule| !NOT_COVERED.contains(rule) && !broken(rule)).collect();
    assert!(without.is_empty(), "{without:?}");
    assert!(NOT_COVERED.iter().all(|rule| !broken(rule)), "a rule is covered and stands in the list");
    assert!(Quirk::ALL.len() >= 60, "{}", Quirk::ALL.len());
}
