//! The scenario file, one module per concept.

mod limits;
mod load;
mod mix;
mod rulebook;
mod scenario;
mod world;

pub use limits::{Comparison, Limit, LimitValue, Limits, Metric};
pub use load::{Arrivals, Patience, Phase};
pub use mix::Entry;
pub use rulebook::{
    ActivationWindow, LoginLockout, OtpAttempts, OtpExpires, OtpResends, PersonEligible, ProofWindow, RulebookChoices,
    SessionExpires, StepsInOrder,
};
pub use scenario::{Scenario, Target};
pub use world::{Argon2, People, Population, Sms, SmsProfile, Store, Twin};

pub use scenario::MAX_ARRIVALS;
pub(crate) use scenario::{parse_file, read_bytes};
