//! `GcVec<T>`: a vector whose storage is charged to a heap.

use core::alloc::Layout;
use core::borrow::{Borrow, BorrowMut};
use core::fmt;
use core::hash::{Hash, Hasher};
use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;
use std::io;

use crate::gc::refuse;
use crate::heap::{ChargedAlloc, Heap, OutOfMemory};
use crate::trace::{Clearer, Trace, Tracer, tracked_if};

/// A `Vec<T>` whose storage is charged to a heap: it counts against the heap's limit and brings collections nearer.
///
/// What grows has two forms: `try_push` and its like return [`OutOfMemory`], `push` panics with its text. After a failure
/// the vector is as it was. The storage itself comes from the process's allocator, and a vector outlives its heap safely.
///
/// ```
/// use adder_gc::{GcVec, Heap};
///
/// let heap = Heap::with_limit(1 << 20);
/// let mut line = GcVec::new_in(&heap);
/// line.extend([1, 2, 3]);
/// assert_eq!(line, [1, 2, 3]);
/// assert!(heap.stats().charged_bytes >= 12);
/// let error = line.try_reserve(1 << 20).unwrap_err();
/// assert_eq!(error.limit, 1 << 20);
/// ```
pub struct GcVec<T> {
    storage: Storage<T>,
    /// The first so many elements are initialised.
    len: usize,
}

/// Room for elements; knows nothing of those in it.
struct Storage<T> {
    ptr: NonNull<T>,
    /// `usize::MAX` where elements take no room.
    capacity: usize,
    alloc: ChargedAlloc,
    _owns: PhantomData<T>,
}

impl<T> Storage<T> {
    const NO_ROOM_NEEDED: bool = size_of::<T>() == 0;

    fn new(alloc: ChargedAlloc) -> Storage<T> {
        let capacity = if Self::NO_ROOM_NEEDED { usize::MAX } else { 0 };
        Storage { ptr: NonNull::dangling(), capacity, alloc, _owns: PhantomData }
    }

    /// The layout of what was allocated.
    fn layout(&self) -> Layout {
        let capacity = if Self::NO_ROOM_NEEDED { 0 } else { self.capacity };
        Layout::array::<T>(capacity).expect("it was allocated with this layout")
    }

    /// Changes the capacity. Not below the number of elements.
    fn resize(&mut self, capacity: usize) -> Result<(), OutOfMemory> {
        if Self::NO_ROOM_NEEDED || capacity == self.capacity {
            return Ok(());
        }
        let Ok(layout) = Layout::array::<T>(capacity) else { return Err(self.alloc.too_large()) };
        // SAFETY: allocated here with this layout; the old pointer is forgotten on success.
        let ptr = unsafe { self.alloc.reallocate(self.ptr.cast(), self.layout(), layout)? };
        self.ptr = ptr.cast();
        self.capacity = capacity;
        Ok(())
    }

    /// Makes room for `more` elements behind the first `len`, and for some to come.
    fn grow(&mut self, len: usize, more: usize) -> Result<(), OutOfMemory> {
        if self.capacity - len >= more {
            return Ok(());
        }
        let Some(needed) = len.checked_add(more) else { return Err(self.alloc.too_large()) };
        let least = if size_of::<T>() == 1 { 8 } else { 4 };
        let wanted = needed.max(self.capacity.saturating_mul(2)).max(least);
        if self.resize(wanted).is_ok() {
            return Ok(());
        }
        // Near the limit it grows by half of what is left each time: each failure has cost a whole collection.
        let spare = self.alloc.spare() / size_of::<T>().max(1) / 2;
        let modest = needed.max(self.capacity.saturating_add(spare)).min(wanted);
        if modest > needed && self.resize(modest).is_ok() {
            return Ok(());
        }
        self.resize(needed)
    }
}

impl<T> Drop for Storage<T> {
    fn drop(&mut self) {
        let layout = self.layout();
        // SAFETY: allocated by `resize` with this layout, and not used any more.
        unsafe { self.alloc.deallocate(self.ptr.cast(), layout) };
    }
}

impl<T> GcVec<T> {
    /// An empty vector charged to the thread's heap. Allocates nothing yet.
    pub fn new() -> GcVec<T> {
        GcVec::new_in(&Heap::current())
    }

    /// An empty vector charged to a heap. Allocates nothing yet.
    pub fn new_in(heap: &Heap) -> GcVec<T> {
        GcVec::with_allocator(heap.allocator())
    }

    pub(crate) fn with_allocator(alloc: ChargedAlloc) -> GcVec<T> {
        GcVec { storage: Storage::new(alloc), len: 0 }
    }

