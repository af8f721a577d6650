//! The shell around the core: carries queries out, has steps committed, sends what was written, settles what is due.
//!
//! Invariant: generic over store and surroundings, and awaiting nothing but these, the clock and runtime-neutral bells,
//! so the same body runs on Tokio and in virtual time.

mod clerk;
mod dispatcher;
mod surroundings;
mod twin;
mod varied;

pub use surroundings::{Pause, Submitted, Surroundings, Unreachable};
pub use twin::{Twin, TwinRules};

/// Waits until a moment, and for ever for [`Moment::NEVER`], without a timer that would keep virtual time running.
async fn sleep_until<C: songsinh_contract::Clock>(clock: &C, due: songsinh_contract::Moment) {
    if due == songsinh_contract::Moment::NEVER {
        std::future::pending::<()>().await;
    }
    clock.sleep_until(due).await;
}
