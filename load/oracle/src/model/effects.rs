//! What a call does to a world when it is carried out, and what a refused one leaves behind: counters, and a session
//! that may live longer.
//!
//! Invariant: these functions ask no guard. Whether a call may be carried out is decided before.

use songsinh_contract::{Level, Operation as Op, PhoneNumber, ResendPolicy, Token};

use super::queries::Elsewhere;
pub(super) use super::sessions::{kept as maybe_use_session, used as use_session};
use super::{Applied, Challenge, Filing, Lock, Password, Purpose, Range, Sent, State, Stray, Try};
use super::{applications, binding, counter, moves, personal, qr, sessions, utilities};
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
                applications::prove_some(state, member, step);
                open(cell, state, step, Purpose::Activate, member, *phone);
            } else {
                stray(state, step, Purpose::Activate, *phone, false);
            }
        }
        Op::AccountResend { challenge } | Op::ActivationResend { challenge } => resend(cell, state, step, challenge),
        Op::AccountConfirm { challenge, .. } | Op::ActivationConfirm { challenge, .. } => {
            confirmed(state, step, challenge);
        }
        Op::AccountSetPassword { challenge, password } => set_password(state, step, challenge, password, true),
        Op::ActivationSetPassword { challenge, password } => set_password(state, step, challenge, password, false),
        Op::SessionLogin { number, .. } => login(cell, state, step, *number),
        Op::AccountShow => {
            use_session(state, step);
            show(state, step);
        }
        Op::Level1ReadCard { .. } => {
            use_session(state, step);
            if let Some(member) = state.session(&step.observation.call.caller).map(|s| s.member) {
                let handle = step.handle();
                let ix = step.witness();
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
                let member = state.filings[at].member;
                let phone = state.account(member).and_then(|a| a.phone);
                state.applications.push(Applied {
                    member,
                    level: Level::One,
                    phone,
                    at: step.lasting,
                    ix,
                    approved_by: None,
                    decided: None,
                    maybe_decided: false,
                });
            }
        }
        Op::ActivationSetPasscode { challenge, passcode } => {
            if let Some(at) = state.challenge_at(challenge) {
                // Which of two counts is left open.
                let typed = Some(passcode.digest());
                let old = state.challenges[at].passcode;
                state.challenges[at].passcode = Some(typed.filter(|_| old.is_none() || old == Some(typed)));
            }
        }
        Op::ActivationSetQuestions { challenge, answers } => activate(cell, state, step, challenge, answers),
        Op::ServiceTerms
        | Op::SessionRefresh { .. }
        | Op::SessionLogout
        | Op::SessionUnlock { .. }
        | Op::UnlockSwitch { .. }
        | Op::NoticeList
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
        Op::DeviceList
        | Op::DeviceRelease
        | Op::DeviceMove { .. }
        | Op::DeviceMoveCode
        | Op::DeviceMoveConfirm { .. } => moves::carry_out(cell, state, step),
        Op::QrSwitch { .. } | Op::QrMint | Op::QrScan { .. } => qr::carry_out(cell, state, step),
        Op::PasscodeEnter { .. }
        | Op::WalletAdd { .. }
        | Op::WalletList
        | Op::WalletShow { .. }
        | Op::FormOpen { .. }
        | Op::FormSubmit { .. }
        | Op::FormList
        | Op::PaymentBills
        | Op::PaymentBalance
        | Op::PaymentPay { .. }
        | Op::PaymentTransfer { .. } => utilities::carry_out(cell, state, step),
    }
}

/// Whether a call leaves nothing behind but a session that lives on.
pub(crate) fn only_reads(operation: &Op) -> bool {
    matches!(
        operation,
        Op::ServiceHealth
            | Op::ServiceQuestions
            | Op::ServiceTerms
            | Op::AccountShow
            | Op::NoticeList
            | Op::DeviceList
            | Op::WalletList
            | Op::WalletShow { .. }
            | Op::FormOpen { .. }
            | Op::FormList
            | Op::PaymentBills
            | Op::PaymentBalance
    )
}

