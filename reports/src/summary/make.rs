//! A report's figures as a [`Summary`].

use std::collections::BTreeMap;

use songsinh_contract::Rule;
use songsinh_record::JourneyTotals;

use super::*;
use crate::lang::Lang;
use crate::latency::{OperationStats, Spread};
use crate::report::{Known, Report, Since};
use crate::story::Story;
use crate::words::bound_word;

/// A number with three decimals.
fn thousandths(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

fn ms(us: Option<u64>) -> Option<f64> {
    us.map(|us| us as f64 / 1e3)
}

fn us(spread: &Spread, quantile: f64) -> Option<f64> {
    spread.quantile(quantile).map(|ns| ns as f64 / 1e3)
}

impl OperationSummary {
    fn of(stats: &OperationStats) -> Self {
        let answers = |kind: &str| stats.answers.get(kind).copied().unwrap_or(0);
        let (refused, done) = (answers("refused"), answers("done"));
        Self {
            count: stats.count,
            timed: stats.intended.count(),
            refused,
            errors: stats.count - refused - done,
            p50_ms: ms(stats.intended.quantile(0.5)),
            p90_ms: ms(stats.intended.quantile(0.9)),
            p99_ms: ms(stats.intended.quantile(0.99)),
            p999_ms: ms(stats.intended.quantile(0.999)),
            max_ms: ms(stats.intended.max()),
            sent_p50_ms: ms(stats.sent.quantile(0.5)),
            sent_p90_ms: ms(stats.sent.quantile(0.9)),
            sent_p99_ms: ms(stats.sent.quantile(0.99)),
            sent_p999_ms: ms(stats.sent.quantile(0.999)),
            sent_max_ms: ms(stats.sent.max()),
        }
    }
}

fn rules(report: &Report) -> BTreeMap<String, RuleSummary> {
    let one = |rule: &Rule| {
        let count = report.rule(*rule);
        let bounds = count.bounds.iter().map(|bound| BoundSummary {
            bound: bound_word(bound.bound, EN).into(),
            limit_ms: thousandths(bound.limit_ms),
            accepted: bound.accepted,
            refused: bound.refused,
            nearest_accepted_ms: bound.nearest_accepted_ms.map(thousandths),
            nearest_refused_ms: bound.nearest_refused_ms.map(thousandths),
            accepted_ms: bound.bracket.latest_accepted_ms.map(thousandths),
            refused_ms: bound.bracket.earliest_refused_ms.map(thousandths),
            hint: bound.hint.as_deref().map(Into::into),
        });
        RuleSummary {
            allowed: count.allowed,
            violation: count.violation,
            undecided: count.undecided,
            decided_share: thousandths(count.decided_share()),
            nearest_accepted_ms: count.nearest_accepted_ms.map(thousandths),
            nearest_refused_ms: count.nearest_refused_ms.map(thousandths),
            bounds: bounds.collect(),
        }
    };
    report.judgement.rules.keys().map(|rule| (rule.slug().to_owned(), one(rule))).collect()
}

/// A ticket with its date: `T-812 until 2022-12-15`.
fn ticket(known: &Known, word: &str) -> String {
    format!("{} {word} {}", known.issue, known.until)
}

fn findings(report: &Report) -> Vec<FindingSummary> {
    let steps = |story: &Story| -> Vec<StepSummary> {
        let step = |step: &crate::story::Step| StepSummary {
            at_s: thousandths(step.at_s),
            who: step.who.say(EN).to_owned(),
            asked: step.asked.say(EN).to_owned(),
            answered: step.answered.say(EN).to_owned(),
            trace: step.trace.clone(),
        };
        story.steps.iter().map(step).collect()
    };
    let one = |view: &crate::report::FindingView| FindingSummary {
        rule: view.rule.slug().into(),
        count: view.count,
        fails: view.fails,
        known: view.known.as_ref().filter(|known| known.excuses).map(|known| ticket(known, "until")),
        excuse_ended: view.known.as_ref().filter(|known| !known.excuses).map(|known| ticket(known, "ended")),
        wrong: view.wrong.say(EN).to_owned(),
        wrong_vi: view.wrong.say(Lang::Vi).to_owned(),
        story: view.story.as_ref().map(steps).unwrap_or_default(),
    };
    report.findings.iter().map(one).collect()
}

impl Summary {
    /// The summary of a report.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let header = &report.header;
        let answers = report.latency.all.answers.iter().map(|(kind, count)| ((*kind).to_owned(), *count));
        let operations =
            report.latency.operations.iter().map(|(name, stats)| (name.to_string(), OperationSummary::of(stats)));
        let suspicions = report.judgement.suspicions.iter().map(|one| SuspicionSummary {
            rule: one.rule.slug().into(),
            test: one.test.to_string(),
            p: one.p,
            samples: one.samples,
        });
        Self {
            summary_version: 1,
            verdict: report.verdict,
            exit_code: report.verdict.exit_code(),
            scenario: header.scenario.name.clone(),
            profile: header.profile.name.clone(),
            mode: header.mode.as_str().into(),
            seed: header.seed,
            world_seed: header.world_seed,
            people: header.people,
            day: header.day.to_string(),
            rulebook: header.rulebook.name.as_str().into(),
            workers: header.workers,
            program: header.program.clone(),
            target: target(report),
            started_unix_ms: header.started.0,
            duration_s: thousandths(report.duration.as_secs_f64()),
            journeys: journeys(&report.journeys),
            requests: report.latency.all.count,
            answers: AnswerSummary {
                judged: report.judgement.answers,
                decided: report.judgement.decided,
                kinds: answers.collect(),
            },
            rules: rules(report),
            findings: findings(report),
            suspicions: suspicions.collect(),
            operations: operations.collect(),
            lag: LagSummary {
                p50_us: us(&report.lag_ns, 0.5),
                p99_us: us(&report.lag_ns, 0.99),
                max_us: report.lag_ns.max().map(|ns| ns as f64 / 1e3),
            },
            sms: sms(report),
            lookups: report.lookups,
            processes: processes(report),
            limits: limits(report),
            invalid: report
                .invalid
                .iter()
                .map(|why| InvalidSummary { kind: why.kind().into(), message: why.to_string() })
                .collect(),
            missing: report.header.missing.iter().map(|one| (one.operation.clone(), one.why.clone())).collect(),
            not_covered: report.judgement.not_covered.iter().map(|rule| rule.slug().into()).collect(),
            unexplained: unexplained(report),
            notes: report.notes.iter().map(ToString::to_string).collect(),
            again: header.again.clone(),
            prepared: journeys(&report.prepared),
            warm_up: journeys(&report.warm_up),
            approvals: approvals(report),
            photographed: PhotographedSummary {
                scans: report.photographed.scans,
                genuine: report.photographed.genuine,
            },
            since: report.since.as_ref().map(since),
        }
    }
}

