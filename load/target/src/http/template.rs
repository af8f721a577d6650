//! Text with holes: read once when a profile is compiled, written into a byte buffer for every request.
//!
//! Invariant: what a variable holds never leaves its place: it is escaped for where it stands (JSON, form, path,
//! header), so no value can add a member, a field, a segment or a header. Variables and filters are checked at
//! compile time; writing cannot fail.

use std::collections::BTreeMap;

use songsinh_contract::OperationName;
use songsinh_scenario::{SecretError, Secrets};

use super::complex::Complex;
use super::filters::{Filter, percent_encode};
use super::vars::{Frame, Value, Var};
use crate::TargetError;

/// What the templates of one place in a profile may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// The place, for messages: `operations.account.register.json.hoTen`.
    pub(crate) place: &'a str,
    /// The operation; none for what goes along with every operation.
    pub(crate) operation: Option<OperationName>,
    /// `env.NAME`.
    pub(crate) secrets: &'a Secrets,
    /// `urls.NAME`.
    pub(crate) urls: &'a BTreeMap<String, String>,
}

impl<'a> Scope<'a> {
    /// The same scope at another place.
    pub(crate) fn at<'b>(&self, place: &'b str) -> Scope<'b>
    where
        'a: 'b,
    {
        Scope { place, operation: self.operation, secrets: self.secrets, urls: self.urls }
    }

    /// What a name stands for.
    pub(crate) fn resolve(&self, name: &str) -> Result<Head, TargetError> {
        if let Some(secret) = name.strip_prefix("env.") {
            return self
                .secrets
                .variable(secret)
                .map(|text| Head::Text(text.into()))
                .map_err(|error| self.secret(&error));
        }
        if let Some(url) = name.strip_prefix("urls.") {
            let text = self.urls.get(url).ok_or_else(|| TargetError::UrlUnknown {
                place: self.place.to_owned(),
                name: url.to_owned(),
                known: self.urls.keys().cloned().collect::<Vec<_>>().join(", "),
            })?;
            return Ok(Head::Text(text.as_str().into()));
        }
        let var = Var::named(name).ok_or_else(|| TargetError::VariableUnknown {
            place: self.place.to_owned(),
            name: name.to_owned(),
            known: Var::ALL.iter().map(|var| var.as_str()).collect::<Vec<_>>().join(", "),
        })?;
        match self.operation {
            Some(operation) if !var.belongs_to(operation) => Err(TargetError::VariableMisplaced {
                place: self.place.to_owned(),
                name: var.as_str(),
                operation: operation.as_str(),
            }),
            _ => Ok(Head::Var(var)),
        }
    }

    /// A text with its references to secrets replaced.
    pub(crate) fn revealed(&self, text: &str) -> Result<String, TargetError> {
        self.secrets.resolve(text).map_err(|error| self.secret(&error))
    }

    fn secret(&self, error: &SecretError) -> TargetError {
        TargetError::Secret { place: self.place.to_owned(), message: error.to_string() }
    }

    /// A template error here.
    pub(crate) fn error(&self, message: impl Into<String>) -> TargetError {
        TargetError::Template { place: self.place.to_owned(), message: message.into() }
    }
}

/// How a text is escaped where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Inside the quotes of a JSON string.
    Json,
    /// A segment or a query value of a path: what the profile wrote is kept, values are percent-encoded.
    Path,
    /// A form field.
    Percent,
    /// A header value: control characters become blanks.
    Header,
}

impl Escape {
    /// Writes a text, escaped.
    pub(crate) fn write(self, text: &str, out: &mut Vec<u8>) {
        match self {
            Self::Json => escape_json(text, out),
            Self::Path | Self::Percent => percent_encode(text.as_bytes(), out),
            Self::Header => out.extend(text.bytes().map(|b| if b < 0x20 || b == 0x7f { b' ' } else { b })),
        }
    }
}

/// Writes the fixed part of a path: what no URL may hold is percent-encoded.
fn path_as_written(text: &str, out: &mut Vec<u8>) {
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && byte != b'#' {
            out.push(byte);
        } else {
            percent_encode(&[byte], out);
        }
    }
}

/// Writes the inside of a JSON string.
pub(crate) fn escape_json(text: &str, out: &mut Vec<u8>) {
    let needs = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    // Without a branch a byte: most texts need no escape.
    if !text.bytes().fold(false, |any, byte| any | needs(byte)) {
        return out.extend_from_slice(text.as_bytes());
    }
    let mut clean = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !needs(byte) {
            continue;
        }
        out.extend_from_slice(text.as_bytes().get(clean..at).unwrap_or_default());
        clean = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            other => {
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(super::filters::hex(&[other]).as_bytes());
            }
        }
    }
    out.extend_from_slice(text.as_bytes().get(clean..).unwrap_or_default());
}

/// What a hole starts from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Head {
    /// A variable.
    Var(Var),
    /// A text: a literal, a secret, a base address.
    Text(Box<str>),
    /// A number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
}

