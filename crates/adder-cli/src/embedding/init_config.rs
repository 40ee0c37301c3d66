//! `PyInitConfig_*` (3.14): the same configuration by names; and `PyConfig_Get` and `_Set` while an interpreter runs.

use core::ffi::{CStr, c_char, c_int};
use core::ptr::null_mut;
use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use adder_capi::border::{Borrowed, Object, cross};
use adder_capi::imports::{Init, PyImport_AppendInittab};
use adder_objects::{Cx, R, Value, exceptions as exc, raise};
use adder_vm::Vm;

use super::config::{Field, PyConfig, PyPreConfig};
use super::{exported, start, status, wide};

/// `PyInitConfig`
pub struct PyInitConfig {
    config: PyConfig,
    before: PyPreConfig,
    modules: Vec<(CString, Init)>,
    error: Option<CString>,
    exit_code: Option<c_int>,
}

impl PyInitConfig {
    fn option(&mut self, name: &str) -> Option<Field<'_>> {
        if name.starts_with('_') {
            return None;
        }
        // What both have is the configuration's.
        if self.config.option(name).is_some() { self.config.option(name) } else { self.before.option(name) }
    }

    fn fail(&mut self, message: String) -> c_int {
        self.error = CString::new(message).ok();
        -1
    }

    /// Does something with an option.
    unsafe fn with(&mut self, name: *const c_char, kind: &str, work: impl FnOnce(Field<'_>) -> Option<bool>) -> c_int {
        // SAFETY: the contract of the caller: a text.
        let name = unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned();
        match self.option(&name).map(work) {
            Some(Some(true)) => 0,
            Some(Some(false)) => self.fail("memory allocation failed".to_owned()),
            Some(None) => self.fail(format!("config option type is not {kind}")),
            None => self.fail(format!("unknown config option name: {name}")),
        }
    }
}

/// A copy of a text in memory of `malloc`, UTF-8.
fn allocated(text: &str) -> *mut c_char {
    let text = CString::new(text.replace('\0', "")).unwrap_or_default();
    // SAFETY: copies a text that ends with a zero.
    unsafe { libc::strdup(text.as_ptr()) }
}

