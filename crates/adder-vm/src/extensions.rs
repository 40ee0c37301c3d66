//! Extension modules: what the layer above knows of them.

use adder_objects::{Cx, R, Value};

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
    /// How such modules are built: what `sysconfig` adds to its variables.
    pub build_settings: fn() -> Vec<(&'static str, String)>,
}

impl Vm {
    /// Calls the program's handlers of signals that have arrived.
    ///
    /// # Errors
    /// What they raise; KeyboardInterrupt.
    pub fn check_signals(&self) -> R<()> {
        crate::threads::handle_signals(&self.cx)
    }

    /// From now on extension modules can be imported.
    pub fn set_extensions(&self, extensions: Extensions) {
        self.extensions.set(Some(extensions));
    }
}
