//! The reasons of refusals in Vietnamese. In English the word of profiles stands for itself.

use songsinh_contract::Reason;

/// The reason as a Vietnamese phrase.
#[must_use]
pub fn reason_text(reason: Reason) -> &'static str {
    match reason {
        Reason::Malformed => "yêu cầu sai dạng",
        Reason::NumberMalformed => "số định danh sai dạng",
        Reason::PopulationMismatch => "không khớp CSDL dân cư",
        Reason::PersonNotEligible => "người không đủ điều kiện",
        Reason::ScanDiffers => "thẻ quét khác số đã nhập",
        Reason::AccountExists => "đã có tài khoản",
        Reason::PhoneTaken => "số điện thoại của người khác",
        Reason::HandleUnknown => "không có bước trước đó",
        Reason::CodeWrong => "mã sai",
        Reason::CodeExpired => "mã hết hạn",
        Reason::CodeUsed => "mã đã dùng",
        Reason::CodeVoid => "mã mất giá trị",
        Reason::AttemptsExhausted => "sai mã quá số lần",
        Reason::ResendTooSoon => "gửi lại mã quá sớm",
        Reason::ResendTooMany => "gửi lại mã quá nhiều",
        Reason::PasswordWeak => "mật khẩu yếu",
        Reason::StepOutOfOrder => "chưa đến lượt bước này",
        Reason::CredentialsWrong => "sai số hoặc mật khẩu",
        Reason::Locked => "đang bị khóa",
        Reason::SessionMissing => "chưa đăng nhập",
        Reason::SessionExpired => "phiên hết hạn",
        Reason::SessionForeignDevice => "phiên của máy khác",
        Reason::BoundElsewhere => "tài khoản gắn với máy khác",
        Reason::ProofMissing => "thiếu chữ ký của máy",
        Reason::ProofForeign => "chữ ký của khóa khác",
        Reason::ProofStale => "chữ ký quá cũ",
        Reason::ProofReplayed => "chữ ký dùng lại",
        Reason::CardNotOwn => "thẻ của người khác",
        Reason::CardNotInForce => "thẻ không còn giá trị",
        Reason::ChipWanted => "máy có NFC phải đọc chip",
        Reason::PortraitMissing => "thiếu ảnh chân dung",
        Reason::PortraitDiffers => "ảnh của người khác",
        Reason::ApplicationExists => "đã có hồ sơ",
        Reason::NotIdentified => "chưa được định danh điện tử",
        Reason::AlreadyActivated => "đã kích hoạt",
        Reason::PhoneNotRegistered => "không phải số của tài khoản",
        Reason::DeviceInUse => "máy đang gắn tài khoản khác",
        Reason::WindowClosed => "quá thời hạn kích hoạt",
        Reason::PasscodeMalformed => "passcode sai dạng",
        Reason::QuestionsWrong => "câu hỏi bảo mật không hợp lệ",
        Reason::RefreshUsed => "mã làm mới đã dùng",
        Reason::UnlockOff => "chưa bật đăng nhập sinh trắc",
        Reason::OfficerWanted => "chỉ dành cho cán bộ",
        Reason::FingerprintsDiffer => "vân tay thiếu hoặc của người khác",
        Reason::NotActivated => "chưa kích hoạt",
        Reason::Level2Wanted => "cần mức 2",
        Reason::SwitchOff => "chưa bật xác minh QR",
        Reason::QrFake => "QR giả",
        Reason::QrExpired => "QR hết hạn",
        Reason::QrReplaced => "QR đã bị thay",
        Reason::QrUsed => "QR đã dùng",
        Reason::SelfScan => "tự quét mã của mình",
        Reason::PasscodeWanted => "chưa nhập passcode",
        Reason::PasscodeWrong => "passcode sai",
        Reason::UtilitiesLocked => "tiện ích đang bị khóa",
        Reason::PaperUnknown => "không có giấy tờ này",
        Reason::RequestDiffers => "số yêu cầu đã dùng cho nội dung khác",
        Reason::BalanceLow => "không đủ số dư",
        Reason::RecipientUnfit => "người nhận không hợp lệ",
        Reason::BillUnknown => "không có hóa đơn này",
        Reason::BillPaid => "hóa đơn đã trả",
        Reason::AnswersWrong => "trả lời bảo mật sai",
        Reason::MoveNotAsked => "chưa yêu cầu chuyển máy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_phrase_of_bearable_length() {
        for reason in Reason::ALL {
            assert!((4..40).contains(&reason_text(*reason).chars().count()), "{reason}");
        }
    }
}
