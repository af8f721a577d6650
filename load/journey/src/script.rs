//! Plays a script: every step as it is written, whatever was answered before.
//!
//! A request is made ready (codes that are on their way are waited for), put together, asked, and its answer kept for
//! the steps after it. Invariant: a step that lacks what it would send is left out; one that is only out of turn is
//! asked. Not here: whether an answer was right.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use songsinh_contract::{
    Call, Caller, CitizenIndex, Code, MemberRole, Moment, Operation, Outcome, ProofShown, QrTicket, Secret, SmsPurpose,
    Token,
};
use songsinh_scenario::{Ask, CodePath, Hand, Is, Life, Pick, Script, ScriptStep, Verb, WhichCode, Who};

use crate::steps::{Line, have_approval, two_answers, wrong};
use crate::{Actor, Cast, Handset, Play, Stage};

/// A session that was given.
#[derive(Debug, Clone)]
struct Held {
    session: Token,
    refresh: Option<Token>,
}

/// One path with a code.
#[derive(Debug, Default)]
struct Path {
    handle: Option<Token>,
    /// When the newest code was asked for, while its message is on its way.
    awaited: Option<Moment>,
    codes: Vec<Code>,
    used: Option<Code>,
}

/// What somebody remembers.
#[derive(Default)]
struct Notes {
    sessions: Vec<Held>,
    paths: BTreeMap<CodePath, Path>,
    tickets: Vec<(QrTicket, Hand)>,
    moving: Path,
    lives: BTreeMap<Life, (Moment, Moment)>,
    wrong_passwords: u32,
    wrong_passcodes: u32,
}

fn picked<T>(all: &[T], pick: Pick) -> Option<&T> {
    match pick {
        Pick::Newest => all.last(),
        Pick::Before => all.len().checked_sub(2).and_then(|at| all.get(at)),
        Pick::First => all.first(),
    }
}

fn line(path: CodePath) -> Line {
    match path {
        CodePath::Registration => Line::Registration,
        CodePath::Activation => Line::Activation,
        CodePath::Reset => Line::Reset,
    }
}

fn actor(cast: &mut Cast, who: Who) -> Option<&mut Actor> {
    match who {
        Who::Citizen => Some(&mut cast.main),
        Who::Relative => cast.others.iter_mut().find(|one| one.role == MemberRole::Relative),
        Who::Official => cast.others.iter_mut().find(|one| one.role == MemberRole::Official),
    }
}

fn held(actor: &Actor, hand: Hand) -> &Handset {
    match hand {
        Hand::A => &actor.phone,
        Hand::B => &actor.spare,
    }
}

/// A request that is ready to be sent.
struct Ready {
    ask: Ask,
    member: CitizenIndex,
    call: Call,
}

type Memory = BTreeMap<Who, Notes>;

/// Plays a script to its end.
pub(crate) async fn play<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast, script: &Script) {
    let mut memory = Memory::new();
    for step in &script.0 {
        match step {
            ScriptStep::Ask(ask) => asked(play, cast, &mut memory, std::slice::from_ref(ask)).await,
            ScriptStep::AtOnce(asks) => asked(play, cast, &mut memory, asks).await,
            ScriptStep::Wait(span) => {
                let due = play.now() + *span;
                play.until(due).await;
            }
            ScriptStep::Until { life, before, by } => {
                let notes = memory.entry(Who::Citizen).or_default();
                let Some(&(from, to)) = notes.lives.get(life) else { continue };
                let span = life.span(play.book);
                let due = if *before { from + span.saturating_sub(*by) } else { to + span + *by };
                if due > play.now() {
                    play.until(due).await;
                }
            }
        }
    }
}

async fn asked<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast, memory: &mut Memory, asks: &[Ask]) {
    let mut ready = Vec::new();
    for ask in asks {
        prepare(play, cast, memory, *ask).await;
        ready.extend(put_together(cast, memory, *ask));
    }
    let sent = play.now();
    let stage = play.stage;
    let calls = ready.into_iter().map(|ready| async move {
        let outcome = stage.perform(ready.member, ready.call.clone(), sent).await;
        (ready, outcome, stage_now(stage))
    });
    let answers = join_all(calls).await;
    for (ready, outcome, answered) in answers {
        keep(play, cast, memory, &ready, &outcome, (sent, answered));
    }
    // A hand needs a moment for the next step.
    let next = play.now() + A_MOMENT;
    play.until(next).await;
}

