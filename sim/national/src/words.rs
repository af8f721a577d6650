//! The twin's words: text messages (unaccented, each in one GSM part) and the Vietnamese titles and details of refusals.
//!
//! Invariant: the words of a refusal depend on its reason alone, so they tell nothing about who was asked for; a code
//! message says what it is for and carries no link.

use std::time::Duration;

use songsinh_contract::{Code, Reason, SmsPurpose};

/// First message of journey 6, word for word (TQ Bước 6).
pub const NOT_IDENTIFIED: &str = "tài khoản của bạn chưa được định danh điện tử";
/// Second message of journey 6, word for word (TQ Bước 6).
pub const ALREADY_ACTIVATED: &str = "Tài khoản của bạn đã thực hiện kích hoạt";

/// The notice that the account can be activated, after the one that citizens really got, without the person's name.
pub const APPROVED_SMS: &str = "VNeID: Ho so dang ky tai khoan dinh danh dien tu da duoc phe duyet. De nghi truy cap \
     ung dung VNeID hoac https://vneid.gov.vn de kich hoat.";
/// The notice that the application was rejected.
pub const REJECTED_SMS: &str = "VNeID: Ho so dang ky tai khoan dinh danh dien tu bi tu choi. De nghi kiem tra thong \
     tin va dang ky lai tren ung dung.";

/// The text of a code message. Notices have texts of their own; asked for one, this gives the notice.
#[must_use]
pub fn code_sms(purpose: SmsPurpose, code: Code, life: Duration) -> String {
    let what = match purpose {
        SmsPurpose::Register => "Ma xac thuc dang ky tai khoan",
        SmsPurpose::Activate => "Ma kich hoat tai khoan dinh danh",
        SmsPurpose::Reset => "Ma xac thuc dat lai mat khau",
        SmsPurpose::Approved => return APPROVED_SMS.to_owned(),
        SmsPurpose::Rejected => return REJECTED_SMS.to_owned(),
    };
    format!("VNeID: {what} la {code}. Hieu luc {}. Khong chia se ma nay.", span(life))
}

fn span(life: Duration) -> String {
    let seconds = life.as_secs();
    if seconds >= 60 && seconds.is_multiple_of(60) {
        format!("{} phut", seconds / 60)
    } else {
        format!("{seconds} giay")
    }
}

