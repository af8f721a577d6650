//! People written out, for systems that hold a copy of the population data.

use std::io::{self, Write};
use std::str::FromStr;

use songsinh_contract::Person;

use crate::PopulationError;

/// How people are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// CSV with a header row ([`COLUMNS`]); empty cells for what a person does not have.
    Csv,
    /// One JSON object a line, of the same columns; null for what a person does not have.
    JsonLines,
}

impl FromStr for ExportFormat {
    type Err = PopulationError;
    fn from_str(text: &str) -> Result<Self, PopulationError> {
        match text {
            "csv" => Ok(Self::Csv),
            "jsonl" => Ok(Self::JsonLines),
            other => Err(PopulationError::Format(other.chars().take(40).collect())),
        }
    }
}

/// The columns of an export, in order.
pub const COLUMNS: [&str; 19] = [
    "index",
    "number",
    "old_number",
    "name",
    "born",
    "sex",
    "ethnicity",
    "address",
    "commune",
    "life",
    "card_issued",
    "card_expires",
    "card_status",
    "portrait",
    "phone",
    "phone_carrier",
    "phone_os",
    "phone_nfc",
    "phone_shared",
];

fn word<T: serde::Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// The cells of a person, in the order of [`COLUMNS`].
#[must_use]
pub fn cells(person: &Person) -> [Option<String>; 19] {
    let (card, phone) = (person.card, person.phone);
    [
        Some(person.index.0.to_string()),
        Some(person.number.to_string()),
        person.old_number.map(|number| number.to_string()),
        Some(person.name.clone()),
        Some(person.born.to_string()),
        Some(word(person.sex)),
        Some(person.ethnicity.clone()),
        Some(person.address.clone()),
        Some(format!("{:05}", person.commune)),
        Some(word(person.life)),
        card.map(|card| card.issued.to_string()),
        card.and_then(|card| card.expires).map(|last| last.to_string()),
        card.map(|card| word(card.status)),
        Some(person.portrait.to_string()),
        phone.map(|phone| phone.number.to_string()),
        phone.map(|phone| word(phone.carrier)),
        phone.map(|phone| word(phone.os)),
        phone.map(|phone| phone.nfc.to_string()),
        phone.map(|phone| phone.shared.to_string()),
    ]
}

/// Writes people and returns how many.
///
/// # Errors
/// [`PopulationError::Io`] when the writer fails.
pub fn export(
    writer: impl Write,
    people: impl IntoIterator<Item = Person>,
    format: ExportFormat,
) -> Result<u64, PopulationError> {
    let written = match format {
        ExportFormat::Csv => csv_rows(writer, people),
        ExportFormat::JsonLines => json_lines(writer, people),
    };
    written.map_err(|source| PopulationError::Io { doing: "writing the export", source })
}

fn csv_rows(writer: impl Write, people: impl IntoIterator<Item = Person>) -> io::Result<u64> {
    let mut rows = csv::Writer::from_writer(writer);
    rows.write_record(COLUMNS).map_err(io::Error::other)?;
    let mut count = 0;
    for person in people {
        rows.write_record(cells(&person).map(Option::unwrap_or_default)).map_err(io::Error::other)?;
        count += 1;
    }
    rows.flush()?;
    Ok(count)
}

fn json_lines(writer: impl Write, people: impl IntoIterator<Item = Person>) -> io::Result<u64> {
    let mut writer = io::BufWriter::new(writer);
    let mut count = 0;
    for person in people {
        for (place, (column, cell)) in COLUMNS.iter().zip(cells(&person)).enumerate() {
            let value = match cell {
                None => "null".to_owned(),
                Some(text) if matches!(*column, "index" | "phone_nfc" | "phone_shared") => text,
                Some(text) => serde_json::Value::String(text).to_string(),
            };
            let start = if place == 0 { '{' } else { ',' };
            write!(writer, "{start}\"{column}\":{value}")?;
        }
        writer.write_all(b"}\n")?;
        count += 1;
    }
    writer.flush()?;
    Ok(count)
}
