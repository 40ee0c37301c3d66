//! Extension modules: what the layer above knows of them.

use adder_objects::dict::PyDict;
use adder_objects::{Cx, Obj, R, Value};

use crate::vm::Vm;

/// Loads modules that are written in another language.
#[derive(Clone, Copy)]
pub struct Extensions {
    /// Ends of the names of their files, in the order in which they are tried.
    pub suffixes: &'static [&'static str],
    /// Makes the module of a spec.
    pub create: fn(&Cx, &Value) -> R,
    /// Runs its body.
    pub exec: fn(&Cx, &Value) -> R<()>,
    /// Makes a module that was linked into the program: `None` if there is no such module.
    pub built_in: fn(&Cx, &str) -> Option<R>,
    /// The names of those.
    pub built_in_names: fn() -> Vec<String>,
    /// The functions behind the types in `datetime.datetime_CAPI`.
    pub datetime: &'static [usize; DATETIME_FUNCTIONS],
    /// The interpreter ends: its modules have ended, and native code has its last turn.
    pub end: fn(&Cx),
    /// How such modules are built: what `sysconfig` adds to its variables.
    pub build_settings: fn() -> Vec<(&'static str, String)>,
}

/// How many functions `datetime.h` has in its table.
pub const DATETIME_FUNCTIONS: usize = 9;

impl Vm {
    /// Calls the program's handlers of signals that have arrived.
    ///
    /// # Errors
    /// What they raise; KeyboardInterrupt.
    pub fn check_signals(&self) -> R<()> {
        crate::threads::handle_signals(&self.cx)
    }

    /// Has an interrupt arrived that was not handled yet? From now on it counts as handled. Asked by the main thread.
    pub fn take_interrupt(&self) -> bool {
        self.threads.is_main() && crate::modules::take_interrupt()
    }

    /// From now on extension modules can be imported.
    pub fn set_extensions(&self, extensions: Extensions) {
        self.extensions.set(Some(extensions));
    }

    /// The dict of `__main__`.
    ///
    /// # Errors
    /// What an import of it raises, if it was taken out of `sys.modules`.
    pub fn main_dict(&self) -> R<Option<Obj<PyDict>>> {
        Ok(crate::module::dict_of(&crate::import::load(self, "__main__")?))
    }

    /// `compile(…)` with these arguments.
    ///
    /// # Errors
    /// SyntaxError; what that function raises.
    pub fn compile(&self, args: &[Value]) -> R {
        crate::modules::compile(&self.cx, args)
    }

    /// `sys.settrace(function)` or `sys.setprofile(function)`, for this thread or for all.
    ///
    /// # Errors
    /// None now.
    pub fn watch_with(&self, function: &Value, profile: bool, all_threads: bool) -> R<()> {
        crate::modules::watch_with(&self.cx, function, profile, all_threads)
    }

    /// From here on nothing watches the running thread, or again what did; calls nest.
    pub fn pause_watching(&self, pause: bool) {
        crate::eval::watch::pause(self, pause);
    }

    /// Adds a function that is told of audited events.
    ///
    /// # Errors
    /// MemoryError.
    pub fn audit_with(&self, hook: &Value) -> R<()> {
        crate::modules::audit_with(&self.cx, hook)
    }

    /// Tells those functions of an event.
    ///
    /// # Errors
    /// What they raise.
    pub fn audit(&self, event: &str, args: &[Value]) -> R<()> {
        crate::modules::audit(&self.cx, event, args)
    }

    /// The calling thread is the only one in a process that was forked.
    pub fn after_fork(&self) {
        crate::modules::after_fork(self);
    }

    /// Is the running thread the one that handles signals?
    pub fn is_main_thread(&self) -> bool {
        self.threads.is_main()
    }

    /// Does the interpreter end?
    pub fn is_ending(&self) -> bool {
        self.threads.is_closed()
    }

    /// The calling thread begins a program: how far its stack goes, and that an interrupt is an exception.
    pub fn begin_program(&self) {
        self.set_stack_limit();
        crate::modules::catch_interrupt(self);
    }

    /// Does something while other threads of the interpreter may run.
    pub fn without_lock<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        crate::threads::without_lock(&self.cx, work)
    }
}
