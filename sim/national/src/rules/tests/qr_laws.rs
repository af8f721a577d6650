//! Random mints, scans, switches, passcodes and utilities: what must always hold of QR codes and of refusals.

use proptest::prelude::*;
use songsinh_card::app_qr;
use songsinh_contract::{
    Level, Operation, Outcome, PaperKind, PublicService, QrTicket, Reason, Secret, ShownQr, Token,
};

use super::qr::{Meeting, set_level};
use super::utilities::{PASSCODE, furnish, licence};
use super::world::{World, signer_of};
use crate::records::{Key, Record, Session};

/// What a model says of a ticket that was minted.
struct Known {
    ticket: QrTicket,
    replaced: bool,
    used: bool,
}

#[derive(Debug, Clone)]
enum Act {
    Mint,
    Switch(bool),
    Scan { pick: prop::sample::Index, by_citizen: bool, forged: bool },
    Level(bool),
    Passcode(bool),
    Utility(u8),
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let waits = prop_oneof![Just(1), Just(59_999), Just(60_000), 0..70_000_i64, Just(300_000)];
    prop_oneof![
        3 => Just(Act::Mint),
        1 => any::<bool>().prop_map(Act::Switch),
        6 => (any::<prop::sample::Index>(), prop::bool::weighted(0.1), prop::bool::weighted(0.2))
            .prop_map(|(pick, by_citizen, forged)| Act::Scan { pick, by_citizen, forged }),
        1 => prop::bool::weighted(0.7).prop_map(Act::Level),
        2 => any::<bool>().prop_map(Act::Passcode),
        4 => (0..6_u8).prop_map(Act::Utility),
        2 => waits.prop_map(Act::Wait),
    ]
}

fn utility(meeting: &Meeting, which: u8) -> Operation {
    let request = Token::new("one");
    match which {
        0 => Operation::WalletAdd { kind: PaperKind::DrivingLicence, number: licence(&meeting.citizen).number },
        1 => Operation::WalletShow { kind: PaperKind::DrivingLicence },
        2 => Operation::FormSubmit { service: PublicService::StayNotice, request, text: "a".into() },
        3 => Operation::PaymentTransfer { request, to: meeting.official.number, amount_vnd: 7 },
        4 => Operation::PaymentBills,
        _ => Operation::FormOpen { service: PublicService::StayNotice },
    }
}

/// What the scan of a ticket must say.
fn expected(known: &Known, level_2: bool, by_citizen: bool, forged: bool, now_ms: i64) -> Result<(), Reason> {
    let judged = [
        // A scanner who is the citizen of the ticket is held to level 2 before the QR is looked at.
        (by_citizen && !level_2, Reason::Level2Wanted),
        (forged || !level_2, Reason::QrFake),
        (by_citizen, Reason::SelfScan),
        (known.replaced, Reason::QrReplaced),
        (now_ms >= known.ticket.expires_ms, Reason::QrExpired),
        (known.used, Reason::QrUsed),
    ];
    judged.into_iter().find(|(is_so, _)| *is_so).map_or(Ok(()), |(_, reason)| Err(reason))
}

/// Plays the acts against the model; how many scans found a QR genuine.
fn play(acts: &[Act]) -> Result<usize, TestCaseError> {
    let mut meeting = Meeting::in_world(World::new());
    let human = meeting.citizen.clone();
    furnish(&mut meeting.world, &human);
    let (mut known, mut on, mut level_2, mut genuine) = (Vec::<Known>::new(), true, true, 0);
    for act in acts {
        let (mut scanned, mut by_citizen) = (None, true);
        let operation = match act {
            Act::Mint => Operation::QrMint,
            Act::Switch(to) => Operation::QrSwitch { on: *to },
            Act::Scan { pick, by_citizen: own, forged } if !known.is_empty() => {
                let at = pick.index(known.len());
                let signer = signer_of(if *forged { 2 } else { 1 });
                let text = Token::new(&app_qr::sign(&known[at].ticket, &signer));
                (scanned, by_citizen) = (Some((at, *forged)), *own);
                let qr = ShownQr { text, ticket: None, flaw: None, photographed: false };
                Operation::QrScan { qr: Box::new(qr) }
            }
            Act::Scan { .. } => continue,
            Act::Passcode(right) => {
                Operation::PasscodeEnter { passcode: Secret::new(if *right { PASSCODE } else { "000000" }) }
            }
            Act::Utility(which) => utility(&meeting, *which),
            Act::Level(two) => {
                level_2 = *two;
                set_level(&mut meeting.world, &human, if level_2 { Level::Two } else { Level::One });
                continue;
            }
            Act::Wait(ms) => {
                meeting.world.wait_ms(*ms);
                continue;
            }
        };
        let before = meeting.world.records.clone();
        // Long waits end sessions, which is another rule's business.
        let who = if by_citizen { meeting.citizen.clone() } else { meeting.official.clone() };
        let session = meeting.world.get::<Session>(meeting.handle(by_citizen)).unwrap();
        let session = Session { used_ms: meeting.world.now_ms, opened_ms: meeting.world.now_ms, ..session };
        meeting.world.records.insert(Key::Session(meeting.handle(by_citizen)), Record::Session(session));
        let token = if by_citizen { meeting.of_citizen.clone() } else { meeting.of_official.clone() };
        let outcome = meeting.world.by(&who, Some(&token), operation.clone());
        if let Some((at, forged)) = scanned {
            let told = match &outcome {
                Outcome::Done(_) => Ok(()),
                Outcome::Refused(reasons) => Err(reasons.iter().next().unwrap()),
                other => return Err(TestCaseError::fail(format!("{other:?}"))),
            };
            prop_assert_eq!(told, expected(&known[at], level_2, by_citizen, forged, meeting.world.now_ms));
            known[at].used |= told.is_ok();
            genuine += usize::from(told.is_ok());
        }
        match (&operation, &outcome) {
            (Operation::QrMint, outcome) => {
                prop_assert_eq!(outcome.is_done(), on && level_2);
                if let Some(ticket) = outcome.values().and_then(|values| values.ticket.clone()) {
                    known.iter_mut().for_each(|one| one.replaced = true);
                    known.push(Known { ticket, replaced: false, used: false });
                }
            }
            (Operation::QrSwitch { on: to }, Outcome::Done(_)) => {
                on = *to;
                known.iter_mut().for_each(|one| one.replaced |= !on);
            }
            _ => {}
        }
        if let Outcome::Refused(_) = outcome {
            for (key, record) in &meeting.world.records {
                let counts = matches!(key, Key::Proof(_) | Key::Session(_) | Key::Passcodes(_));
                prop_assert!(counts || before.get(key) == Some(record), "{:?} changed by a refusal", key);
            }
        }
    }
    Ok(genuine)
}

#[test]
fn scans_say_what_a_simple_model_says_and_refusals_change_nothing() {
    let genuine = std::cell::Cell::new(0);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 96, ..ProptestConfig::default() });
    let played = runner.run(&prop::collection::vec(act(), 1..60), |acts| {
        genuine.set(genuine.get() + play(&acts)?);
        Ok(())
    });
    if let Err(failure) = played {
        panic!("{failure}");
    }
    assert!(genuine.get() > 0, "no random sequence ever came to a genuine scan");
}