/// Between two steps.
const A_MOMENT: std::time::Duration = std::time::Duration::from_millis(1);

fn stage_now<S: Stage>(stage: &S) -> Moment {
    use songsinh_contract::Clock as _;
    stage.clock().now()
}

/// Waits for what a request needs: a code on its way, the list of questions; or brings about an approval.
async fn prepare<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast, memory: &mut Memory, ask: Ask) {
    let Some(one) = actor(cast, ask.who) else { return };
    let notes = memory.entry(ask.who).or_default();
    match ask.verb {
        Verb::Enter(path, _) | Verb::Resend(path) => await_code(play, one, notes, path).await,
        Verb::Register => await_code(play, one, notes, CodePath::Registration).await,
        Verb::RequestReset => await_code(play, one, notes, CodePath::Reset).await,
        Verb::RequestActivation => await_code(play, one, notes, CodePath::Activation).await,
        Verb::SetQuestions if one.answers.is_empty() => {
            one.answers = two_answers(play, one).await.unwrap_or_default();
        }
        Verb::BeApproved => {
            let done = have_approval(play, one).await;
            if let Some(session) = one.phone.session.clone() {
                notes.sessions.push(Held { session, refresh: one.phone.refresh.clone() });
            }
            if let Ok(at) = done {
                notes.lives.insert(Life::Window, (at, at));
            }
        }
        _ => {}
    }
}

async fn await_code<S: Stage>(play: &mut Play<'_, S>, actor: &Actor, notes: &mut Notes, path: CodePath) {
    let slot = notes.paths.entry(path).or_default();
    let Some(after) = slot.awaited.take() else { return };
    let purpose: SmsPurpose = line(path).purpose();
    let until = play.now() + play.patience.retry_after_no_sms;
    let sms = play.await_sms(actor.phone.number, purpose, after, until).await;
    slot.codes.extend(sms.and_then(|sms| sms.code));
}

fn code_of(memory: &Memory, who: Who, slot: &Path, path: CodePath, which: WhichCode) -> Option<Code> {
    match which {
        WhichCode::Newest => slot.codes.last().copied(),
        WhichCode::Before => picked(&slot.codes, Pick::Before).copied(),
        WhichCode::Used => slot.used,
        WhichCode::Others => {
            let other = if who == Who::Citizen { Who::Relative } else { Who::Citizen };
            memory.get(&other)?.paths.get(&path)?.codes.last().copied()
        }
        WhichCode::Wrong => Some(slot.codes.last().copied().map_or(Code(123_456), wrong)),
    }
}

