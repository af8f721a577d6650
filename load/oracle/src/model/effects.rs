//! What a call does to a world when it is carried out, and what a refused one leaves behind: counters, and a session
//! that may live longer.
//!
//! Invariant: these functions ask no guard. Whether a call may be carried out is decided before.

use songsinh_contract::{DeviceInUse, Level, Moment, Operation as Op, PhoneNumber, ResendPolicy, Token};

use super::queries::Elsewhere;
use super::{Binding, Challenge, Filing, Lock, Password, Purpose, Range, Sent, Session, State, Stray, Try};
use super::{counter, moves, personal, qr, utilities};
use crate::cell::{Cell, CodeMatch, Step};
use crate::time::{Span, Tri};

/// The call is carried out.
pub(crate) fn carry_out(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    let ix = step.ix16();
    match &step.observation.call.operation {
        Op::ServiceHealth | Op::ServiceQuestions => {}
        Op::AccountRegister { form, .. } => {
            if let Some(member) = cell.member_of(&form.number) {
                let account = &mut state.accounts[usize::from(member)];
                (account.prior_unknown, account.began) = (false, true);
                open(cell, state, step, Purpose::Register, member, form.phone);
            } else {
                stray(state, step, Purpose::Register, form.phone, false);
            }
        }
        Op::ActivationRequest { number, phone } => {
            if let Some(member) = cell.member_numbered(*number) {
                prove_approval(state, member, step);
                open(cell, state, step, Purpose::Activate, member, *phone);
            } else {
                stray(state, step, Purpose::Activate, *phone, false);
            }
        }
        Op::AccountResend { challenge } | Op::ActivationResend { challenge } => resend(cell, state, step, challenge),
        Op::AccountConfirm { challenge, .. } | Op::ActivationConfirm { challenge, .. } => {
            if let Some(at) = state.challenge_at(challenge) {
                let issue = state.challenges[at].issue;
                state.challenges[at].confirmed.get_or_insert((step.lasting, ix));
                for sent in state.sent.iter_mut().filter(|sent| sent.ix == issue) {
                    sent.used = true;
                }
            }
        }
        Op::AccountSetPassword { challenge, password } | Op::ActivationSetPassword { challenge, password } => {
            if let Some(at) = state.challenge_at(challenge) {
                let (member, phone) = (state.challenges[at].member, state.challenges[at].phone);
                state.challenges[at].finished |= state.challenges[at].purpose == Purpose::Register;
                let account = &mut state.accounts[usize::from(member)];
                account.password = Some(Password { digest: password.digest(), ix });
                account.phone = Some(phone);
                account.prior_unknown = false;
                // Wrong passwords for a number without account may count for the new account or not.
                account.wrong_passwords.least = 0;
                if let Some(lock) = &mut account.lock {
                    lock.certain = false;
                }
            }
        }
        Op::SessionLogin { number, .. } => login(cell, state, step, *number),
        Op::AccountShow => {
            use_session(state, step);
            show(state, step);
        }
        Op::Level1ReadCard { .. } => {
            use_session(state, step);
            if let Some(member) = state.session(&step.observation.call.caller).map(|s| s.member) {
                let handle = step.handle();
                state.filings.push(Filing { handle, member, portrait: false, submitted: false, ix });
            }
        }
        Op::Level1Portrait { application, .. } => {
            use_session(state, step);
            if let Some(at) = state.filing_at(application) {
                state.filings[at].portrait = true;
            }
        }
        Op::Level1Submit { application, .. } => {
            use_session(state, step);
            if let Some(at) = state.filing_at(application) {
                state.filings[at].submitted = true;
                let member = usize::from(state.filings[at].member);
                state.accounts[member].submitted.get_or_insert((step.lasting, ix));
            }
        }
        Op::ActivationSetPasscode { challenge, .. } => {
            if let Some(at) = state.challenge_at(challenge) {
                state.challenges[at].passcode = true;
            }
        }
        Op::ActivationSetQuestions { challenge, .. } => activate(cell, state, step, challenge),
        Op::ServiceTerms { .. }
        | Op::SessionRefresh { .. }
        | Op::SessionLogout { .. }
        | Op::SessionUnlock { .. }
        | Op::UnlockSwitch { .. }
        | Op::NoticeList { .. }
        | Op::PasswordChange { .. }
        | Op::PasscodeChange { .. }
        | Op::ResetRequest { .. }
        | Op::ResetResend { .. }
        | Op::ResetConfirm { .. }
        | Op::ResetAnswer { .. }
        | Op::ResetSetPassword { .. } => personal::carry_out(cell, state, step),
        Op::OfficerLogin { .. } | Op::Level2File { .. } | Op::ApplicationDecide { .. } => {
            counter::carry_out(cell, state, step)
        }
        Op::DeviceList { .. }
        | Op::DeviceRelease { .. }
        | Op::DeviceMove { .. }
        | Op::DeviceMoveCode { .. }
        | Op::DeviceMoveConfirm { .. } => moves::carry_out(cell, state, step),
        Op::QrSwitch { .. } | Op::QrMint { .. } | Op::QrScan { .. } => qr::carry_out(cell, state, step),
        Op::PasscodeEnter { .. }
        | Op::WalletAdd { .. }
        | Op::WalletList { .. }
        | Op::WalletShow { .. }
        | Op::FormOpen { .. }
        | Op::FormSubmit { .. }
        | Op::FormList { .. }
        | Op::PaymentBills { .. }
        | Op::PaymentBalance { .. }
        | Op::PaymentPay { .. }
        | Op::PaymentTransfer { .. } => utilities::carry_out(cell, state, step),
    }
}

