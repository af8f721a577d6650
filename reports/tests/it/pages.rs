//! What people read, as snapshots.

use insta::assert_snapshot;
use songsinh_contract::{Operation, Outcome};
use songsinh_record::{Frame, MustDecide};
use songsinh_reports::{Lang, Look, summary_json, terminal_page};

use crate::records::{bad, good};

const PLAIN: Look = Look { colour: false };

#[test]
fn the_page_of_a_good_run() {
    assert_snapshot!(terminal_page(&good(200).report(), PLAIN, Lang::En));
}

#[test]
fn the_page_of_a_bad_run() {
    let mut run = bad(100);
    run.header.target.misbehaviours = "login-needs-password".into();
    run.push(Frame::Note("the SMS gateway was slow for 3 s".into()));
    assert_snapshot!(terminal_page(&run.report(), PLAIN, Lang::En));
}

#[test]
fn the_page_of_a_bad_run_in_vietnamese() {
    let mut run = bad(100);
    run.header.target.misbehaviours = "login-needs-password".into();
    run.push(Frame::Note("prepare, 6 × activate: did not get beyond: login".into()));
    assert_snapshot!(terminal_page(&run.report(), PLAIN, Lang::Vi));
}

#[test]
fn the_page_of_an_invalid_run() {
    let mut run = good(40);
    run.header.must_decide = vec![MustDecide { rule: "otp-expires".into(), at_least: 2_000 }];
    let sample = "\u{1b}[31m<html><body>Request Rejected. The requested URL was rejected.</body></html>";
    run.call(1, 9, 20_000, 5, Operation::AccountShow, Outcome::Unmapped { status: 200, sample: sample.into() });
    run.call(1, 10, 20_000, 5, Operation::AccountShow, Outcome::Foreign { status: 403 });
    assert_snapshot!(terminal_page(&run.report(), PLAIN, Lang::En));
}

#[test]
fn the_summary_of_a_bad_run() {
    assert_snapshot!(summary_json(&bad(100).report()).unwrap());
}

#[test]
fn no_line_is_wider_than_a_hundred_columns_and_nothing_controls_the_terminal() {
    let sample: Box<str> = format!("\u{1b}[2J{}", "x".repeat(190)).into();
    let mut run = bad(100);
    run.call(3, 9, 20_000, 5, Operation::AccountShow, Outcome::Unmapped { status: 200, sample });
    let page = terminal_page(&run.report(), PLAIN, Lang::En);
    assert!(page.lines().all(|line| line.chars().count() <= 100), "{page}");
    assert!(!page.contains('\u{1b}'));
    assert!(terminal_page(&run.report(), Look { colour: true }, Lang::En).contains("\u{1b}[1;31m"));
}
