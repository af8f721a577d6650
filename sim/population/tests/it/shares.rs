//! Shares of the computed people against the tables, by χ² tests at fixed seeds (p > 0.001 wanted).

use jiff::civil::{Date, date};
use songsinh_population::stats::{Stats, Topic, stats};
use songsinh_population::{Population, PopulationConfig};

const DAY: Date = date(2022, 8, 22);
const SEEDS: [u64; 3] = [1, 20_220_822, 0xdead_beef];

/// ln Γ by Lanczos' approximation (g = 7, nine terms).
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let t = x + 7.5;
    let sum: f64 = TERMS[1..].iter().enumerate().map(|(i, term)| term / (x + i as f64 + 1.0)).sum();
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + (TERMS[0] + sum).ln()
}

/// The chance of a χ² this large or larger: the upper incomplete gamma function Q(k/2, x/2).
fn p_value(chi_square: f64, freedom: u32) -> f64 {
    let (a, x) = (f64::from(freedom) / 2.0, chi_square / 2.0);
    if x <= 0.0 {
        return 1.0;
    }
    let scale = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-14 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return 1.0 - sum * scale;
    }
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut h = d;
    for i in 1..10_000 {
        let an = -f64::from(i) * (f64::from(i) - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-14 {
            break;
        }
    }
    h * scale
}

#[test]
fn p_values_meet_the_printed_tables() {
    for (chi_square, freedom, p) in
        [(3.841_459, 1, 0.05), (18.307_038, 10, 0.05), (149.449_253, 100, 0.001), (2.0, 2, 0.367_879)]
    {
        assert!(
            (p_value(chi_square, freedom) - p).abs() < 1e-6,
            "{chi_square} {freedom}: {}",
            p_value(chi_square, freedom)
        );
    }
}

fn counted(seed: u64, province: Option<u16>, sample: u64) -> Stats {
    let population = Population::new(PopulationConfig { seed, ..PopulationConfig::default() }).unwrap();
    stats(&population, province, sample, seed, DAY).unwrap()
}

fn topic<'s>(stats: &'s Stats, name: &str) -> &'s Topic {
    stats.topics.iter().find(|topic| topic.name == name).unwrap()
}

fn holds(seed: u64, stats: &Stats, name: &str) {
    let topic = topic(stats, name);
    let (chi_square, freedom) = topic.chi_square(5.0).unwrap();
    let p = p_value(chi_square, freedom);
    println!(
        "seed {seed} {:<12} {name:<30} among {:>6} χ² {chi_square:>7.1} df {freedom:>3} p {p:.4}",
        stats.of, topic.among
    );
    assert!(p > 0.001, "seed {seed}, {name}: χ² {chi_square} with {freedom} degrees, p {p}\n{stats}");
}

#[test]
fn shares_of_viet_nam_are_those_of_the_tables() {
    for seed in SEEDS {
        let stats = counted(seed, None, 20_000);
        for name in [
            "province",
            "sex",
            "age on 1 July 2022",
            "given name, men before 1980",
            "given name, men from 1980",
            "given name, women before 1980",
            "given name, women from 1980",
            "carrier",
        ] {
            holds(seed, &stats, name);
        }
    }
}

#[test]
fn shares_of_provinces_are_those_of_their_rows() {
    for seed in SEEDS {
        for province in [8, 72] {
            let stats = counted(seed, Some(province), 10_000);
            for topic in &stats.topics {
                if topic.chi_square(5.0).is_some() {
                    holds(seed, &stats, topic.name);
                }
            }
        }
    }
}

/// The test must be able to fail: a sample of another province does not meet Tuyên Quang's ethnic groups.
#[test]
fn another_provinces_people_would_be_noticed() {
    let here = counted(1, Some(8), 3000);
    let there = counted(1, Some(72), 3000);
    let mut mixed = topic(&here, "ethnicity").clone();
    let others = topic(&there, "ethnicity");
    for value in &mut mixed.values {
        value.count = others.values.iter().find(|other| other.value == value.value).map_or(0, |other| other.count);
    }
    let (chi_square, freedom) = mixed.chi_square(5.0).unwrap();
    assert!(p_value(chi_square, freedom) < 1e-9);
}

#[test]
fn phones_and_cards_come_near_the_figures_printed() {
    let stats = counted(1, None, 30_000);
    let share = |name: &str, values: &[&str]| {
        let topic = topic(&stats, name);
        let count: u64 = topic.values.iter().filter(|v| values.contains(&v.value.as_str())).map(|v| v.count).sum();
        count as f64 / topic.among as f64
    };
    let smart = share("phone, ages 14 and over", &["iOS, NFC", "iOS, no NFC", "Android, NFC", "Android, no NFC"]);
    assert!((0.71..0.77).contains(&smart), "{smart}");
    let carded = 1.0 - share("chip card, ages 14 and over", &["none"]);
    // Between 60 million cards in January 2022 and 76 million in November, of 77.35 million people.
    assert!((0.85..0.94).contains(&carded), "{carded}");
    let dead = share("life in the register", &["Dead"]);
    assert!((0.005..0.02).contains(&dead), "{dead}");
    assert!(stats.to_string().contains("Tuyên Quang") || stats.to_string().contains("Việt Nam"));
}
