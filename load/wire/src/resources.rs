//! Whether this machine can hold so many connections. Asked before a run, so that it does not fail in the middle.

use std::fs;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::failure::WireError;

/// Descriptors kept free for files, timers and listeners of the process.
const RESERVE: u64 = 64;

/// Checks that `connections` to one server can be open at once from that many source addresses (0 counts as 1), and
/// raises this process's soft limit of descriptors if that is what it takes.
///
/// # Errors
/// [`WireError::Descriptors`], [`WireError::Ports`].
pub fn ports_and_descriptors_available(connections: u64, sources: u64) -> Result<(), WireError> {
    let open = fs::read_dir("/proc/self/fd").map_or(0, |entries| entries.count() as u64);
    let needed = connections.saturating_add(open).saturating_add(RESERVE);
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|soft| soft < needed) {
        let allowed = limit.maximum.unwrap_or(u64::MAX);
        let raised = Rlimit { current: Some(needed), maximum: limit.maximum };
        if allowed < needed || setrlimit(Resource::Nofile, raised).is_err() {
            return Err(WireError::Descriptors { wanted: connections, needed, allowed });
        }
    }
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let ports = ports_in(&range);
    let sources = sources.max(1);
    let available = ports.saturating_mul(sources);
    if available < connections {
        return Err(WireError::Ports { wanted: connections, sources, available });
    }
    Ok(())
}

/// The count of ports in a line such as `32768 60999`; the default of Linux if it cannot be read.
fn ports_in(range: &str) -> u64 {
    let mut ends = range.split_ascii_whitespace().map(str::parse::<u64>);
    match (ends.next(), ends.next()) {
        (Some(Ok(low)), Some(Ok(high))) if low <= high && high <= 65_535 => high - low + 1,
        _ => 60_999 - 32_768 + 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_range_gives_a_possible_count(text in ".{0,30}", low in 0..70_000_u64, high in 0..70_000_u64) {
            prop_assert!((1..=65_536).contains(&ports_in(&text)));
            let range = format!("{low}\t{high}\n");
            prop_assert!((1..=65_536).contains(&ports_in(&range)));
        }
    }

    #[test]
    fn few_connections_fit_and_too_many_are_refused_with_what_to_do() {
        ports_and_descriptors_available(8, 0).unwrap();
        let error = ports_and_descriptors_available(u64::MAX / 2, 1).unwrap_err();
        assert!(matches!(error, WireError::Descriptors { .. } | WireError::Ports { .. }), "{error}");
        assert_eq!(ports_in("32768\t60999\n"), 28_232);
    }
}
