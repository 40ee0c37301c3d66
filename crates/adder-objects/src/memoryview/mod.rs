//! `memoryview`: the bytes of another object, seen as items of some format and shape.

mod index;
mod items;
mod iterator;
mod methods;

pub use items::{f64_to_half, half_to_f64};
pub use iterator::{MEMORY_ITERATOR_TYPE, PyMemoryIterator};

use core::cell::{Cell, RefCell};
use std::borrow::Cow;

use adder_gc::raw::{self, Head};
use adder_gc::{Clearer, Tracer};

use crate::args::{Args, Params};
use crate::buffer::{Buffer, request};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::{Layout, Slot, functions, unborn};
use crate::storage::HeapVec;
use crate::typeobject::{CompareOp, OBJECT_TYPE, Slots, Spec, TypeObject, flag, slot};
use crate::value::Value;

/// `memoryview`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyMemoryView_Type")]
pub static MEMORYVIEW_TYPE: TypeObject = TypeObject::builtin(&MEMORYVIEW_SPEC, &raw const MEMORYVIEW_TYPE);

static MEMORYVIEW_SPEC: Spec = Spec {
    flags: flag::GC | flag::SEQUENCE,
    size: size_of::<PyMemoryView>(),
    weak: true,
    functions: functions::<PyMemoryView>(true, true),
    slots: Slots {
        repr: slot(repr),
        hash: slot(hash),
        compare: slot(compare),
        new: slot(new),
        iter: slot(iterator::iter),
        len: slot(len),
        getitem: slot(index::getitem),
        item: slot(index::item),
        setitem: slot(index::setitem),
        buffer: slot(buffer),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    getset: methods::GETSET,
    doc: Some("A view of the buffer of an object, without a copy."),
    ..Spec::new("memoryview", &OBJECT_TYPE)
};

/// `managedbuffer`: the view that an object gave, shared by all memoryviews on it and ended with the last of them.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "_PyManagedBuffer_Type")]
pub static MANAGED_BUFFER_TYPE: TypeObject = TypeObject::builtin(&MANAGED_BUFFER_SPEC, &raw const MANAGED_BUFFER_TYPE);

static MANAGED_BUFFER_SPEC: Spec = Spec {
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyManagedBuffer>(),
    functions: functions::<PyManagedBuffer>(true, true),
    ..Spec::new("managedbuffer", &OBJECT_TYPE)
};

/// Layout of a managed buffer.
#[repr(C)]
pub struct PyManagedBuffer {
    head: Head,
    buffer: Buffer,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyManagedBuffer {
    fn ty() -> &'static TypeObject {
        &MANAGED_BUFFER_TYPE
    }
    /// Only memoryviews refer to it, and they let go of it when they are cleared.
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.buffer.owner.trace(tracer);
    }
}

/// What a memoryview shows: it never changes.
pub struct View {
    /// The first item.
    pub data: *mut u8,
    /// May it not be written?
    pub read_only: bool,
    /// Bytes of an item.
    pub item_size: usize,
    /// Format of an item, in the notation of `struct`.
    pub format: Cow<'static, str>,
    /// Items in each dimension.
    pub shape: Vec<isize>,
    /// Bytes from one item to the next in each dimension.
    pub strides: Vec<isize>,
}

/// Layout of a memoryview.
#[repr(C)]
pub struct PyMemoryView {
    head: Head,
    /// The managed buffer; empty once released.
    managed: Slot,
    view: View,
    /// Bytes charged for what the view owns.
    charged: Cell<usize>,
    /// What another language was given to look at instead; it lives as long as the view.
    shown: RefCell<Option<Box<dyn core::any::Any>>>,
    /// Views of this view; while there are some it cannot be released.
    exports: Cell<usize>,
    hash: Cell<i64>,
}

// SAFETY: begins with a head.
unsafe impl Layout for PyMemoryView {
    fn ty() -> &'static TypeObject {
        &MEMORYVIEW_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.managed.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        // What is exported is still in use.
        if self.exports.get() == 0 {
            self.managed.clear(clearer);
        }
    }
}

impl Drop for PyMemoryView {
    fn drop(&mut self) {
        // Fields for which there was no object are charged nothing, and lie on no page.
        if self.charged.get() != 0 {
            // SAFETY: the object is being dropped, and lies on a page.
            unsafe { raw::uncharge_of(core::ptr::NonNull::from_ref(&self.head), self.charged.get()) };
        }
    }
}

