//! Times as they stand in names of folders.

use songsinh_contract::UnixMillis;

/// `20220827-073000`, in Viet Nam.
pub fn stamp(unix: UnixMillis) -> String {
    let date = unix.date_in_viet_nam();
    let seconds = (unix.0.div_euclid(1_000) + 7 * 3_600).rem_euclid(86_400);
    let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{:04}{:02}{:02}-{h:02}{m:02}{s:02}", date.year(), date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_local_to_viet_nam() {
        assert_eq!(stamp(UnixMillis(1_661_101_199_999)), "20220821-235959");
        assert_eq!(stamp(UnixMillis(0)), "19700101-070000");
    }
}
