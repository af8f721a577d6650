//! A twin as a server: store, surroundings, clerk, dispatcher and HTTP, from start to shutdown.

use std::sync::Arc;

use songsinh_contract::{Chance, Clock, Purpose};
use songsinh_kernel::RealClock;
use tokio::net::TcpListener;

use crate::config::{StoreChoice, TwinConfig};
use crate::error::TwinError;
use crate::http;
use crate::outside::RealWorld;
use crate::quirks::Quirk;
use crate::shell::{Twin, TwinRules};
use crate::store::{AnyStore, Fsync, MemoryStore, SqliteSettings, SqliteStore};

/// The twin of a real run.
pub type RealTwin = Twin<AnyStore, RealWorld>;

/// Each start of a twin with a fixed seed draws from a seed of its own, else it would hand out the handles of the start
/// before once more.
const BOOTS: Purpose = Purpose::named("national.boots");

/// Opens the store and makes a twin. Clerk and dispatcher are not running yet.
///
/// # Errors
/// When a setting is out of range or the store cannot be opened.
pub fn open(config: &TwinConfig) -> Result<RealTwin, TwinError> {
    config.check()?;
    let variants = config.variants.clone();
    let now = move || variants.told(RealClock::new().unix());
    let (store, boots) = match &config.store {
        StoreChoice::Memory => {
            (AnyStore::Memory(Box::new(MemoryStore::new(Box::new(now), config.rulebook.clone()))), 1)
        }
        StoreChoice::Sqlite(path) => {
            let fsync = if config.misbehaviours.has(Quirk::NoFsync) { Fsync::Off } else { Fsync::Full };
            let settings = SqliteSettings { path: path.clone(), fsync, book: config.rulebook.clone() };
            let store = SqliteStore::open(settings, now)?;
            let boots = store.boots();
            (AnyStore::Sqlite(store), boots)
        }
    };
    let seed = match config.seed {
        Some(seed) => Chance::new(seed, BOOTS, u64::try_from(boots).unwrap_or(0)).bits(),
        None => {
            let mut bytes = [0; 8];
            aws_lc_rs::rand::fill(&mut bytes).map_err(|_| TwinError::Randomness)?;
            u64::from_le_bytes(bytes)
        }
    };
    let world = RealWorld::new(config)?;
    Ok(Twin::new(store, world, TwinRules::of(config, seed), config.sms_in_flight_max))
}

/// Serves a twin until `shutdown` is done; then lets open requests finish and closes the store.
///
/// # Errors
/// When a setting is out of range, the store cannot be opened, or the listener breaks.
pub async fn serve(
    listener: TcpListener,
    config: TwinConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), TwinError> {
    let twin = open(&config)?;
    serve_open(listener, twin, &config, shutdown).await
}

/// As [`serve`], with a twin that [`open`] made by the same configuration: for whoever must know that it opens before
/// saying that it serves.
///
/// # Errors
/// When the listener breaks.
pub async fn serve_open(
    listener: TcpListener,
    twin: RealTwin,
    config: &TwinConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), TwinError> {
    let twin = Arc::new(twin);
    let clerk = tokio::spawn({
        let twin = Arc::clone(&twin);
        async move { twin.run_clerk().await }
    });
    let dispatcher = tokio::spawn({
        let twin = Arc::clone(&twin);
        async move { twin.run_dispatcher().await }
    });
    let listener = http::LimitedListener::new(listener, config.connections_max);
    let answers: Arc<dyn http::Answers> = twin.clone();
    let mut router = http::router(answers, config.in_flight_max);
    if config.test_clock {
        router = http::with_test_clock(router);
    }
    let served = axum::serve(listener, router).with_graceful_shutdown(shutdown).await.map_err(TwinError::Serve);
    twin.stop();
    // Both end at the stop; one that panicked has nothing more to do.
    let _ended = (clerk.await, dispatcher.await);
    served
}
