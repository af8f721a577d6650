//! The scenario file, one module per concept.

mod edges;
mod events;
mod known;
mod limits;
mod load;
mod mix;
mod people;
mod rulebook;
mod scenario;
mod script;
mod step_fault;
mod world;

pub use edges::Edges;
pub use events::{Event, PopulationEvent, SmsEvent, TwinEvent};
pub use known::Known;
pub use limits::{Comparison, Limit, LimitValue, Limits, Metric};
pub use load::{Arrivals, Patience, Phase};
pub use mix::{Delays, Entry};
pub use people::{Account, Choose, Citizens, Have, Officers, Officials, People, Prepare, PrepareJourneys, PreparedBy};
pub use rulebook::{
    ActivationWindow, Counter, LoginLockout, OneDevice, OtpAttempts, OtpExpires, OtpResends, PersonEligible,
    ProofWindow, QrExpires, QrSwitch, RulebookChoices, SessionExpires, StepsInOrder, UtilityLevel, UtilityPasscode,
};
pub use scenario::{Scenario, Target};
pub use script::{Ask, CodePath, Hand, Is, Life, Pick, Script, ScriptStep, Verb, WhichCode, Who};
pub use world::{Argon2, Population, Sms, SmsProfile, Store, Twin};

pub use scenario::MAX_ARRIVALS;
pub(crate) use scenario::{parse_file, read_bytes};
