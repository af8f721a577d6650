//! Codes: which serve, how often they are sent, and what counts for that.

use super::never_activated;
use crate::desk::*;
use crate::limits::{resends, wrong_codes};
use crate::support::*;
use songsinh_contract::*;

const AN_HOUR_LESS: u64 = HOUR - 1;

fn reset_request(s: &mut Story, to: PhoneNumber, outcome: Outcome) {
    let number = s.number();
    s.call(Operation::ResetRequest { number, phone: to }, outcome);
}

#[test]
fn the_code_of_a_challenge_that_a_newer_one_replaced_is_void() {
    for (outcome, broken) in [(done(), 1), (refused(Reason::CodeVoid), 0)] {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111).after(61 * SECOND).register(phone(0), "q", 222_222);
        s.confirm("r", 111_111, outcome.clone());
        assert_eq!(s.broken(), vec!["otp-superseded-by-newer"; broken], "{outcome:?}");
    }
}

#[test]
fn whether_a_code_goes_out_once_more_for_a_challenge_that_is_replaced_expired_or_tried_out_is_left_open() {
    let replaced = |outcome| {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111).after(61 * SECOND).register(phone(0), "q", 222_222);
        s.after(61 * SECOND).try_resend("r", outcome);
        s
    };
    let aged = |age: u64, outcome| {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111).after(age).try_resend("r", outcome);
        s
    };
    let tried = |count, outcome| {
        let mut s = wrong_codes(count);
        s.after(61 * SECOND).try_resend("r", outcome);
        s
    };
    for reason in [Reason::CodeVoid, Reason::CodeExpired, Reason::AttemptsExhausted] {
        for story in [replaced(refused(reason)), aged(180_000, refused(reason)), tried(15, refused(reason))] {
            assert_eq!(story.broken(), NONE, "{reason}");
        }
    }
    for story in [replaced(done()), aged(180_000, done()), tried(15, done())] {
        assert_eq!(story.broken(), NONE);
    }
    // One that is none of these sends it.
    assert_eq!(aged(179_999, refused(Reason::CodeExpired)).broken(), ["otp-expires"]);
    assert_eq!(tried(14, refused(Reason::AttemptsExhausted)).broken(), ["otp-attempts-limited"]);
}

#[test]
fn whoever_typed_fifteen_wrong_codes_within_the_hour_may_be_refused_a_new_one() {
    for (count, broken) in [(15, vec![]), (14, vec!["otp-attempts-limited"])] {
        let mut s = wrong_codes(count);
        s.after(61 * SECOND).try_register(phone(0), refused(Reason::AttemptsExhausted));
        assert_eq!(s.broken(), broken, "{count} in a registration");
        let mut s = Story::new();
        s.registered();
        for n in 0..count {
            if n % 5 == 0 {
                s.after(61 * SECOND).resetting("p", 606_060 + n);
            }
            s.reset_code("p", n, refused(Reason::CodeWrong));
        }
        reset_request(s.after(61 * SECOND), phone(0), refused(Reason::AttemptsExhausted));
        assert_eq!(s.broken(), broken, "{count} in a reset");
        let mut s = Story::new();
        s.approved();
        for n in 0..count {
            if n % 5 == 0 {
                s.after(61 * SECOND).activation(phone(0), "a", 222_000 + n);
            }
            s.enter("a", n, refused(Reason::CodeWrong));
        }
        s.after(61 * SECOND).request(phone(0), refused(Reason::AttemptsExhausted));
        assert_eq!(s.broken(), broken, "{count} in an activation");
    }
}

