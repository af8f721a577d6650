//! `otp-unpredictable`: six digits, uniform, unrelated to the request. A suspicion at α = 10⁻⁹ over a run, split over
//! its tests; never a violation of one answer.
//!
//! Tests: chi-square of each digit's ten values, chi-square of a hundred equal ranges, correlation with the phone
//! number and with the time; how often a code is the end of its phone number, and how often a phone gets one code for two
//! purposes, as it does where codes are computed from the number. All from sums that merge in any order.

use serde::{Deserialize, Serialize};
use songsinh_contract::Rule;

use super::GlobalVerdict;
use super::places::{NUMBERS, at_least};
use crate::CodeSent;
use crate::judgement::Suspicion;

/// The chance of a false suspicion in a run.
pub(super) const ALPHA: f64 = 1e-9;
/// Six digits, one range test, two correlations, two counts.
const TESTS: f64 = 11.0;
/// Fewer codes are only counted: a cell of a digit's table must expect at least ten.
const FEWEST: u64 = 100;
/// Fewer codes are not tested by ranges.
const FEWEST_RANGES: u64 = 1_000;

/// Whole-number sums for a correlation; exact, so their order does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Pair {
    x: i128,
    xx: i128,
    y: i128,
    yy: i128,
    xy: i128,
}

impl Pair {
    fn add(&mut self, x: i64, y: i64) {
        let (x, y) = (i128::from(x), i128::from(y));
        self.x += x;
        self.xx += x * x;
        self.y += y;
        self.yy += y * y;
        self.xy += x * y;
    }
    fn merge(&mut self, other: &Self) {
        self.x += other.x;
        self.xx += other.xx;
        self.y += other.y;
        self.yy += other.yy;
        self.xy += other.xy;
    }
    /// Two-sided p by Fisher's z; 1 if nothing varies.
    fn p(&self, n: u64) -> f64 {
        let count = i128::from(n);
        let (vx, vy) = (count * self.xx - self.x * self.x, count * self.yy - self.y * self.y);
        if n < 10 || vx == 0 || vy == 0 {
            return 1.0;
        }
        let r = (count * self.xy - self.x * self.y) as f64 / ((vx as f64).sqrt() * (vy as f64).sqrt());
        let z = r.clamp(-0.999_999_999, 0.999_999_999).atanh() * (n as f64 - 3.0).sqrt();
        // A normal's two tails are the upper tail of a chi-square with one degree of freedom.
        chi_square_tail(z * z, 1)
    }
}

/// The sums over all codes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct CodeChance {
    codes: u64,
    digits: [[u64; 10]; 6],
    ranges: Vec<u64>,
    phone: Pair,
    time: Pair,
    /// Codes that are the last six digits of their phone number.
    ends: u64,
    /// Pairs of codes to one phone for different purposes, and those that are the same.
    pairs: (u64, u64),
}

impl CodeChance {
    pub(super) fn absorb(&mut self, codes: &[CodeSent]) {
        if codes.is_empty() {
            return;
        }
        self.ranges.resize(100, 0);
        for sent in codes {
            let value = sent.code.0 % 1_000_000;
            self.codes += 1;
            let mut rest = value;
            for digit in self.digits.iter_mut().rev() {
                digit[(rest % 10) as usize] += 1;
                rest /= 10;
            }
            self.ranges[(value / 10_000) as usize] += 1;
            self.phone.add(i64::from(value), i64::from(sent.phone));
            self.time.add(i64::from(value), (sent.accepted.0 / 1_000_000) as i64);
            self.ends += u64::from(value == sent.phone);
            self.pairs = (self.pairs.0 + u64::from(sent.others), self.pairs.1 + u64::from(sent.same));
        }
    }
    pub(super) fn merge(&mut self, other: &Self) {
        self.codes += other.codes;
        for (mine, theirs) in self.digits.iter_mut().flatten().zip(other.digits.iter().flatten()) {
            *mine += theirs;
        }
        if !other.ranges.is_empty() {
            self.ranges.resize(100, 0);
            for (mine, theirs) in self.ranges.iter_mut().zip(&other.ranges) {
                *mine += theirs;
            }
        }
        self.phone.merge(&other.phone);
        self.time.merge(&other.time);
        self.ends += other.ends;
        self.pairs = (self.pairs.0 + other.pairs.0, self.pairs.1 + other.pairs.1);
    }
    pub(super) fn finish(self, verdict: &mut GlobalVerdict) {
        let slot = verdict.counts.slot(Rule::OtpUnpredictable);
        let mut tests: Vec<(String, f64)> = vec![
            (
                "codes are not the end of the phone number (count)".into(),
                at_least(self.ends, self.codes as f64 / NUMBERS),
            ),
            (
                "a phone gets different codes for different purposes (count)".into(),
                at_least(self.pairs.1, self.pairs.0 as f64 / NUMBERS),
            ),
        ];
        let enough = self.codes >= FEWEST;
        for (at, digit) in self.digits.iter().enumerate().filter(|_| enough) {
            tests.push((format!("digit {} of the codes is uniform (chi-square)", at + 1), uniform_p(digit)));
        }
        if self.codes >= FEWEST_RANGES {
            tests.push(("codes fill a hundred equal ranges (chi-square)".into(), uniform_p(&self.ranges)));
        }
        if enough {
            tests.push(("codes do not follow the phone number (correlation)".into(), self.phone.p(self.codes)));
            tests.push(("codes do not follow the time (correlation)".into(), self.time.p(self.codes)));
        }
        tests.retain(|(_, p)| *p < ALPHA / TESTS);
        if tests.is_empty() && enough {
            slot.allowed += self.codes;
        } else {
            slot.undecided += self.codes;
        }
        let samples = self.codes;
        verdict.suspicions.extend(tests.into_iter().map(|(test, p)| Suspicion {
            rule: Rule::OtpUnpredictable,
            test: test.into(),
            p,
            samples,
        }));
    }
}

