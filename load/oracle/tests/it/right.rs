//! Right stories: no violation, and the rules that they decide.

use crate::support::*;
use songsinh_contract::*;
use std::collections::BTreeSet;

fn allowed(story: &Story) -> BTreeSet<&'static str> {
    let verdict = story.verdict();
    assert_eq!(verdict.findings, vec![], "{:#?}", verdict.findings);
    verdict.counts.met().filter(|(_, c)| c.allowed > 0).map(|(rule, _)| rule.slug()).collect()
}

/// Right stories that together touch every rule of the journeys.
pub fn stories() -> Vec<(&'static str, Story)> {
    let mut out = Vec::new();
    let mut add = |name, write: &dyn Fn(&mut Story)| {
        let mut story = Story::of(2);
        write(&mut story);
        out.push((name, story));
    };
    use Reason as R;
    add("the whole path", &|s| {
        s.activated().call(Operation::ServiceHealth, done());
        s.login(PASSWORD, session("t")).session = Some("t");
        s.show(told(Level::One, Application::Approved, Activation::Activated));
    });
    add("mismatch, then corrected", &|s| {
        let mut wrong = form(&s.person(), phone(0));
        wrong.name = "Nguyễn Văn Anh".into();
        s.call(Operation::AccountRegister { form: wrong, scanned: None }, refused(R::PopulationMismatch));
        s.registered();
    });
    add("not twelve digits, dead, under age, another's card", &|s| {
        let mut wrong = form(&s.person(), phone(0));
        wrong.number = "0080".into();
        s.call(Operation::AccountRegister { form: wrong, scanned: None }, refused(R::NumberMalformed));
        let scanned = Some(Box::new(printed(&person(1))));
        let form = form(&s.person(), phone(0));
        s.call(Operation::AccountRegister { form, scanned }, refused(R::ScanDiffers));
        s.facts.members[0].person.life = LifeStatus::Dead;
        s.try_register(phone(0), refused(R::PersonNotEligible));
        s.member = 1;
        s.facts.members[1].person.born = BirthDate::Full(jiff::civil::date(2008, 8, 23));
        s.facts.members[1].person.number = CitizenNumber::from_parts(8, 2, 8, 1);
        s.try_register(phone(0), refused(R::PersonNotEligible));
    });
    add("one account for a citizen and a phone", &|s| {
        s.registered().try_register(phone(1), refused(R::AccountExists));
        s.member = 1;
        s.try_register(phone(0), refused(R::PhoneTaken));
    });
    add("wrong, foreign, old and used codes", &|s| {
        s.register(phone(0), "r", 111_111);
        s.member = 1;
        s.device = B;
        s.register(phone(1), "q", 333_333);
        (s.member, s.device) = (0, A);
        s.confirm("r", 111_112, refused(R::CodeWrong)).confirm("r", 333_333, refused(R::CodeWrong));
        s.after(61 * SECOND).resend("r", phone(0), 444_444);
        s.confirm("r", 111_111, refused(R::CodeVoid)).confirm("r", 444_444, done());
        s.confirm("r", 444_444, refused(R::CodeUsed)).password("r", "kurz", refused(R::PasswordWeak));
        s.password("r", PASSWORD, done());
    });
    add("a stolen handle", &|s| {
        s.register(phone(0), "r", 111_111);
        s.device = B;
        s.confirm("r", 111_111, refused(R::HandleUnknown));
    });
    add("five wrong codes", &|s| {
        s.register(phone(0), "r", 111_111);
        for n in 0..5 {
            s.confirm("r", n, refused(R::CodeWrong));
        }
        s.confirm("r", 111_111, refused(R::CodeVoid));
        s.after(60 * SECOND).resend("r", phone(0), 555_555).confirm("r", 555_555, done());
    });
    add("resends: too soon, too many", &|s| {
        s.register(phone(0), "r", 111_111).try_resend("r", refused(R::ResendTooSoon));
        for n in 0..5 {
            s.after(61 * SECOND).resend("r", phone(0), 222_000 + n);
        }
        s.after(61 * SECOND).try_resend("r", refused(R::ResendTooMany));
    });
    add("steps out of order", &|s| {
        s.password("x", PASSWORD, refused(R::HandleUnknown)).login(PASSWORD, refused(R::CredentialsWrong));
        s.register(phone(0), "r", 111_111).password("r", PASSWORD, refused(R::StepOutOfOrder));
        s.login(PASSWORD, refused(R::CredentialsWrong)).confirm("r", 111_111, done());
        s.login(PASSWORD, refused(R::CredentialsWrong)).password("r", PASSWORD, done());
        s.login(PASSWORD, session("s"));
    });
    add("lockout", &|s| {
        s.registered();
        for _ in 0..5 {
            s.login("Falsch-11", refused(R::CredentialsWrong));
        }
        s.login(PASSWORD, refused(R::Locked)).after(299 * SECOND).login(PASSWORD, session("s"));
    });
    add("sessions: none, another device's, idle", &|s| {
        s.show(refused(R::SessionMissing));
        s.try_read(printed(&s.person()), false, refused(R::SessionMissing));
        s.logged_in().show(told(Level::App, Application::None, Activation::None));
        s.device = B;
        s.show(refused(R::SessionForeignDevice));
        s.device = A;
        s.after(901 * SECOND).show(refused(R::SessionExpired));
    });
    add("cards and portraits", &|s| {
        s.logged_in().try_read(printed(&person(1)), false, refused(R::CardNotOwn));
        s.try_read(printed(&s.person()), true, refused(R::ChipWanted));
        s.read_card("l").submit("l", refused(R::PortraitMissing));
        s.portrait("l", None, refused(R::PortraitMissing));
        s.portrait("l", Some(person(1).portrait), refused(R::PortraitDiffers));
        let own = s.person().portrait;
        s.portrait("l", Some(own), done()).submit("l", done());
        s.try_read(printed(&s.person()), false, refused(R::ApplicationExists));
    });
    add("a withdrawn card", &|s| {
        s.facts.members[0].person.card.as_mut().unwrap().status = CardStatus::Lost;
        s.logged_in();
        s.try_read(printed(&s.person()), false, refused(R::CardNotInForce));
    });
    add("activation refused", &|s| {
        s.request(phone(0), refused(R::NotIdentified));
        s.registered().request(phone(1), refused(R::PhoneNotRegistered));
        s.request(phone(0), refused(R::NotIdentified));
    });
    add("activation, every wrong step", &|s| {
        s.approved().call(Operation::ServiceQuestions, listed());
        s.activation(phone(0), "a", 222_222);
        s.passcode("a", "123456", refused(R::StepOutOfOrder)).enter("a", 222_223, refused(R::CodeWrong));
        s.enter("a", 111_111, refused(R::CodeWrong)).enter("a", 222_222, done());
        s.call(answers("a", [1, 2]), refused(R::StepOutOfOrder)).passcode("a", "12345", refused(R::PasscodeMalformed));
        let password = Secret::new(PASSWORD);
        let challenge = Token::new("a");
        s.call(Operation::ActivationSetPassword { challenge, password }, refused(R::StepOutOfOrder));
        s.passcode("a", "123456", done()).call(answers("a", [1, 1]), refused(R::QuestionsWrong));
        s.call(answers("a", [1, 9]), refused(R::QuestionsWrong));
        s.login(PASSWORD, session("t")).session = Some("t");
        s.show(told(Level::App, Application::Approved, Activation::Notified));
        s.questions("a", done()).request(phone(0), refused(R::AlreadyActivated));
        for proof in [ProofShown::Missing, ProofShown::Foreign, ProofShown::Stale, ProofShown::Replayed] {
            s.proof = proof;
            s.show(refused(R::ProofMissing));
        }
        (s.proof, s.device) = (ProofShown::Own, B);
        s.login(PASSWORD, refused(R::BoundElsewhere));
    });
    add("a device in use", &|s| {
        s.activated().member = 1;
        s.device = B;
        s.approved().device = A;
        s.request(phone(1), refused(R::DeviceInUse));
    });
    add("two phones of one account race", &|s| {
        race(s, done(), refused(R::AlreadyActivated));
    });
    add("the window is over", &|s| {
        s.approved().after(7 * 86_400 * SECOND).request(phone(0), refused(R::WindowClosed));
    });
    add("a device moves under transfer, and its code is sent once more", &|s| {
        s.book.device_in_use = DeviceInUse::Transfer;
        s.book.otp_resend_policy = ResendPolicy::SameCode;
        s.activated().member = 1;
        s.device = B;
        s.approved().device = A;
        s.call(Operation::ServiceQuestions, listed()).activation(phone(1), "q", 333_333).after(61 * SECOND);
        s.call(Operation::ActivationResend { challenge: Token::new("q") }, done());
        s.message(phone(1), SmsPurpose::Activate, Some(333_333)).after(119 * SECOND);
        s.enter("q", 333_333, refused(R::CodeExpired))
            .call(Operation::ActivationResend { challenge: Token::new("q") }, done());
        s.message(phone(1), SmsPurpose::Activate, Some(444_444)).enter("q", 444_444, done());
        s.passcode("q", "654321", done()).questions("q", done()).request(phone(1), refused(R::AlreadyActivated));
        // The first account is displaced: it logs in on any phone, and is not activated.
        (s.member, s.device) = (0, B);
        s.login(PASSWORD, session("t")).session = Some("t");
        s.show(told(Level::One, Application::Approved, Activation::Notified));
    });
    add("overload", &|s| {
        s.try_register(phone(0), Outcome::Unavailable { retry_after: Some(std::time::Duration::from_secs(1)) });
    });
    out
}

