//! `report.html`: the page for people, in one file: no script, nothing fetched, light and dark, prints on A4.
//!
//! Invariant: whatever grows with a run (stories, texts, remarks) is cut at a bound before it gets here or in here, so
//! that the page of any run stays below two megabytes.

mod charts;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Value, context};
use songsinh_contract::Rule;

use crate::coverage::by_reason;
use crate::error::ReportError;
use crate::lang::{
    Lang, certainty_text, explain, hint_text, invalid_text, note_text, rule_text, test_text, words as glossary,
};
use crate::report::{FindingView, Report};
use crate::svg::escape;
use crate::terminal::{
    doubts, heading, journeys_text, load_facts, message_facts, news, operation, operation_head, standing, trust_facts,
    unmet_issues, verdict_word, why, wrong_step,
};
use crate::verdict::Verdict;
use crate::words::{age, clock, count, counted, fixed, in_this_run, measured, percent, span};

const TEMPLATE: &str = include_str!("../templates/report.html.j2");
/// Characters of a scenario or profile text that are shown.
const LONGEST_SOURCE: usize = 40_000;
/// Limits, remarks, processes and the like that are listed.
const MOST_LISTED: usize = 200;

/// The text of the page.
///
/// # Errors
/// When the template cannot be rendered.
pub fn page(report: &Report, lang: Lang) -> Result<String, ReportError> {
    let make = |error: minijinja::Error| ReportError::Make { file: "report.html", why: format!("{error:#}") };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(make)?);
    environment.add_function("t", move |en: String, vi: String| lang.say(en, vi));
    environment.add_template("report.html", TEMPLATE).map_err(make)?;
    let template = environment.get_template("report.html").map_err(make)?;
    template
        .render(context! {
            lang => lang.tag(),
            head => head(report, lang),
            trust => trust(report, lang),
            since => since(report, lang),
            findings => report.findings.iter().map(|view| finding(view, report, lang)).collect::<Vec<_>>(),
            suspicions => suspicions(report, lang),
            unmet => unmet_issues(report, lang),
            limits => limits(report, lang),
            load => facts(load_facts(report, lang)),
            throughput => Value::from_safe_string(charts::throughput(report, lang)),
            events => charts::events(report, lang),
            heat => Value::from_safe_string(charts::heat(report, lang)),
            spectrum => Value::from_safe_string(charts::percentiles(report, lang)),
            operations => operations(report, lang),
            operation_head => operation_head(lang).to_vec(),
            messages => facts(message_facts(report, lang)),
            processes => processes(report, lang),
            rules => rules(report, lang),
            total_rules => Rule::ALL.len(),
            missing => missing(report),
            not_covered => not_covered(report, lang),
            appendix => appendix(report, lang),
        })
        .map_err(make)
}

fn head(report: &Report, lang: Lang) -> Value {
    let header = &report.header;
    let good = report.verdict == Verdict::Pass;
    context! {
        word => verdict_word(report.verdict, lang),
        exit => report.verdict.exit_code(),
        tone => if good { "good" } else { "bad" },
        why => why(report, lang),
        scenario => header.scenario.name.as_str(),
        seed => header.seed.to_string(),
        real => header.mode == songsinh_record::Mode::Real,
        length => span(report.duration, lang),
        day => lang.date(header.day),
        started => clock(header.started, lang),
        rulebook => header.rulebook.name.as_str(),
        profile => header.profile.name.as_str(),
        address => header.target.address.as_str(),
        version => header.target.version.as_str(),
        misbehaviours => header.target.misbehaviours.as_str(),
        program => header.program.as_str(),
        again => header.again.as_str(),
        people => count(header.people, lang),
        world_seed => header.world_seed.to_string(),
        workers => header.workers,
    }
}

