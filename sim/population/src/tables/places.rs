//! Provinces, districts and communes: the 63, 705 and 10,599 of 2022.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::read::rows;
use crate::assumed::{COMMUNE_SPREAD_PERCENT, TOWNSHIP_PERCENT_OF_WARD};
use crate::weighted::apportion;
use crate::{PopulationError, TableError};

/// A province or centrally run city of 2022.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Province {
    /// GSO code, which is also what a citizen's number begins with.
    pub code: u16,
    /// Name without the kind: `Tuyên Quang`.
    pub name: Box<str>,
    /// `Tỉnh` or `Thành phố`.
    pub kind: Box<str>,
    /// People in the census of 1 April 2019.
    pub people_2019: u64,
    /// Communes, ordered by code.
    pub communes: Vec<Commune>,
}

/// A commune, ward or township.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commune {
    /// GSO code, five digits.
    pub code: u32,
    /// `Xã`, `Phường` or `Thị trấn`.
    pub kind: Box<str>,
    /// Name without the kind.
    pub name: Box<str>,
    /// District with its kind: `Huyện Na Hang`.
    pub district: Box<str>,
    /// Share of the province's people, in parts of their sum.
    pub weight: u64,
}

impl Commune {
    /// Whether its people count as urban: wards and townships.
    #[must_use]
    pub fn is_urban(&self) -> bool {
        &*self.kind != "Xã"
    }
}

/// A name without accents, lower case, without the kind in front: what spellings are compared by.
pub(crate) fn plain(name: &str) -> String {
    let bare: String = name
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect();
    let words = bare.replace(['.', '-', '_'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for kind in ["tinh ", "thanh pho ", "tp "] {
        if let Some(rest) = words.strip_prefix(kind) {
            return rest.to_owned();
        }
    }
    words
}

pub(super) fn read(provinces: &str, units: &str) -> Result<Vec<Province>, TableError> {
    const PROVINCES: &str = "provinces.csv";
    let mut found = Vec::new();
    let mut urban_thousandths = BTreeMap::new();
    let header = "gso_code,cccd_prefix,name,type,pop_2019,urban_share_2019,new_code_2025,new_province_2025";
    for row in rows(PROVINCES, provinces, header)? {
        let code = u16::try_from(row.whole(0)?).map_err(|_| row.error("code above 65535"))?;
        if u64::from(code) != row.whole(1)? {
            return Err(row.error("cccd_prefix is not the GSO code"));
        }
        urban_thousandths.insert(code, row.thousandths(5)?.min(1000));
        found.push(Province {
            code,
            name: row.text(2).into(),
            kind: row.text(3).into(),
            people_2019: row.whole(4)?,
            communes: Vec::new(),
        });
    }
    found.sort_by_key(|province| province.code);
    communes(units, &mut found)?;
    for province in &mut found {
        if province.communes.is_empty() {
            let problem = format!("{} has no commune in admin_units.csv", province.name);
            return Err(TableError { table: PROVINCES, line: 0, problem });
        }
        province.communes.sort_by_key(|commune| commune.code);
        let urban = urban_thousandths.get(&province.code).copied().unwrap_or(0);
        weigh(&mut province.communes, urban);
    }
    Ok(found)
}

fn communes(units: &str, provinces: &mut [Province]) -> Result<(), TableError> {
    let table = rows("admin_units.csv", units, "level,code,parent_code,province_code,type,name")?;
    let mut districts = BTreeMap::new();
    for row in table.iter().filter(|row| row.text(0) == "2") {
        districts.insert(row.text(1).to_owned(), format!("{} {}", row.text(4), row.text(5)));
    }
    for row in table.iter().filter(|row| row.text(0) == "3") {
        let code = row.whole(3)?;
        let province = provinces.iter_mut().find(|province| u64::from(province.code) == code);
        let province = province.ok_or_else(|| row.error(format!("unknown province {code}")))?;
        let district =
            districts.get(row.text(2)).ok_or_else(|| row.error(format!("unknown district {}", row.text(2))))?;
        let code = u32::try_from(row.whole(1)?).ok().filter(|code| *code < 100_000);
        province.communes.push(Commune {
            code: code.ok_or_else(|| row.error("commune code of more than five digits"))?,
            kind: row.text(4).into(),
            name: row.text(5).into(),
            district: district.as_str().into(),
            weight: 0,
        });
    }
    Ok(())
}

/// Urban communes together hold the province's urban share, each by its kind and a fixed spread of sizes.
fn weigh(communes: &mut [Commune], urban_thousandths: u64) {
    const PARTS: u64 = 1_000_000_000;
    let (low, high) = COMMUNE_SPREAD_PERCENT;
    let raw = |commune: &Commune| {
        let spread = u64::from(commune.code.wrapping_mul(0x9e37_79b9) >> 16) % (high - low + 1) + low;
        u128::from(if &*commune.kind == "Thị trấn" { spread * TOWNSHIP_PERCENT_OF_WARD / 100 } else { spread })
    };
    let (some_urban, some_rural) = (communes.iter().any(Commune::is_urban), communes.iter().any(|c| !c.is_urban()));
    let urban_parts = match (some_urban, some_rural) {
        (true, true) => PARTS * urban_thousandths / 1000,
        (true, false) => PARTS,
        _ => 0,
    };
    for urban in [true, false] {
        let weights: Vec<u128> = communes.iter().filter(|c| c.is_urban() == urban).map(raw).collect();
        let parts = apportion(&weights, if urban { urban_parts } else { PARTS - urban_parts });
        for (commune, part) in communes.iter_mut().filter(|c| c.is_urban() == urban).zip(parts) {
            commune.weight = part;
        }
    }
}

/// Finds a province by name (with or without accents and kind) or GSO code.
pub(super) fn named<'t>(provinces: &'t [Province], given: &str) -> Result<&'t Province, PopulationError>
where
    't: 'static,
{
    let wanted = plain(given);
    let by_code = given.trim().parse::<u16>().ok();
    let hit = provinces.iter().find(|province| by_code == Some(province.code) || plain(&province.name) == wanted);
    let alias = match wanted.as_str() {
        "hcm" | "hcmc" | "sai gon" => Some(79),
        "hue" => Some(46),
        _ => None,
    };
    let hit = hit.or_else(|| provinces.iter().find(|province| alias == Some(province.code)));
    hit.ok_or_else(|| PopulationError::Province {
        given: given.chars().take(60).collect(),
        near: provinces
            .iter()
            .map(|province| (distance(&plain(&province.name), &wanted), &*province.name))
            .min()
            .filter(|(distance, _)| *distance <= 3)
            .map(|(_, name)| name),
    })
}

/// Levenshtein's distance; long texts are cut.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (corner + usize::from(a != *b)).min(above + 1).min(row[j] + 1);
            corner = above;
        }
    }
    row[other.len()]
}
