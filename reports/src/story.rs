//! A finding told as a story: the calls of one cell, step by step, with times relative to the first and the words of
//! the domain.

use std::collections::{BTreeMap, BTreeSet};

use songsinh_contract::{
    CellFacts, Code, DeviceId, Digest, Fate, MemberRole, Moment, Observation, Operation, SmsEvent,
};

use crate::words;

/// The calls and messages that show a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The arrival, by which the person's whole journey can be traced.
    pub arrival: u64,
    /// Journey and twist.
    pub journey: String,
    /// The steps in the order of time.
    pub steps: Vec<Step>,
    /// The number of the step that is wrong, from 1; 0 if it is none of them.
    pub wrong_step: usize,
    /// What is wrong with it.
    pub wrong: String,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Seconds since the first step.
    pub at_s: f64,
    /// Who, and with which phone: `citizen, phone A`.
    pub who: String,
    /// What was asked, in words.
    pub asked: String,
    /// What was answered, in words.
    pub answered: String,
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
}

/// Tells a story from what was seen in a cell.
pub(crate) fn tell(picked: &Picked<'_>, wrong: String) -> Story {
    let Picked { facts, calls, messages, .. } = picked;
    let mut entries: Vec<(Moment, bool, Step)> = Vec::with_capacity(calls.len() + messages.len());
    let phones = phones(facts, calls);
    for seen in *calls {
        let step = Step {
            at_s: 0.0,
            who: who(facts, seen, &phones),
            asked: asked(seen, picked.passwords),
            answered: words::answered(&seen.outcome),
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
    let wrong_step = entries.iter().position(|(_, wrong, _)| *wrong).map_or(0, |at| at + 1);
    let steps = entries.into_iter().map(|(at, _, step)| Step { at_s: at.since(first).as_secs_f64(), ..step }).collect();
    let journey = match &facts.twist {
        Some(twist) => format!("{}, {twist}", facts.journey),
        None => facts.journey.to_string(),
    };
    Story { arrival: facts.arrival.0, journey, steps, wrong_step, wrong }
}

fn asked(seen: &Observation, passwords: &BTreeSet<Digest>) -> String {
    let words = words::asked(&seen.call.operation);
    match &seen.call.operation {
        Operation::SessionLogin { password, .. } if !passwords.contains(&password.digest()) => {
            format!("{words} with a password that was never set")
        }
        _ => words,
    }
}

fn received(message: &SmsEvent) -> (Moment, Step) {
    let (came, answered) = match message.fate {
        Fate::Pending => (message.accepted, "on its way"),
        Fate::Lost => (message.accepted, "lost"),
        Fate::Delivered(at) => (at, "delivered"),
        Fate::Doubled(at, _) => (at, "delivered twice"),
    };
    let (who, asked) = (format!("SMS to {}", message.to), message.text.to_string());
    (came, Step { at_s: 0.0, who, asked, answered: answered.into(), trace: String::new() })
}

/// The password that a call sets.
pub(crate) fn sets_password(operation: &Operation) -> Option<Digest> {
    match operation {
        Operation::AccountSetPassword { password, .. } | Operation::ActivationSetPassword { password, .. } => {
            Some(password.digest())
        }
        _ => None,
    }
}

/// The code that a call enters.
pub(crate) fn enters(seen: &Observation) -> Option<Code> {
    match &seen.call.operation {
        Operation::AccountConfirm { code, .. } | Operation::ActivationConfirm { code, .. } => Some(*code),
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

fn who(facts: &CellFacts, seen: &Observation, phones: &BTreeMap<DeviceId, String>) -> String {
    let member = facts.members.iter().find(|member| member.person.index == seen.member);
    let role = match member.map(|member| member.role) {
        Some(MemberRole::Citizen) => "citizen",
        Some(MemberRole::Relative) => "relative",
        Some(MemberRole::Attacker) => "attacker",
        Some(MemberRole::Official) => "official",
        Some(MemberRole::Officer) => "police officer",
        None => "somebody",
    };
    match phones.get(&seen.call.caller.device) {
        Some(phone) => format!("{role}, phone {phone}"),
        None => role.into(),
    }
}