/// Words with their sentences, as a list; a sentence that warns has its colour.
fn facts(facts: impl IntoIterator<Item = (&'static str, String, bool)>) -> Value {
    let mut html = String::from("<dl class=\"facts\">");
    for (word, text, warns) in facts {
        let class = if warns { " class=\"warn\"" } else { "" };
        html.push_str(&format!("<dt>{}</dt><dd{class}>{}</dd>", escape(word), escape(text.trim())));
    }
    html.push_str("</dl>");
    Value::from_safe_string(html)
}

fn trust(report: &Report, lang: Lang) -> Value {
    let unexplained = report.unexplained.iter().map(|one| {
        context! {
            operation => one.operation.as_str(),
            kind => one.kind,
            status => one.status,
            count => count(one.count, lang),
            sample => one.sample.as_str(),
        }
    });
    context! {
        invalid => report.invalid.iter().map(|why| invalid_text(why, lang)).collect::<Vec<_>>(),
        interrupted => report.interrupted,
        facts => facts(trust_facts(report, lang).into_iter().map(|(word, text)| (word, text, false))),
        unexplained => unexplained.collect::<Vec<_>>(),
        notes => report.notes.iter().map(|note| note_text(note, lang)).collect::<Vec<_>>(),
        doubts => doubts(report, lang),
    }
}

fn since(report: &Report, lang: Lang) -> Value {
    let Some(since) = &report.since else { return Value::from(()) };
    let news = news(&since.diff, lang).into_iter().map(|(bad, text)| context! { bad, text });
    context! { run => since.run.as_str(), news => news.collect::<Vec<_>>() }
}

fn finding(view: &FindingView, report: &Report, lang: Lang) -> Value {
    let rule = report.rule(view.rule);
    let story = view.story.as_ref().map(|story| {
        let steps = story.steps.iter().enumerate().map(|(at, step)| {
            context! {
                number => at + 1,
                at => fixed(step.at_s, 3, lang),
                who => step.who.say(lang),
                asked => step.asked.say(lang),
                answered => step.answered.say(lang),
                trace => step.trace.as_str(),
                short => short(&step.trace),
                wrong => at + 1 == story.wrong_step,
            }
        });
        let left_out = counted(story.left_out as u64, "step", "bước", lang);
        context! {
            heading => heading(story, lang),
            steps => steps.collect::<Vec<_>>(),
            left_out => if story.left_out > 0 { left_out } else { String::new() },
            arrival => story.arrival,
            wrong => wrong_step(story, lang),
            long => story.steps.len() > 12,
        }
    });
    context! {
        rule => view.rule.slug(),
        fails => view.fails,
        standing => standing(view, &rule, lang),
        text => text_of(view.rule, report, lang),
        source => view.rule.source(),
        certainty => certainty_text(view.rule, lang),
        measured => rule.bounds.iter().map(|bound| measured(bound, lang)).collect::<Vec<_>>(),
        hints => rule.bounds.iter().filter_map(|bound| Some(hint_text(bound.hint.as_deref()?, lang))).collect::<Vec<_>>(),
        wrong => view.wrong.say(lang),
        story,
    }
}

/// The begin of a trace id.
fn short(trace: &str) -> String {
    if trace.is_empty() { String::new() } else { trace.chars().take(8).chain(['…']).collect() }
}

/// A rule's sentence, with the number that it has in this run.
fn text_of(rule: Rule, report: &Report, lang: Lang) -> String {
    match in_this_run(rule, &report.header.rulebook, lang) {
        Some(own) => format!("{} ({own})", rule_text(rule, lang)),
        None => rule_text(rule, lang).to_owned(),
    }
}

fn suspicions(report: &Report, lang: Lang) -> Vec<Value> {
    let one = |one: &songsinh_oracle::Suspicion| {
        let values = counted(one.samples, "value", "giá trị", lang);
        context! { rule => one.rule.slug(), test => test_text(&one.test, lang), p => format!("{:.1e}", one.p), values }
    };
    report.judgement.suspicions.iter().map(one).collect()
}

fn limits(report: &Report, lang: Lang) -> Vec<Value> {
    let one = |limit: &crate::limits::LimitResult| {
        let measured = limit.measured(lang);
        context! { text => limit.text.as_str(), measured, margin => limit.margin_text(lang), holds => limit.holds }
    };
    report.limits.iter().take(MOST_LISTED).map(one).collect()
}

fn operations(report: &Report, lang: Lang) -> Vec<Vec<String>> {
    let latency = &report.latency;
    let mut rows: Vec<Vec<String>> =
        latency.operations.iter().map(|(name, stats)| operation(name.as_str(), stats, lang)).collect();
    if rows.len() > 1 {
        rows.push(operation(lang.say("all", "tất cả"), &latency.all, lang));
    }
    rows
}

fn processes(report: &Report, lang: Lang) -> Vec<Vec<String>> {
    let seconds = report.duration.as_secs_f64();
    let one = |process: &songsinh_record::ProcessUse| {
        let cores = if seconds > 0.0 { fixed(process.cpu_s / seconds, 2, lang) } else { "–".into() };
        let rss = count(process.rss_mib.round() as u64, lang);
        vec![process.name.clone(), fixed(process.cpu_s, 1, lang), cores, rss]
    };
    report.processes.iter().take(MOST_LISTED).map(one).collect()
}

fn rules(report: &Report, lang: Lang) -> Vec<Value> {
    let one = |(rule, counts): (&Rule, &songsinh_oracle::RuleCount)| {
        context! {
            slug => rule.slug(),
            text => text_of(*rule, report, lang),
            allowed => count(counts.allowed, lang),
            broken => count(counts.violation, lang),
            is_broken => counts.violation > 0,
            undecided => count(counts.undecided, lang),
            share => percent(counts.decided_share(), lang),
            accepted => counts.nearest_accepted_ms.map(|ms| age(ms, lang)).unwrap_or_default(),
            refused => counts.nearest_refused_ms.map(|ms| age(ms, lang)).unwrap_or_default(),
            measured => counts.bounds.iter().map(|bound| measured(bound, lang)).collect::<Vec<_>>(),
        }
    };
    report.judgement.rules.iter().map(one).collect()
}

fn missing(report: &Report) -> Vec<Value> {
    let one = |one: &songsinh_record::MissingOperation| context! { operation => one.operation.as_str(), why => one.why.as_str() };
    report.header.missing.iter().take(MOST_LISTED).map(one).collect()
}

fn not_covered(report: &Report, lang: Lang) -> Vec<Value> {
    let rule = |rule: &Rule| context! { slug => rule.slug(), text => rule_text(*rule, lang) };
    let group =
        |(why, rules): (String, Vec<Rule>)| context! { why, rules => rules.iter().map(rule).collect::<Vec<_>>() };
    by_reason(report, lang).into_iter().map(group).collect()
}

fn appendix(report: &Report, lang: Lang) -> Value {
    let header = &report.header;
    let words = glossary().iter().filter_map(|entry| {
        let text = explain(entry.word, lang)?;
        let text = text.split_once('\n').map_or(text.as_str(), |(_, text)| text.trim()).to_owned();
        Some(context! { word => entry.word, id => anchor(entry.word), text })
    });
    let prepared = (report.prepared.started > 0).then(|| journeys_text(&report.prepared, lang));
    context! {
        scenario => source(&header.scenario, lang),
        profile => source(&header.profile, lang),
        rulebook => rulebook(report),
        words => words.collect::<Vec<_>>(),
        prepared,
    }
}

/// An id for a link inside of the page: `w-measured-lifetime`.
fn anchor(word: &str) -> String {
    let plain: String = word.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    format!("w-{plain}")
}

fn source(source: &songsinh_record::Source, lang: Lang) -> Value {
    let text: String = source.text.chars().take(LONGEST_SOURCE).collect();
    let more = source.text.chars().count().saturating_sub(LONGEST_SOURCE);
    let cut = lang.say("characters more, in the record", "ký tự nữa, có trong bản ghi");
    let cut = if more > 0 { format!("… {} {cut}", count(more as u64, lang)) } else { String::new() };
    context! { name => source.name.as_str(), path => source.path.as_str(), text, cut }
}

/// The numbers of the rulebook, as its fields are called in scenario files, one a line.
fn rulebook(report: &Report) -> Vec<Vec<String>> {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(&report.header.rulebook) else {
        return Vec::new();
    };
    let shown = |value: &serde_json::Value| match value {
        serde_json::Value::Object(time) => {
            let part = |name: &str| time.get(name).and_then(serde_json::Value::as_f64).unwrap_or(0.0);
            format!("{} s", part("secs") + part("nanos") / 1e9)
        }
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    fields.iter().map(|(name, value)| vec![name.clone(), shown(value)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn anchors_are_plain_and_tell_all_words_apart() {
        let ids: BTreeSet<String> = glossary().iter().map(|entry| anchor(entry.word)).collect();
        assert_eq!(ids.len(), glossary().len());
        assert!(ids.iter().all(|id| id.chars().all(|c| c.is_alphanumeric() || c == '-')), "{ids:?}");
    }
}