#[test]
fn whether_new_requests_count_as_resends_is_left_open() {
    let requests = |count: u32| {
        let mut s = Story::new();
        for n in 0..count {
            s.after(61 * SECOND).register(phone(0), "r", 222_000 + n);
        }
        s
    };
    for outcome in [given("q"), refused(Reason::ResendTooMany)] {
        let mut s = resends(5);
        s.after(61 * SECOND).try_register(phone(0), outcome.clone());
        assert_eq!(s.broken(), NONE, "a request after five resends: {outcome:?}");
        let mut s = requests(6);
        s.after(61 * SECOND).try_resend("r", outcome.clone());
        assert_eq!(s.broken(), NONE, "a resend after six requests: {outcome:?}");
    }
    let mut s = resends(4);
    s.after(61 * SECOND).try_register(phone(0), refused(Reason::ResendTooMany));
    assert_eq!(s.broken(), ["otp-resend-limited"]);
    let mut s = requests(5);
    s.after(61 * SECOND).try_resend("r", refused(Reason::ResendTooMany));
    assert_eq!(s.broken(), ["otp-resend-limited"]);
}

#[test]
fn a_reset_that_sent_nothing_may_count_for_the_phone_within_the_hour() {
    for (age, reason, broken) in [
        (AN_HOUR_LESS, Reason::ResendTooSoon, 0),
        (AN_HOUR_LESS, Reason::ResendTooMany, 0),
        (HOUR, Reason::ResendTooSoon, 1),
        (HOUR, Reason::ResendTooMany, 1),
    ] {
        // Another citizen, who has no account, asked with this phone number.
        let mut s = Story::of(2);
        s.registered().person_acts(1).reset(phone(0), "q").person_acts(0).after(age);
        reset_request(&mut s, phone(0), refused(reason));
        assert_eq!(s.broken(), vec!["otp-resend-limited"; broken], "{age} {reason}");
    }
}

#[test]
fn a_reset_asked_for_again_within_a_minute_is_a_resend() {
    for (age, outcome, broken) in [
        (59_999, given("q"), 1),
        (60_000, given("q"), 0),
        (59_999, refused(Reason::ResendTooSoon), 0),
        (60_000, refused(Reason::ResendTooSoon), 1),
    ] {
        let mut s = Story::new();
        reset_request(s.registered().resetting("p", 606_060).after(age), phone(0), outcome);
        assert_eq!(s.broken(), vec!["otp-resend-limited"; broken], "{age}");
    }
}

#[test]
fn what_an_earlier_story_did_with_codes_may_count_for_an_hour() {
    type Call = (&'static str, Reason, &'static str, fn(&mut Story), fn(&mut Story, Outcome));
    let calls: [Call; 5] = [
        (
            "an activation is asked for",
            Reason::ResendTooSoon,
            "otp-resend-limited",
            |s| {
                never_activated(s);
            },
            |s, outcome| {
                s.request(phone(0), outcome);
            },
        ),
        (
            "a reset is asked for",
            Reason::ResendTooMany,
            "otp-resend-limited",
            |s| {
                s.stands(Level::App, None);
            },
            |s, outcome| reset_request(s, phone(0), outcome),
        ),
        (
            "a reset is asked for after a login",
            Reason::AttemptsExhausted,
            "otp-attempts-limited",
            |s| {
                s.stands_in(Level::App).session = None;
            },
            |s, outcome| reset_request(s, phone(0), outcome),
        ),
        (
            "a reset's code is entered",
            Reason::AttemptsExhausted,
            "otp-attempts-limited",
            |s| {
                s.stands(Level::App, None);
            },
            |s, outcome| {
                s.now -= SECOND;
                s.resetting("p", 606_060).reset_code("p", 606_060, outcome);
            },
        ),
        (
            "who was left without an account registers",
            Reason::ResendTooSoon,
            "otp-resend-limited",
            |s| {
                never_activated(s);
                if let Prior::Standing(standing) = &mut s.facts.members[0].prior {
                    standing.level = Level::None;
                }
            },
            |s, outcome| {
                s.try_register(phone(0), outcome);
            },
        ),
    ];
    for (what, reason, rule, stands, call) in calls {
        for (age, broken) in [(AN_HOUR_LESS, 0), (HOUR, 1)] {
            let mut s = Story::of(3);
            let begin = s.now;
            stands(&mut s);
            s.call(Operation::ServiceHealth, done()).now = begin + age;
            call(&mut s, refused(reason));
            assert_eq!(s.broken(), vec![rule; broken], "{what}, {age}");
        }
    }
    for (standing, broken) in [(true, vec![]), (false, vec!["otp-resend-limited"])] {
        let mut s = Story::new();
        if standing {
            s.stands(Level::App, None);
        } else {
            s.registered();
        }
        s.resetting("p", 606_060).after(61 * SECOND);
        s.call(Operation::ResetResend { challenge: Token::new("p") }, refused(Reason::ResendTooMany));
        assert_eq!(s.broken(), broken, "a code is asked for again");
    }
}

