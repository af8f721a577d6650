//! Writes the JSON Schemas of scenario files and target profiles into `scenarios/schema/`.

use std::path::Path;

use songsinh_scenario::schema;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/schema");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("scenario.schema.json"), schema::printed(&schema::scenario_schema()))?;
    std::fs::write(folder.join("profile.schema.json"), schema::printed(&schema::profile_schema()))
}
