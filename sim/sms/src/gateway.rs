//! The network with a clock: a gateway inside the process, for virtual runs and tests.
//!
//! Invariant: whoever submits never waits; one task runs [`Gateway::run`] and hands deliveries over as they fall due,
//! in the network's order, in real and in virtual time alike.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use songsinh_contract::Clock;
use songsinh_kernel::{Notify, race};

use crate::{Accepted, Delivery, Network, Rejected, Submit};

/// A gateway in the same process. Cloning gives another handle on the same one.
#[derive(Clone)]
pub struct Gateway<C> {
    clock: C,
    network: Arc<Mutex<Network>>,
    bell: Notify,
}

impl<C: Clock> Gateway<C> {
    /// A gateway over a network.
    #[must_use]
    pub fn new(clock: C, network: Network) -> Self {
        Self { clock, network: Arc::new(Mutex::new(network)), bell: Notify::new() }
    }

    /// Hands a message to the network now.
    ///
    /// # Errors
    /// As [`Network::submit`].
    pub fn submit(&self, submit: Submit) -> Result<Accepted, Rejected> {
        let now = self.clock.now();
        let mut network = self.network();
        let before = network.next_due();
        let answer = network.submit(now, submit);
        let after = network.next_due();
        drop(network);
        if after != before {
            self.bell.ring();
        }
        answer
    }

    /// Puts every message on its phone when it is due. Runs until it is dropped.
    pub async fn run(&self, mut on_phone: impl FnMut(Delivery)) {
        loop {
            let rung = self.bell.notified();
            let (due, delivered) = {
                let mut network = self.network();
                let delivered = network.deliver(self.clock.now());
                (network.next_due(), delivered)
            };
            delivered.into_iter().for_each(&mut on_phone);
            match due {
                // No timer at the end of time: virtual time would jump to it.
                None => rung.await,
                Some(due) => {
                    race(rung, self.clock.sleep_until(due)).await;
                }
            }
        }
    }

    /// The network, to look at or to change; the gateway stands still meanwhile. After a change ring with
    /// [`Gateway::changed`].
    pub fn network(&self) -> MutexGuard<'_, Network> {
        self.network.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the gateway look at the network again, after [`Network::control`].
    pub fn changed(&self) {
        self.bell.ring();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NetworkConfig, Profile};
    use songsinh_contract::{Moment, PhoneNumber, UnixMillis};
    use songsinh_kernel::{Kernel, RealClock};
    use std::cell::RefCell;
    use std::time::Duration;

    /// The body that runs under both clocks: ten messages, a second apart, all on their phones in the end.
    async fn ten_messages<C: Clock>(gateway: Gateway<C>, clock: C, gap: Duration) -> Vec<u64> {
        let arrived = RefCell::new(Vec::new());
        let done = Notify::new();
        let pump = gateway.run(|delivery| {
            arrived.borrow_mut().push(delivery.id);
            done.ring();
        });
        let feed = async {
            for n in 0..10 {
                let to = PhoneNumber::from_parts(32, n);
                gateway.submit(Submit::new("VNeID", to, "ma 123456")).unwrap();
                clock.sleep(gap).await;
            }
            while arrived.borrow().len() < 10 {
                done.notified().await;
            }
        };
        race(feed, pump).await;
        arrived.into_inner()
    }

    #[test]
    fn one_body_runs_in_virtual_and_in_real_time() {
        let instant = NetworkConfig { profile: Profile::Instant, ..NetworkConfig::default() };
        let tokio = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let gateway = Gateway::new(RealClock, Network::new(instant, 1).unwrap());
        let real = tokio.block_on(ten_messages(gateway, RealClock, Duration::ZERO));
        assert_eq!(real, (1..=10).collect::<Vec<_>>());

        // Seconds of delay pass in no time, the same way twice; with this seed nothing is lost.
        let run = || {
            let mut kernel = Kernel::new(UnixMillis(0));
            let clock = kernel.clock();
            let gateway = Gateway::new(clock.clone(), Network::new(NetworkConfig::default(), 2).unwrap());
            let order = kernel.block_on(ten_messages(gateway, clock.clone(), Duration::from_secs(1))).unwrap();
            (order, clock.now())
        };
        let (mut order, end) = run();
        assert_eq!((order.clone(), end), run());
        order.sort_unstable();
        assert_eq!(order, (1..=10).collect::<Vec<_>>());
        assert!(end > Moment(10_000_000_000), "{end:?}");
    }
}
