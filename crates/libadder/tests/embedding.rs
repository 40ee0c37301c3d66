//! C programs that link `libadder`, compared with what they do with CPython 3.13's library.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where cargo has put the library: beside this test, or a folder higher.
fn library(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this program");
    let deps = test.parent().expect("a folder");
    let found = [deps, deps.parent().expect("a folder")]
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("{name} is neither in {} nor above it", deps.display()))
}

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/embedding").join(name)
}

fn include() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../adder-capi/include")
}

/// A folder that is there while the test runs.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("adder-embedding-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Compiles with these arguments behind the usual ones.
fn compile(source: &Path, include: &Path, to: &Path, more: &[String]) {
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let output = Command::new(compiler)
        .args(["-O1", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(include)
        .arg("-o")
        .arg(to)
        .arg(source)
        .args(more)
        .output()
        .expect("a C compiler");
    assert!(output.status.success(), "{}:\n{}", source.display(), String::from_utf8_lossy(&output.stderr));
}

/// How a program is linked with a library that lies somewhere.
fn linked_with(library: &Path, name: &str) -> Vec<String> {
    let folder = library.parent().expect("a folder").display();
    vec![format!("-L{folder}"), format!("-l{name}"), format!("-Wl,-rpath,{folder}"), "-lpthread".to_owned()]
}

fn run(program: &Path, args: &[&str], folder: &Path) -> (String, String, Option<i32>) {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PYTHON")) {
        command.env_remove(name);
    }
    let output =
        command.args(args).env("PYTHONPATH", folder).env("PYTHONUNBUFFERED", "1").output().expect("the program starts");
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
        output.status.code(),
    )
}

/// CPython's headers and library, if they are here.
fn cpython() -> Option<(PathBuf, PathBuf)> {
    let interpreter = adder_cpython::find_or_skip("embedding beside CPython")?;
    let output = adder_cpython::clean(Command::new(interpreter))
        .args(["-Ic", "import sysconfig as s; print(s.get_path('include')); print(s.get_config_var('LIBDIR'))"])
        .output()
        .expect("CPython starts");
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = output.lines().map(PathBuf::from);
    let (headers, folder) = (lines.next()?, lines.next()?);
    let library = folder.join("libpython3.13.so");
    if headers.join("Python.h").is_file() && library.is_file() {
        return Some((headers, library));
    }
    println!("SKIPPED: embedding beside CPython: its headers or its library are not here");
    None
}

/// Runs a program with both libraries and compares what they write, and their exit codes.
fn beside_cpython(name: &str, args: &[&str]) -> String {
    let folder = Folder::new(name);
    let program = folder.0.join(name);
    compile(&here(&format!("{name}.c")), &include(), &program, &linked_with(&library("libadder.so"), "adder"));
    let (output, errors, code) = run(&program, args, &folder.0);
    if let Some((headers, library)) = cpython() {
        let program = folder.0.join(format!("{name}-cpython"));
        compile(&here(&format!("{name}.c")), &headers, &program, &linked_with(&library, "python3.13"));
        let (theirs, their_errors, their_code) = run(&program, args, &folder.0);
        assert_eq!((&output, code), (&theirs, their_code), "{errors}\n{their_errors}");
    }
    assert!(code.is_some(), "{errors}");
    output
}

#[test]
fn an_interpreter_begins_and_ends_several_times() {
    let output = beside_cpython("several", &[]);
    assert_eq!(output.matches("begun [''] 42 1 The program's own. own [1]").count(), 4, "{output}");
    assert!(output.ends_with("leaving\n"), "{output}");
}

#[test]
fn configurations() {
    let output = beside_cpython("configured", &["-O", "-c", "import sys; print(sys.argv, sys.flags.optimize)", "x"]);
    assert!(output.ends_with("['-c', 'x'] 1\ncode 0 0\n"), "{output}");
}

#[test]
fn a_configuration_by_names() {
    let folder = Folder::new("by_names");
    let program = folder.0.join("by_names");
    compile(&here("by_names.c"), &include(), &program, &linked_with(&library("libadder.so"), "adder"));
    let (output, errors, code) = run(&program, &[], &folder.0);
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(
        output,
        "1 0\n0 1\n0\n-1 1 unknown config option name: nothing\n-1 1 config option type is not int\n0\n0\n0 /here/p\n0 1\n0\n\
         0 2 a b\n0\n0\n2\n0 1\n-1 1\n1 1\n0\n-1 1\n5000\n1\n",
        "{errors}"
    );
}

#[test]
fn a_program_that_is_python_itself_loads_extension_modules() {
    let folder = Folder::new("as_python");
    let program = folder.0.join("as_python");
    compile(&here("as_python.c"), &include(), &program, &linked_with(&library("libadder.so"), "adder"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/c/selection_sort/selection_sort.c");
    let more = ["-shared", "-fPIC"].map(str::to_owned);
    compile(&source, &include(), &folder.0.join("selection_sort.so"), &more);
    let code = "import sys, selection_sort; print(selection_sort.selection_sort([3, 1, 2]), sys.argv); sys.exit(3)";
    let (output, errors, code) = run(&program, &["-c", code, "more"], &folder.0);
    assert_eq!((output.as_str(), code), ("[1, 2, 3] ['-c', 'more']\n", Some(3)), "{errors}");
}

#[test]
fn the_example() {
    let folder = Folder::new("example");
    let program = folder.0.join("embedding");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/c/embedding/embedding.c");
    compile(&source, &include(), &program, &linked_with(&library("libadder.so"), "adder"));
    let (output, errors, code) = run(&program, &[], &folder.0);
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(
        output, "prices: {'tea': 3, 'cake': 4}\ntotal: 17\nan error, as it should be: KeyError\nended\n",
        "{errors}"
    );
}

#[test]
fn a_program_without_a_shared_library() {
    let folder = Folder::new("static");
    let program = folder.0.join("as_python");
    let archive = library("libadder.a").display().to_string();
    // The whole archive and exported, so that extension modules find the functions in the program.
    let more = ["-Wl,--whole-archive", &archive, "-Wl,--no-whole-archive", "-rdynamic", "-ldl", "-lm", "-lpthread"];
    compile(&here("as_python.c"), &include(), &program, &more.map(str::to_owned));
    let (output, errors, code) = run(&program, &["-c", "print(6 * 7)"], &folder.0);
    assert_eq!((output.as_str(), code), ("42\n", Some(0)), "{errors}");
}
