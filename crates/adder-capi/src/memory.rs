//! `PyMem_*` and `PyObject_Malloc`: memory of C's, from the process's allocator.

use core::ffi::c_void;

macro_rules! memory {
    ($($malloc:ident $calloc:ident $realloc:ident;)*) => {$(
        /// A block of so many bytes; NULL where there is none. A block of none is a block.
        ///
        /// # Safety
        /// None is needed.
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "C's names")]
        pub unsafe extern "C" fn $malloc(size: usize) -> *mut c_void {
            if size > isize::MAX as usize {
                return core::ptr::null_mut();
            }
            // SAFETY: any size may be asked for.
            unsafe { libc::malloc(size.max(1)) }
        }

        /// A block of zeros.
        ///
        /// # Safety
        /// None is needed.
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "C's names")]
        pub unsafe extern "C" fn $calloc(items: usize, size: usize) -> *mut c_void {
            match items.checked_mul(size).filter(|all| *all <= isize::MAX as usize) {
                // SAFETY: any size may be asked for.
                Some(all) => unsafe { libc::calloc(1, all.max(1)) },
                None => core::ptr::null_mut(),
            }
        }

        /// A block of another size with the same contents; NULL, and the old one stays, where there is none.
        ///
        /// # Safety
        /// NULL, or a block of this family.
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "C's names")]
        pub unsafe extern "C" fn $realloc(block: *mut c_void, size: usize) -> *mut c_void {
            if size > isize::MAX as usize {
                return core::ptr::null_mut();
            }
            // SAFETY: by the contract.
            unsafe { libc::realloc(block, size.max(1)) }
        }
    )*};
}
memory! {
    PyMem_Malloc PyMem_Calloc PyMem_Realloc;
    PyMem_RawMalloc PyMem_RawCalloc PyMem_RawRealloc;
    PyObject_Malloc PyObject_Calloc PyObject_Realloc;
}

macro_rules! free {
    ($($free:ident),*) => {$(
        /// Gives a block back. NULL is nothing.
        ///
        /// # Safety
        /// NULL, or a block of this family that nobody uses any more.
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(no_mangle)]
        #[allow(non_snake_case, reason = "C's names")]
        pub unsafe extern "C" fn $free(block: *mut c_void) {
            // SAFETY: by the contract.
            unsafe { libc::free(block) };
        }
    )*};
}
free!(PyMem_Free, PyMem_RawFree);

crate::contract::rows! {
    /// The rows of this file.
    TABLE:
    quiet PyMem_Malloc(size: Plain) -> Plain;
    quiet PyMem_Calloc(items: Plain, size: Plain) -> Plain;
    quiet PyMem_Realloc(block: Plain, size: Plain) -> Plain;
    quiet PyMem_Free(block: Plain) -> Plain;
    quiet PyMem_RawMalloc(size: Plain) -> Plain;
    quiet PyMem_RawCalloc(items: Plain, size: Plain) -> Plain;
    quiet PyMem_RawRealloc(block: Plain, size: Plain) -> Plain;
    quiet PyMem_RawFree(block: Plain) -> Plain;
    quiet PyObject_Malloc(size: Plain) -> Plain;
    quiet PyObject_Calloc(items: Plain, size: Plain) -> Plain;
    quiet PyObject_Realloc(block: Plain, size: Plain) -> Plain;
}