/// Both phones have come to the last step; the second answers while the first is under way.
pub fn race(s: &mut Story, first: Outcome, second: Outcome) {
    s.approved().half_active();
    s.device = B;
    s.activation(phone(0), "b", 777_777).enter("b", 777_777, done()).passcode("b", "654321", done());
    let now = s.now;
    s.device = A;
    s.between(now, now + 50, answers("a", [1, 2]), first);
    s.device = B;
    s.between(now + 10, now + 40, answers("b", [1, 2]), second);
    s.device = A;
    s.now = now + 1_000;
}

#[test]
fn right_stories_have_no_violation_and_together_decide_the_rules() {
    let mut all = BTreeSet::new();
    for (name, story) in stories() {
        println!("{name}");
        all.extend(allowed(&story));
    }
    println!("{} rules: {all:?}", all.len());
    let wanted = "account-one-device acknowledged-is-durable activate-app-account-refused activate-incomplete-is-not-activated activate-needs-code activate-needs-passcode activate-needs-registered-phone activate-needs-two-security-questions activate-once activate-sets-password-only-if-none activation-window approval-sends-sms card-belongs-to-citizen card-not-revoked-or-expired card-qr-only-without-nfc device-key-proof device-one-account device-race-one-winner email-optional error-is-not-a-verdict level1-needs-login login-lockout login-needs-password otp-attempts-limited otp-bound-to-citizen otp-bound-to-purpose otp-expires otp-goes-to-registered-phone otp-resend-limited otp-single-use otp-superseded-by-newer password-policy portrait-matches portrait-required refusal-changes-nothing register-incomplete-leaves-nothing register-mismatch-is-correctable register-needs-population-match register-number-is-well-formed register-one-account-per-citizen register-one-account-per-phone register-person-eligible register-scan-matches-typed session-bound-to-device session-expires sms-only-for-challenges sms-states-purpose steps-in-order";
    let missing: Vec<&str> = wanted.split(' ').filter(|slug| !all.contains(slug)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn what_is_right_stays_right_when_answers_are_slow() {
    // Every call takes up to 900 ms: nothing becomes wrong, at most undecided.
    for (name, mut story) in stories() {
        for (at, o) in story.observations.iter_mut().enumerate() {
            let done = o.sent.0 + 1_000_000 * (at as u64 * 37 % 9) * 5;
            o.done = Moment(o.done.0.max(done));
        }
        assert_eq!(story.findings(), vec![], "{name}");
    }
}

#[test]
fn a_lost_answer_is_never_a_violation() {
    for (name, story) in stories() {
        for at in 0..story.observations.len() {
            for outcome in
                [lost(), Outcome::Unmapped { status: 500, sample: "?".into() }, Outcome::Foreign { status: 403 }]
            {
                let mut torn = Story { ..Story::of(2) };
                (torn.facts, torn.book) = (story.facts.clone(), story.book.clone());
                torn.messages = story.messages.clone();
                torn.observations = story.observations.clone();
                // The handle that was lost is used no more.
                torn.observations[at].outcome = outcome;
                let values = story.observations[at].outcome.values().cloned().unwrap_or_default();
                let uses = |o: &Observation| {
                    let text = format!("{:?}", o.call);
                    [&values.handle, &values.session].into_iter().flatten().any(|t| text.contains(&format!("{t:?}")))
                };
                torn.observations.retain(|o| !uses(o));
                if values.handle.is_some() || values.session.is_some() {
                    continue;
                }
                assert_eq!(torn.findings(), vec![], "{name}, answer {at} {:#?}", torn.observations[at].outcome);
            }
        }
    }
}
