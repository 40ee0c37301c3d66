//! Reads what is to be packed. The build script and the tests include this file; the library does not need it.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use crate::amendments::Amendment;
use crate::selection::LEFT_OUT;

/// Is this path, relative to the library's root, packed?
fn is_packed(path: &str) -> bool {
    let left_out = |&(rule, _): &(&str, &str)| match rule.strip_suffix('/') {
        Some(folder) => path == folder || path.starts_with(rule),
        None => path == rule,
    };
    !LEFT_OUT.iter().any(left_out) && !path.ends_with(".pyc")
}

/// Reads what is to be packed: the library with its amendments, then the files of our own, which shadow it. Paths have `/` between
/// their parts.
pub fn gather(library: &Path, amendments: &[Amendment], overrides: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    walk(library, "", &mut files)?;
    files.retain(|path, _| is_packed(path));
    for amendment in amendments {
        amend(&mut files, amendment.path, amendment.from, amendment.to)?;
    }
    let mut ours = BTreeMap::new();
    walk(overrides, "", &mut ours)?;
    ours.remove("README.md");
    files.extend(ours);
    Ok(files)
}

/// Replaces a piece of a packed file, which must stand there once.
fn amend(files: &mut BTreeMap<String, Vec<u8>>, path: &str, from: &str, to: &str) -> io::Result<()> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, format!("{path}: {what} to amend"));
    let file = files.get_mut(path).ok_or_else(|| wrong("no file"))?;
    let text = std::str::from_utf8(file).map_err(|_| wrong("no text"))?;
    if text.matches(from).count() != 1 {
        return Err(wrong("not one piece"));
    }
    *file = text.replacen(from, to, 1).into_bytes();
    Ok(())
}

fn walk(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{}: {name:?} is not UTF-8", folder.display()))
        })?;
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            if name != "__pycache__" {
                walk(&entry.path(), &format!("{path}/"), files)?;
            }
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}
