//! How long the report of ten million observations takes, and how much memory: writes a record of many small stories
//! that meet most operations, then makes the report of it.
//!
//! `cargo run --release -p songsinh-reports --example ten_million [OBSERVATIONS]`
#![expect(clippy::print_stdout, reason = "an example that prints figures")]
#![expect(clippy::disallowed_methods, reason = "it measures real time")]

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::{Duration, Instant};

use songsinh_contract::{
    Act, ArrivalId, BirthDate, Call, Caller, Carrier, CellFacts, CellId, CitizenIndex, CitizenNumber, Code, DeviceId,
    Digest, Fate, Form, Holdings, LifeStatus, Member, MemberRole, Moment, Observation, Operation, Os, Outcome,
    PaperKind, Person, PhoneFacts, PhoneNumber, Portrait, Prior, ProofShown, PublicService, Reason, Reasons, Rulebook,
    Secret, Sex, ShownQr, SmsEvent, SmsPurpose, Token, TraceId, UnixMillis, Values,
};
use songsinh_record::{
    Bounds, Ending, Frame, JourneyEnded, JourneyTotals, Mode, Phase, RunFooter, RunHeader, SecondStats, SmsTotals,
    Source, TargetLabel, Terms, Writer,
};
use songsinh_reports::{Lang, Report, write_all};

const SECOND: u64 = 1_000_000_000;
/// Citizens who arrive in a second.
const RATE: u64 = 250;

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = std::env::args().nth(1).map_or(Ok(10_000_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("record.songsinh");
    let begun = Instant::now();
    let made = write_record(&path, wanted)?;
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    println!(
        "record   {made} observations, {:.0} MiB, written in {:.1} s",
        mib(std::fs::metadata(&path)?.len()),
        begun.elapsed().as_secs_f64()
    );
    println!("memory   {:.0} MiB at the most while writing", peak_mib());
    let begun = Instant::now();
    let report = Report::from_record(&path)?;
    let judged = begun.elapsed();
    let files = write_all(&report, &folder.path().join("report"), Lang::Vi)?;
    let whole = begun.elapsed();
    println!(
        "report   {:.1} s: read and judged in {:.1} s, files written in {:.1} s",
        whole.as_secs_f64(),
        judged.as_secs_f64(),
        (whole - judged).as_secs_f64()
    );
    println!("memory   {:.0} MiB at the most", peak_mib());
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        println!("{name:<14} {:>9} bytes", std::fs::metadata(&file)?.len());
    }
    let judgement = &report.judgement;
    let (answers, decided, dirty) = (judgement.answers, judgement.decided, judgement.dirty);
    println!("verdict  {:?}: {answers} answers judged, {decided} decided, {dirty} people known before", report.verdict);
    Ok(())
}

/// The largest resident memory so far (Linux).
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().split(' ').next()?.parse::<f64>().ok()).map_or(0.0, |kib| kib / 1_024.0)
}

struct Out {
    writer: Writer<BufWriter<File>>,
    made: u64,
    messages: u64,
    seconds: Vec<SecondStats>,
}

fn write_record(path: &Path, wanted: u64) -> Result<u64, Box<dyn Error>> {
    let mut header = header();
    // A story has 30 calls.
    header.planned = wanted.div_ceil(30);
    let writer = Writer::new(BufWriter::with_capacity(1 << 20, File::create(path)?), &header)?;
    let mut out = Out { writer, made: 0, messages: 0, seconds: Vec::new() };
    let mut citizen = 0;
    while out.made < wanted {
        citizen += 1;
        story(&mut out, citizen)?;
    }
    for second in std::mem::take(&mut out.seconds) {
        out.writer.write(&Frame::Second(second))?;
    }
    let journeys = JourneyTotals { planned: citizen, started: citizen, completed: citizen, ..JourneyTotals::default() };
    let footer = RunFooter {
        ended: Moment((citizen / RATE + 300) * SECOND),
        journeys,
        sms: SmsTotals { accepted: out.messages, delivered: out.messages, lost: 0 },
        ..RunFooter::default()
    };
    out.writer.finish(footer)?;
    Ok(out.made)
}

