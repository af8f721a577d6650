//! Writes stories readably: who does what, when, and what is answered. Unless said otherwise a call takes no time and
//! the next one comes a second later, so that ages are exact.

use jiff::civil::date;
use songsinh_contract::*;
use songsinh_oracle::{CellVerdict, Finding, Judge, Settings};

pub const SECOND: u64 = 1_000;
/// 22 August 2022, 07:00 in Viet Nam.
pub const START: UnixMillis = UnixMillis(1_661_126_400_000);
pub const PASSWORD: &str = "Mat-Khau-1";
pub const A: DeviceId = DeviceId(0xa);
pub const B: DeviceId = DeviceId(0xb);

pub fn phone(n: u32) -> PhoneNumber {
    PhoneNumber::from_parts(91, n)
}

pub fn person(n: u64) -> Person {
    Person {
        index: CitizenIndex(n),
        number: CitizenNumber::from_parts(8, 0, 80, 4_711 + n as u32),
        old_number: None,
        name: format!("Nguyễn Văn {}", ["An", "Bình", "Cường"][n as usize % 3]),
        born: BirthDate::Full(date(1980, 5, 1 + (n % 28) as i8)),
        sex: Sex::Male,
        ethnicity: "Kinh".into(),
        address: "Tổ 1, Phan Thiết, Tuyên Quang".into(),
        commune: 2_200,
        life: LifeStatus::Alive,
        card: Some(CardFacts { issued: date(2021, 5, 10), expires: Some(date(2040, 5, 1)), status: CardStatus::Valid }),
        portrait: Portrait { face: 100 + n, shot: 0 },
        phone: None,
    }
}

pub fn form(person: &Person, to: PhoneNumber) -> Form {
    Form {
        number: person.number.to_string().into(),
        phone: to,
        name: person.name.as_str().into(),
        born: person.born,
        sex: person.sex,
    }
}

pub fn printed(person: &Person) -> PrintedCard {
    PrintedCard {
        number: person.number,
        old_number: None,
        name: person.name.as_str().into(),
        born: person.born,
        sex: person.sex,
        address: person.address.as_str().into(),
        issued: person.card.unwrap().issued,
    }
}

pub fn done() -> Outcome {
    Outcome::done()
}
pub fn given(handle: &str) -> Outcome {
    Outcome::Done(Box::new(Values { handle: Some(Token::new(handle)), ..Values::default() }))
}
pub fn session(token: &str) -> Outcome {
    Outcome::Done(Box::new(Values { session: Some(Token::new(token)), ..Values::default() }))
}
pub fn refused(reason: Reason) -> Outcome {
    Outcome::Refused(Reasons::one(reason))
}
pub fn told(level: Level, application: Application, activation: Activation) -> Outcome {
    let account = Some(AccountState { level, application, activation });
    Outcome::Done(Box::new(Values { account, ..Values::default() }))
}
pub fn lost() -> Outcome {
    Outcome::Indeterminate(Loss::TimedOut)
}

/// A cell being written.
pub struct Story {
    pub facts: CellFacts,
    pub observations: Vec<Observation>,
    pub messages: Vec<SmsEvent>,
    pub book: Rulebook,
    pub settings: Settings,
    /// In milliseconds.
    pub now: u64,
    /// Who acts: member, device, session, proof.
    pub member: usize,
    pub device: DeviceId,
    pub session: Option<&'static str>,
    pub proof: ProofShown,
}

