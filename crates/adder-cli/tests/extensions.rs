//! Extension modules written in C: compiled against `Python.h`, imported, and compared with what CPython 3.13 does with the same
//! source.

use std::path::{Path, PathBuf};
use std::process::Command;

use adder_cpython::find_or_skip;

#[path = "extensions/address_sanitizer.rs"]
mod address_sanitizer;
#[path = "extensions/counts/mod.rs"]
mod counts;
#[path = "extensions/hostile.rs"]
mod hostile;
#[path = "extensions/ledger.rs"]
mod ledger;
#[path = "extensions/refcounts.rs"]
mod refcounts;
#[path = "extensions/table.rs"]
mod table;

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/extensions").join(name)
}

/// Compiles a file to a module for Adder.
fn compile(source: &Path, includes: &[&Path], to: &Path, more: &[&str]) {
    compile_with(source, includes, to, more, address_sanitizer::flags());
}

/// Compiles a file to a module; `last` stands behind the file.
fn compile_with(source: &Path, includes: &[&Path], to: &Path, more: &[&str], last: &[&str]) {
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let mut command = Command::new(compiler);
    command.args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]).args(more);
    for include in includes {
        command.arg("-I").arg(include);
    }
    let output = command.arg("-o").arg(to).arg(source).args(last).output().expect("a C compiler");
    assert!(output.status.success(), "{}:\n{}", source.display(), String::from_utf8_lossy(&output.stderr));
}

/// Where `Python.h` is.
fn include() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../adder-capi/include")
}

/// A folder that is there while the test runs.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("adder-extensions-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a program writes with the modules of a folder.
fn run(interpreter: &Path, folder: &Path, args: &[&str]) -> (String, String, Option<i32>) {
    let output = Command::new(interpreter)
        .args(args)
        .env("PYTHONPATH", folder)
        .env_remove("PYTHONHOME")
        .output()
        .expect("the interpreter starts");
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
        output.status.code(),
    )
}

fn adder() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_adder"))
}

/// The folder of CPython's headers; says so where there is none.
fn cpythons_headers(what: &str) -> Option<PathBuf> {
    let cpython = find_or_skip(what)?;
    let output = adder_cpython::clean(Command::new(cpython))
        .args(["-Ic", "import sysconfig; print(sysconfig.get_path('include'))"])
        .output()
        .expect("CPython starts");
    let headers = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    if !headers.join("Python.h").is_file() {
        println!("SKIPPED: {what}: its headers are not here");
        return None;
    }
    Some(headers)
}

/// Compiles `NAME.c`, runs `NAME_program.py` with it, and compares what it writes with `NAME_program.out`: with Adder, and with CPython
/// where that is to be had.
fn beside_cpython(name: &str) {
    let (source, program) = (here(&format!("{name}.c")), here(&format!("{name}_program.py")));
    let (module, program) = (format!("{name}.so"), program.to_str().expect("UTF-8"));
    let folder = Folder::new(name);
    compile(&source, &[&include()], &folder.0.join(&module), &[]);
    let (output, errors, code) = run(&adder(), &folder.0, &[program]);
    assert_eq!(code, Some(0), "{output}{errors}");
    let expected = std::fs::read_to_string(here(&format!("{name}_program.out"))).expect("what CPython writes");
    assert_eq!(output, expected, "{errors}");
    let Some(headers) = cpythons_headers("extension modules beside CPython") else { return };
    let Some(cpython) = find_or_skip("extension modules beside CPython") else { return };
    let theirs = Folder::new(&format!("{name}-cpython"));
    // What is deprecated there is compared all the same; its inline functions have parameters that they do not use.
    let quiet = ["-Wno-deprecated-declarations", "-Wno-unused-parameter"];
    compile_with(&source, &[&headers], &theirs.0.join(&module), &quiet, &[]);
    let (output, errors, _) = run(cpython, &theirs.0, &[program]);
    assert_eq!(output, expected, "{errors}");
}

#[test]
fn a_module_with_types_of_several_kinds() {
    beside_cpython("kinds");
}

#[test]
fn private_names_that_modules_use() {
    beside_cpython("private_names");
}

#[test]
fn bytes_and_files() {
    beside_cpython("bytes");
}

#[test]
fn codings() {
    beside_cpython("codings");
}

#[test]
fn native_threads() {
    beside_cpython("native_threads");
}

#[test]
fn text() {
    beside_cpython("text");
}

#[test]
fn buffers() {
    beside_cpython("buffers");
}

#[test]
fn objects() {
    beside_cpython("objects");
}