/// The request of a step; none if it lacks what it would send.
fn put_together(cast: &mut Cast, memory: &Memory, ask: Ask) -> Option<Ready> {
    let citizens = memory.get(&Who::Citizen);
    let qr = |cast: &Cast, pick| {
        let (ticket, hand) = picked(&citizens?.tickets, pick)?;
        Some(Box::new(held(&cast.main, *hand).qr(ticket)))
    };
    let shown = if let Verb::Scan(pick) = ask.verb { qr(cast, pick) } else { None };
    let one = actor(cast, ask.who)?;
    let empty = Notes::default();
    let notes = memory.get(&ask.who).unwrap_or(&empty);
    let handle = |path| notes.paths.get(&path)?.handle.clone();
    let handset = held(one, ask.hand);
    let mut session = None;
    let mut with = |pick| session = picked(&notes.sessions, pick).map(|held| held.session.clone());
    let (number, phone) = (one.number(), handset.number);
    let operation = match ask.verb {
        Verb::BeApproved => return None,
        Verb::Register => {
            let scanned = one.person.card.is_some().then(|| one.printed());
            Operation::AccountRegister { form: one.form(), scanned }
        }
        Verb::Resend(path) => line(path).resend(&handle(path)?),
        Verb::Enter(path, which) => {
            let code = code_of(memory, ask.who, notes.paths.get(&path)?, path, which)?;
            line(path).confirm(&handle(path)?, code)
        }
        Verb::SetPassword(is) => {
            let password = if is == Is::Right { one.password.clone() } else { Secret::new("abc") };
            Operation::AccountSetPassword { challenge: handle(CodePath::Registration)?, password }
        }
        Verb::Login(Is::Right) => Operation::SessionLogin { number, password: one.password.clone() },
        Verb::Login(Is::Wrong) => {
            Operation::SessionLogin { number, password: Secret::new(&format!("Zz9#{:016x}", one.password.digest().0)) }
        }
        Verb::Show(pick) => {
            with(pick);
            Operation::AccountShow
        }
        Verb::Refresh(pick) => Operation::SessionRefresh { refresh: picked(&notes.sessions, pick)?.refresh.clone()? },
        Verb::Logout(pick) => {
            with(pick);
            Operation::SessionLogout
        }
        Verb::ChangePassword(pick) => {
            with(pick);
            let new = one.secrets.with_next_password().password();
            Operation::PasswordChange { old: one.password.clone(), new }
        }
        Verb::RequestReset => Operation::ResetRequest { number, phone },
        Verb::Answer => Operation::ResetAnswer { challenge: handle(CodePath::Reset)?, answers: one.answers.clone() },
        Verb::ResetPassword => {
            let password = one.secrets.with_next_password().password();
            Operation::ResetSetPassword { challenge: handle(CodePath::Reset)?, password }
        }
        Verb::RequestActivation => Operation::ActivationRequest { number, phone },
        Verb::SetPasscode(is) => {
            let passcode = if is == Is::Right { one.passcode.clone() } else { Secret::new("12345") };
            Operation::ActivationSetPasscode { challenge: handle(CodePath::Activation)?, passcode }
        }
        Verb::SetQuestions => {
            let challenge = handle(CodePath::Activation)?;
            Operation::ActivationSetQuestions { challenge, answers: one.answers.clone() }
        }
        Verb::Release(pick) => {
            with(pick);
            Operation::DeviceRelease
        }
        Verb::AskMove => Operation::DeviceMove { number, password: one.password.clone() },
        Verb::ShowMoveCode(pick) => {
            with(pick);
            Operation::DeviceMoveCode
        }
        Verb::ConfirmMove(which) => {
            let code = code_of(memory, ask.who, &notes.moving, CodePath::Activation, which)?;
            Operation::DeviceMoveConfirm { challenge: notes.moving.handle.clone()?, code }
        }
        Verb::SwitchOn(pick) => {
            with(pick);
            Operation::QrSwitch { on: true }
        }
        Verb::SwitchOff(pick) => {
            with(pick);
            Operation::QrSwitch { on: false }
        }
        Verb::Mint(pick) => {
            with(pick);
            Operation::QrMint
        }
        Verb::Scan(_) => {
            with(Pick::Newest);
            Operation::QrScan { qr: shown? }
        }
        Verb::Passcode(is) => {
            with(Pick::Newest);
            let passcode =
                if is == Is::Right { one.passcode.clone() } else { one.secrets.with_next_passcode().passcode() };
            Operation::PasscodeEnter { passcode }
        }
        Verb::ListWallet(pick) => {
            with(pick);
            Operation::WalletList
        }
    };
    let caller: Caller = handset.phone.caller(session, ProofShown::Own);
    Some(Ready { ask, member: one.index(), call: Call { operation, caller } })
}

