//! Journey 12: the forgotten password.

use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;
use songsinh_oracle::Tally;

/// The code of reset "p" is entered; the answer names the questions.
fn entered(s: &mut Story) -> &mut Story {
    s.resetting("p", 606_060).reset_code("p", 606_060, values(|v| v.questions = vec![1, 2]))
}

#[test]
fn a_reset_needs_the_code_and_the_answers() {
    use Reason as R;
    tell(&[
        ("an app account: code, password", &[], |s| {
            s.stands(Level::App, None).resetting("p", 606_060).reset_code("p", 606_060, done());
            s.reset_password("p", OTHER, done())
                .login(OTHER, session("t"))
                .login(PASSWORD, refused(R::CredentialsWrong));
        }),
        ("an active account: code, answers, password; all sessions end", &[], |s| {
            entered(s.stands_in(Level::One)).reset_answers("p", "chó", refused(R::AnswersWrong));
            s.reset_answers("p", "mèo", done()).reset_password("p", OTHER, done()).show(refused(R::SessionMissing));
            s.login(OTHER, session("t"));
        }),
        ("a session lives on", &["password-change-ends-sessions"], |s| {
            entered(s.stands_in(Level::One))
                .reset_answers("p", "mèo", done())
                .reset_password("p", OTHER, done())
                .shown();
        }),
        ("the old password lives on", &["password-change-ends-sessions"], |s| {
            entered(s.stands_in(Level::One)).reset_answers("p", "mèo", done()).reset_password("p", OTHER, done());
            s.login(PASSWORD, session("t"));
        }),
        ("a wrong code", &["steps-in-order"], |s| {
            s.stands(Level::App, None).resetting("p", 606_060).reset_code("p", 1, done());
        }),
        ("a wrong code is refused", &[], |s| {
            s.stands(Level::App, None).resetting("p", 606_060).reset_code("p", 1, refused(R::CodeWrong));
        }),
        ("no code", &["steps-in-order"], |s| {
            s.stands(Level::App, None).resetting("p", 606_060).reset_password("p", OTHER, done());
        }),
        ("no answers", &["steps-in-order"], |s| {
            entered(s.stands(Level::One, Some(A))).reset_password("p", OTHER, done());
        }),
        ("wrong answers", &["login-needs-password"], |s| {
            entered(s.stands(Level::One, Some(A))).reset_answers("p", "chó", done());
        }),
        ("right answers are refused", &["login-needs-password"], |s| {
            entered(s.stands(Level::One, Some(A))).reset_answers("p", "mèo", refused(R::AnswersWrong));
        }),
        ("five wrong answers end it", &[], |s| {
            entered(s.stands(Level::One, Some(A)));
            for _ in 0..5 {
                s.reset_answers("p", "chó", refused(R::AnswersWrong));
            }
            s.reset_answers("p", "mèo", refused(R::HandleUnknown));
        }),
        ("the sixth answer", &["otp-attempts-limited"], |s| {
            entered(s.stands(Level::One, Some(A)));
            for _ in 0..5 {
                s.reset_answers("p", "chó", refused(R::AnswersWrong));
            }
            s.reset_answers("p", "mèo", done());
        }),
        ("other questions than the account's", &["activate-needs-two-security-questions"], |s| {
            s.stands(Level::One, Some(A)).resetting("p", 606_060);
            s.reset_code("p", 606_060, values(|v| v.questions = vec![3, 4]));
        }),
        ("the answer names no questions", &[], |s| {
            s.stands(Level::One, Some(A)).resetting("p", 606_060).reset_code("p", 606_060, done());
            s.reset_answers("p", "mèo", done()).reset_password("p", OTHER, done());
        }),
        ("an app account is told questions", &["activate-needs-two-security-questions"], |s| {
            s.stands(Level::App, None).resetting("p", 606_060);
            s.reset_code("p", 606_060, values(|v| v.questions = vec![1, 2]));
        }),
        ("a weak password", &["password-policy"], |s| {
            s.stands(Level::App, None).resetting("p", 606_060).reset_code("p", 606_060, done());
            s.reset_password("p", "kurz", done());
        }),
        ("a second password", &["steps-in-order"], |s| {
            s.stands(Level::App, None).resetting("p", 606_060).reset_code("p", 606_060, done());
            s.reset_password("p", OTHER, done()).reset_password("p", "Mat-Khau-3", done());
        }),
        ("the password's answer is lost", &[], |s| {
            s.stands(Level::App, None).resetting("p", 606_060).reset_code("p", 606_060, done());
            s.reset_password("p", OTHER, lost()).login(OTHER, session("t"));
        }),
        ("refused, and set all the same", &["refusal-changes-nothing"], |s| {
            s.stands(Level::App, None).resetting("p", 606_060).reset_code("p", 606_060, done());
            s.reset_password("p", "kurz", refused(R::PasswordWeak)).login("kurz", session("t"));
        }),
    ]);
}

