//! Adder's own form of the command line: `adder run …`, `adder build-ext`, `adder config` and `adder disassemble FILE`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

use crate::build_ext::{Build, Setting};
use crate::environment::Environment;
use crate::invocation::{GraphFormat, Reports};
use crate::{Refusal, Request, python_form};

#[derive(Parser)]
#[command(name = "adder", disable_help_subcommand = true, disable_version_flag = true)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a Python program, and report about its memory.
    ///
    /// Adder's options come first, then what Python takes: its switches, the program, and the program's arguments.
    #[command(override_usage = "adder run [OPTIONS] [SWITCHES] [-c CODE | -m MODULE | FILE | -] [ARGUMENTS]...")]
    Run {
        /// Print at exit: objects and bytes by type, counts done and saved, collections, pauses
        ///
        /// The counts are those of the instructions: references that they counted or gave up, and operands that were only
        /// borrowed, each of which saved one of both. What built-in functions do inside is not counted. The program runs
        /// slower meanwhile.
        #[arg(long)]
        stats: bool,
        /// Let the heap hold this much (64M, 1G, 500K or bytes); more is a MemoryError
        #[arg(long, value_name = "SIZE", value_parser = size)]
        memory_limit: Option<u64>,
        /// Print a line for each collection
        #[arg(long)]
        gc_log: bool,
        /// Print at exit what is still alive, and who holds it
        #[arg(long)]
        leaks: bool,
        /// Write the heap at exit; the name ends in .dot, .json or .svg
        #[arg(long, value_name = "FILE", value_parser = graph)]
        graph: Option<(PathBuf, GraphFormat)>,
        /// Import the package `test` from this folder: the library of an installed CPython 3.13
        #[arg(long, value_name = "DIR")]
        cpython_tests: Option<PathBuf>,
        /// Say that this is CPython, in sys.implementation and platform
        ///
        /// For packages that have C parts for CPython only, and for their tests. Child processes inherit it.
        #[arg(long)]
        as_cpython: bool,
        /// Python's switches, the program, and its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "PROGRAM")]
        python: Vec<OsString>,
    },
    /// Build extension modules from C.
    ///
    /// A folder with a setup.py or a pyproject.toml is built by setuptools, which is fetched once. C and C++ files make one module. CC, CXX,
    /// CFLAGS, CXXFLAGS, CPPFLAGS and LDFLAGS are heeded. What Python.h does not have is an error of the compiler or of the linker.
    #[command(override_usage = "adder build-ext [OPTIONS] [FOLDER | FILE...] [-- OPTION...]")]
    BuildExt {
        /// The project's folder (without one: the current folder), or C files
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Put the modules here; else beside their packages, as import finds them (of C files: into the current folder)
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
        /// The module's dotted name, if it is not that of the first C file
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Let the project take this for CPython, if it has C parts for CPython only
        #[arg(long)]
        as_cpython: bool,
        /// The wheel of setuptools, where it cannot be fetched
        #[arg(long, value_name = "FILE")]
        setuptools: Option<PathBuf>,
        /// Options for the C compiler, or for setuptools' command build_ext
        #[arg(last = true, value_name = "OPTION")]
        options: Vec<OsString>,
    },
    /// Say with what extension modules are built, a line for each question.
    ///
    /// For other build systems: cc $(adder config --cflags) x.c $(adder config --ldflags) -o x$(adder config --ext-suffix)
    #[command(group = clap::ArgGroup::new("question").required(true).multiple(true))]
    Config {
        /// Where Python.h is
        #[arg(long, group = "question")]
        includes: bool,
        /// That, and the compiler's flags
        #[arg(long, group = "question")]
        cflags: bool,
        /// The linker's flags: a shared object in which only what adder exports is left open
        #[arg(long, group = "question")]
        ldflags: bool,
        /// The end of the modules' file names
        #[arg(long, group = "question")]
        ext_suffix: bool,
    },
    /// Show a program's code, with owned and borrowed loads told apart.
    Disassemble {
        /// The program's text
        file: PathBuf,
    },
}

