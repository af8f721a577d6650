//! The filters of request templates: `{{ form.born | date('dd/MM/yyyy') }}`.
//!
//! Invariant: a filter never fails in a run. What it does not understand it passes on as text, and what is absent
//! stays absent, but for `default`.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use songsinh_contract::{BirthDate, Sex};

use super::vars::{Value, answers_json};

/// A filter with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    /// A date by pattern; the second pattern serves those who have only a birth year.
    Date(DatePattern, DatePattern),
    /// Upper case.
    Upper,
    /// Lower case.
    Lower,
    /// Blanks at both ends off.
    Trim,
    /// Bytes in hexadecimal.
    Hex,
    /// Bytes in base64.
    Base64,
    /// Bytes in base64url without padding.
    Base64Url,
    /// Percent-encoding.
    UrlEncode,
    /// The value as JSON.
    Json,
    /// Digits as a JSON number.
    Int,
    /// Numbers, yes and no as text.
    Text,
    /// Another text when the value is absent.
    Default(Box<str>),
    /// `map('male', 'M', 'female', 'F')`.
    Map(Vec<(Box<str>, Box<str>)>),
    /// Member names of security answers: question, answer.
    Members(Box<str>, Box<str>),
    /// `Nam`, `Nữ`.
    Vietnamese,
    /// A phone number with the country code: `84` and nine digits.
    E164,
}

/// The names of all filters, for messages.
pub(crate) const NAMES: &str = "date, upper, lower, trim, hex, base64, base64url, urlencode, json, int, text, default, \
                                map, members, vietnamese, e164";

impl Filter {
    /// The filter of that name; none if there is no such filter, an error if the arguments do not fit.
    pub(crate) fn named(name: &str, arguments: &[String]) -> Option<Result<Self, &'static str>> {
        let plain = |filter: Self| if arguments.is_empty() { Ok(filter) } else { Err("takes no argument") };
        Some(match name {
            "date" => match arguments {
                [one] => Ok(Self::Date(DatePattern::new(one), DatePattern::new("yyyy"))),
                [one, year] => Ok(Self::Date(DatePattern::new(one), DatePattern::new(year))),
                _ => Err("takes a pattern such as 'dd/MM/yyyy', and one for those who have only a birth year"),
            },
            "default" => match arguments {
                [one] => Ok(Self::Default(one.as_str().into())),
                _ => Err("takes one text"),
            },
            "map" if arguments.len() >= 2 && arguments.len().is_multiple_of(2) => {
                let pairs = arguments.chunks_exact(2);
                let pair = |pair: &[String]| match pair {
                    [from, to] => Some((from.as_str().into(), to.as_str().into())),
                    _ => None,
                };
                Ok(Self::Map(pairs.filter_map(pair).collect()))
            }
            "map" => Err("takes pairs: from, to, from, to"),
            "members" => match arguments {
                [question, answer] => Ok(Self::Members(question.as_str().into(), answer.as_str().into())),
                _ => Err("takes two member names: question, answer"),
            },
            "upper" => plain(Self::Upper),
            "lower" => plain(Self::Lower),
            "trim" => plain(Self::Trim),
            "hex" => plain(Self::Hex),
            "base64" => plain(Self::Base64),
            "base64url" => plain(Self::Base64Url),
            "urlencode" => plain(Self::UrlEncode),
            "json" | "tojson" => plain(Self::Json),
            "int" => plain(Self::Int),
            "text" | "string" => plain(Self::Text),
            "vietnamese" => plain(Self::Vietnamese),
            "e164" => plain(Self::E164),
            _ => return None,
        })
    }

    /// Applies the filter.
    pub(crate) fn apply<'a>(&self, value: Value<'a>) -> Value<'a> {
        if let (Self::Default(other), Value::Absent) = (self, &value) {
            return Value::Text(Cow::Owned(other.to_string()));
        }
        let Some(text) = value.text().map(Cow::into_owned) else { return Value::Absent };
        match (self, value) {
            (Self::Default(_), value) => value,
            (Self::Date(full, year), Value::Born(born)) => owned(match born {
                BirthDate::Full(date) => full.write(date.year(), date.month(), date.day()),
                BirthDate::Year(number) => year.write(number, 1, 1),
            }),
            (Self::Upper, _) => owned(text.to_uppercase()),
            (Self::Lower, _) => owned(text.to_lowercase()),
            (Self::Trim, _) => owned(text.trim().to_owned()),
            (Self::Hex, value) => owned(hex(bytes_of(&value, &text))),
            (Self::Base64, value) => owned(STANDARD.encode(bytes_of(&value, &text))),
            (Self::Base64Url, value) => owned(URL_SAFE_NO_PAD.encode(bytes_of(&value, &text))),
            (Self::UrlEncode, value) => {
                let mut out = Vec::new();
                percent_encode(bytes_of(&value, &text), &mut out);
                owned(String::from_utf8_lossy(&out).into_owned())
            }
            (Self::Json, Value::Int(_) | Value::Bool(_) | Value::Raw(_) | Value::Answers(_)) => Value::Raw(text),
            (Self::Json, _) => Value::Raw(serde_json::Value::from(text).to_string()),
            (Self::Int, value) => text.parse().map_or(value, Value::Int),
            (Self::Map(pairs), _) => {
                owned(pairs.iter().find(|(from, _)| **from == *text).map_or(text, |(_, to)| to.to_string()))
            }
            (Self::Members(question, answer), Value::Answers(answers)) => {
                Value::Raw(answers_json(answers, question, answer))
            }
            (Self::Vietnamese, Value::Sex(sex)) => Value::Text(Cow::Borrowed(Sex::vietnamese(sex))),
            (Self::E164, Value::Phone(phone)) => owned(phone.e164()),
            (Self::Date(..) | Self::Members(..) | Self::Vietnamese | Self::E164 | Self::Text, _) => owned(text),
        }
    }
}

