//! One citizen registers from two phones with two numbers, and both set the password at the same time.

use songsinh_contract::Operation;

use crate::steps::{Challenge, enter_code, is_dirty, login, register, register_form, stop};
use crate::{Actor, Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut second = cast.main.clone();
    second.phone = cast.other()?.phone.clone();
    second.secrets = second.secrets.with_next_password();
    second.password = second.secrets.password();
    let open = |outcome| if is_dirty(&outcome) { Ending::Dirty } else { stop("registration", &outcome) };
    let mut one = register(play, &cast.main).await.map_err(open)?;
    let form = second.form();
    let mut two = register_form(play, &second, form, None).await.map_err(open)?;
    enter_code(play, &cast.main, &mut one).await?;
    enter_code(play, &second, &mut two).await?;
    let set = |challenge: &Challenge, actor: &Actor| Operation::AccountSetPassword {
        challenge: challenge.handle.clone(),
        password: actor.password.clone(),
    };
    let (first, other) = play.ask_both((&cast.main, set(&one, &cast.main)), (&second, set(&two, &second))).await;
    play.think(2.0).await;
    if other.is_done() && !first.is_done() {
        cast.main = second;
    }
    if first.is_done() || other.is_done() {
        cast.main.password_is_set();
    }
    login(play, &mut cast.main).await;
    Ok(())
}
