//! What is to happen to the world while the load is on, and what has happened: the same list in real and virtual time.
//!
//! Invariant: whatever was changed for a while is changed back, at its time or when the run ends before.

use std::time::Duration;

use songsinh_contract::{Carrier, Moment};
use songsinh_record::EventMark;
use songsinh_scenario::Event;

/// One change of the world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Act {
    /// The population service gets slow, fails, or both, for so long.
    Population {
        /// How long every answer takes.
        delay: Option<Duration>,
        /// The share of questions that fails.
        failures: Option<f64>,
        /// For how long.
        length: Duration,
    },
    /// The population service is as it was. Where it falls back by itself, nothing is to be done.
    PopulationBack,
    /// A carrier takes no messages any more, or does again.
    Carrier {
        /// Which one.
        carrier: Carrier,
        /// Whether it is down.
        down: bool,
    },
    /// The twin is killed and started again.
    Restart,
}

/// The changes that are still to come, and the marks of those that came.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    /// Sorted by time; those of one moment as the scenario has them.
    due: Vec<(Moment, usize, Act)>,
    marks: Vec<EventMark>,
}

impl Agenda {
    /// The events of a scenario whose first phase begins at `begins`.
    pub(crate) fn of(events: &[Event], begins: Moment) -> Self {
        let mut agenda = Self::default();
        for (nth, event) in events.iter().enumerate() {
            let at = begins + event.at;
            let length = event.length.unwrap_or_default();
            agenda.marks.push(EventMark { what: event.text(), began: None, ended: None });
            if let Some(population) = &event.population {
                let (delay, failures) = (population.delay, population.failures.map(|share| share.fraction()));
                agenda.due.push((at, nth, Act::Population { delay, failures, length }));
                agenda.due.push((at + length, nth, Act::PopulationBack));
            }
            if let Some(sms) = &event.sms {
                let (carrier, down) = (sms.carrier, sms.down);
                agenda.due.push((at, nth, Act::Carrier { carrier, down }));
                agenda.due.push((at + length, nth, Act::Carrier { carrier, down: !down }));
            }
            if event.twin.is_some() {
                agenda.due.push((at, nth, Act::Restart));
            }
        }
        agenda.due.sort_by_key(|&(at, nth, _)| (at, nth));
        agenda
    }
    /// When the next change is due.
    pub(crate) fn next_due(&self) -> Option<Moment> {
        self.due.first().map(|&(at, _, _)| at)
    }
    /// The next change that is due by `now`: which event it belongs to, and what it is.
    pub(crate) fn take(&mut self, now: Moment) -> Option<(usize, Act)> {
        self.next_due().filter(|&at| at <= now)?;
        let (_, nth, act) = self.due.remove(0);
        Some((nth, act))
    }
    /// The changes that undo what is still on: for a run that ends early.
    pub(crate) fn take_back(&mut self) -> Vec<(usize, Act)> {
        let due = std::mem::take(&mut self.due);
        let is_on = |nth: usize| self.marks.get(nth).is_some_and(|mark| mark.began.is_some() && mark.ended.is_none());
        let undoes = |act: Act| matches!(act, Act::PopulationBack | Act::Carrier { .. });
        due.into_iter().filter(|&(_, nth, act)| is_on(nth) && undoes(act)).map(|(_, nth, act)| (nth, act)).collect()
    }
    /// Writes down when a change came about: its begin the first time, its end the second time.
    pub(crate) fn mark(&mut self, nth: usize, at: Moment) {
        if let Some(mark) = self.marks.get_mut(nth) {
            match mark.began {
                None => mark.began = Some(at),
                Some(_) => mark.ended = Some(at),
            }
        }
    }
    /// What an event is, in a few words.
    pub(crate) fn what(&self, nth: usize) -> &str {
        self.marks.get(nth).map_or("", |mark| &mark.what)
    }
    /// What happened.
    pub(crate) fn marks(&self) -> Vec<EventMark> {
        self.marks.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use songsinh_scenario::Scenario;

    const DOC: &str = "scenario: t\nday: 2022-08-27\npeople: {from: [Tuyên Quang]}\nphases:\n  \
                       - {name: all, for: 60s, start: 1/s}\nmix:\n  - {share: 1, journey: register}\nevents:\n  \
                       - {at: 20s, for: 10s, sms: {carrier: viettel, down: true}}\n  \
                       - {at: 5s, for: 30s, population: {delay: 4s}}\n  - {at: 25s, twin: restart}\n";

    fn agenda() -> Agenda {
        let scenario = Scenario::parse("t.yaml", DOC.as_bytes()).unwrap();
        Agenda::of(&scenario.events, Moment(0) + Duration::from_secs(100))
    }

    #[test]
    fn changes_come_in_the_order_of_their_times_and_are_undone_at_their_end() {
        let mut agenda = agenda();
        let second = |n: u64| Moment(0) + Duration::from_secs(n);
        assert_eq!(agenda.take(second(104)), None);
        let mut seen = Vec::new();
        for n in 100..160 {
            while let Some((nth, act)) = agenda.take(second(n)) {
                agenda.mark(nth, second(n));
                seen.push((n - 100, nth, act));
            }
        }
        let carrier = |down| Act::Carrier { carrier: Carrier::Viettel, down };
        let (delay, length) = (Some(Duration::from_secs(4)), Duration::from_secs(30));
        let wanted = [
            (5, 1, Act::Population { delay, failures: None, length }),
            (20, 0, carrier(true)),
            (25, 2, Act::Restart),
            (30, 0, carrier(false)),
            (35, 1, Act::PopulationBack),
        ];
        assert_eq!(seen, wanted);
        let marks = agenda.marks();
        assert_eq!((marks[0].began, marks[0].ended), (Some(second(120)), Some(second(130))));
        assert_eq!((marks[2].began, marks[2].ended), (Some(second(125)), None));
        assert!(agenda.take_back().is_empty());
    }

    #[test]
    fn a_run_that_ends_early_undoes_what_is_on_and_nothing_else() {
        let mut agenda = agenda();
        let now = Moment(0) + Duration::from_secs(122);
        while let Some((nth, _)) = agenda.take(now) {
            agenda.mark(nth, now);
        }
        let undone = agenda.take_back();
        assert_eq!(undone, [(0, Act::Carrier { carrier: Carrier::Viettel, down: false }), (1, Act::PopulationBack)]);
        assert_eq!(agenda.next_due(), None);
    }
}
