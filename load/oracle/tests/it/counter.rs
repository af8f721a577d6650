//! Journey 5 and the police queue: officers, level 2, its activation, notices.

use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;

/// The first member goes through the activation "a" up to the questions, with this outcome for the last step.
fn activates(s: &mut Story, password: bool, last: Outcome) -> &mut Story {
    s.call(Operation::ServiceQuestions, listed()).activation(phone(0), "a", 222_222).enter("a", 222_222, done());
    if password {
        let password = Secret::new(PASSWORD);
        s.call(Operation::ActivationSetPassword { challenge: Token::new("a"), password }, done());
    }
    s.passcode("a", "654321", done()).questions("a", last)
}

#[test]
fn only_an_officer_files_for_level_2() {
    use Reason as R;
    tell(&[
        ("filed, approved by an officer, activated with a password", &[], |s| {
            s.officer().files().decides(true).person_acts(0);
            activates(s, true, done()).login(PASSWORD, session("t")).with("t");
            s.show(told(Level::Two, Application::Approved, Activation::Activated));
        }),
        ("without session", &["level2-needs-counter"], |s| {
            s.files();
        }),
        ("without session, refused", &[], |s| {
            let filing = s.filing(0, phone(0));
            s.file(filing, refused(R::OfficerWanted));
        }),
        ("by the citizen", &["level2-needs-counter"], |s| {
            s.stands_in(Level::One).files();
        }),
        ("an officer is refused", &["level2-needs-counter"], |s| {
            let filing = s.officer().filing(0, phone(0));
            s.file(filing, refused(R::OfficerWanted));
        }),
        ("a citizen decides", &["level2-needs-counter"], |s| {
            s.officer().files().person_acts(1).stands(Level::Two, Some(B)).login(PASSWORD, session("t")).with("t");
            s.decide(true, done());
        }),
        ("an officer logs out, and files no more", &[], |s| {
            let filing = s.officer().call(Operation::SessionLogout, done()).filing(0, phone(0));
            s.file(filing, refused(R::OfficerWanted));
        }),
        ("an officer logged out, and files", &["session-expires"], |s| {
            s.officer().call(Operation::SessionLogout, done()).files();
        }),
        ("the officer's session is shown elsewhere", &["session-bound-to-device"], |s| {
            s.officer().on(A).files();
        }),
        ("the officer's session is too old", &["session-expires"], |s| {
            s.officer().after(900 * SECOND).files();
        }),
        ("an officer's session shows no account", &["no-personal-data-leak"], |s| {
            s.officer().show(app());
        }),
        ("somebody who is no officer logs in as one", &["level2-needs-counter"], |s| {
            s.call(Operation::OfficerLogin { user: "x".into(), password: Secret::new("x") }, session("o"));
        }),
        ("an officer's password is refused the second time", &["acknowledged-is-durable"], |s| {
            s.officer().call(
                Operation::OfficerLogin { user: "can-bo".into(), password: Secret::new("x") },
                refused(R::CredentialsWrong),
            );
        }),
    ]);
}

