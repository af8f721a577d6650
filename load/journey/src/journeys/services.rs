//! Journey 9: a public service's form opens with the personal fields filled, and is submitted.

use songsinh_contract::Operation;

use crate::steps::{ask_safely, have_level2, open_form, open_utilities, request_id, some_service, stop};
use crate::{Cast, Ending, Play, Stage};

/// Opens a form and submits it; a lost answer is asked for again with the same request id.
pub async fn services<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    have_level2(play, main, officer).await?;
    open_utilities(play, main).await?;
    let service = some_service(play);
    let outcome = open_form(play, main, service).await;
    if !outcome.is_done() {
        return Err(stop("form", &outcome));
    }
    play.think(25.0).await;
    let request = request_id(play);
    let text = format!("Kính đề nghị giải quyết, việc số {}", play.chance.below(1_000_000)).into();
    let outcome = ask_safely(play, main, Operation::FormSubmit { service, request, text }).await;
    if !outcome.is_done() {
        return Err(stop("submission", &outcome));
    }
    let outcome = play.ask(main, Operation::FormList).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("list of submissions", &outcome)) }
}
