//! Whatever the bytes are, a file is read or refused with at least one error that can be shown.

use proptest::prelude::*;
use songsinh_scenario::{Profile, Scenario, schema};

const SCENARIO: &str = include_str!("../../../../scenarios/tuyen-quang-opening-day.yaml");
const PROFILE: &str = include_str!("../../../../scenarios/targets/stand-in.yaml");

fn read(bytes: &[u8]) -> Result<(), TestCaseError> {
    let scenario = Scenario::parse("any.yaml", bytes).err();
    let profile = Profile::parse("any.yaml", bytes).err();
    for errors in scenario.into_iter().chain(profile) {
        prop_assert!(errors.count() > 0);
        prop_assert!(errors.to_string().contains("error: "));
        prop_assert_eq!(errors.positions().count(), errors.count());
    }
    Ok(())
}

/// A sound file with some bytes changed, cut or put in.
fn mutated(file: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let piece =
        prop_oneof![any::<Vec<u8>>(), "[ \\t\\n{}\\[\\]:,&*!|>'\"%@`#a-z0-9é-]{0,8}".prop_map(String::into_bytes)];
    prop::collection::vec((0..file.len(), 0_usize..12, piece), 1..4).prop_map(move |edits| {
        let mut bytes = file.as_bytes().to_vec();
        for (at, cut, piece) in edits {
            let at = at.min(bytes.len());
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, piece);
        }
        bytes
    })
}

proptest! {
    #[test]
    fn any_bytes_are_bearable(bytes: Vec<u8>) {
        read(&bytes)?;
    }

    #[test]
    fn any_text_is_bearable(text in "[ \\t\\n{}\\[\\]:,&*!|>'\"%@`#a-z0-9é.-]{0,200}") {
        read(text.as_bytes())?;
        let _ = schema::yaml_as_json(&text);
    }

    #[test]
    fn a_mutated_scenario_is_bearable(bytes in mutated(SCENARIO)) {
        read(&bytes)?;
    }

    #[test]
    fn a_mutated_profile_is_bearable(bytes in mutated(PROFILE)) {
        read(&bytes)?;
    }
}
