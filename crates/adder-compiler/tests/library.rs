//! Every file of a CPython standard library compiles, and its code can be put together from its parts.

use std::path::{Path, PathBuf};

use std::sync::Arc;

use adder_compiler::code::{Code, LocalKind};
use adder_compiler::{Const, ConstKind, Instr, Mode, Op, Options, compile, decode, tables, verify, verify_foreign};

fn kind(constant: &Const) -> ConstKind {
    match constant {
        Const::Tuple(items) if items.iter().all(|item| matches!(item, Const::Str(_) | Const::Surrogates(_))) => {
            ConstKind::Names(items.len())
        }
        Const::Tuple(_) => ConstKind::Tuple,
        Const::Code(code) => ConstKind::Code(code.locals.iter().filter(|l| l.kind == LocalKind::Free).count()),
        _ => ConstKind::Other,
    }
}

/// The code made anew from its tables as bytes is the same, and is accepted from outside.
fn from_its_parts(code: &Code) -> Result<(), String> {
    let named = |wanted: &dyn Fn(&adder_compiler::code::Local) -> bool| -> Vec<Arc<str>> {
        code.locals.iter().filter(|local| wanted(local)).map(|local| local.name.clone()).collect()
    };
    let (variables, cells) = (named(&|l| l.in_varnames), named(&|l| l.kind == LocalKind::Cell));
    let free = named(&|l| l.kind == LocalKind::Free);
    let mut made = Code {
        locals: Vec::new(),
        handlers: Vec::new(),
        live: Vec::new(),
        statements: Vec::new(),
        silent: Vec::new(),
        attributes: Vec::new(),
        ..code.clone()
    };
    let names = tables::Names { variables: &variables, cells: &cells, free: &free };
    tables::read_exception_table(&mut made, &tables::exception_table(code), &names)?;
    let same = made.locals == code.locals
        && made.handlers == code.handlers
        && made.live == code.live
        && made.statements == code.statements
        && made.silent == code.silent
        && made.attributes == code.attributes;
    if !same {
        return Err(format!("{}: the exception table says something else", code.qualname));
    }
    let (mut starts, mut at) = (Vec::new(), 0);
    while at < code.words.len() {
        starts.push(at as u32);
        at += 1 + Op::of(Instr::of_word(code.words[at]).op).map_or(0, Op::caches);
    }
    made.positions = tables::positions(&tables::line_table(code), code.first_line, starts.iter().copied());
    for word in starts {
        if made.position_at(word) != code.position_at(word) {
            return Err(format!("{}: word {word} comes from somewhere else", code.qualname));
        }
    }
    verify_foreign(&made, &|n| kind(&code.constants[n])).map_err(|error| format!("{}: {error}", code.qualname))?;
    for constant in &code.constants {
        if let Const::Code(inner) = constant {
            from_its_parts(inner)?;
        }
    }
    Ok(())
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "site-packages" && name != "__pycache__") {
                files(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "py") {
            found.push(path);
        }
    }
}

#[test]
fn the_standard_library_compiles() {
    let Some(python) = adder_cpython::find_or_skip("compiling its library") else { return };
    let library = adder_cpython::library(python);
    let mut found = Vec::new();
    files(&library, &mut found);
    // Those that CPython itself refuses.
    found.retain(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("badsyntax")));
    found.sort();
    assert!(found.len() > 500, "{} holds only {} files", library.display(), found.len());
    let (mut failures, mut refused) = (Vec::new(), 0);
    for path in &found {
        let Ok(bytes) = std::fs::read(path) else { continue };
        let Ok(text) = decode(&bytes) else {
            refused += 1;
            continue;
        };
        let options = Options::new(Mode::Exec, &path.to_string_lossy());
        match compile(&text, &options) {
            Err(error) => failures.push(format!("{}:{error}", path.display())),
            Ok(compiled) => {
                if let Err(error) = verify(&compiled.code).and_then(|()| from_its_parts(&compiled.code)) {
                    failures.push(format!("{}: {error}", path.display()));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), found.len(), failures.join("\n"));
    // Tests of encodings that are not known here.
    assert!(refused <= 25, "{refused} files could not be decoded");
}
