//! What is particular to a run: its own numbers where a rule's sentence names others, measured bounds, times of day.

use std::time::Duration;

use songsinh_contract::{Rule, Rulebook, UnixMillis};
use songsinh_oracle::{Bound, BoundCount};

use super::numbers::{age, counted, span};
use crate::lang::Lang;

/// The number that a timed or counted rule has in this run, where the rule's sentence names another one.
pub(crate) fn in_this_run(rule: Rule, book: &Rulebook, lang: Lang) -> Option<String> {
    let shipped = Rulebook::shipped(book.name);
    let time = |own: Duration, usual: Duration| (own != usual).then(|| span(own, lang));
    let number = |own: u32, usual: u32, en: &str, vi: &str| (own != usual).then(|| counted(own.into(), en, vi, lang));
    let named = |text: Option<String>, en: &str, vi: &str| text.map(|text| format!("{} {text}", lang.say(en, vi)));
    let said: Vec<Option<String>> = match rule {
        Rule::OtpExpires => vec![time(book.otp_lifetime, shipped.otp_lifetime)],
        Rule::OtpResendLimited => vec![
            time(book.otp_resend_gap, shipped.otp_resend_gap),
            number(book.otp_resends_per_window, shipped.otp_resends_per_window, "resend", "lần gửi lại")
                .map(|most| format!("{most} / {}", span(book.otp_window, lang))),
        ],
        Rule::OtpAttemptsLimited => vec![number(book.otp_attempts, shipped.otp_attempts, "wrong code", "mã sai")],
        Rule::LoginLockout => vec![
            number(book.login_attempts, shipped.login_attempts, "wrong password", "mật khẩu sai"),
            time(book.login_lock, shipped.login_lock),
        ],
        Rule::SessionExpires => vec![
            named(time(book.session_idle, shipped.session_idle), "idle", "để không"),
            named(time(book.session_absolute, shipped.session_absolute), "absolute", "tối đa"),
        ],
        Rule::ActivationWindow => vec![time(book.activation_window, shipped.activation_window)],
        Rule::DeviceKeyProof => vec![time(book.proof_window, shipped.proof_window)],
        Rule::QrExpires => vec![
            time(book.qr_lifetime, shipped.qr_lifetime),
            named(time(book.qr_early, shipped.qr_early), "earlier by up to", "sớm hơn đến"),
            named(time(book.qr_late, shipped.qr_late), "later by up to", "muộn hơn đến"),
        ],
        Rule::UtilityNeedsPasscode => vec![
            number(book.passcode_attempts, shipped.passcode_attempts, "wrong passcode", "passcode sai"),
            time(book.passcode_lock, shipped.passcode_lock),
        ],
        _ => Vec::new(),
    };
    let said: Vec<String> = said.into_iter().flatten().collect();
    (!said.is_empty()).then(|| format!("{}: {}", lang.say("in this run", "trong lượt chạy này"), said.join(", ")))
}

/// The word for a time bound.
pub(crate) fn bound_word(bound: Bound, lang: Lang) -> &'static str {
    match bound {
        Bound::CodeLife => lang.say("life of a code", "thời hạn của mã"),
        Bound::ResendGap => lang.say("time between two codes", "khoảng cách giữa hai mã"),
        Bound::LoginLock => lang.say("lock after wrong passwords", "khóa sau khi sai mật khẩu"),
        Bound::SessionIdle => lang.say("idle life of a session", "phiên để không"),
        Bound::SessionAbsolute => lang.say("whole life of a session", "thời hạn tối đa của phiên"),
        Bound::AfterCode => lang.say("time for the step after the code", "thời gian cho bước sau mã"),
        Bound::ActivationWindow => lang.say("activation window", "thời hạn kích hoạt"),
        Bound::QrLife => lang.say("life of a QR", "thời hạn của mã QR"),
        Bound::PasscodeLock => lang.say("lock after wrong passcodes", "khóa sau khi sai passcode"),
    }
}

