//! Limits with their margins, load, operations, rules, messages, processes, and what was not covered.

use songsinh_contract::Certainty;
use songsinh_record::JourneyTotals;

use super::paint::{Page, Tone, table};
use crate::coverage::by_reason;
use crate::lang::{Lang, abandoned_text};
use crate::latency::OperationStats;
use crate::report::Report;
use crate::words::{age, count, counted, fixed, ms, percent, span};

/// Rules named one by one for a reason at most; the others are counted.
const MOST_NAMED: usize = 60;

/// The scenario's limits.
pub(super) fn limits(report: &Report, page: &mut Page) {
    if report.limits.is_empty() {
        return;
    }
    let lang = page.lang();
    page.section(lang.say("limits", "giới hạn"));
    let width = report.limits.iter().map(|limit| limit.text.chars().count()).max().unwrap_or(0);
    for limit in &report.limits {
        let (mark, tone) = if limit.holds { ('✓', Tone::Good) } else { ('✗', Tone::Bad) };
        let pad = " ".repeat(width - limit.text.chars().count());
        let mut measured = limit.measured(lang);
        if measured.is_empty() {
            measured = lang.say("nothing to measure", "không có gì để đo").into();
        }
        let text = format!("{mark} {}{pad}   {measured}   {}", limit.text, limit.margin_text(lang));
        page.line(tone, text.trim_end(), "  ");
    }
}

/// What became of journeys: `101 planned, 100 started, 100 completed`.
pub(crate) fn journeys_text(journeys: &JourneyTotals, lang: Lang) -> String {
    let word = |number: u64, en: &str, vi: &str| format!("{} {}", count(number, lang), lang.say(en, vi));
    let mut parts = vec![
        word(journeys.planned, "planned", "dự kiến"),
        word(journeys.started, "started", "bắt đầu"),
        word(journeys.completed, "completed", "đi đến cùng"),
    ];
    for (number, en, vi) in [
        (journeys.gave_up, "gave up", "bỏ cuộc"),
        (journeys.failed, "failed", "bị dừng sớm"),
        (journeys.left, "left under way", "còn dở"),
        (journeys.abandoned, "abandoned", "không bắt đầu được"),
    ] {
        if number > 0 {
            parts.push(word(number, en, vi));
        }
    }
    parts.join(", ")
}

/// Journeys and rates, a word and a sentence each; whether the sentence is a warning.
pub(crate) fn load_facts(report: &Report, lang: Lang) -> Vec<(&'static str, String, bool)> {
    let mut facts = Vec::new();
    let acts =
        [(lang.say("prepared", "chuẩn bị"), &report.prepared), (lang.say("warm-up", "làm nóng"), &report.warm_up)];
    for (word, totals) in acts {
        if totals.planned + totals.started > 0 {
            let aside = lang.say("judged, in no figure below", "có phán xét, không tính vào số đo dưới đây");
            facts.push((word, format!("{} ({aside})", journeys_text(totals, lang)), false));
        }
    }
    facts.push((lang.say("journeys", "hành trình"), journeys_text(&report.journeys, lang), false));
    for (why, number) in &report.abandoned {
        let text = lang.say("abandoned", "không bắt đầu được");
        facts.push(("", format!("{} {text}: {}", count(*number, lang), abandoned_text(*why, lang)), true));
    }
    let seconds = report.duration.as_secs_f64();
    let rate = |number: u64| if seconds > 0.0 { number as f64 / seconds } else { 0.0 };
    let (journeys, requests) =
        (fixed(rate(report.journeys.started), 1, lang), fixed(rate(report.latency.all.count), 0, lang));
    let length = span(report.duration, lang);
    let rates = lang.say(
        format!("{journeys} journeys/s, {requests} requests/s over {length}"),
        format!("{journeys} hành trình/s, {requests} yêu cầu/s trong {length}"),
    );
    facts.push((lang.say("rates", "tốc độ"), rates, false));
    if let Some(peak) = report.seconds.iter().max_by_key(|second| (second.offered, second.started)) {
        let [offered, started, requests, flight] =
            [peak.offered, peak.started, peak.requests, peak.in_flight].map(|number| count(number.into(), lang));
        let second = count(peak.second.into(), lang);
        let text = lang.say(
            format!("second {second}: {offered} offered, {started} started, {requests} requests, {flight} in flight"),
            format!("giây {second}: {offered} đến hạn, {started} bắt đầu, {requests} yêu cầu, {flight} đang đi"),
        );
        facts.push((lang.say("peak", "cao điểm"), text, false));
    }
    facts
}