    /// An empty vector with room for so many elements, charged to the thread's heap.
    ///
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    pub fn with_capacity(capacity: usize) -> GcVec<T> {
        GcVec::try_with_capacity_in(capacity, &Heap::current()).unwrap_or_else(|error| refuse(error))
    }

    /// An empty vector with room for so many elements, charged to a heap.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    pub fn try_with_capacity_in(capacity: usize, heap: &Heap) -> Result<GcVec<T>, OutOfMemory> {
        let mut vec = GcVec::new_in(heap);
        vec.try_reserve_exact(capacity)?;
        Ok(vec)
    }

    /// The heap that is charged.
    pub fn heap(&self) -> Heap {
        self.storage.alloc.heap()
    }

    /// The allocator of the storage.
    pub fn allocator(&self) -> &ChargedAlloc {
        &self.storage.alloc
    }

    /// Elements that fit without another allocation.
    pub fn capacity(&self) -> usize {
        self.storage.capacity
    }

    /// Bytes that this vector has charged to its heap.
    pub fn charged_bytes(&self) -> usize {
        self.storage.layout().size()
    }

    /// The elements.
    pub fn as_slice(&self) -> &[T] {
        self
    }

    /// The elements.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        self
    }

    /// Makes room for more elements; after this, adding so many cannot fail.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    pub fn try_reserve(&mut self, more: usize) -> Result<(), OutOfMemory> {
        self.storage.grow(self.len, more)
    }

    /// As [`try_reserve`](Self::try_reserve), and no more room than asked for.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    pub fn try_reserve_exact(&mut self, more: usize) -> Result<(), OutOfMemory> {
        if self.capacity() - self.len >= more {
            return Ok(());
        }
        let Some(needed) = self.len.checked_add(more) else { return Err(self.storage.alloc.too_large()) };
        self.storage.resize(needed)
    }

    /// Makes room for more elements.
    ///
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    pub fn reserve(&mut self, more: usize) {
        self.try_reserve(more).unwrap_or_else(|error| refuse(error));
    }

    /// Gives room that is not used back to the process, and its charge to the heap.
    pub fn shrink_to_fit(&mut self) {
        // A refusal leaves the vector as it was.
        let _ = self.storage.resize(self.len.min(self.capacity()));
    }

    /// Adds an element at the end.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded; the element is dropped. To keep it, call
    /// [`try_reserve`](Self::try_reserve) first: what it made room for cannot fail.
    pub fn try_push(&mut self, value: T) -> Result<(), OutOfMemory> {
        if self.len == self.capacity() {
            self.try_reserve(1)?;
        }
        // SAFETY: there is room behind the last element.
        unsafe { self.storage.ptr.add(self.len).write(value) };
        self.len += 1;
        Ok(())
    }

    /// Adds an element at the end.
    ///
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    pub fn push(&mut self, value: T) {
        self.try_push(value).unwrap_or_else(|error| refuse(error));
    }

    /// Takes the last element out.
    pub fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        // SAFETY: initialised, and no longer counted as an element.
        Some(unsafe { self.storage.ptr.add(self.len).read() })
    }

    /// Puts an element at a place; those from there on move up.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded; the element is dropped.
    ///
    /// # Panics
    /// If the place is beyond the end.
    pub fn try_insert(&mut self, at: usize, value: T) -> Result<(), OutOfMemory> {
        assert!(at <= self.len, "cannot insert at {at}: the vector has {} elements", self.len);
        self.try_reserve(1)?;
        // SAFETY: there is room for one more; `at` is at most the length.
        unsafe {
            let place = self.storage.ptr.add(at);
            place.copy_to(place.add(1), self.len - at);
            place.write(value);
        }
        self.len += 1;
        Ok(())
    }

    /// Puts an element at a place; those from there on move up.
    ///
    /// # Panics
    /// If the place is beyond the end, or the heap's limit would be exceeded.
    pub fn insert(&mut self, at: usize, value: T) {
        self.try_insert(at, value).unwrap_or_else(|error| refuse(error));
    }

    /// Takes an element out; those behind it move down.
    ///
    /// # Panics
    /// If there is no element at this place.
    pub fn remove(&mut self, at: usize) -> T {
        assert!(at < self.len, "cannot remove element {at}: the vector has {} elements", self.len);
        self.len -= 1;
        // SAFETY: `at` was an element; it moves out, and those behind it take its place.
        unsafe {
            let place = self.storage.ptr.add(at);
            let value = place.read();
            place.copy_from(place.add(1), self.len - at);
            value
        }
    }

    /// Takes an element out; the last one takes its place.
    ///
    /// # Panics
    /// If there is no element at this place.
    pub fn swap_remove(&mut self, at: usize) -> T {
        assert!(at < self.len, "cannot remove element {at}: the vector has {} elements", self.len);
        let last = self.len - 1;
        self.swap(at, last);
        self.pop().expect("there is an element")
    }

    /// Drops all elements from a length on.
    pub fn truncate(&mut self, len: usize) {
        if len < self.len {
            let tail = NonNull::slice_from_raw_parts(
                // SAFETY: within the elements.
                unsafe { self.storage.ptr.add(len) },
                self.len - len,
            );
            self.len = len;
            // SAFETY: initialised, and no longer counted as elements.
            unsafe { tail.drop_in_place() };
        }
    }

    /// Drops all elements; the room stays.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Drops the elements that `keep` says no to; the others stay in their order.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        let mut kept = 0;
        for at in 0..self.len {
            if keep(&self[at]) {
                self.swap(kept, at);
                kept += 1;
            }
        }
        self.truncate(kept);
    }

    /// Adds the elements of an iterator.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded; the elements added before stay.
    pub fn try_extend(&mut self, items: impl IntoIterator<Item = T>) -> Result<(), OutOfMemory> {
        let items = items.into_iter();
        self.try_reserve(items.size_hint().0)?;
        for item in items {
            self.try_push(item)?;
        }
        Ok(())
    }

    /// Adds clones of elements.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded; nothing is added.
    pub fn try_extend_from_slice(&mut self, items: &[T]) -> Result<(), OutOfMemory>
    where
        T: Clone,
    {
        self.try_reserve(items.len())?;
        self.try_extend(items.iter().cloned())
    }

    /// Adds clones of elements.
    ///
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    pub fn extend_from_slice(&mut self, items: &[T])
    where
        T: Clone,
    {
        self.try_extend_from_slice(items).unwrap_or_else(|error| refuse(error));
    }

    /// A vector with the elements of an iterator, charged to a heap.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    pub fn try_from_iter_in(items: impl IntoIterator<Item = T>, heap: &Heap) -> Result<GcVec<T>, OutOfMemory> {
        let mut vec = GcVec::new_in(heap);
        vec.try_extend(items)?;
        Ok(vec)
    }

    /// A clone, charged to the same heap.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    pub fn try_clone(&self) -> Result<GcVec<T>, OutOfMemory>
    where
        T: Clone,
    {
        let mut vec = GcVec::with_allocator(self.storage.alloc.clone());
        vec.try_reserve_exact(self.len)?;
        vec.try_extend_from_slice(self)?;
        Ok(vec)
    }
}

