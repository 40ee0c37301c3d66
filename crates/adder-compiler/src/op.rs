//! The instructions of the register machine.
//!
//! # Words
//!
//! Code is a sequence of 64-bit words. An instruction is one word: opcode (8 bits), flags (8), and three operands of 16 bits,
//! `a`, `b`, `c`. [`Op::caches`] words follow it, zero when compiled, where the machine keeps what it learnt (inline caches).
//! A *wide* operand takes `b` and `c` together: `b | c << 16`; a jump's is an `i32`. Jumps count words from the end of the
//! instruction, its caches included.
//!
//! # Registers
//!
//! A frame is a window of registers, one value each:
//!
//! ```text
//!  0 …                     locals: parameters, then other names, then cells of this code, then cells of the enclosing ones
//!  Code::locals.len() …    temporaries
//! ```
//!
//! A *local* register always owns a value, or holds the special *unbound*. Whoever stores to it releases the old value after
//! the store. A *temporary* is written without looking at what it held; when its value is used for the last time the
//! instruction consumes it, and then the register holds nothing. Three sorts of values lie in temporaries:
//!
//! - owned: must be consumed on every way out;
//! - borrowed ([`Op::BorrowConst`]): never consumed, costs no counting;
//! - small ints and *unset*, which need no counting either way: kill bits, windows and the live map may name them or not.
//!
//! # Borrowing
//!
//! An operand without a kill bit is only looked at. So a local that is an operand costs no count. The compiler uses a local as
//! an operand where it is read only if neither a call (nor an `await` or a `yield`) nor a store to that local lies between the
//! place where Python reads it and the instruction; else it copies it with [`Op::LoadLocal`] first. A local that may be
//! unbound is tested with [`Op::CheckLocal`] before.
//!
//! # Kill bits, and what an error leaves
//!
//! [`KILL_A`], [`KILL_B`], [`KILL_C`] say that the operand, a temporary, is consumed. An instruction that raises has consumed
//! what its kill bits and its window say, and has written nothing. The owned temporaries that are left then are in
//! [`Code::live`](crate::Code::live) at this instruction; the machine releases those that the handler does not keep.
//!
//! # Destinations
//!
//! If [`DST_LOCAL`] is set the destination `a` is a local: the old value is released after the store. Else it is a temporary.
//! Every operation whose `a` is written may carry it but those that say *temporary* or that make a row; `StoreLocal`,
//! `ClearLocal` and `MakeCell` write locals without it.
//!
//! A destination may be a register that the same instruction consumes (`Add t0! t1! -> t0`, a row that begins there); a row
//! that is made overlaps only with one that is consumed ([`Op::LoadSuper`]).
//!
//! # Jumps
//!
//! Those that test something may go back too: then they are the edge of a loop, as `JumpBack` is. What an instruction
//! consumes is gone on both ways; the iterator of `ForIter` is gone only where there was no next value.
//!
//! # Windows
//!
//! Arguments lie in temporaries side by side, where they become the first registers of the callee:
//!
//! ```text
//!  b−3  b−2  b−1 | b         | b+1                 | b+2 …
//!  reserved      | callable  | self, or *unset*    | arguments
//! ```
//!
//! The three reserved temporaries become part of the callee's frame header; the compiler leaves them dead. All of the window
//! is owned, and consumed by the call.

/// The operand `a` is a temporary and is consumed.
pub const KILL_A: u8 = 1 << 0;
/// The operand `b` is a temporary and is consumed.
pub const KILL_B: u8 = 1 << 1;
/// The operand `c` is a temporary and is consumed.
pub const KILL_C: u8 = 1 << 2;
/// The destination `a` is a local, whose old value is released after the store.
pub const DST_LOCAL: u8 = 1 << 3;
/// Of a comparing jump: it jumps if the comparison is false.
pub const IF_FALSE: u8 = 1 << 4;
/// Of [`Op::LoadSuper`]: the result is a method for a window (`a` callable, `a + 1` self or *unset*).
pub const METHOD: u8 = 1 << 5;

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Instr {
    /// The opcode, an [`Op`] or one that the machine has put in its place.
    pub op: u8,
    /// Kill bits and others.
    pub flags: u8,
    /// First operand, most often the destination.
    pub a: u16,
    /// Second operand.
    pub b: u16,
    /// Third operand.
    pub c: u16,
}

