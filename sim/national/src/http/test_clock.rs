//! The test clock: `POST /test/clock` moves the twin's time forward, so that lifetimes need not be waited for.
//!
//! Invariant: the door is there only where the twin was told so (`--test-clock`); it is no part of the API and of its
//! document. Time only moves forward.

use std::time::Duration;

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use songsinh_contract::Clock;
use songsinh_kernel::{RealClock, test_time};

use super::problem;

/// The longest jump: a year.
const MOST_MS: u64 = 366 * 86_400_000;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Jump {
    /// By how many milliseconds time moves on.
    #[serde(rename = "plusMs")]
    plus_ms: u64,
}

/// What time it is after it.
#[derive(Debug, Clone, Copy, Serialize)]
struct Told {
    #[serde(rename = "unixMs")]
    unix_ms: i64,
}

/// Adds the door to a router, and allows time to be moved in this process.
pub fn with_test_clock(router: Router) -> Router {
    test_time::enable();
    router.route("/test/clock", post(advance))
}

async fn advance(body: Bytes) -> Response {
    match read(&body) {
        Some(span) => {
            test_time::advance(span);
            Json(Told { unix_ms: RealClock::new().unix().0 }).into_response()
        }
        None => problem::NO_JUMP.response(),
    }
}

fn read(body: &[u8]) -> Option<Duration> {
    let jump: Jump = serde_json::from_slice(body).ok()?;
    (jump.plus_ms <= MOST_MS).then(|| Duration::from_millis(jump.plus_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_jump_is_a_number_of_milliseconds_up_to_a_year() {
        assert_eq!(read(br#"{"plusMs": 1500}"#), Some(Duration::from_millis(1_500)));
        for bad in ["", "{}", "1500", r#"{"plusMs": -1}"#, r#"{"plusMs": 1.5}"#, r#"{"plusMs": 1, "x": 2}"#] {
            assert_eq!(read(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(read(format!(r#"{{"plusMs": {}}}"#, MOST_MS + 1).as_bytes()), None);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(&bytes);
        }
    }
}
