//! One person's whole story out of a record: every call and every message of the cells in which they appear.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use songsinh_contract::{CellFacts, CellId, Observation, PhoneNumber, SmsEvent};
use songsinh_record::{Frame, Reader};

use crate::error::ReportError;
use crate::lang::Said;
use crate::story::{self, Picked, Story};

/// Whose story is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The citizen of these twelve digits.
    Citizen(songsinh_contract::CitizenNumber),
    /// Whoever has this phone number.
    Phone(PhoneNumber),
    /// Whoever came with this arrival.
    Arrival(u64),
    /// Whose request carried a trace id that begins so (lower-case hexadecimal digits).
    Trace(String),
}

impl Whose {
    /// Reads what a person would type: twelve digits, a phone number, `#` and the number of an arrival, or the begin of
    /// a trace id (at least eight hexadecimal digits).
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(arrival) = text.strip_prefix('#') {
            return arrival.parse().ok().map(Self::Arrival);
        }
        if text.len() == 12
            && let Ok(number) = text.parse()
        {
            return Some(Self::Citizen(number));
        }
        let is_phone = text.starts_with(['0', '+']) && text.len() <= 12;
        if is_phone && let Ok(phone) = PhoneNumber::parse_any(text) {
            return Some(Self::Phone(phone));
        }
        if text.bytes().all(|b| b.is_ascii_digit()) && text.len() < 32 {
            return text.parse().ok().map(Self::Arrival);
        }
        let hex = (8..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
        if hex {
            return Some(Self::Trace(text.to_ascii_lowercase()));
        }
        text.parse().ok().map(Self::Arrival)
    }
    fn is_in(&self, facts: &CellFacts) -> bool {
        match self {
            Self::Citizen(number) => facts.members.iter().any(|member| member.person.number == *number),
            Self::Phone(phone) => facts.phones.contains(phone),
            Self::Arrival(arrival) => facts.arrival.0 == *arrival,
            Self::Trace(_) => false,
        }
    }
}

/// What is known of one cell.
#[derive(Default)]
struct Told {
    facts: Option<Box<CellFacts>>,
    calls: Vec<Observation>,
    messages: BTreeMap<u64, SmsEvent>,
}

/// What a record tells of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Traced {
    /// Every story, in the order of their begin.
    pub stories: Vec<Story>,
    /// Behind which byte the record is cut off or damaged, if it is: the stories are of what stands before.
    pub damaged_behind: Option<u64>,
}

/// Every story of that person in a record. A record that is cut off gives what is whole.
///
/// # Errors
/// When the file is no record of this version.
pub fn trace(path: &Path, whose: &Whose) -> Result<Traced, ReportError> {
    let cells = cells_of(path, whose)?;
    let mut told: BTreeMap<CellId, Told> = BTreeMap::new();
    let mut phones: BTreeMap<PhoneNumber, Vec<CellId>> = BTreeMap::new();
    let mut reader = Reader::open(path)?;
    let origin = (reader.header().origin, reader.header().started);
    let mut damaged = false;
    for frame in reader.by_ref().map_while(|frame| frame.inspect_err(|_| damaged = true).ok()) {
        match frame {
            Frame::Cell(facts) if cells.contains(&facts.cell) => {
                let cell = facts.cell;
                for phone in &facts.phones {
                    phones.entry(*phone).or_default().push(cell);
                }
                told.entry(cell).or_default().facts = Some(facts);
            }
            Frame::Observation(seen) if cells.contains(&seen.cell) => {
                told.entry(seen.cell).or_default().calls.push(*seen);
            }
            Frame::Sms(event) => {
                for cell in phones.get(&event.to).into_iter().flatten() {
                    told.entry(*cell).or_default().messages.insert(event.id, event.clone());
                }
            }
            _ => {}
        }
    }
    let mut stories: Vec<_> = told.into_values().filter_map(|told| tell(told, origin)).collect();
    stories.sort_by_key(|(at, story)| (*at, story.arrival));
    let stories = stories.into_iter().map(|(_, story)| story).collect();
    Ok(Traced { stories, damaged_behind: damaged.then(|| reader.position()) })
}

fn cells_of(path: &Path, whose: &Whose) -> Result<BTreeSet<CellId>, ReportError> {
    let mut cells = BTreeSet::new();
    for frame in Reader::open(path)?.map_while(Result::ok) {
        match (&frame, whose) {
            (Frame::Cell(facts), _) if whose.is_in(facts) => {
                cells.insert(facts.cell);
            }
            (Frame::Observation(seen), Whose::Trace(begin)) if seen.trace.to_string().starts_with(begin) => {
                cells.insert(seen.cell);
            }
            _ => {}
        }
    }
    Ok(cells)
}

fn tell(told: Told, origin: story::Origin) -> Option<(songsinh_contract::Moment, Story)> {
    let facts = told.facts?;
    let mut calls: Vec<&Observation> = told.calls.iter().collect();
    calls.sort_by_key(|seen| (seen.sent, seen.seq));
    let messages: Vec<&SmsEvent> = told.messages.values().collect();
    let passwords = story::passwords_of(&facts, told.calls.iter());
    let begins = calls.first().map(|seen| seen.sent)?;
    let picked = Picked {
        facts: &facts,
        calls: &calls,
        messages: &messages,
        passwords: &passwords,
        wrong: u32::MAX,
        origin,
        whole: true,
    };
    Some((begins, story::tell(&picked, Said::default())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_type_is_understood() {
        let read = |text| Whose::read(text).unwrap();
        assert_eq!(read("008204001234"), Whose::Citizen("008204001234".parse().unwrap()));
        assert_eq!(read("0912345678"), Whose::Phone("0912345678".parse().unwrap()));
        assert_eq!((read("17"), read("#17")), (Whose::Arrival(17), Whose::Arrival(17)));
        assert_eq!(read("4BF92f3577b34da6"), Whose::Trace("4bf92f3577b34da6".into()));
        assert_eq!(Whose::read("nobody"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_understood_or_not(text in ".{0,40}") {
            let _ = Whose::read(&text);
        }
    }
}
