//! One-time codes: waiting for the message, typing it, asking for another.

use std::time::Duration;

use songsinh_contract::{Code, Moment, Operation, Outcome, Reason, SmsPurpose, Token};

use super::stop;
use crate::{Actor, Ending, Play, Stage};

/// Which of the code paths a challenge is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Registration of an app account.
    Registration,
    /// Activation of a level.
    Activation,
    /// A new password.
    Reset,
}

impl Line {
    /// The purpose of its messages.
    #[must_use]
    pub fn purpose(self) -> SmsPurpose {
        match self {
            Self::Registration => SmsPurpose::Register,
            Self::Activation => SmsPurpose::Activate,
            Self::Reset => SmsPurpose::Reset,
        }
    }
    /// Enters a code.
    #[must_use]
    pub fn confirm(self, challenge: &Token, code: Code) -> Operation {
        let challenge = challenge.clone();
        match self {
            Self::Registration => Operation::AccountConfirm { challenge, code },
            Self::Activation => Operation::ActivationConfirm { challenge, code },
            Self::Reset => Operation::ResetConfirm { challenge, code },
        }
    }
    /// Asks for another code.
    #[must_use]
    pub fn resend(self, challenge: &Token) -> Operation {
        let challenge = challenge.clone();
        match self {
            Self::Registration => Operation::AccountResend { challenge },
            Self::Activation => Operation::ActivationResend { challenge },
            Self::Reset => Operation::ResetResend { challenge },
        }
    }
}

/// A challenge that was opened: its code was made between `asked` and `answered`.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// Which path.
    pub line: Line,
    /// To be shown with the code.
    pub handle: Token,
    /// Just before the request that made the newest code.
    pub asked: Moment,
    /// Just after its answer.
    pub answered: Moment,
}

impl Challenge {
    /// Takes the challenge out of an answer.
    pub fn from(line: Line, outcome: &Outcome, asked: Moment, answered: Moment) -> Option<Self> {
        let handle = outcome.values()?.handle.clone()?;
        Some(Self { line, handle, asked, answered })
    }
}

/// A code that is surely not the given one.
#[must_use]
pub fn wrong(code: Code) -> Code {
    Code((code.0 + 111_111) % 1_000_000)
}

/// Enters a code.
pub async fn confirm<S: Stage>(play: &mut Play<'_, S>, actor: &Actor, challenge: &Challenge, code: Code) -> Outcome {
    play.ask(actor, challenge.line.confirm(&challenge.handle, code)).await
}

/// How often a person asks for another code.
const MOST_RESENDS: u32 = 2;
/// How often a hurried finger types a digit wrong.
const MISTYPED: f64 = 0.015;

/// Waits for the code and enters it, as an honest person does: mistypes now and then, asks for another when none
/// comes or it came too late, gives up after the third.
///
/// # Errors
/// How the story ends, if no code went through.
pub async fn enter_code<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &Actor,
    challenge: &mut Challenge,
) -> Result<(), Ending> {
    let mut seen = challenge.asked;
    for resends in 0..=MOST_RESENDS {
        let until = play.now() + play.patience.retry_after_no_sms;
        while let Some(sms) = play.await_sms(actor.phone.number, challenge.line.purpose(), seen, until).await {
            seen = sms.at;
            let Some(code) = sms.code else { continue };
            play.think(6.0).await;
            if play.mistypes(MISTYPED) {
                confirm(play, actor, challenge, wrong(code)).await;
                play.think(3.0).await;
            }
            let outcome = confirm(play, actor, challenge, code).await;
            if outcome.is_done() {
                play.last_code = Some(code);
                return Ok(());
            }
            let Some(why) = outcome.reasons() else { return Err(stop("code", &outcome)) };
            if why.has(Reason::CodeExpired) {
                break;
            }
        }
        if resends < MOST_RESENDS {
            resend(play, actor, challenge).await?;
        }
    }
    Err(Ending::GaveUp("no code came in time"))
}

/// Asks for another code when the gap allows it.
///
/// # Errors
/// How the story ends when none is given.
pub async fn resend<S: Stage>(play: &mut Play<'_, S>, actor: &Actor, challenge: &mut Challenge) -> Result<(), Ending> {
    let allowed = challenge.answered + play.book.otp_resend_gap + play.paced(Duration::from_secs(2));
    play.until(allowed.max(play.now())).await;
    let asked = play.now();
    let outcome = play.ask(actor, challenge.line.resend(&challenge.handle)).await;
    let Some(values) = outcome.values() else { return Err(stop("resend", &outcome)) };
    if let Some(handle) = &values.handle {
        challenge.handle = handle.clone();
    }
    challenge.asked = asked;
    challenge.answered = play.now();
    Ok(())
}