/// Journeys and rates.
pub(super) fn load(report: &Report, page: &mut Page) {
    let lang = page.lang();
    page.section(lang.say("load", "tải"));
    for (word, text, warns) in load_facts(report, lang) {
        let tone = if warns { Tone::Warn } else { Tone::Plain };
        page.line(tone, &format!("{word:<9} {text}"), "          ");
    }
}

/// Latency and answers per operation.
pub(super) fn operations(report: &Report, page: &mut Page) {
    if report.latency.operations.is_empty() {
        return;
    }
    let lang = page.lang();
    page.section(lang.say(
        "operations: milliseconds from the moment when the call was due",
        "thao tác: mili giây tính từ lúc yêu cầu phải được gửi",
    ));
    let mut rows = vec![vec![String::new()]];
    rows[0].extend(operation_head(lang).map(str::to_owned));
    for (name, stats) in &report.latency.operations {
        rows.push(operation(name.as_str(), stats, lang));
    }
    if report.latency.operations.len() > 1 {
        rows.push(operation(lang.say("all", "tất cả"), &report.latency.all, lang));
    }
    for line in table(&rows) {
        page.line(Tone::Plain, &line, "");
    }
}

/// The columns of an operation behind its name.
pub(crate) fn operation_head(lang: Lang) -> [&'static str; 9] {
    lang.say(
        ["calls", "refused", "errors", "p50", "p90", "p99", "p99.9", "max", "p99 sent"],
        ["số lần", "từ chối", "lỗi", "p50", "p90", "p99", "p99,9", "max", "p99 gửi"],
    )
}

/// The row of an operation.
pub(crate) fn operation(name: &str, stats: &OperationStats, lang: Lang) -> Vec<String> {
    let answers = |kind: &str| stats.answers.get(kind).copied().unwrap_or(0);
    let (refused, done) = (answers("refused"), answers("done"));
    let show = |us: Option<u64>| us.map_or_else(|| "–".into(), |us| ms(us as f64 / 1e3, lang));
    vec![
        name.into(),
        count(stats.count, lang),
        count(refused, lang),
        count(stats.count - refused - done, lang),
        show(stats.intended.quantile(0.5)),
        show(stats.intended.quantile(0.9)),
        show(stats.intended.quantile(0.99)),
        show(stats.intended.quantile(0.999)),
        show(stats.intended.max()),
        show(stats.sent.quantile(0.99)),
    ]
}

/// The rules that were decided, with the nearest ages at both sides of a time bound.
pub(super) fn rules(report: &Report, page: &mut Page) {
    let decided = report.judgement.decided_rules();
    if decided.is_empty() {
        return;
    }
    let lang = page.lang();
    let all = songsinh_contract::Rule::ALL.len();
    page.section(&lang.say(
        format!("rules decided: {} of {all}", decided.len()),
        format!("quy tắc phán xét được: {} trên {all}", decided.len()),
    ));
    let head = lang.say(
        ["edges: nearest answers", "", "kept", "broken", "undecided", "decided", "accepted", "refused"],
        ["mép: câu trả lời gần nhất", "", "đúng", "sai", "chưa rõ", "kết luận", "nhận", "từ chối"],
    );
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for rule in &decided {
        let counted = report.rule(*rule);
        let shown = |ms: Option<f64>| ms.map_or_else(String::new, |ms| age(ms, lang));
        let certainty = match rule.certainty() {
            Certainty::Stated => "S",
            Certainty::Inferred => "I",
            Certainty::Practice => "P",
        };
        rows.push(vec![
            rule.slug().into(),
            certainty.into(),
            count(counted.allowed, lang),
            count(counted.violation, lang),
            count(counted.undecided, lang),
            percent(counted.decided_share(), lang),
            shown(counted.nearest_accepted_ms),
            shown(counted.nearest_refused_ms),
        ]);
    }
    for line in table(&rows) {
        page.line(Tone::Plain, &line, "");
    }
}

