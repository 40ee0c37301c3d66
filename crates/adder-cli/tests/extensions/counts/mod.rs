//! The counts before and after each call of a function of the C API, against the table of contracts: see `counts.h`.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{CStr, c_char, c_int};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

use adder_capi::contract::{Contract, More, Passing};
use adder_capi::failures::{WHATEVER, failures};
use adder_gc::raw;
use adder_objects::Cx;

use crate::{Folder, compile, here, include};

thread_local! {
    /// Requests for memory since the last call of `refuse`.
    static ASKED: Cell<usize> = const { Cell::new(0) };
    /// The request that is refused; and are all behind it?
    static REFUSED: Cell<(usize, bool)> = const { Cell::new((0, false)) };
    static RAISED: RefCell<BTreeSet<Raised>> = const { RefCell::new(BTreeSet::new()) };
    static PROBLEMS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// What a function raised in a run of a case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Raised {
    /// The function.
    pub function: String,
    /// The exception's class.
    pub class: String,
    /// Its text.
    pub text: String,
    /// What was done to make it raise: `case` is what the case says, `memory` that a request was refused, `NULL`, `wrong` and `code`
    /// that there was NULL, something of a wrong class, or what raises ValueError in place of an object.
    pub how: String,
    /// That object.
    pub object: Option<usize>,
}

/// `struct hooks` of `counts.h`.
#[repr(C)]
struct Hooks {
    refuse: extern "C" fn(usize, c_int),
    refused: extern "C" fn() -> c_int,
    figures: unsafe extern "C" fn(*mut usize, *mut usize),
    collect: extern "C" fn(),
    problem: unsafe extern "C" fn(*const c_char),
    raised: unsafe extern "C" fn(*const c_char, *const c_char, *const c_char, *const c_char, c_int),
}

static HOOKS: Hooks = Hooks { refuse, refused, figures, collect, problem, raised };

extern "C" fn refuse(from: usize, all: c_int) {
    ASKED.set(0);
    REFUSED.set((from, all != 0));
}

extern "C" fn refused() -> c_int {
    let (from, _) = REFUSED.get();
    (from != 0 && ASKED.get() >= from).into()
}

unsafe extern "C" fn figures(blocks: *mut usize, bytes: *mut usize) {
    let stats = Cx::current().heap.stats();
    // SAFETY: places of the driver's.
    unsafe {
        blocks.write(stats.objects);
        bytes.write(stats.object_bytes + stats.charged_bytes);
    }
}

extern "C" fn collect() {
    let cx = Cx::current();
    // The exception that is kept for when there is no memory at all holds on to what it gathered until it is needed again.
    refuse(1, 1);
    drop(cx.no_memory());
    refuse(0, 0);
    cx.release_spent();
    cx.heap.collect();
}

unsafe extern "C" fn problem(text: *const c_char) {
    // SAFETY: a text of the driver's.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned();
    PROBLEMS.with_borrow_mut(|problems| problems.push(text));
}

unsafe extern "C" fn raised(
    function: *const c_char,
    class: *const c_char,
    text: *const c_char,
    how: *const c_char,
    object: c_int,
) {
    // SAFETY: texts of the driver's.
    let [function, class, text, how] =
        [function, class, text, how].map(|it| unsafe { CStr::from_ptr(it) }.to_string_lossy().into_owned());
    let object = usize::try_from(object).ok();
    RAISED.with_borrow_mut(|all| all.insert(Raised { function, class, text, how, object }));
}

unsafe fn asked(_: *const (), _: usize) -> bool {
    let (from, all) = REFUSED.get();
    if from == 0 {
        return true;
    }
    let asked = ASKED.get() + 1;
    ASKED.set(asked);
    !(asked == from || all && asked > from)
}

unsafe fn born(_: *const (), _: usize, _: usize) {}
unsafe fn died(_: *const (), _: usize) {}

