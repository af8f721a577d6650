//! A stage without a system behind it: answers are scripted, waits are over at once, and every call is kept.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::LazyLock;
use std::time::Duration;

use futures_util::FutureExt as _;
use songsinh_contract::{
    Bill, BillKind, Call, Chance, CitizenIndex, Clock, Code, DeviceId, Holdings, Loss, MemberRole, Moment, Operation,
    OperationName, Os, Outcome, Paper, PaperKind, Person, PhoneNumber, Purpose, QrTicket, Reason, Reasons, Rulebook,
    Secret, SmsPurpose, Token, UnixMillis, Values,
};
use songsinh_journey::{Actor, Cast, Ending, Handset, Play, Stage, Story, play_story};
use songsinh_phone::{KeyKind, Keys, Phone, Received};
use songsinh_population::{Population, PopulationConfig};
use songsinh_scenario::{Patience, Roles};

/// A clock that jumps to whatever is waited for.
#[derive(Clone, Default)]
pub struct Jumping(Rc<Cell<u64>>);

impl Clock for Jumping {
    fn now(&self) -> Moment {
        Moment(self.0.get())
    }
    fn unix(&self) -> UnixMillis {
        UnixMillis((self.0.get() / 1_000_000) as i64)
    }
    async fn sleep_until(&self, due: Moment) {
        self.0.set(self.0.get().max(due.0));
    }
}

/// How the stage answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Everything is done, every message comes.
    Yes,
    /// Everything is refused.
    No,
    /// Anything may happen, by this seed.
    Wild(u64),
}

/// The stage.
pub struct Scripted {
    pub clock: Jumping,
    pub calls: RefCell<Vec<(Moment, Call)>>,
    script: Script,
    chance: RefCell<Chance>,
}

/// No story may make more calls than this: one that does would go on for ever.
pub const MOST_CALLS: usize = 2_000;

impl Scripted {
    pub fn new(script: Script) -> Self {
        let seed = if let Script::Wild(seed) = script { seed } else { 0 };
        let chance = RefCell::new(Chance::new(seed, Purpose::named("test.stage"), 0));
        let clock = Jumping::default();
        clock.0.set(1_000_000_000_000);
        Self { clock, calls: RefCell::default(), script, chance }
    }
    /// How often an operation was asked.
    pub fn count(&self, name: OperationName) -> usize {
        self.calls.borrow().iter().filter(|(_, call)| call.operation.name() == name).count()
    }
    /// The operations asked, in their order.
    pub fn asked(&self) -> Vec<OperationName> {
        self.calls.borrow().iter().map(|(_, call)| call.operation.name()).collect()
    }
    fn token(&self) -> Option<Token> {
        Some(Token::new(&format!("token-{}", self.chance.borrow_mut().bits())))
    }
    fn everything(&self, call: &Call) -> Outcome {
        let now_ms = self.clock.unix().0;
        let bill = Bill { id: "b-1".into(), kind: BillKind::Water, amount_vnd: 90_000, paid: false };
        let ticket = self.token().map(|id| QrTicket { id, issued_ms: now_ms, expires_ms: now_ms + 60_000 });
        Outcome::Done(Box::new(Values {
            handle: self.token(),
            session: self.token(),
            refresh: self.token(),
            questions: if call.operation == Operation::ServiceQuestions { vec![3, 5, 7, 9] } else { Vec::new() },
            ticket,
            code: Some(Code(123_456)),
            bills: vec![bill],
            balance_vnd: Some(5_000_000),
            ..Values::default()
        }))
    }
    fn anything(&self, call: &Call) -> Outcome {
        let mut chance = self.chance.borrow_mut();
        match chance.below(20) {
            0..=2 => {
                let nth = chance.below(Reason::ALL.len() as u64) as usize;
                Outcome::Refused(Reasons::one(Reason::ALL[nth]))
            }
            3 => Outcome::Unavailable { retry_after: None },
            4 => Outcome::Indeterminate(Loss::TimedOut),
            5 => Outcome::Fault { status: 500 },
            6 => Outcome::done(),
            _ => {
                drop(chance);
                self.everything(call)
            }
        }
    }
}

