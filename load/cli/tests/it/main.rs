//! The `songsinh` program over real sockets, as a user meets it.

mod canary;
mod durability;
mod support;
mod trace;
mod world;
