//! An answer, lent out of the connection's buffers.

/// A piece of a buffer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Where `part` lies in `whole`, of which it is a piece.
    pub(crate) fn of(part: &[u8], whole: &[u8]) -> Self {
        let start = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
        Self { start: start as u32, end: (start + part.len()) as u32 }
    }
    fn get(self, whole: &[u8]) -> &[u8] {
        whole.get(self.start as usize..self.end as usize).unwrap_or(&[])
    }
    fn text(self, whole: &[u8]) -> &str {
        std::str::from_utf8(self.get(whole)).unwrap_or("")
    }
}

/// Where a header's name and value lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeaderAt {
    pub(crate) name: Span,
    pub(crate) value: Span,
}

/// A complete answer. It lives as long as the closure that it is lent to.
#[derive(Debug, Clone, Copy)]
pub struct ResponseView<'a> {
    /// The status code, 200 to 999.
    pub status: u16,
    /// The reason phrase, empty if there is none.
    pub reason: &'a str,
    /// The headers.
    pub headers: Headers<'a>,
    /// The body, without transfer coding.
    pub body: &'a [u8],
}

impl<'a> ResponseView<'a> {
    pub(crate) fn new(status: u16, reason: Span, at: &'a [HeaderAt], head: &'a [u8], body: &'a [u8]) -> Self {
        Self { status, reason: reason.text(head), headers: Headers { at, head }, body }
    }
}

/// The headers of an answer, in the order in which they came.
#[derive(Debug, Clone, Copy)]
pub struct Headers<'a> {
    at: &'a [HeaderAt],
    head: &'a [u8],
}

impl<'a> Headers<'a> {
    /// The value of the first header of that name, in whatever case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a [u8]> {
        let found = self.at.iter().find(|header| header.name.get(self.head).eq_ignore_ascii_case(name.as_bytes()))?;
        Some(found.value.get(self.head))
    }
    /// The same as text, if it is UTF-8.
    #[must_use]
    pub fn get_str(&self, name: &str) -> Option<&'a str> {
        self.get(name).and_then(|value| std::str::from_utf8(value).ok())
    }
    /// Names, as spelled by the server, and values.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> + use<'a> {
        let head = self.head;
        self.at.iter().map(move |header| (header.name.text(head), header.value.get(head)))
    }
    /// Count of headers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.at.len()
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }
}
