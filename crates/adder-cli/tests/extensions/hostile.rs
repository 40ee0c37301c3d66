//! C that breaks the rules, and has the documented outcome; what has none is for AddressSanitizer: see `address_sanitizer.rs`.

use adder_objects::Value;

use crate::{Folder, adder, beside_cpython, compile, here, include, run, run_here};

#[test]
fn what_c_must_not_do_has_the_outcome_that_it_has_in_cpython() {
    beside_cpython("hostile");
}

/// A folder with the module `hostile`.
pub(crate) fn module(name: &str) -> Folder {
    let folder = Folder::new(name);
    compile(&here("hostile.c"), &[&include()], &folder.0.join("hostile.so"), &[]);
    folder
}

/// What CPython does not survive: it trusts `tp_traverse`.
#[test]
fn too_many_visits_free_nothing_that_is_held() {
    let folder = module("hostile-visits");
    let program = "
import gc, weakref, hostile
class Seen:
    pass
def check():
    kept = [Seen(), Seen()]
    lying = hostile.Liar(1, kept)
    kept.append(lying)
    lost = hostile.Liar(1, Seen())
    lost.held.liar = lost
    gone = weakref.ref(lost.held)
    del lost
    gc.collect()
    # Whatever was taken for garbage: what is held is no freed memory.
    assert [type(one).__name__ for one in kept][:2] in (['Seen', 'Seen'], []), kept
    # The cycle may be taken for one that is held from outside: then it leaks, until it is cut.
    if gone() is not None:
        gone().liar.held = None
    print(type(lying).__name__, gone() is None)
for _ in range(3):
    check()
gc.collect()
print('done')
";
    let (output, errors, code) = run(&adder(), &folder.0, &["-c", program]);
    assert_eq!((output.as_str(), code), ("Liar True\nLiar True\nLiar True\ndone\n", Some(0)), "{errors}");
}

#[test]
fn a_deallocator_that_raises_is_reported_and_nothing_else_changes() {
    let folder = module("hostile-dealloc");
    let program = "
import sys, hostile
reported = []
sys.unraisablehook = lambda args: reported.append((type(args.exc_value).__name__, str(args.exc_value), args.err_msg))
thing = hostile.Raising()
del thing
print(reported)
def failing():
    thing = hostile.Raising()
    raise KeyError('another')
try:
    failing()
except KeyError as error:
    print(error, error.__context__)
print(len(reported))
";
    let (output, errors, code) = run(&adder(), &folder.0, &["-c", program]);
    let expected =
        "[('ValueError', 'raised by a deallocator', 'Exception ignored in a deallocator')]\n'another' None\n2\n";
    assert_eq!((output.as_str(), code), (expected, Some(0)), "{errors}");
}

/// A function of the C API that panics.
#[unsafe(no_mangle)]
extern "C" fn hostile_panic() -> adder_capi::border::Object {
    adder_capi::border::cross::<Value>("hostile_panic", |_| panic!("planted"))
}

#[test]
fn a_panic_below_c_is_a_system_error() {
    std::hint::black_box(hostile_panic as extern "C" fn() -> _);
    let folder = Folder::new("hostile-panic");
    let source = folder.0.join("panicking.c");
    let text = "#include <Python.h>
extern PyObject *hostile_panic(void);
static PyObject *call(PyObject *self, PyObject *args) { (void)self, (void)args; return hostile_panic(); }
static PyMethodDef functions[] = {{\"call\", call, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = \"panicking\", .m_size = -1, .m_methods = functions};
PyMODINIT_FUNC PyInit_panicking(void) { return PyModule_Create(&definition); }
";
    std::fs::write(&source, text).expect("a file");
    compile(&source, &[&include()], &folder.0.join("panicking.so"), &[]);
    let program = "
import panicking
for _ in range(3):
    try:
        panicking.call()
    except SystemError as error:
        assert str(error) == 'hostile_panic: a panic in Adder: planted', error
    else:
        raise AssertionError('no error')
";
    assert_eq!(run_here(&folder.0, program), adder_vm::Outcome::Exit(0));
}
