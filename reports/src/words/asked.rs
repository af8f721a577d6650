//! What is asked, one sentence for every operation, about the person who asks.

use songsinh_contract::{Operation, PaperKind, PublicService, QrFlaw, Secret, ShownQr};

use super::numbers::counted;
use crate::lang::Lang;

/// What is asked, as a sentence about the person who asks.
#[must_use]
pub fn asked(operation: &Operation, lang: Lang) -> String {
    let say = |en: &str, vi: &str| lang.say(en, vi).to_owned();
    match operation {
        Operation::ServiceHealth => say("asks whether the system is up", "hỏi hệ thống có hoạt động không"),
        Operation::ServiceQuestions => say("asks for the security questions", "xem danh sách câu hỏi bảo mật"),
        Operation::ServiceTerms => say("reads the terms of use", "xem điều khoản sử dụng"),
        Operation::AccountRegister { form, scanned } => {
            let how = match scanned {
                Some(card) => lang.say(format!("card of {} scanned", card.number), format!("quét thẻ {}", card.number)),
                None => say("typed", "nhập tay"),
            };
            let verb = lang.say("registers", "đăng ký");
            format!("{verb} {} «{}» ({how}), {} {}", form.number, form.name, phone_word(lang), form.phone)
        }
        Operation::AccountResend { .. } => say("asks for the registration code again", "xin gửi lại mã đăng ký"),
        Operation::AccountConfirm { code, .. } => {
            format!("{} {code}", lang.say("enters the registration code", "nhập mã đăng ký"))
        }
        Operation::AccountSetPassword { password, .. } => sets_password(password, lang),
        Operation::SessionLogin { number, .. } => format!("{} {number}", lang.say("logs in as", "đăng nhập với số")),
        Operation::AccountShow => say("looks at the account", "xem tài khoản"),
        Operation::SessionRefresh { .. } => say("asks for a new session with the refresh token", "làm mới phiên"),
        Operation::SessionLogout => say("logs out", "đăng xuất"),
        Operation::SessionUnlock { number } => {
            let text = lang.say("logs in by fingerprint or face as", "đăng nhập bằng vân tay hoặc khuôn mặt với số");
            format!("{text} {number}")
        }
        Operation::OfficerLogin { user, .. } => {
            format!("{} «{user}»", lang.say("logs in as the officer", "đăng nhập tài khoản cán bộ"))
        }
        Operation::Level1ReadCard { .. }
        | Operation::Level1Portrait { .. }
        | Operation::Level1Submit { .. }
        | Operation::Level2File { .. }
        | Operation::ApplicationDecide { .. } => applies(operation, lang),
        Operation::ActivationRequest { .. }
        | Operation::ActivationResend { .. }
        | Operation::ActivationConfirm { .. }
        | Operation::ActivationSetPassword { .. }
        | Operation::ActivationSetPasscode { .. }
        | Operation::ActivationSetQuestions { .. } => activates(operation, lang),
        Operation::QrSwitch { on } => {
            let on = lang.say(["off", "on"], ["tắt", "bật"])[usize::from(*on)];
            lang.say(
                format!("turns «Xác minh ứng dụng qua QR code» {on}"),
                format!("{on} «Xác minh ứng dụng qua QR code»"),
            )
        }
        Operation::QrMint => say("asks for a QR", "tạo mã QR"),
        Operation::QrScan { qr } => scans(qr, lang),
        Operation::PasswordChange { new, .. } => {
            let weak = if new.shape().is_strong_password() {
                ""
            } else {
                lang.say(" to a weak one", " thành mật khẩu yếu")
            };
            format!("{}{weak}", lang.say("changes the password", "đổi mật khẩu"))
        }
        Operation::PasscodeChange { new, .. } => {
            let wrong =
                if new.shape().is_passcode() { "" } else { lang.say(" to a malformed one", " thành dãy sai dạng") };
            format!("{}{wrong}", lang.say("changes the passcode", "đổi passcode"))
        }
        Operation::PasscodeEnter { .. } => say("enters the passcode for the utilities", "nhập passcode để mở tiện ích"),
        Operation::UnlockSwitch { on: true } => {
            say("turns login by fingerprint or face on", "bật đăng nhập bằng vân tay, khuôn mặt")
        }
        Operation::UnlockSwitch { on: false } => {
            say("turns login by fingerprint or face off", "tắt đăng nhập bằng vân tay, khuôn mặt")
        }
        Operation::NoticeList => say("reads the notices", "xem thông báo"),
        Operation::DeviceList
        | Operation::DeviceRelease
        | Operation::DeviceMove { .. }
        | Operation::DeviceMoveCode
        | Operation::DeviceMoveConfirm { .. } => moves(operation, lang),
        Operation::ResetRequest { .. }
        | Operation::ResetResend { .. }
        | Operation::ResetConfirm { .. }
        | Operation::ResetAnswer { .. }
        | Operation::ResetSetPassword { .. } => resets(operation, lang),
        Operation::WalletAdd { .. }
        | Operation::WalletList
        | Operation::WalletShow { .. }
        | Operation::FormOpen { .. }
        | Operation::FormSubmit { .. }
        | Operation::FormList
        | Operation::PaymentBills
        | Operation::PaymentBalance
        | Operation::PaymentPay { .. }
        | Operation::PaymentTransfer { .. } => uses(operation, lang),
    }
}

