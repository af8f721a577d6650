//! The text messages of a cell: which call each belongs to, which ones an earlier story left behind, and how many notices
//! an application gets.

use crate::desk::NONE;
use crate::support::*;
use songsinh_contract::*;
use songsinh_oracle::{Count, FindingKind};

/// When a story begins, in milliseconds.
const BEGIN: u64 = 1_000;
/// How long a notice may take, in milliseconds.
const NOTICE: u64 = 30_000;
/// How long a code lives, in milliseconds.
const CODE: u64 = 180_000;

fn counts(allowed: u64, violation: u64, undecided: u64) -> Count {
    Count { allowed, violation, undecided }
}

impl Story {
    /// A message that the gateway had at this moment, in milliseconds.
    fn came(&mut self, at: u64, purpose: SmsPurpose, code: Option<u32>) -> &mut Self {
        self.message(phone(0), purpose, code).messages.last_mut().unwrap().accepted = Moment(at * 1_000_000);
        self
    }
    fn came_to(&mut self, to: PhoneNumber, purpose: SmsPurpose, code: Option<u32>) -> &mut Self {
        self.message(to, purpose, code)
    }
    /// A notice in other words than the others.
    fn reworded(&mut self, text: &str) -> &mut Self {
        self.messages.last_mut().unwrap().text = text.into();
        self
    }
    /// Something that touches nobody, so long after the story began.
    fn waits_until(&mut self, since_begin: u64) -> &mut Self {
        self.now = BEGIN + since_begin;
        self.call(Operation::ServiceHealth, done())
    }
    /// An earlier story left an app account behind; this one begins.
    fn goes_on(&mut self) -> &mut Self {
        self.stands(Level::App, None).waits_until(0)
    }
    fn count(&self, rule: Rule) -> Count {
        self.verdict().counts.of(rule)
    }
}

#[test]
fn a_verdict_does_not_depend_on_the_order_in_which_calls_and_messages_are_handed_over() {
    for (name, mut story) in crate::right::stories() {
        let straight = story.verdict();
        story.observations.reverse();
        story.messages.reverse();
        assert_eq!(story.verdict(), straight, "{name}");
    }
}

#[test]
fn messages_to_other_phones_and_before_the_first_call_are_not_the_cells() {
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111).came_to(phone(9), SmsPurpose::Register, Some(222_222));
    assert_eq!((s.broken(), s.count(Rule::SmsOnlyForChallenges)), (vec![], counts(1, 0, 0)));
    let mut s = Story::new();
    s.goes_on().came(BEGIN - 1, SmsPurpose::Reset, Some(222_222)).came(BEGIN - 1, SmsPurpose::Approved, None);
    assert_eq!((s.broken(), s.count(Rule::SmsOnlyForChallenges)), (vec![], counts(0, 0, 0)));
    assert_eq!(s.count(Rule::ApprovalSendsSms), counts(0, 0, 0));
}

#[test]
fn an_earlier_storys_code_may_come_as_long_as_codes_live_and_its_notice_as_long_as_notices_take() {
    for (purpose, code, rule, late) in [
        (SmsPurpose::Reset, Some(222_222), Rule::SmsOnlyForChallenges, CODE),
        (SmsPurpose::Approved, None, Rule::ApprovalSendsSms, NOTICE),
    ] {
        for (after, wanted) in [(0, counts(0, 0, 1)), (late - 1, counts(0, 0, 1)), (late, counts(0, 1, 0))] {
            let mut s = Story::new();
            s.goes_on().came(BEGIN + after, purpose, code);
            assert_eq!(s.count(rule), wanted, "{purpose:?} after {after}");
        }
        // To a phone of which no earlier story knows.
        let mut s = Story::new();
        s.goes_on().came_to(phone(1), purpose, code);
        assert_eq!(s.count(rule), counts(0, 1, 0), "{purpose:?}");
    }
}

/// An earlier story goes on; a reset is asked for so long after its beginning, and two codes come, after the beginning too.
fn two_codes_for_one_reset(asked: u64, codes: [u64; 2]) -> Story {
    let mut s = Story::new();
    s.goes_on().now = BEGIN + asked;
    s.reset(phone(0), "p");
    for (code, after) in (1..).zip(codes) {
        s.came(BEGIN + after, SmsPurpose::Reset, Some(code));
    }
    s.now = BEGIN + asked.max(codes[1]) + SECOND;
    s
}