/// Where an option is found while an interpreter runs.
enum Place {
    /// An attribute of `sys`.
    Sys(&'static str),
    /// A field of `sys.flags`.
    Flag(&'static str),
    /// The opposite of one.
    NotFlag(&'static str),
}

/// The options that an interpreter knows while it runs, and whether they can be set.
static KNOWN: &[(&str, Place, bool)] = &[
    ("argv", Place::Sys("argv"), true),
    ("base_exec_prefix", Place::Sys("base_exec_prefix"), true),
    ("base_executable", Place::Sys("_base_executable"), true),
    ("base_prefix", Place::Sys("base_prefix"), true),
    ("bytes_warning", Place::Flag("bytes_warning"), false),
    ("dev_mode", Place::Flag("dev_mode"), false),
    ("exec_prefix", Place::Sys("exec_prefix"), true),
    ("executable", Place::Sys("executable"), true),
    ("hash_seed", Place::Flag("hash_randomization"), false),
    ("inspect", Place::Flag("inspect"), false),
    ("int_max_str_digits", Place::Flag("int_max_str_digits"), true),
    ("interactive", Place::Flag("interactive"), false),
    ("isolated", Place::Flag("isolated"), false),
    ("module_search_paths", Place::Sys("path"), true),
    ("optimization_level", Place::Flag("optimize"), false),
    ("orig_argv", Place::Sys("orig_argv"), false),
    ("parser_debug", Place::Flag("debug"), false),
    ("platlibdir", Place::Sys("platlibdir"), true),
    ("prefix", Place::Sys("prefix"), true),
    ("pycache_prefix", Place::Sys("pycache_prefix"), true),
    ("quiet", Place::Flag("quiet"), false),
    ("safe_path", Place::Flag("safe_path"), false),
    ("site_import", Place::NotFlag("no_site"), false),
    ("stdlib_dir", Place::Sys("_stdlib_dir"), true),
    ("use_environment", Place::NotFlag("ignore_environment"), false),
    ("user_site_directory", Place::NotFlag("no_user_site"), false),
    ("utf8_mode", Place::Flag("utf8_mode"), false),
    ("verbose", Place::Flag("verbose"), false),
    ("warn_default_encoding", Place::Flag("warn_default_encoding"), false),
    ("warnoptions", Place::Sys("warnoptions"), true),
    ("write_bytecode", Place::NotFlag("dont_write_bytecode"), true),
    ("xoptions", Place::Sys("_xoptions"), true),
];

fn known(cx: &Cx, name: &str) -> R<&'static (&'static str, Place, bool)> {
    match KNOWN.iter().find(|(known, ..)| *known == name) {
        Some(known) => Ok(known),
        None => raise!(cx, exc::VALUE_ERROR, "unknown config option name: {name}"),
    }
}

fn get(cx: &Cx, name: &str) -> R {
    let sys = Vm::of(cx).sys.get();
    match known(cx, name)?.1 {
        Place::Sys(attribute) => Ok(cx.getattr_opt(&sys, &cx.intern(attribute)?)?.unwrap_or_else(Value::none)),
        Place::Flag("int_max_str_digits") => cx.int(cx.int_max_str_digits.get() as i64),
        Place::Flag(flag) => cx.getattr_text(&cx.getattr_text(&sys, "flags")?, flag),
        Place::NotFlag("dont_write_bytecode") => {
            let off = cx.getattr_text(&sys, "dont_write_bytecode")?;
            Ok(Value::small((!cx.is_true(&off)?).into()))
        }
        Place::NotFlag(flag) => {
            let off = cx.getattr_text(&cx.getattr_text(&sys, "flags")?, flag)?;
            Ok(Value::small((!cx.is_true(&off)?).into()))
        }
    }
}

fn set(cx: &Cx, name: &str, value: &Value) -> R<()> {
    let sys = Vm::of(cx).sys.get();
    match known(cx, name)? {
        (_, _, false) => raise!(cx, exc::VALUE_ERROR, "cannot set read-only option {name}"),
        (_, Place::Sys(attribute), _) => cx.setattr(&sys, &cx.intern(attribute)?, Some(value)),
        (_, Place::Flag(_), _) => {
            let function = cx.getattr_text(&sys, "set_int_max_str_digits")?;
            cx.call(&function, core::slice::from_ref(value)).map(drop)
        }
        (_, Place::NotFlag(_), _) => {
            let off = Value::bool(!cx.is_true(value)?);
            cx.setattr(&sys, &cx.intern("dont_write_bytecode")?, Some(&off))
        }
    }
}

unsafe fn named(name: *const c_char) -> String {
    // SAFETY: the contract of the caller: a text.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}

exported! {
    /// A configuration, cut off from the environment and the command line; NULL without memory.
    fn PyInitConfig_Create() -> *mut PyInitConfig {
        Box::into_raw(Box::new(PyInitConfig {
            config: PyConfig::isolated(),
            before: PyPreConfig { isolated: 1, ..PyPreConfig::zero() },
            modules: Vec::new(),
            error: None,
            exit_code: None,
        }))
    }

    /// Frees a configuration, or NULL.
    fn PyInitConfig_Free(config: *mut PyInitConfig) {
        if !config.is_null() {
            // SAFETY: the contract: made by `PyInitConfig_Create`.
            let mut config = unsafe { Box::from_raw(config) };
            config.config.clear();
        }
    }

    /// Is there an option of this name?
    fn PyInitConfig_HasOption(config: *mut PyInitConfig, name: *const c_char) -> c_int {
        // SAFETY: the contract: a configuration and a text.
        unsafe { (*config).option(&named(name)).is_some().into() }
    }

    /// A number.
    fn PyInitConfig_GetInt(config: *mut PyInitConfig, name: *const c_char, place: *mut i64) -> c_int {
        // SAFETY: the contract: a configuration, a text, and a place.
        unsafe {
            (*config).with(name, "int", |field| {
                *place = match field {
                    Field::Int(value) => (*value).into(),
                    Field::Ulong(value) => *value as i64,
                    _ => return None,
                };
                Some(true)
            })
        }
    }

    /// A text in memory of `malloc`, or NULL where none is set.
    fn PyInitConfig_GetStr(config: *mut PyInitConfig, name: *const c_char, place: *mut *mut c_char) -> c_int {
        // SAFETY: the contract: a configuration, a text, and a place.
        unsafe {
            (*config).with(name, "string", |field| {
                let Field::Text(value) = field else { return None };
                *place = wide::text(*value).map_or(null_mut(), |text| allocated(&text));
                Some(true)
            })
        }
    }

    /// Texts, for [`PyInitConfig_FreeStrList`].
    fn PyInitConfig_GetStrList(
        config: *mut PyInitConfig,
        name: *const c_char,
        length: *mut usize,
        items: *mut *mut *mut c_char,
    ) -> c_int {
        // SAFETY: the contract: a configuration, a text, and places.
        unsafe {
            (*config).with(name, "string list", |field| {
                let Field::List(value) = field else { return None };
                let texts = value.texts();
                let block: *mut *mut c_char = libc::malloc((texts.len().max(1)) * size_of::<*mut c_char>()).cast();
                if block.is_null() {
                    return Some(false);
                }
                for (at, text) in texts.iter().enumerate() {
                    *block.add(at) = allocated(text);
                }
                *length = texts.len();
                *items = block;
                Some(true)
            })
        }
    }

    /// Frees texts.
    fn PyInitConfig_FreeStrList(length: usize, items: *mut *mut c_char) {
        // SAFETY: the contract: what `PyInitConfig_GetStrList` gave.
        unsafe {
            for at in 0..length {
                libc::free((*items.add(at)).cast());
            }
            libc::free(items.cast());
        }
    }

    /// Sets a number.
    fn PyInitConfig_SetInt(config: *mut PyInitConfig, name: *const c_char, value: i64) -> c_int {
        // SAFETY: the contract: a configuration and a text.
        unsafe {
            let fits = c_int::try_from(value);
            let result = (*config).with(name, "int", |field| {
                match field {
                    Field::Int(place) => *place = fits.unwrap_or(-1),
                    Field::Ulong(place) => *place = value as libc::c_ulong,
                    _ => return None,
                }
                Some(true)
            });
            if result == 0 && fits.is_err() && named(name) != "hash_seed" {
                return (*config).fail("config option value is out of int range".to_owned());
            }
            result
        }
    }

    /// Sets a text, UTF-8.
    fn PyInitConfig_SetStr(config: *mut PyInitConfig, name: *const c_char, value: *const c_char) -> c_int {
        // SAFETY: the contract: a configuration and texts.
        unsafe {
            (*config).with(name, "string", |field| {
                let Field::Text(place) = field else { return None };
                let text = (!value.is_null()).then(|| OsStr::from_bytes(CStr::from_ptr(value).to_bytes()));
                Some(!status::is_exception(&wide::replace(place, text)))
            })
        }
    }

    /// Sets texts.
    fn PyInitConfig_SetStrList(
        config: *mut PyInitConfig,
        name: *const c_char,
        length: usize,
        items: *const *const c_char,
    ) -> c_int {
        // SAFETY: the contract: a configuration and texts.
        unsafe {
            let name_text = named(name);
            let result = (*config).with(name, "string list", |field| {
                let Field::List(place) = field else { return None };
                let texts: Vec<OsString> = (0..length)
                    .map(|at| OsStr::from_bytes(CStr::from_ptr(*items.add(at)).to_bytes()).to_owned())
                    .collect();
                Some(place.set(texts.iter().map(OsString::as_os_str)))
            });
            if result == 0 && name_text == "module_search_paths" {
                (*config).config.module_search_paths_set = 1;
            }
            result
        }
    }

    /// Adds a module that is linked into the program.
    fn PyInitConfig_AddModule(config: *mut PyInitConfig, name: *const c_char, initfunc: Option<Init>) -> c_int {
        let Some(initfunc) = initfunc else { return -1 };
        // SAFETY: the contract: a configuration and a text.
        unsafe { (*config).modules.push((CStr::from_ptr(name).to_owned(), initfunc)) };
        0
    }

    /// Begins an interpreter: 0, or -1, and the configuration says why.
    fn Py_InitializeFromInitConfig(config: *mut PyInitConfig) -> c_int {
        // SAFETY: the contract: a configuration.
        unsafe {
            let config = &mut *config;
            if adder_vm::visitors::interpreters().is_empty() {
                for (name, initfunc) in core::mem::take(&mut config.modules) {
                    PyImport_AppendInittab(name.as_ptr(), Some(initfunc));
                }
            }
            let done = start::initialize(&config.config);
            match done.kind {
                0 => 0,
                1 => {
                    let message = if done.err_msg.is_null() { c"unknown error" } else { CStr::from_ptr(done.err_msg) };
                    config.fail(message.to_string_lossy().into_owned())
                }
                _ => {
                    config.exit_code = Some(done.exitcode);
                    -1
                }
            }
        }
    }

    /// The last error: 1 and its text, which is the configuration's; or 0.
    fn PyInitConfig_GetError(config: *mut PyInitConfig, place: *mut *const c_char) -> c_int {
        // SAFETY: the contract: a configuration and a place.
        unsafe {
            let config = &mut *config;
            if let Some(code) = config.exit_code {
                config.error = CString::new(format!("exit code {code}")).ok();
            }
            match &config.error {
                Some(error) => {
                    *place = error.as_ptr();
                    1
                }
                None => {
                    *place = core::ptr::null();
                    0
                }
            }
        }
    }

    /// The exit code with which to end: 1 if there is one, or 0.
    fn PyInitConfig_GetExitCode(config: *mut PyInitConfig, place: *mut c_int) -> c_int {
        // SAFETY: the contract: a configuration and a place.
        unsafe {
            match (*config).exit_code {
                Some(code) => {
                    *place = code;
                    1
                }
                None => 0,
            }
        }
    }

    /// An option of the interpreter that runs: a new reference.
    fn PyConfig_Get(name: *const c_char) -> Object {
        // SAFETY: the contract: a text.
        cross::<Value>("PyConfig_Get", |cx| get(cx, &unsafe { named(name) }))
    }

    /// The same of a number.
    fn PyConfig_GetInt(name: *const c_char, place: *mut c_int) -> c_int {
        cross::<()>("PyConfig_GetInt", |cx| {
            // SAFETY: the contract: a text.
            let name = unsafe { named(name) };
            let value = get(cx, &name)?;
            if value.as_i64().is_none() && value.ty().name() != "bool" {
                return raise!(cx, exc::TYPE_ERROR, "config option {name} is not an int");
            }
            let value = cx.index_to_isize(&value, None)?;
            match c_int::try_from(value) {
                // SAFETY: the contract: a place.
                Ok(value) => unsafe { place.write(value) },
                Err(_) => return raise!(cx, exc::OVERFLOW_ERROR, "config option {name} value does not fit into a C int"),
            }
            Ok(())
        })
    }

    /// Sets an option of the interpreter that runs.
    fn PyConfig_Set(name: *const c_char, value: Object) -> c_int {
        cross::<()>("PyConfig_Set", |cx| {
            // SAFETY: the contract: a text and an object.
            let (name, value) = unsafe { (named(name), Borrowed::of(value)) };
            match value {
                Some(value) => set(cx, &name, &value),
                None => raise!(cx, exc::SYSTEM_ERROR, "PyConfig_Set: null argument to internal routine"),
            }
        })
    }

    /// The names of these options: a frozenset.
    fn PyConfig_Names() -> Object {
        cross::<Value>("PyConfig_Names", |cx| {
            let names = KNOWN.iter().map(|(name, ..)| cx.str_value(name)).collect::<R<Vec<_>>>()?;
            let frozen = cx.getattr_text(&cx.import("builtins")?, "frozenset")?;
            cx.call(&frozen, &[cx.list(names)?.into_value()])
        })
    }
}