/// Keeps what an answer gave, for the steps after it.
fn keep<S: Stage>(
    play: &Play<'_, S>,
    cast: &mut Cast,
    memory: &mut Memory,
    ready: &Ready,
    outcome: &Outcome,
    span: (Moment, Moment),
) {
    let ask = ready.ask;
    let Some(one) = actor(cast, ask.who) else { return };
    let notes = memory.entry(ask.who).or_default();
    count_wrong(play, notes, ask.verb, outcome, span);
    let Some(values) = outcome.values() else { return };
    if let Some(session) = values.session.clone() {
        notes.sessions.push(Held { session, refresh: values.refresh.clone() });
        notes.lives.insert(Life::SessionEnd, span);
        notes.lives.insert(Life::Session, span);
    } else if ready.call.caller.session.as_ref() == notes.sessions.last().map(|held| &held.session) {
        notes.lives.insert(Life::Session, span);
    }
    if let Some(ticket) = values.ticket.clone() {
        notes.tickets.push((ticket, ask.hand));
        notes.lives.insert(Life::Qr, span);
    }
    match ask.verb {
        Verb::Register => opened(notes, CodePath::Registration, values.handle.clone(), span),
        Verb::RequestReset => opened(notes, CodePath::Reset, values.handle.clone(), span),
        Verb::RequestActivation => opened(notes, CodePath::Activation, values.handle.clone(), span),
        Verb::Resend(path) => opened(notes, path, values.handle.clone(), span),
        Verb::Enter(path, _) => {
            let code = match &ready.call.operation {
                Operation::AccountConfirm { code, .. }
                | Operation::ActivationConfirm { code, .. }
                | Operation::ResetConfirm { code, .. } => Some(*code),
                _ => None,
            };
            notes.paths.entry(path).or_default().used = code;
            notes.lives.insert(Life::AfterCode, span);
        }
        Verb::AskMove => notes.moving.handle = values.handle.clone(),
        Verb::ShowMoveCode(_) => {
            notes.moving.codes.extend(values.code);
            notes.lives.insert(Life::MoveCode, span);
        }
        _ => on_hand(one, ask.hand, |one| changed(one, ask.verb)),
    }
    if let Verb::ConfirmMove(_) = ask.verb {
        notes.moving.used = notes.moving.codes.last().copied();
    }
}

/// A request was answered with a challenge whose code is on its way.
fn opened(notes: &mut Notes, path: CodePath, handle: Option<Token>, span: (Moment, Moment)) {
    let slot = notes.paths.entry(path).or_default();
    slot.handle = handle.or(slot.handle.take());
    slot.awaited = Some(span.0);
    notes.lives.insert(Life::Code, span);
    notes.lives.insert(Life::Resend, span);
}

fn count_wrong<S: Stage>(play: &Play<'_, S>, notes: &mut Notes, verb: Verb, outcome: &Outcome, span: (Moment, Moment)) {
    let refused = outcome.reasons().is_some();
    let (count, most, life) = match verb {
        Verb::Login(_) => (&mut notes.wrong_passwords, play.book.login_attempts, Life::Lock),
        Verb::Passcode(_) => (&mut notes.wrong_passcodes, play.book.passcode_attempts, Life::PasscodeLock),
        _ => return,
    };
    match verb {
        Verb::Login(Is::Wrong) | Verb::Passcode(Is::Wrong) if refused => *count += 1,
        _ if outcome.is_done() => *count = 0,
        _ => return,
    }
    if *count == most {
        *count = 0;
        notes.lives.insert(life, span);
    }
}

/// Does something to the actor with that phone in hand.
fn on_hand(actor: &mut Actor, hand: Hand, then: impl FnOnce(&mut Actor)) {
    if hand == Hand::B {
        std::mem::swap(&mut actor.phone, &mut actor.spare);
    }
    then(actor);
    if hand == Hand::B {
        std::mem::swap(&mut actor.phone, &mut actor.spare);
    }
}

fn changed(actor: &mut Actor, verb: Verb) {
    match verb {
        Verb::SetPassword(Is::Right) => actor.password_is_set(),
        Verb::ChangePassword(_) | Verb::ResetPassword => actor.has_next_password(),
        Verb::SetQuestions => {
            let answers = actor.answers.clone();
            actor.is_active(answers);
        }
        Verb::Release(_) => actor.is_released(),
        Verb::ConfirmMove(_) => actor.has_moved_here(),
        Verb::SwitchOn(_) => actor.has_switched_qr(true),
        Verb::SwitchOff(_) => actor.has_switched_qr(false),
        _ => {}
    }
}
