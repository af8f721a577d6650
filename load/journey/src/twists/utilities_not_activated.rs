//! A citizen with only an app account tries the utilities.

use songsinh_contract::Operation;

use crate::steps::{enter_passcode, have_session, open_form, some_service};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_session(play, main).await?;
    enter_passcode(play, main, main.passcode.clone()).await;
    play.ask(main, Operation::WalletList).await;
    play.ask(main, Operation::PaymentBalance).await;
    let service = some_service(play);
    open_form(play, main, service).await;
    Ok(())
}
