//! The conditions under which an operation may be carried out, each tied to the rule that demands it and to the reasons
//! that express it.
//!
//! Invariant: guards read a world and change nothing. The order of guards is the order in which a wrong refusal is
//! attributed: the first guard that holds and shares a reason with the answer names the rule.
//!
//! | a refusal that no guard explains, reason | is held against |
//! | --- | --- |
//! | a guard's own reason | that guard's rule |
//! | handle, session or account said to be unknown, though acknowledged | `acknowledged-is-durable` |
//! | a reason of which this operation has no guard | the rule of that reason, see `rule_of` |
//! | anything else | the first guard of the operation, or `steps-in-order` |

mod activation;
mod card;
mod challenge;
mod counter;
mod login;
mod moves;
mod password;
mod personal;
pub(crate) mod qr;
mod registration;
mod reset;
mod session;
mod utilities;

use songsinh_contract::{Operation as Op, Reason, Reasons, Rule};

use crate::cell::{Cell, Step};
use crate::model::State;
use crate::time::{Age, Tri};
use crate::{Bound, FindingKind};

/// No witness.
pub(crate) const NOBODY: u16 = u16::MAX;

/// A guard's bound of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timed {
    pub(crate) bound: Bound,
    pub(crate) limit_ns: u64,
    pub(crate) age: Age,
}

/// One condition, asked of one world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Guard {
    pub(crate) rule: Rule,
    pub(crate) tri: Tri,
    pub(crate) reasons: Reasons,
    /// The call that brought about what the guard looked at.
    pub(crate) origin: u16,
    /// Not counted: an open point of the domain that may explain a refusal.
    pub(crate) silent: bool,
    /// A refusal on this account must give one of its reasons (the prescribed message).
    pub(crate) prescribed: bool,
    /// As `prescribed`, by the rule itself: judged whatever messages are.
    pub(crate) named: bool,
    /// What is wrong if the call was carried out though the guard is broken.
    pub(crate) told: Option<FindingKindCopy>,
    pub(crate) timed: Option<Timed>,
}

/// The kinds of finding that a value in an answer can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FindingKindCopy {
    Untrue,
    Leak,
}

impl FindingKindCopy {
    pub(crate) fn kind(self) -> FindingKind {
        match self {
            Self::Untrue => FindingKind::Untrue,
            Self::Leak => FindingKind::Leak,
        }
    }
}

/// The guards of one call in one world.
#[derive(Debug, Default)]
pub(crate) struct Guards {
    pub(crate) list: Vec<Guard>,
}

impl Guards {
    fn add(&mut self, rule: Rule, tri: Tri, reasons: &[Reason]) -> &mut Guard {
        let at = self.list.len();
        self.list.push(Guard::new(rule, tri, reasons.iter().copied().collect()));
        &mut self.list[at]
    }
    /// A point that the domain leaves open: it explains a refusal and says nothing of an acceptance.
    fn open(&mut self, rule: Rule) {
        self.add(rule, Tri::Unknown, &[]).silent = true;
    }
    /// An open point that explains a refusal for these reasons only.
    fn open_for(&mut self, step: &Step<'_>, rule: Rule, reasons: &[Reason]) {
        let wanted: Reasons = reasons.iter().copied().collect();
        if step.observation.outcome.reasons().is_none_or(|told| told.is_empty() || told.meets(wanted)) {
            self.add(rule, Tri::Unknown, reasons).silent = true;
        }
    }
    /// A value in an answer that must be true; it cannot explain a refusal.
    fn told(&mut self, rule: Rule, tri: Tri, kind: FindingKindCopy) -> &mut Guard {
        let guard = self.add(rule, tri, &[]);
        guard.told = Some(kind);
        guard
    }
}

impl Guard {
    fn new(rule: Rule, tri: Tri, reasons: Reasons) -> Self {
        Self {
            rule,
            tri,
            reasons,
            origin: NOBODY,
            silent: false,
            prescribed: false,
            named: false,
            told: None,
            timed: None,
        }
    }
    fn from(&mut self, ix: impl Into<u16>) -> &mut Self {
        self.origin = ix.into();
        self
    }
    fn at(&mut self, bound: Bound, limit: std::time::Duration, age: Age) -> &mut Self {
        let limit_ns = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
        self.timed = Some(Timed { bound, limit_ns, age });
        self
    }
}

