//! Reading of one CSV text: typed columns, errors that name table and line.

use csv::{ReaderBuilder, StringRecord};

use crate::TableError;

/// A row with its place.
pub(super) struct Row {
    table: &'static str,
    line: u64,
    record: StringRecord,
}

/// All rows of a table whose header must be exactly `columns`.
pub(super) fn rows(table: &'static str, text: &str, columns: &str) -> Result<Vec<Row>, TableError> {
    let broken = |line, problem: String| TableError { table, line, problem };
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| broken(1, e.to_string()))?.iter().collect::<Vec<_>>().join(",");
    if header != columns {
        return Err(broken(1, format!("header is «{header}», not «{columns}»")));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| broken(e.position().map_or(0, csv::Position::line), e.to_string()))?;
        rows.push(Row { table, line: record.position().map_or(0, csv::Position::line), record });
    }
    if rows.is_empty() {
        return Err(broken(0, "no rows".to_owned()));
    }
    Ok(rows)
}

impl Row {
    pub(super) fn error(&self, problem: impl Into<String>) -> TableError {
        TableError { table: self.table, line: self.line, problem: problem.into() }
    }
    /// The text of the n-th column.
    pub(super) fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or("")
    }
    /// An integer of the n-th column.
    pub(super) fn whole(&self, column: usize) -> Result<u64, TableError> {
        let text = self.text(column);
        text.parse().map_err(|_| self.error(format!("«{text}» in column {} is no whole number", column + 1)))
    }
    /// A decimal number of the n-th column, in thousandths; rows give three places at most.
    pub(super) fn thousandths(&self, column: usize) -> Result<u64, TableError> {
        let text = self.text(column);
        let bad = || self.error(format!("«{text}» in column {} is no number with up to 3 places", column + 1));
        let (whole, places) = text.split_once('.').unwrap_or((text, ""));
        if places.len() > 3 || !places.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        let whole: u64 = whole.parse().map_err(|_| bad())?;
        let places: u64 = format!("{places:0<3}").parse().map_err(|_| bad())?;
        whole.checked_mul(1000).and_then(|n| n.checked_add(places)).ok_or_else(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn errors_name_table_and_line() {
        let table = rows("t.csv", "a,b\nx,1\ny,2.5\n", "a,b").unwrap();
        assert_eq!(table[0].thousandths(1), Ok(1000));
        assert_eq!(table[1].thousandths(1), Ok(2500));
        let error = table[1].whole(1).unwrap_err();
        assert_eq!(error.to_string(), "table t.csv, line 3: «2.5» in column 2 is no whole number");
        assert!(rows("t.csv", "a,c\n", "a,b").is_err());
        assert!(rows("t.csv", "a,b\n", "a,b").is_err());
        assert!(rows("t.csv", "a,b\n1\n", "a,b").is_err());
    }

    proptest! {
        #[test]
        fn any_text_reads_or_is_refused(text in "\\PC*", cell in "\\PC*") {
            let _ = rows("t.csv", &text, "a,b");
            let quoted = format!("a,b\n\"{}\",x\n", cell.replace('"', "\"\""));
            if let Ok(table) = rows("t.csv", &quoted, "a,b") {
                let _ = (table[0].whole(0), table[0].thousandths(0));
            }
        }
    }
}
