//! `PyConfig` and `PyPreConfig`: how an interpreter is to be, as a C program says it.

use core::ffi::{CStr, c_char, c_int, c_ulong};
use core::ptr::null_mut;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use adder_capi::interpreters::PyStatus;

use super::wide::{self, PyWideStringList, Wide};
use super::{exported, status};
use crate::environment::Environment;
use crate::invocation::{Invocation, Program};
use crate::{Request, python_form};

macro_rules! config {
    ($(#[$meta:meta])* $name:ident { $($kind:ident $($field:ident)*;)* }) => {
        $(#[$meta])*
        #[repr(C)]
        #[derive(Debug)]
        #[allow(missing_docs, reason = "the names and meanings are CPython's")]
        pub struct $name {
            $($(pub $field: config!(@type $kind),)*)*
        }

        impl $name {
            /// With nothing set.
            pub fn zero() -> $name {
                $name { $($($field: config!(@zero $kind),)*)* }
            }

            /// Its options by their names: what is a number, a text, or a list of texts.
            pub fn option(&mut self, name: &str) -> Option<Field<'_>> {
                match name {
                    $($(stringify!($field) => Some(config!(@field $kind self.$field)),)*)*
                    _ => None,
                }
            }
        }
    };
    (@type int) => { c_int };
    (@type ulong) => { c_ulong };
    (@type text) => { *mut Wide };
    (@type list) => { PyWideStringList };
    (@zero int) => { 0 };
    (@zero ulong) => { 0 };
    (@zero text) => { null_mut() };
    (@zero list) => { PyWideStringList::EMPTY };
    (@field int $place:expr) => { Field::Int(&mut $place) };
    (@field ulong $place:expr) => { Field::Ulong(&mut $place) };
    (@field text $place:expr) => { Field::Text(&mut $place) };
    (@field list $place:expr) => { Field::List(&mut $place) };
}

/// A field of a configuration.
pub enum Field<'a> {
    /// A number.
    Int(&'a mut c_int),
    /// A large number.
    Ulong(&'a mut c_ulong),
    /// A text, or NULL.
    Text(&'a mut *mut Wide),
    /// Texts.
    List(&'a mut PyWideStringList),
}

config! {
    /// `PyPreConfig`
    PyPreConfig {
        int _config_init parse_argv isolated use_environment configure_locale coerce_c_locale coerce_c_locale_warn utf8_mode dev_mode
            allocator;
    }
}

config! {
    /// `PyConfig`, with the fields of 3.14.
    PyConfig {
        int _config_init isolated use_environment dev_mode install_signal_handlers use_hash_seed;
        ulong hash_seed;
        int faulthandler tracemalloc perf_profiling import_time code_debug_ranges show_ref_count dump_refs;
        text dump_refs_file;
        int malloc_stats;
        text filesystem_encoding filesystem_errors pycache_prefix;
        int parse_argv;
        list orig_argv argv xoptions warnoptions;
        int site_import bytes_warning warn_default_encoding inspect interactive optimization_level parser_debug write_bytecode
            verbose quiet user_site_directory configure_c_stdio buffered_stdio;
        text stdio_encoding stdio_errors check_hash_pycs_mode;
        int use_frozen_modules safe_path int_max_str_digits thread_inherit_context context_aware_warnings cpu_count
            pathconfig_warnings;
        text program_name pythonpath_env home platlibdir;
        int module_search_paths_set;
        list module_search_paths;
        text stdlib_dir executable base_executable prefix base_prefix exec_prefix base_exec_prefix;
        int skip_source_first_line;
        text run_command run_module run_filename sys_path_0;
        int _install_importlib _init_main _is_python_build;
    }
}

/// What `PyConfig_InitPythonConfig` and its twin leave in the first field.
const PYTHON: c_int = 2;
const ISOLATED: c_int = 3;
/// The limit of digits where none is said.
const USUAL_DIGITS: c_int = 4300;

impl PyConfig {
    /// As Python itself is: the environment and the command line count.
    pub fn python() -> PyConfig {
        PyConfig {
            _config_init: PYTHON,
            use_environment: 1,
            dev_mode: -1,
            install_signal_handlers: 1,
            use_hash_seed: -1,
            faulthandler: -1,
            tracemalloc: -1,
            perf_profiling: -1,
            import_time: -1,
            code_debug_ranges: -1,
            show_ref_count: -1,
            malloc_stats: -1,
            parse_argv: 1,
            site_import: 1,
            write_bytecode: 1,
            user_site_directory: 1,
            configure_c_stdio: 1,
            buffered_stdio: 1,
            use_frozen_modules: -1,
            int_max_str_digits: -1,
            thread_inherit_context: -1,
            context_aware_warnings: -1,
            cpu_count: -1,
            pathconfig_warnings: -1,
            _install_importlib: 1,
            _init_main: 1,
            ..PyConfig::zero()
        }
    }

    /// Cut off from the environment, the user's folders and the command line.
    pub fn isolated() -> PyConfig {
        PyConfig {
            _config_init: ISOLATED,
            isolated: 1,
            use_environment: 0,
            dev_mode: 0,
            install_signal_handlers: 0,
            use_hash_seed: 0,
            faulthandler: 0,
            tracemalloc: 0,
            perf_profiling: 0,
            int_max_str_digits: USUAL_DIGITS,
            parse_argv: 0,
            user_site_directory: 0,
            configure_c_stdio: 0,
            safe_path: 1,
            pathconfig_warnings: 0,
            ..PyConfig::python()
        }
    }

    /// Fills in what the command line and the environment say.
    pub fn read(&mut self) -> PyStatus {
        let mut given: Vec<OsString> = self.argv.texts().into_iter().map(wide::os).collect();
        if self.orig_argv.length == 0 && !self.orig_argv.set(given.iter().map(OsString::as_os_str)) {
            return status::no_memory();
        }
        // SAFETY: the configuration's own texts.
        let program = unsafe { wide::text(self.program_name) };
        let parses = self.parse_argv == 1 && !given.is_empty();
        let words =
            if parses { given.clone() } else { vec![program.clone().unwrap_or_else(|| "adder".to_owned()).into()] };
        let environment = if self.use_environment > 0 { Environment::of_process() } else { Environment::default() };
        let invocation = match python_form::parse(&words, &environment) {
            Ok(Request::Run(invocation)) => invocation,
            Ok(Request::Print(text)) => {
                print!("{text}");
                return status::exit(0);
            }
            Ok(_) => return PyStatus::error(c"PyConfig_Read", c"the command line asks for no program"),
            Err(refusal) => {
                eprint!("{}", refusal.message);
                return status::exit(refusal.code);
            }
        };
        if self.take(&invocation, parses).is_none() {
            return status::no_memory();
        }
        if parses {
            given = invocation.argv.clone();
            self.parse_argv = 2;
        } else if given.is_empty() {
            given.push(OsString::new());
        }
        if !self.argv.set(given.iter().map(OsString::as_os_str)) {
            return status::no_memory();
        }
        if self.program_name.is_null() {
            let name = words.first().cloned().unwrap_or_default();
            // SAFETY: the configuration's own place.
            return unsafe { wide::replace(&raw mut self.program_name, Some(&name)) };
        }
        PyStatus::OK
    }

    /// What an invocation says goes into the fields, where these say nothing yet. `None` without memory.
    fn take(&mut self, invocation: &Invocation, program: bool) -> Option<()> {
        let settings = &invocation.settings;
        for (place, value) in [
            (&mut self.parser_debug, settings.debug as c_int),
            (&mut self.verbose, settings.verbose as c_int),
            (&mut self.optimization_level, settings.optimize as c_int),
            (&mut self.bytes_warning, settings.bytes_warning as c_int),
            (&mut self.inspect, settings.inspect.into()),
            (&mut self.interactive, settings.interactive.into()),
            (&mut self.quiet, settings.quiet.into()),
            (&mut self.isolated, settings.isolated.into()),
            (&mut self.safe_path, settings.safe_path.into()),
            (&mut self.dev_mode, settings.dev_mode.into()),
            (&mut self.tracemalloc, settings.tracemalloc as c_int),
            (&mut self.faulthandler, settings.faulthandler.into()),
            (&mut self.warn_default_encoding, settings.warn_default_encoding.into()),
            (&mut self.skip_source_first_line, settings.skip_first_line.into()),
        ] {
            *place = (*place).max(value);
        }
        for (place, off) in [
            (&mut self.write_bytecode, settings.dont_write_bytecode),
            (&mut self.user_site_directory, settings.no_user_site),
            (&mut self.site_import, settings.no_site),
            (&mut self.buffered_stdio, settings.unbuffered),
            (&mut self.use_environment, settings.ignore_environment && program),
        ] {
            if off {
                *place = 0;
            }
        }
        if self.int_max_str_digits < 0 {
            self.int_max_str_digits = settings.int_max_str_digits as c_int;
        }
        if self.use_hash_seed < 0 {
            self.use_hash_seed = settings.hash_seed.is_some().into();
            self.hash_seed = settings.hash_seed.unwrap_or(0).into();
        }
        let text = |place: &mut *mut Wide, value: &OsStr| {
            // SAFETY: the configuration's own place.
            (!place.is_null()) || unsafe { !status::is_exception(&wide::replace(place, Some(value))) }
        };
        let mut well = true;
        if let Some(path) = &settings.search_path {
            well &= text(&mut self.pythonpath_env, path);
        }
        if let Some(encoding) = &settings.io_encoding {
            let encoding = encoding.to_string_lossy();
            let (encoding, errors) = encoding.split_once(':').unwrap_or((&encoding, ""));
            if !encoding.is_empty() {
                well &= text(&mut self.stdio_encoding, OsStr::new(encoding));
            }
            if !errors.is_empty() {
                well &= text(&mut self.stdio_errors, OsStr::new(errors));
            }
        }
        if program {
            well &= match &invocation.program {
                Program::Command(code) => {
                    let mut whole = code.clone();
                    whole.push("\n");
                    text(&mut self.run_command, &whole)
                }
                Program::Module(name) => text(&mut self.run_module, name),
                Program::File(file) => text(&mut self.run_filename, file.as_os_str()),
                Program::Stdin => true,
            };
        }
        // What C has set comes behind what the environment and the command line say.
        let mut options = invocation.warn_options.clone();
        options.extend(self.warnoptions.texts().into_iter().map(wide::os));
        well &= self.warnoptions.set(options.iter().map(OsString::as_os_str));
        let mut options: Vec<OsString> = Vec::new();
        for (name, value) in &invocation.x_options {
            let mut option = name.clone();
            if let Some(value) = value {
                option.push("=");
                option.push(value);
            }
            options.push(option);
        }
        options.extend(self.xoptions.texts().into_iter().map(wide::os));
        well &= self.xoptions.set(options.iter().map(OsString::as_os_str));
        well.then_some(())
    }

    /// Frees its texts.
    pub fn clear(&mut self) {
        for name in TEXTS {
            if let Some(Field::Text(place)) = self.option(name) {
                // SAFETY: the configuration's own place.
                unsafe { wide::replace(place, None) };
            }
        }
        for list in [
            &mut self.orig_argv,
            &mut self.argv,
            &mut self.xoptions,
            &mut self.warnoptions,
            &mut self.module_search_paths,
        ] {
            list.clear();
        }
    }
}

/// The fields that are texts.
const TEXTS: &[&str] = &[
    "dump_refs_file",
    "filesystem_encoding",
    "filesystem_errors",
    "pycache_prefix",
    "stdio_encoding",
    "stdio_errors",
    "check_hash_pycs_mode",
    "program_name",
    "pythonpath_env",
    "home",
    "platlibdir",
    "stdlib_dir",
    "executable",
    "base_executable",
    "prefix",
    "base_prefix",
    "exec_prefix",
    "base_exec_prefix",
    "run_command",
    "run_module",
    "run_filename",
    "sys_path_0",
];

/// So many texts of C's.
unsafe fn arguments(count: isize, one: impl Fn(usize) -> OsString) -> Vec<OsString> {
    (0..usize::try_from(count).unwrap_or(0)).map(one).collect()
}

exported! {
    /// As Python itself is.
    fn PyConfig_InitPythonConfig(config: *mut PyConfig) {
        // SAFETY: the contract: room for a configuration.
        unsafe { config.write(PyConfig::python()) }
    }

    /// Cut off from the environment and the command line.
    fn PyConfig_InitIsolatedConfig(config: *mut PyConfig) {
        // SAFETY: the contract: room for a configuration.
        unsafe { config.write(PyConfig::isolated()) }
    }

    /// Frees what a configuration holds.
    fn PyConfig_Clear(config: *mut PyConfig) {
        // SAFETY: the contract: a configuration.
        unsafe { (*config).clear() }
    }

    /// Sets a text.
    fn PyConfig_SetString(config: *mut PyConfig, place: *mut *mut Wide, text: *const Wide) -> PyStatus {
        let _ = config;
        // SAFETY: the contract: a field of the configuration, and a text or NULL.
        unsafe { wide::replace(place, wide::text(text).as_deref().map(OsStr::new)) }
    }

    /// Sets a text from bytes in the encoding of the system.
    fn PyConfig_SetBytesString(config: *mut PyConfig, place: *mut *mut Wide, text: *const c_char) -> PyStatus {
        let _ = config;
        // SAFETY: the contract: a field of the configuration, and a text or NULL.
        unsafe {
            let text = (!text.is_null()).then(|| OsStr::from_bytes(CStr::from_ptr(text).to_bytes()));
            wide::replace(place, text)
        }
    }

    /// Fills in what is not set.
    fn PyConfig_Read(config: *mut PyConfig) -> PyStatus {
        // SAFETY: the contract: a configuration.
        unsafe { (*config).read() }
    }

    /// Sets the command line from bytes.
    fn PyConfig_SetBytesArgv(config: *mut PyConfig, count: isize, args: *const *const c_char) -> PyStatus {
        // SAFETY: the contract: a configuration, and so many texts.
        unsafe {
            let all = arguments(count, |at| OsStr::from_bytes(CStr::from_ptr(*args.add(at)).to_bytes()).to_owned());
            if (*config).argv.set(all.iter().map(OsString::as_os_str)) { PyStatus::OK } else { status::no_memory() }
        }
    }

    /// Sets the command line.
    fn PyConfig_SetArgv(config: *mut PyConfig, count: isize, args: *const *const Wide) -> PyStatus {
        // SAFETY: the contract: a configuration, and so many texts.
        unsafe {
            let all = arguments(count, |at| wide::text(*args.add(at)).unwrap_or_default().into());
            if (*config).argv.set(all.iter().map(OsString::as_os_str)) { PyStatus::OK } else { status::no_memory() }
        }
    }

    /// Sets a list of texts.
    fn PyConfig_SetWideStringList(
        config: *mut PyConfig,
        list: *mut PyWideStringList,
        length: isize,
        items: *const *const Wide,
    ) -> PyStatus {
        let _ = config;
        // SAFETY: the contract: a field of the configuration, and so many texts.
        unsafe {
            let all = arguments(length, |at| wide::text(*items.add(at)).unwrap_or_default().into());
            if (*list).set(all.iter().map(OsString::as_os_str)) { PyStatus::OK } else { status::no_memory() }
        }
    }

    /// As Python itself is.
    fn PyPreConfig_InitPythonConfig(config: *mut PyPreConfig) {
        let made = PyPreConfig {
            _config_init: PYTHON,
            parse_argv: 1,
            use_environment: 1,
            configure_locale: 1,
            coerce_c_locale: -1,
            coerce_c_locale_warn: -1,
            utf8_mode: -1,
            dev_mode: -1,
            ..PyPreConfig::zero()
        };
        // SAFETY: the contract: room for a configuration.
        unsafe { config.write(made) }
    }

    /// Cut off from the environment and the locale.
    fn PyPreConfig_InitIsolatedConfig(config: *mut PyPreConfig) {
        let made = PyPreConfig { _config_init: ISOLATED, isolated: 1, ..PyPreConfig::zero() };
        // SAFETY: the contract: room for a configuration.
        unsafe { config.write(made) }
    }
}
