//! `GcString`: a string whose storage is charged to a heap.

use core::borrow::Borrow;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::{Add, AddAssign, Deref, DerefMut};

use crate::gc::refuse;
use crate::heap::{Heap, OutOfMemory};
use crate::trace::{Trace, Tracer};
use crate::vec::GcVec;

/// A `String` whose storage is charged to a heap, as [`GcVec`] is.
///
/// `write!` into it returns an error when the heap's limit would be exceeded.
///
/// ```
/// use adder_gc::{GcString, Heap};
/// use std::fmt::Write;
///
/// let heap = Heap::with_limit(1 << 20);
/// let mut text = GcString::new_in(&heap);
/// write!(text, "{} and {}", 1, 2)?;
/// assert_eq!(text, "1 and 2");
/// assert!(text.try_push_str(&"x".repeat(1 << 20)).is_err());
/// assert_eq!(text, "1 and 2");
/// # Ok::<(), std::fmt::Error>(())
/// ```
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct GcString {
    /// UTF-8.
    bytes: GcVec<u8>,
}

impl GcString {
    /// An empty string charged to the thread's heap. Allocates nothing yet.
    pub fn new() -> GcString {
        GcString { bytes: GcVec::new() }
    }

    /// An empty string charged to a heap. Allocates nothing yet.
    pub fn new_in(heap: &Heap) -> GcString {
        GcString { bytes: GcVec::new_in(heap) }
    }

    /// A string with this text, charged to a heap.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    pub fn try_from_str_in(text: &str, heap: &Heap) -> Result<GcString, OutOfMemory> {
        let mut bytes = GcVec::try_with_capacity_in(text.len(), heap)?;
        bytes.try_extend_from_slice(text.as_bytes())?;
        Ok(GcString { bytes })
    }

    /// The heap that is charged.
    pub fn heap(&self) -> Heap {
        self.bytes.heap()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self
    }

    /// Bytes that fit without another allocation.
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Bytes that this string has charged to its heap.
    pub fn charged_bytes(&self) -> usize {
        self.bytes.charged_bytes()
    }

    /// Makes room for more bytes; after this, adding so many cannot fail.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    pub fn try_reserve(&mut self, more: usize) -> Result<(), OutOfMemory> {
        self.bytes.try_reserve(more)
    }

    /// Makes room for more bytes.
    ///
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    pub fn reserve(&mut self, more: usize) {
        self.bytes.reserve(more);
    }

    /// Gives room that is not used back to the process, and its charge to the heap.
    pub fn shrink_to_fit(&mut self) {
        self.bytes.shrink_to_fit();
    }

    /// Adds a character at the end.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    pub fn try_push(&mut self, character: char) -> Result<(), OutOfMemory> {
        self.try_push_str(character.encode_utf8(&mut [0; 4]))
    }

    /// Adds a character at the end.
    ///
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    pub fn push(&mut self, character: char) {
        self.try_push(character).unwrap_or_else(|error| refuse(error));
    }

    /// Adds text at the end.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded; nothing is added.
    pub fn try_push_str(&mut self, text: &str) -> Result<(), OutOfMemory> {
        self.bytes.try_extend_from_slice(text.as_bytes())
    }

    /// Adds text at the end.
    ///
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    pub fn push_str(&mut self, text: &str) {
        self.try_push_str(text).unwrap_or_else(|error| refuse(error));
    }

    /// Takes the last character out.
    pub fn pop(&mut self) -> Option<char> {
        let last = self.chars().next_back()?;
        self.bytes.truncate(self.bytes.len() - last.len_utf8());
        Some(last)
    }

    /// Cuts the text off at a byte; does nothing if it is not as long.
    ///
    /// # Panics
    /// If the byte lies inside a character.
    pub fn truncate(&mut self, len: usize) {
        if len < self.len() {
            assert!(self.is_char_boundary(len), "cannot cut the text at byte {len}: it lies inside a character");
            self.bytes.truncate(len);
        }
    }

    /// Empties the string; the room stays.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// A copy, charged to the same heap.
    ///
    /// # Errors
    /// When the heap's limit would be exceeded.
    pub fn try_clone(&self) -> Result<GcString, OutOfMemory> {
        Ok(GcString { bytes: self.bytes.try_clone()? })
    }

    /// The bytes.
    pub fn into_bytes(self) -> GcVec<u8> {
        self.bytes
    }

    /// The text in bytes that may be UTF-8; takes over their storage.
    ///
    /// # Errors
    /// The bytes, when they are not UTF-8.
    pub fn from_utf8(bytes: GcVec<u8>) -> Result<GcString, GcVec<u8>> {
        if core::str::from_utf8(&bytes).is_ok() { Ok(GcString { bytes }) } else { Err(bytes) }
    }
}

