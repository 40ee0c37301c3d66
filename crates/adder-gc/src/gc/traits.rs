//! The std traits of `Gc`: by value, cleared references being equal to each other and less than all others.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use std::borrow::{Borrow, Cow};

use super::Gc;
use crate::gc::construct::refuse;
use crate::trace::Trace;

impl<T: ?Sized + fmt::Debug> fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Gc::try_get(self) {
            Some(value) => value.fmt(f),
            None => f.write_str("<cleared>"),
        }
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for Gc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Gc::try_get(self) {
            Some(value) => value.fmt(f),
            None => f.write_str("<cleared>"),
        }
    }
}

impl<T: ?Sized> fmt::Pointer for Gc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&Gc::as_ptr(self), f)
    }
}

impl<T: ?Sized + PartialEq> PartialEq for Gc<T> {
    fn eq(&self, other: &Self) -> bool {
        Gc::try_get(self) == Gc::try_get(other)
    }
}

impl<T: ?Sized + Eq> Eq for Gc<T> {}

impl<T: ?Sized + PartialOrd> PartialOrd for Gc<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Gc::try_get(self).partial_cmp(&Gc::try_get(other))
    }
}

impl<T: ?Sized + Ord> Ord for Gc<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        Gc::try_get(self).cmp(&Gc::try_get(other))
    }
}

impl<T: ?Sized + Hash> Hash for Gc<T> {
    /// # Panics
    /// If the reference was cleared: a hash that differs from the value's would be worse.
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: ?Sized> Borrow<T> for Gc<T> {
    fn borrow(&self) -> &T {
        self
    }
}

impl<T: ?Sized> AsRef<T> for Gc<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T: Trace + Default> Default for Gc<T> {
    fn default() -> Self {
        Gc::new(T::default())
    }
}

impl<T: Trace> From<T> for Gc<T> {
    fn from(value: T) -> Self {
        Gc::new(value)
    }
}

impl<T: Trace> From<Box<T>> for Gc<T> {
    fn from(value: Box<T>) -> Self {
        Gc::new(*value)
    }
}

impl<T: Trace> From<Vec<T>> for Gc<[T]> {
    fn from(items: Vec<T>) -> Self {
        Gc::try_from_vec(items).unwrap_or_else(|error| refuse(error))
    }
}

impl<T: Trace + Clone> From<&[T]> for Gc<[T]> {
    fn from(items: &[T]) -> Self {
        Gc::from(items.to_vec())
    }
}

impl<T: Trace, const N: usize> From<[T; N]> for Gc<[T]> {
    fn from(items: [T; N]) -> Self {
        Gc::from(Vec::from(items))
    }
}

impl<T: Trace> FromIterator<T> for Gc<[T]> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Gc::from(items.into_iter().collect::<Vec<T>>())
    }
}

impl From<&str> for Gc<str> {
    fn from(text: &str) -> Self {
        Gc::try_from_str(text).unwrap_or_else(|error| refuse(error))
    }
}

impl From<String> for Gc<str> {
    fn from(text: String) -> Self {
        Gc::from(text.as_str())
    }
}

impl<T: Trace> From<Box<[T]>> for Gc<[T]> {
    fn from(items: Box<[T]>) -> Self {
        Gc::from(Vec::from(items))
    }
}

impl From<Box<str>> for Gc<str> {
    fn from(text: Box<str>) -> Self {
        Gc::from(&*text)
    }
}

impl From<Cow<'_, str>> for Gc<str> {
    fn from(text: Cow<'_, str>) -> Self {
        Gc::from(&*text)
    }
}

impl<T: Trace> Default for Gc<[T]> {
    fn default() -> Self {
        Gc::from(Vec::new())
    }
}

impl Default for Gc<str> {
    fn default() -> Self {
        Gc::from("")
    }
}
