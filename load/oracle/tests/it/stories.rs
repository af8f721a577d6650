//! Stories hold what one must see to agree: every try that makes a lock, every code that makes a limit.

use crate::support::*;
use songsinh_contract::*;

/// The story of the only finding.
fn told(s: &Story) -> Vec<u32> {
    let findings = s.findings();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings[0].story.clone()
}

#[test]
fn a_lock_shows_all_the_wrong_passwords() {
    // Registered by 0 to 2; a wrong password, a right one, five wrong ones, one more while locked.
    let mut s = Story::new();
    s.registered().login("Falsch-11", refused(Reason::CredentialsWrong)).login(PASSWORD, session("s"));
    for _ in 0..5 {
        s.login("Falsch-11", refused(Reason::CredentialsWrong));
    }
    s.login("Falsch-11", refused(Reason::Locked)).login(PASSWORD, session("t"));
    assert_eq!(told(&s), [2, 5, 6, 7, 8, 9, 11]);
    // Locked after four.
    let mut s = Story::new();
    s.registered();
    for _ in 0..4 {
        s.login("Falsch-11", refused(Reason::CredentialsWrong));
    }
    s.login(PASSWORD, refused(Reason::Locked));
    assert_eq!(told(&s), [2, 3, 4, 5, 6, 7]);
    // Of a try whose answer nobody saw it is not known whether it counted.
    let mut s = Story::new();
    s.registered();
    for n in 0..6 {
        let unseen = Outcome::Unmapped { status: 500, sample: "oops".into() };
        s.login("Falsch-11", if n == 2 { unseen } else { refused(Reason::CredentialsWrong) });
    }
    s.login(PASSWORD, session("t"));
    assert_eq!(told(&s), [2, 3, 4, 6, 7, 8, 9]);
}

#[test]
fn a_void_code_shows_all_the_wrong_ones_since_it_was_sent() {
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111).confirm("r", 1, refused(Reason::CodeWrong));
    s.after(61 * SECOND).resend("r", phone(0), 222_222);
    for n in 0..5 {
        s.confirm("r", n, refused(Reason::CodeWrong));
    }
    s.confirm("r", 222_222, done());
    assert_eq!(told(&s), [0, 2, 3, 4, 5, 6, 7, 8]);
    // Fifteen over three codes.
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111);
    for n in 0..15 {
        if n > 0 && n % 5 == 0 {
            s.after(61 * SECOND).resend("r", phone(0), 222_000 + n);
        }
        s.confirm("r", n, refused(Reason::CodeWrong));
    }
    s.after(61 * SECOND).resend("r", phone(0), 333_333).confirm("r", 333_333, done());
    let all: Vec<u32> = (0..20).filter(|n| ![6, 12].contains(n)).collect();
    assert_eq!(told(&s), all);
}

