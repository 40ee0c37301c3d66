//! Code objects, as plain data.

use std::sync::Arc;

/// A constant. Equality is that of CPython's constants: `1`, `1.0` and `True` differ, so do `0.0` and `-0.0`.
#[derive(Clone, Debug)]
pub enum Const {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// An int that fits.
    Int(i64),
    /// Any other int: its absolute value is given in hexadecimal digits (constants are never negative but by folding).
    BigInt {
        /// Is it below zero?
        negative: bool,
        /// Digits, most significant first.
        hex: Box<str>,
    },
    /// A float, compared by its bits.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// A string without lone surrogates.
    Str(Arc<str>),
    /// A string with lone surrogates: its code points.
    Surrogates(Box<[u32]>),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// A tuple.
    Tuple(Box<[Const]>),
    /// A frozen set (the right side of `in {…}`).
    FrozenSet(Box<[Const]>),
    /// A slice of constants.
    Slice(Box<[Const; 3]>),
    /// Code of a function, class body, comprehension.
    Code(Arc<Code>),
}

/// What sort of name a local register belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalKind {
    /// A plain local (or a parameter).
    Fast,
    /// A parameter or local that inner functions use: the register holds a cell from [`Op::MakeCell`](crate::Op::MakeCell) on.
    Cell,
    /// A variable of an enclosing function: the register holds its cell from the start.
    Free,
    /// A local of an inlined comprehension: not shown by `locals()` outside of it.
    Hidden,
}

/// The name of a local register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// As Python sees it (mangled).
    pub name: Arc<str>,
    /// What it is.
    pub kind: LocalKind,
    /// A parameter (or another plain name) that became a cell stays among `co_varnames`.
    pub in_varnames: bool,
}

/// Bits of [`Code::flags`], with the values of CPython's `CO_*`.
pub mod flag {
    /// Locals live in registers.
    pub const OPTIMIZED: u32 = 0x0001;
    /// A new namespace is made for each call.
    pub const NEWLOCALS: u32 = 0x0002;
    /// Has `*args`.
    pub const VARARGS: u32 = 0x0004;
    /// Has `**kwargs`.
    pub const VARKEYWORDS: u32 = 0x0008;
    /// Lies inside another function.
    pub const NESTED: u32 = 0x0010;
    /// A generator.
    pub const GENERATOR: u32 = 0x0020;
    /// A coroutine (`async def`).
    pub const COROUTINE: u32 = 0x0080;
    /// A generator that may be awaited.
    pub const ITERABLE_COROUTINE: u32 = 0x0100;
    /// An asynchronous generator.
    pub const ASYNC_GENERATOR: u32 = 0x0200;
    /// `from __future__ import annotations`.
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
    /// The first constant is the docstring.
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    /// A function in a class body.
    pub const METHOD: u32 = 0x800_0000;
}

/// Where an exception in some words of code goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// First word.
    pub start: u32,
    /// First word behind.
    pub end: u32,
    /// Word of the handler.
    pub target: u32,
    /// Temporary that gets the exception, owned. It may be one that is live and not kept: that is released first.
    pub exception: u16,
    /// Owned temporaries that stay as they are, ascending. All others that are live at the raising instruction are
    /// released; registers that are not live are not touched.
    pub keep: Box<[u16]>,
}

/// A statement that does nothing itself: `try:`, `while True:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silent {
    /// The word that follows.
    pub word: u32,
    /// Its line.
    pub line: u32,
    /// It is come to at each turn of a loop too.
    pub turns: bool,
}

/// How many bytes of `co_code` a word is. Offsets that Python sees (`f_lasti`, `co_lines`) count these bytes.
pub const WORD_BYTES: u32 = 8;

/// In the columns of a [`Position`]: not known.
pub const NO_COLUMN: u32 = u32::MAX;

/// A place in the source. Lines count from 1, columns from 0 in bytes of UTF-8; `line` 0 means none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// First line.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// First column.
    pub column: u32,
    /// Column behind the last.
    pub end_column: u32,
}

/// The code of a module, class body or function.
#[derive(Clone, Debug, Default)]
pub struct Code {
    /// `co_name`
    pub name: Arc<str>,
    /// `co_qualname`
    pub qualname: Arc<str>,
    /// `co_filename`
    pub filename: Arc<str>,
    /// `co_firstlineno`
    pub first_line: u32,
    /// See [`flag`].
    pub flags: u32,
    /// Parameters that may be given by position, the positional-only ones included; `*args` not.
    pub arg_count: u16,
    /// Of these, positional-only.
    pub positional_only: u16,
    /// Keyword-only parameters. They follow the positional ones in the registers; then `*args`, then `**kwargs`.
    pub keyword_only: u16,
    /// Names of the local registers.
    pub locals: Vec<Local>,
    /// Registers in all.
    pub registers: u16,
    /// Constants.
    pub constants: Vec<Const>,
    /// Names of globals, attributes, modules.
    pub names: Vec<Arc<str>>,
    /// Instructions and caches.
    pub words: Vec<u64>,
    /// Innermost first: the first entry that covers a word holds.
    pub handlers: Vec<Handler>,
    /// Sorted by word: from this word to the next entry's, the temporaries that are owned if the instruction raises (what it
    /// consumes is not among them) or if the frame is stopped there.
    pub live: Vec<(u32, Box<[u16]>)>,
    /// Sorted by word: from this word to the next entry's.
    pub positions: Vec<(u32, Position)>,
    /// Ascending: the words at which statements begin, which is where debuggers may go on.
    pub statements: Vec<u32>,
    /// Statements without an instruction of their own, of which debuggers are told before the instruction at a word.
    pub silent: Vec<Silent>,
    /// Of a class body: the attributes that its methods store to their first parameter, in the order of the source
    /// (`__static_attributes__`). An instance gets that many slots.
    pub attributes: Vec<Arc<str>>,
}

impl Code {
    /// Has it this flag (or one of these)?
    pub fn has(&self, flags: u32) -> bool {
        self.flags & flags != 0
    }

    /// How many registers parameters take, `*args` and `**kwargs` included.
    pub fn parameters(&self) -> usize {
        usize::from(self.arg_count)
            + usize::from(self.keyword_only)
            + usize::from(self.has(flag::VARARGS))
            + usize::from(self.has(flag::VARKEYWORDS))
    }

    /// The temporaries that are owned when the instruction at this word raises or stops.
    pub fn live_at(&self, word: u32) -> &[u16] {
        match self.live.partition_point(|entry| entry.0 <= word) {
            0 => &[],
            n => &self.live[n - 1].1,
        }
    }

    /// Where the instruction at this word comes from.
    pub fn position_at(&self, word: u32) -> Position {
        match self.positions.partition_point(|entry| entry.0 <= word) {
            0 => Position::default(),
            n => self.positions[n - 1].1,
        }
    }

    /// Where an exception at this word goes.
    pub fn handler_at(&self, word: u32) -> Option<&Handler> {
        self.handlers.iter().find(|h| h.start <= word && word < h.end)
    }
}
