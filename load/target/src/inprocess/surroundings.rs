//! What the twin reaches in virtual time: the register, the SMS network, a cheap hash, and waits for each.
//!
//! Invariant: each question draws from a stream of its own, numbered in the order of asking; every lookup stands in the
//! ledger before its answer leaves.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use songsinh_contract::{
    Bill, BirthDate, Chance, CitizenNumber, Clock, Digest, LookupKind, LookupResult, Moment, Paper, Purpose, Secret,
    Sex,
};
use songsinh_kernel::{Notify, VirtualClock};
use songsinh_national::records::PasswordHash;
use songsinh_national::rules::{OutboxSms, RegisterEntry, Verdict};
use songsinh_national::shell::{Pause, Submitted, Surroundings, Unreachable};
use songsinh_population::service::{Lag, Ledger, Register, VerifyQuery};
use songsinh_sms::{Network, Rejected, Submit};

use super::latency::Latency;

const WAITS: Purpose = Purpose::named("target/twin-waits");
const SALTS: Purpose = Purpose::named("target/salts");
const SENDER: &str = "VNeID";

/// What twin and world share.
pub(super) struct Around {
    pub(super) clock: VirtualClock,
    pub(super) seed: u64,
    pub(super) latency: Latency,
    pub(super) register: Register,
    pub(super) lag: Cell<Lag>,
    pub(super) lookups: RefCell<Ledger>,
    pub(super) network: RefCell<Network>,
    /// Rings when a message was handed to the network.
    pub(super) handed: Notify,
    sender: Arc<str>,
    waits: Cell<u64>,
    questions: Cell<u64>,
    salts: Cell<u64>,
}

impl Around {
    pub(super) fn new(
        clock: VirtualClock,
        seed: u64,
        latency: Latency,
        (register, lag, lookups): (Register, Lag, Ledger),
        network: Network,
    ) -> Self {
        Self {
            clock,
            seed,
            latency,
            register,
            lag: Cell::new(lag),
            lookups: RefCell::new(lookups),
            network: RefCell::new(network),
            handed: Notify::new(),
            sender: SENDER.into(),
            waits: Cell::new(0),
            questions: Cell::new(0),
            salts: Cell::new(0),
        }
    }
}

/// The twin's surroundings in virtual time.
pub(super) struct SimSurroundings {
    around: Rc<Around>,
}

fn next(counter: &Cell<u64>) -> u64 {
    let count = counter.get() + 1;
    counter.set(count);
    count
}

impl SimSurroundings {
    pub(super) fn new(around: Rc<Around>) -> Self {
        Self { around }
    }

    async fn wait(&self, median_ms: f64) {
        let around = &self.around;
        let mut chance = Chance::new(around.seed, WAITS, next(&around.waits));
        let span = around.latency.wait(median_ms, &mut chance);
        if span > Duration::ZERO {
            around.clock.sleep(span).await;
        }
    }

    /// The way to the population service and its delay; gives the moment of asking and whether it fails.
    async fn ask(&self) -> (Moment, bool) {
        let around = &self.around;
        self.wait(around.latency.population_ms).await;
        let asked = around.clock.now();
        let mut chance = Lag::chance(around.seed, next(&around.questions));
        let lag = around.lag.get();
        let delay = lag.draw(&mut chance);
        if delay > Duration::ZERO {
            around.clock.sleep(delay).await;
        }
        (asked, lag.fails(&mut chance))
    }

    /// Notes what a register held of a number, and carries it back; a number that nobody has holds nothing.
    async fn held<T>(
        &self,
        asked: Moment,
        fails: bool,
        kind: LookupKind,
        number: CitizenNumber,
        held: Option<Vec<T>>,
    ) -> Result<Vec<T>, Unreachable> {
        let found = if held.is_some() { LookupResult::Match } else { LookupResult::Unknown };
        self.note(asked, kind, number, if fails { LookupResult::Failed } else { found });
        self.wait(self.around.latency.population_ms).await;
        if fails { Err(Unreachable) } else { Ok(held.unwrap_or_default()) }
    }

    fn note(&self, asked: Moment, kind: LookupKind, number: CitizenNumber, result: LookupResult) {
        let answered = self.around.clock.now();
        self.around.lookups.borrow_mut().push((asked, answered), kind, Some(number), result);
    }
}

impl Surroundings for SimSurroundings {
    type Clock = VirtualClock;