/// Fills `guards` with the conditions of the call in this world.
pub(crate) fn ask(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    guards.list.clear();
    match &step.observation.call.operation {
        Op::ServiceHealth | Op::ServiceQuestions => {}
        Op::AccountRegister { form, scanned } => {
            registration::register(cell, state, step, form, scanned.as_deref(), guards);
        }
        Op::AccountResend { challenge } | Op::ActivationResend { challenge } => {
            challenge::resend(cell, state, step, challenge, guards);
        }
        Op::AccountConfirm { challenge, code } | Op::ActivationConfirm { challenge, code } => {
            challenge::confirm(cell, state, step, challenge, *code, guards);
        }
        Op::AccountSetPassword { challenge, password } => {
            registration::set_password(cell, state, step, challenge, password, guards);
        }
        Op::SessionLogin { number, password } => login::login(cell, state, step, *number, password, guards),
        Op::AccountShow => session::show(cell, state, step, guards),
        Op::Level1ReadCard { printed, nfc } => card::read(cell, state, step, printed, *nfc, guards),
        Op::Level1Portrait { application, portrait } => {
            card::portrait(cell, state, step, application, *portrait, guards);
        }
        Op::Level1Submit { application, email } => {
            card::submit(cell, state, step, application, email.is_none(), guards);
        }
        Op::ActivationRequest { number, phone } => activation::request(cell, state, step, *number, *phone, guards),
        Op::ActivationSetPassword { challenge, password } => {
            activation::set_password(cell, state, step, challenge, password, guards);
        }
        Op::ActivationSetPasscode { challenge, passcode } => {
            activation::set_passcode(cell, state, step, challenge, passcode, guards);
        }
        Op::ActivationSetQuestions { challenge, answers } => {
            activation::set_questions(cell, state, step, challenge, answers, guards);
        }
        Op::ServiceTerms
        | Op::SessionRefresh { .. }
        | Op::SessionLogout
        | Op::SessionUnlock { .. }
        | Op::UnlockSwitch { .. }
        | Op::NoticeList
        | Op::PasswordChange { .. }
        | Op::PasscodeChange { .. }
        | Op::ResetRequest { .. }
        | Op::ResetResend { .. }
        | Op::ResetConfirm { .. }
        | Op::ResetAnswer { .. }
        | Op::ResetSetPassword { .. } => personal::ask(cell, state, step, guards),
        Op::OfficerLogin { .. } | Op::Level2File { .. } | Op::ApplicationDecide { .. } => {
            counter::ask(cell, state, step, guards)
        }
        Op::DeviceList
        | Op::DeviceRelease
        | Op::DeviceMove { .. }
        | Op::DeviceMoveCode
        | Op::DeviceMoveConfirm { .. } => moves::ask(cell, state, step, guards),
        Op::QrSwitch { .. } | Op::QrMint | Op::QrScan { .. } => qr::ask(cell, state, step, guards),
        Op::PasscodeEnter { .. }
        | Op::WalletAdd { .. }
        | Op::WalletList
        | Op::WalletShow { .. }
        | Op::FormOpen { .. }
        | Op::FormSubmit { .. }
        | Op::FormList
        | Op::PaymentBills
        | Op::PaymentBalance
        | Op::PaymentPay { .. }
        | Op::PaymentTransfer { .. } => utilities::ask(cell, state, step, guards),
    }
}

/// The rule that a refusal breaks which no guard explains. No guard of a refusal is of something told.
pub(crate) fn blame(guards: &[Guard], reasons: Reasons) -> Guard {
    let asked = || guards.iter().filter(|g| !g.silent);
    if let Some(guard) = asked().find(|g| g.reasons.meets(reasons)) {
        return *guard;
    }
    let forgotten: Reasons =
        [Reason::HandleUnknown, Reason::SessionMissing, Reason::CredentialsWrong].into_iter().collect();
    let mut guard = asked().next().copied().unwrap_or(Guard::new(Rule::StepsInOrder, Tri::Holds, reasons));
    if reasons.meets(forgotten) {
        guard.rule = Rule::AcknowledgedIsDurable;
    } else if let Some(rule) = reasons.iter().find_map(rule_of) {
        guard = Guard { rule, origin: NOBODY, timed: None, ..guard };
    }
    guard
}

