//! What people look like, in words and in files.

use jiff::civil::{Date, date};
use songsinh_contract::CitizenIndex;
use songsinh_population::export::{COLUMNS, ExportFormat, export};
use songsinh_population::report::show;
use songsinh_population::{Population, PopulationConfig};

const DAY: Date = date(2022, 8, 22);

fn five() -> Vec<songsinh_contract::Person> {
    let population = Population::new(PopulationConfig { seed: 2022, people: 1_000_000 }).unwrap();
    let draw = population.people_of(8).unwrap();
    draw.iter_from(0).take(5).map(|index| population.citizen(index, DAY)).collect()
}

#[test]
fn five_people_of_tuyen_quang() {
    let shown: Vec<String> = five().iter().map(|person| show(person, DAY)).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn exports_read_back() {
    let people = five();
    let mut csv = Vec::new();
    assert_eq!(export(&mut csv, people.clone(), ExportFormat::Csv).unwrap(), 5);
    let csv = String::from_utf8(csv).unwrap();
    let mut lines = csv.lines();
    assert_eq!(lines.next().unwrap(), COLUMNS.join(","));
    assert!(lines.next().unwrap().contains(&people[0].name));

    let mut json = Vec::new();
    assert_eq!(export(&mut json, people.clone(), ExportFormat::JsonLines).unwrap(), 5);
    for (line, person) in String::from_utf8(json).unwrap().lines().zip(&people) {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["number"], person.number.to_string());
        assert_eq!(value["index"], person.index.0);
        assert_eq!(value["phone"].is_null(), person.phone.is_none());
        assert_eq!(value.as_object().unwrap().len(), COLUMNS.len());
    }
    assert_eq!("xls".parse::<ExportFormat>().unwrap_err().to_string(), "no export format «xls»: csv or jsonl");
}

#[test]
fn a_failing_writer_is_reported() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for format in [ExportFormat::Csv, ExportFormat::JsonLines] {
        let error = export(Full, five(), format).unwrap_err();
        assert!(error.to_string().starts_with("population: writing the export: "), "{error}");
    }
}

#[test]
fn an_index_beyond_the_last_starts_over() {
    let population = Population::new(PopulationConfig { seed: 1, people: 1000 }).unwrap();
    let over = CitizenIndex(population.len() + 3);
    assert_eq!(population.citizen(over, DAY), population.citizen(CitizenIndex(3), DAY));
}
