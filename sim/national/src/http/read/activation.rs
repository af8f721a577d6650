//! Journey 6.

use songsinh_contract::Operation;

use super::fields::{number, phone};
use super::{Unread, json};
use crate::http::bodies::ActivationAsked;

pub(super) fn request(body: &[u8]) -> Result<Operation, Unread> {
    let body: ActivationAsked = json(body)?;
    Ok(Operation::ActivationRequest { number: number(&body.number)?, phone: phone(&body.phone)? })
}
