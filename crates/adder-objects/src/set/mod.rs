//! `set` and `frozenset`.

mod iter;
mod methods;
mod operators;
mod table;

pub use iter::{PySetIterator, SET_ITERATOR_TYPE};

pub(crate) use operators::{remove_all, toggle_all, update};

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};

use table::{Probe, Table};

use crate::cx::Cx;
use crate::error::R;
use crate::object::{Layout, Obj, functions, unborn};
use crate::str::PyStr;
use crate::typeobject::{OBJECT_TYPE, Spec, TypeObject, flag};
use crate::value::Value;

/// `set`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PySet_Type")]
pub static SET_TYPE: TypeObject = TypeObject::builtin(&SET_SPEC, &raw const SET_TYPE);
static SET_SPEC: Spec = Spec {
    doc: Some("An unordered collection of distinct hashable values."),
    flags: flag::GC | flag::BASE | flag::MATCH_SELF,
    size: size_of::<PySet>(),
    weak: true,
    functions: functions::<PySet>(true, true),
    slots: methods::set_slots(),
    methods: methods::SET_METHODS,
    ..Spec::new("set", &OBJECT_TYPE)
};

/// `frozenset`
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "PyFrozenSet_Type")]
pub static FROZENSET_TYPE: TypeObject = TypeObject::builtin(&FROZENSET_SPEC, &raw const FROZENSET_TYPE);
static FROZENSET_SPEC: Spec = Spec {
    doc: Some("An unordered collection of distinct hashable values that does not change."),
    flags: flag::GC | flag::BASE | flag::MATCH_SELF,
    size: size_of::<PySet>(),
    weak: true,
    functions: functions::<PySet>(true, true),
    slots: methods::frozenset_slots(),
    methods: methods::FROZENSET_METHODS,
    ..Spec::new("frozenset", &OBJECT_TYPE)
};

/// Layout of a set, frozen or not: 64 bytes.
#[repr(C)]
pub struct PySet {
    head: Head,
    /// Places of the table that are not free: keys and those that were removed.
    fill: Cell<usize>,
    used: Cell<usize>,
    table: Table,
    /// Of a frozenset, once it was asked for; else -1.
    hash: Cell<i64>,
    /// Where `pop` looks next.
    finger: Cell<usize>,
}

// SAFETY: begins with a head; both types and those derived from them have this layout.
unsafe impl Layout for PySet {
    #[inline(always)]
    fn ty() -> &'static TypeObject {
        &SET_TYPE
    }
    #[inline]
    fn fits(ty: &TypeObject) -> bool {
        core::ptr::eq(ty, &SET_TYPE)
            || core::ptr::eq(ty, &FROZENSET_TYPE)
            || ty.is_subtype(&SET_TYPE)
            || ty.is_subtype(&FROZENSET_TYPE)
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.each(self.table.places(), |at, tracer| {
            if at < self.table.places() {
                // SAFETY: a tracer changes nothing.
                unsafe { self.table.entry(at) }.key.trace(tracer);
            }
        });
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        clearer.discard_iter(self.take_table().into_keys(&self.head));
    }
}

impl Drop for PySet {
    fn drop(&mut self) {
        drop(self.take_table().into_keys(&self.head));
    }
}

impl PySet {
    const fn fields() -> PySet {
        PySet {
            head: unborn(),
            fill: Cell::new(0),
            used: Cell::new(0),
            table: Table::empty(),
            hash: Cell::new(-1),
            finger: Cell::new(0),
        }
    }

    fn take_table(&self) -> Table {
        self.fill.set(0);
        self.used.set(0);
        self.table.take()
    }

    /// How many values it holds.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    /// Does it hold none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next value and its hash from a place of the table on.
    #[inline]
    pub fn next(&self, place: &mut usize) -> Option<(i64, Value)> {
        while *place < self.table.places() {
            *place += 1;
            if let Some(found) = self.table.get(*place - 1) {
                return Some(found);
            }
        }
        None
    }

    /// Where the next value lies, from a place of the table on, and its hash: for C, which borrows it. Good until the set changes.
    pub fn next_place(&self, place: &mut usize) -> Option<(i64, *mut Value)> {
        while *place < self.table.places() {
            *place += 1;
            if let Some(found) = self.table.key_place(*place - 1) {
                return Some(found);
            }
        }
        None
    }

    /// Adds all that an iterable gives.
    ///
    /// # Errors
    /// What the iteration, a hash or a comparison raises; MemoryError.
    pub fn update(&self, cx: &Cx, iterable: &Value) -> R<()> {
        operators::update(cx, self, iterable)
    }

