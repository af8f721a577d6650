//! Which verdict follows from which record.

use songsinh_contract::{Moment, Operation, Outcome, PhoneNumber, SmsEvent};
use songsinh_record::{Ending, Frame, InvalidReason, KnownIssue, MustDecide};
use songsinh_reports::{Lang, Report, ReportError, Verdict};

use crate::records::{Run, at, bad, facts, good, judge, refused};

fn kinds(report: &Report) -> Vec<&'static str> {
    report.invalid.iter().map(InvalidReason::kind).collect()
}

#[test]
fn a_good_run_passes() {
    let report = good(200).report();
    assert_eq!((report.verdict, kinds(&report)), (Verdict::Pass, vec![]));
    assert_eq!((report.journeys.planned, report.journeys.completed, report.journeys.abandoned), (201, 200, 1));
    assert_eq!((report.sms.accepted, report.sms.delivered, report.sms.codes_without), (200, 200, 0));
    assert_eq!(report.latency.all.count, 800);
}

#[test]
fn a_violation_fails_even_an_invalid_run() {
    let mut run = bad(100);
    run.header.must_decide = vec![MustDecide { rule: "otp-expires".into(), at_least: 5 }];
    let report = run.report();
    assert_eq!((report.verdict, report.findings[0].count), (Verdict::Violations, 10));
    assert_eq!(kinds(&report), ["must-decide"]);
}

#[test]
fn a_known_violation_does_not_fail_until_its_date() {
    let mut run = bad(100);
    run.header.limits.clear();
    let issue = |year| KnownIssue {
        rule: "login-needs-password".into(),
        issue: "T-812".into(),
        until: jiff::civil::date(year, 12, 15),
    };
    run.header.known = vec![issue(2022)];
    let report = run.report();
    assert_eq!(
        (report.verdict, report.findings[0].known.as_ref().map(|known| known.text(Lang::En)).as_deref()),
        (Verdict::Pass, Some("known: T-812 until 2022-12-15"))
    );
    run.header.known = vec![issue(2021)];
    assert_eq!(run.report().verdict, Verdict::Violations);
}

#[test]
fn a_crossed_limit_and_one_about_nothing_do_not_hold() {
    let mut run = good(50);
    run.header.limits = vec!["p99(account.register) < 10ms".into(), "max(level1.submit) < 1s".into()];
    let report = run.report();
    assert_eq!(report.verdict, Verdict::LimitsCrossed);
    assert!(report.limits.iter().all(|limit| !limit.holds));
    assert_eq!(report.limits[1].value, None);
    run.header.limits = vec!["nonsense".into()];
    assert!(matches!(Report::judged_by(&run.bytes(), judge), Err(ReportError::Limit(_))));
}

#[test]
fn a_target_that_knew_people_makes_the_run_invalid() {
    for (citizens, verdict) in [(98, Verdict::Invalid), (99, Verdict::Pass)] {
        let mut run = good(citizens);
        run.header.limits.clear();
        run.end(1_000, 9_000, Ending::Dirty);
        let report = run.report();
        assert_eq!((report.journeys.dirty, report.verdict), (1, verdict), "{:?}", report.invalid);
    }
}

#[test]
fn unexplained_answers_make_the_run_invalid() {
    let mut run = good(100);
    for id in 1..=3 {
        run.call(id, 9, 20_000, 5, Operation::AccountShow, Outcome::Unmapped { status: 299, sample: "<b>".into() });
    }
    let report = run.report();
    assert_eq!((report.verdict, kinds(&report)), (Verdict::Invalid, vec!["unmapped-answers"]));
    assert_eq!((report.unexplained[0].count, report.unexplained[0].status), (3, 299));
}

#[test]
fn codes_that_no_message_follows_make_the_run_invalid() {
    let mut run = good(100);
    let template = run.report();
    assert_eq!(template.sms.codes_without, 0);
    for id in 500..521 {
        let (operation, person) = register(id);
        run.push(Frame::Cell(Box::new(facts(id, person))));
        run.call(id, 0, 3_000, 20, operation, Outcome::done());
        run.end(id, 4_000, Ending::GaveUp);
    }
    let report = run.report();
    assert_eq!((report.verdict, kinds(&report)), (Verdict::Invalid, vec!["no-sms"]));
    run.header.terms.gateway_reaches = false;
    assert_eq!(kinds(&run.report()), Vec::<&str>::new());
}

