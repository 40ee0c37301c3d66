//! `str`: code points stored as narrow as they fit (PEP 393).

mod builder;
mod case;
mod concat;
mod construct;
mod find;
mod index;
mod intern;
pub(crate) mod kinds;
mod make;
mod methods;
mod pad;
mod repr;
mod split;
mod translate;
mod write;

pub use builder::StrBuilder;
pub use intern::Interned;

pub(crate) use construct::name_argument;
pub(crate) use make::SmallStrings;
pub(crate) use repr::push_escape;
pub(crate) use split::reverse;

use core::cell::Cell;
use core::ffi::c_void;
use core::ptr::NonNull;

use adder_gc::raw::Head;

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, functions};
use crate::typeobject::{CompareOp, OBJECT_TYPE, Slots, Spec, TypeObject, flag, number, slot};
use crate::value::Value;

/// `str`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyUnicode_Type")]
pub static STR_TYPE: TypeObject = TypeObject::builtin(&STR_SPEC, &raw const STR_TYPE);

static STR_SPEC: Spec = Spec {
    flags: flag::BASE | flag::STR | flag::MATCH_SELF,
    // What a subclass adds comes behind all fields.
    size: size_of::<PyStr>() + size_of::<Tail>(),
    kind: adder_gc::raw::kind::VARIES,
    functions: functions::<PyStr>(false, true),
    slots: {
        let mut slots = Slots {
            repr: slot(repr::repr),
            hash: slot(str_hash),
            compare: slot(str_compare),
            str: slot(str_str),
            new: slot(construct::new),
            iter: slot(index::iter),
            len: slot(str_len),
            getitem: slot(index::getitem),
            item: slot(index::item),
            contains: slot(find::contains),
            concat: slot(concat::concat),
            repeat: slot(concat::repeat),
            ..Slots::NONE
        };
        slots.binary[number::MOD] = slot(methods::remainder);
        slots
    },
    methods: methods::METHODS,
    doc: Some("Text: of an object what its __str__ says; of bytes, decoded."),
    ..Spec::new("str", &OBJECT_TYPE)
};

/// Layout of a string: C's `PyUnicodeObject` after PEP 393.
///
/// ```text
///  compact, ASCII:   the fields up to `state`, then the characters        (40 bytes and the text)
///  compact:          all fields up to `utf8`, then the characters         (56 bytes and the text)
///  of a subclass:    all fields; `data` points to the characters          (64 bytes)
/// ```
///
/// The characters are of 1, 2 or 4 bytes, the narrowest that fits, with a zero behind.
#[repr(C)]
pub struct PyStr {
    head: Head,
    /// Code points.
    length: Cell<usize>,
    /// -1 while it is not known.
    hash: Cell<i64>,
    state: Cell<u32>,
    _gap: u32,
}

/// What follows the fields of a string that is not compact ASCII.
#[repr(C)]
struct Tail {
    utf8_length: Cell<usize>,
    utf8: Cell<*mut u8>,
    /// Only of a string that is not compact.
    data: Cell<*mut c_void>,
}

/// Bytes of the fields of a string of a subclass.
pub(crate) const DERIVED_SIZE: usize = size_of::<PyStr>() + size_of::<Tail>();

/// Bits of `state`, with CPython 3.13's places.
mod state {
    /// 0: not interned, 1: interned (the table does not own it), 2: interned for good.
    pub(super) const INTERNED: u32 = 0b11;
    pub(super) const KIND_SHIFT: u32 = 2;
    pub(super) const KIND: u32 = 0b111 << KIND_SHIFT;
    pub(super) const COMPACT: u32 = 1 << 5;
    pub(super) const ASCII: u32 = 1 << 6;
    /// The cache of look-ups in types may have an entry for it. No bit of CPython's.
    pub(super) const LOOKED_UP: u32 = 1 << 31;
}

/// The characters of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chars<'a> {
    /// All below 128.
    Ascii(&'a [u8]),
    /// Latin-1: at least one above 127.
    One(&'a [u8]),
    /// At least one above 255.
    Two(&'a [u16]),
    /// At least one above 65535.
    Four(&'a [u32]),
}

impl Chars<'_> {
    /// Code points.
    pub fn len(self) -> usize {
        match self {
            Chars::Ascii(s) | Chars::One(s) => s.len(),
            Chars::Two(s) => s.len(),
            Chars::Four(s) => s.len(),
        }
    }

    /// Are there none?
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code point at a place.
    ///
    /// # Panics
    /// Behind the end.
    #[inline]
    pub fn at(self, index: usize) -> u32 {
        match self {
            Chars::Ascii(s) | Chars::One(s) => u32::from(s[index]),
            Chars::Two(s) => u32::from(s[index]),
            Chars::Four(s) => s[index],
        }
    }

    /// All code points.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator {
        (0..self.len()).map(move |at| self.at(at))
    }
}

// SAFETY: begins with a head; types with the flag derive from str.
unsafe impl Layout for PyStr {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &STR_TYPE
    }
    #[inline(always)]
    fn fits(ty: &TypeObject) -> bool {
        ty.has(flag::STR)
    }
}

impl Drop for PyStr {
    fn drop(&mut self) {
        if self.state.get() & state::INTERNED != 0
            && let Some(cx) = Cx::try_current()
        {
            cx.interned.forget(self);
            if self.state.get() & state::LOOKED_UP != 0 {
                cx.lookups.forget_name(core::ptr::from_ref(self).addr());
            }
        }
        if !self.is_compact_ascii() {
            self.free_tail();
        }
    }
}

impl PyStr {
    #[inline(always)]
    fn is_compact_ascii(&self) -> bool {
        self.state.get() & (state::COMPACT | state::ASCII) == state::COMPACT | state::ASCII
    }