    /// The place of a value with this hash, or the free place where it would go.
    fn find(&self, cx: &Cx, key: &Value, hash: i64) -> R<Result<usize, usize>> {
        let text = key.downcast_exact::<PyStr>();
        'again: loop {
            let places = self.table.places();
            if places == 0 {
                return Ok(Err(0));
            }
            let mut probe = Probe::new(hash);
            loop {
                let at = probe.next(places);
                // SAFETY: nothing is changed between here and the comparison.
                let entry = unsafe { self.table.entry(at) };
                if entry.key.is_unset() {
                    if self.table.is_free(at) {
                        return Ok(Err(at));
                    }
                    continue;
                }
                if entry.hash != hash {
                    continue;
                }
                if entry.key.is(key) {
                    return Ok(Ok(at));
                }
                if let (Some(text), Some(other)) = (text, entry.key.downcast_exact::<PyStr>()) {
                    if text.equals(other) {
                        return Ok(Ok(at));
                    }
                    continue;
                }
                let (known, start) = (entry.key.clone(), self.table.start());
                let equal = cx.equals(&known, key)?;
                // The comparison may have changed the set.
                let same = self.table.start() == start
                    && self.table.places() == places
                    && self.table.get(at).is_some_and(|(_, now)| now.is(&known));
                if !same {
                    continue 'again;
                }
                if equal {
                    return Ok(Ok(at));
                }
            }
        }
    }

    /// Is a value with this hash in it?
    ///
    /// # Errors
    /// What a comparison raises.
    pub fn contains_hashed(&self, cx: &Cx, key: &Value, hash: i64) -> R<bool> {
        Ok(self.find(cx, key, hash)?.is_ok())
    }

    /// Is the value in it?
    ///
    /// # Errors
    /// What the hash or a comparison raises.
    pub fn contains(&self, cx: &Cx, key: &Value) -> R<bool> {
        self.contains_hashed(cx, key, cx.hash(key)?)
    }

    /// Adds a value with its hash; false if it was there.
    ///
    /// # Errors
    /// What a comparison raises; MemoryError.
    pub fn add_hashed(&self, cx: &Cx, key: &Value, hash: i64) -> R<bool> {
        if self.table.places() == 0 {
            self.table.resize(cx, 0)?;
        }
        let Err(place) = self.find(cx, key, hash)? else { return Ok(false) };
        // A comparison may have emptied the set: then the place is none of its table.
        if self.table.places() == 0 {
            self.table.resize(cx, 0)?;
            self.add_new(cx, key.clone(), hash)?;
            return Ok(true);
        }
        self.put(cx, place, key.clone(), hash)?;
        Ok(true)
    }

    fn put(&self, cx: &Cx, place: usize, key: Value, hash: i64) -> R<()> {
        self.table.put(place, hash, key);
        self.fill.set(self.fill.get() + 1);
        self.used.set(self.used.get() + 1);
        let used = self.used.get();
        if self.fill.get() * 5 < (self.table.places() - 1) * 3 {
            return Ok(());
        }
        self.resize(cx, if used > 50_000 { used * 2 } else { used * 4 })
    }

    /// Adds a value that is known not to be there.
    fn add_new(&self, cx: &Cx, key: Value, hash: i64) -> R<()> {
        if self.table.places() == 0 {
            self.table.resize(cx, 0)?;
        }
        self.put(cx, self.table.free_place(hash), key, hash)
    }

    fn resize(&self, cx: &Cx, least: usize) -> R<()> {
        self.table.resize(cx, least)?;
        self.fill.set(self.used.get());
        Ok(())
    }

    /// Makes room for so many more, before they are added one by one.
    fn make_room(&self, cx: &Cx, more: usize) -> R<()> {
        if more > 0 && (self.fill.get() + more) * 5 >= self.table.places().saturating_sub(1) * 3 {
            self.resize(cx, (self.used.get() + more) * 2)?;
        }
        Ok(())
    }

    /// Adds a value; false if it was there.
    ///
    /// # Errors
    /// What the hash or a comparison raises; MemoryError.
    pub fn add(&self, cx: &Cx, key: &Value) -> R<bool> {
        self.add_hashed(cx, key, cx.hash(key)?)
    }

    /// Removes a value with this hash; false if it was not there.
    ///
    /// # Errors
    /// What a comparison raises.
    pub fn remove_hashed(&self, cx: &Cx, key: &Value, hash: i64) -> R<bool> {
        let Ok(at) = self.find(cx, key, hash)? else { return Ok(false) };
        let gone = self.table.take_at(at);
        self.used.set(self.used.get() - 1);
        drop(gone);
        Ok(true)
    }

    /// Takes some value out.
    pub fn pop(&self) -> Option<Value> {
        if self.is_empty() {
            return None;
        }
        let places = self.table.places();
        let mut at = self.finger.get() & (places - 1);
        // SAFETY: nothing runs meanwhile.
        while unsafe { self.table.entry(at) }.key.is_unset() {
            at = (at + 1) & (places - 1);
        }
        self.finger.set(at + 1);
        self.used.set(self.used.get() - 1);
        Some(self.table.take_at(at))
    }

    /// Removes all values.
    pub fn clear_all(&self) {
        drop(self.take_table().into_keys(&self.head));
    }

    /// Exchanges the contents of two sets of one interpreter.
    fn swap(&self, other: &PySet) {
        self.fill.swap(&other.fill);
        self.used.swap(&other.used);
        let (mine, theirs) = (self.table.take(), other.table.take());
        self.table.put_back(theirs);
        other.table.put_back(mine);
        self.hash.set(-1);
        other.hash.set(-1);
    }
}

/// Is it a set or a frozenset, or of a class derived from one?
#[inline]
pub(crate) fn as_set(value: &Value) -> Option<&PySet> {
    value.downcast::<PySet>()
}

impl Cx {
    /// An empty set.
    ///
    /// # Errors
    /// MemoryError.
    pub fn set(&self) -> R<Obj<PySet>> {
        self.set_in(&SET_TYPE)
    }

    /// An empty set of `set`, `frozenset` or a class derived from one.
    ///
    /// # Errors
    /// MemoryError.
    pub fn set_in(&self, class: &TypeObject) -> R<Obj<PySet>> {
        self.alloc_in(class, PySet::fields())
    }

    /// A set of this class with all that an iterable gives.
    ///
    /// # Errors
    /// What the iteration, a hash or a comparison raises; MemoryError.
    pub fn set_of(&self, class: &TypeObject, iterable: &Value) -> R<Obj<PySet>> {
        let made = self.set_in(class)?;
        operators::update(self, &made, iterable)?;
        Ok(made)
    }
}
