//! What can go wrong here, said once.

/// A row of an embedded table that does not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("table {table}, line {line}: {problem}")]
pub struct TableError {
    /// File name of the table, in `sim/population/data`.
    pub table: &'static str,
    /// Line of the file, the header being 1; 0 when it is about the whole table.
    pub line: u64,
    /// What is wrong, with the text that was found.
    pub problem: String,
}

/// What this crate reports to its callers.
#[derive(Debug, thiserror::Error)]
pub enum PopulationError {
    /// An embedded table is broken.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A population of an impossible size.
    #[error(
        "a population of {people} people cannot be computed: give {} to {} people",
        crate::FEWEST_PEOPLE,
        crate::MOST_PEOPLE
    )]
    Size {
        /// What was asked for.
        people: u64,
    },
    /// A province that is not among the 63 of 2022.
    #[error("no province «{given}» among the 63 of 2022{}", near.map(|name| format!(": did you mean «{name}»?")).unwrap_or_default())]
    Province {
        /// What was given: a name or a GSO code.
        given: String,
        /// The nearest name, if one is near.
        near: Option<&'static str>,
    },
    /// Service settings that make no sense.
    #[error("setting {field}: {problem}")]
    Setting {
        /// The field's name in the JSON.
        field: &'static str,
        /// What is wrong with it and what is wanted.
        problem: &'static str,
    },
    /// A column of an export that does not exist.
    #[error("no export format «{0}»: csv or jsonl")]
    Format(String),
    /// Writing an export or serving failed.
    #[error("population: {doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
}
