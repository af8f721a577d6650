//! What a rendered request is made of: fixed text, secrets, and values that the script knows by a name.
//!
//! A request is rendered twice with different marks. Where both say the same once the marks are taken for what they
//! stand for, the text is known; where not, something was computed from a mark (a signature, a digest), and a script of
//! curl commands cannot say it.

use songsinh_contract::UnixMillis;

/// What both passes put in the place of what is known only later.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pass {
    /// Letter of its marks.
    pub(crate) salt: char,
    /// Stands for a code that is read from a message.
    pub(crate) code: u32,
    /// Stands for the time of the request.
    pub(crate) unix: UnixMillis,
}

/// The two passes.
pub(crate) const PASSES: [Pass; 2] = [
    Pass { salt: 'a', code: 918_273, unix: UnixMillis(4_102_444_800_123) },
    Pass { salt: 'b', code: 827_391, unix: UnixMillis(4_133_980_800_456) },
];

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// As it stands.
    Fixed(String),
    /// A secret in an environment variable.
    Variable(String),
    /// A secret in a file.
    File(String),
    /// A value that the script holds in a variable of that name.
    Known(String),
}

impl Pass {
    /// Reads the marks in a text. `code`: the variable of the code in this request.
    pub(crate) fn read(self, text: &str, code: Option<&str>) -> Vec<Part> {
        let begin = format!("SsMark{}", self.salt);
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once(&begin) {
            let Some((inside, more)) = after.split_once('Z') else { break };
            let mut letters = inside.chars();
            let kind = letters.next();
            let Some(name) = unhex(letters.as_str()) else { break };
            self.fixed(before, code, &mut parts);
            parts.push(match kind {
                Some('E') => Part::Variable(name),
                Some('F') => Part::File(name),
                _ => Part::Known(name),
            });
            rest = more;
        }
        self.fixed(rest, code, &mut parts);
        parts
    }

    fn fixed(self, text: &str, code: Option<&str>, parts: &mut Vec<Part>) {
        let iso = jiff::Timestamp::from_millisecond(self.unix.0).map(|now| now.to_string()).unwrap_or_default();
        let mut known = vec![
            (iso, "NOW_ISO"),
            (self.unix.0.to_string(), "NOW_MS"),
            (self.unix.0.div_euclid(1000).to_string(), "NOW_S"),
        ];
        known.extend(code.map(|name| (format!("{:06}", self.code), name)));
        let mut rest = text;
        loop {
            let places = known.iter().filter_map(|(sign, name)| Some((rest.find(sign.as_str())?, sign.len(), *name)));
            // Of two that begin at one place the longer: milliseconds begin as seconds do.
            let Some((at, length, name)) = places.min_by_key(|&(at, length, _)| (at, usize::MAX - length)) else {
                break;
            };
            push_fixed(rest.get(..at).unwrap_or_default(), parts);
            parts.push(Part::Known(name.to_owned()));
            rest = rest.get(at + length..).unwrap_or_default();
        }
        push_fixed(rest, parts);
    }
}

fn push_fixed(text: &str, parts: &mut Vec<Part>) {
    if text.is_empty() {
        return;
    }
    match parts.last_mut() {
        Some(Part::Fixed(last)) => last.push_str(text),
        _ => parts.push(Part::Fixed(text.to_owned())),
    }
}

fn unhex(text: &str) -> Option<String> {
    let digits = text.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    String::from_utf8(bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use songsinh_scenario::mark;

    #[test]
    fn marks_times_and_codes_are_found() {
        for pass in PASSES {
            let text = format!(
                "x-{}{}/{}{}.{:06}",
                mark(pass.salt, 'E', "APP_KEY"),
                mark(pass.salt, 'V', "SESSION_1"),
                pass.unix.0,
                pass.unix.0 / 1000,
                pass.code
            );
            let want = [
                Part::Fixed("x-".into()),
                Part::Variable("APP_KEY".into()),
                Part::Known("SESSION_1".into()),
                Part::Fixed("/".into()),
                Part::Known("NOW_MS".into()),
                Part::Known("NOW_S".into()),
                Part::Fixed(".".into()),
                Part::Known("CODE_1".into()),
            ];
            assert_eq!(pass.read(&text, Some("CODE_1")), want);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_bearable(text in "(SsMark[abEFVZ0-9f]{0,6}|.){0,8}") {
            let fixed: String = PASSES[0].read(&text, None).iter().map(|part| match part {
                Part::Fixed(text) | Part::Variable(text) | Part::File(text) | Part::Known(text) => text.len(),
            }).map(|length| length.to_string()).collect();
            prop_assert!(fixed.len() <= text.len() * 20 + 20);
        }
    }
}
