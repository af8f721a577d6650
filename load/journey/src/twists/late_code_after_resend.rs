//! `late-code-after-resend`: asks for the code again and enters what came at the edge of its life: counted from the
//! resend where that makes a new code, from the first message where it repeats the old one.

use songsinh_contract::ResendPolicy;

use super::common::{confirm_or_retry, received_code};
use crate::steps::{open, resend};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    let first = (challenge.asked, challenge.answered);
    resend(play, &cast.main, &mut challenge).await?;
    let (code, _) = received_code(play, &cast.main, &challenge).await?;
    let born = match play.book.otp_resend_policy {
        ResendPolicy::SameCode => first,
        ResendPolicy::NewestOnly => (challenge.asked, challenge.answered),
    };
    let life = play.book.otp_lifetime;
    play.until_edge(born, life).await;
    confirm_or_retry(play, cast, &mut challenge, code).await
}
