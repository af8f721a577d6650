//! Journey 7: the switch, tickets, scans; and what breaks each of their rules.

use songsinh_card::app_qr;
use songsinh_contract::{
    Chance, Digest, Level, Operation, Outcome, Purpose, QrFlaw, QrReplay, QrTicket, Reason, ShownQr, Token,
};

use super::world::{Human, World, done, refused, signer_of};
use crate::quirks::Quirk;
use crate::records::{ActivationState, Handle, Kept, Key, Record, Ticket};
use crate::rules::Replies;

/// A citizen and an official, both at level 2 and logged in, the citizen's switch on.
pub struct Meeting {
    pub world: World,
    pub citizen: Human,
    pub official: Human,
    pub of_citizen: Token,
    pub of_official: Token,
}

/// Activated at a level, and logged in.
pub fn activated(world: &mut World, human: &Human, level: Level) -> Token {
    world.make_level1(human);
    world.activate(human);
    set_level(world, human, level);
    world.login(human)
}
pub fn set_level(world: &mut World, human: &Human, level: Level) {
    let mut account = world.account(human);
    account.level = level;
    world.records.insert(Key::Account(human.number), account.wrap());
}

impl Meeting {
    pub fn in_world(mut world: World) -> Self {
        let (citizen, official) = (Human::new(1), Human::new(2));
        let of_citizen = activated(&mut world, &citizen, Level::Two);
        let of_official = activated(&mut world, &official, Level::Two);
        let mut meeting = Self { world, citizen, official, of_citizen, of_official };
        done(meeting.switch(true));
        meeting
    }
    fn new() -> Self {
        Self::in_world(World::new())
    }
    fn switch(&mut self, on: bool) -> Outcome {
        self.world.by(&self.citizen, Some(&self.of_citizen), Operation::QrSwitch { on })
    }
    fn try_mint(&mut self) -> Outcome {
        self.world.by(&self.citizen, Some(&self.of_citizen), Operation::QrMint)
    }
    pub fn mint(&mut self) -> QrTicket {
        done(self.try_mint()).ticket.unwrap()
    }
    pub fn text(&self, ticket: &QrTicket) -> String {
        app_qr::sign(ticket, &signer_of(self.citizen.device.0 as u32))
    }
    pub fn scan(&mut self, text: &str) -> Outcome {
        self.world.by(&self.official, Some(&self.of_official), scan_of(text))
    }
    fn scan_self(&mut self, text: &str) -> Outcome {
        self.world.by(&self.citizen, Some(&self.of_citizen), scan_of(text))
    }
    /// The session of the citizen or of the official.
    pub fn handle(&self, of_citizen: bool) -> Handle {
        let token = if of_citizen { &self.of_citizen } else { &self.of_official };
        Handle::parse(token.text().unwrap()).unwrap()
    }
    fn is_used(&self, ticket: &QrTicket) -> bool {
        let handle = Handle::parse(ticket.id.text().unwrap()).unwrap();
        self.world.get::<Ticket>(handle).unwrap().used_ms.is_some()
    }
}

pub fn scan_of(text: &str) -> Operation {
    let qr = ShownQr { text: Token::new(text), ticket: None, flaw: None, photographed: false };
    Operation::QrScan { qr: Box::new(qr) }
}

#[test]
fn a_scan_shows_the_citizens_own_data() {
    let mut meeting = Meeting::new();
    let ticket = meeting.mint();
    assert_eq!(ticket.expires_ms - ticket.issued_ms, 60_000);
    let shown = done(meeting.scan(&meeting.text(&ticket))).shown.unwrap();
    let entry = &meeting.citizen.entry;
    assert_eq!((shown.number, shown.name), (Some(meeting.citizen.number), Some(entry.name.clone())));
    assert_eq!((shown.born, shown.sex), (Some(entry.born), Some(entry.sex)));
    assert_eq!(shown.portrait, Some(Digest::of(entry.portrait.to_string().as_bytes())));
    let page = done(meeting.world.show(&meeting.citizen, &meeting.of_citizen)).shown.unwrap();
    assert_eq!(page.portrait, None, "only the official is shown it");
}

