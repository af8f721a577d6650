//! What happens to the world while the load is on: the population service slows down, a carrier fails, the twin is
//! killed and started again.

use std::time::Duration;

use songsinh_contract::Carrier;

use crate::message::Message;
use crate::read::{Fields, Findings, record};
use crate::units::Share;
use crate::words::words;

record! {
    /// What becomes of the population service.
    pub struct PopulationEvent ("population") {
        /// How long every answer takes.
        "delay" delay: Option<Duration>, optional;
        /// The share of questions that it fails to answer.
        "failures" failures: Option<Share>, optional;
    }
}

record! {
    /// What becomes of the SMS network.
    pub struct SmsEvent ("sms") {
        /// Whose network it is.
        "carrier" carrier: Carrier, required;
        /// Down: what was handed over waits, and is delivered when the carrier is back.
        "down" down: bool, default "on";
    }
}

words! {
    /// What becomes of the twin.
    pub enum TwinEvent ("event of the twin") {
        /// Killed (SIGKILL) and started again on the same records.
        Restart "restart",
    }
}

record! {
    /// Something that happens at its time.
    pub struct Event ("an event", check one_thing) {
        /// When, from the begin of the first phase.
        "at" at: Duration, required;
        /// How long it lasts; not for a restart.
        "for" length: Option<Duration>, optional;
        /// What becomes of the population service.
        "population" population: Option<PopulationEvent>, optional;
        /// What becomes of the SMS network.
        "sms" sms: Option<SmsEvent>, optional;
        /// What becomes of the twin.
        "twin" twin: Option<TwinEvent>, optional;
    }
}

impl Event {
    /// What happens, in a few words.
    #[must_use]
    pub fn text(&self) -> String {
        if let Some(population) = &self.population {
            let delay = population.delay.map(|delay| format!("answers after {}", crate::units::show_time(delay)));
            let failures =
                population.failures.map(|share| format!("fails {} % of questions", share.fraction() * 100.0));
            let what: Vec<String> = delay.into_iter().chain(failures).collect();
            return format!("population service {}", what.join(" and "));
        }
        match (&self.sms, self.twin) {
            (Some(sms), _) => format!("carrier {} down", crate::words::carrier_word(sms.carrier)),
            (None, Some(TwinEvent::Restart)) => "twin killed and started again".to_owned(),
            (None, None) => String::new(),
        }
    }
}

fn one_thing(event: &Event, fields: &Fields<'_>, findings: &mut Findings) {
    let things = [event.population.is_some(), event.sms.is_some(), event.twin.is_some()];
    let count = things.into_iter().filter(|is| *is).count();
    if count != 1 {
        findings.add(&fields.place("at"), Message::NotOneEvent { count });
    }
    let lasting = event.population.is_some() || event.sms.is_some();
    if lasting && event.length.is_none_or(|length| length.is_zero()) {
        findings.add(&fields.place("at"), Message::EventWithoutLength);
    }
    if event.twin.is_some() && event.length.is_some() {
        findings.add(&fields.place("for"), Message::RestartWithLength);
    }
    if let Some(population) = &event.population
        && population.delay.is_none()
        && population.failures.is_none()
    {
        let (what, wanted) = ("`population`", "give `delay` or `failures`");
        findings.add(&fields.place("population"), Message::Empty { what, wanted });
    }
}
