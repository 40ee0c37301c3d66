//! Runs an [`Invocation`] in an interpreter of its own.

use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use adder_vm::{Heap, Options, Outcome, Vm};

use crate::environment::Environment;
use crate::invocation::Program;
use crate::reports::Watch;
use crate::script::Script;
use crate::session::VmSession;
use crate::{Invocation, Refusal, interrupt, repl, script};

/// What is run, once its file has been looked at.
enum Source {
    Text {
        bytes: Vec<u8>,
        file: String,
    },
    /// A module, and whether it becomes `sys.argv[0]`.
    Module(String, bool),
    Prompt,
}

fn text(value: &OsStr) -> String {
    value.to_string_lossy().into_owned()
}

/// Runs the program, and gives the process's exit code.
pub(crate) fn execute(invocation: &Invocation) -> Result<u8, Refusal> {
    let mut path = Vec::new();
    let source = match &invocation.program {
        Program::File(file) => {
            let name = invocation.orig_argv.first().map_or(OsStr::new("adder"), |name| name.as_os_str());
            let executable = script::executable(&invocation.orig_argv);
            match script::open(file, name, &executable)? {
                Script::Source(bytes) => {
                    let file = script::absolute(file);
                    path.push(text(folder_of(&file).as_os_str()));
                    let bytes = if invocation.settings.skip_first_line { without_first_line(bytes) } else { bytes };
                    Source::Text { bytes, file: text(file.as_os_str()) }
                }
                Script::Folder | Script::Archive => {
                    path.push(text(script::absolute(file).as_os_str()));
                    Source::Module("__main__".to_owned(), false)
                }
                Script::Compiled(_) => {
                    return Err(refuse(file, "compiled files of CPython cannot be run; give the source"));
                }
            }
        }
        Program::Command(code) => {
            path.push(String::new());
            Source::Text { bytes: text(code).into_bytes(), file: "<string>".to_owned() }
        }
        Program::Module(name) => {
            path.push(std::env::current_dir().map(|folder| text(folder.as_os_str())).unwrap_or_default());
            Source::Module(text(name), true)
        }
        Program::Stdin => {
            path.push(String::new());
            if std::io::stdin().is_terminal() || invocation.settings.interactive {
                Source::Prompt
            } else {
                let mut bytes = Vec::new();
                std::io::stdin().read_to_end(&mut bytes).map_err(|error| unreadable(Path::new("<stdin>"), &error))?;
                Source::Text { bytes, file: "<stdin>".to_owned() }
            }
        }
    };
    let settings = &invocation.settings;
    // A folder or an archive that is run is where its module is.
    if settings.safe_path && !matches!(source, Source::Module(_, false)) {
        path.clear();
    }
    if let Some(more) = &settings.search_path {
        path.extend(std::env::split_paths(more).map(|entry| text(entry.as_os_str())));
    }
    let options = Options {
        argv: invocation.argv.clone(),
        path,
        optimize: settings.optimize.min(2) as u8,
        executable: text(script::executable(&invocation.orig_argv).as_os_str()),
        flags: vec![
            ("debug", i64::from(settings.debug)),
            ("inspect", i64::from(settings.inspect)),
            ("interactive", i64::from(settings.interactive)),
            ("verbose", i64::from(settings.verbose)),
            ("quiet", i64::from(settings.quiet)),
            ("isolated", i64::from(settings.isolated)),
            ("no_site", i64::from(settings.no_site)),
            ("no_user_site", i64::from(settings.no_user_site)),
            ("ignore_environment", i64::from(settings.ignore_environment)),
            ("bytes_warning", i64::from(settings.bytes_warning)),
            ("dev_mode", i64::from(settings.dev_mode)),
            ("safe_path", i64::from(settings.safe_path)),
            ("int_max_str_digits", i64::from(settings.int_max_str_digits)),
            ("warn_default_encoding", i64::from(settings.warn_default_encoding)),
        ],
        warn_options: invocation.warn_options.iter().map(|option| text(option)).collect(),
        cpython_tests: invocation.reports.cpython_tests.as_ref().map(|folder| text(folder.as_os_str())),
        as_cpython: invocation.reports.as_cpython,
        x_options: invocation.x_options.iter().map(|(name, value)| x_option(name, value.as_ref())).collect(),
        tracemalloc: settings.tracemalloc,
        lenient_streams: settings.lenient_streams && settings.io_encoding.is_none(),
        orig_argv: invocation.orig_argv.clone(),
        hash_seed: settings.hash_seed,
        no_debug_ranges: !settings.debug_ranges,
        cpu_count: settings.cpu_count,
        pycache_prefix: settings.pycache_prefix.as_ref().map(|folder| text(folder)),
        unbuffered: settings.unbuffered,
        io_encoding: settings.io_encoding.as_ref().map(|encoding| text(encoding.as_os_str())),
    };
    let heap = match invocation.reports.memory_limit {
        Some(limit) => Heap::with_limit(usize::try_from(limit).unwrap_or(usize::MAX)),
        None => Heap::new(),
    };
    let vm = Vm::new(heap, options).map_err(|message| Refusal { message: format!("adder: {message}\n"), code: 1 })?;
    adder_capi::install(&vm);
    // Without a handler Ctrl-C ends the process, which is no reason not to start.
    let _ = interrupt::install();
    let told = interrupt::Told::new(&vm);
    let watch = Watch::begin(&invocation.reports, &vm);
    let mut outcome = match source {
        Source::Text { bytes, file } => vm.run_source(&bytes, &file),
        Source::Module(name, alter_argv) => vm.run_module(&name, alter_argv),
        Source::Prompt => prompt(&vm, invocation)?,
    };
    let someone_answers = settings.interactive || std::io::stdin().is_terminal();
    if settings.inspect && !matches!(invocation.program, Program::Stdin) && someone_answers {
        outcome = prompt(&vm, invocation)?;
    }
    let reported = watch.end(&vm);
    drop(told);
    drop(vm);
    Ok(match outcome {
        Outcome::Exit(0) if !reported => 1,
        Outcome::Exit(code) => code,
        Outcome::Raised => 1,
        Outcome::Interrupted => interrupt::die(),
    })
}