#[test]
fn a_filing_needs_the_card_the_picture_the_prints_and_the_phone() {
    use Reason as R;
    type Flaw = (&'static str, Reason, fn(&mut Story, &mut CounterFiling));
    let flaws: [Flaw; 7] = [
        ("card-belongs-to-citizen", R::CardNotOwn, |_, f| f.card = printed(&person(1))),
        ("card-not-revoked-or-expired", R::CardNotInForce, |s, _| {
            s.facts.members[0].person.card.as_mut().unwrap().status = CardStatus::Lost;
        }),
        ("portrait-required", R::PortraitMissing, |_, f| f.portrait = None),
        ("portrait-matches", R::PortraitDiffers, |_, f| f.portrait = Some(person(1).portrait)),
        ("level2-needs-counter", R::FingerprintsDiffer, |_, f| f.fingerprints = Some(Fingerprints { of: 1 })),
        ("level2-needs-counter", R::FingerprintsDiffer, |_, f| f.fingerprints = None),
        ("register-person-eligible", R::PersonNotEligible, |s, _| s.facts.members[0].person.life = LifeStatus::Dead),
    ];
    for (rule, reason, spoil) in flaws {
        for (outcome, broken) in [(given("w"), vec![rule]), (refused(reason), vec![])] {
            let mut s = Story::of(3);
            let mut filing = s.officer().filing(0, phone(0));
            spoil(&mut s, &mut filing);
            s.file(filing, outcome);
            assert_eq!(s.broken(), broken, "{reason}");
        }
        let mut s = Story::of(3);
        let filing = s.officer().filing(0, phone(0));
        s.file(filing, refused(reason));
        assert_eq!(s.broken(), [rule], "a right one is refused: {reason}");
    }
    for (level, to, outcome, broken) in [
        (Level::App, 1, given("w"), vec!["activate-needs-registered-phone"]),
        (Level::App, 1, refused(R::PhoneNotRegistered), vec![]),
        (Level::App, 0, given("w"), vec![]),
        (Level::App, 0, refused(R::PhoneNotRegistered), vec!["activate-needs-registered-phone"]),
        (Level::Two, 0, given("w"), vec!["steps-in-order"]),
        (Level::Two, 0, refused(R::ApplicationExists), vec![]),
    ] {
        let mut s = Story::of(3);
        s.stands(level, None);
        let filing = s.officer().filing(0, phone(to));
        s.file(filing, outcome);
        assert_eq!(s.broken(), broken, "{level:?} {to}");
    }
}

#[test]
fn who_waits_at_a_counter_neither_registers_nor_activates() {
    use Reason as R;
    tell(&[
        ("registers meanwhile", &["register-one-account-per-citizen"], |s| {
            s.officer().files().person_acts(0).try_register(phone(0), given("r"));
            s.after(5 * SECOND).message(phone(0), SmsPurpose::Approved, None);
        }),
        ("registers, and nobody tells what became of the filing", &[], |s| {
            s.officer().files().person_acts(0).try_register(phone(0), given("r"));
        }),
        ("registers after a rejection whose notice comes late", &[], |s| {
            s.officer().files().person_acts(0).try_register(phone(0), given("r"));
            s.after(20 * SECOND).message(phone(0), SmsPurpose::Rejected, None);
        }),
        ("is refused meanwhile", &[], |s| {
            s.officer().files().person_acts(0).try_register(phone(0), refused(R::AccountExists));
        }),
        ("registers after a rejection", &[], |s| {
            s.officer().files().decides(false).person_acts(0).registered();
        }),
        ("is refused after a rejection", &["register-one-account-per-citizen"], |s| {
            s.officer().files().decides(false).person_acts(0).try_register(phone(0), refused(R::AccountExists));
        }),
        ("somebody whom the target may have known before is not judged", &[], |s| {
            s.facts.members[0].prior = Prior::Unknown;
            s.officer().files().decides(true).person_acts(0);
            s.request(phone(0), values(|v| (v.handle, v.needs_password) = (Some(Token::new("a")), Some(false))));
            s.message(phone(0), SmsPurpose::Activate, Some(222_222)).enter("a", 222_222, done());
            s.passcode("a", "654321", done()).questions("a", done());
        }),
        ("activates after a rejection", &["activate-app-account-refused"], |s| {
            s.officer().files().decides(false).person_acts(0).request(phone(0), given("a"));
        }),
        ("is told so after a rejection", &[], |s| {
            s.officer().files().decides(false).person_acts(0).request(phone(0), refused(R::NotIdentified));
        }),
        ("is told so while it waits", &[], |s| {
            s.officer().files().person_acts(0).request(phone(0), refused(R::NotIdentified));
        }),
        ("after the approval it is refused", &["acknowledged-is-durable"], |s| {
            s.officer().files().decides(true).person_acts(0).request(phone(0), refused(R::NotIdentified));
        }),
        ("files again after a rejection", &[], |s| {
            s.officer().files().decides(false).files().decides(true);
        }),
        ("files again while it waits", &["steps-in-order"], |s| {
            s.officer().files().files().after(5 * SECOND).message(phone(0), SmsPurpose::Approved, None);
        }),
        ("files again, and nobody tells what became of the first", &[], |s| {
            s.officer().files().files();
        }),
        ("nothing waits", &["steps-in-order"], |s| {
            s.officer().decide(true, done());
        }),
        ("nothing waits any more", &["steps-in-order"], |s| {
            s.officer().files().decides(true).decide(false, done());
        }),
        ("level 1 is approved by an officer", &[], |s| {
            s.applied().officer().decides(true).person_acts(0);
            activates(s, false, done());
        }),
        ("level 1 is rejected by an officer", &[], |s| {
            s.applied().officer().decides(false).person_acts(0).request(phone(0), refused(R::NotIdentified));
        }),
        ("the decision's answer is lost", &[], |s| {
            s.officer().files().decide(true, lost()).message(phone(0), SmsPurpose::Approved, None).person_acts(0);
            activates(s, true, done());
        }),
    ]);
}

#[test]
fn level_2_is_activated_over_level_1_on_its_device() {
    use Reason as R;
    fn two(s: &mut Story) -> &mut Story {
        s.stands(Level::One, Some(A)).officer().files().decides(true).person_acts(0)
    }
    tell(&[
        ("on the same phone", &[], |s| {
            activates(two(s), false, done()).login(PASSWORD, session("t")).with("t");
            s.show(told(Level::Two, Application::Approved, Activation::Activated));
            s.request(phone(0), refused(R::AlreadyActivated));
        }),
        ("and again", &["activate-once"], |s| {
            activates(two(s), false, done()).after(61 * SECOND).request(phone(0), given("b"));
        }),
        ("level 1 works until then", &[], |s| {
            two(s).login(PASSWORD, session("t")).with("t").shown();
        }),
        ("it is said to be active already", &["activate-once"], |s| {
            two(s).request(phone(0), refused(R::AlreadyActivated));
        }),
        ("from another phone", &["account-one-device"], |s| {
            two(s).on(B).request(phone(0), given("a"));
        }),
        ("from another phone, refused", &[], |s| {
            two(s).on(B).request(phone(0), refused(R::BoundElsewhere));
        }),
        ("with another key", &["account-one-device"], |s| {
            two(s).proof = ProofShown::Foreign;
            s.request(phone(0), given("a"));
        }),
        ("while level 2 is pending, the second message", &[], |s| {
            s.stands(Level::One, Some(A))
                .officer()
                .files()
                .person_acts(0)
                .request(phone(0), refused(R::AlreadyActivated));
        }),
        ("after a rejection, the second message", &["activate-once"], |s| {
            s.stands(Level::One, Some(A)).officer().files().decides(false).person_acts(0).request(phone(0), given("a"));
        }),
        ("it asks for a password", &["activate-sets-password-only-if-none"], |s| {
            two(s).request(phone(0), values(|v| (v.handle, v.needs_password) = (Some(Token::new("a")), Some(true))));
        }),
        ("who had none is asked for none", &["activate-sets-password-only-if-none"], |s| {
            s.officer().files().decides(true).person_acts(0);
            s.request(phone(0), values(|v| (v.handle, v.needs_password) = (Some(Token::new("a")), Some(false))));
        }),
        ("the passcode comes before the password, and is refused", &[], |s| {
            s.officer().files().decides(true).person_acts(0);
            s.activation(phone(0), "a", 222_222).enter("a", 222_222, done());
            s.passcode("a", "654321", refused(R::StepOutOfOrder));
        }),
        ("who had none skips the password", &["activate-incomplete-is-not-activated"], |s| {
            s.officer().files().decides(true).person_acts(0);
            activates(s, false, done());
        }),
        ("the last step's answer is lost", &[], |s| {
            activates(two(s), false, lost()).login(PASSWORD, session("t")).with("t");
            s.show(told(Level::Two, Application::Approved, Activation::Activated));
        }),
        ("level 2 was active and is not any more", &["acknowledged-is-durable"], |s| {
            activates(two(s), false, done()).login(PASSWORD, session("t")).with("t").shown();
        }),
    ]);
}

#[test]
fn the_window_of_level_2_runs_from_its_own_notice() {
    const WEEK: u64 = 7 * 86_400 * SECOND;
    for (age, outcome, broken) in [
        (WEEK - 1, given("a"), 0),
        (WEEK, given("a"), 1),
        (WEEK - 1, refused(Reason::WindowClosed), 1),
        (WEEK, refused(Reason::WindowClosed), 0),
    ] {
        let mut s = Story::of(3);
        s.stands(Level::One, Some(A)).officer().files().decides(true).person_acts(0).after(age);
        s.request(phone(0), outcome);
        assert_eq!(s.broken(), vec!["activation-window"; broken], "{age}");
    }
}

#[test]
fn which_of_two_waiting_applications_a_decision_means_is_left_open() {
    /// Level 1 and level 2 wait; the officer acts.
    fn both(s: &mut Story) -> &mut Story {
        s.book.level2_while_pending = true;
        s.applied().officer().files()
    }
    tell(&[
        ("level 1 is settled, which waited longer", &[], |s| {
            both(s).decides(true).person_acts(0);
            activates(s, false, done()).login(PASSWORD, session("t")).with("t");
            s.show(told(Level::One, Application::Pending, Activation::Activated));
        }),
        ("level 2 is settled", &[], |s| {
            both(s).decides(true).person_acts(0);
            activates(s, false, done()).login(PASSWORD, session("t")).with("t");
            s.show(told(Level::Two, Application::Pending, Activation::Activated));
        }),
        ("level 2 is rejected and filed again", &[], |s| {
            both(s).decides(false).files();
        }),
        ("level 1 is rejected, and level 2 is not filed again", &[], |s| {
            both(s).decides(false);
            let filing = s.filing(0, phone(0));
            s.file(filing, refused(Reason::ApplicationExists));
        }),
        ("one that waits alone is settled", &["steps-in-order"], |s| {
            s.officer().files().decides(true).files();
        }),
    ]);
}

#[test]
fn each_approval_sends_one_notice() {
    tell(&[
        ("one for level 1, one for level 2", &[], |s| {
            s.approved().officer().files().decides(true);
        }),
        ("two for one", &["approval-sends-sms"], |s| {
            s.officer().files().decides(true).after(31 * SECOND).call(Operation::ServiceHealth, done());
            s.message(phone(0), SmsPurpose::Approved, None);
        }),
        ("one submitted twice after a lost connection", &[], |s| {
            s.officer().files().decides(true).message(phone(0), SmsPurpose::Approved, None);
        }),
        ("level 1's submitted twice, once when level 2 waits", &[], |s| {
            s.approved().officer().files().message(phone(0), SmsPurpose::Approved, None);
            s.call(Operation::ServiceHealth, done()).decides(false).files();
        }),
        ("rejected twice in the same words, then approved", &[], |s| {
            s.officer().files().decides(false).files().after(SECOND).message(phone(0), SmsPurpose::Rejected, None);
            s.after(SECOND).files().decides(true);
        }),
        ("approved, and told of a rejection", &["approval-sends-sms"], |s| {
            s.officer().files().decide(true, done()).message(phone(0), SmsPurpose::Rejected, None);
        }),
        ("rejected, and told of an approval", &["approval-sends-sms"], |s| {
            s.officer().files().decide(false, done()).message(phone(0), SmsPurpose::Approved, None);
        }),
        ("told of a rejection when it is not known whether it was decided", &[], |s| {
            s.officer().files().decide(true, lost()).message(phone(0), SmsPurpose::Rejected, None);
        }),
        ("rejected, filed again and approved, in the right words", &[], |s| {
            s.officer().files().decides(false).after(40 * SECOND).files().decides(true);
        }),
        ("none before the filing", &["approval-sends-sms"], |s| {
            s.officer().call(Operation::ServiceHealth, done()).message(phone(0), SmsPurpose::Approved, None).files();
            s.decides(true);
        }),
        ("none at all", &["approval-sends-sms"], |s| {
            s.officer().files().decide(true, done()).after(60 * SECOND).call(Operation::ServiceHealth, done());
        }),
        ("none, and it is not known whether it was decided", &[], |s| {
            s.officer().files().decide(true, lost()).after(60 * SECOND).call(Operation::ServiceHealth, done());
            s.decide(true, refused(Reason::StepOutOfOrder)).after(60 * SECOND).call(Operation::ServiceHealth, done());
        }),
        ("not yet", &[], |s| {
            s.officer().files().decide(true, done()).after(10 * SECOND).call(Operation::ServiceHealth, done());
        }),
    ]);
}

#[test]
fn how_long_an_approval_took_is_told_and_not_judged() {
    let mut s = Story::of(3);
    s.officer().files().after(90_000).decides(true);
    let verdict = s.verdict();
    assert_eq!(verdict.findings, vec![]);
    let mut tally = songsinh_oracle::Tally::new();
    tally.absorb(verdict);
    let took = tally.finish().approvals[&Level::Two];
    assert_eq!((took.count, took.longest_ms), (1, 90_000.0));
}

#[test]
fn two_officers_decide_at_once() {
    let decide = |approve| Operation::ApplicationDecide { number: person(0).number, approve };
    for (second, broken) in [(refused(Reason::StepOutOfOrder), vec![]), (done(), vec!["steps-in-order"])] {
        let mut s = Story::of(3);
        s.officer().files();
        let now = s.now;
        s.between(now, now + 50, decide(true), done()).between(now + 10, now + 40, decide(false), second);
        s.message(phone(0), SmsPurpose::Approved, None);
        assert_eq!(s.broken(), broken);
    }
}
