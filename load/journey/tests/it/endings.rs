//! Every story comes to an end, whatever it is answered.

use std::collections::BTreeSet;
use std::time::Duration;

use songsinh_contract::OperationName;
use songsinh_journey::{Ending, Story};
use songsinh_scenario::{Journey, Twist};

use crate::stage::{Script, Scripted, cast, played};

fn stories() -> impl Iterator<Item = (Story, songsinh_scenario::Roles)> {
    let journeys = Journey::ALL.iter().map(|&journey| (Story::new(journey, None), journey.cast()));
    let twists = Twist::ALL.iter().map(|&twist| (Story::new(twist.journey(), Some(twist)), twist.cast()));
    journeys.chain(twists)
}

#[test]
fn every_journey_completes_where_everything_is_done_and_asks_what_the_catalogue_says() {
    for &journey in Journey::ALL {
        // Some branches are drawn: together the seeds see them all.
        let mut asked = BTreeSet::new();
        let mut completed = 0;
        for seed in 0..12 {
            let stage = Scripted::new(Script::Yes);
            let ending = played(&stage, &mut cast(journey.cast()), &Story::new(journey, None), seed);
            match ending {
                Ending::Completed => completed += 1,
                Ending::GaveUp(_) if journey == Journey::Reached => {}
                _ => panic!("{journey}, seed {seed}: {ending:?} after {:?}", stage.asked()),
            }
            asked.extend(stage.asked());
        }
        assert!(completed > 0, "{journey}");
        let missing: Vec<_> = journey.operations().iter().filter(|name| !asked.contains(name)).collect();
        assert!(missing.is_empty(), "{journey} never asked {missing:?}");
    }
}

#[test]
fn every_twist_has_the_people_that_it_needs() {
    for (story, roles) in stories() {
        for seed in 0..4 {
            let stage = Scripted::new(Script::Yes);
            let ending = played(&stage, &mut cast(roles), &story, seed);
            let people = matches!(&ending, Ending::Failed(why) if why.contains("nobody") || why.contains("user name"));
            assert!(!people, "{story:?}: {ending:?}");
        }
    }
}

#[test]
fn every_story_ends_where_everything_is_refused() {
    for (story, roles) in stories() {
        let stage = Scripted::new(Script::No);
        played(&stage, &mut cast(roles), &story, 1);
        assert!(stage.calls.borrow().len() < 20, "{story:?}: {:?}", stage.asked());
    }
}

#[test]
fn every_story_ends_where_anything_happens() {
    for (story, roles) in stories() {
        for seed in 0..10 {
            let stage = Scripted::new(Script::Wild(seed));
            played(&stage, &mut cast(roles), &story, seed);
        }
    }
}

#[test]
fn a_qr_is_scanned_when_the_scenario_wants_it() {
    let second = Duration::from_secs(1);
    for (from, to) in [(second * 3, second * 40), (second * 58, Duration::from_millis(59_900))] {
        let mut story = Story::new(Journey::VerifyQr, None);
        story.scan_after = vec![from..=to];
        for seed in 0..20 {
            let stage = Scripted::new(Script::Yes);
            assert_eq!(played(&stage, &mut cast(Journey::VerifyQr.cast()), &story, seed), Ending::Completed);
            let calls = stage.calls.borrow();
            let at = |name| calls.iter().find(|(_, call)| call.operation.name() == name).unwrap().0;
            let apart = at(OperationName::QrScan).since(at(OperationName::QrMint));
            // Both calls take 20 ms here; the scan is sent that much sooner than it is done.
            assert!(apart >= from && apart <= to + Duration::from_millis(20), "{apart:?}");
        }
    }
}
