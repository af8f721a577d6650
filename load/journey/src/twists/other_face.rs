//! The face of somebody else. Where it is refused, the own face follows.

use songsinh_contract::{Outcome, Portrait};

use super::common::{finish_application, open_application};
use crate::steps::{have_session, portrait, submit};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let face = cast.other()?.person.portrait;
    let shot = 1 + play.chance.below(1_000) as u32;
    let application = open_application(play, cast).await?;
    let outcome = portrait(play, &cast.main, &application, Some(Portrait { shot, ..face })).await;
    match outcome {
        Outcome::Refused(_) => finish_application(play, cast, &application).await,
        _ => {
            submit(play, &cast.main, &application, None).await;
            Ok(())
        }
    }
}
