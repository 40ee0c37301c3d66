//! `list`.

mod iter;
mod methods;
mod sort;
mod subscripts;

pub use iter::{LIST_ITERATOR_TYPE, LIST_REVERSE_ITERATOR_TYPE, PyListIterator, PyListReverseIterator};

use core::alloc::Layout as Bytes;
use core::cell::Cell;
use core::ptr::NonNull;

use adder_gc::raw::{self, Head};
use adder_gc::{Clearer, Tracer};

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, Obj, functions, unborn};
use crate::subscript::Places;
use crate::tuple::PyTuple;
use crate::typeobject::{OBJECT_TYPE, Spec, TypeObject, flag};
use crate::value::Value;

/// `list`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyList_Type")]
pub static LIST_TYPE: TypeObject = TypeObject::builtin(&LIST_SPEC, &raw const LIST_TYPE);

static LIST_SPEC: Spec = Spec {
    doc: Some(
        "A sequence that can be changed.\n\nWithout an argument a new list is empty, else it holds what the iterable gives.",
    ),
    flags: flag::GC | flag::BASE | flag::LIST | flag::SEQUENCE | flag::MATCH_SELF,
    size: size_of::<PyList>(),
    functions: functions::<PyList>(true, true),
    slots: methods::slots(),
    methods: methods::METHODS,
    ..Spec::new("list", &OBJECT_TYPE)
};

/// Layout of a list (C's `PyListObject`): 40 bytes.
#[repr(C)]
pub struct PyList {
    head: Head,
    ob_size: Cell<usize>,
    ob_item: Cell<*mut Value>,
    allocated: Cell<usize>,
}

// SAFETY: begins with a head; types with the flag derive from list.
unsafe impl Layout for PyList {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &LIST_TYPE
    }
    #[inline(always)]
    fn fits(ty: &TypeObject) -> bool {
        ty.has(flag::LIST)
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.each(self.len(), |at, tracer| {
            // SAFETY: a tracer changes nothing.
            if let Some(item) = unsafe { self.items() }.get(at) {
                item.trace(tracer);
            }
        });
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        clearer.discard_iter(self.take_items());
    }
}

impl Drop for PyList {
    fn drop(&mut self) {
        drop(self.take_items());
    }
}

/// The items of a list that was emptied; given one by one from the first to the last; those left are dropped with the buffer.
pub struct Items {
    buffer: *mut Value,
    allocated: usize,
    next: usize,
    len: usize,
}

impl Iterator for Items {
    type Item = Value;
    fn next(&mut self) -> Option<Value> {
        (self.next < self.len).then(|| {
            self.next += 1;
            // SAFETY: initialised, and read once.
            unsafe { self.buffer.add(self.next - 1).read() }
        })
    }
}

impl Drop for Items {
    /// From the last to the first, as CPython lets the items of a list go.
    fn drop(&mut self) {
        while self.next < self.len {
            self.len -= 1;
            // SAFETY: initialised, and read once.
            drop(unsafe { self.buffer.add(self.len).read() });
        }
        if self.allocated > 0 {
            // SAFETY: allocated with this layout; its charge went when it was taken.
            unsafe { std::alloc::dealloc(self.buffer.cast(), layout(self.allocated)) };
        }
    }
}

fn layout(items: usize) -> Bytes {
    Bytes::array::<Value>(items).expect("as allocated")
}

