//! The two letters, sentence by sentence: what each of them asks of the system, and where it is played.
//!
//! Every sentence that states behaviour stands here with its step, the journeys that play it, the operations and the
//! rules by which it is judged. [`page`] adds the shipped scenarios in which it is exercised; a test keeps
//! `scenarios/letters.md` in step and lets no cell be empty.

use std::fmt::Write as _;

use songsinh_contract::{OperationName, Rule};

use crate::catalogue::Journey;
use crate::file::Scenario;

/// One of the two letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Letter {
    /// 5101/TCT68 of Tuyên Quang, 22 August 2022.
    TuyenQuang,
    /// 487/TCTĐA06 of Tây Ninh, May 2023.
    TayNinh,
}

impl Letter {
    /// The number of the letter.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Self::TuyenQuang => "5101/TCT68",
            Self::TayNinh => "487/TCTĐA06",
        }
    }
}

/// A sentence that states behaviour.
#[derive(Debug, Clone, Copy)]
pub struct Sentence {
    /// Which letter.
    pub letter: Letter,
    /// Where in it.
    pub step: &'static str,
    /// What it says, shortened with …
    pub text: &'static str,
    /// The journeys that play it.
    pub journeys: &'static [Journey],
    /// The operations in which it shows.
    pub operations: &'static [OperationName],
    /// The rules by which it is judged.
    pub rules: &'static [Rule],
}

/// Every sentence, in the order of the letters.
#[must_use]
pub fn sentences() -> &'static [Sentence] {
    SENTENCES
}

/// The table as Markdown, with the scenarios that play each sentence.
#[must_use]
pub fn page(scenarios: &[Scenario]) -> String {
    let mut page = String::from(
        "# The two letters, sentence by sentence\n\n\
         Generated from `load/scenario/src/letters.rs` and the scenarios of this folder:\n\
         `UPDATE=1 cargo test -p songsinh-scenario letters`.\n\n\
         | letter, step | sentence | journeys | operations | rules | played in |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for sentence in SENTENCES {
        let journeys: Vec<&str> = sentence.journeys.iter().map(|one| one.as_str()).collect();
        let operations: Vec<&str> = sentence.operations.iter().map(|one| one.as_str()).collect();
        let rules: Vec<&str> = sentence.rules.iter().map(|one| one.slug()).collect();
        let played: Vec<&str> = scenarios.iter().filter(|one| plays(one, sentence)).map(|one| &*one.scenario).collect();
        // Writing into a String cannot fail.
        let _ = writeln!(
            page,
            "| {}, {} | {} | {} | {} | {} | {} |",
            sentence.letter.number(),
            sentence.step,
            sentence.text,
            journeys.join(", "),
            operations.join(", "),
            rules.join(", "),
            played.join(", "),
        );
    }
    page
}

/// Whether a scenario plays a sentence: one of its journeys, honestly or with a twist.
fn plays(scenario: &Scenario, sentence: &Sentence) -> bool {
    scenario.mix.iter().any(|entry| entry.share.get() > 0.0 && sentence.journeys.contains(&entry.journey))
}

macro_rules! sentences {
    ($($letter:ident $step:literal $text:literal [$($journey:ident)+] [$($operation:ident)+] [$($rule:ident)+];)+) => {
        const SENTENCES: &[Sentence] = &[$(Sentence {
            letter: Letter::$letter,
            step: $step,
            text: $text,
            journeys: &[$(Journey::$journey),+],
            operations: &[$(OperationName::$operation),+],
            rules: &[$(Rule::$rule),+],
        },)+];
    };
}