/// The table, as the driver reads it.
fn rows() -> String {
    let name = |passing| match passing {
        Passing::Plain => "PLAIN",
        Passing::Borrowed | Passing::BorrowedOrNull => "BORROWED",
        Passing::Stolen | Passing::StolenOrNull => "STOLEN",
        Passing::StolenOnSuccess => "STOLEN_ON_SUCCESS",
        Passing::Counted => "COUNTED",
        Passing::GivesNew | Passing::Replaces => "GIVES_NEW",
        Passing::GivesLent => "GIVES_LENT",
        Passing::New => "NEW",
        Passing::NewOrNull => "NEW_OR_NULL",
        Passing::Lent => "LENT",
        Passing::Status => "STATUS",
        Passing::Success => "SUCCESS",
        Passing::Null => "ALWAYS_NULL",
    };
    let mut text = String::from("static const struct row rows[] = {\n");
    for contract in adder_capi::contracts() {
        let nullable = contract.parameters.iter().enumerate().filter(|(_, (_, passing))| {
            matches!(passing, Passing::BorrowedOrNull | Passing::StolenOrNull | Passing::StolenOnSuccess)
        });
        let nullable = nullable.fold(0, |bits, (at, _)| bits | 1 << at);
        let passing: Vec<&str> = contract.parameters.iter().map(|(_, passing)| name(*passing)).collect();
        let result = name(contract.result);
        writeln!(
            text,
            "    {{\"{}\", {result}, {}, {{{}}}, {nullable}, {}, {}}},",
            contract.name,
            passing.len(),
            if passing.is_empty() { "PLAIN".to_owned() } else { passing.join(", ") },
            u8::from(contract.guarded),
            u8::from(contract.more != More::Nothing)
        )
        .expect("a string takes all");
    }
    text + "};\n"
}

/// What the cases of an area showed.
struct Shown {
    problems: Vec<String>,
    raised: BTreeSet<Raised>,
}

/// Runs the cases of an area: `counts/AREA.c`.
fn run(area: &str) -> Shown {
    let folder = Folder::new(&format!("counts-{area}"));
    std::fs::write(folder.0.join("counts_rows.h"), rows()).expect("a file");
    let name = format!("counts_{area}");
    let init = format!("-DCOUNTS_INIT=PyInit_{name}");
    let from = here("counts");
    compile(
        &from.join(format!("{area}.c")),
        &[&include(), &folder.0, &from],
        &folder.0.join(format!("{name}.so")),
        &["-std=gnu11", "-g", &init],
    );
    let path = vec![folder.0.to_string_lossy().into_owned(), from.to_string_lossy().into_owned()];
    let vm = adder_vm::Vm::new(adder_vm::Heap::new(), adder_vm::Options { path, ..Default::default() })
        .expect("an interpreter");
    adder_capi::install(&vm);
    let watcher = raw::Watcher { data: core::ptr::null(), born, died, asked: Some(asked) };
    // SAFETY: the functions count, and touch nothing of the heap.
    unsafe { raw::watch(&vm.cx.heap, Some(watcher)) };
    let program = format!(
        "import gc, {name} as counts, counts_fixtures as fixtures\nimport importlib, pkgutil, sys, traceback, warnings\ngc.disable()\nspace = {{**vars(fixtures), 'eval': eval}}\ncounts.run({}, space)\n",
        (&raw const HOOKS).addr()
    );
    let outcome = vm.run_source(program.as_bytes(), "<string>");
    // SAFETY: nobody is told any more.
    unsafe { raw::watch(&vm.cx.heap, None) };
    let mut problems = PROBLEMS.take();
    if outcome != adder_vm::Outcome::Exit(0) {
        problems.push(format!("the program ended with {outcome:?}"));
    }
    Shown { problems, raised: RAISED.take() }
}

/// The areas whose cases change what is the process's: each runs in a process of its own.
const ALONE: &[&str] = &["process"];

/// The variable of the environment that says to such a process where it leaves what its cases showed.
const LEAVES: &str = "ADDER_COUNTS_LEAVES";

/// Runs the cases of an area in a process of their own.
fn run_alone(area: &str) -> Shown {
    if let Some(file) = std::env::var_os(LEAVES) {
        let shown = run(area);
        let problems = shown.problems.iter().map(|problem| format!("problem\t{}\n", problem.escape_debug()));
        let raised = shown.raised.iter().map(|it| {
            let object = it.object.map_or(String::new(), |object| object.to_string());
            format!("raised\t{}\t{}\t{}\t{}\t{object}\n", it.function, it.class, it.text.escape_debug(), it.how)
        });
        std::fs::write(file, problems.chain(raised).collect::<String>()).expect("a file");
        return shown;
    }
    let folder = Folder::new(&format!("counts-{area}-alone"));
    let file = folder.0.join("shown.txt");
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", &format!("counts::{area}")])
        .env(LEAVES, &file)
        .output()
        .expect("a process");
    let mut shown = Shown { problems: Vec::new(), raised: BTreeSet::new() };
    for line in std::fs::read_to_string(&file).unwrap_or_default().lines() {
        match line.split('\t').collect::<Vec<_>>()[..] {
            ["problem", text] => shown.problems.push(text.to_owned()),
            ["raised", function, class, text, how, object] => {
                let [function, class, text, how] = [function, class, text, how].map(str::to_owned);
                shown.raised.insert(Raised { function, class, text, how, object: object.parse().ok() });
            }
            _ => shown.problems.push(format!("the process left: {line}")),
        }
    }
    if !output.status.success() && shown.problems.is_empty() {
        let (output, status) = (String::from_utf8_lossy(&output.stderr).into_owned(), output.status);
        shown.problems.push(format!("its process ended with {status}:\n{output}"));
    }
    shown
}

