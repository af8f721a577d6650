//! `songsinh validate`: are these files right?

use songsinh_scenario::{Profile, Scenario};

use crate::args::Validate;
use crate::failure::Failure;
use crate::show;

/// Checks files; the first key tells whether one is a scenario or a profile.
pub fn validate(args: &Validate) -> Result<u8, Failure> {
    let mut wrong = Vec::new();
    for path in &args.files {
        let text = match std::fs::read(path) {
            Ok(text) => text,
            // The other files are looked at all the same.
            Err(error) => {
                wrong.push(Failure::io(path)(error).to_string());
                continue;
            }
        };
        let is_profile = String::from_utf8_lossy(&text).lines().any(|line| line.starts_with("profile:"));
        let errors = if is_profile { Profile::load(path).err() } else { Scenario::load(path).err() };
        match errors {
            None => show::line(&format!("{}: in order", path.display())),
            Some(errors) => wrong.push(errors.to_string()),
        }
    }
    if wrong.is_empty() { Ok(0) } else { Err(Failure::File(wrong.join("\n"))) }
}
