//! Where a checker of ownership watches the border: it is told of each call of a function of the table, with the function's row,
//! what C passed, and what C got.
//!
//! While no interpreter of the process is watched, a call costs one load and a branch for it.

use core::cell::RefCell;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

use adder_objects::Cx;

use crate::contract::Contract;

/// Watches the calls from C that an interpreter takes. Calls nest, also within the functions of a ledger, if it uses the C API.
pub trait Ledger {
    /// C calls a function. The arguments are as C passed them, each as a word: of an object its address, of a number its bits.
    fn entered(&self, contract: &'static Contract, arguments: &[usize]);

    /// The innermost call ends. C gets this, as a word; whether an exception is set, the error indicator says.
    fn left(&self, contract: &'static Contract, result: usize);
}

/// How many interpreters of the process are watched.
static WATCHED: AtomicUsize = AtomicUsize::new(0);

/// The ledger of an interpreter, if it has one.
pub(crate) type Place = RefCell<Option<Rc<dyn Ledger>>>;

/// Is any interpreter watched?
#[inline(always)]
pub(crate) fn is_attached() -> bool {
    WATCHED.load(Ordering::Relaxed) != 0
}

/// Attaches a ledger to an interpreter, in place of the one it had.
pub fn attach(cx: &Cx, ledger: Rc<dyn Ledger>) {
    crate::state::begin(cx);
    if crate::state::of(cx).ledger.replace(Some(ledger)).is_none() {
        WATCHED.fetch_add(1, Ordering::Relaxed);
    }
}

/// Takes the ledger of an interpreter off.
pub fn detach(cx: &Cx) {
    crate::state::begin(cx);
    if crate::state::of(cx).ledger.replace(None).is_some() {
        WATCHED.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The row of a function.
pub fn row(function: &str) -> Option<&'static Contract> {
    static ROWS: LazyLock<HashMap<&'static str, &'static Contract>> =
        LazyLock::new(|| crate::contracts().map(|contract| (contract.name, contract)).collect());
    ROWS.get(function).copied()
}

/// Tells the ledger of the current interpreter, if it has one.
fn tell(function: &str, what: impl FnOnce(&dyn Ledger, &'static Contract)) {
    let Some(cx) = Cx::try_current().filter(|cx| !cx.border.get().is_null()) else { return };
    // A ledger may call functions of the C API, and may be taken off meanwhile.
    let ledger = crate::state::of(cx).ledger.borrow().clone();
    if let (Some(ledger), Some(contract)) = (ledger, row(function)) {
        what(&*ledger, contract);
    }
}

#[cold]
pub(crate) fn entered(function: &str, arguments: &[usize]) {
    tell(function, |ledger, contract| ledger.entered(contract, arguments));
}

#[cold]
pub(crate) fn left(function: &str, result: usize) {
    tell(function, |ledger, contract| ledger.left(contract, result));
}

/// What C passed or got, as a word.
#[inline]
pub(crate) fn word<C: Copy>(c: &C) -> usize {
    let mut word = 0_usize;
    let size = size_of::<C>().min(size_of::<usize>());
    // SAFETY: so many bytes are there on both sides; what C passes are numbers and pointers, without padding.
    unsafe { core::ptr::copy_nonoverlapping((&raw const *c).cast::<u8>(), (&raw mut word).cast::<u8>(), size) };
    word
}