#[test]
fn types_of_many_kinds() {
    beside_cpython("kinds_of_types");
}

#[test]
fn modules_and_their_state() {
    beside_cpython("module_states");
}

#[test]
fn arguments_and_values() {
    beside_cpython("arguments");
}

#[test]
fn ints_floats_and_complex_numbers() {
    beside_cpython("numeric");
}

#[test]
fn sequences_mappings_and_iteration() {
    beside_cpython("protocols");
}

#[test]
fn lists_tuples_dicts_and_sets() {
    beside_cpython("containers");
}

#[test]
fn errors_and_warnings() {
    beside_cpython("errors");
}

#[test]
fn dates_and_times() {
    beside_cpython("dates");
}

#[test]
fn the_running_interpreter() {
    beside_cpython("running");
}

#[test]
fn every_standard_of_c_takes_the_header() {
    let folder = Folder::new("standards");
    let source = folder.0.join("empty.c");
    std::fs::write(&source, "#include <Python.h>\nint the_answer(void) { return 42; }\n").expect("a file");
    for standard in ["-std=c99", "-std=c11", "-std=c17"] {
        compile(&source, &[&include()], &folder.0.join("empty.so"), &[standard, "-pedantic", "-D_DEFAULT_SOURCE"]);
    }
    compile(&source, &[&include()], &folder.0.join("empty.so"), &["-xc++", "-std=c++17", "-pedantic"]);
}

#[test]
fn what_is_no_extension_module_is_an_import_error() {
    let folder = Folder::new("wrong");
    std::fs::write(folder.0.join("garbage.so"), b"no shared object").expect("a file");
    let source = folder.0.join("mute.c");
    std::fs::write(&source, "int nothing(void) { return 0; }\n").expect("a file");
    compile(&source, &[&include()], &folder.0.join("mute.so"), &[]);
    let source = folder.0.join("failing.c");
    std::fs::write(&source, "#include <Python.h>\nPyMODINIT_FUNC PyInit_failing(void) { return NULL; }\n")
        .expect("a file");
    compile(&source, &[&include()], &folder.0.join("failing.so"), &[]);
    let source = folder.0.join("alien.c");
    std::fs::write(&source, "void *PyInit_alien(void) { return 0; }\n").expect("a file");
    compile(&source, &[&include()], &folder.0.join("alien.so"), &[]);
    let program = "for name in ('garbage', 'mute', 'failing', 'alien'):\n    try:\n        __import__(name)\n    except Exception as error:\n        print(type(error).__name__, getattr(error, 'name', None), str(error).split('/')[-1])\n";
    let (output, errors, code) = run(&adder(), &folder.0, &["-c", program]);
    assert_eq!(code, Some(0), "{errors}");
    let lines: Vec<&str> = output.lines().collect();
    assert!(lines[0].starts_with("ImportError garbage garbage.so: "), "{output}");
    assert_eq!(lines[1], "ImportError mute dynamic module does not define module export function (PyInit_mute)");
    assert_eq!(lines[2], "SystemError None initialization of failing failed without raising an exception");
    assert!(
        lines[3].starts_with("ImportError alien module alien cannot be loaded: it was built for another Python"),
        "{output}"
    );
}

