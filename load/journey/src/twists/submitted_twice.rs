//! A form is submitted again with the same request id: it is kept once.

use songsinh_contract::Operation;

use super::desk::in_utilities;
use crate::steps::{open_form, request_id, some_service};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = in_utilities(play, cast).await?;
    let service = some_service(play);
    open_form(play, main, service).await;
    play.think(10.0).await;
    let request = request_id(play);
    let form =
        || Operation::FormSubmit { service, request: request.clone(), text: "Kính đề nghị xác nhận".into() };
    play.ask_both((main, form()), (main, form())).await;
    play.think(2.0).await;
    play.ask(main, form()).await;
    play.ask(main, Operation::FormList).await;
    Ok(())
}
