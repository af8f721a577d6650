//! One cell made ready for judging: its calls in order of sending, its people by number, and which text message
//! belongs to which call.
//!
//! ```text
//!   request 1 sent                  request 2 sent
//! ------|-------------- code A ----------|-------- code B ---->   A can only be of 1, so B must be of 2
//! ------|--------------------------------|-- code A -- code B ->   A may be of 1 or 2: what is typed is unknown
//! ```
//!
//! Invariant: a code is said to be right or wrong only if one assignment of messages to calls is possible.

use std::collections::BTreeSet;

use songsinh_contract::{
    CellFacts, CitizenIndex, CitizenNumber, Code, Digest, Form, Moment, Observation, Operation, Outcome, PhoneNumber,
    Prior, Rulebook, SmsEvent, SmsPurpose, Token,
};

use crate::Settings;
use crate::model::utilities::request_of;
use crate::model::{Purpose, Witness};
use crate::time::{Age, Span};

/// A call of the cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'a> {
    /// Place in the order of sending.
    pub(crate) ix: usize,
    pub(crate) observation: &'a Observation,
    /// When it acted, as far as is known where it is looked at: a lost call that is taken in before an answer came
    /// acted before that.
    pub(crate) span: Span,
    /// When it can have acted at all. Worlds keep this one, so that they stay few.
    pub(crate) lasting: Span,
}

impl Step<'_> {
    pub(crate) fn ix16(&self) -> u16 {
        u16::try_from(self.ix).unwrap_or(u16::MAX)
    }
    pub(crate) fn witness(&self) -> Witness {
        Witness(self.ix16())
    }
    pub(crate) fn handle(&self) -> Option<Digest> {
        self.observation.outcome.values().and_then(|v| v.handle.as_ref()).map(Token::digest)
    }
}

/// Whether a typed code is the wanted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeMatch {
    Right,
    Wrong,
    Unknown,
}

/// The codes that a call can have sent out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct CodeSet {
    codes: Vec<(Code, Moment)>,
    assigned: bool,
    /// A message of unknown purpose may hold the code, or the ledger is not complete.
    open: bool,
}

impl CodeSet {
    pub(crate) fn fits(&self, typed: Code) -> CodeMatch {
        let has = self.codes.iter().any(|(code, _)| *code == typed);
        match (has, self.assigned && self.codes.len() == 1) {
            (true, true) => CodeMatch::Right,
            (true, false) => CodeMatch::Unknown,
            (false, _) if self.codes.is_empty() || self.open => CodeMatch::Unknown,
            (false, _) => CodeMatch::Wrong,
        }
    }
    /// Whether another call's code is this one.
    pub(crate) fn same_as(&self, other: &Self) -> CodeMatch {
        match (other.codes.as_slice(), self.codes.as_slice()) {
            ([(theirs, _)], [_]) if self.assigned && other.assigned => self.fits(*theirs),
            _ => CodeMatch::Unknown,
        }
    }
    /// When the code was born: in the call, and not after the gateway had it.
    pub(crate) fn birth(&self, call: Span) -> Span {
        let latest = self.codes.iter().map(|(_, at)| *at).max().unwrap_or(Moment::NEVER);
        Span { lo: call.lo, hi: call.hi.min(latest).max(call.lo) }
    }
}

/// A call that sends a code when it is carried out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Issuing {
    pub(crate) ix: usize,
    pub(crate) purpose: Purpose,
    pub(crate) phone: PhoneNumber,
    pub(crate) sent: Moment,
    pub(crate) done: bool,
}

/// A cell made ready.
pub(crate) struct Cell<'a> {
    pub(crate) facts: &'a CellFacts,
    pub(crate) book: &'a Rulebook,
    pub(crate) settings: &'a Settings,
    pub(crate) steps: Vec<Step<'a>>,
    pub(crate) messages: Vec<&'a SmsEvent>,
    pub(crate) issuing: Vec<Issuing>,
    /// Security questions on offer, if an answer listed them.
    pub(crate) questions: Vec<u16>,
    codes: Vec<CodeSet>,
    /// Where a code may be an earlier story's.
    mixed: Vec<(PhoneNumber, Purpose)>,
    /// For every submission and payment the latest answer to another call with its request id.
    retried: Vec<Option<Moment>>,
    /// When an earlier story's account goes on here: the first call.
    begin: Option<Moment>,
    notices: Vec<(PhoneNumber, Vec<Moment>)>,
    rejections: Vec<(PhoneNumber, Vec<Moment>)>,
    nothing: CodeSet,
}

