//! The SMS network's core: submissions and deliveries a second, on one core and without I/O.
//!
//! One iteration takes a thousand messages to a thousand phones and delivers whatever falls due; the plan for a national
//! peak needs 5,000 a second on part of a core.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use songsinh_contract::{Moment, PhoneNumber};
use songsinh_sms::{Limits, Network, NetworkConfig, Profile, Submit};

const MESSAGES: u32 = 1000;
const TEXT: &str = "VNeID: Ma xac thuc dang ky tai khoan la 123456. Hieu luc 3 phut. Khong chia se ma nay.";

fn network(profile: Profile) -> Option<Network> {
    // A small ledger keeps the memory of a long measurement flat.
    let limits = Limits { ledger: 10_000, ..Limits::default() };
    Network::new(NetworkConfig { profile, parts_per_s: 1e6, limits, ..NetworkConfig::default() }, 1).ok()
}

fn submit_and_deliver(c: &mut Criterion) {
    let mut group = c.benchmark_group("sms");
    group.throughput(Throughput::Elements(u64::from(MESSAGES)));
    for (name, profile, keyed) in [
        ("instant", Profile::Instant, false),
        ("campaign-peak", Profile::CampaignPeak, false),
        ("campaign-peak-with-keys", Profile::CampaignPeak, true),
    ] {
        let Some(mut network) = network(profile) else { continue };
        let (mut now, mut sent) = (Moment(0), 0_u64);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for rest in 0..MESSAGES {
                    let mut submit = Submit::new("VNeID", PhoneNumber::from_parts(32, rest), TEXT);
                    if keyed {
                        sent += 1;
                        submit.idempotency = Some(format!("key-{sent}").into());
                    }
                    let _ = black_box(network.submit(now, submit));
                }
                now = now + Duration::from_secs(1);
                black_box(network.deliver(now).len())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, submit_and_deliver);
criterion_main!(benches);
