//! Steps of the personal page, the counter and the move, and accounts that an earlier story left behind.

use crate::support::*;
use songsinh_contract::*;

pub const C: DeviceId = DeviceId(0xc);
pub const OTHER: &str = "Mat-Khau-2";
pub const NONE: [&str; 0] = [];
pub const HOUR: u64 = 3_600 * SECOND;

/// What is told, the rules that it breaks, the story.
pub type Case = (&'static str, &'static [&'static str], fn(&mut Story));

/// Tells the cases, each with three people; right ones are told again with slow and lost answers.
pub fn tell(cases: &[Case]) {
    for (what, broken, write) in cases {
        let mut story = Story::of(3);
        write(&mut story);
        assert_eq!(story.broken(), *broken, "{what}: {:#?}", story.findings());
        if broken.is_empty() {
            slow_and_lost(what, &mut story);
        }
    }
}

/// Slow answers and lost ones make nothing wrong.
fn slow_and_lost(what: &str, story: &mut Story) {
    for at in 0..story.observations.len() {
        let kept = story.observations[at].clone();
        let values = kept.outcome.values().cloned().unwrap_or_default();
        if values.handle.is_none() && values.session.is_none() && values.code.is_none() {
            story.observations[at].outcome = lost();
            assert_eq!(story.broken(), NONE, "{what}, answer {at} lost: {:?}", kept.call.operation);
        }
        story.observations[at] = kept;
    }
    for (at, o) in story.observations.iter_mut().enumerate() {
        o.done = Moment(o.done.0.max(o.sent.0 + 1_000_000 * (at as u64 * 37 % 9) * 5));
    }
    assert_eq!(story.broken(), NONE, "{what}, slow");
}

pub fn values(fill: impl FnOnce(&mut Values)) -> Outcome {
    let mut values = Values::default();
    fill(&mut values);
    Outcome::Done(Box::new(values))
}
pub fn opened(token: &str, refresh: &str) -> Outcome {
    values(|v| (v.session, v.refresh) = (Some(Token::new(token)), Some(Token::new(refresh))))
}
pub fn shows_code(code: u32) -> Outcome {
    values(|v| v.code = Some(Code(code)))
}
pub fn app() -> Outcome {
    told(Level::App, Application::None, Activation::None)
}

impl Story {
    /// An earlier story left the member this account, bound to `device` if there is one.
    pub fn stands(&mut self, level: Level, device: Option<DeviceId>) -> &mut Self {
        let bound = device.map(|device| Bound {
            device,
            key: Digest(device.0),
            passcode: Secret::new("123456").digest(),
            questions: vec![(1, Secret::new("mèo").digest()), (2, Secret::new("mèo").digest())],
            qr_switch: false,
        });
        let password = Some(Secret::new(PASSWORD).digest());
        let standing = Standing { phone: phone(self.member as u32), level, password, bound };
        self.facts.members[self.member].prior = Prior::Standing(Box::new(standing));
        self
    }
    /// Logged in, with session and refresh token.
    pub fn enters(&mut self, token: &'static str, refresh: &str) -> &mut Self {
        self.login(PASSWORD, opened(token, refresh)).session = Some(token);
        self
    }
    /// A standing account at this level on device A, logged in with session "s", refresh token "f".
    pub fn stands_in(&mut self, level: Level) -> &mut Self {
        let device = (level >= Level::One).then_some(A);
        self.stands(level, device).enters("s", "f")
    }
    pub fn refresh(&mut self, refresh: &str, outcome: Outcome) -> &mut Self {
        self.call(Operation::SessionRefresh { refresh: Token::new(refresh) }, outcome)
    }
    pub fn shown(&mut self) -> &mut Self {
        self.show(told(Level::One, Application::Approved, Activation::Activated))
    }
    /// With another session from here on.
    pub fn with(&mut self, session: &'static str) -> &mut Self {
        self.session = Some(session);
        self
    }
    pub fn on(&mut self, device: DeviceId) -> &mut Self {
        self.device = device;
        self
    }
    pub fn change(&mut self, old: &str, new: &str, outcome: Outcome) -> &mut Self {
        self.call(Operation::PasswordChange { old: Secret::new(old), new: Secret::new(new) }, outcome)
    }
    pub fn reset(&mut self, to: PhoneNumber, handle: &str) -> &mut Self {
        let number = self.number();
        self.call(Operation::ResetRequest { number, phone: to }, given(handle))
    }
    /// A reset whose code was sent to the member's phone.
    pub fn resetting(&mut self, handle: &str, code: u32) -> &mut Self {
        let to = phone(self.member as u32);
        self.reset(to, handle).message(to, SmsPurpose::Reset, Some(code))
    }
    pub fn reset_code(&mut self, handle: &str, code: u32, outcome: Outcome) -> &mut Self {
        self.call(Operation::ResetConfirm { challenge: Token::new(handle), code: Code(code) }, outcome)
    }
    pub fn reset_answers(&mut self, handle: &str, answer: &str, outcome: Outcome) -> &mut Self {
        let answers = [1, 2].map(|n| (n, Secret::new(answer))).to_vec();
        self.call(Operation::ResetAnswer { challenge: Token::new(handle), answers }, outcome)
    }
    pub fn reset_password(&mut self, handle: &str, password: &str, outcome: Outcome) -> &mut Self {
        let password = Secret::new(password);
        self.call(Operation::ResetSetPassword { challenge: Token::new(handle), password }, outcome)
    }
    /// The third member is an officer, and logs in on device C with session "o"; the story goes on as the officer.
    pub fn officer(&mut self) -> &mut Self {
        self.facts.members[2].role = MemberRole::Officer;
        (self.member, self.device, self.session) = (2, C, None);
        let login = Operation::OfficerLogin { user: "can-bo".into(), password: Secret::new("x") };
        self.call(login, session("o")).with("o")
    }
    /// The member acts, on its own phone and without session.
    pub fn person_acts(&mut self, member: usize) -> &mut Self {
        (self.member, self.device, self.session) = (member, [A, B, C][member], None);
        self
    }
    pub fn filing(&self, member: u64, to: PhoneNumber) -> CounterFiling {
        let person = &self.facts.members[member as usize].person;
        CounterFiling {
            number: person.number,
            phone: to,
            email: None,
            card: printed(person),
            portrait: Some(Portrait { shot: 2, ..person.portrait }),
            fingerprints: Some(Fingerprints { of: person.portrait.face }),
        }
    }
    pub fn file(&mut self, filing: CounterFiling, outcome: Outcome) -> &mut Self {
        self.call(Operation::Level2File { filing: Box::new(filing) }, outcome)
    }
    /// Files for the first member.
    pub fn files(&mut self) -> &mut Self {
        let filing = self.filing(0, phone(0));
        self.file(filing, given("w"))
    }
    pub fn decide(&mut self, approve: bool, outcome: Outcome) -> &mut Self {
        let number = self.facts.members[0].person.number;
        self.call(Operation::ApplicationDecide { number, approve }, outcome)
    }
    /// Decides on the first member's application; the message follows.
    pub fn decides(&mut self, approve: bool) -> &mut Self {
        let purpose = if approve { SmsPurpose::Approved } else { SmsPurpose::Rejected };
        self.decide(approve, done()).message(phone(0), purpose, None)
    }
    pub fn begin_move(&mut self, password: &str, outcome: Outcome) -> &mut Self {
        let number = self.number();
        self.call(Operation::DeviceMove { number, password: Secret::new(password) }, outcome)
    }
    pub fn move_code(&mut self, outcome: Outcome) -> &mut Self {
        self.call(Operation::DeviceMoveCode, outcome)
    }
    pub fn move_confirm(&mut self, handle: &str, code: u32, outcome: Outcome) -> &mut Self {
        self.call(moved(handle, code), outcome)
    }
    /// An active account with session "s" on A; B asked to move it (handle "m"), A showed 808080; B acts.
    pub fn moving(&mut self) -> &mut Self {
        self.stands_in(Level::One).on(B).begin_move(PASSWORD, given("m")).on(A).move_code(shows_code(808_080)).on(B)
    }
}

pub fn moved(handle: &str, code: u32) -> Operation {
    Operation::DeviceMoveConfirm { challenge: Token::new(handle), code: Code(code) }
}
