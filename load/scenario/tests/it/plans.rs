//! Plans keep their counts, their order and their seed.

use std::time::Duration;

use proptest::prelude::*;
use songsinh_scenario::{Plan, Scenario, plan};

fn scenario(phases: &[(u64, u32, u32)], shares: &[u32], arrivals: &str) -> Scenario {
    let phases: String = phases
        .iter()
        .map(|(length_ms, from, to)| format!("  - {{name: p, for: {length_ms}ms, start: {from}/s -> {to}/s}}\n"))
        .collect();
    let mix: String = shares.iter().map(|share| format!("  - {{share: {share}, journey: register}}\n")).collect();
    let text = format!(
        "scenario: s\nday: 2022-08-27\npeople: {{from: [Tuyên Quang]}}\narrivals: {arrivals}\nphases:\n{phases}mix:\n{mix}"
    );
    Scenario::parse("s.yaml", text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn phases() -> impl Strategy<Value = Vec<(u64, u32, u32)>> {
    let some = (1_u64..5_000, 0_u32..400, 1_u32..400);
    prop::collection::vec(some, 1..5)
}

fn shares() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0_u32..50, 1..8).prop_map(|mut shares| {
        shares[0] += 1;
        shares
    })
}

fn in_order(made: &Plan, scenario: &Scenario) -> Result<(), TestCaseError> {
    let mut begins = vec![Duration::ZERO];
    for phase in &scenario.phases {
        begins.push(*begins.last().unwrap() + phase.length);
    }
    prop_assert_eq!(made.ends, *begins.last().unwrap());
    for (at, one) in made.arrivals.iter().enumerate() {
        prop_assert_eq!(one.id.0, at as u64);
        let phase = usize::from(one.phase);
        prop_assert!(begins[phase] <= one.at && one.at < begins[phase + 1]);
    }
    prop_assert!(made.arrivals.windows(2).all(|pair| pair[0].at <= pair[1].at));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arrivals_are_in_order_and_shares_are_kept(
        phases in phases(), shares in shares(), seed: u64, even: bool,
    ) {
        let scenario = scenario(&phases, &shares, if even { "even" } else { "poisson" });
        let made = plan(&scenario, seed);
        in_order(&made, &scenario)?;
        let total: u32 = shares.iter().sum();
        for (line, &share) in shares.iter().enumerate() {
            let count = made.arrivals.iter().filter(|one| usize::from(one.entry) == line).count() as f64;
            let exact = f64::from(share) / f64::from(total) * made.arrivals.len() as f64;
            prop_assert!((count - exact).abs() < 1.0, "line {}: {} of {}", line, count, exact);
        }
    }

    #[test]
    fn a_seed_gives_one_plan(phases in phases(), shares in shares(), seed: u64) {
        let scenario = scenario(&phases, &shares, "poisson");
        prop_assert_eq!(plan(&scenario, seed), plan(&scenario, seed));
    }

    #[test]
    fn even_arrivals_are_as_many_as_expected_and_evenly_dense(length_ms in 1_000_u64..20_000, from in 0_u32..200, to in 1_u32..200) {
        let scenario = scenario(&[(length_ms, from, to)], &[1], "even");
        let made = plan(&scenario, 0);
        let expected = scenario.expected_arrivals();
        prop_assert!((made.arrivals.len() as f64 - expected).abs() <= 0.5 + 1e-9);
        // At every arrival, the area under the ramp so far is the count so far, to one.
        let (length_s, from, to) = (length_ms as f64 / 1_000.0, f64::from(from), f64::from(to));
        for (at, one) in made.arrivals.iter().enumerate() {
            let t = one.at.as_secs_f64();
            let area = from * t + (to - from) * t * t / (2.0 * length_s);
            prop_assert!((area - at as f64 - 0.5).abs() < 1.0, "arrival {} at {} s: {}", at, t, area);
        }
    }

    /// Ten standard deviations: a true Poisson count crosses that in one of 10^22 runs.
    #[test]
    fn poisson_counts_lie_near_what_is_expected(seed: u64, length_ms in 1_000_u64..20_000, from in 0_u32..400, to in 1_u32..400) {
        let scenario = scenario(&[(length_ms, from, to)], &[1], "poisson");
        let expected = scenario.expected_arrivals();
        let count = plan(&scenario, seed).arrivals.len() as f64;
        prop_assert!((count - expected).abs() <= 10.0 * expected.sqrt() + 10.0, "{} of {}", count, expected);
    }
}

