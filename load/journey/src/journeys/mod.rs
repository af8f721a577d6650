//! The journeys of the letters, one file each, and which twist plays which story.

use std::ops::RangeInclusive;
use std::time::Duration;

use songsinh_scenario::{Journey, Twist};

use crate::steps::{have_activation, have_approval, have_session};
use crate::{Cast, Ending, Play, Stage, twists};

/// What is to be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// What the citizen sets out to do.
    pub journey: Journey,
    /// The mistake or attack on the way.
    pub twist: Option<Twist>,
    /// How long after it was made a QR is scanned: one of these spans, by chance. None: as the story has it.
    pub scan_after: Vec<RangeInclusive<Duration>>,
}

impl Story {
    /// A story in which nothing more is asked for.
    #[must_use]
    pub fn new(journey: Journey, twist: Option<Twist>) -> Self {
        Self { journey, twist, scan_after: Vec::new() }
    }
}

/// Plays a whole story. What it leaves its people with stands in their [`standing`](crate::Actor::standing) after it.
pub async fn play_story<S: Stage>(mut play: Play<'_, S>, cast: &mut Cast, story: &Story) -> Ending {
    let done = match story.twist {
        None => honest(&mut play, cast, story).await,
        Some(twist) => twists::play_twist(&mut play, cast, twist).await,
    };
    match done {
        Ok(()) => Ending::Completed,
        Err(ending) => ending,
    }
}

async fn honest<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast, story: &Story) -> Result<(), Ending> {
    match story.journey {
        Journey::Register => have_session(play, &mut cast.main).await,
        Journey::Level1 => have_approval(play, &mut cast.main).await.map(drop),
        Journey::Activate => have_activation(play, &mut cast.main).await,
    }
}
