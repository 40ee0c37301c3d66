//! What a ledger at the border is told.

use std::cell::RefCell;
use std::rc::Rc;

use adder_capi::contract::{Contract, Passing};
use adder_capi::ledger::{self, Ledger};

use crate::{Folder, compile, include};

const SOURCE: &str = "
#include <Python.h>

static PyObject *
work(PyObject *self, PyObject *item)
{
    (void)self;
    PyObject *list = PyList_New(1);
    PyList_SetItem(list, 0, Py_NewRef(item));
    PyList_GetItem(list, 7);
    PyErr_Clear();
    PyObject *shown = PyObject_Repr(list);
    Py_DECREF(list);
    double half = PyFloat_AsDouble(shown);
    if (half == -1.0) {
        PyErr_Clear();
    }
    return shown;
}

static PyObject *
shown(PyObject *self, PyObject *args)
{
    (void)self, (void)args;
    return PyUnicode_FromString(\"told\");
}

static PyMethodDef functions[] = {{\"work\", work, METH_O, NULL}, {\"shown\", shown, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED}, {0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = \"told\", .m_methods = functions, .m_slots = slots};
PyMODINIT_FUNC PyInit_told(void) { return PyModuleDef_Init(&definition); }
";

/// One thing that a ledger was told.
#[derive(Debug)]
enum Told {
    Entered(&'static Contract, Vec<usize>),
    Left(&'static Contract, usize),
}

#[derive(Default)]
struct Book(RefCell<Vec<Told>>);

impl Ledger for Book {
    fn entered(&self, contract: &'static Contract, arguments: &[usize]) {
        self.0.borrow_mut().push(Told::Entered(contract, arguments.to_vec()));
    }
    fn left(&self, contract: &'static Contract, result: usize) {
        self.0.borrow_mut().push(Told::Left(contract, result));
    }
}

const PROGRAM: &[u8] = b"
import told
class Item:
    def __repr__(self):
        return told.shown()
told.work(Item())
";

#[test]
fn each_call_is_told_with_its_row() {
    let folder = Folder::new("ledger");
    let source = folder.0.join("told.c");
    std::fs::write(&source, SOURCE).expect("a file");
    compile(&source, &[&include()], &folder.0.join("told.so"), &[]);
    let interpreter = || {
        let path = vec![folder.0.to_string_lossy().into_owned()];
        let vm = adder_vm::Vm::new(adder_vm::Heap::new(), adder_vm::Options { path, ..Default::default() })
            .expect("an interpreter");
        adder_capi::install(&vm);
        vm
    };
    let (watched, other) = (interpreter(), interpreter());
    let book = Rc::new(Book::default());
    ledger::attach(&watched.cx, book.clone());
    assert_eq!(watched.run_source(PROGRAM, "<string>"), adder_vm::Outcome::Exit(0));
    let told = book.0.take();
    let mut open: Vec<(&Contract, &[usize])> = Vec::new();
    let mut calls = Vec::new();
    let mut list = 0;
    for one in &told {
        match one {
            Told::Entered(contract, arguments) => {
                assert_eq!(contract.parameters.len(), arguments.len(), "{}", contract.name);
                calls.push((open.len(), contract.name));
                open.push((contract, arguments));
            }
            Told::Left(contract, result) => {
                let (begun, arguments) = open.pop().expect("it was entered");
                assert!(core::ptr::eq(begun, *contract));
                match (contract.name, result) {
                    ("PyList_New", made) => {
                        assert_eq!((contract.result, arguments), (Passing::New, &[1_usize][..]));
                        list = *made;
                    }
                    ("PyList_SetItem", 0) => {
                        assert_eq!(contract.parameters[2], ("item", Passing::StolenOrNull));
                        assert_eq!(arguments[..2], [list, 0]);
                        assert_ne!(arguments[2], 0);
                    }
                    ("PyList_GetItem", result) => assert_eq!((arguments, *result), (&[list, 7][..], 0)),
                    ("PyObject_Repr", result) => assert!(arguments == [list] && *result != 0),
                    ("PyFloat_AsDouble", bits) => assert_eq!(f64::from_bits(*bits as u64), -1.0),
                    _ => {}
                }
            }
        }
    }
    assert!(open.is_empty());
    let names: Vec<(usize, &str)> = calls.into_iter().skip_while(|(_, name)| *name != "PyList_New").collect();
    let expected = [
        (0, "PyList_New"),
        (0, "PyList_SetItem"),
        (0, "PyList_GetItem"),
        (0, "PyErr_Clear"),
        (0, "PyObject_Repr"),
        // What the program's `__repr__` calls.
        (1, "PyUnicode_FromString"),
        (0, "PyFloat_AsDouble"),
        (0, "PyErr_Clear"),
    ];
    assert_eq!(names, expected);
    // Another interpreter of the thread is not told of, and neither is this one from now on.
    ledger::detach(&watched.cx);
    drop(watched);
    assert_eq!(other.run_source(PROGRAM, "<string>"), adder_vm::Outcome::Exit(0));
    assert!(book.0.borrow().is_empty());
}
