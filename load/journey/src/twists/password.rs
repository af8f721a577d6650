//! Mistakes and attacks with passwords and sessions.

use songsinh_contract::{Operation, Secret};

use super::form::finish_registration;
use crate::steps::{
    enter_code, have_account, have_session, is_dirty, login, login_with, register, set_password, show, stop,
};
use crate::{Cast, Ending, Play, Stage};

/// A password that the policy forbids, then a good one.
pub async fn weak_password<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    const WEAK: [&str; 6] = ["Ab1!", "abcdefg1!", "ABCDEFG1!", "Abcdefgh!", "Abcdefgh1", "Abcdefghijklmnopqrst1!"];
    let mut challenge = register(play, &cast.main)
        .await
        .map_err(|outcome| if is_dirty(&outcome) { Ending::Dirty } else { stop("registration", &outcome) })?;
    enter_code(play, &cast.main, &mut challenge).await?;
    let weak = Secret::new(WEAK[play.chance.below(WEAK.len() as u64) as usize]);
    let good = std::mem::replace(&mut cast.main.password, weak);
    set_password(play, &mut cast.main, &challenge).await;
    cast.main.password = good;
    play.think(6.0).await;
    finish_registration(play, cast, &challenge).await
}

/// The password is set before the code was entered, and a login tried.
pub async fn password_before_code<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = register(play, &cast.main)
        .await
        .map_err(|outcome| if is_dirty(&outcome) { Ending::Dirty } else { stop("registration", &outcome) })?;
    set_password(play, &mut cast.main, &challenge).await;
    login(play, &mut cast.main).await;
    enter_code(play, &cast.main, &mut challenge).await?;
    finish_registration(play, cast, &challenge).await
}

/// A password that is not the actor's, and meets the policy.
fn not_the_password(password: &Secret) -> Secret {
    Secret::new(&format!("Zz9#{:016x}", password.digest().0))
}

/// One wrong password, then the right one.
pub async fn wrong_password<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_account(play, &mut cast.main).await?;
    let wrong = not_the_password(&cast.main.password);
    let number = cast.main.number();
    login_with(play, &mut cast.main, number, &wrong).await;
    play.think(3.0).await;
    let outcome = login(play, &mut cast.main).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("login", &outcome)) }
}

/// As many wrong passwords as lock the account; the right one while locked; the right one at the edge of the lock.
pub async fn lockout<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_account(play, &mut cast.main).await?;
    let wrong = not_the_password(&cast.main.password);
    let number = cast.main.number();
    let mut locked_at = (play.now(), play.now());
    for _ in 0..play.book.login_attempts {
        play.think(1.0).await;
        let asked = play.now();
        login_with(play, &mut cast.main, number, &wrong).await;
        locked_at = (asked, play.now());
    }
    login(play, &mut cast.main).await;
    let lock = play.book.login_lock;
    let before = play.until_edge(locked_at, lock).await;
    login(play, &mut cast.main).await;
    if before {
        play.until((locked_at.1 + lock + std::time::Duration::from_millis(300)).max(play.now())).await;
        login(play, &mut cast.main).await;
    }
    Ok(())
}

/// A number that has no account, and a wrong password for one that has: the words must not tell them apart.
pub async fn unknown_number<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_account(play, &mut cast.main).await?;
    let unknown = cast.other()?.number();
    let wrong = not_the_password(&cast.main.password);
    login_with(play, &mut cast.main, unknown, &wrong).await;
    play.think(1.0).await;
    let number = cast.main.number();
    login_with(play, &mut cast.main, number, &wrong).await;
    Ok(())
}

/// A session's token is shown by another phone.
pub async fn session_other_device<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let mut thief = cast.main.on_spare();
    thief.phone.session = cast.main.phone.session.clone();
    play.ask(&thief, Operation::AccountShow).await;
    play.think(1.0).await;
    show(play, &cast.main).await;
    Ok(())
}

/// A session is left alone until shortly before or shortly after its idle life is over.
pub async fn session_idle<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    play.think(1.0).await;
    let asked = play.now();
    show(play, &cast.main).await;
    let used = (asked, play.now());
    let idle = play.book.session_idle;
    play.until_edge(used, idle).await;
    show(play, &cast.main).await;
    Ok(())
}
