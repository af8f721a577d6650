//! `junit.xml`: a testcase for every rule, limit and condition of validity, for CI systems that read JUnit reports.
//!
//! A rule that fails the run is a failure with its shortest story; a known issue or a warning passes and says so; a rule
//! that was never decided is skipped, which is not a pass.

use quick_junit::{NonSuccessKind, Property, Report as Document, TestCase, TestCaseStatus, TestSuite};
use songsinh_contract::Rule;

use crate::error::ReportError;
use crate::lang::Lang;
use crate::report::{FindingView, Report};
use crate::words::{count, counted};

/// The file is for programs: English.
const EN: Lang = Lang::En;

/// The text of the file.
///
/// # Errors
/// When the library cannot write the document.
pub fn junit(report: &Report) -> Result<String, ReportError> {
    let name = &report.header.scenario.name;
    let mut document = Document::new(format!("songsinh {name}"));
    document.set_time(report.duration);
    document.add_test_suites([rules(report), limits(report), validity(report)]);
    document.to_string().map_err(|error| ReportError::Make { file: "junit.xml", why: error.to_string() })
}

fn rules(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("rules");
    suite.add_properties([
        Property::new("target", report.header.target.address.as_str()),
        Property::new("seed", report.header.seed.to_string()),
        Property::new("again", report.header.again.as_str()),
    ]);
    for &rule in Rule::ALL {
        let finding = report.findings.iter().find(|view| view.rule == rule);
        let counts = report.rule(rule);
        let decided = counts.allowed + counts.violation;
        let mut said = {
            let of = counted(decided, "decided answer", "", EN);
            format!("{} of {of} broken", count(counts.violation, EN))
        };
        let status = match finding {
            Some(view) if view.fails => failure(view, &said),
            Some(view) => {
                let why = view.known.as_ref().map_or_else(|| "warns: good practice".into(), |known| known.text(EN));
                said.push_str(&format!("\n{why}\n{}", story(view)));
                TestCaseStatus::success()
            }
            None if decided == 0 => {
                let mut status = TestCaseStatus::skipped();
                status.set_message(format!("never decided, {} undecided", count(counts.undecided, EN)));
                status
            }
            None => TestCaseStatus::success(),
        };
        let mut case = TestCase::new(rule.slug(), status);
        case.set_classname(format!("songsinh.rules.{}", rule.group().to_lowercase().replace([' ', ','], "-")));
        case.set_assertions(usize::try_from(decided).unwrap_or(usize::MAX));
        case.set_system_out(said);
        suite.add_test_case(case);
    }
    suite
}

fn failure(view: &FindingView, said: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type("violation").set_message(format!("{said}: {}", view.wrong.say(EN)));
    status.set_description(format!("{} ({})\n{}", view.rule.text(), view.rule.source(), story(view)));
    status
}

/// The shortest story, a line for a step.
fn story(view: &FindingView) -> String {
    let Some(story) = &view.story else { return view.wrong.say(EN).to_owned() };
    let line = |(at, step): (usize, &crate::story::Step)| {
        let trace = if step.trace.is_empty() { String::new() } else { format!("  trace {}", step.trace) };
        format!(
            "{:>3}  {:+.3} s  {}  {} -> {}{trace}",
            at + 1,
            step.at_s,
            step.who.say(EN),
            step.asked.say(EN),
            step.answered.say(EN)
        )
    };
    let lines: Vec<String> = story.steps.iter().enumerate().map(line).collect();
    format!("{}\n{}", lines.join("\n"), story.wrong.say(EN))
}

fn limits(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("limits");
    for limit in &report.limits {
        let mut status = TestCaseStatus::success();
        if !limit.holds {
            status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type("limit").set_message(format!("measured {}", limit.measured(EN)));
        }
        let mut case = TestCase::new(limit.text.as_str(), status);
        case.set_classname("songsinh.limits").set_system_out(format!("measured {}", limit.measured(EN)));
        suite.add_test_case(case);
    }
    suite
}

fn validity(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("validity");
    let mut status = TestCaseStatus::success();
    if !report.invalid.is_empty() {
        let reasons: Vec<String> = report.invalid.iter().map(ToString::to_string).collect();
        status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type("invalid").set_message(reasons.join("; "));
    }
    let mut case = TestCase::new("the run says something about the target", status);
    case.set_classname("songsinh.validity");
    suite.add_test_case(case);
    suite
}
