//! CPU time, as the host counts it, and pinning to a core.

use std::fs;
use std::io;
use std::time::Duration;

use rustix::param::clock_ticks_per_second;
use rustix::thread::{CpuSet, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

/// What could not be measured or pinned.
#[derive(Debug, thiserror::Error)]
pub enum CpuError {
    /// The host's file could not be read.
    #[error("/proc/self/stat: {0}")]
    Read(io::Error),
    /// It does not have the fields of proc(5).
    #[error("/proc/self/stat has no CPU times of children in fields 16 and 17")]
    Fields,
    /// There may be no such core for this process.
    #[error("cannot run on core {core}: {error}; it needs a machine with at least two cores")]
    Pin {
        /// The core.
        core: usize,
        /// The host's answer.
        error: io::Error,
    },
}

/// CPU time, user and system, of all children that have ended and were waited for; in ticks of 10 ms.
///
/// # Errors
/// [`CpuError::Read`], [`CpuError::Fields`].
pub fn ended_children_cpu() -> Result<Duration, CpuError> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(CpuError::Read)?;
    let ticks = children_ticks(&stat).ok_or(CpuError::Fields)?;
    Ok(Duration::from_secs(1).mul_f64(ticks as f64 / clock_ticks_per_second() as f64))
}

/// CPU time of this process, to the nanosecond.
#[must_use]
pub fn own_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Lets this thread, and those that it starts, run on that core alone.
///
/// # Errors
/// [`CpuError::Pin`].
pub fn pin_to_core(core: usize) -> Result<(), CpuError> {
    let mut cores = CpuSet::new();
    if core < CpuSet::MAX_CPU {
        cores.set(core);
    }
    sched_setaffinity(None, &cores).map_err(|error| CpuError::Pin { core, error: error.into() })
}

/// Fields 16 and 17 together. The name in field 2 may hold spaces and brackets, so counting starts behind it.
fn children_ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(13);
    let (user, system) = (fields.next()?.parse::<u64>().ok()?, fields.next()?.parse::<u64>().ok()?);
    user.checked_add(system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_of_children_are_read_behind_any_name() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 100 200 0 0 11 12 13 14 20 0 1 0 1 1 1";
        assert_eq!(children_ticks(stat), Some(27));
        assert_eq!(children_ticks("7 (a"), None);
        assert_eq!(children_ticks("7 (a) S 1"), None);
    }
}
