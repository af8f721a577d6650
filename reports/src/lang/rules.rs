//! The rules in Vietnamese: one sentence each, as the contract has them in English.

use songsinh_contract::Rule;

use super::Lang;

/// The rule as a sentence.
#[must_use]
pub fn rule_text(rule: Rule, lang: Lang) -> &'static str {
    lang.say(rule.text(), vietnamese(rule))
}

/// The group to which a rule belongs, as a heading.
#[must_use]
pub fn group(rule: Rule, lang: Lang) -> &'static str {
    let vietnamese = match rule.group() {
        "Registration and the population database" => "Đăng ký và Cơ sở dữ liệu quốc gia về dân cư",
        "One-time codes (registration, activation, reset, device move)" => "Mã xác thực một lần (OTP)",
        "Login, passwords, sessions" => "Đăng nhập, mật khẩu, phiên làm việc",
        "Card and portrait" => "Thẻ CCCD và ảnh chân dung",
        "Level, approval, activation" => "Mức độ, phê duyệt, kích hoạt",
        "Device binding" => "Gắn tài khoản với thiết bị",
        "QR verification" => "Xác minh ứng dụng qua mã QR",
        "Utilities" => "Tiện ích",
        "The SMS path" => "Đường tin nhắn SMS",
        "Always" => "Trong mọi trường hợp",
        other => other,
    };
    lang.say(rule.group(), vietnamese)
}