/// Regular expressions that tell the twin's messages apart; the code, where there is one, is the group `code`.
#[must_use]
pub fn sms_patterns() -> [(SmsPurpose, &'static str); 5] {
    [
        (SmsPurpose::Register, r"^VNeID: Ma xac thuc dang ky tai khoan la (?P<code>[0-9]{6})\."),
        (SmsPurpose::Activate, r"^VNeID: Ma kich hoat tai khoan dinh danh la (?P<code>[0-9]{6})\."),
        (SmsPurpose::Reset, r"^VNeID: Ma xac thuc dat lai mat khau la (?P<code>[0-9]{6})\."),
        (SmsPurpose::Approved, r"^VNeID: Ho so dang ky tai khoan dinh danh dien tu da duoc phe duyet\."),
        (SmsPurpose::Rejected, r"^VNeID: Ho so dang ky tai khoan dinh danh dien tu bi tu choi\."),
    ]
}

/// The security questions offered, numbered from 1.
pub const SECURITY_QUESTIONS: [&str; 10] = [
    "Tên trường tiểu học đầu tiên của bạn là gì?",
    "Tên người bạn thân nhất thời thơ ấu của bạn là gì?",
    "Món ăn bạn yêu thích nhất là gì?",
    "Tên con vật nuôi đầu tiên của bạn là gì?",
    "Bạn sinh ra ở bệnh viện nào?",
    "Tên giáo viên chủ nhiệm lớp 1 của bạn là gì?",
    "Công việc đầu tiên của bạn là gì?",
    "Bộ phim bạn yêu thích nhất là gì?",
    "Thành phố bạn muốn đến nhất là gì?",
    "Biệt danh thời nhỏ của bạn là gì?",
];

/// The title of a refusal: a few words.
#[must_use]
pub fn title(reason: Reason) -> &'static str {
    match reason {
        Reason::Malformed => "Yêu cầu không hợp lệ",
        Reason::NumberMalformed => "Số định danh không hợp lệ",
        Reason::PopulationMismatch => "Thông tin không đạt",
        Reason::PersonNotEligible => "Không đủ điều kiện",
        Reason::ScanDiffers => "Thẻ không khớp",
        Reason::AccountExists => "Tài khoản đã tồn tại",
        Reason::PhoneTaken => "Số điện thoại đã được sử dụng",
        Reason::HandleUnknown => "Không tìm thấy yêu cầu",
        Reason::CodeWrong => "Mã không đúng",
        Reason::CodeExpired => "Mã đã hết hiệu lực",
        Reason::CodeUsed => "Mã đã được sử dụng",
        Reason::CodeVoid => "Mã đã bị hủy",
        Reason::AttemptsExhausted => "Nhập sai quá nhiều lần",
        Reason::ResendTooSoon => "Gửi lại mã quá sớm",
        Reason::ResendTooMany => "Gửi lại mã quá nhiều lần",
        Reason::PasswordWeak => "Mật khẩu chưa đạt yêu cầu",
        Reason::StepOutOfOrder => "Sai thứ tự thao tác",
        Reason::CredentialsWrong => "Đăng nhập không thành công",
        Reason::Locked => "Đăng nhập tạm khóa",
        Reason::SessionMissing => "Chưa đăng nhập",
        Reason::SessionExpired => "Phiên đăng nhập đã hết hạn",
        Reason::SessionForeignDevice => "Phiên đăng nhập của thiết bị khác",
        Reason::BoundElsewhere => "Tài khoản đang dùng trên thiết bị khác",
        Reason::ProofMissing | Reason::ProofForeign | Reason::ProofStale | Reason::ProofReplayed => {
            "Không xác thực được thiết bị"
        }
        Reason::CardNotOwn => "Thẻ không phải của bạn",
        Reason::CardNotInForce => "Thẻ không còn giá trị",
        Reason::ChipWanted => "Cần đọc chip",
        Reason::PortraitMissing => "Thiếu ảnh chân dung",
        Reason::PortraitDiffers => "Ảnh chân dung không khớp",
        Reason::ApplicationExists => "Đã có hồ sơ",
        Reason::NotIdentified => "Chưa định danh điện tử",
        Reason::AlreadyActivated => "Đã kích hoạt",
        Reason::PhoneNotRegistered => "Số điện thoại không đúng",
        Reason::DeviceInUse => "Thiết bị đang được sử dụng",
        Reason::WindowClosed => "Quá thời hạn kích hoạt",
        Reason::PasscodeMalformed => "Passcode không hợp lệ",
        Reason::QuestionsWrong => "Câu hỏi bảo mật không hợp lệ",
        _ => "Yêu cầu bị từ chối",
    }
}

