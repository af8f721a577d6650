//! Which refusals each operation may answer with, for the OpenAPI document and for tests.
//!
//! Invariant: what is not listed here is not answered by a twin without misbehaviours.

use songsinh_contract::{OperationName, Reason};

use Reason as R;

/// What any operation of a session may be refused with: the session, then the proof of the bound device.
const OWN: &[Reason] = &[
    R::SessionMissing,
    R::SessionExpired,
    R::SessionForeignDevice,
    R::BoundElsewhere,
    R::ProofMissing,
    R::ProofForeign,
    R::ProofStale,
    R::ProofReplayed,
];
/// Where a proof of the device is wanted, but no session.
const PROVED: &[Reason] = &[R::BoundElsewhere, R::ProofMissing, R::ProofForeign, R::ProofStale, R::ProofReplayed];
/// What an officer's operation may be refused with.
const OFFICERS: &[Reason] = &[R::OfficerWanted];
/// A step that shows the handle of a challenge.
const STEP: &[Reason] = &[R::HandleUnknown, R::StepOutOfOrder, R::CodeExpired, R::CodeUsed, R::CodeVoid];
/// A code as typed.
const CODE: &[Reason] = &[R::CodeWrong, R::AttemptsExhausted];
/// A code asked for once more.
const RESEND: &[Reason] = &[R::ResendTooSoon, R::ResendTooMany, R::AttemptsExhausted];
/// Number and password.
const LOGIN: &[Reason] = &[R::NumberMalformed, R::CredentialsWrong, R::Locked];
/// A card that is looked at.
const CARD: &[Reason] = &[
    R::CardNotOwn,
    R::CardNotInForce,
    R::PopulationMismatch,
    R::PersonNotEligible,
    R::PortraitMissing,
    R::PortraitDiffers,
    R::ApplicationExists,
    R::StepOutOfOrder,
];
/// The last steps of activation.
const ACTIVATING: &[Reason] =
    &[R::NotIdentified, R::AlreadyActivated, R::DeviceInUse, R::WindowClosed, R::PhoneNotRegistered];
/// The utilities of an account.
const UTILITY: &[Reason] = &[R::NotActivated, R::Level2Wanted, R::PasscodeWanted, R::UtilitiesLocked];
/// Money.
const MONEY: &[Reason] = &[R::RequestDiffers, R::BalanceLow];