fn header() -> RunHeader {
    let source = |name: &str| Source { name: name.into(), path: format!("{name}.yaml"), text: "x: 1\n".repeat(400) };
    RunHeader {
        program: "0.1.0".into(),
        scenario: source("ten-million"),
        profile: source("twin"),
        mode: Mode::Virtual,
        seed: 7,
        world_seed: 1,
        people: 800_000,
        day: jiff::civil::date(2022, 9, 10),
        workers: 1,
        rulebook: Rulebook::default(),
        started: UnixMillis(1_662_768_000_000),
        origin: Moment(0),
        target: TargetLabel {
            address: "in this process".into(),
            built_in: true,
            version: "0.1.0".into(),
            misbehaviours: String::new(),
        },
        prior: Prior::None,
        planned: 0,
        phases: vec![Phase {
            name: "rush".into(),
            from_ms: 0,
            until_ms: 1 << 40,
            timed: true,
            at: Some("19:45".into()),
        }],
        limits: vec!["violations = 0".into(), "p99(all) < 400ms".into()],
        must_decide: Vec::new(),
        events: Vec::new(),
        known: Vec::new(),
        missing: Vec::new(),
        bounds: Bounds::default(),
        terms: Terms::default(),
        again: "cargo run --release -p songsinh-reports --example ten_million".into(),
    }
}

fn person(id: u64) -> Person {
    Person {
        index: CitizenIndex(id),
        number: CitizenNumber::from_parts(8, 3, 1, (id % 1_000_000) as u32),
        old_number: None,
        name: "Nguyễn Thị Ánh".into(),
        born: BirthDate::Full(jiff::civil::date(2001, 5, 10)),
        sex: Sex::Female,
        ethnicity: "Tày".into(),
        address: "Na Hang, Tuyên Quang".into(),
        commune: 2_212,
        life: LifeStatus::Alive,
        card: None,
        portrait: Portrait { face: id, shot: 0 },
        phone: Some(PhoneFacts {
            number: PhoneNumber::from_parts(91, (id % 10_000_000) as u32),
            carrier: Carrier::Vinaphone,
            os: Os::Android,
            nfc: false,
            shared: false,
        }),
    }
}

/// One citizen's calls, half a second apart.
fn story(out: &mut Out, id: u64) -> Result<(), Box<dyn Error>> {
    let person = person(id);
    let (number, phone) = (person.number, person.phone.map_or(PhoneNumber::from_parts(91, 0), |phone| phone.number));
    let form = Form {
        number: number.to_string().into(),
        phone,
        name: person.name.clone().into(),
        born: person.born,
        sex: person.sex,
    };
    let facts = CellFacts {
        cell: CellId(id),
        arrival: ArrivalId(id),
        journey: "payments".into(),
        twist: None,
        act: Act::Load,
        members: vec![Member {
            role: MemberRole::Citizen,
            person,
            devices: vec![DeviceId(id)],
            prior: Prior::None,
            holdings: Holdings::default(),
        }],
        phones: vec![phone],
    };
    out.writer.write(&Frame::Cell(Box::new(facts)))?;
    let token = |what: &str| Token::new(&format!("{what}-{id}"));
    let code = Code((id.wrapping_mul(7_919) % 1_000_000) as u32);
    let password = Secret::new(&format!("Mat-khau-{}", id % 5_000));
    let handle =
        Values { handle: Some(token("challenge")), expires_in: Some(Duration::from_secs(180)), ..Values::default() };
    let session = Values {
        session: Some(token("session")),
        expires_in: Some(Duration::from_secs(900)),
        refresh: Some(token("refresh")),
        ..Values::default()
    };
    let done = |values: Values| Outcome::Done(Box::new(values));
    let refused = |reason: Reason| Outcome::Refused(Reasons::one(reason));
    let login = |password: &Secret| Operation::SessionLogin { number, password: password.clone() };
    let qr = ShownQr { text: token("qr"), ticket: None, flaw: None, photographed: id.is_multiple_of(50) };
    let wanted = || refused(Reason::NotActivated);
    let calls: Vec<(Operation, Outcome)> = vec![
        (Operation::ServiceHealth, Outcome::done()),
        (Operation::ServiceTerms, Outcome::done()),
        (Operation::AccountRegister { form, scanned: None }, done(handle)),
        (Operation::AccountConfirm { challenge: token("challenge"), code }, Outcome::done()),
        (Operation::AccountSetPassword { challenge: token("challenge"), password: password.clone() }, Outcome::done()),
        (login(&Secret::new("Sai-mat-khau-1")), refused(Reason::CredentialsWrong)),
        (login(&password), done(session)),
        (Operation::AccountShow, Outcome::done()),
        (Operation::NoticeList, Outcome::done()),
        (Operation::DeviceList, Outcome::done()),
        (Operation::QrSwitch { on: true }, wanted()),
        (Operation::QrMint, refused(Reason::Level2Wanted)),
        (Operation::QrScan { qr: Box::new(qr) }, refused(Reason::Level2Wanted)),
        (Operation::PasscodeEnter { passcode: Secret::new("123456") }, wanted()),
        (Operation::WalletAdd { kind: PaperKind::DrivingLicence, number: "790123".into() }, wanted()),
        (Operation::WalletList, wanted()),
        (Operation::WalletShow { kind: PaperKind::TaxNumber }, wanted()),
        (Operation::FormOpen { service: PublicService::StayNotice }, wanted()),
        (Operation::FormList, wanted()),
        (Operation::PaymentBills, wanted()),
        (Operation::PaymentBalance, wanted()),
        (Operation::PaymentPay { request: token("pay"), bill: "HD1".into(), amount_vnd: 120_000 }, wanted()),
        (Operation::PaymentTransfer { request: token("send"), to: number, amount_vnd: 50_000 }, wanted()),
        (Operation::ServiceQuestions, Outcome::done()),
        (Operation::ActivationRequest { number, phone }, refused(Reason::NotIdentified)),
        (Operation::PasswordChange { old: password.clone(), new: Secret::new("Mat-khau-moi-2") }, Outcome::done()),
        (Operation::AccountShow, Outcome::done()),
        (Operation::SessionLogout, Outcome::done()),
        (Operation::AccountShow, refused(Reason::SessionMissing)),
        (Operation::ServiceHealth, Outcome::done()),
    ];
    let begin = id * SECOND / RATE;
    for (seq, (operation, outcome)) in calls.into_iter().enumerate() {
        call(out, id, seq as u64, begin, (operation, outcome))?;
        if seq == 2 {
            message(out, (id, phone, code), begin + SECOND)?;
        }
    }
    let at = Moment(begin + 16 * SECOND);
    let (arrival, cell, ending) = (ArrivalId(id), CellId(id), Ending::Completed);
    out.writer.write(&Frame::JourneyEnded(JourneyEnded { arrival, cell, at, ending }))?;
    out.writer.write(&Frame::CellClosed(cell))?;
    Ok(())
}

