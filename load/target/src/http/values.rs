//! What a done answer tells: handles, sessions, personal data, the state of an account.
//!
//! Invariant: a handle, session, ticket, code, balance or list that the profile promises and the answer does not have
//! leaves the answer unexplained; everything else is optional.

use std::time::Duration;

use songsinh_contract::{
    AccountState, Activation, Application, BirthDate, Code, Digest, Level, Sex, Shown, Token, Values,
};

use super::answers::Received;
use super::json::JsonPath;
use super::lists::{Bills, Notices, Papers, Receipts, Ticket, devices, meaning, vnd};

/// How many question numbers one answer may hold.
const QUESTIONS_MAX: usize = 64;

/// Where a value stands in an answer.
#[derive(Debug)]
pub(crate) enum Source {
    /// In a JSON body.
    Json(JsonPath),
    /// In a header.
    Header(Box<str>),
    /// In a cookie that is set.
    Cookie(Box<str>),
}

impl Source {
    /// The value at this place; none if there is none, or an empty one.
    pub(crate) fn read(&self, answer: &Received<'_>) -> Option<String> {
        match self {
            Self::Json(path) => path.scalar(answer.body).map(std::borrow::Cow::into_owned),
            Self::Header(name) => answer.header(name).and_then(|value| String::from_utf8(value.to_vec()).ok()),
            Self::Cookie(name) => {
                let cookies = answer.headers.iter().filter(|(have, _)| have.eq_ignore_ascii_case("set-cookie"));
                cookies.rev().find_map(|(_, value)| cookie(value, name))
            }
        }
        .filter(|text| !text.is_empty())
    }
}

impl From<&songsinh_scenario::Source> for Source {
    fn from(source: &songsinh_scenario::Source) -> Self {
        match source {
            songsinh_scenario::Source::Json(path) => Self::Json(path.into()),
            songsinh_scenario::Source::Header(name) => Self::Header(name.as_str().into()),
            songsinh_scenario::Source::Cookie(name) => Self::Cookie(name.as_str().into()),
        }
    }
}

/// The value of a cookie, from `name=value; Path=/; …` (RFC 6265, section 4.1).
fn cookie(header: &[u8], name: &str) -> Option<String> {
    let pair = std::str::from_utf8(header).ok()?.split(';').next()?;
    let (have, value) = pair.split_once('=')?;
    (have.trim() == name).then(|| value.trim().trim_matches('"').to_owned())
}

/// A value of the answer by the words that stand for it.
#[derive(Debug)]
pub(crate) struct Worded<T> {
    /// Where it stands.
    pub(crate) source: Source,
    /// Word and meaning.
    pub(crate) words: Vec<(Box<str>, T)>,
}

impl<T: Copy> Worded<T> {
    fn read(&self, answer: &Received<'_>) -> Option<T> {
        let text = self.source.read(answer)?;
        meaning(&self.words, &text)
    }
}

/// What to take from a done answer.
#[derive(Debug, Default)]
pub(crate) struct Takes {
    /// Challenge or application.
    pub(crate) handle: Option<Source>,
    /// Session.
    pub(crate) session: Option<Source>,
    /// Declared lifetime, in seconds.
    pub(crate) expires_in_s: Option<Source>,
    /// Whether a password is wanted, with the words that mean yes.
    pub(crate) needs_password: Option<Worded<bool>>,
    /// Numbers of security questions.
    pub(crate) questions: Option<JsonPath>,
    /// Personal data.
    pub(crate) number: Option<Source>,
    /// Personal data.
    pub(crate) name: Option<Source>,
    /// Personal data.
    pub(crate) born: Option<Source>,
    /// Personal data.
    pub(crate) sex: Option<Worded<Sex>>,
    /// Digest of the register's picture.
    pub(crate) portrait: Option<Source>,
    /// State of the account.
    pub(crate) level: Option<Worded<Level>>,
    /// State of the account.
    pub(crate) application: Option<Worded<Application>>,
    /// State of the account.
    pub(crate) activation: Option<Worded<Activation>>,
    /// What gets the next session.
    pub(crate) refresh: Option<Source>,
    /// The ticket of a QR.
    pub(crate) ticket: Option<Ticket>,
    /// A QR that the server made whole.
    pub(crate) qr: Option<Source>,
    /// The code of a device move.
    pub(crate) code: Option<Source>,
    /// The devices of the account.
    pub(crate) devices: Option<JsonPath>,
    /// Papers.
    pub(crate) papers: Option<Papers>,
    /// Bills.
    pub(crate) bills: Option<Bills>,
    /// The balance.
    pub(crate) balance_vnd: Option<Source>,
    /// Receipts.
    pub(crate) receipts: Option<Receipts>,
    /// Notices.
    pub(crate) notices: Option<Notices>,
    /// Address of residence.
    pub(crate) address: Option<Source>,
}

