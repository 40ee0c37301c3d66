//! The machine: an interpreter's stack, builtins and modules.

use core::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::rc::Rc;
use std::sync::Arc;

use adder_gc::Heap;
use adder_objects::dict::PyDict;
use adder_objects::exceptions as exc;
use adder_objects::object::Slot;
use adder_objects::{Args, Cx, Obj, R, Value, raise};

use crate::code::PyCode;
use crate::frame::{HEADER, Registers, flag};
use crate::function::PyFunction;
use crate::threads::{ThreadState, Threads};

/// Words of the main thread's stack. Only what is used is backed by memory, and charged.
const STACK_WORDS: usize = 32 << 20;
/// How much of the stack is taken at a time, in words.
const STACK_STEP: usize = 8 << 10;
/// Words that every frame may use beyond its registers: windows under construction lie within the registers already.
const SLACK: usize = 64;

/// An interpreter.
pub struct Vm {
    /// What objects need.
    pub cx: Rc<Cx>,
    /// Its number among the interpreters of the process.
    pub id: u64,
    /// The threads. The fields from here to `depth` are those of the running one.
    pub(crate) threads: Threads,
    /// First free word of the stack.
    pub(crate) top: Cell<*mut Value>,
    /// So far the stack may grow before more of it is charged to the heap.
    pub(crate) stack_end: Cell<*mut Value>,
    /// The running frame's registers; null when none runs.
    pub(crate) current: Cell<Registers>,
    /// Where the running frame is: valid while it has called out of the loop.
    pub(crate) ip: Cell<*mut u64>,
    /// Frames entered from Rust: each with the frame that was running before, and where that stood.
    pub(crate) entries: RefCell<Vec<(Registers, Registers, *mut u64)>>,
    /// New instances whose `__init__` is running: the frames with the flag INIT, in their order.
    pub(crate) instances: RefCell<Vec<Value>>,
    /// Python frames on the stack, and how many there may be.
    pub(crate) depth: Cell<usize>,
    /// `sys.getrecursionlimit()`
    pub recursion_limit: Cell<usize>,
    /// The dict of the module `builtins`.
    pub builtins: Slot,
    /// `sys.modules`, a dict.
    pub modules: Slot,
    /// The module `sys`.
    pub sys: Slot,
    /// Code objects that were replaced in their functions while frames might run them.
    pub(crate) retired: RefCell<Vec<Value>>,
    /// What the built-in modules keep.
    pub(crate) state: crate::modules::State,
    /// How extension modules are loaded, if they can be.
    pub(crate) extensions: Cell<Option<crate::extensions::Extensions>>,
    /// How it was started.
    pub options: Options,
}

/// How an interpreter is to be.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `sys.argv`
    pub argv: Vec<OsString>,
    /// In front of `sys.path`.
    pub path: Vec<String>,
    /// `-O`: 0, 1 or 2.
    pub optimize: u8,
    /// Writes what `print` writes here instead of to standard output.
    pub executable: String,
    /// `-v`, `-q` and the like, by their names in `sys.flags`.
    pub flags: Vec<(&'static str, i64)>,
    /// `-u`: the streams for output have no buffers.
    pub unbuffered: bool,
    /// `PYTHONIOENCODING`: `encoding:errors`, either of which may be missing.
    pub io_encoding: Option<String>,
    /// Bytes that are no UTF-8 pass standard input and output as lone surrogates, as in the locale `C`.
    pub lenient_streams: bool,
    /// `sys.orig_argv`; empty where it is `argv`.
    pub orig_argv: Vec<OsString>,
    /// `PYTHONHASHSEED`; `None` is a random one. The process's first interpreter sets it for all.
    pub hash_seed: Option<u32>,
    /// `-X no_debug_ranges`
    pub no_debug_ranges: bool,
    /// `-X cpu_count`
    pub cpu_count: Option<u32>,
    /// `-X pycache_prefix`
    pub pycache_prefix: Option<String>,
    /// `-X` options.
    pub x_options: Vec<String>,
    /// `-W` options.
    pub warn_options: Vec<String>,
    /// `-X tracemalloc`: how many frames; 0 is off.
    pub tracemalloc: u32,
    /// The library of an installed CPython: the package `test` is found there, and the modules are there that its files need.
    pub cpython_tests: Option<String>,
    /// `sys.implementation` and `platform` say that this is CPython: for packages that build their extension modules for it only.
    pub as_cpython: bool,
}

