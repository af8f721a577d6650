//! What the world of a run is like: its SMS network, its population service, its twin.

use std::time::Duration;

use crate::read::record;
use crate::units::{Amount, Share, TimeRange, Whole};
use crate::words::words;

words! {
    /// The state of the SMS network.
    pub enum SmsProfile ("SMS profile") {
        /// A healthy day.
        Normal "normal",
        /// A campaign's peak.
        CampaignPeak "campaign-peak",
        /// The legal floor.
        Qcvn82Floor "qcvn82-floor",
        /// A carrier in trouble.
        CarrierIncident "carrier-incident",
        /// Nothing is delayed, lost or doubled beyond what is asked for.
        Instant "instant",
    }
}

record! {
    /// The SMS network.
    pub struct Sms ("sms") {
        /// How fast messages travel.
        "profile" profile: SmsProfile, default "normal";
        /// By which factor delays are shortened: 6 makes a minute ten seconds.
        "speed" speed: Amount, default "1";
        /// The share of messages that never arrive.
        "loss" loss: Share, default "0%";
        /// The share of messages that arrive twice.
        "duplicates" duplicates: Share, default "0%";
        /// How many message parts the gateway hands on in a second.
        "parts_per_s" parts_per_s: Whole<1, 1_000_000>, default "300";
    }
}

record! {
    /// The population service.
    pub struct Population ("population") {
        /// How long an answer takes.
        "delay" delay: TimeRange, default "2ms..10ms";
        /// The share of questions that it fails to answer.
        "failures" failures: Share, default "0%";
    }
}

words! {
    /// Where the twin keeps its records.
    pub enum Store ("store") {
        /// SQLite on disk, every answer after its commit.
        Sqlite "sqlite",
        /// In memory: gone with the process.
        Memory "memory",
    }
}

words! {
    /// How hard the twin makes its password hashes.
    pub enum Argon2 ("argon2 setting") {
        /// As OWASP advises: 19 MiB, two passes.
        Owasp "owasp",
        /// 64 KiB, one pass: so that the target does not hide the generator. Said in the report.
        Light "light",
    }
}

record! {
    /// The built-in twin. Not used with another target.
    pub struct Twin ("twin") {
        /// Where it keeps its records.
        "store" store: Store, default "sqlite";
        /// How hard it makes its password hashes.
        "argon2" argon2: Argon2, default "owasp";
        /// How long an application waits for its approval.
        "approval" approval: TimeRange, default "1s..3s";
        /// The share of applications that are rejected.
        "reject" reject: Share, default "0%";
    }
}

/// The shortest lifetimes and gaps that are taken: below that, ordinary delays decide.
pub(crate) const SHORTEST: Duration = Duration::from_millis(100);
