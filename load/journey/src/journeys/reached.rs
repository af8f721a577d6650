//! Journey 0: a channel reaches a citizen, who installs the app, opens it and accepts the terms. Or does not.

use songsinh_contract::{Operation, Os};

use crate::steps::stop;
use crate::{Cast, Ending, Play, Stage};

/// The channels of the letter, each with its weight and how many of those whom it reaches want the app at all.
const CHANNELS: [(f64, f64); 5] = [
    // Village heads, party cells, women's association, youth union, community digital teams: at the door.
    (0.35, 0.90),
    // Reception desks, departments, police offices.
    (0.20, 0.85),
    // Factories and industrial zones, agencies that register their own staff.
    (0.20, 0.80),
    // Television and radio of the province.
    (0.15, 0.55),
    // Press, fanpages, banners, posters, slogans.
    (0.10, 0.40),
];
/// How many of those who want it have a phone without room for an app.
const NO_STORAGE: f64 = 0.04;
/// How many close the app while they read the terms.
const NO_PATIENCE: f64 = 0.06;

/// The top of the funnel; who falls out of it gives up with the reason.
pub async fn reached<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut at = play.chance.unit();
    let channel = CHANNELS.iter().find(|(weight, _)| {
        at -= weight;
        at < 0.0
    });
    let wants = channel.map_or(0.5, |&(_, wants)| wants);
    play.think(20.0).await;
    if cast.main.phone.os == Os::Feature {
        return Err(Ending::GaveUp("no smartphone"));
    }
    if !play.chance.happens(wants) {
        return Err(Ending::GaveUp("the channel did not convince"));
    }
    if play.chance.happens(NO_STORAGE) {
        return Err(Ending::GaveUp("no storage for the app"));
    }
    // Found in the shop, downloaded, opened.
    play.think(25.0).await;
    let outcome = play.ask(&cast.main, Operation::ServiceTerms).await;
    if !outcome.is_done() {
        return Err(stop("terms", &outcome));
    }
    play.think(12.0).await;
    if play.chance.happens(NO_PATIENCE) { Err(Ending::GaveUp("no patience for the terms")) } else { Ok(()) }
}
