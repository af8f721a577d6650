//! Login by fingerprint is tried with the key of another phone.

use songsinh_contract::{Operation, ProofShown};

use super::desk::active;
use crate::steps::{switch_unlock, unlock};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    switch_unlock(play, main, true).await;
    main.phone.session = None;
    let caller = main.phone.caller_with(ProofShown::Foreign, main.spare.signer());
    play.ask_by(main, caller, Operation::SessionUnlock { number: main.number() }).await;
    play.think(1.0).await;
    unlock(play, main).await;
    Ok(())
}
