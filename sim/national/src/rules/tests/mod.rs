//! The rules, each on its accepting and its refusing side, at the edge to the millisecond.

mod activation;
mod codes;
mod counter;
mod devices;
mod invariants;
mod level1;
mod login;
mod moves;
mod payments;
mod personal;
mod qr;
mod qr_laws;
mod quirks;
mod registration;
mod reset;
mod scenes;
mod utilities;
mod world;
