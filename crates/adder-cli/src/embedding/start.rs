//! `Py_Initialize` and its like: beginning an interpreter, and running what its configuration names.

use core::ffi::{CStr, c_char, c_int};
use core::ptr::null_mut;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::sync::{Mutex, PoisonError};

use adder_capi::interpreters::{self, PyStatus};
use adder_capi::lifecycle;
use adder_objects::Cx;
use adder_vm::{Heap, Options, Outcome, Vm, visitors};

use super::config::{PyConfig, PyPreConfig};
use super::wide::{self, Wide};
use super::{exported, status};
use crate::script;

/// What `Py_RunMain` runs.
enum Main {
    Command(String),
    Module(String),
    File(OsString),
    Stdin,
}

/// What the last configuration names, and whether a prompt follows it.
static MAIN: Mutex<Option<(Main, bool)>> = Mutex::new(None);

/// Texts that C set before there is a configuration, and those that it reads: they live as long as the process.
static PROGRAM_NAME: Mutex<Option<String>> = Mutex::new(None);

/// Begins the interpreter of a configuration that was read.
fn begin(config: &PyConfig) -> PyStatus {
    // SAFETY: the configuration's own texts.
    let text = |wide: *mut Wide| unsafe { wide::text(wide) };
    let mut path = Vec::new();
    let argv = config.argv.texts();
    let main = if let Some(code) = text(config.run_command) {
        Main::Command(code)
    } else if let Some(name) = text(config.run_module) {
        Main::Module(name)
    } else if let Some(file) = text(config.run_filename) {
        Main::File(file.into())
    } else {
        Main::Stdin
    };
    if config.safe_path == 0 && config.parse_argv == 2 {
        path.push(match &main {
            Main::Command(_) | Main::Stdin => String::new(),
            Main::Module(_) => {
                std::env::current_dir().map(|here| here.to_string_lossy().into_owned()).unwrap_or_default()
            }
            Main::File(file) => script::absolute(file.as_ref())
                .parent()
                .map(|folder| folder.to_string_lossy().into_owned())
                .unwrap_or_default(),
        });
    }
    if let Some(more) = text(config.pythonpath_env) {
        path.extend(std::env::split_paths(&more).map(|entry| entry.to_string_lossy().into_owned()));
    }
    let executable = text(config.executable)
        .or_else(|| text(config.program_name))
        .map(|name| script::executable(&[OsString::from(name)]).to_string_lossy().into_owned())
        .unwrap_or_default();
    let flag = |value: c_int| i64::from(value.max(0));
    let io_encoding = match (text(config.stdio_encoding), text(config.stdio_errors)) {
        (None, None) => None,
        (encoding, errors) => Some(
            format!("{}:{}", encoding.unwrap_or_default(), errors.unwrap_or_default()).trim_end_matches(':').to_owned(),
        ),
    };
    let options = Options {
        argv: argv.into_iter().map(OsString::from).collect(),
        path,
        optimize: config.optimization_level.clamp(0, 2) as u8,
        executable,
        flags: vec![
            ("debug", flag(config.parser_debug)),
            ("inspect", flag(config.inspect)),
            ("interactive", flag(config.interactive)),
            ("verbose", flag(config.verbose)),
            ("quiet", flag(config.quiet)),
            ("isolated", flag(config.isolated)),
            ("no_site", i64::from(config.site_import == 0)),
            ("no_user_site", i64::from(config.user_site_directory == 0)),
            ("ignore_environment", i64::from(config.use_environment == 0)),
            ("bytes_warning", flag(config.bytes_warning)),
            ("dev_mode", flag(config.dev_mode)),
            ("safe_path", flag(config.safe_path)),
            ("int_max_str_digits", config.int_max_str_digits.into()),
            ("warn_default_encoding", flag(config.warn_default_encoding)),
        ],
        unbuffered: config.buffered_stdio == 0,
        io_encoding,
        x_options: config.xoptions.texts(),
        warn_options: config.warnoptions.texts(),
        tracemalloc: config.tracemalloc.max(0) as u32,
        ..Options::default()
    };
    let Ok(vm) = Vm::new(Heap::new(), options) else {
        return PyStatus::error(c"Py_InitializeFromConfig", c"no memory for an interpreter");
    };
    adder_capi::install(&vm);
    let state = interpreters::adopt(vm);
    // SAFETY: adopted just now: it is the thread's.
    let vm = unsafe { &*(*state).vm.get() };
    if config.install_signal_handlers > 0 {
        vm.begin_program();
    }
    if config.module_search_paths_set != 0 {
        let set = || -> adder_objects::R<()> {
            let paths = config.module_search_paths.texts();
            let paths = paths.iter().map(|path| vm.cx.str_value(path)).collect::<adder_objects::R<Vec<_>>>()?;
            let list = vm.cx.list(paths)?.into_value();
            vm.cx.setattr(&vm.sys.get(), &vm.cx.intern("path")?, Some(&list))
        };
        if set().is_err() {
            return status::no_memory();
        }
    }
    *MAIN.lock().unwrap_or_else(PoisonError::into_inner) = Some((main, config.inspect > 0));
    PyStatus::OK
}

