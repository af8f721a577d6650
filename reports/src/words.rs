//! Numbers, times and calls in the words of a page.

use std::time::Duration;

use songsinh_contract::{Loss, Operation, Outcome, Rule, Rulebook, Values};

/// A count with thousands set apart: `61,212`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count and its noun: `1 rule`, `2 rules`.
#[must_use]
pub fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// Microseconds as people read them: `38 µs`, `0.84 ms`, `233 ms`, `12.3 s`.
#[must_use]
pub fn micros(us: f64) -> String {
    match us {
        us if us < 100.0 => format!("{us:.0} µs"),
        us if us < 10_000.0 => format!("{:.2} ms", us / 1e3),
        us if us < 100_000.0 => format!("{:.1} ms", us / 1e3),
        us if us < 1_000_000.0 => format!("{:.0} ms", us / 1e3),
        us if us < 10_000_000.0 => format!("{:.2} s", us / 1e6),
        us => format!("{:.1} s", us / 1e6),
    }
}

/// The age of a code or session, fine enough to show how near a bound it lay: `840 ms`, `179.98 s`.
#[must_use]
pub fn age(ms: f64) -> String {
    if ms < 1_000.0 { format!("{ms:.0} ms") } else { format!("{:.2} s", ms / 1e3) }
}

/// Milliseconds of a table, without the unit.
#[must_use]
pub fn ms(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.2}"),
        ms if ms < 100.0 => format!("{ms:.1}"),
        ms => count(ms.round() as u64),
    }
}

/// A time span of a run: `40 s`, `12 min 05 s`, `3 h 20 min`.
#[must_use]
pub fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", span.as_secs_f64()),
        10..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3_600, seconds / 60 % 60),
    }
}

/// A share in percent: `99.9 %`. Only a whole is 100 %, only nothing is 0 %.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if share >= 1.0 || share <= 0.0 {
        format!("{percent:.0} %")
    } else if percent > 99.99 {
        ">99.99 %".into()
    } else if percent < 0.01 {
        "<0.01 %".into()
    } else if !(1.0..=99.0).contains(&percent) {
        format!("{percent:.2} %")
    } else {
        format!("{percent:.1} %")
    }
}

/// What is asked, as a sentence about the person who asks.
#[must_use]
pub fn asked(operation: &Operation) -> String {
    match operation {
        Operation::ServiceHealth => "asks whether the system is up".into(),
        Operation::ServiceQuestions => "asks for the security questions".into(),
        Operation::AccountRegister { form, scanned } => {
            let how = match scanned {
                Some(card) => format!("card of {} scanned", card.number),
                None => "typed".into(),
            };
            format!("registers {} «{}» ({how}), phone {}", form.number, form.name, form.phone)
        }
        Operation::AccountResend { .. } => "asks for the registration code again".into(),
        Operation::AccountConfirm { code, .. } => format!("enters the registration code {code}"),
        Operation::AccountSetPassword { password, .. } => {
            let kind = if password.shape().is_strong_password() { "a password" } else { "a weak password" };
            format!("sets {kind}")
        }
        Operation::SessionLogin { number, .. } => format!("logs in as {number}"),
        Operation::AccountShow => "looks at the account".into(),
        Operation::Level1ReadCard { printed, nfc } => {
            let phone = if *nfc { "with" } else { "without" };
            format!("applies for level 1: printed QR of {}, phone {phone} NFC", printed.number)
        }
        Operation::Level1Portrait { portrait: Some(_), .. } => "sends a portrait".into(),
        Operation::Level1Portrait { portrait: None, .. } => "sends no portrait".into(),
        Operation::Level1Submit { email, .. } => {
            let with = if email.is_some() { "with" } else { "without" };
            format!("confirms the application {with} e-mail")
        }
        Operation::ActivationRequest { number, phone } => format!("asks to activate {number}, phone {phone}"),
        Operation::ActivationResend { .. } => "asks for the activation code again".into(),
        Operation::ActivationConfirm { code, .. } => format!("enters the activation code {code}"),
        Operation::ActivationSetPassword { .. } => "sets a password for the activation".into(),
        Operation::ActivationSetPasscode { passcode, .. } => {
            let kind = if passcode.shape().is_passcode() { "a passcode" } else { "a malformed passcode" };
            format!("sets {kind}")
        }
        Operation::ActivationSetQuestions { answers, .. } => {
            format!("answers {}", counted(answers.len() as u64, "security question"))
        }
        other => format!("asks for {}", other.name()),
    }
}

