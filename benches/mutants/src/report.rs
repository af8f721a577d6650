//! What is written down of a run: how many mutants were noticed, and each that was not, with the reason.
//!
//! Reasons stand in `reasons.txt`: the words of a mutant, then a line that begins with two blanks. A survivor without a
//! reason is an error, and so is a reason without its survivor.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::copy::Copy;
use crate::histories::Agreement;
use crate::sources::{Set, Sources};
use crate::{Error, Outcome, say};

const REASONS: &str = "benches/mutants/reasons.txt";

/// Writes `benches/results/mutants-SET.md`.
pub fn write(
    set: Set,
    sources: &Sources,
    copy: &Copy,
    outcomes: &[(usize, Outcome)],
    reasons: &BTreeMap<String, String>,
    agreeing: Option<&Agreement>,
) -> Result<(), Error> {
    let mut used = BTreeSet::new();
    let mut unexplained = 0;
    let mut text = head(set, sources, copy, outcomes, agreeing);
    if set == Set::Twin {
        text.push_str(&kinds(sources, outcomes, reasons));
    }
    for outcome in [Outcome::Survives, Outcome::NotReached] {
        let left: Vec<usize> = outcomes.iter().filter(|one| one.1 == outcome).map(|one| one.0).collect();
        if left.is_empty() || (set == Set::Twin && outcome == Outcome::NotReached) {
            continue;
        }
        let _ = write!(text, "\n## {}\n", if outcome == Outcome::Survives { "Survivors" } else { "Not reached" });
        let mut file = String::new();
        for number in left {
            let words = sources.describe(number);
            let name = words.split(',').next().unwrap_or_default();
            if name != file {
                name.clone_into(&mut file);
                let _ = write!(text, "\n`{file}`\n\n");
            }
            let reason = reasons.get(&words).map(String::as_str);
            used.insert(words.clone());
            unexplained += usize::from(reason.is_none());
            let differs = agreeing.is_some_and(|agreeing| agreeing.differ.contains(&number));
            let differs = if differs { " (judges a recorded history otherwise)" } else { "" };
            let said = words.strip_prefix(name).unwrap_or(&words).trim_start_matches(", ");
            let _ = writeln!(text, "- {said}{differs}: {}", reason.unwrap_or("**no reason known**"));
        }
    }
    let path = format!("benches/results/mutants-{}.md", set.as_str());
    std::fs::write(&path, text)?;
    say(&path)?;
    let folder = format!("{}/", set.krate());
    let idle: Vec<&String> =
        reasons.keys().filter(|words| words.starts_with(&folder) && !used.contains(*words)).collect();
    for words in &idle {
        say(&format!("{REASONS}: no survivor is called: {words}"))?;
    }
    if unexplained > 0 || !idle.is_empty() {
        return Err(Error::Said(format!("{unexplained} survivors without a reason, {} idle reasons", idle.len())));
    }
    Ok(())
}

/// Of which kinds the reasons of the survivors are: what stands before their first colon.
fn kinds(sources: &Sources, outcomes: &[(usize, Outcome)], reasons: &BTreeMap<String, String>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let surviving = outcomes.iter().filter(|one| one.1 == Outcome::Survives);
    for reason in surviving.filter_map(|one| reasons.get(&sources.describe(one.0))) {
        *counts.entry(reason.split(':').next().unwrap_or_default()).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(kind, count)| (std::cmp::Reverse(*count), *kind));
    let said: Vec<String> = counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    format!("\nOf those that survive: {}. What is not played or not judged is a gap.\n", said.join(", "))
}

fn head(
    set: Set,
    sources: &Sources,
    copy: &Copy,
    outcomes: &[(usize, Outcome)],
    agreeing: Option<&Agreement>,
) -> String {
    let of = |wanted: Outcome| outcomes.iter().filter(|one| one.1 == wanted).count();
    let all = sources.numbers(set).count();
    let dropped = sources.numbers(set).filter(|number| copy.dropped.contains(number)).count();
    let (killed, upset, hangs) = (of(Outcome::Killed), of(Outcome::Upset), of(Outcome::Hangs));
    let (survive, unreached) = (of(Outcome::Survives), of(Outcome::NotReached));
    let mut text = format!(
        "# Mutants of the {}\n\nMade by `.ci/long mutants`.\n\n",
        match set {
            Set::Oracle => "oracle: what its own tests notice",
            Set::Twin => "twin's rules: what the shipped scenarios notice in virtual time",
        }
    );
    let _ = writeln!(text, "| mutants | |\n| --- | --- |");
    let noticed = match set {
        Set::Oracle => "a test fails",
        Set::Twin => "a run flags a rule",
    };
    let rows = [
        ("written", all),
        ("which do not compile beside the others", dropped),
        (noticed, killed),
        ("the run is invalid or ends by itself", upset),
        ("it does not end", hangs),
        ("survive", survive),
        ("reached by nothing", unreached),
    ];
    for (what, count) in rows.iter().filter(|row| row.1 > 0 || row.0 == "survive") {
        let _ = writeln!(text, "| {what} | {count} |");
    }
    let noticed = killed + upset + hangs;
    let share = 100.0 * noticed as f64 / (noticed + survive).max(1) as f64;
    let _ = writeln!(text, "\nNoticed, of those that are reached: {noticed} of {}, {share:.1} %.", noticed + survive);
    if let Some(agreeing) = agreeing {
        let _ = writeln!(
            text,
            "\nEach that has a reason here judged {} recorded histories like the original, unless it is said.",
            agreeing.histories
        );
    }
    text
}

/// Why a mutant that nothing notices is no gap, by its words.
pub fn reasons() -> Result<BTreeMap<String, String>, Error> {
    let (mut reasons, mut words) = (BTreeMap::new(), Vec::new());
    for line in std::fs::read_to_string(REASONS)?.lines() {
        if let Some(reason) = line.strip_prefix("  ") {
            for words in words.drain(..) {
                reasons.insert(words, reason.to_owned());
            }
        } else if !line.is_empty() && !line.starts_with('#') {
            words.push(line.to_owned());
        }
    }
    if let Some(words) = words.first() {
        return Err(Error::Said(format!("{REASONS}: no reason behind: {words}")));
    }
    Ok(reasons)
}
