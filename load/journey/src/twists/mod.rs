//! Mistakes and attacks, one file each, named as scenarios name them.

mod abandoned;
mod account_exists;
mod activated_twice;
mod app_account_only;
mod bad_passcode;
mod before_approval;
mod cancelled_person;
mod code_of_other_purpose;
mod code_twice_at_once;
mod codes_exhausted;
mod common;
mod dead_person;
mod device_in_use;
mod double_registration;
mod expired_card;
mod interrupted;
mod late_code;
mod lockout;
mod login_other_device;
mod malformed_number;
mod no_portrait;
mod old_code_after_resend;
mod one_question;
mod other_face;
mod other_persons_card;
mod password_before_code;
mod password_step;
mod phone_taken;
mod proof_foreign;
mod proof_missing;
mod proof_replayed;
mod proof_stale;
mod qr_on_nfc_phone;
mod resend_flood;
mod resend_too_soon;
mod scan_other_card;
mod second_device;
mod second_registration;
mod session_idle;
mod session_other_device;
mod skip_passcode;
mod someone_elses_data;
mod stolen_code;
mod submit_before_portrait;
mod two_phones_race;
mod typo_birth;
mod typo_name;
mod under_age;
mod unknown_number;
mod used_code;
mod weak_password;
mod window_passed;
mod with_email;
mod withdrawn_card;
mod without_login;
mod wrong_code;
mod wrong_password;
mod wrong_phone;

use songsinh_scenario::Twist;

use crate::{Cast, Ending, Play, Stage};

/// Which file plays which twist.
macro_rules! stories {
    ($($twist:ident $file:ident,)+) => {
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
    TypoName typo_name,
    TypoBirth typo_birth,
    ScanOtherCard scan_other_card,
    MalformedNumber malformed_number,
    DeadPerson dead_person,
    CancelledPerson cancelled_person,
    UnderAge under_age,
    SomeoneElsesData someone_elses_data,
    AccountExists account_exists,
    PhoneTaken phone_taken,
    DoubleRegistration double_registration,
    Abandoned abandoned,
    WrongCode wrong_code,
    CodesExhausted codes_exhausted,
    LateCode late_code,
    UsedCode used_code,
    OldCodeAfterResend old_code_after_resend,
    CodeTwiceAtOnce code_twice_at_once,
    StolenCode stolen_code,
    ResendTooSoon resend_too_soon,
    ResendFlood resend_flood,
    WeakPassword weak_password,
    PasswordBeforeCode password_before_code,
    WrongPassword wrong_password,
    Lockout lockout,
    UnknownNumber unknown_number,
    SessionOtherDevice session_other_device,
    SessionIdle session_idle,
    WithoutLogin without_login,
    OtherPersonsCard other_persons_card,
    WithdrawnCard withdrawn_card,
    ExpiredCard expired_card,
    QrOnNfcPhone qr_on_nfc_phone,
    NoPortrait no_portrait,
    OtherFace other_face,
    SubmitBeforePortrait submit_before_portrait,
    WithEmail with_email,
    SecondRegistration second_registration,
    AppAccountOnly app_account_only,
    BeforeApproval before_approval,
    ActivatedTwice activated_twice,
    WrongPhone wrong_phone,
    CodeOfOtherPurpose code_of_other_purpose,
    SkipPasscode skip_passcode,
    BadPasscode bad_passcode,
    OneQuestion one_question,
    PasswordStep password_step,
    Interrupted interrupted,
    DeviceInUse device_in_use,
    SecondDevice second_device,
    TwoPhonesRace two_phones_race,
    WindowPassed window_passed,
    ProofMissing proof_missing,
    ProofForeign proof_foreign,
    ProofStale proof_stale,
    ProofReplayed proof_replayed,
    LoginOtherDevice login_other_device,
}
