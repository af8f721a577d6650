//! What a verdict costs: the whole path of one citizen (13 answers, 3 messages), in order and with two calls at once.
//! Aim: 2 million observations a second and core.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use songsinh_benches::path_cell;
use songsinh_contract::{Rulebook, UnixMillis};
use songsinh_oracle::{Judge, Settings, Tally};

fn verdicts(c: &mut Criterion) {
    let judge = Judge::new(Rulebook::default(), Settings::new(UnixMillis(1_661_126_400_000)));
    let mut group = c.benchmark_group("oracle");
    for (name, overlapping) in [("in order", false), ("two calls at once", true)] {
        let (facts, observations, messages) = path_cell(overlapping);
        group.throughput(Throughput::Elements(observations.len() as u64));
        group.bench_function(name, |b| {
            let mut tally = Tally::new();
            b.iter(|| tally.absorb(judge.cell(black_box(&facts), black_box(&observations), &messages)));
            assert_eq!(tally.violations(), 0, "the story is right");
        });
    }
    group.finish();
}

criterion_group!(benches, verdicts);
criterion_main!(benches);