impl Instr {
    /// An instruction without flags.
    pub const fn new(op: Op, a: u16, b: u16, c: u16) -> Instr {
        Instr { op: op as u8, flags: 0, a, b, c }
    }

    /// The operands `b` and `c` as one.
    pub const fn wide(self) -> u32 {
        self.b as u32 | (self.c as u32) << 16
    }

    /// With `b` and `c` taken together.
    pub const fn with_wide(mut self, wide: u32) -> Instr {
        self.b = wide as u16;
        self.c = (wide >> 16) as u16;
        self
    }

    /// As a word of code.
    pub const fn word(self) -> u64 {
        self.op as u64
            | (self.flags as u64) << 8
            | (self.a as u64) << 16
            | (self.b as u64) << 32
            | (self.c as u64) << 48
    }

    /// The row of registers that it consumes: the first, and how many.
    pub fn row(self) -> Option<(u16, usize)> {
        let c = usize::from(self.c);
        Some(match Op::of(self.op)? {
            Op::Call | Op::CallKw => (self.b, 2 + c),
            Op::CallEx => (self.b, 4),
            Op::LoadSuper | Op::MatchClass => (self.b, 3),
            Op::BuildSlice | Op::BuildTuple | Op::BuildList | Op::BuildSet | Op::BuildString => (self.b, c),
            Op::BuildDict => (self.b, 2 * c),
            Op::BuildInterpolation => (self.b, 2 + (c & 1)),
            Op::ImportName => (self.c, 2),
            Op::Intrinsic2 => (self.b, 2),
            _ => return None,
        })
    }

    /// From a word of code.
    pub const fn of_word(word: u64) -> Instr {
        Instr {
            op: word as u8,
            flags: (word >> 8) as u8,
            a: (word >> 16) as u16,
            b: (word >> 32) as u16,
            c: (word >> 48) as u16,
        }
    }
}

/// What an operand is, for the disassembler and the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Not used.
    None,
    /// Register that is read.
    Read,
    /// Register that is written.
    Write,
    /// Register that is read and written.
    Update,
    /// First register of a window or of a row.
    Row,
    /// A number.
    Count,
    /// A signed 16-bit number.
    Imm,
    /// A signed 16-bit jump.
    Near,
    /// Index into [`Code::names`](crate::Code::names).
    Name,
    /// `b` and `c`: index into [`Code::constants`](crate::Code::constants).
    Const,
    /// `b` and `c`: a signed 32-bit jump.
    Far,
}

macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident $caches:literal $a:ident $b:ident $c:ident;)*) => {
        /// The operations. In the descriptions `a`, `b`, `c` are the registers or numbers of the operands.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Op { $($(#[$doc])* $name,)* }

        impl Op {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Op] = &[$(Op::$name,)*];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self { $(Op::$name => stringify!($name),)* }
            }

            /// How many words for inline caches follow it.
            #[inline]
            pub const fn caches(self) -> usize {
                match self { $(Op::$name => $caches,)* }
            }

            /// What its operands are.
            pub const fn operands(self) -> [Operand; 3] {
                match self { $(Op::$name => [Operand::$a, Operand::$b, Operand::$c],)* }
            }
        }
    };
}

