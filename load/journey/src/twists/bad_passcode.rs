//! A passcode that is not six digits.

use songsinh_contract::Secret;

use crate::steps::{confirmed, finish_activation, have_approval, set_passcode};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let challenge = confirmed(play, &cast.main).await?;
    let bad = ["12345", "1234567", "12345a", ""][play.chance.below(4) as usize];
    set_passcode(play, &cast.main, &challenge, Secret::new(bad)).await;
    play.think(2.0).await;
    finish_activation(play, &mut cast.main, &challenge).await
}
