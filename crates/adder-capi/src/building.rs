//! What a C compiler needs to build an extension module: the headers, unpacked, and the flags.
//!
//! The headers travel inside the program. They are unpacked beside the user's cache, into a folder named after their content, so programs
//! with other headers do not disturb each other. The folder is filled under another name and then renamed: it is there whole, or not.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, io};

use crate::load::EXT_SUFFIX;

include!(concat!(env!("OUT_DIR"), "/headers.rs"));

/// The file that tells the linker what the program exports.
const EXPORTS: &str = "exports.ld";

/// Where headers and flags are.
#[derive(Clone, Debug)]
pub struct Kit {
    folder: PathBuf,
}

/// The folder of Adder's files in the user's cache.
///
/// # Errors
/// A text, where nothing says which folder that is.
pub fn cache() -> Result<PathBuf, String> {
    let set = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    cache.map(|cache| cache.join("adder")).ok_or_else(|| {
        "no place for the cache: neither XDG_CACHE_HOME nor HOME names a folder; set one of them to one that can be written".to_owned()
    })
}

impl Kit {
    /// Where the kit is, once it is unpacked.
    ///
    /// # Errors
    /// A text, where there is no cache.
    pub fn place() -> Result<Kit, String> {
        Ok(Kit { folder: cache()?.join(format!("c-{KEY}")) })
    }

    /// Unpacks the kit, unless it is there.
    ///
    /// # Errors
    /// A text, where the folder cannot be written.
    pub fn unpack() -> Result<Kit, String> {
        let kit = Kit::place()?;
        if !kit.folder.is_dir() {
            kit.write().map_err(|error| {
                format!(
                    "cannot unpack the C headers to {}: {error}; set XDG_CACHE_HOME to a folder that can be written",
                    kit.folder.display()
                )
            })?;
        }
        Ok(kit)
    }

    fn write(&self) -> io::Result<()> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let unfinished = self.folder.with_extension(format!("{}-{number}", std::process::id()));
        let put = |path: PathBuf, text: &str| -> io::Result<()> {
            fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
            fs::write(path, text)
        };
        let written = FILES.iter().try_for_each(|(name, text)| put(unfinished.join("include").join(name), text));
        let exports: String = SYMBOLS.iter().map(|name| format!("--ignore-unresolved-symbol={name}\n")).collect();
        let written = written.and_then(|()| put(unfinished.join(EXPORTS), &exports));
        let renamed = written.and_then(|()| fs::rename(&unfinished, &self.folder));
        if renamed.is_err() {
            let _ = fs::remove_dir_all(&unfinished);
        }
        // Somebody else was faster, with the same content.
        if self.folder.is_dir() { Ok(()) } else { renamed }
    }

    /// The folder with `Python.h`.
    pub fn include(&self) -> String {
        self.folder.join("include").to_string_lossy().into_owned()
    }

    /// What makes a shared object of objects, such that only what the program exports may be left open.
    pub fn link_flags(&self) -> Vec<String> {
        if cfg!(target_os = "macos") {
            return ["-bundle", "-undefined", "dynamic_lookup"].map(str::to_owned).to_vec();
        }
        let exports = format!("-Wl,@{}", self.folder.join(EXPORTS).to_string_lossy());
        // What every program of Python's is linked with, so modules do not name it.
        let libraries = "-Wl,--push-state,--no-as-needed -lm -lpthread -ldl -Wl,--pop-state";
        let flags = ["-shared", "-Wl,-z,defs", &exports];
        flags.into_iter().chain(libraries.split(' ')).map(str::to_owned).collect()
    }
}

/// The name of the C compiler, unless the environment says otherwise.
pub const CC: &str = "cc";
/// The name of the C++ compiler.
pub const CXX: &str = "c++";
/// The flags for C. What `Python.h` does not have is an error when a module is compiled, also for compilers that would only warn.
pub const CFLAGS: &[&str] =
    &["-fno-strict-aliasing", "-fwrapv", "-DNDEBUG", "-O2", "-Wall", "-Werror=implicit-function-declaration"];
/// The flag for code of shared objects.
pub const CCSHARED: &str = "-fPIC";

/// A word of a command line as shells, and `distutils`, read it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=+./,:@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Words of a command line in one text.
pub fn joined<W: AsRef<str>>(words: &[W]) -> String {
    words.iter().map(|word| quoted(word.as_ref())).collect::<Vec<_>>().join(" ")
}

/// The variables of `sysconfig`. Where the headers cannot be unpacked, the compiler will say that they are missing.
pub(crate) fn settings() -> Vec<(&'static str, String)> {
    let plain = [
        ("CC", CC.to_owned()),
        ("CXX", CXX.to_owned()),
        ("CFLAGS", CFLAGS.join(" ")),
        ("OPT", String::new()),
        ("CPPFLAGS", String::new()),
        ("LDFLAGS", String::new()),
        ("CCSHARED", CCSHARED.to_owned()),
        ("AR", "ar".to_owned()),
        ("ARFLAGS", "rcs".to_owned()),
        ("RANLIB", "ranlib".to_owned()),
        ("SHLIB_SUFFIX", ".so".to_owned()),
        ("EXT_SUFFIX", EXT_SUFFIX.to_owned()),
        ("SOABI", EXT_SUFFIX.trim_start_matches('.').trim_end_matches(".so").to_owned()),
        ("LIBS", "-lm -lpthread -ldl".to_owned()),
    ];
    let mut all = plain.to_vec();
    if let Ok(kit) = Kit::unpack().or_else(|_| Kit::place()) {
        let link = joined(&kit.link_flags());
        all.extend([
            ("INCLUDEPY", kit.include()),
            ("CONFINCLUDEPY", kit.include()),
            ("LDSHARED", format!("{CC} {link}")),
            ("BLDSHARED", format!("{CC} {link}")),
            ("LDCXXSHARED", format!("{CXX} {link}")),
        ]);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_shells_would_split_are_quoted() {
        assert_eq!(joined(&["-I/usr/include", "a b", "it's", ""]), r"-I/usr/include 'a b' 'it'\''s' ''");
    }

    #[test]
    fn every_function_with_a_contract_may_be_left_open_when_linking() {
        for contract in crate::contracts() {
            assert!(contract.name == "Py_Is" || SYMBOLS.contains(&contract.name), "{}", contract.name);
        }
        for name in ["PyExc_TypeError", "PyBaseObject_Type", "_Py_NoneStruct", "PyErr_Format"] {
            assert!(SYMBOLS.contains(&name), "{name}");
        }
    }
}
