//! `bytes`.

mod construct;
mod methods;
pub(crate) mod search;
pub(crate) mod shared;
pub(crate) mod text;

pub(crate) use construct::{contents, encoded, item_byte, params, zeros};
pub(crate) use methods::shared_methods;
pub(crate) use shared::{own, plain};
pub(crate) use text::hex_of;

use core::cell::Cell;
use core::ptr::NonNull;

use adder_gc::raw::{self, Head};

use crate::buffer::Buffer;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Obj, functions};
use crate::subscript::{Subscript, place, subscript};
use crate::typeobject::{OBJECT_TYPE, Slots, Spec, TypeObject, flag, number, slot};
use crate::value::Value;

/// `bytes`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyBytes_Type")]
pub static BYTES_TYPE: TypeObject = TypeObject::builtin(&BYTES_SPEC, &raw const BYTES_TYPE);

static BYTES_SPEC: Spec = Spec {
    flags: flag::BASE | flag::BYTES | flag::MATCH_SELF,
    // As in C: the zero behind the bytes is counted.
    size: FIXED + 1,
    item_size: 1,
    functions: functions::<PyBytes>(false, false),
    slots: {
        let mut slots = Slots {
            repr: slot(repr),
            str: slot(str),
            hash: slot(hash),
            compare: slot(shared::compare),
            new: slot(construct::new),
            iter: slot(shared::iter),
            len: slot(len),
            getitem: slot(getitem),
            item: slot(item),
            contains: slot(shared::contains),
            concat: slot(shared::concat),
            repeat: slot(shared::repeat),
            buffer: slot(buffer),
            ..Slots::NONE
        };
        slots.binary[number::MOD] = slot(shared::remainder);
        slots
    },
    methods: methods::METHODS,
    doc: Some(
        "Bytes that do not change: from an iterable of integers, a buffer, a text with its encoding, or a length.",
    ),
    ..Spec::new("bytes", &OBJECT_TYPE)
};

/// Layout of bytes (C's `PyBytesObject`): the bytes follow, and a zero behind them.
#[repr(C)]
pub struct PyBytes {
    head: Head,
    ob_size: usize,
    /// -1 while it is not known.
    ob_shash: Cell<i64>,
    data: [u8; 0],
}

const FIXED: usize = core::mem::offset_of!(PyBytes, data);

// SAFETY: begins with a head; types with the flag derive from bytes.
unsafe impl Layout for PyBytes {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &BYTES_TYPE
    }
    #[inline(always)]
    fn fits(ty: &TypeObject) -> bool {
        ty.has(flag::BYTES)
    }
}

/// Where the dict word of an instance lies: behind the bytes and the zero.
pub(crate) fn end_of_bytes(fixed: usize, len: usize) -> usize {
    (fixed + len).next_multiple_of(8)
}

impl PyBytes {
    /// The bytes.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: so many follow; they never change.
        unsafe { core::slice::from_raw_parts((&raw const self.data).cast(), self.ob_size) }
    }

    fn hash(&self) -> i64 {
        match self.ob_shash.get() {
            -1 => {
                let hash = hash_of(self.as_slice());
                self.ob_shash.set(hash);
                hash
            }
            hash => hash,
        }
    }
}

/// The hash of bytes, the same as that of a string with these code points.
pub fn hash_of(bytes: &[u8]) -> i64 {
    crate::hashing::hash_of(bytes)
}

impl Cx {
    /// Bytes.
    ///
    /// # Errors
    /// MemoryError.
    pub fn bytes(&self, bytes: &[u8]) -> R<Obj<PyBytes>> {
        self.bytes_concat(bytes, b"")
    }

    /// Two runs of bytes as one.
    ///
    /// # Errors
    /// MemoryError.
    pub fn bytes_concat(&self, a: &[u8], b: &[u8]) -> R<Obj<PyBytes>> {
        // SAFETY: all bytes are written.
        unsafe {
            let (made, data) = self.new_bytes(&BYTES_TYPE, a.len() + b.len())?;
            data.copy_from_nonoverlapping(a.as_ptr(), a.len());
            data.add(a.len()).copy_from_nonoverlapping(b.as_ptr(), b.len());
            Ok(made)
        }
    }

    /// Bytes of a class derived from `bytes`.
    ///
    /// # Errors
    /// MemoryError.
    pub fn bytes_in(&self, class: &TypeObject, bytes: &[u8]) -> R<Obj<PyBytes>> {
        // SAFETY: all bytes are written.
        unsafe {
            let (made, data) = self.new_bytes(class, bytes.len())?;
            data.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            Ok(made)
        }
    }

    /// Bytes that are not written yet, but for the zero behind them, and where they go.
    ///
    /// # Errors
    /// MemoryError.
    ///
    /// # Safety
    /// The caller writes all of them before anybody sees the object.
    pub unsafe fn new_bytes(&self, class: &TypeObject, n: usize) -> R<(Obj<PyBytes>, *mut u8)> {
        let exact = core::ptr::eq(class, &BYTES_TYPE);
        if n > isize::MAX as usize - 4096 {
            return Err(self.no_memory());
        }
        // SAFETY: all fields are written here.
        unsafe {
            let head = if exact {
                let place = raw::Place::of(FIXED + n + 1);
                match raw::alloc(&self.heap, place, false, false, &raw const BYTES_TYPE.shape.info) {
                    Ok(head) => head,
                    Err(_) => return Err(self.no_memory()),
                }
            } else {
                let end = end_of_bytes(class.shape.size.get() as usize, n);
                let words = usize::from(class.shape.dict_offset.get() != 0);
                self.alloc_bytes(class, end + words * 8, end)?
            };
            let bytes: NonNull<PyBytes> = head.cast();
            (&raw mut (*bytes.as_ptr()).ob_size).write(n);
            (&raw mut (*bytes.as_ptr()).ob_shash).write(Cell::new(-1));
            let data = (&raw mut (*bytes.as_ptr()).data).cast::<u8>();
            data.add(n).write(0);
            Ok((Obj::from_owned(bytes), data))
        }
    }
}