fn vietnamese(rule: Rule) -> &'static str {
    match rule {
        Rule::RegisterNeedsPopulationMatch => {
            "Số định danh, họ tên, ngày sinh, giới tính phải khớp CSDL quốc gia về dân cư; không khớp thì từ chối và không gửi mã"
        }
        Rule::RegisterMismatchIsCorrectable => "Sau khi «Không đạt», công dân được sửa thông tin và làm tiếp",
        Rule::RegisterScanMatchesTyped => "Số trên thẻ đã quét phải là số đã nhập trước đó",
        Rule::RegisterNumberIsWellFormed => {
            "12 chữ số; mã tỉnh, chữ số thế kỷ-giới tính và năm sinh phải đúng với người đó"
        }
        Rule::RegisterOneAccountPerCitizen => {
            "Mỗi công dân một tài khoản, kể cả khi đăng ký cùng lúc trên nhiều thiết bị"
        }
        Rule::RegisterOneAccountPerPhone => "Mỗi số điện thoại phục vụ một công dân",
        Rule::RegisterPersonEligible => "Người đã chết, số đã hủy hoặc chưa đủ tuổi (< 14) bị từ chối",
        Rule::RegisterIncompleteLeavesNothing => "Chưa xong bước mã và mật khẩu thì chưa đăng nhập được",
        Rule::OtpGoesToRegisteredPhone => {
            "Mã chỉ gửi đến số điện thoại của tài khoản, không gửi đến số do người khác nêu sau"
        }
        Rule::OtpExpires => "Mã sống đúng thời hạn: trước đó được nhận, từ đó trở đi bị từ chối",
        Rule::OtpSingleUse => "Mã đã dùng bị từ chối; nhập cùng lúc thì đúng một lần được nhận",
        Rule::OtpSupersededByNewer => "Không bao giờ có hai mã khác nhau cùng dùng được: mã mới làm mã cũ mất giá trị",
        Rule::OtpNeverInAnswer => "Mã chỉ có trong tin nhắn SMS, không có trong câu trả lời của hệ thống",
        Rule::OtpAttemptsLimited => "Nhập sai quá số lần cho phép thì mã mất giá trị, sau đó mã đúng cũng bị từ chối",
        Rule::OtpBoundToPurpose => "Mã đăng ký không dùng để kích hoạt được, và ngược lại",
        Rule::OtpBoundToCitizen => "Mã của người này không dùng được cho người khác, cũng không cho phiên của máy khác",
        Rule::OtpResendLimited => {
            "Gửi lại mã không sớm hơn khoảng cách quy định và không quá số lần quy định trong một giờ"
        }
        Rule::OtpUnpredictable => "Mã 6 chữ số, phân bố đều, không suy ra được từ yêu cầu",
        Rule::LoginNeedsPassword => "Sai mật khẩu thì từ chối",
        Rule::LoginLockout => {
            "Sai mật khẩu quá số lần thì khóa đăng nhập; đang khóa thì mật khẩu đúng cũng bị từ chối, hết khóa thì được nhận"
        }
        Rule::PasswordPolicy => "Mật khẩu 8-20 ký tự, có chữ hoa, chữ thường, chữ số và ký tự đặc biệt",
        Rule::PasswordChangeEndsSessions => "Đổi mật khẩu thì mật khẩu cũ và các phiên khác hết hiệu lực",
        Rule::SessionExpires => "Phiên hết hạn khi để không quá lâu và khi đủ thời hạn tối đa",
        Rule::SessionBoundToDevice => "Phiên do thiết bị khác đưa ra bị từ chối",
        Rule::NoEnumeration => "Đăng nhập và quên mật khẩu trả lời như nhau, dù tài khoản có tồn tại hay không",
        Rule::CardPassiveAuthentication => {
            "Đối tượng bảo mật của thẻ nối về CA quốc gia, các nhóm dữ liệu khớp giá trị băm (xác thực thụ động)"
        }
        Rule::CardActiveAuthentication => {
            "Chip ký lên thử thách mới của máy chủ; chip sao chép bị từ chối (xác thực chủ động)"
        }
        Rule::CardChallengeSingleUse => "Thử thách dùng một lần, sống 60 giây, trong đúng phiên của nó",
        Rule::CardBelongsToCitizen => "Dữ liệu chip và mã QR in trên thẻ phải là của công dân đang đăng nhập",
        Rule::CardDataShownIsTrue => "Thông tin hiển thị để xác nhận đúng với thông tin trên thẻ",
        Rule::CardNotRevokedOrExpired => "Thẻ báo mất, đã cấp lại, bị hủy hoặc hết hạn bị từ chối",
        Rule::CardQrOnlyWithoutNfc => "Chỉ máy không có NFC mới dùng mã QR in trên thẻ để đăng ký mức 1",
        Rule::PortraitRequired => "Không có ảnh chân dung thì không nộp được hồ sơ",
        Rule::PortraitMatches => "Ảnh chân dung không phải của công dân bị từ chối",
        Rule::EmailOptional => "Không có email vẫn nộp được hồ sơ",
        Rule::Level1NeedsLogin => "Chỉ đăng ký mức 1 sau khi đăng nhập",
        Rule::Level2NeedsCounter => "Hồ sơ mức 2 chỉ do cán bộ công an lập tại quầy",
        Rule::StepsInOrder => "Bước chưa đến lượt bị từ chối và không thay đổi gì",
        Rule::ApprovalSendsSms => "Phê duyệt dẫn đến đúng một tin nhắn thông báo kích hoạt, không có tin nào trước đó",
        Rule::ApprovalInTime => {
            "Mức 1 trong 1 ngày làm việc, mức 2 trong 3 ngày (7 ngày nếu chưa có thẻ gắn chip): báo cáo, không phán xét"
        }
        Rule::ActivateAppAccountRefused => {
            "Chỉ có tài khoản ứng dụng, hoặc hồ sơ đang chờ hay bị từ chối: từ chối kích hoạt bằng thông báo thứ nhất"
        }
        Rule::ActivateOnce => "Mức này đã kích hoạt: từ chối bằng thông báo thứ hai",
        Rule::ActivateNeedsRegisteredPhone => "Số điện thoại phải là số của tài khoản; khác thì từ chối, không gửi mã",
        Rule::ActivateNeedsCode => "Không có mã đúng thì không kích hoạt",
        Rule::ActivateSetsPasswordOnlyIfNone => "Bước đặt mật khẩu chỉ có ở người chưa có tài khoản trước đó",
        Rule::ActivateNeedsPasscode => "Passcode đúng 6 chữ số",
        Rule::ActivateNeedsTwoSecurityQuestions => "Hai câu hỏi bảo mật khác nhau trong danh sách, có trả lời",
        Rule::ActivateIncompleteIsNotActivated => "Thiếu một bước thì chưa kích hoạt, thiết bị vẫn tự do",
        Rule::ActivationWindow => "Kích hoạt trong 7 ngày kể từ thông báo; sau đó qua tổng đài",
        Rule::DeviceOneAccount => {
            "Thiết bị đang dùng cho tài khoản mức 1/mức 2 khác thì được báo; không bao giờ hai tài khoản gắn một thiết bị"
        }
        Rule::AccountOneDevice => {
            "Tài khoản hoạt động trên một thiết bị; chuyển máy thì máy cũ bị đăng xuất, và phải có mã hiện trên máy cũ hoặc chip và mật khẩu"
        }
        Rule::DeviceRaceOneWinner => {
            "Kích hoạt cùng lúc cho một thiết bị hoặc một tài khoản thì đúng một yêu cầu thành công"
        }
        Rule::DeviceKeyProof => {
            "Yêu cầu của thiết bị đã gắn phải có chữ ký bằng khóa của nó; thiếu, của máy khác, quá cũ hoặc dùng lại bị từ chối"
        }
        Rule::DeviceReleaseEndsAccess => "Gỡ thiết bị thì phiên, chữ ký và mã QR đang sống của nó hết hiệu lực ngay",
        Rule::QrNeedsLevel2 => "Chỉ tài khoản mức 2 đã kích hoạt mới tạo được mã QR",
        Rule::QrNeedsSwitch => "Chỉ tạo được mã QR khi đã bật «Xác minh ứng dụng qua QR code»",
        Rule::QrExpires => {
            "Mã QR sống 60 giây theo đồng hồ máy chủ: trước đó là thật, từ giây 60,000 bị từ chối vì hết hạn; tạo lại được mã mới"
        }
        Rule::QrNewReplacesOld => "Mã QR mới làm mã trước đó mất giá trị",
        Rule::QrOfficialNeedsLevel2 => "Chỉ người đã đăng nhập, tài khoản mức 2 đã kích hoạt, mới quét được",
        Rule::QrFakeIsSaidFake => {
            "Mã QR giả mạo, bị sửa, ký bằng khóa lạ hay của ứng dụng giả: trả lời «giả», không bao giờ «thật», không bao giờ trang lỗi"
        }
        Rule::QrBoundToDevice => "Mã QR không do thiết bị đã gắn tạo ra là giả",
        Rule::QrReplay => {
            "Quét lần thứ hai: một lần (mặc định; quét cùng lúc thì đúng một lần thành công) hoặc được phép khi còn sống"
        }
        Rule::QrResultIsTrue => "Cán bộ nhìn thấy đúng dữ liệu của công dân đó",
        Rule::QrSelfScanRefused => "Cán bộ không tự xác minh chính mình",
        Rule::UtilityNeedsActivation => "Ví giấy tờ, dịch vụ công, thanh toán chỉ dùng được sau khi kích hoạt",
        Rule::UtilityNeedsLevel2 => "Trình giấy tờ và dùng mọi tiện ích cần mức 2; mức 1 chỉ dùng dịch vụ công",
        Rule::UtilityNeedsPasscode => "Passcode mở tiện ích; sai quá số lần thì khóa trong thời gian quy định",
        Rule::WalletOwnDocumentsOnly => "Chỉ có giấy tờ của chính công dân, đúng với cơ sở dữ liệu gốc",
        Rule::ServiceFormPrefilled => "Thông tin cá nhân tự động điền vào biểu mẫu và đúng sự thật",
        Rule::ServiceSubmittedOnce => "Gửi lại cùng một hồ sơ thì chỉ lưu một lần",
        Rule::PaymentExactlyOnce => "Gửi lại cùng một lệnh thì chỉ thanh toán một lần; số dư và biên lai khớp nhau",
        Rule::SmsOnlyForChallenges => {
            "Không có tin nhắn nào nếu không có yêu cầu được chấp nhận hay phê duyệt; đúng người nhận"
        }
        Rule::SmsStatesPurpose => "Tin nhắn mã nói rõ mã dùng để làm gì và không có đường dẫn",
        Rule::SmsBacksOff => {
            "Cổng SMS báo quá tải: lùi lại trong 2 giây, không mất tin trước khi mã hết hạn, mã đi trước thông báo"
        }
        Rule::SmsCarrierIsolation => "Một nhà mạng hỏng không làm chậm các nhà mạng khác quá 5 %",
        Rule::SmsAmbiguityIsSafe => {
            "Mất kết nối giữa lúc gửi tin có thể làm tin gửi hai lần, không bao giờ làm hai yêu cầu"
        }
        Rule::AcknowledgedIsDurable => "Điều đã xác nhận vẫn còn sau sự cố và khởi động lại",
        Rule::RefusalChangesNothing => {
            "Yêu cầu bị từ chối không để lại dấu vết nào mà yêu cầu sau nhìn thấy, trừ các bộ đếm"
        }
        Rule::ErrorIsNotAVerdict => "Quá tải thì trả lời 429/503 kèm Retry-After, không bao giờ trả lời sai đúng-sai",
        Rule::NoPersonalDataLeak => "Không câu trả lời nào chứa dữ liệu của công dân khác",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_and_group_is_said_in_both_languages() {
        for &rule in Rule::ALL {
            assert_ne!(rule_text(rule, Lang::En), rule_text(rule, Lang::Vi));
            assert_ne!(group(rule, Lang::En), group(rule, Lang::Vi), "{}", rule.group());
        }
    }
}
