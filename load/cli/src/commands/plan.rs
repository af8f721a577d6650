//! `songsinh plan`: what a scenario will do.

use songsinh_engine::{Casting, Grounds, population};

use super::files;
use crate::args::Plan;
use crate::failure::Failure;
use crate::show;

/// Prints the plan, and with `--arrivals` every arrival with its people.
pub fn plan(args: &Plan) -> Result<u8, Failure> {
    let loaded = files::load(&args.scenario, None)?;
    let plan = songsinh_scenario::plan(&loaded.scenario, args.seed);
    let book = loaded.scenario.rulebook(&loaded.profile);
    show::line(&plan.summary(&loaded.scenario, &book).to_string());
    if !args.arrivals {
        return Ok(0);
    }
    let people =
        population(args.people.population_seed, args.people.people).map_err(songsinh_engine::RunError::from)?;
    let officers = usize::try_from(loaded.scenario.people.officers.count.get()).unwrap_or(usize::MAX);
    let grounds = Grounds { officers, roster: "none", ..Grounds::default() };
    let casting =
        Casting::of(&plan, &loaded.scenario, &book, &people, &grounds).map_err(songsinh_engine::RunError::from)?;
    // Each worker walks its own shards; what they do together must be the plan.
    let mut lines = Vec::new();
    for worker in 0..args.workers.max(1) {
        for planned in &plan.arrivals {
            let Some(shard) = casting.shard_of(planned.id) else { continue };
            if usize::from(shard.0) % args.workers.max(1) != worker {
                continue;
            }
            let cast = casting.cast(planned.id);
            let who = cast.map_or_else(
                || "nobody left".to_owned(),
                |roles| {
                    let others: Vec<String> = roles.others.iter().map(|one| one.person.0.to_string()).collect();
                    format!("{} [{}]", roles.main.0, others.join(" "))
                },
            );
            let twist = planned.twist.map_or("-", |twist| twist.as_str());
            let at_us = planned.at.as_micros();
            lines.push((planned.id, format!("{:>8} {at_us:>12} us  {} {twist} {who}", planned.id.0, planned.journey)));
        }
    }
    lines.sort();
    for (_, text) in lines {
        show::line(&text);
    }
    Ok(0)
}
