//! Wrong stories: each flags exactly its rule, once, and names the witnesses.

use crate::right::race;
use crate::support::*;
use songsinh_contract::*;
use songsinh_oracle::{FindingKind, Judge, Tally};

/// What is wrong, the rule, the story.
type Case = (&'static str, &'static str, Box<dyn Fn(&mut Story)>);

fn case(what: &'static str, rule: &'static str, write: impl Fn(&mut Story) + 'static) -> Case {
    (what, rule, Box::new(write))
}

fn registration() -> Vec<Case> {
    use Reason as R;
    vec![
        case("a wrong name is accepted", "register-needs-population-match", |s| {
            let mut wrong = form(&s.person(), phone(0));
            wrong.name = "Nguyen Van An".into();
            s.call(Operation::AccountRegister { form: wrong, scanned: None }, given("r"));
        }),
        case("nobody's number is accepted", "register-needs-population-match", |s| {
            let mut wrong = form(&s.person(), phone(0));
            wrong.number = "008099000001".into();
            s.call(Operation::AccountRegister { form: wrong, scanned: None }, given("r"));
        }),
        case("nobody's number is accepted and its story goes on", "register-needs-population-match", |s| {
            let mut wrong = form(&s.person(), phone(0));
            wrong.number = "008099000001".into();
            s.call(Operation::AccountRegister { form: wrong, scanned: None }, given("r"));
            s.message(phone(0), SmsPurpose::Register, Some(111_111)).after(61 * SECOND).resend("r", phone(0), 222_222);
            s.confirm("r", 222_222, done()).password("r", PASSWORD, done());
        }),
        case("a right form is refused", "register-needs-population-match", |s| {
            s.try_register(phone(0), refused(R::PopulationMismatch));
        }),
        case("the first code comes too soon", "otp-resend-limited", |s| {
            s.try_register(phone(0), refused(R::ResendTooSoon));
        }),
        case("a level from nowhere", "steps-in-order", |s| {
            s.logged_in().show(told(Level::One, Application::None, Activation::None));
        }),
        case("after a mismatch the right form is refused", "register-mismatch-is-correctable", |s| {
            let mut wrong = form(&s.person(), phone(0));
            wrong.sex = Sex::Female;
            s.call(Operation::AccountRegister { form: wrong, scanned: None }, refused(R::PopulationMismatch));
            s.try_register(phone(0), refused(R::PopulationMismatch));
        }),
        case("eleven digits are accepted", "register-number-is-well-formed", |s| {
            let mut wrong = form(&s.person(), phone(0));
            wrong.number = "00808000471".into();
            s.call(Operation::AccountRegister { form: wrong, scanned: None }, given("r"));
        }),
        case("another's card is scanned", "register-scan-matches-typed", |s| {
            let scanned = Some(Box::new(printed(&person(1))));
            let form = form(&s.person(), phone(0));
            s.call(Operation::AccountRegister { form, scanned }, given("r"));
        }),
        case("the dead register", "register-person-eligible", |s| {
            s.facts.members[0].person.life = LifeStatus::Dead;
            s.try_register(phone(0), given("r"));
        }),
        case("a second account", "register-one-account-per-citizen", |s| {
            s.registered().after(61 * SECOND).try_register(phone(0), given("q"));
        }),
        case("two simultaneous registrations both win", "register-one-account-per-citizen", |s| {
            s.register(phone(0), "r", 111_111).confirm("r", 111_111, done());
            s.register(phone(1), "q", 222_222).confirm("q", 222_222, done());
            let (now, password) = (s.now, Secret::new(PASSWORD));
            let set = |h| Operation::AccountSetPassword { challenge: Token::new(h), password: password.clone() };
            s.between(now, now + 9, set("r"), done()).between(now + 1, now + 8, set("q"), done());
        }),
        case("a second citizen on one phone", "register-one-account-per-phone", |s| {
            s.registered().member = 1;
            s.after(61 * SECOND).try_register(phone(0), given("q"));
        }),
        case("a login before the password is set", "register-incomplete-leaves-nothing", |s| {
            s.register(phone(0), "r", 111_111).confirm("r", 111_111, done()).login(PASSWORD, session("s"));
        }),
        case("the password is set before the code is entered", "steps-in-order", |s| {
            s.register(phone(0), "r", 111_111).password("r", PASSWORD, done());
        }),
        case("a weak password", "password-policy", |s| {
            s.register(phone(0), "r", 111_111).confirm("r", 111_111, done()).password("r", "abc", done());
        }),
        case("a refused password is set all the same", "refusal-changes-nothing", |s| {
            s.register(phone(0), "r", 111_111).confirm("r", 111_111, done());
            s.password("r", "abc", refused(R::PasswordWeak)).login("abc", session("s"));
        }),
        case("an account that was acknowledged is gone", "acknowledged-is-durable", |s| {
            s.registered().login(PASSWORD, refused(R::CredentialsWrong));
        }),
        case("a challenge that was acknowledged is gone", "acknowledged-is-durable", |s| {
            s.register(phone(0), "r", 111_111).confirm("r", 111_111, refused(R::HandleUnknown));
        }),
        case("a server error", "error-is-not-a-verdict", |s| {
            s.try_register(phone(0), Outcome::Fault { status: 500 });
        }),
        case("overload without a wait", "error-is-not-a-verdict", |s| {
            s.try_register(phone(0), Outcome::Unavailable { retry_after: None });
        }),
    ]
}

