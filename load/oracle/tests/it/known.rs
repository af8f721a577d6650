//! People whom the target may have known before the cell began: nothing about them is judged once it shows that it did,
//! and nobody is taken for one of them whose answers the cell itself explains.

use crate::support::*;
use songsinh_contract::*;

/// What is told, whether it shows that the target knew the citizen, the story.
type Case = (&'static str, bool, fn(&mut Story));

/// Three people, of whom the target may have known the first.
fn stranger() -> Story {
    let mut s = Story::of(3);
    s.facts.members[0].prior = Prior::Unknown;
    s
}

/// Whether the first person is taken for one whom the target knew.
fn is_known(s: &Story) -> bool {
    s.verdict().dirty == [CitizenIndex(0)]
}

#[test]
fn a_right_form_refused_as_known_shows_that_the_target_knew_the_citizen() {
    use Reason as R;
    let cases: [Case; 11] = [
        ("the account exists", true, |s| {
            s.try_register(phone(0), refused(R::AccountExists));
        }),
        ("nobody of the cell has the phone", true, |s| {
            s.try_register(phone(0), refused(R::PhoneTaken));
        }),
        ("somebody of the cell has another phone", true, |s| {
            s.person_acts(1).registered().person_acts(0).try_register(phone(0), refused(R::PhoneTaken));
        }),
        ("somebody of the cell has the phone", false, |s| {
            s.person_acts(1).register(phone(0), "q", 111_111).confirm("q", 111_111, done());
            s.password("q", PASSWORD, done()).person_acts(0).after(61 * SECOND);
            s.try_register(phone(0), refused(R::PhoneTaken));
        }),
        ("somebody of the cell has the phone, and the account exists", true, |s| {
            s.person_acts(1).register(phone(0), "q", 111_111).confirm("q", 111_111, done());
            s.password("q", PASSWORD, done()).person_acts(0).after(61 * SECOND);
            s.try_register(phone(0), refused(R::AccountExists));
        }),
        ("somebody waits at a counter with the phone", false, |s| {
            let filing = s.officer().filing(1, phone(0));
            s.file(filing, given("w")).person_acts(0).try_register(phone(0), refused(R::PhoneTaken));
        }),
        ("for another reason", false, |s| {
            s.try_register(phone(0), refused(R::ResendTooSoon));
        }),
        ("a wrong form", false, |s| {
            let form = Form { name: "Nguyễn Văn Ba".into(), ..form(&s.person(), phone(0)) };
            s.call(Operation::AccountRegister { form, scanned: None }, refused(R::AccountExists));
        }),
        ("with another's card", false, |s| {
            let (form, scanned) = (form(&s.person(), phone(0)), Some(Box::new(printed(&person(1)))));
            s.call(Operation::AccountRegister { form, scanned }, refused(R::AccountExists));
        }),
        ("with the own card", true, |s| {
            let (form, scanned) = (form(&s.person(), phone(0)), Some(Box::new(printed(&s.person()))));
            s.call(Operation::AccountRegister { form, scanned }, refused(R::AccountExists));
        }),
        ("who registered here was not known", false, |s| {
            s.registered().after(61 * SECOND).try_register(phone(0), refused(R::AccountExists));
        }),
    ];
    for (what, known, write) in cases {
        let mut s = stranger();
        write(&mut s);
        assert_eq!((is_known(&s), s.findings()), (known, vec![]), "{what}");
    }
}

#[test]
fn who_logs_in_without_an_account_of_the_cell_was_known_before() {
    let mut s = stranger();
    s.login(PASSWORD, session("s")).with("s").show(told(Level::Two, Application::Approved, Activation::Activated));
    assert_eq!((is_known(&s), s.findings()), (true, vec![]));
    // One whom the target did not know before has logged in wrongly, and is judged on.
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111).confirm("r", 111_111, done()).login(PASSWORD, session("s"));
    assert_eq!((is_known(&s), s.broken()), (false, vec!["register-incomplete-leaves-nothing"]));
    // So has one who registered here.
    let mut s = stranger();
    s.registered().login(PASSWORD, session("s"));
    assert_eq!((is_known(&s), s.broken()), (false, vec![]));
}

