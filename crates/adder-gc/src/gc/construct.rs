//! Making objects.

use core::alloc::Layout;
use core::ptr::NonNull;

use super::{Gc, GcMut};
use crate::header::{Hdr, Header, flag, payload_of};
use crate::heap::{Heap, Inner, OutOfMemory, current};
use crate::info::{InfoOf, STR_INFO, SliceInfoOf, TypeInfo};
use crate::page::Placement;
use crate::trace::Trace;
use crate::weak::Weak;

impl<T: Trace> Gc<T> {
    /// Makes an object on the thread's heap. May run a collection first.
    ///
    /// # Panics
    /// If the heap's limit would be exceeded, with the text of [`OutOfMemory`]; see [`Gc::try_new`].
    #[inline]
    pub fn new(value: T) -> Gc<T> {
        Gc::make(value, current()).unwrap_or_else(|(error, _)| refuse(error))
    }

    /// Makes an object on the thread's heap.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded, after all that could be freed was.
    #[inline]
    pub fn try_new(value: T) -> Result<Gc<T>, OutOfMemory> {
        Gc::make(value, current()).map_err(|(error, _)| error)
    }

    /// Makes an object on a heap.
    ///
    /// # Panics
    /// As [`Gc::new`].
    #[inline]
    pub fn new_in(value: T, heap: &Heap) -> Gc<T> {
        Gc::make(value, heap.inner()).unwrap_or_else(|(error, _)| refuse(error))
    }

    /// Makes an object on a heap.
    ///
    /// # Errors
    /// As [`Gc::try_new`].
    #[inline]
    pub fn try_new_in(value: T, heap: &Heap) -> Result<Gc<T>, OutOfMemory> {
        Gc::make(value, heap.inner()).map_err(|(error, _)| error)
    }

    #[inline(always)]
    fn make(value: T, heap: &Inner) -> Result<Gc<T>, (OutOfMemory, T)> {
        match heap.birth(InfoOf::<T>::PLACEMENT, T::tracked(), InfoOf::<T>::birth_flags(), InfoOf::<T>::INFO) {
            Ok(header) => {
                let ptr = payload_of(header).cast::<T>();
                // SAFETY: a fresh block with room for a `T` behind the header; its one reference passes to the `Gc`.
                unsafe {
                    ptr.write(value);
                    Ok(Gc::from_payload(ptr))
                }
            }
            Err(error) => Err((error, value)),
        }
    }

    /// Makes an object that refers to itself: `make` gets a weak reference to the object it returns the value of.
    ///
    /// The weak reference does not answer until the object is made. If `make` panics there is no object.
    ///
    /// # Panics
    /// As [`Gc::new`].
    pub fn new_cyclic(make: impl FnOnce(&Weak<T>) -> T) -> Gc<T> {
        Gc::new_cyclic_in(&Heap::current(), make)
    }

    /// [`Gc::new_cyclic`] on a heap.
    ///
    /// # Panics
    /// As [`Gc::new`].
    pub fn new_cyclic_in(heap: &Heap, make: impl FnOnce(&Weak<T>) -> T) -> Gc<T> {
        let flags = InfoOf::<T>::birth_flags() | flag::MASKED | flag::UNINIT;
        let header = heap
            .inner()
            .birth(InfoOf::<T>::PLACEMENT, T::tracked(), flags, InfoOf::<T>::INFO)
            .unwrap_or_else(|error| refuse(error));
        let unborn = Unborn(header);
        let ptr = payload_of(header).cast::<T>();
        let weak = Weak::to_unborn(header, ptr);
        let value = make(&weak);
        core::mem::forget(unborn);
        // SAFETY: a fresh block with room for a `T`; from here on it is initialised, and its one reference is the `Gc`'s.
        unsafe {
            ptr.write(value);
            header.as_ref().unset(flag::MASKED | flag::UNINIT);
            Gc::from_payload(ptr)
        }
    }
}

