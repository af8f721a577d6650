//! The matrix as Markdown, as JSON, and between the markers of a page.

use std::path::Path;

use serde_json::{Value, json};
use songsinh_reports::Lang;

use super::search::Cell;
use super::{CleanRow, Matrix};
use crate::failure::Failure;

const BEGIN: &str = "<!-- kill-matrix:begin -->";
const END: &str = "<!-- kill-matrix:end -->";

fn count(number: u64) -> String {
    songsinh_reports::count(number, Lang::En)
}

/// What a cell says: `smoke, 1,203, 3`.
pub fn cell(cell: &Cell) -> String {
    let Some(found) = &cell.found else {
        return if cell.playable { format!("**not** in {}", count(cell.answers)) } else { "real time only".to_owned() };
    };
    let seed = if found.seed == 1 { String::new() } else { format!(" seed {}", found.seed) };
    let story = found.calls.map_or_else(|| "suspicion".to_owned(), |calls| calls.to_string());
    format!("{}{seed}, {}, {story}", found.scenario, count(cell.answers))
}

/// Both tables.
pub fn markdown(matrix: &Matrix) -> String {
    let mut text = String::new();
    if !matrix.quirks.is_empty() {
        text.push_str("| misbehaviour | breaks |");
        matrix.probabilities.iter().for_each(|p| text.push_str(&format!(" at {p} |")));
        text.push_str(" flagged beside |\n| --- | --- |");
        matrix.probabilities.iter().for_each(|_| text.push_str(" --- |"));
        text.push_str(" --- |\n");
        (0..matrix.quirks.len()).for_each(|nth| text.push_str(&row(matrix, nth)));
    }
    if !matrix.clean.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("| right twin | {} seeds of | answers | false alarms |\n", matrix.seeds));
        text.push_str("| --- | --- | --- | --- |\n");
        matrix.clean.iter().for_each(|row| text.push_str(&clean_row(row)));
    }
    text
}

fn row(matrix: &Matrix, nth: usize) -> String {
    let quirk = matrix.quirks[nth];
    let cells: Vec<&Cell> = (0..matrix.probabilities.len()).filter_map(|p| matrix.cells.get(&(nth, p))).collect();
    let mut text = format!("| `{quirk}` | `{}` |", quirk.breaks());
    cells.iter().for_each(|one| text.push_str(&format!(" {} |", cell(one))));
    let mut beside: Vec<&str> = cells.iter().flat_map(|one| &one.beside).map(|rule| rule.slug()).collect();
    beside.sort_unstable();
    beside.dedup();
    let beside: Vec<String> = beside.into_iter().map(|slug| format!("`{slug}`")).collect();
    text.push_str(&format!(" {} |\n", beside.join(", ")));
    text
}

fn clean_row(row: &CleanRow) -> String {
    let alarms = row.alarms.iter().map(|(rule, seed)| format!("**`{rule}`** (seed {seed})"));
    let invalid = row.invalid.iter().map(|(why, runs)| format!("{runs} runs invalid: {why}"));
    let told: Vec<String> = alarms.chain(invalid).collect();
    let told = if told.is_empty() { "none".to_owned() } else { told.join(", ") };
    format!("| `{}` | {} | {} | {told} |\n", row.name(), row.scenario, count(row.answers))
}

/// The same for programs.
pub fn json(matrix: &Matrix) -> String {
    let cells: Vec<Value> = matrix
        .cells
        .iter()
        .map(|(&(nth, p), cell)| {
            let found = cell.found.as_ref();
            json!({
                "misbehaviour": matrix.quirks[nth].as_str(),
                "rule": matrix.quirks[nth].breaks().slug(),
                "probability": matrix.probabilities[p],
                "in_virtual_time": cell.playable,
                "found": found.is_some(),
                "scenario": found.map(|found| found.scenario.as_str()),
                "seed": found.map(|found| found.seed),
                "story_calls": found.and_then(|found| found.calls),
                "answers": cell.answers,
                "runs": cell.runs,
                "beside": cell.beside.iter().map(|rule| rule.slug()).collect::<Vec<_>>(),
            })
        })
        .collect();
    let clean: Vec<Value> = matrix
        .clean
        .iter()
        .map(|row| {
            let alarms = row.alarms.iter().map(|(rule, seed)| json!({"rule": rule.slug(), "first_seed": seed}));
            json!({
                "twin": row.name(),
                "scenario": row.scenario,
                "seeds": matrix.seeds,
                "answers": row.answers,
                "false_alarms": alarms.collect::<Vec<_>>(),
                "invalid": row.invalid,
            })
        })
        .collect();
    format!("{:#}\n", json!({"misbehaviours": cells, "right_twins": clean}))
}

fn markers(path: &Path, page: &str) -> Result<(usize, usize), Failure> {
    let begin = page.find(BEGIN).map(|at| at + BEGIN.len());
    let end = page.find(END);
    match begin.zip(end) {
        Some((begin, end)) if begin <= end => Ok((begin, end)),
        _ => Err(Failure::Usage(format!("{}: the markers {BEGIN} and {END} are wanted in it", path.display()))),
    }
}

/// Asserts that a page has the markers, before an hour is spent.
pub fn has_markers(path: &Path) -> Result<(), Failure> {
    let page = std::fs::read_to_string(path).map_err(Failure::io(path))?;
    markers(path, &page).map(drop)
}

/// Writes the tables between the markers of a page.
pub fn update(path: &Path, text: &str) -> Result<(), Failure> {
    let page = std::fs::read_to_string(path).map_err(Failure::io(path))?;
    let (begin, end) = markers(path, &page)?;
    let new = format!("{}\n{text}{}", &page[..begin], &page[end..]);
    std::fs::write(path, new).map_err(Failure::io(path))
}
