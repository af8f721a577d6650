//! The twin in process, on the virtual-time executor.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::date;
use songsinh_contract::{
    Call, CitizenIndex, Clock, Code, DeviceId, Fate, Form, LifeStatus, LookupKind, Loss, Operation, Outcome, Person,
    PhoneNumber, ProofShown, Reason, Reasons, Secret, SmsPurpose, Token, TraceId, UnixMillis,
};
use songsinh_kernel::{Kernel, VirtualClock};
use songsinh_national::{Misbehaviours, Quirk, TwinConfig};
use songsinh_phone::{KeyKind, Keys, Phone};
use songsinh_population::service::{Lag, Register};
use songsinh_population::{Population, PopulationConfig};
use songsinh_sms::{NetworkConfig, Profile};
use songsinh_target::{Answer, InProcessTarget, Latency, LossShares, Target, VirtualConfig, VirtualWorld};

const DAY: jiff::civil::Date = date(2022, 8, 22);
const PASSWORD: &str = "Mat-Khau-1";

fn config() -> VirtualConfig {
    let population = Population::new(PopulationConfig { seed: 6, people: 20_000 }).unwrap();
    VirtualConfig {
        twin: TwinConfig::new("", "", DAY),
        register: Register { population: Arc::new(population), day: DAY },
        lag: Lag::default(),
        sms: NetworkConfig::default(),
        latency: Latency::default(),
    }
}

fn lossy(share: f64) -> Latency {
    Latency { loss: LossShares { not_sent: share, before: share, after: share }, ..Latency::default() }
}

/// People who may register, each with a phone number of their own.
fn people(register: &Register, count: usize) -> Vec<Person> {
    let all = (0..register.population.len()).map(|index| register.population.citizen(CitizenIndex(index), DAY));
    let fit = all.filter(|person| {
        let adult = person.life == LifeStatus::Alive && person.born.age_on(DAY) >= 14;
        adult && person.phone.is_some_and(|phone| !phone.shared)
    });
    fit.take(count).collect()
}

/// One person's way through the app, as far as it goes.
struct Story {
    target: InProcessTarget,
    clock: VirtualClock,
    inbox: Rc<RefCell<Vec<(PhoneNumber, String)>>>,
    person: Person,
    phone: Phone,
    seq: u64,
    seen: Rc<RefCell<Vec<(u64, Answer)>>>,
}

impl Story {
    async fn ask(&mut self, operation: Operation, session: Option<&Token>, proof: ProofShown) -> Outcome {
        self.seq += 1;
        let call = Call { operation, caller: self.phone.caller(session.cloned(), proof) };
        let answer = self.target.call(&call, TraceId(self.person.index.0, self.seq)).await;
        self.seen.borrow_mut().push((self.person.index.0, answer.clone()));
        answer.outcome
    }

    async fn code(&self) -> Option<Code> {
        for _ in 0..120 {
            let sms = self.inbox.borrow().iter().rev().find(|(to, _)| *to == self.phone.number).cloned();
            if let Some((_, text)) = sms {
                return text
                    .split(|c: char| !c.is_ascii_digit())
                    .find(|run| run.len() == 6)
                    .map(|run| Code(run.parse().unwrap()));
            }
            self.clock.sleep(Duration::from_secs(1)).await;
        }
        None
    }

    /// Registers and logs in; the session, if all went well.
    async fn register(&mut self) -> Option<Token> {
        let form = Form {
            number: self.person.number.to_string().into(),
            phone: self.phone.number,
            name: self.person.name.as_str().into(),
            born: self.person.born,
            sex: self.person.sex,
        };
        let opened = self.ask(Operation::AccountRegister { form, scanned: None }, None, ProofShown::Missing).await;
        let challenge = opened.values()?.handle.clone()?;
        let code = self.code().await?;
        let confirm = Operation::AccountConfirm { challenge: challenge.clone(), code };
        self.ask(confirm, None, ProofShown::Missing).await.values()?;
        let password = Secret::new(PASSWORD);
        let set = Operation::AccountSetPassword { challenge, password: password.clone() };
        self.ask(set, None, ProofShown::Missing).await.values()?;
        let login = Operation::SessionLogin { number: self.person.number, password };
        let session = self.ask(login, None, ProofShown::Own).await.values()?.session.clone()?;
        self.ask(Operation::AccountShow, Some(&session), ProofShown::Own).await.values()?;
        Some(session)
    }
}

