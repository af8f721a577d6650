//! The `songsinh` program over real sockets, as a user meets it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod canary;
mod check_record;
mod coverage;
mod durability;
mod faults;
mod kill_matrix;
mod leaks;
mod pages;
mod prepared;
mod property_tests;
mod qr_life;
mod scripts;
mod stand_in;
mod support;
mod trace;
mod virtual_time;
mod world;
