//! What a story leaves its people with, and what the next one makes of it.

use songsinh_contract::{Level, OperationName};
use songsinh_journey::{Cast, Ending, Story};
use songsinh_scenario::Journey;

use crate::stage::{SEED, Script, Scripted, actor, cast, played};

fn after(journey: Journey, seed: u64) -> Cast {
    let mut cast = cast(journey.cast());
    let ending = played(&Scripted::new(Script::Yes), &mut cast, &Story::new(journey, None), seed);
    assert_eq!(ending, Ending::Completed, "{journey}");
    cast
}

#[test]
fn each_journey_leaves_the_account_that_its_name_says() {
    for seed in 0..6 {
        for (journey, level, active) in [
            (Journey::Register, Level::App, false),
            (Journey::Level1, Level::One, false),
            (Journey::Level2, Level::Two, false),
            (Journey::Activate, Level::One, true),
            (Journey::Level2AfterLevel1, Level::Two, true),
            (Journey::ActivateLevel2, Level::Two, true),
            (Journey::MoveDevice, Level::Two, true),
            (Journey::ReleaseDevice, Level::Two, true),
        ] {
            let main = after(journey, seed).main;
            assert_eq!((main.level(), main.bound().is_some()), (level, active), "{journey}");
            if let Some(bound) = main.bound() {
                assert_eq!(bound.device, main.phone.device);
                assert_eq!(bound.passcode, main.passcode.digest());
                assert_eq!(bound.questions.len(), 2);
            }
        }
        let both = after(Journey::VerifyQr, seed);
        assert!(both.main.bound().unwrap().qr_switch);
        assert_eq!(both.others[0].level(), Level::Two);
    }
}

#[test]
fn a_person_is_rebuilt_from_the_standing_alone() {
    for journey in [Journey::PersonalPage, Journey::MoveDevice, Journey::ForgotPassword, Journey::VerifyQr] {
        let left = after(journey, 3).main;
        let standing = left.standing.clone().unwrap();
        let again = actor(left.person.clone(), SEED).with_standing(standing.clone());
        assert_eq!(again.password, left.password, "{journey}");
        assert_eq!(again.passcode, left.passcode, "{journey}");
        assert_eq!(again.answers, left.answers, "{journey}");
        assert_eq!(again.phone.device, left.phone.device, "{journey}");
        assert_eq!(again.standing, Some(standing));
    }
}

#[test]
fn who_is_prepared_begins_where_they_are() {
    for journey in [Journey::Wallet, Journey::Payments, Journey::VerifyQr, Journey::MoveDevice, Journey::Services] {
        let mut cast = cast(journey.cast());
        let prepared = after(Journey::ActivateLevel2, 1).main;
        for one in std::iter::once(&mut cast.main).chain(&mut cast.others).filter(|one| one.officer.is_none()) {
            let own = one.clone();
            let mut standing = prepared.standing.clone().unwrap();
            standing.phone = own.phone.number;
            let bound = standing.bound.as_mut().unwrap();
            bound.device = own.phone.device;
            bound.passcode = own.passcode.digest();
            standing.password = Some(own.password.digest());
            *one = own.with_standing(standing);
        }
        let stage = Scripted::new(Script::Yes);
        assert_eq!(played(&stage, &mut cast, &Story::new(journey, None), 2), Ending::Completed);
        for never in [
            OperationName::AccountRegister,
            OperationName::ActivationRequest,
            OperationName::Level2File,
            OperationName::OfficerLogin,
        ] {
            assert_eq!(stage.count(never), 0, "{journey}: {never}");
        }
        assert!(stage.count(OperationName::SessionLogin) >= 1);
    }
}