/// A measured time bound: `life of a code: accepted to 119.8 s, refused from 120.3 s; rulebook 60 s`. A bound that was
/// met on one side only is marked: the other side is open.
pub(crate) fn measured(bound: &BoundCount, lang: Lang) -> String {
    let accepted = bound.bracket.latest_accepted_ms.map(|ms| age(ms, lang));
    let refused = bound.bracket.earliest_refused_ms.map(|ms| age(ms, lang));
    let mut parts = Vec::new();
    let mut part = |en: &str, vi: &str, at: &Option<String>| {
        parts.extend(at.as_ref().map(|at| format!("{} {at}", lang.say(en, vi))));
    };
    if bound.bound.opens() {
        part("refused to", "từ chối đến", &refused);
        part("accepted from", "nhận từ", &accepted);
    } else {
        part("accepted to", "nhận đến", &accepted);
        part("refused from", "từ chối từ", &refused);
    }
    match (&accepted, &refused) {
        (None, None) => parts.push(lang.say("nothing decided", "chưa phán xét được").into()),
        (Some(_), None) => {
            parts.push(lang.say("one side only: no refusal seen", "chỉ một phía: chưa thấy từ chối").into())
        }
        (None, Some(_)) => {
            parts.push(lang.say("one side only: no acceptance seen", "chỉ một phía: chưa thấy được nhận").into());
        }
        _ => {}
    }
    let book = lang.say("rulebook", "quy định");
    format!("{}: {}; {book} {}", bound_word(bound.bound, lang), parts.join(", "), age(bound.limit_ms, lang))
}

/// The time of day in Việt Nam (UTC+7) with milliseconds and the day: `09:14:02.118, 10/9/2022`.
pub(crate) fn clock(at: UnixMillis, lang: Lang) -> String {
    let day_ms = (at.0 + 7 * 3_600_000).rem_euclid(86_400_000);
    let (s, ms) = (day_ms / 1_000, day_ms % 1_000);
    let point = lang.say('.', ',');
    let day = lang.date(at.date_in_viet_nam());
    format!("{:02}:{:02}:{:02}{point}{ms:03}, {day}", s / 3_600, s / 60 % 60, s % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use songsinh_oracle::Bracket;

    fn bound(accepted: Option<f64>, refused: Option<f64>) -> BoundCount {
        BoundCount {
            bound: Bound::QrLife,
            limit_ms: 60_000.0,
            nearest_accepted_ms: None,
            nearest_refused_ms: None,
            accepted: 0,
            refused: 0,
            bracket: Bracket { latest_accepted_ms: accepted, earliest_refused_ms: refused },
            hint: None,
        }
    }

    #[test]
    fn a_bound_met_on_one_side_is_marked() {
        let both = measured(&bound(Some(119_800.0), Some(120_300.0)), Lang::En);
        assert_eq!(both, "life of a QR: accepted to 119.80 s, refused from 120.30 s; rulebook 60.00 s");
        let one = measured(&bound(Some(119_800.0), None), Lang::Vi);
        assert_eq!(one, "thời hạn của mã QR: nhận đến 119,80 s, chỉ một phía: chưa thấy từ chối; quy định 60,00 s");
    }

    #[test]
    fn times_of_day_are_those_of_viet_nam() {
        assert_eq!(clock(UnixMillis(1_662_768_000_118), Lang::En), "07:00:00.118, 2022-09-10");
        assert_eq!(clock(UnixMillis(1_662_742_800_000 - 1), Lang::Vi), "23:59:59,999, 9/9/2022");
    }

    #[test]
    fn numbers_of_the_run_are_said_where_they_are_not_the_shipped_ones() {
        let mut book = Rulebook::default();
        assert!(Rule::ALL.iter().all(|rule| in_this_run(*rule, &book, Lang::En).is_none()));
        (book.qr_late, book.passcode_attempts) = (Duration::from_secs(1), 3);
        assert_eq!(in_this_run(Rule::QrExpires, &book, Lang::En).unwrap(), "in this run: later by up to 1 s");
        assert_eq!(
            in_this_run(Rule::UtilityNeedsPasscode, &book, Lang::Vi).unwrap(),
            "trong lượt chạy này: 3 passcode sai"
        );
    }
}
