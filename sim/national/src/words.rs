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

/// Which edition of the terms is shown.
pub const TERMS_VERSION: &str = "2022-12-01";
/// The terms that are accepted when the app is opened first (journey 0).
pub const TERMS: &str = "Công dân đồng ý để ứng dụng định danh điện tử thu thập, đối chiếu và sử dụng thông tin cá nhân \
     với Cơ sở dữ liệu quốc gia về dân cư nhằm đăng ký, kích hoạt và sử dụng tài khoản định danh điện tử; công dân giữ \
     bí mật mật khẩu, passcode và mã xác thực, và chịu trách nhiệm về mọi thao tác trên thiết bị của mình.";

/// A notice as the app shows it. Codes are never shown again, so that their notices tell only that one was sent.
#[must_use]
pub fn notice(kind: SmsPurpose) -> &'static str {
    match kind {
        SmsPurpose::Approved => "Hồ sơ đăng ký tài khoản định danh điện tử đã được phê duyệt.",
        SmsPurpose::Rejected => "Hồ sơ đăng ký tài khoản định danh điện tử bị từ chối.",
        SmsPurpose::Register => "Đã gửi mã xác thực đăng ký tài khoản.",
        SmsPurpose::Activate => "Đã gửi mã kích hoạt tài khoản định danh.",
        SmsPurpose::Reset => "Đã gửi mã xác thực đặt lại mật khẩu.",
    }
}

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
        Reason::RefreshUsed => "Phiên đăng nhập không còn giá trị",
        Reason::UnlockOff => "Chưa bật mở khóa bằng sinh trắc",
        Reason::OfficerWanted => "Chỉ dành cho cán bộ",
        Reason::FingerprintsDiffer => "Vân tay không khớp",
        Reason::NotActivated => "Tài khoản chưa kích hoạt",
        Reason::Level2Wanted => "Cần tài khoản mức 2",
        Reason::SwitchOff => "Chưa bật xác minh qua QR code",
        Reason::QrFake => "Mã QR giả",
        Reason::QrExpired => "Mã QR đã hết hiệu lực",
        Reason::QrReplaced => "Mã QR đã được thay thế",
        Reason::QrUsed => "Mã QR đã được sử dụng",
        Reason::SelfScan => "Không thể tự quét",
        Reason::PasscodeWanted => "Cần nhập passcode",
        Reason::PasscodeWrong => "Passcode không đúng",
        Reason::UtilitiesLocked => "Tiện ích tạm khóa",
        Reason::PaperUnknown => "Không tìm thấy giấy tờ",
        Reason::RequestDiffers => "Yêu cầu trùng mã",
        Reason::BalanceLow => "Số dư không đủ",
        Reason::RecipientUnfit => "Người nhận không hợp lệ",
        Reason::BillUnknown => "Không tìm thấy hóa đơn",
        Reason::BillPaid => "Hóa đơn đã thanh toán",
        Reason::AnswersWrong => "Câu trả lời không đúng",
        Reason::MoveNotAsked => "Không có yêu cầu chuyển thiết bị",
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
        Reason::RefreshUsed => "Phiên đăng nhập đã được gia hạn hoặc đã kết thúc; đề nghị đăng nhập lại.",
        Reason::UnlockOff => "Đăng nhập bằng vân tay hoặc khuôn mặt đang tắt; đề nghị đăng nhập bằng mật khẩu.",
        Reason::OfficerWanted => "Thao tác này chỉ do cán bộ công an thực hiện tại nơi tiếp nhận hồ sơ.",
        Reason::FingerprintsDiffer => "Thiếu vân tay hoặc vân tay không khớp với công dân; đề nghị thu nhận lại.",
        Reason::NotActivated => "Tài khoản chưa được kích hoạt; đề nghị kích hoạt trước khi sử dụng.",
        Reason::Level2Wanted => "Thao tác này cần tài khoản định danh điện tử mức 2.",
        Reason::SwitchOff => "Đề nghị bật Xác minh ứng dụng qua QR code trước.",
        Reason::QrFake => "Mã QR không do ứng dụng định danh điện tử tạo ra.",
        Reason::QrExpired => "Mã QR đã hết hiệu lực; đề nghị tạo mã mới.",
        Reason::QrReplaced => "Mã QR đã được thay bằng mã mới hoặc đã bị tắt; đề nghị tạo mã mới.",
        Reason::QrUsed => "Mã QR đã được quét; đề nghị tạo mã mới.",
        Reason::SelfScan => "Cán bộ không thể quét mã QR của chính mình.",
        Reason::PasscodeWanted => "Đề nghị nhập passcode để sử dụng tiện ích.",
        Reason::PasscodeWrong => "Passcode không đúng; đề nghị nhập lại.",
        Reason::UtilitiesLocked => "Đã nhập sai passcode quá nhiều lần; đề nghị thử lại sau.",
        Reason::PaperUnknown => "Không có giấy tờ này của công dân; đề nghị kiểm tra loại và số giấy tờ.",
        Reason::RequestDiffers => "Mã yêu cầu đã được dùng cho nội dung khác; đề nghị dùng mã mới.",
        Reason::BalanceLow => "Số dư không đủ để thực hiện giao dịch.",
        Reason::RecipientUnfit => "Người nhận chưa có tài khoản đã kích hoạt hoặc là chính người gửi.",
        Reason::BillUnknown => "Không có hóa đơn này của công dân hoặc số tiền không đúng.",
        Reason::BillPaid => "Hóa đơn này đã được thanh toán.",
        Reason::AnswersWrong => "Câu trả lời bảo mật không đúng; đề nghị nhập lại.",
        Reason::MoveNotAsked => "Chưa có thiết bị nào yêu cầu chuyển hoặc yêu cầu đã kết thúc.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_fits_one_gsm_part() {
        let codes = [SmsPurpose::Register, SmsPurpose::Activate, SmsPurpose::Reset]
            .map(|purpose| code_sms(purpose, Code(7), Duration::from_secs(3_601)));
        for text in [APPROVED_SMS.to_owned(), REJECTED_SMS.to_owned()].iter().chain(&codes) {
            assert!(text.is_ascii() && text.len() <= 160, "{} bytes: {text}", text.len());
        }
        assert!(codes.iter().all(|text| text.contains(" la 000007. ") && !text.contains("http")));
        assert!(code_sms(SmsPurpose::Register, Code(123_456), Duration::from_secs(180)).contains("Hieu luc 3 phut."));
    }

    #[test]
    fn every_reason_says_what_happened_and_what_to_do() {
        let mut details: Vec<&str> = Reason::ALL.iter().map(|&reason| detail(reason)).collect();
        assert!(Reason::ALL.iter().all(|&reason| !title(reason).is_empty() && !title(reason).ends_with('.')));
        details.sort_unstable();
        details.dedup();
        assert_eq!(details.len(), Reason::ALL.len(), "two reasons share a sentence");
    }

    #[test]
    fn the_two_quoted_messages_stand_word_for_word() {
        assert_eq!(detail(Reason::NotIdentified), "tài khoản của bạn chưa được định danh điện tử");
        assert_eq!(detail(Reason::AlreadyActivated), "Tài khoản của bạn đã thực hiện kích hoạt");
    }
}
