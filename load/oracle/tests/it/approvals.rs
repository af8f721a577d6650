//! What is known of an application: whether it waits, which answers prove that it was approved, which notice is its own,
//! and when the window for its activation began.

use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;

const WEEK: u64 = 7 * 86_400 * SECOND;

/// Three people, whose notices may take longer than any story.
fn silent() -> Story {
    let mut s = Story::of(3);
    s.settings.notice_within = std::time::Duration::from_secs(30 * 86_400);
    s
}

/// Whether a refusal of the activation as of somebody not identified is wrong now: the approval was known.
fn is_approved(mut s: Story) -> bool {
    s.session = None;
    s.request(phone(s.member as u32), refused(Reason::NotIdentified));
    let broken = s.broken();
    assert!(broken == NONE || broken == ["acknowledged-is-durable"], "{broken:?}");
    broken != NONE
}

#[test]
fn any_sign_on_the_accounts_page_proves_the_approval() {
    use Activation as On;
    use Application as At;
    for (level, application, activation, approved) in [
        (Level::App, At::Pending, On::None, false),
        (Level::App, At::Approved, On::None, true),
        (Level::App, At::Pending, On::Notified, true),
        (Level::One, At::Pending, On::None, true),
        (Level::One, At::Approved, On::Notified, true),
    ] {
        let mut s = Story::new();
        s.applied().with("s").show(told(level, application, activation));
        assert_eq!(is_approved(s), approved, "{level:?} {application:?} {activation:?}");
    }
}

#[test]
fn what_an_answer_proved_holds_for_a_call_sent_as_it_came() {
    let mut s = Story::new();
    s.applied().with("s").show(told(Level::One, Application::Approved, Activation::Notified)).after(0);
    assert!(is_approved(s));
}

#[test]
fn one_citizens_page_proves_nothing_of_anothers_application() {
    let both = |shown: usize, asked: usize| {
        let mut s = Story::of(2);
        s.applied().person_acts(1).applied().person_acts(shown).with(["s", "s1"][shown]);
        s.show(told(Level::One, Application::Approved, Activation::Notified)).person_acts(asked);
        is_approved(s)
    };
    assert_eq!([both(0, 0), both(0, 1), both(1, 0), both(1, 1)], [true, false, false, true]);
}

#[test]
fn a_page_that_tells_of_an_approval_means_the_only_application_that_waits() {
    let notified = || told(Level::App, Application::Approved, Activation::Notified);
    // An app account of before, with level 1 or level 2 filed here.
    let mut s = Story::of(3);
    s.stands_in(Level::App).read_card("l");
    let portrait = Some(Portrait { shot: 1, ..s.person().portrait });
    s.portrait("l", portrait, done()).submit("l", done()).show(notified());
    assert!(is_approved(s));
    let mut s = Story::of(3);
    s.stands_in(Level::App).officer().files().person_acts(0).with("s").show(notified());
    assert!(is_approved(s));
    // Both wait: which of them is approved is not said, and either may be filed anew.
    for level in [Level::App, Level::One] {
        let mut s = Story::of(3);
        s.book.level2_while_pending = true;
        s.applied().officer().files().person_acts(0).with("s");
        s.show(told(level, Application::Approved, Activation::Notified)).officer().files();
        assert_eq!(s.findings(), vec![], "{level:?}");
    }
}

#[test]
fn over_level_1_a_page_speaks_of_level_2_only_where_it_names_it() {
    let again = || refused(Reason::AlreadyActivated);
    // Level 1 is active: level 2 waits until the page names it.
    for (level, broken) in [(Level::One, vec![]), (Level::Two, vec!["activate-once"])] {
        let mut s = Story::of(3);
        s.stands_in(Level::One).officer().files().person_acts(0).with("s");
        s.show(told(level, Application::Approved, Activation::Activated)).with("s").session = None;
        s.request(phone(0), again());
        assert_eq!(s.broken(), broken, "{level:?}");
    }
    // An accepted request over an active level 1 is for level 2.
    let mut s = silent();
    s.stands_in(Level::One).officer().files().person_acts(0).activation(phone(0), "a", 222_222);
    s.after(61 * SECOND).request(phone(0), again());
    assert_eq!(s.broken(), ["activate-once"]);
    // Level 1 was granted before and is not active: the page speaks of it, and level 1 may be what is activated then.
    let mut s = Story::of(3);
    s.stands(Level::One, None).login(PASSWORD, session("s")).officer().files().person_acts(0).with("s");
    s.show(told(Level::One, Application::Approved, Activation::Notified)).session = None;
    s.half_active().questions("a", done()).login(PASSWORD, session("t")).with("t").shown();
    assert_eq!(s.findings(), vec![]);
}

#[test]
fn a_decision_may_meet_what_the_clerk_settles_at_that_very_moment_and_not_before() {
    for (ago_ns, broken) in [(0, vec![]), (1, vec!["steps-in-order"])] {
        let mut s = Story::of(3);
        s.officer().files().decide(true, done()).message(phone(0), SmsPurpose::Approved, None);
        s.messages[0].accepted.0 -= ago_ns;
        assert_eq!(s.broken(), broken, "{ago_ns} ns before");
    }
}

#[test]
fn level_1_is_not_asked_for_again_though_the_notice_came_later() {
    let write = |notice: Option<SmsPurpose>| {
        let mut s = Story::new();
        s.applied().with("s").read_card("k").after(5 * SECOND).call(Operation::ServiceHealth, done());
        if let Some(purpose) = notice {
            s.message(phone(0), purpose, None);
        }
        s.broken()
    };
    assert_eq!(write(Some(SmsPurpose::Approved)), ["steps-in-order"]);
    assert_eq!(write(Some(SmsPurpose::Rejected)), NONE);
    assert_eq!(write(None), NONE);
}

