//! What the program does with files, standard input, errors and exits: side by side with CPython 3.13.

mod comparison;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One run: its name, the words behind the program's name, what stands on standard input.
struct Scene {
    name: &'static str,
    words: &'static [&'static str],
    input: &'static str,
    /// Are the texts on standard error compared? Else only whether there is one.
    compare_errors: bool,
}

const fn scene(name: &'static str, words: &'static [&'static str]) -> Scene {
    Scene { name, words, input: "", compare_errors: true }
}

const fn with_input(name: &'static str, words: &'static [&'static str], input: &'static str) -> Scene {
    Scene { name, words, input, compare_errors: true }
}

/// The texts of syntax errors are each parser's own.
const fn any_error(name: &'static str, words: &'static [&'static str]) -> Scene {
    Scene { name, words, input: "", compare_errors: false }
}

const SHOW: &str =
    "import sys; print(sys.argv, sys.path[0] == '', __name__, __file__ if '__file__' in globals() else None)";

const SCENES: &[Scene] = &[
    scene("code", &["-c", SHOW, "-x", "y"]),
    scene("code of two lines", &["-c", "x = 1\nprint(x)"]),
    scene("empty code", &["-c", ""]),
    scene("a file", &["show.py", "a", "-b"]),
    scene("a file in a folder", &["inside/show.py"]),
    scene("a file with an odd name", &["--", "-x.py"]),
    scene("a module", &["-m", "show", "1"]),
    scene("a package", &["-m", "package"]),
    scene("a module in a package", &["-m", "package.part", "z"]),
    scene("a folder with a main", &["folder"]),
    scene("a zip archive", &["archive.zip"]),
    scene("a folder without", &["inside"]),
    scene("no such module", &["-m", "no_such_module"]),
    scene("a package without a main", &["-m", "package.bare"]),
    scene("a module that is none", &["-m", "show.x"]),
    scene("no such file", &["no_such_file.py"]),
    scene("a path through a file", &["show.py/x"]),
    with_input("standard input", &[], "print('from standard input', __name__)\nprint(2)\n"),
    with_input("a dash", &["-", "x"], "import sys\nprint(sys.argv)\n"),
    with_input("the prompt on a pipe", &["-iq"], "x = 5\nx\nif x:\n  print(x)\n\n'text'\nNone\n1/0\n"),
    with_input(
        "a decorator at the prompt",
        &["-iq"],
        "@staticmethod\ndef f(): pass\n\nprint(type(f))\n@staticmethod\nclass A:\n  pass\n\nprint(type(A))\n",
    ),
    with_input("the prompt after code", &["-ic", "x = 7"], "x\n"),
    with_input("leaving the prompt", &["-iq"], "raise SystemExit(4)\nprint('never')\n"),
    with_input("the prompt after an error", &["-i", "fails.py"], "print('still here')\n"),
    scene(
        "an encoding of the environment",
        &[
            "-c",
            "import os, subprocess, sys\ncode = 'import sys; print([(s.encoding, s.errors) for s in (sys.stdin, sys.stdout, sys.stderr)], chr(228), chr(9731))'\nfor wish in ('latin-1:replace', ':backslashreplace', 'ascii:', 'utf-8'):\n    child = subprocess.run([sys.executable, '-c', code], env={**os.environ, 'PYTHONIOENCODING': wish}, capture_output=True)\n    print(wish, child.returncode, child.stdout)",
        ],
    ),
    scene("skip the first line", &["-x", "shebang.py"]),
    scene("latin-1", &["latin.py"]),
    scene("a byte order mark", &["bom.py"]),
    scene("line ends", &["crlf.py"]),
    any_error("no such encoding", &["no_encoding.py"]),
    any_error("not UTF-8", &["not_utf8.py"]),
    any_error("null bytes", &["binary.py"]),
    any_error("a syntax error", &["syntax.py"]),
    any_error("a syntax error in code", &["-c", "x = ="]),
    scene("an uncaught error", &["fails.py"]),
    scene("exit with nothing", &["-c", "import sys; sys.exit()"]),
    scene("exit with None", &["-c", "raise SystemExit(None)"]),
    scene("exit with a number", &["-c", "import sys; sys.exit(7)"]),
    scene("exit with a large number", &["-c", "import sys; sys.exit(300)"]),
    scene("exit with a negative number", &["-c", "import sys; sys.exit(-1)"]),
    scene("exit with a text", &["-c", "import sys; sys.exit('a text')"]),
    scene("exit with an object", &["-c", "import sys; sys.exit([1, 2])"]),
    scene("exit with True", &["-c", "import sys; sys.exit(True)"]),
    scene("exit at once", &["-c", "import os; os._exit(9)"]),
    scene(
        "exit in a function that is registered",
        &["-c", "import atexit; atexit.register(print, 'bye'); raise SystemExit(2)"],
    ),
    scene("an error in a function that is registered", &["-c", "import atexit; atexit.register(lambda: 1 / 0)"]),
    scene("interrupted", &["-c", "raise KeyboardInterrupt"]),
    scene(
        "interrupted by a signal",
        &["-c", "import os, signal; os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(9)"],
    ),
    scene("an interrupt that is caught", &["interrupt.py"]),
    scene("assert", &["-c", "assert False, 'text'"]),
    scene("no asserts", &["-O", "-c", "assert False; print(__debug__)"]),
    scene("no docstrings", &["-OO", "-c", "def f(): 'doc'\nprint(f.__doc__)"]),
    scene("warnings are errors", &["-W", "error", "-c", "import warnings; warnings.warn('text')"]),
    scene("warnings", &["-c", "import warnings; warnings.warn('text', UserWarning)"]),
    scene("warnings that are off", &["-W", "ignore", "-c", "import warnings; warnings.warn('text')"]),
    scene("bytes and str", &["-bb", "-c", "print(b'x' == 'x')"]),
    scene("isolated", &["-I", "-c", "import sys; print(sys.flags.isolated, '' in sys.path)"]),
    scene("without site", &["-S", "-c", "import sys; print('site' in sys.modules, 'exit' in dir(__builtins__))"]),
    scene("output without buffers", &["-u", "-c", "import os; print('first'); os.write(1, b'second\\n')"]),
    scene("both outputs", &["-c", "import sys; print('out'); print('err', file=sys.stderr)"]),
    scene("an unraisable error", &["-c", "class A:\n def __del__(self): raise ValueError('v')\nA()"]),
    scene(
        "a thread's error",
        &[
            "-c",
            "import threading\ndef f(): raise ValueError('v')\nt = threading.Thread(target=f, name='T'); t.start(); t.join()",
        ],
    ),
    scene("deep recursion", &["-c", "def f(n): return f(n + 1)\ntry: f(0)\nexcept RecursionError: print('caught')"]),
    scene("a folder by a dot", &["."]),
    scene(
        "digits of ints",
        &[
            "-X",
            "int_max_str_digits=700",
            "-c",
            "import sys; print(sys.get_int_max_str_digits(), sys.flags.int_max_str_digits); str(10**800)",
        ],
    ),
    scene(
        "the folder of compiled files",
        &["-X", "pycache_prefix=/tmp/x", "-c", "import sys; print(sys.pycache_prefix)"],
    ),
    scene("processors", &["-X", "cpu_count=3", "-c", "import os; print(os.cpu_count(), os.process_cpu_count())"]),
    scene("no columns", &["-X", "no_debug_ranges", "-c", "1 / 0"]),
    scene("the command line as it was", &["-u", "-c", "import sys; print(sys.orig_argv[1:])", "x"]),
    scene(
        "words and input that are no text",
        &[
            "-c",
            "import os, subprocess, sys\ncode = 'import sys; print(ascii(sys.argv[1]), ascii(sys.stdin.read()))'\nfor locale in ('C', 'C.UTF-8'):\n    child = subprocess.run([sys.executable, '-c', code, b'f\\xff'], input=b'a\\xff', env={**os.environ, 'LC_ALL': locale}, capture_output=True)\n    print(child.stdout, child.stderr)",
        ],
    ),
    scene(
        "hashes of texts",
        &[
            "-c",
            "import os, subprocess, sys\ndef hashes(seed):\n    run = lambda: subprocess.run([sys.executable, '-c', 'import sys; print(hash(\"text\") == hash(b\"text\"), hash(\"text\"), sys.flags.hash_randomization)'], env={**os.environ, 'PYTHONHASHSEED': seed}, capture_output=True, text=True).stdout.split()\n    first, second = run(), run()\n    return first[0], first[1] == second[1], first[2]\nprint([hashes(seed) for seed in ('', 'random', '0', '5')])",
        ],
    ),
    scene("surrogates cannot be printed", &["-c", "print('\\ud800')"]),
];

/// The files that the scenes name.
const FILES: &[(&str, &[u8])] = &[
    ("show.py", SHOW.as_bytes()),
    ("inside/show.py", b"import sys; print(sys.argv, sys.path[0].endswith('inside'), __name__)"),
    ("-x.py", b"print('odd')"),
    ("package/__init__.py", b"print('package', __name__)"),
    ("package/__main__.py", b"import sys; print('main of', __package__, __name__, len(sys.argv))"),
    ("package/part.py", b"import sys; print(__package__, __name__, sys.argv[1:], __spec__.name)"),
    ("package/bare/__init__.py", b""),
    ("folder/__main__.py", b"import helper, sys; print(helper.value, __name__, repr(__package__), sys.argv)"),
    ("folder/helper.py", b"value = 'helped'"),
    ("fails.py", b"def f(n):\n    return 1 / n\n\nprint('before')\nf(0)\n"),
    ("shebang.py", b"this is not Python\nprint('second line')"),
    ("latin.py", b"# -*- coding: latin-1 -*-\nprint(ascii('\xe9'))"),
    ("bom.py", b"\xef\xbb\xbfprint(ascii('\xc3\xa9'))"),
    ("crlf.py", b"x = 1\r\nif x:\r\n    print('''a\r\nb''')\rprint('old mac')\r"),
    ("no_encoding.py", b"# coding: nonsense\nprint(1)"),
    ("not_utf8.py", b"print('\xff')"),
    ("binary.py", b"\x7fELF\x00\x01print(1)"),
    ("syntax.py", b"print('never')\nx = (1,\ny = 2\n"),
    (
        "interrupt.py",
        b"import os, signal, time\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(9)\nexcept KeyboardInterrupt as error:\n    print('caught', repr(error))\n",
    ),
];

/// What is printed when nobody reads any more.
const CLOSED_PIPES: &[(&str, &str)] =
    &[("a closed pipe, at once", "print('more', flush=True)"), ("a closed pipe, at the end", "print('more')")];

struct Place(PathBuf);

impl Place {
    fn new() -> Place {
        let place = Place(std::env::temp_dir().join(format!("adder-running-{}", std::process::id())));
        for (path, bytes) in FILES {
            let path = place.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        place
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Both interpreters, or nothing and a word about it.
fn both() -> Option<(PathBuf, PathBuf)> {
    let python = adder_cpython::find_or_skip("the scenes")?;
    let able =
        comparison::run(comparison::adder().args(["-c", "print(1)"]), std::time::Duration::from_secs(60)).unwrap();
    if able.stdout != "1\n" {
        println!("SKIPPED: adder cannot run programs yet: {}", able.stderr.trim_end());
        return None;
    }
    Some((python.to_path_buf(), comparison::adder().get_program().into()))
}

fn command(program: &Path, place: &Path) -> Command {
    let mut command = adder_cpython::clean(Command::new(program));
    command.current_dir(place);
    command
}

/// How a run ended, its output, and its errors with the program's name and place taken out.
fn play(program: &Path, scene: &Scene, place: &Path) -> (String, String, String) {
    let mut command = command(program, place);
    let pipes = command.args(scene.words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    // A child that does not read its input shows that in how it ends.
    let _ = child.stdin.take().unwrap().write_all(scene.input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(program.to_str().unwrap(), "PROGRAM");
    let errors = text(&output.stderr);
    let errors = without_addresses(&errors);
    // The library's frames are packed in one, and lie in a folder in the other.
    let errors = errors.lines().filter(|line| !line.contains("frozen")).collect::<Vec<_>>().join("\n");
    (output.status.to_string(), text(&output.stdout), errors)
}

/// `0x7f31c0` becomes `0x…`.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split("0x");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "0x…" + part.trim_start_matches(|digit: char| digit.is_ascii_hexdigit()))
}

/// How a program ends whose output has lost its reader: it notices at once, or at its end.
fn play_with_closed_pipe(program: &Path, last: &str, place: &Path) -> (String, Option<String>) {
    let code = format!("import sys\nprint('first', flush=True)\nsys.stdin.readline()\n{last}\n");
    let mut command = command(program, place);
    let command = command.args(["-c", &code]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // What cannot be read or written shows in how the child ends.
    let _ = child.stdout.take().unwrap().read_exact(&mut [0; 6]);
    let _ = child.stdin.take().unwrap().write_all(b"the reader is gone\n");
    let output = child.wait_with_output().unwrap();
    (output.status.to_string(), String::from_utf8_lossy(&output.stderr).lines().last().map(str::to_owned))
}

/// Each scene that ends otherwise than in CPython, and how.
fn differences(python: &Path, adder: &Path) -> BTreeMap<&'static str, String> {
    let place = Place::new();
    let zip = "import zipfile\nwith zipfile.ZipFile('archive.zip', 'w') as z: z.write('folder/__main__.py', '__main__.py'); z.write('folder/helper.py', 'helper.py')";
    assert!(command(python, &place.0).args(["-c", zip]).status().unwrap().success());
    let mut differences = BTreeMap::new();
    for scene in SCENES {
        let (theirs, ours) = (play(python, scene, &place.0), play(adder, scene, &place.0));
        let errors_agree =
            if scene.compare_errors { theirs.2 == ours.2 } else { theirs.2.is_empty() == ours.2.is_empty() };
        if (&theirs.0, &theirs.1) != (&ours.0, &ours.1) || !errors_agree {
            differences.insert(scene.name, format!("CPython {theirs:?}\n   adder {ours:?}"));
        }
    }
    for (name, last) in CLOSED_PIPES {
        let (theirs, ours) =
            (play_with_closed_pipe(python, last, &place.0), play_with_closed_pipe(adder, last, &place.0));
        if theirs != ours {
            differences.insert(name, format!("CPython {theirs:?}\n   adder {ours:?}"));
        }
    }
    differences
}

#[test]
fn scenes_end_as_they_do_in_cpython() {
    let Some((python, adder)) = both() else { return };
    let known = comparison::known_failures(&comparison::root().join("tests/programs/known_scenes.txt"));
    let mut surprises = Vec::new();
    let differences = differences(&python, &adder);
    println!("{} of {} scenes differ", differences.len(), SCENES.len() + CLOSED_PIPES.len());
    for (name, difference) in &differences {
        match known.get(*name) {
            Some(reason) => println!("{name}, known ({reason}): {difference}"),
            None => surprises.push(format!("{name}: {difference}")),
        }
    }
    for name in known.keys().filter(|name| !differences.contains_key(name.as_str())) {
        println!("the same as CPython, and listed as a known failure: strike {name} off known_scenes.txt");
    }
    assert!(surprises.is_empty(), "these differ, and are not listed:\n{}", surprises.join("\n"));
}

#[test]
fn the_list_names_scenes() {
    let names: Vec<_> =
        SCENES.iter().map(|scene| scene.name).chain(CLOSED_PIPES.iter().map(|(name, _)| *name)).collect();
    for name in comparison::known_failures(&comparison::root().join("tests/programs/known_scenes.txt")).keys() {
        assert!(names.contains(&name.as_str()), "known_scenes.txt lists {name}, which is not there");
    }
    assert_eq!(without_addresses("<f at 0x7fab> 0x1"), "<f at 0x…> 0x…");
}