impl Default for GcString {
    fn default() -> Self {
        GcString::new()
    }
}

impl Deref for GcString {
    type Target = str;
    #[inline]
    fn deref(&self) -> &str {
        // SAFETY: only text is ever added, and cut at characters.
        unsafe { core::str::from_utf8_unchecked(&self.bytes) }
    }
}

impl DerefMut for GcString {
    #[inline]
    fn deref_mut(&mut self) -> &mut str {
        // SAFETY: as in `deref`.
        unsafe { core::str::from_utf8_unchecked_mut(&mut self.bytes) }
    }
}

impl AsRef<str> for GcString {
    fn as_ref(&self) -> &str {
        self
    }
}

impl AsRef<[u8]> for GcString {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Borrow<str> for GcString {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Debug for GcString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl fmt::Display for GcString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl Clone for GcString {
    /// Charged to the same heap.
    ///
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    fn clone(&self) -> Self {
        GcString { bytes: self.bytes.clone() }
    }
}

impl Hash for GcString {
    /// As `str` does.
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

macro_rules! equal {
    ($($left:ty, $right:ty;)*) => {$(
        impl PartialEq<$right> for $left {
            fn eq(&self, other: &$right) -> bool {
                self[..] == other[..]
            }
        }
    )*};
}

equal! {
    GcString, str;
    GcString, &str;
    GcString, String;
    str, GcString;
    &str, GcString;
    String, GcString;
}

impl From<&str> for GcString {
    /// Charged to the thread's heap.
    fn from(text: &str) -> Self {
        GcString::try_from_str_in(text, &Heap::current()).unwrap_or_else(|error| refuse(error))
    }
}

impl From<String> for GcString {
    fn from(text: String) -> Self {
        GcString::from(text.as_str())
    }
}

impl From<char> for GcString {
    fn from(character: char) -> Self {
        GcString::from(&*character.encode_utf8(&mut [0; 4]))
    }
}

impl From<GcString> for String {
    /// Copies the text; nothing is charged for it any more.
    fn from(text: GcString) -> Self {
        text.as_str().to_owned()
    }
}

impl core::str::FromStr for GcString {
    type Err = OutOfMemory;
    fn from_str(text: &str) -> Result<Self, OutOfMemory> {
        GcString::try_from_str_in(text, &Heap::current())
    }
}

macro_rules! extend {
    ($([$($life:lifetime)?] $item:ty, |$string:ident, $from:ident| $add:expr;)*) => {$(
        impl$(<$life>)? Extend<$item> for GcString {
            /// # Panics
            /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
            fn extend<I: IntoIterator<Item = $item>>(&mut self, items: I) {
                let $string = self;
                for $from in items {
                    $add;
                }
            }
        }

        impl$(<$life>)? FromIterator<$item> for GcString {
            /// Charged to the thread's heap.
            ///
            /// # Panics
            /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                let mut string = GcString::new();
                string.extend(items);
                string
            }
        }
    )*};
}

extend! {
    [] char, |string, item| string.push(item);
    ['a] &'a char, |string, item| string.push(*item);
    ['a] &'a str, |string, item| string.push_str(item);
    [] String, |string, item| string.push_str(&item);
    [] GcString, |string, item| string.push_str(&item);
}

impl Add<&str> for GcString {
    type Output = GcString;
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    fn add(mut self, more: &str) -> GcString {
        self.push_str(more);
        self
    }
}

impl AddAssign<&str> for GcString {
    /// # Panics
    /// When the heap's limit would be exceeded, with the text of [`OutOfMemory`].
    fn add_assign(&mut self, more: &str) {
        self.push_str(more);
    }
}

/// Returns an error when the heap's limit would be exceeded.
impl fmt::Write for GcString {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.try_push_str(text).map_err(|_| fmt::Error)
    }
}

impl Trace for GcString {
    #[inline(always)]
    fn trace<'a>(&'a self, tracer: &mut Tracer<'a>) {
        tracer.charge(self.charged_bytes());
    }
    fn tracked() -> bool {
        false
    }
    fn finalizes() -> bool {
        false
    }
}
