//! Mistakes and attacks, one function each, grouped by where in the journeys they happen.

mod activation;
mod binding;
mod card;
mod code;
mod form;
mod password;

use songsinh_scenario::Twist;

use crate::{Cast, Ending, Play, Stage, Story};

/// Plays the story of a twist.
pub async fn play_twist<S: Stage>(
    play: &mut Play<'_, S>,
    cast: &mut Cast,
    twist: Twist,
    _story: &Story,
) -> Result<(), Ending> {
    match twist {
        Twist::TypoName => form::typo_name(play, cast).await,
        Twist::TypoBirth => form::typo_birth(play, cast).await,
        Twist::ScanOtherCard => form::scan_other_card(play, cast).await,
        Twist::MalformedNumber => form::malformed_number(play, cast).await,
        Twist::DeadPerson | Twist::CancelledPerson | Twist::UnderAge => form::not_eligible(play, cast).await,
        Twist::SomeoneElsesData => form::someone_elses_data(play, cast).await,
        Twist::AccountExists => form::account_exists(play, cast).await,
        Twist::SecondRegistration => form::second_registration(play, cast).await,
        Twist::PhoneTaken => form::phone_taken(play, cast).await,
        Twist::DoubleRegistration => form::double_registration(play, cast).await,
        Twist::Abandoned => form::abandoned(play, cast).await,
        Twist::WrongCode => code::wrong_code(play, cast).await,
        Twist::CodesExhausted => code::codes_exhausted(play, cast).await,
        Twist::LateCode => code::late_code(play, cast).await,
        Twist::UsedCode => code::used_code(play, cast).await,
        Twist::OldCodeAfterResend => code::old_code_after_resend(play, cast).await,
        Twist::CodeTwiceAtOnce => code::code_twice_at_once(play, cast).await,
        Twist::StolenCode => code::stolen_code(play, cast).await,
        Twist::ResendTooSoon => code::resend_too_soon(play, cast).await,
        Twist::ResendFlood => code::resend_flood(play, cast).await,
        Twist::WeakPassword => password::weak_password(play, cast).await,
        Twist::PasswordBeforeCode => password::password_before_code(play, cast).await,
        Twist::WrongPassword => password::wrong_password(play, cast).await,
        Twist::Lockout => password::lockout(play, cast).await,
        Twist::UnknownNumber => password::unknown_number(play, cast).await,
        Twist::SessionOtherDevice => password::session_other_device(play, cast).await,
        Twist::SessionIdle => password::session_idle(play, cast).await,
        Twist::WithoutLogin => card::without_login(play, cast).await,
        Twist::OtherPersonsCard => card::other_persons_card(play, cast).await,
        Twist::WithdrawnCard | Twist::ExpiredCard => card::not_in_force(play, cast).await,
        Twist::QrOnNfcPhone => card::qr_on_nfc_phone(play, cast).await,
        Twist::NoPortrait => card::no_portrait(play, cast).await,
        Twist::OtherFace => card::other_face(play, cast).await,
        Twist::SubmitBeforePortrait => card::submit_before_portrait(play, cast).await,
        Twist::WithEmail => card::with_email(play, cast).await,
        Twist::AppAccountOnly => activation::app_account_only(play, cast).await,
        Twist::BeforeApproval => activation::before_approval(play, cast).await,
        Twist::ActivatedTwice => activation::activated_twice(play, cast).await,
        Twist::WrongPhone => activation::wrong_phone(play, cast).await,
        Twist::CodeOfOtherPurpose => activation::code_of_other_purpose(play, cast).await,
        Twist::SkipPasscode => activation::skip_passcode(play, cast).await,
        Twist::BadPasscode => activation::bad_passcode(play, cast).await,
        Twist::OneQuestion => activation::one_question(play, cast).await,
        Twist::PasswordStep => activation::password_step(play, cast).await,
        Twist::Interrupted => activation::interrupted(play, cast).await,
        Twist::WindowPassed => activation::window_passed(play, cast).await,
        Twist::DeviceInUse => binding::device_in_use(play, cast).await,
        Twist::SecondDevice => binding::second_device(play, cast).await,
        Twist::TwoPhonesRace => binding::two_phones_race(play, cast).await,
        Twist::LoginOtherDevice => binding::login_other_device(play, cast).await,
        Twist::ProofMissing => binding::proof_missing(play, cast).await,
        Twist::ProofForeign => binding::proof_foreign(play, cast).await,
        Twist::ProofStale => binding::proof_stale(play, cast).await,
        Twist::ProofReplayed => binding::proof_replayed(play, cast).await,
    }
}
