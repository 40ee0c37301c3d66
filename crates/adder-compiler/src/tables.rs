//! The tables of a code object as bytes: `co_linetable` and `co_exceptiontable`.
//!
//! The table of lines is in CPython's format (PEP 626, PEP 657), whose unit is two bytes of code: a word of ours is four of them.
//! The other table holds what our instructions need besides: handlers, what is owned where, where statements begin, what the
//! local registers are. Its format is our own.

use std::collections::HashSet;
use std::sync::Arc;

use crate::code::{Code, Handler, Local, LocalKind, NO_COLUMN, Position, Silent, WORD_BYTES};

/// CPython's units in a word.
const UNITS: u32 = WORD_BYTES / 2;
/// Units that one entry of the table of lines covers, at most.
const LONGEST: u32 = 8;

/// Forms of an entry of the table of lines.
mod form {
    pub const ONE_LINE: u8 = 10;
    pub const NO_COLUMNS: u8 = 13;
    pub const LONG: u8 = 14;
    pub const NONE: u8 = 15;
}

/// `co_linetable`
pub fn line_table(code: &Code) -> Vec<u8> {
    let mut table = Vec::new();
    let mut line = i64::from(code.first_line);
    let end = code.words.len() as u32;
    for (at, (start, position)) in code.positions.iter().enumerate() {
        let stop = code.positions.get(at + 1).map_or(end, |next| next.0);
        let mut units = (stop - start) * UNITS;
        while units > 0 {
            let covered = units.min(LONGEST);
            entry(&mut table, covered, *position, line);
            if position.line != 0 {
                line = i64::from(position.line);
            }
            units -= covered;
        }
    }
    table
}

fn entry(table: &mut Vec<u8>, units: u32, position: Position, line: i64) {
    let head = |form: u8| 0x80 | form << 3 | (units - 1) as u8;
    if position.line == 0 {
        table.push(head(form::NONE));
        return;
    }
    let delta = i64::from(position.line) - line;
    if position.column == NO_COLUMN {
        table.push(head(form::NO_COLUMNS));
        signed(table, delta);
    } else if position.line == position.end_line
        && (0..3).contains(&delta)
        && position.column < 128
        && position.end_column < 128
    {
        table.extend([head(form::ONE_LINE + delta as u8), position.column as u8, position.end_column as u8]);
    } else {
        table.push(head(form::LONG));
        signed(table, delta);
        number(table, u64::from(position.end_line.saturating_sub(position.line)));
        number(table, u64::from(position.column) + 1);
        number(table, u64::from(position.end_column) + 1);
    }
}

/// CPython's numbers: six bits at a time, the lowest first.
fn number(table: &mut Vec<u8>, mut n: u64) {
    while n >= 64 {
        table.push(0x40 | (n & 63) as u8);
        n >>= 6;
    }
    table.push(n as u8);
}

fn signed(table: &mut Vec<u8>, n: i64) {
    number(table, if n < 0 { n.unsigned_abs() << 1 | 1 } else { (n as u64) << 1 });
}

/// What is left of a table.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let (mut n, mut shift) = (0u64, 0u32);
        loop {
            let byte = self.byte()?;
            n |= u64::from(byte & 63).checked_shl(shift).filter(|_| shift < 60)?;
            if byte & 0x40 == 0 {
                return Some(n);
            }
            shift += 6;
        }
    }

    fn signed(&mut self) -> Option<i64> {
        let n = self.number()?;
        let size = (n >> 1) as i64;
        Some(if n & 1 != 0 { -size } else { size })
    }

    /// A number that says how much follows: no more than there is.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|n| *n <= self.0.len())
    }

    fn short(&mut self) -> Option<u16> {
        u16::try_from(self.number()?).ok()
    }

    fn word(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// A word that lies so far behind another.
    fn behind(&mut self, before: u32) -> Option<u32> {
        before.checked_add(self.word()?)
    }
}

