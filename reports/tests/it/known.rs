//! Excuses, earlier runs, acts before the load, limits of what can be told: counted and said in both languages.

use std::fs;

use songsinh_contract::{Act, Operation, Outcome, Reason, Reasons, ShownQr, Token};
use songsinh_record::{Ending, Frame, JourneyTotals, KnownIssue, MissingOperation};
use songsinh_reports::{Lang, Look, Summary, earlier_run, html_page, summary_json, terminal_page, write_all};

use crate::records::{Run, bad, good};

fn issue(rule: &str, year: i16) -> KnownIssue {
    KnownIssue { rule: rule.into(), issue: "DDXT-812".into(), until: jiff::civil::date(year, 12, 15) }
}

#[test]
fn an_excuse_that_ended_fails_again_and_says_so() {
    let mut run = bad(100);
    run.header.limits.clear();
    run.header.known = vec![issue("login-needs-password", 2021), issue("otp-expires", 2022)];
    let report = run.report();
    assert!(report.findings[0].fails);
    let english = terminal_page(&report, Look::default(), Lang::En);
    assert!(english.contains("DDXT-812: excuse ended on 2021-12-15, fails again"), "{english}");
    assert!(english.contains("otp-expires  known: DDXT-812 until 2022-12-15; not broken in this run"), "{english}");
    let vietnamese = terminal_page(&report, Look::default(), Lang::Vi);
    assert!(vietnamese.contains("DDXT-812: hết hạn chấp nhận ngày 15/12/2021"), "{vietnamese}");
    let summary = Summary::of(&report);
    assert_eq!(summary.findings[0].known, None);
    assert_eq!(summary.findings[0].excuse_ended.as_deref(), Some("DDXT-812 ended 2021-12-15"));
}

#[test]
fn the_latest_earlier_run_of_the_same_scenario_is_found_and_compared() {
    let runs = tempfile::tempdir().unwrap();
    let put = |name: &str, mut run: Run, started_s: i64| {
        run.header.started.0 += started_s * 1_000;
        write_all(&run.report(), &runs.path().join(name), Lang::En).unwrap();
    };
    put("one", bad(100), 0);
    put("two", good(200), 100);
    put("later", bad(100), 900);
    let mut other = bad(100);
    other.header.scenario.name = "another".into();
    put("another", other, 400);
    fs::create_dir(runs.path().join("empty")).unwrap();
    fs::create_dir(runs.path().join("broken")).unwrap();
    fs::write(runs.path().join("broken/summary.json"), "{}").unwrap();
    let own = runs.path().join("own");
    fs::create_dir(&own).unwrap();
    let mut run = bad(100);
    run.header.started.0 += 500_000;
    let mut report = run.report();
    let (name, before) = earlier_run(&own, &report).unwrap();
    assert_eq!(name, "two");
    report.compare(&name, &before);
    for (lang, new) in [(Lang::En, "new since two"), (Lang::Vi, "mới so với two")] {
        let page = terminal_page(&report, Look::default(), lang);
        assert!(page.contains(new) && page.contains("login-needs-password  0 → 10"), "{page}");
        assert!(html_page(&report, lang).unwrap().contains("login-needs-password  0 → 10"));
    }
    let since = Summary::of(&report).since.unwrap();
    assert_eq!((since.run.as_str(), since.new.len(), since.no_worse), ("two", 1, false));
    let schema = serde_json::from_str(&songsinh_reports::summary_schema().unwrap()).unwrap();
    let value = serde_json::from_str(&summary_json(&report).unwrap()).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&value));
    run.header.started.0 -= 1_000_000;
    assert!(earlier_run(&own, &run.report()).is_none(), "nothing is earlier than the first run");
}

#[test]
fn stories_before_the_load_are_judged_and_in_no_figure() {
    let mut run = good(20);
    let plain = run.report();
    for (id, act) in [(500, Act::Prepare), (501, Act::WarmUp)] {
        let mut before = Run::new();
        before.citizen(id, 500, Outcome::done());
        let bytes = before.bytes();
        for frame in songsinh_record::Reader::new(bytes.as_slice()).unwrap() {
            match frame.unwrap() {
                Frame::Cell(mut facts) => {
                    facts.act = act;
                    run.push(Frame::Cell(facts));
                }
                Frame::Footer(_) | Frame::JourneyEnded(_) => {}
                frame => {
                    run.push(frame);
                }
            }
        }
    }
    run.footer.prepared = JourneyTotals { planned: 1, started: 1, completed: 1, ..JourneyTotals::default() };
    let report = run.report();
    assert_eq!(report.latency.all.count, plain.latency.all.count);
    assert_eq!(report.journeys, plain.journeys);
    assert_eq!(report.findings[0].count, 2, "both were judged");
    assert_eq!(report.latency.intervals.over_all().count(), plain.latency.intervals.over_all().count());
    assert!(terminal_page(&report, Look::default(), Lang::En).contains("prepared  1 planned, 1 started"));
}

#[test]
fn photographed_qrs_are_counted_as_a_known_limit() {
    let mut run = good(20);
    let qr = |text: &str| Box::new(ShownQr { text: Token::new(text), ticket: None, flaw: None, photographed: true });
    run.call(1, 9, 20_000, 5, Operation::QrScan { qr: qr("a") }, Outcome::done());
    let fake = Outcome::Refused(Reasons::one(Reason::QrFake));
    run.call(1, 10, 20_000, 5, Operation::QrScan { qr: qr("b") }, fake);
    let report = run.report();
    assert_eq!((report.photographed.scans, report.photographed.genuine), (2, 1));
    let page = terminal_page(&report, Look::default(), Lang::Vi);
    assert!(page.contains("2 lần quét ảnh chụp mã QR, 1 lần trả lời «thật»"), "{page}");
}

#[test]
fn what_was_not_covered_has_its_reason() {
    let mut run = good(20);
    let missing = |operation: &str| MissingOperation { operation: operation.into(), why: "bản 3.2 chưa có".into() };
    run.header.missing = vec![missing("payment.pay"), missing("payment.transfer")];
    let page = terminal_page(&run.report(), Look::default(), Lang::En);
    assert!(page.contains("the target lacks payment.pay: «bản 3.2 chưa có»:"), "{page}");
    assert!(page.contains("nobody in the load asked for qr.scan:"), "{page}");
    assert!(page.contains("no operation of this version reads the chip:"), "{page}");
}

#[test]
fn the_page_of_a_run_with_everything_too_long_stays_below_two_megabytes() {
    let mut run = bad(100);
    let long = "\"<&'>".repeat(60_000);
    (run.header.scenario.text, run.header.profile.text) = (long.clone(), long.clone());
    for _ in 0..400 {
        run.push(Frame::Note(long.as_str()[..10_000].into()));
    }
    run.end(99_999, 40_000_000, Ending::Left);
    for lang in Lang::ALL {
        let html = html_page(&run.report(), lang).unwrap();
        assert!(html.len() < 2_000_000, "{}", html.len());
    }
}
