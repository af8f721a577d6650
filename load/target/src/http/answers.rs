//! What an answer means: the rules of a profile, first match first.
//!
//! ```text
//! edge.foreign -> operation's answers -> profile's answers -> 429, 503: unavailable -> 5xx: fault
//!              -> the operation's done status -> 2xx, if no rule says what done is -> unmapped
//! ```
//!
//! Invariant: an answer that nothing explains is unmapped, never a refusal; a redirect is an answer like any other
//! and is not followed; any bytes are bearable.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::time::Duration;

use songsinh_contract::{Call, CitizenNumber, CodeSeen, Digest, Operation, Outcome, Reasons, Token, UnixMillis};

use super::json::JsonPath;
use super::scan::scan;
use super::values::Takes;
use super::vars::hidden_of;
use super::wording::{sample, wording};

/// A whole HTTP answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Received<'a> {
    /// Status.
    pub(crate) status: u16,
    /// Names and values, in the order of the answer.
    pub(crate) headers: &'a [(&'a str, &'a [u8])],
    /// Body.
    pub(crate) body: &'a [u8],
}

impl<'a> Received<'a> {
    /// The first header of that name, in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&'a [u8]> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// A set of HTTP statuses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct StatusSet([u64; 16]);

impl StatusSet {
    /// The statuses for which `has` holds.
    pub(crate) fn of(has: impl Fn(u16) -> bool) -> Self {
        let mut set = Self::default();
        for status in (0..1024_u16).filter(|&status| has(status)) {
            if let Some(word) = set.0.get_mut(usize::from(status / 64)) {
                *word |= 1 << (status % 64);
            }
        }
        set
    }

    /// Whether a status is one of them.
    pub(crate) fn has(&self, status: u16) -> bool {
        self.0.get(usize::from(status / 64)).is_some_and(|word| word & (1 << (status % 64)) != 0)
    }
}

/// The places in JSON that the rules of a profile look at, each looked up at most once an answer.
#[derive(Debug, Default)]
pub(crate) struct Places(Vec<JsonPath>);

impl Places {
    /// The number of a place, added if it is new.
    pub(crate) fn number_of(&mut self, path: JsonPath) -> usize {
        if let Some(at) = self.0.iter().position(|have| *have == path) {
            return at;
        }
        self.0.push(path);
        self.0.len() - 1
    }
}

/// How many places are remembered while one answer is read; further ones are looked up each time.
const PLACES_KEPT: usize = 8;

/// An answer in the hands of the rules.
struct Look<'a> {
    answer: &'a Received<'a>,
    places: &'a Places,
    found: [OnceCell<Option<Cow<'a, str>>>; PLACES_KEPT],
}

impl<'a> Look<'a> {
    fn stands_at(&self, place: usize, want: &str) -> bool {
        self.at(place, |found| found == Some(want))
    }

    fn is_empty_at(&self, place: usize) -> bool {
        self.at(place, |found| found.is_none())
    }

    fn at(&self, place: usize, tell: impl FnOnce(Option<&str>) -> bool) -> bool {
        let find = || self.places.0.get(place).and_then(|path| path.scalar(self.answer.body));
        match self.found.get(place) {
            Some(cell) => tell(cell.get_or_init(find).as_deref()),
            None => tell(find().as_deref()),
        }
    }
}

/// What an answer must look like. All that is set must hold.
#[derive(Debug, Default)]
pub(crate) struct When {
    /// One of these statuses.
    pub(crate) status: Option<StatusSet>,
    /// These headers contain these texts, in any case; an empty text asks for the header alone.
    pub(crate) headers: Vec<(Box<str>, Box<str>)>,
    /// Not this header.
    pub(crate) without: Option<Box<str>>,
    /// The content type starts so.
    pub(crate) content_type: Option<Box<str>>,
    /// These texts stand at these places (numbers of [`Places`]).
    pub(crate) json: Vec<(usize, Box<str>)>,
    /// The body contains this text.
    pub(crate) contains: Option<Box<str>>,
}

impl When {
    fn first_place(&self) -> Option<usize> {
        self.json.first().map(|(place, _)| *place)
    }

