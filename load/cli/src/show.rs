//! What the terminal sees: lines, an error, the progress of a run.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use songsinh_engine::{Counts, Event, Recent};

/// Prints a line. A reader that has gone away, as behind `| head`, misses the rest.
pub fn line(text: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints a remark on work under way, apart from the result.
pub fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Prints an error.
pub fn error(text: &str) {
    let _ = writeln!(std::io::stderr(), "songsinh: {text}");
}

/// Whether colours are wanted: a terminal, and no `NO_COLOR` (no-color.org).
pub fn colours() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The progress of a run: one line that is rewritten on a terminal, a plain line every five seconds elsewhere.
pub struct Progress {
    bar: Option<indicatif::ProgressBar>,
    length: Duration,
    drain: Duration,
    phases: Vec<(String, Duration)>,
    last: Counts,
    last_line_s: u64,
}

/// Seconds between plain lines.
const PLAIN_EVERY_S: u64 = 5;

impl Progress {
    /// A display for a run with these phases, by name and end.
    pub fn new(phases: Vec<(String, Duration)>) -> Self {
        Self {
            bar: None,
            length: Duration::ZERO,
            drain: Duration::ZERO,
            phases,
            last: Counts::default(),
            last_line_s: 0,
        }
    }
    /// Shows what happened.
    pub fn tell(&mut self, event: Event) {
        match event {
            Event::Said(text) => line(&text),
            Event::Preparing { at, wanted, counts } => self.preparing(at, wanted, &counts),
            Event::Begins { length, drain, planned } => {
                line(&format!("running  {planned} journeys planned in {} s", length.as_secs()));
                (self.length, self.drain) = (length, drain);
                (self.last, self.last_line_s) = (Counts::default(), 0);
                if std::io::stdout().is_terminal() {
                    let bar = indicatif::ProgressBar::new(length.as_secs().max(1));
                    let plain = "{bar:20} {msg}";
                    let style = indicatif::ProgressStyle::with_template(plain)
                        .unwrap_or_else(|_| indicatif::ProgressStyle::default_bar());
                    bar.set_style(style);
                    self.bar = Some(bar);
                }
            }
            Event::Second { at, counts, recent } => self.second(at, &counts, recent),
        }
    }
    /// Shows how far the preparation is: a line every five seconds.
    fn preparing(&mut self, at: Duration, wanted: u64, counts: &Counts) {
        if at.as_secs() < self.last_line_s {
            // Another round has begun.
            self.last_line_s = 0;
        }
        if at.as_secs() >= self.last_line_s + PLAIN_EVERY_S {
            self.last_line_s = at.as_secs();
            line(&format!(
                "prepare  {:>3} s  of {wanted} people {} stories begun, {} done, {} not; {} requests  violations {}",
                at.as_secs(),
                counts.started,
                counts.completed,
                counts.gave_up + counts.failed + counts.left,
                counts.requests,
                counts.violations,
            ));
        }
    }
    fn second(&mut self, at: Duration, counts: &Counts, recent: Recent) {
        let last = std::mem::replace(&mut self.last, *counts);
        // In the drain, what is left is the time until journeys under way are given up.
        let end = if at < self.length { self.length } else { self.length + self.drain };
        let phase = self.phases.iter().find(|(_, end)| at < *end).map_or("drain", |(name, _)| name.as_str());
        let text = format!(
            "{:>3} s  {phase:<9} offered {:>4}/s  done {:>4}/s  requests {:>5}/s  p50 {:.0} ms p99 {:.0} ms  \
             SMS under way {}  violations {}  left {} s",
            at.as_secs(),
            counts.offered - last.offered,
            counts.completed - last.completed,
            counts.requests - last.requests,
            recent.p50_ms,
            recent.p99_ms,
            counts.sms_accepted.saturating_sub(counts.sms_delivered + counts.sms_lost),
            counts.violations,
            end.saturating_sub(at).as_secs(),
        );
        match &self.bar {
            Some(bar) => {
                bar.set_position(at.as_secs().min(self.length.as_secs()));
                bar.set_message(text);
            }
            None if at.as_secs() >= self.last_line_s + PLAIN_EVERY_S => {
                self.last_line_s = at.as_secs();
                line(&text);
            }
            None => {}
        }
    }
    /// Takes the display off the terminal.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