impl<'a> Cell<'a> {
    pub(crate) fn new(
        facts: &'a CellFacts,
        observations: &'a [Observation],
        messages: &'a [SmsEvent],
        book: &'a Rulebook,
        settings: &'a Settings,
    ) -> Self {
        let mut sorted: Vec<&Observation> = observations.iter().collect();
        sorted.sort_by_key(|o| (o.sent, o.seq));
        let step = |(ix, o)| Step { ix, observation: o, span: Span::of(o), lasting: Span::of(o) };
        let steps: Vec<Step<'a>> = sorted.into_iter().enumerate().map(step).collect();
        // What came before the first call belongs to the story that left the account behind.
        let goes_on = facts.members.iter().any(|m| matches!(m.prior, Prior::Standing(_)));
        let begin = steps.first().filter(|_| goes_on).map(|s| s.observation.sent);
        let ours = |m: &&SmsEvent| facts.phones.contains(&m.to) && begin.is_none_or(|at| m.accepted >= at);
        let mut messages: Vec<&SmsEvent> = messages.iter().filter(ours).collect();
        messages.sort_by_key(|m| (m.accepted, m.id));
        let mut cell = Self {
            facts,
            book,
            settings,
            issuing: issuing_calls(&steps),
            questions: questions(&steps),
            codes: vec![CodeSet::default(); steps.len()],
            mixed: Vec::new(),
            retried: retried(&steps),
            begin,
            notices: times(&messages, SmsPurpose::Approved),
            rejections: times(&messages, SmsPurpose::Rejected),
            nothing: CodeSet::default(),
            steps,
            messages,
        };
        cell.assign_codes();
        cell.shown_codes();
        cell
    }
    pub(crate) fn code_of(&self, ix: usize) -> &CodeSet {
        self.codes.get(ix).unwrap_or(&self.nothing)
    }
    /// Whether a code may have gone out by then that no call of the cell asked for: more codes than calls, or not every
    /// message is seen.
    pub(crate) fn may_have_stray_codes(&self, by: Moment) -> bool {
        let asked = |phone: PhoneNumber| self.issuing.iter().filter(|i| i.phone == phone && i.sent <= by).count();
        let codes = |phone: PhoneNumber| {
            let came = self.messages.iter().filter(|m| m.to == phone && m.accepted <= by);
            came.filter_map(|m| m.code).collect::<BTreeSet<_>>().len()
        };
        !self.settings.gateway_reaches || self.facts.phones.iter().any(|&phone| codes(phone) > asked(phone))
    }
    pub(crate) fn notices(&self, phone: PhoneNumber) -> &[Moment] {
        self.notices.iter().find(|(to, _)| *to == phone).map_or(&[], |(_, at)| at)
    }
    pub(crate) fn rejections(&self, phone: PhoneNumber) -> &[Moment] {
        self.rejections.iter().find(|(to, _)| *to == phone).map_or(&[], |(_, at)| at)
    }
    /// Whether an earlier story left somebody's account behind.
    pub(crate) fn goes_on(&self) -> bool {
        self.begin.is_some()
    }
    /// Whether a message to this phone may be the earlier story's, come late or doubled: codes for as long as they
    /// live, notices for as long as they may take.
    pub(crate) fn left_over(&self, to: PhoneNumber, accepted: Moment, code: bool) -> bool {
        let within = if code { self.book.otp_lifetime } else { self.settings.notice_within };
        let theirs = |prior: &Prior| matches!(prior, Prior::Standing(standing) if standing.phone == to);
        self.begin.is_some_and(|begin| accepted < begin + within) && self.facts.members.iter().any(|m| theirs(&m.prior))
    }
    /// Whether a notice may be one that was submitted again after a lost connection: the same words to the same phone.
    pub(crate) fn doubled(&self, message: &SmsEvent) -> bool {
        let place = |m: &SmsEvent| (m.accepted, m.id);
        let same = |m: &SmsEvent| m.to == message.to && m.purpose == message.purpose && m.text == message.text;
        let before = self.messages.iter().rev().find(|m| same(m) && place(m) < place(message));
        before.is_some_and(|m| message.accepted < m.accepted + self.settings.notice_within)
    }
    /// Whether the notice that the gateway had at this moment may be no application's own.
    pub(crate) fn notice_unsure(&self, to: PhoneNumber, at: Moment) -> bool {
        let notice = |m: &&SmsEvent| matches!(m.purpose, Some(SmsPurpose::Approved | SmsPurpose::Rejected));
        let here = |m: &&SmsEvent| m.to == to && m.accepted == at && notice(m);
        self.left_over(to, at, false) || self.messages.iter().copied().filter(here).any(|m| self.doubled(m))
    }
    /// Whether a retry of a submission or payment may be answered after this call was sent.
    pub(crate) fn is_retried(&self, step: &Step<'_>) -> bool {
        self.retried.get(step.ix).copied().flatten().is_some_and(|last| last >= step.observation.sent)
    }
    /// Whether an answer of the cell gave this session.
    pub(crate) fn gave_session(&self, token: &Token) -> bool {
        let given = |s: &Step<'_>| s.observation.outcome.values().is_some_and(|v| v.session.as_ref() == Some(token));
        self.steps.iter().any(given)
    }
    /// How old the cell is at a call.
    pub(crate) fn age(&self, step: &Step<'_>) -> Age {
        let first = self.steps.first().map_or(step.span.lo, |s| s.observation.sent);
        step.span.age_since(Span { lo: first, hi: first })
    }
    pub(crate) fn member_numbered(&self, number: CitizenNumber) -> Option<u8> {
        let at = self.facts.members.iter().position(|m| m.person.number == number)?;
        u8::try_from(at).ok()
    }
    pub(crate) fn member_of(&self, number: &str) -> Option<u8> {
        self.member_numbered(number.parse().ok()?)
    }
    pub(crate) fn member_indexed(&self, index: CitizenIndex) -> Option<u8> {
        u8::try_from(self.facts.members.iter().position(|m| m.person.index == index)?).ok()
    }
    pub(crate) fn person(&self, member: u8) -> &'a songsinh_contract::Person {
        &self.facts.members[usize::from(member)].person
    }
    /// Whether the four fields match the register.
    pub(crate) fn form_matches(&self, form: &Form) -> bool {
        self.member_of(&form.number).is_some_and(|member| {
            let person = self.person(member);
            person.matches(&form.name, form.born, form.sex)
        })
    }
    fn assign_codes(&mut self) {
        let groups: BTreeSet<(PhoneNumber, Purpose)> = self.issuing.iter().map(|i| (i.phone, i.purpose)).collect();
        for (phone, purpose) in groups {
            let calls: Vec<Issuing> =
                self.issuing.iter().filter(|i| (i.phone, i.purpose) == (phone, purpose)).copied().collect();
            let open = !self.settings.gateway_reaches
                || !self.settings.exclusive
                || self.messages.iter().any(|m| m.to == phone && m.purpose.is_none());
            let sent = self.codes_to(phone, purpose);
            // One too many, and one may be the earlier story's: which is whose is not known.
            let mixed = sent.len() > calls.len() && sent.iter().any(|(_, at)| self.left_over(phone, *at, true));
            if mixed {
                self.mixed.push((phone, purpose));
            }
            for (call, (codes, assigned)) in calls.iter().zip(assignments(&calls, &sent, mixed)) {
                let codes = codes.into_iter().map(|at| sent[at]).collect();
                self.codes[call.ix] = CodeSet { codes, assigned, open };
            }
        }
    }
    /// The codes that the old phones of moves showed.
    fn shown_codes(&mut self) {
        for step in &self.steps {
            let shown = step.observation.outcome.values().and_then(|v| v.code);
            if let (Operation::DeviceMoveCode, Some(code)) = (&step.observation.call.operation, shown) {
                self.codes[step.ix] =
                    CodeSet { codes: vec![(code, step.observation.done)], assigned: true, open: false };
            }
        }
    }
    /// Whether a code came to a phone for a purpose where it is not known which codes are an earlier story's.
    pub(crate) fn is_mixed_up(&self, phone: PhoneNumber, purpose: Purpose, code: Code) -> bool {
        self.mixed.contains(&(phone, purpose)) && self.codes_to(phone, purpose).iter().any(|(sent, _)| *sent == code)
    }
    /// The different codes sent to a phone for a purpose, each when it was first accepted.
    fn codes_to(&self, phone: PhoneNumber, purpose: Purpose) -> Vec<(Code, Moment)> {
        let mut sent: Vec<(Code, Moment)> = Vec::new();
        let repeats = self.book.otp_resend_policy == songsinh_contract::ResendPolicy::SameCode;
        for message in
            self.messages.iter().filter(|m| m.to == phone && m.purpose.is_some() && m.purpose == purpose.message())
        {
            let Some(code) = message.code else { continue };
            // A message submitted twice after a lost connection is one code.
            if repeats || sent.last().is_none_or(|(last, _)| *last != code) {
                sent.push((code, message.accepted));
            }
        }
        sent
    }
}

