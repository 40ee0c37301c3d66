//! The command line in CPython's form: against CPython itself where it is installed, and against facts written down here.

mod comparison;

use std::ffi::OsString;
use std::time::Duration;

use adder_cli::environment::Environment;
use adder_cli::invocation::Program;
use adder_cli::{Invocation, Refusal, Request, understand};

const LIMIT: Duration = Duration::from_secs(60);

fn ask(args: &[&str], variables: &[(&str, &str)]) -> Result<Request, Refusal> {
    let args: Vec<OsString> = ["adder"].iter().chain(args).map(OsString::from).collect();
    let given = [("LC_ALL", "C.UTF-8"), ("PYTHONDONTWRITEBYTECODE", "1")].iter().chain(variables);
    understand(&args, &given.copied().collect::<Environment>())
}

fn invocation(args: &[&str], variables: &[(&str, &str)]) -> Invocation {
    match ask(args, variables) {
        Ok(Request::Run(invocation)) => *invocation,
        other => panic!("{args:?}: {other:?}"),
    }
}

/// Command lines, without the program, and variables.
type Line = (&'static [&'static str], &'static [(&'static str, &'static str)]);

const LINES: &[Line] = &[
    (&[], &[]),
    (&["-I"], &[]),
    (&["-IEs"], &[]),
    (&["-Wd"], &[]),
    (&["-W", "d", "-We"], &[("PYTHONWARNINGS", "ignore,,once")]),
    (&["-E", "-Wd"], &[("PYTHONWARNINGS", "ignore"), ("PYTHONDEBUG", "1")]),
    (&["-Xdev"], &[]),
    (&["-X", "dev=0", "-bb"], &[]),
    (&["-b"], &[("PYTHONDEVMODE", "x")]),
    (&["-Xa=1=2", "-X", "b", "-Xa=3"], &[]),
    (&["-OOd", "-O"], &[]),
    (&["-O"], &[("PYTHONOPTIMIZE", "3")]),
    (&["-OOO"], &[("PYTHONOPTIMIZE", "1")]),
    (&[], &[("PYTHONOPTIMIZE", "x"), ("PYTHONDEBUG", "-3")]),
    (&["-sSq"], &[]),
    (&["-P"], &[]),
    (&[], &[("PYTHONSAFEPATH", "0"), ("PYTHONNOUSERSITE", "0")]),
    (&["-B", "-u", "-t"], &[("PYTHONDONTWRITEBYTECODE", "")]),
    (&[], &[("PYTHONHASHSEED", "0")]),
    (&["-R"], &[("PYTHONHASHSEED", "0")]),
    (&[], &[("PYTHONHASHSEED", "random")]),
    (&["-X", "utf8"], &[]),
    (&["-X", "utf8=0"], &[("PYTHONUTF8", "1")]),
    (&[], &[("PYTHONUTF8", "1")]),
    (&[], &[("LC_ALL", "C")]),
    (&["-X", "int_max_str_digits=1000"], &[("PYTHONINTMAXSTRDIGITS", "2000")]),
    (&["-X", "int_max_str_digits=1000", "-Xint_max_str_digits=0"], &[]),
    (&[], &[("PYTHONINTMAXSTRDIGITS", "0")]),
    (&["-X", "warn_default_encoding"], &[]),
    (&["-E"], &[("PYTHONWARNDEFAULTENCODING", "1")]),
    (&["-X", "tracemalloc"], &[]),
    (&["-X", "tracemalloc=7"], &[("PYTHONTRACEMALLOC", "3")]),
    (&["-Xtracemalloc="], &[]),
    (&[], &[("PYTHONTRACEMALLOC", "3")]),
    (&["-X", "cpu_count=3"], &[]),
    (&["-X", "cpu_count=default"], &[("PYTHON_CPU_COUNT", "5")]),
    (&[], &[("PYTHON_CPU_COUNT", "5")]),
    (&["-X", "pycache_prefix=/p"], &[]),
    (&["--check-hash-based-pycs", "always"], &[]),
    (&["-X", "no_debug_ranges", "-Xfaulthandler"], &[]),
    (&["-X", "gil=1"], &[]),
];

/// What both sides say about a command line.
const REPORT: &str = "
import sys, os, tracemalloc
f = sys.flags
names = 'debug inspect interactive optimize dont_write_bytecode no_user_site no_site ignore_environment verbose bytes_warning \
quiet hash_randomization isolated dev_mode utf8_mode warn_default_encoding safe_path int_max_str_digits'
print(*(f'{name}={int(getattr(f, name))}' for name in names.split()))
print(sys.warnoptions)
print(list(sys._xoptions.items()))
print(sys.argv)
print(tracemalloc.is_tracing() and tracemalloc.get_traceback_limit())
print(repr(sys.pycache_prefix))
";