fn uniform_p(counts: &[u64]) -> f64 {
    let total: u64 = counts.iter().sum();
    let expected = total as f64 / counts.len() as f64;
    if expected <= 0.0 {
        return 1.0;
    }
    let statistic: f64 = counts.iter().map(|&n| (n as f64 - expected).powi(2) / expected).sum();
    chi_square_tail(statistic, counts.len().saturating_sub(1))
}

/// Terms of the series and of the continued fraction: both have long converged after so many.
const TERMS: u32 = 1_000;

/// The upper tail of a chi-square distribution: the regularised gamma function Q(k/2, x/2), by its series below
/// a + 1 and by its continued fraction above (DLMF 8.7.1, 8.9.2).
fn chi_square_tail(statistic: f64, degrees: usize) -> f64 {
    let (a, x) = (degrees as f64 / 2.0, statistic / 2.0);
    if degrees == 0 {
        return 1.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for n in 1..TERMS {
            term *= x / (a + f64::from(n));
            sum += term;
        }
        return (1.0 - sum * front).clamp(0.0, 1.0);
    }
    // From its last term to its first.
    let mut rest = 0.0;
    for n in (1..TERMS).rev().map(f64::from) {
        rest = n * (a - n) / (x + 1.0 - a + 2.0 * n + rest);
    }
    (front / (x + 1.0 - a + rest)).clamp(0.0, 1.0)
}

