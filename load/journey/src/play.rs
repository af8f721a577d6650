//! One story as it is played: whose turn, when the next step is due, by what chance.

use std::ops::RangeInclusive;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use rand_distr::{Distribution, LogNormal};
use songsinh_contract::{
    Call, Caller, Chance, Clock, Code, Loss, Moment, Operation, Outcome, PhoneNumber, Rulebook, SmsPurpose,
};
use songsinh_phone::Received;
use songsinh_scenario::{Edges, Patience};

use crate::{Actor, Stage};

/// How a journey ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It was played to its end.
    Completed,
    /// The person lost patience: no message, or the system too busy.
    GaveUp(&'static str),
    /// A step that had to succeed for the story to go on did not.
    Failed(&'static str),
    /// The target knew this person already: replace them.
    Dirty,
    /// The run ended while it was under way. No story ends itself so; who plays it says it.
    Left,
}

/// A story under way.
pub struct Play<'a, S: Stage> {
    /// Where it plays.
    pub stage: &'a S,
    /// The numbers that people and attackers aim at.
    pub book: &'a Rulebook,
    /// How long people wait for a message.
    pub patience: &'a Patience,
    /// Everything this story draws.
    pub chance: Chance,
    /// The code that went through last, for those who try it elsewhere.
    pub last_code: Option<Code>,
    /// Whether a helper (tổ công nghệ số cộng đồng) stands by the citizen: thinking takes half as long, and no digit is
    /// mistyped.
    pub helped: bool,
    /// How long after it was made a QR is scanned: a span within one of these. Empty: as the story has it.
    pub scan_after: Vec<RangeInclusive<Duration>>,
    /// How near to an edge of the rulebook it acts, and on which side.
    pub edges: Edges,
    due: Moment,
}

