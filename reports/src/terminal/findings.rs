//! What is new since the last run, and what is wrong: by rule, with count and the shortest story.

use songsinh_contract::Rulebook;
use songsinh_oracle::RuleCount;

use super::paint::{Page, Tone};
use crate::diff::{Broken, Diff};
use crate::lang::{Lang, hint_text, rule_text, test_text};
use crate::report::{FindingView, Report};
use crate::story::Story;
use crate::words::{clock, count, counted, fixed, in_this_run, measured};

/// What is new since the last run of this scenario at this target.
pub(super) fn since(report: &Report, page: &mut Page) {
    let lang = page.lang();
    let Some(since) = &report.since else {
        page.section(lang.say("new since the last run", "mới so với lượt trước"));
        let text = lang.say("no earlier run of this scenario here", "chưa có lượt chạy trước của kịch bản này ở đây");
        page.line(Tone::Dim, text, "");
        return;
    };
    page.section(&format!("{} {}", lang.say("new since", "mới so với"), since.run));
    for (bad, text) in news(&since.diff, lang) {
        page.line(if bad { Tone::Bad } else { Tone::Good }, &text, "    ");
    }
}

/// Moved quantiles that a page shows: those that moved furthest.
const MOST_MOVED: usize = 6;

/// What differs from the earlier run, the worst first; whether it is for the worse.
pub(crate) fn news(diff: &Diff, lang: Lang) -> Vec<(bool, String)> {
    let mut news = Vec::new();
    let numbers = |one: &Broken| format!("{} → {}", count(one.before, lang), count(one.now, lang));
    let text =
        |word: &str, one: &Broken| format!("{word} {}  {}  {}", one.rule, numbers(one), super::wrong_before(one, lang));
    news.extend(diff.new.iter().map(|one| (true, text(lang.say("new    ", "mới     "), one))));
    let expired = lang.say("excused before, fails now:", "trước được chấp nhận, nay không đạt:");
    news.extend(diff.expired.iter().map(|rule| (true, format!("{expired} {rule}"))));
    let unseen = lang.say("broken before, not looked at now:", "trước vi phạm, nay không kiểm tra được:");
    news.extend(diff.lost_sight.iter().map(|rule| (true, format!("{unseen} {rule}"))));
    for (one, text) in diff.limits.iter().zip(super::moved_limits(diff, lang)) {
        news.push((!one.holds, format!("{} {text}", lang.say("limit  ", "giới hạn"))));
    }
    let mut moved: Vec<_> = diff.latency.iter().zip(super::moved_latency(diff, lang)).collect();
    moved.sort_by(|(one, _), (other, _)| other.ratio().ln().abs().total_cmp(&one.ratio().ln().abs()));
    for (one, text) in moved.iter().take(MOST_MOVED) {
        news.push((one.now_ms > one.before_ms, format!("{} {text}", lang.say("latency", "độ trễ  "))));
    }
    if let Some(more @ 1..) = moved.len().checked_sub(MOST_MOVED) {
        let slower = moved.iter().skip(MOST_MOVED).any(|(one, _)| one.now_ms > one.before_ms);
        let text = lang.say(
            format!("        and {more} more quantiles: songsinh diff shows all"),
            format!("         và {more} phân vị khác: xem tất cả bằng songsinh diff"),
        );
        news.push((slower, text));
    }
    news.extend(diff.gone.iter().map(|one| (false, text(lang.say("gone   ", "đã hết  "), one))));
    if news.is_empty() {
        news.push((false, lang.say("nothing: as before", "không có gì: như lượt trước").into()));
    }
    if !diff.still.is_empty() {
        let rules: Vec<&str> = diff.still.iter().map(|one| one.rule.as_str()).collect();
        news.push((true, format!("{} {}", lang.say("still broken:", "vẫn vi phạm:"), rules.join(", "))));
    }
    news
}

/// What is wrong: by rule, with count and the shortest story; then the known issues that were not met.
pub(super) fn findings(report: &Report, page: &mut Page) {
    let lang = page.lang();
    let unmet = unmet_issues(report, lang);
    if report.findings.is_empty() && report.judgement.suspicions.is_empty() && unmet.is_empty() {
        return;
    }
    page.section(lang.say("what is wrong", "điều gì sai"));
    for view in &report.findings {
        finding(view, &report.rule(view.rule), &report.header.rulebook, page);
    }
    for one in &report.judgement.suspicions {
        let (word, test) = (lang.say("suspicion", "nghi vấn"), test_text(&one.test, lang));
        let over = counted(one.samples, "value", "giá trị", lang);
        let text = format!("{}  {word}: {test} (p = {:.1e}, {over})", one.rule, one.p);
        page.line(Tone::Warn, &text, "  ");
    }
    for text in unmet {
        page.line(Tone::Dim, &text, "  ");
    }
}

