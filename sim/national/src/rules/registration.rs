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
use super::{Case, Query, Stop, Verdict, Who, device, password};
use crate::quirks::Quirk;
use crate::records::{Account, ActivationState, Owner, PasswordHash, Registration};
use crate::words;

const PURPOSE: SmsPurpose = SmsPurpose::Register;

/// Form → code.
pub(super) fn register(
    case: &mut Case<'_>,
    who: Who<'_>,
    form: &Form,
    scanned: Option<&PrintedCard>,
) -> Result<Values, Stop> {
    device::gate(case, who)?;
    let (number, is_filled_up) = number_of(case, &form.number)?;
    if scanned.is_some_and(|card| card.number != number) && !case.strikes(Quirk::ScanUnchecked) {
        return Err(Reason::ScanDiffers.into());
    }
    is_free(case, number, form.phone)?;
    code::may_open(case, PURPOSE, form.phone)?;
    match case.replies.verdict {
        _ if is_filled_up => {}
        None => {
            let (name, born, sex) = (form.name.clone(), form.born, form.sex);
            return Err(Stop::Ask(Query::PopulationVerify { number, name, born, sex }));
        }
        Some(Verdict::Match(life)) => {
            let erred = case.marked(Quirk::CorrectionRefused, &number).is_some();
            if erred && case.strikes(Quirk::CorrectionRefused) {
                return Err(Reason::PopulationMismatch.into());
            }
            is_eligible(case, life, form.born)?;
        }
        Some(Verdict::Mismatch | Verdict::Unknown) => {
            if !case.strikes(Quirk::PopulationUnchecked) {
                case.mark(Quirk::CorrectionRefused, &number);
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

/// The twelve digits, and whether they had to be made up (misbehaviour `number-filled-up`).
fn number_of(case: &mut Case<'_>, typed: &str) -> Result<(CitizenNumber, bool), Stop> {
    match typed.parse() {
        Ok(number) => Ok((number, false)),
        Err(_) if typed.len() < 12 && case.strikes(Quirk::NumberFilledUp) => {
            let number = format!("{typed:0<12}").parse().map_err(|_| Reason::NumberMalformed)?;
            Ok((number, true))
        }
        Err(_) => Err(Reason::NumberMalformed.into()),
    }
}

/// Neither the citizen nor the phone number has an account.
fn is_free(case: &mut Case<'_>, number: CitizenNumber, phone: PhoneNumber) -> Result<(), Stop> {
    if let Some(account) = case.get::<Account>(number) {
        if account.phone != phone && case.strikes(Quirk::RefusalCountsAsChange) {
            case.count(number, Account { phone, ..account.clone() });
        }
        if case.strikes(Quirk::SecondAccount) || is_begun(case, &account) {
            return Ok(());
        }
        // Who waits at a counter has no account yet, and may not register one meanwhile.
        let waits = account.level == Level::None;
        return Err(if waits { Reason::ApplicationExists } else { Reason::AccountExists }.into());
    }
    is_phone_free(case, phone)
}

/// Whether the account came about by the code alone (misbehaviour `account-from-code-on`).
pub(super) fn is_begun(case: &Case<'_>, account: &Account) -> bool {
    let no_password = account.password.is_none() && account.level == Level::App;
    no_password && case.frame.quirks.has(Quirk::AccountFromCodeOn)
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
    if case.strikes(Quirk::AccountFromCodeOn) {
        let account = account_of(&held, None);
        case.put(held.challenge.phone, Owner { number: account.number });
        case.put(account.number, account);
    }
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
    password::is_strong(case, password)?;
    let (number, phone) = (held.challenge.number, held.challenge.phone);
    match is_free(case, number, phone) {
        Err(Stop::Refuse(_)) if case.strikes(Quirk::AccountCheckedEarly) => {}
        other => other?,
    }
    let Some(hash) = case.replies.hashes.as_ref().and_then(|hashes| hashes.first()).cloned() else {
        return Err(Stop::Ask(Query::Hash { secrets: vec![password.clone()] }));
    };
    let account = account_of(&held, Some(hash));
    if case.strikes(Quirk::NoticeTooEarly) {
        case.send(SmsPurpose::Approved, phone, words::APPROVED_SMS.to_owned(), None);
    }
    held.done = true;
    case.put(handle, held);
    case.put(phone, Owner { number });
    let state = account.state();
    case.put(number, account);
    Ok(Values { account: Some(state), ..Values::default() })
}

/// The account that a registration makes.
fn account_of(held: &Registration, password: Option<PasswordHash>) -> Account {
    Account {
        number: held.challenge.number,
        phone: held.challenge.phone,
        name: held.name.clone(),
        born: held.born,
        sex: held.sex,
        level: Level::App,
        application: ApplicationWord::None,
        activation: ActivationState::None,
        password,
        passcode: None,
        questions: Vec::new(),
        era: 0,
        pending: Vec::new(),
        upgrade_ms: None,
        unlock: false,
        notices: Vec::new(),
        portrait: None,
    }
}