impl View {
    /// Items in all.
    fn count(&self) -> usize {
        self.shape.iter().map(|&n| n as usize).product()
    }

    /// Bytes in all.
    pub fn bytes(&self) -> usize {
        self.count() * self.item_size
    }

    /// Do the items follow each other, the last index fastest (or the first, if `fortran`)?
    pub fn is_contiguous(&self, fortran: bool) -> bool {
        is_contiguous(&self.shape, &self.strides, self.item_size, fortran)
    }
}

/// Do items with these strides follow each other, the last index fastest (or the first, if `fortran`)?
pub fn is_contiguous(shape: &[isize], strides: &[isize], item_size: usize, fortran: bool) -> bool {
    // Of one dimension also nothing is contiguous only if what there could be was.
    if shape.len() > 1 && shape.contains(&0) {
        return true;
    }
    let mut wanted = item_size as isize;
    let mut each = |at: usize| {
        let fits = shape[at] == 1 || strides[at] == wanted;
        wanted *= shape[at];
        fits
    };
    if fortran { (0..shape.len()).all(&mut each) } else { (0..shape.len()).rev().all(&mut each) }
}

/// Strides of items that follow each other.
fn plain_strides(shape: &[isize], item_size: usize) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut stride = item_size as isize;
    for at in (0..shape.len()).rev() {
        strides[at] = stride;
        stride *= shape[at];
    }
    strides
}

/// Calls a function with the offset of each item, the last index fastest (or the first, if `fortran`).
fn each_offset(shape: &[isize], strides: &[isize], fortran: bool, f: &mut dyn FnMut(isize) -> R<()>) -> R<()> {
    let Some((&n, &stride, rest)) = (match fortran {
        false => shape.first().zip(strides.first()).map(|(n, s)| (n, s, 1..shape.len())),
        true => shape.last().zip(strides.last()).map(|(n, s)| (n, s, 0..shape.len() - 1)),
    }) else {
        return f(0);
    };
    for at in 0..n {
        each_offset(&shape[rest.clone()], &strides[rest.clone()], fortran, &mut |offset| f(at * stride + offset))?;
    }
    Ok(())
}

/// The bytes of the items of any buffer, one behind the other.
///
/// # Errors
/// MemoryError.
pub fn contents<'h>(cx: &'h Cx, buffer: &Buffer) -> R<HeapVec<'h, u8>> {
    copy_items(cx, buffer.data, &buffer.shape, &buffer.strides, buffer.item_size, false)
}

fn copy_items<'h>(
    cx: &'h Cx,
    data: *mut u8,
    shape: &[isize],
    strides: &[isize],
    item_size: usize,
    fortran: bool,
) -> R<HeapVec<'h, u8>> {
    let n = shape.iter().map(|&n| n as usize).product::<usize>() * item_size;
    let mut out = HeapVec::with_capacity(cx, n)?;
    if n == 0 {
        return Ok(out);
    }
    if is_contiguous(shape, strides, item_size, fortran) {
        // SAFETY: so many bytes lie there; copying them runs no code of a user.
        out.extend(unsafe { core::slice::from_raw_parts(data, n) })?;
        return Ok(out);
    }
    each_offset(shape, strides, fortran, &mut |offset| {
        // SAFETY: shape and strides stay in the buffer.
        out.extend(unsafe { core::slice::from_raw_parts(data.offset(offset), item_size) })
    })?;
    Ok(out)
}

fn this(value: &Value) -> &PyMemoryView {
    // SAFETY: slots and methods of memoryview are called for them.
    unsafe { value.cast::<PyMemoryView>() }
}

impl PyMemoryView {
    fn is_released(&self) -> bool {
        self.managed.is_unset()
    }

    /// Whose memory it shows; None for memory of nobody's.
    pub fn owner(&self) -> Value {
        owner(self)
    }

    /// What another language looks at instead of the view: made once.
    pub fn shown<T: core::any::Any>(&self, make: impl FnOnce(&View) -> T) -> *mut T {
        let mut shown = self.shown.borrow_mut();
        let made = shown.get_or_insert_with(|| Box::new(make(&self.view)));
        made.downcast_mut::<T>().map_or(core::ptr::null_mut(), core::ptr::from_mut)
    }

