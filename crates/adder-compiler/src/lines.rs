//! From byte offsets to lines and columns.

use ruff_text_size::TextRange;

use crate::code::Position;
use crate::error::{CompileError, Fault, Warning};

/// Where the lines of a source text begin.
pub(crate) struct Lines<'a> {
    source: &'a str,
    starts: Vec<u32>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(source: &'a str) -> Lines<'a> {
        let newlines = source.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
        Lines { source, starts: std::iter::once(0).chain(newlines).collect() }
    }

    /// Line from 1, column in bytes from 0.
    pub(crate) fn place(&self, offset: u32) -> (u32, u32) {
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
        let text = Some(self.text(line).to_owned());
        let Fault { kind, message, incomplete, .. } = fault;
        CompileError { kind, message, line, column, end_line, end_column, text, incomplete }
    }

    pub(crate) fn warning(&self, message: String, range: TextRange) -> Warning {
        let (line, column) = self.characters(range.start().to_u32());
        let (end_line, end_column) = self.characters(range.end().to_u32());
        Warning { message, line, column, end_line, end_column }
    }
}
