//! What code in another language does about errors: warnings, signals, tracebacks, reports.

use adder_objects::exceptions::PyBaseException;
use adder_objects::{R, Raised, Value};

use crate::modules::{self, warnings};
use crate::program::Outcome;
use crate::vm::Vm;

/// As if a signal had arrived; nothing, where the program leaves it to the system or ignores it. Says whether there is such a signal.
/// May be called at any moment, also without an interpreter.
pub fn signal_arrives(number: i32) -> bool {
    modules::signal_arrives(number)
}

impl Vm {
    /// Issues a warning as if a function that was called so many levels up had done it; `source` is the object that it is about.
    ///
    /// # Errors
    /// The warning, where a filter makes it an error; what the filters and the display of the warning raise.
    pub fn warn(&self, category: &Value, message: &Value, level: i64, source: Option<&Value>) -> R<()> {
        warnings::warn_of(&self.cx, category, message, level, source)
    }

    /// Issues a warning about a line.
    ///
    /// # Errors
    /// As for [`warn`](Self::warn).
    pub fn warn_about(&self, category: &Value, message: &Value, about: &warnings::AboutLine<'_>) -> R<()> {
        warnings::warn_of_line(&self.cx, category, message, about)
    }

    /// Adds a frame to an exception's traceback.
    ///
    /// # Errors
    /// MemoryError.
    pub fn add_frame(&self, exception: &PyBaseException, frame: &Value) -> R<()> {
        crate::traceback::add_frame(&self.cx, exception, frame)
    }

    /// Writes an exception with its traceback to `sys.stderr`.
    pub fn show_exception(&self, exception: &Value) {
        modules::show_exception(&self.cx, exception);
    }

    /// Writes a text to `sys.stderr`; where that is not possible, to the process's.
    pub fn write_error(&self, text: &str) {
        modules::write_error(&self.cx, text);
    }

    /// A line of a source file, if it can be had.
    pub fn source_line(file: &str, line: u32) -> Option<String> {
        crate::report::source_line(file, line)
    }

    /// Ends the process as an exception ends a program that does not catch it.
    pub fn exit(&self, raised: Raised) -> ! {
        std::process::exit(match self.end_of(Err(raised)) {
            Outcome::Exit(code) => code.into(),
            Outcome::Raised => 1,
            Outcome::Interrupted => 130,
        })
    }
}
