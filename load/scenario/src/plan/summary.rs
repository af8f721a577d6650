//! The page that `plan` prints: what a scenario will do, before it does it.

use std::fmt;

use songsinh_contract::Rulebook;

use super::{Plan, quotas};
use crate::file::{Account, Entry, Scenario};
use crate::units::show_time;

/// A plan with its scenario and rulebook, to be printed.
#[derive(Debug, Clone, Copy)]
pub struct Summary<'p> {
    scenario: &'p Scenario,
    plan: &'p Plan,
    rulebook: &'p Rulebook,
}

impl Plan {
    /// The page to print.
    #[must_use]
    pub fn summary<'p>(&'p self, scenario: &'p Scenario, rulebook: &'p Rulebook) -> Summary<'p> {
        Summary { scenario, plan: self, rulebook }
    }
}

impl Entry {
    fn requests(&self) -> u32 {
        if let Some(script) = &self.script {
            return u32::try_from(script.requests()).unwrap_or(u32::MAX);
        }
        self.twist().map_or(self.journey.requests(), |twist| twist.requests())
    }
    fn messages(&self) -> u32 {
        self.twist().map_or(self.journey.messages(), |twist| twist.messages())
    }
}

impl Summary<'_> {
    /// The highest rate of new journeys, per second.
    #[must_use]
    pub fn peak_journeys_per_s(&self) -> f64 {
        self.scenario.phases.iter().map(|phase| phase.start.peak_per_s()).fold(0.0, f64::max)
    }
    /// About how many requests an average journey makes.
    #[must_use]
    pub fn requests_per_journey(&self) -> f64 {
        self.mean(|entry| f64::from(entry.requests()))
    }
    /// About how many messages an average journey brings about.
    #[must_use]
    pub fn messages_per_journey(&self) -> f64 {
        self.mean(|entry| f64::from(entry.messages()))
    }
    fn mean(&self, of: impl Fn(&Entry) -> f64) -> f64 {
        let total: f64 = self.scenario.mix.iter().map(|entry| entry.share.get()).sum();
        self.scenario.mix.iter().map(|entry| entry.share.get() * of(entry)).sum::<f64>() / total.max(f64::MIN_POSITIVE)
    }

    /// What comes before the load: the state in which people begin, and the warm-up.
    fn before(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let have = &self.scenario.people.citizens.have;
        if have.account != Account::None {
            let switch = if have.qr_switch { ", QR switch on" } else { "" };
            let journeys = &self.scenario.prepare.journeys;
            writeln!(
                f,
                "prepare   citizens at `{}`{switch}: stories at {}, within {}",
                have.account,
                journeys.rate,
                show_time(journeys.within)
            )?;
        }
        if !self.plan.begins.is_zero() {
            let count = self.plan.arrivals.len() - self.plan.load().count();
            writeln!(f, "warm-up   {} with {count} journeys, in no figure below", show_time(self.plan.begins))?;
        }
        Ok(())
    }

    /// What happens to the world meanwhile, and what is excused.
    fn meanwhile(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for event in &self.scenario.events {
            let length = event.length.map(|length| format!(" for {}", show_time(length))).unwrap_or_default();
            writeln!(f, "event     at {}{length}: {}", show_time(event.at), event.text())?;
        }
        for known in &self.scenario.known {
            writeln!(f, "known     {} ({}) until {}", known.rule, known.issue, known.until)?;
        }
        Ok(())
    }

    fn phases(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, phase) in self.scenario.phases.iter().enumerate() {
            let count = self.plan.load().filter(|one| usize::from(one.phase) == at).count();
            let rate = phase.start.to_string();
            let clock = phase.at.map(|at| format!("  at {at}")).unwrap_or_default();
            let label = if at == 0 { "phases" } else { "" };
            writeln!(
                f,
                "{label:9} {:12} {:>6}  {rate:18} {count:>8} journeys{clock}",
                phase.name,
                show_time(phase.length)
            )?;
        }
        Ok(())
    }

    fn mix(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = quotas(&self.scenario.mix, self.plan.load().count());
        for (at, (entry, count)) in self.scenario.mix.iter().zip(counts).enumerate() {
            let people = match entry.further() {
                0 => String::new(),
                further => format!("  +{further} people"),
            };
            let label = if at == 0 { "mix" } else { "" };
            writeln!(f, "{label:9} {:34} {count:>8}{people}", entry.label())?;
        }
        Ok(())
    }

    fn lifetimes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let book = self.rulebook;
        writeln!(
            f,
            "lifetimes code {} · resend gap {} · lock {} · session idle {} · session {} · activation {} · proof ±{}",
            show_time(book.otp_lifetime),
            show_time(book.otp_resend_gap),
            show_time(book.login_lock),
            show_time(book.session_idle),
            show_time(book.session_absolute),
            show_time(book.activation_window),
            show_time(book.proof_window),
        )?;
        writeln!(
            f,
            "counts    {} wrong codes a challenge, {} a window of {} · {} resends a window · {} wrong passwords",
            book.otp_attempts,
            book.otp_attempts_per_window,
            show_time(book.otp_window),
            book.otp_resends_per_window,
            book.login_attempts,
        )
    }
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scenario = self.scenario;
        writeln!(f, "scenario  {}   seed {}   day {}", scenario.scenario, self.plan.seed, scenario.day)?;
        let provinces: Vec<&str> = scenario.people.from.iter().map(|province| province.name()).collect();
        writeln!(f, "people    of {}", provinces.join(", "))?;
        self.before(f)?;
        self.phases(f)?;
        self.meanwhile(f)?;
        let peak = self.peak_journeys_per_s();
        writeln!(
            f,
            "peak      {peak} journeys/s · about {:.0} requests/s · about {:.0} SMS/s of {} parts/s",
            peak * self.requests_per_journey(),
            peak * self.messages_per_journey(),
            scenario.sms.parts_per_s.get(),
        )?;
        let total = self.plan.load().count();
        writeln!(
            f,
            "total     {total} journeys · about {:.0} requests · about {:.0} SMS · {} and up to {} to finish",
            total as f64 * self.requests_per_journey(),
            total as f64 * self.messages_per_journey(),
            show_time(self.plan.ends - self.plan.begins),
            show_time(scenario.drain),
        )?;
        self.mix(f)?;
        writeln!(f, "rulebook  {}", self.rulebook.name.as_str())?;
        self.lifetimes(f)?;
        let limits: Vec<&str> = scenario.limits.iter().map(|limit| limit.text.as_str()).collect();
        writeln!(f, "limits    {}", limits.join(" · "))?;
        let decided: Vec<String> = scenario.must_decide.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
        if !decided.is_empty() {
            writeln!(f, "decide    {}", decided.join(" · "))?;
        }
        Ok(())
    }
}
