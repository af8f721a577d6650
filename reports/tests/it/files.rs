//! The files of a report: read back by others, well-formed, self-contained, the same every time.

use std::fs;

use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;
use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};
use songsinh_contract::{Operation, Outcome};
use songsinh_record::Frame;
use songsinh_reports::{Lang, ReportError, Summary, html_page, latency_log, summary_json, summary_schema, write_all};

use crate::records::{bad, good};

/// Standard base64, as the log has it.
fn base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = text.bytes().filter(|byte| *byte != b'=').map(|byte| LETTERS.iter().position(|l| *l == byte).unwrap());
    let mut bytes = Vec::new();
    let (mut held, mut count) = (0_usize, 0);
    for six in bits {
        (held, count) = (held << 6 | six, count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((held >> count) as u8);
            held &= (1 << count) - 1;
        }
    }
    bytes
}

#[test]
fn the_log_is_read_back_by_the_histogram_library() {
    let report = good(200).report();
    let text = latency_log(&report).unwrap();
    let (mut started, mut calls, mut tags) = (0, 0, std::collections::BTreeSet::new());
    for entry in IntervalLogIterator::new(text.as_bytes()) {
        match entry.unwrap() {
            LogEntry::StartTime(at) => started = at.as_secs(),
            LogEntry::BaseTime(_) => {}
            LogEntry::Interval(interval) => {
                let bytes = base64(interval.encoded_histogram());
                let histogram: Histogram<u64> = Deserializer::new().deserialize(&mut bytes.as_slice()).unwrap();
                assert!((histogram.max() as f64 / 1e3 - interval.max()).abs() < 0.01);
                calls += histogram.len();
                tags.insert(interval.tag().unwrap().as_str().to_owned());
            }
        }
    }
    assert_eq!((started, calls), (1_662_768_000, report.latency.all.count));
    assert_eq!(tags.into_iter().collect::<Vec<_>>(), ["account.confirm", "account.register", "session.login"]);
}

#[test]
fn the_committed_schema_is_the_one_of_the_code() {
    let committed = include_str!("../../schema/summary.schema.json");
    let hint = "cargo run -p songsinh-reports --example summary_schema > reports/schema/summary.schema.json";
    assert_eq!(committed, summary_schema().unwrap(), "run: {hint}");
}

#[test]
fn summaries_meet_their_schema_and_read_back() {
    let schema = serde_json::from_str(&summary_schema().unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for run in [good(20), bad(50)] {
        let text = summary_json(&run.report()).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let read: Summary = serde_json::from_str(&text).unwrap();
        assert_eq!(read, Summary::of(&run.report()));
        for path in ["/journeys/started", "/operations/account.register/p999_ms", "/lag/p99_us", "/sms/lost"] {
            assert!(value.pointer(path).is_some_and(serde_json::Value::is_number), "{path}");
        }
        assert!(value.pointer("/rules/login-needs-password/allowed").is_some());
        assert!(value.pointer("/processes/twin/cpu_s").is_some());
    }
    let mut wrong: serde_json::Value = serde_json::from_str(&summary_json(&good(2).report()).unwrap()).unwrap();
    wrong["verdict"] = "splendid".into();
    assert!(!validator.is_valid(&wrong));
}

/// Checks that every tag is closed in order, and gives the names of the tags.
fn tags(html: &str) -> Vec<String> {
    const VOID: [&str; 7] = ["meta", "br", "line", "polyline", "path", "rect", "!DOCTYPE"];
    let (mut open, mut seen) = (Vec::<String>::new(), Vec::new());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let end = at + rest[at..].find('>').unwrap();
        let tag = &rest[at + 1..end];
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| !" />".contains(*c)).collect();
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_ref(), Some(&name), "at {}", &rest[at..end + 1]);
        } else if !VOID.contains(&name.as_str()) {
            open.push(name.clone());
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        seen.push(name);
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{open:?}");
    seen
}

#[test]
fn the_page_is_well_formed_and_fetches_nothing() {
    for run in [good(60), bad(60)] {
        let html = html_page(&run.report(), Lang::En).unwrap();
        let tags = tags(&html);
        assert!(tags.iter().filter(|tag| *tag == "svg").count() >= 6, "three charts, opened and closed");
        for fetching in ["script", "link", "img", "iframe", "object", "embed", "base"] {
            assert!(!tags.iter().any(|tag| tag == fetching), "{fetching}");
        }
        for word in ["http://", "https://", "url(", "@import", "src="] {
            assert!(!html.contains(word), "{word}");
        }
    }
}

#[test]
fn nothing_of_a_target_becomes_markup() {
    let attack = "</p><script>alert(1)</script>\" onload='x' {{ s.seed }} {% raw %}";
    let mut run = bad(60);
    run.header.scenario.name = attack.into();
    run.header.target.version = attack.into();
    run.push(Frame::Note(attack.into()));
    run.call(3, 9, 20_000, 5, Operation::AccountShow, Outcome::Unmapped { status: 200, sample: attack.into() });
    let html = html_page(&run.report(), Lang::En).unwrap();
    assert!(!tags(&html).iter().any(|tag| tag == "script"));
    assert!(html.matches("&lt;script&gt;").count() >= 4 && html.contains("{{ s.seed }}"));
}

#[test]
fn files_are_written_whole_and_equal_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| {
        let target = folder.path().join(name);
        let mut names: Vec<_> = write_all(&bad(60).report(), &target, Lang::En)
            .unwrap()
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        names.sort();
        assert_eq!(fs::read_dir(&target).unwrap().count(), names.len());
        names.into_iter().map(|name| (name.clone(), fs::read(target.join(name)).unwrap())).collect::<Vec<_>>()
    };
    let first = read("one");
    let names: Vec<_> = first.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "judgement.json",
            "junit.xml",
            "latency.hgrm",
            "latency.hlog",
            "metrics.prom",
            "report.html",
            "summary.json",
            "terminal.txt"
        ]
    );
    assert!(first == read("two"));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("taken");
    fs::write(&file, "a file").unwrap();
    let error = write_all(&good(2).report(), &file.join("runs"), Lang::En).unwrap_err();
    assert!(matches!(error, ReportError::Write { .. }) && error.to_string().contains("taken"), "{error}");
    // A device that is always full stands for a full disk.
    if std::path::Path::new("/dev/full").exists() {
        let target = folder.path().join("full");
        fs::create_dir(&target).unwrap();
        std::os::unix::fs::symlink("/dev/full", target.join("summary.json.partial")).unwrap();
        let error = write_all(&good(2).report(), &target, Lang::En).unwrap_err().to_string();
        assert!(error.contains("summary.json") && error.contains("No space left"), "{error}");
    }
}