struct Run {
    answers: Vec<(u64, Answer)>,
    world: Rc<VirtualWorld>,
    sessions: usize,
}

/// Sends so many people through registration at once.
fn run(config: VirtualConfig, seed: u64, count: usize) -> Run {
    let mut kernel = Kernel::new(UnixMillis(1_661_101_200_000));
    let everybody = people(&config.register, count);
    let world = VirtualWorld::start(&kernel.spawner(), kernel.clock(), config, seed).unwrap();
    let inbox: Rc<RefCell<Vec<(PhoneNumber, String)>>> = Rc::default();
    let phones = Rc::clone(&inbox);
    world.on_delivery(move |delivery| phones.borrow_mut().push((delivery.to, delivery.text.to_string())));
    let (seen, sessions): (Rc<RefCell<Vec<_>>>, Rc<RefCell<usize>>) = Default::default();
    for person in everybody {
        let keys = Keys { seed, kind: KeyKind::Mac };
        let phone = Phone::new(keys, DeviceId(person.index.0), &person.phone.unwrap(), 0);
        let (target, clock) = (InProcessTarget::new(Rc::clone(&world)), kernel.clock());
        let mut story =
            Story { target, clock, inbox: Rc::clone(&inbox), person, phone, seq: 0, seen: Rc::clone(&seen) };
        let sessions = Rc::clone(&sessions);
        kernel.spawner().spawn(async move {
            let done = story.register().await.is_some();
            *sessions.borrow_mut() += usize::from(done);
        });
    }
    kernel.run_until(songsinh_contract::Moment(3_600_000_000_000)).unwrap();
    world.stop();
    let (answers, sessions) = (seen.borrow().clone(), *sessions.borrow());
    Run { answers, world, sessions }
}

#[test]
fn two_runs_of_a_seed_are_identical_and_of_another_are_not() {
    let told = |seed| {
        let run = run(VirtualConfig { latency: lossy(0.02), ..config() }, seed, 60);
        format!("{:?}\n{:?}\n{:?}", run.answers, run.world.sms_ledger(), run.world.lookup_ledger())
    };
    let first = told(7);
    assert_eq!(first, told(7));
    assert_ne!(first, told(8));
}

#[test]
fn citizens_register_and_the_ledgers_tell_it() {
    let sms = NetworkConfig { profile: Profile::Instant, ..NetworkConfig::default() };
    let run = run(VirtualConfig { latency: lossy(0.0), sms, ..config() }, 7, 80);
    assert_eq!(run.sessions, 80);
    let sms = run.world.sms_ledger();
    assert!(sms.iter().all(|event| event.purpose == Some(SmsPurpose::Register) && event.code.is_some()));
    assert_eq!(sms.iter().filter(|event| matches!(event.fate, Fate::Delivered(_))).count(), 80);
    let lookups = run.world.lookup_ledger();
    assert!(lookups.iter().any(|event| event.kind == LookupKind::Verify) && lookups.len() >= 80);
    assert!(lookups.iter().all(|event| event.asked <= event.answered));
    let answers = run.answers.iter().map(|(_, answer)| answer);
    assert!(answers.clone().all(|answer| answer.sent < answer.done && answer.outcome.is_done()));
    let mut spans: Vec<Duration> = answers.map(|answer| answer.done.since(answer.sent)).collect();
    spans.sort_unstable();
    let median = spans[spans.len() / 2];
    assert!(median > Duration::from_millis(10) && median < Duration::from_millis(60), "{median:?}");
    assert!(run.world.proofs_signed() > 0, "some proofs are really signed");
    assert_eq!(run.world.ledgers_dropped(), (0, 0));
}

