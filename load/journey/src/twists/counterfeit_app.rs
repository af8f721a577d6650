//! A counterfeit app shows a QR that looks right; it never asked the system for anything.

use songsinh_contract::{Clock as _, MemberRole, QrFlaw, QrTicket, Token};

use super::desk::at_desk;
use crate::steps::{forged, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut desk = at_desk(play, cast).await?;
    let attacker = desk.another(MemberRole::Attacker)?;
    let issued_ms = play.stage.clock().unix().0;
    let life_ms = i64::try_from(play.book.qr_lifetime.as_millis()).unwrap_or(60_000);
    let id = Token::new(&format!("{:022x}", play.chance.bits()));
    let ticket = QrTicket { id, issued_ms, expires_ms: issued_ms + life_ms };
    let qr = forged(play, desk.citizen, attacker, &ticket, QrFlaw::Counterfeit);
    scan(play, desk.official, &qr).await;
    Ok(())
}