#[test]
fn a_scan_that_finds_no_genuine_qr_shows_nobody_and_another_ones_picture_differs() {
    let mut meeting = Meeting::new();
    let ticket = meeting.mint();
    let forged = app_qr::sign(&ticket, &signer_of(meeting.official.device.0 as u32));
    refused(meeting.scan(&forged), Reason::QrFake);
    let mut meeting = Meeting::in_world(World::with(Quirk::QrShowsAnother));
    let ticket = meeting.mint();
    let shown = done(meeting.scan(&meeting.text(&ticket))).shown.unwrap();
    let own = meeting.citizen.entry.portrait.to_string();
    assert!(shown.portrait.is_some_and(|told| told != Digest::of(own.as_bytes())));
}

#[test]
fn only_an_activated_level_2_account_gets_a_ticket() {
    let (mut world, human) = (World::new(), Human::new(1));
    let session = world.make_level1(&human);
    done(world.by(&human, Some(&session), Operation::QrSwitch { on: true }));
    refused(world.by(&human, Some(&session), Operation::QrMint), Reason::Level2Wanted);
    set_level(&mut world, &human, Level::Two);
    refused(world.by(&human, Some(&session), Operation::QrMint), Reason::Level2Wanted);
    set_level(&mut world, &human, Level::One);
    world.activate(&human);
    refused(world.by(&human, Some(&session), Operation::QrMint), Reason::Level2Wanted);
    set_level(&mut world, &human, Level::Two);
    done(world.by(&human, Some(&session), Operation::QrMint));
    refused(world.by(&human, None, Operation::QrMint), Reason::SessionMissing);
    refused(world.by(&human, None, Operation::QrSwitch { on: true }), Reason::SessionMissing);
}

#[test]
fn the_switch_is_off_at_first_and_turned_off_it_voids_what_lives() {
    let mut meeting = Meeting::new();
    let ticket = meeting.mint();
    done(meeting.switch(true));
    done(meeting.switch(false));
    refused(meeting.scan(&meeting.text(&ticket)), Reason::QrReplaced);
    refused(meeting.try_mint(), Reason::SwitchOff);
    done(meeting.switch(true));
    refused(meeting.scan(&meeting.text(&ticket)), Reason::QrReplaced);
    let ticket = meeting.mint();
    meeting.world.book.qr_switch_voids = false;
    done(meeting.switch(false));
    done(meeting.scan(&meeting.text(&ticket)));
    let (mut world, human) = (World::new(), Human::new(1));
    let session = activated(&mut world, &human, Level::Two);
    refused(world.by(&human, Some(&session), Operation::QrMint), Reason::SwitchOff);
}

#[test]
fn a_qr_lives_sixty_seconds_and_not_a_millisecond_more() {
    for (age_ms, fine) in [(0, true), (59_999, true), (60_000, false), (61_000, false)] {
        let mut meeting = Meeting::new();
        meeting.world.wait_ms(789);
        let text = {
            let ticket = meeting.mint();
            meeting.text(&ticket)
        };
        meeting.world.wait_ms(age_ms);
        let outcome = meeting.scan(&text);
        if fine {
            drop(done(outcome))
        } else {
            refused(outcome, Reason::QrExpired)
        }
        let again = meeting.mint();
        done(meeting.scan(&meeting.text(&again)));
    }
}

#[test]
fn a_newer_qr_replaces_the_one_before() {
    let mut meeting = Meeting::new();
    let (old, new) = (meeting.mint(), meeting.mint());
    refused(meeting.scan(&meeting.text(&old)), Reason::QrReplaced);
    done(meeting.scan(&meeting.text(&new)));
    // Replaced goes before expired and used.
    meeting.mint();
    refused(meeting.scan(&meeting.text(&new)), Reason::QrReplaced);
    meeting.world.wait_ms(60_000);
    refused(meeting.scan(&meeting.text(&new)), Reason::QrReplaced);
}

#[test]
fn a_qr_serves_once_unless_the_rulebook_says_otherwise() {
    let mut meeting = Meeting::new();
    let text = {
        let ticket = meeting.mint();
        meeting.text(&ticket)
    };
    done(meeting.scan(&text));
    refused(meeting.scan(&text), Reason::QrUsed);
    meeting.world.wait_ms(60_000);
    refused(meeting.scan(&text), Reason::QrExpired);
    meeting.world.book.qr_replay = QrReplay::AllowedWhileLive;
    let text = {
        let ticket = meeting.mint();
        meeting.text(&ticket)
    };
    done(meeting.scan(&text));
    meeting.world.wait_ms(59_999);
    done(meeting.scan(&text));
    meeting.world.wait_ms(1);
    refused(meeting.scan(&text), Reason::QrExpired);
}

