//! The page of a comparison.

use crate::diff::Diff;
use crate::lang::Lang;
use crate::words::{count, ms};

/// Two runs side by side, the worst first.
#[must_use]
pub fn diff_page(diff: &Diff, lang: Lang) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut section = |title: &str, items: Vec<String>| {
        if !items.is_empty() {
            lines.push(title.to_owned());
            lines.extend(items.into_iter().map(|item| format!("  {item}")));
        }
    };
    section(lang.say("compare with care:", "so sánh thận trọng:"), diff.apart.clone());
    section(lang.say("a run that says nothing:", "lượt chạy không có giá trị:"), diff.invalid.clone());
    let broken = |one: &crate::diff::Broken| {
        format!("{}  {} → {}  {}", one.rule, number(lang, one.before), number(lang, one.now), one.wrong)
    };
    section(
        lang.say("NEW: broken now, kept before", "MỚI: nay vi phạm, trước không"),
        diff.new.iter().map(broken).collect(),
    );
    section(lang.say("excused before, fails now", "trước được chấp nhận, nay không đạt"), diff.expired.clone());
    section(
        lang.say("broken before, not looked at now", "trước vi phạm, nay không kiểm tra được"),
        diff.lost_sight.clone(),
    );
    let limits = diff.limits.iter().map(|one| {
        let word = if one.holds {
            lang.say("holds again", "đã giữ được")
        } else {
            lang.say("crossed", "bị vượt")
        };
        format!("{}  {word}: {} → {}", one.limit, lang.number(&one.before), lang.number(&one.now))
    });
    section(lang.say("limits", "giới hạn"), limits.collect());
    section(
        lang.say("gone: broken before, kept now", "đã hết: trước vi phạm, nay đúng"),
        diff.gone.iter().map(broken).collect(),
    );
    section(lang.say("still broken", "vẫn vi phạm"), diff.still.iter().map(broken).collect());
    section(lang.say("no longer decided", "không còn phán xét được"), wrapped(&diff.uncovered));
    section(lang.say("decided now, not before", "nay phán xét được, trước không"), wrapped(&diff.covered));
    let moved = diff.latency.iter().map(|one| {
        let (before, now) = (lang.number(&ms(one.before_ms)), lang.number(&ms(one.now_ms)));
        format!(
            "{} {}  {before} ms → {now} ms  ×{}",
            one.quantile,
            one.operation,
            lang.number(&format!("{:.2}", one.ratio()))
        )
    });
    section(lang.say("latency moved", "độ trễ thay đổi"), moved.collect());
    if lines.is_empty() {
        lines.push(lang.say("no difference", "không có gì khác").to_owned());
    }
    lines.join("\n")
}

fn number(lang: Lang, value: u64) -> String {
    lang.number(&count(value))
}

/// A list of words in lines of bearable length.
fn wrapped(words: &[String]) -> Vec<String> {
    if words.is_empty() { Vec::new() } else { super::paint::wrap(&words.join(" "), super::paint::WIDTH - 2, "") }
}
