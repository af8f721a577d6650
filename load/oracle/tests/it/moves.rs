//! Journey 11: devices listed, released, moved; and devices that another account takes under `transfer`.

use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;

#[test]
fn a_release_ends_access_at_once() {
    use Reason as R;
    fn released(s: &mut Story) -> &mut Story {
        s.stands_in(Level::One).call(Operation::DeviceRelease, done())
    }
    tell(&[
        ("session, refresh and key are dead, another phone logs in", &[], |s| {
            released(s).show(refused(R::SessionMissing)).refresh("f", refused(R::RefreshUsed));
            let number = s.number();
            s.call(Operation::SessionUnlock { number }, refused(R::NotActivated));
            s.on(B).login(PASSWORD, session("t")).with("t");
            s.show(told(Level::One, Application::None, Activation::Notified));
        }),
        ("the session lives on", &["device-release-ends-access"], |s| {
            released(s).shown();
        }),
        ("the refresh token lives on", &["device-release-ends-access"], |s| {
            released(s).refresh("f", opened("t", "g"));
        }),
        ("the key lives on", &["device-release-ends-access"], |s| {
            s.stands_in(Level::One).call(Operation::UnlockSwitch { on: true }, done());
            let number = s.number();
            s.call(Operation::DeviceRelease, done()).call(Operation::SessionUnlock { number }, session("t"));
        }),
        ("it is said to be active", &["device-release-ends-access"], |s| {
            released(s).login(PASSWORD, session("t")).with("t").shown();
        }),
        ("another phone activates", &[], |s| {
            released(s).on(B).half_active().questions("a", done()).login(PASSWORD, session("t")).with("t").shown();
        }),
        ("another phone is refused the login", &["account-one-device"], |s| {
            released(s).on(B).login(PASSWORD, refused(R::BoundElsewhere));
        }),
        ("another account takes the phone", &[], |s| {
            released(s).person_acts(1).on(B).approved().on(A).half_active().questions("a1", done());
        }),
        ("released twice", &["steps-in-order"], |s| {
            released(s).login(PASSWORD, session("t")).with("t").call(Operation::DeviceRelease, done());
        }),
        ("a lost release", &[], |s| {
            s.stands_in(Level::One).call(Operation::DeviceRelease, lost()).show(refused(R::SessionMissing));
        }),
        ("a refused release that was carried out", &["refusal-changes-nothing"], |s| {
            s.stands_in(Level::One).proof = ProofShown::Missing;
            s.call(Operation::DeviceRelease, refused(R::ProofMissing)).proof = ProofShown::Own;
            s.on(B).login(PASSWORD, session("t"));
        }),
    ]);
}

#[test]
fn after_a_release_runs_a_fresh_window() {
    const WEEK: u64 = 7 * 86_400 * SECOND;
    for (age, outcome, broken) in [
        (WEEK - 1, given("a"), 0),
        (WEEK, given("a"), 1),
        (WEEK - 1, refused(Reason::WindowClosed), 1),
        (WEEK, refused(Reason::WindowClosed), 0),
    ] {
        let mut s = Story::new();
        s.stands_in(Level::One).call(Operation::DeviceRelease, done()).after(age).request(phone(0), outcome);
        assert_eq!(s.broken(), vec!["activation-window"; broken], "{age}");
    }
}

