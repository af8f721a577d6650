//! Well-known defaults that explain a measured lifetime which is not the rulebook's.
//!
//! ```text
//!   life of 60 s      accepted ------------------------|60            refused from here
//!   exp cut to 1 s    accepted ----------------|59 ·····|60           either, by the fraction of the second of its birth
//!   seconds with <=   accepted ------------------------|60 ·····|61
//!   leeway of 60 s    accepted -----------------------------------------------------------|120
//! ```
//!
//! Invariant: a hint follows from the measured bracket and the rulebook's number alone.
//!
//! Not here: any verdict. A hint only saves a developer a search.

/// Leeways that token libraries add to a declared life, in milliseconds.
const LEEWAYS: [(f64, &str); 3] = [
    (
        60_000.0,
        "60 s more than the rulebook: a token library's default clock skew (Spring Security's JwtTimestampValidator allows \
         60 s after exp)",
    ),
    (
        300_000.0,
        "300 s more than the rulebook: a token library's default clock skew (.NET's JwtBearer allows 5 minutes after exp)",
    ),
    (30_000.0, "30 s more than the rulebook: one more time step, as RFC 6238 validators allow"),
];

/// Lives that frameworks use unless told otherwise, in milliseconds.
const LIVES: [(f64, &str); 6] = [
    (30_000.0, "30 s: the time step of RFC 6238"),
    (300_000.0, "300 s: a usual default of OTP libraries"),
    (600_000.0, "600 s: the greatest life that NIST SP 800-63B allows"),
    (1_800_000.0, "30 min: the default session timeout of Spring Boot and Tomcat"),
    (1_200_000.0, "20 min: the default session timeout of ASP.NET Core"),
    (86_400_000.0, "24 h: a usual default of session stores"),
];

const CUT: &str =
    "ends up to 1 s before the rulebook's, sooner or later within the second: exp truncated to whole seconds";
const SHORT: &str = "up to 1 s less than the rulebook: off by one second, or exp truncated to whole seconds";
const LONG: &str = "up to 1 s more than the rulebook: off by one second, or <= for < on whole seconds";

/// Whole seconds, in milliseconds.
const SECOND_MS: f64 = 1_000.0;

