//! The words of a refusal as a digest, with what differs from answer to answer taken out: handles, times, trace ids.
//!
//! Invariant: two answers that differ only in such words have one digest. Short numbers stay, since they are words
//! too («còn 3 lần»).

use songsinh_contract::Digest;

use super::filters::percent_encode;

/// A word with a digit in it and at least this long is a handle.
const HANDLE_MIN: usize = 16;
/// So many digits in a row are a number of something, not a word.
const DIGITS_MIN: usize = 5;

/// How much of an answer counts as its words, in bytes.
const WORDS_MAX: usize = 64 * 1024;
/// How many bytes of an unexplained answer are kept.
const SAMPLE_MAX: usize = 200;
/// How much of it is looked through for them: secrets are cut out before the rest is.
const SAMPLE_SEEN: usize = 64 * 1024;
/// Shorter secrets are words of their own in too many texts.
const HIDDEN_MIN: usize = 4;

/// The digest of status and text.
pub(crate) fn wording(status: u16, body: &[u8]) -> Digest {
    let body = body.get(..WORDS_MAX).unwrap_or(body);
    let mut text = Vec::with_capacity(body.len() + 4);
    text.extend_from_slice(&status.to_be_bytes());
    mask(body, true, &mut text);
    Digest::of(&text)
}

/// The beginning of an answer, at most 200 bytes, cut between characters, without handles and tokens. What is `hidden`
/// (secrets, passwords) does not show even where the target says it, plain, as JSON or percent-encoded.
pub(crate) fn sample<'h>(body: &[u8], hidden: impl Iterator<Item = &'h str>) -> Box<str> {
    let body = String::from_utf8_lossy(body.get(..SAMPLE_SEEN).unwrap_or(body));
    let mut clear = body.into_owned();
    for secret in hidden.filter(|secret| secret.len() >= HIDDEN_MIN) {
        let (mut json, mut percent) = (Vec::new(), Vec::new());
        super::template::escape_json(secret, &mut json);
        percent_encode(secret.as_bytes(), &mut percent);
        for form in [secret.as_bytes(), &json, &percent] {
            clear = clear.replace(&*String::from_utf8_lossy(form), "#");
        }
    }
    let mut text = Vec::new();
    let clear = clear.as_bytes();
    mask(clear.get(..SAMPLE_MAX * 4).unwrap_or(clear), false, &mut text);
    let text = String::from_utf8_lossy(&text);
    let end = (0..=SAMPLE_MAX.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    text.get(..end).unwrap_or_default().into()
}

/// Copies a text with `#` in place of handles, and of long numbers and times as well if `numbers` is set.
fn mask(body: &[u8], numbers: bool, text: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = body.get(at) {
        if !is_word(byte) {
            text.push(byte);
            at += 1;
            continue;
        }
        let rest = body.get(at..).unwrap_or_default();
        let timestamp = if numbers { timestamp_length(rest) } else { 0 };
        let count =
            if timestamp > 0 { timestamp } else { rest.iter().position(|&b| !is_word(b)).unwrap_or(rest.len()) };
        let word = rest.get(..count).unwrap_or_default();
        if timestamp > 0 || is_handle(word) || numbers && has_number(word) {
            text.push(b'#');
        } else {
            text.extend_from_slice(word);
        }
        at += count;
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn is_handle(word: &[u8]) -> bool {
    let mixed = || word.iter().any(u8::is_ascii_digit) || word.iter().all(u8::is_ascii_hexdigit);
    word.len() >= HANDLE_MIN && mixed()
}

fn has_number(word: &[u8]) -> bool {
    word.split(|b| !b.is_ascii_digit()).any(|run| run.len() >= DIGITS_MIN)
}

/// The length of the date, or date and time, that starts here (ISO 8601); 0 if none does.
fn timestamp_length(text: &[u8]) -> usize {
    let shape = |pattern: &[u8], text: &[u8]| {
        text.len() >= pattern.len()
            && pattern.iter().zip(text).all(|(want, have)| match want {
                b'0' => have.is_ascii_digit(),
                other => other == have,
            })
    };
    if !shape(b"0000-00-00", text) {
        return 0;
    }
    let Some(rest) = text.get(10..).filter(|rest| shape(b"T00:00", rest) || shape(b" 00:00", rest)) else {
        return 10;
    };
    let more = rest.iter().skip(1).position(|b| !matches!(b, b'0'..=b'9' | b':' | b'.' | b'+' | b'-' | b'Z'));
    10 + 1 + more.unwrap_or(rest.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_differs_from_answer_to_answer_is_left_out() {
        let one = r#"{"id":"0b1c2d3e-1111-4222-8333-123456789012","t":"2022-08-22T07:00:00.123Z","ms":1661101200000,"trace":"4bf92f3577b34da6","text":"Sai mật khẩu, còn 3 lần"}"#;
        let two = r#"{"id":"ffffffff-2222-4333-9444-aaaaaaaaaaaa","t":"2022-08-22T07:00:09.9+07:00","ms":1661101209999,"trace":"abcdefabcdefabcdef","text":"Sai mật khẩu, còn 3 lần"}"#;
        assert_eq!(wording(401, one.as_bytes()), wording(401, two.as_bytes()));
        assert_ne!(wording(401, one.as_bytes()), wording(404, one.as_bytes()));
        assert_ne!(wording(401, one.as_bytes()), wording(401, one.replace("còn 3", "còn 2").as_bytes()));
    }

    #[test]
    fn a_sample_shows_words_and_numbers_but_no_token() {
        let text = r#"{"ma":"10023","token":"eyJhbGciOiJIUzI1NiJ9","loi":"không rõ"}"#;
        assert_eq!(&*sample(text.as_bytes(), std::iter::empty()), r##"{"ma":"10023","token":"#","loi":"không rõ"}"##);
        let long = "ữ".repeat(100);
        assert_eq!(&*sample(long.as_bytes(), std::iter::empty()), "ữ".repeat(66));
    }

    #[test]
    fn a_sample_shows_no_secret_however_it_is_spelled() {
        let secret = "Mật \"khẩu\"/1";
        let mut body = format!("a {secret} b ").into_bytes();
        super::super::template::escape_json(secret, &mut body);
        body.extend_from_slice(b" c ");
        percent_encode(secret.as_bytes(), &mut body);
        assert_eq!(&*sample(&body, [secret, "a"].into_iter()), "a # b # c #");
    }

    proptest! {
        #[test]
        fn any_bytes_are_bearable(status in any::<u16>(), body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = wording(status, &body);
            prop_assert!(sample(&body, ["aé\"b"].into_iter()).len() <= SAMPLE_MAX);
        }

        #[test]
        fn handles_do_not_count(handle in "[a-f]{8}[0-9a-f]{24}", text in "[a-z ]{0,20}") {
            let body = format!("{text} {handle} {text}");
            let other = format!("{text} {} {text}", "0".repeat(32));
            prop_assert_eq!(wording(400, body.as_bytes()), wording(400, other.as_bytes()));
        }
    }
}
