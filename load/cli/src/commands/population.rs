//! `songsinh population`: look at the people, export them, serve them.

use std::io::{BufWriter, Write};
use std::sync::Arc;

use songsinh_contract::{CitizenIndex, CitizenNumber};
use songsinh_population::service::{Lag, Register, ServiceSettings};
use songsinh_population::{Population as People, PopulationConfig};

use super::twin::{bind, millis_range, serve_until_stopped};
use crate::args::{DayArgs, Population, PopulationAction};
use crate::failure::Failure;
use crate::{lifeline, show};

/// Does one of the things that can be done with a population.
pub fn population(args: &Population) -> Result<u8, Failure> {
    match &args.action {
        PopulationAction::Show { person, world } => show_one(person, world),
        PopulationAction::Export { province, count, format, world } => export(province, *count, format, world),
        PopulationAction::Stats { province, sample, world } => stats(province.as_deref(), *sample, world),
        PopulationAction::Serve { listen, delay_ms, failures, until_stdin_closes, world } => {
            let (from, to) = millis_range("--delay-ms", delay_ms)?;
            let small = |span: std::time::Duration| u32::try_from(span.as_millis()).unwrap_or(u32::MAX);
            let lag = Lag { delay_min_ms: small(from), delay_max_ms: small(to), failure_share: *failures };
            let lag = lag.checked().map_err(|error| Failure::Usage(error.to_string()))?;
            let settings = ServiceSettings { lag, ..ServiceSettings::default() };
            let register = Register { population: Arc::new(people(world)?), day: world.day };
            serve_until_stopped(*until_stdin_closes, async {
                let listener = bind(*listen).await?;
                let stop = lifeline::asked_to_stop(*until_stdin_closes);
                songsinh_population::service::serve(listener, register, settings, world.seed, stop)
                    .await
                    .map_err(|error| Failure::Service(error.to_string()))
            })
        }
    }
}

fn people(world: &DayArgs) -> Result<People, Failure> {
    let config = PopulationConfig { seed: world.seed, people: world.people };
    People::new(config).map_err(|error| Failure::Usage(error.to_string()))
}

fn show_one(person: &str, world: &DayArgs) -> Result<u8, Failure> {
    let people = people(world)?;
    let index = if person.len() == 12 {
        let number: CitizenNumber = person.parse().map_err(|error| Failure::Usage(format!("{error}")))?;
        people.find(number).ok_or_else(|| Failure::Usage(format!("{number} was never given to anybody")))?
    } else {
        let place: u64 = person.parse().map_err(|_| {
            Failure::Usage(format!("«{person}» is neither twelve digits nor a place in the population"))
        })?;
        if place >= people.len() {
            return Err(Failure::Usage(format!("the population has the places 0 to {}", people.len() - 1)));
        }
        CitizenIndex(place)
    };
    show::line(&songsinh_population::report::show(&people.citizen(index, world.day), world.day));
    Ok(0)
}

fn export(province: &str, count: u64, format: &str, world: &DayArgs) -> Result<u8, Failure> {
    let format: songsinh_population::export::ExportFormat =
        format.parse().map_err(|error| Failure::Usage(format!("--format: {error}")))?;
    let people = people(world)?;
    let province = songsinh_population::province_named(province).map_err(|error| Failure::Usage(error.to_string()))?;
    let order = people.people_of(province.code).map_err(|error| Failure::Usage(error.to_string()))?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let rows = order.iter_from(0).take(usize::try_from(count).unwrap_or(usize::MAX));
    let rows = rows.map(|index| people.citizen(index, world.day));
    songsinh_population::export::export(&mut out, rows, format)
        .map_err(|error| Failure::Service(format!("the export stopped: {error}")))?;
    out.flush().map_err(Failure::io("standard output"))?;
    Ok(0)
}

fn stats(province: Option<&str>, sample: u64, world: &DayArgs) -> Result<u8, Failure> {
    let people = people(world)?;
    let province = province
        .map(songsinh_population::province_named)
        .transpose()
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let province = province.map(|province| province.code);
    let stats = songsinh_population::stats::stats(&people, province, sample, world.seed, world.day)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    show::line(&stats.to_string());
    Ok(0)
}
