//! Every sentence that a person can get about a file, in one place: what is wrong, and what was meant.
//!
//! Invariant: no sentence is put together anywhere else, so that a second language is one more file like this one.

use std::fmt;
use std::time::Duration;

use crate::units::show_time;
use crate::yaml::Shape;

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Message {
    Unreadable { why: String },
    TooLarge { limit: usize },
    NotUtf8,
    EmptyFile,
    Tab,
    NotYaml { why: String },
    AliasLimit { nodes: usize },
    TreeLimit { depth: usize, nodes: usize },
    SeveralDocuments,
    MergeKey,
    UnknownAnchor,
    WrongShape { what: &'static str, wanted: &'static str, got: Shape },
    UnknownKey { key: String, of: &'static str, nearest: Option<String>, known: Vec<&'static str> },
    DuplicateKey { key: String, of: &'static str },
    MissingKey { key: &'static str, of: &'static str },
    UnknownWord { what: &'static str, given: String, nearest: Option<String>, known: Vec<&'static str> },
    NotA { what: &'static str, given: String, wanted: &'static str },
    OutOfRange { what: &'static str, given: String, low: String, high: String },
    TooMany { what: &'static str, count: usize, limit: usize },
    Empty { what: &'static str, wanted: &'static str },
    RangeBackwards { given: String },
    SharesAreZero,
    NotOneEvent { count: usize },
    EventWithoutLength,
    RestartWithLength,
    EventAfterEnd { at: String, ends: String },
    RestartOfStranger,
    TwistAndAttack,
    JourneyAndScript,
    NoStory,
    NearStep { given: String, near: String },
    StepRepeated { given: String, limit: usize },
    WaitWithoutUnit { given: String, number: String },
    WaitTooLong { given: String, limit: Duration },
    WaitAtOnce,
    ScanOfNothing { journey: &'static str },
    NoEdge { entry: String, aiming: Vec<&'static str> },
    NeverDecided { rule: &'static str },
    SwitchWithoutLevel2 { account: &'static str },
    TooManyArrivals { expected: f64, limit: u64 },
    TooLong { seconds: f64, limit_s: u64 },
    NoArrivals,
    TwistOfOtherJourney { twist: String, journey: &'static str, its: &'static str },
    TargetNotFound { path: String },
    RuleWithoutSettings { rule: &'static str, known: Vec<&'static str> },
    ResendsTooFew { attempts: u32, per_window: u32 },
    LimitUnit { metric: &'static str, wanted: &'static str },
    UrlScheme { given: String },
    HostNotAllowed { host: String },
    UnknownUrl { name: String },
    HostPattern { given: String },
    BadRegex { why: String },
    NoCodeGroup { purpose: &'static str },
    TemplateOpen { given: String },
    TemplateClose { given: String },
    TemplateBlock { given: String },
    TemplateEmpty,
    UnknownRoot { root: String, nearest: Option<String>, known: Vec<&'static str> },
    Secret { given: String },
    PlainSecret,
    NotOneRequest { count: usize },
    MissingWithRequest,
    AnswerWithoutSign,
    TwoBodies,
    BodyOfGet,
    HeaderName { given: String },
    UrlsWithoutApp,
}

impl Message {
    /// What was meant, or what to do, if something can be said.
    pub(crate) fn help(&self) -> Option<String> {
        match self {
            Self::UnknownKey { nearest: Some(near), .. } | Self::UnknownWord { nearest: Some(near), .. } => {
                Some(format!("did you mean `{near}`?"))
            }
            Self::UnknownRoot { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::UnknownKey { known, .. } | Self::UnknownWord { known, .. } | Self::UnknownRoot { known, .. } => {
                Some(format!("known here: {}", listed(known)))
            }
            Self::NearStep { near, .. } => Some(format!("did you mean `{near}`?")),
            Self::WaitWithoutUnit { number, .. } => {
                Some(format!("write the unit: `{number}s`, or `{number}ms`, `{number}m`"))
            }
            Self::StepRepeated { limit, .. } => {
                Some(format!("write it as often as it is to be made; a script takes {limit} steps at most"))
            }
            Self::NoEdge { aiming, .. } => Some(format!("stories that aim at an edge: {}", listed(aiming))),
            Self::NeverDecided { .. } => {
                Some("`songsinh explain` tells what each rule is about; leave this one out".into())
            }
            Self::Tab => Some("indent with blanks".into()),
            Self::SeveralDocuments => Some("keep one document; take out the `---` between them".into()),
            Self::MergeKey => Some("write the keys out".into()),
            Self::TooManyArrivals { .. } => Some("shorten the phases or lower their rates".into()),
            Self::SharesAreZero => Some("give at least one entry of the mix a share above 0".into()),
            Self::TargetNotFound { .. } => {
                Some("write `built-in`, or the path of a profile relative to this scenario file".into())
            }
            Self::RuleWithoutSettings { known, .. } => Some(format!("rules with settings: {}", listed(known))),
            Self::HostNotAllowed { host } => Some(format!(
                "if that is a test system that you may load, add it: environment: {{hosts_allowed: [{host}]}}"
            )),
            Self::NoCodeGroup { .. } => Some(r"mark the digits of the code, as in `(?<code>\d{6})`".into()),
            Self::TemplateOpen { .. } | Self::TemplateClose { .. } => {
                Some("write `{{ expression }}`, as in `{{ citizen.number }}`".into())
            }
            Self::Secret { .. } => Some("write ${env:NAME} or ${file:PATH}".into()),
            Self::PlainSecret => Some("write ${env:NAME} or ${file:PATH} instead of the secret itself".into()),
            Self::NotOneRequest { .. } => {
                Some("give `get: /path`, `post: /path` or `put: /path`, or `missing: why it is not there`".into())
            }
            Self::AnswerWithoutSign => Some("give `status`, `json`, `header` or `contains`".into()),
            Self::UrlsWithoutApp => Some("urls: {app: \"http://127.0.0.1:8080\"}".into()),
            _ => None,
        }
    }
}

fn listed(words: &[&str]) -> String {
    const SHOWN: usize = 25;
    let mut text = words.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if words.len() > SHOWN {
        text.push_str(", …");
    }
    text
}

/// A given text, cut and without what would disturb a terminal.
fn cut(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
    if text.chars().count() > 60 { format!("{clean}…") } else { clean }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Map => "a mapping",
        })
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { why } => write!(f, "the file cannot be read: {why}"),
            Self::TooLarge { limit } => write!(f, "the file is larger than {} KiB", limit / 1024),
            Self::NotUtf8 => f.write_str("the file is not UTF-8 from here on"),
            Self::EmptyFile => f.write_str("the file says nothing, or ends too early"),
            Self::Tab => f.write_str("a tab in the indentation"),
            Self::NotYaml { why } => write!(f, "not YAML: {}", cut(why)),
            Self::AliasLimit { nodes } => write!(f, "aliases stand for more than {nodes} values"),
            Self::TreeLimit { depth, nodes } => {
                write!(f, "more than {depth} levels deep, or more than {nodes} values")
            }
            Self::SeveralDocuments => f.write_str("a second document begins here"),
            Self::MergeKey => f.write_str("merge keys (`<<`) are not used in these files"),
            Self::UnknownAnchor => f.write_str("no anchor of this name was set before"),
            Self::WrongShape { what, wanted, got } => write!(f, "{what}: {wanted} is wanted here, this is {got}"),
            Self::UnknownKey { key, of, .. } => write!(f, "{of} has no key `{}`", cut(key)),
            Self::DuplicateKey { key, of } => write!(f, "{of} has the key `{}` twice", cut(key)),
            Self::MissingKey { key, of } => write!(f, "{of} lacks the key `{key}`"),
            Self::UnknownWord { what, given, .. } => write!(f, "no {what} is called `{}`", cut(given)),
            Self::NotA { what, given, wanted } => write!(f, "`{}` is not {what}: {wanted}", cut(given)),
            Self::OutOfRange { what, given, low, high } => {
                write!(f, "{what}: `{}` lies outside of {low} to {high}", cut(given))
            }
            Self::TooMany { what, count, limit } => write!(f, "{count} {what}, at most {limit} are taken"),
            Self::Empty { what, wanted } => write!(f, "{what} is empty: {wanted}"),
            Self::RangeBackwards { given } => write!(f, "the range `{}` runs backwards", cut(given)),
            Self::TooManyArrivals { expected, limit } => {
                write!(f, "the phases ask for about {expected:.0} journeys; a run takes at most {limit}")
            }
            Self::TooLong { seconds, limit_s } => {
                write!(f, "the phases last {seconds:.0} s; a run takes at most {limit_s} s")
            }
            Self::NotOneEvent { count: 0 } => f.write_str("the event does not say what happens"),
            Self::NotOneEvent { count } => write!(f, "the event says {count} things at once, one is wanted"),
            Self::EventWithoutLength => f.write_str("the event does not say how long it lasts"),
            Self::RestartWithLength => f.write_str("a restart has no length: the twin is up again when it is up"),
            Self::EventAfterEnd { at, ends } => {
                write!(f, "an event at {at} comes after the last phase, which ends at {ends}")
            }
            Self::RestartOfStranger => f.write_str("only the built-in twin can be restarted"),
            Self::TwistAndAttack => f.write_str("`twist` and `attack` say the same thing: one is wanted"),
            Self::JourneyAndScript => {
                f.write_str("an entry of the mix tells its story by `script` or by `journey`, not by both")
            }
            Self::NoStory => f.write_str("an entry of the mix lacks the key `journey` or `script`"),
            Self::NearStep { given, .. } => write!(f, "`{}` is not a step of a script", cut(given)),
            Self::StepRepeated { given, .. } => {
                write!(f, "`{}` is not a step of a script: each step stands on a line of its own", cut(given))
            }
            Self::WaitWithoutUnit { given, .. } => {
                write!(f, "`{}` is not a step of a script: its time has no unit", cut(given))
            }
            Self::WaitTooLong { given, limit } => {
                write!(f, "`{}` is not a step of a script: a wait lasts {} at most", cut(given), show_time(*limit))
            }
            Self::WaitAtOnce => f.write_str("a wait is not a request: a list takes requests that are sent at once"),
            Self::ScanOfNothing { journey } => write!(f, "no QR is scanned in the journey `{journey}`"),
            Self::NoEdge { entry, .. } => write!(f, "`{entry}` acts at no edge of the rulebook"),
            Self::NeverDecided { rule } => {
                write!(f, "no scenario can decide the rule `{rule}`, so that every run would be invalid")
            }
            Self::SwitchWithoutLevel2 { account } => {
                write!(f, "the QR switch cannot be on for citizens with the account `{account}`")
            }
            Self::NoArrivals => f.write_str("no phase starts any journey: every rate is 0"),
            Self::SharesAreZero => f.write_str("the shares of the mix add up to 0"),
            Self::TwistOfOtherJourney { twist, journey, its } => {
                write!(f, "the twist `{twist}` belongs to the journey `{its}`, not to `{journey}`")
            }
            Self::TargetNotFound { path } => write!(f, "the target profile `{}` does not exist", cut(path)),
            Self::RuleWithoutSettings { rule, .. } => write!(f, "the rule `{rule}` has nothing to set"),
            Self::ResendsTooFew { attempts, per_window } => write!(
                f,
                "a window that takes {per_window} wrong codes closes before one challenge with its {attempts} does"
            ),
            Self::LimitUnit { metric, wanted } => write!(f, "a limit on {metric} takes {wanted}"),
            _ => self.profile_sentence(f),
        }
    }
}

impl Message {
    fn profile_sentence(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UrlScheme { given } => {
                write!(f, "`{}` is not a URL of the form http://host:port/path or https://…", cut(given))
            }
            Self::HostNotAllowed { host } => {
                write!(f, "the host `{}` is not this machine, and the profile does not allow it", cut(host))
            }
            Self::UnknownUrl { name } => write!(f, "`urls` has no address called `{}`", cut(name)),
            Self::HostPattern { given } => write!(f, "`{}` is not the name or address of one host", cut(given)),
            Self::BadRegex { why } => write!(f, "not a regular expression: {}", cut(why)),
            Self::NoCodeGroup { purpose } => {
                write!(f, "a message for `{purpose}` carries a code, but the pattern does not say where")
            }
            Self::TemplateOpen { given } => write!(f, "`{}` opens braces that it does not close", cut(given)),
            Self::TemplateClose { given } => write!(f, "`{}` closes braces that it did not open", cut(given)),
            Self::TemplateBlock { given } => {
                write!(f, "`{}` has a block `{{% … %}}`; only expressions are taken", cut(given))
            }
            Self::TemplateEmpty => f.write_str("nothing stands between the braces"),
            Self::UnknownRoot { root, .. } => write!(f, "a template knows nothing called `{}`", cut(root)),
            Self::Secret { given } => write!(f, "`{}` is not a reference to a secret", cut(given)),
            Self::PlainSecret => f.write_str("a secret stands in the file"),
            Self::NotOneRequest { count: 0 } => f.write_str("the operation says neither how it is asked nor why not"),
            Self::NotOneRequest { count } => write!(f, "the operation gives {count} requests, one is wanted"),
            Self::MissingWithRequest => f.write_str("the operation is said to be missing, and yet has a request"),
            Self::AnswerWithoutSign => f.write_str("the answer is recognised by nothing, so it would fit every one"),
            Self::TwoBodies => f.write_str("a request has one body: `json` or `form`, not both"),
            Self::BodyOfGet => f.write_str("a `get` takes no body"),
            Self::HeaderName { given } => write!(f, "`{}` is not the name of a header", cut(given)),
            Self::UrlsWithoutApp => f.write_str("`urls` lacks `app`, the address under which paths are asked"),
            _ => Ok(()),
        }
    }
}