/// The right code was entered.
pub(super) fn confirmed(state: &mut State, step: &Step<'_>, handle: &Token) {
    let Some(at) = state.challenge_at(handle) else { return };
    let issue = state.challenges[at].issue;
    state.challenges[at].confirmed.get_or_insert((step.lasting, step.witness()));
    for sent in state.sent.iter_mut().filter(|sent| sent.ix == issue) {
        sent.used = true;
    }
}

/// The password of a registration is the account; that of an activation counts from the last step on.
fn set_password(state: &mut State, step: &Step<'_>, handle: &Token, typed: &songsinh_contract::Secret, now: bool) {
    let Some(at) = state.challenge_at(handle) else { return };
    let password = Password { digest: typed.digest(), ix: step.ix16() };
    let (member, phone) = (state.challenges[at].member, state.challenges[at].phone);
    let claimed = state.account(member).is_some_and(|a| a.password.is_some());
    state.challenges[at].finished |= state.challenges[at].purpose == Purpose::Register;
    if !now && !claimed {
        state.challenges[at].password = Some(password);
        return;
    }
    exists(state, member, password, phone);
}

fn exists(state: &mut State, member: u8, password: Password, phone: PhoneNumber) {
    let account = &mut state.accounts[usize::from(member)];
    account.password = Some(password);
    account.phone = Some(phone);
    account.prior_unknown = false;
    // Wrong passwords for a number without account may count for the new account or not.
    account.wrong_passwords.least = 0;
    if let Some(lock) = &mut account.lock {
        lock.certain = false;
    }
}

