//! Who may activate, where and how often, and what the steps ask for.

use super::never_activated;
use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;

fn set_password(s: &mut Story, handle: &str, outcome: Outcome) {
    let password = Secret::new(PASSWORD);
    s.call(Operation::ActivationSetPassword { challenge: Token::new(handle), password }, outcome);
}

/// The first member has level 2 from a counter, and nothing before.
fn from_counter(s: &mut Story) -> &mut Story {
    s.officer().files().decides(true).person_acts(0)
}

/// Level 2 was approved over an active level 1.
fn upgraded(s: &mut Story) -> &mut Story {
    s.stands(Level::One, Some(A)).officer().files().decides(true).person_acts(0)
}

fn asks_for_password(asked: bool) -> Outcome {
    values(|v| (v.handle, v.needs_password) = (Some(Token::new("b")), Some(asked)))
}

fn ask_for_nobody(s: &mut Story, outcome: Outcome) {
    let number = CitizenNumber::from_parts(8, 0, 99, 1);
    s.call(Operation::ActivationRequest { number, phone: phone(0) }, outcome);
}

#[test]
fn a_security_question_is_answered_by_whatever_has_a_letter_or_a_digit() {
    for (answer, done_breaks, refused_breaks) in [
        ("m", false, true),
        ("7", false, true),
        ("M!", false, true),
        ("m?", false, true),
        ("7 ", false, true),
        ("漢", false, true),
        ("", true, false),
        // Blanks and signs alone may be taken for an answer, and need not.
        ("  ", false, false),
        ("?", false, false),
        ("!", false, false),
    ] {
        for (outcome, breaks) in [(done(), done_breaks), (refused(Reason::QuestionsWrong), refused_breaks)] {
            let mut s = Story::new();
            s.approved().half_active();
            let answers = [(1, Secret::new("mèo")), (2, Secret::new(answer))].to_vec();
            s.call(Operation::ActivationSetQuestions { challenge: Token::new("a"), answers }, outcome.clone());
            let broken = vec!["activate-needs-two-security-questions"; usize::from(breaks)];
            assert_eq!(s.broken(), broken, "«{answer}» {outcome:?}");
        }
    }
}

#[test]
fn the_first_message_is_for_whoever_has_nothing_to_activate() {
    use Reason as R;
    tell(&[
        ("nobody's account", &[], |s| {
            s.request(phone(0), refused(R::NotIdentified));
        }),
        ("nobody's account has no phone either", &["activate-app-account-refused"], |s| {
            s.request(phone(0), refused(R::PhoneNotRegistered));
        }),
        ("nobody's number", &[], |s| ask_for_nobody(s, refused(R::NotIdentified))),
        ("nobody's number in other words", &["activate-app-account-refused"], |s| {
            ask_for_nobody(s, refused(R::PhoneNotRegistered));
        }),
        ("nobody's number is accepted", &["activate-app-account-refused"], |s| ask_for_nobody(s, given("a"))),
        ("level 2 from a counter, never activated", &[], |s| {
            never_activated(s).request(phone(0), given("a"));
        }),
        ("level 2 from a counter is refused", &["acknowledged-is-durable"], |s| {
            never_activated(s).request(phone(0), refused(R::NotIdentified));
        }),
    ]);
}

#[test]
fn the_second_message_goes_before_every_other_one() {
    for reason in [Reason::WindowClosed, Reason::DeviceInUse, Reason::ResendTooSoon] {
        let mut s = Story::of(3);
        s.stands(Level::Two, Some(A)).request(phone(0), refused(reason));
        assert_eq!(s.broken(), ["activate-once"], "{reason}");
    }
}

#[test]
fn a_new_request_within_a_minute_is_a_resend() {
    for (age, outcome, broken) in [
        (59_999, given("b"), 1),
        (60_000, given("b"), 0),
        (59_999, refused(Reason::ResendTooSoon), 0),
        (60_000, refused(Reason::ResendTooSoon), 1),
    ] {
        let mut s = Story::new();
        s.approved().activation(phone(0), "a", 222_222).after(age).request(phone(0), outcome);
        assert_eq!(s.broken(), vec!["otp-resend-limited"; broken], "{age}");
    }
}

#[test]
fn the_password_of_an_unfinished_activation_may_count_for_the_next_one() {
    fn again(s: &mut Story) -> &mut Story {
        from_counter(s).activation(phone(0), "a", 222_222).enter("a", 222_222, done());
        set_password(s, "a", done());
        s.after(61 * SECOND)
    }
    fn entered(s: &mut Story) -> &mut Story {
        again(s).activation(phone(0), "b", 333_333).enter("b", 333_333, done())
    }
    tell(&[
        ("it asks for none", &[], |s| {
            again(s).request(phone(0), asks_for_password(false));
        }),
        ("it asks for one", &[], |s| {
            again(s).request(phone(0), asks_for_password(true));
        }),
        ("another one is refused", &[], |s| set_password(entered(s), "b", refused(Reason::AccountExists))),
        ("another one is set", &[], |s| set_password(entered(s), "b", done())),
        ("it logs in", &[], |s| {
            again(s).login(PASSWORD, session("t"));
        }),
        ("it does not log in", &[], |s| {
            again(s).login(PASSWORD, refused(Reason::CredentialsWrong));
        }),
        ("another's logs nobody in", &["login-needs-password"], |s| {
            again(s).person_acts(1).login(PASSWORD, session("t"));
        }),
        ("none was set, and none is asked for", &["activate-sets-password-only-if-none"], |s| {
            from_counter(s).request(phone(0), asks_for_password(false));
        }),
        ("the first is refused", &["activate-sets-password-only-if-none"], |s| {
            from_counter(s).activation(phone(0), "a", 222_222).enter("a", 222_222, done());
            set_password(s, "a", refused(Reason::AccountExists));
        }),
    ]);
}

