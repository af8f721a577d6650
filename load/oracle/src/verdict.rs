//! The verdict on one cell: counts by rule, what was wrong, who was not as the harness believed, and what the run-wide
//! rules collect.
//!
//! Invariant: every answer counts at most once for a rule. A finding names one rule and one answer (or one message).

use std::fmt;

use serde::{Deserialize, Serialize};
use songsinh_contract::{CellId, CitizenIndex, Code, Digest, Moment, Reasons, Rule, TraceId};

use crate::time::Age;

/// How often a rule was kept, broken, and could not be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// Answers that keep the rule.
    pub allowed: u64,
    /// Answers that break it.
    pub violation: u64,
    /// Answers that the observations do not decide.
    pub undecided: u64,
}

impl Count {
    /// Whether any answer was decided.
    #[must_use]
    pub fn is_decided(self) -> bool {
        self.allowed + self.violation > 0
    }
    pub(crate) fn add(&mut self, other: Self) {
        self.allowed += other.allowed;
        self.violation += other.violation;
        self.undecided += other.undecided;
    }
}

/// A [`Count`] for every rule, indexed by [`Rule::index`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts(Vec<Count>);

impl Default for Counts {
    fn default() -> Self {
        Self(vec![Count::default(); Rule::ALL.len()])
    }
}

impl Counts {
    /// The count of a rule.
    #[must_use]
    pub fn of(&self, rule: Rule) -> Count {
        self.0.get(rule.index()).copied().unwrap_or_default()
    }
    /// The rules that were met at all, in the order of the domain page.
    pub fn met(&self) -> impl Iterator<Item = (Rule, Count)> + '_ {
        Rule::ALL.iter().map(|&rule| (rule, self.of(rule))).filter(|(_, count)| *count != Count::default())
    }
    pub(crate) fn slot(&mut self, rule: Rule) -> &mut Count {
        if self.0.len() <= rule.index() {
            self.0.resize(Rule::ALL.len(), Count::default());
        }
        &mut self.0[rule.index()]
    }
    pub(crate) fn absorb(&mut self, other: &Self) {
        for (rule, count) in other.met() {
            self.slot(rule).add(count);
        }
    }
}

/// What is wrong with an answer or a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FindingKind {
    /// The call was carried out although the rule forbids it.
    WronglyDone,
    /// The call was refused for these reasons although every rule allows it.
    WronglyRefused(Reasons),
    /// The refusal is right, the prescribed message is another.
    WrongMessage(Reasons),
    /// The answer tells something that is not true.
    Untrue,
    /// The answer holds another citizen's data.
    Leak,
    /// A server error or an overload without Retry-After.
    NoVerdict {
        /// HTTP status, 0 if it is not known.
        status: u16,
    },
    /// A message that nobody asked for, or to the wrong phone. Its number at the gateway.
    Message(u64),
    /// A message that never came.
    MessageMissing,
    /// The code stands in answers at this place.
    CodeInAnswer(Digest),
    /// Answers differ in words, whether the account exists or not.
    WordsDiffer,
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WronglyDone => f.write_str("was carried out, must be refused"),
            Self::WronglyRefused(reasons) if reasons.is_empty() => f.write_str("was refused, must be carried out"),
            Self::WronglyRefused(reasons) => write!(f, "was refused ({reasons}), must be carried out"),
            Self::WrongMessage(reasons) => write!(f, "was refused rightly, with another message ({reasons})"),
            Self::Untrue => f.write_str("tells what is not true"),
            Self::Leak => f.write_str("holds another citizen's data"),
            Self::NoVerdict { status: 0 } => f.write_str("is no verdict and names no wait (Retry-After)"),
            Self::NoVerdict { status } => write!(f, "is a server error (status {status})"),
            Self::Message(id) => write!(f, "message {id} must not have been sent"),
            Self::MessageMissing => f.write_str("the message that must follow never came"),
            Self::CodeInAnswer(place) => write!(f, "the code stands in the answer (place {place})"),
            Self::WordsDiffer => f.write_str("the words tell whether the account exists"),
        }
    }
}

/// One violation with its witnesses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: Rule,
    /// The cell in which it was.
    pub cell: CellId,
    /// The observation that breaks it.
    pub seq: u32,
    /// What is wrong.
    pub what: FindingKind,
    /// The observations that one must see to agree, in order; the last is `seq`.
    pub story: Vec<u32>,
    /// When the wrong answer was complete, or the wrong message taken by the gateway.
    pub when: Moment,
    /// To find it in the target's logs.
    pub trace: TraceId,
}

/// A bound of time that a timed rule has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// Life of a code (`otp-expires`).
    CodeLife,
    /// Time between two codes (`otp-resend-limited`).
    ResendGap,
    /// How long wrong passwords lock (`login-lockout`).
    LoginLock,
    /// Idle life of a session (`session-expires`).
    SessionIdle,
    /// Whole life of a session (`session-expires`).
    SessionAbsolute,
    /// Time between the code and the step after it (`steps-in-order`).
    AfterCode,
    /// Activation window (`activation-window`).
    ActivationWindow,
    /// Life of a QR (`qr-expires`).
    QrLife,
    /// How long wrong passcodes lock (`utility-needs-passcode`).
    PasscodeLock,
}

