//! What a path given as a program is, and CPython's errors about it.

use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::Refusal;

/// A program that a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Script {
    /// A file of source text: all its bytes.
    Source(Vec<u8>),
    /// A compiled file: all its bytes.
    Compiled(Vec<u8>),
    /// A folder with a `__main__.py` or `__main__.pyc`: it becomes the first entry of `sys.path`, and `__main__` is run.
    Folder,
    /// A zip archive; the same, if a `__main__` is in it.
    Archive,
}

/// What the first bytes of a zip archive's end record are. It may have a comment of up to 64 KiB behind it.
const ZIP_END: &[u8] = b"PK\x05\x06";
const ZIP_END_LEN: usize = 22;

/// Looks at the file. `name` is the program's name, `executable` the path of this program, for the errors.
pub fn open(path: &Path, name: &OsStr, executable: &Path) -> Result<Script, Refusal> {
    let absolute = absolute(path);
    if absolute.is_dir() {
        let has_main = ["__main__.py", "__main__.pyc"].iter().any(|main| absolute.join(main).is_file());
        return if has_main { Ok(Script::Folder) } else { Err(no_main(&absolute, executable)) };
    }
    let mut bytes = Vec::new();
    let read = File::open(&absolute).and_then(|mut file| file.read_to_end(&mut bytes));
    read.map_err(|error| cannot_open(&absolute, name, &error))?;
    if is_zip(&bytes) {
        return Ok(Script::Archive);
    }
    Ok(if path.extension() == Some(OsStr::new("pyc")) { Script::Compiled(bytes) } else { Script::Source(bytes) })
}

/// The path as CPython shows it and sets `__file__`: behind the current folder, and not cleaned up.
pub fn absolute(path: &Path) -> PathBuf {
    match std::env::current_dir() {
        Ok(folder) if path.as_os_str().is_empty() => folder,
        Ok(folder) => {
            let mut whole = folder.clone().into_os_string();
            if path.is_absolute() {
                return path.to_owned();
            }
            if path == Path::new(".") {
                return folder;
            }
            if folder != Path::new("/") {
                whole.push("/");
            }
            whole.push(path);
            whole.into()
        }
        Err(_) => path.to_owned(),
    }
}

/// The error for a folder or an archive without a `__main__`.
pub fn no_main(path: &Path, executable: &Path) -> Refusal {
    let message = format!("{}: can't find '__main__' module in {}\n", executable.display(), repr(path.as_os_str()));
    Refusal { message, code: 1 }
}

fn cannot_open(path: &Path, name: &OsStr, error: &io::Error) -> Refusal {
    let text = error.to_string();
    let number = error.raw_os_error().unwrap_or(0);
    let text = text.strip_suffix(&format!(" (os error {number})")).unwrap_or(&text);
    let message =
        format!("{}: can't open file {}: [Errno {number}] {text}\n", name.to_string_lossy(), repr(path.as_os_str()));
    Refusal { message, code: 2 }
}

fn is_zip(bytes: &[u8]) -> bool {
    let start = bytes.len().saturating_sub(ZIP_END_LEN + usize::from(u16::MAX));
    let tail = &bytes[start..];
    tail.windows(ZIP_END_LEN).rev().any(|window| {
        // The comment's length must end the file: any file may hold the four letters.
        window.starts_with(ZIP_END) && {
            let comment = usize::from(u16::from_le_bytes([window[ZIP_END_LEN - 2], window[ZIP_END_LEN - 1]]));
            let end = window.as_ptr() as usize - tail.as_ptr() as usize + ZIP_END_LEN + comment;
            end == tail.len()
        }
    })
}

/// A path as Python's `repr` shows the string: bytes that are not UTF-8 are lone surrogates.
pub fn repr(text: &OsStr) -> String {
    let mut shown = String::new();
    for chunk in text.as_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => shown.push_str("\\\\"),
                '\n' => shown.push_str("\\n"),
                '\r' => shown.push_str("\\r"),
                '\t' => shown.push_str("\\t"),
                character if character.is_control() => {
                    let _ = write!(shown, "\\x{:02x}", u32::from(character));
                }
                character => shown.push(character),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\udc{byte:02x}");
        }
    }
    if shown.contains('\'') && !shown.contains('"') {
        format!("\"{shown}\"")
    } else {
        format!("'{}'", shown.replace('\'', "\\'"))
    }
}

/// The path of this program, or its name where the system does not tell.
pub fn executable(args: &[OsString]) -> PathBuf {
    std::env::current_exe().unwrap_or_else(|_| args.first().map(PathBuf::from).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("adder-script-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn representations_are_pythons() {
        for (text, shown) in [
            (&b"plain"[..], "'plain'"),
            (b"it's", "\"it's\""),
            (b"'\"", "'\\'\"'"),
            (b"a\\b\n\x01", "'a\\\\b\\n\\x01'"),
            (b"\xff\xc3\xa9", "'\\udcff\u{e9}'"),
        ] {
            assert_eq!(repr(OsStr::from_bytes(text)), shown);
        }
    }

    #[test]
    fn files_folders_and_archives_are_told_apart() {
        let folder = folder("kinds");
        let open = |name: &str| open(&folder.join(name), OsStr::new("adder"), Path::new("/bin/adder"));
        std::fs::write(folder.join("a.py"), "print(1)").unwrap();
        assert_eq!(open("a.py"), Ok(Script::Source(b"print(1)".to_vec())));
        std::fs::write(folder.join("a.pyc"), "x").unwrap();
        assert_eq!(open("a.pyc"), Ok(Script::Compiled(b"x".to_vec())));

        let empty_zip = [ZIP_END, &[0; 16], b"\x02\x00hi"].concat();
        std::fs::write(folder.join("z"), &empty_zip).unwrap();
        assert_eq!(open("z"), Ok(Script::Archive));
        std::fs::write(folder.join("no_zip"), [&empty_zip[..], b"more"].concat()).unwrap();
        assert!(matches!(open("no_zip"), Ok(Script::Source(_))));

        std::fs::create_dir_all(folder.join("d")).unwrap();
        let refusal = open("d").unwrap_err();
        assert_eq!(refusal.code, 1);
        assert_eq!(refusal.message, format!("/bin/adder: can't find '__main__' module in '{}/d'\n", folder.display()));
        std::fs::write(folder.join("d/__main__.py"), "").unwrap();
        assert_eq!(open("d"), Ok(Script::Folder));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_cannot_be_opened() {
        let folder = folder("missing");
        let path = folder.join("no.py");
        let refusal = open(&path, OsStr::new("adder"), Path::new("/bin/adder")).unwrap_err();
        let text = format!("adder: can't open file '{}': [Errno 2] No such file or directory\n", path.display());
        assert_eq!(refusal, Refusal { message: text, code: 2 });
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