#[test]
fn a_move_needs_the_code_that_the_old_phone_shows() {
    use Reason as R;
    tell(&[
        ("moved; the old phone is logged out", &[], |s| {
            s.moving().move_confirm("m", 808_080, done()).login(PASSWORD, session("t")).with("t").shown();
            s.on(A).with("s").show(refused(R::SessionMissing)).login(PASSWORD, refused(R::BoundElsewhere));
        }),
        ("the old phone's session lives on", &["account-one-device"], |s| {
            s.moving().move_confirm("m", 808_080, done()).on(A).shown();
        }),
        ("the old phone logs in", &["account-one-device"], |s| {
            s.moving().move_confirm("m", 808_080, done()).on(A).login(PASSWORD, session("t"));
        }),
        ("the new phone is refused the login", &["account-one-device"], |s| {
            s.moving().move_confirm("m", 808_080, done()).login(PASSWORD, refused(R::BoundElsewhere));
        }),
        ("a wrong code", &["account-one-device"], |s| {
            s.moving().move_confirm("m", 1, done());
        }),
        ("a code before one was shown", &["account-one-device"], |s| {
            s.stands_in(Level::One).on(B).begin_move(PASSWORD, given("m")).move_confirm("m", 808_080, done());
        }),
        ("the right code is refused", &["account-one-device"], |s| {
            s.moving().move_confirm("m", 808_080, refused(R::CodeWrong));
        }),
        ("the code serves twice", &["otp-single-use"], |s| {
            s.moving().move_confirm("m", 808_080, done()).move_confirm("m", 808_080, done());
        }),
        ("five wrong codes void it", &["otp-attempts-limited"], |s| {
            s.moving();
            for n in 0..5 {
                s.move_confirm("m", n, refused(R::CodeWrong));
            }
            s.move_confirm("m", 808_080, done());
        }),
        ("a third phone shows the handle", &["otp-bound-to-citizen"], |s| {
            s.moving().on(C).move_confirm("m", 808_080, done());
        }),
        ("a handle of another purpose", &["otp-bound-to-purpose"], |s| {
            s.moving().confirm("m", 808_080, done());
        }),
        ("an older code of the same move", &["otp-superseded-by-newer"], |s| {
            s.moving().on(A).move_code(shows_code(909_090)).on(B).move_confirm("m", 808_080, done());
        }),
        ("the code is shown though nobody asked", &["steps-in-order"], |s| {
            s.stands_in(Level::One).move_code(shows_code(1));
        }),
        ("nobody asked, and it is said so", &[], |s| {
            s.stands_in(Level::One).move_code(refused(R::MoveNotAsked));
        }),
        ("a move that was asked for is forgotten", &["steps-in-order"], |s| {
            s.stands_in(Level::One).on(B).begin_move(PASSWORD, given("m")).on(A).move_code(refused(R::MoveNotAsked));
        }),
        ("a new password voids the move", &[], |s| {
            s.stands_in(Level::One).on(B).begin_move(PASSWORD, given("m")).on(A);
            s.change(PASSWORD, OTHER, done()).move_code(refused(R::MoveNotAsked));
        }),
        ("a new password leaves the move as it was", &[], |s| {
            s.stands_in(Level::One).on(B).begin_move(PASSWORD, given("m")).on(A);
            s.change(PASSWORD, OTHER, done()).move_code(shows_code(808_080)).on(B).move_confirm("m", 808_080, done());
        }),
        ("a wrong password moves", &["login-needs-password"], |s| {
            s.stands_in(Level::One).on(B).begin_move(OTHER, given("m"));
        }),
        ("five wrong passwords lock", &["login-lockout"], |s| {
            s.stands_in(Level::One).on(B);
            for _ in 0..5 {
                s.begin_move(OTHER, refused(R::CredentialsWrong));
            }
            s.begin_move(PASSWORD, given("m"));
        }),
        ("an account that is not active moves", &["steps-in-order"], |s| {
            s.stands(Level::App, None).begin_move(PASSWORD, given("m"));
        }),
        ("onto a phone in use", &["device-one-account"], |s| {
            s.stands_in(Level::One).person_acts(1).stands(Level::One, Some(B)).person_acts(0).on(B);
            s.begin_move(PASSWORD, given("m"));
        }),
        ("onto a phone in use, refused", &[], |s| {
            s.stands_in(Level::One).person_acts(1).stands(Level::One, Some(B)).person_acts(0).on(B);
            s.begin_move(PASSWORD, refused(R::DeviceInUse));
        }),
        ("the last answer is lost", &[], |s| {
            s.moving().move_confirm("m", 808_080, lost()).login(PASSWORD, session("t")).with("t").shown();
        }),
        ("the last answer is lost, and nothing happened", &[], |s| {
            s.moving().move_confirm("m", 808_080, lost()).on(A).shown();
        }),
        ("the code's answer is lost", &[], |s| {
            s.stands_in(Level::One).on(B).begin_move(PASSWORD, given("m")).on(A).move_code(lost());
            s.on(B).move_confirm("m", 808_080, done()).login(PASSWORD, session("t"));
        }),
    ]);
}

#[test]
fn the_code_of_a_move_lives_as_long_as_others() {
    for (age, outcome, broken) in [
        (179_999, done(), 0),
        (180_000, done(), 1),
        (179_999, refused(Reason::CodeExpired), 1),
        (180_000, refused(Reason::CodeExpired), 0),
    ] {
        let mut s = Story::new();
        s.moving().after(age).move_confirm("m", 808_080, outcome);
        assert_eq!(s.broken(), vec!["otp-expires"; broken], "{age}");
    }
}

