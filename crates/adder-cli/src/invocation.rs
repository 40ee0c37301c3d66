//! What is to be run and how, as plain data.

use std::ffi::OsString;
use std::path::PathBuf;

/// A run of the interpreter, as the command line and the environment ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// What is run.
    pub program: Program,
    /// `sys.argv`. For a module the first is `-m`, until the module's file is known.
    pub argv: Vec<OsString>,
    /// `sys.orig_argv`.
    pub orig_argv: Vec<OsString>,
    /// `sys.flags`, and what else the switches and the environment set.
    pub settings: Settings,
    /// `sys.warnoptions`, in CPython's order: development mode, environment, `-W`, `-b`.
    pub warn_options: Vec<OsString>,
    /// `sys._xoptions`, in the order given; `None` stands for `True`. A later one replaces an earlier one of the same name there.
    pub x_options: Vec<(OsString, Option<OsString>)>,
    /// Adder's own reports and limits.
    pub reports: Reports,
}

/// What is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// A file, a folder or an archive with a `__main__`.
    File(PathBuf),
    /// `-c`: the code, without the line end that CPython adds.
    Command(OsString),
    /// `-m`: a module's dotted name.
    Module(OsString),
    /// Standard input: the REPL if it is a terminal or `-i` was given, else a program's text.
    Stdin,
}

/// When the hash in a compiled file is compared with its source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CheckHashPycs {
    /// As the compiled file says.
    #[default]
    Default,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `sys.flags` and the rest of what switches and environment set. Counters count how often a switch was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `-d`, `PYTHONDEBUG`
    pub debug: u32,
    /// `-i`, `PYTHONINSPECT`
    pub inspect: bool,
    /// `-i`
    pub interactive: bool,
    /// `-O`, `PYTHONOPTIMIZE`
    pub optimize: u32,
    /// `-B`, `PYTHONDONTWRITEBYTECODE`
    pub dont_write_bytecode: bool,
    /// `-s`, `-I`, `PYTHONNOUSERSITE`
    pub no_user_site: bool,
    /// `-S`
    pub no_site: bool,
    /// `-E`, `-I`
    pub ignore_environment: bool,
    /// `-v`, `PYTHONVERBOSE`
    pub verbose: u32,
    /// `-b`
    pub bytes_warning: u32,
    /// `-q`
    pub quiet: bool,
    /// `PYTHONHASHSEED`; `None` is a random seed.
    pub hash_seed: Option<u32>,
    /// `-I`
    pub isolated: bool,
    /// `-X dev`, `PYTHONDEVMODE`
    pub dev_mode: bool,
    /// `-X utf8`, `PYTHONUTF8`, or the locale is `C`
    pub utf8_mode: bool,
    /// Standard input and output have the error handler `surrogateescape`: UTF-8 mode, or a locale of `C`.
    pub lenient_streams: bool,
    /// `-X warn_default_encoding`, `PYTHONWARNDEFAULTENCODING`
    pub warn_default_encoding: bool,
    /// `-P`, `-I`, `PYTHONSAFEPATH`
    pub safe_path: bool,
    /// `-X int_max_str_digits`, `PYTHONINTMAXSTRDIGITS`
    pub int_max_str_digits: u32,
    /// `-u`, `PYTHONUNBUFFERED`
    pub unbuffered: bool,
    /// `-x`
    pub skip_first_line: bool,
    /// `--check-hash-based-pycs`
    pub check_hash_pycs: CheckHashPycs,
    /// `-X tracemalloc`, `PYTHONTRACEMALLOC`: how many frames; 0 is off.
    pub tracemalloc: u32,
    /// `-X faulthandler`, `PYTHONFAULTHANDLER`, `-X dev`
    pub faulthandler: bool,
    /// `-X importtime`, `PYTHONPROFILEIMPORTTIME`
    pub import_time: u32,
    /// Not `-X no_debug_ranges`, `PYTHONNODEBUGRANGES`
    pub debug_ranges: bool,
    /// `-X cpu_count`, `PYTHON_CPU_COUNT`
    pub cpu_count: Option<u32>,
    /// `-X pycache_prefix`, `PYTHONPYCACHEPREFIX`
    pub pycache_prefix: Option<OsString>,
    /// `PYTHONPATH`, as it stands
    pub search_path: Option<OsString>,
    /// `PYTHONSTARTUP`
    pub startup: Option<PathBuf>,
    /// `PYTHONIOENCODING`
    pub io_encoding: Option<OsString>,
}

/// CPython's default for `sys.get_int_max_str_digits()`.
pub const INT_MAX_STR_DIGITS: u32 = 4300;

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            debug: 0,
            inspect: false,
            interactive: false,
            optimize: 0,
            dont_write_bytecode: false,
            no_user_site: false,
            no_site: false,
            ignore_environment: false,
            verbose: 0,
            bytes_warning: 0,
            quiet: false,
            hash_seed: None,
            isolated: false,
            dev_mode: false,
            utf8_mode: false,
            lenient_streams: false,
            warn_default_encoding: false,
            safe_path: false,
            int_max_str_digits: INT_MAX_STR_DIGITS,
            unbuffered: false,
            skip_first_line: false,
            check_hash_pycs: CheckHashPycs::Default,
            tracemalloc: 0,
            faulthandler: false,
            import_time: 0,
            debug_ranges: true,
            cpu_count: None,
            pycache_prefix: None,
            search_path: None,
            startup: None,
            io_encoding: None,
        }
    }
}

/// How the heap is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphFormat {
    /// For Graphviz.
    Dot,
    /// For programs.
    Json,
    /// For eyes.
    Svg,
}

/// Adder's own options: what is reported about the heap, and its limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reports {
    /// `--stats`: objects and bytes by type, counts done and saved, collections, pauses.
    pub stats: bool,
    /// `--memory-limit`: bytes that the heap may hold.
    pub memory_limit: Option<u64>,
    /// `--gc-log`: a line for each collection.
    pub gc_log: bool,
    /// `--leaks`: at exit, what is still alive and who holds it.
    pub leaks: bool,
    /// `--graph`: where the heap is written at exit, and how.
    pub graph: Option<(PathBuf, GraphFormat)>,
    /// `--cpython-tests`: the folder of CPython 3.13's library from which `test` is imported; child processes inherit it.
    pub cpython_tests: Option<PathBuf>,
    /// `--as-cpython`: `sys.implementation` and `platform` say that this is CPython; child processes inherit it.
    pub as_cpython: bool,
}