impl Cx {
    /// Gives bytes that nobody else knows another length; what is new are zeros. `None` if that could be done in place, else what
    /// takes their place.
    ///
    /// # Errors
    /// MemoryError.
    ///
    /// # Safety
    /// They are exactly `bytes`, the reference is the only one, and nobody has borrowed them.
    pub unsafe fn bytes_resized(&self, bytes: &Value, n: usize) -> R<Option<Value>> {
        // SAFETY: the caller's are bytes.
        let old = unsafe { bytes.cast::<PyBytes>() };
        let kept = old.ob_size.min(n);
        // SAFETY: by the contract they may be written as far as their block goes; those on no page stay as they are.
        unsafe {
            let head = NonNull::from_ref(&old.head);
            if !old.head.is_foreign() && n.checked_add(FIXED + 1).is_some_and(|size| size <= raw::block_size(head)) {
                let this = core::ptr::from_ref(old).cast_mut();
                let data = (&raw mut (*this).data).cast::<u8>();
                data.add(kept).write_bytes(0, n + 1 - kept);
                (&raw mut (*this).ob_size).write(n);
                (*this).ob_shash.set(-1);
                return Ok(None);
            }
            let (made, data) = self.new_bytes(&BYTES_TYPE, n)?;
            data.copy_from_nonoverlapping(old.as_slice().as_ptr(), kept);
            data.add(kept).write_bytes(0, n - kept);
            Ok(Some(made.into_value()))
        }
    }
}

fn this(value: &Value) -> &PyBytes {
    // SAFETY: slots and methods of bytes are called for them.
    unsafe { value.cast::<PyBytes>() }
}

fn hash(_: &Cx, value: &Value) -> R<i64> {
    Ok(this(value).hash())
}

fn len(_: &Cx, value: &Value) -> R<usize> {
    Ok(this(value).ob_size)
}

fn item(cx: &Cx, value: &Value, index: isize) -> R {
    match usize::try_from(index).ok().and_then(|at| this(value).as_slice().get(at)) {
        Some(&byte) => Ok(Value::small(byte.into())),
        None => raise!(cx, exc::INDEX_ERROR, "index out of range"),
    }
}

fn getitem(cx: &Cx, value: &Value, key: &Value) -> R {
    let bytes = this(value).as_slice();
    let slice = match subscript(cx, key)? {
        Some(Subscript::Index(index)) => match place(index, bytes.len()) {
            Some(at) => return Ok(Value::small(bytes[at].into())),
            None => return raise!(cx, exc::INDEX_ERROR, "index out of range"),
        },
        Some(Subscript::Slice(bounds)) => bounds.adjust(bytes.len()),
        None => {
            let ty = key.ty().name();
            return raise!(cx, exc::TYPE_ERROR, "byte indices must be integers or slices, not {ty}");
        }
    };
    if slice.step == 1 {
        return shared::part(cx, value, slice.start..slice.start + slice.count);
    }
    // SAFETY: all bytes are written.
    unsafe {
        let (made, data) = cx.new_bytes(&BYTES_TYPE, slice.count)?;
        for (to, from) in slice.iter().enumerate() {
            data.add(to).write(bytes[from]);
        }
        Ok(made.into_value())
    }
}

fn buffer(cx: &Cx, value: &Value, request: u32) -> R<Buffer> {
    if request & crate::buffer::request::WRITABLE != 0 {
        return raise!(cx, crate::exceptions::BUFFER_ERROR, "Object is not writable.");
    }
    let bytes = this(value).as_slice();
    Ok(Buffer::bytes(value.clone(), bytes.as_ptr().cast_mut(), bytes.len(), true, None))
}

fn str(cx: &Cx, value: &Value) -> R {
    if cx.bytes_warning.get() {
        cx.warn(&exc::BYTES_WARNING, "str() on a bytes instance", 1)?;
    }
    repr(cx, value)
}

fn repr(cx: &Cx, value: &Value) -> R {
    let bytes = this(value).as_slice();
    let mut out = crate::str::StrBuilder::with_capacity(cx, bytes.len() + 3)?;
    push_repr(&mut out, bytes, false)?;
    out.finish_value()
}

/// Adds bytes as their `repr` shows them; that of a bytearray escapes `'` also where it need not.
pub(crate) fn push_repr(out: &mut crate::str::StrBuilder<'_>, bytes: &[u8], array: bool) -> R<()> {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    out.push_ascii(&[b'b', quote])?;
    for &byte in bytes {
        match byte {
            b'\t' => out.push_ascii(b"\\t")?,
            b'\n' => out.push_ascii(b"\\n")?,
            b'\r' => out.push_ascii(b"\\r")?,
            b'\\' => out.push_ascii(b"\\\\")?,
            _ if byte == quote || array && byte == b'\'' => out.push_ascii(&[b'\\', byte])?,
            32..127 => out.push(byte.into())?,
            _ => crate::str::push_escape(out, byte.into())?,
        }
    }
    out.push(quote.into())
}
