//! A small builder of records, and a judge of one rule: a login with the wrong password must be refused.

use std::time::Duration;

use songsinh_contract::{
    ArrivalId, BirthDate, Call, Caller, Carrier, CellFacts, CellId, CitizenIndex, CitizenNumber, Code, DeviceId,
    Digest, Fate, Form, LifeStatus, Member, MemberRole, Moment, Observation, Operation, Os, Outcome, Person,
    PhoneFacts, PhoneNumber, Portrait, Prior, ProofShown, Reason, Reasons, Rule, Rulebook, Secret, Sex, SmsEvent,
    SmsPurpose, Token, TraceId, UnixMillis, Values,
};
use songsinh_oracle::{CellVerdict, Count, Counts, Finding, FindingKind};
use songsinh_record::{
    AbandonReason, Abandoned, Bounds, Ending, Frame, JourneyEnded, JourneyTotals, Mode, Phase, ProcessUse, RunFooter,
    RunHeader, SecondStats, SmsTotals, Source, TargetLabel, Terms, Writer,
};
use songsinh_reports::Report;

pub const WRONG: &str = "Sai-mat-khau-1";
const SECOND: u64 = 1_000_000_000;

/// A run being made up.
pub struct Run {
    pub header: RunHeader,
    pub footer: RunFooter,
    frames: Vec<Frame>,
    message: u64,
}

pub fn at(ms: u64) -> Moment {
    Moment(10 * SECOND + ms * 1_000_000)
}

impl Run {
    pub fn new() -> Self {
        let source = |name: &str| Source { name: name.into(), path: String::new(), text: String::new() };
        let header = RunHeader {
            program: "0.1.0".into(),
            scenario: source("tuyen-quang-opening-day"),
            profile: source("twin"),
            mode: Mode::Real,
            seed: 7,
            world_seed: 1,
            people: 800_000,
            day: jiff::civil::date(2022, 9, 10),
            workers: 1,
            rulebook: Rulebook::default(),
            started: UnixMillis(1_662_768_000_000),
            origin: at(0),
            target: TargetLabel {
                address: "127.0.0.1:9710".into(),
                built_in: true,
                version: "0.1.0".into(),
                misbehaviours: String::new(),
            },
            prior: Prior::None,
            planned: 0,
            phases: vec![
                Phase { name: "warm-up".into(), from_ms: 0, until_ms: 1_000, timed: false, at: None },
                Phase { name: "rush".into(), from_ms: 1_000, until_ms: 60_000, timed: true, at: None },
            ],
            limits: Vec::new(),
            must_decide: Vec::new(),
            events: Vec::new(),
            known: Vec::new(),
            missing: Vec::new(),
            bounds: Bounds::default(),
            terms: Terms::default(),
            again: "songsinh run scenarios/tuyen-quang-opening-day.yaml --seed 7".into(),
        };
        Self { header, footer: RunFooter::default(), frames: Vec::new(), message: 0 }
    }

    pub fn push(&mut self, frame: Frame) -> &mut Self {
        self.frames.push(frame);
        self
    }

    /// One citizen who registers, enters the code after `read_ms`, and logs in twice: wrongly, then rightly.
    pub fn citizen(&mut self, id: u64, start_ms: u64, wrong_login: Outcome) -> &mut Self {
        let person = person(id);
        let (number, phone) = (person.number, person.phone.unwrap().number);
        let form = Form {
            number: number.to_string().into(),
            phone,
            name: person.name.clone().into(),
            born: person.born,
            sex: person.sex,
        };
        self.push(Frame::Cell(Box::new(facts(id, person))));
        let challenge = Token::new(&format!("challenge-{id}"));
        let code = Code(100_000 + id as u32);
        self.call(
            id,
            0,
            start_ms,
            40 + id % 50,
            Operation::AccountRegister { form, scanned: None },
            opened(&challenge),
        );
        self.message += 1;
        self.push(Frame::Sms(SmsEvent {
            id: self.message,
            to: phone,
            text: format!("Ma xac thuc dang ky VNeID: {code}").into(),
            purpose: Some(SmsPurpose::Register),
            code: Some(code),
            accepted: at(start_ms + 30),
            fate: Fate::Delivered(at(start_ms + 900)),
        }));
        self.call(id, 1, start_ms + 5_000, 12, Operation::AccountConfirm { challenge, code }, Outcome::done());
        let login = |password: &str| Operation::SessionLogin { number, password: Secret::new(password) };
        self.call(id, 2, start_ms + 8_000, 25, login(WRONG), wrong_login);
        let session = Values {
            session: Some(Token::new(&format!("session-{id}"))),
            expires_in: Some(Duration::from_secs(900)),
            ..Values::default()
        };
        self.call(id, 3, start_ms + 9_000, 22, login("Dung-mat-khau-1"), Outcome::Done(Box::new(session)));
        self.end(id, start_ms + 9_100, Ending::Completed)
    }

