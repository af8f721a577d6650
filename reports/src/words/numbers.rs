//! Numbers and times as a page writes them: `61,212` or `61.212`, `0.84 ms` or `0,84 ms`.

use std::time::Duration;

use crate::lang::Lang;

/// A count with thousands set apart: `61,212`.
#[must_use]
pub fn count(number: u64, lang: Lang) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(lang.say(',', '.'));
        }
        out.push(digit);
    }
    out
}

/// A count and its noun: `1 rule`, `2 rules`, `2 stories`; in Vietnamese a noun has one form.
#[must_use]
pub fn counted(number: u64, noun: &str, vietnamese: &str, lang: Lang) -> String {
    let digits = count(number, lang);
    match lang {
        Lang::Vi => format!("{digits} {vietnamese}"),
        Lang::En if number == 1 => format!("{digits} {noun}"),
        Lang::En => match noun.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{digits} {stem}ies"),
            _ => format!("{digits} {noun}s"),
        },
    }
}

/// A fraction with so many digits after the comma.
#[must_use]
pub fn fixed(value: f64, digits: usize, lang: Lang) -> String {
    let text = format!("{value:.digits$}");
    lang.say(text.clone(), text.replace('.', ","))
}

/// Microseconds as people read them: `38 µs`, `0.84 ms`, `233 ms`, `12.3 s`.
#[must_use]
pub fn micros(us: f64, lang: Lang) -> String {
    let (value, digits, unit) = match us {
        us if us < 100.0 => (us, 0, "µs"),
        us if us < 10_000.0 => (us / 1e3, 2, "ms"),
        us if us < 100_000.0 => (us / 1e3, 1, "ms"),
        us if us < 1_000_000.0 => (us / 1e3, 0, "ms"),
        us if us < 10_000_000.0 => (us / 1e6, 2, "s"),
        us => (us / 1e6, 1, "s"),
    };
    format!("{} {unit}", fixed(value, digits, lang))
}

/// The age of a code or session, fine enough to show how near a bound it lay: `840 ms`, `179.98 s`; from two hours on
/// as [`span`] has it.
#[must_use]
pub fn age(ms: f64, lang: Lang) -> String {
    if ms >= 7_200_000.0 {
        return span(Duration::from_secs_f64(ms / 1e3), lang);
    }
    if ms < 1_000.0 { format!("{} ms", fixed(ms, 0, lang)) } else { format!("{} s", fixed(ms / 1e3, 2, lang)) }
}

/// Milliseconds of a table, without the unit.
#[must_use]
pub fn ms(ms: f64, lang: Lang) -> String {
    match ms {
        ms if ms < 10.0 => fixed(ms, 2, lang),
        ms if ms < 100.0 => fixed(ms, 1, lang),
        ms => count(ms.round() as u64, lang),
    }
}

/// A time span of a run: `40 s`, `12 min 05 s`, `3 h 20 min`, `7 d 2 h`.
#[must_use]
pub fn span(span: Duration, lang: Lang) -> String {
    let seconds = span.as_secs();
    let (minutes, hours, days) = lang.say(("min", "h", "d"), ("phút", "giờ", "ngày"));
    let s = lang.say("s", "giây");
    match seconds {
        0..10 if span.subsec_nanos() == 0 => format!("{seconds} {s}"),
        0..10 => format!("{} {s}", fixed(span.as_secs_f64(), 1, lang)),
        10..120 => format!("{seconds} {s}"),
        120..7_200 if seconds.is_multiple_of(60) => format!("{} {minutes}", seconds / 60),
        120..7_200 => format!("{} {minutes} {:02} {s}", seconds / 60, seconds % 60),
        7_200..172_800 if (seconds / 60).is_multiple_of(60) => format!("{} {hours}", seconds / 3_600),
        7_200..172_800 => format!("{} {hours} {:02} {minutes}", seconds / 3_600, seconds / 60 % 60),
        _ if (seconds / 3_600).is_multiple_of(24) => format!("{} {days}", seconds / 86_400),
        _ => format!("{} {days} {} {hours}", seconds / 86_400, seconds / 3_600 % 24),
    }
}

/// A share in percent: `99.9 %`. Only a whole is 100 %, only nothing is 0 %.
#[must_use]
pub fn percent(share: f64, lang: Lang) -> String {
    let percent = share * 100.0;
    let fixed = |digits| format!("{} %", fixed(percent, digits, lang));
    if share >= 1.0 || share <= 0.0 {
        fixed(0)
    } else if percent > 99.99 {
        lang.say(">99.99 %", ">99,99 %").into()
    } else if percent < 0.01 {
        lang.say("<0.01 %", "<0,01 %").into()
    } else if !(1.0..=99.0).contains(&percent) {
        fixed(2)
    } else {
        fixed(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: Lang = Lang::En;
    const VI: Lang = Lang::Vi;

    #[test]
    fn numbers_read_as_people_write_them() {
        let counts = [0, 999, 1_000, 61_212, 1_181_900];
        assert_eq!(counts.map(|n| count(n, EN)), ["0", "999", "1,000", "61,212", "1,181,900"]);
        assert_eq!(counts.map(|n| count(n, VI)), ["0", "999", "1.000", "61.212", "1.181.900"]);
        assert_eq!(
            [38.4, 840.0, 12_340.0, 233_400.0, 1_234_000.0, 12_300_000.0].map(|us| micros(us, EN)),
            ["38 µs", "0.84 ms", "12.3 ms", "233 ms", "1.23 s", "12.3 s"]
        );
        assert_eq!([840.2, 179_984.0].map(|ms| age(ms, VI)), ["840 ms", "179,98 s"]);
        assert_eq!(age(604_800_000.0, EN), "7 d");
        assert_eq!(
            [0.0, 0.000_001, 0.5, 0.995_1, 0.999_999_9, 1.0].map(|share| percent(share, EN)),
            ["0 %", "<0.01 %", "50.0 %", "99.51 %", ">99.99 %", "100 %"]
        );
        let spans = [0.5, 5.0, 40.0, 180.0, 725.0, 12_000.0, 604_800.0].map(Duration::from_secs_f64);
        assert_eq!(spans.map(|s| span(s, EN)), ["0.5 s", "5 s", "40 s", "3 min", "12 min 05 s", "3 h 20 min", "7 d"]);
        assert_eq!(span(spans[4], VI), "12 phút 05 giây");
    }

    #[test]
    fn nouns_take_their_plural() {
        let said =
            [(1, "story"), (2, "story"), (2, "day"), (2, "rule")].map(|(n, noun)| counted(n, noun, "chuyện", EN));
        assert_eq!(said, ["1 story", "2 stories", "2 days", "2 rules"]);
        assert_eq!(counted(2, "story", "chuyện", VI), "2 chuyện");
    }
}
