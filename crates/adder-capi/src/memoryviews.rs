//! `PyMemoryView_*` and `PyPickleBuffer_*`.

use core::ffi::{c_char, c_int};
use std::borrow::Cow;
use std::ffi::CString;

use adder_objects::buffer::Buffer;
use adder_objects::memoryview::{PyMemoryView, View};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};
use adder_vm::PyPickleBuffer;

use crate::border::{Borrowed, Lent, bad_call};
use crate::contiguous::contiguous_strides;
use crate::contract::api;
use crate::structs::PyBuffer;

/// `PyBUF_WRITE`
const WRITE: c_int = 0x200;

/// What C looks at instead of a view of Rust's: it points into that one.
struct Shown {
    buffer: PyBuffer,
    _format: CString,
}

fn shown(view: &View, owner: &Value) -> Shown {
    let format = CString::new(&*view.format).unwrap_or_default();
    let buffer = PyBuffer {
        buf: view.data.cast(),
        obj: if owner.is_none() { core::ptr::null_mut() } else { core::ptr::with_exposed_provenance_mut(owner.bits()) },
        len: view.bytes() as isize,
        itemsize: view.item_size as isize,
        readonly: view.read_only.into(),
        ndim: view.shape.len() as c_int,
        format: format.as_ptr().cast_mut(),
        shape: view.shape.as_ptr().cast_mut(),
        strides: view.strides.as_ptr().cast_mut(),
        ..PyBuffer::EMPTY
    };
    Shown { buffer, _format: format }
}

fn view_of<'a>(cx: &Cx, object: &'a Value, function: &'static str) -> R<&'a PyMemoryView> {
    object.downcast_exact::<PyMemoryView>().ok_or_else(|| bad_call(cx, function))
}

/// The view of a pickle buffer.
fn pickle<'a>(cx: &Cx, object: &'a Value) -> R<&'a PyPickleBuffer> {
    match object.downcast::<PyPickleBuffer>() {
        Some(it) => Ok(it),
        None => raise!(cx, exc::TYPE_ERROR, "expected PickleBuffer, {} found", object.ty().name()),
    }
}

api! {
    /// `memoryview(object)`
    runs fn PyMemoryView_FromObject(cx, object: Borrowed) -> Value {
        cx.memoryview(&object)
    }

    /// A memoryview of memory of C's.
    quiet fn PyMemoryView_FromMemory(cx, memory: *mut c_char, size: isize, flags: c_int) -> Value {
        let read_only = flags & WRITE == 0;
        cx.memoryview_of(Buffer::bytes(Value::none(), memory.cast(), size.max(0) as usize, read_only, None))
    }

    /// A memoryview of what a view of C's shows. It does not hold the object, and does not release the view.
    quiet fn PyMemoryView_FromBuffer(cx, view: *const PyBuffer) -> Value {
        // SAFETY: the contract: a view that was filled in.
        let view = unsafe { &*view };
        if view.buf.is_null() {
            return raise!(cx, exc::VALUE_ERROR, "PyMemoryView_FromBuffer(): info->buf must not be NULL");
        }
        let n = view.ndim.max(0) as usize;
        // SAFETY: as above.
        let array = |at: *const isize| unsafe { (!at.is_null()).then(|| core::slice::from_raw_parts(at, n).to_vec()) };
        let mut made =
            Buffer::bytes(Value::none(), view.buf.cast(), view.len.max(0) as usize, view.readonly != 0, None);
        made.item_size = view.itemsize.max(0) as usize;
        made.shape = array(view.shape).unwrap_or_else(|| vec![view.len / view.itemsize.max(1)]);
        made.strides =
            array(view.strides).unwrap_or_else(|| contiguous_strides(&made.shape, view.itemsize, false));
        if !view.format.is_null() {
            // SAFETY: as above: a text.
            made.format = Cow::Owned(unsafe { crate::errors::text_of(view.format) });
        }
        cx.memoryview_of(made)
    }

    /// A memoryview whose items follow each other: of the object, or where they do not and nobody wants to write, of a copy.
    runs fn PyMemoryView_GetContiguous(cx, object: Borrowed, kind: c_int, order: c_char) -> Value {
        let made = cx.memoryview(&object)?;
        let it = view_of(cx, &made, "PyMemoryView_GetContiguous")?;
        let view = it.view(cx)?;
        if kind == WRITE && view.read_only {
            return raise!(cx, exc::BUFFER_ERROR, "underlying buffer is not writable");
        }
        let fits = match order as u8 {
            b'C' => view.is_contiguous(false),
            b'F' => view.is_contiguous(true),
            b'A' => view.is_contiguous(false) || view.is_contiguous(true),
            _ => false,
        };
        if fits {
            return Ok(made);
        }
        if kind == WRITE {
            return raise!(cx, exc::BUFFER_ERROR, "writable contiguous buffer requested for a non-contiguous object.");
        }
        let shown = shown(view, &it.owner());
        let n = view.bytes();
        // SAFETY: the bytes are filled in before anything else is done with them.
        let copy = unsafe {
            let (copy, place) = cx.new_bytes(&adder_objects::bytes::BYTES_TYPE, n)?;
            crate::contiguous::to_contiguous(place, &shown.buffer, order);
            (copy, place)
        };
        let mut buffer = Buffer::bytes(copy.0.into_value(), copy.1, n, true, None);
        buffer.item_size = view.item_size;
        buffer.format = view.format.clone();
        buffer.shape = view.shape.clone();
        buffer.strides = contiguous_strides(&view.shape, view.item_size as isize, order as u8 == b'F');
        cx.memoryview_of(buffer)
    }

    /// Behind `PyMemoryView_GET_BUFFER`: the view of a memoryview, for reading.
    quiet fn _Adder_MemoryView_Buffer(cx, object: Borrowed) -> *mut PyBuffer {
        let it = view_of(cx, &object, "PyMemoryView_GET_BUFFER")?;
        let owner = it.owner();
        let shown = it.shown(|view| shown(view, &owner));
        // SAFETY: it lives as long as the memoryview.
        Ok(unsafe { &raw mut (*shown).buffer })
    }

    /// Behind `PyMemoryView_GET_BASE`: whose memory it is; NULL if it is nobody's.
    quiet fn _Adder_MemoryView_Base(cx, object: Borrowed) -> Lent {
        let owner = view_of(cx, &object, "PyMemoryView_GET_BASE")?.owner();
        Ok(if owner.is_none() { Lent::NULL } else { Lent::of(&owner) })
    }

    /// `pickle.PickleBuffer(object)`
    runs fn PyPickleBuffer_FromObject(cx, object: Borrowed) -> Value {
        let class = cx.getattr_text(&cx.import("_pickle")?, "PickleBuffer")?;
        cx.call(&class, core::slice::from_ref(&*object))
    }

    /// The view of a pickle buffer, for reading.
    quiet fn PyPickleBuffer_GetBuffer(cx, object: Borrowed) -> *const PyBuffer {
        let it = pickle(cx, &object)?;
        if it.view.borrow().is_none() {
            return raise!(cx, exc::VALUE_ERROR, "operation forbidden on released PickleBuffer object");
        }
        let shown = it.shown(|view, buffer| shown(view, &buffer.owner));
        // SAFETY: it lives as long as the pickle buffer.
        Ok(unsafe { &raw const (*shown).buffer })
    }

    /// Ends the view of a pickle buffer.
    runs fn PyPickleBuffer_Release(cx, object: Borrowed) -> () {
        let view = pickle(cx, &object)?.view.take();
        drop(view);
        Ok(())
    }
}
