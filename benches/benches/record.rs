//! What recording costs: observations encoded per second and core.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use songsinh_contract::{
    ArrivalId, Call, Caller, CellId, CitizenIndex, CitizenNumber, DeviceId, Digest, Moment, Observation, Operation,
    Outcome, ProofShown, Secret, Token, TraceId, Values,
};
use songsinh_record::Batch;

/// A login as a run sees it: a session before, a token and a lifetime in the answer.
fn login() -> Observation {
    let sent = 12_345_678_901_234;
    Observation {
        cell: CellId(81_234),
        arrival: ArrivalId(81_234),
        seq: 4,
        member: CitizenIndex(612_345),
        call: Call {
            operation: Operation::SessionLogin {
                number: CitizenNumber::from_parts(8, 2, 3, 4_711),
                password: Secret::new("Mat-khau-1"),
            },
            caller: Caller {
                device: DeviceId(0x1234_5678_9abc_def0),
                session: Some(Token::new("an earlier session")),
                proof: ProofShown::Own,
                key: Digest(0x1234_5678_9abc_def0),
                signer: None,
            },
        },
        intended: Moment(sent - 40_000),
        sent: Moment(sent),
        first_byte: Some(Moment(sent + 2_000_000)),
        done: Moment(sent + 2_050_000),
        outcome: Outcome::Done(Box::new(Values {
            session: Some(Token::new("the new session")),
            expires_in: Some(std::time::Duration::from_secs(900)),
            ..Values::default()
        })),
        wording: None,
        codes_seen: Vec::new(),
        numbers_seen: Vec::new(),
        trace: TraceId(0x4bf9_2f35_77b3_4da6, 0xa3ce_929d_0e0e_4736),
    }
}

fn encode(criterion: &mut Criterion) {
    let seen = login();
    let mut batch = Batch::with_capacity(1 << 20);
    let mut group = criterion.benchmark_group("record");
    group.throughput(Throughput::Elements(1));
    group.bench_function("encode one observation", |bencher| {
        bencher.iter(|| {
            if batch.len() > 1 << 19 {
                batch.clear();
            }
            black_box(batch.observation(black_box(&seen)).is_ok())
        });
    });
    group.finish();
}

criterion_group!(benches, encode);
criterion_main!(benches);