#[test]
fn of_a_code_asked_for_and_one_left_behind_it_is_not_known_which_is_which() {
    for (asked, codes) in [
        // The first comes in the moment of the request.
        (1_000, [1_000, 2_000]),
        // Both in the time of codes, not of notices.
        (60_000, [60_500, 61_000]),
        // Only the first can be the earlier story's.
        (CODE - 1_000, [CODE - 1, CODE]),
    ] {
        for code in [1, 2] {
            for outcome in [done(), refused(Reason::CodeWrong)] {
                let mut s = two_codes_for_one_reset(asked, codes);
                s.reset_code("p", code, outcome.clone());
                assert_eq!(s.broken(), NONE, "{asked} {codes:?}: code {code} {outcome:?}");
            }
        }
        let mut s = two_codes_for_one_reset(asked, codes);
        s.reset_code("p", 3, done());
        assert_eq!(s.broken(), ["steps-in-order"], "{asked} {codes:?}: a code that nobody was sent");
    }
    // The one that came before the request is certainly not its own, and the other may still be of the earlier story.
    let mut s = two_codes_for_one_reset(2_000, [1_000, 3_000]);
    s.reset_code("p", 2, refused(Reason::CodeWrong));
    assert_eq!(s.broken(), NONE);
    let mut s = two_codes_for_one_reset(2_000, [1_000, 3_000]);
    s.reset_code("p", 1, done());
    assert_eq!(s.broken(), ["steps-in-order"]);
}

#[test]
fn a_code_left_behind_that_takes_a_requests_place_leaves_it_to_the_requests_own() {
    let mut s = two_codes_for_one_reset(CODE - 1_000, [CODE - 1, CODE]);
    assert_eq!((s.broken(), s.count(Rule::SmsOnlyForChallenges)), (vec![], counts(1, 0, 1)));
    // Once.
    s.came(BEGIN + CODE + 1, SmsPurpose::Reset, Some(3));
    let findings = s.findings();
    assert_eq!(findings.iter().map(|f| &f.what).collect::<Vec<_>>(), [&FindingKind::Message(3)]);
    // One that came when no code of an earlier story lives any more leaves no place.
    let s = two_codes_for_one_reset(CODE - 1_000, [CODE, CODE + 1]);
    assert_eq!(s.findings().iter().map(|f| &f.what).collect::<Vec<_>>(), [&FindingKind::Message(2)]);
}

#[test]
fn a_code_submitted_twice_is_one_code_to_its_phone_for_its_purpose() {
    for (to, purpose, code, wanted) in [
        (0, SmsPurpose::Register, 111_111, counts(2, 0, 0)),
        (0, SmsPurpose::Register, 222_222, counts(1, 1, 0)),
        (1, SmsPurpose::Register, 111_111, counts(1, 1, 0)),
        (0, SmsPurpose::Activate, 111_111, counts(1, 1, 0)),
    ] {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111).came_to(phone(to), purpose, Some(code));
        assert_eq!(s.count(Rule::SmsOnlyForChallenges), wanted, "{to} {purpose:?} {code}");
        assert_eq!(s.verdict().statistics.codes.len(), 1, "of chance in codes one speaks");
    }
}

#[test]
fn only_a_challenge_of_the_same_purpose_that_was_certainly_opened_before_can_have_lost_its_code_to_another_phone() {
    let stray = |s: &mut Story| s.came_to(phone(1), SmsPurpose::Register, Some(222_222)).broken();
    let mut s = Story::new();
    s.try_register(phone(0), given("r"));
    assert_eq!(stray(&mut s), ["otp-goes-to-registered-phone"]);
    for later in [0, 500] {
        let mut s = Story::new();
        let sent = s.try_register(phone(0), given("r")).now - SECOND;
        stray(&mut s);
        s.came(sent + later, SmsPurpose::Register, Some(111_111));
        assert_eq!(s.broken(), ["sms-only-for-challenges"], "its own comes {later} ms later");
    }
    let mut s = Story::new();
    s.try_register(phone(0), lost());
    assert_eq!(stray(&mut s), ["sms-only-for-challenges"], "it may not have been opened");
    let mut s = Story::new();
    s.approved().request(phone(0), given("a"));
    assert_eq!(stray(&mut s), ["sms-only-for-challenges"], "it is an activation");
    let mut s = Story::new();
    s.call(Operation::ServiceHealth, done()).came_to(phone(1), SmsPurpose::Register, Some(222_222));
    s.try_register(phone(0), given("r"));
    assert_eq!(s.broken(), ["sms-only-for-challenges"], "it was opened later");
}

