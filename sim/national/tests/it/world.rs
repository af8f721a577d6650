//! A world for the twin: a clock that tests turn, a register of twenty people, a gateway that keeps what it gets.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::civil::date;
use songsinh_contract::{
    Bill, BirthDate, Call, Caller, CardFacts, CardStatus, CitizenNumber, Clock, Code, DeviceId, Digest, Form,
    LifeStatus, Moment, Operation, Paper, PhoneNumber, Portrait, PrintedCard, ProofShown, Rulebook, Secret, Sex,
    SmsPurpose, Token, UnixMillis,
};
use songsinh_national::http::Answers;
use songsinh_national::records::PasswordHash;
use songsinh_national::rules::{Answer, OutboxSms, ProofClaim, RegisterEntry, Verdict};
use songsinh_national::shell::{Pause, Submitted, Surroundings, Twin, TwinRules, Unreachable};
use songsinh_national::store::Store;
use songsinh_national::{ApprovalPlan, Misbehaviours, Officer, TwinConfig};

pub const START_MS: i64 = 1_670_000_000_000;
pub const PASSWORD: &str = "Mat-Khau-1";

/// A clock that stands still until a test turns it.
#[derive(Clone)]
pub struct ManualClock(pub Arc<AtomicI64>);

impl ManualClock {
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START_MS)))
    }
    pub fn turn(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        Moment(u64::try_from(self.unix().0 - START_MS).unwrap() * 1_000_000)
    }
    fn unix(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
    async fn sleep_until(&self, _due: Moment) {
        std::future::pending::<()>().await;
    }
}

/// The surroundings, for any clock.
pub struct FakeWorld<C> {
    pub clock: C,
    pub people: BTreeMap<CitizenNumber, RegisterEntry>,
    pub sent: Mutex<Vec<(Moment, OutboxSms)>>,
    /// What the gateway says to the next submissions; once empty it accepts.
    pub gateway: Mutex<Vec<Submitted>>,
    pub population_fails: bool,
    /// How long the gateway takes for a submission.
    pub gateway_takes: Duration,
}

impl<C> FakeWorld<C> {
    pub fn new(clock: C) -> Self {
        let people = (1..=20).map(|serial| (number(serial), entry(serial))).collect();
        Self {
            clock,
            people,
            sent: Mutex::default(),
            gateway: Mutex::default(),
            population_fails: false,
            gateway_takes: Duration::ZERO,
        }
    }
    pub fn texts(&self) -> Vec<OutboxSms> {
        self.sent.lock().unwrap().iter().map(|(_, sms)| sms.clone()).collect()
    }
}

impl<C: Clock> Surroundings for FakeWorld<C> {
    type Clock = C;
    fn clock(&self) -> &C {
        &self.clock
    }
    async fn verify(
        &self,
        number: CitizenNumber,
        name: &str,
        born: BirthDate,
        sex: Sex,
    ) -> Result<Verdict, Unreachable> {
        if self.population_fails {
            return Err(Unreachable);
        }
        Ok(match self.people.get(&number) {
            None => Verdict::Unknown,
            Some(one) if &*one.name == name && one.born == born && one.sex == sex => Verdict::Match(one.life),
            Some(_) => Verdict::Mismatch,
        })
    }
    async fn lookup(&self, number: CitizenNumber) -> Result<Option<RegisterEntry>, Unreachable> {
        Ok(self.people.get(&number).cloned())
    }
    async fn papers(&self, _number: CitizenNumber) -> Result<Vec<Paper>, Unreachable> {
        Ok(Vec::new())
    }
    async fn bills(&self, _number: CitizenNumber) -> Result<Vec<Bill>, Unreachable> {
        Ok(Vec::new())
    }
    async fn submit_sms(&self, sms: &OutboxSms) -> Submitted {
        let said = {
            let mut answers = self.gateway.lock().unwrap();
            if answers.is_empty() { Submitted::Accepted } else { answers.remove(0) }
        };
        self.sent.lock().unwrap().push((self.clock.now(), sms.clone()));
        if !self.gateway_takes.is_zero() {
            self.clock.sleep(self.gateway_takes).await;
        }
        said
    }
    async fn hash(&self, secrets: &[Secret]) -> Result<Vec<PasswordHash>, Unreachable> {
        Ok(secrets.iter().map(|secret| format!("hash:{}", secret.text().unwrap()).into()).collect())
    }
    async fn check(&self, secret: &Secret, against: Option<&str>) -> Result<bool, Unreachable> {
        Ok(against == Some(format!("hash:{}", secret.text().unwrap()).as_str()))
    }
    async fn pause(&self, _at: Pause) {}
}

