//! Journey 2: number and password → session; and the account page that a session shows.
//!
//! Not here: wrong passwords and locks (see `password`), what becomes of a session (see `session`).

use songsinh_contract::{CitizenNumber, Reason, Secret, Shown, SmsPurpose, Values};

use super::{Case, Stop, Who, code, device, password, session};
use crate::quirks::Quirk;
use crate::records::{Account, Only, Showcase};
use crate::words;

/// Number and password → session. Of an active account on another phone too, if the rulebook lets it in: see
/// [`device::session_anywhere`] for what it may do there.
pub(super) fn login(case: &mut Case<'_>, who: Who<'_>, number: CitizenNumber, typed: &Secret) -> Result<Values, Stop> {
    device::gate(case, who)?;
    let account = password::prove(case, number, typed)?;
    if case.frame.book.login_elsewhere_refused && device::is_elsewhere(&account, who.caller.device) {
        return Err(Reason::BoundElsewhere.into());
    }
    if case.frame.quirks.has(Quirk::OtherCitizensData) {
        case.put(Only, Showcase { number });
    }
    if case.strikes(Quirk::LoginSendsCode) {
        let (code, life) = (code::draw(case, account.phone), case.frame.book.otp_lifetime);
        let text = words::code_sms(SmsPurpose::Register, code, life);
        case.send(SmsPurpose::Register, account.phone, text, Some(life));
    }
    Ok(session::open(case, who, &account))
}

/// The account of the session.
pub(super) fn show(case: &mut Case<'_>, who: Who<'_>) -> Result<Values, Stop> {
    let mut account = device::session_anywhere(case, who)?.2;
    if case.strikes(Quirk::OtherCitizensData)
        && let Some(other) = case.get::<Showcase>(Only)
        && let Some(other) = case.get::<Account>(other.number)
    {
        account = other;
    }
    let shown = Shown {
        number: Some(account.number),
        name: Some(account.name.clone()),
        born: Some(account.born),
        sex: Some(account.sex),
        portrait: None,
    };
    Ok(Values { shown: Some(Box::new(shown)), account: Some(account.state()), ..Values::default() })
}