#[test]
fn a_message_that_nobody_asked_for_is_undecided_where_others_can_be_behind_it() {
    let stray = |s: &mut Story| {
        s.call(Operation::ServiceHealth, done()).came_to(phone(1), SmsPurpose::Activate, Some(222_222));
        s.count(Rule::SmsOnlyForChallenges)
    };
    assert_eq!(stray(&mut Story::new()), counts(0, 1, 0));
    let mut shared = Story::new();
    shared.settings.exclusive = false;
    assert_eq!(stray(&mut shared), counts(0, 0, 1));
    let mut dirty = Story::new();
    dirty.facts.members[0].prior = Prior::Unknown;
    dirty.try_register(phone(0), refused(Reason::AccountExists));
    assert_eq!(stray(&mut dirty), counts(0, 0, 1));
    let mut crowded = crate::races::crowded();
    assert!(crowded.call(Operation::ServiceHealth, done()).verdict().overflowed);
    assert_eq!(stray(&mut crowded), counts(0, 0, 1));
}

#[test]
fn only_a_message_that_holds_a_code_must_say_what_it_is_for() {
    let told = |purpose: Option<SmsPurpose>, code: Option<u32>, text: &str, texts: bool| {
        let mut s = Story::new();
        s.settings.message_texts = texts;
        s.applied().call(Operation::ServiceHealth, done()).message(phone(0), SmsPurpose::Approved, code).reworded(text);
        s.messages.last_mut().unwrap().purpose = purpose;
        // One for the registration's own code.
        let count = s.count(Rule::SmsStatesPurpose);
        counts(count.allowed - 1, count.violation, count.undecided)
    };
    assert_eq!(told(None, Some(222_222), "?", true), counts(0, 1, 0));
    // A stranger's texts may be in words that the profile does not know; a link is one in any words.
    assert_eq!(told(None, Some(222_222), "?", false), counts(0, 0, 1));
    assert_eq!(told(None, Some(222_222), "www.vneid.example", false), counts(0, 1, 0));
    assert_eq!(told(None, None, "?", true), counts(0, 0, 0));
    assert_eq!(told(Some(SmsPurpose::Approved), Some(222_222), "https://vneid.example/222222", true), counts(0, 0, 0));
    assert_eq!(told(Some(SmsPurpose::Rejected), Some(222_222), "https://vneid.example/222222", true), counts(0, 0, 0));
}

#[test]
fn a_code_is_wrong_only_if_every_message_that_can_hold_the_right_one_is_seen_and_read() {
    let accepted = |change: &dyn Fn(&mut Story)| {
        let mut s = Story::new();
        s.settings.message_texts = false;
        s.register(phone(0), "r", 111_111);
        change(&mut s);
        s.confirm("r", 999_999, done()).broken()
    };
    // A message of unknown purpose.
    let unread = |to: u32| {
        move |s: &mut Story| {
            s.came_to(phone(to), SmsPurpose::Register, Some(999_999)).messages.last_mut().unwrap().purpose = None;
        }
    };
    assert_eq!(accepted(&|_| ()), ["register-incomplete-leaves-nothing"]);
    assert_eq!(accepted(&|s| s.settings.gateway_reaches = false), NONE);
    assert_eq!(accepted(&|s| s.settings.exclusive = false), NONE);
    assert_eq!(accepted(&unread(0)), NONE);
    assert_eq!(accepted(&unread(1)), ["register-incomplete-leaves-nothing"], "to another phone");
}

