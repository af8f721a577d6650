//! The rules, each on its accepting and its refusing side, at the edge to the millisecond.

mod activation;
mod codes;
mod devices;
mod invariants;
mod level1;
mod login;
mod quirks;
mod registration;
mod world;
