//! The surroundings of a real run: population service and SMS gateway over HTTP, argon2 on this machine.

mod passwords;
mod real;
mod wire;

pub use passwords::Passwords;
pub use real::RealWorld;
