//! Scans: who may make them, and what a forged QR may be called.

use crate::desk::*;
use crate::qr::{counter, screen, ticket};
use crate::support::*;
use songsinh_contract::*;

fn forged() -> ShownQr {
    ShownQr { flaw: Some(QrFlaw::Edited), ..screen("t") }
}

/// The citizen (`citizen`) or the official acts, logged in.
fn by(s: &mut Story, citizen: bool) -> &mut Story {
    (s.member, s.device, s.session) = if citizen { (0, A, Some("s")) } else { (1, B, Some("o")) };
    s
}

fn scans(s: &mut Story, qr: ShownQr, outcome: Outcome) {
    by(s, false).call(Operation::QrScan { qr: Box::new(qr) }, outcome);
}

#[test]
fn an_error_page_is_no_answer_to_a_fake_of_whoever_may_scan() {
    let error = |spoil: fn(&mut Story)| {
        let mut s = counter();
        spoil(&mut s);
        by(&mut s, true).call(Operation::QrMint, ticket("t"));
        scans(&mut s, forged(), Outcome::Fault { status: 500 });
        s
    };
    assert_eq!(error(|_| ()).broken(), ["qr-fake-is-said-fake"]);
    // For any other caller it is an error like any other.
    let level_1 = |s: &mut Story| {
        if let Prior::Standing(standing) = &mut s.facts.members[1].prior {
            standing.level = Level::One;
        }
    };
    assert_eq!(error(level_1).broken(), ["error-is-not-a-verdict"]);
    let mut s = error(|_| ());
    s.last().call.caller.session = None;
    assert_eq!(s.broken(), ["error-is-not-a-verdict"]);
    let mut s = error(|_| ());
    s.last().call.caller.proof = ProofShown::Missing;
    assert_eq!(s.broken(), ["error-is-not-a-verdict"]);
}

#[test]
fn an_officials_session_of_an_earlier_story_may_be_over() {
    for reason in [Reason::SessionMissing, Reason::SessionExpired] {
        let mut s = counter();
        by(&mut s, true).call(Operation::QrMint, ticket("t"));
        scans(&mut s, screen("t"), refused(reason));
        assert_ne!(s.broken(), NONE, "the session of this story lives");
        s.last().call.caller.session = Some(Token::new("elsewhere"));
        assert_eq!(s.broken(), NONE, "{reason}");
    }
}

#[test]
fn a_forged_qr_may_be_called_what_a_genuine_one_is_called_then() {
    type Case = (&'static str, fn(&mut Story));
    let cases: [Case; 3] = [
        ("replaced", |s| {
            by(s, true).call(Operation::QrMint, ticket("u"));
        }),
        ("voided by the switch", |s| {
            by(s, true).call(Operation::QrSwitch { on: false }, done());
        }),
        ("of a released phone", |s| {
            by(s, true).call(Operation::DeviceRelease, done());
        }),
    ];
    for (what, happens) in cases {
        let mut words = 0;
        for reason in [Reason::QrReplaced, Reason::SwitchOff, Reason::QrExpired, Reason::QrFake] {
            let run = |qr| {
                let mut s = counter();
                by(&mut s, true).call(Operation::QrMint, ticket("t"));
                happens(&mut s);
                scans(&mut s, qr, refused(reason));
                s.broken()
            };
            if run(screen("t")) == NONE {
                assert_eq!(run(forged()), NONE, "{what}: {reason}");
                words += 1;
            }
        }
        assert_ne!(words, 0, "{what}");
    }
    // One that nothing happened to is fake, and nothing else.
    let mut s = counter();
    by(&mut s, true).call(Operation::QrMint, ticket("t"));
    scans(&mut s, forged(), refused(Reason::QrReplaced));
    assert_eq!(s.broken(), ["qr-fake-is-said-fake"]);
}

#[test]
fn a_second_scan_keeps_the_rule_where_it_is_allowed() {
    let mut s = counter();
    s.book.qr_replay = QrReplay::AllowedWhileLive;
    by(&mut s, true).call(Operation::QrMint, ticket("t"));
    scans(&mut s, screen("t"), done());
    assert_eq!(s.verdict().counts.of(Rule::QrReplay).allowed, 0, "the first is no second one");
    scans(&mut s, screen("t"), done());
    assert_eq!(s.verdict().counts.of(Rule::QrReplay).allowed, 1);
}

#[test]
fn a_qr_that_nobody_knows_and_nothing_is_wrong_with_is_decided_neither_way() {
    for outcome in [done(), refused(Reason::QrFake), refused(Reason::QrExpired)] {
        for unknown in [ShownQr { ticket: None, ..screen("t") }, screen("elsewhere")] {
            let mut s = counter();
            scans(&mut s, unknown, outcome.clone());
            let verdict = s.verdict();
            assert_eq!(verdict.findings, vec![], "{outcome:?}");
            let count = verdict.counts.of(Rule::QrFakeIsSaidFake);
            assert_eq!((count.allowed, count.undecided), (0, 1), "{outcome:?}");
        }
    }
}

#[test]
fn a_forgery_of_the_officials_own_qr_is_fake_or_his_own_and_never_genuine() {
    for (outcome, broken) in
        [(refused(Reason::QrFake), vec![]), (refused(Reason::SelfScan), vec![]), (done(), vec!["qr-fake-is-said-fake"])]
    {
        let mut s = counter();
        by(&mut s, false).call(Operation::QrMint, ticket("t"));
        scans(&mut s, forged(), outcome.clone());
        assert_eq!(s.broken(), broken, "{outcome:?}");
    }
}
