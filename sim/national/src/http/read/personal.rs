//! Journeys 2, 11 and 12: sessions, devices, secrets, a forgotten password.

use songsinh_contract::{Operation, Secret, Token};

use super::fields::{number, phone};
use super::{Unread, json};
use crate::http::bodies::{ActivationAsked, Credentials, NumberTyped, Refreshment, SecretChanged};

pub(super) fn refresh(body: &[u8]) -> Result<Operation, Unread> {
    let body: Refreshment = json(body)?;
    Ok(Operation::SessionRefresh { refresh: Token::new(&body.refresh) })
}

pub(super) fn unlock(body: &[u8]) -> Result<Operation, Unread> {
    let body: NumberTyped = json(body)?;
    Ok(Operation::SessionUnlock { number: number(&body.number)? })
}

pub(super) fn device_move(body: &[u8]) -> Result<Operation, Unread> {
    let body: Credentials = json(body)?;
    Ok(Operation::DeviceMove { number: number(&body.number)?, password: Secret::new(&body.password) })
}

pub(super) fn password_change(body: &[u8]) -> Result<Operation, Unread> {
    let body: SecretChanged = json(body)?;
    Ok(Operation::PasswordChange { old: Secret::new(&body.old), new: Secret::new(&body.new) })
}

pub(super) fn passcode_change(body: &[u8]) -> Result<Operation, Unread> {
    let body: SecretChanged = json(body)?;
    Ok(Operation::PasscodeChange { old: Secret::new(&body.old), new: Secret::new(&body.new) })
}

pub(super) fn reset_request(body: &[u8]) -> Result<Operation, Unread> {
    let body: ActivationAsked = json(body)?;
    Ok(Operation::ResetRequest { number: number(&body.number)?, phone: phone(&body.phone)? })
}
