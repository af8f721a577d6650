//! Time bounds: the life of a code and the lock of the login, with calls that take time. When a call acted is chosen
//! from a grid.
//!
//! A search on a grid finds some explanations and not all: what it explains must not be convicted. For calls that take
//! no time there is nothing to choose, and both verdicts must be the same.

use super::{Event, Machine, Said, Stage, Sums, explanations};
use crate::support::*;
use songsinh_contract::*;

/// So many wrong passwords lock.
const LIMIT: u32 = 2;
/// Life of a code and length of a lock, in milliseconds.
const LIFE: u64 = 1_500;
const STEP: u64 = 50;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ask {
    Register,
    Code,
    Login,
    Mislogin,
}

/// The code with its birth; the lock with its beginning.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Clock {
    born: Option<u64>,
    used: bool,
    bad: u32,
    locked: Option<u64>,
}

impl Machine for Clock {
    type Ask = Ask;
    const RULES: &'static [Rule] = &[Rule::OtpExpires, Rule::LoginLockout];
    fn act(&self, at: u64, ask: Ask) -> Vec<(Self, Said)> {
        let mut after = self.clone();
        let young = |since: Option<u64>| since.is_some_and(|since| at < since + LIFE);
        let mut done = false;
        match ask {
            Ask::Register => (after.born, done) = (Some(at), true),
            Ask::Code if young(self.born) && !self.used => (after.used, done) = (true, true),
            Ask::Code => {}
            Ask::Login | Ask::Mislogin if young(self.locked) => {}
            Ask::Login => (after.bad, after.locked, done) = (0, None, true),
            Ask::Mislogin => {
                // After a lock the count begins anew, or the next wrong one locks again.
                let anew = if self.locked.is_some() { 1 } else { self.bad + 1 };
                let mut out: Vec<(Self, Said)> = Vec::new();
                for bad in [anew, self.bad + 1] {
                    let locked = (bad >= LIMIT).then_some(at);
                    let next = (Self { bad, locked, ..self.clone() }, Said::Refused);
                    if !out.contains(&next) {
                        out.push(next);
                    }
                }
                return out;
            }
        }
        vec![(after, if done { Said::Done(0) } else { Said::Refused })]
    }
    fn sayings(_: Ask) -> Vec<Said> {
        vec![Said::Done(0), Said::Refused]
    }
    fn opening() -> Story {
        let mut s = Story::of(2);
        let life = std::time::Duration::from_millis(LIFE);
        (s.book.login_attempts, s.book.login_lock, s.book.otp_lifetime) = (LIMIT, life, life);
        s.registered();
        s
    }
    fn write(s: &mut Story, start: u64, history: &[Event<Ask>]) {
        let number = person(0).number;
        let login = |password| Operation::SessionLogin { number, password: Secret::new(password) };
        for event in history {
            let form = form(&person(1), phone(1));
            let (member, operation) = match event.ask {
                Ask::Register => (1, Operation::AccountRegister { form, scanned: None }),
                Ask::Code => (1, confirm("q", 222_222)),
                Ask::Login => (0, login(PASSWORD)),
                Ask::Mislogin => (0, login("Falsch-11")),
            };
            s.member = member;
            let outcome = event.outcome(|_| if event.ask == Ask::Register { given("q") } else { done() });
            s.between(start + event.sent, start + event.done, operation, outcome);
            if event.ask == Ask::Register {
                s.message(phone(1), SmsPurpose::Register, Some(222_222));
            }
        }
    }
    fn ask(chance: &mut Chance, before: &[Ask]) -> Ask {
        match chance.below(7) {
            _ if before.is_empty() => Ask::Register,
            0 | 1 => Ask::Code,
            2 | 3 => Ask::Login,
            _ => Ask::Mislogin,
        }
    }
}

/// Calls at random, one after the other: each takes no time, or up to `wide` steps of the grid.
fn history(chance: &mut Chance, wide: u64) -> Vec<Event<Ask>> {
    let mut asks: Vec<Ask> = Vec::new();
    for _ in 0..2 + chance.below(4) {
        asks.push(Clock::ask(chance, &asks));
    }
    let mut now = 0;
    let mut out: Vec<Event<Ask>> = Vec::new();
    for ask in asks {
        // Often just a life after an earlier call, a millisecond early or late.
        let earlier = out.get(chance.below(out.len().max(1) as u64) as usize).map(|e| e.sent + LIFE);
        let edge = earlier.map(|at| at - 1 + chance.below(3)).filter(|at| *at > now && chance.below(3) > 0);
        now = edge.unwrap_or(now + 1 + chance.below(12) * STEP);
        let done = now + if wide == 0 { 0 } else { chance.below(wide + 1) * STEP };
        let said = Some([Said::Done(0), Said::Refused][chance.below(2) as usize]);
        out.push(Event { ask, sent: now, done, said: if ask == Ask::Register { Some(Said::Done(0)) } else { said } });
        // Registering is answered before its code is typed; other calls may overlap.
        if ask == Ask::Register {
            now = done;
        }
    }
    out
}

#[test]
fn calls_that_take_no_time_are_judged_as_the_machine_acts() {
    let (mut stage, mut sums) = (Stage::of::<Clock>(), Sums::default());
    for index in 0..10_000 {
        let mut chance = Chance::new(4, Purpose::named("instants"), index);
        sums.compare::<Clock>(&mut stage, &history(&mut chance, 0));
    }
    println!("{sums:?}");
    assert!(sums.convicted > 3_000 && sums.convicted < 9_000 && sums.certain > 500, "{sums:?}");
}

#[test]
fn what_a_choice_of_times_explains_is_never_convicted() {
    let mut stage = Stage::of::<Clock>();
    let (mut possible, mut convicted) = (0, 0);
    for index in 0..10_000 {
        let mut chance = Chance::new(4, Purpose::named("spans"), index);
        let history = history(&mut chance, 6);
        let last = history.iter().map(|e| e.done).max().unwrap_or_default();
        let mut points: Vec<u64> = (0..=last / STEP).map(|n| n * STEP).collect();
        points.extend(history.iter().flat_map(|e| [e.sent, e.done]));
        let left = (1 << history.len()) - 1;
        let explained = explanations(&Clock::default(), 0, &history, left, &points, 1) > 0;
        let verdict = stage.verdict::<Clock>(&history);
        assert!(!explained || verdict.findings.is_empty(), "{history:#?}\n{:#?}", verdict.findings);
        possible += u32::from(explained);
        convicted += u32::from(!verdict.findings.is_empty());
    }
    println!("{possible} explained, {convicted} convicted of 10,000");
    assert!(possible > 1_000 && convicted > 1_000, "{possible} {convicted}");
}