/// A copy of a configuration that may be changed.
fn copied(config: &PyConfig) -> Option<PyConfig> {
    let mut copy = PyConfig::zero();
    macro_rules! numbers {
        ($($field:ident)*) => { $(copy.$field = config.$field;)* };
    }
    numbers! {
        _config_init isolated use_environment dev_mode install_signal_handlers use_hash_seed hash_seed faulthandler tracemalloc
        perf_profiling import_time code_debug_ranges show_ref_count dump_refs malloc_stats parse_argv site_import bytes_warning
        warn_default_encoding inspect interactive optimization_level parser_debug write_bytecode verbose quiet user_site_directory
        configure_c_stdio buffered_stdio use_frozen_modules safe_path int_max_str_digits thread_inherit_context
        context_aware_warnings cpu_count pathconfig_warnings module_search_paths_set skip_source_first_line _install_importlib
        _init_main _is_python_build
    }
    macro_rules! texts {
        ($($field:ident)*) => {$(
            // SAFETY: the configurations' own texts.
            if let Some(text) = unsafe { wide::text(config.$field) } {
                copy.$field = wide::copy(OsStr::new(&text));
                if copy.$field.is_null() {
                    return None;
                }
            }
        )*};
    }
    texts! {
        dump_refs_file filesystem_encoding filesystem_errors pycache_prefix stdio_encoding stdio_errors check_hash_pycs_mode
        program_name pythonpath_env home platlibdir stdlib_dir executable base_executable prefix base_prefix exec_prefix
        base_exec_prefix run_command run_module run_filename sys_path_0
    }
    macro_rules! lists {
        ($($field:ident)*) => {$(
            if !copy.$field.set(config.$field.texts().iter().map(OsStr::new)) {
                return None;
            }
        )*};
    }
    lists! { orig_argv argv xoptions warnoptions module_search_paths }
    Some(copy)
}

/// Begins an interpreter as a configuration says, which stays as it is.
pub(super) fn initialize(config: &PyConfig) -> PyStatus {
    if !visitors::interpreters().is_empty() {
        return PyStatus::OK;
    }
    let Some(mut config) = copied(config) else { return status::no_memory() };
    if config.program_name.is_null()
        && let Some(name) = PROGRAM_NAME.lock().unwrap_or_else(PoisonError::into_inner).as_deref()
    {
        config.program_name = wide::copy(OsStr::new(name));
    }
    let mut done = config.read();
    if !status::is_exception(&done) {
        done = begin(&config);
    }
    config.clear();
    done
}

