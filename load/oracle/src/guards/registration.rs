//! Journey 1: the form, the population database, one account for a citizen and for a phone.

use songsinh_contract::{Form, LifeStatus, PrintedCard, Reason, Rule, Secret, Token};

use super::Guards;
use super::challenge::{code_limits, known, step_in_time, unsettled_past};
use crate::cell::{Cell, Step};
use crate::model::{Purpose, State};
use crate::time::Tri;

/// `account.register`.
pub(super) fn register(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    form: &Form,
    scanned: Option<&PrintedCard>,
    guards: &mut Guards,
) {
    let Ok(number) = form.number.parse::<songsinh_contract::CitizenNumber>() else {
        let reasons = [Reason::NumberMalformed, Reason::Malformed, Reason::PopulationMismatch];
        guards.add(Rule::RegisterNumberIsWellFormed, Tri::Broken, &reasons);
        return;
    };
    if let Some(card) = scanned {
        let same = Tri::of(card.number == number);
        guards.add(Rule::RegisterScanMatchesTyped, same, &[Reason::ScanDiffers]);
    }
    let Some(member) = cell.member_numbered(number) else {
        // Nobody of this cell has the number, and another's name, birth and sex would have to be the same.
        guards.add(Rule::RegisterNeedsPopulationMatch, Tri::Broken, &[Reason::PopulationMismatch]);
        return;
    };
    let Some(account) = state.account(member).copied() else { return };
    if account.dirty {
        return guards.open(Rule::RegisterOneAccountPerCitizen);
    }
    let matches = Tri::of(cell.form_matches(form));
    let own = cell.member_indexed(step.observation.member).and_then(|m| state.account(m));
    if let Some(ix) = own.and_then(|a| a.mismatch)
        && matches == Tri::Holds
    {
        let reasons = [Reason::PopulationMismatch, Reason::StepOutOfOrder];
        guards.add(Rule::RegisterMismatchIsCorrectable, Tri::Holds, &reasons).from(ix);
    }
    guards.add(Rule::RegisterNeedsPopulationMatch, matches, &[Reason::PopulationMismatch]);
    let person = cell.person(member);
    let formed = Tri::of(number.agrees_with(person.born, person.sex));
    guards.add(Rule::RegisterNumberIsWellFormed, formed, &[Reason::NumberMalformed, Reason::Malformed]);
    eligible(cell, step, person, guards);
    one_account(cell, state, step, member, form.phone, guards);
    unsettled_past(cell, state, step, member, guards);
    if account.prior_unknown {
        guards.open(Rule::RegisterOneAccountPerCitizen);
    }
    code_limits(cell, state, step, Purpose::Register, member, form.phone, false, guards);
    if state.window_left(cell, member, form.phone, step.span) != Tri::Holds {
        guards.open(Rule::OtpAttemptsLimited);
    }
}

/// Alive and of age.
pub(super) fn eligible(cell: &Cell<'_>, step: &Step<'_>, person: &songsinh_contract::Person, guards: &mut Guards) {
    let of_age = |at| person.born.age_on(cell.settings.day(at)) >= cell.book.minimum_age_years;
    let age = match (of_age(step.span.lo), of_age(step.span.hi)) {
        (true, true) => Tri::Holds,
        (false, false) => Tri::Broken,
        _ => Tri::Unknown,
    };
    let alive = Tri::of(person.life == LifeStatus::Alive);
    let reasons = [Reason::PersonNotEligible, Reason::PopulationMismatch];
    guards.add(Rule::RegisterPersonEligible, age.and(alive), &reasons);
}

fn one_account(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    member: u8,
    phone: songsinh_contract::PhoneNumber,
    guards: &mut Guards,
) {
    // Who waits at a counter for level 2 may not register one meanwhile.
    let (none, ix) = state.unheld(cell, member, step.span);
    let reasons = [Reason::AccountExists, Reason::ApplicationExists];
    guards.add(Rule::RegisterOneAccountPerCitizen, none, &reasons).from(ix);
    if cell.book.one_account_per_phone {
        let (free, ix) = state.phone_free(cell, phone, member, step.span);
        guards.add(Rule::RegisterOneAccountPerPhone, free, &[Reason::PhoneTaken]).from(ix);
    }
}

/// `account.set-password`.
pub(super) fn set_password(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    handle: &Token,
    password: &Secret,
    guards: &mut Guards,
) {
    let Some(challenge) = known(cell, state, step, handle, guards) else { return };
    if challenge.finished {
        let reasons = [Reason::StepOutOfOrder, Reason::AccountExists];
        guards.add(Rule::StepsInOrder, Tri::Broken, &reasons);
        return;
    }
    step_in_time(cell, step, challenge, Rule::StepsInOrder, guards);
    let strong = Tri::of(password.shape().is_strong_password());
    guards.add(Rule::PasswordPolicy, strong, &[Reason::PasswordWeak]);
    one_account(cell, state, step, challenge.member, challenge.phone, guards);
}
