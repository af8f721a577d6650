//! Well-known defaults that explain a measured lifetime which is not the rulebook's.
//!
//! Not here: any verdict. A hint only saves a developer a search.

/// Leeways that token libraries add to a declared life, in milliseconds.
const LEEWAYS: [(f64, &str); 3] = [
    (60_000.0, "60 s more than the rulebook: Spring Security's JwtTimestampValidator allows 60 s after exp"),
    (300_000.0, "300 s more than the rulebook: .NET's JwtBearer allows 5 minutes of clock skew"),
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

/// The hint for a life measured between two ages, if it is not the rulebook's.
pub(crate) fn for_life(limit_ms: f64, accepted_ms: Option<f64>, refused_ms: Option<f64>) -> Option<&'static str> {
    let (accepted, refused) = (accepted_ms?, refused_ms?);
    let fits = |value: f64| accepted < value && value <= refused;
    if fits(limit_ms) || accepted >= refused || refused - accepted > 10_000.0_f64.max(limit_ms * 0.2) {
        return None;
    }
    let leeway = LEEWAYS.iter().find(|(more, _)| fits(limit_ms + more));
    leeway.or_else(|| LIVES.iter().find(|(life, _)| fits(*life))).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leeway_of_a_minute_is_recognised_and_the_right_life_needs_no_hint() {
        assert!(for_life(60_000.0, Some(119_800.0), Some(120_300.0)).is_some_and(|h| h.contains("Spring")));
        assert_eq!(for_life(60_000.0, Some(59_800.0), Some(60_300.0)), None);
        assert_eq!(for_life(60_000.0, Some(59_800.0), None), None);
        assert!(for_life(900_000.0, Some(1_799_000.0), Some(1_800_500.0)).is_some_and(|h| h.contains("Tomcat")));
    }

    #[test]
    fn a_wide_bracket_gives_no_hint() {
        assert_eq!(for_life(60_000.0, Some(61_000.0), Some(500_000.0)), None);
    }
}
