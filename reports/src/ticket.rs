//! The text of a ticket for one finding: plain, ready to be pasted into a tracker, in either language.
//!
//! Invariant: it says nothing that the record does not have; secrets are named by their variables alone.

use std::fmt::Write as _;

use songsinh_contract::{Rule, UnixMillis};

use crate::lang::{Lang, rule_text};
use crate::report::{FindingView, Report};
use crate::story::Story;
use crate::words;

/// The ticket of the `number`-th finding, counted from 1 as in the report; none if there are not so many. `script`: the
/// path of the finding's curl script, if one was written.
#[must_use]
pub fn ticket(report: &Report, number: usize, script: Option<&str>, lang: Lang) -> Option<String> {
    let view = report.findings.get(number.checked_sub(1)?)?;
    let counts = report.rule(view.rule);
    let decided = counts.allowed + counts.violation;
    let mut text = String::new();
    // Writing into a String cannot fail.
    let mut line = |say: &str| _ = writeln!(text, "{}", say.trim_end());
    line(&format!("{}: {}", view.rule.slug(), view.wrong.say(lang)));
    line("");
    line(&format!("{} {}", lang.say("Rule:    ", "Quy tắc:  "), rule(report, view.rule, lang)));
    line(&format!("{} {}", lang.say("Source:  ", "Căn cứ:   "), view.rule.source()));
    let of = lang.say("of", "trên");
    let broken = lang.say("decided answers break it", "câu trả lời đã phán xét vi phạm");
    line(&format!(
        "{} {} {of} {} {broken}",
        lang.say("Count:   ", "Số lượng: "),
        words::count(view.count, lang),
        words::count(decided, lang)
    ));
    for bound in &counts.bounds {
        line(&format!("{} {}", lang.say("Measured:", "Đo được:  "), words::measured(bound, lang)));
    }
    if let Some(known) = &view.known {
        line(&format!("{} {}", lang.say("Known:   ", "Đã biết:  "), known.text(lang)));
    }
    line(&target(report, lang));
    if let Some(told) = &view.story {
        line("");
        line(lang.say("Shortest story (times of Asia/Ho_Chi_Minh)", "Diễn biến ngắn nhất (giờ Asia/Ho_Chi_Minh)"));
        story(told, lang, &mut line);
    }
    line("");
    line(lang.say("How to repeat", "Cách lặp lại"));
    line(&format!("  {}", report.header.again));
    let seed = lang.say("seed", "hạt giống (seed)");
    line(&format!(
        "  {seed} {} · {}",
        report.header.seed,
        lang.say("the people are made up", "người dân là dữ liệu giả")
    ));
    if let Some(script) = script {
        line(&format!("  {}: bash {script}", lang.say("the story as curl", "diễn biến bằng curl")));
    }
    line("");
    line(&should(report, view, lang));
    Some(text)
}

fn target(report: &Report, lang: Lang) -> String {
    let header = &report.header;
    let version = if header.target.version.is_empty() { String::new() } else { format!(" {}", header.target.version) };
    format!("{} {} {}{version}", lang.say("Target:  ", "Hệ thống: "), header.profile.name, header.target.address)
}

fn story(story: &Story, lang: Lang, line: &mut impl FnMut(&str)) {
    for (at, step) in story.steps.iter().enumerate() {
        let when = UnixMillis(story.began.0.saturating_add((step.at_s * 1e3).round() as i64));
        let mark = if at + 1 == story.wrong_step { "->" } else { "  " };
        let trace = if step.trace.is_empty() { String::new() } else { format!("  trace {}", step.trace) };
        line(&format!(
            "{mark} {:>2}  {}  {}  {} -> {}{trace}",
            at + 1,
            words::clock(when, lang),
            step.who.say(lang),
            step.asked.say(lang),
            step.answered.say(lang)
        ));
    }
    if story.left_out > 0 {
        let more = words::count(story.left_out as u64, lang);
        line(&format!("    … {more} {}", lang.say("steps in the middle are left out", "bước ở giữa được lược bớt")));
    }
}

/// What the rule says, with the number that it has in this run.
fn rule(report: &Report, rule: Rule, lang: Lang) -> String {
    let text = rule_text(rule, lang);
    match words::in_this_run(rule, &report.header.rulebook, lang) {
        Some(own) => format!("{text} ({own})"),
        None => text.to_owned(),
    }
}

/// What the target should do instead: what the rule says.
fn should(report: &Report, view: &FindingView, lang: Lang) -> String {
    let rule = rule(report, view.rule, lang);
    let wrong = view.wrong.say(lang);
    lang.say(format!("Expected: {rule}\nInstead:  {wrong}"), format!("Phải là:     {rule}\nThực tế là:  {wrong}"))
}