impl PyList {
    /// How many items it has.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ob_size.get()
    }

    /// Has it none?
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Items that there is room for.
    pub fn capacity(&self) -> usize {
        self.allocated.get()
    }

    /// The items, borrowed.
    ///
    /// # Safety
    /// The list is not changed while the borrow lives: no code of a user may run.
    #[inline(always)]
    pub unsafe fn items(&self) -> &[Value] {
        match self.ob_size.get() {
            0 => &[],
            // SAFETY: so many are initialised; the rest is the contract.
            n => unsafe { core::slice::from_raw_parts(self.ob_item.get(), n) },
        }
    }

    /// An item, if there are so many.
    #[inline(always)]
    pub fn get(&self, at: usize) -> Option<Value> {
        // SAFETY: cloning runs no code.
        unsafe { self.items() }.get(at).cloned()
    }

    /// The place of an item, for C. It is good until the list changes.
    pub fn place(&self, at: usize) -> Option<*mut Value> {
        // SAFETY: within the initialised items.
        (at < self.len()).then(|| unsafe { self.ob_item.get().add(at) })
    }

    /// Copies of all items.
    pub fn to_vec(&self) -> Vec<Value> {
        // SAFETY: cloning runs no code.
        unsafe { self.items() }.to_vec()
    }

    /// Replaces an item; the old one is released after the store. False behind the end.
    #[inline]
    pub fn set(&self, at: usize, value: Value) -> bool {
        if at >= self.len() {
            return false;
        }
        // SAFETY: initialised; a move runs no code.
        drop(unsafe { self.ob_item.get().add(at).replace(value) });
        true
    }

    /// Adds an item at the end. Constant time but for growth, by an eighth and some.
    ///
    /// # Errors
    /// MemoryError; the item is released.
    #[inline]
    pub fn push(&self, cx: &Cx, value: Value) -> R<()> {
        let len = self.ob_size.get();
        if len == self.allocated.get() {
            self.grow(cx, len + 1)?;
        }
        // SAFETY: there is room.
        unsafe { self.ob_item.get().add(len).write(value) };
        self.ob_size.set(len + 1);
        Ok(())
    }

    /// Adds items at the end.
    ///
    /// # Safety
    /// There is room for all. Making them runs no code.
    #[inline(always)]
    pub(crate) unsafe fn fill(&self, items: impl Iterator<Item = Value>) {
        let mut len = self.ob_size.get();
        for item in items {
            debug_assert!(len < self.allocated.get());
            // SAFETY: by the contract.
            unsafe { self.ob_item.get().add(len).write(item) };
            len += 1;
        }
        self.ob_size.set(len);
    }

    /// Room for so many items more, and for no others where there are none yet.
    fn reserve_more(&self, cx: &Cx, more: usize) -> R<()> {
        match self.allocated.get() {
            0 => self.reserve_exactly(cx, more),
            _ => self.reserve(cx, self.len() + more),
        }
    }

    /// Room for so many items at least.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn reserve(&self, cx: &Cx, items: usize) -> R<()> {
        if items <= self.allocated.get() { Ok(()) } else { self.grow(cx, items) }
    }

    /// The same, and no more than these where the buffer must grow.
    pub(crate) fn reserve_exactly(&self, cx: &Cx, items: usize) -> R<()> {
        if items <= self.allocated.get() { Ok(()) } else { self.resize_buffer(cx, items) }
    }

    #[cold]
    fn grow(&self, cx: &Cx, wanted: usize) -> R<()> {
        // CPython's pattern of growth: 0, 4, 8, 16, 24, 32, 40, 52, 64, …
        let more = wanted.checked_add((wanted >> 3) + 6).map(|n| n & !3);
        self.resize_buffer(cx, more.unwrap_or(wanted).max(wanted))
    }

    /// Room for exactly so many items, not fewer than there are.
    ///
    /// # Errors
    /// MemoryError.
    pub fn resize_buffer(&self, cx: &Cx, items: usize) -> R<()> {
        let (Ok(new), old) = (Bytes::array::<Value>(items), self.allocated.get()) else {
            return Err(cx.no_memory());
        };
        debug_assert!(items >= self.len());
        if items == old {
            return Ok(());
        }
        // SAFETY: the buffer was allocated with room for `old` items.
        unsafe {
            if items == 0 {
                raw::deallocate(
                    NonNull::from_ref(&self.head),
                    NonNull::new_unchecked(self.ob_item.get()).cast(),
                    layout(old),
                );
                self.ob_item.set(core::ptr::null_mut());
            } else {
                let got = match NonNull::new(self.ob_item.get()) {
                    Some(buffer) if old > 0 => raw::reallocate(&cx.heap, buffer.cast(), layout(old), new.size()),
                    _ => raw::allocate(&cx.heap, new),
                };
                let Ok(got) = got else { return Err(cx.no_memory()) };
                self.ob_item.set(got.cast().as_ptr());
            }
        }
        self.allocated.set(items);
        Ok(())
    }

    /// Takes all items out.
    pub fn take_items(&self) -> Items {
        let allocated = self.allocated.replace(0);
        let items = Items {
            buffer: self.ob_item.replace(core::ptr::null_mut()),
            allocated,
            next: 0,
            len: self.ob_size.replace(0),
        };
        if let Some(buffer) = NonNull::new(items.buffer).filter(|_| allocated > 0) {
            // SAFETY: the list is live or being dropped, and lies on a page.
            unsafe { raw::disown(NonNull::from_ref(&self.head), buffer.cast(), allocated * size_of::<Value>()) };
        }
        items
    }

    /// Replaces `count` items from `at` on by others; those replaced.
    ///
    /// # Errors
    /// MemoryError; the list stays as it was, and the new items are released.
    ///
    /// # Panics
    /// If the part does not lie in the list.
    pub fn splice(&self, cx: &Cx, at: usize, count: usize, with: Vec<Value>) -> R<Vec<Value>> {
        let len = self.len();
        assert!(at <= len && count <= len - at, "a part of the list");
        self.reserve(cx, len - count + with.len())?;
        // SAFETY: items are moved within the buffer and in and out of it; nothing runs meanwhile.
        unsafe {
            let place = self.ob_item.get();
            let mut old = Vec::with_capacity(count);
            for i in 0..count {
                old.push(place.add(at + i).read());
            }
            if !place.is_null() {
                let behind = place.add(at + count);
                behind.copy_to(place.add(at + with.len()), len - at - count);
            }
            self.ob_size.set(len - count + with.len());
            for (i, value) in with.into_iter().enumerate() {
                place.add(at + i).write(value);
            }
            Ok(old)
        }
    }

    /// Replaces `count` items from `at` on by those of another list, which holds the replaced ones afterwards. Nothing is
    /// released here.
    ///
    /// # Errors
    /// MemoryError; both lists stay as they were.
    ///
    /// # Panics
    /// If the part does not lie in the list.
    pub(crate) fn exchange(&self, cx: &Cx, at: usize, count: usize, with: &PyList) -> R<()> {
        let (len, new) = (self.len(), with.len());
        assert!(at <= len && count <= len - at && !core::ptr::eq(self, with), "a part of the list, and another list");
        self.reserve(cx, len - count + new)?;
        with.reserve(cx, new + count)?;
        let (ours, theirs) = (self.ob_item.get(), with.ob_item.get());
        // SAFETY: there is room; items are moved, each to one place; nothing runs meanwhile. Where a buffer has no room nothing
        // is moved from or to it.
        unsafe {
            if count > 0 {
                ours.add(at).copy_to_nonoverlapping(theirs.add(new), count);
            }
            if len > at + count && count != new {
                ours.add(at + count).copy_to(ours.add(at + new), len - at - count);
            }
            if new > 0 {
                theirs.copy_to_nonoverlapping(ours.add(at), new);
            }
            if count > 0 && new > 0 {
                theirs.add(new).copy_to(theirs, count);
            }
        }
        self.ob_size.set(len - count + new);
        with.ob_size.set(count);
        Ok(())
    }

    /// Replaces an item; the old one.
    ///
    /// # Panics
    /// Behind the end.
    pub(crate) fn replace(&self, at: usize, value: Value) -> Value {
        assert!(at < self.len(), "an item of the list");
        // SAFETY: initialised; a move runs no code.
        unsafe { self.ob_item.get().add(at).replace(value) }
    }

    /// Moves the items of these places, which ascend, behind those of another list that has room for them.
    pub(crate) fn take_places(&self, places: Places, to: &PyList) {
        let len = self.len();
        assert!(
            places.step > 0 && to.allocated.get() - to.len() >= places.count,
            "ascending places, and room for them"
        );
        let mut gone = places.iter().peekable();
        let mut kept = 0;
        // SAFETY: each item is moved once, to the other list or to the front; nothing runs meanwhile.
        unsafe {
            let items = self.ob_item.get();
            for at in 0..len {
                if gone.next_if_eq(&at).is_some() {
                    to.ob_item.get().add(to.len()).write(items.add(at).read());
                    to.ob_size.set(to.len() + 1);
                } else {
                    items.add(at).copy_to(items.add(kept), 1);
                    kept += 1;
                }
            }
        }
        self.ob_size.set(kept);
    }

    /// Exchanges the contents of two lists of one interpreter.
    pub(crate) fn swap(&self, other: &PyList) {
        self.ob_size.swap(&other.ob_size);
        self.ob_item.swap(&other.ob_item);
        self.allocated.swap(&other.allocated);
    }

    /// Gives room back where less than half of it is used, as CPython does. Where that fails nothing is lost.
    #[inline]
    pub(crate) fn shrink(&self, cx: &Cx) {
        let (len, room) = (self.len(), self.allocated.get());
        if len < room / 2 && room > 8 {
            let _ = self.resize_buffer(cx, (len + (len >> 3) + 6) & !3);
        }
    }

    /// Puts an item in front of that at `at`, or at the end.
    ///
    /// # Errors
    /// MemoryError; the item is released.
    ///
    /// # Panics
    /// Behind the end.
    pub fn insert(&self, cx: &Cx, at: usize, value: Value) -> R<()> {
        let len = self.len();
        assert!(at <= len, "a place in the list");
        self.reserve(cx, len + 1)?;
        // SAFETY: there is room; the items behind make way.
        unsafe {
            let place = self.ob_item.get().add(at);
            place.copy_to(place.add(1), len - at);
            place.write(value);
        }
        self.ob_size.set(len + 1);
        Ok(())
    }

    /// Takes the last item.
    #[inline]
    pub fn pop(&self) -> Option<Value> {
        let last = self.len().checked_sub(1)?;
        self.ob_size.set(last);
        // SAFETY: initialised, and no longer counted as one of the list's.
        Some(unsafe { self.ob_item.get().add(last).read() })
    }

    /// Reverses the order of the items.
    pub fn reverse(&self) {
        if self.len() > 1 {
            // SAFETY: so many are initialised; moves run no code.
            unsafe { core::slice::from_raw_parts_mut(self.ob_item.get(), self.len()) }.reverse();
        }
    }

    /// Adds all that an iterable gives.
    ///
    /// # Errors
    /// MemoryError; what the iteration raises. What was added before stays.
    pub fn extend(&self, cx: &Cx, iterable: &Value) -> R<()> {
        if let Some(other) = iterable.downcast::<PyList>()
            && (core::ptr::eq(self, other) || iterable.is_exact(&LIST_TYPE))
        {
            let n = other.len();
            self.reserve_more(cx, n)?;
            for at in 0..n {
                if let Some(item) = other.get(at) {
                    self.push(cx, item)?;
                }
            }
            return Ok(());
        }
        if let Some(tuple) = iterable.downcast_exact::<PyTuple>() {
            self.reserve_more(cx, tuple.items().len())?;
            for item in tuple.items() {
                self.push(cx, item.clone())?;
            }
            return Ok(());
        }
        let iterator = cx.iter(iterable)?;
        let hint = cx.length_hint(iterable, 8)?;
        if self.len().checked_add(hint).is_some_and(|n| n <= isize::MAX as usize / 8) {
            self.reserve_more(cx, hint)?;
        }
        while let Some(item) = cx.next(&iterator)? {
            self.push(cx, item)?;
        }
        self.shrink(cx);
        Ok(())
    }

    /// Removes an item.
    ///
    /// # Panics
    /// Behind the end.
    pub fn remove(&self, at: usize) -> Value {
        let len = self.len();
        assert!(at < len, "an item of the list");
        // SAFETY: the item is moved out, and those behind it follow up.
        unsafe {
            let place = self.ob_item.get().add(at);
            let item = place.read();
            place.add(1).copy_to(place, len - at - 1);
            self.ob_size.set(len - 1);
            item
        }
    }
}

impl Cx {
    /// A list of these items.
    ///
    /// # Errors
    /// MemoryError.
    pub fn list(&self, items: impl IntoIterator<Item = Value, IntoIter: ExactSizeIterator>) -> R<Obj<PyList>> {
        let items = items.into_iter();
        let list = self.list_in(&LIST_TYPE)?;
        if items.len() > 0 {
            list.resize_buffer(self, items.len())?;
        }
        for item in items {
            // An iterator may give more than it said.
            list.push(self, item)?;
        }
        Ok(list)
    }

    /// An empty list of `list` or a class derived from it.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn list_in(&self, class: &TypeObject) -> R<Obj<PyList>> {
        self.alloc_in(
            class,
            PyList {
                head: unborn(),
                ob_size: Cell::new(0),
                ob_item: Cell::new(core::ptr::null_mut()),
                allocated: Cell::new(0),
            },
        )
    }
}
