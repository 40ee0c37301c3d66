//! An interpreter's state, as far as objects need it.

use core::cell::{Cell, RefCell, UnsafeCell};
use core::sync::atomic::AtomicU32;
use std::rc::Rc;

use adder_gc::Heap;

use crate::error::R;
use crate::exceptions as exc;
use crate::names::Names;
use crate::object::Slot;
use crate::str::Interned;
use crate::typeobject::{TypeObject, TypeState};
use crate::value::Value;

/// So much of a limit is for handling the MemoryError, in bytes; less where the limit is small.
const MEMORY_ERROR_RESERVE: usize = 64 << 10;

/// An interpreter: its heap, its types' changing parts, its interned strings. Everything that can fail or call takes it.
///
/// One thread at a time uses it. What the layers above need more hangs on [`Cx::above`].
pub struct Cx {
    /// Where its objects live.
    pub heap: Heap,
    /// Bits that ask the evaluation loop for a turn: see [`breaker`].
    pub breaker: Box<AtomicU32>,
    /// Names that the runtime itself uses, interned.
    pub names: Names,
    /// The table of interned strings.
    pub interned: Interned,
    pub(crate) small_strings: Box<crate::str::SmallStrings>,
    /// Error handlers of codecs that programs registered.
    pub codec_errors: crate::codecs::Registry,
    /// States of the built-in types, by index.
    types: UnsafeCell<Vec<Option<Box<TypeState>>>>,
    version: Cell<u32>,
    /// Look-ups in types: see `attributes`.
    pub(crate) lookups: crate::attributes::LookupCache,
    /// Objects whose `repr` is being made, for containers that contain themselves.
    pub(crate) repr_stack: UnsafeCell<Vec<usize>>,
    memory_error: Slot,
    /// What that one had gathered when it was needed again; for [`release_spent`](Cx::release_spent). It never grows.
    pub(crate) spent: RefCell<Vec<Value>>,
    /// MemoryError is being made.
    pub(crate) making_memory_error: Cell<bool>,
    /// The one empty tuple, once it was asked for.
    pub(crate) empty_tuple: Slot,
    /// The lowest stack address that native code may use; below it a RecursionError is due.
    pub stack_limit: Cell<usize>,
    /// The exception that is being handled by the running frames, down to the innermost generator; empty when none is.
    pub handled: Slot,
    /// The one that was being handled where that generator was resumed.
    pub handled_outside: Slot,
    /// What the virtual machine keeps for this interpreter.
    pub above: Cell<*const ()>,
    /// What the C layer keeps for this interpreter.
    pub border: Cell<*const ()>,
    /// A slot of this type of another language is called for an object whose own type may have another: the type and the
    /// object's bits, until the slot's function takes note.
    pub slot_owner: Cell<Option<(*const TypeObject, usize)>>,
    /// What built-in types need from the layers above.
    pub hooks: Hooks,
    /// `-b`: what takes bytes for text warns.
    pub bytes_warning: Cell<bool>,
    /// `sys.get_int_max_str_digits()`; 0 for no limit.
    pub int_max_str_digits: Cell<usize>,
}

/// Room for what an exception gathers, a few times over.
const SPENT: usize = 16;

/// Bits of [`Cx::breaker`].
pub mod breaker {
    /// A collection is due.
    pub const COLLECT: u32 = 1 << 0;
    /// A signal has arrived.
    pub const SIGNAL: u32 = 1 << 1;
    /// Another thread wants the lock.
    pub const SWITCH: u32 = 1 << 2;
    /// Something was left to be done by the main thread.
    pub const PENDING: u32 = 1 << 3;
    /// An exception was sent to this thread.
    pub const ASYNC: u32 = 1 << 4;
    /// Something watches the evaluation loop: tracing, profiling, counting.
    pub const WATCH: u32 = 1 << 5;
}

