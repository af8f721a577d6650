//! Arbitrary frames.

use std::time::Duration;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use songsinh_contract::{
    ArrivalId, BirthDate, Call, Caller, CardFacts, CardStatus, Carrier, CellFacts, CellId, CitizenIndex, CitizenNumber,
    Code, CodeSeen, DeviceId, Digest, Fate, Form, LifeStatus, LookupEvent, LookupKind, LookupResult, Loss, Member,
    MemberRole, Moment, Observation, OldNumber, Operation, Os, Outcome, Person, PhoneFacts, PhoneNumber, Portrait,
    PrintedCard, Prior, ProofShown, Reason, Rulebook, Secret, Sex, SmsEvent, SmsPurpose, Token, TraceId, UnixMillis,
    Values,
};
use songsinh_record::{
    AbandonReason, Abandoned, Bounds, Ending, Frame, JourneyEnded, KnownIssue, LagHistogram, Mode, MustDecide, Phase,
    PlannedEvent, ProcessUse, RunHeader, SecondStats, Source, TargetLabel, Terms,
};

pub fn header() -> RunHeader {
    let source = |name: &str| Source { name: name.into(), path: String::new(), text: format!("name: {name}\n") };
    RunHeader {
        program: "0.1.0".into(),
        scenario: source("opening-day"),
        profile: source("twin"),
        mode: Mode::Virtual,
        seed: 7,
        world_seed: 1,
        people: 1000,
        day: jiff::civil::date(2022, 9, 10),
        workers: 2,
        rulebook: Rulebook::default(),
        started: UnixMillis(1_662_768_000_000),
        origin: Moment(0),
        target: TargetLabel {
            address: "in-process".into(),
            built_in: true,
            version: String::new(),
            misbehaviours: String::new(),
        },
        prior: Prior::None,
        planned: 3,
        phases: vec![Phase { name: "rush".into(), from_ms: 0, until_ms: 1000, timed: true, at: Some("19:45".into()) }],
        limits: vec!["violations = 0".into()],
        must_decide: vec![MustDecide { rule: "otp-expires".into(), at_least: 1 }],
        missing: vec![songsinh_record::MissingOperation { operation: "account.show".into(), why: "3.2".into() }],
        events: vec![PlannedEvent { at_ms: 400, length_ms: Some(200), what: "carrier viettel down".into() }],
        known: vec![KnownIssue {
            rule: "otp-expires".into(),
            issue: "T-1".into(),
            until: jiff::civil::date(2026, 12, 15),
        }],
        bounds: Bounds::default(),
        terms: Terms::default(),
        again: "songsinh run opening-day.yaml --seed 7".into(),
    }
}

fn text() -> impl Strategy<Value = Box<str>> {
    ".{0,24}".prop_map(String::into_boxed_str)
}
fn moment() -> impl Strategy<Value = Moment> {
    any::<u64>().prop_map(Moment)
}
fn number() -> impl Strategy<Value = CitizenNumber> {
    (0..1_000_000_000_000_u64).prop_map(|n| CitizenNumber::from_u64(n).unwrap())
}
fn phone() -> impl Strategy<Value = PhoneNumber> {
    (0..1_000_000_000_u64).prop_map(|n| PhoneNumber::from_u64(n).unwrap())
}
fn date() -> impl Strategy<Value = jiff::civil::Date> {
    (1900..2100_i16, 1..=12_i8, 1..=28_i8).prop_map(|(y, m, d)| jiff::civil::date(y, m, d))
}
fn born() -> impl Strategy<Value = BirthDate> {
    prop_oneof![date().prop_map(BirthDate::Full), (1900..2100_i16).prop_map(BirthDate::Year)]
}
fn sex() -> impl Strategy<Value = Sex> {
    prop_oneof![Just(Sex::Male), Just(Sex::Female)]
}
fn token() -> impl Strategy<Value = Token> {
    text().prop_map(|text| Token::new(&text))
}
fn secret() -> impl Strategy<Value = Secret> {
    text().prop_map(|text| Secret::new(&text))
}
fn code() -> impl Strategy<Value = Code> {
    (0..1_000_000_u32).prop_map(Code)
}

