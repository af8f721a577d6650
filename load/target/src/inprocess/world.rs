//! A whole world on one kernel: twin, population service, SMS network, and the phones' door to it.
//!
//! Invariant: the world's own tasks (clerk, dispatcher, courier) live until [`VirtualWorld::stop`]; a message is told
//! once, at its moment, in the order of moments and ids.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use songsinh_contract::{Clock, LookupEvent, Moment, SmsEvent, UnixMillis};
use songsinh_kernel::{Notify, Spawner, VirtualClock, race};
use songsinh_national::TwinConfig;
use songsinh_national::shell::{Twin, TwinRules};
use songsinh_national::store::MemoryStore;
use songsinh_phone::Patterns;
use songsinh_population::service::{Lag, Ledger, Register};
use songsinh_sms::{Counts, Delivery, Network, NetworkConfig};

use super::claims::Claims;
use super::latency::Latency;
use super::surroundings::{Around, SimSurroundings};
use crate::TargetError;

/// How many deliveries wait to be taken when nobody listens; the oldest goes.
const DELIVERIES_MAX: usize = 1_000_000;
/// How many lookups the ledger keeps.
const LOOKUPS_MAX: usize = 1_000_000;

/// What a world in process is made of.
#[derive(Debug, Clone)]
pub struct VirtualConfig {
    /// The twin: rulebook, approval, misbehaviours, day. Its addresses, its store and its argon2 are not used here.
    pub twin: TwinConfig,
    /// Who lives there, as on the world's day.
    pub register: Register,
    /// How slowly and badly the population service answers.
    pub lag: Lag,
    /// The carriers.
    pub sms: NetworkConfig,
    /// Everything else that takes time or gets lost.
    pub latency: Latency,
}

type Listener = Rc<dyn Fn(&Delivery)>;
type Store = MemoryStore<Box<dyn Fn() -> UnixMillis>>;

/// A world in process. One thread; share it by `Rc`.
pub struct VirtualWorld {
    pub(super) around: Rc<Around>,
    pub(super) twin: Twin<Store, SimSurroundings>,
    pub(super) claims: RefCell<Claims>,
    patterns: Patterns,
    listener: RefCell<Option<Listener>>,
    deliveries: RefCell<VecDeque<Delivery>>,
    stopping: Notify,
    stopped: Cell<bool>,
}

impl VirtualWorld {
    /// Starts a world on a kernel. Everything that chance decides in it follows from `seed`, unless the twin has a seed
    /// of its own.
    ///
    /// # Errors
    /// A setting out of its range.
    pub fn start(
        spawner: &Spawner,
        clock: VirtualClock,
        config: VirtualConfig,
        seed: u64,
    ) -> Result<Rc<Self>, TargetError> {
        let wrong = |error: &dyn std::fmt::Display| TargetError::World(error.to_string());
        let VirtualConfig { twin, register, lag, sms, latency } = config;
        twin.check().map_err(|error| wrong(&error))?;
        let lag = lag.checked().map_err(|error| wrong(&error))?;
        let network = Network::new(sms, seed).map_err(|error| wrong(&error))?;
        let patterns = Patterns::twin().map_err(|error| wrong(&error))?;
        let kept = (register, lag, Ledger::new(LOOKUPS_MAX));
        let around = Rc::new(Around::new(clock.clone(), seed, latency.checked()?, kept, network));
        let variants = twin.variants.clone();
        let now: Box<dyn Fn() -> UnixMillis> = Box::new(move || variants.told(clock.unix()));
        let store = MemoryStore::new(now, twin.rulebook.clone());
        let rules = TwinRules::of(&twin, twin.seed.unwrap_or(seed));
        let surroundings = SimSurroundings::new(Rc::clone(&around));
        let world = Rc::new(Self {
            twin: Twin::new(store, surroundings, rules, twin.sms_in_flight_max),
            claims: RefCell::new(Claims::new(seed, twin.rulebook.proof_window)),
            around,
            patterns,
            listener: RefCell::new(None),
            deliveries: RefCell::default(),
            stopping: Notify::new(),
            stopped: Cell::new(false),
        });
        let (clerk, dispatcher, courier) = (Rc::clone(&world), Rc::clone(&world), Rc::clone(&world));
        spawner.spawn(async move { clerk.twin.run_clerk().await });
        spawner.spawn(async move { dispatcher.twin.run_dispatcher().await });
        spawner.spawn(async move { courier.run_courier().await });
        Ok(world)
    }

