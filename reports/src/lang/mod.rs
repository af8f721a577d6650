//! The two languages of reports: which one is spoken, how it writes numbers and dates, what its words for rules are.
//!
//! Invariant: whatever is written for one language is written for the other in the same place ([`Lang::say`]), so that
//! nothing can be said in one alone.

mod glossary;
mod reasons;
mod rules;
mod sentences;

use std::fmt;

pub use glossary::{Entry, explain, words};
pub(crate) use reasons::reason_text;
pub use rules::{group, rule_text};
pub(crate) use sentences::{
    abandoned_text, certainty_text, event_text, hint_text, invalid_kind, invalid_text, note_text, test_text, wrong_text,
};

/// The language of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Tiếng Việt.
    Vi,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Vi];
    /// The tag (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Vi => "vi",
        }
    }
    /// The language of that tag.
    #[must_use]
    pub fn named(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }
    /// One of both texts.
    #[must_use]
    pub fn say<T>(self, en: T, vi: T) -> T {
        match self {
            Self::En => en,
            Self::Vi => vi,
        }
    }
    /// A number as the language writes it, from English notation: `1,234.5` or `1.234,5`.
    #[must_use]
    pub fn number(self, english: &str) -> String {
        match self {
            Self::En => english.to_owned(),
            Self::Vi => english
                .chars()
                .map(|c| match c {
                    ',' => '.',
                    '.' => ',',
                    c => c,
                })
                .collect(),
        }
    }
    /// A date as the language writes it: `2022-09-10` or `10/9/2022`.
    #[must_use]
    pub fn date(self, date: jiff::civil::Date) -> String {
        match self {
            Self::En => date.to_string(),
            Self::Vi => format!("{}/{}/{}", date.day(), date.month(), date.year()),
        }
    }
}

/// A text in both languages, made where it is known and said where it is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    en: String,
    vi: String,
}

impl Said {
    /// The text that `make` gives for each language.
    pub(crate) fn by(make: impl Fn(Lang) -> String) -> Self {
        Self { en: make(Lang::En), vi: make(Lang::Vi) }
    }
    /// The text in one language.
    #[must_use]
    pub fn say(&self, lang: Lang) -> &str {
        lang.say(&self.en, &self.vi)
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_written_as_people_write_them() {
        let day = jiff::civil::date(2022, 9, 10);
        assert_eq!((Lang::Vi.number("61,212.5"), Lang::Vi.date(day)), ("61.212,5".into(), "10/9/2022".into()));
        assert_eq!((Lang::En.number("61,212.5"), Lang::En.date(day)), ("61,212.5".into(), "2022-09-10".into()));
        assert!(Lang::ALL.into_iter().all(|lang| Lang::named(lang.tag()) == Some(lang)));
    }
}
