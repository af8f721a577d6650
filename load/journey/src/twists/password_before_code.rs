//! The password is set before the code was entered, and a login tried.

use super::common::finish_registration;
use crate::steps::{enter_code, login, open, set_password};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    set_password(play, &mut cast.main, &challenge).await;
    login(play, &mut cast.main).await;
    enter_code(play, &cast.main, &mut challenge).await?;
    finish_registration(play, cast, &challenge).await
}