sentences! {
    TuyenQuang "mở đầu" "người dân sau khi kích hoạt tài khoản … mức độ 1/mức độ 2 thành công có thể đăng nhập và sử dụng các chức năng, tiện ích"
        [Activate ActivateLevel2 Login Wallet Services Payments] [SessionLogin PasscodeEnter]
        [LoginNeedsPassword UtilityNeedsActivation UtilityNeedsPasscode];
    TuyenQuang "mở đầu (1)" "Giải quyết dịch vụ công trực tuyến …, các thông tin của cá nhân tự động được điền vào các biểu mẫu (form) mà không phải nhập lại"
        [Services] [FormOpen FormSubmit FormList] [ServiceFormPrefilled ServiceSubmittedOnce];
    TuyenQuang "mở đầu (2)" "Tích hợp hiển thị các loại giấy tờ trên ứng dụng như giấy phép lái xe, đăng ký xe, bảo hiểm y tế, mã số thuế"
        [Wallet] [WalletAdd WalletList WalletShow] [WalletOwnDocumentsOnly UtilityNeedsLevel2];
    TuyenQuang "mở đầu (3)" "Thực hiện các giao dịch tài chính như thanh toán hoá đơn, điện nước, đóng tiền bảo hiểm xã hội và bảo hiểm y tế, chuyển tiền"
        [Payments] [PaymentBills PaymentPay PaymentTransfer PaymentBalance] [PaymentExactlyOnce];
    TuyenQuang "1" "Đẩy mạnh công tác tuyên truyền …: cơ quan thông tấn, báo chí, Fanpage, phóng sự truyền hình; băng rôn, poster, tờ rơi; cán bộ, công chức trực tiếp"
        [Reached] [ServiceTerms] [ErrorIsNotAVerdict];
    TuyenQuang "2" "kích hoạt tài khoản định danh điện tử ở mức độ cao nhất - mức độ 2 … để có thể sử dụng tất cả các tiện ích được cung cấp"
        [Level2 Level2AfterLevel1 ActivateLevel2 Wallet Payments] [Level2File ActivationRequest WalletShow]
        [UtilityNeedsLevel2 Level2NeedsCounter];
    TuyenQuang "3" "Tổ công nghệ số cộng đồng … trực tiếp … hướng dẫn người dân đăng ký, sử dụng ứng dụng VNeID bằng hình thức phù hợp"
        [Reached Register] [ServiceTerms AccountRegister] [RegisterMismatchIsCorrectable ErrorIsNotAVerdict];
    TuyenQuang "hướng dẫn 1 (1)" "Công dân đã có hồ sơ đăng ký …, đang chờ phê duyệt, cấp tài khoản"
        [Level1 Activate] [Level1Submit ActivationRequest] [ApprovalSendsSms ActivateAppAccountRefused ApprovalInTime];
    TuyenQuang "hướng dẫn 1 (2)" "Công dân làm thủ tục cấp tài khoản … gắn với cấp đổi, cấp mới, cấp lại Căn cước công dân gắn chip"
        [Level2 ActivateLevel2] [OfficerLogin Level2File] [Level2NeedsCounter CardBelongsToCitizen PortraitRequired];
    TuyenQuang "hướng dẫn 1 (3)" "Công dân làm thủ tục cấp tài khoản … khi đã có thẻ Căn cước công dân gắn chip"
        [Level2AfterLevel1 ActivateLevel2] [OfficerLogin Level2File] [Level2NeedsCounter CardNotRevokedOrExpired];
    TuyenQuang "Bước 1" "Tải ứng dụng: CH Play … «Cài đặt»; App Store … «Nhận»"
        [Reached] [ServiceTerms] [ErrorIsNotAVerdict];
    TuyenQuang "Bước 2" "Sau khi tải xong, người dân ấn vào ứng dụng … hoặc chọn «Mở» … để bắt đầu sử dụng"
        [Reached] [ServiceTerms] [ErrorIsNotAVerdict];
    TuyenQuang "Bước 3" "công dân điền số định danh cá nhân và số điện thoại của mình để đăng ký"
        [Register] [AccountRegister] [RegisterNumberIsWellFormed RegisterOneAccountPerCitizen RegisterOneAccountPerPhone RegisterPersonEligible];
    TuyenQuang "Bước 3" "quét QR code hợp lệ hệ thống tự động điền các thông tin trong QR code thẻ chip vào form đăng ký tài khoản"
        [Register] [AccountRegister] [RegisterScanMatchesTyped];
    TuyenQuang "Bước 3" "Trường hợp «Không quét được QR code?» … Công dân nhập thông tin còn trống"
        [Register] [AccountRegister] [RegisterNeedsPopulationMatch];
    TuyenQuang "Bước 3" "hệ thống sẽ gửi yêu cầu xác thực thông tin sang Cơ sở dữ liệu Quốc gia về dân cư"
        [Register] [AccountRegister] [RegisterNeedsPopulationMatch RegisterPersonEligible];
    TuyenQuang "Bước 3" "Trường hợp «Đạt» thì hệ thống gửi SMS và thực hiện xác thực"
        [Register] [AccountRegister AccountConfirm] [OtpGoesToRegisteredPhone SmsOnlyForChallenges SmsStatesPurpose OtpNeverInAnswer];
    TuyenQuang "Bước 3" "Trường hợp «Không đạt» sẽ hiển thị thông báo đề nghị công dân điều chỉnh lại thông tin"
        [Register] [AccountRegister] [RegisterMismatchIsCorrectable RegisterNeedsPopulationMatch];
    TuyenQuang "Bước 3" "người dân nhập mã OTP được gửi về điện thoại để tiến hành xác thực"
        [Register] [AccountConfirm AccountResend] [OtpExpires OtpSingleUse OtpAttemptsLimited OtpSupersededByNewer OtpResendLimited OtpBoundToCitizen];
    TuyenQuang "Bước 3" "Sau khi xác thực thành công, người dân thiết lập mật khẩu để hoàn thành việc đăng ký"
        [Register] [AccountSetPassword] [PasswordPolicy RegisterIncompleteLeavesNothing StepsInOrder];
    TuyenQuang "Bước 4" "người dân nhập số định danh cá nhân và mật khẩu vừa đăng ký để đăng nhập tài khoản ứng dụng VNeID"
        [Login Register Refresh ForgotPassword] [SessionLogin AccountShow SessionRefresh ResetRequest]
        [LoginNeedsPassword LoginLockout SessionExpires SessionBoundToDevice NoEnumeration];
    TuyenQuang "Bước 5" "Sau khi đăng nhập, lựa chọn «Đăng ký tài khoản mức 1»"
        [Level1] [Level1ReadCard] [Level1NeedsLogin];
    TuyenQuang "Bước 5" "đối với thiết bị không hỗ trợ NFC thì sẽ thực hiện quét mã QR Code trên thẻ CCCD gắn chip"
        [Level1] [Level1ReadCard] [CardQrOnlyWithoutNfc CardBelongsToCitizen CardNotRevokedOrExpired];
    TuyenQuang "Bước 5" "hiển thị thông tin của người dân, chọn «Tiếp tục»"
        [Level1] [Level1ReadCard] [CardDataShownIsTrue NoPersonalDataLeak];
    TuyenQuang "Bước 5" "tiến hành chụp ảnh chân dung và thực hiện chụp ảnh chân dung theo hướng dẫn"
        [Level1] [Level1Portrait] [PortraitRequired PortraitMatches];
    TuyenQuang "Bước 5" "kiểm tra lại thông tin, nhập địa chỉ email (không bắt buộc) và chọn «Xác nhận thông tin đăng ký»"
        [Level1] [Level1Submit] [EmailOptional StepsInOrder];
    TuyenQuang "Bước 6" "người dân đợi SMS thông báo kích hoạt từ hệ thống VNeID"
        [Level1 Activate ActivateLevel2] [Level1Submit Level2File ApplicationDecide] [ApprovalSendsSms];
    TuyenQuang "Bước 6" "Người sử dụng nhập số định danh cá nhân và số điện thoại và ấn «Gửi yêu cầu» thì hệ thống sẽ kiểm tra mức độ tài khoản"
        [Activate ActivateLevel2] [ActivationRequest] [ActivateNeedsRegisteredPhone ActivationWindow];
    TuyenQuang "Bước 6" "Nếu là tài khoản ứng dụng VNeID sẽ hiển thị thông báo «tài khoản của bạn chưa được định danh điện tử»"
        [Activate] [ActivationRequest] [ActivateAppAccountRefused];
    TuyenQuang "Bước 6" "Nếu là tài khoản mức 1/mức 2 nhưng đã được kích hoạt sẽ hiển thị thông báo «Tài khoản của bạn đã thực hiện kích hoạt»"
        [Activate ReleaseDevice] [ActivationRequest] [ActivateOnce];
    TuyenQuang "Bước 6" "Nếu là tài khoản mức 1/mức 2 chưa kích hoạt, thì sẽ kiểm tra thiết bị đang dùng để kích hoạt"
        [Activate] [ActivationRequest] [DeviceOneAccount AccountOneDevice];
    TuyenQuang "Bước 7" "Thiết bị … không được gắn với tài khoản mức 1/ mức 2 nào sẽ hiển thị thông báo kích hoạt tài khoản"
        [Activate ActivateLevel2] [ActivationRequest] [DeviceOneAccount DeviceKeyProof];
    TuyenQuang "Bước 7" "Hoặc thiết bị … đang được kích hoạt để sử dụng với một tài khoản mức 1/ mức 2 khác sẽ hiển thị thông báo kích hoạt tài khoản trên thiết bị khác"
        [Activate] [ActivationRequest] [DeviceOneAccount DeviceRaceOneWinner];
    TuyenQuang "Bước 7" "Nhập mã kích hoạt hệ thống gửi về SMS, người dân nhập đúng mã OTP được gửi về số điện thoại đăng ký"
        [Activate ActivateLevel2] [ActivationConfirm] [ActivateNeedsCode OtpBoundToPurpose OtpGoesToRegisteredPhone];
    TuyenQuang "Bước 7" "Thiết lập mật khẩu (… chỉ áp dụng cho các trường hợp công dân chưa có tài khoản trước khi được phê duyệt)"
        [ActivateLevel2 Activate] [ActivationSetPassword] [ActivateSetsPasswordOnlyIfNone];
    TuyenQuang "Bước 7" "thiết lập passcode gồm 6 chữ số để sử dụng cho các tiện ích trong ứng dụng"
        [Activate Wallet] [ActivationSetPasscode PasscodeEnter] [ActivateNeedsPasscode UtilityNeedsPasscode];
    TuyenQuang "Bước 7" "thiết lập 2 câu hỏi và trả lời bất kỳ trong list câu hỏi bảo mật để thực hiện bảo mật tài khoản"
        [Activate ForgotPassword] [ServiceQuestions ActivationSetQuestions ResetAnswer]
        [ActivateNeedsTwoSecurityQuestions ActivateIncompleteIsNotActivated];
    TayNinh "khoản 8 Điều 13" "sử dụng tài khoản định danh điện tử mức độ 2 … có giá trị tương đương với việc xuất trình giấy tờ, tài liệu"
        [Wallet VerifyQr] [WalletShow] [UtilityNeedsLevel2 WalletOwnDocumentsOnly];
    TayNinh "Bước 1" "Công dân đăng nhập vào ứng dụng VNeID bằng tài khoản định danh điện tử mức 2"
        [VerifyQr] [SessionLogin QrMint] [QrNeedsLevel2 DeviceKeyProof];
    TayNinh "Bước 1" "bật chức năng «Xác minh ứng dụng qua QR code» trong mục «Cá nhân»"
        [QrSwitch VerifyQr] [QrSwitch] [QrNeedsSwitch];
    TayNinh "Bước 1, màn hình" "Sử dụng Vân tay / Khuôn mặt để mở khóa ứng dụng …; Đổi mật khẩu; Đổi passcode; Thông báo"
        [PersonalPage Login] [UnlockSwitch SessionUnlock PasswordChange PasscodeChange NoticeList]
        [PasswordChangeEndsSessions UtilityNeedsPasscode DeviceKeyProof];
    TayNinh "Bước 1, màn hình" "Quản lý thiết bị"
        [MoveDevice ReleaseDevice PersonalPage] [DeviceList DeviceRelease DeviceMove DeviceMoveCode DeviceMoveConfirm]
        [AccountOneDevice DeviceReleaseEndsAccess];
    TayNinh "Bước 2" "Công dân quay lại «Trang chủ» để tạo QR code định danh điện tử"
        [VerifyQr] [QrMint] [QrNeedsLevel2 QrBoundToDevice QrNewReplacesOld];
    TayNinh "Bước 3" "Cán bộ giải quyết thủ tục hành chính thực hiện đăng nhập … bằng tài khoản định danh điện tử mức 2, sau đó thực hiện quét mã QR code của công dân"
        [VerifyQr] [SessionLogin QrScan] [QrOfficialNeedsLevel2 QrSelfScanRefused QrReplay];
    TayNinh "Bước 3" "để xác định ứng dụng VNeID của công dân là thật hay giả. Kết quả hiển thị trên màn hình ngay sau khi quét"
        [VerifyQr] [QrScan] [QrFakeIsSaidFake QrBoundToDevice QrResultIsTrue];
    TayNinh "Bước 4" "công dân có thể sử dụng chức năng hiển thị thông tin, giấy tờ tích hợp của mình trong mục «Ví, giấy tờ» để xuất trình"
        [VerifyQr Wallet] [PasscodeEnter WalletShow] [WalletOwnDocumentsOnly UtilityNeedsLevel2 NoPersonalDataLeak];
    TayNinh "Lưu ý" "Mã QR code chỉ có hiệu lực trong vòng 01 phút. Hết 01 phút, công dân phải thực hiện tạo lại mã QR code"
        [VerifyQr] [QrMint QrScan] [QrExpires];
}
