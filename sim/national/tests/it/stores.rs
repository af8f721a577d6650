//! Both stores give the same answers; the file keeps what was acknowledged, and refuses what is not its own.

use std::path::Path;

use proptest::prelude::*;
use songsinh_contract::{
    Code, CounterFiling, Digest, Fingerprints, Operation, Outcome, Rulebook, Secret, SmsPurpose, Token, Values,
};
use songsinh_national::StoreError;
use songsinh_national::rules::{Answer, OutboxSms, ProofClaim};
use songsinh_national::shell::Twin;
use songsinh_national::store::{Fsync, MemoryStore, SqliteSettings, SqliteStore, Store};

use super::world::{
    FakeWorld, ManualClock, PASSWORD, call, card, code_in, entry, form, last_code, number, phone, rules,
};

fn settings(path: &Path) -> SqliteSettings {
    SqliteSettings { path: path.to_owned(), fsync: Fsync::Full, book: Rulebook::default() }
}
fn sqlite(path: &Path, clock: &ManualClock) -> SqliteStore {
    let clock = clock.clone();
    SqliteStore::open(settings(path), move || songsinh_contract::Clock::unix(&clock)).unwrap()
}
fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A twin on some store, with what a test keeps about it.
struct Arm<S> {
    twin: Twin<S, FakeWorld<ManualClock>>,
    seen: Vec<OutboxSms>,
    proofs: u64,
}

impl<S: Store> Arm<S> {
    fn new(store: S, clock: &ManualClock) -> Self {
        Self { twin: Twin::new(store, FakeWorld::new(clock.clone()), rules(), 4), seen: Vec::new(), proofs: 0 }
    }
    async fn say(&mut self, device: u64, session: Option<&Token>, operation: Operation) -> Answer {
        self.proofs += 1;
        let iat_ms = songsinh_contract::Clock::unix(&self.twin.world().clock).0;
        let proof = ProofClaim::Sound { key: Digest(device), jti: Digest(self.proofs), iat_ms, jwk: "".into() };
        self.twin.handle(call(device, session, operation), proof).await
    }
    fn code(&mut self, purpose: SmsPurpose) -> Code {
        last_code(self.twin.store(), &mut self.seen, purpose).unwrap_or(Code(0))
    }
    fn codes(&mut self, moved: Code) -> Codes {
        let (register, activate) = (self.code(SmsPurpose::Register), self.code(SmsPurpose::Activate));
        Codes { register, activate, reset: self.code(SmsPurpose::Reset), moved }
    }
    /// Journey 1; the acknowledged account.
    async fn make_account(&mut self, serial: u32) {
        let device = u64::from(serial);
        let form = form(serial);
        let opened = self.say(device, None, Operation::AccountRegister { form, scanned: None }).await;
        let challenge = opened.outcome.values().unwrap().handle.clone().unwrap();
        let code = self.code(SmsPurpose::Register);
        let confirm = Operation::AccountConfirm { challenge: challenge.clone(), code };
        assert!(self.say(device, None, confirm).await.outcome.is_done());
        let password = Secret::new(PASSWORD);
        let last = Operation::AccountSetPassword { challenge, password };
        assert!(self.say(device, None, last).await.outcome.is_done());
    }
    async fn login(&mut self, serial: u32) -> Outcome {
        let operation = Operation::SessionLogin { number: number(serial), password: Secret::new(PASSWORD) };
        self.say(u64::from(serial), None, operation).await.outcome
    }
}

#[derive(Debug, Clone)]
struct Act {
    kind: u8,
    who: u32,
    device: u64,
    pick: prop::sample::Index,
    right: bool,
    wait_ms: i64,
}

fn act() -> impl Strategy<Value = Act> {
    let waits =
        prop_oneof![4 => Just(0), 2 => Just(2_000), 2 => Just(60_000), 1 => 0..200_000_i64, 1 => Just(90_000_000)];
    (0..36_u8, 1..4_u32, 1..4_u64, any::<prop::sample::Index>(), prop::bool::weighted(0.9), waits)
        .prop_map(|(kind, who, device, pick, right, wait_ms)| Act { kind, who, device, pick, right, wait_ms })
}

/// The newest code of each purpose, and the newest code of a move.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Codes {
    register: Code,
    activate: Code,
    reset: Code,
    moved: Code,
}

