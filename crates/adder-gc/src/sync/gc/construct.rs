//! Making objects.

use core::alloc::Layout;
use core::ptr::NonNull;

use super::block::{Unborn, block};
use super::{Gc, GcMut};
use crate::heap::OutOfMemory;
use crate::page::Placement;
use crate::sync::collect;
use crate::sync::header::{Hdr, payload_of};
use crate::sync::info::{Info, InfoOf, STR_INFO, SliceInfoOf};
use crate::sync::weak::Weak;
use crate::trace::Trace;

impl<T: Trace + Send + Sync> Gc<T> {
    /// Makes an object, which the calling thread owns. May run a collection first.
    ///
    /// # Panics
    /// If the limit would be exceeded, with the text of [`OutOfMemory`]; see [`Gc::try_new`].
    #[inline]
    pub fn new(value: T) -> Gc<T> {
        Gc::make(value).unwrap_or_else(|(error, _)| refuse(error))
    }

    /// Makes an object.
    ///
    /// # Errors
    /// When the limit would be exceeded, after all that could be freed was.
    #[inline]
    pub fn try_new(value: T) -> Result<Gc<T>, OutOfMemory> {
        Gc::make(value).map_err(|(error, _)| error)
    }

    #[inline(always)]
    fn make(value: T) -> Result<Gc<T>, (OutOfMemory, T)> {
        match block(InfoOf::<T>::PLACEMENT, T::tracked()) {
            Ok((header, (local, shared))) => {
                let ptr = payload_of(header).cast::<T>();
                // SAFETY: a fresh block with room for a `T` behind the header; its one reference passes to the `Gc`.
                unsafe {
                    ptr.write(value);
                    header.as_ref().set_info(InfoOf::<T>::info());
                    header.as_ref().counts.birth(local, shared);
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
        // SAFETY: the info is static.
        let unborn = unsafe { Unborn::new(InfoOf::<T>::PLACEMENT, T::tracked(), InfoOf::<T>::info()) }
            .unwrap_or_else(|error| refuse(error));
        let ptr = payload_of(unborn.header()).cast::<T>();
        let weak = Weak::to(unborn.header(), ptr);
        let value = make(&weak);
        // SAFETY: room for a `T`; from here on it is initialised, and its one reference is the `Gc`'s.
        unsafe {
            ptr.write(value);
            unborn.born();
            Gc::from_payload(ptr)
        }
    }
}

impl<T: Trace + Send + Sync + Clone> Gc<T> {
    /// `&mut` to the value; if [`Gc::get_mut`] does not give it, to that of a clone, which this handle refers to from then
    /// on. The object is masked while the guard lives.
    ///
    /// # Panics
    /// If the reference was cleared, and as [`Gc::new`].
    pub fn make_mut(this: &mut Gc<T>) -> GcMut<'_, T> {
        loop {
            if let Some(header) = Gc::header_opt(this)
                && collect::take_unique(header)
            {
                // SAFETY: the only reference is borrowed for as long as the guard lives, and the object is masked.
                return unsafe { GcMut::new(this.ptr, header) };
            }
            // A collection may look at the clone too, for a moment: then once more.
            let value = T::clone(this);
            *this = Gc::new(value);
        }
    }
}

impl<T: Trace + Send + Sync> Gc<[T]> {
    /// Makes a slice object out of the elements of a vector.
    ///
    /// # Errors
    /// When the limit would be exceeded; the elements are dropped.
    pub fn try_from_vec(mut items: Vec<T>) -> Result<Gc<[T]>, OutOfMemory> {
        let len = items.len();
        let layout = Layout::array::<T>(len).expect("a vector of them exists");
        let (header, birth) = counted(layout, T::tracked(), len)?;
        let ptr = payload_of(header).cast::<T>();
        // SAFETY: room for `len` elements, which are moved; the vector forgets them.
        unsafe {
            core::ptr::copy_nonoverlapping(items.as_ptr(), ptr.as_ptr(), len);
            items.set_len(0);
            publish(header, SliceInfoOf::<T>::INFO, birth);
            Ok(Gc::from_payload(NonNull::slice_from_raw_parts(ptr, len)))
        }
    }
}

impl Gc<str> {
    /// Makes a string object.
    ///
    /// # Errors
    /// When the limit would be exceeded.
    pub fn try_from_str(text: &str) -> Result<Gc<str>, OutOfMemory> {
        let (header, birth) = counted(Layout::for_value(text), false, text.len())?;
        let ptr = payload_of(header);
        // SAFETY: room for the bytes, which are UTF-8.
        unsafe {
            core::ptr::copy_nonoverlapping(text.as_ptr(), ptr.as_ptr(), text.len());
            publish(header, &STR_INFO, birth);
            let fat = core::ptr::slice_from_raw_parts_mut(ptr.as_ptr(), text.len()) as *mut str;
            Ok(Gc::from_payload(NonNull::new_unchecked(fat)))
        }
    }
}

/// A block with its number of items in front of the header.
fn counted(payload: Layout, tracked: bool, items: usize) -> Result<(Hdr, (u32, u32)), OutOfMemory> {
    let (header, birth) = block(Placement::of(payload, true), tracked)?;
    // SAFETY: the word in front of the header belongs to the block.
    unsafe { header.cast::<usize>().sub(1).write(items) };
    Ok((header, birth))
}

/// # Safety
/// The block is fresh, and its payload is what the info says.
unsafe fn publish(header: Hdr, info: &'static Info, (local, shared): (u32, u32)) {
    // SAFETY: by the contract.
    unsafe {
        header.as_ref().set_info(info);
        header.as_ref().counts.birth(local, shared);
    }
}

#[cold]
#[inline(never)]
pub(super) fn refuse(error: OutOfMemory) -> ! {
    panic!("adder-gc: {error}")
}
