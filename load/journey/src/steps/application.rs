//! Journeys 3 and 4: applying for level 1 with the card's printed QR, and waiting for the notice.

use songsinh_contract::{Application, Level, Moment, Operation, Outcome, Portrait, PrintedCard, SmsPurpose, Token};

use super::{have_session, show, stop};
use crate::{Actor, Ending, Play, Stage};

/// Scans a card for the application.
pub async fn read_card<S: Stage>(play: &mut Play<'_, S>, actor: &Actor, printed: Box<PrintedCard>) -> Outcome {
    play.ask(actor, Operation::Level1ReadCard { printed, nfc: actor.phone.nfc }).await
}

/// Adds a picture, or an empty one.
pub async fn portrait<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &Actor,
    application: &Token,
    portrait: Option<Portrait>,
) -> Outcome {
    play.ask(actor, Operation::Level1Portrait { application: application.clone(), portrait }).await
}

/// Confirms the application.
pub async fn submit<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &Actor,
    application: &Token,
    email: Option<Box<str>>,
) -> Outcome {
    play.ask(actor, Operation::Level1Submit { application: application.clone(), email }).await
}

/// An application that was filed.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// Just before it was filed: no notice before this counts.
    pub asked: Moment,
}

/// How many citizens give an e-mail address.
const GIVES_EMAIL: f64 = 0.3;

/// Journey 3, honestly, by a logged-in citizen.
///
/// # Errors
/// How the story ends, if no application was filed.
pub async fn apply<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Result<Submitted, Ending> {
    let outcome = read_card(play, actor, actor.printed()).await;
    let Some(application) = outcome.values().and_then(|values| values.handle.clone()) else {
        return Err(stop("card", &outcome));
    };
    play.think(10.0).await;
    let selfie = actor.selfie(&mut play.chance);
    let outcome = portrait(play, actor, &application, Some(selfie)).await;
    if !outcome.is_done() {
        return Err(stop("portrait", &outcome));
    }
    play.think(6.0).await;
    let email =
        play.chance.happens(GIVES_EMAIL).then(|| format!("cd{}@example.vn", play.chance.below(1_000_000_000)).into());
    let asked = play.now();
    let outcome = submit(play, actor, &application, email).await;
    if outcome.is_done() { Ok(Submitted { asked }) } else { Err(stop("submit", &outcome)) }
}

/// What the notice says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The account can be activated.
    Approved(Moment),
    /// The application was rejected.
    Rejected(Moment),
}

/// Journey 4: waits for the notice, which approves or rejects. When it is lost, whoever is logged in looks at the
/// account.
///
/// # Errors
/// When none comes, and the account tells nothing.
pub async fn notice<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &mut Actor,
    submitted: &Submitted,
    level: Level,
) -> Result<Notice, Ending> {
    let until = play.now() + play.patience.give_up_after;
    let purposes = (SmsPurpose::Approved, SmsPurpose::Rejected);
    let sms = play.await_either(actor.phone.number, purposes, submitted.asked, until).await;
    let (approved, at) = match sms {
        Some(sms) => (sms.purpose != Some(SmsPurpose::Rejected), sms.at),
        None => (look_up(play, actor).await?, play.now()),
    };
    if !approved {
        return Ok(Notice::Rejected(at));
    }
    actor.is_approved(level);
    Ok(Notice::Approved(at))
}

/// How a story ends for which no notice came.
pub(super) const NO_NOTICE: Ending = Ending::GaveUp("no notice came");

/// Whether the account says that the application was approved.
async fn look_up<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Result<bool, Ending> {
    if actor.phone.session.is_none() {
        return Err(NO_NOTICE);
    }
    let outcome = show(play, actor).await;
    match outcome.values().and_then(|values| values.account).map(|account| account.application) {
        Some(Application::Approved) => Ok(true),
        Some(Application::Rejected) => Ok(false),
        _ => Err(NO_NOTICE),
    }
}

/// Journey 4 for level 1: waits for the notice that approves.
///
/// # Errors
/// When it does not come, or the application is rejected.
pub async fn await_notice<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &mut Actor,
    submitted: &Submitted,
) -> Result<Moment, Ending> {
    match notice(play, actor, submitted, Level::One).await? {
        Notice::Approved(at) => Ok(at),
        Notice::Rejected(_) => Err(Ending::GaveUp("the application was rejected")),
    }
}

/// How often a citizen applies before they give up.
pub const MOST_APPLICATIONS: u32 = 3;

/// Journeys 1 to 4, honestly: whoever is rejected applies again. Gives the moment at which the notice came; whoever
/// has level 1 already needs none, and the moment is now.
///
/// # Errors
/// How the story ends, if the application is not approved.
pub async fn have_approval<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor) -> Result<Moment, Ending> {
    if actor.level() >= Level::One {
        return Ok(play.now());
    }
    for _ in 0..MOST_APPLICATIONS {
        have_session(play, actor).await?;
        play.think(5.0).await;
        let submitted = apply(play, actor).await?;
        if let Notice::Approved(at) = notice(play, actor, &submitted, Level::One).await? {
            return Ok(at);
        }
        play.think(20.0).await;
    }
    Err(Ending::GaveUp("the application was rejected"))
}