    fn holds(&self, look: &Look<'_>) -> bool {
        let answer = look.answer;
        self.status.as_ref().is_none_or(|set| set.has(answer.status))
            && self.json.iter().all(|(place, want)| look.stands_at(*place, want))
            && self.headers.iter().all(|(name, text)| header_contains(answer, name, text))
            && self.without.as_ref().is_none_or(|name| answer.header(name).is_none())
            && self
                .content_type
                .as_ref()
                .is_none_or(|text| answer.header("content-type").is_some_and(|have| starts_with(have, text.as_bytes())))
            && self.contains.as_ref().is_none_or(|text| contains(answer.body, text.as_bytes()))
    }
}

fn header_contains(answer: &Received<'_>, name: &str, text: &str) -> bool {
    let mut values = answer.headers.iter().filter(|(have, _)| have.eq_ignore_ascii_case(name));
    values.any(|(_, value)| {
        text.is_empty() || value.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text.as_bytes()))
    })
}

fn starts_with(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Whether a text contains another.
pub(crate) fn contains(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

/// What a rule says of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Means {
    /// Done.
    Done,
    /// Refused for one of these reasons.
    Refused(Reasons),
    /// Too busy.
    Unavailable,
    /// A server error.
    Fault,
    /// Somebody else answered.
    Foreign,
}

/// The first of these rules that holds. Rules in a row that all look at one place first are passed over together when
/// nothing stands there: of the forty reasons that a profile may list, none is compared for an answer without one.
fn first_holding<'r>(rules: &'r [Rule], look: &Look<'_>) -> Option<&'r Rule> {
    let mut rest = rules;
    while let Some((rule, others)) = rest.split_first() {
        rest = others;
        let place = rule.when.first_place();
        if place.is_some_and(|place| look.is_empty_at(place)) {
            let more = others.iter().take_while(|other| other.when.first_place() == place).count();
            rest = others.get(more..).unwrap_or_default();
        } else if rule.when.holds(look) {
            return Some(rule);
        }
    }
    None
}

/// One rule.
#[derive(Debug)]
pub(crate) struct Rule {
    /// What the answer looks like.
    pub(crate) when: When,
    /// What it means.
    pub(crate) means: Means,
}

/// The rules for all operations.
#[derive(Debug, Default)]
pub(crate) struct CommonAnswers {
    /// Secrets of the profile, which no sample shows.
    pub(crate) hidden: Vec<String>,
    /// Who else may answer; looked at first.
    pub(crate) foreign: Vec<When>,
    /// The rules behind an operation's own.
    pub(crate) rules: Vec<Rule>,
    /// The places that all rules look at.
    pub(crate) places: Places,
}

/// How the answers to one operation are read.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// The operation's own rules.
    pub(crate) own: Vec<Rule>,
    /// The statuses that mean done when no rule matches.
    pub(crate) done_status: Option<StatusSet>,
    /// What a done answer tells.
    pub(crate) takes: Takes,
}

/// What was read from an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) outcome: Outcome,
    pub(crate) wording: Option<Digest>,
    pub(crate) codes_seen: Vec<CodeSeen>,
    pub(crate) numbers_seen: Vec<CitizenNumber>,
}