fn register(id: u64) -> (Operation, songsinh_contract::Person) {
    // Taken from a citizen of another run, so that number, phone and person agree.
    let mut run = Run::new();
    run.citizen(id, 0, refused());
    let bytes = run.bytes();
    let mut person = None;
    let mut operation = None;
    for frame in songsinh_record::Reader::new(bytes.as_slice()).unwrap() {
        match frame.unwrap() {
            Frame::Cell(facts) => person = Some(facts.members[0].person.clone()),
            Frame::Observation(seen) if seen.seq == 0 => operation = Some(seen.call.operation.clone()),
            _ => {}
        }
    }
    (operation.unwrap(), person.unwrap())
}

#[test]
fn excess_lag_makes_a_real_run_invalid_unless_it_is_reported_only() {
    let mut run = good(100);
    run.header.limits.clear();
    run.header.bounds.lag_p99_us = Some(20);
    assert_eq!(kinds(&run.report()), ["excess-lag"]);
    run.header.bounds.lag_p99_us = None;
    assert_eq!(run.report().verdict, Verdict::Pass);
}

#[test]
fn a_record_that_is_cut_off_gives_an_invalid_report_of_what_is_whole() {
    let run = good(100);
    let bytes = run.bytes();
    let report = Report::judged_by(&bytes[..bytes.len() / 2], judge).unwrap();
    assert_eq!(report.verdict, Verdict::Invalid);
    assert!(kinds(&report).contains(&"record-truncated"));
    assert!((100..400).contains(&report.latency.all.count), "{}", report.latency.all.count);
    assert_eq!(report.judgement.cells, report.journeys.completed);
}

#[test]
fn an_interrupted_run_that_was_right_is_130() {
    let mut run = good(100);
    run.footer.interrupted = true;
    let report = run.report();
    assert_eq!((report.verdict, report.verdict.exit_code()), (Verdict::Interrupted, 130));
}

#[test]
fn messages_find_their_cell_by_phone_and_strangers_are_counted() {
    let mut run = good(10);
    let stray = |id, to: PhoneNumber| {
        Frame::Sms(SmsEvent {
            id,
            to,
            text: "?".into(),
            purpose: None,
            code: None,
            accepted: at(100),
            fate: songsinh_contract::Fate::Lost,
        })
    };
    run.push(stray(900, PhoneNumber::from_parts(32, 1)));
    run.push(stray(901, PhoneNumber::from_parts(91, 1)));
    let sms = run.report().sms;
    assert_eq!((sms.accepted, sms.for_nobody, sms.late, sms.lost), (12, 1, 1, 2));
}

#[test]
fn calls_of_a_warm_up_are_counted_and_not_timed() {
    let mut run = good(10);
    run.call(1, 9, 500, 30_000, Operation::AccountShow, Outcome::done());
    run.call(1, 10, 1_000, 7, Operation::AccountShow, Outcome::done());
    let report = run.report();
    let stats = &report.latency.operations[&songsinh_contract::OperationName::AccountShow];
    assert_eq!((stats.count, stats.intended.count(), stats.intended.max()), (2, 1, Some(7_003)));
    assert!(report.duration.as_secs_f64() > 30.0 && Moment(0) < report.header.origin);
}

#[test]
fn the_judge_sees_each_cell_once_with_its_calls_in_order_and_its_messages() {
    let mut cells = Vec::new();
    let run = good(30);
    Report::judged_by(&run.bytes(), |facts, observations, messages| {
        assert!(observations.is_sorted_by_key(|seen| seen.seq));
        cells.push((facts.cell.0, observations.len(), messages.len()));
        judge(facts, observations, messages)
    })
    .unwrap();
    assert_eq!(cells, (1..=30).map(|id| (id, 4, 1)).collect::<Vec<_>>());
}

#[test]
fn the_oracle_judges_a_record_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.songsinh");
    std::fs::write(&path, good(20).bytes()).unwrap();
    // These citizens log in without ever having set a password, and are let in.
    let report = Report::from_record(&path).unwrap();
    assert_eq!(report.verdict, Verdict::Violations);
    assert!(report.findings.iter().all(|view| view.count == 20 && view.story.is_some()), "{:?}", report.findings);
    let missing = Report::from_record(&folder.path().join("none")).unwrap_err().to_string();
    assert!(missing.contains("cannot open the run record") && missing.contains("none"), "{missing}");
}
