//! Buffers (PEP 3118), both sides of the border.

use core::ffi::{CStr, c_int, c_void};
use core::ptr::NonNull;

use adder_objects::buffer::Buffer;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Object, Outcome};
use crate::contiguous::contiguous_strides;
use crate::structs::{PyBuffer, bf};
use crate::types::inward::{bf, find_in};

/// What C asks for.
pub(crate) mod request {
    use core::ffi::c_int;
    pub(crate) const WRITABLE: c_int = 0x01;
    pub(crate) const FORMAT: c_int = 0x04;
    pub(crate) const ND: c_int = 0x08;
    pub(crate) const STRIDES: c_int = 0x10 | ND;
    pub(crate) const FULL_RO: c_int = 0x100 | STRIDES | FORMAT;
    pub(crate) const FULL: c_int = FULL_RO | WRITABLE;
}

/// A view that a C type has filled in, as Rust has it: it owns the view's reference, and ends the view when it ends.
///
/// # Errors
/// BufferError for items that lie behind pointers: nothing in Rust reads them.
pub fn of_c(cx: &Cx, exporter: &Value, mut view: Box<PyBuffer>) -> R<Buffer> {
    let n = view.ndim.max(0) as usize;
    // SAFETY: C's contract: arrays of so many numbers, a text, or NULL.
    let (shape, strides, indirect, format) = unsafe {
        let array = |at: *const isize| (!at.is_null()).then(|| core::slice::from_raw_parts(at, n).to_vec());
        let format = (!view.format.is_null()).then(|| CStr::from_ptr(view.format).to_string_lossy().into_owned());
        let indirect = array(view.suboffsets).is_some_and(|all| all.iter().any(|&offset| offset >= 0));
        (array(view.shape), array(view.strides), indirect, format)
    };
    if indirect {
        // SAFETY: filled in just now.
        unsafe { end(&mut view) };
        return raise!(cx, exc::BUFFER_ERROR, "memoryview: underlying buffer requires suboffsets");
    }
    let item_size = view.itemsize.max(0) as usize;
    let shape = shape.unwrap_or_else(|| vec![view.len / view.itemsize.max(1)]);
    let strides = strides.unwrap_or_else(|| contiguous_strides(&shape, view.itemsize, false));
    // SAFETY: by C's contract the view owns a reference to its object.
    let owner = match NonNull::new(core::mem::replace(&mut view.obj, core::ptr::null_mut())) {
        // SAFETY: the same.
        Some(object) => unsafe { Value::from_owned(object) },
        None => exporter.clone(),
    };
    let mut made = Buffer::bytes(owner, view.buf.cast(), view.len.max(0) as usize, view.readonly != 0, None);
    made.item_size = item_size;
    made.format = format.map_or("B".into(), Into::into);
    made.shape = shape;
    made.strides = strides;
    made.foreign = Some((Box::into_raw(view).cast(), release));
    Ok(made)
}

/// Ends a view of C's whose reference [`of_c`] has taken over.
fn release(owner: &Value, view: *mut c_void) {
    // SAFETY: made by `of_c`, and called once; the owner goes on holding the reference.
    unsafe {
        let mut view = Box::from_raw(view.cast::<PyBuffer>());
        view.obj = core::ptr::with_exposed_provenance_mut(owner.bits());
        tell(owner, &mut view);
    }
}

/// Tells the exporter that a view ends.
unsafe fn tell(owner: &Value, view: &mut PyBuffer) {
    // SAFETY: the field of a type that is ready holds a function of this kind.
    unsafe {
        let found = bf(&owner.ty().c, bf::RELEASEBUFFER);
        if !found.is_null() {
            let f = core::mem::transmute::<*const c_void, unsafe extern "C" fn(Object, *mut PyBuffer)>(found);
            f(core::ptr::with_exposed_provenance_mut(owner.bits()), view);
        }
    }
    // A `bf_getbuffer` of C's may have let that of its built-in base fill the view in.
    if let Some(cx) = Cx::try_current() {
        release_ours(cx, view);
    }
}

