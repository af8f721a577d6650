//! The JSON Schemas of scenario and profile files, for editors and for others who write such files.
//!
//! Invariant: they come from the declarations that the files are read by; `scenarios/schema/` holds copies, and a test
//! compares them.

use serde_json::Value;

use crate::file::Scenario;
use crate::profile::Profile;

/// The schema of scenario files, JSON Schema 2020-12.
#[must_use]
pub fn scenario_schema() -> Value {
    schemars::schema_for!(Scenario).to_value()
}

/// The schema of target profiles, JSON Schema 2020-12.
#[must_use]
pub fn profile_schema() -> Value {
    schemars::schema_for!(Profile).to_value()
}

/// The schema as committed: indented, members in alphabetical order, with a line end.
#[must_use]
pub fn printed(schema: &Value) -> String {
    format!("{:#}\n", sorted(schema))
}

/// The same with the members of every object in order, whatever order the JSON library keeps.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            Value::Object(members.into_iter().map(|(name, value)| (name.clone(), sorted(value))).collect())
        }
        other => other.clone(),
    }
}

/// A YAML file as the JSON that an editor compares with the schema; none if it is no YAML.
#[must_use]
pub fn yaml_as_json(text: &str) -> Option<Value> {
    crate::yaml::parse(text).ok().map(|node| crate::read::as_json(&node))
}
