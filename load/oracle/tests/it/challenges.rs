//! Challenges side by side: which of them a newer one replaces, whose code a code is, and which codes count for the
//! limits of a number.

use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;

/// A registration of the first citizen on the first phone, handle "r"; then `newer`; then its code is entered.
fn replaced(newer: impl Fn(&mut Story), last: Outcome) -> Vec<&'static str> {
    let mut s = Story::of(2);
    s.register(phone(0), "r", 111_111).after(61 * SECOND);
    newer(&mut s);
    (s.member, s.device) = (0, A);
    s.confirm("r", 111_111, last).broken()
}

#[test]
fn a_challenge_is_replaced_only_by_one_of_the_same_purpose_citizen_and_phone() {
    let void = || refused(Reason::CodeVoid);
    let same = |s: &mut Story| {
        s.register(phone(0), "q", 222_222);
    };
    assert_eq!(replaced(same, done()), ["otp-superseded-by-newer"]);
    assert_eq!(replaced(same, void()), NONE);
    let other_phone = |s: &mut Story| {
        s.register(phone(1), "q", 222_222);
    };
    assert_eq!(replaced(other_phone, done()), NONE);
    assert_eq!(replaced(other_phone, void()), ["otp-attempts-limited"]);
    let other_citizen = |s: &mut Story| {
        s.member = 1;
        s.register(phone(0), "q", 222_222);
    };
    assert_eq!(replaced(other_citizen, done()), NONE);
    assert_eq!(replaced(other_citizen, void()), ["otp-attempts-limited"]);
    for (last, broken) in [(done(), vec![]), (void(), vec!["otp-attempts-limited"])] {
        let mut s = Story::new();
        s.approved().activation(phone(0), "a", 222_222).resetting("p", 606_060).enter("a", 222_222, last);
        assert_eq!(s.broken(), broken, "another purpose");
    }
}

#[test]
fn a_request_answered_with_the_handle_of_before_goes_on_with_its_newer_code() {
    let write = |code: u32, last: Outcome| {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111).after(61 * SECOND).resend("r", phone(0), 222_222);
        s.after(61 * SECOND).register(phone(0), "r", 333_333).confirm("r", code, last);
        s
    };
    let right = write(333_333, done());
    assert_eq!(right.broken(), NONE);
    assert_eq!(right.verdict().counts.of(Rule::OtpSupersededByNewer).allowed, 1);
    assert_eq!(write(111_111, done()).broken(), ["otp-superseded-by-newer"]);
    assert_eq!(write(222_222, done()).broken(), ["otp-superseded-by-newer"]);
    assert_eq!(write(333_333, refused(Reason::CodeWrong)).broken(), ["otp-superseded-by-newer"]);
}

#[test]
fn under_same_code_the_newest_code_serves_with_either_handle_and_an_older_one_with_none() {
    let write = |handle: &'static str, code: u32| {
        let mut s = Story::new();
        s.book.otp_resend_policy = ResendPolicy::SameCode;
        s.register(phone(0), "r", 111_111).after(61 * SECOND).register(phone(0), "q", 222_222);
        s.confirm(handle, code, done()).broken()
    };
    assert_eq!(write("q", 222_222), NONE);
    assert_eq!(write("r", 222_222), NONE);
    assert_eq!(write("q", 111_111), ["otp-superseded-by-newer"]);
}

#[test]
fn the_same_citizens_code_at_another_phone_is_another_citizens() {
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111).register(phone(1), "q", 222_222).confirm("r", 222_222, done());
    assert_eq!(s.broken(), ["otp-bound-to-citizen"]);
}

#[test]
fn under_same_code_only_a_code_that_is_out_for_the_same_keeps_its_life() {
    // The ledger is not seen: a newer request may have repeated the code that is out.
    let entered = |before: fn(&mut Story)| {
        let mut s = Story::of(2);
        s.book.otp_resend_policy = ResendPolicy::SameCode;
        s.settings.gateway_reaches = false;
        before(&mut s);
        (s.member, s.device) = (0, A);
        s.after(100 * SECOND).try_register(phone(0), given("q")).after(90 * SECOND).confirm("q", 5, done());
        let count = s.verdict().counts.of(Rule::OtpExpires);
        assert_eq!(s.findings(), vec![]);
        (count.allowed, count.undecided)
    };
    let same = entered(|s| {
        s.try_register(phone(0), given("r"));
    });
    assert_eq!(same, (0, 1), "it may be 190 s old");
    let other_phone = entered(|s| {
        s.try_register(phone(1), given("r"));
    });
    let other_citizen = entered(|s| {
        s.member = 1;
        s.try_register(phone(0), given("r"));
    });
    assert_eq!((other_phone, other_citizen), ((1, 0), (1, 0)));
    // One that was entered is not out any more; its own try is counted too.
    let entered_before = entered(|s| {
        s.try_register(phone(0), given("r")).confirm("r", 6, done());
    });
    assert_eq!(entered_before, (2, 0));
    let mut s = Story::new();
    s.book.otp_resend_policy = ResendPolicy::SameCode;
    s.settings.gateway_reaches = false;
    s.stands(Level::One, None).request(phone(0), given("a")).after(100 * SECOND).reset(phone(0), "p");
    s.after(90 * SECOND).reset_code("p", 5, done());
    let count = s.verdict().counts.of(Rule::OtpExpires);
    assert_eq!((count.allowed, count.undecided), (1, 0), "another purpose");
}