#[test]
fn a_challenge_for_nobodys_number_is_not_judged_further() {
    let mut wrong = form(&person(0), phone(0));
    wrong.number = "008099000001".into();
    for outcome in [done(), refused(Reason::HandleUnknown)] {
        let mut s = Story::new();
        s.call(Operation::AccountRegister { form: wrong.clone(), scanned: None }, given("q"));
        s.confirm("q", 1, outcome.clone()).try_resend("q", outcome.clone());
        assert_eq!(s.broken(), ["register-needs-population-match"], "{outcome:?}");
    }
}

#[test]
fn a_childs_registration_whose_answer_was_lost_can_send_a_code_from_the_fourteenth_birthday_on() {
    // The run begins at seven in the morning, 17 hours before the day.
    let midnight = 17 * HOUR;
    for (born, at, broken) in [
        ((2010, 5, 1), midnight, 1),
        ((2008, 8, 23), midnight - 1, 1),
        ((2008, 8, 23), midnight, 0),
        ((2008, 8, 22), midnight - 1, 0),
    ] {
        let mut s = Story::of(2);
        let person = &mut s.facts.members[0].person;
        let date = jiff::civil::date(born.0, born.1, born.2);
        (person.born, person.number) =
            (BirthDate::Full(date), CitizenNumber::from_parts(8, 2, (born.0 - 2_000) as u8, 4_711));
        s.try_register(phone(0), lost()).person_acts(1).now = at;
        s.try_register(phone(0), refused(Reason::ResendTooSoon));
        assert_eq!(s.broken(), vec!["otp-resend-limited"; broken], "{date} {at}");
    }
}

#[test]
fn a_code_after_too_many_wrong_ones_is_shown_with_these_and_no_others() {
    let five_wrong = |s: &mut Story| {
        (0..5).for_each(|n| {
            s.confirm("r", n, refused(Reason::CodeWrong));
        });
    };
    let story = |s: &Story| {
        assert_eq!(s.broken(), ["otp-attempts-limited"]);
        s.findings().remove(0).story
    };
    // Another citizen's wrong code at the same phone came last.
    let mut s = Story::of(2);
    five_wrong(s.register(phone(0), "r", 111_111));
    s.person_acts(1).register(phone(0), "q", 222_222).confirm("q", 1, refused(Reason::CodeWrong));
    s.person_acts(0).confirm("r", 111_111, done());
    assert_eq!(story(&s), [0, 1, 2, 3, 4, 5, 8]);
    // The same citizen's wrong code at another phone came before.
    let mut s = Story::new();
    s.register(phone(1), "q", 222_222).confirm("q", 1, refused(Reason::CodeWrong));
    five_wrong(s.register(phone(0), "r", 111_111));
    s.confirm("r", 111_111, done());
    assert_eq!(story(&s), [2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn a_code_of_somebody_whom_the_target_knew_is_not_judged() {
    for outcome in [done(), refused(Reason::CodeWrong), refused(Reason::HandleUnknown)] {
        let mut s = Story::new();
        s.facts.members[0].prior = Prior::Unknown;
        s.login(PASSWORD, session("t")).register(phone(0), "r", 111_111).confirm("r", 999_999, outcome.clone());
        s.password("r", PASSWORD, outcome);
        assert_eq!(s.broken(), NONE);
    }
}

#[test]
fn whether_a_code_serves_a_registration_after_another_one_made_the_account_is_left_open() {
    for outcome in [done(), refused(Reason::AccountExists)] {
        let mut s = Story::new();
        s.register(phone(1), "q", 222_222).registered().confirm("q", 222_222, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
}