#[test]
fn a_resets_code_keeps_the_rules_of_codes() {
    use Reason as R;
    tell(&[
        ("a registration's code", &["otp-bound-to-purpose"], |s| {
            s.register(phone(0), "r", 111_111).confirm("r", 111_111, done()).password("r", PASSWORD, done());
            s.after(61 * SECOND).resetting("p", 606_060).reset_code("p", 111_111, done());
        }),
        ("another citizen's code", &["otp-bound-to-citizen"], |s| {
            s.stands(Level::App, None).resetting("p", 606_060).person_acts(1);
            s.stands(Level::App, None).resetting("q", 707_070).reset_code("q", 606_060, done());
        }),
        ("another phone shows the handle", &["otp-bound-to-citizen"], |s| {
            s.stands(Level::App, None).resetting("p", 606_060).on(B).reset_code("p", 606_060, done());
        }),
        ("used twice", &["otp-single-use"], |s| {
            s.stands(Level::App, None).resetting("p", 606_060);
            s.reset_code("p", 606_060, done()).reset_code("p", 606_060, done());
        }),
        ("after five wrong ones", &["otp-attempts-limited"], |s| {
            s.stands(Level::App, None).resetting("p", 606_060);
            for n in 0..5 {
                s.reset_code("p", n, refused(R::CodeWrong));
            }
            s.reset_code("p", 606_060, done());
        }),
        ("resent too soon", &["otp-resend-limited"], |s| {
            s.stands(Level::App, None).resetting("p", 606_060);
            s.call(Operation::ResetResend { challenge: Token::new("p") }, done()).message(
                phone(0),
                SmsPurpose::Reset,
                Some(1),
            );
        }),
        ("a resend voids the older", &["otp-superseded-by-newer"], |s| {
            s.stands(Level::App, None).resetting("p", 606_060).after(61 * SECOND);
            s.call(Operation::ResetResend { challenge: Token::new("p") }, done());
            s.message(phone(0), SmsPurpose::Reset, Some(616_161)).reset_code("p", 606_060, done());
        }),
        ("a reset does not lift the lock", &["login-lockout"], |s| {
            s.stands(Level::App, None).login(PASSWORD, session("t"));
            for _ in 0..5 {
                s.login("Falsch-11", refused(R::CredentialsWrong));
            }
            s.resetting("p", 606_060).reset_code("p", 606_060, done()).reset_password("p", OTHER, done());
            s.login(OTHER, session("u"));
        }),
    ]);
    for (age, outcome, broken) in [
        (179_999, done(), 0),
        (180_000, done(), 1),
        (179_999, refused(R::CodeExpired), 1),
        (180_000, refused(R::CodeExpired), 0),
    ] {
        let mut s = Story::new();
        s.stands(Level::App, None).resetting("p", 606_060).after(age).reset_code("p", 606_060, outcome);
        assert_eq!(s.broken(), vec!["otp-expires"; broken], "{age}");
    }
    for (age, outcome, broken) in [
        (899_999, done(), 0),
        (900_000, done(), 1),
        (899_999, refused(R::StepOutOfOrder), 1),
        (900_000, refused(R::StepOutOfOrder), 0),
    ] {
        let mut s = Story::new();
        s.stands(Level::App, None).resetting("p", 606_060).reset_code("p", 606_060, done());
        s.after(age).reset_password("p", OTHER, outcome);
        assert_eq!(s.broken(), vec!["steps-in-order"; broken], "{age}");
    }
}

#[test]
fn of_two_simultaneous_codes_one_wins() {
    let enter = || Operation::ResetConfirm { challenge: Token::new("p"), code: Code(606_060) };
    for (second, broken) in [(refused(Reason::CodeUsed), vec![]), (done(), vec!["otp-single-use"])] {
        let mut s = Story::new();
        s.stands(Level::App, None).resetting("p", 606_060);
        let now = s.now;
        s.between(now, now + 50, enter(), done()).between(now + 10, now + 40, enter(), second);
        assert_eq!(s.broken(), broken);
    }
}