fn phone_word(lang: Lang) -> &'static str {
    lang.say("phone", "điện thoại")
}

fn sets_password(password: &Secret, lang: Lang) -> String {
    if password.shape().is_strong_password() {
        lang.say("sets a password", "đặt mật khẩu").into()
    } else {
        lang.say("sets a weak password", "đặt mật khẩu yếu").into()
    }
}

fn questions(count: usize, lang: Lang) -> String {
    let count = counted(count as u64, "security question", "câu hỏi bảo mật", lang);
    format!("{} {count}", lang.say("answers", "trả lời"))
}

fn applies(operation: &Operation, lang: Lang) -> String {
    match operation {
        Operation::Level1ReadCard { printed, nfc } => {
            let number = printed.number;
            let (with, co) = if *nfc { ("with", "có") } else { ("without", "không có") };
            lang.say(
                format!("applies for level 1: printed QR of {number}, phone {with} NFC"),
                format!("nộp hồ sơ mức 1: QR in trên thẻ {number}, máy {co} NFC"),
            )
        }
        Operation::Level1Portrait { portrait: Some(_), .. } => lang.say("sends a portrait", "gửi ảnh chân dung").into(),
        Operation::Level1Portrait { portrait: None, .. } => {
            lang.say("sends no portrait", "không gửi ảnh chân dung").into()
        }
        Operation::Level1Submit { email: Some(_), .. } => {
            lang.say("confirms the application with e-mail", "xác nhận hồ sơ, có email").into()
        }
        Operation::Level1Submit { email: None, .. } => {
            lang.say("confirms the application without e-mail", "xác nhận hồ sơ, không có email").into()
        }
        Operation::Level2File { filing } => {
            let mut lacks = Vec::new();
            if filing.portrait.is_none() {
                lacks.push(lang.say("no portrait", "thiếu ảnh"));
            }
            if filing.fingerprints.is_none() {
                lacks.push(lang.say("no fingerprints", "thiếu vân tay"));
            }
            if filing.card.number != filing.number {
                lacks.push(lang.say("another person's card", "thẻ của người khác"));
            }
            let lacks = if lacks.is_empty() { String::new() } else { format!(" ({})", lacks.join(", ")) };
            let verb = lang.say("files level 2 at the counter for", "lập hồ sơ mức 2 tại quầy cho");
            format!("{verb} {}, {} {}{lacks}", filing.number, phone_word(lang), filing.phone)
        }
        Operation::ApplicationDecide { number, approve } => {
            let verb = if *approve {
                lang.say("approves the application of", "duyệt hồ sơ của")
            } else {
                lang.say("rejects the application of", "từ chối hồ sơ của")
            };
            format!("{verb} {number}")
        }
        other => other.name().to_string(),
    }
}

