//! Text of C's wide characters, in memory of `PyMem_RawMalloc`.

use core::ptr::null_mut;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use adder_capi::interpreters::PyStatus;
use adder_capi::memory::{PyMem_RawFree, PyMem_RawMalloc, PyMem_RawRealloc};

use super::exported;
use super::status::no_memory;

/// C's wide character.
pub type Wide = libc::wchar_t;

/// `PyWideStringList`
#[repr(C)]
#[derive(Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyWideStringList {
    pub length: isize,
    pub items: *mut *mut Wide,
}

/// The text of wide characters; `None` for NULL.
///
/// # Safety
/// NULL, or characters that end with a zero.
pub unsafe fn text(wide: *const Wide) -> Option<String> {
    // SAFETY: by the contract.
    (!wide.is_null()).then(|| unsafe { adder_capi::sys::wide_text(wide) })
}

/// A copy of a text; NULL without memory. Bytes that are no UTF-8 become lone surrogates, as in Python.
pub fn copy(text: &OsStr) -> *mut Wide {
    let mut points: Vec<Wide> = Vec::new();
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let (good, bad) = match core::str::from_utf8(rest) {
            Ok(all) => (all, 0),
            Err(error) => {
                let good = core::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default();
                (good, error.error_len().unwrap_or(rest.len() - error.valid_up_to()))
            }
        };
        points.extend(good.chars().map(|c| c as Wide));
        points.extend(rest[good.len()..good.len() + bad].iter().map(|byte| Wide::from(*byte) + 0xDC00));
        rest = &rest[good.len() + bad..];
    }
    points.push(0);
    // SAFETY: a block of so many bytes, which is filled.
    unsafe {
        let block: *mut Wide = PyMem_RawMalloc(points.len() * size_of::<Wide>()).cast();
        if !block.is_null() {
            core::ptr::copy_nonoverlapping(points.as_ptr(), block, points.len());
        }
        block
    }
}

/// Replaces a text.
///
/// # Safety
/// A place that holds NULL or memory of `PyMem_RawMalloc`.
pub unsafe fn replace(place: *mut *mut Wide, text: Option<&OsStr>) -> PyStatus {
    let made = match text {
        Some(text) => copy(text),
        None => null_mut(),
    };
    if text.is_some() && made.is_null() {
        return no_memory();
    }
    // SAFETY: by the contract.
    unsafe {
        PyMem_RawFree((*place).cast());
        *place = made;
    }
    PyStatus::OK
}

impl PyWideStringList {
    /// A list without items.
    pub const EMPTY: PyWideStringList = PyWideStringList { length: 0, items: null_mut() };

    /// Its texts.
    pub fn texts(&self) -> Vec<String> {
        let len = usize::try_from(self.length).unwrap_or(0);
        // SAFETY: a list has so many texts.
        (0..len).filter_map(|at| unsafe { text(*self.items.add(at)) }).collect()
    }

    /// Replaces all of it. False without memory.
    pub fn set<'a>(&mut self, texts: impl IntoIterator<Item = &'a OsStr>) -> bool {
        self.clear();
        texts.into_iter().all(|text| self.insert(self.length, text))
    }

    fn insert(&mut self, at: isize, text: &OsStr) -> bool {
        let made = copy(text);
        if made.is_null() {
            return false;
        }
        let len = self.length.max(0) as usize;
        // SAFETY: the list's own block of pointers, made larger by one.
        unsafe {
            let items: *mut *mut Wide = PyMem_RawRealloc(self.items.cast(), (len + 1) * size_of::<*mut Wide>()).cast();
            if items.is_null() {
                PyMem_RawFree(made.cast());
                return false;
            }
            let at = (at.max(0) as usize).min(len);
            core::ptr::copy(items.add(at), items.add(at + 1), len - at);
            *items.add(at) = made;
            self.items = items;
        }
        self.length = len as isize + 1;
        true
    }

    /// Frees its texts.
    pub fn clear(&mut self) {
        // SAFETY: the list's own blocks.
        unsafe {
            for at in 0..usize::try_from(self.length).unwrap_or(0) {
                PyMem_RawFree((*self.items.add(at)).cast());
            }
            PyMem_RawFree(self.items.cast());
        }
        *self = PyWideStringList::EMPTY;
    }
}

/// The text of the system for one of Python's.
pub fn os(text: String) -> OsString {
    OsString::from(text)
}

exported! {
    /// Adds a text at the end.
    fn PyWideStringList_Append(list: *mut PyWideStringList, item: *const Wide) -> PyStatus {
        // SAFETY: the contract: a list and a text.
        unsafe {
            match text(item) {
                Some(item) if (*list).insert((*list).length, OsStr::new(&item)) => PyStatus::OK,
                _ => no_memory(),
            }
        }
    }

    /// Adds a text in front of another; behind all where there are not so many.
    fn PyWideStringList_Insert(list: *mut PyWideStringList, index: isize, item: *const Wide) -> PyStatus {
        if index < 0 {
            return PyStatus::error(c"PyWideStringList_Insert", c"PyWideStringList_Insert index must be >= 0");
        }
        // SAFETY: the contract: a list and a text.
        unsafe {
            match text(item) {
                Some(item) if (*list).insert(index, OsStr::new(&item)) => PyStatus::OK,
                _ => no_memory(),
            }
        }
    }
}
