//! Who lives there: a computed population of Viet Nam as of 2022, and the service that answers for it.
//!
//! People are pure functions of a seed ([`Population`]): nothing is stored for anybody, a number leads back to its
//! person ([`Population::find`]), and life events follow the day asked for. Shares come from the embedded tables
//! (`data/PROVENANCE.md`); what no table tells is in `assumed.rs`.
//!
//! Not here: the card's data groups (`songsinh-card`), the phone's behaviour (`songsinh-phone`), who takes part in a
//! run (`songsinh-scenario`).

mod assumed;
mod days;
mod draw;
mod error;
pub mod export;
mod holdings;
mod layout;
mod locale;
mod person;
mod population;
pub mod report;
pub mod service;
mod shuffle;
pub mod stats;
mod tables;
mod weighted;

pub use draw::PeopleOfProvince;
pub use error::{PopulationError, TableError};
pub use locale::VI_VN;
pub use person::{Identity, Residence};
pub use population::{FEWEST_PEOPLE, MOST_PEOPLE, Population, PopulationConfig, VIET_NAM_2022};
pub use shuffle::Shuffle;
pub use tables::{Commune, Prefix, Province, province_named, provinces};
