//! The forgotten password: what is behind a challenge, which questions are named, what answers count.

use super::never_activated;
use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;

fn resend(s: &mut Story, handle: &str, outcome: Outcome) {
    s.call(Operation::ResetResend { challenge: Token::new(handle) }, outcome);
}

#[test]
fn a_code_asked_for_again_tells_nobody_whether_there_is_an_account() {
    use Reason as R;
    let again = |reason| {
        let mut s = Story::new();
        resend(s.reset(phone(0), "p").after(61 * SECOND), "p", refused(reason));
        s.broken()
    };
    // Limits hold for a challenge without account as for any other.
    for reason in [R::ResendTooSoon, R::ResendTooMany, R::AttemptsExhausted, R::CodeVoid, R::CodeExpired] {
        assert_eq!(again(reason), NONE, "{reason}");
    }
    for reason in [R::CredentialsWrong, R::PhoneNotRegistered, R::NotIdentified, R::PopulationMismatch, R::NotActivated]
    {
        assert_eq!(again(reason), ["no-enumeration"], "{reason}");
    }
}

#[test]
fn a_bound_phone_without_proof_may_be_refused_every_step_of_a_reset() {
    fn bound(s: &mut Story) -> &mut Story {
        s.stands(Level::One, Some(A)).resetting("p", 606_060)
    }
    let unproven = |write: fn(&mut Story)| {
        let mut s = Story::new();
        write(&mut s);
        assert_eq!(s.broken(), ["device-key-proof"], "its own proof");
        s.last().call.caller.proof = ProofShown::Missing;
        assert_eq!(s.broken(), NONE);
    };
    let no_proof = || refused(Reason::ProofMissing);
    unproven(|s| {
        bound(s).reset_code("p", 606_060, refused(Reason::ProofMissing));
    });
    unproven(|s| {
        bound(s).after(61 * SECOND);
        resend(s, "p", refused(Reason::ProofMissing));
    });
    unproven(|s| {
        bound(s).reset_code("p", 606_060, done()).reset_answers("p", "mèo", refused(Reason::ProofMissing));
    });
    unproven(|s| {
        bound(s).reset_code("p", 606_060, done()).reset_answers("p", "mèo", done());
        s.reset_password("p", OTHER, refused(Reason::ProofMissing));
    });
    // A phone that is bound to nobody, with its own proof; and another's key on a bound one.
    let mut s = Story::of(2);
    s.stands(Level::One, Some(A)).person_acts(1).stands(Level::App, None);
    s.resetting("q", 707_070).reset_code("q", 707_070, no_proof());
    assert_eq!(s.broken(), ["device-key-proof"]);
    let mut s = Story::of(2);
    s.stands(Level::One, Some(A)).person_acts(1).stands(Level::App, None).on(A);
    s.resetting("q", 707_070).reset_code("q", 707_070, refused(Reason::ProofForeign));
    assert_eq!(s.broken(), ["device-key-proof"]);
    for observation in &mut s.observations {
        observation.call.caller.key = Digest(0xe);
    }
    assert_eq!(s.broken(), NONE);
}

#[test]
fn the_two_questions_of_the_account_are_named_and_no_others() {
    let cases: [(&[u16], bool); 8] = [
        (&[1, 2], true),
        (&[2, 1], true),
        (&[], true),
        (&[1], false),
        (&[1, 3], false),
        (&[3, 2], false),
        (&[3, 4], false),
        (&[1, 2, 3], false),
    ];
    for (named, right) in cases {
        let mut s = Story::new();
        s.stands(Level::One, Some(A)).resetting("p", 606_060);
        s.reset_code("p", 606_060, values(|v| v.questions = named.to_vec()));
        let broken = vec!["activate-needs-two-security-questions"; usize::from(!right)];
        assert_eq!(s.broken(), broken, "{named:?}");
    }
}

#[test]
fn whether_an_account_that_is_not_active_any_more_has_questions_is_not_known() {
    use Reason as R;
    /// The level is there and no device: an earlier story released it, or never activated it.
    fn inactive(s: &mut Story, level: Level) -> &mut Story {
        s.stands(level, None).resetting("p", 606_060)
    }
    /// An active account whose questions nobody knows, and then released.
    fn released(s: &mut Story) -> &mut Story {
        s.stands(Level::One, Some(A));
        if let Prior::Standing(standing) = &mut s.facts.members[0].prior {
            standing.bound.as_mut().unwrap().questions.clear();
        }
        s.enters("s", "f").call(Operation::DeviceRelease, done()).session = None;
        s.resetting("p", 606_060)
    }
    fn names(s: &mut Story) -> &mut Story {
        s.reset_code("p", 606_060, values(|v| v.questions = vec![1, 2]))
    }
    fn names_none(s: &mut Story) -> &mut Story {
        s.reset_code("p", 606_060, done())
    }
    tell(&[
        ("they are named", &[], |s| {
            names(inactive(s, Level::One));
        }),
        ("they are named, level 2", &[], |s| {
            names(inactive(s, Level::Two));
        }),
        ("they are named after a release", &[], |s| {
            names(released(s));
        }),
        ("they are asked for", &[], |s| {
            names_none(inactive(s, Level::One)).reset_password("p", OTHER, refused(R::AnswersWrong));
        }),
        ("they are asked for after a release", &[], |s| {
            names_none(released(s)).reset_password("p", OTHER, refused(R::AnswersWrong));
        }),
        ("they are not asked for", &[], |s| {
            names_none(inactive(s, Level::One)).reset_password("p", OTHER, done());
        }),
        ("an app account has none", &["steps-in-order"], |s| {
            names_none(inactive(s, Level::App)).reset_password("p", OTHER, refused(R::AnswersWrong));
        }),
    ]);
}

#[test]
fn a_wrong_answer_that_may_have_counted_may_end_the_reset() {
    use Reason as R;
    // Three wrong ones, and perhaps another: from a phone that the reset is not of.
    let story = |certain: u32, outcome| {
        let mut s = Story::new();
        s.stands(Level::One, Some(A)).resetting("p", 606_060).reset_code("p", 606_060, done());
        (0..certain).for_each(|_| {
            s.reset_answers("p", "chó", refused(R::AnswersWrong));
        });
        s.on(B).reset_answers("p", "chó", refused(R::HandleUnknown)).on(A).reset_answers("p", "mèo", outcome);
        s.broken()
    };
    assert_eq!(story(4, done()), NONE);
    assert_eq!(story(4, refused(R::StepOutOfOrder)), NONE);
    assert_eq!(story(3, done()), NONE);
    assert_ne!(story(3, refused(R::StepOutOfOrder)), NONE);
    assert_eq!(story(5, refused(R::StepOutOfOrder)), NONE);
    assert_eq!(story(5, done()), ["otp-attempts-limited"]);
}

#[test]
fn whether_a_level_2_account_without_password_can_be_reset_is_left_open() {
    for outcome in [done(), refused(Reason::CodeWrong), refused(Reason::StepOutOfOrder)] {
        let mut s = Story::new();
        never_activated(&mut s).resetting("p", 606_060).reset_code("p", 606_060, outcome.clone());
        s.reset_password("p", OTHER, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}