    /// Ends the world's own tasks.
    pub fn stop(&self) {
        self.stopped.set(true);
        self.twin.stop();
        self.stopping.ring();
    }

    /// The clock of the kernel.
    #[must_use]
    pub fn clock(&self) -> &VirtualClock {
        &self.around.clock
    }

    /// Has every delivery told to `listener` from now on, at the moment when it reaches its phone, instead of keeping
    /// it for [`VirtualWorld::take_deliveries`]. The listener must not call back into the world.
    pub fn on_delivery(&self, listener: impl Fn(&Delivery) + 'static) {
        *self.listener.borrow_mut() = Some(Rc::new(listener));
    }

    /// The messages that reached phones since the last call, oldest first; at most a million are kept.
    #[must_use]
    pub fn take_deliveries(&self) -> Vec<Delivery> {
        self.deliveries.borrow_mut().drain(..).collect()
    }

    /// The gateway's ledger, purposes and codes as the twin's words tell.
    #[must_use]
    pub fn sms_ledger(&self) -> Vec<SmsEvent> {
        self.sms_after(0, usize::MAX)
    }

    /// At most `limit` entries of the gateway's ledger with ids above `after`.
    #[must_use]
    pub fn sms_after(&self, after: u64, limit: usize) -> Vec<SmsEvent> {
        let mut events = self.around.network.borrow().ledger().events(after, limit);
        for event in &mut events {
            if let Some((purpose, code)) = self.patterns.classify(&event.text) {
                event.purpose = Some(purpose);
                event.code = code;
            }
        }
        events
    }

    /// The population service's ledger.
    #[must_use]
    pub fn lookup_ledger(&self) -> Vec<LookupEvent> {
        self.lookups_after(0, usize::MAX)
    }

    /// At most `limit` entries of the population service's ledger with ids above `after`.
    #[must_use]
    pub fn lookups_after(&self, after: u64, limit: usize) -> Vec<LookupEvent> {
        self.around.lookups.borrow().page(after, limit).events
    }

    /// How many entries the two ledgers have lost because they were full: SMS, lookups.
    #[must_use]
    pub fn ledgers_dropped(&self) -> (u64, u64) {
        (self.around.network.borrow().ledger().dropped(), self.around.lookups.borrow().page(0, 0).dropped)
    }

    /// What the gateway counted.
    #[must_use]
    pub fn sms_counts(&self) -> Counts {
        self.around.network.borrow().counts()
    }

    /// Changes how slowly and badly the population service answers from now on.
    ///
    /// # Errors
    /// A setting out of its range; nothing is changed then.
    pub fn set_lag(&self, lag: Lag) -> Result<(), TargetError> {
        self.around.lag.set(lag.checked().map_err(|error| TargetError::World(error.to_string()))?);
        Ok(())
    }

    /// Changes the SMS network from now on.
    ///
    /// # Errors
    /// A setting out of its range; nothing is changed then.
    pub fn control_sms(&self, change: &songsinh_sms::Control) -> Result<(), TargetError> {
        let now = self.around.clock.now();
        let changed = self.around.network.borrow_mut().control(now, change);
        self.around.handed.ring();
        changed.map_err(|error| TargetError::World(error.to_string()))
    }

    /// The settings of the SMS network in force.
    #[must_use]
    pub fn sms_config(&self) -> NetworkConfig {
        self.around.network.borrow().config().clone()
    }

    /// How many proofs were really signed and verified.
    #[must_use]
    pub fn proofs_signed(&self) -> u64 {
        self.claims.borrow().signed
    }

    /// Carries messages to phones until the world stops.
    async fn run_courier(&self) {
        let clock = &self.around.clock;
        loop {
            let (handed, stopping) = (self.around.handed.notified(), self.stopping.notified());
            if self.stopped.get() {
                return;
            }
            let arrived = self.around.network.borrow_mut().deliver(clock.now());
            for delivery in arrived {
                self.tell(delivery);
            }
            let due = self.around.network.borrow().next_due().unwrap_or(Moment::NEVER);
            if due <= clock.now() {
                continue;
            }
            match due {
                Moment::NEVER => _ = race(stopping, handed).await,
                due => _ = race(stopping, race(handed, clock.sleep_until(due))).await,
            }
        }
    }

    fn tell(&self, delivery: Delivery) {
        let listener = self.listener.borrow().clone();
        if let Some(listener) = listener {
            return listener(&delivery);
        }
        let mut deliveries = self.deliveries.borrow_mut();
        if deliveries.len() == DELIVERIES_MAX {
            deliveries.pop_front();
        }
        deliveries.push_back(delivery);
    }
}
