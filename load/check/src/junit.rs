//! Checks as JUnit: a suite for a property, a testcase for every rule and every saved scenario.
//!
//! A rule that was broken is a failure with its story; a warning passes and says so; what was not covered is skipped,
//! which is not a pass. A saved scenario that was not put to the test is an error: it was kept to be.

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};
use songsinh_reports::Lang;

use crate::error::CheckError;
use crate::replay::Replays;
use crate::report::CheckReport;

/// The suite of saved scenarios.
const SAVED: &str = "saved";

/// The text of the file; `replays` are those that were made before all checks.
///
/// # Errors
/// When the library cannot write the document.
pub fn junit(replays: &Replays, reports: &[CheckReport]) -> Result<String, CheckError> {
    let mut document = Document::new("songsinh check");
    if !replays.played.is_empty() || !replays.not_covered.is_empty() {
        let mut suite = TestSuite::new(SAVED);
        add_replays(&mut suite, SAVED, replays);
        document.add_test_suite(suite);
    }
    document.add_test_suites(reports.iter().map(suite));
    document.to_string().map_err(|error| CheckError::JUnit(error.to_string()))
}

fn suite(report: &CheckReport) -> TestSuite {
    let property = report.property.as_str();
    let mut suite = TestSuite::new(property);
    add_replays(&mut suite, property, &report.replays);
    let mut add = |name: &str, status: TestCaseStatus, note: Option<&str>| {
        suite.add_test_case(case(property, name, status, note));
    };
    for one in &report.counterexamples {
        add(one.rule.slug(), failure(one.finding.wrong.say(Lang::En), &one.story(Lang::En)), None);
    }
    for rule in &report.beside {
        add(rule.slug(), failure("broken while people were prepared, or over the run as a whole", ""), None);
    }
    let is_broken = |rule| report.beside.contains(&rule) || report.counterexamples.iter().any(|one| one.rule == rule);
    for (&rule, count) in &report.rules {
        if count.allowed + count.violation > 0 && !is_broken(rule) {
            let note = report.warned.contains(&rule).then_some("warns: good practice");
            add(rule.slug(), TestCaseStatus::success(), note);
        }
    }
    for one in &report.not_covered {
        let mut status = TestCaseStatus::skipped();
        status.set_message(one.why());
        add(&one.what(), status, None);
    }
    for why in &report.invalid {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type("invalid").set_message(why.as_str());
        add("the check says something about the target", status, None);
    }
    suite
}

fn case(class: &str, name: &str, status: TestCaseStatus, note: Option<&str>) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("songsinh.check.{class}"));
    note.into_iter().for_each(|note| _ = case.set_system_out(note));
    case
}

fn add_replays(suite: &mut TestSuite, class: &str, replays: &Replays) {
    for (path, rules) in &replays.played {
        let slugs: Vec<&str> = rules.iter().map(|rule| rule.slug()).collect();
        let broken = || failure(&format!("it still breaks {}", slugs.join(", ")), "");
        let status = if rules.is_empty() { TestCaseStatus::success() } else { broken() };
        suite.add_test_case(case(class, &format!("replay {}", path.display()), status, None));
    }
    for one in &replays.not_covered {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type("not covered").set_message(one.why());
        suite.add_test_case(case(class, &one.what(), status, None));
    }
}

fn failure(message: &str, story: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type("violation").set_message(message);
    status.set_description(story);
    status
}