fn message(out: &mut Out, (id, to, code): (u64, PhoneNumber, Code), at: u64) -> Result<(), Box<dyn Error>> {
    out.messages += 1;
    let event = |fate| SmsEvent {
        id,
        to,
        text: format!("Ma xac thuc dang ky VNeID: {code}").into(),
        purpose: Some(SmsPurpose::Register),
        code: Some(code),
        accepted: Moment(at + SECOND / 20),
        fate,
    };
    out.writer.write(&Frame::Sms(event(Fate::Pending)))?;
    out.writer.write(&Frame::Sms(event(Fate::Delivered(Moment(at + SECOND / 4)))))?;
    Ok(())
}

fn call(
    out: &mut Out,
    id: u64,
    seq: u64,
    begin: u64,
    (operation, outcome): (Operation, Outcome),
) -> Result<(), Box<dyn Error>> {
    let due = begin + seq * SECOND / 2;
    // A latency between 2 and 300 ms, different for every call.
    let mixed = (id.wrapping_mul(30) + seq).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    let took = 2_000_000 + (mixed % 1_000) * (mixed % 997) * 300;
    let session = (seq > 6 && seq < 28).then(|| Token::new(&format!("session-{id}")));
    let caller = Caller { device: DeviceId(id), session, proof: ProofShown::Own, key: Digest(id), signer: None };
    let seen = Observation {
        cell: CellId(id),
        arrival: ArrivalId(id),
        seq: seq as u32,
        member: CitizenIndex(id),
        call: Call { operation, caller },
        intended: Moment(due),
        sent: Moment(due + 30_000),
        first_byte: Some(Moment(due + took)),
        done: Moment(due + took),
        outcome,
        wording: None,
        codes_seen: Vec::new(),
        numbers_seen: Vec::new(),
        trace: TraceId(0x4bf9_2f00_0000_0000 + id, seq + 1),
    };
    let second = (due / SECOND) as usize;
    while out.seconds.len() <= second {
        let second = SecondStats { second: out.seconds.len() as u32, ..SecondStats::default() };
        out.seconds.push(second);
    }
    if let Some(stats) = out.seconds.get_mut(second) {
        stats.requests += 1;
        stats.offered += u32::from(seq == 0);
        stats.started += u32::from(seq == 0);
    }
    out.writer.write(&Frame::Observation(Box::new(seen)))?;
    out.made += 1;
    Ok(())
}