/// The first member activates: code, password, passcode, questions.
fn activates_with_password(s: &mut Story) -> &mut Story {
    s.person_acts(0).call(Operation::ServiceQuestions, listed());
    s.activation(phone(0), "a", 222_222).enter("a", 222_222, done());
    let (challenge, password) = (Token::new("a"), Secret::new(PASSWORD));
    s.call(Operation::ActivationSetPassword { challenge, password }, done());
    s.passcode("a", "123456", done()).questions("a", done())
}

#[test]
fn who_activates_what_nobody_filed_for_was_known_before() {
    let mut s = stranger();
    activates_with_password(&mut s).login(PASSWORD, session("s")).with("s");
    s.show(told(Level::Two, Application::Approved, Activation::Activated)).officer();
    let filing = s.filing(0, phone(0));
    s.file(filing, refused(Reason::ApplicationExists));
    assert_eq!((is_known(&s), s.findings()), (true, vec![]));
}

#[test]
fn who_activates_what_was_filed_for_here_is_judged_from_then_on() {
    for (outcome, broken) in [(given("w"), vec!["steps-in-order"]), (refused(Reason::ApplicationExists), vec![])] {
        let mut s = stranger();
        s.officer().files().decides(true);
        activates_with_password(&mut s).officer();
        let filing = s.filing(0, phone(0));
        s.file(filing, outcome.clone());
        assert_eq!((is_known(&s), s.broken()), (false, broken), "{outcome:?}");
    }
}

#[test]
fn who_may_have_been_known_before_waits_and_registers_unjudged() {
    let mut s = stranger();
    s.officer().files().decides(true).person_acts(0).try_register(phone(0), given("r"));
    assert_eq!(s.findings(), vec![]);
    s.facts.members[0].prior = Prior::None;
    assert_eq!(s.broken(), ["register-one-account-per-citizen"]);
}

#[test]
fn a_reset_leads_on_wherever_an_account_may_be_behind_it() {
    let write = |before: fn(&mut Story), s: &mut Story| {
        before(s);
        s.person_acts(0).resetting("p", 606_060).reset_code("p", 606_060, done());
        s.findings()
    };
    assert_eq!(write(|_| {}, &mut stranger()), vec![], "somebody whom the target may have known");
    let known = |s: &mut Story| {
        s.login(PASSWORD, session("s")).try_register(phone(0), given("r"));
    };
    assert_eq!(write(known, &mut stranger()), vec![], "somebody whom it knew");
    let mut s = Story::of(3);
    s.stands(Level::Two, None);
    if let Prior::Standing(standing) = &mut s.facts.members[0].prior {
        standing.password = None;
    }
    assert_eq!(write(|_| {}, &mut s), vec![], "level 2 was granted before, and never activated");
    let filed = |s: &mut Story| {
        s.officer().files().decides(true);
    };
    assert_eq!(write(filed, &mut Story::of(3)), vec![], "level 2 was granted here, and is not activated");
    let nobody: Vec<_> = write(|_| {}, &mut Story::of(3)).iter().map(|f| f.rule.slug()).collect();
    assert_eq!(nobody, ["otp-goes-to-registered-phone"; 2], "nobody's account");
}

#[test]
fn the_words_of_an_answer_to_who_was_known_before_are_not_compared() {
    let told = |mut s: Story| {
        s.try_register(phone(0), given("r")).after(61 * SECOND).reset(phone(0), "p").last().wording = Some(Digest(1));
        s.verdict().statistics.wordings.len()
    };
    let mut known = stranger();
    known.login(PASSWORD, session("s"));
    assert_eq!((told(known), told(Story::of(3))), (0, 1));
}