fn operation(act: &Act, handles: &[Token], codes: Codes) -> Operation {
    let Codes { register, activate, .. } = codes;
    let recent = &handles[handles.len().saturating_sub(4)..];
    let token = if recent.is_empty() { Token::new("none") } else { act.pick.get(recent).clone() };
    let password = Secret::new(if act.right { PASSWORD } else { "Sai-Mat-Khau-1" });
    let code = |right: Code| if act.right { right } else { Code((right.0 + 1) % 1_000_000) };
    match act.kind {
        0 | 1 => Operation::AccountRegister { form: form(act.who), scanned: None },
        2 => Operation::AccountResend { challenge: token },
        3 | 4 => Operation::AccountConfirm { challenge: token, code: code(register) },
        5 | 6 => Operation::AccountSetPassword { challenge: token, password },
        7 => Operation::SessionLogin { number: number(act.who), password },
        8 => Operation::AccountShow,
        9 => Operation::Level1ReadCard { printed: Box::new(card(act.who)), nfc: false },
        10 => Operation::Level1Portrait { application: token, portrait: Some(entry(act.who).portrait) },
        11 => Operation::Level1Submit { application: token, email: None },
        12 => Operation::ActivationRequest { number: number(act.who), phone: phone(act.who) },
        13 => Operation::ActivationResend { challenge: token },
        14 => Operation::ActivationConfirm { challenge: token, code: code(activate) },
        15 => Operation::ActivationSetPasscode { challenge: token, passcode: Secret::new("135790") },
        16 => {
            let answers = vec![(1, Secret::new("a")), (2, Secret::new("b"))];
            Operation::ActivationSetQuestions { challenge: token, answers }
        }
        _ => later_operation(act, token, password, codes),
    }
}

/// The operations of the personal page, the counter and moves.
fn later_operation(act: &Act, token: Token, password: Secret, codes: Codes) -> Operation {
    let number = number(act.who);
    match act.kind {
        17 => Operation::SessionRefresh { refresh: token },
        18 => Operation::SessionLogout,
        19 => Operation::SessionUnlock { number },
        20 => Operation::UnlockSwitch { on: act.right },
        21 => Operation::NoticeList,
        22 => Operation::PasswordChange { old: password, new: Secret::new(PASSWORD) },
        23 => Operation::PasscodeChange { old: Secret::new("135790"), new: Secret::new("135790") },
        24 => Operation::ResetRequest { number, phone: phone(act.who) },
        25 => Operation::ResetResend { challenge: token },
        26 => Operation::ResetConfirm { challenge: token, code: codes.reset },
        27 => {
            let answers = vec![(1, Secret::new("a")), (2, Secret::new(if act.right { "b" } else { "c" }))];
            Operation::ResetAnswer { challenge: token, answers }
        }
        28 => Operation::ResetSetPassword { challenge: token, password: Secret::new(PASSWORD) },
        29 => Operation::OfficerLogin { user: "an-xa-1".into(), password },
        30 => Operation::Level2File { filing: Box::new(filing(act.who)) },
        31 => Operation::ApplicationDecide { number, approve: act.right },
        32 => Operation::DeviceRelease,
        33 => Operation::DeviceMove { number, password },
        34 => Operation::DeviceMoveCode,
        _ => Operation::DeviceMoveConfirm { challenge: token, code: codes.moved },
    }
}

fn filing(serial: u32) -> CounterFiling {
    let portrait = entry(serial).portrait;
    let fingerprints = Some(Fingerprints { of: portrait.face });
    let (number, phone) = (number(serial), phone(serial));
    CounterFiling { number, phone, email: None, card: card(serial), portrait: Some(portrait), fingerprints }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn memory_and_file_answer_alike(acts in prop::collection::vec(act(), 1..80)) {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::new();
        let now = { let clock = clock.clone(); move || songsinh_contract::Clock::unix(&clock) };
        let mut memory = Arm::new(MemoryStore::new(now, Rulebook::default()), &clock);
        let mut file = Arm::new(sqlite(&folder.path().join("twin.db"), &clock), &clock);
        let (mut handles, mut sessions) = (Vec::<Token>::new(), Vec::<Token>::new());
        let mut moved = Code(0);
        block_on(async {
            for act in &acts {
                let codes = memory.codes(moved);
                prop_assert_eq!(codes, file.codes(moved));
                let operation = operation(act, &handles, codes);
                let session = if sessions.is_empty() { None } else { Some(act.pick.get(&sessions).clone()) };
                let one = memory.say(act.device, session.as_ref(), operation.clone()).await;
                let two = file.say(act.device, session.as_ref(), operation).await;
                prop_assert_eq!(&one, &two);
                if let Outcome::Done(values) = one.outcome {
                    handles.extend(values.handle);
                    handles.extend(values.refresh);
                    moved = values.code.unwrap_or(moved);
                    sessions.extend(values.session);
                }
                clock.turn(act.wait_ms);
                let (due, also) = (memory.twin.store().due(10).await.unwrap(), file.twin.store().due(10).await.unwrap());
                prop_assert_eq!(due, also);
            }
            Ok(())
        })?;
    }
}

