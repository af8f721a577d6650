//! A citizen with level 1 tries every utility; the rulebook says whether forms are open to them.

use songsinh_contract::Operation;

use crate::steps::{have_activation, open_form, open_utilities, some_service};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_activation(play, main).await?;
    open_utilities(play, main).await?;
    play.ask(main, Operation::WalletList).await;
    play.ask(main, Operation::PaymentBalance).await;
    play.ask(main, Operation::PaymentBills).await;
    let service = some_service(play);
    open_form(play, main, service).await;
    Ok(())
}