/// The cases of an area run once in a process.
fn shown_by(area: &'static str) -> &'static Shown {
    static ALL: Mutex<BTreeMap<&str, &OnceLock<Shown>>> = Mutex::new(BTreeMap::new());
    let place = *ALL
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .entry(area)
        .or_insert_with(|| Box::leak(Box::new(OnceLock::new())));
    place.get_or_init(|| if ALONE.contains(&area) { run_alone(area) } else { run(area) })
}

/// The files of cases.
fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(here("counts"))
        .expect("the cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "c"))
        .collect();
    files.sort();
    files
}

/// What comes behind the statements in parentheses that run before: they come first, or behind the value of a failure.
fn behind_statements(rest: &str) -> Option<&str> {
    let begin = if rest.starts_with('(') { 0 } else { rest.find(", (")? + 2 };
    let mut depth = 0;
    let end = rest[begin..].find(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0
    })?;
    rest[begin + end + 1..].strip_prefix(", ")
}

/// The functions that have a case in a file; those with one that succeeds alone, if that is asked for.
fn functions_with_cases(file: &Path, succeeding: bool) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("a file");
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !succeeding || line.starts_with("SUCCEEDS")) {
        let start = ["SUCCEEDS(", "RAISES(", "RAISES_GIVING("].into_iter().find_map(|start| line.strip_prefix(start));
        let after = ["SUCCEEDS_AFTER(", "RAISES_AFTER(", "RAISES_GIVING_AFTER("];
        let after = after.into_iter().find_map(|start| line.strip_prefix(start));
        // The name is the first argument that is one, behind the value of a failure and the statements that run before.
        let name = start.into_iter().chain(after.and_then(behind_statements));
        let words = name.flat_map(|rest| rest.split([',', '(', ')']).map(str::trim));
        let known = |word: &&str| adder_capi::contracts().any(|contract| contract.name == *word);
        found.extend(words.take(2).find(known).map(str::to_owned));
    }
    found
}

#[test]
fn every_function_of_the_table_has_a_case() {
    let mut with: Vec<String> = files().iter().flat_map(|file| functions_with_cases(file, false)).collect();
    with.sort();
    with.dedup();
    let without = std::fs::read_to_string(here("counts/without_case.txt")).expect("the list");
    let lines = without.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let without: Vec<(&str, &str)> = lines.map(|line| line.split_once("  ").unwrap_or((line, ""))).collect();
    let unfounded: Vec<_> = without.iter().filter(|(_, reason)| reason.trim().is_empty()).collect();
    assert!(unfounded.is_empty(), "without_case.txt gives no reason for {unfounded:?}");
    let without: Vec<&str> = without.into_iter().map(|(name, _)| name).collect();
    let missing: Vec<&str> = adder_capi::contracts()
        .map(|contract| contract.name)
        .filter(|name| !without.contains(name) && !with.iter().any(|w| w == name))
        .collect();
    assert!(missing.is_empty(), "no case for\n{}", missing.join("\n"));
    let struck: Vec<&&str> = without.iter().filter(|name| with.iter().any(|w| w == **name)).collect();
    assert!(struck.is_empty(), "they have cases: strike them off without_case.txt: {struck:?}");
    let gone: Vec<&&str> = without.iter().filter(|n| !adder_capi::contracts().any(|c| c.name == **n)).collect();
    assert!(gone.is_empty(), "the table does not have them: {gone:?}");
    // What sets an exception, as it is asked to, has no success beside that; weak references are cleared of what dies.
    let sets = |contract: &Contract| {
        let prefixes = ["PyErr_", "_PyErr_", "_PyArg_BadArgument", "PyTraceBack_Here"];
        contract.result == Passing::Null || prefixes.iter().any(|prefix| contract.name.starts_with(prefix))
    };
    let others = ["PyCodec_StrictErrors", "PyObject_HashNotImplemented", "PyObject_ClearWeakRefs"];
    let others = others.into_iter().chain(["PyUnstable_Object_ClearWeakRefsNoCallbacks"]).collect::<Vec<_>>();
    let well: Vec<String> = files().iter().flat_map(|file| functions_with_cases(file, true)).collect();
    let never: Vec<&str> = adder_capi::contracts()
        .filter(|contract| !sets(contract) && !without.contains(&contract.name) && !others.contains(&contract.name))
        .map(|contract| contract.name)
        .filter(|name| !well.iter().any(|w| w == name))
        .collect();
    assert!(never.is_empty(), "they are only called to see them fail: {never:?}");
}

