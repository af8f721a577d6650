//! `songsinh explain`: what a word of a report, a rule or an exit code means.

use songsinh_contract::Rule;
use songsinh_national::{Quirk, Variant};
use songsinh_reports::{explain as explanation, glossary};
use songsinh_scenario::{Journey, Twist};

use crate::args;
use crate::failure::Failure;
use crate::show;

/// Prints the explanation; without a word, the list of all.
pub fn explain(args: &args::Explain) -> Result<u8, Failure> {
    let lang = super::report::lang_of(args.lang)?;
    let word = args.word.join(" ");
    if word.is_empty() {
        let words: Vec<&str> = glossary().iter().map(|entry| entry.word).collect();
        let rules: Vec<&str> = Rule::ALL.iter().map(|rule| rule.slug()).collect();
        show::line(&format!("{}\n{}", words.join(" · "), rules.join(" · ")));
        return Ok(0);
    }
    let plain = word.strip_prefix("exit ").unwrap_or(&word);
    match explanation(plain, lang).or_else(|| catalogued(plain)) {
        Some(text) => {
            show::line(&text);
            Ok(0)
        }
        None => {
            let text = match nearest(&word) {
                Some(near) => format!("nothing is called «{word}» here; did you mean «{near}»?"),
                None => format!("nothing is called «{word}» here; `songsinh explain` lists all words"),
            };
            Err(Failure::Usage(text))
        }
    }
}

/// What the catalogues say of a journey, a twist, a misbehaviour or a variant of the twin.
fn catalogued(word: &str) -> Option<String> {
    let slugs = |rules: &[Rule]| rules.iter().map(|rule| rule.slug()).collect::<Vec<_>>().join(", ");
    if let Some(journey) = Journey::named(word) {
        return Some(format!("{word}  (journey)\n  {}\n  rules: {}", journey.text(), slugs(journey.rules())));
    }
    if let Some(twist) = Twist::named(word) {
        let (journey, text) = (twist.journey(), twist.text());
        return Some(format!("{word}  (twist of {journey})\n  {text}\n  rules: {}", slugs(twist.rules())));
    }
    if let Some(variant) = Variant::named(word) {
        return Some(format!("{word}  (variant of the twin, which breaks no rule)\n  {}", variant.sentence()));
    }
    let quirk = Quirk::named(word)?;
    Some(format!("{word}  (misbehaviour of the twin)\n  {}\n  breaks: {}", quirk.sentence(), quirk.breaks()))
}

/// The word that shares the longest begin with what was typed, if that is half of it at least.
fn nearest(typed: &str) -> Option<&'static str> {
    let typed = typed.to_lowercase();
    let shared = |word: &str| word.chars().zip(typed.chars()).take_while(|(one, other)| one == other).count();
    let known = glossary().iter().map(|entry| entry.word).chain(Rule::ALL.iter().map(|rule| rule.slug()));
    known
        .max_by_key(|word| shared(&word.to_lowercase()))
        .filter(|word| shared(&word.to_lowercase()) * 2 >= typed.chars().count())
}