impl Answers {
    /// Reads an answer.
    pub(crate) fn read(&self, call: &Call, answer: &Received<'_>, common: &CommonAnswers, now: UnixMillis) -> Reading {
        let look = Look { answer, places: &common.places, found: [const { OnceCell::new() }; PLACES_KEPT] };
        if common.foreign.iter().any(|when| when.holds(&look)) {
            return Reading {
                outcome: Outcome::Foreign { status: answer.status },
                wording: None,
                codes_seen: Vec::new(),
                numbers_seen: Vec::new(),
            };
        }
        let outcome = match self.meaning(&look, common) {
            Some(Means::Done) => match self.takes.read(answer) {
                Some(values) => Outcome::Done(Box::new(values)),
                None => unmapped(call, answer, common),
            },
            Some(Means::Refused(reasons)) => Outcome::Refused(reasons),
            Some(Means::Unavailable) => Outcome::Unavailable {
                retry_after: answer.header("retry-after").and_then(|text| retry_after(text, now)),
            },
            Some(Means::Fault) => Outcome::Fault { status: answer.status },
            Some(Means::Foreign) => Outcome::Foreign { status: answer.status },
            None => unmapped(call, answer, common),
        };
        let seen = scan(call, answer.headers, answer.body);
        let wording = match &outcome {
            Outcome::Refused(_) | Outcome::Unmapped { .. } => Some(wording(answer.status, answer.body)),
            Outcome::Done(values) if is_blind(&call.operation) => {
                Some(wording(answer.status, &without(answer.body, values.handle.as_ref())))
            }
            _ => None,
        };
        Reading { outcome, wording, codes_seen: seen.codes, numbers_seen: seen.numbers }
    }

    fn meaning(&self, look: &Look<'_>, common: &CommonAnswers) -> Option<Means> {
        let rules = || self.own.iter().chain(&common.rules);
        if let Some(rule) = first_holding(&self.own, look).or_else(|| first_holding(&common.rules, look)) {
            return Some(rule.means);
        }
        match (look.answer.status, &self.done_status) {
            (429 | 503, _) => Some(Means::Unavailable),
            (500..=599, _) => Some(Means::Fault),
            (status, Some(done)) => done.has(status).then_some(Means::Done),
            (200..=299, None) => rules().all(|rule| rule.means != Means::Done).then_some(Means::Done),
            _ => None,
        }
    }
}

/// Whether an accepted call must have the same words whether an account is behind it or not.
fn is_blind(operation: &Operation) -> bool {
    matches!(operation, Operation::ResetRequest { .. } | Operation::ResetResend { .. })
}

/// A body with `#` in place of its handle.
fn without<'b>(body: &'b [u8], handle: Option<&Token>) -> Cow<'b, [u8]> {
    let handle = handle.and_then(Token::text).map(str::as_bytes).unwrap_or_default();
    if handle.is_empty() {
        return Cow::Borrowed(body);
    }
    let mut clear = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((&byte, after)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(handle) {
            clear.push(b'#');
            rest = behind;
        } else {
            clear.push(byte);
            rest = after;
        }
    }
    Cow::Owned(clear)
}

fn unmapped(call: &Call, answer: &Received<'_>, common: &CommonAnswers) -> Outcome {
    let own = hidden_of(call);
    let hidden = common.hidden.iter().map(String::as_str).chain(own.iter().copied());
    Outcome::Unmapped { status: answer.status, sample: sample(answer.body, hidden) }
}