/// Releases a view: the exporter is told, and its reference goes.
///
/// # Safety
/// The view was filled in and not released.
pub unsafe fn end(view: &mut PyBuffer) {
    // SAFETY: by the contract the view owns a reference to the exporter.
    unsafe {
        let Some(object) = NonNull::new(view.obj) else { return };
        let owner = Value::from_owned(object);
        tell(&owner, view);
        view.obj = core::ptr::null_mut();
        drop(owner);
    }
}

/// Ends what Rust keeps for a view of a built-in type's object: `bf_releasebuffer` of those types.
pub fn release_ours(cx: &Cx, view: &mut PyBuffer) {
    let ours = view.internal;
    if !ours.is_null() && crate::state::of(cx).views.borrow_mut().remove(&ours.addr()) {
        view.internal = core::ptr::null_mut();
        // SAFETY: it is in the list, so `fill` has made it, and nobody has ended it yet.
        drop(unsafe { Box::from_raw(ours.cast::<Ours>()) });
    }
}

/// What a view that Rust gave C needs as long as it is open.
struct Ours {
    buffer: Buffer,
    format: std::ffi::CString,
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
    let asks = |bits: c_int| flags & bits == bits;
    let plain = buffer.item_size == 1 && buffer.shape.len() == 1 && buffer.strides == [1] && &*buffer.format == "B";
    let mut made = PyBuffer {
        buf: buffer.data.cast(),
        obj: owner.clone().give(cx)?,
        len: buffer.len as isize,
        itemsize: buffer.item_size as isize,
        readonly: buffer.read_only.into(),
        // Without a shape, all is bytes in one dimension.
        ndim: if asks(request::ND) { buffer.shape.len() as c_int } else { 1 },
        ..PyBuffer::EMPTY
    };
    if plain {
        // What lies in the view itself is shape enough.
        // SAFETY: by the contract there is a place for the view, and it stays where it is until it is released.
        unsafe {
            made.format = if asks(request::FORMAT) { c"B".as_ptr().cast_mut() } else { core::ptr::null_mut() };
            made.shape = if asks(request::ND) { &raw mut (*view).len } else { core::ptr::null_mut() };
            made.strides = if asks(request::STRIDES) { &raw mut (*view).itemsize } else { core::ptr::null_mut() };
        }
    }
    if !plain || buffer.release.is_some() || buffer.foreign.is_some() {
        let ours = Box::into_raw(Box::new(Ours {
            format: std::ffi::CString::new(&*buffer.format).unwrap_or_default(),
            buffer,
        }));
        crate::state::of(cx).views.borrow_mut().insert(ours.addr());
        // SAFETY: made just now.
        let inner = unsafe { &mut *ours };
        made.internal = ours.cast();
        if !plain {
            made.format = if asks(request::FORMAT) { inner.format.as_ptr().cast_mut() } else { core::ptr::null_mut() };
            made.shape = if asks(request::ND) { inner.buffer.shape.as_mut_ptr() } else { core::ptr::null_mut() };
            made.strides =
                if asks(request::STRIDES) { inner.buffer.strides.as_mut_ptr() } else { core::ptr::null_mut() };
        }
    }
    // SAFETY: by the contract.
    unsafe { view.write(made) };
    Ok(())
}

crate::contract::api! {
    /// Fills in a view of an object's memory.
    runs fn PyObject_GetBuffer(cx, object: Borrowed, view: *mut PyBuffer, flags: c_int) -> () {
        let Some(f) = object.ty().slots.buffer.get() else {
            // SAFETY: the contract: a place for the view, or NULL.
            if let Some(view) = unsafe { view.as_mut() } {
                view.obj = core::ptr::null_mut();
            }
            return raise!(cx, exc::TYPE_ERROR, "a bytes-like object is required, not '{}'", object.ty().name());
        };
        let found = find_in(object.ty(), |c| bf(c, bf::GETBUFFER));
        if !found.is_null() && crate::types::inward::is_buffer(f) {
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
    quiet fn PyObject_CheckBuffer(cx, object: Borrowed) -> c_int {
        let _ = cx;
        Ok(object.ty().slots.buffer.get().is_some().into())
    }
}