impl<T> Drop for GcVec<T> {
    fn drop(&mut self) {
        self.truncate(0);
    }
}

impl<T> Default for GcVec<T> {
    fn default() -> Self {
        GcVec::new()
    }
}

impl<T> Deref for GcVec<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: the first `len` elements are initialised.
        unsafe { NonNull::slice_from_raw_parts(self.storage.ptr, self.len).as_ref() }
    }
}

impl<T> DerefMut for GcVec<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: the first `len` elements are initialised.
        unsafe { NonNull::slice_from_raw_parts(self.storage.ptr, self.len).as_mut() }
    }
}

impl<T> AsRef<[T]> for GcVec<T> {
    fn as_ref(&self) -> &[T] {
        self
    }
}

impl<T> AsMut<[T]> for GcVec<T> {
    fn as_mut(&mut self) -> &mut [T] {
        self
    }
}

impl<T> Borrow<[T]> for GcVec<T> {
    fn borrow(&self) -> &[T] {
        self
    }
}

impl<T> BorrowMut<[T]> for GcVec<T> {
    fn borrow_mut(&mut self) -> &mut [T] {
        self
    }
}

impl<T: fmt::Debug> fmt::Debug for GcVec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: Clone> Clone for GcVec<T> {
    /// Charged to the same heap.
    ///
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    fn clone(&self) -> Self {
        self.try_clone().unwrap_or_else(|error| refuse(error))
    }
}

impl<T: Eq> Eq for GcVec<T> {}

impl<T: PartialOrd> PartialOrd for GcVec<T> {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl<T: Ord> Ord for GcVec<T> {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        (**self).cmp(&**other)
    }
}

impl<T: Hash> Hash for GcVec<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

macro_rules! equal {
    ($([$($generics:tt)*] $left:ty, $right:ty;)*) => {$(
        impl<T: PartialEq<U>, U, $($generics)*> PartialEq<$right> for $left {
            fn eq(&self, other: &$right) -> bool {
                self[..] == other[..]
            }
        }
    )*};
}

