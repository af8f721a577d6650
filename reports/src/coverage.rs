//! Why a rule was never decided: the target lacks what it takes, nobody asked for it, or no answer put it to the test.

use songsinh_contract::{OperationName as Op, Rule};

use crate::lang::Lang;
use crate::report::Report;
use crate::words::count;

/// The operations of which at least one must be called for the rule to be decided; empty: any answer may do.
fn takes(rule: Rule) -> &'static [Op] {
    match rule {
        Rule::RegisterNeedsPopulationMatch
        | Rule::RegisterMismatchIsCorrectable
        | Rule::RegisterScanMatchesTyped
        | Rule::RegisterNumberIsWellFormed
        | Rule::RegisterOneAccountPerCitizen
        | Rule::RegisterOneAccountPerPhone
        | Rule::RegisterPersonEligible => &[Op::AccountRegister],
        Rule::RegisterIncompleteLeavesNothing | Rule::LoginNeedsPassword | Rule::LoginLockout | Rule::NoEnumeration => {
            &[Op::SessionLogin, Op::ResetRequest]
        }
        Rule::OtpGoesToRegisteredPhone
        | Rule::OtpNeverInAnswer
        | Rule::OtpUnpredictable
        | Rule::SmsOnlyForChallenges
        | Rule::SmsStatesPurpose => &[Op::AccountRegister, Op::ActivationRequest, Op::ResetRequest],
        Rule::OtpExpires
        | Rule::OtpSingleUse
        | Rule::OtpSupersededByNewer
        | Rule::OtpAttemptsLimited
        | Rule::OtpBoundToCitizen
        | Rule::OtpBoundToPurpose => {
            &[Op::AccountConfirm, Op::ActivationConfirm, Op::ResetConfirm, Op::DeviceMoveConfirm]
        }
        Rule::OtpResendLimited => &[Op::AccountResend, Op::ActivationResend, Op::ResetResend],
        Rule::PasswordPolicy => {
            &[Op::AccountSetPassword, Op::ActivationSetPassword, Op::PasswordChange, Op::ResetSetPassword]
        }
        Rule::PasswordChangeEndsSessions => &[Op::PasswordChange, Op::ResetSetPassword],
        Rule::SessionExpires | Rule::SessionBoundToDevice => &[Op::SessionLogin, Op::SessionRefresh],
        Rule::CardBelongsToCitizen | Rule::CardNotRevokedOrExpired => &[Op::Level1ReadCard, Op::Level2File],
        Rule::CardDataShownIsTrue | Rule::CardQrOnlyWithoutNfc | Rule::Level1NeedsLogin => &[Op::Level1ReadCard],
        Rule::PortraitRequired | Rule::PortraitMatches => &[Op::Level1Portrait, Op::Level2File],
        Rule::EmailOptional => &[Op::Level1Submit, Op::Level2File],
        Rule::Level2NeedsCounter => &[Op::Level2File, Op::ApplicationDecide],
        Rule::ApprovalSendsSms => &[Op::Level1Submit, Op::Level2File, Op::ApplicationDecide],
        Rule::ActivateAppAccountRefused | Rule::ActivateOnce | Rule::ActivateNeedsRegisteredPhone => {
            &[Op::ActivationRequest]
        }
        Rule::ActivateNeedsCode => &[Op::ActivationConfirm],
        Rule::ActivateSetsPasswordOnlyIfNone => &[Op::ActivationConfirm, Op::ActivationSetPassword],
        Rule::ActivateNeedsPasscode => &[Op::ActivationSetPasscode],
        Rule::ActivateNeedsTwoSecurityQuestions => &[Op::ActivationSetQuestions],
        Rule::ActivateIncompleteIsNotActivated | Rule::ActivationWindow => &[Op::ActivationRequest],
        Rule::DeviceOneAccount | Rule::DeviceRaceOneWinner => &[Op::ActivationRequest, Op::ActivationSetQuestions],
        Rule::AccountOneDevice => &[Op::ActivationSetQuestions, Op::DeviceMove, Op::DeviceMoveConfirm],
        Rule::DeviceReleaseEndsAccess => &[Op::DeviceRelease],
        Rule::QrNeedsLevel2 | Rule::QrNeedsSwitch => &[Op::QrMint],
        Rule::QrExpires
        | Rule::QrNewReplacesOld
        | Rule::QrOfficialNeedsLevel2
        | Rule::QrFakeIsSaidFake
        | Rule::QrBoundToDevice
        | Rule::QrReplay
        | Rule::QrResultIsTrue
        | Rule::QrSelfScanRefused => &[Op::QrScan],
        Rule::UtilityNeedsActivation | Rule::UtilityNeedsPasscode => &[Op::PasscodeEnter],
        Rule::UtilityNeedsLevel2 => &[Op::WalletAdd, Op::WalletShow, Op::PaymentPay],
        Rule::WalletOwnDocumentsOnly => &[Op::WalletAdd, Op::WalletShow],
        Rule::ServiceFormPrefilled => &[Op::FormOpen],
        Rule::ServiceSubmittedOnce => &[Op::FormSubmit],
        Rule::PaymentExactlyOnce => &[Op::PaymentPay, Op::PaymentTransfer],
        _ => &[],
    }
}

