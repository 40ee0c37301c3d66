//! Trees of the standard library's files: those of `ast.parse` are CPython 3.13's, with every place; and code made from a tree is
//! the code made from its text.

mod comparison;

use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Files that a run without `ADDER_TREES=all` looks at.
const SAMPLE: usize = 120;

/// Writes for each file a sum over its tree, or the exception.
const SUMS: &str = r#"
import ast, sys, _md5
def show(node, out):
    if isinstance(node, ast.AST):
        out.append(type(node).__name__)
        for name in node._fields:
            out.append(name)
            show(getattr(node, name, None), out)
        for name in node._attributes:
            out.append(str(getattr(node, name, None)))
    elif isinstance(node, list):
        out.append("[")
        for item in node:
            show(item, out)
        out.append("]")
    else:
        out.append(repr(node))
sys.setrecursionlimit(5000)
sys.stderr = open("/dev/null", "w")
for name in sys.stdin.read().splitlines():
    try:
        with open(name, "rb") as file:
            out = []
            show(ast.parse(file.read()), out)
        print(name, len(out), _md5.md5("\n".join(out).encode("utf-8", "surrogatepass")).hexdigest())
    except Exception as error:
        print(name, type(error).__name__)
"#;

/// Compares code from text with code from its tree: instructions, constants, names; not places, of which a tree has fewer.
const CODES: &str = r#"
import ast, sys
PARTS = ("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_qualname", "co_flags",
         "co_firstlineno", "co_argcount", "co_posonlyargcount", "co_kwonlyargcount")
def differs(a, b):
    for part in PARTS:
        if getattr(a, part) != getattr(b, part):
            return a.co_qualname + "." + part
    if len(a.co_consts) != len(b.co_consts):
        return a.co_qualname + ".co_consts"
    for x, y in zip(a.co_consts, b.co_consts):
        if type(x) is type(y) is type(a):
            found = differs(x, y)
            if found:
                return found
        elif type(x) != type(y) or x != y and x == x:
            return "%s: %r, %r" % (a.co_qualname, x, y)
sys.stderr = open("/dev/null", "w")
for name in sys.stdin.read().splitlines():
    try:
        with open(name, "rb") as file:
            source = file.read()
        text = compile(source, name, "exec", dont_inherit=True)
    except SyntaxError:
        continue
    print(name, differs(text, compile(ast.parse(source), name, "exec", dont_inherit=True)))
"#;

/// Files of the standard library of an installed CPython: every so many, or all.
fn files(python: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![adder_cpython::library(python)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the library").flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() && name != "site-packages" && name != "__pycache__" {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "py") {
                found.push(path);
            }
        }
    }
    found.sort();
    if std::env::var("ADDER_TREES").is_ok_and(|wanted| wanted == "all") {
        return found;
    }
    let every = found.len().div_ceil(SAMPLE).max(1);
    found.into_iter().step_by(every).collect()
}

/// What a script writes about these files.
fn said(mut command: std::process::Command, script: &str, files: &[PathBuf]) -> String {
    use std::io::Write;
    let mut names = String::new();
    for file in files {
        names.push_str(&format!("{}\n", file.display()));
    }
    command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = command.spawn().expect("the interpreter starts");
    child.stdin.take().expect("asked for").write_all(names.as_bytes()).expect("it reads the names");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{command:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn trees_are_those_of_cpython() {
    let Some(python) = adder_cpython::find_or_skip("trees of its library") else { return };
    let files = files(python);
    assert!(files.len() >= 100, "the library has more files than {}", files.len());
    let expected = said(adder_cpython::clean(std::process::Command::new(python)), SUMS, &files);
    let found = said(comparison::adder(), SUMS, &files);
    let pairs = expected.lines().zip(found.lines());
    let wrong: Vec<String> = pairs.filter(|(a, b)| a != b).map(|(a, b)| format!("{a}\n  {b}")).collect();
    assert_eq!(expected.lines().count(), found.lines().count());
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}

#[test]
fn code_from_trees_is_code_from_text() {
    let Some(python) = adder_cpython::find_or_skip("code of its library") else { return };
    let files = files(python);
    let found = said(comparison::adder(), CODES, &files);
    let wrong: Vec<&str> = found.lines().filter(|line| !line.ends_with(" None")).collect();
    assert!(found.lines().count() >= 100, "only {} files compile", found.lines().count());
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}