impl Vm {
    /// The bit of [`Cx::breaker`] that says that a signal has arrived.
    pub const SIGNAL: u32 = adder_objects::cx::breaker::SIGNAL;

    /// An interpreter on a heap of its own.
    ///
    /// # Errors
    /// A text, where there is no room for it, or a built-in module cannot be made.
    pub fn new(heap: Heap, options: Options) -> Result<Rc<Vm>, String> {
        crate::register_types();
        adder_objects::hashing::seed(options.hash_seed);
        let cx = Cx::new(heap)?;
        let main =
            ThreadState::new(0, STACK_WORDS, Arc::default()).ok_or("no memory for the stack of an interpreter")?;
        let vm = Rc::new(Vm {
            cx,
            id: crate::threads::visitors::new_id(),
            threads: Threads::new(main),
            top: Cell::new(core::ptr::null_mut()),
            stack_end: Cell::new(core::ptr::null_mut()),
            current: Cell::new(Registers(core::ptr::null_mut())),
            ip: Cell::new(core::ptr::null_mut()),
            entries: RefCell::new(Vec::new()),
            instances: RefCell::new(Vec::new()),
            depth: Cell::new(0),
            recursion_limit: Cell::new(1000),
            builtins: Slot::empty(),
            modules: Slot::empty(),
            sys: Slot::empty(),
            retired: RefCell::new(Vec::new()),
            state: crate::modules::State::default(),
            extensions: Cell::new(None),
            options,
        });
        vm.cx.above.set(Rc::as_ptr(&vm).cast());
        let flag = |flag: &str| vm.options.flags.iter().find(|(name, _)| *name == flag).map(|&(_, value)| value);
        vm.cx.bytes_warning.set(flag("bytes_warning").is_some_and(|value| value != 0));
        if let Some(digits) = flag("int_max_str_digits").and_then(|digits| usize::try_from(digits).ok()) {
            vm.cx.int_max_str_digits.set(digits);
        }
        vm.threads.begin(&vm);
        vm.set_stack_limit();
        let entered = vm.cx.enter();
        let made = crate::modules::init(&vm).and_then(|()| crate::modules::set_stream_encoding(&vm));
        let made = made.and_then(|()| vm.find_cpython_tests());
        let made = made.map_err(|raised| crate::report::to_text(&vm.cx, &raised));
        if made.is_ok() && vm.options.tracemalloc > 0 {
            crate::modules::trace_allocations(&vm, vm.options.tracemalloc);
        }
        drop(entered);
        made.map(|()| vm)
    }

    /// From now on instructions are counted, and what they do to reference counts.
    pub fn begin_counts(&self) {
        *self.state.watch.counts.borrow_mut() = Some(Box::default());
        crate::eval::watch::update(self);
    }

    /// What has been counted since [`begin_counts`](Vm::begin_counts).
    pub fn counts(&self) -> Option<crate::counts::Counts> {
        self.state.watch.counts.borrow().as_deref().copied()
    }

    fn find_cpython_tests(&self) -> R<()> {
        let Some(library) = &self.options.cpython_tests else { return Ok(()) };
        let finder = crate::import::load(self, "_adder_cpython_tests")?;
        let install = self.cx.getattr_text(&finder, "install")?;
        self.cx.call(&install, &[self.cx.str_value(library)?]).map(drop)
    }

    /// The machine of an interpreter.
    #[inline(always)]
    pub fn of(cx: &Cx) -> &Vm {
        // SAFETY: set when the machine was made, which owns the interpreter and so outlives every use of it.
        unsafe { &*cx.above.get().cast::<Vm>() }
    }