fn report(invocation: &Invocation) -> String {
    let s = &invocation.settings;
    let random = u32::from(s.hash_seed != Some(0));
    let flags = [
        ("debug", s.debug),
        ("inspect", s.inspect.into()),
        ("interactive", s.interactive.into()),
        ("optimize", s.optimize),
        ("dont_write_bytecode", s.dont_write_bytecode.into()),
        ("no_user_site", s.no_user_site.into()),
        ("no_site", s.no_site.into()),
        ("ignore_environment", s.ignore_environment.into()),
        ("verbose", s.verbose),
        ("bytes_warning", s.bytes_warning),
        ("quiet", s.quiet.into()),
        ("hash_randomization", random),
        ("isolated", s.isolated.into()),
        ("dev_mode", s.dev_mode.into()),
        ("utf8_mode", s.utf8_mode.into()),
        ("warn_default_encoding", s.warn_default_encoding.into()),
        ("safe_path", s.safe_path.into()),
        ("int_max_str_digits", s.int_max_str_digits),
    ];
    let quote = |text: &OsString| format!("'{}'", text.to_str().unwrap());
    let list = |items: &[OsString]| format!("[{}]", items.iter().map(quote).collect::<Vec<_>>().join(", "));
    let option = |(name, value): &(OsString, Option<OsString>)| {
        format!("({}, {})", quote(name), value.as_ref().map_or("True".to_owned(), quote))
    };
    let options: Vec<_> = invocation.x_options.iter().map(option).collect();
    let flags: Vec<_> = flags.iter().map(|(name, value)| format!("{name}={value}")).collect();
    [
        flags.join(" "),
        list(&invocation.warn_options),
        format!("[{}]", options.join(", ")),
        list(&invocation.argv),
        if s.tracemalloc == 0 { "False".to_owned() } else { s.tracemalloc.to_string() },
        s.pycache_prefix.as_ref().map_or("None".to_owned(), quote),
    ]
    .join("\n")
        + "\n"
}

#[test]
fn the_switches_mean_what_they_mean_to_cpython() {
    let Some(cpython) = adder_cpython::find_or_skip("the command lines") else { return };
    for (switches, variables) in LINES {
        let line = [switches, &["-c", REPORT, "-x", "--", "y"][..]].concat();
        let mut command = adder_cpython::clean(std::process::Command::new(cpython));
        let theirs = comparison::run(command.args(&line).envs(variables.iter().copied()), LIMIT).unwrap();
        assert!(theirs.status.success(), "{switches:?} {variables:?}: {}", theirs.stderr);
        assert_eq!(report(&invocation(&line, variables)), theirs.stdout, "{switches:?} {variables:?}");
    }
}

/// Command lines that CPython refuses: the exit code, and the text in which `python` stands for the program's name.
const REFUSED: &[(Line, u8)] = &[
    ((&["-z"], &[]), 2),
    ((&["-Iz"], &[]), 2),
    ((&["--foo"], &[]), 2),
    ((&["--version=3"], &[]), 2),
    ((&["-c"], &[]), 2),
    ((&["-Em"], &[]), 2),
    ((&["-W"], &[]), 2),
    ((&["-X"], &[]), 2),
    ((&["-J"], &[]), 2),
    ((&["--check-hash-based-pycs"], &[]), 2),
    ((&["--check-hash-based-pycs", "foo", "-c", "1"], &[]), 2),
    ((&["-c", "1"], &[("PYTHONHASHSEED", "a")]), 1),
    ((&["-c", "1"], &[("PYTHONHASHSEED", "4294967296")]), 1),
    ((&["-X", "int_max_str_digits=639", "-c", "1"], &[]), 1),
    ((&["-X", "int_max_str_digits", "-c", "1"], &[]), 1),
    ((&["-c", "1"], &[("PYTHONINTMAXSTRDIGITS", "x")]), 1),
    ((&["-X", "tracemalloc=x", "-c", "1"], &[]), 1),
    ((&["-c", "1"], &[("PYTHONTRACEMALLOC", "-1")]), 1),
    ((&["-X", "utf8=2", "-c", "1"], &[]), 1),
    ((&["-c", "1"], &[("PYTHONUTF8", "3")]), 1),
    ((&["-X", "cpu_count=0", "-c", "1"], &[]), 1),
    ((&["-c", "1"], &[("PYTHON_CPU_COUNT", "x")]), 1),
    ((&["-X", "gil=2", "-c", "1"], &[]), 1),
    ((&["-X", "gil=0", "-c", "1"], &[]), 1),
    ((&["-X", "frozen_modules=x", "-c", "1"], &[]), 1),
];

#[test]
fn what_cpython_refuses_is_refused_with_its_words() {
    let cpython = adder_cpython::find();
    for ((args, variables), code) in REFUSED {
        let refusal = ask(args, variables).expect_err(&format!("{args:?} {variables:?} is taken"));
        assert_eq!(refusal.code, *code, "{args:?} {variables:?}");
        assert!(refusal.message.ends_with('\n'));
        let Some(cpython) = &cpython else { continue };
        let mut command = adder_cpython::clean(std::process::Command::new(cpython));
        let theirs = comparison::run(command.args(*args).envs(variables.iter().copied()), LIMIT).unwrap();
        assert_eq!(theirs.status.code(), Some(i32::from(*code)), "{args:?}: {}", theirs.stderr);
        // The first line is the complaint; what follows names the program or its state.
        assert_eq!(refusal.message.lines().next(), theirs.stderr.lines().next(), "{args:?} {variables:?}");
    }
    if cpython.is_none() {
        println!("SKIPPED: the comparison of the texts, as no CPython {} is here", adder_cpython::VERSION);
    }
}