fn codes() -> Vec<Case> {
    use Reason as R;
    vec![
        case("a wrong code at registration", "register-incomplete-leaves-nothing", |s| {
            s.register(phone(0), "r", 111_111).confirm("r", 999_999, done());
        }),
        case("an old code after its life", "otp-expires", |s| {
            s.register(phone(0), "r", 111_111).after(181 * SECOND).confirm("r", 111_111, done());
        }),
        case("a young code is said to be expired", "otp-expires", |s| {
            s.register(phone(0), "r", 111_111).confirm("r", 111_111, refused(R::CodeExpired));
        }),
        case("a used code", "otp-single-use", |s| {
            s.register(phone(0), "r", 111_111).confirm("r", 111_111, done()).confirm("r", 111_111, done());
        }),
        case("two simultaneous uses both win", "otp-single-use", |s| {
            s.register(phone(0), "r", 111_111);
            let now = s.now;
            s.between(now, now + 9, confirm("r", 111_111), done());
            s.between(now + 1, now + 8, confirm("r", 111_111), done());
        }),
        case("the code before the resend", "otp-superseded-by-newer", |s| {
            s.register(phone(0), "r", 111_111).after(61 * SECOND).resend("r", phone(0), 222_222);
            s.confirm("r", 111_111, done());
        }),
        case("the right code after five wrong ones", "otp-attempts-limited", |s| {
            s.register(phone(0), "r", 111_111);
            for n in 0..5 {
                s.confirm("r", n, refused(R::CodeWrong));
            }
            s.confirm("r", 111_111, done());
        }),
        case("fifteen wrong codes within the hour, then the right one", "otp-attempts-limited", |s| {
            s.register(phone(0), "r", 111_111);
            for n in 0..15 {
                if n > 0 && n % 5 == 0 {
                    s.after(61 * SECOND).resend("r", phone(0), 222_000 + n);
                }
                s.confirm("r", n, refused(R::CodeWrong));
            }
            s.after(61 * SECOND).resend("r", phone(0), 333_333).confirm("r", 333_333, done());
        }),
        case("the resend gives no fresh tries", "otp-attempts-limited", |s| {
            s.register(phone(0), "r", 111_111);
            for n in 0..5 {
                s.confirm("r", n, refused(R::CodeWrong));
            }
            s.after(61 * SECOND).resend("r", phone(0), 222_222).confirm("r", 222_222, refused(R::CodeVoid));
        }),
        case("the registration code activates", "otp-bound-to-purpose", |s| {
            s.approved().activation(phone(0), "a", 222_222).enter("a", 111_111, done());
        }),
        case("another citizen's code", "otp-bound-to-citizen", |s| {
            s.register(phone(0), "r", 111_111);
            (s.member, s.device) = (1, B);
            s.register(phone(1), "q", 222_222).confirm("q", 111_111, done());
        }),
        case("the handle serves another phone", "otp-bound-to-citizen", |s| {
            s.register(phone(0), "r", 111_111).device = B;
            s.confirm("r", 111_111, done());
        }),
        case("a resend too soon", "otp-resend-limited", |s| {
            s.register(phone(0), "r", 111_111).resend("r", phone(0), 222_222);
        }),
        case("a sixth resend", "otp-resend-limited", |s| {
            s.register(phone(0), "r", 111_111);
            for n in 0..6 {
                s.after(61 * SECOND).resend("r", phone(0), 222_000 + n);
            }
        }),
        case("a resend is refused after a minute", "otp-resend-limited", |s| {
            s.register(phone(0), "r", 111_111).after(61 * SECOND).try_resend("r", refused(R::ResendTooSoon));
        }),
        case("a code without a request", "sms-only-for-challenges", |s| {
            s.register(phone(0), "r", 111_111).confirm("r", 111_111, done());
            s.message(phone(0), SmsPurpose::Register, Some(222_222));
        }),
        case("a refused registration sends a code", "sms-only-for-challenges", |s| {
            s.facts.members[0].person.life = LifeStatus::Cancelled;
            s.try_register(phone(0), refused(R::PersonNotEligible));
            s.message(phone(0), SmsPurpose::Register, Some(222_222));
        }),
        case("the code goes to another phone", "otp-goes-to-registered-phone", |s| {
            s.try_register(phone(0), given("r")).message(phone(1), SmsPurpose::Register, Some(222_222));
        }),
        case("a refused activation sends its code to the phone named", "otp-goes-to-registered-phone", |s| {
            s.approved().request(phone(1), refused(R::PhoneNotRegistered));
            s.message(phone(1), SmsPurpose::Activate, Some(222_222));
        }),
        case("a link in a code message", "sms-states-purpose", |s| {
            s.register(phone(0), "r", 111_111).messages[0].text = "Ma 111111 https://vneid.example".into();
        }),
    ]
}

