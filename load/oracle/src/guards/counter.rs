//! Journey 5 and the police queue of journey 4: officers at counters.

use songsinh_contract::{
    CitizenNumber, CounterFiling, Digest, Level, MemberRole, Operation as Op, Reason, Rule, Secret,
};

use super::session::{alive, shown};
use super::{Guards, card, registration};
use crate::cell::{Cell, Step};
use crate::model::{Approval, State};
use crate::time::Tri;

/// The conditions of an operation of this group.
pub(super) fn ask(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    match &step.observation.call.operation {
        Op::OfficerLogin { user, password } => login(cell, state, step, user, password, guards),
        Op::Level2File { filing } if officer(cell, state, step, guards) => {
            file(cell, state, step, filing, guards);
        }
        Op::ApplicationDecide { number, .. } if officer(cell, state, step, guards) => {
            decide(cell, state, step, *number, guards);
        }
        _ => {}
    }
}

/// `officer.login`. Which credentials are right is the target's to know, until it took them once.
fn login(cell: &Cell<'_>, state: &State, step: &Step<'_>, user: &str, password: &Secret, guards: &mut Guards) {
    let member = cell.member_indexed(step.observation.member);
    let role = member.map(|m| cell.facts.members[usize::from(m)].role);
    if role != Some(MemberRole::Officer) {
        let reasons = [Reason::CredentialsWrong, Reason::Locked, Reason::OfficerWanted];
        guards.add(Rule::Level2NeedsCounter, Tri::Broken, &reasons);
        return;
    }
    let (user, password) = (Digest::of(user.as_bytes()), password.digest());
    match state.officers.iter().find(|o| (o.0, o.1) == (user, password)) {
        Some(known) => {
            guards.add(Rule::AcknowledgedIsDurable, Tri::Holds, &[Reason::CredentialsWrong]).from(known.2);
            guards.open_for(step, Rule::LoginLockout, &[Reason::Locked]);
        }
        None => guards.open(Rule::LoginNeedsPassword),
    }
}

/// The session of the call is an officer's, and alive.
fn officer(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) -> bool {
    let rule = Rule::Level2NeedsCounter;
    let Some(session) = shown(cell, state, step, rule, &[Reason::OfficerWanted, Reason::SessionMissing], guards) else {
        return false;
    };
    if !session.officer {
        guards.add(rule, Tri::Broken, &[Reason::OfficerWanted, Reason::SessionMissing]).from(session.ix);
        return false;
    }
    guards.add(rule, Tri::Holds, &[Reason::OfficerWanted]).from(session.ix);
    alive(cell, step, session, guards)
}

fn file(cell: &Cell<'_>, state: &State, step: &Step<'_>, filing: &CounterFiling, guards: &mut Guards) {
    let Some(member) = cell.member_numbered(filing.number) else {
        let reasons =
            [Reason::PopulationMismatch, Reason::NumberMalformed, Reason::CardNotOwn, Reason::PersonNotEligible];
        guards.add(Rule::RegisterNeedsPopulationMatch, Tri::Broken, &reasons);
        return;
    };
    let Some(account) = state.account(member).copied() else { return };
    if account.dirty || account.prior_unknown {
        return guards.open(Rule::Level2NeedsCounter);
    }
    let person = cell.person(member);
    let card = &filing.card;
    let own = card::belongs(card, person);
    guards.add(Rule::CardBelongsToCitizen, own, &[Reason::CardNotOwn, Reason::PopulationMismatch]);
    if own != Tri::Broken {
        card::in_force(cell, step, card, person, guards);
    }
    registration::eligible(cell, step, person, guards);
    match filing.portrait {
        None => {
            guards.add(Rule::PortraitRequired, Tri::Broken, &[Reason::PortraitMissing]);
        }
        Some(picture) => {
            guards.add(Rule::PortraitRequired, Tri::Holds, &[Reason::PortraitMissing]);
            // At a counter a picture is compared under every law.
            let tri = match (picture.matches(person.portrait), cell.book.portrait_must_match) {
                (true, _) => Tri::Holds,
                (false, true) => Tri::Broken,
                (false, false) => Tri::Unknown,
            };
            guards.add(Rule::PortraitMatches, tri, &[Reason::PortraitDiffers]);
        }
    }
    let prints = filing.fingerprints.is_some_and(|f| f.of == person.portrait.face);
    guards.add(Rule::Level2NeedsCounter, Tri::of(prints), &[Reason::FingerprintsDiffer]);
    if filing.email.is_some() {
        guards.open_for(step, Rule::EmailOptional, &[Reason::Malformed]);
    }
    phone(cell, state, step, member, filing, guards);
    not_filed(cell, state, step, member, guards);
}

/// The counter's phone number is the account's, and nobody else's.
fn phone(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, filing: &CounterFiling, guards: &mut Guards) {
    let Some(account) = state.account(member) else { return };
    if account.password.is_some() || account.granted.is_some() {
        let same = Tri::of(account.phone == Some(filing.phone));
        let origin = account.password.map_or(super::NOBODY, |p| p.ix);
        guards.add(Rule::ActivateNeedsRegisteredPhone, same, &[Reason::PhoneNotRegistered]).from(origin);
        if same == Tri::Holds {
            return;
        }
    }
    if cell.book.one_account_per_phone {
        let (free, ix) = state.phone_free(cell, filing.phone, member, step.span);
        guards.add(Rule::RegisterOneAccountPerPhone, free, &[Reason::PhoneTaken]).from(ix);
    }
}

/// No level-2 application waits or was approved, and none of level 1 waits.
fn not_filed(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) {
    let reasons = [Reason::ApplicationExists, Reason::StepOutOfOrder, Reason::AccountExists];
    let filed = |level| state.applied(member, level).map_or(super::NOBODY, |a| a.ix);
    let two = match state.approval(cell, member, Level::Two, step.span) {
        Approval::NotFiled | Approval::Rejected => Tri::Holds,
        // An officer or the clerk may have rejected it.
        Approval::Open if state.applied(member, Level::Two).is_some_and(|a| state.may_be_rejected(cell, a)) => {
            Tri::Unknown
        }
        Approval::Open | Approval::Approved => Tri::Broken,
    };
    guards.add(Rule::StepsInOrder, two, &reasons).from(filed(Level::Two));
    if !cell.book.level2_while_pending && state.approval(cell, member, Level::One, step.span) == Approval::Open {
        // It waits, or was approved just now.
        guards.add(Rule::StepsInOrder, Tri::Unknown, &reasons).from(filed(Level::One));
    }
}

/// `application.decide`: something of this citizen waits.
fn decide(cell: &Cell<'_>, state: &State, step: &Step<'_>, number: CitizenNumber, guards: &mut Guards) {
    let reasons = [Reason::StepOutOfOrder, Reason::HandleUnknown];
    let Some(member) = cell.member_numbered(number) else {
        guards.add(Rule::StepsInOrder, Tri::Broken, &reasons);
        return;
    };
    if state.account(member).is_some_and(|a| a.dirty || a.prior_unknown) {
        return guards.open(Rule::StepsInOrder);
    }
    let mine = || state.applications.iter().rev().filter(|a| a.member == member);
    // The clerk may have settled it before, and the notice may be on its way.
    let waits = mine().any(|a| state.waits(cell, a, step.span));
    let tri = if waits { Tri::Unknown } else { Tri::Broken };
    guards.add(Rule::StepsInOrder, tri, &reasons).from(mine().next().map_or(super::NOBODY, |a| a.ix));
}
