//! A small world for the core: records in a map, two people, a clock that tests turn.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::{Date, date};
use songsinh_card::app_qr;
use songsinh_contract::{
    Bill, BirthDate, Call, Caller, CardFacts, CardStatus, Chance, CitizenNumber, Code, CounterFiling, DeviceId, Digest,
    Fingerprints, Form, LifeStatus, Operation, Outcome, Paper, PhoneNumber, Portrait, PrintedCard, ProofShown, Purpose,
    Reason, Rulebook, Secret, Sex, Signer, SmsPurpose, Token, UnixMillis, Values,
};

use songsinh_phone::MacSigner;

use crate::config::ApprovalPlan;
use crate::officers::Officer;
use crate::quirks::{Luck, Misbehaviours, Quirk};
use crate::records::{Account, Handle, Kept, Key, Record};
use crate::rules::{
    Answer, Change, Frame, OutboxSms, ProofClaim, Query, RegisterEntry, Replies, Source, Step, Verdict, decide, settle,
};

pub const START_MS: i64 = 1_670_000_000_000;
pub const PASSWORD: &str = "Mat-Khau-1";
/// Whose phone stands for the officer's device.
pub const COUNTER: u32 = 90;
pub const OFFICER_PASSWORD: &str = "Can-Bo-1!";

impl Source for BTreeMap<Key, Record> {
    fn read(&self, key: &Key) -> Option<Record> {
        self.get(key).cloned()
    }
}

/// A person of the test world.
#[derive(Clone)]
pub struct Human {
    pub number: CitizenNumber,
    pub phone: PhoneNumber,
    pub device: DeviceId,
    pub key: Digest,
    pub entry: RegisterEntry,
}

impl Human {
    pub fn new(serial: u32) -> Self {
        let portrait = Portrait { face: u64::from(serial), shot: 0 };
        let card = CardFacts { issued: date(2021, 5, 10), expires: Some(date(2028, 3, 1)), status: CardStatus::Valid };
        Self {
            number: CitizenNumber::from_parts(8, 2, 3, serial),
            phone: PhoneNumber::from_parts(91, serial),
            device: DeviceId(u64::from(serial)),
            key: key_of(&signer_of(serial)),
            entry: RegisterEntry {
                old_number: None,
                name: format!("Nguyễn Văn Số {serial}").into(),
                born: BirthDate::Full(date(2003, 3, 1)),
                sex: Sex::Male,
                address: "Thôn Mẫu, Xã Thử, Tuyên Quang".into(),
                life: LifeStatus::Alive,
                card: Some(card),
                portrait,
            },
        }
    }
    pub fn form(&self) -> Form {
        Form {
            number: self.number.to_string().into(),
            phone: self.phone,
            name: self.entry.name.clone(),
            born: self.entry.born,
            sex: self.entry.sex,
        }
    }
    pub fn filing(&self) -> CounterFiling {
        CounterFiling {
            number: self.number,
            phone: self.phone,
            email: None,
            card: self.card(),
            portrait: Some(Portrait { shot: 5, ..self.entry.portrait }),
            fingerprints: Some(Fingerprints { of: self.entry.portrait.face }),
        }
    }
    /// The same person with another phone in hand, the number kept.
    pub fn on_phone_of(&self, other: u32) -> Self {
        let other = Self::new(other);
        Self { device: other.device, key: other.key, ..self.clone() }
    }
    pub fn card(&self) -> PrintedCard {
        PrintedCard {
            number: self.number,
            old_number: self.entry.old_number,
            name: self.entry.name.clone(),
            born: self.entry.born,
            sex: self.entry.sex,
            address: self.entry.address.clone(),
            issued: self.entry.card.unwrap().issued,
        }
    }
}

pub struct World {
    pub records: BTreeMap<Key, Record>,
    pub people: BTreeMap<CitizenNumber, RegisterEntry>,
    pub papers: BTreeMap<CitizenNumber, Vec<Paper>>,
    pub bills: BTreeMap<CitizenNumber, Vec<Bill>>,
    pub now_ms: i64,
    pub day: Date,
    pub book: Rulebook,
    pub approval: ApprovalPlan,
    pub quirks: Misbehaviours,
    pub officers: Vec<Officer>,
    pub outbox: Vec<OutboxSms>,
    pub leaked: Option<Code>,
    serial: u64,
    /// Calls, and applications that were settled.
    pub calls: u64,
}

