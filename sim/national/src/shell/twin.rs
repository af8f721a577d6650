//! One twin: its store, its surroundings, its settings.
//!
//! Invariant: each decision draws from a chance stream of its own, numbered in the order of asking, so nothing that one
//! command draws depends on another.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use jiff::civil::Date;
use songsinh_card::app_qr;
use songsinh_contract::{Call, Chance, Clock, Outcome, Purpose, Rulebook, UnixMillis};
use songsinh_kernel::Notify;

use super::surroundings::{Pause, Surroundings, Unreachable};
use crate::config::{ApprovalPlan, TwinConfig};
use crate::error::StoreError;
use crate::officers::Officer;
use crate::quirks::{Luck, Misbehaviours, Quirk};
use crate::records::Handle;
use crate::rules::{self, Answer, Frame, ProofClaim, Query, Replies};
use crate::store::{Job, Settled, Store};
use crate::variants::Variants;

const DECISIONS: Purpose = Purpose::named("national.decisions");

/// How often a command may ask the world outside before it is given up: the longest asks twice, and once more for
/// each change that crossed it.
const ROUNDS_MAX: usize = 8;

/// What callers are asked to wait when the twin cannot answer.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What the twin decides by.
#[derive(Debug, Clone, PartialEq)]
pub struct TwinRules {
    /// Lifetimes, counts, choices.
    pub book: Rulebook,
    /// How applications are settled.
    pub approval: ApprovalPlan,
    /// What it does wrong on purpose.
    pub quirks: Misbehaviours,
    /// In which other ways than usual it is right.
    pub variants: Variants,
    /// The world's civil day.
    pub day: Date,
    /// Seed of handles, codes and delays.
    pub seed: u64,
    /// The police officers at the counters.
    pub officers: Vec<Officer>,
    /// What every account's money starts with, in đồng.
    pub opening_balance_vnd: i64,
}

impl TwinRules {
    /// The rules of a configuration, with the seed to use.
    #[must_use]
    pub fn of(config: &TwinConfig, seed: u64) -> Self {
        Self {
            book: config.rulebook.clone(),
            approval: config.approval.clone(),
            quirks: config.misbehaviours.clone(),
            variants: config.variants.clone(),
            day: config.day,
            seed,
            officers: config.officers.clone(),
            opening_balance_vnd: config.opening_balance_vnd,
        }
    }
    /// The frame of a decision at that time.
    #[must_use]
    pub fn frame(&self, now: UnixMillis, call: u64) -> Frame<'_> {
        Frame {
            now,
            day: self.day,
            book: &self.book,
            approval: &self.approval,
            quirks: &self.quirks,
            luck: self.luck(call),
            officers: &self.officers,
            opening_balance_vnd: self.opening_balance_vnd,
        }
    }
    fn luck(&self, call: u64) -> Luck {
        Luck { seed: self.seed, call }
    }
    fn chance(&self, serial: u64) -> Chance {
        Chance::new(self.seed, DECISIONS, serial)
    }
}

/// The national system.
pub struct Twin<S, W> {
    pub(super) store: S,
    pub(super) world: W,
    pub(super) rules: Arc<TwinRules>,
    /// Decisions made: a call takes several where something outside is asked.
    serial: AtomicU64,
    /// Calls, and applications that the clerk settled.
    calls: AtomicU64,
    /// Calls answered under a variant.
    pub(super) varied: AtomicU64,
    /// Rings when a message was committed.
    pub(super) written: Notify,
    /// Rings when an application was committed.
    pub(super) filed: Notify,
    /// Rings when the twin is to stop.
    pub(super) stopping: Notify,
    stopped: AtomicBool,
    pub(super) sms_in_flight_max: usize,
}

