//! Wrong passcodes: which calls cost a try, what clears the count, and what a lock closes.

use crate::desk::*;
use crate::support::*;
use crate::utilities::{open, papers};
use songsinh_contract::*;

const RIGHT: &str = "123456";
const WRONG: &str = "654321";
const LOCKS: [&str; 1] = ["utility-needs-passcode"];

fn change(old: &str) -> Operation {
    Operation::PasscodeChange { old: Secret::new(old), new: Secret::new("111111") }
}

/// So many wrong passcodes.
fn wrong(s: &mut Story, times: usize) -> &mut Story {
    for _ in 0..times {
        s.enter_passcode(WRONG, refused(Reason::PasscodeWrong));
    }
    s
}

#[test]
fn wrong_old_passcodes_of_a_change_lock_too() {
    for (age, outcome, broken) in [
        (299_999, refused(Reason::UtilitiesLocked), 0),
        (299_999, done(), 1),
        (300_000, refused(Reason::UtilitiesLocked), 1),
        (300_000, done(), 0),
    ] {
        let mut s = open();
        for _ in 0..5 {
            s.call(change(WRONG), refused(Reason::PasscodeWrong));
        }
        s.after(age).enter_passcode(RIGHT, outcome.clone());
        assert_eq!(s.broken(), vec!["utility-needs-passcode"; broken], "{age} {outcome:?}");
    }
}

#[test]
fn a_change_that_fails_for_its_session_costs_no_try() {
    // Shown by another phone; after the logout; by who is not activated, and is then.
    let mut s = open();
    for _ in 0..5 {
        s.on(B).call(change(WRONG), refused(Reason::SessionForeignDevice));
    }
    s.on(A).enter_passcode(RIGHT, refused(Reason::UtilitiesLocked));
    assert_eq!(s.broken(), LOCKS);
    let mut s = open();
    s.call(Operation::SessionLogout, done());
    for _ in 0..5 {
        s.call(change(WRONG), refused(Reason::SessionMissing));
    }
    s.login(PASSWORD, session("t")).with("t").enter_passcode(RIGHT, refused(Reason::UtilitiesLocked));
    assert_eq!(s.broken(), LOCKS);
    let mut s = Story::new();
    s.approved().login(PASSWORD, session("t")).with("t");
    for _ in 0..5 {
        s.call(change(WRONG), refused(Reason::NotActivated));
    }
    s.half_active().questions("a", done()).login(PASSWORD, session("u")).with("u");
    s.enter_passcode(RIGHT, refused(Reason::UtilitiesLocked));
    assert_eq!(s.broken(), LOCKS);
}

#[test]
fn the_right_passcode_costs_no_try_whatever_it_is_refused_for() {
    let mut s = open();
    s.proof = ProofShown::Missing;
    for _ in 0..5 {
        s.enter_passcode(RIGHT, refused(Reason::ProofMissing));
    }
    s.proof = ProofShown::Own;
    s.enter_passcode(RIGHT, refused(Reason::UtilitiesLocked));
    assert_eq!(s.broken(), LOCKS);
}

#[test]
fn tries_while_locked_do_not_lengthen_the_lock() {
    for (outcome, broken) in [(done(), 0), (refused(Reason::UtilitiesLocked), 1)] {
        let mut s = open();
        wrong(&mut s, 5).after(200_000).enter_passcode(WRONG, refused(Reason::UtilitiesLocked));
        s.after(100_000).enter_passcode(RIGHT, outcome.clone());
        assert_eq!(s.broken(), vec!["utility-needs-passcode"; broken], "{outcome:?}");
    }
}

#[test]
fn after_a_lock_the_count_may_begin_anew_or_stand_where_it_was() {
    for outcome in [done(), refused(Reason::UtilitiesLocked)] {
        let mut s = open();
        s.book.passcode_attempts = 2;
        wrong(&mut s, 2).after(300_000);
        wrong(&mut s, 1).enter_passcode(RIGHT, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}

#[test]
fn a_try_at_the_end_of_a_lock_may_lock_anew() {
    for outcome in [done(), refused(Reason::UtilitiesLocked)] {
        let mut s = open();
        let end = wrong(&mut s, 5).now - SECOND + 300_000;
        let typed = Operation::PasscodeEnter { passcode: Secret::new(WRONG) };
        s.between(end - 100, end + 100, typed, refused(Reason::PasscodeWrong)).now = end + 100_000;
        s.enter_passcode(RIGHT, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}

#[test]
fn a_try_during_a_lock_that_is_not_certain_makes_it_no_more_certain() {
    for outcome in [done(), refused(Reason::UtilitiesLocked)] {
        let mut s = open();
        wrong(&mut s, 4).proof = ProofShown::Missing;
        s.enter_passcode(WRONG, refused(Reason::ProofMissing)).proof = ProofShown::Own;
        wrong(&mut s, 1).enter_passcode(RIGHT, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}

#[test]
fn a_refreshed_session_may_need_the_passcode_again_and_never_less_than_once() {
    let refreshed = |entered: bool, outcome: Outcome| {
        let mut s = Story::new();
        s.stands_in(Level::Two);
        if entered {
            s.enter_passcode(RIGHT, done());
        }
        s.refresh("f", opened("t", "g")).with("t").list(outcome);
        s.broken()
    };
    assert_eq!(refreshed(true, papers(vec![])), NONE);
    assert_eq!(refreshed(true, refused(Reason::PasscodeWanted)), NONE);
    assert_eq!(refreshed(false, papers(vec![])), LOCKS);
    assert_eq!(refreshed(false, refused(Reason::PasscodeWanted)), NONE);
}

#[test]
fn the_right_old_passcode_may_clear_the_count_and_may_not() {
    // Of six tries the second is the right one: five wrong ones count, or four.
    for outcome in [done(), refused(Reason::UtilitiesLocked)] {
        let mut s = open();
        let same = Operation::PasscodeChange { old: Secret::new(RIGHT), new: Secret::new(RIGHT) };
        wrong(wrong(&mut s, 1).call(same, done()), 4).enter_passcode(RIGHT, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}

#[test]
fn a_new_activation_may_clear_the_count_and_may_not() {
    for outcome in [done(), refused(Reason::UtilitiesLocked)] {
        let mut s = open();
        wrong(&mut s, 1).call(Operation::DeviceRelease, done()).session = None;
        s.half_active().questions("a", done()).login(PASSWORD, session("t")).with("t");
        wrong(&mut s, 4).enter_passcode(RIGHT, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}

#[test]
fn a_lock_that_is_not_certain_may_have_closed_what_was_open() {
    for outcome in [papers(vec![]), refused(Reason::PasscodeWanted)] {
        let mut s = open();
        // Whether a try without proof counts is not told.
        wrong(&mut s, 4).proof = ProofShown::Missing;
        s.enter_passcode(WRONG, refused(Reason::ProofMissing)).proof = ProofShown::Own;
        s.after(300_000).list(outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}
