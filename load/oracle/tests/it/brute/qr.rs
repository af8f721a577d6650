//! Two officials and one QR, a newer QR, the switch, and the release of the phone.

use super::{Event, Machine, Said, agrees, exhausts};
use crate::support::*;
use songsinh_contract::*;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ask {
    Scan,
    /// The newer QR.
    ScanNew,
    Mint,
    Off,
    Release,
}

/// What became of a QR.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Ticket {
    used: bool,
    void: bool,
}

/// The first QR, the newer one, the switch, the phone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Counter {
    first: Ticket,
    newer: Option<Ticket>,
    off: bool,
    released: bool,
}

impl Machine for Counter {
    type Ask = Ask;
    const RULES: &'static [Rule] =
        &[Rule::QrReplay, Rule::QrNewReplacesOld, Rule::QrNeedsSwitch, Rule::DeviceReleaseEndsAccess];
    fn act(&self, _: u64, ask: Ask) -> Vec<(Self, Said)> {
        let no = || vec![(self.clone(), Said::Refused)];
        let mut after = self.clone();
        match ask {
            Ask::ScanNew if self.newer.is_none() => {
                // Nobody can show it before it is made.
                return vec![(after, Said::Done(0)), (self.clone(), Said::Refused)];
            }
            _ if self.released => return no(),
            Ask::Scan => {
                if self.first.used || self.first.void {
                    return no();
                }
                after.first.used = true;
            }
            Ask::ScanNew => {
                let Some(ticket) = after.newer.as_mut().filter(|t| !t.used && !t.void) else { return no() };
                ticket.used = true;
            }
            Ask::Mint if self.off => return no(),
            Ask::Mint => (after.first.void, after.newer) = (true, Some(Ticket::default())),
            Ask::Off => {
                after.off = true;
                after.first.void = true;
                after.newer.iter_mut().for_each(|t| t.void = true);
            }
            Ask::Release => after.released = true,
        }
        vec![(after, Said::Done(0))]
    }
    fn sayings(_: Ask) -> Vec<Said> {
        vec![Said::Done(0), Said::Refused]
    }
    fn opening() -> Story {
        let mut s = crate::qr::counter();
        s.call(Operation::QrMint, crate::qr::ticket("t"));
        s
    }
    fn write(s: &mut Story, start: u64, history: &[Event<Ask>]) {
        for event in history {
            let scan = |id| Operation::QrScan { qr: Box::new(crate::qr::screen(id)) };
            let operation = match event.ask {
                Ask::Scan => scan("t"),
                Ask::ScanNew => scan("n"),
                Ask::Mint => Operation::QrMint,
                Ask::Off => Operation::QrSwitch { on: false },
                Ask::Release => Operation::DeviceRelease,
            };
            let official = matches!(event.ask, Ask::Scan | Ask::ScanNew);
            (s.member, s.device, s.session) = if official { (1, B, Some("o")) } else { (0, A, Some("s")) };
            let outcome = event.outcome(|_| if event.ask == Ask::Mint { crate::qr::ticket("n") } else { done() });
            s.between(start + event.sent, start + event.done, operation, outcome);
        }
    }
    fn ask(chance: &mut Chance, before: &[Ask]) -> Ask {
        match chance.below(8) {
            0 | 1 if !before.contains(&Ask::Mint) => Ask::Mint,
            0 | 2 => Ask::ScanNew,
            3 => Ask::Off,
            4 => Ask::Release,
            _ => Ask::Scan,
        }
    }
    /// A QR whose making was lost is nobody's that the oracle knows.
    fn spared(history: &[Event<Ask>]) -> bool {
        let made = |e: &Event<Ask>| e.ask == Ask::Mint && matches!(e.said, Some(Said::Done(_)));
        history.iter().any(|e| e.ask == Ask::ScanNew) && !history.iter().any(made)
    }
}

#[test]
fn two_scans_a_newer_qr_and_a_release_in_every_order_and_overlap() {
    exhausts::<Counter>(&[Ask::Scan, Ask::Scan, Ask::Mint, Ask::Release]);
    exhausts::<Counter>(&[Ask::Scan, Ask::Scan, Ask::Off, Ask::Mint]);
}

#[test]
fn random_histories_of_a_qr_agree_with_a_search_of_all_orders() {
    agrees::<Counter>("qr", 20_000, 6);
}