impl<'a, S: Stage> Play<'a, S> {
    /// A story whose first step is due at `due`.
    pub fn new(stage: &'a S, book: &'a Rulebook, patience: &'a Patience, chance: Chance, due: Moment) -> Self {
        let (scan_after, edges) = (Vec::new(), Edges::default());
        Self { stage, book, patience, chance, last_code: None, helped: false, scan_after, edges, due }
    }
    /// Now.
    pub fn now(&self) -> Moment {
        self.stage.clock().now()
    }
    /// A span of a citizen's day, scaled to the rulebook's pace: where codes live 18 s instead of 180 s, people also
    /// type ten times as fast, so that a shortened rulebook keeps the proportions of the real one.
    #[must_use]
    pub fn paced(&self, span: Duration) -> Duration {
        span.mul_f64((self.book.otp_lifetime.as_secs_f64() / 180.0).min(1.0))
    }
    /// Whether this finger types wrong now, as it does with that probability where nobody helps.
    pub fn mistypes(&mut self, probability: f64) -> bool {
        self.chance.happens(probability) && !self.helped
    }
    /// Thinks, reads or types for a while: lognormal around `median_s` seconds, paced. The next step is due after it.
    pub async fn think(&mut self, median_s: f64) {
        let median_s = if self.helped { median_s * HELPED_PACE } else { median_s };
        let span = LogNormal::new(median_s.ln(), 0.5).map_or(median_s, |habit| habit.sample(&mut self.chance));
        let due = self.now() + self.paced(Duration::from_secs_f64(span.min(median_s * 8.0)));
        self.until(due).await;
    }
    /// Waits until a moment; the next step is due then.
    pub async fn until(&mut self, due: Moment) {
        self.stage.clock().sleep_until(due).await;
        self.due = due;
    }
    /// Waits until shortly before or shortly after an edge of the rulebook, by chance: before it, if the event that
    /// started the life of `span` came at `from` at the earliest; after it, if it came at `to` at the latest. How near, and
    /// how often before, the scenario says. Gives whether it is before.
    pub async fn until_edge(&mut self, (from, to): (Moment, Moment), span: Duration) -> bool {
        let Edges { within, before } = &self.edges;
        let before = self.chance.happens(before.fraction());
        let further = (within.to - within.from).as_secs_f64() * self.chance.unit() * self.chance.unit();
        let near = Duration::from_secs_f64(within.from.as_secs_f64() + further);
        let near = near.min(span / 2);
        let due = if before { from + span - near } else { to + span + near };
        self.until(due.max(self.now())).await;
        before
    }
    /// Asks as `actor`, with the phone in hand and its own proof. Whoever is told to come back later does, a few times.
    pub async fn ask(&mut self, actor: &Actor, operation: Operation) -> Outcome {
        self.ask_by(actor, actor.phone.caller(), operation).await
    }
    /// Asks for what may be asked twice without harm: again when the answer was lost.
    pub async fn ask_again(&mut self, actor: &Actor, operation: Operation) -> Outcome {
        let mut outcome = self.ask(actor, operation.clone()).await;
        for _ in 0..MOST_REPEATS {
            if !matches!(outcome, Outcome::Indeterminate(loss) if loss != Loss::NotSent) {
                break;
            }
            self.think(2.0).await;
            outcome = self.ask(actor, operation.clone()).await;
        }
        outcome
    }
    /// Asks as `actor` with a caller of the story's making.
    pub async fn ask_by(&mut self, actor: &Actor, caller: Caller, operation: Operation) -> Outcome {
        for attempt in 0..MOST_RETRIES {
            let call = Call { operation: operation.clone(), caller: caller.clone() };
            let outcome = self.stage.perform(actor.index(), call, self.due).await;
            self.due = self.now();
            let Outcome::Unavailable { retry_after } = outcome else { return outcome };
            let wait = retry_after.unwrap_or(Duration::from_secs(1 << attempt)).min(LONGEST_WAIT);
            let jitter = wait.mul_f64(self.chance.unit() * 0.3);
            self.until(self.now() + wait + jitter).await;
        }
        let call = Call { operation, caller };
        let outcome = self.stage.perform(actor.index(), call, self.due).await;
        self.due = self.now();
        outcome
    }
    /// Waits for a message, as [`Stage::await_sms`]; whoever waited acts from when it came.
    pub async fn await_sms(
        &mut self,
        phone: PhoneNumber,
        purpose: SmsPurpose,
        after: Moment,
        until: Moment,
    ) -> Option<Received> {
        let sms = self.stage.await_sms(phone, purpose, after, until).await;
        self.due = self.now();
        sms
    }
    /// Waits for a message of either purpose, as [`Play::await_sms`]: the first that comes.
    pub async fn await_either(
        &mut self,
        phone: PhoneNumber,
        (one, other): (SmsPurpose, SmsPurpose),
        after: Moment,
        until: Moment,
    ) -> Option<Received> {
        let wait = |purpose| self.stage.await_sms(phone, purpose, after, until);
        let sms = match select(pin!(wait(one)), pin!(wait(other))).await {
            Either::Left((None, rest)) => rest.await,
            Either::Right((None, rest)) => rest.await,
            Either::Left((sms, _)) | Either::Right((sms, _)) => sms,
        };
        self.due = self.now();
        sms
    }
    /// Two calls at the same time, each sent without waiting for the other.
    pub async fn ask_both(&mut self, one: (&Actor, Operation), other: (&Actor, Operation)) -> (Outcome, Outcome) {
        let call = |(actor, operation): (&Actor, Operation)| {
            let call = Call { operation, caller: actor.phone.caller() };
            self.stage.perform(actor.index(), call, self.due)
        };
        let answers = futures_util::future::join(call(one), call(other)).await;
        self.due = self.now();
        answers
    }
}

/// How much of the time a citizen needs with a helper at hand.
const HELPED_PACE: f64 = 0.5;
/// How often a person asks again after a lost answer.
const MOST_REPEATS: u32 = 2;
/// How often a person comes back when told that the system is busy.
const MOST_RETRIES: u32 = 3;
/// A Retry-After is obeyed up to here.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