ops! {
    /// Does nothing.
    Nop 0 None None None;
    /// First instruction of a handler target or a statement that must have a line; does nothing.
    Line 0 None None None;

    /// `a` = a new reference to the constant.
    LoadConst 0 Write Const None;
    /// Temporary `a` = the constant, borrowed from the code. Never consumed.
    BorrowConst 0 Write Const None;
    /// `a` = the small int `b` (signed).
    LoadInt 0 Write Imm None;
    /// Temporary `a` = *unset* (no value; needs no counting).
    LoadUnset 0 Write None None;

    /// `a` = a new reference to what local `b` holds; UnboundLocalError if that is nothing.
    LoadLocal 0 Write Read None;
    /// Row `a`: what local `b` holds, as in `LoadLocal`, and *unset*, for a call.
    LoadLocalCallee 0 Row Read None;
    /// UnboundLocalError (NameError for a cell's variable) if local `b` is unbound.
    CheckLocal 0 None Read None;
    /// Local `a` = `b`; consumed if killed, else a new reference. The old value is released after the store.
    StoreLocal 0 Write Read None;
    /// Local `a` becomes unbound; UnboundLocalError if it is.
    DeleteLocal 0 Update None None;
    /// Local `a` becomes unbound, whatever it held.
    ClearLocal 0 Write None None;
    /// `a` = a new reference to what register `b` holds (a cell itself too; *unbound* stays unbound).
    Copy 0 Write Read None;
    /// Temporary `a` = temporary `b`, which holds nothing afterwards.
    Move 0 Write Read None;
    /// Temporary `a` is consumed.
    Drop 0 Update None None;
    /// Registers `a` and `b` change their values (both locals or both owned temporaries; *unbound* too).
    Swap 0 Update Update None;

    /// Register `a`, a local: what it holds (or nothing) goes into a new cell, and the cell into `a`.
    MakeCell 0 Update None None;
    /// `a` = a new reference to the content of cell `b`; NameError ("free variable" or "local variable") if empty.
    LoadCell 0 Write Read None;
    /// Content of cell `a` = `b`.
    StoreCell 0 Read Read None;
    /// The content of cell `a` goes; NameError if empty.
    DeleteCell 0 Read None None;
    /// `a` = the name `c` looked up in the dict `b` (a class's namespace), else the content of the cell whose register is in
    /// the next word.
    LoadClassCell 1 Write Read Name;

    /// `a` = the global or builtin of this name; NameError.
    LoadGlobal 2 Write Name None;
    /// Row `a`: the global (or built-in) `b`, as in `LoadGlobal`, and *unset*, for a call.
    LoadGlobalCallee 2 Row Name None;
    /// Global `a` (a name) = `b`.
    StoreGlobal 1 Name Read None;
    /// The global `a` (a name) goes; NameError.
    DeleteGlobal 0 Name None None;
    /// `a` = the name `b`, looked up in the frame's locals, globals, builtins; NameError.
    LoadName 2 Write Name None;
    /// Name `a` in the frame's locals = `b`.
    StoreName 1 Name Read None;
    /// The name `a` goes from the frame's locals; NameError.
    DeleteName 0 Name None None;
    /// `a` = the name `c` looked up in the mapping `b`, else as a global.
    LoadClassGlobal 0 Write Read Name;
    /// `a` = the frame's mapping of locals (module or class body).
    LoadLocals 0 Write None None;
    /// `a` = the builtin `__build_class__`.
    LoadBuildClass 0 Write None None;
    /// `a` = AssertionError; NotImplementedError if `b` is 1.
    LoadAssertionError 0 Write Count None;

    /// `a` = attribute `c` of `b`.
    LoadAttr 4 Write Read Name;
    /// Row `a`: callable and self (or *unset*) for a call of method `c` of `b`.
    LoadMethod 4 Row Read Name;
    /// Attribute `c` of `a` = `b`.
    StoreAttr 3 Read Read Name;
    /// Attribute `c` of `a` goes.
    DeleteAttr 0 Read None Name;
    /// `a` = attribute `c` of `super()`; row `b`: the global `super`, the class, self, all consumed; the next word is 1 if
    /// `super` was written without arguments. With METHOD row `a` is as in `LoadMethod`.
    LoadSuper 1 Row Row Name;
    /// `a` = `b[c]`.
    GetItem 1 Write Read Read;
    /// `a[b] = c`.
    SetItem 1 Read Read Read;
    /// `del a[b]`.
    DeleteItem 0 Read Read None;
    /// `a` = slice of the row `b` of `c` (2 or 3) values, consumed.
    BuildSlice 0 Write Row Count;

    /// `a` = `b + c`.
    Add 1 Write Read Read;
    /// `a` = `b - c`.
    Sub 1 Write Read Read;
    /// `a` = `b * c`.
    Mul 1 Write Read Read;
    /// `a` = `b / c`.
    TrueDiv 1 Write Read Read;
    /// `a` = `b // c`.
    FloorDiv 1 Write Read Read;
    /// `a` = `b % c`.
    Mod 1 Write Read Read;
    /// `a` = `b ** c`.
    Pow 1 Write Read Read;
    /// `a` = `b @ c`.
    MatMul 1 Write Read Read;
    /// `a` = `b << c`.
    LShift 1 Write Read Read;
    /// `a` = `b >> c`.
    RShift 1 Write Read Read;
    /// `a` = `b & c`.
    And 1 Write Read Read;
    /// `a` = `b | c`.
    Or 1 Write Read Read;
    /// `a` = `b ^ c`.
    Xor 1 Write Read Read;
    /// `a` = the result of `b += c`. The same order as the thirteen above.
    IAdd 1 Write Read Read;
    /// `b -= c`.
    ISub 1 Write Read Read;
    /// `b *= c`.
    IMul 1 Write Read Read;
    /// `b /= c`.
    ITrueDiv 1 Write Read Read;
    /// `b //= c`.
    IFloorDiv 1 Write Read Read;
    /// `b %= c`.
    IMod 1 Write Read Read;
    /// `b **= c`.
    IPow 1 Write Read Read;
    /// `b @= c`.
    IMatMul 1 Write Read Read;
    /// `b <<= c`.
    ILShift 1 Write Read Read;
    /// `b >>= c`.
    IRShift 1 Write Read Read;
    /// `b &= c`.
    IAnd 1 Write Read Read;
    /// `b |= c`.
    IOr 1 Write Read Read;
    /// `b ^= c`.
    IXor 1 Write Read Read;
    /// `a` = `b + c`, `c` a small int. Also for `+=`, which for an int on the right differs only for types with `__iadd__`:
    /// the next word is 1 for `+=`.
    AddInt 1 Write Read Imm;
    /// `a` = `b - c`, `c` a small int; the next word is 1 for `-=`.
    SubInt 1 Write Read Imm;

    /// `a` = `-b`.
    Neg 0 Write Read None;
    /// `a` = `+b`.
    Pos 0 Write Read None;
    /// `a` = `~b`.
    Invert 0 Write Read None;
    /// `a` = `not b`.
    Not 0 Write Read None;
    /// `a` = `bool(b)`.
    ToBool 0 Write Read None;

    /// `a` = `b < c`.
    Lt 1 Write Read Read;
    /// `a` = `b <= c`.
    Le 1 Write Read Read;
    /// `a` = `b == c`.
    Eq 1 Write Read Read;
    /// `a` = `b != c`.
    Ne 1 Write Read Read;
    /// `a` = `b > c`.
    Gt 1 Write Read Read;
    /// `a` = `b >= c`.
    Ge 1 Write Read Read;
    /// `a` = `b is c`.
    Is 0 Write Read Read;
    /// `a` = `b is not c`.
    IsNot 0 Write Read Read;
    /// `a` = `b in c`.
    In 0 Write Read Read;
    /// `a` = `b not in c`.
    NotIn 0 Write Read Read;

    /// Jumps. Forward only.
    Jump 0 None Far None;
    /// Jumps back: the edge of a loop, where signals, the lock and the collector get their turn.
    JumpBack 0 None Far None;
    /// Jumps if `a` is true.
    JumpIf 0 Read Far None;
    /// Jumps if `a` is false.
    JumpIfNot 0 Read Far None;
    /// Jumps if `a` is None.
    JumpIfNone 0 Read Far None;
    /// Jumps if `a` is not None.
    JumpIfNotNone 0 Read Far None;
    /// Jumps near, forward or back, if `a < b` (or if it is not so: IF_FALSE). The same for the others.
    JumpLt 0 Read Read Near;
    /// `a <= b`.
    JumpLe 0 Read Read Near;
    /// `a == b`.
    JumpEq 0 Read Read Near;
    /// `a != b`.
    JumpNe 0 Read Read Near;
    /// `a > b`.
    JumpGt 0 Read Read Near;
    /// `a >= b`.
    JumpGe 0 Read Read Near;
    /// `a is b`.
    JumpIs 0 Read Read Near;
    /// `a in b`.
    JumpIn 0 Read Read Near;
    /// `a < b`, `b` a small int. The same for the others.
    JumpLtInt 0 Read Imm Near;
    /// `a <= b`.
    JumpLeInt 0 Read Imm Near;
    /// `a == b`.
    JumpEqInt 0 Read Imm Near;
    /// `a != b`.
    JumpNeInt 0 Read Imm Near;
    /// `a > b`.
    JumpGtInt 0 Read Imm Near;
    /// `a >= b`.
    JumpGeInt 0 Read Imm Near;

    /// `a` = `iter(b)`.
    GetIter 0 Write Read None;
    /// `a` = the next value of the iterator in temporary `b`. When there is none the iterator is consumed, and the machine
    /// jumps as the next word says (an i32, from the end of the instruction).
    ForIter 2 Write Update None;

    /// `a` = call of the window at `b` with `c` arguments.
    Call 3 Write Row Count;
    /// The same; the last of the `c` arguments are keywords, whose names are the tuple of constant number (next word).
    CallKw 3 Write Row Count;
    /// `a` = call with the tuple in `b + 2` and the dict (or *unset*) in `b + 3`.
    CallEx 0 Write Row None;

    /// `a` = a function of the code constant.
    MakeFunction 0 Write Const None;
    /// Function `a` gets `b`, of the kind `c` (see [`part`]).
    SetFunction 0 Read Read Count;
    /// The frame ends with the result `a` (consumed if killed; else a new reference).
    Return 0 Read None None;
    /// The frame ends with the constant.
    ReturnConst 0 None Const None;

    /// The frame of a generator stops and gives `b`; what is sent to it becomes `a`.
    Yield 0 Write Read None;
    /// Sends `c` (consumed) to the iterator in temporary `b`. If that yields, the frame stops here and gives what it yields;
    /// what is sent to it goes to `c`, and the instruction is done again. When it ends, it is consumed and `a` is its result.
    /// While the frame is stopped, and if it raises, `b` is still owned.
    YieldFrom 0 Write Update Update;
    /// `a` = the iterator of `b` for `yield from`.
    GetYieldFrom 0 Write Read None;
    /// `a` = the iterator of the awaitable `b`; `c`: 0 for `await`, 1 for the result of `__aenter__`, 2 for that of
    /// `__aexit__`, which are for the texts of errors.
    GetAwaitable 0 Write Read Count;
    /// `a` = `aiter(b)`.
    GetAIter 0 Write Read None;
    /// `a` = the awaitable of `anext(b)`.
    GetANext 0 Write Read None;
    /// `a`, an exception that ended `async for` (consumed), is raised again unless it is StopAsyncIteration.
    EndAsyncFor 0 Read None None;

    /// `a` = tuple of the row `b` of `c` values, consumed.
    BuildTuple 0 Write Row Count;
    /// List.
    BuildList 0 Write Row Count;
    /// Set.
    BuildSet 0 Write Row Count;
    /// Dict of `c` pairs.
    BuildDict 0 Write Row Count;
    /// `a` = concatenation of `c` strings.
    BuildString 0 Write Row Count;
    /// `a` = Template of the tuple of strings `b` and the tuple of interpolations `c`.
    BuildTemplate 0 Write Read Read;
    /// `a` = Interpolation of the row `b`: value, expression text, then the format spec if `c & 1`; `c >> 1` is the conversion
    /// as in `Convert`.
    BuildInterpolation 0 Write Row Count;
    /// List `a` gets `b` at its end.
    ListAppend 0 Read Read None;
    /// Set `a` gets `b`.
    SetAdd 0 Read Read None;
    /// `a[b] = c` of an exact dict.
    DictAdd 0 Read Read Read;
    /// List `a` gets all that the iterable `b` gives. If the next word is 1, `a` is the list of all
    /// arguments of a call, two registers behind its callable, which the TypeError names.
    ListExtend 1 Read Read None;
    /// Set `a` gets all that the iterable `b` gives.
    SetUpdate 0 Read Read None;
    /// Dict `a` gets all of the mapping `b`.
    DictUpdate 0 Read Read None;
    /// The same for `**b` in a call of `c`: a name given twice is a TypeError.
    DictMerge 0 Read Read Read;
    /// `a` = tuple of list `b`.
    ListToTuple 0 Write Read None;
    /// `a` = `format(b, "")`, for f-strings.
    Format 0 Write Read None;
    /// `a` = `format(b, c)`.
    FormatSpec 0 Write Read Read;
    /// `a` = `b` converted: `c` is 1 for str, 2 for repr, 3 for ascii.
    Convert 0 Write Read Count;

    /// The `c` values of the iterable `b` go to the row `a`; ValueError.
    Unpack 1 Row Read Count;
    /// The same with a starred target: `c & 0xFF` values, a list, `c >> 8` values.
    UnpackEx 0 Row Read Count;

    /// `a` = tuple of the attributes, or None: row `b`: subject, class, tuple of names, all consumed; `c` positional patterns.
    MatchClass 0 Write Row Count;
    /// `a` = tuple of the values of the keys in tuple `c` in the mapping `b`, or None.
    MatchKeys 0 Write Read Read;
    /// `a` = is `b` a mapping?
    MatchMapping 0 Write Read None;
    /// `a` = is `b` a sequence, for patterns?
    MatchSequence 0 Write Read None;
    /// `a` = `len(b)`.
    GetLen 0 Write Read None;

    /// Raises `a`.
    Raise 0 Read None None;
    /// Raises `a from b`.
    RaiseFrom 0 Read Read None;
    /// `raise` alone: raises what is being handled; RuntimeError.
    RaiseAgain 0 None None None;
    /// Raises the exception `a` (consumed) as it is, its traceback not extended by this line. `b` is 1 where the compiler cleans
    /// up: a frame that ends so stands where the exception was raised.
    Reraise 0 Read Count None;
    /// Temporary `a` = what is being handled (or None), owned; from now on it is `b` that is being handled.
    PushHandled 0 Write Read None;
    /// What `a` says (consumed) is being handled again.
    PopHandled 0 Read None None;
    /// `a` = does the exception `b` match `c`, a class or a tuple of them? TypeError.
    ExceptionMatches 0 Write Read Read;
    /// Row `a`: what is left of the group `b`, and what matches `c` (each may be None).
    GroupMatches 0 Row Read Read;
    /// `a` = what must be raised after `except*`: `b` the original, `c` a list of what was raised or left; or None.
    GroupReraise 0 Write Read Read;
    /// Row `a`: `__exit__` of `b` bound, and the result of its `__enter__`.
    WithEnter 0 Row Read None;
    /// The same with `__aexit__`, and the awaitable of `__aenter__`.
    AsyncWithEnter 0 Row Read None;
    /// `a` = call of the bound exit `b` with the exception `c`: type, value, traceback; with three times None if `c` is None.
    WithExit 0 Write Read Read;

    /// `a` = `__import__(name b, …)` with row `c`: level, fromlist, consumed.
    ImportName 0 Write Name Row;
    /// `a` = the name `c` from the module `b`; ImportError.
    ImportFrom 0 Write Read Name;
    /// All public names of the module `b` go to the frame's locals.
    ImportStar 0 None Read None;

    /// `a` = [`intrinsic`] `c` of `b`.
    Intrinsic 0 Write Read Count;
    /// `a` = [`intrinsic`] `c` of the row `b` of two, consumed.
    Intrinsic2 0 Write Row Count;
}

