//! The population from outside: its laws, its shares against the tables, its service over a socket.

mod laws;
mod people;
mod service;
mod shares;