impl Purpose {
    /// The purpose of its messages; none: its code comes in no message.
    pub(crate) fn message(self) -> Option<SmsPurpose> {
        match self {
            Self::Register => Some(SmsPurpose::Register),
            Self::Activate => Some(SmsPurpose::Activate),
            Self::Reset => Some(SmsPurpose::Reset),
            Self::Move => None,
        }
    }
}

fn retried(steps: &[Step<'_>]) -> Vec<Option<Moment>> {
    let mut calls: Vec<(&Token, usize)> =
        steps.iter().filter_map(|s| Some((request_of(&s.observation.call.operation)?, s.ix))).collect();
    calls.sort_unstable_by_key(|(request, ix)| (request.digest(), *ix));
    let mut out = vec![None; steps.len()];
    for group in calls.chunk_by(|one, two| one.0 == two.0) {
        let answers = |but: usize| group.iter().map(|(_, ix)| &steps[*ix]).filter(move |s| s.ix != but);
        for &(_, ix) in group {
            let seen = answers(ix).filter(|s| !crate::time::is_lost(&s.observation.outcome));
            out[ix] = seen.map(|s| s.observation.done).max();
        }
    }
    out
}

fn times(messages: &[&SmsEvent], purpose: SmsPurpose) -> Vec<(PhoneNumber, Vec<Moment>)> {
    let mut out: Vec<(PhoneNumber, Vec<Moment>)> = Vec::new();
    for message in messages.iter().filter(|m| m.purpose == Some(purpose)) {
        match out.iter_mut().find(|(to, _)| *to == message.to) {
            Some((_, at)) => at.push(message.accepted),
            None => out.push((message.to, vec![message.accepted])),
        }
    }
    out
}

fn questions(steps: &[Step<'_>]) -> Vec<u16> {
    let offers = steps.iter().filter(|s| !matches!(s.observation.call.operation, Operation::ResetConfirm { .. }));
    let listed = offers.filter_map(|s| s.observation.outcome.values()).find(|v| !v.questions.is_empty());
    listed.map(|v| v.questions.clone()).unwrap_or_default()
}

/// The calls that sent a code, or may have.
fn issuing_calls(steps: &[Step<'_>]) -> Vec<Issuing> {
    let mut handles: Vec<(Digest, PhoneNumber)> = Vec::new();
    let mut out = Vec::new();
    for step in steps {
        let operation = &step.observation.call.operation;
        let phone = match operation {
            Operation::AccountRegister { form, .. } => Some(form.phone),
            Operation::ActivationRequest { phone, .. } | Operation::ResetRequest { phone, .. } => Some(*phone),
            Operation::AccountResend { challenge }
            | Operation::ActivationResend { challenge }
            | Operation::ResetResend { challenge } => {
                handles.iter().rev().find(|(h, _)| *h == challenge.digest()).map(|(_, phone)| *phone)
            }
            _ => None,
        };
        let Some(phone) = phone else { continue };
        if let Some(handle) = step.handle() {
            handles.push((handle, phone));
        }
        let outcome = &step.observation.outcome;
        if matches!(outcome, Outcome::Refused(_) | Outcome::Indeterminate(songsinh_contract::Loss::NotSent)) {
            continue;
        }
        let purpose = Purpose::of(operation);
        out.push(Issuing { ix: step.ix, purpose, phone, sent: step.observation.sent, done: outcome.is_done() });
    }
    out
}

/// For every call the messages (by place in `sent`) that can be its own, and whether that is certain. Who can have sent a
/// message can have sent every later one: once two calls can be behind one, none of the later ones is certain. `mixed`: some
/// message may be of no call, so nothing is.
fn assignments(calls: &[Issuing], sent: &[(Code, Moment)], mixed: bool) -> Vec<(Vec<usize>, bool)> {
    let can = |call: &Issuing, at: usize| call.sent <= sent[at].1;
    let all = |call: &Issuing| (0..sent.len()).filter(|&at| can(call, at)).collect::<Vec<_>>();
    let mut out: Vec<(Vec<usize>, bool)> = calls.iter().map(|call| (all(call), false)).collect();
    for at in (0..sent.len()).filter(|_| !mixed) {
        let mut holders = out.iter_mut().filter(|(can, _)| can.contains(&at));
        if let (Some(only), None) = (holders.next(), holders.next()) {
            *only = (vec![at], true);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(codes: &[u32], assigned: bool, open: bool) -> CodeSet {
        CodeSet { codes: codes.iter().map(|&code| (Code(code), Moment(u64::from(code)))).collect(), assigned, open }
    }

    #[test]
    fn a_typed_code_is_right_or_wrong_only_where_it_is_known_which_one_was_sent() {
        use CodeMatch::{Right, Unknown, Wrong};
        for (codes, typed, wanted) in [
            (set(&[1], true, false), 1, Right),
            (set(&[1], true, false), 2, Wrong),
            // The only one that came, but two calls can be behind it.
            (set(&[1], false, false), 1, Unknown),
            (set(&[1], false, false), 2, Wrong),
            (set(&[1, 2], false, false), 1, Unknown),
            (set(&[1, 2], false, false), 2, Unknown),
            (set(&[1, 2], false, false), 3, Wrong),
            (set(&[1, 2], false, true), 3, Unknown),
            // None came.
            (set(&[], false, false), 1, Unknown),
        ] {
            assert_eq!(codes.fits(Code(typed)), wanted, "{codes:?} {typed}");
        }
    }

    #[test]
    fn two_codes_are_compared_only_if_both_are_certain() {
        use CodeMatch::{Right, Unknown, Wrong};
        let (one, two) = (set(&[1], true, false), set(&[2], true, false));
        assert_eq!((one.same_as(&one), one.same_as(&two)), (Right, Wrong));
        for unsure in
            [set(&[1], false, false), set(&[2], false, false), set(&[1, 2], false, false), set(&[], false, false)]
        {
            assert_eq!((one.same_as(&unsure), unsure.same_as(&one)), (Unknown, Unknown), "{unsure:?}");
        }
    }

    #[test]
    fn a_code_is_born_in_its_call_and_before_the_last_message_that_may_hold_it() {
        let span = |lo, hi| Span { lo: Moment(lo), hi: Moment(hi) };
        let codes = set(&[3, 7], false, false);
        assert_eq!(codes.birth(span(1, 20)), span(1, 7));
        assert_eq!(codes.birth(span(1, 5)), span(1, 5));
        // No message can be its own: then it is as old as the call.
        assert_eq!(codes.birth(span(9, 20)), span(9, 9));
        assert_eq!(set(&[], false, false).birth(span(1, 20)), span(1, 20));
    }

    #[test]
    fn a_message_is_a_calls_own_if_no_other_call_can_be_behind_it() {
        let call = |ix: usize, sent: u64| Issuing {
            ix,
            purpose: Purpose::Reset,
            phone: PhoneNumber::from_parts(91, 0),
            sent: Moment(sent),
            done: true,
        };
        let calls = [call(0, 10), call(1, 20), call(2, 30)];
        let belong = |accepted: &[u64], mixed: bool| {
            let sent: Vec<(Code, Moment)> = accepted.iter().map(|&at| (Code(0), Moment(at))).collect();
            assignments(&calls, &sent, mixed)
        };
        let sure = |at: usize| (vec![at], true);
        let unsure = |all: &[usize]| (all.to_vec(), false);
        // Each comes before the next call; the first one leaves the second to the second call.
        assert_eq!(belong(&[10, 20, 30], false), [sure(0), sure(1), sure(2)]);
        assert_eq!(belong(&[19, 29, 40], false), [sure(0), sure(1), sure(2)]);
        // Two come after the second call: of the first or of it.
        assert_eq!(belong(&[25, 26, 40], false), [unsure(&[0, 1, 2]), unsure(&[0, 1, 2]), unsure(&[2])]);
        assert_eq!(belong(&[15, 35], false), [sure(0), unsure(&[1]), unsure(&[1])]);
        assert_eq!(belong(&[9], false), [unsure(&[]), unsure(&[]), unsure(&[])]);
        // One may be of no call.
        assert_eq!(belong(&[15, 25, 35], true), [unsure(&[0, 1, 2]), unsure(&[1, 2]), unsure(&[2])]);
    }
}