    /// From here on, the native stack may grow downwards by what the thread has left, with a reserve.
    pub fn set_stack_limit(&self) {
        let here = 0_u8;
        let size = crate::native_stack::remaining((&raw const here).addr());
        self.cx.stack_limit.set((&raw const here).addr().saturating_sub(size.saturating_sub(256 << 10)));
    }

    /// The builtins that code with these globals sees.
    ///
    /// # Errors
    /// What comparing keys raises.
    pub fn builtins_of(&self, globals: &PyDict) -> R {
        let cx = &*self.cx;
        match globals.get(cx, cx.names.builtins())? {
            Some(found) if found.downcast::<PyDict>().is_some() => Ok(found),
            Some(module) => match crate::module::dict_of(&module) {
                Some(dict) => Ok(dict.into_value()),
                None => Ok(self.builtins.get()),
            },
            None => Ok(self.builtins.get()),
        }
    }

    /// RecursionError if there are too many frames; room for one more on the stack.
    #[inline(always)]
    pub(crate) fn room_for(&self, registers: *mut Value, words: usize) -> R<()> {
        if self.depth.get() >= self.recursion_limit.get()
            || registers.addr() + (words + SLACK) * 8 > self.stack_end.get().addr()
        {
            return self.more_stack(registers, words);
        }
        Ok(())
    }

    /// Takes more of the stack, which is charged to the heap, unless there are too many frames.
    #[cold]
    #[inline(never)]
    fn more_stack(&self, registers: *mut Value, words: usize) -> R<()> {
        let needed = registers.addr() + (words + SLACK) * 8;
        if self.depth.get() >= self.recursion_limit.get() || needed > self.threads.current().stack_end().addr() {
            return self.too_deep();
        }
        let before = self.stack_end.get();
        let step = (STACK_STEP * 8).max((needed - before.addr()).next_multiple_of(STACK_STEP * 8));
        let step = step.min(self.threads.current().stack_end().addr() - before.addr());
        if adder_gc::raw::charge(&self.cx.heap, step).is_err() {
            return Err(self.cx.no_memory());
        }
        self.stack_end.set(before.wrapping_byte_add(step));
        Ok(())
    }

    /// Gives the stack beyond a running frame back, if it is much.
    pub(crate) fn trim_stack(&self, running: Registers) {
        // SAFETY: the frame runs; the rest stays within the stack.
        let used = unsafe { running.0.add(running.code().registers + SLACK) }.max(self.top.get());
        let (used, end) = (used.addr().next_multiple_of(STACK_STEP * 8), self.stack_end.get().addr());
        if end.saturating_sub(used) < 16 * STACK_STEP * 8 {
            return;
        }
        let spare = end - used;
        let start = self.stack_end.get().wrapping_byte_sub(spare);
        #[cfg(unix)]
        // SAFETY: whole pages of the stack that no frame is on; reading them again would give zeros.
        unsafe {
            libc::madvise(start.cast(), spare & !0xFFFF, libc::MADV_DONTNEED);
        }
        adder_gc::raw::uncharge(&self.cx.heap, spare);
        self.stack_end.set(start);
    }

    #[cold]
    #[inline(never)]
    fn too_deep(&self) -> R<()> {
        let limit = self.recursion_limit.replace(usize::MAX);
        let error = raise!(self.cx, exc::RECURSION_ERROR, "maximum recursion depth exceeded");
        self.recursion_limit.set(limit);
        error
    }

    /// Calls a function from Rust.
    pub(crate) fn call_function(&self, function: &Value, args: Args<'_>) -> R {
        // SAFETY: the caller has a function.
        let f = unsafe { function.cast::<PyFunction>() };
        let code: *const PyCode = f.code();
        // SAFETY: the function, which the frame will own, keeps its code.
        let code = unsafe { &*code };
        let cx = &*self.cx;
        cx.check_stack()?;
        // SAFETY: the words from the top on are free.
        unsafe {
            let registers = Registers(self.top.get().add(HEADER + 1));
            self.room_for(registers.0, code.registers + crate::bind::room(args.values().len()))?;
            for (at, value) in args.values().iter().enumerate() {
                registers.0.add(at).write(value.clone());
            }
            let given = args.given().len();
            crate::bind::bind(self, f, code, registers.0, given, args.names())?;
            self.enter_frame(function.clone(), code, registers, None)
        }
    }