fn prove_approval(state: &mut State, member: u8, step: &Step<'_>) {
    let account = &mut state.accounts[usize::from(member)];
    if account.submitted.is_some() {
        let by = account.approved_by.unwrap_or(Moment::NEVER).min(step.lasting.hi);
        account.approved_by = (by < Moment::NEVER).then_some(by);
    }
}

fn open(cell: &Cell<'_>, state: &mut State, step: &Step<'_>, purpose: Purpose, member: u8, phone: PhoneNumber) {
    let (ix, handle) = (step.ix16(), step.handle());
    let caller = &step.observation.call.caller;
    state.sent.push(Sent { purpose, phone, member: Some(member), at: step.lasting, ix, resend: false, used: false });
    // Under `same-code` a new request may give the code that is out: with its life or with a new one.
    let new = cell.code_of(step.ix).birth(step.lasting);
    let out = |c: &&Challenge| c.purpose == purpose && c.member == member && c.phone == phone && c.confirmed.is_none();
    let before = state.challenges.iter().rev().find(out).map(|c| (c.issue, c.born));
    let born = birth(cell, step, before).hull(new);
    for old in &mut state.challenges {
        if old.purpose == purpose && old.member == member && old.phone == phone {
            old.superseded.get_or_insert(ix);
        }
    }
    let mut challenge = Challenge {
        handle,
        purpose,
        member,
        phone,
        device: caller.device,
        key: caller.key,
        issue: ix,
        born,
        older: Vec::new(),
        wrong: Range::default(),
        superseded: None,
        confirmed: None,
        passcode: false,
        finished: false,
    };
    // A target may answer a new request with the handle of the old challenge: the challenge goes on with a new code.
    if let Some(at) = handle.and_then(|h| state.challenges.iter().position(|c| c.handle == Some(h))) {
        let old = state.challenges.remove(at);
        challenge.older = old.older;
        challenge.older.push(old.issue);
    }
    state.challenges.push(challenge);
}

/// A code went out although nobody of the cell has the number: it counts for the limits of the phone.
fn stray(state: &mut State, step: &Step<'_>, purpose: Purpose, phone: PhoneNumber, resend: bool) {
    let sent = Sent { purpose, phone, member: None, at: step.lasting, ix: step.ix16(), resend, used: false };
    state.sent.push(sent);
    state.strays.extend(step.handle().map(|handle| Stray { handle, purpose, phone }));
}

/// When the code that a call sent was born. Under `same-code` it may be the code that was out (`before`: the call that
/// sent it, its birth), which does not live longer for it; a target may also send a new one, as when the old one's life
/// was over.
fn birth(cell: &Cell<'_>, step: &Step<'_>, before: Option<(u16, Span)>) -> Span {
    let new = cell.code_of(step.ix).birth(step.lasting);
    let Some((issue, born)) = before else { return new };
    if cell.book.otp_resend_policy == ResendPolicy::NewestOnly {
        return new;
    }
    match cell.code_of(step.ix).same_as(cell.code_of(usize::from(issue))) {
        CodeMatch::Right => born,
        CodeMatch::Wrong => new,
        CodeMatch::Unknown => born.hull(new),
    }
}

