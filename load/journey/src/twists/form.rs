//! Mistakes and attacks at the registration form.

use std::time::Duration;

use songsinh_contract::{BirthDate, Operation};

use crate::steps::{
    Challenge, Line, activate, confirm, enter_code, have_account, have_approval, have_session, is_dirty, login,
    register, register_form, set_password, stop,
};
use crate::{Cast, Ending, Play, Stage};

/// A name with a slip in it, corrected after Không đạt.
pub async fn typo_name<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut form = cast.main.form();
    form.name = format!("{} Nhầm", form.name).into();
    // A wrong form needs no code; a target that gives one all the same is judged by the record.
    let _ = register_form(play, &cast.main, form, None).await;
    play.think(8.0).await;
    have_session(play, &mut cast.main).await
}

/// A wrong birth year, corrected after Không đạt.
pub async fn typo_birth<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut form = cast.main.form();
    form.born = other_year(form.born);
    let _ = register_form(play, &cast.main, form, None).await;
    play.think(8.0).await;
    have_session(play, &mut cast.main).await
}

fn other_year(born: BirthDate) -> BirthDate {
    match born {
        BirthDate::Full(date) => {
            BirthDate::Full(date.checked_sub(jiff::Span::new().years(3)).unwrap_or(jiff::civil::Date::ZERO))
        }
        BirthDate::Year(year) => BirthDate::Year(year - 3),
    }
}

/// The card of somebody else is scanned after the own number was typed.
pub async fn scan_other_card<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let scanned = cast.other()?.printed();
    let form = cast.main.form();
    let _ = register_form(play, &cast.main, form, Some(scanned)).await;
    play.think(8.0).await;
    have_session(play, &mut cast.main).await
}

/// A number with a digit too few, or one whose century digit tells another sex.
pub async fn malformed_number<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut form = cast.main.form();
    let short = play.chance.happens(0.5);
    form.number = if short {
        form.number[..11].into()
    } else {
        let flipped = if form.number.as_bytes()[3].is_multiple_of(2) { 1 } else { -1 };
        let digit = i32::from(form.number.as_bytes()[3] - b'0') + flipped;
        format!("{}{}{}", &form.number[..3], digit, &form.number[4..]).into()
    };
    let _ = register_form(play, &cast.main, form, None).await;
    play.think(8.0).await;
    have_session(play, &mut cast.main).await
}

/// Somebody registers a person who is dead, cancelled or under age, with true data.
pub async fn not_eligible<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let form = cast.main.form();
    let _ = register_form(play, &cast.main, form, None).await;
    Ok(())
}

/// An attacker knows a number and a name, and guesses the date of birth; the code would come to their own phone.
pub async fn someone_elses_data<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut form = cast.main.form();
    let attacker = cast.other()?;
    form.phone = attacker.phone.number;
    form.born = other_year(form.born);
    let attacker = attacker.clone();
    let _ = register_form(play, &attacker, form, None).await;
    play.think(3.0).await;
    have_session(play, &mut cast.main).await
}

/// A citizen who has an account asks for another.
pub async fn account_exists<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    play.think(5.0).await;
    let _ = register(play, &cast.main).await;
    Ok(())
}

/// Somebody registers a citizen who has an account once more, with another phone. It is refused, and must have changed
/// nothing: the account is activated with the phone number that it had.
pub async fn second_registration<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    play.think(5.0).await;
    let mut form = cast.main.form();
    form.phone = cast.other()?.phone.number;
    let _ = register_form(play, &cast.main, form, None).await;
    play.think(3.0).await;
    activate(play, &mut cast.main).await
}

/// A relative registers with the phone number of a citizen who has an account.
pub async fn phone_taken<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_account(play, &mut cast.main).await?;
    play.think(5.0).await;
    let number = cast.main.phone.number;
    let relative = cast.other()?;
    let mut form = relative.form();
    form.phone = number;
    let relative = relative.clone();
    let _ = register_form(play, &relative, form, None).await;
    Ok(())
}

/// One citizen registers from two phones with two numbers, and both set the password at the same time.
pub async fn double_registration<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut second = cast.main.clone();
    let helper = cast.other()?;
    second.phone = helper.phone.clone();
    second.password = helper.password.clone();
    let open = |outcome| if is_dirty(&outcome) { Ending::Dirty } else { stop("registration", &outcome) };
    let mut one = register(play, &cast.main).await.map_err(open)?;
    let form = second.form();
    let mut two = register_form(play, &second, form, None).await.map_err(open)?;
    enter_code(play, &cast.main, &mut one).await?;
    enter_code(play, &second, &mut two).await?;
    let set = |challenge: &Challenge, actor: &crate::Actor| Operation::AccountSetPassword {
        challenge: challenge.handle.clone(),
        password: actor.password.clone(),
    };
    let (first, other) = play.ask_both((&cast.main, set(&one, &cast.main)), (&second, set(&two, &second))).await;
    play.think(2.0).await;
    let mut winner = if other.is_done() && !first.is_done() { second } else { cast.main.clone() };
    login(play, &mut winner).await;
    Ok(())
}

/// A registration left between code and password: no login; later the same person starts anew.
pub async fn abandoned<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = register(play, &cast.main)
        .await
        .map_err(|outcome| if is_dirty(&outcome) { Ending::Dirty } else { stop("registration", &outcome) })?;
    if play.chance.happens(0.5) {
        enter_code(play, &cast.main, &mut challenge).await?;
    }
    login(play, &mut cast.main).await;
    let again = challenge.answered + play.book.otp_resend_gap + play.paced(Duration::from_secs(5));
    play.until(again.max(play.now())).await;
    have_session(play, &mut cast.main).await
}

/// Sets the password of a confirmed registration and logs in.
pub(super) async fn finish_registration<S: Stage>(
    play: &mut Play<'_, S>,
    cast: &mut Cast,
    challenge: &Challenge,
) -> Result<(), Ending> {
    debug_assert_eq!(challenge.line, Line::Registration);
    let outcome = set_password(play, &mut cast.main, challenge).await;
    if !outcome.is_done() {
        return Err(stop("password", &outcome));
    }
    play.think(3.0).await;
    let outcome = login(play, &mut cast.main).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("login", &outcome)) }
}

/// Enters a code that came and goes on to the first login; a refusal is followed by the honest path.
pub(super) async fn confirm_or_retry<S: Stage>(
    play: &mut Play<'_, S>,
    cast: &mut Cast,
    challenge: &mut Challenge,
    code: songsinh_contract::Code,
) -> Result<(), Ending> {
    if !confirm(play, &cast.main, challenge, code).await.is_done() {
        crate::steps::resend(play, &cast.main, challenge).await?;
        enter_code(play, &cast.main, challenge).await?;
    }
    finish_registration(play, cast, challenge).await
}