fn sessions() -> Vec<Case> {
    use Reason as R;
    vec![
        case("a wrong password", "login-needs-password", |s| {
            s.registered().login("Falsch-11", session("s"));
        }),
        case("the right password while locked", "login-lockout", |s| {
            s.registered();
            (0..5).for_each(|_| {
                s.login("Falsch-11", refused(R::CredentialsWrong));
            });
            s.login(PASSWORD, session("s"));
        }),
        case("locked after four", "login-lockout", |s| {
            s.registered();
            (0..4).for_each(|_| {
                s.login("Falsch-11", refused(R::CredentialsWrong));
            });
            s.login(PASSWORD, refused(R::Locked));
        }),
        case("the lock does not end", "login-lockout", |s| {
            s.registered();
            (0..5).for_each(|_| {
                s.login("Falsch-11", refused(R::CredentialsWrong));
            });
            s.after(301 * SECOND).login(PASSWORD, refused(R::Locked));
        }),
        case("a session idle too long", "session-expires", |s| {
            s.logged_in().after(16 * 60 * SECOND).show(done());
        }),
        case("a young session is said to be expired", "session-expires", |s| {
            s.logged_in().show(refused(R::SessionExpired));
        }),
        case("a session older than its whole life", "session-expires", |s| {
            s.logged_in();
            for _ in 0..73 {
                s.after(10 * 60 * SECOND).show(done());
            }
        }),
        case("a session on another device", "session-bound-to-device", |s| {
            s.logged_in().device = B;
            s.show(done());
        }),
        case("the account's page without a session", "no-personal-data-leak", |s| {
            s.show(done());
        }),
        case("another citizen's data", "no-personal-data-leak", |s| {
            let other = person(1);
            let shown = Shown { number: Some(other.number), ..Shown::default() };
            s.logged_in().show(Outcome::Done(Box::new(Values { shown: Some(Box::new(shown)), ..Values::default() })));
        }),
        case("another citizen's data and the state of that account", "no-personal-data-leak", |s| {
            let other = person(1);
            let shown = Shown { number: Some(other.number), ..Shown::default() };
            let account = AccountState {
                level: Level::Two,
                application: Application::Approved,
                activation: Activation::Activated,
            };
            let values = Values { shown: Some(Box::new(shown)), account: Some(account), ..Values::default() };
            s.logged_in().show(Outcome::Done(Box::new(values)));
            s.last().numbers_seen = vec![other.number];
        }),
        case("another citizen's number in a refusal", "no-personal-data-leak", |s| {
            s.register(phone(0), "r", 111_111).confirm("r", 111_112, refused(R::CodeWrong));
            s.last().numbers_seen = vec![person(1).number];
        }),
        case("an application without login", "level1-needs-login", |s| {
            s.registered().read_card("l");
        }),
        case("another's card", "card-belongs-to-citizen", |s| {
            s.logged_in().try_read(printed(&person(1)), false, given("l"));
        }),
        case("what is shown is not the card's", "card-data-shown-is-true", |s| {
            let shown = Shown { name: Some("Nguyễn Văn Ba".into()), ..Shown::default() };
            let values = Values { handle: Some(Token::new("l")), shown: Some(Box::new(shown)), ..Values::default() };
            s.logged_in();
            s.try_read(printed(&s.person()), false, Outcome::Done(Box::new(values)));
        }),
        case("an expired card", "card-not-revoked-or-expired", |s| {
            s.facts.members[0].person.card.as_mut().unwrap().expires = Some(jiff::civil::date(2022, 8, 21));
            s.logged_in().read_card("l");
        }),
        case("a printed QR although the phone reads chips", "card-qr-only-without-nfc", |s| {
            s.logged_in();
            s.try_read(printed(&s.person()), true, given("l"));
        }),
        case("no portrait", "portrait-required", |s| {
            s.logged_in().read_card("l").submit("l", done());
        }),
        case("an empty portrait", "portrait-required", |s| {
            s.logged_in().read_card("l").portrait("l", None, done());
        }),
        case("another's portrait", "portrait-matches", |s| {
            s.logged_in().read_card("l").portrait("l", Some(person(1).portrait), done());
        }),
        case("no e-mail, no application", "email-optional", |s| {
            let own = s.person().portrait;
            s.logged_in().read_card("l").portrait("l", Some(own), done()).submit("l", refused(R::Malformed));
        }),
    ]
}

