//! The table of interned strings.

use core::cell::UnsafeCell;
use core::ptr::NonNull;

use super::{PyStr, STR_TYPE, state};
use crate::cx::Cx;
use crate::error::R;
use crate::object::Obj;
use crate::value::Value;

/// Which strings of an interpreter are interned. The table does not own them: a string takes itself out when it dies.
///
/// Open addressing by the strings' hashes; at most half full.
pub struct Interned {
    table: UnsafeCell<Table>,
}

#[derive(Default)]
struct Table {
    places: Vec<Place>,
    used: usize,
    /// Places that were used once.
    spent: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Free,
    Spent,
    Of(NonNull<PyStr>),
}

impl Table {
    fn start(&self, hash: i64) -> usize {
        (hash as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) as usize >> (64 - self.places.len().trailing_zeros())
    }

    fn find(&self, hash: i64, matches: impl Fn(&PyStr) -> bool) -> Option<usize> {
        if self.places.is_empty() {
            return None;
        }
        let mask = self.places.len() - 1;
        let mut at = self.start(hash);
        loop {
            match self.places[at] {
                Place::Free => return None,
                // SAFETY: strings in the table are live.
                Place::Of(s) if unsafe { s.as_ref() }.hash() == hash && matches(unsafe { s.as_ref() }) => {
                    return Some(at);
                }
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn insert(&mut self, string: NonNull<PyStr>) {
        if (self.used + self.spent + 1) * 2 > self.places.len() {
            let size = ((self.used + 1) * 4).next_power_of_two().max(1024);
            let old = core::mem::replace(&mut self.places, vec![Place::Free; size]);
            (self.used, self.spent) = (0, 0);
            for place in old {
                if let Place::Of(s) = place {
                    self.insert(s);
                }
            }
        }
        let mask = self.places.len() - 1;
        // SAFETY: live: the caller holds it.
        let mut at = self.start(unsafe { string.as_ref() }.hash());
        while let Place::Of(_) = self.places[at] {
            at = (at + 1) & mask;
        }
        if self.places[at] == Place::Spent {
            self.spent -= 1;
        }
        self.places[at] = Place::Of(string);
        self.used += 1;
    }
}

impl Interned {
    pub(crate) fn new() -> Interned {
        Interned { table: UnsafeCell::new(Table::default()) }
    }

    #[allow(clippy::mut_from_ref, reason = "one thread, and no other code runs while it is held")]
    fn table(&self) -> &mut Table {
        // SAFETY: the functions below run no other code meanwhile.
        unsafe { &mut *self.table.get() }
    }

    /// An interned string is dying.
    pub(super) fn forget(&self, string: &PyStr) {
        let table = self.table();
        if let Some(at) = table.find(string.hash(), |s| core::ptr::eq(s, string)) {
            table.places[at] = Place::Spent;
            table.used -= 1;
            table.spent += 1;
        }
    }

    /// The interpreter ends: strings that live on are interned no more.
    pub(crate) fn empty(&self) {
        for place in core::mem::take(&mut self.table().places) {
            if let Place::Of(s) = place {
                // SAFETY: strings in the table are live.
                let s = unsafe { s.as_ref() };
                s.state.set(s.state.get() & !state::INTERNED);
            }
        }
    }
}

impl Cx {
    /// How many strings are interned.
    pub fn interned_strings(&self) -> usize {
        self.interned.table().used
    }

    /// The interned string with this text.
    ///
    /// # Errors
    /// MemoryError.
    pub fn intern(&self, text: &str) -> R {
        let made = self.str(text)?;
        Ok(self.intern_str(made).into_value())
    }

    /// The interned string with the text of this one, which may be itself. It must be exactly a `str`.
    pub fn intern_str(&self, string: Obj<PyStr>) -> Obj<PyStr> {
        debug_assert!(string.as_value().is_exact(&STR_TYPE));
        if string.is_interned() {
            return string;
        }
        let table = self.interned.table();
        if let Some(at) = table.find(string.hash(), |s| s.equals(&string))
            && let Place::Of(known) = table.places[at]
        {
            // SAFETY: strings in the table are live.
            return Obj::from_ref(unsafe { known.as_ref() });
        }
        table.insert(string.as_ptr());
        string.state.set(string.state.get() | 1);
        string
    }

    /// Interns a name that is used for an attribute, if it is exactly a `str`.
    #[inline]
    pub fn intern_value(&self, name: Value) -> Value {
        match name.downcast_exact::<PyStr>() {
            Some(s) if !s.is_interned() => match name.try_into_obj::<PyStr>() {
                Ok(s) => self.intern_str(s).into_value(),
                Err(name) => name,
            },
            _ => name,
        }
    }
}
