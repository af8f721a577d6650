//! Journeys 7 to 10 in process: what phones sign with a MAC is checked, and the registers answer.
//!
//! Level 2 is not what this is about: the twin is told to let level 1 do it all.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use songsinh_card::app_qr;
use songsinh_contract::{
    Call, CardStatus, CitizenIndex, Clock, Code, DeviceId, Digest, LifeStatus, LookupKind, LookupResult, Operation,
    Outcome, Person, PhoneNumber, PrintedCard, ProofShown, PublicService, Reason, Reasons, Secret, ShownQr, Token,
    TraceId, UnixMillis, Values,
};
use songsinh_kernel::{Kernel, VirtualClock};
use songsinh_national::{Misbehaviours, Quirk, TwinConfig};
use songsinh_phone::{KeyKind, Keys, Phone};
use songsinh_population::service::{Lag, Register};
use songsinh_population::{Population, PopulationConfig};
use songsinh_sms::{NetworkConfig, Profile};
use songsinh_target::{InProcessTarget, Latency, LossShares, Target, VirtualConfig, VirtualWorld};

const DAY: jiff::civil::Date = jiff::civil::date(2022, 8, 22);
const PASSWORD: &str = "Mat-Khau-1";
const PASSCODE: &str = "135790";

type Inbox = Rc<RefCell<Vec<(PhoneNumber, String)>>>;

struct Citizen {
    target: InProcessTarget,
    clock: VirtualClock,
    inbox: Inbox,
    person: Person,
    phone: Phone,
    session: Option<Token>,
    seq: u64,
}

impl Citizen {
    async fn ask(&mut self, operation: Operation) -> Outcome {
        self.seq += 1;
        let call = Call { operation, caller: self.phone.caller(self.session.clone(), ProofShown::Own) };
        self.target.call(&call, TraceId(self.person.index.0, self.seq)).await.outcome
    }
    async fn done(&mut self, operation: Operation) -> Values {
        let name = operation.name();
        let outcome = self.ask(operation).await;
        assert!(outcome.is_done(), "{name}: {outcome:?}");
        outcome.values().unwrap().clone()
    }
    /// The newest code that came, if its message says those words.
    async fn code(&self, words: &str) -> Code {
        loop {
            let texts = self.inbox.borrow().clone();
            let own = texts.iter().rev().find(|(to, text)| *to == self.phone.number && text.contains(words));
            if let Some((_, text)) = own {
                let mut runs = text.split(|c: char| !c.is_ascii_digit());
                return Code(runs.find(|run| run.len() == 6).unwrap().parse().unwrap());
            }
            self.clock.sleep(Duration::from_secs(1)).await;
        }
    }
    /// Journeys 1 to 4.
    async fn reach_level_1(&mut self) {
        let person = self.person.clone();
        let form = songsinh_contract::Form {
            number: person.number.to_string().into(),
            phone: self.phone.number,
            name: person.name.as_str().into(),
            born: person.born,
            sex: person.sex,
        };
        let challenge = self.done(Operation::AccountRegister { form, scanned: None }).await.handle.unwrap();
        let code = self.code("dang ky").await;
        self.done(Operation::AccountConfirm { challenge: challenge.clone(), code }).await;
        let password = Secret::new(PASSWORD);
        self.done(Operation::AccountSetPassword { challenge, password: password.clone() }).await;
        self.log_in().await;
        let printed = PrintedCard {
            number: person.number,
            old_number: person.old_number,
            name: person.name.as_str().into(),
            born: person.born,
            sex: person.sex,
            address: person.address.as_str().into(),
            issued: person.card.unwrap().issued,
        };
        let read = Operation::Level1ReadCard { printed: Box::new(printed), nfc: false };
        let application = self.done(read).await.handle.unwrap();
        let portrait = Some(person.portrait);
        self.done(Operation::Level1Portrait { application: application.clone(), portrait }).await;
        self.done(Operation::Level1Submit { application, email: None }).await;
        self.clock.sleep(Duration::from_secs(10)).await;
    }
    async fn log_in(&mut self) {
        let login = Operation::SessionLogin { number: self.person.number, password: Secret::new(PASSWORD) };
        self.session = None;
        self.session = self.done(login).await.session;
    }
    /// Journeys 6 and 7: active, the passcode entered, the switch on.
    async fn activate(&mut self) {
        let request = Operation::ActivationRequest { number: self.person.number, phone: self.phone.number };
        let challenge = self.done(request).await.handle.unwrap();
        let code = self.code("Ma kich hoat").await;
        self.done(Operation::ActivationConfirm { challenge: challenge.clone(), code }).await;
        let passcode = Secret::new(PASSCODE);
        self.done(Operation::ActivationSetPasscode { challenge: challenge.clone(), passcode: passcode.clone() }).await;
        let answers = vec![(1, Secret::new("Hoa Hồng")), (4, Secret::new("Mèo"))];
        self.done(Operation::ActivationSetQuestions { challenge, answers }).await;
        self.log_in().await;
        self.done(Operation::PasscodeEnter { passcode }).await;
        self.done(Operation::QrSwitch { on: true }).await;
    }
}