fn activation() -> Vec<Case> {
    use Reason as R;
    vec![
        case("only an app account", "activate-app-account-refused", |s| {
            s.registered().request(phone(0), given("a"));
        }),
        case("the first message is another", "activate-app-account-refused", |s| {
            s.registered().request(phone(0), refused(R::Malformed));
        }),
        case("the second message is another", "activate-once", |s| {
            s.activated().request(phone(0), refused(R::NotIdentified));
        }),
        case("activated twice", "activate-once", |s| {
            s.activated().after(61 * SECOND).request(phone(0), given("b"));
        }),
        case("an approval that was announced is gone", "acknowledged-is-durable", |s| {
            s.approved().request(phone(0), refused(R::NotIdentified));
        }),
        case("an activation that was acknowledged is gone", "acknowledged-is-durable", |s| {
            s.activated().login(PASSWORD, session("t")).session = Some("t");
            s.show(told(Level::One, Application::Approved, Activation::Notified));
        }),
        case("another phone number", "activate-needs-registered-phone", |s| {
            s.approved().request(phone(1), given("a"));
        }),
        case("a wrong activation code", "activate-needs-code", |s| {
            s.approved().activation(phone(0), "a", 222_222).enter("a", 333_333, done());
        }),
        case("a passcode without the code", "activate-needs-code", |s| {
            s.approved().activation(phone(0), "a", 222_222).passcode("a", "123456", done());
        }),
        case("a password is set once more", "activate-sets-password-only-if-none", |s| {
            s.approved().half_active();
            let (challenge, password) = (Token::new("a"), Secret::new(PASSWORD));
            s.call(Operation::ActivationSetPassword { challenge, password }, done());
        }),
        case("five digits", "activate-needs-passcode", |s| {
            s.approved().activation(phone(0), "a", 222_222).enter("a", 222_222, done()).passcode("a", "12345", done());
        }),
        case("one question twice", "activate-needs-two-security-questions", |s| {
            s.approved().half_active().call(answers("a", [3, 3]), done());
        }),
        case("a question that is not on the list", "activate-needs-two-security-questions", |s| {
            s.approved().half_active().call(answers("a", [1, 77]), done());
        }),
        case("no passcode", "activate-incomplete-is-not-activated", |s| {
            s.approved().activation(phone(0), "a", 222_222).enter("a", 222_222, done());
            s.call(Operation::ServiceQuestions, listed()).questions("a", done());
        }),
        case("shown as activated half-way", "activate-incomplete-is-not-activated", |s| {
            s.approved().half_active().login(PASSWORD, session("t")).session = Some("t");
            s.show(told(Level::One, Application::Approved, Activation::Activated));
        }),
        case("a refused last step activates", "refusal-changes-nothing", |s| {
            s.approved().half_active().call(answers("a", [3, 3]), refused(R::QuestionsWrong));
            s.login(PASSWORD, session("t")).session = Some("t");
            s.show(told(Level::One, Application::Approved, Activation::Activated));
        }),
        case("after the window", "activation-window", |s| {
            s.approved().after(8 * 86_400 * SECOND).request(phone(0), given("a"));
        }),
        case("two notices", "approval-sends-sms", |s| {
            s.approved().after(31 * SECOND).call(Operation::ServiceHealth, done());
            s.message(phone(0), SmsPurpose::Approved, None);
        }),
        case("two notices in different words", "approval-sends-sms", |s| {
            s.approved().message(phone(0), SmsPurpose::Approved, None).messages.last_mut().unwrap().text = "2".into();
        }),
        case("a notice before the application", "approval-sends-sms", |s| {
            s.registered().message(phone(0), SmsPurpose::Approved, None);
        }),
        case("no notice although approved", "approval-sends-sms", |s| {
            s.applied().session = Some("s");
            s.show(told(Level::App, Application::Approved, Activation::Notified));
            s.after(60 * SECOND).show(done());
        }),
        case("a device in use", "device-one-account", |s| {
            s.activated().member = 1;
            s.device = B;
            s.approved().device = A;
            s.request(phone(1), given("q"));
        }),
        case("two phones both win, at once", "device-race-one-winner", |s| race(s, done(), done())),
        case("two phones both lose, at once", "device-race-one-winner", |s| {
            race(s, refused(R::AlreadyActivated), refused(R::AlreadyActivated));
        }),
        case("two phones, one after the other", "account-one-device", |s| {
            race(s, done(), done());
            let at = s.observations.len();
            s.observations[at - 1].sent = Moment(s.observations[at - 2].done.0 + 1);
            s.observations[at - 1].done = Moment(s.observations[at - 2].done.0 + 2);
        }),
        case("a login on another phone", "account-one-device", |s| {
            s.activated().device = B;
            s.login(PASSWORD, session("t"));
        }),
        case("a session call without a proof", "device-key-proof", |s| {
            s.activated().login(PASSWORD, session("t")).session = Some("t");
            s.proof = ProofShown::Missing;
            s.show(done());
        }),
        case("a replayed proof", "device-key-proof", |s| {
            s.activated().login(PASSWORD, session("t")).session = Some("t");
            s.proof = ProofShown::Replayed;
            s.show(done());
        }),
        case("a fresh proof is refused", "device-key-proof", |s| {
            s.activated().login(PASSWORD, session("t")).session = Some("t");
            s.show(refused(R::ProofStale));
        }),
    ]
}