fn owned<'a>(text: String) -> Value<'a> {
    Value::Text(Cow::Owned(text))
}

fn bytes_of<'v>(value: &'v Value<'_>, text: &'v str) -> &'v [u8] {
    match value {
        Value::Bytes(bytes) => bytes,
        _ => text.as_bytes(),
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS.get(usize::from(n)).copied().unwrap_or(b'0'));
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// Sixteen lower-case hexadecimal digits.
pub(crate) fn push_hex(number: u64, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |place: usize| DIGITS[(number >> (60 - 4 * place)) as usize & 15];
    out.extend_from_slice(&std::array::from_fn::<u8, 16, _>(digit));
}

/// Decimal digits.
pub(crate) fn push_decimal(mut number: usize, out: &mut Vec<u8>) {
    let start = out.len();
    loop {
        out.push(b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out[start..].reverse();
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
pub(crate) fn percent_encode(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |n: u8| DIGITS.get(usize::from(n)).copied().unwrap_or(b'0');
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(byte);
        } else {
            out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// A date pattern of `yyyy`, `yy`, `MM`, `M`, `dd`, `d` and any other characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatePattern(Vec<DatePart>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum DatePart {
    Year4,
    Year2,
    Month(usize),
    Day(usize),
    Text(char),
}

impl DatePattern {
    /// Reads a pattern; every text is one.
    pub(crate) fn new(text: &str) -> Self {
        let tokens =
            [("yyyy", DatePart::Year4), ("yy", DatePart::Year2), ("MM", DatePart::Month(2)), ("M", DatePart::Month(1))];
        let days = [("dd", DatePart::Day(2)), ("d", DatePart::Day(1))];
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some(c) = rest.chars().next() {
            let token = tokens.iter().chain(&days).find(|(token, _)| rest.starts_with(token));
            let (length, part) =
                token.map_or_else(|| (c.len_utf8(), DatePart::Text(c)), |(token, part)| (token.len(), part.clone()));
            parts.push(part);
            rest = rest.get(length..).unwrap_or_default();
        }
        Self(parts)
    }

    fn write(&self, year: i16, month: i8, day: i8) -> String {
        use std::fmt::Write as _;
        let mut out = String::new();
        for part in &self.0 {
            let _ = match part {
                DatePart::Year4 => write!(out, "{year:04}"),
                DatePart::Year2 => write!(out, "{:02}", year.rem_euclid(100)),
                DatePart::Month(width) => write!(out, "{month:0width$}"),
                DatePart::Day(width) => write!(out, "{day:0width$}"),
                DatePart::Text(c) => out.write_char(*c),
            };
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn apply(name: &str, arguments: &[&str], value: Value<'_>) -> Option<String> {
        let arguments: Vec<String> = arguments.iter().map(|&a| a.to_owned()).collect();
        Filter::named(name, &arguments).unwrap().unwrap().apply(value).text().map(Cow::into_owned)
    }

    #[test]
    fn dates_follow_their_pattern() {
        let born = Value::Born(BirthDate::Full(date(2003, 7, 2)));
        assert_eq!(apply("date", &["dd/MM/yyyy"], born.clone()).as_deref(), Some("02/07/2003"));
        assert_eq!(apply("date", &["d.M.yy"], born).as_deref(), Some("2.7.03"));
        let year = Value::Born(BirthDate::Year(1950));
        assert_eq!(apply("date", &["dd/MM/yyyy"], year.clone()).as_deref(), Some("1950"));
        assert_eq!(apply("date", &["dd/MM/yyyy", "01/01/yyyy"], year).as_deref(), Some("01/01/1950"));
    }

    #[test]
    fn texts_change_as_named_and_absent_stays_absent() {
        let text = || Value::Text("Ánh a&b".into());
        assert_eq!(apply("upper", &[], text()).as_deref(), Some("ÁNH A&B"));
        assert_eq!(apply("urlencode", &[], text()).as_deref(), Some("%C3%81nh%20a%26b"));
        assert_eq!(apply("hex", &[], Value::Bytes(vec![0, 255].into())).as_deref(), Some("00ff"));
        assert_eq!(apply("base64", &[], Value::Text("a?>".into())).as_deref(), Some("YT8+"));
        assert_eq!(apply("base64url", &[], Value::Text("a?>a".into())).as_deref(), Some("YT8-YQ"));
        assert_eq!(apply("json", &[], Value::Text("a\"b".into())).as_deref(), Some("\"a\\\"b\""));
        assert_eq!(apply("map", &["male", "1", "female", "0"], Value::Sex(Sex::Female)).as_deref(), Some("0"));
        assert_eq!(apply("vietnamese", &[], Value::Sex(Sex::Female)).as_deref(), Some("Nữ"));
        assert_eq!(apply("e164", &[], Value::Phone("0912345678".parse().unwrap())).as_deref(), Some("84912345678"));
        assert_eq!(apply("upper", &[], Value::Absent), None);
        assert_eq!(apply("default", &["-"], Value::Absent).as_deref(), Some("-"));
    }

    #[test]
    fn wrong_arguments_and_unknown_names_are_told() {
        assert!(Filter::named("date", &[]).unwrap().is_err());
        assert!(Filter::named("upper", &["x".to_owned()]).unwrap().is_err());
        assert!(Filter::named("rot13", &[]).is_none());
        assert!(NAMES.split(", ").all(|name| Filter::named(name, &[]).is_some()));
    }
}