impl<S: Store, W: Surroundings> Twin<S, W> {
    /// A twin; [`Twin::run_clerk`] and [`Twin::run_dispatcher`] are to be run beside it.
    pub fn new(store: S, world: W, rules: TwinRules, sms_in_flight_max: usize) -> Self {
        Self {
            store,
            world,
            rules: Arc::new(rules),
            serial: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            varied: AtomicU64::new(0),
            written: Notify::new(),
            filed: Notify::new(),
            stopping: Notify::new(),
            stopped: AtomicBool::new(false),
            sms_in_flight_max,
        }
    }
    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }
    /// The surroundings.
    pub fn world(&self) -> &W {
        &self.world
    }
    /// What the twin decides by.
    pub fn rules(&self) -> &TwinRules {
        &self.rules
    }
    /// Makes clerk and dispatcher end.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.stopping.ring();
    }
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Now, by the twin's own clock: what its store must be told too.
    pub(super) fn unix(&self) -> UnixMillis {
        self.rules.variants.told(self.world.clock().unix())
    }

    /// Decides one call.
    pub(super) async fn decide(&self, call: Call, proof: ProofClaim) -> Answer {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let call = Arc::new(call);
        let mut replies = Replies::default();
        for _round in 0..ROUNDS_MAX {
            let (asked, told, proof) = (Arc::clone(&call), replies.clone(), proof.clone());
            let step = self.transact(move |rules, chance| -> Job {
                Box::new(move |records, now| {
                    let mut chance = chance;
                    rules::decide(records, &asked, &proof, &told, &rules.frame(now, number), &mut chance)
                })
            });
            match step.await {
                Ok(Settled::Committed { answer, .. }) => return answer,
                Ok(Settled::Ask(query)) => {
                    if self.ask(query, &mut replies).await.is_err() {
                        return self.without_answer(number);
                    }
                }
                Err(StoreError::Busy | StoreError::Closed) => return unavailable(),
                Err(_) => return Answer { outcome: Outcome::Fault { status: 500 }, leaked: None },
            }
        }
        unavailable()
    }

    /// Settles one application that is due.
    pub(super) async fn settle(&self, application: Handle) -> Result<(), StoreError> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let step = self.transact(move |rules, chance| -> Job {
            Box::new(move |records, now| {
                let mut chance = chance;
                rules::settle(records, application, &rules.frame(now, number), &mut chance)
            })
        });
        step.await.map(|_| ())
    }

    /// Runs one decision and rings the bells for what it committed.
    async fn transact(&self, make: impl FnOnce(Arc<TwinRules>, Chance) -> Job) -> Result<Settled, StoreError> {
        self.world.pause(Pause::Load).await;
        let chance = self.rules.chance(self.serial.fetch_add(1, Ordering::Relaxed));
        let settled = self.store.transact(make(Arc::clone(&self.rules), chance)).await?;
        if let Settled::Committed { sent, filed, .. } = &settled {
            self.world.pause(Pause::Commit).await;
            if *sent {
                self.written.ring();
            }
            if *filed {
                self.filed.ring();
            }
        }
        Ok(settled)
    }

    /// What is said when a service outside does not answer.
    fn without_answer(&self, call: u64) -> Answer {
        if self.rules.quirks.strikes(Quirk::FailureIsAFault, self.rules.luck(call)) {
            return Answer { outcome: Outcome::Fault { status: 500 }, leaked: None };
        }
        unavailable()
    }

    async fn ask(&self, query: Query, replies: &mut Replies) -> Result<(), Unreachable> {
        match query {
            Query::PopulationVerify { number, name, born, sex } => {
                replies.verdict = Some(self.world.verify(number, &name, born, sex).await?);
            }
            Query::PopulationLookup { number } => replies.entry = Some(self.world.lookup(number).await?),
            Query::Hash { secrets } => replies.hashes = Some(self.world.hash(&secrets).await?),
            Query::Check { secret, against } => {
                let fits = self.world.check(&secret, against.as_deref()).await?;
                replies.check = Some((against, fits));
            }
            Query::CheckAll { pairs } => {
                let mut fits = Vec::with_capacity(pairs.len());
                for (secret, against) in &pairs {
                    fits.push(self.world.check(secret, Some(against)).await?);
                }
                replies.checks = Some((pairs.into_iter().map(|(_, against)| against).collect(), fits));
            }
            Query::QrSignature { qr, jwk, any_name } => {
                let fits = if any_name { app_qr::verify_any_name(&qr, &jwk) } else { app_qr::verify(&qr, &jwk) };
                replies.signature = Some((jwk, fits));
            }
            Query::Papers { number } => replies.papers = Some(self.world.papers(number).await?),
            Query::Bills { number } => replies.bills = Some(self.world.bills(number).await?),
        }
        Ok(())
    }
}

pub(super) fn unavailable() -> Answer {
    Answer { outcome: Outcome::Unavailable { retry_after: Some(RETRY_AFTER) }, leaked: None }
}
