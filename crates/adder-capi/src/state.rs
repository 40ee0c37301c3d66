//! What the C layer keeps for an interpreter.

use core::cell::RefCell;
use core::ffi::c_void;
use core::sync::atomic::{AtomicU64, Ordering};
use std::collections::{HashMap, HashSet};

use adder_objects::object::Slot;
use adder_objects::{Cx, TypeObject, Value};

/// See [`of`].
#[derive(Default)]
pub struct State {
    /// No other interpreter of the process has it, not even one at the same address later.
    pub number: u64,
    /// Static types of C that were made ready in this interpreter.
    pub static_types: RefCell<Vec<*mut TypeObject>>,
    /// Modules that C finds by their definition (`PyState_FindModule`), by the definition's address.
    pub modules: RefCell<Vec<(usize, Value)>>,
    /// What Rust keeps for views of its objects that C has not released yet: addresses.
    pub views: RefCell<HashSet<usize>>,
    /// What `Py_GetConstant` has given, by number: as little as that.
    pub constants: RefCell<Vec<Option<adder_objects::Value>>>,
    /// The strings of C's identifiers, by their addresses.
    pub identifiers: RefCell<HashMap<usize, Value>>,
    /// The checker of ownership that watches the border, if one does.
    pub ledger: crate::ledger::Place,
    /// What C keeps for the interpreter: a dict, once it was asked for.
    pub dict: Kept,
    /// What C left to be done at the end of the interpreter.
    pub(crate) at_exit: RefCell<Vec<(unsafe extern "C" fn(*mut c_void), crate::threads::Data)>>,
}

/// A slot that is empty by default.
pub struct Kept(Slot);

impl Default for Kept {
    fn default() -> Kept {
        Kept(Slot::empty())
    }
}

impl core::ops::Deref for Kept {
    type Target = Slot;
    fn deref(&self) -> &Slot {
        &self.0
    }
}

/// The C layer of an interpreter.
///
/// # Panics
/// Before [`begin`].
pub fn of(cx: &Cx) -> &State {
    // SAFETY: set by `begin`, and it lives until the interpreter has ended.
    unsafe { cx.border.get().cast::<State>().as_ref() }.expect("the C layer was begun")
}

/// The same, if it was begun.
pub fn try_of(cx: &Cx) -> Option<&State> {
    // SAFETY: as for `of`.
    unsafe { cx.border.get().cast::<State>().as_ref() }
}

/// Makes an interpreter ready for C.
pub fn begin(cx: &Cx) {
    if !cx.border.get().is_null() {
        return;
    }
    static NUMBERS: AtomicU64 = AtomicU64::new(1);
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let state: &'static State = Box::leak(Box::new(State { number, ..State::default() }));
    cx.border.set(core::ptr::from_ref(state).cast());
    cx.hooks.slots_filled.set(Some(crate::types::fields::slots_filled));
    cx.hooks.foreign_get.set(Some(crate::members::get));
    cx.hooks.foreign_set.set(Some(crate::members::set));
    cx.hooks.foreign_make.set(Some(crate::functions::make));
    cx.hooks.at_end.set(Some(end));
    adder_vm::visitors::welcome(adder_vm::Vm::of(cx));
    crate::types::fields::fill_built_in();
    crate::types::fields::fill_classes(cx);
}

/// The interpreter ends: what C has left in it goes.
fn end(cx: &Cx) {
    let pointer = cx.border.get();
    let state = of(cx);
    drop(core::mem::take(&mut *state.modules.borrow_mut()));
    cx.heap.collect();
    for ty in core::mem::take(&mut *state.static_types.borrow_mut()).into_iter().rev() {
        // SAFETY: made ready by this interpreter; its modules and what they held are gone, and no code runs any more.
        unsafe { crate::types::ready::end_static(cx, ty) };
    }
    drop(core::mem::take(&mut *state.identifiers.borrow_mut()));
    cx.border.set(core::ptr::null());
    // SAFETY: made by `begin`, and nobody has it any more.
    drop(unsafe { Box::from_raw(pointer.cast::<State>().cast_mut()) });
}
