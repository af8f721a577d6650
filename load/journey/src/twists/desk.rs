//! The desk at which a citizen's QR is scanned, and other places where stories of active citizens begin.

use songsinh_contract::{MemberRole, QrFlaw, QrTicket};

use crate::journeys::meet;
use crate::steps::{forged, have_level2, mint, open_utilities, scan};
use crate::{Actor, Cast, Ending, Play, Stage};

/// A citizen with the switch on and an official, both active at level 2 and logged in.
pub struct Desk<'c> {
    /// Whose QR it is.
    pub citizen: &'c mut Actor,
    /// Who scans.
    pub official: &'c mut Actor,
    /// The police officer, for further people who need level 2.
    pub officer: &'c mut Actor,
    others: Vec<&'c mut Actor>,
}

impl<'c> Desk<'c> {
    /// A further person of that role.
    ///
    /// # Errors
    /// When there is none.
    pub fn another(&mut self, role: MemberRole) -> Result<&'c mut Actor, Ending> {
        let at = self.others.iter().position(|actor| actor.role == role);
        at.map(|at| self.others.remove(at)).ok_or(Ending::Failed("the story has nobody to play a further person"))
    }
}

/// Brings everybody to the desk.
pub async fn at_desk<'c, S: Stage>(play: &mut Play<'_, S>, cast: &'c mut Cast) -> Result<Desk<'c>, Ending> {
    let mut all = cast.company();
    let (official, officer) = (all.official()?, all.officer()?);
    let (citizen, others) = (all.main, all.others);
    meet(play, citizen, official, officer).await?;
    Ok(Desk { citizen, official, officer, others })
}

/// The main citizen, active at level 2 and logged in.
pub async fn active<'c, S: Stage>(play: &mut Play<'_, S>, cast: &'c mut Cast) -> Result<&'c mut Actor, Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    have_level2(play, all.main, officer).await?;
    Ok(all.main)
}

/// The main citizen with the utilities open.
pub async fn in_utilities<'c, S: Stage>(play: &mut Play<'_, S>, cast: &'c mut Cast) -> Result<&'c mut Actor, Ending> {
    let citizen = active(play, cast).await?;
    open_utilities(play, citizen).await?;
    Ok(citizen)
}

/// The main citizen with the utilities open, and a relative of the same kind.
pub async fn both_active<'c, S: Stage>(
    play: &mut Play<'_, S>,
    cast: &'c mut Cast,
) -> Result<(&'c mut Actor, &'c mut Actor), Ending> {
    let mut all = cast.company();
    let (relative, officer) = (all.relative()?, all.officer()?);
    have_level2(play, relative, officer).await?;
    have_level2(play, all.main, officer).await?;
    open_utilities(play, all.main).await?;
    Ok((all.main, relative))
}

/// Shows a QR with one of these flaws, then the genuine one, which a refused scan must not have used up. The attacker
/// of the story, where there is one, has the other key; else nobody does but the citizen.
pub async fn forged_then_genuine<S: Stage>(
    play: &mut Play<'_, S>,
    cast: &mut Cast,
    flaws: &[QrFlaw],
) -> Result<(), Ending> {
    let mut desk = at_desk(play, cast).await?;
    let other = desk.another(MemberRole::Attacker).map_or_else(|_| desk.official.clone(), |attacker| attacker.clone());
    let minted = mint(play, desk.citizen).await?;
    let nth = play.chance.below(flaws.len() as u64) as usize;
    let flaw = flaws.get(nth).copied().unwrap_or(QrFlaw::SignatureForged);
    let ticket: &QrTicket = &minted.ticket;
    let qr = forged(play, desk.citizen, &other, ticket, flaw);
    scan(play, desk.official, &qr).await;
    play.think(2.0).await;
    scan(play, desk.official, &minted.qr).await;
    Ok(())
}