/// `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(text: &[u8], now: UnixMillis) -> Option<Duration> {
    let text = std::str::from_utf8(text).ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    let wait_ms = date.timestamp().as_millisecond().saturating_sub(now.0).max(0);
    u64::try_from(wait_ms).ok().map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::call;
    use crate::http::values::Source;
    use proptest::prelude::*;
    use songsinh_contract::Reason;

    fn path(text: &str) -> JsonPath {
        JsonPath::from(&songsinh_scenario::JsonPath::parse(text).unwrap())
    }

    fn common(rules: &[(&str, &str, Means)]) -> CommonAnswers {
        let mut common = CommonAnswers {
            foreign: vec![When { content_type: Some("text/html".into()), ..When::default() }],
            ..CommonAnswers::default()
        };
        for (place, want, means) in rules {
            let json = vec![(common.places.number_of(path(place)), (*want).into())];
            common.rules.push(Rule { when: When { json, ..When::default() }, means: *means });
        }
        common
    }

    fn outcome(answers: &Answers, rules: &[(&str, &str, Means)], answer: &Received<'_>) -> Outcome {
        answers.read(&call(Operation::ServiceHealth), answer, &common(rules), UnixMillis(1_661_101_200_000)).outcome
    }

    #[test]
    fn numeric_codes_under_status_200_tell_done_from_refused() {
        let expired = Reasons::one(Reason::CodeExpired);
        let rules =
            [("$.ma", "0", Means::Done), ("$.ma", "17", Means::Refused(expired)), ("$.ma", "9", Means::Unavailable)];
        let takes = Takes { handle: Some(Source::Json(path("$.yeuCau"))), ..Takes::default() };
        let answers = Answers { takes, ..Answers::default() };
        let read =
            |body: &str| outcome(&answers, &rules, &Received { status: 200, headers: &[], body: body.as_bytes() });
        let done = read(r#"{"ma":0,"yeuCau":"y-1"}"#);
        assert_eq!(done.values().unwrap().handle, Some(Token::new("y-1")));
        assert_eq!(read(r#"{"ma":17}"#), Outcome::Refused(expired));
        assert_eq!(read(r#"{"ma":"9"}"#), Outcome::Unavailable { retry_after: None });
        assert_eq!(read(r#"{"ma":99}"#).kind(), "unmapped", "a code that nobody explained is not done");
        assert_eq!(read(r#"{"ma":0}"#).kind(), "unmapped", "done without the promised handle is not explained");
    }

    #[test]
    fn without_rules_the_status_tells() {
        let answers = Answers::default();
        let read =
            |status, headers: &[(&str, &[u8])]| outcome(&answers, &[], &Received { status, headers, body: b"{}" });
        assert!(read(204, &[]).is_done());
        assert_eq!(
            read(429, &[("Retry-After", b"7")]),
            Outcome::Unavailable { retry_after: Some(Duration::from_secs(7)) }
        );
        assert_eq!(
            read(503, &[("retry-after", b"Sun, 21 Aug 2022 17:00:09 GMT")]),
            Outcome::Unavailable { retry_after: Some(Duration::from_secs(9)) }
        );
        assert_eq!(read(502, &[]), Outcome::Fault { status: 502 });
        assert_eq!(read(302, &[("location", b"http://elsewhere/")]).kind(), "unmapped");
        assert_eq!(read(200, &[("content-type", b"Text/HTML; charset=utf-8")]), Outcome::Foreign { status: 200 });
        let created = Answers { done_status: Some(StatusSet::of(|status| status == 201)), ..Answers::default() };
        let read = |status| outcome(&created, &[], &Received { status, headers: &[], body: b"" });
        assert!(read(201).is_done());
        assert_eq!(read(200).kind(), "unmapped");
    }

    #[test]
    fn headers_and_texts_are_looked_at() {
        let when = When {
            status: Some(StatusSet::of(|status| (400..500).contains(&status))),
            headers: vec![("server".into(), "bigip".into())],
            without: Some("retry-after".into()),
            contains: Some("Rejected".into()),
            ..When::default()
        };
        let hit = |headers, body| {
            let answer = Received { status: 403, headers, body };
            let places = Places::default();
            when.holds(&Look { answer: &answer, places: &places, found: [const { OnceCell::new() }; PLACES_KEPT] })
        };
        assert!(hit(&[("Server", b"F5 BigIP")], b"Request Rejected"));
        assert!(!hit(&[("Server", b"nginx")], b"Request Rejected"));
        assert!(!hit(&[("Server", b"BigIP")], b"ok"));
        assert!(!hit(&[("Server", b"BigIP"), ("Retry-After", b"1")], b"Rejected"));
    }

    #[test]
    fn more_places_than_are_remembered_are_still_found() {
        let names: Vec<String> = (0..20).map(|n| format!("$.p{n}")).collect();
        let rules: Vec<(&str, &str, Means)> = names.iter().map(|name| (name.as_str(), "x", Means::Done)).collect();
        let answer = Received { status: 200, headers: &[], body: br#"{"p19":"x"}"# };
        assert!(outcome(&Answers::default(), &rules, &answer).is_done());
    }

    #[test]
    fn an_accepted_reset_has_words_without_its_handle() {
        let handle = Some(Source::Json(path("$.reset")));
        let answers = Answers { takes: Takes { handle, ..Takes::default() }, ..Answers::default() };
        let read = |operation: Operation, body: &str| {
            let answer = Received { status: 200, headers: &[], body: body.as_bytes() };
            answers.read(&call(operation), &answer, &CommonAnswers::default(), UnixMillis(0)).wording
        };
        let phone = "0912345678".parse().unwrap();
        let request = || Operation::ResetRequest { number: crate::http::fixture::number(), phone };
        let words = |body: &str| read(request(), body).unwrap();
        let one = words(r#"{"reset":"kQwXyZ","text":"Đã gửi mã"}"#);
        assert_eq!(one, words(r#"{"reset":"ab","text":"Đã gửi mã"}"#));
        assert_ne!(one, words(r#"{"reset":"ab","text":"Không có tài khoản"}"#));
        assert!(read(Operation::ResetResend { challenge: Token::new("ab") }, r#"{"reset":"ab"}"#).is_some());
        assert_eq!(read(Operation::ServiceHealth, r#"{"reset":"ab"}"#), None);
    }

    fn rule(place: Option<usize>, want: &str, status: u16) -> Rule {
        let json = place.map(|place| (place, want.into())).into_iter().collect();
        let when = When { status: Some(StatusSet::of(|one| one == status)), json, ..When::default() };
        Rule { when, means: Means::Done }
    }

    proptest! {
        #[test]
        fn passing_over_finds_the_same_rule(
            rules in prop::collection::vec((prop::option::of(0_usize..3), "[xy]", 200_u16..203), 0..12),
            status in 200_u16..203, a in "[xyz]?", b in "[xyz]?",
        ) {
            let rules: Vec<Rule> = rules.iter().map(|(place, want, status)| rule(*place, want, *status)).collect();
            let member = |name: &str, text: &str| if text.is_empty() { String::new() } else { format!("\"{name}\":\"{text}\",") };
            let body = format!("{{{}{}\"end\":1}}", member("a", &a), member("b", &b));
            let answer = Received { status, headers: &[], body: body.as_bytes() };
            let places = Places(vec![path("$.a"), path("$.b"), path("$.c")]);
            let look = Look { answer: &answer, places: &places, found: [const { OnceCell::new() }; PLACES_KEPT] };
            let at = |found: Option<&Rule>| found.and_then(|one| rules.iter().position(|rule| std::ptr::eq(rule, one)));
            let plain = rules.iter().find(|rule| rule.when.holds(&look));
            prop_assert_eq!(at(first_holding(&rules, &look)), at(plain));
        }

        #[test]
        fn any_answer_is_bearable(
            status in 0_u16..2000, name in "[a-z-]{1,12}", value in prop::collection::vec(any::<u8>(), 0..40),
            body in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let common = common(&[("$.a.b[0]", "1", Means::Done), ("$[*].x", "1", Means::Fault)]);
            let headers: [(&str, &[u8]); 3] = [(&name, &value), ("retry-after", &value), ("set-cookie", &value)];
            let answer = Received { status, headers: &headers, body: &body };
            let reading = Answers::default().read(&call(Operation::ServiceHealth), &answer, &common, UnixMillis(0));
            if let Outcome::Unmapped { sample, .. } = reading.outcome {
                prop_assert!(sample.len() <= 200);
            }
        }
    }
}