impl World {
    pub fn new() -> Self {
        let still = Duration::from_secs(2);
        Self {
            records: BTreeMap::new(),
            people: [1, 2].map(Human::new).into_iter().map(|one| (one.number, one.entry)).collect(),
            papers: BTreeMap::new(),
            bills: BTreeMap::new(),
            now_ms: START_MS,
            day: date(2022, 12, 2),
            book: Rulebook::default(),
            approval: ApprovalPlan { delay_min: still, delay_max: still, reject_share: 0.0 },
            quirks: Misbehaviours::none(),
            officers: vec![Officer { user: "an-xa-1".into(), password: Secret::new(OFFICER_PASSWORD) }],
            outbox: Vec::new(),
            leaked: None,
            serial: 0,
            calls: 0,
        }
    }
    pub fn with(quirk: Quirk) -> Self {
        Self { quirks: Misbehaviours::none().with(quirk, 1.0), ..Self::new() }
    }
    pub fn wait(&mut self, span: Duration) {
        self.wait_ms(i64::try_from(span.as_millis()).unwrap());
    }
    pub fn wait_ms(&mut self, ms: i64) {
        self.now_ms += ms;
    }
    pub fn wait_gap(&mut self) {
        self.wait(self.book.otp_resend_gap);
    }
    pub fn get<T: Kept>(&self, id: T::Id) -> Option<T> {
        self.records.get(&T::key(id)).cloned().and_then(T::open)
    }
    pub fn account(&self, human: &Human) -> Account {
        self.get(human.number).unwrap()
    }

    /// A fresh proof by a key.
    pub fn proof(&mut self, key: Digest) -> ProofClaim {
        self.serial += 1;
        let jwk = (1..=4)
            .map(signer_of)
            .find(|signer| key_of(signer) == key)
            .map_or_else(String::new, |signer| signer.public_jwk().to_owned());
        ProofClaim::Sound { key, jti: Digest(self.serial), iat_ms: self.now_ms, jwk: jwk.into() }
    }

