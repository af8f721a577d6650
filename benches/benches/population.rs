//! How fast people are computed: identities, whole citizens, numbers back to their people.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::civil::date;
use songsinh_contract::CitizenIndex;
use songsinh_population::{Population, PopulationConfig, PopulationError};

/// Spread over the whole population, so that no cache helps unduly.
const STRIDE: u64 = 7_368_787;
const BATCH: u64 = 1000;

fn computed(criterion: &mut Criterion) -> Result<(), PopulationError> {
    let population = Population::new(PopulationConfig { seed: 1, people: 100_000_000 })?;
    let day = date(2022, 8, 22);
    let indices: Vec<CitizenIndex> =
        (0..BATCH).map(|n| CitizenIndex(n.wrapping_mul(STRIDE) % population.len())).collect();
    let numbers: Vec<_> = indices.iter().map(|&index| population.number(index)).collect();
    let draw = population.people_of(8)?;

    let mut group = criterion.benchmark_group("population");
    group.throughput(Throughput::Elements(BATCH));
    group.bench_function("identity", |bencher| {
        bencher.iter(|| {
            for &index in &indices {
                black_box(population.identity(black_box(index), day));
            }
        });
    });
    group.bench_function("number", |bencher| {
        bencher.iter(|| {
            for &index in &indices {
                black_box(population.number(black_box(index)));
            }
        });
    });
    group.bench_function("find", |bencher| {
        bencher.iter(|| {
            for &number in &numbers {
                black_box(population.find(black_box(number)));
            }
        });
    });
    group.bench_function("citizen", |bencher| {
        bencher.iter(|| {
            for &index in &indices {
                black_box(population.citizen(black_box(index), day));
            }
        });
    });
    group.bench_function("draw of a province", |bencher| {
        bencher.iter(|| {
            for n in 0..BATCH {
                black_box(draw.nth(black_box(n)));
            }
        });
    });
    group.finish();
    Ok(())
}

fn benches(criterion: &mut Criterion) {
    if let Err(error) = computed(criterion) {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

criterion_group!(population, benches);
criterion_main!(population);
