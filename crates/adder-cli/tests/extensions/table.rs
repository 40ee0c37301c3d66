//! The page `docs/c-api.md`, made from the table of contracts. `ADDER_REWRITE=1 cargo test -p adder-cli --test extensions page` writes
//! it anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use adder_capi::contract::{Contract, Each, More, Passing, Runs};
use adder_capi::failures::{WHATEVER, failures};

use crate::{Behind, include, refcounts};

/// A function as a header declares it.
pub struct Declared {
    /// Its name.
    pub name: String,
    /// What it returns.
    pub result: String,
    /// How many parameters have names.
    pub parameters: usize,
    /// What comes behind them.
    pub(crate) behind: Behind,
    /// The header.
    pub header: String,
}

/// What the headers declare.
pub fn declarations() -> Vec<Declared> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(include().join("adder")).expect("the headers") {
        let path = entry.expect("an entry").path();
        let header = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a header").replace("\\\n", " ");
        for declaration in text.split("PyAPI_FUNC(").skip(1).filter(|rest| !rest.starts_with("type)")) {
            let declaration = declaration.split(';').next().unwrap_or_default();
            let declaration = declaration.split("Py_GCC_ATTRIBUTE").next().unwrap_or_default();
            // The type ends at its own parenthesis; then come the name and the parameters.
            let (result, rest) = declaration.split_once(')').expect("a type");
            let (name, parameters) = rest.split_once('(').expect("parameters");
            let mut parameters: Vec<&str> =
                parameters.trim().trim_end_matches(')').split(',').map(str::trim).filter(|it| *it != "void").collect();
            let behind = match parameters.last() {
                Some(&"...") => Behind::Arguments,
                Some(&"va_list") => Behind::List,
                _ => Behind::Nothing,
            };
            if behind != Behind::Nothing {
                parameters.pop();
            }
            all.push(Declared {
                name: name.trim().to_owned(),
                result: result.trim().to_owned(),
                parameters: parameters.len(),
                behind,
                header: header.clone(),
            });
        }
    }
    all
}

const HEAD: &str = "# The C API: who owns what

This page is made from the table of contracts in `crates/adder-capi` (`ADDER_REWRITE=1 cargo test -p adder-cli --test extensions page`).
The table is what the functions themselves are made from: the types of a function's parameters and of its result in Rust *are* its row.
The tests in `crates/adder-cli/tests/extensions/counts` call the functions and compare the counts of all objects with it, also with
each request for memory refused in turn, and with NULL, something of a wrong class, and something that raises in place of each object.

What happens to a reference:

| word | an argument |
| --- | --- |
| borrowed | The caller goes on owning its reference. |
| stolen | The reference passes to the function, also if it fails. |
| stolen on success | The reference passes to the function if it succeeds; the caller keeps it if not. |
| counted | The caller has one reference more afterwards. |
| gives new | A place: the caller owns what the function puts there. NULL if there is nothing, and if it fails. |
| gives borrowed | A place: what the function puts there somebody else owns. |
| replaces | A place with a reference of the caller's: the function releases it, and what it puts there the caller owns. |
| plain | No reference. |

An argument marked *?* may be NULL. NULL for another one is SystemError, or what was set before.

| word | a result |
| --- | --- |
| new | The caller owns it. NULL with an exception. |
| new? | The same; NULL without an exception where there is nothing to give. |
| borrowed | Somebody else owns it: it must not be released, and lives as long as its owner has it. NULL with an exception, or where there is nothing. |
| status | 0, or 1 for yes; -1 with an exception. |
| success | 1; 0 with an exception. |
| NULL | Always NULL, with an exception. |
| `type` | A value of C's. If the function can fail, -1 or NULL with an exception. |

*Runs code*: whether the function may run code of the program (`__eq__`, `__del__`, a callback), and so change anything that is not owned.
*Fails with*: the exceptions, and when; *any* is whatever code raises that the function calls. The lines are those of
`crates/adder-capi/failures.txt`, and the tests hold each against a call that raises it, and each call against them. NULL for an argument
that must not be NULL is SystemError besides.

MemoryError is a request of the interpreter's heap that was refused: objects, their storage, and buffers that are charged to it. What Rust's
own allocator gives is not refused: lists of arguments and texts while a call goes on, the parser and the compiler, states of threads and of
interpreters; where the system has no memory for these, the process ends. `PyMem_Malloc` and its kin are C's `malloc`: they are not refused
either, and where there is none they give NULL without an exception, as in CPython.

\u{26a0} marks functions that do not check their arguments: they work on counts or on plain memory alone.
";

const BESIDE: &str = "
## Beside CPython's `refcounts.dat`

That file (`Doc/data` of CPython's source) gives for each argument what becomes of the object's count: `+1` where the function keeps a
reference of its own, which is borrowed here, since the caller's reference is not touched; and it says itself that it does not tell what is
stolen. These are the functions where it says something else than this table, or where the words differ:

| function | what | there | here | why |
| --- | --- | --- | --- | --- |
";

fn of_argument(passing: Passing) -> &'static str {
    match passing {
        Passing::Borrowed => "borrowed",
        Passing::BorrowedOrNull => "borrowed?",
        Passing::Stolen => "stolen",
        Passing::StolenOrNull => "stolen?",
        Passing::StolenOnSuccess => "stolen on success?",
        Passing::Counted => "counted",
        Passing::GivesNew => "gives new",
        Passing::GivesLent => "gives borrowed",
        Passing::Replaces => "replaces",
        _ => "plain",
    }
}

