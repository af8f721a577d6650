//! A target that others use too: what another client can be behind is undecided. And cells in which very much is wrong.

use crate::support::*;
use songsinh_contract::*;

#[test]
fn what_another_client_can_have_done_is_undecided_for_a_shared_target() {
    let mut s = Story::new();
    s.try_register(phone(0), refused(Reason::AccountExists));
    s.settings.exclusive = false;
    let verdict = s.verdict();
    assert_eq!(verdict.findings, vec![]);
    assert_eq!(verdict.counts.of(Rule::RegisterOneAccountPerCitizen).undecided, 1);
}

#[test]
fn a_newer_challenge_of_another_client_can_be_behind_any_word_against_an_older_one() {
    for reason in [Reason::CodeVoid, Reason::CodeWrong, Reason::CodeExpired, Reason::HandleUnknown] {
        let write = |stray: bool| {
            let mut s = Story::new();
            s.settings.exclusive = false;
            s.register(phone(0), "r", 111_111);
            if stray {
                s.after(SECOND).message(phone(0), SmsPurpose::Register, Some(222_222));
            }
            s.confirm("r", 111_111, refused(reason));
            s
        };
        assert_eq!(write(true).broken(), [""; 0], "{reason:?}: another client asked for a code");
        let broken = write(false).broken();
        assert_eq!(
            broken.is_empty(),
            reason == Reason::CodeVoid,
            "{reason:?}: nobody asked for another code: {broken:?}"
        );
        let mut unseen = write(false);
        unseen.settings.gateway_reaches = false;
        assert_eq!(unseen.broken(), [""; 0], "{reason:?}: messages are not seen");
    }
}

#[test]
fn a_refusal_that_changed_something_is_undecided_where_another_client_can_be_behind_the_answer() {
    let mut s = Story::new();
    s.approved().half_active().call(answers("a", [3, 3]), refused(Reason::QuestionsWrong));
    s.after(61 * SECOND).request(phone(0), refused(Reason::AlreadyActivated));
    assert_eq!(s.broken(), ["refusal-changes-nothing"]);
    s.settings.exclusive = false;
    let verdict = s.verdict();
    assert_eq!(verdict.findings, vec![]);
    let count = verdict.counts.of(Rule::RefusalChangesNothing);
    assert_eq!((count.violation, count.undecided), (0, 1));
}

#[test]
fn many_violations_are_each_counted_where_their_explanation_is_given_up() {
    let mut s = Story::new();
    s.registered().login(PASSWORD, session("s")).session = Some("s");
    // A refusal that may have changed something, then one that must not be: each asks to walk all of it again.
    for _ in 0..1_500 {
        s.after(10).password("nope", "Mat-Khau-2", refused(Reason::HandleUnknown));
        s.after(10).show(refused(Reason::SessionExpired));
    }
    let verdict = s.verdict();
    assert_eq!(verdict.counts.of(Rule::SessionExpires).violation, 1_500);
}
