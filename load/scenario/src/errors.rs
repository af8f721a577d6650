//! What is wrong with a file, rendered so that the line, the caret and the advice are seen at once.
//!
//! Invariant: a [`FileErrors`] holds at least one error, in the order of the file.

use std::fmt;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use crate::message::Message;
use crate::yaml::Place;

/// How many errors of a file are told.
const TOLD: usize = 20;

/// One error of a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FileError {
    pub(crate) place: Place,
    pub(crate) message: Message,
}

/// Everything that is wrong with one file. `Display` gives, for each error, what is wrong, `file:line:column`, the
/// line with a caret, and what was meant.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub struct FileErrors {
    path: PathBuf,
    text: Box<str>,
    errors: Vec<FileError>,
}

impl FileErrors {
    pub(crate) fn new(path: &Path, source: &str, mut errors: Vec<FileError>) -> Self {
        errors.sort_by_key(|error| error.place.start);
        errors.dedup();
        Self { path: path.to_owned(), text: source.into(), errors }
    }
    pub(crate) fn one(path: &Path, source: &str, place: Place, message: Message) -> Self {
        Self::new(path, source, vec![FileError { place, message }])
    }
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
    /// How many errors there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.errors.len()
    }
    /// Line and column of each error, from 1; the column counts characters.
    pub fn positions(&self) -> impl Iterator<Item = (usize, usize)> {
        self.errors.iter().map(|error| {
            let before = self.text.get(..error.place.start).unwrap_or_default();
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
        })
    }
    /// The sentence of each error, without place and line.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        self.errors.iter().map(|error| error.message.to_string())
    }

    fn render(&self, error: &FileError, out: &mut String) {
        let path = self.path.display().to_string();
        let title = error.message.to_string();
        let help = error.message.help();
        let mut group = Level::ERROR.primary_title(title).elements(None::<Origin<'_>>);
        group = if self.text.is_empty() {
            group.element(Origin::path(path))
        } else {
            let place = clamp(&error.place, &self.text);
            group.element(Snippet::source(&*self.text).path(path).annotation(AnnotationKind::Primary.span(place)))
        };
        if let Some(help) = help {
            group = group.element(Level::HELP.message(help));
        }
        out.push_str(&Renderer::plain().render(&[group]));
    }
}

/// The first line of a place: carets under ten lines of a mapping tell nothing.
fn clamp(place: &Place, source: &str) -> Place {
    let start = source.floor_char_boundary(place.start.min(source.len()));
    let end = source.floor_char_boundary(place.end.min(source.len())).max(start);
    let first_line = source[start..end].split(['\n', '\r']).next().unwrap_or_default();
    start..start + first_line.trim_end().len()
}

impl fmt::Display for FileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        for (at, error) in self.errors.iter().take(TOLD).enumerate() {
            if at > 0 {
                out.push_str("\n\n");
            }
            self.render(error, &mut out);
        }
        f.write_str(&out)?;
        if self.errors.len() > TOLD {
            write!(f, "\n\n{} more errors in this file", self.errors.len() - TOLD)?;
        }
        Ok(())
    }
}
