//! May I trust it: validity, cleanness, how much was decided, what is not told apart.

use songsinh_contract::Level;
use songsinh_record::Mode;

use super::paint::{Page, Tone};
use crate::lang::{Lang, invalid_text, note_text};
use crate::report::Report;
use crate::words::{age, count, counted, micros, percent};

pub(super) fn trust(report: &Report, page: &mut Page) {
    let lang = page.lang();
    page.section(lang.say("may I trust it", "có tin được không"));
    if report.invalid.is_empty() {
        page.line(Tone::Good, lang.say("valid run", "lượt chạy có giá trị"), "");
    }
    for reason in &report.invalid {
        page.line(Tone::Bad, &format!("✗ {}", invalid_text(reason, lang)), "  ");
    }
    if report.interrupted {
        page.line(Tone::Warn, lang.say("! the run was stopped before its end", "! lượt chạy bị dừng giữa chừng"), "  ");
    }
    for (word, text) in facts(report, lang) {
        page.line(Tone::Plain, &format!("{word:<9} {text}"), "          ");
    }
    unexplained(report, page);
    for note in report.notes.iter().take(MOST_NOTES) {
        page.line(Tone::Warn, &format!("! {}", note_text(note, lang)), "  ");
    }
    if let Some(more @ 1..) = report.notes.len().checked_sub(MOST_NOTES) {
        let text = lang.say(
            format!("! and {more} more remarks: they stand in report.html"),
            format!("! và {more} ghi chú khác: xem trong report.html"),
        );
        page.line(Tone::Dim, &text, "  ");
    }
    for doubt in doubts(report, lang) {
        page.line(Tone::Warn, &format!("! {doubt}"), "  ");
    }
}

/// Remarks that the page shows; the others stand in report.html.
const MOST_NOTES: usize = 6;

/// What makes a run trustworthy, a word and a sentence each.
pub(crate) fn facts(report: &Report, lang: Lang) -> Vec<(&'static str, String)> {
    let judgement = &report.judgement;
    let (judged, decided) = (count(judgement.answers, lang), count(judgement.decided, lang));
    let mut facts = vec![(
        lang.say("answers", "trả lời"),
        lang.say(
            format!("{judged} judged, of {decided} at least one rule was decided"),
            format!("xem xét {judged} câu, {decided} câu phán xét được ít nhất một quy tắc"),
        ),
    )];
    if report.header.mode == Mode::Virtual {
        let text = lang.say(
            "and losses come from a model of the network, not from a measurement: virtual time",
            "và mất gói là theo mô hình mạng, không phải đo thật: thời gian ảo",
        );
        facts.push((lang.say("latency", "độ trễ"), text.to_owned()));
    }
    let (dirty, people) = (count(report.journeys.dirty, lang), count(report.people(), lang));
    let clean = match report.journeys.dirty {
        0 => lang.say("clean: it knew nobody before", "sạch: chưa biết ai từ trước").to_owned(),
        _ => lang.say(
            format!("knew {dirty} of {people} people before; they are not judged"),
            format!("đã biết {dirty} trong {people} người từ trước; họ không bị phán xét"),
        ),
    };
    facts.push((lang.say("target", "hệ thống"), clean));
    let value = |quantile| report.lag_ns.quantile(quantile).map(|ns| micros(ns as f64 / 1e3, lang));
    if let (Some(p50), Some(p99)) = (value(0.5), value(0.99)) {
        let bound = match report.header.bounds.lag_p99_us {
            Some(bound) => format!("{} {}", lang.say("allowed", "cho phép"), micros(bound as f64, lang)),
            None => lang.say("reported only", "chỉ báo cáo").into(),
        };
        facts.push((lang.say("late start", "gửi chậm"), format!("  p50 {p50}  p99 {p99}  ({bound})")));
    }
    facts.extend(known_limits(report, lang));
    facts
}

/// What the program cannot tell, counted; and what the law says of waits, reported.
fn known_limits(report: &Report, lang: Lang) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let photographed = report.photographed;
    if photographed.scans > 0 {
        let scans = counted(photographed.scans, "photographed QR", "lần quét ảnh chụp mã QR", lang);
        let genuine = count(photographed.genuine, lang);
        let text = lang.say(
            format!("{scans} scanned, {genuine} called genuine: no rule tells a photograph from the original"),
            format!("{scans}, {genuine} lần trả lời «thật»: không quy tắc nào phân biệt được ảnh chụp với bản gốc"),
        );
        facts.push((lang.say("limit", "giới hạn"), text));
    }
    for (level, times) in &report.judgement.approvals {
        let within = report.in_time.get(level).map_or(0, |one| one.within);
        let share = percent(within as f64 / times.count.max(1) as f64, lang);
        let (number, longest) = (count(times.count, lang), age(times.longest_ms, lang));
        let text = match (level, lang) {
            (Level::Two, Lang::En) => format!("level 2: {number} seen, longest wait {longest}, {share} within 3 days"),
            (_, Lang::En) => format!("level 1: {number} seen, longest wait {longest}, {share} within 1 day"),
            (Level::Two, Lang::Vi) => format!("mức 2: {number} hồ sơ, chờ lâu nhất {longest}, {share} trong 3 ngày"),
            (_, Lang::Vi) => format!("mức 1: {number} hồ sơ, chờ lâu nhất {longest}, {share} trong 1 ngày"),
        };
        facts.push((lang.say("approvals", "phê duyệt"), text));
    }
    facts
}

/// What was not judged, a sentence each.
pub(crate) fn doubts(report: &Report, lang: Lang) -> Vec<String> {
    let mut doubts = Vec::new();
    if report.unclosed > 0 {
        let stories = counted(report.unclosed, "story", "câu chuyện", lang);
        doubts.push(format!("{stories} {}", lang.say("had no end in the record", "không có kết thúc trong bản ghi")));
    }
    let overflowed = report.judgement.overflowed;
    if overflowed > 0 {
        let cells = counted(overflowed, "story", "câu chuyện", lang);
        doubts.push(lang.say(
            format!("in {cells} too many histories were possible; the rest of them is undecided"),
            format!("{cells} có quá nhiều diễn biến có thể; phần còn lại không phán xét được"),
        ));
    }
    doubts
}

fn unexplained(report: &Report, page: &mut Page) {
    let lang = page.lang();
    let total: u64 = report.unexplained.iter().map(|one| one.count).sum();
    if total == 0 {
        return;
    }
    let share = percent(total as f64 / report.latency.all.count.max(total) as f64, lang);
    let number = count(total, lang);
    let text = lang.say(
        format!("answers   {number} ({share}) are not explained by the profile:"),
        format!("trả lời   {number} câu ({share}) không được hồ sơ giải thích:"),
    );
    page.line(Tone::Warn, &text, "          ");
    for one in report.unexplained.iter().take(5) {
        let number = count(one.count, lang);
        let text = format!("          {number} × {} {} {} {}", one.operation, one.kind, one.status, one.sample);
        page.line(Tone::Dim, text.trim_end(), "            ");
    }
}
