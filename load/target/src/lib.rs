//! How to talk to an implementation of the national system.
//!
//! [`Target`] is the one door: a [`Call`](songsinh_contract::Call) goes in, an [`Answer`] comes out. Behind it stands
//! an HTTP API described by a profile ([`Compiled`], [`HttpTarget`]), the built-in twin in this very process in virtual
//! time ([`VirtualWorld`], [`InProcessTarget`]), or a Goose user ([`GooseTarget`]).
//! Invariant: nothing but this crate knows how a request looks on the wire, and nothing here knows what a right
//! answer is.

mod curl;
mod door;
mod error;
mod goose;
mod http;
mod inprocess;

pub use curl::{Repeat, curl_script};
pub use door::{Answer, Target};
pub use error::TargetError;
pub use goose::GooseTarget;
pub use http::{Advance, Base, Compiled, HttpTarget, Pace};
pub use inprocess::{InProcessTarget, Latency, LossShares, VirtualConfig, VirtualWorld};