#[test]
fn programs_and_their_arguments() {
    let ours = |args: &[&str]| {
        let invocation = invocation(args, &[]);
        let argv: Vec<_> = invocation.argv.iter().map(|word| word.to_str().unwrap().to_owned()).collect();
        (invocation.program, argv)
    };
    let argv = |words: &[&str]| words.iter().map(|word| word.to_string()).collect::<Vec<_>>();
    assert_eq!(ours(&[]), (Program::Stdin, argv(&[""])));
    assert_eq!(ours(&["-"]), (Program::Stdin, argv(&["-"])));
    assert_eq!(ours(&["-E", "-", "-x", "y"]), (Program::Stdin, argv(&["-", "-x", "y"])));
    assert_eq!(ours(&["a.py", "-c", "1"]), (Program::File("a.py".into()), argv(&["a.py", "-c", "1"])));
    assert_eq!(ours(&["--", "-x", "--"]), (Program::File("-x".into()), argv(&["-x", "--"])));
    assert_eq!(ours(&[""]), (Program::File("".into()), argv(&[""])));
    assert_eq!(ours(&["-Ic", "x", "-c"]), (Program::Command("x".into()), argv(&["-c", "-c"])));
    assert_eq!(ours(&["-Icprint(1)", "a"]), (Program::Command("print(1)".into()), argv(&["-c", "a"])));
    assert_eq!(ours(&["-m", "a.b", "--help"]), (Program::Module("a.b".into()), argv(&["-m", "--help"])));
    assert_eq!(ours(&["-ma"]), (Program::Module("a".into()), argv(&["-m"])));
    assert_eq!(invocation(&["-Bc", "1", "2"], &[]).orig_argv, ["adder", "-Bc", "1", "2"]);
}

#[test]
fn the_environment_sets_what_has_no_switch() {
    let variables = [
        ("PYTHONPATH", "/a:/b"),
        ("PYTHONSTARTUP", "/s.py"),
        ("PYTHONIOENCODING", "latin-1"),
        ("ADDER_CPYTHON_TESTS", "/t"),
    ];
    let given = invocation(&["-c", "1"], &variables);
    assert_eq!(given.settings.search_path, Some("/a:/b".into()));
    assert_eq!(given.settings.startup, Some("/s.py".into()));
    assert_eq!(given.settings.io_encoding, Some("latin-1".into()));
    let isolated = invocation(&["-I", "-c", "1"], &variables);
    assert_eq!(
        (isolated.settings.search_path, isolated.settings.startup, isolated.settings.io_encoding),
        (None, None, None)
    );
    assert_eq!(isolated.reports.cpython_tests, Some("/t".into()), "-I must not hide the folder of tests from a child");
}

#[test]
fn help_and_version() {
    let text = |args: &[&str]| match ask(args, &[]) {
        Ok(Request::Print(text)) => text,
        other => panic!("{args:?}: {other:?}"),
    };
    assert!(text(&["-V"]).starts_with("Python 3.14."));
    assert_eq!(text(&["--version"]), text(&["-V"]));
    assert!(text(&["-VV"]).contains("adder"));
    assert_eq!(text(&["-V", "--version", "x.py"]), text(&["-VV"]));
    for args in [&["-h", "-z"][..], &["-?"], &["--help"], &["-Vh"]] {
        assert!(text(args).starts_with("usage: adder "), "{args:?}");
    }
    assert!(text(&["--help-env"]).contains("PYTHONHASHSEED"));
    assert!(text(&["--help-xoptions"]).contains("tracemalloc"));
    let all = text(&["--help-all"]);
    assert!(["usage: ", "PYTHONHASHSEED", "tracemalloc"].iter().all(|word| all.contains(word)));
}

#[test]
fn the_program_itself_answers() {
    let run = |args: &[&str]| {
        comparison::run(comparison::adder().args(args).current_dir(std::env::temp_dir()), LIMIT).unwrap()
    };
    let version = run(&["-V"]);
    assert_eq!((version.status.code(), version.stdout.starts_with("Python 3.14.")), (Some(0), true));

    let unknown = run(&["-z"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(unknown.stderr.starts_with("Unknown option: -z\nusage: "), "{}", unknown.stderr);

    let missing = run(&["no_such_file.py"]);
    assert_eq!(missing.status.code(), Some(2));
    let place = std::env::temp_dir().canonicalize().unwrap().join("no_such_file.py");
    let text = format!(": can't open file '{}': [Errno 2] No such file or directory\n", place.display());
    assert!(missing.stderr.ends_with(&text), "{}", missing.stderr);

    let folder = run(&["/"]);
    assert_eq!(folder.status.code(), Some(1));
    assert!(folder.stderr.ends_with(": can't find '__main__' module in '/'\n"), "{}", folder.stderr);
}
