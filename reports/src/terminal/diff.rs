//! The page of a comparison.

use crate::diff::{Broken, Diff};
use crate::lang::{Lang, invalid_kind};
use crate::summary::InvalidSummary;
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
    let apart = diff.apart.iter().map(|one| format!("{}: {} → {}", apart_word(&one.what, lang), one.before, one.now));
    section(lang.say("compare with care:", "so sánh thận trọng:"), apart.collect());
    let invalid = |why: &InvalidSummary, when: &str| {
        format!("{when}: {}", lang.say(why.message.as_str(), invalid_kind(&why.kind)))
    };
    let before = diff.invalid_before.iter().map(|why| invalid(why, lang.say("before", "trước")));
    let now = diff.invalid_now.iter().map(|why| invalid(why, lang.say("now", "nay")));
    section(lang.say("a run that says nothing:", "lượt chạy không có giá trị:"), before.chain(now).collect());
    let broken = |one: &Broken| {
        let (before, now) = (count(one.before, lang), count(one.now, lang));
        format!("{}  {before} → {now}  {}", one.rule, wrong(one, lang))
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
    section(lang.say("limits", "giới hạn"), limits(diff, lang));
    section(
        lang.say("gone: broken before, kept now", "đã hết: trước vi phạm, nay đúng"),
        diff.gone.iter().map(broken).collect(),
    );
    section(lang.say("still broken", "vẫn vi phạm"), diff.still.iter().map(broken).collect());
    section(lang.say("no longer decided", "không còn phán xét được"), wrapped(&diff.uncovered));
    section(lang.say("decided now, not before", "nay phán xét được, trước không"), wrapped(&diff.covered));
    section(lang.say("latency moved", "độ trễ thay đổi"), latency(diff, lang));
    if lines.is_empty() {
        lines.push(lang.say("no difference", "không có gì khác").to_owned());
    }
    lines.join("\n")
}

/// What is wrong in that run, in the page's language where the run says it in both.
pub(crate) fn wrong(one: &Broken, lang: Lang) -> &str {
    if lang == Lang::Vi && !one.wrong_vi.is_empty() { &one.wrong_vi } else { &one.wrong }
}

/// The limits whose outcome changed, a sentence each.
pub(crate) fn limits(diff: &Diff, lang: Lang) -> Vec<String> {
    let one = |one: &crate::diff::LimitMoved| {
        let word = if one.holds {
            lang.say("holds again", "đã giữ được")
        } else {
            lang.say("crossed", "bị vượt")
        };
        format!("{}  {word}: {} → {}", one.limit, lang.number(&one.before), lang.number(&one.now))
    };
    diff.limits.iter().map(one).collect()
}

/// The quantiles that moved, a sentence each.
pub(crate) fn latency(diff: &Diff, lang: Lang) -> Vec<String> {
    let one = |one: &crate::diff::Moved| {
        let (before, now) = (ms(one.before_ms, lang), ms(one.now_ms, lang));
        let factor = crate::words::fixed(one.ratio(), 2, lang);
        format!("{} {}  {before} ms → {now} ms  ×{factor}", one.quantile, one.operation)
    };
    diff.latency.iter().map(one).collect()
}

fn apart_word(what: &str, lang: Lang) -> &str {
    let vietnamese = match what {
        "scenario" => "kịch bản",
        "target profile" => "hồ sơ hệ thống",
        "target version" => "phiên bản hệ thống",
        "mode" => "chế độ thời gian",
        "rulebook" => "bộ quy định",
        "day" => "ngày",
        other => other,
    };
    lang.say(what, vietnamese)
}

/// A list of words in lines of bearable length.
fn wrapped(words: &[String]) -> Vec<String> {
    if words.is_empty() { Vec::new() } else { super::paint::wrap(&words.join(" "), super::paint::WIDTH - 2, "") }
}
