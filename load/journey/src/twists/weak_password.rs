//! A password that the policy forbids, then a good one.

use songsinh_contract::Secret;

use super::common::finish_registration;
use crate::steps::{enter_code, open, set_password};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    const WEAK: [&str; 6] = ["Ab1!", "abcdefg1!", "ABCDEFG1!", "Abcdefgh!", "Abcdefgh1", "Abcdefghijklmnopqrst1!"];
    let mut challenge = open(play, &cast.main).await?;
    enter_code(play, &cast.main, &mut challenge).await?;
    let weak = Secret::new(WEAK[play.chance.below(WEAK.len() as u64) as usize]);
    let good = std::mem::replace(&mut cast.main.password, weak);
    set_password(play, &mut cast.main, &challenge).await;
    cast.main.password = good;
    play.think(6.0).await;
    finish_registration(play, cast, &challenge).await
}