#[test]
fn lost_calls_were_carried_out_or_not() {
    let run = run(VirtualConfig { latency: lossy(0.08), ..config() }, 11, 120);
    let lost = |loss| {
        let outcome = Outcome::Indeterminate(loss);
        run.answers.iter().filter(|(_, answer)| answer.outcome == outcome).count()
    };
    assert!(lost(Loss::NotSent) > 0 && lost(Loss::Reset) > 0 && lost(Loss::TimedOut) > 0);
    let opened = |(_, answer): &&(u64, Answer)| answer.outcome.values().is_some_and(|values| values.handle.is_some());
    let told = run.answers.iter().filter(opened).count();
    assert!(run.world.sms_counts().accepted as usize > told, "some registrations were opened and nobody was told");
}

#[test]
fn a_failing_population_service_is_no_verdict() {
    let lag = Lag { delay_min_ms: 5, delay_max_ms: 50, failure_share: 1.0 };
    let run = run(VirtualConfig { lag, latency: lossy(0.0), ..config() }, 3, 10);
    assert_eq!((run.sessions, run.world.sms_ledger().len()), (0, 0));
    assert!(run.answers.iter().all(|(_, answer)| matches!(answer.outcome, Outcome::Unavailable { .. })));
}

#[test]
fn what_the_twin_leaks_is_seen() {
    let mut config = VirtualConfig { latency: lossy(0.0), ..config() };
    config.twin.misbehaviours = Misbehaviours::none().with(Quirk::CodeInAnswer, 1.0);
    let run = run(config, 5, 5);
    let seen: Vec<Code> = run.answers.iter().flat_map(|(_, answer)| answer.codes_seen.iter().map(|c| c.code)).collect();
    let sent: Vec<Code> = run.world.sms_ledger().iter().filter_map(|event| event.code).collect();
    assert_eq!(seen.len(), 5);
    assert!(sent.iter().all(|code| seen.contains(code)));
}

#[test]
fn nobody_logs_in_with_a_wrong_password_and_messages_wait_to_be_taken() {
    let mut kernel = Kernel::new(UnixMillis(1_661_101_200_000));
    let config = VirtualConfig { latency: lossy(0.0), ..config() };
    let person = people(&config.register, 1).remove(0);
    let world = VirtualWorld::start(&kernel.spawner(), kernel.clock(), config, 2).unwrap();
    let target = InProcessTarget::new(Rc::clone(&world));
    let phone = Phone::new(Keys { seed: 2, kind: KeyKind::Mac }, DeviceId(1), &person.phone.unwrap(), 0);
    let operation = Operation::SessionLogin { number: person.number, password: Secret::new("Sai-Roi-22") };
    let call = Call { operation, caller: phone.caller(None, ProofShown::Own) };
    let answer = kernel.block_on(async { target.call(&call, TraceId(1, 1)).await }).unwrap();
    assert_eq!(answer.outcome, Outcome::Refused(Reasons::one(Reason::CredentialsWrong)));
    assert!(answer.wording.is_some() && world.take_deliveries().is_empty());
    let form = Form {
        number: person.number.to_string().into(),
        phone: phone.number,
        name: person.name.as_str().into(),
        born: person.born,
        sex: person.sex,
    };
    let register = Operation::AccountRegister { form, scanned: None };
    let call = Call { operation: register, caller: phone.caller(None, ProofShown::Missing) };
    let clock = kernel.clock();
    let answer = kernel.block_on(async {
        let answer = target.call(&call, TraceId(1, 2)).await;
        clock.sleep(Duration::from_secs(1500)).await;
        answer
    });
    assert!(answer.unwrap().outcome.is_done());
    let delivered = world.sms_ledger().iter().filter(|event| matches!(event.fate, Fate::Delivered(_))).count();
    assert_eq!(world.take_deliveries().len(), delivered);
    world.stop();
    kernel.run_until_idle().unwrap();
}
