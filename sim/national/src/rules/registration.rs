//! Journey 1: form, code, password; the account exists from the password on.
//!
//! Invariant: one account per citizen and, if the rulebook says so, per phone number: both are checked when the code is
//! asked for and again when the account is made, so of simultaneous registrations one wins. A registration that stops
//! half-way holds neither number nor phone.

use songsinh_contract::{
    Application as ApplicationWord, BirthDate, CitizenNumber, Code, Form, Level, LifeStatus, PhoneNumber, PrintedCard,
    Reason, Secret, SmsPurpose, Token, Values,
};

use super::code::{self, Recipient};
use super::{Case, Query, Stop, Verdict, Who, device};
use crate::quirks::Quirk;
use crate::records::{Account, ActivationState, Owner, Registration};

const PURPOSE: SmsPurpose = SmsPurpose::Register;

/// Form → code.
pub(super) fn register(
    case: &mut Case<'_>,
    who: Who<'_>,
    form: &Form,
    scanned: Option<&PrintedCard>,
) -> Result<Values, Stop> {
    device::gate(case, who)?;
    let number: CitizenNumber = form.number.parse().map_err(|_| Reason::NumberMalformed)?;
    if scanned.is_some_and(|card| card.number != number) {
        return Err(Reason::ScanDiffers.into());
    }
    is_free(case, number, form.phone)?;
    code::may_open(case, PURPOSE, form.phone)?;
    match case.replies.verdict {
        None => {
            let (name, born, sex) = (form.name.clone(), form.born, form.sex);
            return Err(Stop::Ask(Query::PopulationVerify { number, name, born, sex }));
        }
        Some(Verdict::Match(life)) => is_eligible(case, life, form.born)?,
        Some(Verdict::Mismatch | Verdict::Unknown) => {
            if !case.strikes(Quirk::PopulationUnchecked) {
                return Err(Reason::PopulationMismatch.into());
            }
        }
    }
    let to = Recipient { number, phone: form.phone, device: who.caller.device };
    let (handle, challenge) = code::open::<Registration>(case, PURPOSE, &to);
    let name = form.name.clone();
    case.put(handle, Registration { challenge, name, born: form.born, sex: form.sex, done: false });
    Ok(code::opened(case, handle))
}

/// Neither the citizen nor the phone number has an account.
fn is_free(case: &mut Case<'_>, number: CitizenNumber, phone: PhoneNumber) -> Result<(), Stop> {
    if let Some(account) = case.get::<Account>(number) {
        if account.phone != phone && case.strikes(Quirk::RefusalCountsAsChange) {
            case.count(number, Account { phone, ..account.clone() });
        }
        // Who waits at a counter has no account yet, and may not register one meanwhile.
        let waits = account.level == Level::None;
        return Err(if waits { Reason::ApplicationExists } else { Reason::AccountExists }.into());
    }
    is_phone_free(case, phone)
}

/// The phone number serves nobody yet.
pub(super) fn is_phone_free(case: &mut Case<'_>, phone: PhoneNumber) -> Result<(), Stop> {
    let taken = case.frame.book.one_account_per_phone && case.get::<Owner>(phone).is_some();
    if taken && !case.strikes(Quirk::PhoneSharedFreely) {
        return Err(Reason::PhoneTaken.into());
    }
    Ok(())
}

/// Alive and of age.
pub(super) fn is_eligible(case: &mut Case<'_>, life: LifeStatus, born: BirthDate) -> Result<(), Stop> {
    let of_age = born.age_on(case.frame.day) >= case.frame.book.minimum_age_years;
    if (life == LifeStatus::Alive && of_age) || case.strikes(Quirk::DeadMayRegister) {
        return Ok(());
    }
    Err(Reason::PersonNotEligible.into())
}

/// The code once more.
pub(super) fn resend(case: &mut Case<'_>, who: Who<'_>, token: &Token) -> Result<Values, Stop> {
    device::gate(case, who)?;
    let (handle, held) = code::own::<Registration>(case, who, token)?;
    if held.done {
        return Err(Reason::StepOutOfOrder.into());
    }
    is_free(case, held.challenge.number, held.challenge.phone)?;
    code::resend(case, PURPOSE, handle, held)
}

/// Code → password step.
pub(super) fn confirm(case: &mut Case<'_>, who: Who<'_>, token: &Token, typed: Code) -> Result<Values, Stop> {
    device::gate(case, who)?;
    let (handle, held) = code::confirm::<Registration>(case, who, token, typed)?;
    case.put(handle, held);
    Ok(Values { expires_in: Some(case.frame.book.after_code), ..Values::default() })
}

/// Password → account.
pub(super) fn set_password(
    case: &mut Case<'_>,
    who: Who<'_>,
    token: &Token,
    password: &Secret,
) -> Result<Values, Stop> {
    device::gate(case, who)?;
    let (handle, mut held) = code::own::<Registration>(case, who, token)?;
    let used_ms = held.challenge.used_ms.filter(|_| !held.done).ok_or(Reason::StepOutOfOrder)?;
    if case.is_over(used_ms, case.frame.book.after_code) {
        return Err(Reason::CodeExpired.into());
    }
    if !password.shape().is_strong_password() {
        return Err(Reason::PasswordWeak.into());
    }
    let (number, phone) = (held.challenge.number, held.challenge.phone);
    is_free(case, number, phone)?;
    let Some(hash) = case.replies.hashes.as_ref().and_then(|hashes| hashes.first()).cloned() else {
        return Err(Stop::Ask(Query::Hash { secrets: vec![password.clone()] }));
    };
    let account = Account {
        number,
        phone,
        name: held.name.clone(),
        born: held.born,
        sex: held.sex,
        level: Level::App,
        application: ApplicationWord::None,
        activation: ActivationState::None,
        password: Some(hash),
        passcode: None,
        questions: Vec::new(),
        era: 0,
        pending: Vec::new(),
        upgrade_ms: None,
        unlock: false,
        notices: Vec::new(),
        portrait: None,
    };
    held.done = true;
    case.put(handle, held);
    case.put(phone, Owner { number });
    let state = account.state();
    case.put(number, account);
    Ok(Values { account: Some(state), ..Values::default() })
}
