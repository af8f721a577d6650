//! The words that every other crate shares: who and what (newtypes), when ([`Clock`], [`Moment`]), by what chance
//! ([`Chance`]), what is asked ([`Operation`]), what is answered ([`Outcome`]), what must hold ([`Rule`],
//! [`Rulebook`]), what is true ([`Person`], [`Truth`]) and what was seen ([`Observation`], [`SmsEvent`],
//! [`LookupEvent`]).
//!
//! Invariant: no I/O, no clock of its own, no randomness of its own. Nothing here knows how an implementation is
//! spoken to, how load is made or how a report looks.

mod caller;
mod chance;
mod clock;
mod digest;
mod evidence;
mod holdings;
mod ids;
mod ledger;
mod numbers;
mod observation;
mod operation;
mod operation_name;
mod outcome;
mod people;
mod rule;
mod rulebook;

pub use caller::{Call, Caller, ProofShown, Signer};
pub use chance::{Chance, Purpose, philox4x32_10};
pub use clock::{Clock, Moment, UnixMillis};
pub use digest::{Code, Digest, Secret, SecretShape, Token};
pub use evidence::{CounterFiling, Fingerprints, Form, PrintedCard, QrFlaw, ShownQr};
pub use holdings::{Bill, BillKind, Holdings, Paper, PaperKind, PublicService};
pub use ids::{ArrivalId, CellId, CitizenIndex, DeviceId, ShardId, TraceId};
pub use ledger::{Fate, LookupEvent, LookupKind, LookupResult, SmsEvent, SmsPurpose};
pub use numbers::{CitizenNumber, NumberError, OldNumber, PhoneNumber};
pub use observation::{Act, Bound, CellFacts, CodeSeen, Member, MemberRole, Observation, Prior, Standing};
pub use operation::Operation;
pub use operation_name::OperationName;
pub use outcome::{
    AccountState, Activation, Application, Level, Loss, Outcome, QrTicket, Reason, Reasons, Receipt, Shown, Values,
};
pub use people::{
    BirthDate, CardFacts, CardState, CardStatus, Carrier, LifeStatus, Os, Person, PhoneFacts, Portrait, Sex, Truth,
    names_match,
};
pub use rule::{Certainty, Rule};
pub use rulebook::{DeviceInUse, QrReplay, ResendPolicy, Rulebook, RulebookName};
