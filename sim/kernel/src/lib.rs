//! The two clocks and the virtual-time executor.
//!
//! Virtual runs live on a [`Kernel`]: its tasks share one thread, and time jumps to the next timer as soon as no task
//! can go on. Real runs live on a Tokio runtime with a [`RealClock`]. What runs under both takes a
//! [`Clock`](songsinh_contract::Clock) and awaits nothing but that clock, its target, and the runtime-neutral
//! [`timeout`], [`join2`], [`race`], [`Notify`], [`oneshot`](oneshot::channel) and [`queue`](queue::channel).
//!
//! [`ThreadClock`] is the real clock of one thread, with sleeps that end on time.
//!
//! Invariant: [`RealClock`] is the only place where the clock of the host is read, and a kernel's course depends on
//! nothing but the futures given to it.

mod combine;
mod error;
mod kernel;
mod notify;
pub mod oneshot;
mod pacer;
pub mod queue;
mod ready;
mod real_clock;
mod tasks;
pub mod test_time;
mod thread_clock;
mod timers;
mod virtual_clock;

pub use combine::{Either, join2, race, timeout};
pub use error::KernelError;
pub use kernel::{Kernel, KernelLimits, KernelStats, Spawner};
pub use notify::{Notified, Notify};
pub use pacer::Pacer;
pub use real_clock::RealClock;
pub use thread_clock::ThreadClock;
pub use virtual_clock::{VirtualClock, VirtualSleep};
