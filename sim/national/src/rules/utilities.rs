//! Journeys 8 to 10: the passcode that opens the utilities, wallet, public services, payments.

use songsinh_contract::{Operation, Reason, Values};

use super::{Case, Stop, Who};

/// Decides an operation of this group.
pub(super) fn decide(_case: &mut Case<'_>, _who: Who<'_>, _operation: &Operation) -> Result<Values, Stop> {
    Err(Reason::Malformed.into())
}