#[test]
fn a_failed_import_shows_no_frames_of_importlib() {
    let folder = Folder::new("frames");
    std::fs::write(folder.0.join("garbage.so"), b"no shared object").expect("a file");
    std::fs::write(folder.0.join("inner.py"), "import garbage\n").expect("a file");
    let source = folder.0.join("raising.c");
    let text = "#include <Python.h>
static int run(PyObject *module) { (void)module; PyErr_SetString(PyExc_ValueError, \"of exec\"); return -1; }
static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)run}, {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = \"raising\", .m_slots = slots};
PyMODINIT_FUNC PyInit_raising(void) { return PyModuleDef_Init(&definition); }
";
    std::fs::write(&source, text).expect("a file");
    compile(&source, &[&include()], &folder.0.join("raising.so"), &[]);
    let program = "import traceback\nfor name in ('garbage', 'inner', 'raising'):\n    try:\n        __import__(name)\n    \
                   except Exception as error:\n        print(name, [row.name for row in traceback.extract_tb(error.__traceback__)])\n";
    let (output, errors, code) = run(&adder(), &folder.0, &["-c", program]);
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(output, "garbage ['<module>']\ninner ['<module>', '<module>']\nraising ['<module>']\n");
}

#[test]
fn the_state_of_a_module_ends_with_the_interpreter() {
    let folder = Folder::new("ends");
    let source = folder.0.join("ends.c");
    // In one phase: it is found by its definition, and so lives on without a name.
    let text = "#include <Python.h>
typedef struct { PyObject *held; } State;
static void end(void *module) {
    State *state = PyModule_GetState((PyObject *)module);
    printf(\"ends %d\\n\", state->held != NULL);
    Py_CLEAR(state->held);
    fflush(stdout);
}
static PyTypeObject Held = {PyVarObject_HEAD_INIT(NULL, 0) .tp_name = \"ends.Held\", .tp_basicsize = sizeof(PyObject), .tp_new = PyType_GenericNew};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = \"ends\", .m_size = sizeof(State), .m_free = end};
PyMODINIT_FUNC PyInit_ends(void) {
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL && PyModule_AddType(module, &Held) == 0) {
        ((State *)PyModule_GetState(module))->held = PyObject_CallNoArgs((PyObject *)&Held);
    }
    return module;
}
";
    std::fs::write(&source, text).expect("a file");
    compile(&source, &[&include()], &folder.0.join("ends.so"), &[]);
    let program = "import sys, ends\ndel sys.modules['ends'], ends\nprint('the last line', flush=True)";
    let (output, errors, code) = run(&adder(), &folder.0, &["-c", program]);
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(output, "the last line\nends 1\n");
}

#[test]
fn the_selection_sort_of_the_examples() {
    let folder = Folder::new("sort");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/c/selection_sort/selection_sort.c");
    compile(&source, &[&include()], &folder.0.join("selection_sort.so"), &[]);
    let program = "
from selection_sort import selection_sort
import gc, random, sys
numbers = [random.randrange(-1000, 1000) for _ in range(200)] + [2**40, -2**62, 2**62]
print(selection_sort(numbers) == sorted(numbers), selection_sort([]), selection_sort([3, 1, 2]))
for wrong in ((1, 2), [1, 'x'], [2**70]):
    try:
        selection_sort(wrong)
    except (TypeError, OverflowError) as error:
        print(type(error).__name__, error)
small = [5, 3, 10**6]
def both():
    selection_sort(small)
    try:
        selection_sort([1, None])
    except TypeError:
        pass
for _ in range(1000):
    both()
gc.collect()
before = sys.getallocatedblocks()
for _ in range(50_000):
    both()
gc.collect()
print(sys.getallocatedblocks() - before <= 2)
";
    // What C allocates is no block of the heap: 160 kB a call that would be seen in the process. AddressSanitizer keeps back what is freed.
    let memory = "
from selection_sort import selection_sort
import resource
failing = [1] * 20_000 + [None]
def fail():
    try:
        selection_sort(failing)
    except TypeError:
        pass
fail()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(500):
    fail()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000)
";
    let (output, errors, code) = run(&adder(), &folder.0, &["-c", program]);
    assert_eq!(code, Some(0), "{errors}");
    assert_eq!(
        output,
        "True [] [1, 2, 3]\nTypeError a list is required, not tuple\nTypeError item 1 must be an int, not str\n\
         OverflowError Python int too large to convert to C long\nTrue\n"
    );
    if !address_sanitizer::is_here() {
        let (output, errors, code) = run(&adder(), &folder.0, &["-c", memory]);
        assert_eq!((output.as_str(), code), ("True\n", Some(0)), "{errors}");
    }
}

/// Runs a program in an interpreter of its own within this process.
fn run_here(folder: &Path, program: &str) -> adder_vm::Outcome {
    let path = vec![folder.to_string_lossy().into_owned()];
    let vm = adder_vm::Vm::new(adder_vm::Heap::new(), adder_vm::Options { path, ..Default::default() })
        .expect("an interpreter");
    adder_capi::install(&vm);
    vm.run_source(program.as_bytes(), "<string>")
}

#[test]
fn a_second_interpreter_gets_only_what_is_made_for_it() {
    let folder = Folder::new("interpreters");
    compile(&here("kinds.c"), &[&include()], &folder.0.join("kinds.so"), &[]);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/c/selection_sort/selection_sort.c");
    compile(&source, &[&include()], &folder.0.join("selection_sort.so"), &[]);
    let both = "import selection_sort; assert selection_sort.selection_sort([2, 1]) == [1, 2]\n";
    let first = format!("{both}import kinds; assert len(kinds.Pair()) == 2");
    assert_eq!(run_here(&folder.0, &first), adder_vm::Outcome::Exit(0));
    let second = format!(
        "{both}try:\n    import kinds\nexcept ImportError as error:\n    assert str(error) == 'module kinds does not support loading in subinterpreters', error\nelse:\n    raise AssertionError('imported')"
    );
    assert_eq!(run_here(&folder.0, &second), adder_vm::Outcome::Exit(0));
}

/// What comes behind the parameters that have names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Behind {
    Nothing,
    Arguments,
    List,
}