    /// What it shows.
    ///
    /// # Errors
    /// ValueError if it was released.
    pub fn view(&self, cx: &Cx) -> R<&View> {
        if self.is_released() {
            return raise!(cx, exc::VALUE_ERROR, "operation forbidden on released memoryview object");
        }
        Ok(&self.view)
    }

    /// Another view of the same buffer.
    fn with(&self, cx: &Cx, view: View) -> R {
        make(cx, self.managed.get(), view)
    }

    /// Ends it.
    fn release(&self, cx: &Cx) -> R<()> {
        match self.exports.get() {
            0 => {
                drop(self.managed.take());
                Ok(())
            }
            n => {
                let s = if n == 1 { "" } else { "s" };
                raise!(cx, exc::BUFFER_ERROR, "memoryview has {n} exported buffer{s}")
            }
        }
    }
}

fn make(cx: &Cx, managed: Value, view: View) -> R {
    let charged = view.shape.len() * 16 + view.format.len();
    let made = cx.alloc(PyMemoryView {
        head: unborn(),
        managed: Slot::new(managed),
        view,
        charged: Cell::new(0),
        shown: RefCell::new(None),
        exports: Cell::new(0),
        hash: Cell::new(-1),
    })?;
    if raw::charge(&cx.heap, charged).is_err() {
        return Err(cx.no_memory());
    }
    made.charged.set(charged);
    Ok(made.into_value())
}

impl Cx {
    /// `memoryview(object)`
    ///
    /// # Errors
    /// TypeError if the object has no buffer; what giving one raises.
    pub fn memoryview(&self, object: &Value) -> R {
        if let Some(view) = object.downcast::<PyMemoryView>() {
            let shown = view.view(self)?;
            return view.with(self, shown.copy());
        }
        let Some(buffer) = object.ty().slots.buffer.get() else {
            let ty = object.ty().name();
            return raise!(self, exc::TYPE_ERROR, "memoryview: a bytes-like object is required, not '{ty}'");
        };
        let buffer = buffer(self, object, request::FULL)?;
        self.memoryview_of(buffer)
    }

    /// A memoryview of a view.
    ///
    /// # Errors
    /// MemoryError.
    pub fn memoryview_of(&self, buffer: Buffer) -> R {
        let view = View {
            data: buffer.data,
            read_only: buffer.read_only,
            item_size: buffer.item_size,
            format: buffer.format.clone(),
            shape: buffer.shape.clone(),
            strides: buffer.strides.clone(),
        };
        let managed = self.alloc(PyManagedBuffer { head: unborn(), buffer })?;
        make(self, managed.into_value(), view)
    }
}

impl View {
    fn copy(&self) -> View {
        View {
            data: self.data,
            read_only: self.read_only,
            item_size: self.item_size,
            format: self.format.clone(),
            shape: self.shape.clone(),
            strides: self.strides.clone(),
        }
    }
}

static NEW: Params<1> =
    Params { function: "memoryview", names: ["object"], positional_only: 0, positional: 1, required: 1 };

fn new(cx: &Cx, _: &TypeObject, args: Args<'_>) -> R {
    let [object] = args.bind(cx, &NEW)?;
    cx.memoryview(object.expect("required"))
}

fn repr(cx: &Cx, value: &Value) -> R {
    let what = if this(value).is_released() { "released memory" } else { "memory" };
    Ok(cx.str_from_fmt(format_args!("<{what} at {:#x}>", value.bits()))?.into_value())
}

fn len(cx: &Cx, value: &Value) -> R<usize> {
    match this(value).view(cx)?.shape.first() {
        Some(&n) => Ok(n as usize),
        None => raise!(cx, exc::TYPE_ERROR, "0-dim memory has no length"),
    }
}

fn owner(view: &PyMemoryView) -> Value {
    match view.managed.get().downcast::<PyManagedBuffer>() {
        Some(managed) => managed.buffer.owner.clone(),
        None => Value::none(),
    }
}

