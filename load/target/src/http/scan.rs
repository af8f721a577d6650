//! Looks through the text of an answer for what must not stand there: numbers of six digits (codes) and of twelve
//! (citizens).
//!
//! Invariant: one pass over the bytes; the place is looked up only when a number was found. What a number means is
//! not judged here.

use songsinh_contract::{Call, CitizenNumber, Code, CodeSeen, Digest, Operation, OperationName};

use super::json::Json;

/// How many numbers of each kind one answer is searched for.
pub(crate) const NUMBERS_MAX: usize = 16;
/// How many numbers are looked up in one answer, whatever comes of it: a body of nothing but numbers costs no more.
const LOOKUPS_MAX: usize = 32;
/// How much of a body is searched, in bytes.
const SEARCHED_MAX: usize = 128 * 1024;
/// A handle, a key, a UUID or a JWT: a word at least this long holds no number that stands alone.
const WORD_MAX: usize = 24;

/// What the text of an answer holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Numbers of six digits, in the order of the answer.
    pub(crate) codes: Vec<CodeSeen>,
    /// Numbers of twelve digits that are none of the call's, sorted.
    pub(crate) numbers: Vec<CitizenNumber>,
}

/// Searches header values and body.
pub(crate) fn scan(call: &Call, headers: &[(&str, &[u8])], body: &[u8]) -> Seen {
    let name = call.operation.name();
    let mut seen = Seen::default();
    for (header, value) in headers {
        find_numbers(value, |_, digits| seen.note(call, digits, || Some(place(name, header))));
    }
    let mut root = None;
    let mut lookups = 0;
    let body = body.get(..SEARCHED_MAX).unwrap_or(body);
    find_numbers(body, |at, digits| {
        lookups += 1;
        if lookups > LOOKUPS_MAX {
            return;
        }
        let root = root.get_or_insert_with(|| Json::root(body).filter(|_| matches!(first(body), b'{' | b'[' | b'"')));
        seen.note(call, digits, || match root {
            Some(json) => json.place_of(at).map(|path| place(name, &path)),
            None => Some(place(name, "body")),
        });
    });
    seen.numbers.sort_unstable();
    seen.numbers.dedup();
    seen
}

fn first(body: &[u8]) -> u8 {
    body.iter().copied().find(|b| !b.is_ascii_whitespace()).unwrap_or(0)
}

fn place(operation: OperationName, wherein: &str) -> Digest {
    Digest::of(format!("{operation} {wherein}").as_bytes())
}

impl Seen {
    fn note(&mut self, call: &Call, digits: &[u8], place: impl FnOnce() -> Option<Digest>) {
        let value = digits.iter().fold(0_u64, |n, b| n * 10 + u64::from(b - b'0'));
        if digits.len() == 6 {
            if self.codes.len() < NUMBERS_MAX
                && let (Ok(code), Some(place)) = (u32::try_from(value), place())
            {
                self.codes.push(CodeSeen { place, code: Code(code) });
            }
        } else if self.numbers.len() < NUMBERS_MAX
            && let Some(number) = CitizenNumber::from_u64(value)
            && !belongs_to(call, number)
            && place().is_some()
        {
            self.numbers.push(number);
        }
    }
}

/// Whether the call itself named this number.
pub(crate) fn belongs_to(call: &Call, number: CitizenNumber) -> bool {
    match &call.operation {
        Operation::AccountRegister { form, scanned } => {
            form.number.parse() == Ok(number) || scanned.as_ref().is_some_and(|card| card.number == number)
        }
        Operation::SessionLogin { number: own, .. }
        | Operation::ActivationRequest { number: own, .. }
        | Operation::SessionUnlock { number: own }
        | Operation::ApplicationDecide { number: own, .. }
        | Operation::DeviceMove { number: own, .. }
        | Operation::ResetRequest { number: own, .. }
        | Operation::PaymentTransfer { to: own, .. } => *own == number,
        Operation::Level2File { filing } => filing.number == number || filing.card.number == number,
        Operation::Level1ReadCard { printed, .. } => printed.number == number,
        _ => false,
    }
}

/// Calls `found` with the offset and the digits of every number of six or twelve digits that stands alone.
fn find_numbers(text: &[u8], mut found: impl FnMut(usize, &[u8])) {
    let mut at = 0;
    while let Some(step) = text.get(at..).and_then(first_digit) {
        let start = at + step;
        let rest = text.get(start..).unwrap_or_default();
        let count = rest.iter().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
        let end = start + count;
        at = end;
        if (count == 6 || count == 12) && stands_alone(text, start, end) {
            found(start, rest.get(..count).unwrap_or_default());
        }
    }
}

/// Where the first digit stands. Looks at a block of bytes at once, without a branch a byte.
fn first_digit(text: &[u8]) -> Option<usize> {
    const BLOCK: usize = 32;
    let mut blocks = text.chunks(BLOCK);
    let block = blocks.position(|block| block.iter().fold(false, |any, byte| any | byte.is_ascii_digit()))?;
    let start = block * BLOCK;
    text.get(start..)?.iter().position(u8::is_ascii_digit).map(|at| start + at)
}

fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let before = |back: usize| start.checked_sub(back).and_then(|at| text.get(at)).copied();
    let after = |on: usize| text.get(end + on).copied();
    let letter = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || b >= 0x80);
    let digit = |byte: Option<u8>| byte.is_some_and(|b| b.is_ascii_digit());
    if letter(before(1)) && !escaped(text, start) || letter(after(0)) {
        return false;
    }
    let fraction = before(1) == Some(b'.') && digit(before(2)) || after(0) == Some(b'.') && digit(after(1));
    !fraction && word_length(text, start, end) < WORD_MAX
}

/// Whether the letter before is the end of a JSON escape: in `"\n123456"` the number stands alone.
fn escaped(text: &[u8], start: usize) -> bool {
    let byte = |back: usize| start.checked_sub(back).and_then(|at| text.get(at)).copied();
    byte(2) == Some(b'\\') && byte(3) != Some(b'\\') && matches!(byte(1), Some(b'n' | b't' | b'r' | b'b' | b'f'))
}

fn word_length(text: &[u8], start: usize, end: usize) -> usize {
    let inside = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let before = text.get(..start).unwrap_or_default().iter().rev().take(WORD_MAX).take_while(inside).count();
    let after = text.get(end..).unwrap_or_default().iter().take(WORD_MAX).take_while(inside).count();
    before + (end - start) + after
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::{call, number};
    use proptest::prelude::*;

    fn body_scan(body: &str) -> (Vec<u32>, Vec<String>) {
        let seen = scan(&call(Operation::ServiceHealth), &[], body.as_bytes());
        (seen.codes.iter().map(|c| c.code.0).collect(), seen.numbers.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn numbers_that_stand_alone_are_seen() {
        assert_eq!(body_scan(r#"{"debug":"code 004711."}"#).0, [4711]);
        assert_eq!(body_scan(r#"{"n":123456}"#).0, [123_456]);
        assert_eq!(body_scan("Ma OTP: 123456").0, [123_456]);
        assert_eq!(body_scan(r#"{"t":"a\n123456"}"#).0, [123_456]);
        assert_eq!(body_scan(r#"{"who":["001203004711"]}"#).1, ["001203004711"]);
    }

    #[test]
    fn parts_of_words_keys_and_fractions_are_not() {
        for text in [
            r#"{"id":"x123456"}"#,
            r#"{"id":"1234567"}"#,
            r#"{"t":"16:59:59.123456Z"}"#,
            r#"{"t":0.123456}"#,
            r#"{"123456":1}"#,
            r#"{"id":"0b1c2d3e-1111-4222-8333-123456789012"}"#,
            r#"{"jwt":"eyJhbGciOiJIUzI1NiJ9-123456-aaaaaaa"}"#,
            "mã123456",
        ] {
            assert_eq!(body_scan(text), (Vec::new(), Vec::new()), "{text}");
        }
    }

    #[test]
    fn the_same_place_has_the_same_digest_at_any_index() {
        let health = call(Operation::ServiceHealth);
        let place = |body: &str| scan(&health, &[], body.as_bytes()).codes[0].place;
        assert_eq!(place(r#"{"a":["111111"]}"#), place(r#"{"a":["x","222222"]}"#));
        assert_ne!(place(r#"{"a":["111111"]}"#), place(r#"{"b":["111111"]}"#));
        let header = scan(&health, &[("x-debug", b"111111")], b"").codes[0].place;
        assert_ne!(header, place(r#"{"a":"111111"}"#));
    }

    #[test]
    fn a_number_of_the_call_is_not_anothers() {
        let login = call(Operation::ActivationRequest { number: number(), phone: "0912345678".parse().unwrap() });
        let body = format!(r#"{{"own":"{}","other":"001203999999"}}"#, number());
        assert_eq!(scan(&login, &[], body.as_bytes()).numbers, ["001203999999".parse().unwrap()]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_bearable_and_bounded(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let seen = scan(&call(Operation::ServiceHealth), &[("x", &body)], &body);
            prop_assert!(seen.codes.len() <= NUMBERS_MAX && seen.numbers.len() <= NUMBERS_MAX);
        }

        #[test]
        fn a_code_in_any_json_text_is_seen(before in "[ a-z:.\"\\\\\n]{0,12}", code in 0_u32..1_000_000) {
            let body = serde_json::json!({ "text": format!("{before} {code:06}") }).to_string();
            prop_assert_eq!(body_scan(&body).0, vec![code]);
        }
    }
    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn a_body_of_nothing_but_numbers_is_bearable(depth in 0_usize..60_000, count in 0_usize..20_000) {
            let body = format!("{}{}", "[".repeat(depth), "{\"123456\":123456,".repeat(count));
            let seen = scan(&call(Operation::ServiceHealth), &[], body.as_bytes());
            prop_assert!(seen.codes.len() <= NUMBERS_MAX);
        }
    }
}
