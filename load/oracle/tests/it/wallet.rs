//! Journey 8: which papers an answer may show, what a wallet holds, and who may open the utilities.

use crate::desk::NONE;
use crate::forms::second;
use crate::support::*;
use crate::utilities::{open, paper, papers};
use songsinh_contract::*;

const LICENCE: PaperKind = PaperKind::DrivingLicence;
const CAR: PaperKind = PaperKind::VehicleRegistration;

/// Somebody without account before, by now of level 2, logged in, the utilities open.
pub fn newcomer() -> Story {
    let mut s = Story::of(3);
    s.officer().files().decides(true).person_acts(0).call(Operation::ServiceQuestions, listed());
    s.activation(phone(0), "a", 222_222).enter("a", 222_222, done());
    let password = Secret::new(PASSWORD);
    s.call(Operation::ActivationSetPassword { challenge: Token::new("a"), password }, done());
    s.passcode("a", "654321", done()).questions("a", done()).login(PASSWORD, session("t")).session = Some("t");
    s.enter_passcode("654321", done());
    s
}

/// An open wallet whose papers no register of the story knows.
fn unregistered() -> Story {
    let mut s = open();
    s.facts.members.iter_mut().for_each(|member| member.holdings.papers.clear());
    s
}

fn adds<'s>(s: &'s mut Story, kind: PaperKind, number: &str) -> &'s mut Story {
    s.call(Operation::WalletAdd { kind, number: number.into() }, done())
}

/// A list with these papers.
fn holds(list: &[(PaperKind, &str)]) -> Outcome {
    papers(list.iter().map(|(kind, number)| Paper { number: (*number).into(), ..paper(0, *kind) }).collect())
}

#[test]
fn the_answer_to_an_added_paper_shows_it_as_the_register_does() {
    let own = paper(0, LICENCE);
    for (told, broken) in [
        (own.clone(), vec![]),
        (Paper { detail: "C".into(), ..own.clone() }, vec!["wallet-own-documents-only"]),
        (Paper { holder: person(1).number, ..own }, vec!["no-personal-data-leak"]),
    ] {
        let mut s = open();
        s.add(0, papers(vec![told.clone()]));
        assert_eq!(s.broken(), broken, "{told:?}");
    }
}

#[test]
fn a_list_needs_to_tell_kinds_and_numbers_alone() {
    let own = paper(0, LICENCE);
    for (told, broken) in [
        (Paper { detail: "".into(), issued: person(0).card.unwrap().issued, ..own.clone() }, vec![]),
        // A number that is nobody's is untrue, and somebody else's a leak.
        (Paper { number: "X".into(), ..own.clone() }, vec!["wallet-own-documents-only"]),
        (Paper { number: paper(1, LICENCE).number, ..own }, vec!["no-personal-data-leak"]),
    ] {
        let mut s = open();
        s.list(papers(vec![told.clone()]));
        assert_eq!(s.broken(), broken, "{told:?}");
    }
}

#[test]
fn a_paper_that_two_people_hold_is_each_ones_own() {
    let mut s = open();
    let shared = Paper { number: "29A-1".into(), ..paper(0, CAR) };
    s.facts.members[0].holdings.papers.push(shared.clone());
    s.facts.members[1].holdings.papers.push(Paper { holder: person(1).number, ..shared.clone() });
    adds(&mut s, CAR, "29A-1").list(papers(vec![shared]));
    assert_eq!(s.broken(), NONE);
}

#[test]
fn another_paper_than_the_one_asked_for_is_not_shown() {
    let mut s = open();
    s.facts.members[0].holdings.papers.push(paper(0, CAR));
    s.add(0, done()).paper(papers(vec![paper(0, CAR)]));
    assert_eq!(s.broken(), ["wallet-own-documents-only"]);
}