fn hash(cx: &Cx, value: &Value) -> R<i64> {
    let it = this(value);
    if it.hash.get() != -1 {
        return Ok(it.hash.get());
    }
    let view = it.view(cx)?;
    if !view.read_only {
        return raise!(cx, exc::VALUE_ERROR, "cannot hash writable memoryview object");
    }
    if !matches!(view.format.trim_start_matches('@'), "B" | "b" | "c") {
        return raise!(cx, exc::VALUE_ERROR, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
    }
    cx.hash(&owner(it))?;
    let bytes = copy_items(cx, view.data, &view.shape, &view.strides, view.item_size, false)?;
    it.hash.set(crate::bytes::hash_of(&bytes));
    Ok(it.hash.get())
}

fn compare(cx: &Cx, a: &Value, b: &Value, op: CompareOp) -> R {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let answer = |equal: bool| Ok(Value::bool(equal == (op == CompareOp::Eq)));
    let it = this(a);
    if it.is_released() {
        return answer(a.is(b));
    }
    if let Some(other) = b.downcast::<PyMemoryView>() {
        return if other.is_released() { answer(a.is(b)) } else { answer(equal(cx, &it.view, &other.view)?) };
    }
    let Some(buffer) = b.ty().slots.buffer.get() else { return Ok(Value::not_implemented()) };
    let buffer = match buffer(cx, b, request::FULL) {
        Ok(buffer) => buffer,
        Err(_) => return Ok(Value::not_implemented()),
    };
    let other = View {
        data: buffer.data,
        read_only: true,
        item_size: buffer.item_size,
        format: buffer.format.clone(),
        shape: buffer.shape.clone(),
        strides: buffer.strides.clone(),
    };
    answer(equal(cx, &it.view, &other)?)
}

/// Have both the same shape, and equal values in it?
fn equal(cx: &Cx, a: &View, b: &View) -> R<bool> {
    if a.shape != b.shape {
        return Ok(false);
    }
    let (Some(x), Some(y)) = (items::Format::of(&a.format), items::Format::of(&b.format)) else {
        return Ok(false);
    };
    let left = copy_items(cx, a.data, &a.shape, &a.strides, a.item_size, false)?;
    let right = copy_items(cx, b.data, &b.shape, &b.strides, b.item_size, false)?;
    if x == y && !x.is_float() {
        return Ok(*left == *right);
    }
    for at in 0..a.count() {
        let one = x.unpack(cx, &left[at * a.item_size..])?;
        let other = y.unpack(cx, &right[at * b.item_size..])?;
        // By value: not a number equals nothing.
        let equal = cx.compare(&one, &other, CompareOp::Eq)?;
        if !cx.is_true(&equal)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn buffer(cx: &Cx, value: &Value, asked: u32) -> R<Buffer> {
    let it = this(value);
    let view = it.view(cx)?;
    if asked & request::WRITABLE != 0 && view.read_only {
        return raise!(cx, exc::BUFFER_ERROR, "memoryview: underlying buffer is not writable");
    }
    let asks = |bits: u32| asked & bits == bits;
    let (by_rows, by_columns) = (view.is_contiguous(false), view.is_contiguous(true));
    let wrong = match () {
        () if asks(request::C_CONTIGUOUS) && !by_rows => "underlying buffer is not C-contiguous",
        () if asks(request::F_CONTIGUOUS) && !by_columns => "underlying buffer is not Fortran contiguous",
        () if asks(request::ANY_CONTIGUOUS) && !by_rows && !by_columns => "underlying buffer is not contiguous",
        () if !asks(request::STRIDES) && !by_rows => "underlying buffer is not C-contiguous",
        () if !asks(request::ND) && asks(request::FORMAT) => {
            "cannot cast to unsigned bytes if the format flag is present"
        }
        () => "",
    };
    if !wrong.is_empty() {
        return raise!(cx, exc::BUFFER_ERROR, "memoryview: {wrong}");
    }
    it.exports.set(it.exports.get() + 1);
    let mut buffer = Buffer::bytes(value.clone(), view.data, view.bytes(), view.read_only, Some(release));
    buffer.item_size = view.item_size;
    buffer.format = view.format.clone();
    buffer.shape = view.shape.clone();
    buffer.strides = view.strides.clone();
    Ok(buffer)
}

fn release(value: &Value) {
    let it = this(value);
    it.exports.set(it.exports.get() - 1);
}