impl Op {
    /// The operation of this number.
    pub fn of(number: u8) -> Option<Op> {
        Op::ALL.get(usize::from(number)).copied()
    }
}

/// What [`Op::SetFunction`] gives to a function.
pub mod part {
    /// A tuple: defaults of positional parameters.
    pub const DEFAULTS: u16 = 1;
    /// A dict: defaults of keyword-only parameters.
    pub const KW_DEFAULTS: u16 = 2;
    /// A tuple of cells.
    pub const CLOSURE: u16 = 8;
    /// A function that computes the annotations (PEP 649).
    pub const ANNOTATE: u16 = 16;
    /// A tuple of type parameters (PEP 695).
    pub const TYPE_PARAMS: u16 = 32;
}

/// Rare operations, by number.
pub mod intrinsic {
    /// Shows the value of an expression statement of the REPL.
    pub const PRINT: u16 = 1;
    /// A StopIteration that leaves a generator becomes a RuntimeError; other exceptions stay (the result is to be raised).
    pub const STOP_ITERATION: u16 = 2;
    /// Wraps what an asynchronous generator yields.
    pub const ASYNC_GEN_WRAP: u16 = 3;
    /// `TypeVar(name)` of a type parameter.
    pub const TYPE_VAR: u16 = 4;
    /// `ParamSpec(name)`.
    pub const PARAM_SPEC: u16 = 5;
    /// `TypeVarTuple(name)`.
    pub const TYPE_VAR_TUPLE: u16 = 6;
    /// `Generic[*params]` of a tuple.
    pub const SUBSCRIPT_GENERIC: u16 = 7;
    /// `TypeAliasType` of a tuple (name, type params, function that computes the value).
    pub const TYPE_ALIAS: u16 = 8;
    /// Of two: TypeVar with a function that computes the bound.
    pub const TYPE_VAR_BOUND: u16 = 9;
    /// Of two: TypeVar with a function that computes the constraints.
    pub const TYPE_VAR_CONSTRAINTS: u16 = 10;
    /// Of two: the function (first) gets the type parameters (second).
    pub const FUNCTION_TYPE_PARAMS: u16 = 11;
    /// Of two: the type parameter (first) gets a function that computes its default.
    pub const TYPE_PARAM_DEFAULT: u16 = 12;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_and_its_instruction_are_the_same() {
        let i = Instr { op: Op::Add as u8, flags: KILL_B | DST_LOCAL, a: 1, b: 0xFFFE, c: 3 };
        assert_eq!(Instr::of_word(i.word()), i);
        // The machine reads words in place.
        assert_eq!(i.word(), u64::from_le_bytes(unsafe_free_bytes(i)));
    }

    fn unsafe_free_bytes(i: Instr) -> [u8; 8] {
        let [a0, a1] = i.a.to_le_bytes();
        let [b0, b1] = i.b.to_le_bytes();
        let [c0, c1] = i.c.to_le_bytes();
        [i.op, i.flags, a0, a1, b0, b1, c0, c1]
    }

    #[test]
    fn numbers_and_operations_agree() {
        for (number, op) in Op::ALL.iter().enumerate() {
            assert_eq!(Op::of(number as u8), Some(*op));
        }
        assert!(Op::ALL.len() < 200, "the machine needs numbers for its specialised forms");
    }
}
