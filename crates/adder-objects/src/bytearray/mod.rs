//! `bytearray`.

mod methods;
mod subscripts;

use core::alloc::Layout as Bytes;
use core::cell::Cell;
use core::ptr::NonNull;

use adder_gc::raw::{self, Head};

use crate::args::{Args, Params};
use crate::buffer::Buffer;
use crate::bytes::shared;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Obj, functions, unborn};
use crate::storage::HeapVec;
use crate::typeobject::{OBJECT_TYPE, Slots, Spec, TypeObject, flag, number, slot};
use crate::value::Value;

/// `bytearray`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyByteArray_Type")]
pub static BYTEARRAY_TYPE: TypeObject = TypeObject::builtin(&BYTEARRAY_SPEC, &raw const BYTEARRAY_TYPE);

static BYTEARRAY_SPEC: Spec = Spec {
    flags: flag::BASE | flag::MATCH_SELF,
    size: size_of::<PyByteArray>(),
    functions: functions::<PyByteArray>(false, true),
    slots: {
        let mut slots = Slots {
            repr: slot(repr),
            str: slot(repr),
            hash: slot(crate::protocol::unhashable),
            compare: slot(shared::compare),
            new: slot(new),
            init: slot(init),
            iter: slot(crate::bytes::shared::iter),
            len: slot(len),
            getitem: slot(subscripts::getitem),
            item: slot(subscripts::item),
            setitem: slot(subscripts::setitem),
            contains: slot(shared::contains),
            concat: slot(shared::concat),
            repeat: slot(shared::repeat),
            in_place_concat: slot(methods::in_place_concat),
            in_place_repeat: slot(methods::in_place_repeat),
            buffer: slot(buffer),
            ..Slots::NONE
        };
        slots.binary[number::MOD] = slot(shared::remainder);
        slots
    },
    methods: methods::METHODS,
    doc: Some(
        "Bytes that can be changed: from an iterable of integers, a buffer, a text with its encoding, or a length.",
    ),
    ..Spec::new("bytearray", &OBJECT_TYPE)
};

/// Layout of a bytearray (C's `PyByteArrayObject`).
#[repr(C)]
pub struct PyByteArray {
    head: Head,
    ob_size: Cell<usize>,
    /// Bytes allocated, the zero behind those in use among them.
    ob_alloc: Cell<usize>,
    ob_bytes: Cell<*mut u8>,
    ob_start: Cell<*mut u8>,
    /// Views of it; while there are some it does not change its size.
    ob_exports: Cell<usize>,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyByteArray {
    fn ty() -> &'static TypeObject {
        &BYTEARRAY_TYPE
    }
}

impl Drop for PyByteArray {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl PyByteArray {
    fn give_back(&self) {
        if let Some(buffer) = NonNull::new(self.ob_bytes.replace(core::ptr::null_mut())) {
            let layout = Bytes::array::<u8>(self.ob_alloc.replace(0)).expect("as allocated");
            // SAFETY: allocated with this layout.
            unsafe { raw::deallocate(NonNull::from_ref(&self.head), buffer, layout) };
        }
        self.ob_start.set(core::ptr::null_mut());
        self.ob_size.set(0);
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.ob_size.get()
    }

    /// Has it none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that are allocated.
    pub fn allocated(&self) -> usize {
        self.ob_alloc.get()
    }

    /// The bytes, borrowed.
    ///
    /// # Safety
    /// They are not changed while the borrow lives: no code of a user may run.
    pub unsafe fn as_slice(&self) -> &[u8] {
        match self.len() {
            0 => &[],
            // SAFETY: so many are initialised; the rest is the contract.
            n => unsafe { core::slice::from_raw_parts(self.ob_start.get(), n) },
        }
    }

    /// The bytes, to be changed.
    ///
    /// # Safety
    /// Nobody else reads or writes them while the borrow lives: no code of a user may run.
    #[allow(clippy::mut_from_ref, reason = "the contract says what makes it right")]
    pub unsafe fn as_mut_slice(&self) -> &mut [u8] {
        match self.len() {
            0 => &mut [],
            // SAFETY: so many are initialised; the rest is the contract.
            n => unsafe { core::slice::from_raw_parts_mut(self.ob_start.get(), n) },
        }
    }

    /// BufferError if there are views of it.
    ///
    /// # Errors
    /// BufferError.
    pub fn must_be_free(&self, cx: &Cx) -> R<()> {
        if self.ob_exports.get() > 0 {
            return raise!(cx, exc::BUFFER_ERROR, "Existing exports of data: object cannot be re-sized");
        }
        Ok(())
    }

    /// Changes the number of bytes; new ones are zero.
    ///
    /// # Errors
    /// BufferError while there are views of it; MemoryError.
    pub fn resize(&self, cx: &Cx, n: usize) -> R<()> {
        let old = self.len();
        if n == old {
            return Ok(());
        }
        self.must_be_free(cx)?;
        let allocated = self.ob_alloc.get();
        if n + 1 > allocated || n < allocated / 2 {
            let wanted = match n.checked_add(1) {
                // One that grows will grow on.
                Some(wanted) if n > old && allocated > 0 && n / 8 <= allocated => {
                    wanted + (n >> 3) + if n < 9 { 3 } else { 6 }
                }
                Some(wanted) => wanted,
                None => return Err(cx.no_memory()),
            };
            self.reallocate(cx, wanted)?;
        }
        // SAFETY: there is room for the bytes and the zero.
        unsafe {
            let data = self.ob_start.get();
            if n > old {
                data.add(old).write_bytes(0, n - old);
            }
            data.add(n).write(0);
        }
        self.ob_size.set(n);
        Ok(())
    }