impl Bound {
    /// Whether the bound opens (refused before, accepted after: a wait) or closes (accepted before: a life).
    #[must_use]
    pub fn opens(self) -> bool {
        matches!(self, Self::ResendGap | Self::LoginLock | Self::PasscodeLock)
    }
}

/// How an answer lay to a time bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// The rule.
    pub rule: Rule,
    /// Which of its bounds.
    pub bound: Bound,
    /// The rulebook's value, in nanoseconds.
    pub limit_ns: u64,
    /// The age at which the target acted.
    pub age: Age,
    /// Carried out, or refused on account of the bound alone.
    pub accepted: bool,
    /// Whether the answer was decided for the rule and kept it.
    pub allowed: bool,
}

/// What the run-wide rules collect from a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Statistics {
    /// Words of refused logins and of resets.
    pub wordings: Vec<Wording>,
    /// The right code seen in an answer: each code once for a place.
    pub codes_in_answers: Vec<CodeInAnswer>,
    /// Where six digits were seen at all, in the order of places.
    pub digits_in_answers: Vec<DigitsInAnswer>,
    /// Answers that opened a challenge and were looked through for its code.
    pub answers_searched: u64,
    /// Codes that went out.
    pub codes: Vec<CodeSent>,
    /// How long applications waited, for `approval-in-time`.
    pub approvals: Vec<ApprovalTook>,
}

/// The words of a refused login or of a reset, for `no-enumeration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// Whether the account exists.
    pub exists: bool,
    /// Wrong passwords before this one; equal stages are compared. From 128 on: locked, and the steps of a reset.
    pub stage: u8,
    /// Digest of the words.
    pub words: Digest,
    /// Witness.
    pub cell: CellId,
    /// Witness.
    pub seq: u32,
    /// When.
    pub when: Moment,
    /// To find it at the target.
    pub trace: TraceId,
}

/// The right code in an answer, for `otp-never-in-answer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeInAnswer {
    /// Where.
    pub place: Digest,
    /// Witness.
    pub cell: CellId,
    /// Witness.
    pub seq: u32,
    /// When.
    pub when: Moment,
    /// To find it at the target.
    pub trace: TraceId,
}

/// Six digits at a place of answers, for `otp-never-in-answer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigitsInAnswer {
    /// Where.
    pub place: Digest,
    /// Pairs of a number seen there and a code of the cell, each pair once: each meets by chance once in a million.
    pub pairs: u64,
}

/// A code and what it might depend on, for `otp-unpredictable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSent {
    /// The code.
    pub code: Code,
    /// The last six digits of the phone number.
    pub phone: u32,
    /// Codes for other purposes that the cell saw go to this phone before.
    pub others: u32,
    /// How many of them are this very code.
    pub same: u32,
    /// When the gateway took it.
    pub accepted: Moment,
}

/// How long an application waited for its decision, for `approval-in-time`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalTook {
    /// The level that was asked for.
    pub level: songsinh_contract::Level,
    /// From the filing to the decision, or to the first sign of it; at most so many nanoseconds.
    pub after_ns: u64,
}

/// The verdict on one cell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CellVerdict {
    /// Counts by rule.
    pub counts: Counts,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// People whom the target knew before the cell began: their answers are not judged.
    pub dirty: Vec<CitizenIndex>,
    /// Answers near time bounds.
    pub edges: Vec<Edge>,
    /// For the run-wide rules.
    pub statistics: Statistics,
    /// Observations seen.
    pub answers: u64,
    /// Observations of which at least one rule was decided.
    pub decided: u64,
    /// Whether the possible histories were too many to follow: the rest of the cell is undecided.
    pub overflowed: bool,
}

impl CellVerdict {
    /// Violations in this cell, for a live display.
    #[must_use]
    pub fn violations(&self) -> u64 {
        u64::try_from(self.findings.len()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_written_when_there_were_fewer_rules_count_the_newer_ones_too() {
        let count = Count { allowed: 1, violation: 2, undecided: 3 };
        let last = Rule::ALL[Rule::ALL.len() - 1];
        for before in [0, 1, last.index(), last.index() + 1] {
            let mut counts = Counts(vec![Count::default(); before]);
            *counts.slot(last) = count;
            assert_eq!(counts.of(last), count, "{before}");
            assert_eq!(counts.met().count(), 1, "{before}");
        }
    }

    #[test]
    fn the_violations_of_a_cell_are_its_findings() {
        let finding = Finding {
            rule: Rule::OtpExpires,
            cell: CellId(1),
            seq: 2,
            what: FindingKind::WronglyDone,
            story: vec![2],
            when: Moment(3),
            trace: TraceId(0, 4),
        };
        for count in 0..3 {
            let verdict = CellVerdict { findings: vec![finding.clone(); count], ..CellVerdict::default() };
            assert_eq!(verdict.violations(), count as u64);
        }
    }

    #[test]
    fn a_wrong_refusal_names_its_reasons_if_it_gave_any() {
        let named = Reasons::one(songsinh_contract::Reason::CodeWrong);
        let words = |reasons| FindingKind::WronglyRefused(reasons).to_string();
        assert_eq!(words(Reasons::default()), "was refused, must be carried out");
        assert_eq!(words(named), format!("was refused ({named}), must be carried out"));
    }
}
