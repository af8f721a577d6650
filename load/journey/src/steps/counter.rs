//! Journeys 4 and 5 at a police counter: an officer files a level-2 application, and decides on applications.

use songsinh_contract::{CitizenNumber, CounterFiling, Fingerprints, Level, Operation, Outcome, Reason, Reasons};

use super::application::{MOST_APPLICATIONS, NO_NOTICE, Notice, Submitted, notice};
use super::session::keep_session;
use super::{activate_and_login, have_session, stop};
use crate::{Actor, Ending, Play, Stage};

/// An officer logs in, unless they are logged in.
///
/// # Errors
/// How the story ends, if there is no officer's session.
pub async fn have_counter<S: Stage>(play: &mut Play<'_, S>, officer: &mut Actor) -> Result<(), Ending> {
    if officer.phone.session.is_some() {
        return Ok(());
    }
    let Some((user, password)) = officer.officer.clone() else {
        return Err(Ending::Failed("the officer has no user name"));
    };
    let outcome = play.ask_again(officer, Operation::OfficerLogin { user, password }).await;
    keep_session(officer, &outcome);
    if outcome.is_done() { Ok(()) } else { Err(stop("officer's login", &outcome)) }
}

/// What an officer takes down of a citizen, without a mistake.
pub fn filing<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor) -> Box<CounterFiling> {
    const GIVES_EMAIL: f64 = 0.3;
    let email =
        play.chance.happens(GIVES_EMAIL).then(|| format!("cd{}@example.vn", play.chance.below(1_000_000_000)).into());
    Box::new(CounterFiling {
        number: citizen.number(),
        phone: citizen.phone.number,
        email,
        card: *citizen.printed(),
        portrait: Some(citizen.selfie(&mut play.chance)),
        fingerprints: Some(Fingerprints { of: citizen.person.portrait.face }),
    })
}

/// Files an application as `officer`.
pub async fn file<S: Stage>(play: &mut Play<'_, S>, officer: &Actor, filing: Box<CounterFiling>) -> Outcome {
    play.ask(officer, Operation::Level2File { filing }).await
}

/// Files an application; an officer whose session ended meanwhile logs in again.
async fn file_patiently<S: Stage>(
    play: &mut Play<'_, S>,
    officer: &mut Actor,
    filing: Box<CounterFiling>,
) -> Result<Outcome, Ending> {
    let outcome = file(play, officer, filing.clone()).await;
    let ended = |why: Reasons| why.has(Reason::SessionExpired) || why.has(Reason::SessionMissing);
    if !outcome.reasons().is_some_and(ended) {
        return Ok(outcome);
    }
    officer.phone.session = None;
    have_counter(play, officer).await?;
    Ok(file(play, officer, filing).await)
}

/// Approves or rejects a pending application as `officer`.
pub async fn decide<S: Stage>(
    play: &mut Play<'_, S>,
    officer: &Actor,
    number: CitizenNumber,
    approve: bool,
) -> Outcome {
    play.ask(officer, Operation::ApplicationDecide { number, approve }).await
}

/// How many applications an officer decides at once; the others are left to the queue.
const DECIDED_AT_ONCE: f64 = 0.5;
/// How many of those are rejected at first.
const REJECTED_AT_FIRST: f64 = 0.1;

/// Decides on a citizen's application at the counter, as often as officers do so.
pub async fn perhaps_decide<S: Stage>(play: &mut Play<'_, S>, officer: &Actor, citizen: &Actor, last: bool) {
    if play.chance.happens(DECIDED_AT_ONCE) {
        let approve = last || !play.chance.happens(REJECTED_AT_FIRST);
        // The queue may have been first: the notice tells.
        decide(play, officer, citizen.number(), approve).await;
    }
}

/// Journey 5 and the notice that follows, for a citizen with or without an account; whoever is rejected applies again.
///
/// # Errors
/// How the story ends, if level 2 is not approved.
pub async fn have_level2_approval<S: Stage>(
    play: &mut Play<'_, S>,
    citizen: &mut Actor,
    officer: &mut Actor,
) -> Result<(), Ending> {
    if citizen.level() == Level::Two || citizen.waiting == Some(Level::Two) {
        return Ok(());
    }
    for nth in 1..=MOST_APPLICATIONS {
        have_counter(play, officer).await?;
        play.think(15.0).await;
        let filing = filing(play, citizen);
        let asked = play.now();
        let outcome = file_patiently(play, officer, filing).await?;
        if !outcome.is_done() {
            return Err(stop("filing at the counter", &outcome));
        }
        perhaps_decide(play, officer, citizen, nth == MOST_APPLICATIONS).await;
        if let Notice::Approved(_) = notice(play, citizen, &Submitted { asked }, Level::Two).await? {
            return Ok(());
        }
        play.think(20.0).await;
    }
    Err(Ending::GaveUp("the application was rejected"))
}

/// Journeys 5 and 6, and a login with the device key. Who is active at level 2 already only logs in.
///
/// # Errors
/// How the story ends, if level 2 is not active.
pub async fn have_level2<S: Stage>(
    play: &mut Play<'_, S>,
    citizen: &mut Actor,
    officer: &mut Actor,
) -> Result<(), Ending> {
    if citizen.level() == Level::Two && citizen.bound().is_some() {
        return have_session(play, citizen).await;
    }
    match have_level2_approval(play, citizen, officer).await {
        // Lost on the way: whoever tries finds out.
        Err(ending) if ending == NO_NOTICE => citizen.is_approved(Level::Two),
        approved => approved?,
    }
    activate_and_login(play, citizen).await
}
