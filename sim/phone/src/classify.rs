//! Understands a text message as its reader does: what it is for, and the code in it.
//!
//! Invariant: the first pattern that fits decides, in the order given; a text that no pattern fits stays unclassified
//! and is never guessed at.

use regex::{Regex, RegexBuilder};
use songsinh_contract::{Code, SmsPurpose};

use crate::PhoneError;

/// Bytes that one compiled pattern may take.
const PATTERN_LIMIT_BYTES: usize = 1 << 20;

/// The twin's own words, with and without accents. Notices come first: they name what was applied for, too; then a new
/// password, since its message may name the account that was registered.
const TWIN: [(SmsPurpose, &str); 5] = [
    (SmsPurpose::Rejected, r"(?i)từ chối|tu choi|không được phê duyệt|khong duoc phe duyet|bị trả lại|bi tra lai"),
    (SmsPurpose::Approved, r"(?i)được phê duyệt|duoc phe duyet"),
    (
        SmsPurpose::Reset,
        r"(?i)(?:(?:đặt|cấp) lại|quên|(?:dat|cap) lai|quen) (?:mật khẩu|mat khau).*?\b(?P<code>[0-9]{6})\b|\b(?P<code2>[0-9]{6})\b.*?(?:(?:đặt|cấp) lại|quên|(?:dat|cap) lai|quen) (?:mật khẩu|mat khau)",
    ),
    (
        SmsPurpose::Register,
        r"(?i)(?:đăng ký|dang ky).*?\b(?P<code>[0-9]{6})\b|\b(?P<code2>[0-9]{6})\b.*?(?:đăng ký|dang ky)",
    ),
    (
        SmsPurpose::Activate,
        r"(?i)(?:kích hoạt|kich hoat).*?\b(?P<code>[0-9]{6})\b|\b(?P<code2>[0-9]{6})\b.*?(?:kích hoạt|kich hoat)",
    ),
];

/// Patterns by which a phone tells messages apart.
#[derive(Debug, Clone)]
pub struct Patterns {
    compiled: Vec<(SmsPurpose, Regex)>,
}

impl Patterns {
    /// Compiles a profile's patterns. The code is the group `code`, or `code2` in an alternative.
    ///
    /// # Errors
    /// A text that is no regular expression, or the pattern of a code message (register, activate, reset) without such a group.
    pub fn new<'a>(patterns: impl IntoIterator<Item = (SmsPurpose, &'a str)>) -> Result<Self, PhoneError> {
        let compile = |(purpose, pattern): (SmsPurpose, &str)| {
            let regex = RegexBuilder::new(pattern).size_limit(PATTERN_LIMIT_BYTES).build();
            let regex = regex.map_err(|error| PhoneError::Pattern {
                purpose,
                pattern: pattern.to_owned(),
                why: error.to_string(),
            })?;
            let needs_code = matches!(purpose, SmsPurpose::Register | SmsPurpose::Activate | SmsPurpose::Reset);
            if needs_code && !regex.capture_names().flatten().any(|name| name == "code") {
                return Err(PhoneError::NoCode { purpose, pattern: pattern.to_owned() });
            }
            Ok((purpose, regex))
        };
        Ok(Self { compiled: patterns.into_iter().map(compile).collect::<Result<_, _>>()? })
    }

    /// The patterns of the built-in twin's messages.
    ///
    /// # Errors
    /// None: the patterns are constants, and a test compiles them.
    pub fn twin() -> Result<Self, PhoneError> {
        Self::new(TWIN)
    }

    /// What a text is for, and the code in it; none if no pattern fits.
    #[must_use]
    pub fn classify(&self, text: &str) -> Option<(SmsPurpose, Option<Code>)> {
        self.compiled.iter().find_map(|(purpose, regex)| {
            let found = regex.captures(text)?;
            let code = found.name("code").or_else(|| found.name("code2"));
            Some((*purpose, code.and_then(|digits| six_digits(digits.as_str()))))
        })
    }
}

