//! Python's standard library, its pure-Python part, in the binary.
//!
//! The files come from the package `rustpython-pylib`, which carries CPython 3.14's library under the PSF licence
//! ([`licence`] gives it). The build script packs each file by itself, so that loading one module unpacks one file. What is left
//! out, and why, stands in [`LEFT_OUT`]; files of our own in `overrides/` shadow packed ones.
//!
//! ```
//! let json = adder_stdlib::find("json").unwrap();
//! assert!(json.is_package());
//! assert_eq!(json.path(), "json/__init__.py");
//! assert!(json.source().starts_with(b"r\"\"\"JSON"));
//! assert_eq!(adder_stdlib::find("no_such_module"), None);
//! ```
//!
//! # Why LZ4
//!
//! Measured over the packed files, 10.6 MB: deflate gives 2.7 MB and unpacks all in 27 ms, LZ4 4.4 MB in 8 ms, Brotli 2.3 MB in
//! 39 ms. A program's start unpacks about 1 MB and should take 10 ms in all, so 2 ms weigh more than 2 MB of a file on disk.

mod format;
mod selection;

use std::cmp::Ordering;
use std::fmt;

use format::{HEAD, RECORD, Record};
pub use selection::LEFT_OUT;

static INDEX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/index.bin"));
static DATA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/data.bin"));

/// One packed file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    path: &'static str,
    record: Record,
}

impl Entry {
    /// The path relative to the library's root, with `/` between its parts.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Is this the `__init__.py` of a package?
    pub fn is_package(&self) -> bool {
        self.path.ends_with("/__init__.py")
    }

    /// The dotted name under which it is imported; `None` for a file that is no module.
    pub fn module(&self) -> Option<String> {
        let stem = self.path.strip_suffix(".py")?;
        Some(stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', "."))
    }

    /// How many bytes the file has.
    pub fn len(&self) -> usize {
        self.record.len as usize
    }

    /// Is the file empty?
    pub fn is_empty(&self) -> bool {
        self.record.len == 0
    }

    /// The file's bytes, unpacked.
    pub fn source(&self) -> Vec<u8> {
        let start = self.record.start as usize;
        let packed = &DATA[start..start + self.record.packed_len as usize];
        lz4_flex::block::decompress(packed, self.len()).expect("the archive was made by this crate's build script")
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("path", &self.path).field("len", &self.record.len).finish()
    }
}

/// The file that `import module` runs. Like the import of folders, a package wins over a module of the same name.
pub fn find(module: &str) -> Option<Entry> {
    if module.is_empty() || module.contains('/') {
        return None;
    }
    let stem = module.replace('.', "/");
    entry(&format!("{stem}/__init__.py")).or_else(|| entry(&format!("{stem}.py")))
}

/// The file at a path relative to the library's root.
pub fn entry(path: &str) -> Option<Entry> {
    let (mut low, mut high) = (0, len());
    while low < high {
        let middle = low + (high - low) / 2;
        let found = nth(middle);
        match found.path.cmp(path) {
            Ordering::Equal => return Some(found),
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
        }
    }
    None
}

/// The bytes of the file at a path relative to the library's root, unpacked.
pub fn read(path: &str) -> Option<Vec<u8>> {
    entry(path).map(|entry| entry.source())
}

/// All files, sorted by path.
pub fn entries() -> impl ExactSizeIterator<Item = Entry> {
    (0..len()).map(nth)
}

/// The modules directly inside a package, by their last name, and whether each is a package; `""` asks for the top level.
pub fn submodules(package: &str) -> Vec<(String, bool)> {
    let prefix = if package.is_empty() { String::new() } else { format!("{}/", package.replace('.', "/")) };
    let mut found = Vec::new();
    for entry in entries().skip_while(|entry| entry.path < prefix.as_str()) {
        let Some(rest) = entry.path.strip_prefix(&prefix) else { break };
        if let Some(folder) = rest.strip_suffix("/__init__.py") {
            if !folder.contains('/') {
                found.push((folder.to_owned(), true));
            }
        } else if let Some(stem) = rest.strip_suffix(".py")
            && !stem.contains('/')
            && stem != "__init__"
        {
            found.push((stem.to_owned(), false));
        }
    }
    found.sort();
    found
}

/// The licence of the packed library.
pub fn licence() -> String {
    let text = read(selection::LICENCE).expect("the build script packs the licence");
    String::from_utf8_lossy(&text).into_owned()
}

fn len() -> usize {
    u32::from_le_bytes([INDEX[0], INDEX[1], INDEX[2], INDEX[3]]) as usize
}

fn nth(i: usize) -> Entry {
    let start = HEAD + i * RECORD;
    let record = Record::from_bytes(&INDEX[start..start + RECORD]);
    let path = HEAD + len() * RECORD + record.path_start as usize;
    let path =
        std::str::from_utf8(&INDEX[path..path + record.path_len as usize]).expect("the build script writes UTF-8");
    Entry { path, record }
}
