//! The new passcode is not six digits.

use songsinh_contract::{Operation, Secret};

use super::desk::active;
use crate::steps::enter_passcode;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let bad = ["12345", "1234567", "12a456", ""][play.chance.below(4) as usize];
    let (old, new) = (main.passcode.clone(), Secret::new(bad));
    play.ask(main, Operation::PasscodeChange { old, new }).await;
    play.think(3.0).await;
    enter_passcode(play, main, main.passcode.clone()).await;
    Ok(())
}