#[test]
fn another_client_is_seen_by_a_code_to_the_phone_that_no_call_asked_for_until_the_answer_came() {
    // The right code is refused between these moments, a minute after it was sent.
    const FROM: u64 = 62_000;
    const UNTIL: u64 = 62_500;
    let found = |write: &dyn Fn(&mut Story)| {
        let mut s = Story::new();
        s.settings.exclusive = false;
        s.register(phone(0), "r", 111_111).between(FROM, UNTIL, confirm("r", 111_111), refused(Reason::CodeWrong));
        write(&mut s);
        s.findings().len()
    };
    assert_eq!(found(&|_| ()), 1);
    for (at, convicted) in [(UNTIL - 1, 0), (UNTIL, 0), (UNTIL + 1, 1)] {
        let stray = |s: &mut Story| {
            s.came(at, SmsPurpose::Register, Some(222_222));
        };
        assert_eq!(found(&stray), convicted, "at {at}");
        // Codes that were asked for elsewhere do not account for it.
        let busy = |s: &mut Story| {
            s.came(at, SmsPurpose::Register, Some(222_222)).now = UNTIL;
            s.register(phone(1), "q", 333_333);
        };
        assert_eq!(found(&busy), convicted, "at {at}, and one asked for to another phone");
    }
    // One that was asked for in the moment of the answer.
    let own = |s: &mut Story| {
        s.now = UNTIL;
        s.register(phone(0), "q", 222_222);
    };
    assert_eq!(found(&own), 1);
}

#[test]
fn a_session_that_a_later_login_gives_is_no_earlier_storys() {
    for (token, broken) in [("t", vec!["no-personal-data-leak"]), ("u", vec![])] {
        let mut s = Story::new();
        s.goes_on().with("t").show(told(Level::App, Application::None, Activation::None));
        s.session = None;
        s.login(PASSWORD, session(token));
        assert_eq!(s.broken(), broken, "{token}");
    }
}

#[test]
fn a_notice_left_behind_that_takes_an_applications_place_leaves_it_to_the_applications_own() {
    let mut s = Story::of(3);
    s.goes_on().officer().files().came(BEGIN + NOTICE - 1, SmsPurpose::Approved, None);
    s.came(BEGIN + NOTICE, SmsPurpose::Approved, None).reworded("own");
    s.waits_until(NOTICE + 2_000);
    assert_eq!((s.broken(), s.count(Rule::ApprovalSendsSms)), (vec![], counts(1, 0, 1)));
    // Once.
    s.came(BEGIN + NOTICE + 1, SmsPurpose::Approved, None).reworded("one more");
    assert_eq!(s.count(Rule::ApprovalSendsSms), counts(1, 1, 1));
}

#[test]
fn the_same_words_within_the_time_of_a_notice_are_one_notice() {
    for (after, broken) in [(NOTICE - 1, vec![]), (NOTICE, vec!["approval-sends-sms"])] {
        let mut s = Story::new();
        let at = s.approved().now - SECOND;
        s.came(at + after, SmsPurpose::Approved, None);
        assert_eq!(s.broken(), broken, "{after}");
    }
}

#[test]
fn a_notice_in_the_moment_of_the_filing_is_the_applications() {
    let mut s = Story::new();
    s.applied().message(phone(0), SmsPurpose::Approved, None).session = Some("s");
    s.show(told(Level::App, Application::Approved, Activation::Notified)).after(60 * SECOND).show(done());
    assert_eq!((s.broken(), s.count(Rule::ApprovalSendsSms)), (vec![], counts(1, 0, 0)));
    // The opposite of what is decided then.
    let mut s = Story::of(3);
    let filed = s.officer().files().now - SECOND;
    let decide = Operation::ApplicationDecide { number: person(0).number, approve: true };
    s.between(filed, filed + 50, decide, done()).came(filed, SmsPurpose::Rejected, None);
    assert_eq!(s.broken(), ["approval-sends-sms"]);
}