/// The hint for a life measured between two ages, if it is not the rulebook's.
pub(crate) fn for_life(limit_ms: f64, accepted_ms: Option<f64>, refused_ms: Option<f64>) -> Option<&'static str> {
    let (accepted, refused) = (accepted_ms?, refused_ms?);
    // One life explains the answers, or one that is cut to whole seconds does.
    let jitter = accepted >= refused;
    let fits = |value: f64| accepted < value && if jitter { value - SECOND_MS <= refused } else { value <= refused };
    // A clock of milliseconds may end a life up to one early.
    let kept = accepted < limit_ms && limit_ms < refused + 1.0;
    if kept || refused - accepted > 10_000.0_f64.max(limit_ms * 0.2) {
        return None;
    }
    // An error of a second is told from others only where the bracket is of that size.
    let tight = refused - accepted <= 2.0 * SECOND_MS;
    let short = accepted < limit_ms && limit_ms - SECOND_MS <= refused;
    let long = limit_ms <= accepted.min(refused) && accepted < limit_ms + SECOND_MS;
    if short && jitter {
        return Some(CUT);
    }
    if short && tight {
        return Some(SHORT);
    }
    if long && tight {
        return Some(LONG);
    }
    let leeway = LEEWAYS.iter().find(|(more, _)| fits(limit_ms + more));
    leeway.or_else(|| LIVES.iter().find(|(life, _)| fits(*life))).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(limit: f64, accepted: f64, refused: f64) -> Option<&'static str> {
        for_life(limit, Some(accepted), Some(refused))
    }

    #[test]
    fn a_leeway_of_a_minute_is_recognised_and_the_right_life_needs_no_hint() {
        assert!(hint(60_000.0, 119_800.0, 120_300.0).is_some_and(|h| h.contains("Spring")));
        assert!(hint(180_000.0, 479_000.0, 481_000.0).is_some_and(|h| h.contains(".NET")));
        assert_eq!(hint(60_000.0, 59_800.0, 60_300.0), None);
        assert_eq!(for_life(60_000.0, Some(59_800.0), None), None);
        assert!(hint(900_000.0, 1_799_000.0, 1_800_500.0).is_some_and(|h| h.contains("Tomcat")));
    }

    #[test]
    fn a_wide_bracket_gives_no_hint() {
        assert_eq!(hint(60_000.0, 61_000.0, 500_000.0), None);
    }

    #[test]
    fn whole_seconds_are_told_from_a_fixed_error() {
        // Cut: some codes end at 59.1 s, others live until 59.9 s.
        assert_eq!(hint(60_000.0, 59_900.0, 59_100.0), Some(CUT));
        // Always a second short; nothing says that it varies.
        assert_eq!(hint(60_000.0, 59_000.0, 59_400.0), Some(SHORT));
        assert_eq!(hint(60_000.0, 58_500.0, 59_400.0), Some(SHORT));
        assert_eq!(hint(60_000.0, 50_000.0, 59_400.0), None);
        assert_eq!(hint(60_000.0, 60_500.0, 70_000.0), None);
        // A second more, always or by the fraction.
        assert_eq!(hint(60_000.0, 60_900.0, 61_050.0), Some(LONG));
        assert_eq!(hint(60_000.0, 60_900.0, 60_200.0), Some(LONG));
        // A leeway with cut seconds is a leeway.
        assert!(hint(60_000.0, 119_900.0, 119_200.0).is_some_and(|h| h.contains("Spring")));
        // A clock of milliseconds.
        assert_eq!(hint(60_000.0, 59_999.9, 59_999.4), None);
        // Answers that no life explains.
        assert_eq!(hint(60_000.0, 70_000.0, 50_000.0), None);
        // The bracket is the rulebook's, give or take what was not measured.
        assert_eq!(hint(60_000.0, 58_900.0, 61_100.0), None);
    }

    #[test]
    fn every_bracket_is_read_exactly_to_its_ends() {
        let spring = LEEWAYS.first().map(|(_, words)| *words);
        let rfc = LEEWAYS.last().map(|(_, words)| *words);
        for (accepted, refused, wanted) in [
            // Kept: what was accepted is younger than the limit, and a millisecond early is the clock's.
            (59_500.0, 59_000.1, Some(CUT)),
            (59_500.0, 59_999.1, None),
            (59_500.0, 59_999.0, Some(SHORT)),
            (60_000.0, 60_400.0, Some(LONG)),
            // Cut: the lives that were met lie in the last second, and none of them reaches the limit.
            (59_500.0, 59_500.0, Some(CUT)),
            (59_500.0, 59_000.0, Some(CUT)),
            (59_500.0, 58_999.9, None),
            (60_000.0, 59_500.0, None),
            (60_100.0, 59_900.0, None),
            // A second less, measured within two.
            (57_400.0, 59_400.0, Some(SHORT)),
            (57_399.9, 59_400.0, None),
            (57_400.0, 59_000.0, Some(SHORT)),
            (57_400.0, 58_999.9, None),
            // A second more.
            (60_500.0, 62_500.0, Some(LONG)),
            (60_499.9, 62_500.0, None),
            (60_999.9, 61_400.0, Some(LONG)),
            (61_000.0, 61_400.0, None),
            (60_500.0, 60_000.0, Some(LONG)),
            (61_000.0, 60_500.0, None),
            // A leeway of a minute.
            (119_999.9, 120_000.0, spring),
            (119_600.0, 119_999.9, None),
            (120_000.0, 120_400.0, None),
            // And one that is cut.
            (119_500.0, 119_000.0, spring),
            (119_500.0, 118_999.9, None),
            (120_000.0, 119_500.0, None),
            // A fifth of the life is not too wide, and no more.
            (110_000.0, 122_000.0, spring),
            (110_000.0, 122_000.1, None),
        ] {
            assert_eq!(hint(60_000.0, accepted, refused), wanted, "{accepted} {refused}");
        }
        // Nor are ten seconds, of a short life.
        assert_eq!(hint(20_000.0, 45_000.0, 55_000.0), rfc);
        assert_eq!(hint(20_000.0, 45_000.0, 55_000.1), None);
    }
}