impl Story {
    pub fn new() -> Self {
        Self::of(1)
    }
    pub fn of(people: u64) -> Self {
        let member = |n| Member {
            role: MemberRole::Citizen,
            person: person(n),
            devices: vec![A, B],
            prior: Prior::None,
            holdings: Holdings::default(),
        };
        Self {
            facts: CellFacts {
                cell: CellId(7),
                arrival: ArrivalId(7),
                journey: "register".into(),
                twist: None,
                act: Act::Load,
                members: (0..people).map(member).collect(),
                phones: (0..4).map(phone).collect(),
            },
            observations: Vec::new(),
            messages: Vec::new(),
            book: Rulebook::default(),
            settings: Settings::new(START),
            now: 1_000,
            member: 0,
            device: A,
            session: None,
            proof: ProofShown::Own,
        }
    }
    pub fn person(&self) -> Person {
        self.facts.members[self.member].person.clone()
    }
    pub fn number(&self) -> CitizenNumber {
        self.facts.members[self.member].person.number
    }
    /// The next call takes place so many milliseconds after the last one began, and not a second after.
    pub fn after(&mut self, ms: u64) -> &mut Self {
        self.now = self.now - SECOND + ms;
        self
    }
    /// A call that takes no time.
    pub fn call(&mut self, operation: Operation, outcome: Outcome) -> &mut Self {
        let now = self.now;
        self.now += SECOND;
        self.between(now, now, operation, outcome)
    }
    /// A call between two moments, in milliseconds.
    pub fn between(&mut self, sent: u64, done: u64, operation: Operation, outcome: Outcome) -> &mut Self {
        let key = Digest(self.device.0);
        let caller = Caller {
            device: self.device,
            session: self.session.map(Token::new),
            proof: self.proof,
            key: if self.proof == ProofShown::Foreign { Digest(0xf) } else { key },
            signer: None,
        };
        let at = |ms: u64| Moment(ms * 1_000_000);
        self.observations.push(Observation {
            cell: self.facts.cell,
            arrival: self.facts.arrival,
            seq: self.observations.len() as u32,
            member: self.facts.members[self.member].person.index,
            call: Call { operation, caller },
            intended: at(sent),
            sent: at(sent),
            first_byte: Some(at(done)),
            done: at(done),
            outcome,
            wording: None,
            codes_seen: vec![],
            numbers_seen: vec![],
            trace: TraceId(1, 2),
        });
        self
    }
    pub fn last(&mut self) -> &mut Observation {
        self.observations.last_mut().unwrap()
    }
    /// A message, at the moment of the last call's answer.
    pub fn message(&mut self, to: PhoneNumber, purpose: SmsPurpose, code: Option<u32>) -> &mut Self {
        let accepted = self.observations.last().unwrap().done;
        self.messages.push(SmsEvent {
            id: self.messages.len() as u64 + 1,
            to,
            text: "VNeID".into(),
            purpose: Some(purpose),
            code: code.map(Code),
            accepted,
            fate: Fate::Delivered(accepted),
        });
        self
    }

    pub fn register(&mut self, to: PhoneNumber, handle: &'static str, code: u32) -> &mut Self {
        let form = form(&self.person(), to);
        self.call(Operation::AccountRegister { form, scanned: None }, given(handle));
        self.message(to, SmsPurpose::Register, Some(code))
    }
    pub fn try_register(&mut self, to: PhoneNumber, outcome: Outcome) -> &mut Self {
        let form = form(&self.person(), to);
        self.call(Operation::AccountRegister { form, scanned: None }, outcome)
    }
    pub fn resend(&mut self, handle: &'static str, to: PhoneNumber, code: u32) -> &mut Self {
        self.call(Operation::AccountResend { challenge: Token::new(handle) }, done());
        self.message(to, SmsPurpose::Register, Some(code))
    }
    pub fn try_resend(&mut self, handle: &'static str, outcome: Outcome) -> &mut Self {
        self.call(Operation::AccountResend { challenge: Token::new(handle) }, outcome)
    }
    pub fn confirm(&mut self, handle: &'static str, code: u32, outcome: Outcome) -> &mut Self {
        self.call(confirm(handle, code), outcome)
    }
    pub fn password(&mut self, handle: &'static str, password: &str, outcome: Outcome) -> &mut Self {
        let password = Secret::new(password);
        self.call(Operation::AccountSetPassword { challenge: Token::new(handle), password }, outcome)
    }
    pub fn login(&mut self, password: &str, outcome: Outcome) -> &mut Self {
        let number = self.number();
        self.call(Operation::SessionLogin { number, password: Secret::new(password) }, outcome)
    }
    pub fn show(&mut self, outcome: Outcome) -> &mut Self {
        self.call(Operation::AccountShow, outcome)
    }
    pub fn read_card(&mut self, handle: &'static str) -> &mut Self {
        let printed = Box::new(printed(&self.person()));
        self.call(Operation::Level1ReadCard { printed, nfc: false }, given(handle))
    }
    pub fn try_read(&mut self, printed: PrintedCard, nfc: bool, outcome: Outcome) -> &mut Self {
        self.call(Operation::Level1ReadCard { printed: Box::new(printed), nfc }, outcome)
    }
    pub fn portrait(&mut self, handle: &'static str, portrait: Option<Portrait>, outcome: Outcome) -> &mut Self {
        self.call(Operation::Level1Portrait { application: Token::new(handle), portrait }, outcome)
    }
    pub fn submit(&mut self, handle: &'static str, outcome: Outcome) -> &mut Self {
        self.call(Operation::Level1Submit { application: Token::new(handle), email: None }, outcome)
    }
    pub fn request(&mut self, to: PhoneNumber, outcome: Outcome) -> &mut Self {
        let number = self.number();
        self.call(Operation::ActivationRequest { number, phone: to }, outcome)
    }
    pub fn activation(&mut self, to: PhoneNumber, handle: &'static str, code: u32) -> &mut Self {
        self.request(to, given(handle)).message(to, SmsPurpose::Activate, Some(code))
    }
    pub fn enter(&mut self, handle: &'static str, code: u32, outcome: Outcome) -> &mut Self {
        self.call(Operation::ActivationConfirm { challenge: Token::new(handle), code: Code(code) }, outcome)
    }
    pub fn passcode(&mut self, handle: &'static str, passcode: &str, outcome: Outcome) -> &mut Self {
        let passcode = Secret::new(passcode);
        self.call(Operation::ActivationSetPasscode { challenge: Token::new(handle), passcode }, outcome)
    }
    pub fn questions(&mut self, handle: &'static str, outcome: Outcome) -> &mut Self {
        self.call(answers(handle, [1, 2]), outcome)
    }