fn activates(operation: &Operation, lang: Lang) -> String {
    match operation {
        Operation::ActivationRequest { number, phone } => {
            format!("{} {number}, {} {phone}", lang.say("asks to activate", "xin kích hoạt"), phone_word(lang))
        }
        Operation::ActivationResend { .. } => {
            lang.say("asks for the activation code again", "xin gửi lại mã kích hoạt").into()
        }
        Operation::ActivationConfirm { code, .. } => {
            format!("{} {code}", lang.say("enters the activation code", "nhập mã kích hoạt"))
        }
        Operation::ActivationSetPassword { .. } => {
            lang.say("sets a password for the activation", "đặt mật khẩu khi kích hoạt").into()
        }
        Operation::ActivationSetPasscode { passcode, .. } if passcode.shape().is_passcode() => {
            lang.say("sets a passcode", "đặt passcode").into()
        }
        Operation::ActivationSetPasscode { .. } => {
            lang.say("sets a malformed passcode", "đặt passcode sai dạng").into()
        }
        Operation::ActivationSetQuestions { answers, .. } => questions(answers.len(), lang),
        other => other.name().to_string(),
    }
}

fn scans(qr: &ShownQr, lang: Lang) -> String {
    let what = match (qr.flaw, qr.photographed) {
        (Some(flaw), _) => format!(" ({})", flaw_text(flaw, lang)),
        (None, true) => lang.say(" (a photograph of a genuine one)", " (ảnh chụp mã QR thật)").into(),
        (None, false) => String::new(),
    };
    format!("{}{what}", lang.say("scans a QR", "quét mã QR"))
}

/// What is wrong with a QR.
pub(crate) fn flaw_text(flaw: QrFlaw, lang: Lang) -> &'static str {
    match flaw {
        QrFlaw::SignatureForged => lang.say("forged signature", "chữ ký giả"),
        QrFlaw::SignatureMissing => lang.say("no signature", "không có chữ ký"),
        QrFlaw::MacByPublicKey => lang.say("MAC with the public key", "MAC bằng khóa công khai"),
        QrFlaw::OtherKeyNamed => lang.say("another key is named", "ghi tên khóa khác"),
        QrFlaw::OtherDevice => lang.say("signed by another account's device", "thiết bị của tài khoản khác ký"),
        QrFlaw::UnknownKey => lang.say("signed by an unknown key", "khóa lạ ký"),
        QrFlaw::Edited => lang.say("edited after signing", "bị sửa sau khi ký"),
        QrFlaw::WrongAudience => lang.say("made for another audience", "dành cho nơi nhận khác"),
        QrFlaw::UnknownVersion => lang.say("unknown version", "phiên bản lạ"),
        QrFlaw::Truncated => lang.say("cut off", "bị cắt cụt"),
        QrFlaw::TrailingBytes => lang.say("bytes behind its end", "thừa byte ở cuối"),
        QrFlaw::DuplicateClaim => lang.say("a claim stands twice", "lặp trường thông tin"),
        QrFlaw::Oversized => lang.say("five kilobytes long", "dài năm kilobyte"),
        QrFlaw::LifeExtended => lang.say("life extended by the phone", "điện thoại tự kéo dài thời hạn"),
        QrFlaw::FromTheFuture => lang.say("issued in the future", "thời điểm tạo ở tương lai"),
        QrFlaw::Counterfeit => lang.say("a counterfeit app's", "của ứng dụng giả"),
        QrFlaw::TicketGuessed => lang.say("guessed ticket", "đoán số vé"),
    }
}

fn moves(operation: &Operation, lang: Lang) -> String {
    match operation {
        Operation::DeviceList => lang.say("looks at the devices of the account", "xem thiết bị của tài khoản").into(),
        Operation::DeviceRelease => lang.say("releases the device", "gỡ thiết bị").into(),
        Operation::DeviceMove { number, .. } => {
            format!(
                "{} {number}",
                lang.say("asks on the new phone to move the account of", "xin chuyển sang máy mới tài khoản")
            )
        }
        Operation::DeviceMoveCode => {
            lang.say("asks on the old phone for the code of the move", "lấy mã chuyển máy trên máy cũ").into()
        }
        Operation::DeviceMoveConfirm { code, .. } => {
            format!("{} {code}", lang.say("enters the code of the move", "nhập mã chuyển máy"))
        }
        other => other.name().to_string(),
    }
}

