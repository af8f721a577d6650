//! Who has which phone: shares by province and age, carriers by prefix.

use songsinh_contract::Carrier;

use super::read::{Row, rows};
use super::{Ages, Province};
use crate::TableError;
use crate::assumed::IOS_WITH_NFC_PERCENT;
use crate::weighted::Weighted;

/// Age groups of the phone table: their first ages. Children under 14 are not in it.
pub(crate) const AGE_GROUPS: [u8; 6] = [14, 18, 30, 45, 60, 70];
const GROUP_NAMES: [&str; 6] = ["14-17", "18-29", "30-44", "45-59", "60-69", "70+"];
const TABLE: &str = "phones.csv";

/// The group of an age of 14 or more.
pub(crate) fn age_group(age: i32) -> usize {
    AGE_GROUPS.iter().rposition(|&first| age >= i32::from(first)).unwrap_or(0)
}

/// The phone shares of one province, as bounds for random words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PhoneShares {
    /// Who has a smartphone, by age group.
    pub(crate) smartphone: [u32; 6],
    /// Who has a smartphone or a feature phone.
    pub(crate) any: [u32; 6],
    /// iOS among smartphones.
    pub(crate) ios: u32,
    /// NFC among iOS phones, and among Android phones.
    pub(crate) nfc_ios: u32,
    pub(crate) nfc_android: u32,
}

/// A mobile prefix with its carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// Two digits behind the leading zero: 32 for 032.
    pub prefix: u16,
    /// Whose it is.
    pub carrier: Carrier,
}

pub(super) fn prefixes(text: &str) -> Result<Weighted<Prefix>, TableError> {
    const PREFIXES: &str = "mobile_prefixes.csv";
    let mut found = Vec::new();
    for row in rows(PREFIXES, text, "prefix,carrier,weight_pct")? {
        let carrier = match row.text(1) {
            "Viettel" => Carrier::Viettel,
            "VinaPhone" => Carrier::Vinaphone,
            "MobiFone" => Carrier::Mobifone,
            "Vietnamobile" => Carrier::Vietnamobile,
            "Gmobile" => Carrier::Gmobile,
            "Itel" => Carrier::Itel,
            "Wintel" => Carrier::Wintel,
            other => return Err(row.error(format!("unknown carrier «{other}»"))),
        };
        let prefix = u16::try_from(row.whole(0)?).ok().filter(|prefix| (10..100).contains(prefix));
        let prefix = prefix.ok_or_else(|| row.error("a prefix is 0 and two digits"))?;
        found.push((Prefix { prefix, carrier }, row.thousandths(2)?));
    }
    found.sort_by_key(|(prefix, _)| prefix.prefix);
    Weighted::new(found).ok_or(TableError { table: PREFIXES, line: 0, problem: "all weights are zero".to_owned() })
}

/// The shares of every province, in the order of `provinces`.
pub(super) fn shares(text: &str, provinces: &[Province], ages: &Ages) -> Result<Vec<PhoneShares>, TableError> {
    let table = rows(TABLE, text, "scope,metric,group,value_pct,basis,source")?;
    provinces.iter().map(|province| of_scope(&table, &province.name, ages)).collect()
}

/// A value of a scope in parts of one.
fn value(table: &[Row], scope: &str, metric: &str, group: &str) -> Result<Option<f64>, TableError> {
    let row = table.iter().find(|row| row.text(0) == scope && row.text(1) == metric && row.text(2) == group);
    row.map(|row| {
        let thousandths = row.thousandths(3)?;
        if thousandths > 100_000 { Err(row.error("more than 100 %")) } else { Ok(thousandths as f64 / 100_000.0) }
    })
    .transpose()
}

fn national(table: &[Row], metric: &str, group: &str) -> Result<f64, TableError> {
    let problem = || format!("no national row {metric}, {group}");
    value(table, "national", metric, group)?.ok_or_else(|| TableError { table: TABLE, line: 0, problem: problem() })
}

fn own_or_national(table: &[Row], scope: &str, metric: &str, group: &str) -> Result<f64, TableError> {
    value(table, scope, metric, group)?.map_or_else(|| national(table, metric, group), Ok)
}

fn of_scope(table: &[Row], scope: &str, ages: &Ages) -> Result<PhoneShares, TableError> {
    let adults = own_or_national(table, scope, "smartphone", "adults 18+")?;
    let mut curve = [0.0; 6];
    let mut own_curve = true;
    for (share, name) in curve.iter_mut().zip(GROUP_NAMES) {
        *share = national(table, "smartphone", name)?;
        match value(table, scope, "smartphone", name)? {
            Some(own) => *share = own,
            None => own_curve = false,
        }
    }
    if !own_curve {
        shift(&mut curve, adults, ages);
    }
    let feature = own_or_national(table, scope, "feature_phone_only", "adults 18+")?;
    // Feature phones spread evenly over those without a smartphone.
    let of_the_rest = (feature / (1.0 - adults).max(0.001)).min(1.0);
    let ios = own_or_national(table, scope, "ios_of_smartphones", "all")?;
    let nfc = own_or_national(table, scope, "nfc_of_smartphones", "all")?;
    let nfc_ios = (f64::from(IOS_WITH_NFC_PERCENT) / 100.0).min(nfc / ios.max(0.001));
    let nfc_android = ((nfc - ios * nfc_ios) / (1.0 - ios).max(0.001)).clamp(0.0, 1.0);
    Ok(PhoneShares {
        smartphone: curve.map(bound),
        any: curve.map(|smart| bound(smart + (1.0 - smart) * of_the_rest)),
        ios: bound(ios),
        nfc_ios: bound(nfc_ios),
        nfc_android: bound(nfc_android),
    })
}

/// Shifts the odds of a curve until the mean of the adults meets `adults`, as the table's own curves were made.
fn shift(curve: &mut [f64; 6], adults: f64, ages: &Ages) {
    let shifted = |share: f64, factor: f64| {
        let odds = factor * share / (1.0 - share).max(1e-6);
        odds / (1.0 + odds)
    };
    let (mut low, mut high) = (0.02_f64, 50.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        let mut total = 0;
        let mut with_phone = 0.0;
        for age in 18..=100 {
            let people = ages.people(0, age) + ages.people(1, age);
            total += people;
            with_phone += people as f64 * shifted(curve[age_group(age as i32)], middle);
        }
        if with_phone < adults * total as f64 { low = middle } else { high = middle }
    }
    *curve = curve.map(|share| shifted(share, low));
}

fn bound(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * f64::from(u32::MAX)) as u32
}
