//! Another text is submitted with a request id that was used.

use songsinh_contract::Operation;

use super::desk::in_utilities;
use crate::steps::{request_id, some_service};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = in_utilities(play, cast).await?;
    let (service, request) = (some_service(play), request_id(play));
    let form = |text: &str| Operation::FormSubmit { service, request: request.clone(), text: text.into() };
    play.ask(main, form("Kính đề nghị xác nhận")).await;
    play.think(3.0).await;
    play.ask(main, form("Kính đề nghị xác nhận lại")).await;
    play.ask(main, Operation::FormList).await;
    Ok(())
}