#[test]
fn what_an_officer_may_have_rejected_is_filed_again_whatever_notices_come_later() {
    // Level 1 and level 2 wait, one of them is rejected and level 2 filed again. The notice of the rejection is lost, so
    // that those of two approvals could be of the first two.
    let mut s = silent();
    s.book.level2_while_pending = true;
    s.applied().officer().files().decide(false, done()).files().after(SECOND);
    for _ in 0..2 {
        s.call(Operation::ServiceHealth, done()).message(phone(0), SmsPurpose::Approved, None);
    }
    assert_eq!(s.findings(), vec![]);
}

#[test]
fn a_phone_is_taken_by_an_account_and_by_what_was_approved_at_a_counter() {
    let taken = || refused(Reason::PhoneTaken);
    // The first citizen registers on the second one's phone.
    let write = |prior: Prior, filed: Option<bool>, outcome: Outcome| {
        let mut s = Story::of(3);
        s.facts.members[1].prior = prior;
        if let Some(approved) = filed {
            let filing = s.officer().filing(1, phone(1));
            s.file(filing, given("w"));
            if approved {
                let number = s.facts.members[1].person.number;
                s.call(Operation::ApplicationDecide { number, approve: true }, done());
                s.message(phone(1), SmsPurpose::Approved, None);
            }
        }
        s.person_acts(0).try_register(phone(1), outcome).broken()
    };
    let standing = Standing { phone: phone(1), level: Level::One, password: None, bound: None };
    let granted = Prior::Standing(Box::new(standing));
    let (free, open, held) = ([0, 1], [0, 0], [1, 0]);
    for (what, prior, filed, broken) in [
        ("nobody has it", Prior::None, None, free),
        ("level 1 of an earlier story, never activated", granted, None, held),
        ("level 2 waits", Prior::None, Some(false), open),
        ("level 2 is approved", Prior::None, Some(true), held),
        ("it is approved for somebody whom the target may have known", Prior::Unknown, Some(true), open),
    ] {
        for (outcome, broken) in [(given("r"), broken[0]), (taken(), broken[1])] {
            let wanted = vec!["register-one-account-per-phone"; broken];
            assert_eq!(write(prior.clone(), filed, outcome.clone()), wanted, "{what}: {outcome:?}");
        }
    }
}

#[test]
fn a_lost_call_that_must_have_been_carried_out_proves_the_approval() {
    // The second request is refused as too soon: the first one, whose answer was lost, sent a code.
    let mut s = Story::of(3);
    s.officer().files().person_acts(0).request(phone(0), lost());
    s.request(phone(0), refused(Reason::ResendTooSoon)).officer().files();
    assert_eq!(s.broken(), ["steps-in-order"]);
}

/// Level 2 is filed, said to be approved by the page, and activated so long after.
fn activated_after(age: u64, level_1_waits: bool, outcome: Outcome) -> Vec<&'static str> {
    let mut s = silent();
    s.book.level2_while_pending = true;
    if level_1_waits {
        s.applied()
    } else {
        s.logged_in()
    };
    s.officer().files().person_acts(0).with("s");
    s.show(told(Level::Two, Application::Approved, Activation::Notified)).session = None;
    s.after(age).request(phone(0), outcome);
    s.broken()
}

#[test]
fn what_may_have_been_approved_just_now_may_have_opened_a_window() {
    let closed = || refused(Reason::WindowClosed);
    assert_eq!(activated_after(WEEK, false, given("a")), ["activation-window"]);
    assert_eq!(activated_after(WEEK, false, closed()), NONE);
    assert_eq!(activated_after(WEEK, true, given("a")), NONE);
    assert_eq!(activated_after(WEEK, true, closed()), NONE);
}

#[test]
fn of_two_approvals_the_later_one_opens_the_window() {
    let closed = || refused(Reason::WindowClosed);
    // Level 2 is approved; level 1, which was filed after it, so long after; and so long after that it is activated.
    for (after_two, after_one, outcome, broken) in [
        (WEEK, WEEK - 1, given("a"), vec![]),
        (WEEK, WEEK - 1, closed(), vec!["activation-window"]),
        (WEEK, WEEK, given("a"), vec!["activation-window"]),
        (WEEK, WEEK, closed(), vec![]),
    ] {
        let mut s = Story::of(3);
        s.logged_in().officer().files().decides(true).person_acts(0).with("s").read_card("l");
        let portrait = Some(Portrait { shot: 1, ..s.person().portrait });
        s.portrait("l", portrait, done()).submit("l", done()).after(after_two).person_acts(2);
        let login = Operation::OfficerLogin { user: "can-bo".into(), password: Secret::new("x") };
        s.call(login, session("o2")).with("o2").decides(true).person_acts(0).after(after_one);
        s.request(phone(0), outcome.clone());
        assert_eq!(s.broken(), broken, "{after_two} {after_one} {outcome:?}");
    }
}

#[test]
fn a_release_whose_answer_was_lost_opens_no_window_once_the_account_is_active_again() {
    // Activated, released with a lost answer, activated again; then level 2 is approved.
    for (age, broken) in [(WEEK - 1, vec![]), (WEEK, vec!["activation-window"])] {
        let mut s = Story::of(3);
        s.activated().login(PASSWORD, session("t")).with("t").call(Operation::DeviceRelease, lost()).session = None;
        s.after(61 * SECOND).activation(phone(0), "b", 333_333).enter("b", 333_333, done());
        s.passcode("b", "123456", done()).questions("b", done());
        s.officer().files().decides(true).person_acts(0).after(age).request(phone(0), given("c"));
        assert_eq!(s.broken(), broken, "{age}");
    }
}
