//! Every file of a CPython standard library compiles.

use std::path::{Path, PathBuf};

use adder_compiler::{Mode, Options, compile, decode, verify};

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
                if let Err(error) = verify(&compiled.code) {
                    failures.push(format!("{}: {error}", path.display()));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), found.len(), failures.join("\n"));
    // Tests of encodings that are not known here.
    assert!(refused <= 25, "{refused} files could not be decoded");
}