fn resend(cell: &Cell<'_>, state: &mut State, step: &Step<'_>, handle: &Token) {
    let Some(at) = state.challenge_at(handle) else {
        if let Some(&Stray { purpose, phone, .. }) = state.stray(handle) {
            stray(state, step, purpose, phone, true);
        }
        return;
    };
    let ix = step.ix16();
    let challenge = &mut state.challenges[at];
    challenge.born = birth(cell, step, Some((challenge.issue, challenge.born)));
    challenge.older.push(challenge.issue);
    challenge.issue = ix;
    challenge.wrong = Range::default();
    let sent = Sent {
        purpose: challenge.purpose,
        phone: challenge.phone,
        member: Some(challenge.member),
        at: step.lasting,
        ix,
        resend: true,
        used: false,
    };
    state.sent.push(sent);
}

fn login(cell: &Cell<'_>, state: &mut State, step: &Step<'_>, number: songsinh_contract::CitizenNumber) {
    let Some(member) = cell.member_numbered(number) else { return };
    let account = &mut state.accounts[usize::from(member)];
    account.wrong_passwords = Range::default();
    account.lock = None;
    if account.prior_unknown && account.password.is_none() {
        account.dirty = true;
    }
    let Some(token) = step.observation.outcome.values().and_then(|v| v.session.as_ref()) else { return };
    state.sessions.push(Session {
        token: token.digest(),
        member,
        device: step.observation.call.caller.device,
        opened: step.lasting,
        ix: step.ix16(),
        used: step.lasting,
        maybe_used: step.lasting.hi,
    });
}

pub(super) fn use_session(state: &mut State, step: &Step<'_>) {
    let Some(token) = step.observation.call.caller.session.as_ref() else { return };
    let digest = token.digest();
    if let Some(session) = state.sessions.iter_mut().find(|s| s.token == digest) {
        // A call that was answered counts from the latest certain point on; of two that overlap the later end wins.
        if step.lasting.hi >= session.used.hi && step.lasting.hi < Moment::NEVER {
            session.used = step.lasting;
        }
        session.maybe_used = session.maybe_used.max(step.lasting.hi);
    }
}

fn show(state: &mut State, step: &Step<'_>) {
    let Some(member) = state.session(&step.observation.call.caller).map(|s| s.member) else { return };
    let Some(shown) = step.observation.outcome.values().and_then(|v| v.account) else { return };
    let approved = shown.application == songsinh_contract::Application::Approved
        || shown.activation != songsinh_contract::Activation::None
        || shown.level >= Level::One;
    if approved {
        prove_approval(state, member, step);
    }
}

fn activate(cell: &Cell<'_>, state: &mut State, step: &Step<'_>, handle: &Token) {
    let Some(at) = state.challenge_at(handle) else { return };
    let member = usize::from(state.challenges[at].member);
    state.challenges[at].finished = true;
    let caller = &step.observation.call.caller;
    if cell.book.device_in_use == DeviceInUse::Transfer {
        for (_, other) in state.accounts.iter_mut().enumerate().filter(|(at, _)| *at != member) {
            if other.active.is_some_and(|b| b.device == caller.device) {
                other.active = None;
            }
        }
    }
    let binding = Binding { device: caller.device, key: caller.key, since: step.lasting, ix: step.ix16() };
    state.accounts[member].active = Some(binding);
    state.accounts[member].passcode = utilities::passcode_set(cell, handle);
}

/// The call is refused: counters, and the session that it may have kept alive.
pub(crate) fn refuse(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    match &step.observation.call.operation {
        Op::AccountRegister { form, scanned } => refuse_register(cell, state, step, form, scanned.as_deref()),
        Op::AccountConfirm { challenge, code } | Op::ActivationConfirm { challenge, code } => {
            count_code(cell, state, step, challenge, *code);
        }
        Op::SessionLogin { number, password } => {
            count_password(cell, state, step, *number, password.digest());
        }
        Op::AccountShow
        | Op::Level1ReadCard { .. }
        | Op::Level1Portrait { .. }
        | Op::Level1Submit { .. }
        | Op::QrSwitch { .. }
        | Op::QrMint
        | Op::QrScan { .. }
        | Op::WalletAdd { .. }
        | Op::WalletList
        | Op::WalletShow { .. }
        | Op::FormOpen { .. }
        | Op::FormSubmit { .. }
        | Op::FormList
        | Op::PaymentBills
        | Op::PaymentBalance
        | Op::PaymentPay { .. }
        | Op::PaymentTransfer { .. } => maybe_use_session(state, step),
        Op::PasscodeEnter { .. } => {
            maybe_use_session(state, step);
            utilities::refuse(cell, state, step);
        }
        _ => {}
    }
}

