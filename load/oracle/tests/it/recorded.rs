//! Cells of recorded runs and how they are judged, word by word: nothing of a verdict changes without being seen. The
//! runs are those of the shipped scenarios at the built-in twin, as it should be and with each of its misbehaviours;
//! of their cells those are kept that some change of the oracle's own text would judge otherwise (`songsinh-mutants`
//! picks them). Whether the verdicts are right is what the other tests are for.
//!
//! After a change of the oracle that is meant: `UPDATE=1 cargo test -p songsinh-oracle recorded`, and look at what
//! changed in `tests/recorded/*.txt`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use songsinh_contract::*;
use songsinh_oracle::{CellVerdict, Tally};
use songsinh_record::Reader;

use crate::cells::{cells, judge};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded")
}

fn records() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|ending| ending == "songsinh"));
    found.sort();
    found
}

fn written(facts: &CellFacts, verdict: &CellVerdict, into: &mut String) {
    let CellVerdict { counts, findings, dirty, edges, statistics, answers, decided, overflowed } = verdict;
    writeln!(into, "{:?}, {} people: {answers} answers, {decided} decided", facts.act, facts.members.len()).unwrap();
    for (rule, count) in counts.met() {
        let (allowed, violation, undecided) = (count.allowed, count.violation, count.undecided);
        writeln!(into, "  {rule}: {allowed} allowed, {violation} violations, {undecided} undecided").unwrap();
    }
    for found in findings {
        writeln!(into, "  ✗ {} at {}: {}; story {:?}", found.rule, found.seq, found.what, found.story).unwrap();
    }
    if !dirty.is_empty() || *overflowed {
        writeln!(into, "  dirty {dirty:?}, overflowed {overflowed}").unwrap();
    }
    for edge in edges {
        writeln!(into, "  {edge:?}").unwrap();
    }
    writeln!(into, "  {statistics:?}").unwrap();
}

#[test]
fn recorded_cells_are_judged_as_ever() {
    let records = records();
    assert!(!records.is_empty(), "no records in {}", folder().display());
    let update = std::env::var_os("UPDATE").is_some();
    for path in records {
        let bytes = std::fs::read(&path).unwrap();
        let mut record = Reader::new(bytes.as_slice()).unwrap();
        let judge = judge(record.header());
        let (mut now, mut tally, mut halves) = (String::new(), Tally::new(), [Tally::new(), Tally::new()]);
        let mut met: BTreeMap<Rule, u64> = BTreeMap::new();
        for (nth, (facts, seen, messages)) in cells(&mut record).into_iter().enumerate() {
            let verdict = judge.cell(&facts, &seen, &messages);
            written(&facts, &verdict, &mut now);
            for (rule, count) in verdict.counts.met() {
                *met.entry(rule).or_default() += count.allowed + count.violation;
            }
            halves[nth % 2].absorb(verdict.clone());
            tally.absorb(verdict);
        }
        let whole = tally.finish();
        let [mut one, other] = halves;
        one.merge(other);
        assert_eq!(one.finish(), whole, "{}: merged sums are another sum", path.display());
        for (rule, decided) in met {
            let count = whole.rules.get(&rule).map_or(0, |count| count.allowed + count.violation);
            assert!(count >= decided, "{rule}: {decided} decided, {count} in the sum");
        }
        writeln!(now, "{whole:#?}").unwrap();
        let expected = path.with_extension("txt");
        if update {
            std::fs::write(&expected, now).unwrap();
            continue;
        }
        let before = std::fs::read_to_string(&expected).unwrap();
        if let Some((line, (was, is))) = before.lines().zip(now.lines()).enumerate().find(|(_, (was, is))| was != is) {
            panic!("{}:{}: another verdict\n was {was}\n is  {is}", expected.display(), line + 1);
        }
        assert_eq!(before.len(), now.len(), "{}: more or less than there was", expected.display());
    }
}