impl Takes {
    /// The values of a done answer; none if a promised handle or session is not there.
    pub(crate) fn read(&self, answer: &Received<'_>) -> Option<Values> {
        Some(Values {
            handle: promised(self.handle.as_ref(), answer)?,
            session: promised(self.session.as_ref(), answer)?,
            expires_in: self.expires_in_s.as_ref().and_then(|source| seconds(&source.read(answer)?)),
            shown: self.shown(answer),
            needs_password: self.needs_password.as_ref().and_then(|worded| worded.read(answer)),
            account: self.account(answer),
            questions: self.questions.as_ref().map_or_else(Vec::new, |path| {
                path.scalars(answer.body, QUESTIONS_MAX).iter().filter_map(|text| text.parse().ok()).collect()
            }),
            refresh: promised(self.refresh.as_ref(), answer)?,
            ticket: kept(self.ticket.as_ref(), |ticket| ticket.read(answer))?,
            qr: promised(self.qr.as_ref(), answer)?,
            code: kept(self.code.as_ref(), |source| code(&source.read(answer)?))?,
            devices: kept(self.devices.as_ref(), |path| devices(path, answer))?.unwrap_or_default(),
            papers: kept(self.papers.as_ref(), |papers| papers.read(answer))?.unwrap_or_default(),
            bills: kept(self.bills.as_ref(), |bills| bills.read(answer))?.unwrap_or_default(),
            balance_vnd: kept(self.balance_vnd.as_ref(), |source| vnd(&source.read(answer)?))?,
            receipts: kept(self.receipts.as_ref(), |receipts| receipts.read(answer))?.unwrap_or_default(),
            notices: kept(self.notices.as_ref(), |notices| notices.read(answer))?.unwrap_or_default(),
            address: self.address.as_ref().and_then(|source| source.read(answer)).map(Into::into),
        })
    }

    fn shown(&self, answer: &Received<'_>) -> Option<Box<Shown>> {
        let read = |source: &Option<Source>| source.as_ref().and_then(|source| source.read(answer));
        let shown = Shown {
            number: read(&self.number).and_then(|text| text.parse().ok()),
            name: read(&self.name).map(Into::into),
            born: read(&self.born).and_then(|text| birth_date(&text)),
            sex: self.sex.as_ref().and_then(|worded| worded.read(answer)),
            portrait: read(&self.portrait).and_then(|text| digest(&text)),
        };
        (shown != Shown::default()).then(|| Box::new(shown))
    }

    fn account(&self, answer: &Received<'_>) -> Option<AccountState> {
        Some(AccountState {
            level: self.level.as_ref()?.read(answer)?,
            application: self.application.as_ref()?.read(answer)?,
            activation: self.activation.as_ref()?.read(answer)?,
        })
    }
}

#[expect(clippy::option_option, reason = "the outer one says whether the answer keeps its promise")]
fn promised(source: Option<&Source>, answer: &Received<'_>) -> Option<Option<Token>> {
    kept(source, |source| source.read(answer).map(|text| Token::new(&text)))
}

/// What the profile does not promise is not there; what it does must be.
#[expect(clippy::option_option, reason = "the outer one says whether the answer keeps its promise")]
fn kept<P, T>(promise: Option<P>, read: impl FnOnce(P) -> Option<T>) -> Option<Option<T>> {
    match promise {
        None => Some(None),
        Some(promise) => read(promise).map(Some),
    }
}

/// Six digits.
fn code(text: &str) -> Option<Code> {
    let is_code = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_code).map(Code)
}

/// Sixteen hex digits.
fn digest(text: &str) -> Option<Digest> {
    let is_digest = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    u64::from_str_radix(text, 16).ok().filter(|_| is_digest).map(Digest)
}

fn seconds(text: &str) -> Option<Duration> {
    let millis = text.parse::<f64>().ok()? * 1e3;
    (0.0..1e15).contains(&millis).then(|| Duration::from_millis(millis.round() as u64))
}

