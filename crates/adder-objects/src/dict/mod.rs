//! `dict`: insertion-ordered hash tables.

mod iter;
mod methods;
mod table;
mod update;
mod view_sets;
mod views;

pub use iter::{DICT_ITERATORS, PyDictIterator};
pub use update::{OnConflict, merge_mapping, merge_pairs};
pub use views::{DICT_ITEMS_TYPE, DICT_KEYS_TYPE, DICT_VALUES_TYPE, PyDictView};

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

pub use table::Entry;
use table::Table;

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, Obj, functions, unborn};
use crate::str::{PyStr, STR_TYPE};
use crate::tracking;
use crate::typeobject::{OBJECT_TYPE, Spec, TypeObject, flag};
use crate::value::Value;

/// `dict`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyDict_Type")]
pub static DICT_TYPE: TypeObject = TypeObject::builtin(&DICT_SPEC, &raw const DICT_TYPE);

static DICT_SPEC: Spec = Spec {
    doc: Some(
        "Values by key, in the order in which the keys came.\n\nMade from a mapping, from an iterable of pairs, and from keywords.",
    ),
    flags: flag::GC | flag::BASE | flag::DICT | flag::MAPPING | flag::MATCH_SELF,
    size: size_of::<PyDict>(),
    functions: functions::<PyDict>(true, true),
    slots: methods::slots(),
    methods: methods::METHODS,
    ..Spec::new("dict", &OBJECT_TYPE)
};

/// Layout of a dict (C's `PyDictObject`).
#[repr(C)]
pub struct PyDict {
    head: Head,
    used: Cell<usize>,
    /// Changes whenever a key comes or goes, but not when a value changes. 0: nobody has asked since the last change.
    keys_version: Cell<u32>,
    _gap: u32,
    table: Table,
    /// C's `ma_values`; not used.
    _values: usize,
}

// SAFETY: begins with a head; types with the flag derive from dict.
unsafe impl Layout for PyDict {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &DICT_TYPE
    }
    #[inline(always)]
    fn fits(ty: &TypeObject) -> bool {
        ty.has(flag::DICT)
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.each(self.table.len(), |at, tracer| {
            // SAFETY: a tracer changes nothing.
            if let Some(entry) = unsafe { self.table.entry(at) } {
                entry.key.trace(tracer);
                entry.value.trace(tracer);
            }
        });
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        let old = self.take_table();
        clearer.discard_iter(old.into_entries(self));
    }
}

impl Drop for PyDict {
    fn drop(&mut self) {
        let old = self.take_table();
        drop(old.into_entries(self));
    }
}

/// A place in a dict for going through its entries. Stays valid when the dict changes, though entries may then be seen
/// twice or not at all, as in C's `PyDict_Next`.
pub type Position = usize;

impl PyDict {
    /// How many entries it has.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    /// Has it no entries?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A number that stays the same as long as no key comes or goes. 0 if there are none left to give.
    #[inline]
    pub fn keys_version(&self, cx: &Cx) -> u32 {
        if self.keys_version.get() == 0 {
            self.keys_version.set(cx.next_version());
        }
        self.keys_version.get()
    }

    /// The same, without asking for a new one: 0 after a change.
    #[inline(always)]
    pub fn known_keys_version(&self) -> u32 {
        self.keys_version.get()
    }

    #[inline]
    fn changed_keys(&self) {
        self.keys_version.set(0);
    }

    fn take_table(&self) -> Table {
        self.used.set(0);
        self.changed_keys();
        self.table.take()
    }

    /// The entry number of a key, which stays the same as long as [`keys_version`](Self::keys_version) does.
    ///
    /// # Errors
    /// What the hash or a comparison raises.
    #[inline]
    pub fn find(&self, cx: &Cx, key: &Value) -> R<Option<usize>> {
        match key.downcast_exact::<PyStr>() {
            Some(text) => self.find_str(cx, key, text.hash()),
            None => {
                let hash = cx.hash(key)?;
                self.find_hashed(cx, key, hash)
            }
        }
    }

