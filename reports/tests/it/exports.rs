//! What other programs read: JUnit, Prometheus, HdrHistogram's percentile table; comparison and trace.

use songsinh_contract::Rule;
use songsinh_record::KnownIssue;
use songsinh_reports::{
    Diff, Lang, Look, Summary, Whose, diff_page, junit, metrics, percentile_distribution, trace, trace_page,
};

use crate::records::{Run, bad, good};

fn summary(run: &Run) -> Summary {
    Summary::of(&run.report())
}

#[test]
fn junit_has_a_case_for_every_rule_and_limit() {
    let report = bad(100).report();
    let text = junit(&report).unwrap();
    assert_eq!(text.matches("<testcase ").count(), Rule::ALL.len() + report.limits.len() + 1);
    // One rule is broken, and so are two limits.
    assert_eq!((text.matches("<failure").count(), text.matches("<error").count()), (3, 0));
    assert_eq!(text.matches("<skipped").count(), report.judgement.not_covered.len());
    assert!(text.contains("10 of 200 decided answers broken"), "{text}");
    assert!(text.contains("logs in as") && text.contains("trace 4bf92f"), "the story is told");
    let good = junit(&good(200).report()).unwrap();
    assert!(!good.contains("<failure") && !good.contains("<error"));
}

#[test]
fn junit_passes_what_is_known_and_says_so() {
    let mut run = bad(100);
    run.header.limits.clear();
    run.header.known = vec![KnownIssue {
        rule: "login-needs-password".into(),
        issue: "T-812".into(),
        until: jiff::civil::date(2022, 12, 15),
    }];
    let text = junit(&run.report()).unwrap();
    assert!(!text.contains("<failure") && text.contains("T-812"), "{text}");
}

#[test]
fn metrics_are_gauges_with_labels_and_an_end() {
    let text = metrics(&bad(100).report()).unwrap();
    assert!(text.ends_with("# EOF\n"));
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with("songsinh_") && name.ends_with('}'), "{line}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
    assert!(text.lines().filter(|line| line.starts_with("# TYPE")).all(|line| line.ends_with(" gauge")));
    assert!(text.contains("songsinh_exit_code{scenario=\"tuyen-quang-opening-day\",profile=\"twin\"} 10"), "{text}");
    assert!(text.contains("rule=\"login-needs-password\",verdict=\"broken\"} 10"), "{text}");
}

#[test]
fn the_percentile_table_climbs_to_all_calls() {
    let report = good(200).report();
    let text = percentile_distribution(&report);
    let rows: Vec<Vec<f64>> = text
        .lines()
        .skip(2)
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_whitespace().map(|cell| cell.parse().unwrap()).collect())
        .collect();
    assert!(rows.len() > 10 && rows.is_sorted_by(|a, b| a[0] <= b[0] && a[1] <= b[1] && a[2] <= b[2]));
    let last = rows.last().unwrap();
    assert_eq!((last[1], last[2]), (1.0, report.latency.all.intended.count() as f64));
    assert!(text.contains("#[Mean    =") && text.contains("Total count    ="));
    assert_eq!(percentile_distribution(&Run::new().report()).lines().count(), 5, "an empty run has a head and a foot");
}

#[test]
fn equal_runs_do_not_differ() {
    let (one, other) = (summary(&bad(100)), summary(&bad(100)));
    let diff = Diff::between(&one, &other);
    assert!(diff.is_no_worse() && diff.still.len() == 1 && diff.latency.is_empty() && diff.apart.is_empty());
    assert_eq!(diff_page(&Diff::between(&summary(&good(9)), &summary(&good(9))), Lang::Vi), "không có gì khác");
}

#[test]
fn what_broke_and_what_was_mended_is_told_apart() {
    let (good, bad) = (summary(&good(100)), summary(&bad(100)));
    let worse = Diff::between(&good, &bad);
    assert_eq!((worse.new.len(), worse.new[0].now, worse.gone.len()), (1, 10, 0));
    assert!(!worse.is_no_worse());
    let better = Diff::between(&bad, &good);
    assert_eq!((better.gone.len(), better.gone[0].before, better.new.len()), (1, 10, 0));
    for lang in Lang::ALL {
        assert!(diff_page(&worse, lang).contains("login-needs-password  0 → 10"));
    }
}

#[test]
fn an_excuse_that_ended_and_a_rule_out_of_sight_are_worse() {
    let mut run = bad(100);
    run.header.limits.clear();
    let broken = summary(&run);
    run.header.known = vec![KnownIssue {
        rule: "login-needs-password".into(),
        issue: "T-812".into(),
        until: jiff::civil::date(2022, 12, 15),
    }];
    let excused = summary(&run);
    assert_eq!(Diff::between(&excused, &broken).expired, ["login-needs-password"]);
    let blind = Diff::between(&broken, &summary(&Run::new()));
    assert_eq!(blind.lost_sight, ["login-needs-password"]);
    assert!(!blind.is_no_worse() && blind.gone.is_empty());
}

#[test]
fn a_run_that_says_nothing_is_worse_than_one_that_says_something() {
    let valid = summary(&good(100));
    let mut json = serde_json::to_value(&valid).unwrap();
    json["invalid"] = serde_json::json!([{"kind": "record-truncated", "message": "cut off"}]);
    let invalid: Summary = serde_json::from_value(json).unwrap();
    assert!(!Diff::between(&valid, &invalid).is_no_worse());
    assert!(Diff::between(&invalid, &invalid).is_no_worse());
    assert!(Diff::between(&invalid, &valid).is_no_worse());
}

#[test]
fn a_latency_that_moved_is_named_with_its_factor() {
    let before = summary(&good(200));
    let mut now = before.clone();
    let login = now.operations.get_mut("session.login").unwrap();
    login.p99_ms = login.p99_ms.map(|ms| ms * 2.0);
    let diff = Diff::between(&before, &now);
    assert_eq!(diff.latency.len(), 1);
    assert!((diff.latency[0].ratio() - 2.0).abs() < 1e-9);
    assert!(diff_page(&diff, Lang::Vi).contains("×2,00"));
}

#[test]
fn one_person_is_traced_by_every_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.songsinh");
    std::fs::write(&path, good(20).bytes()).unwrap();
    for whose in ["#7", "7", "4bf92f0000000007", "0910000007"] {
        let whose = Whose::read(whose).unwrap();
        let stories = trace(&path, &whose).unwrap().stories;
        assert_eq!(stories.len(), 1, "{whose:?}");
        assert_eq!((stories[0].arrival, stories[0].steps.len()), (7, 5), "four calls and a message");
        let page = trace_page(&stories[0], Look::default(), Lang::En);
        assert!(page.contains("registers") && page.contains("SMS to") && page.contains("logs in"), "{page}");
    }
    assert_eq!(trace(&path, &Whose::Arrival(99)).unwrap().stories.len(), 0);
}
