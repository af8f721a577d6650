//! The target profile: how to talk to an implementation, one module per concept.

mod answers;
mod environment;
mod messages;
mod operations;
mod root;
mod take;

pub use answers::{Answer, HeaderSign, JsonSign, Meaning, Statuses};
pub use environment::{Environment, EnvironmentKind, Host, Url, Urls};
pub use messages::{MessagePattern, Pattern, SmsDoor, TargetSms};
pub use operations::{
    AccountMap, BodyTemplate, DateForm, Form, JsonTemplate, Method, OperationSpec, Operations, RequestSpec, Shape,
    ShowMap, Source, WordMap,
};
pub use root::{
    Advance, DeviceProof, DeviceSpec, Headers, JumpBody, OfficersFile, Profile, Send, SessionSpec, Start, TargetClock,
    UrlError,
};
pub use take::{BillsMap, NoticesMap, PapersMap, ReceiptsMap, Take, TicketMap};
