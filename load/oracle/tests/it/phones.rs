//! Journey 11: who may ask for a move, how long it waits for its code, and what is left after it.

use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;

/// An active account on A; B asked to move it (handle "m"), A acts.
fn asked(s: &mut Story) -> &mut Story {
    s.stands_in(Level::One).on(B).begin_move(PASSWORD, given("m")).on(A)
}

#[test]
fn a_list_without_the_bound_device_is_untrue_if_it_names_anybodys_phone() {
    let mut s = Story::of(2);
    for (member, device) in [(0, A), (1, B)] {
        s.facts.members[member].devices = vec![device];
    }
    s.stands_in(Level::One).call(Operation::DeviceList, values(|v| v.devices = vec![B]));
    assert_eq!(s.broken(), ["account-one-device"]);
}

#[test]
fn a_list_of_devices_keeps_its_session_alive() {
    let minutes = 60 * SECOND;
    let mut s = Story::new();
    s.stands_in(Level::One).after(14 * minutes).call(Operation::DeviceList, values(|v| v.devices = vec![A]));
    s.after(14 * minutes).shown();
    assert_eq!(s.broken(), NONE);
}

#[test]
fn an_officers_release_is_one_fault_and_keeps_the_session_alive() {
    let minutes = 60 * SECOND;
    let mut s = Story::of(3);
    s.officer().after(14 * minutes).call(Operation::DeviceRelease, done()).after(14 * minutes).files();
    assert_eq!(s.broken(), ["steps-in-order"]);
}

#[test]
fn another_phone_may_ask_for_a_move_and_the_bound_one_may_be_refused() {
    use Reason as R;
    /// A asks with the key of a reinstalled app.
    fn reinstalled(s: &mut Story, outcome: Outcome) {
        s.stands_in(Level::One).begin_move(PASSWORD, outcome).last().call.caller.key = Digest(0x99);
    }
    tell(&[
        ("another phone is refused", &["account-one-device"], |s| {
            s.stands_in(Level::One).on(B).begin_move(PASSWORD, refused(R::BoundElsewhere));
        }),
        ("the bound phone asks", &[], |s| {
            s.stands_in(Level::One).begin_move(PASSWORD, given("m"));
        }),
        ("the bound phone is refused", &[], |s| {
            s.stands_in(Level::One).begin_move(PASSWORD, refused(R::BoundElsewhere));
        }),
        ("a reinstalled app asks", &[], |s| reinstalled(s, given("m"))),
        ("a reinstalled app is refused", &["account-one-device"], |s| reinstalled(s, refused(R::BoundElsewhere))),
        ("the phone of a reinstalled app is another's key's", &["account-one-device"], |s| {
            s.stands_in(Level::One).on(B).begin_move(PASSWORD, refused(R::BoundElsewhere));
            s.last().call.caller.key = Digest(A.0);
        }),
        ("with the right proof, refused for it", &["device-key-proof"], |s| {
            s.stands_in(Level::One).on(B).begin_move(PASSWORD, refused(R::ProofMissing));
        }),
        ("without proof", &[], |s| {
            s.stands_in(Level::One).on(B).proof = ProofShown::Missing;
            s.begin_move(PASSWORD, given("m"));
        }),
        ("without proof, refused for it", &[], |s| {
            s.stands_in(Level::One).on(B).proof = ProofShown::Missing;
            s.begin_move(PASSWORD, refused(R::ProofMissing));
        }),
    ]);
    // How often one may ask is left open.
    for reason in [R::ResendTooSoon, R::ResendTooMany, R::AttemptsExhausted] {
        let mut s = Story::new();
        s.stands_in(Level::One).on(B).begin_move(PASSWORD, refused(reason));
        assert_eq!(s.broken(), NONE, "{reason}");
        let mut s = Story::new();
        asked(&mut s).move_code(refused(reason));
        assert_eq!(s.broken(), NONE, "{reason}");
    }
}

#[test]
fn a_move_waits_for_its_code_as_long_as_a_code_lives_and_perhaps_longer() {
    for (age, outcome, broken) in [
        (179_999, shows_code(808_080), 0),
        (179_999, refused(Reason::MoveNotAsked), 1),
        (180_000, shows_code(808_080), 0),
        (180_000, refused(Reason::MoveNotAsked), 0),
    ] {
        let mut s = Story::new();
        asked(&mut s).after(age).move_code(outcome);
        assert_eq!(s.broken(), vec!["steps-in-order"; broken], "{age}");
    }
}