/// A refused call may keep a session alive.
pub(super) fn maybe_use_session(state: &mut State, step: &Step<'_>) {
    let Some(token) = step.observation.call.caller.session.as_ref() else { return };
    let digest = token.digest();
    if let Some(session) = state.sessions.iter_mut().find(|s| s.token == digest) {
        session.maybe_used = session.maybe_used.max(step.lasting.hi);
    }
}

fn refuse_register(
    cell: &Cell<'_>,
    state: &mut State,
    step: &Step<'_>,
    form: &songsinh_contract::Form,
    scanned: Option<&songsinh_contract::PrintedCard>,
) {
    use songsinh_contract::Reason;
    if let Some(own) = cell.member_indexed(step.observation.member)
        && !cell.form_matches(form)
    {
        state.accounts[usize::from(own)].mismatch.get_or_insert(step.ix16());
    }
    // A right form that is refused since the citizen or the phone is known: the target knew them before.
    let Some(member) = cell.member_of(&form.number) else { return };
    let reasons = step.observation.outcome.reasons().unwrap_or_default();
    // Where somebody else of the cell took the phone, the refusal needs no earlier life to explain it.
    let by_others = state.accounts.iter().enumerate().any(|(at, account)| {
        at != usize::from(member) && account.password.is_some() && account.phone == Some(form.phone)
    });
    let known = reasons.has(Reason::AccountExists) || (reasons.has(Reason::PhoneTaken) && !by_others);
    let account = &mut state.accounts[usize::from(member)];
    let right = cell.form_matches(form) && scanned.is_none_or(|card| card.number.to_string() == *form.number);
    if account.prior_unknown && known && right && account.password.is_none() {
        account.dirty = true;
    }
}

fn count_code(cell: &Cell<'_>, state: &mut State, step: &Step<'_>, handle: &Token, typed: songsinh_contract::Code) {
    let Some(at) = state.challenge_at(handle) else { return };
    let challenge = &state.challenges[at];
    let fits = state.code_fits(cell, challenge, typed);
    if fits == CodeMatch::Right || challenge.confirmed.is_some() {
        return;
    }
    let (member, phone) = (challenge.member, challenge.phone);
    let mut live = state.code_alive(cell, challenge, step.span).and(state.tries_left(cell, challenge));
    live = live.and(state.window_left(cell, member, phone, step.span)).and(Tri::of(challenge.superseded.is_none()));
    if live == Tri::Broken {
        return;
    }
    let own = challenge.device == step.observation.call.caller.device
        && challenge.purpose == Purpose::of(&step.observation.call.operation);
    // An older code may be told apart from a wrong one, and then costs no try.
    let older = matches!(state.code_elsewhere(cell, at, typed), Some(Elsewhere::Older | Elsewhere::Newer));
    let certain = live == Tri::Holds && fits == CodeMatch::Wrong && own && !older;
    state.challenges[at].wrong.add(certain);
    state.tries.push(Try { member, phone, at: step.lasting, certain, ix: step.ix16() });
}

fn count_password(
    cell: &Cell<'_>,
    state: &mut State,
    step: &Step<'_>,
    number: songsinh_contract::CitizenNumber,
    typed: songsinh_contract::Digest,
) {
    let Some(member) = cell.member_numbered(number) else { return };
    let Some(account) = state.account(member).copied() else { return };
    let mut after = account;
    let free = state.unlocked(cell, &account, step.span);
    if free == Tri::Broken {
        return;
    }
    if account.lock.is_some() && free == Tri::Holds {
        // After a lock the count may begin anew or stand where it was.
        after.lock = None;
        after.wrong_passwords.least = 0;
    }
    let right = account.password.is_some_and(|p| p.digest == typed);
    if right {
        // The right password was refused for another cause: it may have cleared the count.
        after.wrong_passwords.least = 0;
    } else {
        after.wrong_passwords.add(free == Tri::Holds);
        let limit = cell.book.login_attempts;
        match (&mut after.lock, free) {
            // It may have come after the lock and have locked anew.
            (Some(lock), Tri::Unknown) => {
                (lock.since.hi, lock.certain) = (lock.since.hi.max(step.lasting.hi), false);
            }
            _ if after.wrong_passwords.most >= limit => {
                let certain = after.wrong_passwords.least >= limit;
                after.lock = Some(Lock { since: step.lasting, certain, ix: step.ix16() });
            }
            _ => {}
        }
    }
    state.accounts[usize::from(member)] = after;
}