/// Runs the prompt.
fn prompt(vm: &Rc<Vm>, invocation: &Invocation) -> Result<Outcome, Refusal> {
    let setup = repl::Setup::new(invocation, &Environment::of_process());
    let code = repl::run(VmSession::new(vm.clone()), &setup)
        .map_err(|error| Refusal { message: format!("adder: the prompt ended: {error}\n"), code: 1 })?;
    Ok(Outcome::Exit(code))
}

fn x_option(name: &OsString, value: Option<&OsString>) -> String {
    match value {
        Some(value) => format!("{}={}", text(name), text(value)),
        None => text(name),
    }
}

/// What `-x` leaves of a file: the end of the first line stays, so that the others keep their numbers.
fn without_first_line(bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len());
    bytes[end..].to_vec()
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().map(Path::to_owned).unwrap_or_default()
}

fn refuse(file: &Path, why: &str) -> Refusal {
    Refusal { message: format!("adder: can't run '{}': {why}\n", file.display()), code: 2 }
}

fn unreadable(file: &Path, error: &std::io::Error) -> Refusal {
    Refusal { message: format!("adder: can't read '{}': {error}\n", file.display()), code: 2 }
}

/// Shows a program's code.
pub(crate) fn disassemble(file: &Path) -> Result<u8, Refusal> {
    let Script::Source(bytes) = script::open(file, OsStr::new("adder"), Path::new("adder"))? else {
        return Err(refuse(file, "it is no source file"));
    };
    let source = String::from_utf8(bytes).map_err(|_| refuse(file, "it is not UTF-8"))?;
    let name = text(file.as_os_str());
    let options = adder_compiler::Options::new(adder_compiler::Mode::Exec, &name);
    match adder_compiler::compile(&source, &options) {
        Ok(compiled) => {
            print!("{}", adder_compiler::disassemble(&compiled.code));
            Ok(0)
        }
        Err(error) => Err(Refusal { message: format!("  File \"{name}\", line {}\n{error}\n", error.line), code: 1 }),
    }
}
