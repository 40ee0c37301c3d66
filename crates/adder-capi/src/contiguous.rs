//! `PyBuffer_*`: items of views, one behind the other and not.

use core::ffi::{c_char, c_int, c_void};

use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Nothing, Outcome, bad_call};
use crate::buffers::{end, request};
use crate::contract::api;
use crate::errors::text_of;
use crate::structs::PyBuffer;

/// Strides of items that follow each other, the last index fastest (or the first, if `fortran`).
pub fn contiguous_strides(shape: &[isize], item_size: isize, fortran: bool) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut step = item_size;
    let mut each = |at: usize| {
        strides[at] = step;
        step = step.wrapping_mul(shape[at]);
    };
    if fortran {
        (0..shape.len()).for_each(&mut each)
    } else {
        (0..shape.len()).rev().for_each(&mut each)
    }
    strides
}

/// Shape, strides and suboffsets of a view of C's, whatever it says of them.
struct Layout {
    shape: Vec<isize>,
    strides: Vec<isize>,
    suboffsets: Option<Vec<isize>>,
}

impl Layout {
    /// # Safety
    /// The view was filled in.
    unsafe fn of(view: &PyBuffer) -> Layout {
        let n = view.ndim.max(0) as usize;
        // SAFETY: by the contract so many numbers lie there, or it is NULL.
        let array = |at: *const isize| unsafe { (!at.is_null()).then(|| core::slice::from_raw_parts(at, n).to_vec()) };
        let shape = array(view.shape).unwrap_or_else(|| match n {
            0 => Vec::new(),
            _ => vec![view.len / view.itemsize.max(1)],
        });
        let strides = array(view.strides).unwrap_or_else(|| contiguous_strides(&shape, view.itemsize, false));
        Layout { shape, strides, suboffsets: array(view.suboffsets) }
    }

    /// The address of an item.
    ///
    /// # Safety
    /// The indices are within the shape.
    unsafe fn at(&self, view: &PyBuffer, indices: &[isize]) -> *mut u8 {
        let mut pointer = view.buf.cast::<u8>();
        for (dimension, &index) in indices.iter().enumerate().take(self.strides.len()) {
            // SAFETY: by the contract, and C's of suboffsets.
            unsafe {
                pointer = pointer.offset(self.strides[dimension] * index);
                if let Some(&offset) = self.suboffsets.as_ref().and_then(|all| all.get(dimension))
                    && offset >= 0
                {
                    pointer = pointer.cast::<*mut u8>().read().offset(offset);
                }
            }
        }
        pointer
    }

    /// Calls `f` with the address of each item, the last index fastest (or the first, if `fortran`).
    ///
    /// # Safety
    /// The layout is the view's.
    unsafe fn each(&self, view: &PyBuffer, fortran: bool, mut f: impl FnMut(*mut u8)) {
        if self.shape.contains(&0) {
            return;
        }
        let mut indices = vec![0; self.shape.len()];
        loop {
            // SAFETY: the indices stay within the shape.
            f(unsafe { self.at(view, &indices) });
            let next = |at: usize, indices: &mut Vec<isize>| -> bool {
                indices[at] += 1;
                if indices[at] < self.shape[at] {
                    return true;
                }
                indices[at] = 0;
                false
            };
            let moved = if fortran {
                (0..indices.len()).any(|at| next(at, &mut indices))
            } else {
                (0..indices.len()).rev().any(|at| next(at, &mut indices))
            };
            if !moved {
                return;
            }
        }
    }
}

/// Do the items follow each other? `order`: C, F, or A for one of both.
///
/// # Safety
/// The view was filled in.
pub unsafe fn is_contiguous(view: &PyBuffer, order: c_char) -> bool {
    if !view.suboffsets.is_null() {
        return false;
    }
    // SAFETY: by the contract.
    let layout = unsafe { Layout::of(view) };
    let by = |fortran: bool| -> bool {
        if view.len == 0 || view.strides.is_null() {
            return !fortran || view.len == 0 || layout.shape.len() <= 1 || one_long(&layout.shape);
        }
        let wanted = contiguous_strides(&layout.shape, view.itemsize, fortran);
        (0..layout.shape.len()).all(|at| layout.shape[at] <= 1 || layout.strides[at] == wanted[at])
    };
    match order as u8 {
        b'C' => by(false),
        b'F' => by(true),
        b'A' => by(false) || by(true),
        _ => false,
    }
}