/// A date of birth in any usual spelling: `2003-07-02` (also with a time behind it), `02/07/2003`, `02-07-2003`,
/// `02.07.2003`, `02072003`, `2003`.
pub(crate) fn birth_date(text: &str) -> Option<BirthDate> {
    let text = text.trim();
    if text.len() > 10 && text.as_bytes().get(10) == Some(&b'T') {
        return birth_date(text.get(..10)?);
    }
    if let Ok(born) = text.parse() {
        return Some(born);
    }
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let (day, month, year) = match parts.as_slice() {
        [day, month, year] => (*day, *month, *year),
        [all] if all.len() == 8 => (all.get(..2)?, all.get(2..4)?, all.get(4..)?),
        _ => return None,
    };
    let date = jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some(BirthDate::Full(date))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path_of(path: &str) -> JsonPath {
        JsonPath::from(&songsinh_scenario::JsonPath::parse(path).unwrap())
    }

    fn json(path: &str) -> Source {
        Source::Json(path_of(path))
    }

    #[test]
    fn every_value_is_taken_from_its_place() {
        let body = "{\"u\":{\"cccd\":\"001203004711\",\"ten\":\"Ánh\",\"sinh\":\"02/07/2003\",\"gt\":\"NU\",\"anh\":\"00ff00000000000A\",\"muc\":1,\
                    \"hs\":\"DUYET\",\"kh\":\"CHUA\"},\"q\":[1,\"2\"],\"ma\":\"004711\",\"mk\":true,\"han\":1.5}";
        let worded = |path, words: &[(&str, Level)]| Worded {
            source: json(path),
            words: words.iter().map(|&(word, level)| (word.into(), level)).collect(),
        };
        let takes = Takes {
            session: Some(Source::Cookie("SID".into())),
            handle: Some(Source::Header("x-ma".into())),
            expires_in_s: Some(json("$.han")),
            needs_password: Some(Worded { source: json("$.mk"), words: vec![("true".into(), true)] }),
            questions: Some(path_of("$.q")),
            number: Some(json("$.u.cccd")),
            name: Some(json("$.u.ten")),
            born: Some(json("$.u.sinh")),
            sex: Some(Worded { source: json("$.u.gt"), words: vec![("NU".into(), Sex::Female)] }),
            level: Some(worded("$.u.muc", &[("1", Level::One)])),
            application: Some(Worded { source: json("$.u.hs"), words: vec![("DUYET".into(), Application::Approved)] }),
            activation: Some(Worded { source: json("$.u.kh"), words: vec![("CHUA".into(), Activation::None)] }),
            portrait: Some(json("$.u.anh")),
            refresh: Some(json("$.mk")),
            code: Some(json("$.ma")),
            address: Some(json("$.khong")),
            ..Takes::default()
        };
        let headers: [(&str, &[u8]); 3] =
            [("Set-Cookie", b"lang=vi"), ("Set-Cookie", b"SID=\"s-1\"; Path=/; HttpOnly"), ("X-Ma", b"m-1")];
        let values = takes.read(&Received { status: 200, headers: &headers, body: body.as_bytes() }).unwrap();
        assert_eq!((values.session, values.handle), (Some(Token::new("s-1")), Some(Token::new("m-1"))));
        assert_eq!(values.expires_in, Some(Duration::from_millis(1500)));
        assert_eq!((values.needs_password, values.questions.as_slice()), (Some(true), &[1, 2][..]));
        assert_eq!((values.code, values.refresh, values.address), (Some(Code(4711)), Some(Token::new("true")), None));
        let shown = values.shown.unwrap();
        assert_eq!(shown.number, "001203004711".parse().ok());
        assert_eq!((shown.name.as_deref(), shown.sex), (Some("Ánh"), Some(Sex::Female)));
        assert_eq!(shown.born, birth_date("2003-07-02"));
        assert_eq!(shown.portrait, Some(Digest(0x00ff_0000_0000_000a)));
        for text in ["", "00ff", "+0ff00000000000a", "00ff00000000000g", "00ff00000000000a0"] {
            assert_eq!(digest(text), None, "{text}");
        }
        let account = values.account.unwrap();
        assert_eq!((account.level, account.application), (Level::One, Application::Approved));
        assert_eq!(account.activation, Activation::None);
        assert!(takes.read(&Received { status: 200, headers: &[], body: body.as_bytes() }).is_none());
    }

    #[test]
    fn birth_dates_are_read_in_any_usual_spelling() {
        let want = birth_date("2003-07-02");
        assert!(want.is_some());
        for text in ["02/07/2003", "2.7.2003", "02072003", "2003-07-02T00:00:00Z"] {
            assert_eq!(birth_date(text), want, "{text}");
        }
        assert_eq!(birth_date("1950"), Some(BirthDate::Year(1950)));
        assert_eq!(birth_date("32/07/2003"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_bearable(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..30)) {
            let _ = (birth_date(&text), seconds(&text), code(&text), digest(&text), cookie(&bytes, "SID"));
        }
    }
}