/// The detail of a refusal: a sentence that says what to do.
#[must_use]
pub fn detail(reason: Reason) -> &'static str {
    match reason {
        Reason::NotIdentified => NOT_IDENTIFIED,
        Reason::AlreadyActivated => ALREADY_ACTIVATED,
        Reason::Malformed => "Yêu cầu thiếu hoặc sai trường thông tin; đề nghị kiểm tra lại.",
        Reason::NumberMalformed => "Số định danh cá nhân gồm đúng 12 chữ số.",
        Reason::PopulationMismatch => {
            "Thông tin không khớp với Cơ sở dữ liệu quốc gia về dân cư; đề nghị kiểm tra và sửa lại."
        }
        Reason::PersonNotEligible => "Công dân không đủ điều kiện đăng ký tài khoản định danh điện tử.",
        Reason::ScanDiffers => "Số trên thẻ đã quét khác số đã nhập.",
        Reason::AccountExists => "Công dân đã có tài khoản; đề nghị đăng nhập.",
        Reason::PhoneTaken => "Số điện thoại đã đăng ký cho công dân khác; đề nghị dùng số khác.",
        Reason::HandleUnknown => "Yêu cầu không tồn tại hoặc không phải của thiết bị này; đề nghị làm lại từ đầu.",
        Reason::CodeWrong => "Mã xác thực không đúng; đề nghị nhập lại.",
        Reason::CodeExpired => "Mã xác thực đã hết hiệu lực; đề nghị yêu cầu mã mới.",
        Reason::CodeUsed => "Mã xác thực đã được sử dụng.",
        Reason::CodeVoid => "Mã xác thực không còn giá trị; đề nghị yêu cầu mã mới.",
        Reason::AttemptsExhausted => "Đã nhập sai mã quá nhiều lần; đề nghị thử lại sau một giờ.",
        Reason::ResendTooSoon => "Vừa gửi mã; đề nghị chờ trước khi yêu cầu mã mới.",
        Reason::ResendTooMany => "Đã gửi lại mã quá nhiều lần; đề nghị thử lại sau một giờ.",
        Reason::PasswordWeak => {
            "Mật khẩu dài 8-20 ký tự, có chữ hoa, chữ thường, chữ số và một trong các ký tự ! @ # $ ^ * ( ) _ -"
        }
        Reason::StepOutOfOrder => "Bước này chưa đến lượt hoặc đã thực hiện.",
        Reason::CredentialsWrong => "Số định danh hoặc mật khẩu không đúng.",
        Reason::Locked => "Đã nhập sai mật khẩu quá nhiều lần; đề nghị thử lại sau.",
        Reason::SessionMissing => "Đề nghị đăng nhập.",
        Reason::SessionExpired => "Đề nghị đăng nhập lại.",
        Reason::SessionForeignDevice => "Phiên đăng nhập này thuộc về thiết bị khác.",
        Reason::BoundElsewhere => "Tài khoản đã kích hoạt trên thiết bị khác; đề nghị chuyển thiết bị.",
        Reason::ProofMissing => "Yêu cầu phải kèm chữ ký của thiết bị đã kích hoạt.",
        Reason::ProofForeign => "Chữ ký không phải của thiết bị đã kích hoạt hoặc không dành cho yêu cầu này.",
        Reason::ProofStale => "Chữ ký nằm ngoài khoảng thời gian cho phép; đề nghị kiểm tra đồng hồ của thiết bị.",
        Reason::ProofReplayed => "Chữ ký đã được sử dụng.",
        Reason::CardNotOwn => "Thông tin trên thẻ không phải của công dân đang đăng nhập.",
        Reason::CardNotInForce => "Thẻ đã hết hạn, bị mất, bị hủy hoặc đã được cấp lại.",
        Reason::ChipWanted => "Thiết bị có NFC; đề nghị đọc chip trên thẻ CCCD.",
        Reason::PortraitMissing => "Hồ sơ phải có ảnh chân dung.",
        Reason::PortraitDiffers => "Ảnh chân dung không khớp với công dân; đề nghị chụp lại.",
        Reason::ApplicationExists => "Công dân đã có hồ sơ đang chờ hoặc đã được phê duyệt.",
        Reason::PhoneNotRegistered => "Số điện thoại không phải số đã đăng ký của tài khoản.",
        Reason::DeviceInUse => {
            "Thiết bị đang được tài khoản định danh khác sử dụng; đề nghị kích hoạt trên thiết bị khác."
        }
        Reason::WindowClosed => "Đã quá thời hạn kích hoạt; đề nghị liên hệ tổng đài.",
        Reason::PasscodeMalformed => "Passcode gồm đúng 6 chữ số.",
        Reason::QuestionsWrong => "Đề nghị chọn 2 câu hỏi khác nhau trong danh sách và trả lời.",
        _ => "Yêu cầu bị từ chối.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_fits_one_gsm_part() {
        let codes = [SmsPurpose::Register, SmsPurpose::Activate]
            .map(|purpose| code_sms(purpose, Code(7), Duration::from_secs(3_601)));
        for text in [APPROVED_SMS.to_owned(), REJECTED_SMS.to_owned()].iter().chain(&codes) {
            assert!(text.is_ascii() && text.len() <= 160, "{} bytes: {text}", text.len());
        }
        assert!(codes.iter().all(|text| text.contains(" la 000007. ") && !text.contains("http")));
        assert!(code_sms(SmsPurpose::Register, Code(123_456), Duration::from_secs(180)).contains("Hieu luc 3 phut."));
    }

    #[test]
    fn the_two_quoted_messages_stand_word_for_word() {
        assert_eq!(detail(Reason::NotIdentified), "tài khoản của bạn chưa được định danh điện tử");
        assert_eq!(detail(Reason::AlreadyActivated), "Tài khoản của bạn đã thực hiện kích hoạt");
    }
}