#[test]
fn a_move_of_before_a_new_password_may_be_void_when_its_code_is_entered() {
    for outcome in [done(), refused(Reason::CodeVoid), refused(Reason::MoveNotAsked)] {
        let mut s = Story::new();
        s.moving().on(A).change(PASSWORD, OTHER, done()).on(B).move_confirm("m", 808_080, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
    let mut s = Story::new();
    s.moving().move_confirm("m", 808_080, refused(Reason::MoveNotAsked));
    assert!(!s.broken().is_empty(), "the password is still the same");
}

#[test]
fn the_newest_move_of_the_account_is_the_one_that_gets_a_code() {
    tell(&[
        ("a reset was asked for meanwhile", &[], |s| {
            asked(s).resetting("p", 606_060).move_code(shows_code(808_080)).on(B).move_confirm("m", 808_080, done());
        }),
        ("somebody else asked for a move meanwhile", &[], |s| {
            s.person_acts(1).stands(Level::One, Some(C)).person_acts(0);
            asked(s).person_acts(1).begin_move(PASSWORD, given("n")).person_acts(0).with("s");
            s.move_code(shows_code(808_080)).on(B).move_confirm("m", 808_080, done());
        }),
        ("an older one has no code", &["account-one-device"], |s| {
            asked(s).on(B).begin_move(PASSWORD, given("n")).on(A).move_code(shows_code(808_080));
            s.on(B).move_confirm("m", 808_080, done());
        }),
    ]);
}

#[test]
fn a_move_that_is_done_gets_no_code_any_more() {
    for (outcome, broken) in [(shows_code(909_090), vec!["steps-in-order"]), (refused(Reason::MoveNotAsked), vec![])] {
        let mut s = Story::new();
        s.moving().move_confirm("m", 808_080, done()).login(PASSWORD, session("t")).with("t").move_code(outcome);
        assert_eq!(s.broken(), broken);
    }
}

#[test]
fn only_the_bound_phone_shows_the_code_of_a_move() {
    use Reason as R;
    fn elsewhere(s: &mut Story) -> &mut Story {
        s.book.login_elsewhere_refused = false;
        s.stands(Level::One, Some(A)).on(B).enters("s", "f").begin_move(PASSWORD, given("m"))
    }
    tell(&[
        ("the new phone shows it", &["account-one-device"], |s| {
            elsewhere(s).move_code(shows_code(808_080));
        }),
        ("the new phone is refused", &[], |s| {
            elsewhere(s).move_code(refused(R::BoundElsewhere));
        }),
        ("an account that is not active", &["steps-in-order"], |s| {
            s.stands_in(Level::App).move_code(shows_code(808_080));
        }),
        ("an account that is not active, refused", &[], |s| {
            s.stands_in(Level::App).move_code(refused(R::NotActivated));
        }),
    ]);
}

#[test]
fn whether_a_move_outlives_a_release_is_left_open() {
    for outcome in [done(), refused(Reason::MoveNotAsked)] {
        let mut s = Story::new();
        s.moving().on(A).call(Operation::DeviceRelease, done()).on(B).move_confirm("m", 808_080, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}

#[test]
fn a_move_may_log_the_new_phone_in() {
    tell(&[
        ("with a session", &[], |s| {
            s.moving().move_confirm("m", 808_080, opened("t", "g")).with("t").shown().refresh("g", opened("u", "h"));
            s.with("u").shown();
        }),
        ("with a session that is unknown then", &["acknowledged-is-durable"], |s| {
            s.moving().move_confirm("m", 808_080, opened("t", "g")).with("t");
            s.show(refused(Reason::SessionMissing));
        }),
    ]);
}

#[test]
fn a_code_that_is_shown_anew_may_give_fresh_tries() {
    // Five wrong codes before the right one, the first of them for an older code.
    for outcome in [done(), refused(Reason::AttemptsExhausted)] {
        let mut s = Story::new();
        s.moving().move_confirm("m", 1, refused(Reason::CodeWrong)).on(A).move_code(shows_code(909_090)).on(B);
        for n in 2..6 {
            s.move_confirm("m", n, refused(Reason::CodeWrong));
        }
        s.move_confirm("m", 909_090, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}

#[test]
fn the_right_password_for_a_move_may_clear_the_count() {
    // Five wrong passwords before the right one, the first of them before the move.
    for outcome in [session("t"), refused(Reason::Locked)] {
        let mut s = Story::new();
        s.stands_in(Level::One).login(OTHER, refused(Reason::CredentialsWrong));
        s.on(B).begin_move(PASSWORD, given("m")).on(A);
        for _ in 0..4 {
            s.login(OTHER, refused(Reason::CredentialsWrong));
        }
        s.login(PASSWORD, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}

#[test]
fn an_account_for_which_a_move_began_is_not_locked() {
    let mut s = Story::new();
    s.stands_in(Level::One);
    for _ in 0..4 {
        s.login(OTHER, refused(Reason::CredentialsWrong));
    }
    // Whether this one counts is not told.
    s.on(B).begin_move(OTHER, refused(Reason::DeviceInUse)).begin_move(PASSWORD, given("m"));
    s.on(A).login(PASSWORD, refused(Reason::Locked));
    assert_eq!(s.broken(), ["login-lockout"]);
}
