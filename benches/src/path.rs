//! One citizen's whole path as observations: what the bench of the oracle judges, and what its memory is measured on.

use jiff::civil::date;
use songsinh_contract::{
    ArrivalId, BirthDate, Call, Caller, CardFacts, CardStatus, CellFacts, CellId, CitizenIndex, CitizenNumber, Code,
    DeviceId, Digest, Fate, Form, LifeStatus, Member, MemberRole, Moment, Observation, Operation as Op, Outcome,
    Person, PhoneNumber, Portrait, PrintedCard, Prior, ProofShown, Secret, Sex, SmsEvent, SmsPurpose, Token, TraceId,
    Values,
};

fn person() -> Person {
    Person {
        index: CitizenIndex(0),
        number: CitizenNumber::from_parts(8, 0, 80, 4_711),
        old_number: None,
        name: "Nguyễn Văn An".into(),
        born: BirthDate::Full(date(1980, 5, 1)),
        sex: Sex::Male,
        ethnicity: "Kinh".into(),
        address: "Phan Thiết, Tuyên Quang".into(),
        commune: 2_200,
        life: LifeStatus::Alive,
        card: Some(CardFacts { issued: date(2021, 5, 10), expires: Some(date(2040, 5, 1)), status: CardStatus::Valid }),
        portrait: Portrait { face: 1, shot: 0 },
        phone: None,
    }
}

/// The calls of the path, each with what it gives: a handle, a session, or nothing.
fn path(person: &Person, phone: PhoneNumber) -> Vec<(Op, Option<&'static str>, Option<&'static str>)> {
    let form = Form {
        number: person.number.to_string().into(),
        phone,
        name: person.name.as_str().into(),
        born: person.born,
        sex: person.sex,
    };
    let printed = PrintedCard {
        number: person.number,
        old_number: None,
        name: person.name.as_str().into(),
        born: person.born,
        sex: person.sex,
        address: person.address.as_str().into(),
        issued: date(2021, 5, 10),
    };
    let (token, secret) = (|text: &str| Token::new(text), |text: &str| Secret::new(text));
    let number = person.number;
    vec![
        (Op::AccountRegister { form, scanned: None }, Some("r"), None),
        (Op::AccountConfirm { challenge: token("r"), code: Code(111_111) }, None, None),
        (Op::AccountSetPassword { challenge: token("r"), password: secret("Mat-Khau-1") }, None, None),
        (Op::SessionLogin { number, password: secret("Mat-Khau-1") }, None, Some("s")),
        (Op::Level1ReadCard { printed: Box::new(printed), nfc: false }, Some("l"), None),
        (Op::Level1Portrait { application: token("l"), portrait: Some(person.portrait) }, None, None),
        (Op::Level1Submit { application: token("l"), email: None }, None, None),
        (Op::ServiceQuestions, None, None),
        (Op::ActivationRequest { number, phone }, Some("a"), None),
        (Op::ActivationConfirm { challenge: token("a"), code: Code(222_222) }, None, None),
        (Op::ActivationSetPasscode { challenge: token("a"), passcode: secret("123456") }, None, None),
        (
            Op::ActivationSetQuestions {
                challenge: token("a"), answers: vec![(1, secret("mèo")), (2, secret("chó"))]
            },
            None,
            None,
        ),
        (Op::AccountShow, None, None),
    ]
}

/// The facts, 13 answers and 3 messages of the path. Overlapping: each call begins while the one before is under way.
#[must_use]
pub fn path_cell(overlapping: bool) -> (CellFacts, Vec<Observation>, Vec<SmsEvent>) {
    let (person, phone, device) = (person(), PhoneNumber::from_parts(91, 1), DeviceId(1));
    let at = |n: usize| Moment(1_000_000_000 * (n as u64 + 1));
    let calls = path(&person, phone).into_iter().enumerate().map(|(n, (operation, handle, session))| {
        let in_session = matches!(operation.name().as_str().split('.').next(), Some("level1" | "account")) && n > 3;
        let values = Values {
            handle: handle.map(Token::new),
            session: session.map(Token::new),
            questions: if operation == Op::ServiceQuestions { vec![1, 2, 3] } else { Vec::new() },
            ..Values::default()
        };
        let wide = if overlapping { 1_500_000_000 } else { 20_000_000 };
        Observation {
            cell: CellId(1),
            arrival: ArrivalId(1),
            seq: n as u32,
            member: person.index,
            call: Call {
                operation,
                caller: Caller {
                    device,
                    session: in_session.then(|| Token::new("s")),
                    proof: ProofShown::Own,
                    key: Digest(9),
                    signer: None,
                },
            },
            intended: at(n),
            sent: at(n),
            first_byte: Some(at(n)),
            done: Moment(at(n).0 + wide),
            outcome: Outcome::Done(Box::new(values)),
            wording: None,
            codes_seen: Vec::new(),
            numbers_seen: Vec::new(),
            trace: TraceId(1, 2),
        }
    });
    let sms = |id, purpose, code, n: usize| SmsEvent {
        id,
        to: phone,
        text: "Ma".into(),
        purpose: Some(purpose),
        code,
        accepted: Moment(at(n).0 + 5_000_000),
        fate: Fate::Delivered(at(n)),
    };
    let messages = vec![
        sms(1, SmsPurpose::Register, Some(Code(111_111)), 0),
        sms(2, SmsPurpose::Approved, None, 6),
        sms(3, SmsPurpose::Activate, Some(Code(222_222)), 8),
    ];
    let observations: Vec<Observation> = calls.collect();
    let facts = CellFacts {
        act: songsinh_contract::Act::Load,
        cell: CellId(1),
        arrival: ArrivalId(1),
        journey: "whole-path".into(),
        twist: None,
        members: vec![Member {
            role: MemberRole::Citizen,
            person,
            devices: vec![device],
            prior: Prior::None,
            holdings: songsinh_contract::Holdings::default(),
        }],
        phones: vec![phone],
    };
    (facts, observations, messages)
}
