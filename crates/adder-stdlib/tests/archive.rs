//! The archive against the folder that it was packed from.

#[path = "../src/amendments.rs"]
mod amendments;
#[path = "../src/gather.rs"]
mod gather;
#[path = "../src/selection.rs"]
mod selection;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn library() -> &'static Path {
    Path::new(rustpython_pylib::LIB_PATH)
}

fn overrides() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/overrides"))
}

#[test]
fn every_packed_file_equals_its_original() {
    let originals = gather::gather(library(), amendments::AMENDMENTS, overrides()).unwrap();
    assert!(originals.len() > 500, "only {} files", originals.len());
    let packed: Vec<_> = adder_stdlib::entries().map(|entry| entry.path()).collect();
    let expected: Vec<_> = originals.keys().map(String::as_str).collect();
    assert_eq!(packed, expected);
    for (path, bytes) in &originals {
        let entry = adder_stdlib::entry(path).unwrap_or_else(|| panic!("{path} is not in the archive"));
        assert_eq!(entry.len(), bytes.len(), "{path}");
        assert!(entry.source() == *bytes, "{path} differs from its original");
    }
}

#[test]
fn every_module_is_found_by_its_name() {
    for entry in adder_stdlib::entries() {
        let Some(module) = entry.module() else { continue };
        assert_eq!(adder_stdlib::find(&module), Some(entry), "{module}");
    }
}

#[test]
fn packages_and_modules_are_told_apart() {
    let found = |module: &str| adder_stdlib::find(module).map(|entry| (entry.path(), entry.is_package()));
    assert_eq!(found("collections"), Some(("collections/__init__.py", true)));
    assert_eq!(found("json.decoder"), Some(("json/decoder.py", false)));
    assert_eq!(found("unittest.mock"), Some(("unittest/mock.py", false)));
    assert_eq!(found("gc"), None);
    assert_eq!(found(""), None);
    assert_eq!(found("json/decoder"), None);
    assert_eq!(found("collections.__init__.py"), None);
}

#[test]
fn submodules_are_what_lies_directly_inside() {
    let json: Vec<_> = adder_stdlib::submodules("json");
    let names: Vec<_> = json.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["__main__", "decoder", "encoder", "scanner", "tool"]);
    assert!(json.iter().all(|(_, is_package)| !is_package));
    assert_eq!(adder_stdlib::submodules("importlib.metadata").len(), module_files("importlib/metadata"));
    assert!(adder_stdlib::submodules("importlib").contains(&("resources".to_owned(), true)));
    assert_eq!(adder_stdlib::submodules("no_such_package"), []);

    let top: BTreeSet<_> = adder_stdlib::submodules("").into_iter().collect();
    let whole: BTreeSet<_> = adder_stdlib::entries()
        .filter_map(|entry| Some((entry.module()?, entry.is_package())))
        .filter(|(module, _)| !module.contains('.'))
        .collect();
    assert_eq!(top, whole);
}

fn module_files(folder: &str) -> usize {
    let files =
        fs::read_dir(library().join(folder)).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    files.filter(|name| name.ends_with(".py") && name != "__init__.py").count()
}

#[test]
fn what_is_left_out_is_in_the_package_or_said_to_be_gone() {
    for (path, reason) in adder_stdlib::LEFT_OUT {
        assert!(!reason.is_empty(), "{path}");
        let here = library().join(path).exists();
        assert!(here || ["test/", "lib2to3/"].contains(path), "{path} is not in the package: strike it from the list");
        assert_eq!(adder_stdlib::entry(path.trim_end_matches('/')), None);
    }
    assert_eq!(adder_stdlib::find("tkinter.ttk"), None);
}

#[test]
fn the_licence_travels_along() {
    let original = fs::read_to_string(library().join(selection::LICENCE)).unwrap();
    assert!(original.contains("PYTHON SOFTWARE FOUNDATION LICENSE"));
    assert_eq!(adder_stdlib::licence(), original);
}

#[test]
fn a_file_of_our_own_shadows_the_packed_one() {
    let folder = std::env::temp_dir().join(format!("adder-stdlib-{}", std::process::id()));
    let (library, ours) = (folder.join("library"), folder.join("ours"));
    for (path, text) in [("library/a.py", "theirs"), ("library/b.py", "b"), ("library/p/m.py", "theirs")] {
        write(&folder.join(path), text);
    }
    for (path, text) in [("ours/a.py", "ours"), ("ours/p/m.py", "ours"), ("ours/new.py", "new"), ("ours/README.md", "")]
    {
        write(&folder.join(path), text);
    }
    write(&folder.join("library/idlelib/x.py"), "");
    write(&folder.join("library/__pycache__/x.py"), "");

    let files = gather::gather(&library, &[], &ours).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let files: Vec<_> =
        files.iter().map(|(path, bytes)| (path.as_str(), std::str::from_utf8(bytes).unwrap())).collect();
    assert_eq!(files, [("a.py", "ours"), ("b.py", "b"), ("new.py", "new"), ("p/m.py", "ours")]);
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