/// A challenge is opened, and its code is sent if there is an account behind it.
pub(super) fn open(
    cell: &Cell<'_>,
    state: &mut State,
    step: &Step<'_>,
    purpose: Purpose,
    member: u8,
    phone: PhoneNumber,
) {
    let (ix, handle) = (step.ix16(), step.handle());
    let caller = &step.observation.call.caller;
    let real = if purpose == Purpose::Reset { state.entitled(member, phone) } else { Tri::Holds };
    if purpose != Purpose::Move {
        // Where nothing goes out, it may count for the limits all the same.
        let member = (real != Tri::Broken).then_some(member);
        send(state, Sent { purpose, phone, member, at: step.lasting, ix, resend: false, used: false });
    }
    // Under `same-code` a new request may give the code that is out: with its life or with a new one.
    let new = cell.code_of(step.ix).birth(step.lasting);
    let out = |c: &&Challenge| c.purpose == purpose && c.member == member && c.phone == phone && c.confirmed.is_none();
    let before = state.challenges.iter().rev().find(out).map(|c| (c.issue, c.born));
    let born = birth(cell, step, before).hull(new);
    for old in state.challenges.iter_mut() {
        if old.purpose == purpose && old.member == member && old.phone == phone {
            old.superseded.get_or_insert(step.witness());
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
        passcode: None,
        finished: false,
        password: None,
        over: state.account(member).and_then(|a| a.active).map(|b| b.ix),
        two: state.two(cell, member, step.span),
        real,
        coded: purpose != Purpose::Move,
        answered: None,
        wrong_answers: Range::default(),
    };
    // A target may answer a new request with the handle of the old challenge: the challenge goes on with a new code.
    if let Some(at) = handle.and_then(|h| state.challenges.iter().position(|c| c.handle == Some(h))) {
        let old = state.challenges.remove(at);
        challenge.older = old.older;
        challenge.older.push(old.issue);
    }
    state.challenges.push(challenge);
}

/// A code goes out. They stand in the order of the calls that sent them.
fn send(state: &mut State, sent: Sent) {
    let at = state.sent.partition_point(|s| s.ix <= sent.ix);
    state.sent.insert(at, sent);
}

/// A code went out although nobody of the cell has the number: it counts for the limits of the phone.
pub(super) fn stray(state: &mut State, step: &Step<'_>, purpose: Purpose, phone: PhoneNumber, resend: bool) {
    send(state, Sent { purpose, phone, member: None, at: step.lasting, ix: step.ix16(), resend, used: false });
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

/// A code is sent once more.
pub(super) fn resend(cell: &Cell<'_>, state: &mut State, step: &Step<'_>, handle: &Token) {
    let Some(at) = state.challenge_at(handle) else {
        if let Some(&Stray { purpose, phone, .. }) = state.stray(handle) {
            stray(state, step, purpose, phone, true);
        }
        return;
    };
    let ix = step.ix16();
    let challenge = &mut state.challenges[at];
    let real = challenge.real != Tri::Broken;
    if real {
        challenge.born = birth(cell, step, Some((challenge.issue, challenge.born)));
        challenge.older.push(challenge.issue);
        challenge.issue = ix;
        challenge.wrong = Range::default();
    }
    let (purpose, phone, member) = (challenge.purpose, challenge.phone, real.then_some(challenge.member));
    send(state, Sent { purpose, phone, member, at: step.lasting, ix, resend: true, used: false });
}

fn login(cell: &Cell<'_>, state: &mut State, step: &Step<'_>, number: songsinh_contract::CitizenNumber) {
    let Some(member) = cell.member_numbered(number) else { return };
    let account = &mut state.accounts[usize::from(member)];
    account.wrong_passwords = Range::default();
    account.lock = None;
    account.standing = false;
    if account.prior_unknown && account.password.is_none() {
        account.dirty = true;
    }
    sessions::open(state, step, member, false);
}

fn show(state: &mut State, step: &Step<'_>) {
    let Some(member) = state.session(&step.observation.call.caller).map(|s| s.member) else { return };
    let Some(shown) = step.observation.outcome.values().and_then(|v| v.account) else { return };
    let approved = shown.application == songsinh_contract::Application::Approved
        || shown.activation != songsinh_contract::Activation::None
        || shown.level >= Level::One;
    if !approved {
        return;
    }
    if shown.level >= Level::Two {
        applications::prove(state, member, Level::Two, step);
    } else {
        // Over an active level 1 the answer may speak of level 1.
        if state.account(member).is_some_and(|a| a.active.is_none()) {
            applications::prove_some(state, member, step);
        }
    }
}

fn activate(
    cell: &Cell<'_>,
    state: &mut State,
    step: &Step<'_>,
    handle: &Token,
    answers: &[(u16, songsinh_contract::Secret)],
) {
    let Some(at) = state.challenge_at(handle) else { return };
    let challenge = &mut state.challenges[at];
    challenge.finished = true;
    let (member, phone, before) = (challenge.member, challenge.phone, challenge.two);
    let (password, passcode) = (challenge.password, challenge.passcode.flatten());
    // Level 2 that was approved between the request and the last step may count or not.
    let now = state.two(cell, member, step.span);
    let two = if before == now { now } else { Tri::Unknown };
    let unfiled = [Level::One, Level::Two].into_iter().all(|level| state.applied(member, level).is_none());
    let account = &mut state.accounts[usize::from(member)];
    // Who activates what nobody of the cell filed for was known to the target before.
    account.dirty |= account.prior_unknown && unfiled;
    if let Some(password) = password
        && account.password.is_none()
    {
        exists(state, member, password, phone);
    }
    binding::bind(cell, state, step, member, two);
    let account = &mut state.accounts[usize::from(member)];
    account.passcode = passcode;
    account.questions = match answers {
        [one, other] => Some([(one.0, one.1.digest()), (other.0, other.1.digest())]),
        _ => None,
    };
    state.new_passcode(member);
}

/// The call is refused: counters, and the session that it may have kept alive.
pub(crate) fn refuse(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    match &step.observation.call.operation {
        Op::AccountRegister { form, scanned } => refuse_register(cell, state, step, form, scanned.as_deref()),
        Op::AccountConfirm { challenge, code } | Op::ActivationConfirm { challenge, code } => {
            count_code(cell, state, step, challenge, *code);
        }
        Op::SessionLogin { number, password } => {
            if let Some(member) = cell.member_numbered(*number) {
                count_password(cell, state, step, member, password.digest(), true);
            }
        }
        Op::PasscodeEnter { .. } => {
            maybe_use_session(state, step);
            utilities::refuse(cell, state, step);
        }
        Op::SessionRefresh { .. }
        | Op::PasswordChange { .. }
        | Op::PasscodeChange { .. }
        | Op::ResetRequest { .. }
        | Op::ResetResend { .. }
        | Op::ResetConfirm { .. }
        | Op::ResetAnswer { .. }
        | Op::ResetSetPassword { .. } => personal::refuse(cell, state, step),
        Op::DeviceMove { .. } | Op::DeviceMoveConfirm { .. } => moves::refuse(cell, state, step),
        _ => maybe_use_session(state, step),
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
        state.accounts[usize::from(own)].mismatch.get_or_insert(step.witness());
    }
    // A right form that is refused since the citizen or the phone is known: the target knew them before.
    let Some(member) = cell.member_of(&form.number) else { return };
    let reasons = step.observation.outcome.reasons().unwrap_or_default();
    // Where somebody else of the cell may have the phone, the refusal needs no earlier life to explain it.
    let (free, _) = state.phone_free(cell, form.phone, member, step.span);
    let known = reasons.has(Reason::AccountExists) || (reasons.has(Reason::PhoneTaken) && free == Tri::Holds);
    let account = &mut state.accounts[usize::from(member)];
    let right = cell.form_matches(form) && scanned.is_none_or(|card| card.number.to_string() == *form.number);
    if account.prior_unknown && known && right && account.password.is_none() {
        account.dirty = true;
    }
}

/// A wrong code costs a try.
pub(super) fn count_code(
    cell: &Cell<'_>,
    state: &mut State,
    step: &Step<'_>,
    handle: &Token,
    typed: songsinh_contract::Code,
) {
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
    // An older code may be told apart from a wrong one, and then costs no try; so may one of which it is not known whose
    // it is.
    let older = matches!(state.code_elsewhere(cell, at, typed), Some(Elsewhere::Older | Elsewhere::Newer))
        || cell.is_mixed_up(phone, challenge.purpose, typed);
    let certain = live == Tri::Holds && fits == CodeMatch::Wrong && own && !older;
    state.challenges[at].wrong.add(certain);
    let place = state.tries.partition_point(|t| t.ix <= step.ix16());
    state.tries.insert(place, Try { member, phone, at: step.lasting, certain, ix: step.ix16() });
}

/// A wrong password costs a try. `sure`: the refusal can have no other cause.
pub(super) fn count_password(
    cell: &Cell<'_>,
    state: &mut State,
    step: &Step<'_>,
    member: u8,
    typed: songsinh_contract::Digest,
    sure: bool,
) {
    let Some(account) = state.account(member).copied() else { return };
    let mut after = account;
    let free = state.unlocked(cell, &account, step.span);
    if free == Tri::Broken {
        return;
    }
    if account.lock.is_some() && free == Tri::Holds {
        // After a lock the count may begin anew or stand where it was.
        after.wrong_passwords.least = 0;
    }
    let right = account.password.is_some_and(|p| p.digest == typed);
    if right {
        // The right password was refused for another cause: it may have cleared the count.
        after.wrong_passwords.least = 0;
    } else {
        after.wrong_passwords.add(sure && free == Tri::Holds);
        let limit = cell.book.login_attempts;
        match (&mut after.lock, free) {
            // It may have come after the lock and have locked anew.
            (Some(lock), Tri::Unknown) => {
                (lock.since.hi, lock.certain) = (lock.since.hi.max(step.lasting.hi), false);
            }
            _ if after.wrong_passwords.most >= limit => {
                let certain = after.wrong_passwords.least >= limit;
                after.lock = Some(Lock { since: step.lasting, certain, ix: step.witness() });
            }
            _ => {}
        }
    }
    state.accounts[usize::from(member)] = after;
}