    fn tail(&self) -> &Tail {
        debug_assert!(!self.is_compact_ascii());
        // SAFETY: all other strings have the tail behind the fields.
        unsafe { &*core::ptr::from_ref(self).add(1).cast::<Tail>() }
    }

    /// The cache of look-ups in types gets an entry for it.
    pub(crate) fn set_looked_up(&self) {
        self.state.set(self.state.get() | state::LOOKED_UP);
    }

    /// Code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length.get()
    }

    /// Is it empty?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of a character: 1, 2 or 4.
    #[inline(always)]
    pub fn kind(&self) -> u32 {
        (self.state.get() & state::KIND) >> state::KIND_SHIFT
    }

    /// Are all characters below 128?
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.state.get() & state::ASCII != 0
    }

    /// Is it in the interpreter's table of interned strings?
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.state.get() & state::INTERNED != 0
    }

    /// Bytes that it takes, as `sys.getsizeof` counts them: fields, characters, and the UTF-8 that is kept.
    pub fn memory(&self) -> usize {
        let text = (self.len() + 1) * self.kind() as usize;
        if self.is_compact_ascii() {
            return size_of::<PyStr>() + text;
        }
        let compact = self.state.get() & state::COMPACT != 0;
        let tail = if compact { core::mem::offset_of!(Tail, data) } else { size_of::<Tail>() };
        let utf8 = if self.tail().utf8.get().is_null() { 0 } else { self.tail().utf8_length.get() + 1 };
        size_of::<PyStr>() + tail + text + utf8
    }

    /// The address of the characters.
    #[inline(always)]
    pub fn data(&self) -> *const u8 {
        let this = core::ptr::from_ref(self).cast::<u8>();
        // SAFETY: see the layout.
        unsafe {
            if self.is_compact_ascii() {
                this.add(size_of::<PyStr>())
            } else if self.state.get() & state::COMPACT != 0 {
                this.add(size_of::<PyStr>() + core::mem::offset_of!(Tail, data))
            } else {
                self.tail().data.get().cast_const().cast()
            }
        }
    }

    /// The characters.
    #[inline]
    pub fn chars(&self) -> Chars<'_> {
        let (data, len) = (self.data(), self.len());
        // SAFETY: so many characters of this kind lie there, aligned, and a string never changes.
        unsafe {
            match self.kind() {
                1 if self.is_ascii() => Chars::Ascii(core::slice::from_raw_parts(data, len)),
                1 => Chars::One(core::slice::from_raw_parts(data, len)),
                2 => Chars::Two(core::slice::from_raw_parts(data.cast(), len)),
                _ => Chars::Four(core::slice::from_raw_parts(data.cast(), len)),
            }
        }
    }

    /// The text as UTF-8; `None` if it has lone surrogates. Costs nothing for ASCII; for others it is made once and kept.
    pub fn as_str(&self) -> Option<&str> {
        if let Chars::Ascii(bytes) = self.chars() {
            // SAFETY: ASCII is UTF-8.
            return Some(unsafe { core::str::from_utf8_unchecked(bytes) });
        }
        self.utf8()
    }

    /// The text as UTF-8, lone surrogates replaced by `?`: for messages.
    pub fn to_lossy(&self) -> std::borrow::Cow<'_, str> {
        match self.as_str() {
            Some(text) => text.into(),
            None => self.chars().iter().map(|c| char::from_u32(c).unwrap_or('?')).collect::<String>().into(),
        }
    }

    /// `hash(s)`, taken once.
    #[inline]
    pub fn hash(&self) -> i64 {
        match self.hash.get() {
            -1 => self.compute_hash(),
            hash => hash,
        }
    }

    /// Are the texts equal?
    #[inline]
    pub fn equals(&self, other: &PyStr) -> bool {
        if core::ptr::eq(self, other) {
            return true;
        }
        if self.len() != other.len() || self.kind() != other.kind() {
            return false;
        }
        let bytes = self.len() * self.kind() as usize;
        // SAFETY: both have so many bytes of characters.
        unsafe { core::slice::from_raw_parts(self.data(), bytes) == core::slice::from_raw_parts(other.data(), bytes) }
    }

    /// By code points.
    pub fn compare(&self, other: &PyStr) -> core::cmp::Ordering {
        match (self.chars(), other.chars()) {
            (Chars::Ascii(a) | Chars::One(a), Chars::Ascii(b) | Chars::One(b)) => a.cmp(b),
            (Chars::Two(a), Chars::Two(b)) => a.cmp(b),
            (a, b) => a.iter().cmp(b.iter()),
        }
    }

    /// Borrowed from a pointer to its head.
    pub(crate) fn head(&self) -> NonNull<Head> {
        NonNull::from_ref(&self.head)
    }
}

fn str_hash(_: &Cx, this: &Value) -> R<i64> {
    // SAFETY: called for strings.
    Ok(unsafe { this.cast::<PyStr>() }.hash())
}

fn str_len(_: &Cx, this: &Value) -> R<usize> {
    // SAFETY: called for strings.
    Ok(unsafe { this.cast::<PyStr>() }.len())
}

fn str_str(cx: &Cx, this: &Value) -> R {
    if this.is_exact(&STR_TYPE) { Ok(this.clone()) } else { cx.exact_str(this) }
}

fn str_compare(_: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    let (Some(a), Some(b)) = (a.downcast::<PyStr>(), b.downcast::<PyStr>()) else {
        return Ok(Value::not_implemented());
    };
    Ok(Value::bool(match op {
        CompareOp::Eq => a.equals(b),
        CompareOp::Ne => !a.equals(b),
        _ => op.holds(a.compare(b)),
    }))
}