/// What was answered.
#[must_use]
pub fn answered(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done(values) => {
            let told = told(values);
            if told.is_empty() { "done".into() } else { format!("done: {told}") }
        }
        Outcome::Refused(reasons) if reasons.is_empty() => "refused".into(),
        Outcome::Refused(reasons) => format!("refused: {reasons}"),
        Outcome::Unavailable { retry_after: Some(wait) } => format!("unavailable, retry after {}", span(*wait)),
        Outcome::Unavailable { retry_after: None } => "unavailable".into(),
        Outcome::Fault { status } => format!("fault {status}"),
        Outcome::Unmapped { status, .. } => format!("unmapped answer {status}"),
        Outcome::Foreign { status } => format!("somebody else answered {status}"),
        Outcome::Indeterminate(loss) => match loss {
            Loss::NotSent => "no connection".into(),
            Loss::Reset => "connection lost".into(),
            Loss::TimedOut => "no answer in time".into(),
            Loss::Garbled => "unreadable answer".into(),
        },
    }
}

fn told(values: &Values) -> String {
    let mut told = Vec::new();
    if values.session.is_some() {
        told.push("a session".to_owned());
    }
    if let Some(life) = values.expires_in {
        told.push(format!("expires in {}", span(life)));
    }
    if let Some(needs) = values.needs_password {
        told.push(if needs { "wants a password".into() } else { "wants no password".into() });
    }
    if let Some(shown) = &values.shown
        && let Some(number) = shown.number
    {
        told.push(format!("shows {number}"));
    }
    if let Some(account) = values.account {
        told.push(
            format!("level {:?}, {:?}, {:?}", account.level, account.application, account.activation).to_lowercase(),
        );
    }
    told.join(", ")
}

/// The number that a timed or counted rule has in this run, where the rule's sentence names another one.
pub(crate) fn in_this_run(rule: Rule, book: &Rulebook) -> Option<String> {
    let shipped = Rulebook::shipped(book.name);
    let span = |own: Duration, usual: Duration| (own != usual).then(|| seconds(own));
    let said = match rule {
        Rule::OtpExpires => span(book.otp_lifetime, shipped.otp_lifetime)?,
        Rule::OtpResendLimited => {
            let gap = span(book.otp_resend_gap, shipped.otp_resend_gap);
            let count = book.otp_resends_per_window;
            let most =
                (count != shipped.otp_resends_per_window).then(|| format!("{count} in {}", seconds(book.otp_window)));
            [gap, most].into_iter().flatten().reduce(|one, other| format!("{one}, {other}"))?
        }
        Rule::OtpAttemptsLimited => {
            (book.otp_attempts != shipped.otp_attempts).then(|| format!("{} wrong codes", book.otp_attempts))?
        }
        Rule::LoginLockout => {
            let attempts = book.login_attempts;
            let count = (attempts != shipped.login_attempts).then(|| format!("{attempts} wrong passwords"));
            [count, span(book.login_lock, shipped.login_lock)]
                .into_iter()
                .flatten()
                .reduce(|one, other| format!("{one}, {other}"))?
        }
        Rule::SessionExpires => {
            let idle = span(book.session_idle, shipped.session_idle).map(|idle| format!("idle {idle}"));
            let whole = span(book.session_absolute, shipped.session_absolute).map(|whole| format!("absolute {whole}"));
            [idle, whole].into_iter().flatten().reduce(|one, other| format!("{one}, {other}"))?
        }
        Rule::ActivationWindow => span(book.activation_window, shipped.activation_window)?,
        Rule::DeviceKeyProof => span(book.proof_window, shipped.proof_window)?,
        _ => return None,
    };
    Some(format!("in this run: {said}"))
}

fn seconds(span: Duration) -> String {
    format!("{} s", span.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!([0, 999, 1_000, 61_212, 1_181_900].map(count), ["0", "999", "1,000", "61,212", "1,181,900"]);
        assert_eq!(
            [38.4, 840.0, 12_340.0, 233_400.0, 1_234_000.0, 12_300_000.0].map(micros),
            ["38 µs", "0.84 ms", "12.3 ms", "233 ms", "1.23 s", "12.3 s"]
        );
        assert_eq!([840.2, 179_984.0].map(age), ["840 ms", "179.98 s"]);
        assert_eq!(
            [0.0, 0.000_001, 0.5, 0.995_1, 0.999_999_9, 1.0].map(percent),
            ["0 %", "<0.01 %", "50.0 %", "99.51 %", ">99.99 %", "100 %"]
        );
        assert_eq!(
            [0.5, 40.0, 725.0, 12_000.0].map(|s| span(Duration::from_secs_f64(s))),
            ["0.5 s", "40 s", "12 min 05 s", "3 h 20 min"]
        );
    }
}
