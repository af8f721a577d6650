//! Where a check is played: in virtual time, or over HTTP at the built-in twin of a world or at any target.
//!
//! Invariant: whoever is played over HTTP is judged by the target's own rulebook, on its world's day, and nobody takes
//! part twice: a roster goes on from one generation to the next. Not here: how a generation is judged (`generation`).

use std::path::{Path, PathBuf};

use songsinh_contract::{OperationName, Rulebook};
use songsinh_engine::world::{WorldInfo, attach};
use songsinh_record::Source;
use songsinh_scenario::{Course, Profile, RulebookChoices, Scenario, Shape, Stretch};

use crate::error::CheckError;

/// The profile of the built-in twin, for records.
const BUILT_IN: &str = include_str!("../../../scenarios/targets/built-in.yaml");

/// Where waits are jumped over, all people are prepared in the same moments: each moment in which somebody acts is a jump,
/// and behind each it is looked whether messages come.
const PREPARED_AT_ONCE: Stretch = Stretch { from_per_s: 1_000.0, to_per_s: 1_000.0 };

/// Where a check is to be played, as somebody asked for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// The world; none: virtual time.
    pub(crate) world: Option<WantedWorld>,
    /// The profile of another target than the built-in twin.
    pub(crate) target: Option<PathBuf>,
    /// Where rosters lie.
    pub(crate) rosters: PathBuf,
}

/// Which world.
#[derive(Debug, Clone)]
pub(crate) enum WantedWorld {
    /// The one of `songsinh up` at this address.
    At(String),
    /// One that was made for checks alone: its twin knows nobody but whom the rosters name.
    Made(Box<WorldInfo>),
}

/// Where a check is played.
#[derive(Debug)]
pub(crate) enum Place {
    /// In this process, at the built-in twin.
    Virtual,
    /// Over sockets.
    Http(Box<Site>),
}

/// A target and the world around it.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) info: WorldInfo,
    /// Where the world was found; none for one that was made.
    pub(crate) url: Option<String>,
    pub(crate) profile: Profile,
    pub(crate) source: Source,
    pub(crate) built_in: bool,
    pub(crate) rosters: PathBuf,
}

impl Wanted {
    /// Finds the place.
    ///
    /// # Errors
    /// When the world does not answer, the profile cannot be read, or there is nothing to play at.
    pub(crate) async fn find(&self) -> Result<Place, CheckError> {
        let (info, url) = match &self.world {
            None if self.target.is_some() => return Err(CheckError::NoWorld),
            None => return Ok(Place::Virtual),
            Some(WantedWorld::At(url)) => {
                (attach(url).await.map_err(songsinh_engine::RunError::from)?, Some(url.clone()))
            }
            Some(WantedWorld::Made(info)) => (WorldInfo::clone(info), None),
        };
        let (mut profile, source, built_in) = match &self.target {
            Some(path) => {
                let profile = Profile::load(path).map_err(|errors| CheckError::File(errors.to_string()))?;
                let source = source_of(&profile, path)?;
                (profile, source, false)
            }
            None => (built_in_profile()?, built_in_source(), true),
        };
        // Only we have ever used it, so that whoever the roster has not named is certain to be new to it.
        profile.fresh |= built_in && url.is_none();
        Ok(Place::Http(Box::new(Site { info, url, profile, source, built_in, rosters: self.rosters.clone() })))
    }
}

fn source_of(profile: &Profile, path: &Path) -> Result<Source, CheckError> {
    let text = std::fs::read_to_string(path).map_err(|error| CheckError::Io { path: path.to_owned(), error })?;
    Ok(Source { name: profile.profile.to_string(), path: path.display().to_string(), text })
}

pub(crate) fn built_in_profile() -> Result<Profile, CheckError> {
    Profile::built_in().map_err(|errors| CheckError::File(errors.to_string()))
}

pub(crate) fn built_in_source() -> Source {
    Source { name: "built-in".into(), path: "scenarios/targets/built-in.yaml".into(), text: BUILT_IN.to_owned() }
}

impl Place {
    /// Whether stories wait for their times: over HTTP, where no test clock can be moved.
    pub(crate) fn waits(&self) -> bool {
        matches!(self, Self::Http(site) if site.profile.clock.is_none())
    }
    /// Fits a scenario to the place: another target has its own rulebook, another world its own day.
    pub(crate) fn fit(&self, scenario: &mut Scenario) {
        let Self::Http(site) = self else { return };
        scenario.day = site.info.day;
        let own = site.info.twin_rulebook.as_ref().filter(|_| site.built_in);
        let shipped = || Rulebook::shipped(site.profile.rulebook.base.unwrap_or(Rulebook::default().name));
        scenario.rulebook = RulebookChoices::of(&own.cloned().unwrap_or_else(shipped));
        if !self.waits() {
            scenario.prepare.journeys.rate = Course { stretches: vec![PREPARED_AT_ONCE] };
        }
    }
    /// Why the target lacks an operation, if it does.
    pub(crate) fn lacks(&self, operation: OperationName) -> Option<&str> {
        let Self::Http(site) = self else { return None };
        match site.profile.shape(operation) {
            Shape::Missing(why) => Some(why),
            Shape::Request(_) => None,
        }
    }
    /// The options of the command line that lead here.
    pub(crate) fn options(&self) -> String {
        let Self::Http(site) = self else { return String::new() };
        let target = (!site.built_in).then(|| format!(" --target {}", site.source.path));
        let world = site.url.as_ref().map_or(" --http".to_owned(), |url| format!(" --world {url}"));
        target.unwrap_or_default() + &world
    }
    /// Where it is, and how time passes there, in words.
    pub(crate) fn words(&self) -> String {
        let Self::Http(site) = self else { return "the built-in twin in virtual time".to_owned() };
        let clock = match &site.profile.clock {
            Some(clock) => format!("jumps over waits through POST {}", clock.advance.post.text()),
            None => "waits for real time: its profile says no `clock.advance`".to_owned(),
        };
        let name = if site.built_in { "the built-in twin" } else { site.source.name.as_str() };
        format!("{name} over HTTP; {clock}")
    }
}