/// People with a phone of their own, a card in force, a paper and a bill.
fn people(register: &Register) -> Vec<Person> {
    let all = (0..register.population.len()).map(|index| register.population.citizen(CitizenIndex(index), DAY));
    let fit = |person: &Person| {
        person.life == LifeStatus::Alive
            && person.born.age_on(DAY) >= 18
            && person.phone.is_some_and(|phone| !phone.shared)
            && person
                .card
                .is_some_and(|card| card.status == CardStatus::Valid && card.expires.is_none_or(|end| end > DAY))
            && register.papers(person.number).is_some_and(|papers| !papers.is_empty())
            && register.bills(person.number).is_some_and(|bills| !bills.is_empty())
    };
    all.filter(fit).take(2).collect()
}

fn scan_of(text: &str) -> Operation {
    let qr = ShownQr { text: Token::new(text), ticket: None, flaw: None, photographed: false };
    Operation::QrScan { qr: Box::new(qr) }
}

async fn meet(citizen: &mut Citizen, official: &mut Citizen) {
    let refused = |reason| Outcome::Refused(Reasons::one(reason));
    let ticket = citizen.done(Operation::QrMint).await.ticket.unwrap();
    let forged = app_qr::sign(&ticket, official.phone.signer().as_ref());
    assert_eq!(official.ask(scan_of(&forged)).await, refused(Reason::QrFake));
    let genuine = app_qr::sign(&ticket, citizen.phone.signer().as_ref());
    let shown = official.done(scan_of(&genuine)).await.shown.unwrap();
    assert_eq!(shown.name.as_deref(), Some(citizen.person.name.as_str()));
    assert_eq!(shown.portrait, Some(Digest::of(citizen.person.portrait.to_string().as_bytes())));
    assert_eq!(official.ask(scan_of(&genuine)).await, refused(Reason::QrUsed));
}

async fn use_utilities(citizen: &mut Citizen, register: &Register, other: &Person) {
    let paper = register.papers(citizen.person.number).unwrap().remove(0);
    let foreign: Box<str> = format!("{}0", paper.number).into();
    let unknown = citizen.ask(Operation::WalletAdd { kind: paper.kind, number: foreign }).await;
    assert_eq!(unknown, Outcome::Refused(Reasons::one(Reason::PaperUnknown)));
    citizen.done(Operation::WalletAdd { kind: paper.kind, number: paper.number.clone() }).await;
    assert_eq!(citizen.done(Operation::WalletShow { kind: paper.kind }).await.papers, [paper]);
    let form = citizen.done(Operation::FormOpen { service: PublicService::StayNotice }).await;
    assert_eq!(form.address.as_deref(), Some(citizen.person.address.as_str()));
    let bills = citizen.done(Operation::PaymentBills).await.bills;
    assert_eq!(bills, register.bills(citizen.person.number).unwrap());
    let (request, amount_vnd) = (Token::new("t"), 1_000);
    citizen.done(Operation::PaymentTransfer { request, to: other.number, amount_vnd }).await;
    assert_eq!(citizen.done(Operation::PaymentBalance).await.balance_vnd, Some(4_999_000));
}

#[test]
fn phones_meet_and_registers_answer_in_virtual_time() {
    let population = Population::new(PopulationConfig { seed: 6, people: 20_000 }).unwrap();
    let register = Register { population: Arc::new(population), day: DAY };
    let quirks = [Quirk::QrWithoutLevel2, Quirk::QrOfficialUnchecked, Quirk::UtilityWithoutLevel2];
    let mut twin = TwinConfig::new("", "", DAY);
    twin.misbehaviours = quirks.into_iter().fold(Misbehaviours::none(), |all, quirk| all.with(quirk, 1.0));
    let config = VirtualConfig {
        twin,
        register: register.clone(),
        lag: Lag::default(),
        sms: NetworkConfig { profile: Profile::Instant, ..NetworkConfig::default() },
        latency: Latency { loss: LossShares { not_sent: 0.0, before: 0.0, after: 0.0 }, ..Latency::default() },
    };
    let mut kernel = Kernel::new(UnixMillis(1_661_101_200_000));
    let world = VirtualWorld::start(&kernel.spawner(), kernel.clock(), config, 3).unwrap();
    let inbox = Inbox::default();
    let arrived = Rc::clone(&inbox);
    world.on_delivery(move |delivery| arrived.borrow_mut().push((delivery.to, delivery.text.to_string())));
    let clock = kernel.clock();
    let mut both = people(&register).into_iter().map(|person| {
        let keys = Keys { seed: 3, kind: KeyKind::Mac };
        let phone = Phone::new(keys, DeviceId(person.index.0), &person.phone.unwrap(), 0);
        let (target, inbox) = (InProcessTarget::new(Rc::clone(&world)), Rc::clone(&inbox));
        Citizen { target, clock: clock.clone(), inbox, person, phone, session: None, seq: 0 }
    });
    let (mut citizen, mut official) = (both.next().unwrap(), both.next().unwrap());
    kernel
        .block_on(async {
            for one in [&mut citizen, &mut official] {
                one.reach_level_1().await;
                one.activate().await;
            }
            meet(&mut citizen, &mut official).await;
            use_utilities(&mut citizen, &register, &official.person).await;
        })
        .unwrap();
    let lookups = world.lookup_ledger();
    let held = |kind| lookups.iter().filter(|event| event.kind == kind && event.result == LookupResult::Match).count();
    assert_eq!((held(LookupKind::Papers), held(LookupKind::Bills)), (3, 1));
    world.stop();
}
