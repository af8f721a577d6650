//! The sections of the page, in their order.

use songsinh_contract::{Certainty, Rulebook};
use songsinh_oracle::{BoundCount, RuleCount};
use songsinh_record::Mode;

use super::paint::{Page, Tone, table};
use crate::latency::OperationStats;
use crate::report::{FindingView, Report};
use crate::story::Story;
use crate::summary::bound_word;
use crate::words::{age, count, counted, in_this_run, micros, ms, percent};

/// Rules named one by one at most; the others are counted.
const MOST_NAMED: usize = 60;

/// May I trust it: validity, cleanness, how much was decided.
pub(super) fn trust(report: &Report, page: &mut Page) {
    page.section("may I trust it");
    if report.invalid.is_empty() {
        page.line(Tone::Good, "valid run", "");
    }
    for reason in &report.invalid {
        page.line(Tone::Bad, &format!("✗ {reason}"), "  ");
    }
    if report.interrupted {
        page.line(Tone::Warn, "! the run was stopped before its end", "  ");
    }
    let judgement = &report.judgement;
    page.line(
        Tone::Plain,
        &format!(
            "answers   {} judged, of {} at least one rule was decided",
            count(judgement.answers),
            count(judgement.decided)
        ),
        "          ",
    );
    if report.header.mode == Mode::Virtual {
        let text = "latency   and losses come from a model of the network, not from a measurement: virtual time";
        page.line(Tone::Plain, text, "          ");
    }
    let clean = match report.journeys.dirty {
        0 => "clean: it knew nobody before".to_owned(),
        dirty => format!("knew {} of {} people before; they are not judged", count(dirty), count(report.people())),
    };
    page.line(Tone::Plain, &format!("target    {clean}"), "          ");
    lag(report, page);
    let unexplained = report.unexplained_count();
    if unexplained > 0 {
        let share = unexplained as f64 / report.latency.all.count.max(1) as f64;
        let text = format!("answers   {} ({}) are not explained by the profile:", count(unexplained), percent(share));
        page.line(Tone::Warn, &text, "          ");
        for one in report.unexplained.iter().take(5) {
            let text = format!(
                "          {} × {} {} {} {}",
                count(one.count),
                one.operation,
                one.kind,
                one.status,
                one.sample
            );
            page.line(Tone::Dim, text.trim_end(), "            ");
        }
    }
    for note in &report.notes {
        page.line(Tone::Warn, &format!("! {note}"), "  ");
    }
    if report.unclosed > 0 {
        let text = format!("! {} had no end in the record", counted(report.unclosed, "story"));
        page.line(Tone::Warn, &text.replace("storys", "stories"), "  ");
    }
    if judgement.overflowed > 0 {
        let text = format!(
            "! in {} too many histories were possible; the rest of them is undecided",
            counted(judgement.overflowed, "cell")
        );
        page.line(Tone::Warn, &text, "  ");
    }
}

fn lag(report: &Report, page: &mut Page) {
    let value = |quantile| report.lag_ns.quantile(quantile).map(|ns| micros(ns as f64 / 1e3));
    let (Some(p50), Some(p99)) = (value(0.5), value(0.99)) else { return };
    let bound = match report.header.bounds.lag_p99_us {
        Some(bound) => format!("allowed {}", micros(bound as f64)),
        None => "reported only".into(),
    };
    page.line(Tone::Plain, &format!("late start  p50 {p50}  p99 {p99}  ({bound})"), "            ");
}

/// What is wrong: by rule, with count and the shortest story.
pub(super) fn findings(report: &Report, page: &mut Page) {
    if report.findings.is_empty() && report.judgement.suspicions.is_empty() {
        return;
    }
    page.section("what is wrong");
    for view in &report.findings {
        finding(view, &report.rule(view.rule), &report.header.rulebook, page);
    }
    for one in &report.judgement.suspicions {
        let text =
            format!("{}  suspicion: {} (p = {:.1e} over {})", one.rule, one.test, one.p, counted(one.samples, "value"));
        page.line(Tone::Warn, &text, "  ");
    }
}

fn finding(view: &FindingView, rule: &RuleCount, book: &Rulebook, page: &mut Page) {
    let tone = if view.fails { Tone::Bad } else { Tone::Warn };
    let standing = match (&view.known, view.fails) {
        (Some(issue), _) => format!("  known: {issue}"),
        (None, false) => "  warns: good practice".into(),
        (None, true) => String::new(),
    };
    let of = rule.allowed + rule.violation;
    page.line(
        tone,
        &format!("{}  {} of {} wrong{standing}", view.rule, count(view.count), counted(of, "answer")),
        "  ",
    );
    page.line(Tone::Dim, &format!("  {} ({})", view.rule.text(), view.rule.source()), "  ");
    if let Some(own) = in_this_run(view.rule, book) {
        page.line(Tone::Dim, &format!("  {own}"), "  ");
    }
    for bound in &rule.bounds {
        page.line(Tone::Plain, &format!("  measured {}", measured(bound)), "    ");
        if let Some(hint) = &bound.hint {
            page.line(Tone::Plain, &format!("  hint: {hint}"), "    ");
        }
    }
    match &view.story {
        Some(told) => story(told, page),
        None => page.line(Tone::Plain, &format!("  {}", view.wrong), "    "),
    }
}