equal! {
    [] GcVec<T>, GcVec<U>;
    [] GcVec<T>, [U];
    [] GcVec<T>, &[U];
    [] GcVec<T>, Vec<U>;
    [] Vec<T>, GcVec<U>;
    [const N: usize] GcVec<T>, [U; N];
    [const N: usize] GcVec<T>, &[U; N];
}

impl<T> FromIterator<T> for GcVec<T> {
    /// Charged to the thread's heap.
    ///
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        GcVec::try_from_iter_in(items, &Heap::current()).unwrap_or_else(|error| refuse(error))
    }
}

impl<T> Extend<T> for GcVec<T> {
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        self.try_extend(items).unwrap_or_else(|error| refuse(error));
    }
}

impl<'a, T: Copy + 'a> Extend<&'a T> for GcVec<T> {
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    fn extend<I: IntoIterator<Item = &'a T>>(&mut self, items: I) {
        self.extend(items.into_iter().copied());
    }
}

impl<T> From<Vec<T>> for GcVec<T> {
    /// Moves the elements; charged to the thread's heap.
    fn from(items: Vec<T>) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Clone> From<&[T]> for GcVec<T> {
    fn from(items: &[T]) -> Self {
        items.iter().cloned().collect()
    }
}

impl<T, const N: usize> From<[T; N]> for GcVec<T> {
    fn from(items: [T; N]) -> Self {
        items.into_iter().collect()
    }
}

impl<T> From<GcVec<T>> for Vec<T> {
    /// Moves the elements; nothing is charged for them any more.
    fn from(items: GcVec<T>) -> Self {
        items.into_iter().collect()
    }
}

/// The system's error kind `OutOfMemory`, with [`OutOfMemory`] as its source, when the heap's limit would be exceeded.
impl io::Write for GcVec<u8> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.try_extend_from_slice(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => Err(io::Error::new(io::ErrorKind::OutOfMemory, error)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<T> IntoIterator for GcVec<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;
    fn into_iter(self) -> IntoIter<T> {
        let vec = core::mem::ManuallyDrop::new(self);
        // SAFETY: the storage moves; the vector is not dropped.
        let storage = unsafe { core::ptr::read(&vec.storage) };
        IntoIter { storage, start: 0, end: vec.len }
    }
}

impl<'a, T> IntoIterator for &'a GcVec<T> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut GcVec<T> {
    type Item = &'a mut T;
    type IntoIter = core::slice::IterMut<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

/// The elements of a [`GcVec`], moved out one by one. The storage stays charged until it is dropped.
pub struct IntoIter<T> {
    storage: Storage<T>,
    start: usize,
    end: usize,
}

impl<T> IntoIter<T> {
    /// The elements to come.
    pub fn as_slice(&self) -> &[T] {
        // SAFETY: the elements from `start` to `end` are initialised.
        unsafe { NonNull::slice_from_raw_parts(self.storage.ptr.add(self.start), self.end - self.start).as_ref() }
    }
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        if self.start == self.end {
            return None;
        }
        self.start += 1;
        // SAFETY: initialised, and no longer counted.
        Some(unsafe { self.storage.ptr.add(self.start - 1).read() })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.end - self.start, Some(self.end - self.start))
    }
}

impl<T> DoubleEndedIterator for IntoIter<T> {
    fn next_back(&mut self) -> Option<T> {
        if self.start == self.end {
            return None;
        }
        self.end -= 1;
        // SAFETY: initialised, and no longer counted.
        Some(unsafe { self.storage.ptr.add(self.end).read() })
    }
}

impl<T> ExactSizeIterator for IntoIter<T> {}
impl<T> FusedIterator for IntoIter<T> {}

impl<T> Drop for IntoIter<T> {
    fn drop(&mut self) {
        // SAFETY: the elements from `start` to `end` are initialised, and not used any more.
        unsafe {
            NonNull::slice_from_raw_parts(self.storage.ptr.add(self.start), self.end - self.start).drop_in_place()
        };
    }
}

impl<T: fmt::Debug> fmt::Debug for IntoIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IntoIter").field(&self.as_slice()).finish()
    }
}

impl<T: Trace> Trace for GcVec<T> {
    #[inline]
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        tracer.charge(self.charged_bytes());
        tracer.slice(self);
    }
    fn clear_edges(&self, clearer: &mut Clearer<'_>) {
        if T::tracked() {
            (**self).clear_edges(clearer);
        }
    }
    fn take_edges(&mut self, clearer: &mut Clearer<'_>) {
        if T::tracked() && !self.is_empty() {
            let empty = GcVec::with_allocator(self.storage.alloc.clone());
            clearer.discard_iter(core::mem::replace(self, empty).into_iter());
        }
    }
    tracked_if!(T);
}
