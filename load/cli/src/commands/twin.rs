//! `songsinh twin`: the built-in twin alone.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use songsinh_contract::{Rulebook, RulebookName};
use songsinh_engine::world::WorldError;
use songsinh_national::{ApprovalPlan, Argon2Cost, StoreChoice, TwinConfig};
use tokio::net::TcpListener;

use super::up::{known_misbehaviours, known_variants};
use crate::args::Twin;
use crate::failure::Failure;
use crate::{lifeline, show};

/// Serves the twin until it is asked to stop.
pub fn twin(args: &Twin) -> Result<u8, Failure> {
    if args.list_misbehaviours {
        show::line(&songsinh_national::quirks_table());
        return Ok(0);
    }
    if args.list_variants {
        show::line(&songsinh_national::variants_table());
        return Ok(0);
    }
    let config = config(args)?;
    serve_until_stopped(args.until_stdin_closes, async {
        let failed = |error: songsinh_national::TwinError| Failure::Service(error.to_string());
        // Whoever waits for «ready» must not hear it from a twin that cannot open its store.
        let twin = songsinh_national::open(&config).map_err(failed)?;
        let listener = bind(args.listen).await?;
        let stop = lifeline::asked_to_stop(args.until_stdin_closes);
        songsinh_national::serve_open(listener, twin, &config, stop).await.map_err(failed)
    })
}

fn config(args: &Twin) -> Result<TwinConfig, Failure> {
    let misbehaviours = known_misbehaviours(&args.misbehave)?;
    let variants = known_variants(&args.variant)?;
    let argon2 = match args.argon2.as_str() {
        "owasp" => Argon2Cost::Owasp,
        "light" => Argon2Cost::Light,
        other => return Err(Failure::Usage(format!("--argon2 {other}: owasp or light is wanted"))),
    };
    let (delay_min, delay_max) = millis_range("--approval-ms", &args.approval_ms)?;
    let officers = match &args.officers {
        None => Vec::new(),
        Some(path) => {
            songsinh_national::read_officers(path).map_err(|error| Failure::Usage(format!("--officers {error}")))?
        }
    };
    Ok(TwinConfig {
        officers,
        rulebook: variants.chosen(rulebook(&args.rulebook)?),
        store: if args.store == "memory" {
            StoreChoice::Memory
        } else {
            StoreChoice::Sqlite(PathBuf::from(&args.store))
        },
        argon2,
        approval: ApprovalPlan { delay_min, delay_max, reject_share: args.reject },
        misbehaviours,
        test_clock: args.test_clock,
        variants,
        ..TwinConfig::new(&args.population, &args.sms, args.day)
    })
}

fn rulebook(text: &str) -> Result<Rulebook, Failure> {
    if let Some(name) = RulebookName::named(text) {
        return Ok(Rulebook::shipped(name));
    }
    serde_json::from_str(text).map_err(|error| {
        let names: Vec<&str> = RulebookName::ALL.iter().map(|name| name.as_str()).collect();
        Failure::Usage(format!("--rulebook: neither one of {} nor a rulebook as JSON ({error})", names.join(", ")))
    })
}

/// Reads `MIN..MAX` in milliseconds.
pub fn millis_range(flag: &str, text: &str) -> Result<(Duration, Duration), Failure> {
    let wrong = || Failure::Usage(format!("{flag} {text}: MIN..MAX in milliseconds is wanted, such as 1000..3000"));
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let (from, to): (u64, u64) = (from.parse().map_err(|_| wrong())?, to.parse().map_err(|_| wrong())?);
    if from > to {
        return Err(wrong());
    }
    Ok((Duration::from_millis(from), Duration::from_millis(to)))
}

/// By how much the parts of an own world step back.
const PART_NICENESS: i32 = 5;

/// Takes an address and says that the service is ready there.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let busy = |error| WorldError::Busy { address: address.to_string(), error };
    let listener = TcpListener::bind(address).await.map_err(busy)?;
    let bound = listener.local_addr().map_err(busy)?;
    show::line(&format!("ready {bound}"));
    Ok(listener)
}

/// Runs a service on a runtime of its own.
///
/// As part of a program's own world (`is_part`) it is less urgent to the scheduler than the generator: where all share
/// two cores, a late answer is the target's, but a late start would be ours.
pub fn serve_until_stopped(is_part: bool, service: impl Future<Output = Result<(), Failure>>) -> Result<u8, Failure> {
    if is_part {
        // Refused only where the host forbids it; then the parts compete on equal terms, and the lag shows it.
        let _ = rustix::process::nice(PART_NICENESS);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Failure::io("the runtime of the service"))?;
    runtime.block_on(service)?;
    Ok(0)
}
