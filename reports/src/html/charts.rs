//! The charts of the page, from the figures of a report.

use minijinja::{Value, context};
use songsinh_contract::Moment;

use crate::lang::{Lang, event_text};
use crate::report::Report;
use crate::svg::{Band, Chart, Curve, Heat, Line, Mark, chart, heat_map, spectrum};
use crate::words::span;

/// Events that are listed.
const MOST_EVENTS: usize = 60;

/// An event as it was, or as it was planned where the record does not say.
struct Happened<'a> {
    what: &'a str,
    from_s: f64,
    until_s: Option<f64>,
}

fn happened(report: &Report) -> Vec<Happened<'_>> {
    let after = |moment: Moment| moment.since(report.header.origin).as_secs_f64();
    let planned = report.header.events.iter().enumerate();
    let one = |(nth, planned): (usize, &'_ songsinh_record::PlannedEvent)| {
        let mark = report.events.get(nth);
        let from_s = mark.and_then(|mark| mark.began).map_or(planned.at_ms as f64 / 1e3, after);
        let length = planned.length_ms.map(|ms| from_s + ms as f64 / 1e3);
        let until_s = mark.and_then(|mark| mark.ended).map(after).or(length);
        (from_s, until_s)
    };
    planned
        .take(MOST_EVENTS)
        .map(|(nth, planned)| {
            let (from_s, until_s) = one((nth, planned));
            Happened { what: &planned.what, from_s, until_s }
        })
        .collect()
}

/// The events below the chart, each with its number.
pub(super) fn events(report: &Report, lang: Lang) -> Vec<Value> {
    let time = |s: f64| span(std::time::Duration::from_secs_f64(s.max(0.0)), lang);
    let one = |(nth, event): (usize, &Happened<'_>)| {
        let until = event.until_s.map(time).unwrap_or_default();
        context! { number => nth + 1, what => event_text(event.what, lang), from => time(event.from_s), until }
    };
    happened(report).iter().enumerate().map(one).collect()
}

fn bands(report: &Report) -> Vec<Band> {
    let one = |phase: &songsinh_record::Phase| Band {
        from: phase.from_ms as f64 / 1e3,
        until: phase.until_ms as f64 / 1e3,
        name: phase.name.clone(),
        at: phase.at.clone().unwrap_or_default(),
    };
    report.header.phases.iter().map(one).collect()
}

fn marks(report: &Report) -> Vec<Mark> {
    let one = |(nth, event): (usize, &Happened<'_>)| Mark { at: event.from_s, until: event.until_s, number: nth + 1 };
    happened(report).iter().enumerate().map(one).collect()
}

/// Journeys and requests a second, with phases and events.
pub(super) fn throughput(report: &Report, lang: Lang) -> String {
    let at = |second: u32| f64::from(second);
    let offered = report.seconds.iter().map(|second| (at(second.second), f64::from(second.offered))).collect();
    let started = report.seconds.iter().map(|second| (at(second.second), f64::from(second.started))).collect();
    let length = report.latency.intervals.length_s as f64;
    let of = |values: &mut dyn Iterator<Item = (u32, u32)>| values.map(|(_, times)| f64::from(times)).sum::<f64>();
    let requests = report.latency.intervals.values().map(|(at, mut values)| (at as f64, of(&mut values) / length));
    let (bands, marks) = (bands(report), marks(report));
    let end = report.duration.as_secs_f64();
    let draw = |title: &str, lines: &[Line<'_>]| {
        chart(&Chart { title, unit: "/s", lines, bands: &bands, marks: &marks, end, lang })
    };
    let journeys = draw(
        lang.say("Journeys per second over the run", "Số hành trình mỗi giây trong lượt chạy"),
        &[
            Line { name: lang.say("journeys offered", "hành trình đến hạn"), class: "c", points: offered },
            Line { name: lang.say("journeys started", "hành trình bắt đầu"), class: "a", points: started },
        ],
    );
    let answered =
        Line {
            name: lang.say("requests answered", "yêu cầu được trả lời"), class: "b", points: requests.collect()
        };
    let title = lang.say("Requests per second over the run", "Số yêu cầu mỗi giây trong lượt chạy");
    journeys + &draw(title, &[answered])
}

/// Latency over time: the heat map of all operations.
pub(super) fn heat(report: &Report, lang: Lang) -> String {
    let intervals = &report.latency.intervals;
    let mut values = intervals.values().flat_map(|(at, values)| values.map(move |(us, times)| (at, us, times)));
    heat_map(&mut Heat {
        title: lang.say(
            "Latency over the run: how many calls took how long",
            "Độ trễ theo thời gian: bao nhiêu yêu cầu mất bao lâu",
        ),
        calls: lang.say("call", "yêu cầu"),
        length_s: intervals.length_s,
        values: &mut values,
        lang,
    })
}

/// The percentile spectrum, from the intended moment and from sending.
pub(super) fn percentiles(report: &Report, lang: Lang) -> String {
    let all = &report.latency.all;
    let ms = |us: Option<u64>| us.map(|us| us as f64 / 1e3);
    let intended = |quantile: f64| ms(all.intended.quantile(quantile));
    let sent = |quantile: f64| ms(all.sent.quantile(quantile));
    let curves = [
        Curve {
            name: lang.say("ms from the intended moment", "ms từ thời điểm dự định"), class: "c", at: &intended
        },
        Curve { name: lang.say("ms from sending", "ms từ lúc gửi"), class: "a", at: &sent },
    ];
    let title = lang.say("Percentile spectrum of all calls", "Phổ bách phân vị của mọi yêu cầu");
    spectrum(title, all.intended.count(), &curves, lang)
}
