//! Tickets and scans through the whole twin: real signatures, checked by the shell, on both stores.

use songsinh_card::app_qr;
use songsinh_contract::{
    Application, Chance, Clock, DeviceId, Digest, Level, Operation, Outcome, Purpose, Reason, Reasons, Rulebook,
    ShownQr, Signer, Token, UnixMillis, Values,
};
use songsinh_national::records::{
    Account, ActivationState, Binding, Handle, HandleKind, Kept, Key, QrDesk, Record, Session,
};
use songsinh_national::rules::{Answer, Change, ProofClaim, Step};
use songsinh_national::shell::Twin;
use songsinh_national::store::{Fsync, MemoryStore, SqliteSettings, SqliteStore, Store};
use songsinh_phone::DeviceKey;

use super::world::{FakeWorld, ManualClock, START_MS, call, entry, number, phone, rules};

fn key(device: u64) -> DeviceKey {
    DeviceKey::new(5, DeviceId(device), 0)
}

/// The session that [`people`] gives the person of that serial.
fn session(serial: u64) -> Handle {
    Handle::draw(HandleKind::Session, &mut Chance::new(1, Purpose::named("national.tests.sessions"), serial))
}

/// Records of a person who is activated at level 2 on the device of the same number, logged in, the switch on.
fn person(serial: u32) -> Vec<Change> {
    let (entry, number, device) = (entry(serial), number(serial), DeviceId(u64::from(serial)));
    let signer = key(device.0);
    let account = Account {
        number,
        phone: phone(serial),
        name: entry.name,
        born: entry.born,
        sex: entry.sex,
        level: Level::Two,
        application: Application::Approved,
        activation: ActivationState::Activated { device, at_ms: START_MS },
        password: None,
        passcode: None,
        questions: Vec::new(),
        era: 0,
        pending: Vec::new(),
        upgrade_ms: None,
        unlock: false,
        notices: Vec::new(),
        portrait: Some(entry.portrait),
    };
    let bound = Binding { number, key: Digest::of(signer.thumbprint().as_bytes()), jwk: signer.public_jwk().into() };
    let login = Session { number, device, opened_ms: START_MS, used_ms: START_MS, era: 0, family: None };
    vec![
        put(number, account),
        put(device, bound),
        put(session(device.0), login),
        put(number, QrDesk { on: true, newest: None }),
    ]
}
fn put<T: Kept>(id: T::Id, record: T) -> Change {
    let (key, record): (Key, Record) = (T::key(id), record.wrap());
    Change::Put(key, record)
}

struct Phones<S> {
    twin: Twin<S, FakeWorld<ManualClock>>,
    clock: ManualClock,
    proofs: u64,
}

impl<S: Store> Phones<S> {
    async fn new(store: S, clock: ManualClock) -> Self {
        let changes = [person(1), person(2)].concat();
        let told = Answer::done(Values::default());
        store.transact(Box::new(|_, _| Step::Commit { changes, outbox: Vec::new(), answer: told })).await.unwrap();
        let twin = Twin::new(store, FakeWorld::new(clock.clone()), rules(), 4);
        Self { twin, clock, proofs: 0 }
    }
    async fn say(&mut self, device: u64, operation: Operation) -> Outcome {
        self.proofs += 1;
        let signer = key(device);
        let proof = ProofClaim::Sound {
            key: Digest::of(signer.thumbprint().as_bytes()),
            jti: Digest(self.proofs),
            iat_ms: self.clock.unix().0,
            jwk: signer.public_jwk().into(),
        };
        self.twin.handle(call(device, Some(&session(device).token()), operation), proof).await.outcome
    }
    async fn scan(&mut self, device: u64, text: &str) -> Outcome {
        let qr = ShownQr { text: Token::new(text), ticket: None, flaw: None, photographed: false };
        self.say(device, Operation::QrScan { qr: Box::new(qr) }).await
    }
}

async fn a_qr_is_found_genuine_once(store: impl Store, clock: ManualClock) {
    let mut phones = Phones::new(store, clock).await;
    let minted = phones.say(1, Operation::QrMint).await;
    let ticket = minted.values().unwrap().ticket.clone().unwrap();
    let refused = |reason| Outcome::Refused(Reasons::one(reason));
    let forged = app_qr::sign(&ticket, &key(2));
    assert_eq!(phones.scan(2, &forged).await, refused(Reason::QrFake));
    let genuine = app_qr::sign(&ticket, &key(1));
    assert_eq!(phones.scan(1, &genuine).await, refused(Reason::SelfScan));
    let told = phones.scan(2, &genuine).await;
    let shown = told.values().unwrap().shown.as_ref().unwrap();
    let picture = Digest::of(entry(1).portrait.to_string().as_bytes());
    assert_eq!((shown.number, shown.portrait), (Some(number(1)), Some(picture)));
    assert_eq!(phones.scan(2, &genuine).await, refused(Reason::QrUsed));
    phones.clock.turn(60_000);
    assert_eq!(phones.scan(2, &genuine).await, refused(Reason::QrExpired));
}

#[test]
fn real_signatures_are_checked_on_both_stores() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let now = |clock: &ManualClock| {
        let clock = clock.clone();
        move || -> UnixMillis { clock.unix() }
    };
    let clock = ManualClock::new();
    let memory = MemoryStore::new(now(&clock), Rulebook::default());
    runtime.block_on(a_qr_is_found_genuine_once(memory, clock));
    let (clock, folder) = (ManualClock::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("twin.sqlite");
    let settings = SqliteSettings { path, fsync: Fsync::Full, book: Rulebook::default() };
    let file = SqliteStore::open(settings, now(&clock)).unwrap();
    runtime.block_on(a_qr_is_found_genuine_once(file, clock));
}