#[test]
fn a_wallet_holds_the_newest_paper_of_each_kind() {
    const DURABLE: &[&str] = &["acknowledged-is-durable"];
    for (added, list, broken) in [
        (&[(LICENCE, "X")][..], &[(LICENCE, "X")][..], &[][..]),
        (&[(LICENCE, "X")], &[(LICENCE, "Y")], DURABLE),
        (&[(LICENCE, "X")], &[(CAR, "X")], DURABLE),
        (&[(LICENCE, "X"), (LICENCE, "Y")], &[(LICENCE, "Y")], &[]),
        (&[(LICENCE, "X"), (LICENCE, "Y")], &[(LICENCE, "X")], DURABLE),
        (&[(LICENCE, "X"), (CAR, "Y")], &[(LICENCE, "X"), (CAR, "Y")], &[]),
        (&[(LICENCE, "X"), (CAR, "Y")], &[(CAR, "Y")], DURABLE),
        (&[(LICENCE, "X"), (CAR, "Y")], &[(LICENCE, "X")], DURABLE),
        (&[(LICENCE, "X"), (CAR, "X")], &[(LICENCE, "X")], DURABLE),
        (&[(LICENCE, "X"), (CAR, "Y"), (LICENCE, "Z")], &[(LICENCE, "Z")], DURABLE),
        (&[(LICENCE, "X"), (LICENCE, "X")], &[(LICENCE, "X")], &[]),
        (&[(LICENCE, "X"), (LICENCE, "X")], &[], DURABLE),
    ] {
        let mut s = unregistered();
        for (kind, number) in added {
            adds(&mut s, *kind, number);
        }
        s.list(holds(list));
        assert_eq!(s.broken(), broken, "{added:?} {list:?}");
    }
}

#[test]
fn a_wallet_is_not_changed_by_somebody_elses() {
    for (list, broken) in [(&[(LICENCE, "X")][..], &[][..]), (&[], &["acknowledged-is-durable"])] {
        let mut s = unregistered();
        adds(second(adds(&mut s, LICENCE, "X")), LICENCE, "Y");
        (s.member, s.device, s.session) = (0, A, Some("s"));
        s.list(holds(list));
        assert_eq!(s.broken(), broken, "{list:?}");
    }
}

#[test]
fn a_paper_that_was_not_added_is_in_no_new_wallet() {
    for (outcome, broken) in
        [(papers(vec![paper(0, LICENCE)]), vec!["wallet-own-documents-only"]), (refused(Reason::PaperUnknown), vec![])]
    {
        let mut s = newcomer();
        s.facts.members[0].holdings.papers = vec![paper(0, LICENCE)];
        s.paper(outcome.clone());
        assert_eq!(s.broken(), broken, "{outcome:?}");
    }
    // An older wallet may lack it, whatever else was added to it and whatever others added.
    let mut s = open();
    s.facts.members[0].holdings.papers.push(paper(0, CAR));
    adds(&mut s, CAR, &paper(0, CAR).number).paper(refused(Reason::PaperUnknown));
    assert_eq!(s.broken(), NONE);
    let mut s = open();
    second(&mut s).add(1, done());
    (s.member, s.device, s.session) = (0, A, Some("s"));
    s.paper(refused(Reason::PaperUnknown));
    assert_eq!(s.broken(), NONE);
}

#[test]
fn the_story_of_utilities_after_a_release_shows_the_release() {
    let mut s = open();
    s.call(Operation::DeviceRelease, done()).login(PASSWORD, session("t")).session = Some("t");
    s.list(papers(vec![]));
    assert_eq!(s.broken(), ["utility-needs-activation"]);
    // The release, the login, and the answer.
    assert_eq!(s.findings()[0].story, [2, 3, 4]);
}

#[test]
fn a_citizen_who_is_active_is_not_refused_as_one_who_is_not_in_any_words() {
    let mut s = open();
    s.list(Outcome::Refused([Reason::StepOutOfOrder, Reason::NotActivated].into_iter().collect()));
    assert_eq!(s.broken(), ["utility-needs-activation"]);
}