/// Rules that this version of the program cannot decide, and why.
fn beyond(rule: Rule, lang: Lang) -> Option<&'static str> {
    match rule {
        Rule::CardPassiveAuthentication | Rule::CardActiveAuthentication | Rule::CardChallengeSingleUse => {
            Some(lang.say("no operation of this version reads the chip", "phiên bản này chưa có thao tác đọc chip"))
        }
        Rule::SmsBacksOff | Rule::SmsCarrierIsolation | Rule::SmsAmbiguityIsSafe => Some(lang.say(
            "faults between the system and its SMS provider are not simulated",
            "chưa mô phỏng lỗi giữa hệ thống và nhà cung cấp SMS",
        )),
        Rule::ApprovalInTime => Some(lang.say(
            "reported, not judged: see the longest waits",
            "chỉ báo cáo, không phán xét: xem thời gian chờ lâu nhất",
        )),
        _ => None,
    }
}

/// Why the rule was never decided in this run, in a clause.
pub(crate) fn why_not(rule: Rule, report: &Report, lang: Lang) -> String {
    if let Some(why) = beyond(rule, lang) {
        return why.to_owned();
    }
    let undecided = report.rule(rule).undecided;
    if undecided > 0 {
        let number = count(undecided, lang);
        return lang.say(
            format!("met {number} times, each time more than one history explains the answer"),
            format!("gặp {number} lần, lần nào cũng có hơn một diễn biến giải thích được"),
        );
    }
    let takes = takes(rule);
    let names = || takes.iter().map(|op| op.as_str()).collect::<Vec<_>>().join(", ");
    let lack = |op: &Op| report.header.missing.iter().find(|missing| missing.operation == op.as_str());
    if let Some(missing) = takes.first().and_then(lack)
        && takes.iter().all(|op| lack(op).is_some())
    {
        let (operation, why) = (&missing.operation, &missing.why);
        return lang
            .say(format!("the target lacks {operation}: «{why}»"), format!("hệ thống chưa có {operation}: «{why}»"));
    }
    if !takes.is_empty() && takes.iter().all(|op| !report.latency.operations.contains_key(op)) {
        return format!("{} {}", lang.say("nobody in the load asked for", "trong tải không ai dùng"), names());
    }
    lang.say("no answer of this run put it to the test", "không câu trả lời nào thử đến nó").to_owned()
}

/// The rules that were never decided, gathered by reason in the order of the rules.
pub(crate) fn by_reason(report: &Report, lang: Lang) -> Vec<(String, Vec<Rule>)> {
    let mut groups: Vec<(String, Vec<Rule>)> = Vec::new();
    for rule in &report.judgement.not_covered {
        let why = why_not(*rule, report, lang);
        match groups.iter_mut().find(|(reason, _)| *reason == why) {
            Some((_, rules)) => rules.push(*rule),
            None => groups.push((why, vec![*rule])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_decided_has_its_reason_here() {
        for &rule in Rule::ALL {
            assert_eq!(beyond(rule, Lang::En).is_none(), rule.is_decidable(), "{rule}");
        }
    }
}
