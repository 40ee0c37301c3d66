//! The texts of help, version and licences.

use std::ffi::OsString;
use std::fmt::Write;

/// The version of the language and of the library: what `sys.version_info` says.
pub(crate) const PYTHON_VERSION: &str = "3.14.0";
const ADDER_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What follows a usage error.
pub(crate) const USAGE_HINT: &str = "Try `adder -h' for more information.\n";

const SWITCHES: &[(&str, &str)] = &[
    ("-b", "warn where bytes are compared with or turned into str; -bb: an error"),
    ("-B", "write no compiled files; also PYTHONDONTWRITEBYTECODE=1"),
    ("-c CODE", "run this code; what follows are its arguments"),
    ("-d", "taken, and does nothing; also PYTHONDEBUG=1"),
    ("-E", "ignore the variables PYTHON*"),
    ("-h", "this text; also -? and --help"),
    ("-i", "go on with a prompt after the program; also PYTHONINSPECT=1"),
    ("-I", "isolated: -E, -P and -s together"),
    ("-m MODULE", "run this module as a program; what follows are its arguments"),
    ("-O", "leave out assert statements; also PYTHONOPTIMIZE=1. -OO: docstrings too"),
    ("-P", "no unsafe first entry in sys.path; also PYTHONSAFEPATH=1"),
    ("-q", "no banner"),
    ("-s", "no site directory of the user; also PYTHONNOUSERSITE=1"),
    ("-S", "do not import site"),
    ("-u", "output without buffers; also PYTHONUNBUFFERED=1"),
    ("-v", "tell about imports; -vv: more; also PYTHONVERBOSE=1"),
    ("-V", "the version; -VV: more; also --version"),
    ("-W ARG", "what happens to warnings: action:message:category:module:line; also PYTHONWARNINGS"),
    ("-x", "skip the first line of the program"),
    ("-X OPT[=VALUE]", "an option of this implementation: --help-xoptions lists them"),
    ("--check-hash-based-pycs WHEN", "always, default or never"),
    ("--help-env", "the environment variables"),
    ("--help-xoptions", "the options of -X"),
    ("--help-all", "all of this"),
    ("--license", "the licences of Adder and of Python's library inside it"),
];

const VARIABLES: &[(&str, &str)] = &[
    ("PYTHONDEBUG", "as -d"),
    ("PYTHONDEVMODE", "as -X dev"),
    ("PYTHONDONTWRITEBYTECODE", "as -B"),
    ("PYTHONFAULTHANDLER", "as -X faulthandler"),
    ("PYTHONHASHSEED", "the seed for the hashes of str and bytes: random, or 0 to 4294967295"),
    ("PYTHONINSPECT", "as -i"),
    ("PYTHONINTMAXSTRDIGITS", "as -X int_max_str_digits"),
    ("PYTHONIOENCODING", "the encoding[:errors] of standard input, output and error"),
    ("PYTHONNODEBUGRANGES", "as -X no_debug_ranges"),
    ("PYTHONNOUSERSITE", "as -s"),
    ("PYTHONOPTIMIZE", "as -O"),
    ("PYTHONPATH", "folders in front of the module search path, with : between them"),
    ("PYTHONPROFILEIMPORTTIME", "as -X importtime"),
    ("PYTHONPYCACHEPREFIX", "as -X pycache_prefix"),
    ("PYTHONSAFEPATH", "as -P"),
    ("PYTHONSTARTUP", "a file that the prompt runs first"),
    ("PYTHONTRACEMALLOC", "as -X tracemalloc"),
    ("PYTHONUNBUFFERED", "as -u"),
    ("PYTHONUTF8", "as -X utf8"),
    ("PYTHONVERBOSE", "as -v"),
    ("PYTHONWARNDEFAULTENCODING", "as -X warn_default_encoding"),
    ("PYTHONWARNINGS", "as -W; several with commas between them"),
    ("PYTHON_CPU_COUNT", "as -X cpu_count"),
    ("PYTHON_HISTORY", "where the prompt keeps its history"),
    ("ADDER_AS_CPYTHON", "as --as-cpython; heeded also with -E and -I"),
    ("ADDER_CPYTHON_TESTS", "as --cpython-tests; heeded also with -E and -I"),
];

const X_OPTIONS: &[(&str, &str)] = &[
    ("cpu_count=N", "what os.cpu_count() answers; default: what there is"),
    ("dev", "development mode: more warnings and checks"),
    ("faulthandler", "a traceback when the process gets a fatal signal"),
    ("frozen_modules=on|off", "taken, and does nothing"),
    ("importtime", "how long each import took; importtime=2: those from sys.modules too"),
    ("int_max_str_digits=N", "the most digits of an int to or from str; 0: no limit"),
    ("no_debug_ranges", "no columns in tracebacks"),
    ("pycache_prefix=DIR", "where compiled files are written"),
    ("tracemalloc[=N]", "trace allocations, with N frames each"),
    ("utf8[=0|1]", "UTF-8 mode"),
    ("warn_default_encoding", "warn where a text file is opened without an encoding"),
];

/// `-V`, or `-VV` if more is wanted.
pub(crate) fn version(more: bool) -> String {
    if more {
        format!("Python {PYTHON_VERSION} (adder {ADDER_VERSION})\n")
    } else {
        format!("Python {PYTHON_VERSION}\n")
    }
}

/// What the prompt says first.
pub(crate) fn banner() -> String {
    format!("Python {PYTHON_VERSION} (adder {ADDER_VERSION}) on {}\nCtrl-D leaves.", std::env::consts::OS)
}

/// The line that says how the program is called.
pub(crate) fn usage_line(args: &[OsString]) -> String {
    let name = args.first().map_or("adder".into(), |name| name.to_string_lossy());
    format!("usage: {name} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n")
}

/// `-h`
pub(crate) fn overview(args: &[OsString]) -> String {
    let mut text = usage_line(args);
    text.push_str("       adder run [--stats] [--memory-limit SIZE] [--gc-log] [--leaks] [--graph FILE] ... program\n");
    text.push_str("       adder build-ext [--to DIR] [FOLDER | C FILES]\n");
    text.push_str("       adder config --includes | --cflags | --ldflags | --ext-suffix\n");
    text.push_str("       adder disassemble FILE\n\n");
    text.push_str("Without a program: a prompt. `adder run --help` tells about Adder's own options.\n");
    text.push_str("A file that is named as one of these commands is run with ./ in front.\n\nSwitches:\n");
    table(&mut text, SWITCHES);
    text
}

/// `--help-env`
pub(crate) fn environment() -> String {
    let mut text = "Environment variables:\n".to_owned();
    table(&mut text, VARIABLES);
    text
}

/// `--help-xoptions`
pub(crate) fn x_options() -> String {
    let mut text = "Options of -X:\n".to_owned();
    table(&mut text, X_OPTIONS);
    text
}

/// `--help-all`
pub(crate) fn all(args: &[OsString]) -> String {
    [overview(args), environment(), x_options()].join("\n")
}

fn table(text: &mut String, rows: &[(&str, &str)]) {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, meaning) in rows {
        let _ = writeln!(text, "  {name:width$}  {meaning}");
    }
}

/// The licences of what is in the binary.
pub(crate) fn licences() -> String {
    [
        "Adder is under one of these two licences, at your option.\n",
        include_str!("../../../LICENSE-MIT"),
        include_str!("../../../LICENSE-APACHE"),
        "Python's standard library, inside this program, is under this licence.\n",
        &adder_stdlib::licence(),
    ]
    .join("\n------------------------------------------------------------------------------\n\n")
}
