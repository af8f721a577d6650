//! Journey 7, the letter of Tây Ninh: the citizen makes a QR, an official scans it, and what is proven genuine opens
//! the wallet.

use std::time::Duration;

use songsinh_contract::Reason;

use super::wallet::show_papers;
use crate::steps::{Minted, have_level2, have_switch, mint, scan, stay_logged_in, stop};
use crate::{Actor, Cast, Ending, Play, Stage};

/// Brings citizen and official to the counter, both at level 2 and logged in, the switch on.
///
/// # Errors
/// How the story ends, if they do not get there.
pub async fn meet<S: Stage>(
    play: &mut Play<'_, S>,
    citizen: &mut Actor,
    official: &mut Actor,
    officer: &mut Actor,
) -> Result<(), Ending> {
    have_level2(play, official, officer).await?;
    have_level2(play, citizen, officer).await?;
    // The citizen's way to the counter may have taken longer than the official's session lives.
    stay_logged_in(play, official).await?;
    play.think(4.0).await;
    have_switch(play, citizen).await
}

/// Waits as long as the story wants between the making of a QR and its scan: below its life counted from when it was
/// asked for, beyond its life from when the answer was there.
async fn before_scan<S: Stage>(play: &mut Play<'_, S>, minted: &Minted) {
    let life = play.book.qr_lifetime;
    let nth = play.chance.below(play.scan_after.len() as u64) as usize;
    let span = match play.scan_after.get(nth) {
        Some(range) => {
            let (from, to) = (*range.start(), *range.end());
            from + to.saturating_sub(from).mul_f64(play.chance.unit())
        }
        // Handed over and scanned: mostly at once, sometimes after a talk.
        None => life.mul_f64(0.05 + 0.6 * play.chance.unit() * play.chance.unit()),
    };
    let from = if span < life { minted.asked } else { minted.answered };
    play.until((from + span).max(play.now())).await;
}

/// How often a citizen makes a new QR when one came too late.
const MOST_QRS: u32 = 2;

/// Makes a QR and has it scanned; a new one after it has expired.
pub async fn verify_qr<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let (official, officer) = (all.official()?, all.officer()?);
    let main = all.main;
    meet(play, main, official, officer).await?;
    for _ in 0..MOST_QRS {
        let minted = mint(play, main).await?;
        before_scan(play, &minted).await;
        let outcome = scan(play, official, &minted.qr).await;
        if outcome.is_done() {
            play.think(3.0).await;
            return show_papers(play, main).await;
        }
        if !outcome.reasons().is_some_and(|why| why.has(Reason::QrExpired)) {
            return Err(stop("scan", &outcome));
        }
        // Too late: a new one, shown at once.
        play.scan_after.clear();
        play.until(play.now() + play.paced(Duration::from_secs(2))).await;
    }
    Err(Ending::GaveUp("no QR was scanned in time"))
}
