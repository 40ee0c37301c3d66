//! From byte offsets to lines and columns.

use ruff_text_size::TextRange;

use crate::code::Position;
use crate::error::{CompileError, Fault, Warning};

/// Where the lines of a source text begin.
pub(crate) struct Lines<'a> {
    source: &'a str,
    starts: Vec<u32>,
    /// Of a tree without a text: an offset is a number in this list of lines and columns.
    places: Option<Vec<(u32, u32)>>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(source: &'a str) -> Lines<'a> {
        let newlines = source.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
        Lines { source, starts: std::iter::once(0).chain(newlines).collect(), places: None }
    }

    /// Those of a tree without a text.
    pub(crate) fn of_places(places: Vec<(u32, u32)>) -> Lines<'static> {
        Lines { source: "", starts: vec![0], places: Some(places) }
    }

    /// The list it was made of.
    pub(crate) fn into_places(self) -> Vec<(u32, u32)> {
        self.places.unwrap_or_default()
    }

    /// Line from 1, column in bytes from 0.
    pub(crate) fn place(&self, offset: u32) -> (u32, u32) {
        if let Some(places) = &self.places {
            return places.get(offset as usize).copied().unwrap_or((1, 0));
        }
        let line = self.starts.partition_point(|start| *start <= offset);
        (line as u32, offset - self.starts[line - 1])
    }

    pub(crate) fn position(&self, range: TextRange) -> Position {
        let (line, column) = self.place(range.start().to_u32());
        let (end_line, end_column) = self.place(range.end().to_u32());
        Position { line, end_line, column, end_column }
    }

    /// The text of a line, from 1, with its newline.
    pub(crate) fn text(&self, line: u32) -> &'a str {
        let start = self.starts[line as usize - 1] as usize;
        let end = self.starts.get(line as usize).map_or(self.source.len(), |end| *end as usize);
        &self.source[start..end]
    }

    /// Line and column in characters, both from 1.
    fn characters(&self, offset: u32) -> (u32, u32) {
        if self.places.is_some() {
            let (line, column) = self.place(offset);
            return (line, column.saturating_add(1));
        }
        let mut offset = (offset as usize).min(self.source.len());
        while !self.source.is_char_boundary(offset) {
            offset -= 1;
        }
        let (line, column) = self.place(offset as u32);
        let before = &self.source[offset - column as usize..offset];
        (line, before.chars().count() as u32 + 1)
    }

    pub(crate) fn error(&self, fault: Fault) -> CompileError {
        let (line, column) = self.characters(fault.range.start().to_u32());
        let (end_line, end_column) = self.characters(fault.range.end().to_u32());
        let mut text = self.places.is_none().then(|| self.text(line).to_owned());
        let Fault { kind, message, incomplete, .. } = fault;
        // CPython's tokenizer has not read the newline yet when it gives a string up.
        if let Some(text) = text.as_mut().filter(|_| message.starts_with("unterminated ")) {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
        }
        CompileError { kind, message, line, column, end_line, end_column, text, incomplete }
    }

    pub(crate) fn warning(&self, message: String, range: TextRange) -> Warning {
        let (line, column) = self.characters(range.start().to_u32());
        let (end_line, end_column) = self.characters(range.end().to_u32());
        Warning { message, line, column, end_line, end_column }
    }
}
