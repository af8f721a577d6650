//! A finding told as a story: the calls of one cell, step by step, with times relative to the first and the words of
//! the domain.

use std::collections::{BTreeMap, BTreeSet};

use songsinh_contract::{
    CellFacts, Code, DeviceId, Digest, Fate, MemberRole, Moment, Observation, Operation, Prior, SmsEvent, UnixMillis,
};

use crate::lang::{Lang, Said};
use crate::words;

/// Steps of a story that are told; of a longer one its begin and its end.
const MOST_STEPS: usize = 60;
/// Of these, at the end.
const LAST_STEPS: usize = 40;
/// Characters of a message that are told.
const LONGEST_TEXT: usize = 400;

/// The run's clock and the wall clock at the run's origin.
pub(crate) type Origin = (Moment, UnixMillis);

/// The calls and messages that show a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The arrival, by which the person's whole journey can be traced.
    pub arrival: u64,
    /// Journey and twist.
    pub journey: String,
    /// When the first step was, by the wall clock.
    pub began: UnixMillis,
    /// The steps in the order of time.
    pub steps: Vec<Step>,
    /// Steps between the first and the last ones that are left out.
    pub left_out: usize,
    /// The number of the step that is wrong, from 1; 0 if it is none of them.
    pub wrong_step: usize,
    /// What is wrong with it.
    pub wrong: Said,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Seconds since the first step.
    pub at_s: f64,
    /// Who, and with which phone: `citizen, phone A`.
    pub who: Said,
    /// What was asked, in words.
    pub asked: Said,
    /// What was answered, in words.
    pub answered: Said,
    /// W3C trace id; empty for a message.
    pub trace: String,
}

/// What of a cell is to be told.
pub(crate) struct Picked<'a> {
    /// The cell.
    pub(crate) facts: &'a CellFacts,
    /// The calls.
    pub(crate) calls: &'a [&'a Observation],
    /// The messages.
    pub(crate) messages: &'a [&'a SmsEvent],
    /// The passwords that were set in the whole cell.
    pub(crate) passwords: &'a BTreeSet<Digest>,
    /// The call that is wrong.
    pub(crate) wrong: u32,
    /// To tell the time of day.
    pub(crate) origin: Origin,
    /// Whether every step is told, however many they are.
    pub(crate) whole: bool,
}

/// Tells a story from what was seen in a cell.
pub(crate) fn tell(picked: &Picked<'_>, wrong: Said) -> Story {
    let Picked { facts, calls, messages, .. } = picked;
    let mut entries: Vec<(Moment, bool, Step)> = Vec::with_capacity(calls.len() + messages.len());
    let phones = phones(facts, calls);
    for seen in *calls {
        let step = Step {
            at_s: 0.0,
            who: Said::by(|lang| who(facts, seen, &phones, lang)),
            asked: Said::by(|lang| asked(seen, picked.passwords, lang)),
            answered: Said::by(|lang| words::answered(&seen.outcome, lang)),
            trace: seen.trace.to_string(),
        };
        entries.push((seen.sent, seen.seq == picked.wrong, step));
    }
    entries.extend(messages.iter().map(|message| {
        let (came, step) = received(message);
        (came, false, step)
    }));
    entries.sort_by_key(|(at, ..)| *at);
    let first = entries.first().map_or(Moment(0), |(at, ..)| *at);
    let mut wrong_step = entries.iter().position(|(_, wrong, _)| *wrong).map_or(0, |at| at + 1);
    let left_out = if picked.whole { 0 } else { entries.len().saturating_sub(MOST_STEPS) };
    if left_out > 0 {
        let kept = MOST_STEPS - LAST_STEPS;
        entries.drain(kept..kept + left_out);
        wrong_step = if wrong_step > kept + left_out { wrong_step - left_out } else { wrong_step.min(kept) };
    }
    let steps = entries.into_iter().map(|(at, _, step)| Step { at_s: at.since(first).as_secs_f64(), ..step }).collect();
    let journey = match &facts.twist {
        Some(twist) => format!("{}, {twist}", facts.journey),
        None => facts.journey.to_string(),
    };
    let (origin, started) = picked.origin;
    let after_ms = (i128::from(first.0) - i128::from(origin.0)) / 1_000_000;
    let began = UnixMillis(started.0.saturating_add(i64::try_from(after_ms).unwrap_or(0)));
    Story { arrival: facts.arrival.0, journey, began, steps, left_out, wrong_step, wrong }
}

