//! Which carrier serves a number: by its prefix, unless the number was ported.
//!
//! Prefixes: libphonenumber's data for Viet Nam, cross-read with two PyPI packages (vn-ident, vn-phone-number); 030, 031
//! and 051 are blocks given out later. No public figure for ported numbers was found: the default of 2.5 % is an estimate.

use songsinh_contract::{Carrier, Chance, PhoneNumber, Purpose};

const PORTED: Purpose = Purpose::named("sms.ported");

/// Shares of subscribers, in per mille (Viettel: Ministry of Information and Communications, 2024; the others estimated).
const SHARES: [(Carrier, u64); 7] = [
    (Carrier::Viettel, 560),
    (Carrier::Vinaphone, 200),
    (Carrier::Mobifone, 170),
    (Carrier::Vietnamobile, 40),
    (Carrier::Itel, 15),
    (Carrier::Wintel, 10),
    (Carrier::Gmobile, 5),
];

/// The carrier to which a number's range was given; none for a number that is no mobile number.
#[must_use]
pub fn range_holder(number: PhoneNumber) -> Option<Carrier> {
    Some(match number.prefix() {
        31..=39 | 86 | 96..=98 => Carrier::Viettel,
        81..=85 | 88 | 91 | 94 => Carrier::Vinaphone,
        30 | 51 | 70 | 76..=79 | 89 | 90 | 93 => Carrier::Mobifone,
        52 | 56 | 58 | 92 => Carrier::Vietnamobile,
        59 | 99 => Carrier::Gmobile,
        87 => Carrier::Itel,
        55 => Carrier::Wintel,
        _ => return None,
    })
}

/// The carrier that serves a number: the holder of its range, or with the probability `ported_share` another one, drawn
/// by the market's shares. A function of (seed, number).
#[must_use]
pub fn serving_carrier(number: PhoneNumber, seed: u64, ported_share: f64) -> Option<Carrier> {
    let holder = range_holder(number)?;
    let mut chance = Chance::new(seed, PORTED, number.as_u64());
    if !chance.happens(ported_share) {
        return Some(holder);
    }
    let others = || SHARES.iter().filter(|(carrier, _)| *carrier != holder);
    let mut left = chance.below(others().map(|(_, share)| share).sum());
    others()
        .find_map(|(carrier, share)| {
            if left < *share {
                Some(*carrier)
            } else {
                left -= share;
                None
            }
        })
        .or(Some(holder))
}

/// Place of a carrier in tables of one entry each.
pub(crate) fn index(carrier: Carrier) -> usize {
    carrier as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_name_their_holders() {
        for (text, holder) in [
            ("0321234567", Some(Carrier::Viettel)),
            ("0912345678", Some(Carrier::Vinaphone)),
            ("0891234567", Some(Carrier::Mobifone)),
            ("0921234567", Some(Carrier::Vietnamobile)),
            ("0871234567", Some(Carrier::Itel)),
            ("0551234567", Some(Carrier::Wintel)),
            ("0991234567", Some(Carrier::Gmobile)),
            ("0241234567", None),
        ] {
            assert_eq!(range_holder(text.parse().unwrap()), holder, "{text}");
        }
        for (place, carrier) in Carrier::ALL.into_iter().enumerate() {
            assert_eq!(index(carrier), place);
        }
    }

    /// 40,000 numbers at 2.5 %: 1,000 ported, standard deviation 31.
    #[test]
    fn the_ported_share_is_met_and_porting_changes_the_carrier() {
        let numbers = || (0..40_000).map(|n| PhoneNumber::from_parts(32, n));
        let ported = numbers().filter(|n| serving_carrier(*n, 5, 0.025) != Some(Carrier::Viettel)).count();
        assert!((850..1150).contains(&ported), "{ported}");
        assert!(numbers().take(100).all(|n| serving_carrier(n, 5, 0.0) == Some(Carrier::Viettel)));
        assert!(numbers().take(100).all(|n| !matches!(serving_carrier(n, 5, 1.0), Some(Carrier::Viettel) | None)));
    }
}