#[test]
fn a_notice_is_missing_when_its_time_is_over_and_would_have_been_seen() {
    let write = |waited: u64| {
        let mut s = Story::of(3);
        s.officer().files().decide(true, done()).after(waited).call(Operation::ServiceHealth, done());
        s
    };
    for (waited, wanted) in [(NOTICE - 1, counts(0, 0, 1)), (NOTICE, counts(0, 1, 0))] {
        assert_eq!(write(waited).count(Rule::ApprovalSendsSms), wanted, "{waited}");
    }
    let mut unseen = write(2 * NOTICE);
    unseen.settings.gateway_reaches = false;
    assert_eq!(unseen.count(Rule::ApprovalSendsSms), counts(0, 0, 1));
    let mut crowded = write(2 * NOTICE);
    crate::races::crowd(crowded.person_acts(0));
    assert!(crowded.call(Operation::ServiceHealth, done()).verdict().overflowed);
    assert_eq!(crowded.count(Rule::ApprovalSendsSms), counts(0, 0, 1));
    // Nobody decided: it may take longer.
    let mut s = Story::of(3);
    s.officer().files().after(2 * NOTICE).call(Operation::ServiceHealth, done());
    assert_eq!(s.count(Rule::ApprovalSendsSms), counts(0, 0, 1));
}

#[test]
fn a_code_that_is_perhaps_an_older_one_is_perhaps_no_try() {
    // What was typed first, one of the two that came or none of them; four more are wrong; the right one is taken or not.
    for (asked, codes, first, right, locked) in [
        (2_000, [1_000, 3_000], 1, 2, false),
        (2_000, [1_000, 3_000], 3, 2, true),
        (1_000, [1_500, 2_000], 1, 2, false),
        (1_000, [1_500, 2_000], 2, 1, false),
        (1_000, [1_500, 2_000], 3, 2, true),
    ] {
        for outcome in [done(), refused(Reason::CodeVoid)] {
            let mut s = two_codes_for_one_reset(asked, codes);
            for typed in [first, 11, 12, 13, 14] {
                s.reset_code("p", typed, refused(Reason::CodeWrong));
            }
            s.reset_code("p", right, outcome.clone());
            let broken = if locked && outcome.is_done() { vec!["otp-attempts-limited"] } else { vec![] };
            assert_eq!(s.broken(), broken, "{asked} {codes:?}: {first}, then {right} {outcome:?}");
        }
    }
}

#[test]
fn the_time_of_a_notice_runs_from_whatever_shows_first_that_it_is_approved() {
    // The officer hears of the decision after half a minute; the citizen is let in before.
    let write = |waited: u64| {
        let mut s = Story::of(3);
        s.officer().files();
        let filed = s.now;
        let decide = Operation::ApplicationDecide { number: person(0).number, approve: true };
        s.between(filed, filed + NOTICE, decide, done()).person_acts(0).session = None;
        s.now = filed + SECOND;
        s.request(phone(0), given("a")).now = filed + SECOND + waited;
        s.call(Operation::ServiceHealth, done()).count(Rule::ApprovalSendsSms)
    };
    assert_eq!(write(NOTICE - 1), counts(0, 0, 1));
    assert_eq!(write(NOTICE), counts(0, 1, 0));
}

#[test]
fn a_notice_too_many_unsettles_an_application_only_while_it_may_be_the_earlier_storys() {
    // Approved, told so twice in different words, and not let in.
    for (told, broken) in
        [(NOTICE - 2, vec!["approval-sends-sms"; 0]), (NOTICE, vec!["acknowledged-is-durable", "approval-sends-sms"])]
    {
        let mut s = Story::of(3);
        s.goes_on().officer().files();
        s.came(BEGIN + told, SmsPurpose::Approved, None);
        s.came(BEGIN + told + 1, SmsPurpose::Approved, None).reworded("once more");
        s.person_acts(0).waits_until(NOTICE + SECOND).request(phone(0), refused(Reason::NotIdentified));
        assert_eq!(s.broken(), broken, "{told}");
    }
}

#[test]
fn a_rejection_told_twice_does_not_hide_the_approval_told_in_the_same_moment() {
    let mut s = Story::of(3);
    s.officer().files().decides(false).files().call(Operation::ServiceHealth, done());
    s.message(phone(0), SmsPurpose::Rejected, None).message(phone(0), SmsPurpose::Approved, None);
    s.person_acts(0).request(phone(0), given("a"));
    assert_eq!(s.broken(), NONE);
}
