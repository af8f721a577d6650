//! Journey 8: papers are added ("tích hợp") to the wallet and shown.

use songsinh_contract::{Operation, PaperKind};

use crate::steps::{add_paper, have_level2, open_utilities, show_paper, stop};
use crate::{Actor, Cast, Ending, Play, Stage};

/// The kinds and numbers of the papers that a citizen holds by the registers.
fn own_papers(citizen: &Actor) -> Vec<(PaperKind, Box<str>)> {
    citizen.holdings.papers.iter().map(|paper| (paper.kind, paper.number.clone())).collect()
}

/// Adds every paper and shows one.
pub async fn wallet<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    have_level2(play, all.main, officer).await?;
    show_papers(play, all.main).await?;
    let outcome = play.ask(all.main, Operation::WalletList).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("wallet", &outcome)) }
}

/// Opens the wallet of a logged-in citizen, adds the papers and shows them. Whoever holds none looks into it.
///
/// # Errors
/// How the story ends, if a paper is not shown.
pub async fn show_papers<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor) -> Result<(), Ending> {
    open_utilities(play, citizen).await?;
    let papers = own_papers(citizen);
    if papers.is_empty() {
        play.ask(citizen, Operation::WalletList).await;
    }
    for (kind, number) in papers {
        play.think(6.0).await;
        let outcome = add_paper(play, citizen, kind, number).await;
        if !outcome.is_done() {
            return Err(stop("adding a paper", &outcome));
        }
        play.think(2.0).await;
        let outcome = show_paper(play, citizen, kind).await;
        if !outcome.is_done() {
            return Err(stop("showing a paper", &outcome));
        }
    }
    Ok(())
}