/// The rule that a reason speaks of, where the operation at hand has no guard for it.
fn rule_of(reason: Reason) -> Option<Rule> {
    Some(match reason {
        Reason::NumberMalformed => Rule::RegisterNumberIsWellFormed,
        Reason::PopulationMismatch => Rule::RegisterNeedsPopulationMatch,
        Reason::PersonNotEligible => Rule::RegisterPersonEligible,
        Reason::ScanDiffers => Rule::RegisterScanMatchesTyped,
        Reason::AccountExists => Rule::RegisterOneAccountPerCitizen,
        Reason::PhoneTaken => Rule::RegisterOneAccountPerPhone,
        Reason::CodeExpired => Rule::OtpExpires,
        Reason::CodeUsed => Rule::OtpSingleUse,
        Reason::CodeVoid | Reason::AttemptsExhausted => Rule::OtpAttemptsLimited,
        Reason::ResendTooSoon | Reason::ResendTooMany => Rule::OtpResendLimited,
        Reason::PasswordWeak => Rule::PasswordPolicy,
        Reason::StepOutOfOrder | Reason::ApplicationExists => Rule::StepsInOrder,
        Reason::Locked => Rule::LoginLockout,
        Reason::SessionExpired => Rule::SessionExpires,
        Reason::SessionForeignDevice => Rule::SessionBoundToDevice,
        Reason::BoundElsewhere => Rule::AccountOneDevice,
        Reason::ProofMissing | Reason::ProofForeign | Reason::ProofStale | Reason::ProofReplayed => {
            Rule::DeviceKeyProof
        }
        Reason::CardNotOwn => Rule::CardBelongsToCitizen,
        Reason::CardNotInForce => Rule::CardNotRevokedOrExpired,
        Reason::ChipWanted => Rule::CardQrOnlyWithoutNfc,
        Reason::PortraitMissing => Rule::PortraitRequired,
        Reason::PortraitDiffers => Rule::PortraitMatches,
        Reason::NotIdentified => Rule::ActivateAppAccountRefused,
        Reason::AlreadyActivated => Rule::ActivateOnce,
        Reason::PhoneNotRegistered => Rule::ActivateNeedsRegisteredPhone,
        Reason::DeviceInUse => Rule::DeviceOneAccount,
        Reason::WindowClosed => Rule::ActivationWindow,
        Reason::RefreshUsed => Rule::SessionExpires,
        Reason::UnlockOff => Rule::LoginNeedsPassword,
        Reason::OfficerWanted | Reason::FingerprintsDiffer => Rule::Level2NeedsCounter,
        Reason::AnswersWrong => Rule::OtpAttemptsLimited,
        Reason::MoveNotAsked => Rule::StepsInOrder,
        Reason::PasscodeMalformed => Rule::ActivateNeedsPasscode,
        Reason::QuestionsWrong => Rule::ActivateNeedsTwoSecurityQuestions,
        Reason::SwitchOff => Rule::QrNeedsSwitch,
        Reason::QrFake => Rule::QrFakeIsSaidFake,
        Reason::QrExpired => Rule::QrExpires,
        Reason::QrReplaced => Rule::QrNewReplacesOld,
        Reason::QrUsed => Rule::QrReplay,
        Reason::SelfScan => Rule::QrSelfScanRefused,
        Reason::NotActivated => Rule::UtilityNeedsActivation,
        Reason::Level2Wanted => Rule::UtilityNeedsLevel2,
        Reason::PasscodeWanted | Reason::PasscodeWrong | Reason::UtilitiesLocked => Rule::UtilityNeedsPasscode,
        Reason::PaperUnknown => Rule::WalletOwnDocumentsOnly,
        Reason::RequestDiffers => Rule::ServiceSubmittedOnce,
        Reason::BalanceLow | Reason::RecipientUnfit | Reason::BillUnknown | Reason::BillPaid => {
            Rule::PaymentExactlyOnce
        }
        Reason::Malformed
        | Reason::HandleUnknown
        | Reason::CodeWrong
        | Reason::CredentialsWrong
        | Reason::SessionMissing => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(rule: Rule, reason: Reason, origin: u16) -> Guard {
        Guard { origin, ..Guard::new(rule, Tri::Holds, Reasons::one(reason)) }
    }

    #[test]
    fn a_refusal_that_nothing_explains_is_held_against_its_reasons_guard_or_its_reasons_rule() {
        let age = Age { min_ns: 0, max_ns: 0 };
        let timed = Some(Timed { bound: Bound::CodeLife, limit_ns: 1, age });
        let first = Guard { timed, ..guard(Rule::OtpExpires, Reason::CodeExpired, 1) };
        let second = guard(Rule::ActivateOnce, Reason::AlreadyActivated, 2);
        // Points that the domain leaves open are broken by nothing.
        let open = |reason| Guard { silent: true, ..guard(Rule::LoginLockout, reason, 3) };
        let guards = [open(Reason::CodeExpired), open(Reason::AlreadyActivated), first, second];
        let gone = Guard { rule: Rule::AcknowledgedIsDurable, ..first };
        for (reason, wanted) in [
            (Reason::CodeExpired, first),
            (Reason::AlreadyActivated, second),
            (Reason::HandleUnknown, gone),
            (Reason::SessionMissing, gone),
            (Reason::CredentialsWrong, gone),
            (Reason::SelfScan, Guard { rule: Rule::QrSelfScanRefused, origin: NOBODY, timed: None, ..first }),
            (Reason::Malformed, first),
        ] {
            assert_eq!(blame(&guards, Reasons::one(reason)), wanted, "{reason}");
        }
        let reasons = Reasons::one(Reason::Malformed);
        for guards in [&[][..], &[open(Reason::Malformed)]] {
            assert_eq!(blame(guards, reasons), Guard::new(Rule::StepsInOrder, Tri::Holds, reasons));
        }
    }
}
