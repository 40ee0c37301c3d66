//! Packs the library of the `rustpython-pylib` package, and our own files that shadow it, into the two files that the crate embeds.

#[path = "src/amendments.rs"]
mod amendments;
#[path = "src/format.rs"]
mod format;
#[path = "src/gather.rs"]
mod gather;
#[path = "src/selection.rs"]
mod selection;

use std::path::{Path, PathBuf};
use std::{env, fs};

use format::{HEAD, RECORD, Record};

fn main() {
    let library = Path::new(rustpython_pylib::LIB_PATH);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/amendments.rs");
    println!("cargo::rerun-if-changed=src/format.rs");
    println!("cargo::rerun-if-changed=src/gather.rs");
    println!("cargo::rerun-if-changed=src/selection.rs");
    println!("cargo::rerun-if-changed=overrides");
    println!("cargo::rerun-if-changed={}", library.display());

    let files = gather::gather(library, amendments::AMENDMENTS, Path::new("overrides"))
        .unwrap_or_else(|error| panic!("cannot read the library at {}: {error}", library.display()));
    let licence = selection::LICENCE;
    assert!(
        files.contains_key(licence),
        "the library at {} has no {licence}, and must not be packed",
        library.display()
    );

    let (mut records, mut paths, mut data) = (Vec::new(), String::new(), Vec::new());
    for (path, bytes) in &files {
        let packed = lz4_flex::block::compress(bytes);
        let record = Record {
            path_start: size(paths.len()),
            path_len: size(path.len()),
            start: size(data.len()),
            packed_len: size(packed.len()),
            len: size(bytes.len()),
        };
        records.extend(record.to_bytes());
        paths.push_str(path);
        data.extend(packed);
    }
    let index = [&size(files.len()).to_le_bytes()[..], &records, paths.as_bytes()].concat();
    assert_eq!(index.len(), HEAD + files.len() * RECORD + paths.len());

    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("index.bin"), index).expect("cannot write the index");
    fs::write(out.join("data.bin"), data).expect("cannot write the data");
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("the archive has less than 4 GiB")
}