fn six_digits(text: &str) -> Option<Code> {
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().map(Code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_twins_messages_are_told_apart() {
        let patterns = Patterns::twin().unwrap();
        for (text, want) in [
            (
                "Ma OTP dang ky tai khoan la 012345. Hieu luc trong 3 phut.",
                Some((SmsPurpose::Register, Some(Code(12345)))),
            ),
            ("Mã OTP đăng ký tài khoản là 654321.", Some((SmsPurpose::Register, Some(Code(654_321))))),
            ("654321 la ma kich hoat tai khoan dinh danh.", Some((SmsPurpose::Activate, Some(Code(654_321))))),
            (
                "Ho so dang ky tai khoan dinh danh dien tu cua cong dan Nguyen Van A da duoc phe duyet. De nghi truy cap \
                 ung dung de kich hoat tai khoan.",
                Some((SmsPurpose::Approved, None)),
            ),
            ("Ho so dang ky tai khoan bi tu choi: anh khong ro.", Some((SmsPurpose::Rejected, None))),
            // The twin's own, word for word.
            (
                "VNeID: Ma xac thuc dang ky tai khoan la 000123. Hieu luc 3 phut. Khong chia se ma nay.",
                Some((SmsPurpose::Register, Some(Code(123)))),
            ),
            (
                "VNeID: Ma kich hoat tai khoan dinh danh la 654321. Hieu luc 30 giay. Khong chia se ma nay.",
                Some((SmsPurpose::Activate, Some(Code(654_321)))),
            ),
            (
                "VNeID: Ho so dang ky tai khoan dinh danh dien tu da duoc phe duyet. De nghi truy cap ung dung VNeID hoac \
                 https://vneid.gov.vn de kich hoat.",
                Some((SmsPurpose::Approved, None)),
            ),
            (
                "VNeID: Ho so dang ky tai khoan dinh danh dien tu bi tu choi. De nghi kiem tra thong tin va dang ky lai \
                 tren ung dung.",
                Some((SmsPurpose::Rejected, None)),
            ),
            (
                "VNeID: Ma xac thuc dat lai mat khau la 009876. Hieu luc 3 phut. Khong chia se ma nay.",
                Some((SmsPurpose::Reset, Some(Code(9876)))),
            ),
            ("Mã xác thực đặt lại mật khẩu là 654321.", Some((SmsPurpose::Reset, Some(Code(654_321))))),
            (
                "654321 la ma dat lai mat khau cua tai khoan da dang ky, da kich hoat.",
                Some((SmsPurpose::Reset, Some(Code(654_321)))),
            ),
            (
                "123456 la ma dang ky tai khoan. Khong chia se ma hay mat khau.",
                Some((SmsPurpose::Register, Some(Code(123_456)))),
            ),
            ("Mat khau cua ban da duoc dat lai.", None),
            ("Khuyen mai 123456!", None),
            ("Ma OTP dang ky 1234567", None),
        ] {
            assert_eq!(patterns.classify(text), want, "{text}");
        }
    }

    #[test]
    fn a_bad_pattern_says_whose_it_is() {
        let error = Patterns::new([(SmsPurpose::Register, "([")]).unwrap_err().to_string();
        assert!(error.starts_with("the pattern of Register messages, «([», is not a regular expression"), "{error}");
        for purpose in [SmsPurpose::Register, SmsPurpose::Activate, SmsPurpose::Reset] {
            let error = Patterns::new([(purpose, "kich hoat")]).unwrap_err().to_string();
            assert!(error.ends_with("needs a group named code, such as (?P<code>[0-9]{6})"), "{error}");
        }
        let huge = Patterns::new([(SmsPurpose::Approved, r"(\w{500}){500}")]);
        assert!(matches!(huge, Err(PhoneError::Pattern { .. })));
    }

    #[test]
    fn a_pattern_whose_code_is_not_six_digits_gives_none() {
        let patterns = Patterns::new([(SmsPurpose::Register, r"ma (?P<code>\w+)")]).unwrap();
        assert_eq!(patterns.classify("ma 12a456"), Some((SmsPurpose::Register, None)));
    }

    proptest! {
        #[test]
        fn arbitrary_texts_never_panic(text in any::<String>()) {
            let _ = Patterns::twin().unwrap().classify(&text);
        }
    }
}