fn story(story: &Story, page: &mut Page) {
    let text = format!(
        "  shortest story, {} ({}, arrival {}):",
        counted(story.steps.len() as u64, "step"),
        story.journey,
        story.arrival
    );
    page.line(Tone::Plain, &text, "    ");
    steps(story, page);
    let which = match story.wrong_step {
        0 => "the answer".into(),
        step => format!("step {step}"),
    };
    page.line(Tone::Bad, &format!("  ✗ {which} {}", story.wrong), "    ");
}

/// The steps of a story, one line each.
pub(super) fn steps(story: &Story, page: &mut Page) {
    let who = story.steps.iter().map(|step| step.who.chars().count()).max().unwrap_or(0);
    for (at, step) in story.steps.iter().enumerate() {
        let pad = " ".repeat(who - step.who.chars().count());
        let trace: String = step.trace.chars().take(8).collect();
        let trace = if trace.is_empty() { String::new() } else { format!("  trace {trace}…") };
        let text = format!(
            "  {:>3}  {:>+9.3} s  {}{pad}  {} → {}{trace}",
            at + 1,
            step.at_s,
            step.who,
            step.asked,
            step.answered
        );
        page.line(Tone::Plain, &text, &" ".repeat(21 + who));
    }
}

/// A measured time bound: `life of a code: accepted to 119.8 s, refused from 120.3 s; rulebook 60 s`.
pub(crate) fn measured(bound: &BoundCount) -> String {
    let (accepted, refused) = (bound.bracket.latest_accepted_ms, bound.bracket.earliest_refused_ms);
    let mut parts = Vec::new();
    if bound.bound.opens() {
        parts.extend(refused.map(|ms| format!("refused to {}", age(ms))));
        parts.extend(accepted.map(|ms| format!("accepted from {}", age(ms))));
    } else {
        parts.extend(accepted.map(|ms| format!("accepted to {}", age(ms))));
        parts.extend(refused.map(|ms| format!("refused from {}", age(ms))));
    }
    if parts.is_empty() {
        parts.push("nothing decided".into());
    }
    format!("{}: {}; rulebook {}", bound_word(bound.bound), parts.join(", "), age(bound.limit_ms))
}

/// The scenario's limits.
pub(super) fn limits(report: &Report, page: &mut Page) {
    if report.limits.is_empty() {
        return;
    }
    page.section("limits");
    let width = report.limits.iter().map(|limit| limit.text.chars().count()).max().unwrap_or(0);
    for limit in &report.limits {
        let (mark, tone) = if limit.holds { ('✓', Tone::Good) } else { ('✗', Tone::Bad) };
        let pad = " ".repeat(width - limit.text.chars().count());
        let measured = if limit.measured.is_empty() { "nothing to measure" } else { &limit.measured };
        let margin = match limit.margin {
            Some(margin) if margin >= 0.0 => format!("   {:.0} % to spare", margin * 100.0),
            Some(margin) => format!("   {:.0} % beyond", -margin * 100.0),
            None => String::new(),
        };
        page.line(tone, &format!("{mark} {}{pad}   {measured}{margin}", limit.text), "  ");
    }
}

/// Journeys and rates.
pub(super) fn load(report: &Report, page: &mut Page) {
    page.section("load");
    let journeys = &report.journeys;
    let mut parts = vec![
        format!("{} planned", count(journeys.planned)),
        format!("{} started", count(journeys.started)),
        format!("{} completed", count(journeys.completed)),
    ];
    for (number, word) in [
        (journeys.gave_up, "gave up"),
        (journeys.failed, "failed"),
        (journeys.left, "left under way"),
        (journeys.abandoned, "abandoned"),
    ] {
        if number > 0 {
            parts.push(format!("{} {word}", count(number)));
        }
    }
    page.line(Tone::Plain, &format!("journeys  {}", parts.join(", ")), "          ");
    for (why, number) in &report.abandoned {
        page.line(Tone::Warn, &format!("          {} abandoned: {}", count(*number), why.as_str()), "          ");
    }
    let seconds = report.duration.as_secs_f64();
    let rate = |number: u64| if seconds > 0.0 { number as f64 / seconds } else { 0.0 };
    page.line(
        Tone::Plain,
        &format!(
            "rates     {:.1} journeys/s, {:.0} requests/s over {}",
            rate(journeys.started),
            rate(report.latency.all.count),
            crate::words::span(report.duration)
        ),
        "          ",
    );
    if let Some(peak) = report.seconds.iter().max_by_key(|second| (second.offered, second.started)) {
        page.line(
            Tone::Plain,
            &format!(
                "peak      second {}: {} offered, {} started, {} requests, {} in flight",
                peak.second,
                count(peak.offered.into()),
                count(peak.started.into()),
                count(peak.requests.into()),
                count(peak.in_flight.into())
            ),
            "          ",
        );
    }
}