/// A module of which each import counts, with the slots given (none: made in one phase).
fn counting_module(folder: &Path, name: &str, slots: Option<&str>) {
    let end = match slots {
        None => "return PyModule_Create(&definition);",
        Some(_) => "return PyModuleDef_Init(&definition);",
    };
    let slots = slots.map_or(String::new(), |slots| {
        format!("static PyModuleDef_Slot slots[] = {{{slots} {{0, NULL}}}};\n#define SLOTS .m_slots = slots,\n")
    });
    let source = format!(
        "#include <Python.h>\n{slots}#ifndef SLOTS\n#define SLOTS\n#endif\nstatic PyObject *\ntwice(PyObject *self, PyObject *arg)\n{{\n    \
         (void)self;\n    return PyNumber_Add(arg, arg);\n}}\nstatic PyMethodDef methods[] = {{{{\"twice\", twice, METH_O, NULL}}, {{NULL, \
         NULL, 0, NULL}}}};\nstatic struct PyModuleDef definition = {{PyModuleDef_HEAD_INIT, .m_name = \"{name}\", SLOTS .m_methods = \
         methods}};\nPyMODINIT_FUNC\nPyInit_{name}(void)\n{{\n    {end}\n}}\n"
    );
    let file = folder.join(format!("{name}.c"));
    std::fs::write(&file, source).expect("a file");
    compile(&file, &[&include()], &folder.join(format!("{name}.so")), &[]);
}

#[test]
fn modules_of_each_kind_in_two_interpreters_on_two_threads() {
    let folder = Folder::new("two-threads");
    counting_module(&folder.0, "of_one_phase", None);
    counting_module(&folder.0, "of_two_phases", Some(""));
    let each = "{Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},";
    counting_module(&folder.0, "for_each", Some(each));
    let program = "
import sys, threading, time
bits = 0
for bit, name in ((1, 'of_one_phase'), (2, 'of_two_phases'), (4, 'for_each')):
    try:
        module = __import__(name)
    except ImportError as error:
        assert str(error) == f'module {name} does not support loading in subinterpreters', error
        continue
    bits |= bit
    done = []
    def work():
        for at in range(2000):
            assert module.twice(at) == 2 * at and module.twice('a') == 'aa'
        done.append(1)
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 3
sys.exit(bits)
";
    for _ in 0..3 {
        // Each round has interpreters of its own, but the files are the process's: in the first round they are taken.
        let both: Vec<u8> = std::thread::scope(|scope| {
            let threads = [0, 1].map(|_| {
                scope.spawn(|| match run_here(&folder.0, program) {
                    adder_vm::Outcome::Exit(bits) => bits,
                    other => panic!("{other:?}"),
                })
            });
            threads.into_iter().map(|thread| thread.join().expect("it runs")).collect()
        });
        assert!(both.iter().all(|bits| bits & 4 != 0), "{both:?}");
        assert!(both[0] & both[1] & 3 == 0, "one module was made for two interpreters: {both:?}");
    }
}

/// What the headers declare: names of functions with the number of their parameters, and what comes behind them.
fn declared() -> Vec<(String, usize, Behind)> {
    table::declarations().into_iter().map(|it| (it.name, it.parameters, it.behind)).collect()
}

#[test]
fn the_headers_declare_what_the_table_says() {
    use adder_capi::contract::More;
    let declared = declared();
    for contract in adder_capi::contracts() {
        let found = declared.iter().find(|(name, ..)| name == contract.name);
        let Some((_, count, behind)) = found else {
            assert_eq!(contract.name, "Py_Is", "{} is declared nowhere", contract.name);
            continue;
        };
        assert_eq!(*count, contract.parameters.len(), "{}: its parameters", contract.name);
        let more = match contract.more {
            More::Nothing => Behind::Nothing,
            More::Arguments(_) => Behind::Arguments,
            More::List(_) => Behind::List,
        };
        assert_eq!(*behind, more, "{}: what comes behind its parameters", contract.name);
    }
    for (name, _, behind) in &declared {
        let has_row = || adder_capi::contracts().any(|contract| contract.name == name);
        assert!(*behind == Behind::Nothing || has_row(), "{name}, which takes variable arguments, has no row");
    }
    assert!(adder_capi::contracts().count() > 150);
}

