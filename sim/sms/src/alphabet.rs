//! How many parts a text takes, and the code that stands in it.
//!
//! GSM 7-bit default alphabet and its extension table: 3GPP TS 23.038, section 6.2.1. Sizes of parts: TS 23.040,
//! section 9.2.3.24.1 (8-bit reference). Unaccented Vietnamese is GSM 7-bit; nearly every accented word forces UCS-2.

use songsinh_contract::Code;

const EXTENSION: &str = "\u{c}^{}\\[~]|€";
const BASIC_BEYOND_ASCII: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";

/// Septets that a character takes in the GSM 7-bit alphabet; none if it is not in it.
fn septets(c: char) -> Option<usize> {
    let basic = match c {
        '`' | '\t' => false,
        '\n' | '\r' | ' '..='Z' | '_' | 'a'..='z' => true,
        _ => BASIC_BEYOND_ASCII.contains(c),
    };
    if basic {
        return Some(1);
    }
    EXTENSION.contains(c).then_some(2)
}

/// The parts that a text is sent in: 160 septets or 153 each, else 70 UTF-16 units or 67 each. No escape sequence and
/// no surrogate pair is cut in two. An empty text is one part.
#[must_use]
pub fn parts(text: &str) -> usize {
    let gsm: Option<usize> = text.chars().map(septets).sum();
    match gsm {
        Some(0..=160) => 1,
        Some(_) => filled(text.chars().filter_map(septets), 153),
        None if text.chars().map(char::len_utf16).sum::<usize>() <= 70 => 1,
        None => filled(text.chars().map(char::len_utf16), 67),
    }
}

fn filled(sizes: impl Iterator<Item = usize>, room: usize) -> usize {
    let (mut parts, mut used) = (1, 0);
    for size in sizes {
        if used + size > room {
            parts += 1;
            used = 0;
        }
        used += size;
    }
    parts
}

/// The first group of exactly six digits in a text.
#[must_use]
pub fn first_code(text: &str) -> Option<Code> {
    let group = text.split(|c: char| !c.is_ascii_digit()).find(|group| group.len() == 6)?;
    group.parse().ok().map(Code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_are_counted_as_carriers_bill_them() {
        let approval = "Cuc Canh sat QLHC ve TTXH thong bao: Ho so dang ky tai khoan dinh danh dien tu cua cong dan \
                        Nguyen Van A da duoc phe duyet. De nghi truy cap ung dung VNeID hoac dia chi https://vneid.gov.vn \
                        de kich hoat tai khoan.";
        for (text, want) in [
            ("", 1),
            (&*"a".repeat(160), 1),
            (&*"a".repeat(161), 2),
            (&*"a".repeat(306), 2),
            (&*"a".repeat(307), 3),
            (&*"€".repeat(80), 1),
            (&*"€".repeat(81), 2),
            (&*"€".repeat(153), 3),
            (&*"ơ".repeat(70), 1),
            (&*"ơ".repeat(71), 2),
            (&*"ơ".repeat(135), 3),
            (&*"😀".repeat(35), 1),
            (&*"😀".repeat(67), 3),
            ("`", 1),
            (approval, 2),
        ] {
            assert_eq!(parts(text), want, "{} characters of {:?}", text.chars().count(), text.chars().next());
        }
        assert_eq!(
            (septets('à'), septets('ã'), septets('Ç'), septets('ç'), septets('~')),
            (Some(1), None, Some(1), None, Some(2))
        );
    }

    #[test]
    fn a_code_is_a_group_of_exactly_six_digits() {
        assert_eq!(first_code("Ma OTP la 012345. Het han sau 180 giay"), Some(Code(12345)));
        assert_eq!(first_code("Ma 1234567 va 654321"), Some(Code(654_321)));
        assert_eq!(first_code("So 0912345678"), None);
    }

    proptest! {
        #[test]
        fn any_text_has_parts_and_more_text_has_no_fewer(text in any::<String>(), more in any::<String>()) {
            let one = parts(&text);
            prop_assert!(one >= 1 && one <= text.len().max(1));
            let _ = first_code(&text);
            let longer = text + &more;
            prop_assert!(parts(&longer) >= one);
        }
    }
}