    fn clock(&self) -> &VirtualClock {
        &self.around.clock
    }

    async fn verify(
        &self,
        number: CitizenNumber,
        name: &str,
        born: BirthDate,
        sex: Sex,
    ) -> Result<Verdict, Unreachable> {
        let (asked, fails) = self.ask().await;
        let answer = self.around.register.verify(&VerifyQuery { number, name, born, sex });
        let result = if fails { LookupResult::Failed } else { answer.result };
        self.note(asked, LookupKind::Verify, number, result);
        self.wait(self.around.latency.population_ms).await;
        match (result, answer.life) {
            (LookupResult::Match, Some(life)) => Ok(Verdict::Match(life)),
            (LookupResult::Mismatch, _) => Ok(Verdict::Mismatch),
            (LookupResult::Unknown, _) => Ok(Verdict::Unknown),
            _ => Err(Unreachable),
        }
    }

    async fn lookup(&self, number: CitizenNumber) -> Result<Option<RegisterEntry>, Unreachable> {
        let (asked, fails) = self.ask().await;
        let person = self.around.register.lookup(number);
        let found = if person.is_some() { LookupResult::Match } else { LookupResult::Unknown };
        self.note(asked, LookupKind::Lookup, number, if fails { LookupResult::Failed } else { found });
        self.wait(self.around.latency.population_ms).await;
        if fails { Err(Unreachable) } else { Ok(person.as_ref().map(RegisterEntry::from)) }
    }

    async fn papers(&self, number: CitizenNumber) -> Result<Vec<Paper>, Unreachable> {
        let (asked, fails) = self.ask().await;
        let papers = self.around.register.papers(number);
        self.held(asked, fails, LookupKind::Papers, number, papers).await
    }

    async fn bills(&self, number: CitizenNumber) -> Result<Vec<Bill>, Unreachable> {
        let (asked, fails) = self.ask().await;
        let bills = self.around.register.bills(number);
        self.held(asked, fails, LookupKind::Bills, number, bills).await
    }

    async fn submit_sms(&self, sms: &OutboxSms) -> Submitted {
        let around = &self.around;
        self.wait(around.latency.submit_ms).await;
        let submit = Submit {
            from: Arc::clone(&around.sender),
            to: sms.to,
            text: sms.text.as_ref().into(),
            idempotency: Some(format!("{:016x}", sms.id).into()),
            validity: None,
        };
        let said = around.network.borrow_mut().submit(around.clock.now(), submit);
        around.handed.ring();
        self.wait(around.latency.submit_ms).await;
        match said {
            Ok(_) => Submitted::Accepted,
            Err(Rejected::Throttled { retry_after }) => Submitted::Throttled(Some(retry_after)),
            Err(rejected) => match rejected.retry_after() {
                Some(retry_after) => Submitted::Failed(Some(retry_after)),
                None => Submitted::Never,
            },
        }
    }

    async fn hash(&self, secrets: &[Secret]) -> Result<Vec<PasswordHash>, Unreachable> {
        let mut hashes = Vec::with_capacity(secrets.len());
        for secret in secrets {
            self.wait(self.around.latency.hash_ms).await;
            let text = secret.text().ok_or(Unreachable)?;
            let salt = Chance::new(self.around.seed, SALTS, next(&self.around.salts)).bits();
            hashes.push(hashed(salt, text));
        }
        Ok(hashes)
    }

    async fn check(&self, secret: &Secret, against: Option<&str>) -> Result<bool, Unreachable> {
        self.wait(self.around.latency.hash_ms).await;
        let text = secret.text().ok_or(Unreachable)?;
        let Some((salt, kept)) = against.and_then(|kept| Some((kept.get(4..20)?, kept))) else { return Ok(false) };
        Ok(u64::from_str_radix(salt, 16).is_ok_and(|salt| *hashed(salt, text) == *kept))
    }

    async fn pause(&self, at: Pause) {
        let latency = &self.around.latency;
        self.wait(match at {
            Pause::Load => latency.load_ms,
            Pause::Commit => latency.commit_ms,
        })
        .await;
    }
}

/// A salted digest in place of argon2, whose cost only a real run should pay: `sim$<salt>$<digest>`.
fn hashed(salt: u64, text: &str) -> PasswordHash {
    let digest = Digest::of(format!("{salt:016x}{text}").as_bytes());
    format!("sim${salt:016x}${digest}").into()
}
