//! Loading the files that a command names.

use std::path::Path;

use songsinh_record::Source;
use songsinh_scenario::{Profile, Scenario};

use crate::failure::Failure;

/// Where the built-in twin's profile stands, and what stands in it: for the record.
const BUILT_IN_PATH: &str = "scenarios/targets/built-in.yaml";
const BUILT_IN_PROFILE: &str = include_str!("../../../../scenarios/targets/built-in.yaml");

/// A scenario with the profile of its target.
pub struct Loaded {
    /// The scenario.
    pub scenario: Scenario,
    /// Its source.
    pub scenario_source: Source,
    /// The profile.
    pub profile: Profile,
    /// Its source.
    pub profile_source: Source,
    /// Whether the target is the built-in twin.
    pub built_in: bool,
}

/// Loads a scenario and the profile of its target, or of another one.
pub fn load(scenario_path: &Path, target: Option<&Path>) -> Result<Loaded, Failure> {
    let scenario = Scenario::load(scenario_path).map_err(|errors| Failure::File(errors.to_string()))?;
    let scenario_source = source(scenario.scenario.as_ref(), scenario_path)?;
    let path = target.map(Path::to_owned).or_else(|| scenario.profile_path(scenario_path));
    let (profile, profile_source, built_in) = match path {
        Some(path) => {
            let profile = Profile::load(&path).map_err(|errors| Failure::File(errors.to_string()))?;
            let source = source(profile.profile.as_ref(), &path)?;
            (profile, source, false)
        }
        None => {
            let (profile, source) = built_in()?;
            (profile, source, true)
        }
    };
    Ok(Loaded { scenario, scenario_source, profile, profile_source, built_in })
}

/// The profile of the built-in twin.
pub fn built_in() -> Result<(Profile, Source), Failure> {
    let profile = Profile::built_in().map_err(|errors| Failure::File(errors.to_string()))?;
    let source =
        Source { name: "built-in".to_owned(), path: BUILT_IN_PATH.to_owned(), text: BUILT_IN_PROFILE.to_owned() };
    Ok((profile, source))
}

/// Asserts that a file can be written, before time is spent on what goes into it; its folder is made. A file that is there
/// is left as it is, and none is left behind.
pub fn writable(path: &Path) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Failure::io(folder))?;
    }
    let was_there = path.exists();
    std::fs::OpenOptions::new().append(true).create(true).open(path).map_err(Failure::io(path))?;
    if !was_there {
        std::fs::remove_file(path).map_err(Failure::io(path))?;
    }
    Ok(())
}

fn source(name: &str, path: &Path) -> Result<Source, Failure> {
    let text = std::fs::read_to_string(path).map_err(Failure::io(path))?;
    Ok(Source { name: name.to_owned(), path: path.display().to_string(), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_is_named_and_one_that_can_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let (old, new) = (place.path().join("old.xml"), place.path().join("folder/new.xml"));
        std::fs::write(&old, "kept").unwrap();
        writable(&old).unwrap();
        assert_eq!(std::fs::read_to_string(&old).unwrap(), "kept");
        writable(&new).unwrap();
        assert!(!new.exists());
        let refused = writable(&old.join("below.xml")).unwrap_err().to_string();
        assert!(refused.contains("old.xml"), "{refused}");
        assert!(writable(place.path()).is_err());
    }
}