fn printed() -> impl Strategy<Value = Box<PrintedCard>> {
    (number(), option::of(0..1_000_000_000_u32), text(), born(), sex(), text(), date()).prop_map(
        |(number, old, name, born, sex, address, issued)| {
            let old_number = old.and_then(OldNumber::from_u32);
            Box::new(PrintedCard { number, old_number, name, born, sex, address, issued })
        },
    )
}

fn operation() -> impl Strategy<Value = Operation> {
    let form = (text(), phone(), text(), born(), sex()).prop_map(|(number, phone, name, born, sex)| Form {
        number,
        phone,
        name,
        born,
        sex,
    });
    prop_oneof![
        Just(Operation::ServiceHealth),
        Just(Operation::AccountShow),
        (form, option::of(printed())).prop_map(|(form, scanned)| Operation::AccountRegister { form, scanned }),
        (token(), code()).prop_map(|(challenge, code)| Operation::AccountConfirm { challenge, code }),
        (number(), secret()).prop_map(|(number, password)| Operation::SessionLogin { number, password }),
        (printed(), any::<bool>()).prop_map(|(printed, nfc)| Operation::Level1ReadCard { printed, nfc }),
        (token(), option::of((any::<u64>(), any::<u32>()))).prop_map(|(application, shot)| {
            Operation::Level1Portrait { application, portrait: shot.map(|(face, shot)| Portrait { face, shot }) }
        }),
        (token(), option::of(text())).prop_map(|(application, email)| Operation::Level1Submit { application, email }),
        (number(), phone()).prop_map(|(number, phone)| Operation::ActivationRequest { number, phone }),
        (token(), vec((any::<u16>(), secret()), 0..3))
            .prop_map(|(challenge, answers)| Operation::ActivationSetQuestions { challenge, answers }),
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let values = (option::of(token()), option::of(token()), option::of(0..1_000_000_u64), option::of(any::<bool>()))
        .prop_map(|(handle, session, seconds, needs_password)| Values {
            handle,
            session,
            expires_in: seconds.map(Duration::from_secs),
            needs_password,
            ..Values::default()
        });
    prop_oneof![
        values.prop_map(|values| Outcome::Done(Box::new(values))),
        vec(0..Reason::ALL.len(), 0..4)
            .prop_map(|many| Outcome::Refused(many.into_iter().map(|at| Reason::ALL[at]).collect())),
        option::of(0..100_u64).prop_map(|s| Outcome::Unavailable { retry_after: s.map(Duration::from_secs) }),
        any::<u16>().prop_map(|status| Outcome::Fault { status }),
        (any::<u16>(), text()).prop_map(|(status, sample)| Outcome::Unmapped { status, sample }),
        any::<u16>().prop_map(|status| Outcome::Foreign { status }),
        prop_oneof![Just(Loss::NotSent), Just(Loss::Reset), Just(Loss::TimedOut), Just(Loss::Garbled)]
            .prop_map(Outcome::Indeterminate),
    ]
}

pub fn observation() -> impl Strategy<Value = Observation> {
    let who = (any::<u64>(), any::<u64>(), any::<u32>(), any::<u64>(), any::<u64>(), option::of(token()));
    let when = (moment(), moment(), option::of(moment()), moment());
    let seen = (option::of(any::<u64>()), vec((any::<u64>(), code()), 0..3), vec(number(), 0..3));
    (who, operation(), when, outcome(), seen, any::<[u64; 2]>()).prop_map(
        |((cell, arrival, seq, member, device, session), operation, when, outcome, seen, trace)| Observation {
            cell: CellId(cell),
            arrival: ArrivalId(arrival),
            seq,
            member: CitizenIndex(member),
            call: Call {
                operation,
                caller: Caller {
                    device: DeviceId(device),
                    session,
                    proof: ProofShown::Stale,
                    key: Digest(device),
                    signer: None,
                },
            },
            intended: when.0,
            sent: when.1,
            first_byte: when.2,
            done: when.3,
            outcome,
            wording: seen.0.map(Digest),
            codes_seen: seen.1.into_iter().map(|(place, code)| CodeSeen { place: Digest(place), code }).collect(),
            numbers_seen: seen.2,
            trace: TraceId(trace[0], trace[1]),
        },
    )
}

fn person() -> impl Strategy<Value = Person> {
    (any::<u64>(), number(), ".{0,12}", born(), sex(), option::of((date(), option::of(date()))), option::of(phone()))
        .prop_map(|(index, number, name, born, sex, card, phone)| Person {
            index: CitizenIndex(index),
            number,
            old_number: None,
            ethnicity: "Tày".into(),
            address: name.clone(),
            name,
            born,
            sex,
            commune: 2212,
            life: LifeStatus::Alive,
            card: card.map(|(issued, expires)| CardFacts { issued, expires, status: CardStatus::Reissued }),
            portrait: Portrait { face: index, shot: 0 },
            phone: phone.map(|number| PhoneFacts {
                number,
                carrier: Carrier::Viettel,
                os: Os::Android,
                nfc: true,
                shared: false,
            }),
        })
}

fn cell() -> impl Strategy<Value = CellFacts> {
    (
        any::<u64>(),
        any::<u64>(),
        text(),
        option::of(text()),
        vec((person(), vec(any::<u64>(), 0..3)), 0..3),
        vec(phone(), 0..3),
    )
        .prop_map(|(cell, arrival, journey, twist, members, phones)| CellFacts {
            cell: CellId(cell),
            arrival: ArrivalId(arrival),
            journey,
            twist,
            act: songsinh_contract::Act::Load,
            members: members
                .into_iter()
                .map(|(person, devices)| Member {
                    role: MemberRole::Attacker,
                    person,
                    devices: devices.into_iter().map(DeviceId).collect(),
                    prior: Prior::Unknown,
                    holdings: songsinh_contract::Holdings::default(),
                })
                .collect(),
            phones,
        })
}

fn sms() -> impl Strategy<Value = SmsEvent> {
    let fate = prop_oneof![
        Just(Fate::Pending),
        Just(Fate::Lost),
        moment().prop_map(Fate::Delivered),
        (moment(), moment()).prop_map(|(a, b)| Fate::Doubled(a, b)),
    ];
    (any::<u64>(), phone(), text(), option::of(code()), moment(), fate).prop_map(
        |(id, to, text, code, accepted, fate)| SmsEvent {
            id,
            to,
            text,
            purpose: Some(SmsPurpose::Register),
            code,
            accepted,
            fate,
        },
    )
}

pub fn frame() -> impl Strategy<Value = Frame> {
    prop_oneof![
        4 => observation().prop_map(|seen| Frame::Observation(Box::new(seen))),
        2 => cell().prop_map(|facts| Frame::Cell(Box::new(facts))),
        2 => sms().prop_map(Frame::Sms),
        6 => rare_frame(),
    ]
}

fn rare_frame() -> impl Strategy<Value = Frame> {
    prop_oneof![
        (any::<u64>(), moment(), moment(), option::of(number())).prop_map(|(id, asked, answered, number)| {
            let (kind, result) = (LookupKind::Verify, LookupResult::Mismatch);
            Frame::Lookup(LookupEvent { id, asked, answered, kind, number, result })
        }),
        (any::<u64>(), moment()).prop_map(|(arrival, at)| Frame::Abandoned(Abandoned {
            arrival: ArrivalId(arrival),
            at,
            why: AbandonReason::RunEnded
        })),
        (any::<u64>(), any::<u64>(), moment()).prop_map(|(arrival, cell, at)| Frame::JourneyEnded(JourneyEnded {
            arrival: ArrivalId(arrival),
            cell: CellId(cell),
            at,
            ending: Ending::GaveUp
        })),
        any::<u64>().prop_map(|cell| Frame::CellClosed(CellId(cell))),
        any::<[u32; 8]>().prop_map(|n| Frame::Second(SecondStats {
            second: n[0],
            offered: n[1],
            started: n[2],
            ended: n[3],
            requests: n[4],
            in_flight: n[5],
            sms_in_flight: n[6],
            violations: n[7]
        })),
        vec(any::<u8>(), 0..64).prop_map(|v2| Frame::Lag(LagHistogram { v2 })),
        (0.0..1e6_f64, 0.0..1e6_f64).prop_map(|(cpu_s, rss_mib)| Frame::Process(ProcessUse {
            name: "twin".into(),
            cpu_s,
            rss_mib
        })),
        text().prop_map(Frame::Note),
    ]
}