    /// A string key. Only where other keys than strings have the same hash does this compare by their `__eq__`.
    #[inline]
    fn find_str(&self, cx: &Cx, key: &Value, hash: i64) -> R<Option<usize>> {
        // SAFETY: nothing is changed while the table is looked at: comparing exact strings runs no code.
        unsafe {
            // SAFETY: the caller has a string.
            let text = key.cast::<PyStr>();
            let mut probe = self.table.probe(hash);
            while let Some(at) = probe.next(&self.table) {
                let Some(entry) = self.table.entry(at) else { continue };
                if entry.key.is(key) {
                    return Ok(Some(at));
                }
                if entry.hash != hash {
                    continue;
                }
                match entry.key.downcast_exact::<PyStr>() {
                    Some(other) if text.equals(other) => return Ok(Some(at)),
                    Some(_) => {}
                    None => return self.find_hashed(cx, key, hash),
                }
            }
        }
        Ok(None)
    }

    /// A key of any type with its hash.
    ///
    /// # Errors
    /// What a comparison raises.
    pub fn find_hashed(&self, cx: &Cx, key: &Value, hash: i64) -> R<Option<usize>> {
        'again: loop {
            let mut probe = self.table.probe(hash);
            // SAFETY: the table is not changed between here and the comparison, and looked at anew after it.
            while let Some(at) = unsafe { probe.next(&self.table) } {
                // SAFETY: as above.
                let Some(entry) = (unsafe { self.table.entry(at) }) else { continue };
                if entry.key.is(key) {
                    return Ok(Some(at));
                }
                if entry.hash != hash {
                    continue;
                }
                let (known, start) = (entry.key.clone(), self.table.start());
                let equal = cx.equals(&known, key)?;
                // The comparison may have changed the dict. As in CPython, only another table or entry starts the search anew.
                // SAFETY: nothing runs meanwhile.
                let same = self.table.start() == start
                    && unsafe { self.table.entry(at) }.is_some_and(|entry| entry.key.is(&known));
                if !same {
                    continue 'again;
                }
                if equal {
                    return Ok(Some(at));
                }
            }
            return Ok(None);
        }
    }

    /// Where the value of a key lies, for C, which borrows it. Good until the dict changes.
    ///
    /// # Errors
    /// What the hash or a comparison raises.
    pub fn place_of(&self, cx: &Cx, key: &Value) -> R<Option<*mut Value>> {
        Ok(self.find(cx, key)?.and_then(|at| self.table.places(at)).map(|(_, value)| value))
    }

    /// Where key and value of the first entry from a position on lie, and the position behind it.
    pub fn next_places(&self, mut position: Position) -> Option<(Position, *mut Value, *mut Value)> {
        while position < self.table.len() {
            position += 1;
            if let Some((key, value)) = self.table.places(position - 1) {
                return Some((position, key, value));
            }
        }
        None
    }

    /// Where the value of an entry lies, by its number: for C, which borrows it. Good until the dict changes.
    pub fn place_at(&self, at: usize) -> Option<*mut Value> {
        self.table.places(at).map(|(_, value)| value)
    }

    /// The hash of an entry's key, by its number.
    pub fn hash_at(&self, at: usize) -> Option<i64> {
        // SAFETY: nothing runs meanwhile.
        unsafe { self.table.entry(at) }.map(|entry| entry.hash)
    }

    /// The value of a key.
    ///
    /// # Errors
    /// What the hash or a comparison raises.
    #[inline]
    pub fn get(&self, cx: &Cx, key: &Value) -> R<Option<Value>> {
        Ok(self.find(cx, key)?.map(|at| self.value_at(at)))
    }

    /// The value of a text.
    ///
    /// # Errors
    /// MemoryError; what a comparison raises, if there are keys that are not strings.
    pub fn get_text(&self, cx: &Cx, key: &str) -> R<Option<Value>> {
        self.get(cx, &cx.str_value(key)?)
    }

    /// The value of an entry by its number.
    ///
    /// # Panics
    /// If there is no such entry.
    #[inline(always)]
    pub fn value_at(&self, at: usize) -> Value {
        // SAFETY: cloning runs no code.
        unsafe { self.table.entry(at) }.expect("an entry of the dict").value.clone()
    }

    /// The value of an entry by its number, if it has one.
    #[inline(always)]
    pub fn try_value_at(&self, at: usize) -> Option<Value> {
        // SAFETY: cloning runs no code.
        unsafe { self.table.entry(at) }.map(|entry| entry.value.clone())
    }

    /// Replaces the value of an entry by its number; the old one is released after the store.
    ///
    /// # Panics
    /// If there is no such entry.
    #[inline]
    pub fn set_at(&self, at: usize, value: Value) {
        tracking::track_for(&self.head, &value);
        // SAFETY: the old value is dropped when the entry is no longer looked at.
        let old = unsafe { self.table.replace(at, value) };
        drop(old);
    }

    /// Sets a key.
    ///
    /// # Errors
    /// What the hash or a comparison raises; MemoryError.
    pub fn set(&self, cx: &Cx, key: &Value, value: Value) -> R<()> {
        let hash = match key.downcast_exact::<PyStr>() {
            Some(text) => text.hash(),
            None => cx.hash(key)?,
        };
        self.set_hashed(cx, key, hash, value)
    }

    /// Sets a text.
    ///
    /// # Errors
    /// As for [`set`](Self::set).
    pub fn set_text(&self, cx: &Cx, key: &str, value: Value) -> R<()> {
        self.set(cx, &cx.intern(key)?, value)
    }

    /// Sets a key with its hash.
    ///
    /// # Errors
    /// What a comparison raises; MemoryError.
    pub fn set_hashed(&self, cx: &Cx, key: &Value, hash: i64, value: Value) -> R<()> {
        let found =
            if key.is_exact(&STR_TYPE) { self.find_str(cx, key, hash)? } else { self.find_hashed(cx, key, hash)? };
        match found {
            Some(at) => {
                self.set_at(at, value);
                Ok(())
            }
            None => self.push(cx, key.clone(), hash, value),
        }
    }

    /// Adds an entry whose key is known not to be there.
    fn push(&self, cx: &Cx, key: Value, hash: i64, value: Value) -> R<()> {
        self.table.reserve(cx, self.used.get())?;
        tracking::track_for(&self.head, &key);
        tracking::track_for(&self.head, &value);
        // SAFETY: there is room now.
        unsafe { self.table.push(Entry { hash, key, value }) };
        self.used.set(self.used.get() + 1);
        self.changed_keys();
        Ok(())
    }

    /// Removes a key; its value.
    ///
    /// # Errors
    /// What the hash or a comparison raises.
    pub fn remove(&self, cx: &Cx, key: &Value) -> R<Option<Value>> {
        Ok(self.find(cx, key)?.map(|at| self.remove_at(at).1))
    }

    /// Removes an entry by its number: its key and value.
    ///
    /// # Panics
    /// If there is no such entry.
    pub fn remove_at(&self, at: usize) -> (Value, Value) {
        // SAFETY: what is taken out is dropped by the caller.
        let entry = unsafe { self.table.remove(at) };
        self.used.set(self.used.get() - 1);
        self.changed_keys();
        (entry.key, entry.value)
    }

    /// Removed entries at the end are forgotten: see [`Table::trim_end`].
    pub(crate) fn trim_end(&self) {
        self.table.trim_end();
    }

    /// Removes all entries.
    pub fn clear_all(&self) {
        let old = self.take_table();
        drop(old.into_entries(self));
    }

    /// The next entry from a position on, in the order of insertion.
    #[inline]
    pub fn next(&self, position: &mut Position) -> Option<(Value, Value)> {
        while *position < self.table.len() {
            let at = *position;
            *position += 1;
            // SAFETY: cloning runs no code.
            if let Some(entry) = unsafe { self.table.entry(at) } {
                return Some((entry.key.clone(), entry.value.clone()));
            }
        }
        None
    }

    /// The next key from a position on, with its hash.
    #[inline]
    pub(crate) fn next_key(&self, position: &mut Position) -> Option<(Value, i64)> {
        while *position < self.table.len() {
            *position += 1;
            // SAFETY: cloning runs no code.
            if let Some(entry) = unsafe { self.table.entry(*position - 1) } {
                return Some((entry.key.clone(), entry.hash));
            }
        }
        None
    }

    /// The next entry from a position on, with the hash of its key.
    #[inline]
    pub(crate) fn next_entry(&self, position: &mut Position) -> Option<Entry> {
        while *position < self.table.len() {
            *position += 1;
            // SAFETY: cloning runs no code.
            if let Some(entry) = unsafe { self.table.entry(*position - 1) } {
                return Some(Entry { hash: entry.hash, key: entry.key.clone(), value: entry.value.clone() });
            }
        }
        None
    }

    /// The entry of a number, if it has not been removed.
    pub(crate) fn entry_at(&self, at: Position) -> Option<(Value, Value)> {
        // SAFETY: cloning runs no code.
        unsafe { self.table.entry(at) }.map(|entry| (entry.key.clone(), entry.value.clone()))
    }

    /// Bytes beside the object itself.
    pub(crate) fn bytes(&self) -> usize {
        self.table.bytes()
    }

    /// Room for so many more entries.
    ///
    /// # Errors
    /// MemoryError.
    pub fn reserve(&self, cx: &Cx, more: usize) -> R<()> {
        self.table.reserve_many(cx, self.used.get(), more)
    }

    /// The value of a key, which is set to `default` if it is not there.
    ///
    /// # Errors
    /// What the hash or a comparison raises; MemoryError.
    pub fn setdefault(&self, cx: &Cx, key: &Value, default: Value) -> R {
        let hash = cx.hash(key)?;
        let found =
            if key.is_exact(&STR_TYPE) { self.find_str(cx, key, hash)? } else { self.find_hashed(cx, key, hash)? };
        if let Some(at) = found {
            return Ok(self.value_at(at));
        }
        self.push(cx, key.clone(), hash, default.clone())?;
        Ok(default)
    }

    /// The last entry's number.
    pub(crate) fn last(&self) -> Option<usize> {
        // SAFETY: nothing runs meanwhile.
        (0..self.table.len()).rev().find(|&at| unsafe { self.table.entry(at) }.is_some())
    }

    /// Entries written, removed ones included: positions lie below.
    pub(crate) fn end(&self) -> Position {
        self.table.len()
    }

    /// All entries as they are now.
    pub fn entries(&self) -> Vec<(Value, Value)> {
        let mut position = 0;
        core::iter::from_fn(|| self.next(&mut position)).collect()
    }

    /// Another dict with the same entries.
    ///
    /// # Errors
    /// MemoryError.
    pub fn copy(&self, cx: &Cx) -> R<Obj<PyDict>> {
        let made = cx.dict()?;
        made.table.reserve_many(cx, 0, self.len())?;
        for at in 0..self.table.len() {
            // SAFETY: cloning runs no code.
            if let Some(entry) = unsafe { self.table.entry(at) } {
                let (hash, key, value) = (entry.hash, entry.key.clone(), entry.value.clone());
                made.push(cx, key, hash, value)?;
            }
        }
        Ok(made)
    }
}

impl Cx {
    /// An empty dict.
    ///
    /// # Errors
    /// MemoryError.
    #[inline]
    pub fn dict(&self) -> R<Obj<PyDict>> {
        let dict = self.alloc(PyDict::fields())?;
        tracking::untrack(&dict.head);
        Ok(dict)
    }

    /// An empty dict of `dict` or a class derived from it.
    ///
    /// # Errors
    /// MemoryError.
    pub fn dict_in(&self, class: &TypeObject) -> R<Obj<PyDict>> {
        if core::ptr::eq(class, &DICT_TYPE) {
            return self.dict();
        }
        self.alloc_in(class, PyDict::fields())
    }
}

impl PyDict {
    /// What an empty dict begins with, for layouts that begin with a dict.
    pub const fn fields() -> PyDict {
        PyDict {
            head: unborn(),
            used: Cell::new(0),
            keys_version: Cell::new(0),
            _gap: 0,
            table: Table::empty(),
            _values: 0,
        }
    }
}