#[test]
fn a_reset_tells_nobody_whether_there_is_an_account() {
    use Reason as R;
    tell(&[
        ("nobody's account: answered alike, no code, no way on", &[], |s| {
            s.reset(phone(0), "p").reset_code("p", 1, refused(R::CodeWrong));
        }),
        ("a wrong phone: answered alike", &[], |s| {
            s.stands(Level::App, None).reset(phone(1), "p").reset_code("p", 1, refused(R::CodeWrong));
        }),
        ("a request that sent nothing may count for the phone", &[], |s| {
            s.stands(Level::App, None).person_acts(1).reset(phone(0), "q").person_acts(0);
            let number = s.number();
            s.call(Operation::ResetRequest { number, phone: phone(0) }, refused(R::ResendTooSoon));
        }),
        ("or may not", &[], |s| {
            s.stands(Level::App, None).person_acts(1).reset(phone(0), "q").person_acts(0).resetting("p", 606_060);
        }),
        ("a bound phone that shows no proof", &[], |s| {
            s.stands(Level::One, Some(A)).proof = ProofShown::Missing;
            let number = s.number();
            s.call(Operation::ResetRequest { number, phone: phone(0) }, refused(R::ProofMissing));
        }),
        ("refused since there is none", &["no-enumeration"], |s| {
            let number = s.number();
            s.call(Operation::ResetRequest { number, phone: phone(0) }, refused(R::CredentialsWrong));
        }),
        ("refused since the phone is another", &["no-enumeration"], |s| {
            let number = s.stands(Level::App, None).number();
            s.call(Operation::ResetRequest { number, phone: phone(1) }, refused(R::PhoneNotRegistered));
        }),
        ("a message for nobody's account", &["otp-goes-to-registered-phone"], |s| {
            s.reset(phone(0), "p").message(phone(0), SmsPurpose::Reset, Some(606_060));
        }),
        ("a message to a wrong phone", &["otp-goes-to-registered-phone"], |s| {
            s.stands(Level::App, None).reset(phone(1), "p").message(phone(1), SmsPurpose::Reset, Some(606_060));
        }),
        ("a message out of the blue", &["sms-only-for-challenges"], |s| {
            s.stands(Level::App, None).call(Operation::ServiceHealth, done()).after(181 * SECOND);
            s.call(Operation::ServiceHealth, done()).message(phone(0), SmsPurpose::Reset, Some(606_060));
        }),
        ("nobody's account: a code leads on", &["otp-goes-to-registered-phone"], |s| {
            s.reset(phone(0), "p").reset_code("p", 1, done());
        }),
    ]);
}

#[test]
fn the_words_of_a_wrong_code_tell_nothing() {
    let run = |words: [u64; 2]| {
        let mut tally = Tally::new();
        for (cell, exists) in [(1, true), (2, false), (3, true), (4, false)] {
            let mut s = Story::new();
            s.facts.cell = CellId(cell);
            if exists {
                s.stands(Level::App, None).resetting("p", 606_060);
            } else {
                s.reset(phone(0), "p");
            }
            s.reset_code("p", 1, refused(Reason::CodeWrong)).last().wording = Some(Digest(words[usize::from(exists)]));
            tally.absorb(s.verdict());
        }
        let judgement = tally.finish();
        judgement.findings.iter().map(|group| group.rule.slug()).collect::<Vec<_>>()
    };
    assert_eq!(run([7, 7]), NONE);
    assert_eq!(run([7, 8]), ["no-enumeration"]);
}

/// A reset asked for and its code asked for again, both accepted with these words.
fn worded(exists: bool, words: u64) -> songsinh_oracle::CellVerdict {
    let mut s = Story::new();
    if exists {
        s.stands(Level::App, None);
    }
    s.reset(phone(0), "p").last().wording = Some(Digest(words));
    if exists {
        s.message(phone(0), SmsPurpose::Reset, Some(606_060));
    }
    s.after(61 * SECOND).call(Operation::ResetResend { challenge: Token::new("p") }, given("p"));
    s.last().wording = Some(Digest(words + 100));
    if exists {
        s.message(phone(0), SmsPurpose::Reset, Some(606_061));
    }
    assert_eq!(s.broken(), NONE);
    s.verdict()
}

#[test]
fn an_accepted_reset_that_tells_whether_an_account_exists_is_found() {
    for (words, wanted) in [([1, 1, 1, 1], (8, 0, 0)), ([1, 1, 2, 2], (0, 2, 0)), ([1, 2, 3, 4], (0, 0, 8))] {
        let mut tally = Tally::new();
        for (at, words) in words.into_iter().enumerate() {
            tally.absorb(worded(at < 2, words));
        }
        let judgement = tally.finish();
        let count = &judgement.rules[&Rule::NoEnumeration];
        assert_eq!((count.allowed, count.violation, count.undecided), wanted, "{words:?}");
    }
    // That it was accepted decides nothing.
    let mut s = Story::new();
    s.reset(phone(0), "p");
    assert_eq!(s.verdict().counts.of(Rule::NoEnumeration).allowed, 0);
}
