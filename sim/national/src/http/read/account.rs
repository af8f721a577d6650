//! Journeys 1 and 2.

use songsinh_contract::{BirthDate, Form, Operation, Secret, Sex};

use super::fields::{card, number, phone};
use super::{Unread, json, malformed};
use crate::http::bodies::{Credentials, Registration};

pub(super) fn register(body: &[u8]) -> Result<Operation, Unread> {
    let body: Registration = json(body)?;
    let scanned = body.card_qr.as_deref().map(card).transpose()?.map(Box::new);
    Ok(Operation::AccountRegister { form: form(&body)?, scanned })
}

pub(super) fn login(body: &[u8]) -> Result<Operation, Unread> {
    let body: Credentials = json(body)?;
    Ok(Operation::SessionLogin { number: number(&body.number)?, password: Secret::new(&body.password) })
}

fn form(body: &Registration) -> Result<Form, Unread> {
    let born: BirthDate = body.born.parse().map_err(|_| malformed("born: YYYY-MM-DD or YYYY is wanted"))?;
    let sex = match body.sex.as_str() {
        "male" | "Nam" => Sex::Male,
        "female" | "Nữ" => Sex::Female,
        _ => return Err(malformed("sex: male or female is wanted")),
    };
    let (number, name) = (body.number.as_str().into(), body.name.as_str().into());
    Ok(Form { number, phone: phone(&body.phone)?, name, born, sex })
}
