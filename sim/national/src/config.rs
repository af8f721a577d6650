//! The twin's settings.

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use songsinh_contract::Rulebook;

use crate::officers::Officer;
use crate::quirks::Misbehaviours;
use crate::variants::Variants;

/// Where the twin keeps its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreChoice {
    /// In memory; gone with the process.
    Memory,
    /// In a SQLite file, made if it is not there.
    Sqlite(PathBuf),
}

/// What hashing a secret costs (argon2id).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argon2Cost {
    /// OWASP's least: 19 MiB, two passes, one lane.
    Owasp,
    /// 64 KiB, one pass: for load runs, where the twin must not hide the generator.
    Light,
}

impl Argon2Cost {
    /// Memory in KiB, passes.
    #[must_use]
    pub fn parameters(self) -> (u32, u32) {
        match self {
            Self::Owasp => (19 * 1024, 2),
            Self::Light => (64, 1),
        }
    }
}

/// How applications for level 1 are settled.
#[derive(Debug, Clone, PartialEq)]
pub struct ApprovalPlan {
    /// The shortest time between submission and decision.
    pub delay_min: Duration,
    /// The longest.
    pub delay_max: Duration,
    /// The share that is rejected, 0 to 1.
    pub reject_share: f64,
}

impl Default for ApprovalPlan {
    fn default() -> Self {
        Self { delay_min: Duration::from_secs(1), delay_max: Duration::from_secs(5), reject_share: 0.0 }
    }
}

/// What every account's money starts with, if nothing else is set: five million đồng.
const OPENING_BALANCE_VND: i64 = 5_000_000;

/// Everything that may be set of a twin.
#[derive(Debug, Clone, PartialEq)]
pub struct TwinConfig {
    /// Lifetimes, counts, choices.
    pub rulebook: Rulebook,
    /// Where the population service listens: `http://host:port`.
    pub population_url: String,
    /// Where the SMS gateway listens: `http://host:port`.
    pub sms_url: String,
    /// Where records are kept.
    pub store: StoreChoice,
    /// What hashing costs.
    pub argon2: Argon2Cost,
    /// How applications are settled.
    pub approval: ApprovalPlan,
    /// What the twin does wrong on purpose.
    pub misbehaviours: Misbehaviours,
    /// In which other ways than usual it is right. The choices of the rulebook among them are made in `rulebook`.
    pub variants: Variants,
    /// Seed of handles, codes and delays; none: from the operating system. Fix it only where runs must repeat.
    pub seed: Option<u64>,
    /// The world's civil day, on which ages and cards are judged.
    pub day: Date,
    /// Whether `POST /test/clock` moves its time forward, for whoever tests lifetimes.
    pub test_clock: bool,
    /// Connections held at once; one more waits in the backlog.
    pub connections_max: usize,
    /// Requests answered at once; one more gets 503.
    pub in_flight_max: usize,
    /// Calls to the population service at once; one more waits.
    pub population_in_flight_max: usize,
    /// Messages at the gateway's door at once.
    pub sms_in_flight_max: usize,
    /// The police officers at the counters.
    pub officers: Vec<Officer>,
    /// What every account's money starts with, in đồng.
    pub opening_balance_vnd: i64,
}

impl TwinConfig {
    /// The defaults, for a world whose services listen there, on that day.
    #[must_use]
    pub fn new(population_url: &str, sms_url: &str, day: Date) -> Self {
        Self {
            rulebook: Rulebook::default(),
            population_url: population_url.to_owned(),
            sms_url: sms_url.to_owned(),
            store: StoreChoice::Memory,
            argon2: Argon2Cost::Owasp,
            approval: ApprovalPlan::default(),
            misbehaviours: Misbehaviours::none(),
            variants: Variants::none(),
            seed: None,
            day,
            test_clock: false,
            connections_max: 20_000,
            in_flight_max: 4_096,
            population_in_flight_max: 256,
            sms_in_flight_max: 64,
            officers: Vec::new(),
            opening_balance_vnd: OPENING_BALANCE_VND,
        }
    }
    /// Checks what no type can hold.
    ///
    /// # Errors
    /// When a value is out of its range; the message names it.
    pub fn check(&self) -> Result<(), crate::TwinError> {
        let plan = &self.approval;
        let wrong = |name, why| Err(crate::TwinError::Setting { name, why });
        if plan.delay_min > plan.delay_max {
            return wrong("approval delay", "the shortest delay is longer than the longest");
        }
        if plan.delay_max > Duration::from_secs(366 * 86_400) {
            return wrong("approval delay", "longer than a year");
        }
        if !(0.0..=1.0).contains(&plan.reject_share) {
            return wrong("reject share", "not between 0 and 1");
        }
        let limits = [self.connections_max, self.in_flight_max, self.population_in_flight_max, self.sms_in_flight_max];
        if limits.contains(&0) {
            return wrong("a limit of connections or requests", "0 lets nothing through");
        }
        if self.rulebook.otp_lifetime.is_zero() {
            return wrong("code lifetime", "0 seconds: no code could ever be entered");
        }
        if self.opening_balance_vnd < 0 {
            return wrong("opening balance", "below 0");
        }
        Ok(())
    }
}