/// Both scans have had the signature checked before either is decided.
fn scan_twice_at_once(meeting: &mut Meeting) -> [Outcome; 2] {
    let text = {
        let ticket = meeting.mint();
        meeting.text(&ticket)
    };
    let jwk: Box<str> = songsinh_contract::Signer::public_jwk(&signer_of(1)).into();
    [(); 2].map(|()| {
        let proof = meeting.world.proof(meeting.official.key);
        let told = Replies { signature: Some((jwk.clone(), true)), ..Replies::default() };
        let (device, session) = (meeting.official.device, Some(&meeting.of_official));
        meeting.world.call_told(device, session, proof, scan_of(&text), told)
    })
}

#[test]
fn of_two_scans_at_once_exactly_one_finds_it_genuine() {
    let [first, second] = scan_twice_at_once(&mut Meeting::new());
    done(first);
    refused(second, Reason::QrUsed);
}

#[test]
fn every_forgery_is_said_to_be_fake_and_uses_nothing_up() {
    let mut meeting = Meeting::new();
    for (at, &flaw) in QrFlaw::ALL.iter().enumerate() {
        let ticket = meeting.mint();
        let mut chance = Chance::new(3, Purpose::named("rules.tests.forgeries"), at as u64);
        let other = if matches!(flaw, QrFlaw::UnknownKey | QrFlaw::Counterfeit) { 4 } else { 2 };
        let forged = app_qr::forge(flaw, &ticket, &signer_of(1), &signer_of(other), &mut chance);
        refused(meeting.scan(&forged), Reason::QrFake);
        assert!(!meeting.is_used(&ticket), "{flaw:?}");
        done(meeting.scan(&meeting.text(&ticket)));
    }
    for garbage in ["", "VNQ1:", "https://vneid.gov.vn/qr", "VNQ1:\u{0}é"] {
        refused(meeting.scan(garbage), Reason::QrFake);
    }
}

#[test]
fn a_check_with_a_key_that_is_no_longer_bound_counts_for_nothing() {
    let mut meeting = Meeting::new();
    let ticket = meeting.mint();
    let forged = app_qr::sign(&ticket, &signer_of(2));
    let jwk = songsinh_contract::Signer::public_jwk(&signer_of(2)).into();
    let told = Replies { signature: Some((jwk, true)), ..Replies::default() };
    let proof = meeting.world.proof(meeting.official.key);
    let (device, session) = (meeting.official.device, Some(&meeting.of_official));
    refused(meeting.world.call_told(device, session, proof, scan_of(&forged), told), Reason::QrFake);
}

#[test]
fn a_qr_is_fake_once_its_account_or_device_is_not_what_it_was() {
    let change = |change: &dyn Fn(&mut Meeting)| {
        let mut meeting = Meeting::new();
        let ticket = meeting.mint();
        change(&mut meeting);
        refused(meeting.scan(&meeting.text(&ticket)), Reason::QrFake);
    };
    change(&|meeting| set_level(&mut meeting.world, &meeting.citizen, Level::One));
    change(&|meeting| _ = meeting.world.records.remove(&Key::Binding(meeting.citizen.device)));
    // Released and activated anew on the same phone.
    change(&|meeting| {
        meeting.world.wait_ms(1);
        let mut account = meeting.world.account(&meeting.citizen);
        account.activation = ActivationState::Activated { device: meeting.citizen.device, at_ms: meeting.world.now_ms };
        meeting.world.records.insert(Key::Account(meeting.citizen.number), account.wrap());
    });
    change(&|meeting| {
        let mut account = meeting.world.account(&meeting.citizen);
        account.activation = ActivationState::Notified { since_ms: meeting.world.now_ms };
        meeting.world.records.insert(Key::Account(meeting.citizen.number), account.wrap());
    });
    // Another key on the same device.
    change(&|meeting| {
        let key = Key::Binding(meeting.citizen.device);
        let Some(Record::Binding(mut binding)) = meeting.world.records.get(&key).cloned() else { panic!("bound") };
        binding.key = Digest(9);
        meeting.world.records.insert(key, Record::Binding(binding));
    });
}