/// Reads a command line whose first word is one of Adder's commands.
pub fn parse(args: &[OsString], environment: &Environment) -> Result<Request, Refusal> {
    let line = match Line::try_parse_from(args) {
        Ok(line) => line,
        Err(error) if error.use_stderr() => return Err(Refusal { message: error.to_string(), code: 2 }),
        Err(help) => return Ok(Request::Print(help.to_string())),
    };
    match line.command {
        Command::Run { stats, memory_limit, gc_log, leaks, graph, cpython_tests, as_cpython, python } => {
            let reports = Reports { stats, memory_limit, gc_log, leaks, graph, cpython_tests, as_cpython };
            // `--` in front of the rest is not among the words that are left, and means the same to Python's form.
            let start = args.len() - python.len();
            let start = if args[start - 1] == "--" { start - 1 } else { start };
            python_form::parse_from(args, start, reports, environment)
        }
        Command::BuildExt { paths, to, name, as_cpython, setuptools, options } => {
            Ok(Request::BuildExt(Box::new(Build { paths, to, name, as_cpython, setuptools, options })))
        }
        Command::Config { includes, cflags, ldflags, ext_suffix } => {
            let all = [
                (includes, Setting::Includes),
                (cflags, Setting::Cflags),
                (ldflags, Setting::Ldflags),
                (ext_suffix, Setting::ExtSuffix),
            ];
            Ok(Request::Config(all.into_iter().filter_map(|(asked, setting)| asked.then_some(setting)).collect()))
        }
        Command::Disassemble { file } => Ok(Request::Disassemble(file)),
    }
}

/// Bytes, with an optional unit of 1024, 1024² or 1024³.
fn size(text: &str) -> Result<u64, String> {
    let complaint = || format!("`{text}` is not a size: write a number of bytes, or one with K, M or G, such as 64M");
    let upper = text.trim().to_ascii_uppercase();
    let upper = upper.strip_suffix("IB").or_else(|| upper.strip_suffix('B')).unwrap_or(&upper);
    let (digits, unit) = match upper.as_bytes().last() {
        Some(b'K') => (&upper[..upper.len() - 1], 1 << 10),
        Some(b'M') => (&upper[..upper.len() - 1], 1 << 20),
        Some(b'G') => (&upper[..upper.len() - 1], 1 << 30),
        _ => (upper, 1),
    };
    let number: u64 = digits.parse().map_err(|_| complaint())?;
    number.checked_mul(unit).filter(|size| *size > 0).ok_or_else(complaint)
}

