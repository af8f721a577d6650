//! Lines, boxes and colours of the page.

use crate::lang::Lang;

/// Columns of the page.
pub(crate) const WIDTH: usize = 100;

/// How the page is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Whether colours may be used: the caller asks for it only at a terminal and without `NO_COLOR`.
    pub colour: bool,
}

/// The meaning of a coloured word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
    Bad,
    Warn,
    Dim,
}

/// A page being drawn.
pub(crate) struct Page {
    look: Look,
    lang: Lang,
    text: String,
    open: bool,
}

impl Page {
    pub(crate) fn new(look: Look, lang: Lang) -> Self {
        Self { look, lang, text: String::new(), open: false }
    }
    /// The language that is spoken.
    pub(crate) fn lang(&self) -> Lang {
        self.lang
    }
    pub(crate) fn into_text(self) -> String {
        self.text
    }
    /// The first line: the verdict, and why at the right of it.
    pub(crate) fn headline(&mut self, verdict: &str, good: bool, why: &str) {
        let tone = if good { Tone::Good } else { Tone::Bad };
        let painted = self.tone(verdict, tone);
        self.text.push_str(&format!("{painted}     {why}\n"));
    }
    /// A line outside of any section, wrapped.
    pub(crate) fn plain(&mut self, text: &str) {
        for line in wrap(text, WIDTH, "         ") {
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }
    /// Begins a section.
    pub(crate) fn section(&mut self, title: &str) {
        let corner = if self.open { '├' } else { '┌' };
        self.open = true;
        let rule = "─".repeat(WIDTH.saturating_sub(title.chars().count() + 3));
        let title = if self.look.colour { format!("\u{1b}[1m{title}\u{1b}[0m") } else { title.to_owned() };
        self.text.push_str(&format!("{corner} {title} {rule}\n"));
    }
    /// A line of a section, wrapped with the given indent for what follows.
    pub(crate) fn line(&mut self, tone: Tone, text: &str, indent: &str) {
        for line in wrap(text, WIDTH - 2, indent) {
            let line = self.tone(&line, tone);
            self.text.push_str(&format!("│ {line}\n"));
        }
    }
    /// Ends the last section.
    pub(crate) fn end(&mut self) {
        if self.open {
            self.text.push_str(&format!("└{}\n", "─".repeat(WIDTH - 1)));
            self.open = false;
        }
    }
    fn tone(&self, text: &str, tone: Tone) -> String {
        let code = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Good => "32",
            Tone::Bad => "1;31",
            Tone::Warn => "33",
            Tone::Dim => "2",
        };
        if self.look.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Breaks a text at blanks so that no line is wider than `width`; lines after the first begin with `indent`. Control
/// characters, which a target could have sent, are shown as a dot.
pub(crate) fn wrap(text: &str, width: usize, indent: &str) -> Vec<String> {
    let text: String = text.chars().map(|c| if c.is_control() { '·' } else { c }).collect();
    if text.chars().count() <= width {
        return vec![text];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for piece in text.split_inclusive(' ') {
        let mut piece = piece;
        while used + piece.trim_end_matches(' ').chars().count() > width {
            if used > indent.chars().count() {
                lines.push(line.trim_end_matches(' ').to_owned());
                line = indent.to_owned();
                used = indent.chars().count();
                piece = piece.trim_start_matches(' ');
            } else {
                let fits = width.saturating_sub(used).max(1);
                let cut = piece.char_indices().nth(fits).map_or(piece.len(), |(at, _)| at);
                line.push_str(&piece[..cut]);
                lines.push(std::mem::replace(&mut line, indent.to_owned()));
                used = indent.chars().count();
                piece = &piece[cut..];
            }
        }
        line.push_str(piece);
        used += piece.chars().count();
    }
    if !line.trim_matches(' ').is_empty() {
        lines.push(line.trim_end_matches(' ').to_owned());
    }
    lines
}

/// A table of texts: the first column to the left, the others to the right, as wide as their widest cell. The first
/// row is the head.
pub(crate) fn table(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let draw = |row: &Vec<String>| {
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width - cell.chars().count());
            line.push_str(&if at == 0 { format!("{cell}{pad}") } else { format!("  {pad}{cell}") });
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(draw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn wrapped_lines_fit_and_lose_nothing_but_blanks(text in ".{0,300}", width in 12..100_usize) {
            let lines = wrap(&text, width, "    ");
            prop_assert!(lines.iter().all(|line| line.chars().count() <= width));
            let squeeze = |text: &str| -> String {
                text.chars().map(|c| if c.is_control() { '·' } else { c }).filter(|c| *c != ' ').collect()
            };
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
        }
    }

    #[test]
    fn colours_appear_only_when_asked_for() {
        let draw = |colour| {
            let mut page = Page::new(Look { colour }, Lang::En);
            page.headline("VERDICT", true, "why");
            page.section("one");
            page.line(Tone::Bad, "wrong", "");
            page.end();
            page.into_text()
        };
        assert!(!draw(false).contains('\u{1b}'));
        assert!(draw(true).contains("\u{1b}[1;31mwrong\u{1b}[0m"));
    }
}