/// Messages and lookups, a word and a sentence each; whether the sentence is a warning.
pub(crate) fn message_facts(report: &Report, lang: Lang) -> Vec<(&'static str, String, bool)> {
    let sms = &report.sms;
    let [accepted, delivered, lost, nobody] =
        [sms.accepted, sms.delivered, sms.lost, sms.for_nobody].map(|number| count(number, lang));
    let mut text = lang.say(
        format!("{accepted} accepted, {delivered} delivered, {lost} lost"),
        format!("nhận {accepted}, đã đến {delivered}, mất {lost}"),
    );
    if sms.for_nobody > 0 {
        text.push_str(
            &lang.say(
                format!(", {nobody} for nobody of this run"),
                format!(", {nobody} đến số không thuộc lượt chạy này"),
            ),
        );
    }
    let mut facts = vec![("SMS", text, false)];
    if sms.codes_without > 0 {
        let number = counted(sms.codes_without, "accepted code request", "yêu cầu mã được chấp nhận", lang);
        facts.push(("", format!("{number} {}", lang.say("without a message", "mà không có tin nhắn")), true));
    }
    if sms.late > 0 {
        let number = counted(sms.late, "message", "tin nhắn", lang);
        let late = lang.say(
            "came after the end of their story and are not judged",
            "đến sau khi câu chuyện kết thúc, không được phán xét",
        );
        facts.push(("", format!("{number} {late}"), true));
    }
    let lookups = count(report.lookups, lang);
    let text = lang.say(format!("{lookups} at the population service"), format!("{lookups} lần ở dịch vụ dân cư"));
    facts.push((lang.say("lookups", "tra cứu"), text, false));
    facts
}

/// SMS, lookups, processes.
pub(super) fn messages(report: &Report, page: &mut Page) {
    let lang = page.lang();
    page.section(lang.say("messages and processes", "tin nhắn và tiến trình"));
    for (word, text, warns) in message_facts(report, lang) {
        let tone = if warns { Tone::Warn } else { Tone::Plain };
        page.line(tone, &format!("{word:<9} {text}"), "          ");
    }
    let mut rows = Vec::new();
    for process in &report.processes {
        let cpu = format!("{} s", fixed(process.cpu_s, 1, lang));
        let rss = format!("{} MiB", count(process.rss_mib.round() as u64, lang));
        rows.push(vec![process.name.clone(), cpu, lang.say("processor time", "thời gian CPU").into(), rss]);
    }
    for line in table(&rows) {
        page.line(Tone::Plain, &line, "          ");
    }
}

/// Operations that the target lacks, and rules that were never decided, with the reason.
pub(super) fn not_covered(report: &Report, page: &mut Page) {
    let lang = page.lang();
    if !report.header.missing.is_empty() {
        let number = counted(report.header.missing.len() as u64, "operation", "thao tác", lang);
        page.section(
            &lang
                .say(format!("not there: {number}, by the profile"), format!("chưa có: {number}, theo hồ sơ hệ thống")),
        );
        for one in &report.header.missing {
            page.line(Tone::Dim, &format!("{:<26} {}", one.operation, one.why), "                           ");
        }
    }
    let missing = &report.judgement.not_covered;
    if missing.is_empty() {
        return;
    }
    let number = counted(missing.len() as u64, "rule", "quy tắc", lang);
    page.section(&lang.say(
        format!("not covered: {number}, never decided, so not passed"),
        format!("chưa kiểm tra: {number}, chưa phán xét được lần nào, nên không phải là đạt"),
    ));
    for (why, rules) in by_reason(report, lang) {
        let mut named: Vec<&str> = rules.iter().take(MOST_NAMED).map(|rule| rule.slug()).collect();
        let more = format!("… +{}", rules.len().saturating_sub(MOST_NAMED));
        if rules.len() > MOST_NAMED {
            named.push(&more);
        }
        page.line(Tone::Plain, &format!("{why}:"), "  ");
        page.line(Tone::Dim, &format!("  {}", named.join(", ")), "  ");
    }
}