    pub fn end(&mut self, id: u64, ms: u64, ending: Ending) -> &mut Self {
        let (arrival, cell) = (ArrivalId(id), CellId(id));
        self.header.planned += u64::from(ending != Ending::Dirty);
        let totals: &mut JourneyTotals = &mut self.footer.journeys;
        totals.planned = self.header.planned;
        match ending {
            Ending::Completed => (totals.started, totals.completed) = (totals.started + 1, totals.completed + 1),
            Ending::GaveUp => (totals.started, totals.gave_up) = (totals.started + 1, totals.gave_up + 1),
            Ending::Failed => (totals.started, totals.failed) = (totals.started + 1, totals.failed + 1),
            Ending::Left => (totals.started, totals.left) = (totals.started + 1, totals.left + 1),
            Ending::Dirty => totals.dirty += 1,
        }
        self.footer.ended = at(ms);
        self.push(Frame::JourneyEnded(JourneyEnded { arrival, cell, at: at(ms), ending }));
        self.push(Frame::CellClosed(cell))
    }

    pub fn call(&mut self, id: u64, seq: u32, due_ms: u64, took_ms: u64, operation: Operation, outcome: Outcome) {
        let sent = Moment(at(due_ms).0 + 40_000);
        let seen = Observation {
            cell: CellId(id),
            arrival: ArrivalId(id),
            seq,
            member: CitizenIndex(id),
            call: Call {
                operation,
                caller: Caller {
                    device: DeviceId(id),
                    session: None,
                    proof: ProofShown::Missing,
                    key: Digest(id),
                    signer: None,
                },
            },
            intended: at(due_ms),
            sent,
            first_byte: Some(at(due_ms + took_ms)),
            done: at(due_ms + took_ms),
            outcome,
            wording: None,
            codes_seen: Vec::new(),
            numbers_seen: Vec::new(),
            trace: TraceId(0x4bf9_2f00_0000_0000 + id, u64::from(seq) + 1),
        };
        self.push(Frame::Observation(Box::new(seen)));
    }

    /// The usual figures around the citizens.
    pub fn figures(&mut self) -> &mut Self {
        for second in 0..12_u32 {
            let rate = 20 - second.abs_diff(6) * 2;
            self.push(Frame::Second(SecondStats {
                second,
                offered: rate,
                started: rate - u32::from(second == 6),
                ended: rate / 2,
                requests: rate * 4,
                in_flight: rate * 9,
                sms_in_flight: 3,
                violations: 0,
            }));
        }
        self.push(Frame::Abandoned(Abandoned {
            arrival: ArrivalId(9_999),
            at: at(6_000),
            why: AbandonReason::TooManyInFlight,
        }));
        self.footer.journeys.abandoned += 1;
        self.header.planned += 1;
        self.footer.journeys.planned = self.header.planned;
        self.footer.sms = SmsTotals { accepted: self.message, delivered: self.message, lost: 0 };
        for (name, cpu_s, rss_mib) in [("generator", 1.25, 31.5), ("twin", 4.5, 48.0), ("population", 0.75, 22.0)] {
            self.push(Frame::Process(ProcessUse { name: name.into(), cpu_s, rss_mib }));
        }
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new(), &self.header).unwrap();
        for frame in &self.frames {
            writer.write(frame).unwrap();
        }
        writer.finish(self.footer.clone()).unwrap()
    }

    pub fn report(&self) -> Report {
        Report::judged_by(&self.bytes(), judge).unwrap()
    }
}

