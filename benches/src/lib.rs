//! What the project costs, measured side by side with peers in one run.
//!
//! `cargo bench -p songsinh-benches` runs the criterion benches in `benches/`; `generator-cost` compares the CPU time of
//! the load generator with wrk's; `virtual-rate`, `population_memory` and `oracle_memory` print one figure each. README.md says
//! what came of them. The library itself holds what several of them need: CPU time, pinning, the path of a citizen.
//!
//! Invariant: a figure stands beside the one that it is compared with, from the same interleaved run.

mod cpu;
mod path;

pub use cpu::{CpuError, ended_children_cpu, own_cpu, pin_to_core};
pub use path::path_cell;