#[test]
fn every_wrong_story_flags_exactly_its_rule() {
    let mut failures = Vec::new();
    let mut rules = std::collections::BTreeSet::new();
    for (what, rule, write) in [registration(), codes(), sessions(), activation()].into_iter().flatten() {
        let mut story = Story::of(2);
        write(&mut story);
        let mut broken = story.broken();
        // Two refusals at once cannot both be right: each may be flagged.
        broken.dedup();
        if broken != [rule] {
            failures.push(format!("{what}: {rule} wanted, {:?}", story.findings()));
        }
        rules.insert(rule);
    }
    println!("{} rules broken, each by its own story", rules.len());
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn a_finding_names_the_call_and_what_it_contradicts() {
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111).after(181 * SECOND).confirm("r", 111_111, done());
    let finding = s.findings().remove(0);
    assert_eq!((finding.story, finding.seq), (vec![0, 1], 1));
    assert_eq!(finding.what, FindingKind::WronglyDone);
    assert_eq!(finding.what.to_string(), "was carried out, must be refused");
}

#[test]
fn one_fault_is_one_finding_and_the_story_goes_on_as_the_target_claims() {
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111).confirm("r", 999_999, done()).password("r", PASSWORD, done());
    s.login(PASSWORD, session("s")).session = Some("s");
    s.show(told(Level::App, Application::None, Activation::None));
    assert_eq!(s.broken(), ["register-incomplete-leaves-nothing"]);
}

#[test]
fn whom_the_target_knew_before_is_dirty_and_not_judged() {
    let mut s = Story::new();
    s.facts.members[0].prior = Prior::Unknown;
    s.try_register(phone(0), refused(Reason::AccountExists)).login(PASSWORD, session("t"));
    let verdict = s.verdict();
    assert_eq!((verdict.findings, verdict.dirty), (vec![], vec![CitizenIndex(0)]));
    s.facts.members[0].prior = Prior::None;
    assert_eq!(s.broken(), ["register-one-account-per-citizen", "login-needs-password"]);
}

