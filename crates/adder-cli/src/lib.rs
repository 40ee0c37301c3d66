//! The program `adder`: from the command line to an [`Invocation`], and the REPL's front end.
//!
//! | | |
//! | --- | --- |
//! | [`invocation`] | what is to be run and how, as plain data |
//! | [`python_form`] | CPython's own form: `adder [-IEs…] FILE`, `-c`, `-m`, `-` |
//! | [`environment`] | the variables `PYTHON*` and the `-X` options, as settings |
//! | [`adder_form`] | `adder run …`, `adder build-ext`, `adder config`, `adder disassemble FILE` |
//! | [`build_ext`] | extension modules from C |
//! | [`script`] | what a path given as a program is, and CPython's errors about it |
//! | [`repl`] | the prompt: history, lines, completion |
//! | [`interrupt`] | Ctrl-C as a flag that the interpreter polls |
//! | [`embedding`] | what C programs call to begin an interpreter |
//! | `execute` | runs an [`Invocation`] |
//! | `session` | the prompt's interpreter |
//! | `reports` | `--stats`, `--gc-log`, `--leaks`, `--graph` |

pub mod adder_form;
pub mod build_ext;
pub mod embedding;
pub mod environment;
mod execute;
mod help;
pub mod interrupt;
pub mod invocation;
pub mod python_form;
pub mod repl;
mod reports;
pub mod script;
mod session;

use std::ffi::OsString;
use std::io::{self, Write};

use environment::Environment;
pub use invocation::Invocation;

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Run a program, or the REPL.
    Run(Box<Invocation>),
    /// Show a program's code.
    Disassemble(std::path::PathBuf),
    /// Build extension modules.
    BuildExt(Box<build_ext::Build>),
    /// Say with what they are built.
    Config(Vec<build_ext::Setting>),
    /// Write this to standard output and leave.
    Print(String),
}

/// Why there is nothing to run: what goes to standard error, and the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The whole text, with its line ends.
    pub message: String,
    /// The process's exit code.
    pub code: u8,
}

/// Understands a command line; `args[0]` is the program's name. Does not touch files.
pub fn understand(args: &[OsString], environment: &Environment) -> Result<Request, Refusal> {
    match args.get(1).and_then(|first| first.to_str()) {
        Some("run" | "build-ext" | "config" | "disassemble") => adder_form::parse(args, environment),
        Some("--license" | "--licence") => Ok(Request::Print(help::licences())),
        _ => python_form::parse(args, environment),
    }
}

/// Does what the command line says, and gives the process's exit code.
pub fn main_with(args: Vec<OsString>) -> u8 {
    embedding::link();
    let refused = |refusal: Refusal| {
        // A closed standard error leaves nobody to tell.
        let _ = io::stderr().write_all(refusal.message.as_bytes());
        refusal.code
    };
    match understand(&args, &Environment::of_process()) {
        Ok(Request::Run(invocation)) => {
            // SAFETY: nothing has started a thread yet.
            unsafe { environment::hand_down(&invocation.reports) };
            execute::execute(&invocation).unwrap_or_else(refused)
        }
        Ok(Request::Disassemble(file)) => execute::disassemble(&file).unwrap_or_else(refused),
        Ok(Request::BuildExt(build)) => build_ext::build(&build).unwrap_or_else(refused),
        Ok(Request::Config(settings)) => {
            build_ext::config(&settings).and_then(|text| print(&text)).unwrap_or_else(refused)
        }
        Ok(Request::Print(text)) => print(&text).unwrap_or_else(refused),
        Err(refusal) => refused(refusal),
    }
}

fn print(text: &str) -> Result<u8, Refusal> {
    match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Ok(()) => Ok(0),
        Err(error) => Err(Refusal { message: format!("adder: cannot write to standard output: {error}\n"), code: 1 }),
    }
}
