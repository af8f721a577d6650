//! Why a line is no step of a script: the nearest step, the missing unit, the limit.
//!
//! Invariant: what is suggested is a step.

use std::time::Duration;

use super::script::{Ask, CodePath, Hand, Is, Life, MOST_STEPS, Pick, Verb, WANTED, WhichCode, Who, may_ask, step};
use crate::message::Message;
use crate::nearest::nearest;
use crate::units::{LONGEST_S, time};

/// On which side of the end of a life a wait ends.
const SIDES: [&str; 2] = ["before", "after"];

/// What is wrong with a line that is no step.
pub(crate) fn fault(given: &str) -> Message {
    let words: Vec<&str> = given.split_whitespace().collect();
    let not_a = |wanted| Message::NotA { what: "a step of a script", given: given.to_owned(), wanted };
    match words.as_slice() {
        [times, "×" | "x" | "*", ..] if times.parse::<u64>().is_ok() => {
            Message::StepRepeated { given: given.to_owned(), limit: MOST_STEPS }
        }
        ["wait", span] | ["wait", "until", span, ..] if is_without_unit(span) => {
            Message::WaitWithoutUnit { given: given.to_owned(), number: (*span).to_owned() }
        }
        ["wait", span] | ["wait", "until", span, ..] if is_too_long(span) => {
            Message::WaitTooLong { given: given.to_owned(), limit: Duration::from_secs(LONGEST_S as u64) }
        }
        words => match near_wait(words).or_else(|| near_ask(words)).filter(|near| step(near).is_some()) {
            Some(near) => Message::NearStep { given: given.to_owned(), near },
            None => not_a(WANTED),
        },
    }
}

fn is_without_unit(span: &str) -> bool {
    span.ends_with(|c: char| c.is_ascii_digit()) && time(&format!("{span}s")).is_some()
}

/// Whether it would be a time, if its numbers were not too large.
fn is_too_long(span: &str) -> bool {
    let digits = |c: char| if c.is_ascii_digit() { '0' } else { c };
    time(span).is_none() && time(&span.chars().map(digits).collect::<String>()).is_some()
}

/// A wait with the words that were meant.
fn near_wait(words: &[&str]) -> Option<String> {
    let [wait, until, by, side, life] = words else { return None };
    nearest(wait, ["wait"])?;
    nearest(until, ["until"])?;
    let side = nearest(side, SIDES)?;
    let life = nearest(life, Life::ALL.iter().map(|one| one.as_str()))?;
    Some(format!("wait until {by} {side} {life}"))
}

/// A request whose words are all near, or that begins with all of them.
fn near_ask(words: &[&str]) -> Option<String> {
    let given = words.join(" ");
    let is_near = |ask: &String| {
        let asked: Vec<&str> = ask.split(' ').collect();
        asked.len() == words.len() && words.iter().zip(&asked).all(|(given, word)| nearest(given, [*word]).is_some())
    };
    let asks: Vec<String> = asks().iter().map(ToString::to_string).collect();
    let near = nearest(&given, asks.iter().filter(|ask| is_near(ask)).map(String::as_str));
    near.or_else(|| asks.into_iter().find(|ask| ask.strip_prefix(&given).is_some_and(|rest| rest.starts_with(' '))))
}

/// Every request that a script may have.
fn asks() -> Vec<Ask> {
    let mut all = Vec::new();
    for &who in Who::ALL {
        for &hand in Hand::ALL {
            let asks = verbs().into_iter().map(|verb| Ask { who, hand, verb });
            all.extend(asks.filter(may_ask));
        }
    }
    all
}

/// Every verb with all that it may be about.
pub(crate) fn verbs() -> Vec<Verb> {
    let mut all = vec![
        Verb::Register,
        Verb::RequestReset,
        Verb::Answer,
        Verb::ResetPassword,
        Verb::BeApproved,
        Verb::RequestActivation,
        Verb::SetQuestions,
        Verb::AskMove,
    ];
    for is in [Is::Right, Is::Wrong] {
        all.extend([Verb::SetPassword(is), Verb::Login(is), Verb::SetPasscode(is), Verb::Passcode(is)]);
    }
    for &pick in Pick::ALL {
        all.extend([Verb::Show(pick), Verb::Refresh(pick), Verb::Logout(pick), Verb::ChangePassword(pick)]);
        all.extend([Verb::Release(pick), Verb::ShowMoveCode(pick), Verb::SwitchOn(pick), Verb::SwitchOff(pick)]);
        all.extend([Verb::Mint(pick), Verb::Scan(pick), Verb::ListWallet(pick)]);
    }
    for &code in WhichCode::ALL {
        all.push(Verb::ConfirmMove(code));
        all.extend(CodePath::ALL.iter().map(|&path| Verb::Enter(path, code)));
    }
    all.extend(CodePath::ALL.iter().map(|&path| Verb::Resend(path)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::ScriptStep;

    #[test]
    fn what_was_meant_is_told() {
        for (given, near) in [
            ("citizen-a logn", "citizen-a login"),
            ("citizen login", "citizen-a login"),
            ("citizen-c login", "citizen-a login"),
            ("citizen-a show", "citizen-a show newest"),
            ("citizen-a enter regsitration newest", "citizen-a enter registration newest"),
            ("wait until 20ms aftr code", "wait until 20ms after code"),
            ("wait untill 20ms after cod", "wait until 20ms after code"),
        ] {
            let near = near.to_owned();
            assert_eq!(fault(given), Message::NearStep { given: given.to_owned(), near }, "{given}");
        }
        for (given, text) in [
            ("5000 × citizen-a login", "of its own"),
            ("wait 9999999h", "366d"),
            ("wait until 9999h before code", "366d"),
            ("wait 3", "`3s`"),
            ("wait until 20 after code", "`20s`"),
            ("official-a release newest", "as in `citizen-a"),
            ("nonsense", "as in `citizen-a"),
        ] {
            let message = fault(given);
            let told = format!("{message} {}", message.help().unwrap_or_default());
            assert!(told.contains(text), "{given}: {told}");
        }
    }

    #[test]
    fn every_request_is_a_step() {
        let asks = asks();
        assert!(asks.len() > 200);
        for ask in asks {
            assert_eq!(step(&ask.to_string()), Some(ScriptStep::Ask(ask)));
        }
    }
}