/// The names that `absent.h` lists.
fn absent() -> Vec<String> {
    let header = std::fs::read_to_string(include().join("adder/absent.h")).expect("the header");
    let listed = header.lines().filter_map(|line| line.strip_prefix("ADDER_ABSENT(")?.strip_suffix(')'));
    listed.map(str::to_owned).collect()
}

#[test]
fn what_is_absent_is_an_error_of_the_compiler_with_its_name() {
    let declared = declared();
    let absent = absent();
    assert!(!absent.is_empty());
    for name in &absent {
        assert!(!declared.iter().any(|(it, ..)| it == name), "{name} is declared and listed as absent");
    }
    let folder = Folder::new("absent");
    let source = folder.0.join("absent.c");
    std::fs::write(&source, format!("#include <Python.h>\nvoid *it(void) {{ return {}(0, 1); }}\n", absent[0]))
        .expect("a file");
    for language in ["c", "c++"] {
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        let mut command = Command::new(compiler);
        command.args(["-c", "-x", language, "-o"]).arg(folder.0.join("absent.o")).arg("-I").arg(include()).arg(&source);
        let output = command.output().expect("a C compiler");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && errors.contains(&format!("Adder does not have {}", absent[0])), "{errors}");
    }
}

/// What CPython's headers declare is declared here or listed as absent, except for what only Windows has.
#[test]
fn what_cpython_declares_is_here_or_absent() {
    let Some(theirs) = cpythons_headers("what CPython declares") else { return };
    let mut known: Vec<String> = declared().into_iter().map(|(name, ..)| name).chain(absent()).collect();
    // Macros and inline functions here.
    for folder in [include(), include().join("adder")] {
        for entry in std::fs::read_dir(folder).expect("the headers").filter_map(Result::ok) {
            let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
            let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            known.extend(text.split(word).filter(|word| word.starts_with("Py")).map(str::to_owned));
        }
    }
    known.sort_unstable();
    let mut missing = Vec::new();
    for folder in [theirs.clone(), theirs.join("cpython")] {
        for entry in std::fs::read_dir(folder).expect("its headers").filter_map(Result::ok) {
            let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
            for declaration in text.split("\nPyAPI_FUNC(").skip(1) {
                let declaration = declaration.split(';').next().unwrap_or_default();
                let Some((_, rest)) = declaration.split_once(')') else { continue };
                let name = rest.split('(').next().unwrap_or_default().trim().trim_start_matches('*').trim();
                let windows = ["Windows", "MBCS", "CodePage"].iter().any(|word| name.contains(word));
                if name.starts_with("Py") && !windows && known.binary_search_by(|it| it.as_str().cmp(name)).is_err() {
                    missing.push(name.to_owned());
                }
            }
        }
    }
    assert!(missing.is_empty(), "declare these, or list them in absent.h: {missing:?}");
}

#[test]
fn every_declared_function_is_there() {
    let folder = Folder::new("declared");
    let names: Vec<String> = declared().into_iter().map(|(name, ..)| name).collect();
    let mut source = String::from("#include <Python.h>\n#undef Py_REFCNT\n#undef Py_InitModule3\nvoid *every[] = {\n");
    for name in &names {
        source.push_str(&format!("    (void *){name},\n"));
    }
    source.push_str("};\nstatic PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = \"declared\"};\n");
    source.push_str("__attribute__((visibility(\"default\"))) PyObject *PyInit_declared(void) { return PyModule_Create(&definition); }\n");
    let file = folder.0.join("declared.c");
    std::fs::write(&file, source).expect("a file");
    compile(&file, &[&include()], &folder.0.join("declared.so"), &["-DADDER_PY2", "-Wl,-z,now"]);
    let (output, errors, code) = run(&adder(), &folder.0, &["-c", "import declared; print(declared.__name__)"]);
    assert_eq!((code, output.as_str()), (Some(0), "declared\n"), "{errors}");
    assert!(names.len() > 150);
}

#[test]
fn the_seeds_program_sorts() {
    let folder = Folder::new("seed");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/c/selection_sort/seed.c");
    compile(&source, &[&include()], &folder.0.join("selectionSort.so"), &["-DADDER_PY2"]);
    let program = "import selectionSort; print(selectionSort.selectionSort([3, 1, 2]), selectionSort.__doc__)\ntry:\n    selectionSort.selectionSort(1, 2)\nexcept TypeError as error:\n    print(type(error).__name__)";
    let (output, errors, code) = run(&adder(), &folder.0, &["-c", program]);
    assert_eq!(code, Some(0), "{errors}");
    // What C prints is written when the process ends.
    assert_eq!(output, "[1, 2, 3] Extension module example!\nTypeError\nNot a list\n");
}
