//! What was answered, in words.

use songsinh_contract::{Activation, Application, Level, Loss, Outcome, Reason, Reasons, SmsPurpose, Values};

use super::numbers::{count, counted, span};
use crate::lang::{Lang, reason_text};

/// What was answered.
#[must_use]
pub fn answered(outcome: &Outcome, lang: Lang) -> String {
    let status = |en: &str, vi: &str, status: u16| format!("{} {status}", lang.say(en, vi));
    match outcome {
        Outcome::Done(values) => {
            let (done, told) = (lang.say("done", "đã thực hiện"), told(values, lang));
            if told.is_empty() { done.into() } else { format!("{done}: {told}") }
        }
        Outcome::Refused(reasons) if reasons.is_empty() => lang.say("refused", "từ chối").into(),
        Outcome::Refused(set) => format!("{}: {}", lang.say("refused", "từ chối"), reasons(*set, lang)),
        Outcome::Unavailable { retry_after: Some(wait) } => {
            format!("{} {}", lang.say("unavailable, retry after", "quá bận, thử lại sau"), span(*wait, lang))
        }
        Outcome::Unavailable { retry_after: None } => lang.say("unavailable", "quá bận").into(),
        Outcome::Fault { status: code } => status("fault", "lỗi máy chủ", *code),
        Outcome::Unmapped { status: code, .. } => status("unmapped answer", "câu trả lời chưa được giải thích", *code),
        Outcome::Foreign { status: code } => status("somebody else answered", "bên khác trả lời", *code),
        Outcome::Indeterminate(loss) => match loss {
            Loss::NotSent => lang.say("no connection", "không kết nối được"),
            Loss::Reset => lang.say("connection lost", "mất kết nối"),
            Loss::TimedOut => lang.say("no answer in time", "quá giờ không trả lời"),
            Loss::Garbled => lang.say("unreadable answer", "câu trả lời không đọc được"),
        }
        .into(),
    }
}

/// Reasons of a refusal; in Vietnamese with the word that profiles use behind each.
pub(crate) fn reasons(reasons: Reasons, lang: Lang) -> String {
    let one = |reason: Reason| lang.say(reason.as_str().to_owned(), format!("{} ({reason})", reason_text(reason)));
    // A uniform refusal names several; more than four say no more than four do.
    let mut said: Vec<String> = reasons.iter().take(4).map(one).collect();
    if reasons.iter().count() > said.len() {
        said.push("…".into());
    }
    said.join(lang.say(" or ", " hoặc "))
}

fn told(values: &Values, lang: Lang) -> String {
    let mut told = Vec::new();
    let mut say = |en: &str, vi: &str| told.push(lang.say(en, vi).to_owned());
    if values.session.is_some() {
        say("a session", "có phiên");
    }
    if values.ticket.is_some() || values.qr.is_some() {
        say("a QR", "có mã QR");
    }
    match values.needs_password {
        Some(true) => say("wants a password", "yêu cầu mật khẩu"),
        Some(false) => say("wants no password", "không yêu cầu mật khẩu"),
        None => {}
    }
    if values.address.is_some() {
        say("the form is filled", "biểu mẫu đã điền sẵn");
    }
    if let Some(life) = values.expires_in {
        told.push(format!("{} {}", lang.say("expires in", "hết hạn sau"), span(life, lang)));
    }
    if let Some(code) = values.code {
        told.push(format!("{} {code}", lang.say("shows the code", "hiện mã")));
    }
    if let Some(number) = values.shown.as_ref().and_then(|shown| shown.number) {
        told.push(format!("{} {number}", lang.say("shows", "hiện thông tin của")));
    }
    if let Some(account) = values.account {
        told.push(format!(
            "{}, {}, {}",
            level(account.level, lang),
            application(account.application, lang),
            activation(account.activation, lang)
        ));
    }
    lists(values, &mut told, lang);
    told.join(", ")
}

fn lists(values: &Values, told: &mut Vec<String>, lang: Lang) {
    let mut some = |number: usize, en: &str, vi: &str| {
        if number > 0 {
            told.push(counted(number as u64, en, vi, lang));
        }
    };
    some(values.questions.len(), "question", "câu hỏi");
    some(values.devices.len(), "device", "thiết bị");
    some(values.papers.len(), "paper", "giấy tờ");
    some(values.bills.len(), "bill", "hóa đơn");
    some(values.receipts.len(), "receipt", "biên lai");
    if let Some(balance) = values.balance_vnd {
        let sign = if balance < 0 { "-" } else { "" };
        told.push(format!("{} {sign}{} đ", lang.say("balance", "số dư"), count(balance.unsigned_abs(), lang)));
    }
    if !values.notices.is_empty() {
        let notices: Vec<&str> = values.notices.iter().take(6).map(|purpose| purpose_text(*purpose, lang)).collect();
        told.push(format!("{}: {}", lang.say("notices", "thông báo"), notices.join(", ")));
    }
}

fn level(level: Level, lang: Lang) -> &'static str {
    match level {
        Level::None => lang.say("no account", "chưa có tài khoản"),
        Level::App => lang.say("app account", "tài khoản ứng dụng"),
        Level::One => lang.say("level 1", "mức 1"),
        Level::Two => lang.say("level 2", "mức 2"),
    }
}

fn application(application: Application, lang: Lang) -> &'static str {
    match application {
        Application::None => lang.say("no application", "chưa có hồ sơ"),
        Application::Pending => lang.say("application pending", "hồ sơ đang chờ"),
        Application::Approved => lang.say("application approved", "hồ sơ đã duyệt"),
        Application::Rejected => lang.say("application rejected", "hồ sơ bị từ chối"),
    }
}

fn activation(activation: Activation, lang: Lang) -> &'static str {
    match activation {
        Activation::None => lang.say("not activated", "chưa kích hoạt"),
        Activation::Notified => lang.say("told to activate", "đã báo kích hoạt"),
        Activation::Activated => lang.say("activated", "đã kích hoạt"),
    }
}

fn purpose_text(purpose: SmsPurpose, lang: Lang) -> &'static str {
    match purpose {
        SmsPurpose::Register => lang.say("registration code", "mã đăng ký"),
        SmsPurpose::Activate => lang.say("activation code", "mã kích hoạt"),
        SmsPurpose::Reset => lang.say("password code", "mã đặt lại mật khẩu"),
        SmsPurpose::Approved => lang.say("approved", "đã duyệt"),
        SmsPurpose::Rejected => lang.say("rejected", "bị từ chối"),
    }
}