    /// Runs code with these globals and locals, as `exec` does.
    ///
    /// # Errors
    /// What the code raises.
    pub fn run_code(&self, code: &Obj<PyCode>, globals: &Value, locals: &Value) -> R {
        let function = crate::function::function(&self.cx, code.as_value().clone(), globals)?;
        self.run_body(function.as_value(), locals)
    }

    /// Runs a function without parameters that has a mapping of locals: a module, a class body.
    ///
    /// # Errors
    /// What the code raises.
    pub fn run_body(&self, function: &Value, locals: &Value) -> R {
        // SAFETY: callers have a function; the words from the top on are free.
        unsafe {
            let f = function.cast::<PyFunction>();
            let code: *const PyCode = f.code();
            let code = &*code;
            self.cx.check_stack()?;
            let registers = Registers(self.top.get().add(HEADER + 1));
            self.room_for(registers.0, code.registers)?;
            crate::bind::bind(self, f, code, registers.0, 0, None)?;
            self.enter_frame(function.clone(), code, registers, Some(locals.clone()))
        }
    }

    /// Runs a frame whose registers are filled.
    ///
    /// # Safety
    /// The locals of the registers are set; in front of them is room for the header and the mapping of locals.
    pub(crate) unsafe fn enter_frame(
        &self,
        function: Value,
        code: &PyCode,
        registers: Registers,
        locals: Option<Value>,
    ) -> R {
        let mut link = flag::ENTRY;
        // SAFETY: by the contract.
        unsafe {
            if let Some(locals) = locals {
                registers.0.sub(5).write(locals);
                link |= flag::LOCALS;
            }
            registers.write_header(function, core::ptr::null_mut(), code, link);
            if code.has(crate::eval::GENERATORS) {
                return crate::generator::of_frame(self, registers);
            }
            self.run_frame(registers, code.start())
        }
    }

    /// Runs the loop from an entry frame on.
    ///
    /// # Safety
    /// The registers are those of a frame with a header and the flag ENTRY.
    pub(crate) unsafe fn run_frame(&self, registers: Registers, ip: *mut u64) -> R {
        // SAFETY: forwarded.
        unsafe { self.as_running(registers, ip, || crate::eval::run(self, registers, ip)) }
    }

    /// Calls something while a frame is the running one, and stands at `ip`.
    ///
    /// # Safety
    /// As for [`run_frame`](Vm::run_frame).
    pub(crate) unsafe fn as_running<T>(&self, registers: Registers, ip: *mut u64, call: impl FnOnce() -> T) -> T {
        let before = (self.current.get(), self.ip.get());
        let top = self.top.get();
        self.entries.borrow_mut().push((registers, before.0, before.1));
        self.depth.set(self.depth.get() + 1);
        // SAFETY: by the contract.
        self.top.set(unsafe { registers.0.add(registers.code().registers) });
        self.current.set(registers);
        self.ip.set(ip);
        let result = call();
        self.depth.set(self.depth.get() - 1);
        self.entries.borrow_mut().pop();
        self.current.set(before.0);
        self.ip.set(before.1);
        self.top.set(top);
        result
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        let _entered = self.cx.enter();
        crate::modules::end(self);
        self.retired.borrow_mut().clear();
        let taken = self.stack_end.get().addr() - self.threads.current().stack_start().addr();
        adder_gc::raw::uncharge(&self.cx.heap, taken);
        for slot in [&self.sys, &self.modules, &self.builtins] {
            drop(slot.take());
        }
        self.cx.heap.collect();
    }
}