pub fn number(serial: u32) -> CitizenNumber {
    CitizenNumber::from_parts(8, 2, 3, serial)
}
pub fn phone(serial: u32) -> PhoneNumber {
    PhoneNumber::from_parts(91, serial)
}
pub fn entry(serial: u32) -> RegisterEntry {
    RegisterEntry {
        old_number: None,
        name: format!("Nguyễn Văn Số {serial}").into(),
        born: BirthDate::Full(date(2003, 3, 1)),
        sex: Sex::Male,
        address: "Thôn Mẫu, Xã Thử, Tuyên Quang".into(),
        life: LifeStatus::Alive,
        card: Some(CardFacts { issued: date(2021, 5, 10), expires: None, status: CardStatus::Valid }),
        portrait: Portrait { face: u64::from(serial), shot: 0 },
    }
}
pub fn form(serial: u32) -> Form {
    let entry = entry(serial);
    let number = number(serial).to_string().into();
    Form { number, phone: phone(serial), name: entry.name, born: entry.born, sex: entry.sex }
}
pub fn card(serial: u32) -> PrintedCard {
    let entry = entry(serial);
    PrintedCard {
        number: number(serial),
        old_number: None,
        name: entry.name,
        born: entry.born,
        sex: entry.sex,
        address: entry.address,
        issued: entry.card.unwrap().issued,
    }
}

pub fn rules() -> TwinRules {
    let mut config = TwinConfig::new("http://127.0.0.1:1", "http://127.0.0.1:1", date(2022, 12, 2));
    let still = Duration::from_secs(2);
    config.approval = ApprovalPlan { delay_min: still, delay_max: still, reject_share: 0.0 };
    config.misbehaviours = Misbehaviours::none();
    config.rulebook = Rulebook::default();
    config.officers = vec![Officer { user: "an-xa-1".into(), password: Secret::new(PASSWORD) }];
    TwinRules::of(&config, 42)
}

pub fn call(device: u64, session: Option<&Token>, operation: Operation) -> Call {
    let caller = Caller {
        device: DeviceId(device),
        session: session.cloned(),
        proof: ProofShown::Own,
        key: Digest(0),
        signer: None,
    };
    Call { operation, caller }
}

/// The code in a text.
pub fn code_in(sms: &OutboxSms) -> Code {
    let at = sms.text.find(" la ").unwrap() + 4;
    Code(sms.text[at..at + 6].parse().unwrap())
}
/// The newest code of a purpose in the store's outbox, which is emptied into `seen`.
pub fn last_code(store: &impl Store, seen: &mut Vec<OutboxSms>, purpose: SmsPurpose) -> Option<Code> {
    seen.extend(store.take_outbox(1_000));
    seen.iter().rev().find(|sms| sms.purpose == purpose).map(code_in)
}

/// A twin behind the HTTP face.
pub struct Faced<S>(pub Twin<S, FakeWorld<ManualClock>>);

impl<S: Store + Send + Sync + 'static> Answers for Faced<S>
where
    Self: Handles,
{
    fn answer(&self, call: Call, proof: ProofClaim) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        self.handles(call, proof)
    }
}

/// Names the concrete twin whose future can be sent between threads.
pub trait Handles {
    fn handles(&self, call: Call, proof: ProofClaim) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>>;
}