/// Is there at most one dimension with several items?
fn one_long(shape: &[isize]) -> bool {
    shape.iter().filter(|&&n| n != 1).count() <= 1
}

/// Copies the items of a view to memory, in an order.
///
/// # Safety
/// The view was filled in; there is room for them.
pub unsafe fn to_contiguous(to: *mut u8, view: &PyBuffer, order: c_char) {
    // SAFETY: by the contract.
    unsafe {
        if is_contiguous(view, order) {
            to.copy_from(view.buf.cast(), view.len.max(0) as usize);
            return;
        }
        let fortran = order as u8 == b'F';
        let item = view.itemsize as usize;
        let mut at = to;
        Layout::of(view).each(view, fortran, |from| {
            at.copy_from(from, item);
            at = at.add(item);
        });
    }
}

/// The bytes of a format's item, as `struct.calcsize` counts them.
fn size_of_format(cx: &Cx, format: &str) -> R<isize> {
    let calculate = cx.getattr_text(&cx.import("struct")?, "calcsize")?;
    let size = cx.call(&calculate, &[cx.str_value(format)?])?;
    Ok(size.as_i64().unwrap_or(0) as isize)
}

/// A view of an object that is released at the end.
struct Open(Box<PyBuffer>);

impl Open {
    fn new(object: &Value, flags: c_int) -> R<Open> {
        let mut view = Box::new(PyBuffer::EMPTY);
        let object = core::ptr::with_exposed_provenance_mut(object.bits());
        // SAFETY: a live object and a place for the view.
        match unsafe { crate::buffers::PyObject_GetBuffer(object, &raw mut *view, flags) } {
            0 => Ok(Open(view)),
            _ => Err(crate::indicator::take().expect("an exception was set")),
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // SAFETY: filled in, and released once.
        unsafe { end(&mut self.0) };
    }
}

api! {
    /// Do the items of a view follow each other?
    quiet fn PyBuffer_IsContiguous(cx, view: *const PyBuffer, order: c_char) -> c_int {
        let _ = cx;
        // SAFETY: the contract: a view that was filled in.
        Ok(unsafe { is_contiguous(&*view, order) }.into())
    }

    /// The address of an item.
    quiet fn PyBuffer_GetPointer(cx, view: *const PyBuffer, indices: *const isize) -> *mut c_void {
        let _ = cx;
        // SAFETY: the contract: a view that was filled in, and as many indices as it has dimensions.
        unsafe {
            let view = &*view;
            let n = view.ndim.max(0) as usize;
            let indices = if n == 0 { &[] } else { core::slice::from_raw_parts(indices, n) };
            Ok(Layout::of(view).at(view, indices).cast())
        }
    }

    /// Bytes of an item of a format.
    runs fn PyBuffer_SizeFromFormat(cx, format: *const c_char) -> isize {
        // SAFETY: the contract: a text.
        size_of_format(cx, &unsafe { text_of(format) })
    }

    /// Copies the items of a view to memory.
    quiet fn PyBuffer_ToContiguous(cx, to: *mut c_void, view: *const PyBuffer, len: isize, order: c_char) -> () {
        // SAFETY: the contract: a view that was filled in, and room for as many bytes.
        let view = unsafe { &*view };
        if len != view.len {
            return raise!(cx, exc::VALUE_ERROR, "PyBuffer_ToContiguous: len != view->len");
        }
        // SAFETY: as above.
        unsafe { to_contiguous(to.cast(), view, order) };
        Ok(())
    }

    /// Copies memory to the items of a view.
    quiet fn PyBuffer_FromContiguous(cx, view: *const PyBuffer, from: *const c_void, len: isize, order: c_char) -> () {
        let _ = cx;
        // SAFETY: the contract: a view that was filled in and may be written, and as many bytes.
        unsafe {
            let view = &*view;
            let len = len.min(view.len).max(0) as usize;
            if is_contiguous(view, order) {
                view.buf.cast::<u8>().copy_from(from.cast(), len);
                return Ok(());
            }
            let item = view.itemsize.max(0) as usize;
            let mut left = len.checked_div(item).unwrap_or(0);
            let mut at = from.cast::<u8>();
            Layout::of(view).each(view, order as u8 == b'F', |to| {
                if left > 0 {
                    to.copy_from(at, item);
                    at = at.add(item);
                    left -= 1;
                }
            });
        }
        Ok(())
    }

    /// Copies the items of one object's buffer to that of another.
    runs fn PyObject_CopyData(cx, to: Borrowed, from: Borrowed) -> () {
        let supports = |object: &Value| object.ty().slots.buffer.get().is_some();
        if !supports(&to) || !supports(&from) {
            return raise!(cx, exc::TYPE_ERROR, "both destination and source must be bytes-like objects");
        }
        let to = Open::new(&to, request::FULL)?;
        let from = Open::new(&from, request::FULL_RO)?;
        if to.0.len < from.0.len {
            return raise!(
                cx,
                exc::BUFFER_ERROR,
                "destination is too small to receive data from source"
            );
        }
        // SAFETY: both are filled in; the items in between are copied first, for both may be one memory.
        unsafe {
            let mut items = vec![0_u8; from.0.len.max(0) as usize];
            to_contiguous(items.as_mut_ptr(), &from.0, b'C' as c_char);
            let item = from.0.itemsize.max(0) as usize;
            let (mut at, mut left) = (items.as_ptr(), items.len().checked_div(item).unwrap_or(0));
            Layout::of(&to.0).each(&to.0, false, |place| {
                if left > 0 {
                    place.copy_from(at, item);
                    at = at.add(item);
                    left -= 1;
                }
            });
        }
        Ok(())
    }

    /// Fills in the strides of items that follow each other.
    quiet fn PyBuffer_FillContiguousStrides(
        cx,
        dimensions: c_int,
        shape: *mut isize,
        strides: *mut isize,
        item_size: c_int,
        order: c_char,
    ) -> Nothing {
        let _ = cx;
        let n = dimensions.max(0) as usize;
        // SAFETY: the contract: so many numbers lie there.
        unsafe {
            let shape = if n == 0 { &[] } else { core::slice::from_raw_parts(shape, n) };
            for (at, step) in contiguous_strides(shape, item_size as isize, order as u8 == b'F').into_iter().enumerate() {
                strides.add(at).write(step);
            }
        }
        Ok(Nothing)
    }

    /// Fills in a view of plain bytes: what a `bf_getbuffer` does.
    quiet fn PyBuffer_FillInfo(
        cx,
        view: *mut PyBuffer,
        exporter: Option<Borrowed>,
        buf: *mut c_void,
        len: isize,
        read_only: c_int,
        flags: c_int,
    ) -> () {
        if view.is_null() {
            return raise!(cx, exc::BUFFER_ERROR, "PyBuffer_FillInfo: view==NULL argument is obsolete");
        }
        if flags == 0x100 || flags == 0x200 {
            return Err(bad_call(cx, "PyBuffer_FillInfo"));
        }
        if flags & request::WRITABLE != 0 && read_only == 1 {
            // SAFETY: the contract: there is a place for the view.
            unsafe { (*view).obj = core::ptr::null_mut() };
            return raise!(cx, exc::BUFFER_ERROR, "Object is not writable.");
        }
        let asks = |bits: c_int| flags & bits == bits;
        let object = match exporter {
            Some(exporter) => exporter.to_owned().give(cx)?,
            None => core::ptr::null_mut(),
        };
        // SAFETY: the contract: there is a place for the view, and it stays where it is until it is released.
        unsafe {
            view.write(PyBuffer { buf, obj: object, len, readonly: read_only, itemsize: 1, ndim: 1, ..PyBuffer::EMPTY });
            if asks(request::FORMAT) {
                (*view).format = c"B".as_ptr().cast_mut();
            }
            if asks(request::ND) {
                (*view).shape = &raw mut (*view).len;
            }
            if asks(request::STRIDES) {
                (*view).strides = &raw mut (*view).itemsize;
            }
        }
        Ok(())
    }
}