fn initialize_simply(signals: c_int) {
    let mut config = PyConfig::python();
    // As older programs expect: the environment counts, and there is no command line.
    config.parse_argv = 0;
    config.configure_c_stdio = 0;
    config.install_signal_handlers = signals;
    let done = initialize(&config);
    config.clear();
    if status::is_exception(&done) {
        // SAFETY: a status with texts that live.
        unsafe { status::Py_ExitStatusException(done) }
    }
}

/// Runs what the configuration names, and ends the interpreter. Gives the process's exit code.
fn run_main() -> c_int {
    let Some(cx) = Cx::try_current() else { return 1 };
    let vm = Vm::of(cx);
    let (main, inspect) = MAIN.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or((Main::Stdin, false));
    let mut outcome = match main {
        Main::Command(code) => vm.run_source(code.as_bytes(), "<string>"),
        Main::Module(name) => vm.run_module(&name, true),
        Main::File(file) => {
            let name = OsString::from("adder");
            match script::open(file.as_ref(), &name, &script::executable(std::slice::from_ref(&name))) {
                Ok(script::Script::Source(bytes)) => {
                    let file = script::absolute(file.as_ref());
                    vm.run_source(&bytes, &file.to_string_lossy())
                }
                Ok(script::Script::Folder | script::Script::Archive) => vm.run_module("__main__", false),
                Ok(script::Script::Compiled(_)) => {
                    eprintln!("adder: compiled files of CPython cannot be run; give the source");
                    Outcome::Exit(2)
                }
                Err(refusal) => {
                    eprint!("{}", refusal.message);
                    Outcome::Exit(refusal.code)
                }
            }
        }
        Main::Stdin => {
            use std::io::{IsTerminal, Read};
            if std::io::stdin().is_terminal() {
                prompt()
            } else {
                let mut bytes = Vec::new();
                match std::io::stdin().read_to_end(&mut bytes) {
                    Ok(_) => vm.run_source(&bytes, "<stdin>"),
                    Err(_) => Outcome::Exit(1),
                }
            }
        }
    };
    if inspect {
        outcome = prompt();
    }
    let code = match outcome {
        Outcome::Exit(code) => c_int::from(code),
        Outcome::Raised => 1,
        Outcome::Interrupted => 130,
    };
    if lifecycle::finalize() < 0 { 120 } else { code }
}

unsafe extern "C" {
    #[cfg_attr(target_vendor = "apple", link_name = "__stdinp")]
    static stdin: *mut libc::FILE;
}

fn prompt() -> Outcome {
    // SAFETY: the process's own stream, and a text.
    let code = unsafe { adder_capi::run::PyRun_AnyFileExFlags(stdin.cast(), c"<stdin>".as_ptr(), 0, null_mut()) };
    if code == 0 { Outcome::Exit(0) } else { Outcome::Raised }
}

/// Runs a command line, as `adder` itself does.
fn main(args: Vec<OsString>) -> c_int {
    crate::main_with(args).into()
}

/// An attribute of `sys` as wide text that lives as long as the process; NULL without an interpreter.
fn of_sys(name: &str) -> *mut Wide {
    let Some(cx) = Cx::try_current() else { return null_mut() };
    let found = cx.getattr_text(&Vm::of(cx).sys.get(), name).and_then(|value| match name {
        "path" => {
            let entries = cx.collect(&value)?;
            let entries = entries.iter().map(|entry| cx.display(entry)).collect::<adder_objects::R<Vec<_>>>()?;
            Ok(entries.join(":"))
        }
        _ => cx.display(&value),
    });
    found.map_or(null_mut(), |text| kept(&text))
}

/// A text that lives as long as the process, made once.
fn kept(text: &str) -> *mut Wide {
    static KEPT: Mutex<Vec<(String, usize)>> = Mutex::new(Vec::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, address)) = kept.iter().find(|(known, _)| known == text) {
        return core::ptr::with_exposed_provenance_mut(*address);
    }
    let made = wide::copy(OsStr::new(text));
    kept.push((text.to_owned(), made.expose_provenance()));
    made
}