fn asked(seen: &Observation, passwords: &BTreeSet<Digest>, lang: Lang) -> String {
    let words = words::asked(&seen.call.operation, lang);
    match &seen.call.operation {
        Operation::SessionLogin { password, .. } if !passwords.contains(&password.digest()) => {
            let never = lang.say("with a password that was never set", "bằng mật khẩu chưa bao giờ đặt");
            format!("{words} {never}")
        }
        _ => words,
    }
}

fn received(message: &SmsEvent) -> (Moment, Step) {
    let (came, en, vi) = match message.fate {
        Fate::Pending => (message.accepted, "on its way", "đang trên đường"),
        Fate::Lost => (message.accepted, "lost", "bị mất"),
        Fate::Delivered(at) => (at, "delivered", "đã đến"),
        Fate::Doubled(at, _) => (at, "delivered twice", "đến hai lần"),
    };
    let text: String = message.text.chars().take(LONGEST_TEXT).collect();
    let who = Said::by(|lang| format!("{} {}", lang.say("SMS to", "SMS đến"), message.to));
    let answered = Said::by(|lang| lang.say(en, vi).to_owned());
    (came, Step { at_s: 0.0, who, asked: Said::by(|_| text.clone()), answered, trace: String::new() })
}

/// The password that a call sets.
fn sets_password(operation: &Operation) -> Option<Digest> {
    match operation {
        Operation::AccountSetPassword { password, .. }
        | Operation::ActivationSetPassword { password, .. }
        | Operation::ResetSetPassword { password, .. } => Some(password.digest()),
        Operation::PasswordChange { new, .. } => Some(new.digest()),
        _ => None,
    }
}

/// The passwords that are known of a cell: those set in it and those that its people had before.
pub(crate) fn passwords_of<'a>(facts: &CellFacts, calls: impl Iterator<Item = &'a Observation>) -> BTreeSet<Digest> {
    let before = facts.members.iter().filter_map(|member| match &member.prior {
        Prior::Standing(standing) => standing.password,
        _ => None,
    });
    before.chain(calls.filter_map(|seen| sets_password(&seen.call.operation))).collect()
}

/// The code that a call enters.
pub(crate) fn enters(seen: &Observation) -> Option<Code> {
    match &seen.call.operation {
        Operation::AccountConfirm { code, .. }
        | Operation::ActivationConfirm { code, .. }
        | Operation::ResetConfirm { code, .. } => Some(*code),
        _ => None,
    }
}

/// Letters for the devices: first those of the members, then any other that called.
fn phones(facts: &CellFacts, calls: &[&Observation]) -> BTreeMap<DeviceId, String> {
    let mut names = BTreeMap::new();
    let known = facts.members.iter().flat_map(|member| member.devices.iter().copied());
    for device in known.chain(calls.iter().map(|seen| seen.call.caller.device)) {
        let at = names.len();
        names.entry(device).or_insert_with(|| match u8::try_from(at) {
            Ok(at) if at < 26 => char::from(b'A' + at).to_string(),
            _ => (at + 1).to_string(),
        });
    }
    names
}

fn who(facts: &CellFacts, seen: &Observation, phones: &BTreeMap<DeviceId, String>, lang: Lang) -> String {
    let member = facts.members.iter().find(|member| member.person.index == seen.member);
    let role = match member.map(|member| member.role) {
        Some(MemberRole::Citizen) => lang.say("citizen", "công dân"),
        Some(MemberRole::Relative) => lang.say("relative", "người thân"),
        Some(MemberRole::Attacker) => lang.say("attacker", "kẻ tấn công"),
        Some(MemberRole::Official) => lang.say("official", "cán bộ"),
        Some(MemberRole::Officer) => lang.say("police officer", "công an"),
        None => lang.say("somebody", "ai đó"),
    };
    match phones.get(&seen.call.caller.device) {
        Some(phone) => format!("{role}, {} {phone}", lang.say("phone", "máy")),
        None => role.into(),
    }
}
