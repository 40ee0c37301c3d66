//! The table of contracts beside what CPython's `Doc/data/refcounts.dat` (main branch, 2025) says. The facts of that file that can
//! differ are noted here: which results are borrowed, and for each argument that is stolen or a place what it gives as the effect.
//! Everything else there is a new result (`+1`) and an argument whose reference stays the caller's.

use adder_capi::contract::{Contract, Passing};

/// Functions whose result has the effect 0 there: borrowed.
const BORROWED: &[&str] = &[
    "PyDict_GetItem",
    "PyDict_GetItemString",
    "PyDict_GetItemWithError",
    "PyDict_SetDefault",
    "PyErr_Occurred",
    "PyEval_GetBuiltins",
    "PyEval_GetFrame",
    "PyEval_GetGlobals",
    "PyEval_GetLocals",
    "PyFunction_GetAnnotations",
    "PyFunction_GetClosure",
    "PyFunction_GetCode",
    "PyFunction_GetDefaults",
    "PyFunction_GetGlobals",
    "PyFunction_GetModule",
    "PyImport_AddModule",
    "PyImport_AddModuleObject",
    "PyImport_GetModuleDict",
    "PyInstanceMethod_Function",
    "PyList_GetItem",
    "PyMethod_Function",
    "PyMethod_Self",
    "PyModuleDef_Init",
    "PyModule_GetDict",
    "PyObject_GC_Resize",
    "PyObject_Init",
    "PyObject_InitVar",
    "PyState_FindModule",
    "PyStructSequence_GetItem",
    "PySys_GetObject",
    "PySys_GetXOptions",
    "PyThreadState_GetDict",
    "PyTuple_GetItem",
    "PyWeakref_GetObject",
];

/// A line of the page: function, parameter (nothing for the result), the effect there, and why it is another here.
pub struct Difference(pub &'static str, pub &'static str, pub &'static str, pub &'static str);

const EFFECT: &str = "the file notes what becomes of the object's count, not who owns the reference afterwards";
const PLACE: &str = "the place is what counts: what is in it is released, and what is put there is the caller's";
const KEPT: &str = "what goes is a reference that the object itself had";
const BIRTH: &str = "the block becomes an object with one reference, and that is the caller's";

/// Where the two say different things. The parameters have the names that they have here.
pub const DIFFERENCES: &[Difference] = &[
    Difference("PyList_SetItem", "item", "0", EFFECT),
    Difference("PyTuple_SetItem", "item", "0", EFFECT),
    Difference("PyStructSequence_SetItem", "*", "0", EFFECT),
    Difference("PyModule_AddObject", "value", "+1", "passes on only if the function succeeds"),
    Difference("PyErr_SetRaisedException", "exception", "0, “stolen”", EFFECT),
    Difference("PyErr_SetExcInfo", "*", "0", EFFECT),
    Difference("PyException_SetCause", "cause", "+1", "takes the reference over, as its description says"),
    Difference("PyException_SetContext", "context", "+1", "takes the reference over, as its description says"),
    Difference("PyErr_Fetch", "*", "0", "what is put into the places is the caller's"),
    Difference("PyErr_GetExcInfo", "*", "+1", "the same in the words of this table"),
    Difference("PyErr_NormalizeException", "*", "+1 ???", PLACE),
    Difference("PyObject_Init", "", "0", BIRTH),
    Difference("PyObject_InitVar", "", "0", BIRTH),
    Difference("PyModuleDef_Init", "", "0", "a definition is static: nothing is counted"),
    Difference("PyContextVar_Reset", "token", "-1", "the caller goes on owning the token"),
    Difference("PyContext_Enter", "*", "+1", "the interpreter holds the context by itself meanwhile"),
    Difference("PyContext_Exit", "*", "-1", KEPT),
    Difference("PySet_Discard", "key", "-1", KEPT),
    Difference("Py_ReprEnter", "object", "+1", "nothing is counted: the address is noted"),
    Difference("Py_ReprLeave", "object", "-1", "nothing is counted: the address is noted"),
    Difference("PyBytes_Concat", "*", "0", PLACE),
    Difference("PyUnicode_Append", "*", "0", PLACE),
    Difference("PyUnicode_InternInPlace", "*", "+1", PLACE),
    Difference("PyUnicode_Resize", "*", "0", PLACE),
    Difference("_PyBytes_Resize", "*", "0", PLACE),
    Difference("_PyTuple_Resize", "*", "0", PLACE),
    Difference("PyIter_NextItem", "*", "+1", "the same in the words of this table"),
    Difference("PyIter_Send", "*", "+1", "the same in the words of this table"),
    Difference("PyWeakref_GetRef", "*", "+1", "the same in the words of this table"),
    Difference("PyContextVar_Get", "*", "+1 ???", "the same in the words of this table"),
    Difference("PyDict_Next", "*", "0", "the same in the words of this table"),
];

/// Stolen in both.
const STOLEN_THERE_TOO: &[&str] = &["PyErr_Restore", "PyBytes_ConcatAndDel", "PyUnicode_AppendAndDel", "Py_DecRef"];

/// What has a borrowed result, steals, or fills a place, and is not in that file. A list, so that nothing gets by unseen.
const NOT_IN_THE_FILE: &str = include_str!("refcounts_unknown.txt");

/// Is this something that the other table could see differently?
fn is_special(passing: Passing) -> bool {
    matches!(
        passing,
        Passing::Stolen
            | Passing::StolenOrNull
            | Passing::StolenOnSuccess
            | Passing::Counted
            | Passing::GivesNew
            | Passing::GivesLent
            | Passing::Replaces
            | Passing::Lent
    )
}

/// What of a row can differ: the names of its parameters, and nothing for the result.
fn special(contract: &Contract) -> impl Iterator<Item = &'static str> {
    let parameters = contract.parameters.iter().filter(|(_, passing)| is_special(*passing)).map(|(name, _)| *name);
    parameters.chain(is_special(contract.result).then_some(""))
}

fn is_noted(contract: &Contract, what: &str) -> bool {
    let name = contract.name;
    let by_hand = DIFFERENCES.iter().any(|it| it.0 == name && (it.1 == what || (it.1 == "*" && !what.is_empty())));
    by_hand
        || (what.is_empty() && BORROWED.contains(&name))
        || (!what.is_empty() && STOLEN_THERE_TOO.contains(&name))
        || NOT_IN_THE_FILE.lines().any(|line| line == name)
}

#[test]
fn what_is_special_in_the_table_was_compared_with_cpythons() {
    let open: Vec<String> = adder_capi::contracts()
        .flat_map(|contract| {
            special(contract).filter(|what| !is_noted(contract, what)).map(|what| format!("{} {what}", contract.name))
        })
        .collect();
    assert!(open.is_empty(), "compare with refcounts.dat, and note what differs:\n{}", open.join("\n"));
    for contract in adder_capi::contracts() {
        let differs = DIFFERENCES.iter().any(|it| it.0 == contract.name && it.1.is_empty());
        if BORROWED.contains(&contract.name) && contract.result != Passing::Lent {
            assert!(differs, "{} is borrowed in refcounts.dat", contract.name);
        }
    }
    for name in NOT_IN_THE_FILE.lines().filter(|line| !line.starts_with('#')) {
        let contract = adder_capi::contracts().find(|contract| contract.name == name);
        assert!(contract.is_some_and(|it| special(it).next().is_some()), "{name} is nothing special");
        assert!(!BORROWED.contains(&name), "{name} is in refcounts.dat");
    }
}
