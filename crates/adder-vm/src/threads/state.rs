//! What belongs to one thread of an interpreter.

use core::cell::{Cell, RefCell};
use core::ptr::{NonNull, null, null_mut};
use core::sync::atomic::AtomicU32;
use std::sync::Arc;

use adder_objects::Value;
use adder_objects::object::Slot;

use super::{Ending, InterpreterLock};
use crate::frame::Registers;
use crate::vm::Vm;

/// A stack of registers.
pub(crate) struct Stack {
    memory: NonNull<Value>,
    words: usize,
}

impl Stack {
    fn layout(words: usize) -> core::alloc::Layout {
        core::alloc::Layout::array::<Value>(words).expect("a stack fits the address space")
    }

    fn new(words: usize) -> Option<Stack> {
        // SAFETY: the layout is not of size zero.
        NonNull::new(unsafe { std::alloc::alloc(Stack::layout(words)) }.cast()).map(|memory| Stack { memory, words })
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout; no frame is left on it.
        unsafe { std::alloc::dealloc(self.memory.as_ptr().cast(), Stack::layout(self.words)) };
    }
}

/// A thread of an interpreter: C's `PyThreadState`, of which C sees the first field.
#[repr(C)]
pub struct ThreadState {
    /// Its interpreter.
    pub vm: Cell<*const Vm>,
    /// Where that looks for work, and its lock: how the thread gets its turn. Set once it belongs to an interpreter.
    pub(super) word: Cell<*const AtomicU32>,
    /// See `word`.
    pub(super) lock: RefCell<Option<Arc<InterpreterLock>>>,
    /// Is it in the interpreter's list?
    pub(super) listed: Cell<bool>,
    /// How often C has asked for it (`PyGILState_Ensure`) without giving it back.
    pub ensured: Cell<usize>,
    /// What C keeps for the thread: a dict, once it was asked for.
    pub dict: Slot,
    /// An exception that another thread has sent.
    pub(super) sent: Slot,
    /// Its number: no other thread of the interpreter ever has it.
    pub number: u64,
    /// Its number for Python (`get_ident`), and for the system.
    pub ident: Cell<u64>,
    /// See `ident`.
    pub(crate) native: Cell<i64>,
    /// What it keeps in the machine while it runs, and here while it does not.
    pub(super) parts: Parts,
    /// Told when it has ended, also if that is because the process was forked.
    pub(super) ending: Arc<Ending>,
    /// Owns the memory to which `parts` point.
    stack: Stack,
}

impl ThreadState {
    /// The calling thread or one that is to be started; `None` without memory for its stack.
    pub(crate) fn new(number: u64, words: usize, ending: Arc<Ending>) -> Option<ThreadState> {
        let stack = Stack::new(words)?;
        let parts = Parts::default();
        parts.top.set(stack.memory.as_ptr());
        // Nothing of it is charged yet.
        parts.stack_end.set(stack.memory.as_ptr());
        Some(ThreadState {
            vm: Cell::new(null()),
            word: Cell::new(null()),
            lock: RefCell::new(None),
            listed: Cell::new(false),
            ensured: Cell::new(0),
            dict: Slot::empty(),
            sent: Slot::empty(),
            number,
            ident: Cell::new(super::ident()),
            native: Cell::new(super::native_id()),
            parts,
            ending,
            stack,
        })
    }
}

impl ThreadState {
    /// It is in the list of an interpreter's threads.
    pub(super) fn belongs_to(&self, vm: &Vm) {
        self.vm.set(vm);
        self.word.set(&raw const *vm.cx.breaker);
        let old = self.lock.replace(Some(vm.threads.lock()));
        // In a process that was forked another thread may have been inside of it.
        core::mem::forget(old);
        self.listed.set(true);
    }

    /// Where its stack begins.
    pub(crate) fn stack_start(&self) -> *mut Value {
        self.stack.memory.as_ptr()
    }

    /// Where its stack ends.
    pub(crate) fn stack_end(&self) -> *mut Value {
        // SAFETY: the end of the allocation.
        unsafe { self.stack.memory.as_ptr().add(self.stack.words) }
    }

    /// Bytes of the stack that are charged, of a thread that does not run.
    pub(super) fn charged(&self) -> usize {
        self.parts.stack_end.get().addr() - self.stack_start().addr()
    }
}

/// What the fields of the same names in [`Vm`], its state and its `Cx` are while the thread runs.
pub(crate) struct Parts {
    pub(super) top: Cell<*mut Value>,
    pub(super) stack_end: Cell<*mut Value>,
    pub(super) current: Cell<Registers>,
    pub(super) ip: Cell<*mut u64>,
    pub(super) depth: Cell<usize>,
    pub(super) stack_limit: Cell<usize>,
    pub(super) entries: RefCell<Vec<(Registers, Registers, *mut u64)>>,
    pub(super) instances: RefCell<Vec<Value>>,
    pub(super) context: Slot,
    pub(super) async_first: Slot,
    pub(super) async_finalizer: Slot,
    pub(super) handled: Slot,
    pub(super) handled_outside: Slot,
    pub(super) repr_stack: Cell<Vec<usize>>,
    pub(super) watch: crate::eval::watch::Watch,
}

impl Default for Parts {
    fn default() -> Parts {
        Parts {
            top: Cell::new(null_mut()),
            stack_end: Cell::new(null_mut()),
            current: Cell::new(Registers(null_mut())),
            ip: Cell::new(null_mut()),
            depth: Cell::new(0),
            stack_limit: Cell::new(0),
            entries: RefCell::default(),
            instances: RefCell::default(),
            context: Slot::empty(),
            async_first: Slot::empty(),
            async_finalizer: Slot::empty(),
            handled: Slot::empty(),
            handled_outside: Slot::empty(),
            repr_stack: Cell::default(),
            watch: crate::eval::watch::Watch::default(),
        }
    }
}

impl Parts {
    /// Exchanges all of them with the machine's.
    pub(crate) fn exchange(&self, vm: &Vm) {
        let (state, cx) = (&vm.state, &*vm.cx);
        self.top.swap(&vm.top);
        self.stack_end.swap(&vm.stack_end);
        self.current.swap(&vm.current);
        self.ip.swap(&vm.ip);
        self.depth.swap(&vm.depth);
        self.stack_limit.swap(&cx.stack_limit);
        self.entries.swap(&vm.entries);
        self.instances.swap(&vm.instances);
        for (mine, running) in [
            (&self.context, &*state.context),
            (&self.async_first, &*state.async_first),
            (&self.async_finalizer, &*state.async_finalizer),
            (&self.handled, &cx.handled),
            (&self.handled_outside, &cx.handled_outside),
        ] {
            // No value is released: nothing runs here.
            let value = running.take().unwrap_or(Value::UNSET);
            drop(running.replace(mine.replace(value)));
        }
        self.repr_stack.set(cx.exchange_repr_stack(self.repr_stack.take()));
        self.watch.exchange(vm);
    }
}