#[test]
fn of_two_simultaneous_moves_one_wins() {
    for (second, broken) in [
        (refused(Reason::MoveNotAsked), vec![]),
        (refused(Reason::CodeVoid), vec![]),
        (done(), vec!["device-race-one-winner"]),
    ] {
        let mut s = Story::new();
        s.book.otp_resend_policy = ResendPolicy::SameCode;
        s.moving().on(C).begin_move(PASSWORD, given("n")).on(A).move_code(shows_code(909_090));
        let now = s.now;
        s.on(B).between(now, now + 50, moved("m", 808_080), done());
        s.on(C).between(now + 10, now + 40, moved("n", 909_090), second);
        assert_eq!(s.broken(), broken);
    }
}

#[test]
fn a_list_names_the_bound_device() {
    fn list(s: &mut Story, device: DeviceId) -> &mut Story {
        s.call(Operation::DeviceList, values(|v| v.devices = vec![device]))
    }
    tell(&[
        ("the bound one", &[], |s| {
            list(s.stands_in(Level::One), A);
        }),
        ("another one", &["account-one-device"], |s| {
            list(s.stands_in(Level::One), B);
        }),
        ("an empty list", &[], |s| {
            s.stands_in(Level::One).call(Operation::DeviceList, done());
        }),
        ("names that the target gives", &[], |s| {
            list(s.stands_in(Level::One), DeviceId(0x77));
        }),
        ("another one beside a name that the target gives", &["account-one-device"], |s| {
            let devices = vec![DeviceId(0x77), B];
            s.stands_in(Level::One).call(Operation::DeviceList, values(|v| v.devices = devices));
        }),
        ("the old one after a move", &["account-one-device"], |s| {
            s.moving().move_confirm("m", 808_080, done()).login(PASSWORD, session("t")).with("t");
            list(s, A);
        }),
    ]);
}

#[test]
fn who_is_displaced_keeps_level_and_loses_access() {
    use Reason as R;
    /// The second account takes the first one's phone.
    fn displaced(s: &mut Story) -> &mut Story {
        s.book.device_in_use = DeviceInUse::Transfer;
        s.stands_in(Level::One).person_acts(1).approved().on(A).half_active().questions("a1", done());
        s.person_acts(0).with("s")
    }
    tell(&[
        ("it is over, and another phone is activated", &[], |s| {
            displaced(s).show(refused(R::SessionMissing)).on(B).half_active().questions("a", done());
        }),
        ("its session lives on", &["device-one-account"], |s| {
            displaced(s).shown();
        }),
        ("its key lives on", &["device-one-account"], |s| {
            let number = displaced(s).number();
            s.call(Operation::SessionUnlock { number }, session("t"));
        }),
        ("it is said to be active", &["device-one-account"], |s| {
            displaced(s).on(B).login(PASSWORD, session("t")).with("t").shown();
        }),
        ("by a move", &["device-one-account"], |s| {
            s.book.device_in_use = DeviceInUse::Transfer;
            s.person_acts(1).stands(Level::One, Some(B)).login(PASSWORD, session("x"));
            s.person_acts(0).moving().move_confirm("m", 808_080, done()).person_acts(1).with("x").shown();
        }),
    ]);
    let mut s = Story::of(3);
    displaced(&mut s).on(B).after(7 * 86_400 * SECOND).request(phone(0), given("a"));
    assert_eq!(s.broken(), ["activation-window"]);
}

#[test]
fn the_moves_code_may_stand_in_the_old_phones_answer_alone() {
    let run = |leak: bool| {
        let mut tally = songsinh_oracle::Tally::new();
        for cell in 1..=3 {
            let mut s = Story::new();
            s.facts.cell = CellId(cell);
            s.moving();
            let at = if leak { 1 } else { 2 };
            let code = Code(808_080);
            s.observations[at].codes_seen = vec![CodeSeen { place: Digest(1), code }];
            tally.absorb(s.verdict());
        }
        tally.finish().findings.iter().map(|group| group.rule.slug()).collect::<Vec<_>>()
    };
    assert_eq!(run(false), NONE);
    assert_eq!(run(true), ["otp-never-in-answer"]);
}

#[test]
fn a_story_shows_what_set_the_scene() {
    let mut s = Story::new();
    s.moving().move_confirm("m", 808_080, done()).on(A).shown();
    // The login that opened the session, the move, and the answer.
    assert_eq!(s.findings()[0].story, [0, 3, 4]);
}