/// ln Γ for half-integers k/2: by recursion from Γ(1/2) = √π and Γ(1) = 1.
fn ln_gamma(a: f64) -> f64 {
    let (mut at, mut sum) =
        if (a * 2.0).round() as i64 % 2 == 0 { (1.0, 0.0) } else { (0.5, std::f64::consts::PI.sqrt().ln()) };
    while at < a {
        sum += f64::ln(at);
        at += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use songsinh_contract::{Chance, Code, Moment, Purpose};

    #[test]
    fn the_tail_meets_published_quantiles() {
        // Quantiles of the chi-square distribution (NIST/SEMATECH e-Handbook, table 1.3.6.7.4).
        for (x, k, p) in [(16.919, 9, 0.05), (27.877, 9, 0.001), (3.841, 1, 0.05), (123.225, 99, 0.05)] {
            assert!((chi_square_tail(x, k) / p - 1.0).abs() < 0.01, "{x} {k}");
        }
        assert!(chi_square_tail(100.0, 9) < 1e-16);
    }

    fn suspicions(codes: impl Iterator<Item = CodeSent>) -> Vec<Suspicion> {
        let mut sums = CodeChance::default();
        sums.absorb(&codes.collect::<Vec<_>>());
        let mut verdict =
            GlobalVerdict { counts: crate::Counts::default(), findings: Vec::new(), suspicions: Vec::new() };
        sums.finish(&mut verdict);
        verdict.suspicions
    }

    #[test]
    fn uniform_codes_are_not_suspect_and_bent_ones_are() {
        let mut chance = Chance::new(7, Purpose::named("test-codes"), 0);
        let mut sent = |code: &mut dyn FnMut(u32, u64) -> u32| {
            let phone = chance.below(1_000_000) as u32;
            let free = chance.below(1_000_000);
            let accepted = Moment(chance.bits() >> 24);
            CodeSent { code: Code(code(phone, free)), phone, others: 0, same: 0, accepted }
        };
        let uniform: Vec<_> = (0..5_000).map(|_| sent(&mut |_, free| free as u32)).collect();
        assert_eq!(suspicions(uniform.into_iter()), vec![]);
        let from_phone: Vec<_> = (0..500).map(|_| sent(&mut |phone, _| phone)).collect();
        assert!(suspicions(from_phone.into_iter()).iter().any(|s| s.test.contains("phone")));
        let even: Vec<_> = (0..500).map(|_| sent(&mut |_, free| (free as u32) & !1)).collect();
        assert!(suspicions(even.into_iter()).iter().any(|s| s.test.contains("digit 6")));
        // A few codes tell that they are the end of the number, or the same for every purpose.
        let ends =
            |count| (0..count).map(|n| CodeSent { code: Code(n), phone: n, others: 0, same: 0, accepted: Moment(0) });
        assert_eq!(suspicions(ends(2)).len(), 1);
        assert!(suspicions(ends(2))[0].test.contains("end of the phone number"));
        assert_eq!(suspicions(ends(1)), vec![]);
        let twice =
            |same| (0..3).map(move |n| CodeSent { code: Code(n), phone: 9, others: 1, same, accepted: Moment(0) });
        assert!(suspicions(twice(1))[0].test.contains("different purposes"));
        assert_eq!(suspicions(twice(0)), vec![]);
        let fixed: Vec<_> = (0..200).map(|_| sent(&mut |_, _| 123_456)).collect();
        assert!(!suspicions(fixed.into_iter()).is_empty());
    }

    fn near(one: f64, other: f64) {
        assert!((one / other - 1.0).abs() < 1e-9, "{one} is not {other}");
    }

    #[test]
    fn tails_are_those_of_scipy() {
        // scipy.stats.chi2.sf(x, k).
        for (x, k, p) in [
            (1e-8, 1, 0.999_920_211_544_052_6),
            (0.5, 1, 0.479_500_122_186_953_37),
            (3.0, 9, 0.964_294_972_685_089_1),
            (8.0, 9, 0.534_146_216_909_691_6),
            (20.0, 9, 0.017_912_404_529_843_298),
            (60.0, 99, 0.999_319_997_049_848_5),
            (99.0, 99, 0.481_096_912_408_263_9),
            (150.0, 99, 0.000_720_445_395_716_928_2),
            (260.0, 99, 2.137_037_786_824_473_6e-16),
        ] {
            near(chi_square_tail(x, k), p);
        }
        assert_eq!([chi_square_tail(0.0, 9), chi_square_tail(5.0, 0)], [1.0; 2]);
        assert_eq!(uniform_p(&[0; 10]), 1.0);
    }

    /// Codes, phone numbers and times by rule, so that another program can count the same.
    fn by_rule(count: u64) -> Vec<CodeSent> {
        let one = |i: u64| {
            let (code, phone) = ((i * 7_919 + 13) % 1_000_000, (i * 104_729 + i * i * 31) % 1_000_000);
            let accepted = Moment((i * i / 7 + (i * 613) % 997) * 1_000_000 + 999_999);
            CodeSent { code: Code(code as u32), phone: phone as u32, others: 2, same: u32::from(i == 0), accepted }
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn correlations_and_digits_are_those_of_scipy() {
        let codes = by_rule(1_500);
        let mut sums = CodeChance::default();
        sums.absorb(&codes);
        // Two-sided, by Fisher's z and scipy.stats.norm.sf; digits by scipy.stats.chi2.sf.
        near(sums.phone.p(1_500), 0.662_207_735_132_166);
        near(sums.time.p(1_500), 0.059_911_623_935_960_13);
        near(uniform_p(&sums.digits[0]), 0.999_406_156_713_007_6);
        near(uniform_p(&sums.digits[2]), 0.999_998_022_670_765_7);
        assert_eq!(sums.digits[1][..3], [152, 149, 149]);
        assert_eq!((sums.codes, sums.ends, sums.pairs), (1_500, 0, (3_000, 1)));
        assert_eq!(sums.ranges.iter().sum::<u64>(), 1_500);
        assert_eq!(sums.ranges.len(), 100);
        let mut few = Pair::default();
        for (x, y) in [1, 3, 2, 5, 4, 6, 9, 7, 8].into_iter().enumerate() {
            few.add(x as i64, y);
        }
        assert_eq!(few.p(9), 1.0, "nine are too few");
        few.add(9, 8);
        near(few.p(10), 4.087_802_907_566_299e-5);
        few.add(10, 2);
        near(few.p(11), 0.072_553_342_548_687_46);
        let (mut level, mut steep) = (Pair::default(), Pair::default());
        (0..20).for_each(|x| level.add(x, 7));
        (0..20).for_each(|y| steep.add(7, y));
        assert_eq!([level.p(20), steep.p(20)], [1.0; 2], "nothing varies");
    }

    #[test]
    fn a_code_counts_by_its_six_digits_and_its_millisecond() {
        for (code, digits, range) in [
            (0, [0, 0, 0, 0, 0, 0], 0),
            (9_999, [0, 0, 9, 9, 9, 9], 0),
            (10_000, [0, 1, 0, 0, 0, 0], 1),
            (999_999, [9, 9, 9, 9, 9, 9], 99),
            // Seven digits are not a code; the last six stand for it.
            (1_000_000, [0, 0, 0, 0, 0, 0], 0),
            (1_000_001, [0, 0, 0, 0, 0, 1], 0),
        ] {
            let sent = CodeSent { code: Code(code), phone: 0, others: 0, same: 0, accepted: Moment(4_999_999) };
            let mut sums = CodeChance::default();
            sums.absorb(&[sent, CodeSent { accepted: Moment(5_000_000), ..sent }]);
            assert!(sums.digits.iter().zip(digits).all(|(seen, digit)| seen[digit] == 2), "{code}");
            assert_eq!(sums.ranges[range], 2, "{code}");
            assert_eq!(sums.time.y, 4 + 5);
        }
    }

    #[test]
    fn sums_of_parts_are_the_sum_of_all() {
        let codes = by_rule(1_500);
        let of = |codes: &[CodeSent]| {
            let mut sums = CodeChance::default();
            sums.absorb(codes);
            sums
        };
        let (one, other) = codes.split_at(400);
        let mut merged = of(one);
        merged.merge(&of(other));
        assert_eq!(merged, of(&codes));
        let mut from_nothing = CodeChance::default();
        from_nothing.merge(&of(&codes));
        assert_eq!(from_nothing, of(&codes));
        from_nothing.merge(&CodeChance::default());
        assert_eq!(from_nothing, of(&codes));
    }

    fn verdict(codes: &[CodeSent]) -> (Vec<String>, crate::Count) {
        let mut sums = CodeChance::default();
        sums.absorb(codes);
        let mut verdict =
            GlobalVerdict { counts: crate::Counts::default(), findings: Vec::new(), suspicions: Vec::new() };
        sums.finish(&mut verdict);
        assert!(verdict.suspicions.iter().all(|s| s.samples == codes.len() as u64 && s.p < ALPHA / TESTS));
        let tests = verdict.suspicions.iter().map(|s| s.test.to_string()).collect();
        (tests, verdict.counts.of(Rule::OtpUnpredictable))
    }

    #[test]
    fn few_codes_are_counted_and_enough_are_decided() {
        let one = |codes: &[CodeSent]| verdict(codes).1;
        let mut plain = by_rule(1_500);
        plain.iter_mut().for_each(|sent| sent.same = 0);
        plain.sort_by_key(|sent| u64::from(sent.code.0) * 7_349 % 1_000_003);
        assert_eq!(one(&plain[..100]), crate::Count { allowed: 100, ..crate::Count::default() });
        assert_eq!(one(&plain[..99]), crate::Count { undecided: 99, ..crate::Count::default() });
    }

    #[test]
    fn clumps_and_clocks_are_found_where_each_digit_is_uniform() {
        // The second digit repeats the first: ten of a hundred ranges are filled.
        let clumped: Vec<_> = by_rule(1_000)
            .into_iter()
            .enumerate()
            .map(|(i, sent)| CodeSent { code: Code((i % 10 * 110_000 + i * 37 % 10_000) as u32), same: 0, ..sent })
            .collect();
        let (tests, count) = verdict(&clumped);
        assert!(tests.iter().any(|test| test.contains("ranges")), "{tests:?}");
        assert_eq!((count.allowed, count.undecided), (0, 1_000));
        assert!(!verdict(&clumped[..999]).0.iter().any(|test| test.contains("ranges")), "too few for ranges");
        let clocked: Vec<_> = (0..1_000_u64)
            .map(|i| CodeSent {
                code: Code((i * 1_000) as u32),
                phone: (i * 7 % 13) as u32,
                others: 0,
                same: 0,
                accepted: Moment(i * 3_000_000),
            })
            .collect();
        assert!(verdict(&clocked).0.iter().any(|test| test.contains("time")));
        let from_phones: Vec<_> = (0..1_000_u64)
            .map(|i| CodeSent { phone: (i * 999 + 5) as u32, accepted: Moment(0), ..clocked[i as usize] })
            .collect();
        let wanted = "codes do not follow the phone number (correlation)";
        assert!(verdict(&from_phones).0.iter().any(|test| test == wanted));
    }
}
