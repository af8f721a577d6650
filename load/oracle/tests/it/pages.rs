//! The personal page: an officer's logout, refresh and unlock where the account is in doubt, wrong old passwords.

use crate::desk::*;
use crate::support::*;
use crate::utilities::papers;
use songsinh_contract::*;

#[test]
fn an_officer_logs_out_as_a_citizen_does() {
    use Reason as R;
    tell(&[
        ("logged out", &[], |s| {
            s.officer().call(Operation::SessionLogout, done());
        }),
        ("the session is unknown", &["acknowledged-is-durable"], |s| {
            s.officer().call(Operation::SessionLogout, refused(R::SessionMissing));
        }),
        ("refused out of order", &["steps-in-order"], |s| {
            s.officer().call(Operation::SessionLogout, refused(R::StepOutOfOrder));
        }),
        ("too late", &["session-expires"], |s| {
            s.officer().after(900 * SECOND).call(Operation::SessionLogout, done());
        }),
        ("too late, and refused", &[], |s| {
            s.officer().after(900 * SECOND).call(Operation::SessionLogout, refused(R::SessionExpired));
        }),
        ("on another phone", &["session-bound-to-device"], |s| {
            s.officer().on(A).call(Operation::SessionLogout, done());
        }),
    ]);
    let mut s = Story::of(3);
    s.officer().call(Operation::SessionLogout, done());
    assert_eq!(s.verdict().counts.of(Rule::StepsInOrder).allowed, 1);
}

#[test]
fn whether_unlocking_can_be_switched_before_activation_is_left_open() {
    for (level, outcome, broken) in [
        (Level::App, done(), vec![]),
        (Level::App, refused(Reason::NotActivated), vec![]),
        (Level::One, done(), vec![]),
        (Level::One, refused(Reason::NotActivated), vec!["utility-needs-activation"]),
    ] {
        let mut s = Story::new();
        s.stands_in(level).call(Operation::UnlockSwitch { on: true }, outcome.clone());
        assert_eq!(s.broken(), broken, "{level:?} {outcome:?}");
    }
}

#[test]
fn a_refresh_needs_the_proof_of_a_bound_phone_alone() {
    use Reason as R;
    fn app_account(s: &mut Story, proof: ProofShown) -> &mut Story {
        s.stands_in(Level::App).proof = proof;
        s
    }
    fn elsewhere(s: &mut Story) -> &mut Story {
        s.book.login_elsewhere_refused = false;
        s.stands(Level::One, Some(A)).on(B).enters("s", "f")
    }
    tell(&[
        ("an app account", &[], |s| {
            app_account(s, ProofShown::Own).refresh("f", opened("t", "g"));
        }),
        ("an app account is refused", &["device-key-proof"], |s| {
            app_account(s, ProofShown::Own).refresh("f", refused(R::ProofMissing));
        }),
        ("an app account without proof", &[], |s| {
            app_account(s, ProofShown::Missing).refresh("f", opened("t", "g"));
        }),
        ("an app account without proof is refused", &[], |s| {
            app_account(s, ProofShown::Missing).refresh("f", refused(R::ProofMissing));
        }),
        ("a phone that may log in though the account is active elsewhere", &[], |s| {
            elsewhere(s).refresh("f", opened("t", "g"));
        }),
        ("such a phone is refused", &[], |s| {
            elsewhere(s).refresh("f", refused(R::BoundElsewhere));
        }),
        ("the bound phone without proof", &["device-key-proof"], |s| {
            s.stands_in(Level::One).proof = ProofShown::Missing;
            s.refresh("f", opened("t", "g"));
        }),
    ]);
}

#[test]
fn a_refused_refresh_may_end_the_session_if_its_phone_was_not_proven() {
    use Reason as R;
    tell(&[
        ("without proof", &[], |s| {
            s.stands_in(Level::One).proof = ProofShown::Missing;
            s.refresh("f", refused(R::ProofMissing)).proof = ProofShown::Own;
            s.show(refused(R::SessionMissing));
        }),
        ("with the key of a reinstalled app", &[], |s| {
            s.stands_in(Level::One).refresh("f", refused(R::ProofForeign)).last().call.caller.key = Digest(0x99);
            s.show(refused(R::SessionMissing));
        }),
        ("on another phone", &[], |s| {
            s.stands_in(Level::One).on(B).refresh("f", refused(R::SessionForeignDevice)).on(A);
            s.show(refused(R::SessionMissing));
        }),
        ("proven: both refusals are wrong", &["session-expires", "acknowledged-is-durable"], |s| {
            s.stands_in(Level::One).refresh("f", refused(R::RefreshUsed)).show(refused(R::SessionMissing));
        }),
    ]);
}

