//! A run in virtual time: the whole world in this process, on one thread, byte-identical for a seed.