#[test]
fn an_unknown_person_who_registers_is_judged_from_then_on() {
    let mut s = Story::new();
    s.facts.members[0].prior = Prior::Unknown;
    s.registered().login("Falsch-11", session("t"));
    assert_eq!(s.broken(), ["login-needs-password"]);
}

#[test]
fn a_code_in_an_answer_counts_from_its_second_meeting_on() {
    let place = Digest(5);
    let write = || {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111);
        s.last().codes_seen = vec![CodeSeen { place, code: Code(111_111) }];
        s.verdict()
    };
    let mut tally = Tally::new();
    tally.absorb(write());
    assert_eq!(tally.clone().finish().violations(), 0);
    tally.absorb(write());
    let judgement = tally.finish();
    assert_eq!(judgement.rules[&Rule::OtpNeverInAnswer].violation, 2);
    assert_eq!(judgement.findings[0].shortest.what, FindingKind::CodeInAnswer(place));
}

#[test]
fn a_number_that_stands_in_many_answers_of_a_cell_meets_its_code_once() {
    let mut s = Story::new();
    s.logged_in();
    for _ in 0..5 {
        s.show(done()).last().codes_seen = vec![CodeSeen { place: Digest(5), code: Code(111_111) }];
    }
    let statistics = s.verdict().statistics;
    assert_eq!(statistics.codes_in_answers.len(), 1);
    assert_eq!(statistics.digits_in_answers.iter().map(|d| d.pairs).collect::<Vec<_>>(), [1]);
    let mut tally = Tally::new();
    tally.absorb(s.verdict());
    let count = &tally.finish().rules[&Rule::OtpNeverInAnswer];
    assert_eq!((count.violation, count.undecided), (0, 1));
}

#[test]
fn words_that_tell_whether_an_account_exists_are_found() {
    let write = |exists: bool, words: u64| {
        let mut s = Story::new();
        if exists {
            s.registered();
        }
        s.login("Falsch-11", refused(Reason::CredentialsWrong)).last().wording = Some(Digest(words));
        Judge::new(s.book.clone(), s.settings.clone()).cell(&s.facts, &s.observations, &s.messages)
    };
    // The words of two answers for accounts that exist, and of two for those that do not.
    for (words, (allowed, violation, undecided)) in
        [([1, 1, 1, 1], (4, 0, 0)), ([1, 1, 2, 2], (0, 1, 0)), ([1, 2, 3, 4], (0, 0, 4)), ([1, 1, 2, 3], (0, 0, 4))]
    {
        let mut tally = Tally::new();
        for (at, words) in words.into_iter().enumerate() {
            tally.absorb(write(at < 2, words));
        }
        let judgement = tally.finish();
        let count = &judgement.rules[&Rule::NoEnumeration];
        assert_eq!((count.allowed, count.violation, count.undecided), (allowed, violation, undecided), "{words:?}");
    }
}

#[test]
fn a_code_for_nobodys_number_counts_for_the_limits_of_the_phone() {
    // Six codes within the hour, then the citizen's own registration is refused for their number.
    let write = |strays: u32| {
        let mut s = Story::new();
        let mut wrong = form(&s.person(), phone(0));
        wrong.number = "008099000001".into();
        for n in 0..strays {
            let form = wrong.clone();
            s.after(61 * SECOND).call(Operation::AccountRegister { form, scanned: None }, given("q"));
            s.message(phone(0), SmsPurpose::Register, Some(300_000 + n));
        }
        s.after(61 * SECOND).try_register(phone(0), refused(Reason::ResendTooMany));
        s
    };
    let mut wanted = vec!["register-needs-population-match"; 6];
    assert_eq!(write(6).broken(), wanted);
    wanted.truncate(1);
    wanted.push("otp-resend-limited");
    assert_eq!(write(1).broken(), wanted);
}

#[test]
fn one_leak_is_one_finding() {
    let shown = Shown { number: Some(person(1).number), ..Shown::default() };
    let mut s = Story::of(2);
    s.logged_in().show(Outcome::Done(Box::new(Values { shown: Some(Box::new(shown)), ..Values::default() })));
    s.last().numbers_seen = vec![person(1).number];
    assert_eq!(s.broken(), ["no-personal-data-leak"]);
    assert_eq!(s.verdict().counts.of(Rule::NoPersonalDataLeak).violation, 1);
}
