//! What the project costs, measured side by side with peers in one run.
//!
//! `cargo bench -p songsinh-benches` runs the criterion benches in `benches/`; `generator-cost` compares the CPU time of
//! the load generator with wrk's; `virtual-rate` and `population_memory` print one figure each. README.md says what came
//! of them. The library itself holds what several of them need: CPU time and pinning.
//!
//! Invariant: a figure stands beside the one that it is compared with, from the same interleaved run.

mod cpu;

pub use cpu::{CpuError, ended_children_cpu, own_cpu, pin_to_core};
