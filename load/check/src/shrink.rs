//! What is a little smaller than a script: all of it is played at once, and the smallest that still breaks the rule is
//! taken.
//!
//! Invariant: every candidate is smaller by [`size`], so that shrinking ends.

use std::collections::BTreeSet;
use std::time::Duration;

use songsinh_scenario::{Ask, Hand, Pick, Script, ScriptStep, Verb, WhichCode};

/// How large a script is: its requests, its steps, its times, its unusual choices.
pub(crate) fn size(script: &Script) -> (usize, usize, u128, usize) {
    let time = |step: &ScriptStep| match step {
        ScriptStep::Wait(span) => span.as_millis(),
        ScriptStep::Until { .. } | ScriptStep::Ask(_) | ScriptStep::AtOnce(_) => 0,
    };
    let odd = script.asks().filter(|ask| simpler(ask).is_some()).count();
    let grouped = script.0.iter().filter(|step| matches!(step, ScriptStep::AtOnce(_))).count();
    (script.requests(), script.0.len(), script.0.iter().map(time).sum(), odd + grouped)
}

/// Everything a little smaller.
pub(crate) fn candidates(script: &Script) -> Vec<Script> {
    let steps = &script.0;
    let mut all = BTreeSet::new();
    let mut chunk = steps.len() / 2;
    while chunk > 0 {
        for from in 0..=steps.len() - chunk {
            let rest = steps[..from].iter().chain(&steps[from + chunk..]).cloned();
            all.insert(Script(rest.collect()));
        }
        chunk /= 2;
    }
    for (at, step) in steps.iter().enumerate() {
        for other in smaller(step) {
            let mut changed = steps.clone();
            changed[at] = other;
            all.insert(Script(changed));
        }
    }
    let own = size(script);
    let mut all: Vec<Script> = all.into_iter().filter(|one| !one.0.is_empty() && size(one) < own).collect();
    all.sort_by_key(size);
    all
}

fn smaller(step: &ScriptStep) -> Vec<ScriptStep> {
    match step {
        ScriptStep::Ask(ask) => simpler(ask).map(ScriptStep::Ask).into_iter().collect(),
        ScriptStep::AtOnce(asks) => {
            let mut out: Vec<ScriptStep> = asks.iter().map(|ask| ScriptStep::Ask(*ask)).collect();
            for at in 0..asks.len() {
                let mut fewer = asks.clone();
                fewer.remove(at);
                if fewer.len() > 1 {
                    out.push(ScriptStep::AtOnce(fewer));
                }
            }
            out
        }
        ScriptStep::Wait(span) => [span.as_millis() / 2, span.as_millis() / 1_000 * 1_000]
            .into_iter()
            .filter_map(|ms| u64::try_from(ms).ok())
            .filter(|&ms| ms > 0)
            .map(|ms| ScriptStep::Wait(Duration::from_millis(ms)))
            .collect(),
        ScriptStep::Until { .. } => Vec::new(),
    }
}

/// The same request with a more usual choice.
fn simpler(ask: &Ask) -> Option<Ask> {
    let verb = match ask.verb {
        Verb::Show(pick) if pick != Pick::Newest => Verb::Show(Pick::Newest),
        Verb::Refresh(pick) if pick != Pick::Newest => Verb::Refresh(Pick::Newest),
        Verb::Logout(pick) if pick != Pick::Newest => Verb::Logout(Pick::Newest),
        Verb::ChangePassword(pick) if pick != Pick::Newest => Verb::ChangePassword(Pick::Newest),
        Verb::Mint(pick) if pick != Pick::Newest => Verb::Mint(Pick::Newest),
        Verb::Scan(pick) if pick != Pick::Newest => Verb::Scan(Pick::Newest),
        Verb::Enter(path, code) if code != WhichCode::Newest => Verb::Enter(path, WhichCode::Newest),
        Verb::ConfirmMove(code) if code != WhichCode::Newest => Verb::ConfirmMove(WhichCode::Newest),
        _ if ask.hand == Hand::B => return Some(Ask { hand: Hand::A, ..*ask }),
        _ => return None,
    };
    Some(Ask { verb, ..*ask })
}