/// A variable with its filters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hole {
    head: Head,
    filters: Box<[Filter]>,
}

impl Hole {
    fn value<'a>(&'a self, frame: &Frame<'a>) -> Value<'a> {
        let head = match &self.head {
            Head::Var(var) => frame.value(*var),
            Head::Text(text) => Value::Text(text.as_ref().into()),
            Head::Int(number) => Value::Int(*number),
            Head::Bool(yes) => Value::Bool(*yes),
        };
        self.filters.iter().fold(head, |value, filter| filter.apply(value))
    }
}

#[derive(Debug)]
enum Piece {
    Literal(Box<str>),
    Hole(Hole),
}

/// A text with holes.
#[derive(Debug)]
pub(crate) struct Template(Kind);

#[derive(Debug)]
enum Kind {
    Pieces(Vec<Piece>),
    Complex(Box<Complex>),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// An unknown variable or filter, a variable without a meaning here, or a text that is no template.
    pub(crate) fn compile(text: &str, scope: &Scope<'_>) -> Result<Self, TargetError> {
        if text.contains("{%") || text.contains("{#") {
            return Complex::compile(text, scope).map(|complex| Self(Kind::Complex(Box::new(complex))));
        }
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((before, inner)) = rest.split_once("{{") {
            if !before.is_empty() {
                pieces.push(Piece::Literal(scope.revealed(before)?.into()));
            }
            let end =
                expression_end(inner).ok_or_else(|| scope.error(format!("«{{{{{inner}» is not closed by }}}}")))?;
            let (expression, more) = inner.split_at(end);
            match simple_hole(expression, scope)? {
                Some(hole) => pieces.push(Piece::Hole(hole)),
                None => return Complex::compile(text, scope).map(|complex| Self(Kind::Complex(Box::new(complex)))),
            }
            rest = more.get(2..).unwrap_or_default();
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(scope.revealed(rest)?.into()));
        }
        Ok(Self(Kind::Pieces(pieces)))
    }

    /// Whether the template uses a variable.
    pub(crate) fn uses(&self, var: Var) -> bool {
        match &self.0 {
            Kind::Complex(complex) => complex.uses(var),
            Kind::Pieces(pieces) => {
                pieces.iter().any(|piece| matches!(piece, Piece::Hole(hole) if hole.head == Head::Var(var)))
            }
        }
    }

    /// Whether the whole template is one value that this call does not have.
    pub(crate) fn is_absent(&self, frame: &Frame<'_>) -> bool {
        match self.whole() {
            Some(hole) => matches!(hole.value(frame), Value::Absent),
            None => false,
        }
    }

    fn whole(&self) -> Option<&Hole> {
        match &self.0 {
            Kind::Pieces(pieces) => match pieces.as_slice() {
                [Piece::Hole(hole)] => Some(hole),
                _ => None,
            },
            Kind::Complex(_) => None,
        }
    }

    /// Writes the text; a value that is absent writes nothing.
    pub(crate) fn write(&self, frame: &Frame<'_>, escape: Escape, out: &mut Vec<u8>) {
        let pieces = match &self.0 {
            Kind::Pieces(pieces) => pieces,
            Kind::Complex(complex) => return escape.write(&complex.render(frame), out),
        };
        for piece in pieces {
            match piece {
                Piece::Literal(text) => match escape {
                    Escape::Path => path_as_written(text, out),
                    _ => escape.write(text, out),
                },
                Piece::Hole(hole) => {
                    let value = hole.value(frame);
                    if !value.write_plain(out)
                        && let Some(text) = value.text()
                    {
                        escape.write(&text, out);
                    }
                }
            }
        }
    }

    /// Writes the template as a JSON value: numbers, yes and no, and lists as such when they are the whole template,
    /// all else as a string. Returns false, with nothing written, if the whole template is an absent value.
    pub(crate) fn write_json(&self, frame: &Frame<'_>, out: &mut Vec<u8>) -> bool {
        let value = self.whole().map(|hole| hole.value(frame));
        match value {
            Some(Value::Absent) => return false,
            Some(value @ (Value::Int(_) | Value::Bool(_) | Value::Raw(_) | Value::Answers(_))) => {
                out.extend_from_slice(value.text().unwrap_or_default().as_bytes());
            }
            Some(value) => {
                out.push(b'"');
                if !value.write_plain(out) {
                    escape_json(&value.text().unwrap_or_default(), out);
                }
                out.push(b'"');
            }
            None => {
                out.push(b'"');
                self.write(frame, Escape::Json, out);
                out.push(b'"');
            }
        }
        true
    }
}

/// Where the expression ends: at the first `}}` outside of quotes.
fn expression_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let bytes = text.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'}') if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            (None, _) => {}
        }
    }
    None
}