impl Stage for Scripted {
    type Clock = Jumping;

    fn clock(&self) -> &Jumping {
        &self.clock
    }
    async fn perform(&self, _member: CitizenIndex, call: Call, _intended: Moment) -> Outcome {
        let outcome = match self.script {
            Script::Yes => self.everything(&call),
            Script::No => Outcome::Refused(Reasons::one(Reason::Malformed)),
            Script::Wild(_) => self.anything(&call),
        };
        self.clock.sleep(Duration::from_millis(20)).await;
        self.calls.borrow_mut().push((self.clock.now(), call));
        assert!(self.calls.borrow().len() <= MOST_CALLS, "a story without an end");
        outcome
    }
    async fn await_sms(
        &self,
        _phone: PhoneNumber,
        purpose: SmsPurpose,
        after: Moment,
        until: Moment,
    ) -> Option<Received> {
        let comes = match self.script {
            Script::Yes => purpose != SmsPurpose::Rejected,
            Script::No => false,
            Script::Wild(_) => self.chance.borrow_mut().happens(0.6),
        };
        if !comes {
            self.clock.sleep_until(until).await;
            return None;
        }
        self.clock.sleep_until(after + Duration::from_secs(1)).await;
        Some(Received { purpose: Some(purpose), code: Some(Code(123_456)), at: self.clock.now(), text: "text".into() })
    }
}

/// The seed of secrets and keys.
pub const SEED: u64 = 5;

/// A few people with smartphones and cards.
static PEOPLE: LazyLock<Vec<Person>> = LazyLock::new(|| {
    let population = Population::new(PopulationConfig { seed: 1, people: 100_000 }).unwrap();
    let day = jiff::civil::date(2022, 8, 27);
    let people = (1_000..).map(|index| population.citizen(CitizenIndex(index), day));
    let fit = |person: &Person| {
        person.card.is_some() && person.phone.is_some_and(|phone| !phone.shared && phone.os != Os::Feature)
    };
    people.filter(fit).take(6).collect()
});

/// People with phones, papers and bills, in the roles that a story wants.
pub fn cast(roles: Roles) -> Cast {
    let mut people = PEOPLE.iter().map(|person| actor(person.clone(), SEED));
    let main = people.next().unwrap();
    let wanted = [
        (MemberRole::Relative, roles.relatives),
        (MemberRole::Official, roles.officials),
        (MemberRole::Officer, roles.officers),
        (MemberRole::Attacker, roles.attackers),
    ];
    let mut others = Vec::new();
    for (role, count) in wanted {
        for actor in people.by_ref().take(count.into()) {
            let officer = (role == MemberRole::Officer).then(|| ("cb-001".into(), Secret::new("Officer-1!")));
            others.push(Actor { role, officer, ..actor });
        }
    }
    Cast { main, others }
}

/// A person with nothing done yet.
pub fn actor(person: Person, seed: u64) -> Actor {
    let facts = person.phone.unwrap();
    let keys = Keys { seed, kind: KeyKind::Mac };
    let handset = |nth| Handset::new(Phone::new(keys, DeviceId(person.index.0 << 2 | nth), &facts, 0));
    let paper = Paper {
        kind: PaperKind::HealthInsurance,
        number: "HS4012345678901".into(),
        holder: person.number,
        detail: "Bệnh viện".into(),
        issued: jiff::civil::date(2021, 1, 1),
        expires: None,
    };
    let holdings = Holdings { papers: vec![paper], bills: Vec::new() };
    let (phone, spare) = (handset(0), handset(1));
    Actor { holdings, ..Actor::new(person, phone, spare, seed) }
}

/// Plays a story to its end.
pub fn played(stage: &Scripted, cast: &mut Cast, story: &Story, seed: u64) -> Ending {
    let book = Rulebook::default();
    let patience = Patience { retry_after_no_sms: Duration::from_secs(70), give_up_after: Duration::from_secs(600) };
    let chance = Chance::new(seed, Purpose::named("test.story"), 0);
    let play = Play::new(stage, &book, &patience, chance, stage.clock.now());
    play_story(play, cast, story).now_or_never().expect("nothing is waited for")
}
