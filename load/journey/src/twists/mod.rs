//! Mistakes and attacks, one file each, named as scenarios name them.

mod common;

use songsinh_scenario::Twist;

use crate::{Cast, Ending, Play, Stage};

macro_rules! stories {
    ($($file:ident $twist:ident,)+) => {
        $(mod $file;)+

        /// Plays the story of a twist.
        pub async fn play_twist<S: Stage>(
            play: &mut Play<'_, S>,
            cast: &mut Cast,
            twist: Twist,
        ) -> Result<(), Ending> {
            match twist { $(Twist::$twist => $file::story(play, cast).await,)+ }
        }
    };
}

stories! {
    typo_name TypoName,
    typo_birth TypoBirth,
    scan_other_card ScanOtherCard,
    malformed_number MalformedNumber,
    dead_person DeadPerson,
    cancelled_person CancelledPerson,
    under_age UnderAge,
    someone_elses_data SomeoneElsesData,
    account_exists AccountExists,
    phone_taken PhoneTaken,
    double_registration DoubleRegistration,
    abandoned Abandoned,
    wrong_code WrongCode,
    codes_exhausted CodesExhausted,
    late_code LateCode,
    used_code UsedCode,
    old_code_after_resend OldCodeAfterResend,
    code_twice_at_once CodeTwiceAtOnce,
    stolen_code StolenCode,
    resend_too_soon ResendTooSoon,
    resend_flood ResendFlood,
    weak_password WeakPassword,
    password_before_code PasswordBeforeCode,
    wrong_password WrongPassword,
    lockout Lockout,
    unknown_number UnknownNumber,
    session_other_device SessionOtherDevice,
    session_idle SessionIdle,
    without_login WithoutLogin,
    other_persons_card OtherPersonsCard,
    withdrawn_card WithdrawnCard,
    expired_card ExpiredCard,
    qr_on_nfc_phone QrOnNfcPhone,
    no_portrait NoPortrait,
    other_face OtherFace,
    submit_before_portrait SubmitBeforePortrait,
    with_email WithEmail,
    second_registration SecondRegistration,
    app_account_only AppAccountOnly,
    before_approval BeforeApproval,
    activated_twice ActivatedTwice,
    wrong_phone WrongPhone,
    code_of_other_purpose CodeOfOtherPurpose,
    skip_passcode SkipPasscode,
    bad_passcode BadPasscode,
    one_question OneQuestion,
    password_step PasswordStep,
    interrupted Interrupted,
    device_in_use DeviceInUse,
    second_device SecondDevice,
    two_phones_race TwoPhonesRace,
    window_passed WindowPassed,
    proof_missing ProofMissing,
    proof_foreign ProofForeign,
    proof_stale ProofStale,
    proof_replayed ProofReplayed,
    login_other_device LoginOtherDevice,
}