/// What the cases of all areas made functions raise; `ADDER_COUNTS_RAISED=FILE` writes it down.
fn all_raised() -> BTreeSet<&'static Raised> {
    let raised: BTreeSet<&Raised> = AREAS.iter().flat_map(|area| &shown_by(area).raised).collect();
    if let Some(file) = std::env::var_os("ADDER_COUNTS_RAISED") {
        let lines = raised.iter().map(|it| {
            let text = it.text.escape_debug();
            format!("{}\t{}\t{}\t{}\t{text}\n", it.function, it.class, it.how, it.parameter().unwrap_or_default())
        });
        std::fs::write(file, lines.collect::<String>()).expect("a file");
    }
    raised
}

impl Raised {
    /// The parameter in whose place something else was, and may it be NULL.
    fn given(&self) -> Option<(&'static str, Passing)> {
        let contract = adder_capi::contracts().find(|contract| contract.name == self.function)?;
        let objects = contract.parameters.iter().filter(|(_, passing)| passing.is_of_object());
        objects.copied().nth(self.object?)
    }

    fn parameter(&self) -> Option<&'static str> {
        self.given().map(|(name, _)| name)
    }

    /// Does it go without saying that there is this way? NULL for what must not be NULL is SystemError for every function.
    fn goes_without_saying(&self) -> bool {
        let nullable =
            |passing| matches!(passing, Passing::BorrowedOrNull | Passing::StolenOrNull | Passing::StolenOnSuccess);
        self.text == "null argument to internal routine"
            || self.how == "NULL" && self.given().is_some_and(|(_, passing)| !nullable(passing))
    }

    /// Did code raise it that the function has called?
    fn is_whatever(&self) -> bool {
        self.class == "ValueError" && self.text == "bad"
    }
}

/// Their cases make an object within the call: that memory was refused for it says nothing of the function.
const MADE_WITHIN: &[&str] = &["PyObject_GC_Del", "PyObject_Init", "PyObject_InitVar"];

#[test]
fn each_way_of_failing_is_shown() {
    let mut raised = all_raised();
    raised.retain(|it| it.how != "memory" || !MADE_WITHIN.contains(&it.function.as_str()));
    let named: BTreeMap<(&str, &str), &str> =
        failures().map(|failure| ((failure.function, failure.exception), failure.when)).collect();
    let has = |function: &str, exception: &str| named.contains_key(&(function, exception));
    let mut problems = Vec::new();
    let in_order = failures().zip(failures().skip(1));
    for (one, next) in in_order.filter(|(one, next)| (one.function, one.exception) >= (next.function, next.exception)) {
        problems
            .push(format!("not in order: {} {}, {} {}", one.function, one.exception, next.function, next.exception));
    }
    for ((function, exception), when) in &named {
        if when.is_empty() && *exception != "MemoryError" {
            problems.push(format!("{function}: when is {exception}?"));
        }
        let of_function = raised.iter().filter(|it| it.function == *function);
        // A class that stands in the list of its own is not what shows that whatever code raises comes through.
        let shown = of_function.filter(|it| match *exception {
            WHATEVER => it.is_whatever() || it.how == "case" && !has(function, &it.class),
            class => it.class == class && !it.is_whatever(),
        });
        if shown.count() == 0 {
            problems.push(format!("{function}: no case shows {exception}"));
        }
    }
    for it in &raised {
        let is_named = if it.is_whatever() {
            has(&it.function, WHATEVER)
        } else {
            has(&it.function, &it.class) || it.how == "case" && has(&it.function, WHATEVER)
        };
        if !is_named && !it.goes_without_saying() {
            problems
                .push(format!("{} raises {} ({}), which failures.txt does not say", it.function, it.class, it.text));
        }
    }
    problems.dedup();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// One test for each file of cases.
macro_rules! areas {
    ($($area:ident)*) => {
        $(#[test]
        fn $area() {
            let problems = &shown_by(stringify!($area)).problems;
            let file = concat!(stringify!($area), ".c");
            assert!(problems.is_empty(), "{file}: {} problems\n{}", problems.len(), problems.join("\n"));
        })*

        /// The names of the areas.
        const AREAS: &[&str] = &[$(stringify!($area)),*];

        #[test]
        fn every_file_of_cases_is_run() {
            for file in files() {
                let stem = file.file_stem().expect("a name").to_string_lossy().into_owned();
                assert!(AREAS.contains(&stem.as_str()), "{stem}.c is not among the areas of counts/mod.rs");
            }
        }
    };
}

areas! { arguments buffers bytes codings containers contexts errors evaluation exceptions functions imports memory modules native number object operators private_names process protocols refcount running streams strings text threads types ways weakrefs }