/// Nobody's number is registered on the first phone, handle "n".
fn nobodys(s: &mut Story) -> &mut Story {
    let form = Form { number: "008099000001".into(), ..form(&s.person(), phone(0)) };
    s.call(Operation::AccountRegister { form, scanned: None }, given("n"))
}

#[test]
fn codes_for_nobodys_number_count_as_requests_and_resends_of_the_phone() {
    const NOBODY: &str = "register-needs-population-match";
    const LIMIT: &str = "otp-resend-limited";
    let too_many = || refused(Reason::ResendTooMany);
    // So many requests, then the citizen's own: the first code is not counted, five more may follow.
    for (requests, limited) in [(5, true), (6, false)] {
        let mut s = Story::new();
        for _ in 0..requests {
            nobodys(s.after(61 * SECOND));
        }
        s.after(61 * SECOND).try_register(phone(0), too_many());
        let mut broken = vec![NOBODY; requests];
        broken.extend(limited.then_some(LIMIT));
        assert_eq!(s.broken(), broken, "{requests} requests");
        let mut s = Story::new();
        s.approved();
        for _ in 0..requests {
            let number = person(9).number;
            s.after(61 * SECOND).call(Operation::ActivationRequest { number, phone: phone(0) }, given("n"));
        }
        s.after(61 * SECOND).request(phone(0), too_many());
        let mut broken = vec!["activate-app-account-refused"; requests];
        broken.extend(limited.then_some(LIMIT));
        assert_eq!(s.broken(), broken, "{requests} requests for an activation");
    }
    // One request an hour ago and so many resends since.
    for (resends, limited) in [(4, true), (5, false)] {
        let mut s = Story::new();
        nobodys(&mut s).after(10 * 60 * SECOND);
        for _ in 0..resends {
            s.try_resend("n", done()).after(10 * 60 * SECOND);
        }
        s.now = 1_000 + HOUR + 60 * SECOND;
        s.try_register(phone(0), too_many());
        let mut broken = vec![NOBODY];
        broken.extend(limited.then_some(LIMIT));
        assert_eq!(s.broken(), broken, "{resends} resends");
    }
}

#[test]
fn a_reset_that_sends_nothing_may_count_for_an_hour_each_time_it_is_asked_for() {
    let own = |s: &mut Story| {
        let number = s.number();
        s.call(Operation::ResetRequest { number, phone: phone(0) }, refused(Reason::ResendTooMany)).broken()
    };
    // The second citizen has no account; the first one's phone is named. So it is with nobody's number.
    for (minutes, broken) in [(59, vec![]), (61, vec!["otp-resend-limited"])] {
        let mut s = Story::of(3);
        let asked = s.registered().now;
        s.call(Operation::ResetRequest { number: person(9).number, phone: phone(0) }, given("q"));
        s.now = asked + minutes * 60 * SECOND;
        assert_eq!(own(&mut s), broken, "nobody's number, {minutes} minutes");
    }
    for (resent, minutes, broken) in [
        (false, 59, vec![]),
        (false, 61, vec!["otp-resend-limited"]),
        (true, 61, vec![]),
        (true, 91, vec!["otp-resend-limited"]),
    ] {
        let mut s = Story::of(3);
        s.registered().person_acts(1);
        let asked = s.now;
        s.reset(phone(0), "q");
        if resent {
            s.now = asked + 30 * 60 * SECOND;
            s.call(Operation::ResetResend { challenge: Token::new("q") }, done());
        }
        s.person_acts(0).now = asked + minutes * 60 * SECOND;
        assert_eq!(own(&mut s), broken, "resent {resent}, {minutes} minutes");
    }
}

#[test]
fn a_new_request_right_after_a_resend_is_a_resend() {
    for (last, broken) in [(given("q"), vec!["otp-resend-limited"]), (refused(Reason::ResendTooSoon), vec![])] {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111).after(61 * SECOND).resend("r", phone(0), 222_222);
        s.after(10 * SECOND).try_register(phone(0), last);
        assert_eq!(s.broken(), broken);
    }
}

#[test]
fn a_sixth_resend_is_told_with_the_codes_that_the_limit_counts() {
    let mut s = Story::new();
    s.stands(Level::App, None).resetting("x", 606_060).after(2 * HOUR).resetting("p", 616_161);
    for n in 0..6 {
        s.after(61 * SECOND).call(Operation::ResetResend { challenge: Token::new("p") }, done());
        s.message(phone(0), SmsPurpose::Reset, Some(700_000 + n));
    }
    assert_eq!(s.broken(), ["otp-resend-limited"]);
    assert_eq!(s.findings()[0].story, [1, 2, 3, 4, 5, 6, 7], "not the code of two hours ago");
}
