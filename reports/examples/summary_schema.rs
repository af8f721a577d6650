//! Prints the JSON Schema of `summary.json`; write it to `reports/schema/summary.schema.json` after a change.

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    std::io::stdout().write_all(songsinh_reports::summary_schema()?.as_bytes())?;
    Ok(())
}