fn of_result(passing: Passing, ty: &str) -> String {
    match passing {
        Passing::New => "new".to_owned(),
        Passing::NewOrNull => "new?".to_owned(),
        Passing::Lent => "borrowed".to_owned(),
        Passing::Status => "status".to_owned(),
        Passing::Success => "success".to_owned(),
        Passing::Null => "NULL".to_owned(),
        _ if ty == "void" => "nothing".to_owned(),
        _ => format!("`{ty}`"),
    }
}

fn of_more(more: More) -> Option<&'static str> {
    let each = match more {
        More::Nothing => return None,
        More::Arguments(each) | More::List(each) => each,
    };
    Some(match each {
        Each::Borrowed => "objects: borrowed",
        Each::Formatted => "as the format says; objects: borrowed",
        Each::Built => "as the format says; objects: borrowed, those of unit `N`: stolen",
        Each::Places => "places, as the format says; objects in them: borrowed",
    })
}

fn row(contract: &Contract, declared: Option<&Declared>) -> String {
    let mut parameters: Vec<String> = contract
        .parameters
        .iter()
        .map(|(name, passing)| match of_argument(*passing) {
            "plain" => format!("`{name}`"),
            what => format!("`{name}`: {what}"),
        })
        .collect();
    parameters.extend(of_more(contract.more).map(|more| format!("…: {more}")));
    let runs = if contract.runs == Runs::Code { "yes" } else { "" };
    let ty = declared.map_or("", |declared| declared.result.as_str());
    let trusts = if contract.guarded { "" } else { " \u{26a0}" };
    format!(
        "| `{}`{trusts} | {} | {} | {runs} | {} |",
        contract.name,
        parameters.join("<br>"),
        of_result(contract.result, ty),
        fails(contract.name)
    )
}

/// How a function fails.
fn fails(function: &str) -> String {
    let ways = failures().filter(|failure| failure.function == function).map(|failure| {
        let what = match failure.exception {
            WHATEVER => "any".to_owned(),
            class => format!("`{class}`"),
        };
        if failure.when.is_empty() { what } else { format!("{what}: {}", failure.when.replace('|', "\\|")) }
    });
    ways.collect::<Vec<_>>().join("<br>")
}

/// The page as the table has it: a section for each header.
fn page() -> String {
    let declared = declarations();
    let mut sections: BTreeMap<String, Vec<(&str, String)>> = BTreeMap::new();
    for contract in adder_capi::contracts() {
        let found = declared.iter().find(|declared| declared.name == contract.name);
        let header = found.map_or("object.h", |declared| declared.header.as_str());
        sections.entry(header.to_owned()).or_default().push((contract.name, row(contract, found)));
    }
    let mut page = HEAD.to_owned();
    for (header, mut rows) in sections {
        rows.sort();
        write!(page, "\n## `{header}`\n\n| function | parameters | result | runs code | fails with |\n| --- | --- | --- | --- | --- |\n")
            .expect("a string takes all");
        for (_, row) in rows {
            page.push_str(&row);
            page.push('\n');
        }
    }
    page.push_str(BESIDE);
    for it in refcounts::DIFFERENCES {
        let Some(contract) = adder_capi::contracts().find(|contract| contract.name == it.0) else { continue };
        let special = |passing| !matches!(of_argument(passing), "plain");
        let (what, ours) = match it.1 {
            "" => ("result".to_owned(), of_result(contract.result, "nothing is counted")),
            "*" => {
                let named = contract.parameters.iter().filter(|(_, passing)| special(*passing));
                let named = named.map(|(name, passing)| (format!("`{name}`"), of_argument(*passing).to_owned()));
                let (names, ours): (Vec<String>, Vec<String>) = named.unzip();
                (names.join(", "), ours.join(", "))
            }
            name => {
                let passing = contract.parameters.iter().find(|(it, _)| *it == name);
                let passing = passing.unwrap_or_else(|| panic!("{} has no parameter {name}", it.0)).1;
                (format!("`{name}`"), of_argument(passing).to_owned())
            }
        };
        writeln!(page, "| `{}` | {what} | {} | {ours} | {} |", it.0, it.2, it.3).expect("a string takes all");
    }
    page
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_page_says_what_the_table_says() {
    let file = root().join("docs/c-api.md");
    let page = page();
    if std::env::var_os("ADDER_REWRITE").is_some() {
        std::fs::write(&file, &page).expect("a file");
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    let first = there.lines().zip(page.lines()).find(|(a, b)| a != b);
    assert!(
        there == page,
        "docs/c-api.md is out of date: ADDER_REWRITE=1 cargo test -p adder-cli --test extensions page\nfirst difference: {first:?}"
    );
}