#[test]
fn whether_a_password_may_follow_the_passcode_is_left_open() {
    for outcome in [done(), refused(Reason::StepOutOfOrder)] {
        let mut s = Story::of(3);
        from_counter(&mut s).half_active();
        set_password(&mut s, "a", outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}

#[test]
fn two_questions_are_answered_with_a_letter_at_least() {
    for (one, other, answered) in
        [("m", "b", true), ("mèo", "chó", true), ("", "chó", false), ("mèo", "", false), ("", "", false)]
    {
        let questions = || Operation::ActivationSetQuestions {
            challenge: Token::new("a"),
            answers: vec![(1, Secret::new(one)), (2, Secret::new(other))],
        };
        for (outcome, right) in [(done(), answered), (refused(Reason::QuestionsWrong), !answered)] {
            let mut s = Story::new();
            s.approved().half_active().call(questions(), outcome.clone());
            let broken = vec!["activate-needs-two-security-questions"; usize::from(!right)];
            assert_eq!(s.broken(), broken, "{one:?} {other:?} {outcome:?}");
        }
    }
}

#[test]
fn whether_a_finished_activation_serves_once_more_after_a_release_is_left_open() {
    for outcome in [done(), refused(Reason::HandleUnknown), refused(Reason::StepOutOfOrder)] {
        let mut s = Story::new();
        s.activated().login(PASSWORD, session("t")).with("t").call(Operation::DeviceRelease, done());
        s.session = None;
        s.questions("a", outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}

#[test]
fn a_step_of_an_activation_without_the_proof_of_its_key_may_go_either_way() {
    fn requested(s: &mut Story) -> &mut Story {
        s.approved().activation(phone(0), "a", 222_222)
    }
    /// The code is entered with a proof by another key than the one that asked.
    fn reinstalled(s: &mut Story, outcome: Outcome) {
        requested(s).enter("a", 222_222, outcome).last().call.caller.key = Digest(0xe);
    }
    tell(&[
        ("no proof, refused", &[], |s| {
            requested(s).proof = ProofShown::Missing;
            s.enter("a", 222_222, refused(Reason::ProofMissing));
        }),
        ("no proof, accepted", &[], |s| {
            requested(s).proof = ProofShown::Missing;
            s.enter("a", 222_222, done());
        }),
        ("another key, refused", &[], |s| reinstalled(s, refused(Reason::ProofForeign))),
        ("another key, accepted", &[], |s| reinstalled(s, done())),
        ("its own proof, refused", &["device-key-proof"], |s| {
            requested(s).enter("a", 222_222, refused(Reason::ProofMissing));
        }),
    ]);
}

#[test]
fn a_step_of_an_activation_that_another_one_overtook_may_go_either_way() {
    fn overtaken(s: &mut Story) -> &mut Story {
        s.approved().activation(phone(0), "a", 222_222).enter("a", 222_222, done()).after(61 * SECOND);
        s.activation(phone(0), "b", 333_333).enter("b", 333_333, done()).passcode("b", "123456", done());
        s.questions("b", done())
    }
    tell(&[
        ("refused", &[], |s| {
            overtaken(s).passcode("a", "654321", refused(Reason::AlreadyActivated));
        }),
        ("accepted", &[], |s| {
            overtaken(s).passcode("a", "654321", done());
        }),
        ("one that was opened over the active level is not overtaken by it", &["activate-once"], |s| {
            upgraded(s).activation(phone(0), "a", 222_222).enter("a", 222_222, done());
            s.passcode("a", "654321", refused(Reason::AlreadyActivated));
        }),
        ("one that nothing overtook", &["activate-once"], |s| {
            s.approved().activation(phone(0), "a", 222_222).enter("a", 222_222, done());
            s.passcode("a", "654321", refused(Reason::AlreadyActivated));
        }),
    ]);
}

#[test]
fn level_2_over_level_1_needs_the_same_phone_with_the_same_key() {
    use Reason as R;
    tell(&[
        ("its own proof is said to be another's", &["device-key-proof"], |s| {
            upgraded(s).request(phone(0), refused(R::ProofForeign));
        }),
        ("it is said to be bound elsewhere", &["account-one-device"], |s| {
            upgraded(s).request(phone(0), refused(R::BoundElsewhere));
        }),
        ("without proof it may be refused", &[], |s| {
            upgraded(s).proof = ProofShown::Missing;
            s.request(phone(0), refused(R::ProofMissing));
        }),
        ("without proof it may be accepted", &[], |s| {
            upgraded(s).proof = ProofShown::Missing;
            s.request(phone(0), given("a"));
        }),
        ("another key is refused", &[], |s| {
            upgraded(s).request(phone(0), refused(R::BoundElsewhere)).last().call.caller.key = Digest(0xe);
        }),
        ("another key is accepted", &["account-one-device"], |s| {
            upgraded(s).request(phone(0), given("a")).last().call.caller.key = Digest(0xe);
        }),
    ]);
}