fn graph(text: &str) -> Result<(PathBuf, GraphFormat), String> {
    let format = match Path::new(text).extension().and_then(|extension| extension.to_str()) {
        Some("dot" | "gv") => GraphFormat::Dot,
        Some("json") => GraphFormat::Json,
        Some("svg") => GraphFormat::Svg,
        _ => return Err("the name decides the format: let it end in .dot, .json or .svg".to_owned()),
    };
    Ok((text.into(), format))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::Program;
    use crate::{Invocation, understand};

    fn run(args: &[&str]) -> Result<Request, Refusal> {
        let args: Vec<OsString> = ["adder"].iter().chain(args).map(OsString::from).collect();
        understand(&args, &Environment::default())
    }

    fn invocation(args: &[&str]) -> Invocation {
        match run(args) {
            Ok(Request::Run(invocation)) => *invocation,
            other => panic!("{args:?}: {other:?}"),
        }
    }

    #[test]
    fn our_options_then_pythons() {
        let line =
            ["run", "--stats", "--memory-limit", "64M", "--gc-log", "--leaks", "-IEs", "-Wd", "a.py", "--stats", "-c"];
        let invocation = invocation(&line);
        assert_eq!(invocation.program, Program::File("a.py".into()));
        assert_eq!(invocation.argv, ["a.py", "--stats", "-c"]);
        assert_eq!(invocation.orig_argv.len(), line.len() + 1);
        let Reports { stats, memory_limit, gc_log, leaks, graph, cpython_tests, as_cpython } = invocation.reports;
        assert_eq!((stats, memory_limit, gc_log, leaks), (true, Some(64 << 20), true, true));
        assert_eq!((graph, cpython_tests, as_cpython), (None, None, false));
        assert!(invocation.settings.isolated);
        assert_eq!(invocation.warn_options, ["d"]);
    }

    #[test]
    fn code_modules_and_standard_input() {
        let code = invocation(&["run", "--leaks", "-c", "print(1)", "-x"]);
        assert_eq!(code.program, Program::Command("print(1)".into()));
        assert_eq!(code.argv, ["-c", "-x"]);
        let module = invocation(&["run", "-m", "unittest", "-v"]);
        assert_eq!(module.program, Program::Module("unittest".into()));
        assert_eq!(module.argv, ["-m", "-v"]);
        assert_eq!(invocation(&["run", "--stats"]).program, Program::Stdin);
        assert_eq!(invocation(&["run", "-"]).argv, ["-"]);
    }

    #[test]
    fn two_dashes_end_the_switches() {
        let file = invocation(&["run", "--stats", "--", "--odd-name.py", "x"]);
        assert_eq!(file.program, Program::File("--odd-name.py".into()));
        assert_eq!(file.argv, ["--odd-name.py", "x"]);
    }

    #[test]
    fn the_graphs_format_comes_from_its_name() {
        let graph = |name| invocation(&["run", "--graph", name, "a.py"]).reports.graph.unwrap().1;
        assert_eq!(graph("heap.dot"), GraphFormat::Dot);
        assert_eq!(graph("heap.json"), GraphFormat::Json);
        assert_eq!(graph("x/heap.svg"), GraphFormat::Svg);
        let refusal = run(&["run", "--graph", "heap.png", "a.py"]).unwrap_err();
        assert_eq!(refusal.code, 2);
        assert!(refusal.message.contains(".dot, .json or .svg"), "{}", refusal.message);
    }

    #[test]
    fn sizes() {
        for (text, bytes) in [("1", 1), ("500K", 500 << 10), ("64M", 64 << 20), ("64mb", 64 << 20), ("2GiB", 2 << 30)] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "0", "M", "-1", "1.5M", "64T", "99999999999G", "ü"] {
            assert!(size(text).unwrap_err().contains("64M"), "{text}");
        }
    }

    #[test]
    fn the_other_commands() {
        assert_eq!(run(&["disassemble", "a.py"]), Ok(Request::Disassemble("a.py".into())));
        assert_eq!(run(&["disassemble"]).unwrap_err().code, 2);
        let build = Build { paths: vec!["a.c".into()], options: vec!["-lz".into()], ..Build::default() };
        assert_eq!(run(&["build-ext", "a.c", "--", "-lz"]), Ok(Request::BuildExt(Box::new(build))));
        let settings = vec![Setting::Cflags, Setting::ExtSuffix];
        assert_eq!(run(&["config", "--ext-suffix", "--cflags"]), Ok(Request::Config(settings)));
        assert_eq!(run(&["config"]).unwrap_err().code, 2);
        assert_eq!(run(&["run", "--no-such"]).unwrap_err().code, 2);
        let Ok(Request::Print(help)) = run(&["run", "--help"]) else { panic!("no help") };
        assert!(help.contains("--memory-limit <SIZE>"), "{help}");
        let Ok(Request::Print(licences)) = run(&["--license"]) else { panic!("no licences") };
        assert!(licences.contains("PYTHON SOFTWARE FOUNDATION") && licences.contains("Apache License"));
    }

    #[test]
    fn our_options_in_the_wrong_place_are_explained() {
        for line in [&["--stats", "a.py"][..], &["run", "-i", "--memory-limit=3", "a.py"]] {
            let refusal = run(line).unwrap_err();
            assert_eq!(refusal.code, 2);
            assert!(refusal.message.contains("option of `adder run`"), "{}", refusal.message);
        }
    }
}
