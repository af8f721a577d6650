//! The verdict page of a run, for a terminal or a text file: at most 100 columns, the most important things first.
//!
//! Order: verdict · may I trust it · new since the last run · what is wrong, by rule with the shortest story · limits ·
//! load · operations · rules · messages and processes · not covered · how to run it again.

mod diff;
mod figures;
mod findings;
mod paint;
mod trust;

pub(crate) use figures::{journeys_text, load_facts, message_facts, operation, operation_head};
pub(crate) use findings::{heading, news, standing, unmet_issues, wrong_step};
pub(crate) use trust::{doubts, facts as trust_facts};

use diff::{latency as moved_latency, limits as moved_limits, wrong as wrong_before};

pub use diff::diff_page;
pub use paint::Look;

use crate::lang::Lang;
use crate::report::Report;
use crate::verdict::Verdict;
use crate::words::{count, counted, span};
use paint::Page;

/// The page.
#[must_use]
pub fn page(report: &Report, look: Look, lang: Lang) -> String {
    let mut page = Page::new(look, lang);
    verdict(report, &mut page);
    trust::trust(report, &mut page);
    findings::since(report, &mut page);
    findings::findings(report, &mut page);
    figures::limits(report, &mut page);
    figures::load(report, &mut page);
    figures::operations(report, &mut page);
    figures::rules(report, &mut page);
    figures::messages(report, &mut page);
    figures::not_covered(report, &mut page);
    page.end();
    if !report.header.again.is_empty() {
        page.plain(&format!("{} {}", lang.say("again:  ", "chạy lại:"), report.header.again));
    }
    page.into_text()
}

/// One story, whole, as a page.
#[must_use]
pub fn story_page(story: &crate::story::Story, look: Look, lang: Lang) -> String {
    let mut page = Page::new(look, lang);
    let began = crate::words::clock(story.began, lang);
    page.section(&format!("{}, {} {}, {began}", story.journey, lang.say("arrival", "lượt"), story.arrival));
    findings::steps(story, &mut page);
    page.end();
    page.into_text()
}

fn verdict(report: &Report, page: &mut Page) {
    let (header, lang) = (&report.header, page.lang());
    let good = report.verdict == Verdict::Pass;
    let exit = report.verdict.exit_code();
    let line = match lang {
        Lang::En => format!("VERDICT  {}  exit {exit}", report.verdict.word()),
        Lang::Vi => {
            format!("KẾT LUẬN  {}  ({}, mã thoát {exit})", verdict_word(report.verdict, lang), report.verdict.word())
        }
    };
    page.headline(&line, good, &why(report, lang));
    let mode = match header.mode {
        songsinh_record::Mode::Real => "",
        songsinh_record::Mode::Virtual => lang.say("  ·  virtual time", "  ·  thời gian ảo"),
    };
    let (seed, day) = (lang.say("seed", "hạt giống"), lang.say("day", "ngày"));
    page.plain(&format!(
        "{}  ·  {seed} {}  ·  {}  ·  {day} {}{mode}",
        header.scenario.name,
        header.seed,
        span(report.duration, lang),
        lang.date(header.day)
    ));
    let version = if header.target.version.is_empty() { String::new() } else { format!("  {}", header.target.version) };
    let target = lang.say("target", "hệ thống");
    page.plain(&format!("{target} {}  {}{version}", header.profile.name, header.target.address));
    if !header.target.misbehaviours.is_empty() {
        let with = lang.say("the twin was started with", "bản song sinh được bật lỗi");
        page.plain(&format!("{with}: {}", header.target.misbehaviours));
    }
}

/// The verdict as a word of the page's language.
pub(crate) fn verdict_word(verdict: Verdict, lang: Lang) -> &'static str {
    let vietnamese = match verdict {
        Verdict::Pass => "ĐẠT",
        Verdict::Violations | Verdict::LimitsCrossed => "KHÔNG ĐẠT",
        Verdict::Invalid => "KHÔNG CÓ GIÁ TRỊ",
        Verdict::Interrupted => "BỊ DỪNG",
    };
    lang.say(verdict.word(), vietnamese)
}

/// Wrong answers that do not fail the run: known issues, and good practice at a stranger.
fn excused(report: &Report) -> u64 {
    report.findings.iter().filter(|view| !view.fails).map(|view| view.count).sum()
}

/// The verdict's reason in a clause.
pub(crate) fn why(report: &Report, lang: Lang) -> String {
    let failing = report.findings.iter().filter(|view| view.fails).count() as u64;
    let crossed = report.limits.iter().filter(|limit| !limit.holds).count() as u64;
    let say = |en: &str, vi: &str| lang.say(en, vi).to_owned();
    match report.verdict {
        Verdict::Pass if excused(report) > 0 => {
            let excused = count(excused(report), lang);
            lang.say(
                format!("{excused} wrong answers are excused or warn only, every other decided one was right"),
                format!("{excused} câu trả lời sai được tạm chấp nhận hoặc chỉ cảnh báo, mọi câu khác phán xét được đều đúng"),
            )
        }
        Verdict::Pass => say(
            "every decided answer was right, every limit holds",
            "mọi câu phán xét được đều đúng, mọi giới hạn được giữ",
        ),
        Verdict::Violations => {
            format!("{} {}", counted(failing, "rule", "quy tắc", lang), lang.say("broken", "bị vi phạm"))
        }
        Verdict::LimitsCrossed => {
            format!("{} {}", counted(crossed, "limit", "giới hạn", lang), lang.say("crossed", "bị vượt"))
        }
        Verdict::Invalid => {
            say("this run says nothing about the target", "lượt chạy này không nói lên điều gì về hệ thống")
        }
        Verdict::Interrupted => {
            say("stopped before its end; what was done was right", "bị dừng giữa chừng; phần đã làm đều đúng")
        }
    }
}
