//! Journey 9: what is kept under a request id, and the lists of what was submitted.

use crate::support::*;
use crate::utilities::*;
use songsinh_contract::*;

/// A receipt in a list that does not tell request ids.
pub fn unnamed(id: &str, amount_vnd: Option<i64>) -> Receipt {
    Receipt { id: Token::new(id), request: None, amount_vnd }
}

/// The second person acts from here on, logged in on the own phone, the utilities open.
pub fn second(s: &mut Story) -> &mut Story {
    (s.member, s.device) = (1, B);
    s.login(PASSWORD, session("o")).session = Some("o");
    s.enter_passcode("123456", done())
}

fn given(id: &str) -> Outcome {
    receipts(vec![receipt(id, "q", None)])
}

#[test]
fn a_retry_is_done_again_whatever_reason_its_refusal_gives() {
    for reason in [Reason::RequestDiffers, Reason::BillPaid, Reason::BalanceLow] {
        for (operation, broken) in
            [(submit("q", "a"), "service-submitted-once"), (transfer("q", 1, 5), "payment-exactly-once")]
        {
            let mut s = open();
            s.call(operation.clone(), given("r")).call(operation, refused(reason));
            assert_eq!(s.broken(), [broken], "{reason}");
        }
    }
}

#[test]
fn a_refused_request_that_was_kept_shows_when_other_content_is_refused_for_it() {
    for (operation, other, reason, broken) in [
        (submit("q", "a"), submit("q", "b"), Reason::RequestDiffers, "refusal-changes-nothing"),
        (transfer("q", 1, 5), transfer("q", 1, 6), Reason::RequestDiffers, "refusal-changes-nothing"),
        // Another reason does not tell that anything was kept.
        (transfer("q", 1, 5), transfer("q", 1, 6), Reason::BillPaid, "payment-exactly-once"),
    ] {
        let mut s = people(Level::Two);
        s.call(operation, refused(Reason::PasscodeWanted)).enter_passcode("123456", done());
        s.call(other, refused(reason));
        assert_eq!(s.broken(), [broken], "{reason}");
    }
}

#[test]
fn a_form_that_shows_nothing_is_not_judged() {
    let mut s = open();
    s.call(Operation::FormOpen { service: PublicService::StayNotice }, done());
    assert_eq!(s.broken(), [""; 0]);
    assert_eq!(s.verdict().counts.of(Rule::ServiceFormPrefilled).undecided, 1);
}

#[test]
fn a_receipt_is_its_requests_or_names_none() {
    for (first, broken) in [
        (unnamed("r", None), vec!["service-submitted-once"]),
        (receipt("r", "q", None), vec!["service-submitted-once"]),
        (receipt("r", "z", None), vec![]),
    ] {
        let mut s = open();
        s.call(submit("q", "a"), receipts(vec![first.clone()])).call(submit("q", "a"), given("r2"));
        assert_eq!(s.broken(), broken, "{first:?}");
    }
}

#[test]
fn a_receipt_that_a_retry_gave_is_the_receipt() {
    for (id, broken) in [("r", vec![]), ("r2", vec!["service-submitted-once"])] {
        let mut s = open();
        s.call(submit("q", "a"), done()).call(submit("q", "a"), given("r")).call(submit("q", "a"), given(id));
        assert_eq!(s.broken(), broken, "{id}");
    }
}

#[test]
fn a_request_id_is_its_owners_and_of_its_kind() {
    // Somebody else's submission, and the own payment, under the same id.
    for (more, broken) in [(vec![receipt("r2", "q", None)], vec![]), (vec![], vec!["acknowledged-is-durable"])] {
        let mut s = open();
        second(s.call(submit("q", "a"), given("r"))).call(submit("q", "b"), given("r2"));
        s.call(Operation::FormList, receipts(more.clone()));
        assert_eq!(s.broken(), broken, "{more:?}");
        let mut s = open();
        s.call(transfer("q", 1, 5), receipts(vec![receipt("r", "q", Some(5))]));
        s.call(submit("q", "b"), given("r2")).call(Operation::FormList, receipts(more.clone()));
        assert_eq!(s.broken(), broken, "{more:?}");
    }
}

#[test]
fn a_list_holds_every_submission_that_it_can_name() {
    let (z, y) = (unnamed("z", None), receipt("y", "y", None));
    for (answer, listed, broken) in [
        (given("r"), vec![unnamed("r", None)], vec![]),
        (given("r"), vec![z.clone()], vec!["acknowledged-is-durable"]),
        (given("r"), vec![unnamed("r", None), unnamed("r", None)], vec!["service-submitted-once"]),
        // No receipt was given: the request id alone finds it, in a list that tells them all.
        (done(), vec![receipt("r", "q", None), y.clone()], vec![]),
        (done(), vec![y.clone()], vec!["acknowledged-is-durable"]),
        (done(), vec![], vec!["acknowledged-is-durable"]),
        (done(), vec![z.clone()], vec![]),
        (done(), vec![z, y], vec![]),
    ] {
        let mut s = open();
        s.call(submit("q", "a"), answer).call(Operation::FormList, receipts(listed.clone()));
        assert_eq!(s.broken(), broken, "{listed:?}");
    }
}

#[test]
fn no_request_stands_in_a_list_twice_wherever_it_stands() {
    for (requests, broken) in [
        (vec!["x", "y", "z"], vec![]),
        (vec!["x", "x"], vec!["service-submitted-once"]),
        (vec!["x", "y", "x"], vec!["service-submitted-once"]),
        (vec!["y", "x", "z", "y"], vec!["service-submitted-once"]),
    ] {
        let mut s = open();
        let list = requests.iter().enumerate().map(|(n, request)| receipt(&format!("r{n}"), request, None));
        s.call(Operation::FormList, receipts(list.collect()));
        assert_eq!(s.broken(), broken, "{requests:?}");
    }
}

#[test]
fn a_new_account_has_no_submissions_but_its_own() {
    let (own, more) = (receipt("r", "q", None), receipt("z", "z", None));
    for (listed, alone, broken) in [
        (vec![own.clone()], true, vec![]),
        (vec![own.clone(), more.clone()], true, vec!["service-submitted-once"]),
        // Another client may have submitted it.
        (vec![own, more], false, vec![]),
    ] {
        let mut s = Story::new();
        s.settings.exclusive = alone;
        s.activated().login(PASSWORD, session("t")).session = Some("t");
        s.enter_passcode("123456", done()).call(submit("q", "a"), given("r"));
        s.call(Operation::FormList, receipts(listed.clone()));
        assert_eq!(s.broken(), broken, "{listed:?} {alone}");
    }
}
