//! The committed schemas are those of the code, and the shipped files keep to them.
//!
//! To write them anew: `cargo run -p songsinh-scenario --example write_schemas`.

use std::path::Path;

use serde_json::Value;
use songsinh_scenario::{Profile, Scenario, schema};

use crate::shipped::{files, folder};

fn committed(name: &str) -> String {
    std::fs::read_to_string(folder().join("schema").join(name)).unwrap()
}

fn as_json(path: &Path) -> Value {
    schema::yaml_as_json(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn committed_schemas_are_in_step() {
    let advice = "write them anew: cargo run -p songsinh-scenario --example write_schemas";
    assert!(committed("scenario.schema.json") == schema::printed(&schema::scenario_schema()), "{advice}");
    assert!(committed("profile.schema.json") == schema::printed(&schema::profile_schema()), "{advice}");
}

#[test]
fn shipped_files_keep_to_their_schema() {
    let scenario = jsonschema::validator_for(&schema::scenario_schema()).unwrap();
    let profile = jsonschema::validator_for(&schema::profile_schema()).unwrap();
    for (validator, folder) in [(&scenario, folder()), (&profile, folder().join("targets"))] {
        for path in files(&folder) {
            let file = as_json(&path);
            let wrong: Vec<String> =
                validator.iter_errors(&file).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(wrong.is_empty(), "{}: {wrong:#?}", path.display());
        }
    }
}

/// What the schema alone can see: the broken files of these names break it too.
#[test]
fn the_schemas_refuse_what_they_can_see() {
    let scenario = jsonschema::validator_for(&schema::scenario_schema()).unwrap();
    let profile = jsonschema::validator_for(&schema::profile_schema()).unwrap();
    let broken = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let names = [
        "scenario-unknown-key",
        "scenario-misspelt-journey",
        "scenario-misspelt-twist",
        "scenario-negative-rate",
        "scenario-duration-without-unit",
        "scenario-no-phases",
        "scenario-list-for-map",
        "scenario-unknown-rule",
        "scenario-must-decide-unknown-rule",
        "scenario-workers-out-of-range",
        "scenario-percent-sign-missing",
        "profile-unknown-operation",
        "profile-unknown-reason",
        "profile-bad-status",
        "profile-session-send",
        "profile-reset-not-yet",
        "profile-url-without-scheme",
    ];
    for name in names {
        let file = as_json(&broken.join(format!("{name}.yaml")));
        let validator = if name.starts_with("profile-") { &profile } else { &scenario };
        assert!(!validator.is_valid(&file), "{name} passes its schema");
    }
}

/// A file that gives only what it must: every default is read, so a default that cannot be read fails here.
#[test]
fn every_default_can_be_read() {
    let text = "scenario: s\nday: 2022-08-27\npeople: {from: [Hà Nội]}\n\
                phases: [{name: p, for: 1s, start: 1/s}]\nmix: [{share: 1, journey: level1}]\n";
    let scenario = Scenario::parse("s.yaml", text.as_bytes()).unwrap();
    assert_eq!((scenario.workers.get(), scenario.limits.len()), (1, 1));
    let text = "profile: p\nurls: {app: 'http://localhost:1'}\nanswers: []\nsms: {messages: []}\n\
                operations: {service.health: {get: /h, show: {}}}\n";
    let profile = Profile::parse("p.yaml", text.as_bytes()).unwrap();
    assert!(!profile.fresh && profile.configure.is_empty());
}