#[test]
fn only_an_activated_level_2_account_scans_and_never_its_own_qr() {
    let mut meeting = Meeting::new();
    let ticket = meeting.mint();
    let text = meeting.text(&ticket);
    refused(meeting.scan_self(&text), Reason::SelfScan);
    refused(meeting.world.by(&meeting.official, None, scan_of(&text)), Reason::SessionMissing);
    set_level(&mut meeting.world, &meeting.official, Level::One);
    refused(meeting.scan(&text), Reason::Level2Wanted);
    refused(meeting.scan("garbage"), Reason::Level2Wanted);
    set_level(&mut meeting.world, &meeting.official, Level::Two);
    assert!(!meeting.is_used(&ticket));
    done(meeting.scan(&text));
    // Self goes before replaced and expired.
    meeting.mint();
    refused(meeting.scan_self(&text), Reason::SelfScan);
}

/// What a scene showed for a misbehaviour of this group.
pub fn misbehaves(quirk: Quirk, world: World) -> bool {
    let expires = |world: World, age_ms: i64| {
        let mut meeting = Meeting::in_world(world);
        meeting.world.wait_ms(789);
        let ticket = meeting.mint();
        meeting.world.wait_ms(age_ms);
        meeting.scan(&meeting.text(&ticket))
    };
    match quirk {
        Quirk::QrLivesASecondMore => expires(world, 60_999).is_done(),
        Quirk::QrWholeSeconds => !expires(world, 59_999).is_done(),
        Quirk::QrMinuteOfGrace => expires(world, 119_999).is_done(),
        _ => misbehaves_in_a_meeting(quirk, world),
    }
}

fn misbehaves_in_a_meeting(quirk: Quirk, world: World) -> bool {
    let mut meeting = Meeting::in_world(world);
    let forged = |meeting: &mut Meeting, flaw| {
        let ticket = meeting.mint();
        let mut chance = Chance::new(3, Purpose::named("rules.tests.forgeries"), 0);
        let text = app_qr::forge(flaw, &ticket, &signer_of(1), &signer_of(2), &mut chance);
        meeting.scan(&text)
    };
    match quirk {
        Quirk::QrWithoutLevel2 => {
            set_level(&mut meeting.world, &meeting.citizen, Level::One);
            let Outcome::Done(values) = meeting.try_mint() else { return false };
            meeting.scan(&meeting.text(&values.ticket.unwrap())).is_done()
        }
        Quirk::QrWithoutSwitch => {
            done(meeting.switch(false));
            meeting.try_mint().is_done()
        }
        Quirk::QrOldWorks => {
            let old = meeting.mint();
            meeting.mint();
            meeting.scan(&meeting.text(&old)).is_done()
        }
        Quirk::QrOfficialUnchecked => {
            set_level(&mut meeting.world, &meeting.official, Level::One);
            let ticket = meeting.mint();
            meeting.scan(&meeting.text(&ticket)).is_done()
        }
        Quirk::QrSignatureUnchecked => forged(&mut meeting, QrFlaw::SignatureForged).is_done(),
        Quirk::QrKeyNameUnchecked => {
            assert!(!forged(&mut meeting, QrFlaw::SignatureForged).is_done());
            forged(&mut meeting, QrFlaw::OtherKeyNamed).is_done()
        }
        Quirk::QrAnyDevice => {
            assert!(!forged(&mut meeting, QrFlaw::SignatureForged).is_done());
            let ticket = meeting.mint();
            assert!(!meeting.scan(&app_qr::sign(&ticket, &signer_of(4))).is_done());
            forged(&mut meeting, QrFlaw::OtherDevice).is_done()
        }
        Quirk::QrGarbageFails => meeting.scan("garbage") != crate::rules::Answer::refused(Reason::QrFake).outcome,
        Quirk::QrServesTwice => {
            let text = {
                let ticket = meeting.mint();
                meeting.text(&ticket)
            };
            done(meeting.scan(&text));
            meeting.world.wait_ms(5_000);
            meeting.scan(&text).is_done()
        }
        Quirk::QrServesTwiceAtOnce => {
            let text = {
                let ticket = meeting.mint();
                meeting.text(&ticket)
            };
            done(meeting.scan(&text));
            meeting.world.wait_ms(5_000);
            refused(meeting.scan(&text), Reason::QrUsed);
            scan_twice_at_once(&mut meeting).iter().all(Outcome::is_done)
        }
        Quirk::QrShowsAnother => {
            let ticket = meeting.mint();
            done(meeting.scan(&meeting.text(&ticket))).shown.unwrap().number != Some(meeting.citizen.number)
        }
        Quirk::QrSelfScanServes => {
            let ticket = meeting.mint();
            meeting.scan_self(&meeting.text(&ticket)).is_done()
        }
        _ => panic!("{quirk} has no scene"),
    }
}