fn opened(challenge: &Token) -> Outcome {
    Outcome::Done(Box::new(Values {
        handle: Some(challenge.clone()),
        expires_in: Some(Duration::from_secs(180)),
        ..Values::default()
    }))
}

pub fn refused() -> Outcome {
    Outcome::Refused(Reasons::one(Reason::CredentialsWrong))
}

fn person(id: u64) -> Person {
    Person {
        index: CitizenIndex(id),
        number: CitizenNumber::from_parts(8, 3, 1, id as u32),
        old_number: None,
        name: "Nguyễn Thị Ánh".into(),
        born: BirthDate::Full(jiff::civil::date(2001, 5, 10)),
        sex: Sex::Female,
        ethnicity: "Tày".into(),
        address: "Na Hang, Tuyên Quang".into(),
        commune: 2212,
        life: LifeStatus::Alive,
        card: None,
        portrait: Portrait { face: id, shot: 0 },
        phone: Some(PhoneFacts {
            number: PhoneNumber::from_parts(91, id as u32),
            carrier: Carrier::Vinaphone,
            os: Os::Android,
            nfc: true,
            shared: false,
        }),
    }
}

pub fn facts(id: u64, person: Person) -> CellFacts {
    CellFacts {
        cell: CellId(id),
        arrival: ArrivalId(id),
        journey: "register".into(),
        twist: Some("wrong-password".into()),
        phones: person.phone.iter().map(|phone| phone.number).collect(),
        members: vec![Member {
            role: MemberRole::Citizen,
            person,
            devices: vec![DeviceId(id)],
            prior: Prior::None,
            holdings: songsinh_contract::Holdings::default(),
        }],
        act: songsinh_contract::Act::Load,
    }
}

/// Judges `login-needs-password` alone.
pub fn judge(facts: &CellFacts, observations: &[Observation], _: &[SmsEvent]) -> CellVerdict {
    let mut count = Count::default();
    let mut verdict = CellVerdict { answers: observations.len() as u64, ..CellVerdict::default() };
    for seen in observations {
        let Operation::SessionLogin { password, .. } = &seen.call.operation else { continue };
        verdict.decided += 1;
        if *password == Secret::new(WRONG) && seen.outcome.is_done() {
            count.violation += 1;
            verdict.findings.push(Finding {
                rule: Rule::LoginNeedsPassword,
                cell: facts.cell,
                seq: seen.seq,
                what: FindingKind::WronglyDone,
                story: vec![0, 1, seen.seq],
                when: seen.done,
                trace: seen.trace,
            });
        } else {
            count.allowed += 1;
        }
    }
    verdict.counts = counts(Rule::LoginNeedsPassword, count);
    verdict
}

fn counts(rule: Rule, count: Count) -> Counts {
    let mut all = vec![Count::default(); Rule::ALL.len()];
    all[rule.index()] = count;
    serde_json::from_value(serde_json::to_value(all).unwrap()).unwrap()
}

/// A good run of so many citizens.
pub fn good(citizens: u64) -> Run {
    let mut run = Run::new();
    for id in 1..=citizens {
        run.citizen(id, 1_000 + id * 37, refused());
    }
    run.figures();
    run.header.limits = ["violations = 0", "p99(account.register) < 400ms", "started >= 99%", "lag_p99 < 1ms"]
        .map(str::to_owned)
        .to_vec();
    run
}

/// A run in which every tenth wrong password opens the account.
pub fn bad(citizens: u64) -> Run {
    let mut run = Run::new();
    for id in 1..=citizens {
        run.citizen(id, 1_000 + id * 37, if id % 10 == 3 { Outcome::done() } else { refused() });
    }
    run.figures();
    run.header.limits =
        ["violations = 0", "p99(account.register) < 80ms", "shown_within(all, 1s) >= 99%"].map(str::to_owned).to_vec();
    run
}