/// Latency and answers per operation.
pub(super) fn operations(report: &Report, page: &mut Page) {
    if report.latency.operations.is_empty() {
        return;
    }
    page.section("operations: milliseconds from the moment when the call was due");
    let head = ["", "calls", "refused", "errors", "p50", "p90", "p99", "p99.9", "max", "p99 sent"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (name, stats) in &report.latency.operations {
        rows.push(operation(name.as_str(), stats));
    }
    if report.latency.operations.len() > 1 {
        rows.push(operation("all", &report.latency.all));
    }
    for line in table(&rows) {
        page.line(Tone::Plain, &line, "");
    }
}

fn operation(name: &str, stats: &OperationStats) -> Vec<String> {
    let answers = |kind: &str| stats.answers.get(kind).copied().unwrap_or(0);
    let (refused, done) = (answers("refused"), answers("done"));
    let show = |us: Option<u64>| us.map_or_else(|| "–".into(), |us| ms(us as f64 / 1e3));
    vec![
        name.into(),
        count(stats.count),
        count(refused),
        count(stats.count - refused - done),
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
    let title = format!("rules decided: {} of {}", decided.len(), songsinh_contract::Rule::ALL.len());
    page.section(&title);
    let head = ["edges: nearest answers", "", "kept", "broken", "undecided", "accepted", "refused"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for rule in &decided {
        let counted = report.rule(*rule);
        let shown = |ms: Option<f64>| ms.map_or_else(String::new, age);
        let certainty = match rule.certainty() {
            Certainty::Stated => "S",
            Certainty::Inferred => "I",
            Certainty::Practice => "P",
        };
        rows.push(vec![
            rule.slug().into(),
            certainty.into(),
            count(counted.allowed),
            count(counted.violation),
            count(counted.undecided),
            shown(counted.nearest_accepted_ms),
            shown(counted.nearest_refused_ms),
        ]);
    }
    for line in table(&rows) {
        page.line(Tone::Plain, &line, "");
    }
}

/// SMS, lookups, processes.
pub(super) fn messages(report: &Report, page: &mut Page) {
    page.section("messages and processes");
    let sms = &report.sms;
    let mut text = format!(
        "SMS       {} accepted, {} delivered, {} lost",
        count(sms.accepted),
        count(sms.delivered),
        count(sms.lost)
    );
    if sms.for_nobody > 0 {
        text.push_str(&format!(", {} for nobody of this run", count(sms.for_nobody)));
    }
    page.line(Tone::Plain, &text, "          ");
    if sms.codes_without > 0 {
        let text = format!("          {} without a message", counted(sms.codes_without, "accepted code request"));
        page.line(Tone::Warn, &text, "          ");
    }
    if sms.late > 0 {
        let text =
            format!("          {} came after the end of their story and are not judged", counted(sms.late, "message"));
        page.line(Tone::Warn, &text, "          ");
    }
    page.line(Tone::Plain, &format!("lookups   {} at the population service", count(report.lookups)), "          ");
    let mut rows = Vec::new();
    for process in &report.processes {
        let cpu = format!("{:.1} s", process.cpu_s);
        rows.push(vec![process.name.clone(), cpu, "processor time".into(), format!("{:.0} MiB", process.rss_mib)]);
    }
    for line in table(&rows) {
        page.line(Tone::Plain, &line, "          ");
    }
}

/// Operations that the target lacks, and rules that were never decided.
pub(super) fn not_covered(report: &Report, page: &mut Page) {
    if !report.header.missing.is_empty() {
        let count = counted(report.header.missing.len() as u64, "operation");
        page.section(&format!("not there: {count}, by the profile"));
        for one in &report.header.missing {
            page.line(Tone::Dim, &format!("{:<26} {}", one.operation, one.why), "                           ");
        }
    }
    let missing = &report.judgement.not_covered;
    if missing.is_empty() {
        return;
    }
    page.section(&format!("not covered: {}, never decided, so not passed", counted(missing.len() as u64, "rule")));
    let mut named: Vec<&str> = missing.iter().take(MOST_NAMED).map(|rule| rule.slug()).collect();
    let more = format!("and {} more", missing.len().saturating_sub(MOST_NAMED));
    if missing.len() > MOST_NAMED {
        named.push(&more);
    }
    page.line(Tone::Dim, &named.join(", "), "");
}