#[test]
fn a_refresh_token_that_an_earlier_story_left_may_serve() {
    use Reason as R;
    fn left(s: &mut Story, token: &str, refresh: &str) {
        s.stands_in(Level::One).refresh("old", opened(token, refresh));
    }
    tell(&[
        ("it serves, and so does its session", &[], |s| {
            left(s, "t", "g");
            s.with("t").shown().refresh("g", opened("u", "h")).with("u").shown();
        }),
        ("it comes back", &[], |s| {
            s.book.refresh_rotates = false;
            left(s, "t", "old");
            s.with("t").shown().refresh("old", opened("u", "old")).with("u").shown();
        }),
        ("it is refused", &[], |s| {
            s.stands_in(Level::One).refresh("old", refused(R::RefreshUsed));
        }),
        ("its session is over", &[], |s| {
            left(s, "t", "g");
            s.with("t").show(refused(R::SessionExpired));
        }),
        ("the passcode was perhaps entered before", &[], |s| {
            s.stands_in(Level::Two).refresh("old", opened("t", "g")).with("t").list(papers(vec![]));
            s.refresh("g", opened("u", "h")).with("u").list(papers(vec![]));
        }),
        ("its session shows somebody else's phone", &["session-bound-to-device"], |s| {
            left(s, "t", "g");
            s.on(B).with("t").shown();
        }),
        ("it serves twice", &["session-expires"], |s| {
            left(s, "t", "g");
            s.refresh("g", opened("u", "h")).refresh("g", opened("v", "i"));
        }),
        ("no earlier story left it", &["session-expires"], |s| {
            s.logged_in().refresh("old", opened("t", "g")).with("t").show(app());
        }),
    ]);
}

fn unlock(s: &mut Story, outcome: Outcome) -> &mut Story {
    let number = s.number();
    s.call(Operation::SessionUnlock { number }, outcome)
}

#[test]
fn whether_somebody_unknown_can_unlock_is_not_judged_and_nobody_can() {
    use Reason as R;
    for (prior, outcome, broken) in [
        (Prior::Unknown, opened("t", "g"), vec![]),
        (Prior::Unknown, refused(R::NotActivated), vec![]),
        (Prior::None, opened("t", "g"), vec!["device-key-proof"]),
        (Prior::None, refused(R::NotActivated), vec![]),
    ] {
        let mut s = Story::new();
        s.facts.members[0].prior = prior.clone();
        unlock(&mut s, outcome.clone());
        assert_eq!(s.broken(), broken, "{prior:?} {outcome:?}");
    }
    let mut s = Story::new();
    s.call(Operation::SessionUnlock { number: person(7).number }, opened("t", "g"));
    assert_eq!(s.broken(), ["device-key-proof"], "a number of nobody");
}

#[test]
fn whether_wrong_passwords_lock_the_key_out_too_is_left_open() {
    use Reason as R;
    fn on(s: &mut Story) -> &mut Story {
        s.call(Operation::UnlockSwitch { on: true }, done())
    }
    fn locked(s: &mut Story) -> &mut Story {
        on(s.stands_in(Level::One));
        for _ in 0..5 {
            s.login(OTHER, refused(R::CredentialsWrong));
        }
        s
    }
    tell(&[
        ("locked", &[], |s| {
            unlock(locked(s), refused(R::Locked));
        }),
        ("locked, and it unlocks all the same", &[], |s| {
            unlock(locked(s), opened("t", "g"));
        }),
        ("the lock is over", &["login-lockout"], |s| {
            unlock(locked(s).after(300 * SECOND), refused(R::Locked));
        }),
        ("no wrong password", &["login-lockout"], |s| {
            unlock(on(s.stands_in(Level::One)), refused(R::Locked));
        }),
        ("an earlier story may have left wrong ones", &[], |s| {
            unlock(s.stands(Level::One, Some(A)), session("t"));
            unlock(on(s.with("t")), refused(R::Locked));
        }),
    ]);
}

#[test]
fn the_right_old_password_may_clear_the_count() {
    for outcome in [session("t"), refused(Reason::Locked)] {
        let mut s = Story::new();
        s.stands_in(Level::One).login("Falsch-11", refused(Reason::CredentialsWrong)).change(PASSWORD, OTHER, done());
        for _ in 0..4 {
            s.login("Falsch-11", refused(Reason::CredentialsWrong));
        }
        s.login(OTHER, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}

#[test]
fn whether_a_wrong_old_password_counts_is_told_by_a_refusal_for_it_alone() {
    type Try = fn(&mut Story);
    let tries: [(&str, Try); 3] = [
        ("by another phone", |s| {
            s.on(B).change("Falsch-11", OTHER, refused(Reason::CredentialsWrong)).on(A);
        }),
        ("with a weak new one", |s| {
            s.change("Falsch-11", "kurz", refused(Reason::PasswordWeak));
        }),
        ("after the logout", |s| {
            s.call(Operation::SessionLogout, lost()).change("Falsch-11", OTHER, refused(Reason::CredentialsWrong));
        }),
    ];
    for (what, one) in tries {
        for outcome in [session("t"), refused(Reason::Locked)] {
            let mut s = Story::new();
            s.stands_in(Level::One);
            (0..5).for_each(|_| one(&mut s));
            s.login(PASSWORD, outcome.clone());
            assert_eq!(s.broken(), NONE, "{what} {outcome:?}");
        }
    }
}