fn target(report: &Report) -> TargetSummary {
    let header = &report.header;
    TargetSummary {
        address: header.target.address.clone(),
        built_in: header.target.built_in,
        version: header.target.version.clone(),
        misbehaviours: header.target.misbehaviours.clone(),
    }
}

fn journeys(totals: &JourneyTotals) -> JourneySummary {
    JourneySummary {
        planned: totals.planned,
        started: totals.started,
        completed: totals.completed,
        abandoned: totals.abandoned,
        failed: totals.failed,
        gave_up: totals.gave_up,
        left: totals.left,
        dirty: totals.dirty,
    }
}

fn approvals(report: &Report) -> BTreeMap<String, ApprovalSummary> {
    let one = |(level, times): (&songsinh_contract::Level, &songsinh_oracle::ApprovalTimes)| {
        let in_time = report.in_time.get(level).map_or(0, |one| one.within);
        (
            format!("{level:?}"),
            ApprovalSummary { count: times.count, in_time, longest_ms: thousandths(times.longest_ms) },
        )
    };
    report.judgement.approvals.iter().map(one).collect()
}

fn since(since: &Since) -> SinceSummary {
    let rules = |broken: &[crate::diff::Broken]| broken.iter().map(|one| one.rule.clone()).collect();
    let diff = &since.diff;
    let limits =
        |holds: bool| diff.limits.iter().filter(|one| one.holds == holds).map(|one| one.limit.clone()).collect();
    SinceSummary {
        run: since.run.clone(),
        no_worse: diff.is_no_worse(),
        new: rules(&diff.new),
        gone: rules(&diff.gone),
        still: rules(&diff.still),
        expired: diff.expired.clone(),
        lost_sight: diff.lost_sight.clone(),
        limits_held: limits(true),
        limits_crossed: limits(false),
        latency: diff
            .latency
            .iter()
            .map(|one| (format!("{} {}", one.quantile, one.operation), thousandths(one.ratio())))
            .collect(),
    }
}

fn sms(report: &Report) -> SmsSummary {
    SmsSummary {
        accepted: report.sms.accepted,
        delivered: report.sms.delivered,
        lost: report.sms.lost,
        for_nobody: report.sms.for_nobody,
        codes_without: report.sms.codes_without,
    }
}

fn processes(report: &Report) -> BTreeMap<String, ProcessSummary> {
    let mut by_name: BTreeMap<String, ProcessSummary> = BTreeMap::new();
    for process in &report.processes {
        let sum = by_name.entry(process.name.clone()).or_insert(ProcessSummary { cpu_s: 0.0, rss_mib: 0.0 });
        sum.cpu_s = thousandths(sum.cpu_s + process.cpu_s);
        sum.rss_mib = thousandths(sum.rss_mib + process.rss_mib);
    }
    by_name
}

fn limits(report: &Report) -> Vec<LimitSummary> {
    let one = |limit: &crate::limits::LimitResult| LimitSummary {
        limit: limit.text.clone(),
        holds: limit.holds,
        measured: limit.measured(EN),
        value: limit.value,
        margin: limit.margin.map(thousandths),
    };
    report.limits.iter().map(one).collect()
}

fn unexplained(report: &Report) -> Vec<UnexplainedSummary> {
    let one = |one: &crate::gather::Unexplained| UnexplainedSummary {
        operation: one.operation.to_string(),
        kind: one.kind.into(),
        status: one.status,
        count: one.count,
        sample: one.sample.clone(),
    };
    report.unexplained.iter().map(one).collect()
}