/// What the object model asks the layers above for.
#[derive(Default)]
pub struct Hooks {
    /// An exception that nobody can catch: the exception, what was being done (`Exception ignored in`), and an object.
    pub unraisable: Cell<Option<fn(&Cx, crate::error::Raised, Option<&str>, Option<&Value>)>>,
    /// Imports a module by name.
    pub import: Cell<Option<fn(&Cx, &str) -> R>>,
    /// What `super()` without arguments means where it is called: the class and the first argument.
    pub super_arguments: Cell<Option<fn(&Cx) -> R<(Value, Value)>>>,
    /// `__name__` of the module whose code is running, for `__module__` of a class made there.
    pub module_name: Cell<Option<fn(&Cx) -> R<Option<Value>>>>,
    /// The type of tracebacks.
    pub traceback_type: Cell<Option<&'static TypeObject>>,
    /// A class was made, or its slots have changed: its fields that C reads follow.
    pub slots_filled: Cell<Option<fn(&Cx, &TypeObject)>>,
    /// Reads and writes what a type written in C computes: the descriptor's data, the object, what is stored.
    pub foreign_get: Cell<Option<fn(&Cx, *const core::ffi::c_void, &Value) -> R>>,
    /// See `foreign_get`.
    pub foreign_set: Cell<Option<fn(&Cx, *const core::ffi::c_void, &Value, Option<&Value>) -> R<()>>>,
    /// Makes an instance of a type written in C that has a function for all of that: `tp_vectorcall`.
    pub foreign_make: Cell<Option<fn(&Cx, &TypeObject, crate::Args<'_>) -> R>>,
    /// The interpreter ends: classes and their instances are gone, names and built-in types are there still.
    pub at_end: Cell<Option<fn(&Cx)>>,
    /// Issues a warning: category, message, stack level.
    pub warn: Cell<Option<fn(&Cx, &'static TypeObject, &str, usize) -> R<()>>>,
}

thread_local! {
    static CURRENT: Cell<*const Cx> = const { Cell::new(core::ptr::null()) };
}

impl Cx {
    /// An interpreter with a heap of its own and its built-in types ready.
    ///
    /// # Errors
    /// MemoryError cannot be raised without it, so: the heap's error, as text.
    pub fn new(heap: Heap) -> Result<Rc<Cx>, String> {
        crate::builtin_types::make_ready();
        let cx = Rc::new(Cx {
            heap,
            breaker: Box::new(AtomicU32::new(0)),
            names: Names::unset(),
            interned: Interned::new(),
            codec_errors: crate::codecs::Registry::new(),
            small_strings: Box::new(crate::str::SmallStrings::new()),
            types: UnsafeCell::new(Vec::new()),
            version: Cell::new(crate::builtin_types::FIRST_FREE_VERSION),
            lookups: crate::attributes::LookupCache::new(),
            repr_stack: UnsafeCell::new(Vec::new()),
            memory_error: Slot::empty(),
            spent: RefCell::new(Vec::with_capacity(SPENT)),
            making_memory_error: Cell::new(false),
            empty_tuple: Slot::empty(),
            stack_limit: Cell::new(0),
            handled: Slot::empty(),
            handled_outside: Slot::empty(),
            above: Cell::new(core::ptr::null()),
            border: Cell::new(core::ptr::null()),
            slot_owner: Cell::new(None),
            hooks: Hooks::default(),
            bytes_warning: Cell::new(false),
            int_max_str_digits: Cell::new(crate::int::DEFAULT_MAX_STR_DIGITS),
        });
        cx.heap.set_mode(adder_gc::CollectMode::Manual);
        if let Some(limit) = cx.heap.limit() {
            // `except MemoryError` and what stands under it need a little.
            cx.heap.set_reserve((limit / 64).min(MEMORY_ERROR_RESERVE));
        }
        // SAFETY: the word lies in a box that lives as long as the heap's handle beside it.
        unsafe { adder_gc::raw::wake(&cx.heap, &raw const *cx.breaker, breaker::COLLECT) };
        adder_gc::raw::set_weak_functions(&cx.heap, &crate::weakref::FUNCTIONS);
        let entered = cx.enter();
        let made = (|| -> R<()> {
            cx.memory_error.set(exc::instance(&cx, &exc::MEMORY_ERROR, &[])?);
            cx.names.fill(&cx)?;
            Ok(())
        })();
        drop(entered);
        made.map_err(|_| "the heap's limit leaves no room for an interpreter".to_owned())?;
        Ok(cx)
    }

    /// Makes it the thread's interpreter while the guard lives.
    pub fn enter(&self) -> Entered {
        let before = CURRENT.replace(self);
        Entered { before }
    }

    /// The thread's interpreter: for code that an object's death runs, which gets no other.
    ///
    /// # Panics
    /// If there is none.
    pub fn current<'a>() -> &'a Cx {
        // SAFETY: set by `enter`, whose guard resets it; objects of an interpreter only die while it is entered.
        unsafe { CURRENT.get().as_ref() }.expect("an interpreter is entered on this thread")
    }

    /// The same, where there may be none.
    #[inline]
    pub fn try_current<'a>() -> Option<&'a Cx> {
        // SAFETY: as above.
        unsafe { CURRENT.get().as_ref() }
    }

    /// The thread lets go of its interpreter for a while: it has none until [`come_back`](Self::come_back).
    pub fn leave() -> *const Cx {
        CURRENT.replace(core::ptr::null())
    }

    /// The thread has its interpreter again.
    ///
    /// # Safety
    /// What the last [`leave`](Self::leave) on this thread has given, and the interpreter is still there.
    pub unsafe fn come_back(cx: *const Cx) {
        CURRENT.set(cx);
    }

    /// Another thread runs from here on: the objects whose `repr` it is making are these. Gives those of the thread before.
    pub fn exchange_repr_stack(&self, objects: Vec<usize>) -> Vec<usize> {
        // SAFETY: no borrow is held over other code.
        core::mem::replace(unsafe { &mut *self.repr_stack.get() }, objects)
    }

    /// A version that no shape and no dict of this interpreter has had: never 0.
    pub fn next_version(&self) -> u32 {
        let next = self.version.get().checked_add(1).unwrap_or(0);
        if next == 0 {
            // Four thousand million changes of classes: from here on nothing is cached.
            return 0;
        }
        self.version.set(next);
        next
    }

    /// The changing part of a type.
    #[inline]
    pub fn state<'a>(&'a self, ty: &'a TypeObject) -> &'a TypeState {
        // SAFETY: states are boxed, and are not replaced while the type (or the interpreter) lives.
        unsafe {
            if let Some(state) = (*ty.state.get()).as_deref() {
                return state;
            }
            let index = ty.index.get() as usize;
            if let Some(Some(state)) = (&*self.types.get()).get(index) {
                return state;
            }
        }
        self.fill_state(ty)
    }

    /// The same, if it is there already.
    pub(crate) fn known_state<'a>(&'a self, ty: &'a TypeObject) -> Option<&'a TypeState> {
        // SAFETY: as above.
        unsafe {
            match (*ty.state.get()).as_deref() {
                Some(state) => Some(state),
                None => (&*self.types.get()).get(ty.index.get() as usize)?.as_deref(),
            }
        }
    }

    #[cold]
    fn fill_state<'a>(&'a self, ty: &'a TypeObject) -> &'a TypeState {
        let state = self.despite_the_limit(|| crate::builtin_types::state_of(self, ty));
        let index = ty.index.get() as usize;
        // SAFETY: no borrow is held: boxes stay where they are when the table grows.
        let types = unsafe { &mut *self.types.get() };
        if types.len() <= index {
            types.resize_with(index + 1, || None);
        }
        if types[index].is_none() {
            types[index] = Some(Box::new(state));
        }
        // SAFETY: stored just now.
        let state: *const TypeState = types[index].as_deref().expect("stored just now");
        // The namespace is filled afterwards: it may ask for the state of other types.
        crate::builtin_types::join_bases(self, ty);
        self.despite_the_limit(|| crate::builtin_types::fill_dict(self, ty));
        // SAFETY: boxed.
        unsafe { &*state }
    }

    /// Does what cannot be refused: a built-in type is as much of the interpreter as its code. Where the heap's limit is in the
    /// way, it does not hold meanwhile.
    fn despite_the_limit<T>(&self, make: impl Fn() -> R<T>) -> T {
        if let Ok(made) = make() {
            return made;
        }
        let limit = self.heap.limit();
        self.heap.set_limit(None);
        let made = make();
        self.heap.set_limit(limit);
        made.expect("memory for the dict of a built-in type")
    }

    /// Empties the cache of look-ups in types, which keeps names alive.
    pub fn forget_lookups(&self) {
        self.lookups.clear();
    }

    /// Lets go of what the MemoryError that was made beforehand had gathered, at a place where code of a user may run.
    pub fn release_spent(&self) {
        loop {
            let next = self.spent.borrow_mut().pop();
            if next.is_none() {
                return;
            }
        }
    }

    pub(crate) fn memory_error(&self) -> Option<Value> {
        self.memory_error.try_get()
    }

    /// RecursionError if native code has used up its part of the stack.
    #[inline]
    pub fn check_stack(&self) -> R<()> {
        let here = 0_u8;
        if (&raw const here).addr() < self.stack_limit.get() {
            return self.too_deep();
        }
        Ok(())
    }

    #[cold]
    fn too_deep(&self) -> R<()> {
        // What is done about the error needs some room itself.
        let limit = self.stack_limit.get();
        self.stack_limit.set(limit.saturating_sub(128 << 10));
        let error = raise!(self, exc::RECURSION_ERROR, "maximum recursion depth exceeded");
        self.stack_limit.set(limit);
        error
    }

    /// The exception that is being handled (`sys.exception()`): a generator that handles none of its own sees that of who
    /// resumed it.
    pub fn handling(&self) -> Option<Value> {
        self.handled.try_get().or_else(|| self.handled_outside.try_get())
    }

    /// Reports an exception that nobody can catch.
    pub fn unraisable(&self, raised: crate::error::Raised, what: Option<&str>, object: Option<&Value>) {
        if let Some(hook) = self.hooks.unraisable.get() {
            hook(self, raised, what, object);
        }
    }
}

impl Drop for Cx {
    fn drop(&mut self) {
        let _entered = self.enter();
        self.release_spent();
        // Classes and what they hold die while names and built-in types are there still; finalizers may make more.
        self.heap.collect();
        self.heap.collect();
        if let Some(at_end) = self.hooks.at_end.take() {
            at_end(self);
            self.heap.collect();
        }
        self.lookups.clear();
        drop(self.memory_error.take());
        drop(self.empty_tuple.take());
        drop(self.handled.take());
        drop(self.handled_outside.take());
        self.names.empty();
        self.small_strings.empty();
        self.codec_errors.empty();
        // Types hold each other: what is left of them is a matter for the collector.
        let types = core::mem::take(self.types.get_mut());
        drop(types);
        self.heap.collect();
        self.interned.empty();
    }
}

/// See [`Cx::enter`].
pub struct Entered {
    before: *const Cx,
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}
