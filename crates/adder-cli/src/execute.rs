//! Runs an [`Invocation`]. What needs the virtual machine ends here until there is one.

use std::ffi::OsStr;
use std::path::Path;

use crate::invocation::Program;
use crate::{Invocation, Refusal, script};

/// Runs the program, and gives the process's exit code.
pub(crate) fn execute(invocation: &Invocation) -> Result<u8, Refusal> {
    if let Program::File(path) = &invocation.program {
        let name = invocation.orig_argv.first().map_or(OsStr::new("adder"), |name| name.as_os_str());
        script::open(path, name, &script::executable(&invocation.orig_argv))?;
    }
    Err(not_built("run programs"))
}

/// Shows a program's code.
pub(crate) fn disassemble(file: &Path) -> Result<u8, Refusal> {
    script::open(file, OsStr::new("adder"), Path::new("adder"))?;
    Err(not_built("disassemble"))
}

fn not_built(what: &str) -> Refusal {
    Refusal { message: format!("adder: cannot {what} yet: the virtual machine is not built\n"), code: 70 }
}