#[test]
fn another_seed_gives_another_plan() {
    let scenario = scenario(&[(5_000, 100, 100)], &[1, 1], "poisson");
    assert_ne!(plan(&scenario, 1), plan(&scenario, 2));
}

#[test]
fn a_ramp_fills_its_second_half_more_than_its_first() {
    let scenario = scenario(&[(10_000, 0, 400)], &[1], "poisson");
    let made = plan(&scenario, 3);
    let late = made.arrivals.iter().filter(|one| one.at >= Duration::from_secs(5)).count();
    // Three quarters of 2000, with a deviation of about 19.
    assert!((late as f64 / made.arrivals.len() as f64 - 0.75).abs() < 0.08);
}

fn parsed(rest: &str) -> Scenario {
    let text = format!(
        "scenario: s\nday: 2022-08-27\npeople: {{from: [Tuyên Quang]}}\nmix: [{{share: 1, journey: register}}]\n{rest}"
    );
    Scenario::parse("s.yaml", text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn steps_are_equally_long_and_evenly_filled() {
    let scenario = parsed("arrivals: even\nphases: [{name: p, for: 30s, start: [10/s, 0/s, 20/s -> 40/s]}]\n");
    let made = plan(&scenario, 1);
    let between = |from: u64, to: u64| {
        let times = made.arrivals.iter().map(|one| one.at);
        times.filter(|at| (Duration::from_secs(from)..Duration::from_secs(to)).contains(at)).count()
    };
    assert_eq!((between(0, 10), between(10, 20), between(20, 30)), (100, 0, 300));
    let parts = [0.0, 0.5, 0.75, 0.999_999];
    let rates: Vec<f64> = parts.iter().map(|&part| scenario.phases[0].start.at(part).round()).collect();
    assert_eq!(rates, [10.0, 0.0, 25.0, 40.0]);
}

#[test]
fn a_phase_may_have_arrivals_of_its_own() {
    let scenario =
        parsed("phases: [{name: p, for: 10s, start: 10/s, arrivals: even}, {name: q, for: 10s, start: 10/s}]\n");
    let (one, other) = (plan(&scenario, 1), plan(&scenario, 2));
    let of = |made: &Plan, phase: u16| -> Vec<Duration> {
        made.arrivals.iter().filter(|one| one.phase == phase).map(|one| one.at).collect()
    };
    assert_eq!(of(&one, 0), of(&other, 0), "even arrivals know no seed");
    assert_ne!(of(&one, 1), of(&other, 1));
}

#[test]
fn a_warm_up_goes_before_and_leaves_the_load_as_it_was() {
    let phases = "phases: [{name: p, for: 10s, start: 20/s -> 40/s}]\n";
    let (cold, warm) = (plan(&parsed(phases), 7), plan(&parsed(&format!("warm_up: 5s\n{phases}")), 7));
    assert_eq!((warm.begins, warm.ends), (Duration::from_secs(5), Duration::from_secs(15)));
    let load: Vec<(Duration, u16)> = warm.load().map(|one| (one.at - warm.begins, one.entry)).collect();
    assert_eq!(load, cold.load().map(|one| (one.at, one.entry)).collect::<Vec<_>>());
    let warming = warm.arrivals.len() - load.len();
    assert!((60..140).contains(&warming), "{warming}");
    assert!(warm.arrivals[..warming].iter().all(|one| one.at < warm.begins));
}