#[test]
fn too_many_codes_show_every_one() {
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111);
    for n in 0..6 {
        s.after(61 * SECOND).resend("r", phone(0), 222_000 + n);
    }
    assert_eq!(told(&s), [0, 1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_lock_of_the_utilities_shows_the_wrong_passcodes() {
    let s = crate::utilities::unlocked(1_000, done());
    // Logged in by 0, opened by 1.
    assert_eq!(told(&s), [0, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_reset_that_ends_late_shows_the_wrong_answers() {
    use crate::desk::values;
    let mut s = Story::new();
    s.stands(Level::One, Some(A)).resetting("p", 606_060);
    s.reset_code("p", 606_060, values(|v| v.questions = vec![1, 2])).call(Operation::ServiceHealth, done());
    for _ in 0..5 {
        s.reset_answers("p", "chó", refused(Reason::AnswersWrong));
    }
    s.reset_answers("p", "mèo", refused(Reason::StepOutOfOrder)).reset_answers("p", "mèo", done());
    // The code was asked for by 0 and entered by 1.
    assert_eq!(told(&s), [0, 1, 3, 4, 5, 6, 7, 9]);
}

#[test]
fn too_many_codes_show_those_of_the_purpose_as_far_back_as_it_takes() {
    let mut s = Story::new();
    s.approved();
    let first = s.observations.len() as u32;
    s.activation(phone(0), "a", 222_000);
    sent_again(&mut s, "a", 222_001);
    s.after(61 * SECOND).activation(phone(0), "b", 222_002);
    for n in 3..6 {
        sent_again(&mut s, "b", 222_000 + n);
    }
    s.resetting("p", 606_060);
    sent_again(&mut s, "b", 222_006);
    sent_again(&mut s, "b", 222_007);
    // The password by 2; all codes of the activation but the very first, which is no resend; not the reset's.
    let wanted: Vec<u32> = [2].into_iter().chain((first + 1..first + 9).filter(|seq| *seq != first + 6)).collect();
    assert_eq!(told(&s), wanted);
}

fn sent_again(s: &mut Story, handle: &str, code: u32) {
    s.after(61 * SECOND).call(Operation::ActivationResend { challenge: Token::new(handle) }, done());
    s.message(phone(0), SmsPurpose::Activate, Some(code));
}

#[test]
fn a_refusal_that_speaks_of_tries_where_there_was_no_code_shows_the_session_alone() {
    let mut s = Story::new();
    s.logged_in().show(refused(Reason::CodeVoid));
    assert_eq!(told(&s), [2, 3, 4]);
}

#[test]
fn a_third_use_of_what_serves_once_shows_both_before() {
    use crate::desk::opened;
    let stories = |s: &Story| s.findings().into_iter().map(|f| f.story).collect::<Vec<_>>();
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111);
    for _ in 0..3 {
        s.confirm("r", 111_111, done());
    }
    assert_eq!(stories(&s), [vec![0, 1, 2], vec![0, 1, 2, 3]]);
    let mut s = Story::new();
    s.stands_in(Level::One);
    for (token, refresh) in [("t", "g"), ("u", "h"), ("v", "i")] {
        s.refresh("f", opened(token, refresh));
    }
    assert_eq!(stories(&s), [vec![0, 1, 2], vec![0, 1, 2, 3]]);
}

#[test]
fn a_use_at_the_same_moment_is_shown_if_it_came_before() {
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111);
    for _ in 0..3 {
        s.between(3_000, 3_000, confirm("r", 111_111), done());
    }
    let stories: Vec<Vec<u32>> = s.findings().into_iter().map(|f| f.story).collect();
    assert_eq!(stories, [vec![0, 1, 2], vec![0, 1, 2, 3]]);
    let written = |early: (u64, u64), late: (u64, u64)| {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111);
        // The code is wrong, both times.
        s.between(early.0, early.1, confirm("r", 1), done()).between(late.0, late.1, confirm("r", 1), done());
        s.findings().into_iter().map(|f| f.story).collect::<Vec<_>>()
    };
    assert_eq!(written((3_000, 3_000), (3_000, 3_000)), [vec![0, 1], vec![0, 1, 2]]);
    assert_eq!(written((3_000, 3_010), (3_010, 3_020)), [vec![0, 1], vec![0, 1, 2]]);
    assert_eq!(written((3_000, 3_010), (3_009, 3_020)), [vec![0, 2, 1], vec![0, 1, 2]]);
}

#[test]
fn what_an_answer_itself_brought_about_is_named_once() {
    // The passcode was refused and set all the same.
    let mut s = Story::new();
    s.approved().call(Operation::ServiceQuestions, listed());
    s.activation(phone(0), "a", 222_222).enter("a", 222_222, done());
    s.passcode("a", "12345", refused(Reason::PasscodeMalformed)).questions("a", done());
    let finding = s.findings().remove(0);
    assert_eq!(finding.rule, Rule::RefusalChangesNothing);
    let last = s.observations.len() as u32 - 1;
    assert_eq!(finding.story, [2, last - 3, last - 2, last - 1, last]);
}
