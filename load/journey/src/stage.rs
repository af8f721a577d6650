//! Where a journey plays: the one seam between what people do and the runtime in which they do it.
//!
//! The same journey body runs on three stages: on a worker's runtime in real time, on the virtual-time executor, and
//! under Goose. Invariant: a journey awaits nothing but its stage.

use std::future::Future;

use songsinh_contract::{Call, CitizenIndex, Clock, Moment, Outcome, PhoneNumber, SmsPurpose};
use songsinh_phone::Received;

/// The surroundings of one cell's story.
pub trait Stage {
    /// The clock of this runtime.
    type Clock: Clock;

    /// The clock.
    fn clock(&self) -> &Self::Clock;

    /// Carries out a call, records the observation, returns the answer. `intended` is when the call was due.
    fn perform(&self, member: CitizenIndex, call: Call, intended: Moment) -> impl Future<Output = Outcome>;

    /// Waits for a text message of that purpose which came to the phone later than `after`; none if there is
    /// none by `until`. Of several it gives the first.
    fn await_sms(
        &self,
        phone: PhoneNumber,
        purpose: SmsPurpose,
        after: Moment,
        until: Moment,
    ) -> impl Future<Output = Option<Received>>;
}