#[test]
fn a_restart_keeps_accounts_and_unsent_messages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("twin.db");
    let clock = ManualClock::new();
    block_on(async {
        let mut arm = Arm::new(sqlite(&path, &clock), &clock);
        arm.make_account(1).await;
        drop(arm);
        let mut arm = Arm::new(sqlite(&path, &clock), &clock);
        assert_eq!(arm.twin.store().boots(), 2);
        assert!(arm.login(1).await.is_done());
        let unsent = arm.twin.store().take_outbox(10);
        assert_eq!(unsent.len(), 1, "nobody told the store that the message went out");
        arm.twin.store().settle_outbox(unsent.iter().map(|sms| sms.id).collect()).await.unwrap();
        drop(arm);
        assert!(sqlite(&path, &clock).take_outbox(10).is_empty());
    });
}

/// What a kill would leave: the files as they are at the moment of the acknowledgement, copied while the store is open.
#[test]
fn what_was_acknowledged_stands_in_the_files_at_that_moment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("twin.db");
    let clock = ManualClock::new();
    block_on(async {
        let mut arm = Arm::new(sqlite(&path, &clock), &clock);
        for serial in 1..=5 {
            arm.make_account(serial).await;
            let image = folder.path().join(format!("image-{serial}.db"));
            std::fs::copy(&path, &image).unwrap();
            let wal = |path: &Path| path.with_extension("db-wal");
            std::fs::copy(wal(&path), wal(&image)).unwrap();
            let mut after = Arm::new(sqlite(&image, &clock), &clock);
            for known in 1..=serial {
                assert!(after.login(known).await.is_done(), "account {known} after {serial} acknowledgements");
            }
        }
    });
}

#[test]
fn many_commands_at_once_are_all_answered_and_the_phone_goes_to_one() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::new();
    let arm = Arm::new(sqlite(&folder.path().join("twin.db"), &clock), &clock);
    block_on(async {
        let ask = |serial: u32| {
            let mut form = form(serial);
            form.phone = phone(99);
            arm.twin.handle(
                call(u64::from(serial), None, Operation::AccountRegister { form, scanned: None }),
                ProofClaim::Missing,
            )
        };
        let answers = futures_util::future::join_all((1..=20).map(ask)).await;
        let opened = answers.iter().filter(|answer| answer.outcome.is_done()).count();
        assert_eq!((answers.len(), opened), (20, 1), "one code for one phone within the gap");
        assert_eq!(arm.twin.store().take_outbox(100).iter().map(code_in).count(), 1);
    });
}

#[test]
fn foreign_newer_and_busy_files_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::new();
    let open = |name: &str| {
        let clock = clock.clone();
        SqliteStore::open(settings(&folder.path().join(name)), move || songsinh_contract::Clock::unix(&clock))
    };
    std::fs::write(folder.path().join("text"), "this is no database, and longer than a header of SQLite needs to be")
        .unwrap();
    assert!(matches!(open("text"), Err(StoreError::Foreign { .. })));
    let other = rusqlite::Connection::open(folder.path().join("other")).unwrap();
    other.execute_batch("CREATE TABLE mine (a)").unwrap();
    drop(other);
    assert!(matches!(open("other"), Err(StoreError::Foreign { .. })));
    drop(open("newer").unwrap());
    let newer = rusqlite::Connection::open(folder.path().join("newer")).unwrap();
    newer.pragma_update(None, "user_version", 9).unwrap();
    drop(newer);
    let Err(error) = open("newer") else { panic!("a newer file must be refused") };
    assert!(error.to_string().contains("written by a newer version (schema 9, this one knows up to 3)"), "{error}");
    let held = open("held").unwrap();
    assert!(matches!(open("held"), Err(StoreError::InUse { .. })));
    drop(held);
    drop(open("held").unwrap());
    assert!(matches!(open("no/such/folder"), Err(StoreError::Sqlite { .. })));
}

#[test]
fn records_of_no_more_use_are_forgotten() {
    let clock = ManualClock::new();
    let now = {
        let clock = clock.clone();
        move || songsinh_contract::Clock::unix(&clock)
    };
    let mut arm = Arm::new(MemoryStore::new(now, Rulebook::default()), &clock);
    block_on(async {
        arm.make_account(1).await;
        for _ in 0..200 {
            assert!(arm.login(1).await.is_done());
        }
        let full = arm.twin.store().len();
        clock.turn(10 * 86_400_000);
        for _ in 0..100 {
            let operation = Operation::AccountShow;
            assert!(!arm.say(1, None, operation).await.outcome.is_done());
        }
        let left = arm.twin.store().len();
        assert!(full > 400 && left < 110, "{full} records, {left} left");
        assert!(arm.login(1).await.is_done());
    });
}