/// The positions that a table of lines says, for the instructions that begin at these words. What the table does not reach, or
/// what it says behind something that cannot be read, belongs to no line.
pub fn positions(table: &[u8], first_line: u32, starts: impl Iterator<Item = u32>) -> Vec<(u32, Position)> {
    let mut reader = Reader(table);
    let mut line = i64::from(first_line);
    let (mut covered, mut now) = (0u64, Position::default());
    let mut all: Vec<(u32, Position)> = Vec::new();
    for word in starts {
        let unit = u64::from(word) * u64::from(UNITS);
        while covered <= unit {
            match read_entry(&mut reader, &mut line) {
                Some((units, position)) => {
                    covered += u64::from(units);
                    now = position;
                }
                None => {
                    covered = u64::MAX;
                    now = Position::default();
                }
            }
        }
        if all.last().is_none_or(|(_, last)| *last != now) {
            all.push((word, now));
        }
    }
    all
}

fn read_entry(reader: &mut Reader<'_>, line: &mut i64) -> Option<(u32, Position)> {
    let head = reader.byte()?;
    let units = u32::from(head & 7) + 1;
    let clamped = |n: i64| n.clamp(0, i64::from(i32::MAX)) as u32;
    let mut move_by = |delta: i64| {
        *line = line.saturating_add(delta);
        clamped(*line)
    };
    let form = head >> 3 & 15;
    let position = match form {
        form::NONE => Position::default(),
        form::NO_COLUMNS => {
            let line = move_by(reader.signed()?);
            Position { line, end_line: line, column: NO_COLUMN, end_column: NO_COLUMN }
        }
        form::LONG => {
            let line = move_by(reader.signed()?);
            let end_line = clamped(i64::from(line).saturating_add_unsigned(reader.number()?));
            let mut column = || Some(u32::try_from(reader.number()?).ok().map_or(NO_COLUMN, |n| n.wrapping_sub(1)));
            Position { line, end_line, column: column()?, end_column: column()? }
        }
        form::ONE_LINE..form::NO_COLUMNS => {
            let line = move_by(i64::from(form - form::ONE_LINE));
            let (column, end_column) = (u32::from(reader.byte()?), u32::from(reader.byte()?));
            Position { line, end_line: line, column, end_column }
        }
        _ => {
            let line = move_by(0);
            let second = reader.byte()?;
            let column = u32::from(form) << 3 | u32::from(second >> 4 & 7);
            Position { line, end_line: line, column, end_column: column + u32::from(second & 15) }
        }
    };
    Some((units, position))
}

/// `co_exceptiontable`
pub fn exception_table(code: &Code) -> Vec<u8> {
    let base = code.locals.len() as u16;
    let mut table = Vec::new();
    let put = |table: &mut Vec<u8>, n: usize| number(table, n as u64);
    put(&mut table, code.locals.len());
    for local in &code.locals {
        table.push(local.kind as u8 | u8::from(local.in_varnames) << 2);
    }
    // A second local of the same name stands there once.
    let varnames: Vec<&str> = code.locals.iter().filter(|l| l.in_varnames).map(|l| &*l.name).collect();
    for local in code.locals.iter().filter(|local| local.kind == LocalKind::Hidden && !local.in_varnames) {
        put(&mut table, varnames.iter().position(|name| **name == *local.name).unwrap_or(0));
    }
    put(&mut table, code.handlers.len());
    for handler in &code.handlers {
        for n in [handler.start, handler.end - handler.start, handler.target, u32::from(handler.exception - base)] {
            put(&mut table, n as usize);
        }
        temporaries(&mut table, &handler.keep, base);
    }
    put(&mut table, code.live.len());
    let mut last = 0;
    for (word, live) in &code.live {
        put(&mut table, (word - last) as usize);
        last = *word;
        temporaries(&mut table, live, base);
    }
    put(&mut table, code.statements.len());
    last = 0;
    for word in &code.statements {
        put(&mut table, (word - last) as usize);
        last = *word;
    }
    put(&mut table, code.silent.len());
    for silent in &code.silent {
        put(&mut table, silent.word as usize);
        signed(&mut table, i64::from(silent.line) - i64::from(code.first_line));
        table.push(silent.turns.into());
    }
    put(&mut table, code.attributes.len());
    for name in &code.attributes {
        put(&mut table, name.len());
        table.extend(name.as_bytes());
    }
    table
}

fn temporaries(table: &mut Vec<u8>, list: &[u16], base: u16) {
    number(table, list.len() as u64);
    for register in list {
        number(table, u64::from(register - base));
    }
}