/// `name | filter | filter('x')`; none for whatever needs the template engine.
fn simple_hole(expression: &str, scope: &Scope<'_>) -> Result<Option<Hole>, TargetError> {
    let parts = split_outside_quotes(expression, '|');
    let Some((head, filters)) = parts.split_first() else { return Ok(None) };
    let head = head.trim();
    let head = if let Some(text) = unquote(head) {
        Head::Text(text.into())
    } else if let Ok(number) = head.parse() {
        Head::Int(number)
    } else if let "true" | "false" = head {
        Head::Bool(head == "true")
    } else if !head.is_empty() && head.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '_') {
        scope.resolve(head)?
    } else {
        return Ok(None);
    };
    let mut ready = Vec::with_capacity(filters.len());
    for filter in filters {
        let Some((name, arguments)) = filter_call(filter.trim()) else { return Ok(None) };
        let filter = Filter::named(name, &arguments)
            .ok_or_else(|| TargetError::FilterUnknown { place: scope.place.to_owned(), name: name.to_owned() })?;
        ready.push(filter.map_err(|message| scope.error(format!("the filter {name} {message}")))?);
    }
    Ok(Some(Hole { head, filters: ready.into() }))
}

fn filter_call(text: &str) -> Option<(&str, Vec<String>)> {
    let plain = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let Some((name, rest)) = text.split_once('(') else { return plain(text).then_some((text, Vec::new())) };
    let inner = rest.strip_suffix(')')?;
    let arguments = split_outside_quotes(inner, ',');
    let texts: Option<Vec<String>> = arguments.iter().map(|argument| unquote(argument.trim())).collect();
    plain(name.trim_end()).then_some((name.trim_end(), texts?))
}

fn unquote(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(quote) && !inner.contains('\\')).then(|| inner.to_owned())
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut quote) = (Vec::new(), 0, None);
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == separator => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at + c.len_utf8();
            }
            None => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::{call, frame, register};
    use proptest::prelude::*;
    use songsinh_contract::Operation;

    fn compile(text: &str, operation: OperationName) -> Result<Template, TargetError> {
        let secrets = Secrets::beside(std::path::Path::new("")).with("KEY", "k{{");
        let urls = BTreeMap::from([("app".to_owned(), "http://127.0.0.1:1".to_owned())]);
        let scope = Scope { place: "here", operation: Some(operation), secrets: &secrets, urls: &urls };
        Template::compile(text, &scope)
    }

    fn rendered(text: &str, operation: Operation) -> String {
        let call = call(operation);
        let template = compile(text, call.operation.name()).unwrap();
        let mut out = Vec::new();
        template.write(&frame(&call), Escape::Header, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn holes_are_filled_and_literals_kept() {
        let form = || register("Nguyễn Thị Ánh");
        assert_eq!(rendered("a{{ form.name | upper }}b", form()), "aNGUYỄN THỊ ÁNHb");
        assert_eq!(rendered("{{ form.born | date('dd/MM/yyyy') }}", form()), "02/07/2003");
        assert_eq!(
            rendered("{{ 'x}}|' }}{{ env.KEY }} ${env:KEY} {{urls.app}}", form()),
            "x}}|k{{ k{{ http://127.0.0.1:1"
        );
        assert_eq!(rendered("{{ card.qr }}", form()), "");
        assert_eq!(rendered("{{ form.number ~ '-' ~ phone.number }}", form()), "001203004711-0912345678");
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let error = |text| compile(text, OperationName::AccountRegister).unwrap_err().to_string();
        assert!(
            error("{{ form.nam }}").starts_with("here: there is no variable «form.nam»; there are: citizen.number,")
        );
        assert_eq!(error("{{ code }}"), "here: «code» has no meaning in account.register");
        assert!(error("{{ form.name | rot13 }}").starts_with("here: there is no filter «rot13»; there are: date, "));
        assert_eq!(error("{{ form.name | upper('x') }}"), "here: the filter upper takes no argument");
        assert!(error("{{ form.name").contains("is not closed"));
        assert!(error("{{ env.SONGSINH_NONE }}").contains("SONGSINH_NONE is not set"));
        assert!(error("${env:SONGSINH_NONE}").contains("SONGSINH_NONE is not set"));
        assert!(error("{{ urls.x }}").contains("it has: app"));
        assert!(error("{{ form.name ~ code }}").contains("no meaning"));
        assert!(error("{{ form.name ~ }}").starts_with("here: "));
    }

    proptest! {
        #[test]
        fn json_strings_come_back_as_they_were(text in any::<String>()) {
            let mut out = vec![b'"'];
            escape_json(&text, &mut out);
            out.push(b'"');
            prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }

        #[test]
        fn header_values_hold_no_line_break(name in any::<String>()) {
            let call = call(register(&name));
            let mut out = Vec::new();
            compile("n={{ form.name }}", OperationName::AccountRegister).unwrap()
                .write(&frame(&call), Escape::Header, &mut out);
            prop_assert!(out.iter().all(|&b| b >= 0x20));
        }

        #[test]
        fn any_template_text_is_bearable(text in "[{}%#a-z.|'\"() ~]{0,40}") {
            let _ = compile(&text, OperationName::AccountRegister);
        }
    }
}
