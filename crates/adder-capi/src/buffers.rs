//! Buffers (PEP 3118), both sides of the border.

use core::ffi::{CStr, c_int, c_void};

use adder_objects::buffer::Buffer;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Object, Outcome};
use crate::structs::{PyBuffer, bf};
use crate::types::inward::{bf, find_in};

/// What C asks for.
mod request {
    use core::ffi::c_int;
    pub(super) const WRITABLE: c_int = 0x01;
    pub(super) const FORMAT: c_int = 0x04;
    pub(super) const ND: c_int = 0x08;
    pub(super) const STRIDES: c_int = 0x10 | ND;
}

/// A view that a C type has filled in, as Rust has it. It is released when that ends.
pub fn of_c(owner: Value, view: Box<PyBuffer>) -> Buffer {
    let n = view.ndim.max(0) as usize;
    // SAFETY: C's contract: arrays of so many numbers, a text, or NULL.
    let (shape, strides, format) = unsafe {
        let shape = if view.shape.is_null() { None } else { Some(core::slice::from_raw_parts(view.shape, n).to_vec()) };
        let strides =
            if view.strides.is_null() { None } else { Some(core::slice::from_raw_parts(view.strides, n).to_vec()) };
        let format = if view.format.is_null() {
            "B".to_owned()
        } else {
            CStr::from_ptr(view.format).to_string_lossy().into_owned()
        };
        (shape, strides, format)
    };
    let item_size = view.itemsize.max(1) as usize;
    let shape = shape.unwrap_or_else(|| vec![view.len / item_size as isize]);
    let strides = strides.unwrap_or_else(|| {
        let mut step = item_size as isize;
        let mut made: Vec<isize> = shape
            .iter()
            .rev()
            .map(|n| {
                let this = step;
                step *= n;
                this
            })
            .collect();
        made.reverse();
        made
    });
    let mut made = Buffer::bytes(owner, view.buf.cast(), view.len.max(0) as usize, view.readonly != 0, Some(release));
    made.item_size = item_size;
    made.format = format.into();
    made.shape = shape;
    made.strides = strides;
    OPEN.with_borrow_mut(|open| open.push(view));
    made
}

thread_local! {
    /// Views of C types that are not released yet, the newest last.
    #[allow(clippy::vec_box, reason = "an exporter may have pointed into the view itself: it stays where it is")]
    static OPEN: core::cell::RefCell<Vec<Box<PyBuffer>>> = const { core::cell::RefCell::new(Vec::new()) };
}

fn release(owner: &Value) {
    let at = core::ptr::with_exposed_provenance_mut(owner.bits());
    let view = OPEN.with_borrow_mut(|open| {
        open.iter().rposition(|view| view.obj == at || view.obj.is_null()).map(|at| open.remove(at))
    });
    if let Some(mut view) = view {
        // SAFETY: filled in by the exporter, and not released yet.
        unsafe { end(&mut view) };
    }
}

/// Releases a view: the exporter is told, and its reference goes.
///
/// # Safety
/// The view was filled in and not released.
pub unsafe fn end(view: &mut PyBuffer) {
    let object = core::mem::replace(&mut view.obj, core::ptr::null_mut());
    // SAFETY: by the contract the view owns a reference to the exporter.
    unsafe {
        let Some(object) = core::ptr::NonNull::new(object) else { return };
        let owner = Value::from_owned(object);
        let found = find_in(owner.ty(), |c| bf(c, bf::RELEASEBUFFER));
        if !found.is_null() {
            let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object, *mut PyBuffer)>(found);
            f(object.as_ptr(), view);
        }
        let ours = core::mem::replace(&mut view.internal, core::ptr::null_mut());
        if !ours.is_null() && owner.ty().slots.buffer.get().is_some() && found.is_null() {
            drop(Box::from_raw(ours.cast::<Ours>()));
        }
        drop(owner);
    }
}

/// What a view that Rust gave C needs as long as it is open.
struct Ours {
    _buffer: Buffer,
    format: std::ffi::CString,
    shape: Vec<isize>,
    strides: Vec<isize>,
}

/// Fills in a view of C's from one of Rust's.
///
/// # Errors
/// BufferError if the memory is not as C asks for it.
///
/// # Safety
/// There is a place for the view.
pub unsafe fn fill(cx: &Cx, owner: &Value, buffer: Buffer, view: *mut PyBuffer, flags: c_int) -> R<()> {
    if view.is_null() {
        return raise!(cx, exc::BUFFER_ERROR, "NULL view in getbuffer");
    }
    if flags & request::WRITABLE != 0 && buffer.read_only {
        return raise!(cx, exc::BUFFER_ERROR, "Object is not writable.");
    }
    let ours = Box::new(Ours {
        format: std::ffi::CString::new(&*buffer.format).unwrap_or_default(),
        shape: buffer.shape.clone(),
        strides: buffer.strides.clone(),
        _buffer: buffer,
    });
    let inner = &ours._buffer;
    let object = owner.clone().give(cx)?;
    let made = PyBuffer {
        buf: inner.data.cast(),
        obj: object,
        len: inner.len as isize,
        itemsize: inner.item_size as isize,
        readonly: inner.read_only.into(),
        ndim: ours.shape.len() as c_int,
        format: if flags & request::FORMAT != 0 { ours.format.as_ptr().cast_mut() } else { core::ptr::null_mut() },
        shape: if flags & request::ND != 0 { ours.shape.as_ptr().cast_mut() } else { core::ptr::null_mut() },
        strides: if flags & request::STRIDES == request::STRIDES {
            ours.strides.as_ptr().cast_mut()
        } else {
            core::ptr::null_mut()
        },
        suboffsets: core::ptr::null_mut(),
        internal: Box::into_raw(ours).cast(),
    };
    // SAFETY: by the contract.
    unsafe { view.write(made) };
    Ok(())
}

crate::contract::api! {
    /// Fills in a view of an object's memory.
    runs fn PyObject_GetBuffer(cx, object: Borrowed, view: *mut PyBuffer, flags: c_int) -> () {
        let Some(f) = object.ty().slots.buffer.get() else {
            return raise!(cx, exc::TYPE_ERROR, "a bytes-like object is required, not '{}'", object.ty().name());
        };
        let found = find_in(object.ty(), |c| bf(c, bf::GETBUFFER));
        if !found.is_null() {
            // SAFETY: the field holds a function of this kind; there is a place for the view.
            let done = unsafe {
                let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object, *mut PyBuffer, c_int) -> c_int>(found);
                f(core::ptr::with_exposed_provenance_mut(object.bits()), view, flags)
            };
            return crate::border::status(cx, done, || "bf_getbuffer".to_owned()).map(drop);
        }
        let buffer = f(cx, &object, flags as u32)?;
        // SAFETY: the contract: there is a place for the view.
        unsafe { fill(cx, &object, buffer, view, flags) }
    }

    /// Releases a view.
    runs fn PyBuffer_Release(cx, view: *mut PyBuffer) -> crate::border::Nothing {
        let _ = cx;
        // SAFETY: the contract: a view that was filled in, or is released already.
        if let Some(view) = unsafe { view.as_mut() } {
            // SAFETY: as above.
            unsafe { end(view) };
        }
        Ok(crate::border::Nothing)
    }

    /// Can it give a view of its memory?
    quiet fn PyObject_CheckBuffer(cx, object: Borrowed) -> bool {
        let _ = cx;
        Ok(object.ty().slots.buffer.get().is_some())
    }
}
