//! One command being decided: what it reads, what it would write, what it would send.
//!
//! Invariant: reads see this command's own writes; on a refusal only the counters among the writes survive.

use std::time::Duration;

use songsinh_contract::{Caller, Chance, Code, Digest, PhoneNumber, Reason, SmsPurpose, Values};

use super::{Answer, Change, Frame, OutboxSms, ProofClaim, Query, Replies, Source, Step};
use crate::quirks::Quirk;
use crate::records::{Kept, Key, Mark, Proof, ProofId, Record};

/// Who calls, and what they show of their device key.
#[derive(Clone, Copy)]
pub(crate) struct Who<'a> {
    pub caller: &'a Caller,
    pub proof: &'a ProofClaim,
}

/// Why a command goes no further for now.
#[derive(Debug)]
pub(crate) enum Stop {
    Refuse(Reason),
    Ask(Query),
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::Refuse(reason)
    }
}

pub(crate) struct Case<'a> {
    records: &'a dyn Source,
    pub frame: &'a Frame<'a>,
    pub chance: &'a mut Chance,
    pub replies: &'a Replies,
    counters: Vec<Change>,
    changes: Vec<Change>,
    outbox: Vec<OutboxSms>,
    leaked: Option<Code>,
    /// Whether the proof shown had been shown before this command.
    proof_seen: bool,
}

impl<'a> Case<'a> {
    pub fn new(records: &'a dyn Source, frame: &'a Frame<'a>, chance: &'a mut Chance, replies: &'a Replies) -> Self {
        Self {
            records,
            frame,
            chance,
            replies,
            counters: Vec::new(),
            changes: Vec::new(),
            outbox: Vec::new(),
            leaked: None,
            proof_seen: false,
        }
    }
    pub fn now_ms(&self) -> i64 {
        self.frame.now.0
    }
    /// Whether `span` has passed since `start_ms`: true from exactly then on.
    pub fn is_over(&self, start_ms: i64, span: Duration) -> bool {
        self.now_ms() >= start_ms.saturating_add(millis(span))
    }
    /// Whether a misbehaviour happens in this call.
    pub fn strikes(&self, quirk: Quirk) -> bool {
        self.frame.quirks.strikes(quirk, self.frame.luck)
    }
    /// Remembers a subject for a misbehaviour, if the twin has it, whatever becomes of the command.
    pub fn mark(&mut self, quirk: Quirk, subject: &dyn std::fmt::Display) {
        if self.frame.quirks.has(quirk) {
            self.count(mark_of(quirk, subject), Mark { at_ms: self.now_ms() });
        }
    }
    /// When a subject was remembered last, Unix milliseconds.
    pub fn marked(&self, quirk: Quirk, subject: &dyn std::fmt::Display) -> Option<i64> {
        if !self.frame.quirks.has(quirk) {
            return None;
        }
        self.get::<Mark>(mark_of(quirk, subject)).map(|mark| mark.at_ms)
    }

    pub fn get<T: Kept>(&self, id: T::Id) -> Option<T> {
        let key = T::key(id);
        let written = self.changes.iter().rev().chain(self.counters.iter().rev()).find_map(|change| match change {
            Change::Put(at, record) if *at == key => Some(Some(record.clone())),
            Change::Remove(at) if *at == key => Some(None),
            _ => None,
        });
        written.unwrap_or_else(|| self.stored(&key)).and_then(T::open)
    }
    /// What is of no more use is gone, whether or not the store has swept it up.
    fn stored(&self, key: &Key) -> Option<Record> {
        let useful = |at_ms: i64| self.now_ms() < at_ms;
        self.records.read(key).filter(|record| record.useless_from(self.frame.book).is_none_or(useful))
    }
    /// Writes a record, if the command is carried out.
    pub fn put<T: Kept>(&mut self, id: T::Id, record: T) {
        place(&mut self.changes, T::key(id), record.wrap());
    }
    /// Removes a record, if the command is carried out.
    pub fn remove<T: Kept>(&mut self, id: T::Id) {
        self.changes.push(Change::Remove(T::key(id)));
    }
    /// Writes a record even if the command is refused: a counter.
    pub fn count<T: Kept>(&mut self, id: T::Id, record: T) {
        place(&mut self.counters, T::key(id), record.wrap());
    }
    /// Removes a record even if the command is refused: a counter.
    pub fn uncount<T: Kept>(&mut self, id: T::Id) {
        self.counters.push(Change::Remove(T::key(id)));
    }

    /// Sends a message, if the command is carried out.
    pub fn send(&mut self, purpose: SmsPurpose, to: PhoneNumber, text: String, life: Option<Duration>) {
        let made_ms = self.now_ms();
        let drop_ms = life.map(|life| made_ms.saturating_add(millis(life)));
        let id = self.chance.bits() >> 1;
        self.outbox.push(OutboxSms { id, to, purpose, text: text.into(), made_ms, drop_ms });
    }
    /// Puts a code into the answer, which is always wrong.
    pub fn leak(&mut self, code: Code) {
        self.leaked = Some(code);
    }

    /// Notes a proof that holds and lies in its window, so that it never serves again.
    pub fn note_proof(&mut self, who: Who<'_>) {
        let ProofClaim::Sound { key, jti, iat_ms, .. } = *who.proof else { return };
        if !self.proof_is_timely(iat_ms) {
            return;
        }
        let id = ProofId(key, jti);
        self.proof_seen = self.get::<Proof>(id).is_some();
        if !self.proof_seen {
            self.count(id, Proof { iat_ms });
        }
    }
    /// Whether a proof's time lies within the window, its edges included.
    pub fn proof_is_timely(&self, iat_ms: i64) -> bool {
        self.now_ms().saturating_sub(iat_ms).saturating_abs() <= millis(self.frame.book.proof_window)
    }
    pub fn proof_was_seen(&self) -> bool {
        self.proof_seen
    }

    /// The step that the command's result amounts to.
    pub fn close(self, result: Result<Values, Stop>) -> Step {
        let loses = result.is_ok() && !self.changes.is_empty() && self.strikes(Quirk::WriteLost);
        let Self { mut counters, changes, outbox, leaked, .. } = self;
        match result {
            Err(Stop::Ask(query)) => Step::Ask(query),
            Err(Stop::Refuse(reason)) => {
                Step::Commit { changes: counters, outbox: Vec::new(), answer: Answer::refused(reason) }
            }
            Ok(values) => {
                counters.extend(if loses { Vec::new() } else { changes });
                let answer = Answer { leaked, ..Answer::done(values) };
                Step::Commit { changes: counters, outbox, answer }
            }
        }
    }
}

fn mark_of(quirk: Quirk, subject: &dyn std::fmt::Display) -> Digest {
    Digest::of(format!("{quirk} {subject}").as_bytes())
}

/// Puts a record, in place of an earlier put of the same command.
fn place(changes: &mut Vec<Change>, key: Key, record: Record) {
    changes.retain(|change| !matches!(change, Change::Put(at, _) if *at == key));
    changes.push(Change::Put(key, record));
}

/// A span in whole milliseconds.
pub(crate) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4)
}