    /// Registered with PASSWORD on phone `member`, handle "r", code 111111.
    pub fn registered(&mut self) -> &mut Self {
        let to = phone(self.member as u32);
        let handle = ["r", "r1", "r2"][self.member];
        let code = 111_111 + self.member as u32;
        self.register(to, handle, code).confirm(handle, code, done()).password(handle, PASSWORD, done())
    }
    /// Logged in on device A with session "s".
    pub fn logged_in(&mut self) -> &mut Self {
        let token = ["s", "s1", "s2"][self.member];
        self.registered().login(PASSWORD, session(token));
        self.session = Some(token);
        self
    }
    /// The application is filed, handle "l".
    pub fn applied(&mut self) -> &mut Self {
        let handle = ["l", "l1", "l2"][self.member];
        let portrait = Portrait { shot: 1, ..self.person().portrait };
        self.logged_in().read_card(handle).portrait(handle, Some(portrait), done()).submit(handle, done());
        self.session = None;
        self
    }
    /// The notice came.
    pub fn approved(&mut self) -> &mut Self {
        let to = phone(self.member as u32);
        self.applied().call(Operation::ServiceHealth, done()).message(to, SmsPurpose::Approved, None)
    }
    /// The code of activation "a" (222222) is entered, the passcode set.
    pub fn half_active(&mut self) -> &mut Self {
        let to = phone(self.member as u32);
        let handle = ["a", "a1", "a2"][self.member];
        let code = 222_222 + self.member as u32;
        self.call(Operation::ServiceQuestions, listed());
        self.activation(to, handle, code).enter(handle, code, done()).passcode(handle, "123456", done())
    }
    /// Activated on device A.
    pub fn activated(&mut self) -> &mut Self {
        let handle = ["a", "a1", "a2"][self.member];
        self.approved().half_active().questions(handle, done())
    }

    pub fn verdict(&self) -> CellVerdict {
        Judge::new(self.book.clone(), self.settings.clone()).cell(&self.facts, &self.observations, &self.messages)
    }
    pub fn findings(&self) -> Vec<Finding> {
        self.verdict().findings
    }
    /// The rules that are broken, in order of finding.
    pub fn broken(&self) -> Vec<&'static str> {
        self.findings().iter().map(|f| f.rule.slug()).collect()
    }
}

pub fn listed() -> Outcome {
    Outcome::Done(Box::new(Values { questions: vec![1, 2, 3, 4, 5], ..Values::default() }))
}

pub fn confirm(handle: &str, code: u32) -> Operation {
    Operation::AccountConfirm { challenge: Token::new(handle), code: Code(code) }
}

pub fn answers(handle: &str, numbers: [u16; 2]) -> Operation {
    let answers = numbers.into_iter().map(|n| (n, Secret::new("mèo"))).collect();
    Operation::ActivationSetQuestions { challenge: Token::new(handle), answers }
}