    /// One call with everything said; asks are answered by the test world.
    pub fn call(
        &mut self,
        device: DeviceId,
        session: Option<&Token>,
        proof: ProofClaim,
        operation: Operation,
    ) -> Outcome {
        self.call_told(device, session, proof, operation, Replies::default())
    }
    /// A call for which the shell has gathered answers already, perhaps some time ago.
    pub fn call_told(
        &mut self,
        device: DeviceId,
        session: Option<&Token>,
        proof: ProofClaim,
        operation: Operation,
        mut replies: Replies,
    ) -> Outcome {
        let caller = Caller { device, session: session.cloned(), proof: ProofShown::Own, key: Digest(0), signer: None };
        let call = Call { operation, caller };
        self.calls += 1;
        for _ in 0..8 {
            let step = self.frame(|records, frame, chance| decide(records, &call, &proof, &replies, frame, chance));
            match step {
                Step::Ask(query) => self.reply(query, &mut replies),
                commit => return self.commit(commit).outcome,
            }
        }
        panic!("the core asks without end");
    }
    fn frame(&mut self, body: impl FnOnce(&dyn Source, &Frame<'_>, &mut Chance) -> Step) -> Step {
        self.serial += 1;
        let mut chance = Chance::new(7, Purpose::named("rules.tests"), self.serial);
        let frame = Frame {
            now: UnixMillis(self.now_ms),
            day: self.day,
            book: &self.book,
            approval: &self.approval,
            quirks: &self.quirks,
            luck: Luck { seed: 7, call: self.calls },
            officers: &self.officers,
            opening_balance_vnd: 5_000_000,
        };
        body(&self.records, &frame, &mut chance)
    }
    fn commit(&mut self, step: Step) -> Answer {
        let Step::Commit { changes, outbox, answer } = step else { panic!("a commit was expected") };
        for change in changes {
            match change {
                Change::Put(key, record) => {
                    let body = record.body().unwrap();
                    assert_eq!(key.read(&body).unwrap(), record, "records read back");
                    self.records.insert(key, record);
                }
                Change::Remove(key) => {
                    self.records.remove(&key);
                }
            }
        }
        self.outbox.extend(outbox);
        self.leaked = answer.leaked;
        answer
    }
    fn reply(&self, query: Query, replies: &mut Replies) {
        match query {
            Query::PopulationVerify { number, name, born, sex } => {
                replies.verdict = Some(match self.people.get(&number) {
                    None => Verdict::Unknown,
                    Some(entry) if entry.name == name && entry.born.admits(born) && entry.sex == sex => {
                        Verdict::Match(entry.life)
                    }
                    Some(_) => Verdict::Mismatch,
                });
            }
            Query::PopulationLookup { number } => replies.entry = Some(self.people.get(&number).cloned()),
            Query::Hash { secrets } => {
                let hash = |secret: &Secret| format!("hash:{}", secret.text().unwrap()).into();
                replies.hashes = Some(secrets.iter().map(hash).collect());
            }
            Query::QrSignature { qr, jwk, any_name } => {
                let fits = if any_name { app_qr::verify_any_name(&qr, &jwk) } else { app_qr::verify(&qr, &jwk) };
                replies.signature = Some((jwk, fits));
            }
            Query::Papers { number } => replies.papers = Some(self.papers.get(&number).cloned().unwrap_or_default()),
            Query::Bills { number } => replies.bills = Some(self.bills.get(&number).cloned().unwrap_or_default()),
            Query::Check { secret, against } => {
                let fits = against.as_deref() == Some(format!("hash:{}", secret.text().unwrap()).as_str());
                replies.check = Some((against, fits));
            }
            Query::CheckAll { pairs } => {
                let fits = |(secret, hash): &(Secret, _)| *hash == format!("hash:{}", secret.text().unwrap()).into();
                let fit = pairs.iter().map(fits).collect();
                replies.checks = Some((pairs.into_iter().map(|(_, hash)| hash).collect(), fit));
            }
        }
    }
    /// Lets the clerk settle whatever is due.
    pub fn settle_due(&mut self) {
        let due: Vec<Handle> = self
            .records
            .iter()
            .filter(|(_, record)| record.due_ms().is_some_and(|due_ms| due_ms <= self.now_ms))
            .filter_map(|(key, _)| if let Key::Application(handle) = key { Some(*handle) } else { None })
            .collect();
        for handle in due {
            self.calls += 1;
            let step = self.frame(|records, frame, chance| settle(records, handle, frame, chance));
            self.commit(step);
        }
    }

    /// A call by a person's own device with a fresh proof of its own key.
    pub fn by(&mut self, human: &Human, session: Option<&Token>, operation: Operation) -> Outcome {
        let proof = self.proof(human.key);
        self.call(human.device, session, proof, operation)
    }
    pub fn last_code(&self, purpose: SmsPurpose) -> Code {
        let sms = self.outbox.iter().rev().find(|sms| sms.purpose == purpose).unwrap();
        let at = sms.text.find(" la ").unwrap() + 4;
        Code(sms.text[at..at + 6].parse().unwrap())
    }
    pub fn count(&self, purpose: SmsPurpose) -> usize {
        self.outbox.iter().filter(|sms| sms.purpose == purpose).count()
    }

    pub fn register(&mut self, human: &Human) -> Token {
        handle(self.by(human, None, Operation::AccountRegister { form: human.form(), scanned: None }))
    }
    pub fn confirm(&mut self, human: &Human, challenge: &Token, code: Code) -> Outcome {
        self.by(human, None, Operation::AccountConfirm { challenge: challenge.clone(), code })
    }
    pub fn set_password(&mut self, human: &Human, challenge: &Token) -> Outcome {
        let password = Secret::new(PASSWORD);
        self.by(human, None, Operation::AccountSetPassword { challenge: challenge.clone(), password })
    }
    /// Journey 1.
    pub fn make_account(&mut self, human: &Human) {
        let challenge = self.register(human);
        let code = self.last_code(SmsPurpose::Register);
        done(self.confirm(human, &challenge, code));
        done(self.set_password(human, &challenge));
    }
    pub fn try_login(&mut self, human: &Human, password: &str) -> Outcome {
        let password = Secret::new(password);
        self.by(human, None, Operation::SessionLogin { number: human.number, password })
    }
    /// Journey 2.
    pub fn login(&mut self, human: &Human) -> Token {
        done(self.try_login(human, PASSWORD)).session.unwrap()
    }
    pub fn show(&mut self, human: &Human, session: &Token) -> Outcome {
        self.by(human, Some(session), Operation::AccountShow)
    }
    /// Journey 3.
    pub fn apply(&mut self, human: &Human, session: &Token) {
        let printed = Box::new(human.card());
        let application = handle(self.by(human, Some(session), Operation::Level1ReadCard { printed, nfc: false }));
        let portrait = Some(Portrait { shot: 3, ..human.entry.portrait });
        let operation = Operation::Level1Portrait { application: application.clone(), portrait };
        done(self.by(human, Some(session), operation));
        done(self.by(human, Some(session), Operation::Level1Submit { application, email: None }));
    }
    /// Journeys 1 to 4.
    pub fn make_level1(&mut self, human: &Human) -> Token {
        self.make_account(human);
        let session = self.login(human);
        self.apply(human, &session);
        self.wait(self.approval.delay_max);
        self.settle_due();
        session
    }
    pub fn request(&mut self, human: &Human) -> Outcome {
        self.by(human, None, Operation::ActivationRequest { number: human.number, phone: human.phone })
    }
    /// Request, code and passcode: all but the last step.
    pub fn half_activate(&mut self, human: &Human) -> Token {
        let challenge = handle(self.request(human));
        let code = self.last_code(SmsPurpose::Activate);
        done(self.by(human, None, Operation::ActivationConfirm { challenge: challenge.clone(), code }));
        let passcode = Secret::new("135790");
        let operation = Operation::ActivationSetPasscode { challenge: challenge.clone(), passcode };
        done(self.by(human, None, operation));
        challenge
    }
    pub fn finish(&mut self, human: &Human, challenge: &Token) -> Outcome {
        self.by(human, None, questions(challenge, &[(1, "Hoa Hồng"), (4, "Mèo")]))
    }
    /// Journey 6.
    pub fn activate(&mut self, human: &Human) {
        let challenge = self.half_activate(human);
        done(self.finish(human, &challenge));
    }
    /// An officer at a counter logs in.
    pub fn officer(&mut self) -> Token {
        let password = Secret::new(OFFICER_PASSWORD);
        let operation = Operation::OfficerLogin { user: "an-xa-1".into(), password };
        done(self.by(&Human::new(COUNTER), None, operation)).session.unwrap()
    }
    /// Journey 5: an officer files for level 2.
    pub fn file(&mut self, officer: &Token, filing: CounterFiling) -> Outcome {
        self.by(&Human::new(COUNTER), Some(officer), Operation::Level2File { filing: Box::new(filing) })
    }
    /// An officer's yes or no.
    pub fn decide(&mut self, officer: &Token, human: &Human, approve: bool) -> Outcome {
        let operation = Operation::ApplicationDecide { number: human.number, approve };
        self.by(&Human::new(COUNTER), Some(officer), operation)
    }
    /// Journeys 5 and 4: level 2 is approved.
    pub fn grant_level2(&mut self, human: &Human) {
        let officer = self.officer();
        done(self.file(&officer, human.filing()));
        done(self.decide(&officer, human, true));
    }
    /// Journeys 1, 5, 4, 6: level 2 active, and logged in.
    pub fn make_level2(&mut self, human: &Human) -> Token {
        self.make_account(human);
        self.grant_level2(human);
        self.activate(human);
        self.login(human)
    }
}

/// The device key of the person of that serial.
pub fn signer_of(serial: u32) -> MacSigner {
    MacSigner::new(7, DeviceId(u64::from(serial)), 0)
}
fn key_of(signer: &MacSigner) -> Digest {
    Digest::of(signer.thumbprint().as_bytes())
}

pub fn questions(challenge: &Token, answers: &[(u16, &str)]) -> Operation {
    let answers = answers.iter().map(|(question, answer)| (*question, Secret::new(answer))).collect();
    Operation::ActivationSetQuestions { challenge: challenge.clone(), answers }
}
pub fn done(outcome: Outcome) -> Values {
    match outcome {
        Outcome::Done(values) => *values,
        other => panic!("done was expected, not {other:?}"),
    }
}
pub fn handle(outcome: Outcome) -> Token {
    done(outcome).handle.unwrap()
}
#[track_caller]
pub fn refused(outcome: Outcome, reason: Reason) {
    assert_eq!(outcome, Answer::refused(reason).outcome);
}
pub fn wrong(code: Code) -> Code {
    Code((code.0 + 1) % 1_000_000)
}