exported! {
    /// Begins an interpreter, with what the environment says.
    fn Py_Initialize() {
        initialize_simply(1);
    }

    /// The same; without handlers for signals if that is 0.
    fn Py_InitializeEx(signals: c_int) {
        initialize_simply(signals);
    }

    /// Begins an interpreter as a configuration says.
    fn Py_InitializeFromConfig(config: *const PyConfig) -> PyStatus {
        // SAFETY: the contract: a configuration; only its texts are read.
        initialize(unsafe { &*config })
    }

    /// What comes before: nothing is to be done here, all text is UTF-8.
    fn Py_PreInitialize(config: *const PyPreConfig) -> PyStatus {
        let _ = config;
        PyStatus::OK
    }

    /// The same, with a command line.
    fn Py_PreInitializeFromBytesArgs(config: *const PyPreConfig, count: isize, args: *mut *mut c_char) -> PyStatus {
        let _ = (config, count, args);
        PyStatus::OK
    }

    /// The same, with a command line of wide characters.
    fn Py_PreInitializeFromArgs(config: *const PyPreConfig, count: isize, args: *mut *mut Wide) -> PyStatus {
        let _ = (config, count, args);
        PyStatus::OK
    }

    /// Runs what the configuration names, and ends the interpreter. Gives the process's exit code.
    fn Py_RunMain() -> c_int {
        run_main()
    }

    /// Is `adder` itself, with this command line. Gives the process's exit code.
    fn Py_BytesMain(count: c_int, args: *const *const c_char) -> c_int {
        // SAFETY: the contract: so many texts.
        main((0..count.max(0) as usize).map(|at| unsafe { OsStr::from_bytes(CStr::from_ptr(*args.add(at)).to_bytes()).to_owned() }).collect())
    }

    /// The same, with wide characters.
    fn Py_Main(count: c_int, args: *const *const Wide) -> c_int {
        // SAFETY: the contract: so many texts.
        main((0..count.max(0) as usize).map(|at| unsafe { wide::text(*args.add(at)) }.unwrap_or_default().into()).collect())
    }

    /// What the program is called, for the next interpreter.
    fn Py_SetProgramName(name: *const Wide) {
        // SAFETY: the contract: a text.
        *PROGRAM_NAME.lock().unwrap_or_else(PoisonError::into_inner) = unsafe { wide::text(name) };
    }

    /// What the program is called.
    fn Py_GetProgramName() -> *mut Wide {
        let name = PROGRAM_NAME.lock().unwrap_or_else(PoisonError::into_inner).clone();
        kept(name.as_deref().unwrap_or("adder"))
    }

    /// `sys.executable`
    fn Py_GetProgramFullPath() -> *mut Wide {
        of_sys("executable")
    }

    /// `sys.prefix`
    fn Py_GetPrefix() -> *mut Wide {
        of_sys("prefix")
    }

    /// `sys.exec_prefix`
    fn Py_GetExecPrefix() -> *mut Wide {
        of_sys("exec_prefix")
    }

    /// `sys.path`, with colons between its entries.
    fn Py_GetPath() -> *mut Wide {
        of_sys("path")
    }

    /// Is a stream a terminal, or was `-i` given and it has no name but these?
    fn Py_FdIsInteractive(stream: *mut libc::FILE, name: *const c_char) -> c_int {
        // SAFETY: the contract: a stream, and NULL or a text.
        unsafe {
            if libc::isatty(libc::fileno(stream)) != 0 {
                return 1;
            }
            if adder_capi::versions::Py_InteractiveFlag.load(core::sync::atomic::Ordering::Relaxed) == 0 {
                return 0;
            }
            c_int::from(name.is_null() || matches!(CStr::from_ptr(name).to_bytes(), b"<stdin>" | b"???"))
        }
    }
}