    fn reallocate(&self, cx: &Cx, wanted: usize) -> R<()> {
        let Ok(layout) = Bytes::array::<u8>(wanted) else { return Err(cx.no_memory()) };
        let got = match NonNull::new(self.ob_bytes.get()) {
            None => raw::allocate(&cx.heap, layout),
            Some(buffer) => {
                let old = Bytes::array::<u8>(self.ob_alloc.get()).expect("as allocated");
                // SAFETY: allocated with this layout.
                unsafe { raw::reallocate(&cx.heap, buffer, old, wanted) }
            }
        };
        let Ok(got) = got else { return Err(cx.no_memory()) };
        self.ob_bytes.set(got.as_ptr());
        self.ob_start.set(got.as_ptr());
        self.ob_alloc.set(wanted);
        Ok(())
    }

    /// Adds bytes at the end. They may be its own.
    ///
    /// # Errors
    /// BufferError while there are views of it; MemoryError.
    pub fn extend_bytes(&self, cx: &Cx, bytes: &[u8]) -> R<()> {
        self.splice(cx, self.len(), 0, bytes)
    }

    /// Replaces `count` bytes from `at` on by others, which are not its own.
    ///
    /// # Errors
    /// BufferError if its size would change while there are views of it; MemoryError.
    pub fn splice(&self, cx: &Cx, at: usize, count: usize, with: &[u8]) -> R<()> {
        let old = self.len();
        let Some(new) = (old - count).checked_add(with.len()).filter(|&n| n < isize::MAX as usize) else {
            return Err(cx.no_memory());
        };
        if new > old {
            self.resize(cx, new)?;
        } else if new < old {
            self.must_be_free(cx)?;
        }
        if new == 0 {
            return self.resize(cx, 0);
        }
        // SAFETY: there is room for the larger of both sizes.
        unsafe {
            let place = self.ob_start.get().add(at);
            place.add(count).copy_to(place.add(with.len()), old - at - count);
            place.copy_from_nonoverlapping(with.as_ptr(), with.len());
        }
        self.resize(cx, new)
    }
}

impl Cx {
    /// A bytearray.
    ///
    /// # Errors
    /// MemoryError.
    pub fn bytearray(&self, bytes: &[u8]) -> R<Obj<PyByteArray>> {
        let mut made = HeapVec::new(self);
        if !bytes.is_empty() {
            made = HeapVec::with_capacity(self, bytes.len() + 1)?;
            made.extend(bytes)?;
        }
        self.bytearray_of(made, &BYTEARRAY_TYPE)
    }

    /// A bytearray of a class that takes over a buffer.
    ///
    /// # Errors
    /// MemoryError.
    pub(crate) fn bytearray_of(&self, mut bytes: HeapVec<'_, u8>, class: &TypeObject) -> R<Obj<PyByteArray>> {
        let made = self.empty_bytearray(class)?;
        if !bytes.is_empty() {
            bytes.push(0)?;
            let (data, len, capacity) = bytes.into_parts();
            made.ob_bytes.set(data.as_ptr());
            made.ob_start.set(data.as_ptr());
            made.ob_alloc.set(capacity);
            made.ob_size.set(len - 1);
        }
        Ok(made)
    }

    fn empty_bytearray(&self, class: &TypeObject) -> R<Obj<PyByteArray>> {
        let fields = PyByteArray {
            head: unborn(),
            ob_size: Cell::new(0),
            ob_alloc: Cell::new(0),
            ob_bytes: Cell::new(core::ptr::null_mut()),
            ob_start: Cell::new(core::ptr::null_mut()),
            ob_exports: Cell::new(0),
        };
        self.alloc_in(class, fields)
    }
}

fn this(value: &Value) -> &PyByteArray {
    // SAFETY: slots and methods of bytearray are called for them.
    unsafe { value.cast::<PyByteArray>() }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    Ok(cx.empty_bytearray(class)?.into_value())
}

static INIT: Params<3> = crate::bytes::params("bytearray");

fn init(cx: &Cx, value: &Value, args: Args<'_>) -> R<()> {
    let [source, encoding, errors] = args.bind(cx, &INIT)?;
    let array = this(value);
    array.resize(cx, 0)?;
    if let Some(made) = crate::bytes::encoded(cx, "bytearray", source, encoding, errors)? {
        return array.extend_bytes(cx, shared::own(&made));
    }
    let Some(source) = source else { return Ok(()) };
    if let Some(n) = crate::bytes::zeros(cx, source)? {
        return array.resize(cx, n);
    }
    let message = format!("cannot convert '{}' object to bytearray", source.ty().name());
    let made = crate::bytes::contents(cx, source, &message, "byte must be in range(0, 256)")?;
    array.extend_bytes(cx, &made)
}

fn len(_: &Cx, value: &Value) -> R<usize> {
    Ok(this(value).len())
}

fn repr(cx: &Cx, value: &Value) -> R {
    let bytes = shared::own(value);
    let mut out = crate::str::StrBuilder::with_capacity(cx, bytes.len() + 16)?;
    out.push_str(value.ty().name())?;
    out.push_ascii(b"(")?;
    crate::bytes::push_repr(&mut out, bytes, true)?;
    out.push_ascii(b")")?;
    out.finish_value()
}

fn buffer(_: &Cx, value: &Value, _: u32) -> R<Buffer> {
    let array = this(value);
    array.ob_exports.set(array.ob_exports.get() + 1);
    let data = if array.ob_start.get().is_null() { core::ptr::dangling_mut() } else { array.ob_start.get() };
    Ok(Buffer::bytes(value.clone(), data, array.len(), false, Some(release)))
}

fn release(value: &Value) {
    let array = this(value);
    array.ob_exports.set(array.ob_exports.get() - 1);
}
