//! `Serialize` and `Deserialize` for `Gc` of both modes, `GcVec` and `GcString`.
//!
//! Sharing is not preserved, as with serde's `Rc`: an object that is referred to twice is written twice, and becomes two
//! objects when read back. A cycle cannot be written: it would not end. What is read is made on the thread's heap, whose limit
//! ends the reading with an error.

use core::fmt;
use core::marker::PhantomData;

use serde_core::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};
use serde_core::ser::{Error as _, Serialize, Serializer};

use crate::gc::Gc;
use crate::heap::{Heap, OutOfMemory};
use crate::string::GcString;
use crate::sync;
use crate::trace::Trace;
use crate::vec::GcVec;

/// Elements for which room is made before they are read, whatever the input says about its length.
const AHEAD: usize = 4096;

/// Reads a text, and makes what is made of it.
struct Text<F>(F);

impl<R, F: FnOnce(&str) -> Result<R, OutOfMemory>> Visitor<'_> for Text<F> {
    type Value = R;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }
    fn visit_str<E: serde_core::de::Error>(self, text: &str) -> Result<R, E> {
        (self.0)(text).map_err(E::custom)
    }
}

/// Writes the value. Sharing is not preserved; a cleared reference is an error.
impl<T: ?Sized + Serialize> Serialize for Gc<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match Gc::try_get(self) {
            Some(value) => value.serialize(serializer),
            None => Err(S::Error::custom("a cleared Gc cannot be serialized")),
        }
    }
}

/// Makes an object of its own for each reference, on the thread's heap.
impl<'de, T: Trace + Deserialize<'de>> Deserialize<'de> for Gc<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Gc::try_new(T::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<'de, T: Trace + Deserialize<'de>> Deserialize<'de> for Gc<[T]> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Charged while it is read: a long input meets the limit before it has filled the memory.
        let items = GcVec::<T>::deserialize(deserializer)?;
        Gc::try_from_vec_in(items.into(), &Heap::current()).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Gc<str> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(|text: &str| Gc::try_from_str_in(text, &Heap::current())))
    }
}

/// Writes the value. Sharing is not preserved; a cleared reference is an error.
impl<T: ?Sized + Serialize> Serialize for sync::Gc<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match sync::Gc::try_get(self) {
            Some(value) => value.serialize(serializer),
            None => Err(S::Error::custom("a cleared Gc cannot be serialized")),
        }
    }
}

/// Makes an object of its own for each reference.
impl<'de, T: Trace + Send + Sync + Deserialize<'de>> Deserialize<'de> for sync::Gc<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        sync::Gc::try_new(T::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<'de, T: Trace + Send + Sync + Deserialize<'de>> Deserialize<'de> for sync::Gc<[T]> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = Vec<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }
            fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<Vec<T>, S::Error> {
                let heap = sync::Heap::global();
                // Charged while it is read: a long input meets the limit before it has filled the memory.
                let mut charge = heap.try_charge(0).map_err(S::Error::custom)?;
                let mut vec: Vec<T> = Vec::new();
                while let Some(item) = items.next_element()? {
                    if vec.len() == vec.capacity() {
                        let more = (2 * vec.len()).clamp(4, vec.len() + AHEAD);
                        charge.resize(more.saturating_mul(size_of::<T>())).map_err(S::Error::custom)?;
                        vec.try_reserve_exact(more - vec.len()).map_err(S::Error::custom)?;
                    }
                    vec.push(item);
                }
                Ok(vec)
            }
        }
        let items = deserializer.deserialize_seq(Items(PhantomData))?;
        sync::Gc::try_from_vec(items).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for sync::Gc<str> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(sync::Gc::try_from_str))
    }
}

impl<T: Serialize> Serialize for GcVec<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().serialize(serializer)
    }
}

/// Charged to the thread's heap.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for GcVec<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = GcVec<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a sequence")
            }
            fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<GcVec<T>, S::Error> {
                let mut vec = GcVec::new();
                vec.try_reserve_exact(items.size_hint().unwrap_or(0).min(AHEAD)).map_err(S::Error::custom)?;
                while let Some(item) = items.next_element()? {
                    vec.try_push(item).map_err(S::Error::custom)?;
                }
                Ok(vec)
            }
        }
        deserializer.deserialize_seq(Items(PhantomData))
    }
}

impl Serialize for GcString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// Charged to the thread's heap.
impl<'de> Deserialize<'de> for GcString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(|text: &str| GcString::try_from_str_in(text, &Heap::current())))
    }
}
