//! The journeys of a citizen, and which twist plays which story.

use songsinh_scenario::{Journey, Twist};

use crate::steps::{have_activation, have_approval, have_session};
use crate::{Actor, Ending, Play, Stage, twists};

/// Who is on the stage.
#[derive(Clone)]
pub struct Cast {
    /// Whose journey it is.
    pub main: Actor,
    /// Relatives, strangers, attackers: as many as the twist needs.
    pub others: Vec<Actor>,
}

impl Cast {
    /// The first of the others.
    ///
    /// # Errors
    /// When the twist was given too few people.
    pub fn other(&mut self) -> Result<&mut Actor, Ending> {
        self.others.first_mut().ok_or(Ending::Failed("the story has nobody to play the other person"))
    }
}

/// Plays a whole story.
pub async fn play_story<S: Stage>(
    mut play: Play<'_, S>,
    mut cast: Cast,
    journey: Journey,
    twist: Option<Twist>,
) -> Ending {
    let done = match twist {
        None => honest(&mut play, &mut cast, journey).await,
        Some(twist) => twists::play_twist(&mut play, &mut cast, twist).await,
    };
    match done {
        Ok(()) => Ending::Completed,
        Err(ending) => ending,
    }
}

async fn honest<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast, journey: Journey) -> Result<(), Ending> {
    match journey {
        Journey::Register => have_session(play, &mut cast.main).await,
        Journey::Level1 => have_approval(play, &mut cast.main).await.map(drop),
        Journey::Activate => have_activation(play, &mut cast.main).await,
    }
}
