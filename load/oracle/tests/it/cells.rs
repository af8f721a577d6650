//! The cells of a run's record, and the judge under whose terms it was made. `songsinh-mutants` includes this file, so that
//! what it picks is judged here as it was there.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::time::Duration;

use songsinh_contract::{CellFacts, CellId, Observation, PhoneNumber, SmsEvent};
use songsinh_oracle::{Judge, Settings};
use songsinh_record::{Frame, Reader, RunHeader};

/// A cell of which nothing more will come: its facts, observations in their order, messages.
pub type Closed = (CellFacts, Vec<Observation>, Vec<SmsEvent>);

pub fn judge(header: &RunHeader) -> Judge {
    let terms = &header.terms;
    let settings = Settings {
        exclusive: terms.exclusive,
        gateway_reaches: terms.gateway_reaches,
        message_texts: terms.message_texts,
        notice_within: Duration::from_millis(terms.notice_within_ms),
        ..Settings::on_day(header.day, header.origin)
    };
    Judge::new(header.rulebook.clone(), settings)
}

#[derive(Default)]
struct Open {
    facts: Option<CellFacts>,
    seen: Vec<Observation>,
    messages: BTreeMap<u64, SmsEvent>,
}

/// The closed cells of a record, in the order in which they were closed.
pub fn cells<R: Read>(record: &mut Reader<R>) -> Vec<Closed> {
    let (mut open, mut phones) = (HashMap::<CellId, Open>::new(), HashMap::<PhoneNumber, CellId>::new());
    let mut closed = Vec::new();
    for frame in record.by_ref() {
        match frame.unwrap() {
            Frame::Cell(facts) => {
                phones.extend(facts.phones.iter().map(|phone| (*phone, facts.cell)));
                let cell = facts.cell;
                open.entry(cell).or_default().facts = Some(*facts);
            }
            Frame::Observation(seen) => open.entry(seen.cell).or_default().seen.push(*seen),
            Frame::Sms(event) => {
                if let Some(cell) = phones.get(&event.to).and_then(|cell| open.get_mut(cell)) {
                    cell.messages.insert(event.id, event);
                }
            }
            Frame::CellClosed(cell) => {
                let Some(Open { facts: Some(facts), mut seen, messages }) = open.remove(&cell) else { continue };
                seen.sort_by_key(|seen| seen.seq);
                closed.push((facts, seen, messages.into_values().collect()));
            }
            _ => {}
        }
    }
    closed
}