/// A citizen without an account comes to a counter, activates, moves to another phone and resets the password: both
/// stores answer alike at every step, and the file knows it all after a restart.
#[test]
fn a_whole_story_is_the_same_in_both_stores() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("twin.db");
    let clock = ManualClock::new();
    let now = {
        let clock = clock.clone();
        move || songsinh_contract::Clock::unix(&clock)
    };
    let (one, two) = block_on(async {
        let mut memory = Arm::new(MemoryStore::new(now, Rulebook::default()), &clock);
        let mut file = Arm::new(sqlite(&path, &clock), &clock);
        (story(&mut memory).await, story(&mut file).await)
    });
    assert_eq!(one, two);
    block_on(async {
        let mut arm = Arm::new(sqlite(&path, &clock), &clock);
        let there = Operation::SessionLogin { number: number(1), password: Secret::new(STORY_PASSWORD) };
        assert!(arm.say(2, None, there.clone()).await.outcome.is_done());
        assert!(!arm.say(1, None, there).await.outcome.is_done(), "the account is bound to the new phone");
    });
}

const STORY_PASSWORD: &str = "Mat-Khau-9";

/// What has been said to one twin, and what it answered.
struct Story<'a, S> {
    arm: &'a mut Arm<S>,
    told: Vec<Answer>,
}

impl<S: Store> Story<'_, S> {
    async fn say(&mut self, device: u64, session: Option<&Token>, operation: Operation) -> Values {
        let answer = self.arm.say(device, session, operation).await;
        assert!(answer.outcome.is_done(), "{answer:?}");
        let values = answer.outcome.values().cloned().unwrap_or_default();
        self.told.push(answer);
        values
    }
}

async fn story<S: Store>(arm: &mut Arm<S>) -> Vec<Answer> {
    let (number, phone) = (number(1), phone(1));
    let secret = |text: &str| Secret::new(text);
    let mut tale = Story { arm, told: Vec::new() };
    let login = Operation::OfficerLogin { user: "an-xa-1".into(), password: secret(PASSWORD) };
    let officer = tale.say(9, None, login).await.session;
    tale.say(9, officer.as_ref(), Operation::Level2File { filing: Box::new(filing(1)) }).await;
    tale.say(9, officer.as_ref(), Operation::ApplicationDecide { number, approve: true }).await;
    let challenge = tale.say(1, None, Operation::ActivationRequest { number, phone }).await.handle.unwrap();
    let code = tale.arm.code(SmsPurpose::Activate);
    tale.say(1, None, Operation::ActivationConfirm { challenge: challenge.clone(), code }).await;
    let password = secret(PASSWORD);
    tale.say(1, None, Operation::ActivationSetPassword { challenge: challenge.clone(), password }).await;
    let passcode = secret("135790");
    tale.say(1, None, Operation::ActivationSetPasscode { challenge: challenge.clone(), passcode }).await;
    let answers = vec![(1, secret("a")), (2, secret("b"))];
    tale.say(1, None, Operation::ActivationSetQuestions { challenge, answers: answers.clone() }).await;
    let session = tale.say(1, None, Operation::SessionLogin { number, password: secret(PASSWORD) }).await.session;
    let ask = Operation::DeviceMove { number, password: secret(PASSWORD) };
    let challenge = tale.say(2, None, ask).await.handle.unwrap();
    let code = tale.say(1, session.as_ref(), Operation::DeviceMoveCode).await.code.unwrap();
    tale.say(2, None, Operation::DeviceMoveConfirm { challenge, code }).await;
    let challenge = tale.say(3, None, Operation::ResetRequest { number, phone }).await.handle.unwrap();
    let code = tale.arm.code(SmsPurpose::Reset);
    tale.say(3, None, Operation::ResetConfirm { challenge: challenge.clone(), code }).await;
    tale.say(3, None, Operation::ResetAnswer { challenge: challenge.clone(), answers }).await;
    tale.say(3, None, Operation::ResetSetPassword { challenge, password: secret(STORY_PASSWORD) }).await;
    tale.told
}

/// A file of schema 1 gets the tables of later kinds of records, and keeps what it holds.
#[test]
fn an_older_file_is_read_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("twin.db");
    let clock = ManualClock::new();
    block_on(async {
        let mut arm = Arm::new(sqlite(&path, &clock), &clock);
        arm.make_account(1).await;
    });
    let older = rusqlite::Connection::open(&path).unwrap();
    for table in ["refreshes", "families", "officer_sessions", "passcodes", "resets", "moves", "moving"] {
        older.execute_batch(&format!("DROP TABLE {table}")).unwrap();
    }
    older
        .execute_batch(
            "UPDATE accounts SET body = json_remove(body, '$.era', '$.pending', '$.upgrade_ms', '$.unlock', '$.notices')",
        )
        .unwrap();
    older.pragma_update(None, "user_version", 1).unwrap();
    drop(older);
    block_on(async {
        let mut arm = Arm::new(sqlite(&path, &clock), &clock);
        assert_eq!(arm.twin.store().boots(), 2);
        assert!(arm.login(1).await.is_done());
    });
}