/// The names that a code object from outside is given.
pub struct Names<'a> {
    /// `co_varnames`
    pub variables: &'a [Arc<str>],
    /// `co_cellvars`
    pub cells: &'a [Arc<str>],
    /// `co_freevars`
    pub free: &'a [Arc<str>],
}

/// Fills in what an exception table says. An empty one says nothing of the registers: plain names, then cells.
///
/// # Errors
/// If it cannot be read, or speaks of other names than there are.
pub fn read_exception_table(code: &mut Code, table: &[u8], names: &Names<'_>) -> Result<(), String> {
    if table.is_empty() {
        let local = |name: &Arc<str>, kind, in_varnames| Local { name: name.clone(), kind, in_varnames };
        let in_cells: HashSet<&str> = names.cells.iter().map(|name| &**name).collect();
        let in_variables: HashSet<&str> = names.variables.iter().map(|name| &**name).collect();
        let plain = names.variables.iter().map(|name| {
            let cell = in_cells.contains(&**name);
            local(name, if cell { LocalKind::Cell } else { LocalKind::Fast }, true)
        });
        let cells = names.cells.iter().filter(|name| !in_variables.contains(&***name));
        code.locals = plain
            .chain(cells.map(|name| local(name, LocalKind::Cell, false)))
            .chain(names.free.iter().map(|name| local(name, LocalKind::Free, false)))
            .collect();
        return Ok(());
    }
    let mut reader = Reader(table);
    read(code, &mut reader, names).ok_or_else(|| "the exception table does not fit".to_owned())
}

fn read(code: &mut Code, reader: &mut Reader<'_>, names: &Names<'_>) -> Option<()> {
    let (mut variables, mut cells, mut free) = (names.variables.iter(), names.cells.iter(), names.free.iter());
    let mut repeated = Vec::new();
    for at in 0..reader.count()? {
        let byte = reader.byte()?;
        let (kind, in_varnames) = match byte & 3 {
            0 => (LocalKind::Fast, byte & 4 != 0),
            1 => (LocalKind::Cell, byte & 4 != 0),
            2 => (LocalKind::Free, false),
            _ => (LocalKind::Hidden, byte & 4 != 0),
        };
        let variable = if in_varnames { Some(variables.next()?) } else { None };
        let name = match kind {
            LocalKind::Cell => cells.next().filter(|name| variable.is_none_or(|other| other == *name))?.clone(),
            LocalKind::Free => free.next()?.clone(),
            LocalKind::Fast => variable?.clone(),
            LocalKind::Hidden => match variable {
                Some(name) => name.clone(),
                None => {
                    repeated.push(at);
                    "".into()
                }
            },
        };
        code.locals.push(Local { name, kind, in_varnames });
    }
    if variables.len() + cells.len() + free.len() != 0 {
        return None;
    }
    for at in repeated {
        code.locals[at].name = names.variables.get(reader.number()? as usize)?.clone();
    }
    let base = u16::try_from(code.locals.len()).ok()?;
    let list = |reader: &mut Reader<'_>| -> Option<Box<[u16]>> {
        (0..reader.count()?).map(|_| reader.short()?.checked_add(base)).collect()
    };
    for _ in 0..reader.count()? {
        let start = reader.word()?;
        let (end, target) = (reader.behind(start)?, reader.word()?);
        let exception = reader.short()?.checked_add(base)?;
        code.handlers.push(Handler { start, end, target, exception, keep: list(reader)? });
    }
    let mut last = 0;
    for _ in 0..reader.count()? {
        last = reader.behind(last)?;
        code.live.push((last, list(reader)?));
    }
    last = 0;
    for _ in 0..reader.count()? {
        last = reader.behind(last)?;
        code.statements.push(last);
    }
    for _ in 0..reader.count()? {
        let word = reader.word()?;
        let line = i64::from(code.first_line).checked_add(reader.signed()?)?;
        let turns = reader.byte()? != 0;
        code.silent.push(Silent { word, line: u32::try_from(line.max(0)).ok()?, turns });
    }
    for _ in 0..reader.count()? {
        let length = reader.count()?;
        let (text, rest) = reader.0.split_at(length);
        code.attributes.push(std::str::from_utf8(text).ok()?.into());
        reader.0 = rest;
    }
    reader.0.is_empty().then_some(())
}