/// Known issues whose rule was not broken in this run.
pub(crate) fn unmet_issues(report: &Report, lang: Lang) -> Vec<String> {
    let met = |rule: &str| report.findings.iter().any(|view| view.rule.slug() == rule);
    let one = |known: &songsinh_record::KnownIssue| {
        let (rule, issue, date) = (&known.rule, &known.issue, lang.date(known.until));
        lang.say(
            format!("{rule}  known: {issue} until {date}; not broken in this run"),
            format!("{rule}  đã biết: {issue} đến {date}; lượt này không vi phạm"),
        )
    };
    report.header.known.iter().filter(|known| !met(&known.rule)).map(one).collect()
}

/// How many answers broke the rule, and whether that fails the run.
pub(crate) fn standing(view: &FindingView, rule: &RuleCount, lang: Lang) -> String {
    let (wrong, of) = (count(view.count, lang), rule.allowed + rule.violation);
    let mut text = lang.say(
        format!("{wrong} of {} wrong", counted(of, "answer", "", lang)),
        format!("{wrong} trong {} câu trả lời sai", count(of, lang)),
    );
    match (&view.known, view.fails) {
        (Some(known), _) => text.push_str(&format!("  {}", known.text(lang))),
        (None, false) => text.push_str(lang.say("  warns: good practice", "  cảnh báo: thông lệ tốt")),
        (None, true) => {}
    }
    text
}

fn finding(view: &FindingView, rule: &RuleCount, book: &Rulebook, page: &mut Page) {
    let lang = page.lang();
    let tone = if view.fails { Tone::Bad } else { Tone::Warn };
    page.line(tone, &format!("{}  {}", view.rule, standing(view, rule, lang)), "  ");
    page.line(Tone::Dim, &format!("  {} ({})", rule_text(view.rule, lang), view.rule.source()), "  ");
    if let Some(own) = in_this_run(view.rule, book, lang) {
        page.line(Tone::Dim, &format!("  {own}"), "  ");
    }
    for bound in &rule.bounds {
        let word = lang.say("measured", "đo được");
        page.line(Tone::Plain, &format!("  {word} {}", measured(bound, lang)), "    ");
        if let Some(hint) = &bound.hint {
            page.line(Tone::Plain, &format!("  {}: {}", lang.say("hint", "gợi ý"), hint_text(hint, lang)), "    ");
        }
    }
    match &view.story {
        Some(told) => story(told, page),
        None => page.line(Tone::Plain, &format!("  {}", view.wrong.say(lang)), "    "),
    }
}

/// The heading of a story: how long, whose, when.
pub(crate) fn heading(story: &Story, lang: Lang) -> String {
    let steps = counted((story.steps.len() + story.left_out) as u64, "step", "bước", lang);
    let began = clock(story.began, lang);
    lang.say(
        format!("shortest story, {steps} ({}, arrival {}, {began}):", story.journey, story.arrival),
        format!("chuyện ngắn nhất, {steps} ({}, lượt {}, {began}):", story.journey, story.arrival),
    )
}

/// Which step is wrong, and how.
pub(crate) fn wrong_step(story: &Story, lang: Lang) -> String {
    let which = match story.wrong_step {
        0 => lang.say("the answer", "câu trả lời").into(),
        step => format!("{} {step}", lang.say("step", "bước")),
    };
    format!("{which}: {}", story.wrong.say(lang))
}

fn story(story: &Story, page: &mut Page) {
    let lang = page.lang();
    page.line(Tone::Plain, &format!("  {}", heading(story, lang)), "    ");
    steps(story, page);
    page.line(Tone::Bad, &format!("  ✗ {}", wrong_step(story, lang)), "    ");
}

/// The steps of a story, one line each.
pub(super) fn steps(story: &Story, page: &mut Page) {
    let lang = page.lang();
    let who = story.steps.iter().map(|step| step.who.say(lang).chars().count()).max().unwrap_or(0);
    for (at, step) in story.steps.iter().enumerate() {
        let pad = " ".repeat(who - step.who.say(lang).chars().count());
        let trace: String = step.trace.chars().take(8).collect();
        let trace = if trace.is_empty() { String::new() } else { format!("  trace {trace}…") };
        let after = format!("+{}", fixed(step.at_s, 3, lang));
        let text = format!(
            "  {:>3}  {after:>9} s  {}{pad}  {} → {}{trace}",
            at + 1,
            step.who.say(lang),
            step.asked.say(lang),
            step.answered.say(lang)
        );
        page.line(Tone::Plain, &text, &" ".repeat(21 + who));
    }
    if story.left_out > 0 {
        let left_out = counted(story.left_out as u64, "step", "bước", lang);
        let text = lang.say("in the middle are left out: songsinh trace", "ở giữa được bỏ qua: songsinh trace");
        page.line(Tone::Dim, &format!("       {left_out} {text} {}", story.arrival), "       ");
    }
}
