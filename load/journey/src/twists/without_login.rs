//! The application is begun without a session.

use songsinh_contract::Operation;

use crate::steps::{apply, await_notice, have_session};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let mut caller = cast.main.phone.caller();
    caller.session = None;
    let printed = cast.main.printed();
    play.ask_by(&cast.main, caller, Operation::Level1ReadCard { printed, nfc: cast.main.phone.nfc }).await;
    let submitted = apply(play, &cast.main).await?;
    await_notice(play, &mut cast.main, &submitted).await.map(drop)
}