fn resets(operation: &Operation, lang: Lang) -> String {
    match operation {
        Operation::ResetRequest { number, phone } => {
            let verb = lang.say("has forgotten the password of", "quên mật khẩu của");
            format!("{verb} {number}, {} {phone}", phone_word(lang))
        }
        Operation::ResetResend { .. } => {
            lang.say("asks for the password code again", "xin gửi lại mã đặt lại mật khẩu").into()
        }
        Operation::ResetConfirm { code, .. } => {
            format!("{} {code}", lang.say("enters the password code", "nhập mã đặt lại mật khẩu"))
        }
        Operation::ResetAnswer { answers, .. } => questions(answers.len(), lang),
        Operation::ResetSetPassword { password, .. } => {
            let weak = if password.shape().is_strong_password() { "" } else { lang.say(" (weak)", " (yếu)") };
            format!("{}{weak}", lang.say("sets the new password", "đặt mật khẩu mới"))
        }
        other => other.name().to_string(),
    }
}

fn uses(operation: &Operation, lang: Lang) -> String {
    let money = |vnd: i64| {
        let digits = super::numbers::count(vnd.unsigned_abs(), lang);
        format!("{}{digits} đ", if vnd < 0 { "-" } else { "" })
    };
    match operation {
        Operation::WalletAdd { kind, number } => {
            format!("{} {} {number}", lang.say("adds to the wallet:", "tích hợp giấy tờ:"), paper(*kind, lang))
        }
        Operation::WalletList => lang.say("looks into the wallet", "xem ví giấy tờ").into(),
        Operation::WalletShow { kind } => format!("{} {}", lang.say("shows the", "xuất trình"), paper(*kind, lang)),
        Operation::FormOpen { service } => {
            format!("{} «{}»", lang.say("opens the form", "mở biểu mẫu"), service_text(*service, lang))
        }
        Operation::FormSubmit { service, .. } => {
            format!("{} «{}»", lang.say("submits the form", "nộp hồ sơ"), service_text(*service, lang))
        }
        Operation::FormList => lang.say("looks at the submissions", "xem hồ sơ đã nộp").into(),
        Operation::PaymentBills => lang.say("looks at the bills", "xem hóa đơn").into(),
        Operation::PaymentBalance => lang.say("looks at balance and receipts", "xem số dư và biên lai").into(),
        Operation::PaymentPay { bill, amount_vnd, .. } => {
            let amount = money(*amount_vnd);
            lang.say(format!("pays {amount} for the bill {bill}"), format!("trả {amount} cho hóa đơn {bill}"))
        }
        Operation::PaymentTransfer { to, amount_vnd, .. } => {
            let amount = money(*amount_vnd);
            lang.say(format!("sends {amount} to {to}"), format!("chuyển {amount} cho {to}"))
        }
        other => other.name().to_string(),
    }
}

fn paper(kind: PaperKind, lang: Lang) -> &'static str {
    match kind {
        PaperKind::DrivingLicence => lang.say("driving licence", "giấy phép lái xe"),
        PaperKind::VehicleRegistration => lang.say("vehicle registration", "đăng ký xe"),
        PaperKind::HealthInsurance => lang.say("health insurance card", "thẻ bảo hiểm y tế"),
        PaperKind::TaxNumber => lang.say("tax number", "mã số thuế"),
    }
}

fn service_text(service: PublicService, lang: Lang) -> &'static str {
    match service {
        PublicService::ResidenceConfirmation => lang.say("residence confirmation", "xác nhận thông tin về cư trú"),
        PublicService::StayNotice => lang.say("stay notice", "thông báo lưu trú"),
        PublicService::BirthRegistration => lang.say("birth registration", "đăng ký khai sinh"),
        PublicService::CriminalRecordExtract => lang.say("criminal record extract", "cấp phiếu lý lịch tư pháp"),
    }
}