/// The refusals of an operation, besides `malformed`, in groups.
fn groups(name: OperationName) -> &'static [&'static [Reason]] {
    use OperationName as Op;
    match name {
        Op::ServiceHealth | Op::ServiceQuestions | Op::ServiceTerms => &[],
        Op::AccountRegister => &[
            &[R::NumberMalformed, R::PopulationMismatch, R::PersonNotEligible, R::ScanDiffers, R::AccountExists],
            &[R::PhoneTaken],
            RESEND,
        ],
        Op::AccountResend => &[STEP, RESEND, &[R::AccountExists, R::PhoneTaken]],
        Op::AccountConfirm => &[STEP, CODE, &[R::AccountExists, R::PhoneTaken]],
        Op::AccountSetPassword => &[STEP, &[R::PasswordWeak, R::AccountExists, R::PhoneTaken]],
        Op::SessionLogin => &[LOGIN, PROVED],
        Op::SessionRefresh => &[PROVED, &[R::RefreshUsed, R::SessionExpired, R::SessionForeignDevice]],
        Op::SessionUnlock => {
            &[PROVED, &[R::NumberMalformed, R::UnlockOff, R::NotActivated, R::CredentialsWrong, R::Locked]]
        }
        Op::AccountShow | Op::SessionLogout | Op::NoticeList | Op::DeviceList => &[OWN],
        Op::Level1ReadCard => &[OWN, CARD, &[R::ChipWanted, R::NumberMalformed]],
        Op::Level1Portrait | Op::Level1Submit => &[OWN, CARD, &[R::HandleUnknown]],
        Op::ActivationRequest => &[PROVED, ACTIVATING, RESEND, &[R::NumberMalformed]],
        Op::ActivationResend => &[PROVED, ACTIVATING, STEP, RESEND],
        Op::ActivationConfirm => &[PROVED, ACTIVATING, STEP, CODE],
        Op::ActivationSetPassword => &[PROVED, ACTIVATING, STEP, &[R::PasswordWeak]],
        Op::ActivationSetPasscode => &[PROVED, ACTIVATING, STEP, &[R::PasscodeMalformed]],
        Op::ActivationSetQuestions => &[PROVED, ACTIVATING, STEP, &[R::QuestionsWrong]],
        Op::OfficerLogin => &[&[R::CredentialsWrong, R::Locked], PROVED],
        Op::Level2File => {
            &[OWN, OFFICERS, CARD, &[R::NumberMalformed, R::FingerprintsDiffer, R::PhoneNotRegistered, R::PhoneTaken]]
        }
        Op::ApplicationDecide => &[OWN, OFFICERS, &[R::NumberMalformed, R::StepOutOfOrder]],
        Op::QrSwitch => &[OWN, &[R::NotActivated, R::Level2Wanted]],
        Op::QrMint => &[OWN, &[R::NotActivated, R::Level2Wanted, R::SwitchOff]],
        Op::QrScan => &[OWN, &[R::NotActivated, R::Level2Wanted, R::SelfScan]],
        Op::DeviceRelease => &[OWN, &[R::NotActivated]],
        Op::DeviceMove => &[LOGIN, PROVED, &[R::NotActivated, R::DeviceInUse, R::StepOutOfOrder]],
        Op::DeviceMoveCode => &[OWN, RESEND, &[R::NotActivated, R::MoveNotAsked]],
        Op::DeviceMoveConfirm => &[PROVED, STEP, CODE, &[R::MoveNotAsked, R::DeviceInUse, R::NotActivated]],
        Op::PasswordChange => &[OWN, &[R::CredentialsWrong, R::Locked, R::PasswordWeak]],
        Op::PasscodeChange => &[OWN, &[R::NotActivated, R::PasscodeWrong, R::PasscodeMalformed, R::UtilitiesLocked]],
        Op::PasscodeEnter => &[OWN, &[R::NotActivated, R::PasscodeWrong, R::UtilitiesLocked]],
        Op::UnlockSwitch => &[OWN, &[R::NotActivated]],
        Op::ResetRequest => &[RESEND, &[R::NumberMalformed]],
        Op::ResetResend => &[STEP, RESEND],
        Op::ResetConfirm => &[STEP, CODE],
        Op::ResetAnswer => &[STEP, &[R::AnswersWrong, R::QuestionsWrong]],
        Op::ResetSetPassword => &[STEP, &[R::PasswordWeak]],
        Op::WalletAdd | Op::WalletShow => &[OWN, UTILITY, &[R::PaperUnknown]],
        Op::WalletList | Op::FormOpen | Op::FormList | Op::PaymentBills | Op::PaymentBalance => &[OWN, UTILITY],
        Op::FormSubmit => &[OWN, UTILITY, &[R::RequestDiffers]],
        Op::PaymentPay => &[OWN, UTILITY, MONEY, &[R::BillUnknown, R::BillPaid]],
        Op::PaymentTransfer => &[OWN, UTILITY, MONEY, &[R::RecipientUnfit, R::NumberMalformed]],
    }
}

/// The refusals that an operation may answer with as problems, in the order of [`Reason::ALL`]. What a scan finds of a
/// QR is no problem and not among them.
#[must_use]
pub fn refusals(name: OperationName) -> Vec<Reason> {
    let is_open = groups(name).is_empty();
    let has = |reason: &Reason| {
        (*reason == R::Malformed && !is_open) || groups(name).iter().any(|group| group.contains(reason))
    };
    Reason::ALL.iter().copied().filter(has).collect()
}