/// An object that is being made: goes if its maker panics.
struct Unborn(Hdr);

impl Drop for Unborn {
    fn drop(&mut self) {
        Header::decrement(self.0);
    }
}

impl<T: Trace + Clone> Gc<T> {
    /// `&mut` to the value; if there are other owned references, to that of a clone, which this handle refers to from then
    /// on. The object is masked while the guard lives; see [`Gc::get_mut`].
    ///
    /// # Panics
    /// If the reference was cleared, and as [`Gc::new`].
    pub fn make_mut(this: &mut Gc<T>) -> GcMut<'_, T> {
        if Gc::ref_count(this) != 1 {
            let value = T::clone(this);
            *this = Gc::new(value);
        }
        Gc::get_mut(this).expect("the only reference")
    }
}

impl<T: Trace> Gc<[T]> {
    /// Makes a slice object on the thread's heap out of the elements of a vector.
    ///
    /// # Errors
    /// As [`Gc::try_from_vec_in`].
    pub fn try_from_vec(items: Vec<T>) -> Result<Gc<[T]>, OutOfMemory> {
        Gc::try_from_vec_in(items, &Heap::current())
    }

    /// Makes a slice object out of the elements of a vector.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded; the elements are dropped.
    pub fn try_from_vec_in(mut items: Vec<T>, heap: &Heap) -> Result<Gc<[T]>, OutOfMemory> {
        let len = items.len();
        let layout = Layout::array::<T>(len).expect("a vector of them exists");
        let tracked = T::tracked();
        let flags = if tracked { flag::TRACKED } else { 0 };
        let header = birth_counted(heap.inner(), layout, tracked, flags, SliceInfoOf::<T>::INFO, len)?;
        let ptr = payload_of(header).cast::<T>();
        // SAFETY: room for `len` elements, which are moved; the vector forgets them.
        unsafe {
            core::ptr::copy_nonoverlapping(items.as_ptr(), ptr.as_ptr(), len);
            items.set_len(0);
            Ok(Gc::from_payload(NonNull::slice_from_raw_parts(ptr, len)))
        }
    }
}

impl Gc<str> {
    /// Makes a string object on the thread's heap.
    ///
    /// # Errors
    /// As [`Gc::try_from_str_in`].
    pub fn try_from_str(text: &str) -> Result<Gc<str>, OutOfMemory> {
        Gc::try_from_str_in(text, &Heap::current())
    }

    /// Makes a string object.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    pub fn try_from_str_in(text: &str, heap: &Heap) -> Result<Gc<str>, OutOfMemory> {
        let layout = Layout::for_value(text);
        let header = birth_counted(heap.inner(), layout, false, 0, STR_INFO, text.len())?;
        let ptr = payload_of(header);
        // SAFETY: room for the bytes, which are UTF-8.
        unsafe {
            core::ptr::copy_nonoverlapping(text.as_ptr(), ptr.as_ptr(), text.len());
            let fat = core::ptr::slice_from_raw_parts_mut(ptr.as_ptr(), text.len()) as *mut str;
            Ok(Gc::from_payload(NonNull::new_unchecked(fat)))
        }
    }
}

/// A block with its number of items in front of the header.
fn birth_counted(
    heap: &Inner,
    payload: Layout,
    tracked: bool,
    flags: u32,
    info: &'static TypeInfo,
    items: usize,
) -> Result<Hdr, OutOfMemory> {
    let placed = Placement::of(payload, true);
    debug_assert_eq!(placed.offset, info.offset);
    let header = heap.birth(placed, tracked, flags, info)?;
    // SAFETY: the word in front of the header belongs to the block.
    unsafe { header.cast::<usize>().sub(1).write(items) };
    Ok(header)
}

#[cold]
#[inline(never)]
pub(crate) fn refuse(error: OutOfMemory) -> ! {
    panic!("adder-gc: {error}")
}
