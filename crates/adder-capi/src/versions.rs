//! `Py_GetVersion` and its like: which Python this is. They need no interpreter.

use core::ffi::{CStr, c_char, c_int, c_ulong};

use crate::contract::without_interpreter;

/// A text that ends with a zero.
macro_rules! c {
    ($($part:expr),*) => {
        match CStr::from_bytes_with_nul(concat!($($part,)* "\0").as_bytes()) {
            Ok(text) => text,
            Err(_) => panic!("one zero, at the end"),
        }
    };
}

static VERSION: &CStr = c!("3.14.0 (Adder ", env!("CARGO_PKG_VERSION"), ")");
static BUILD: &CStr = c!("adder ", env!("CARGO_PKG_VERSION"));
static COMPILER: &CStr = c!("[Rust]");
static COPYRIGHT: &CStr = c"Adder: MIT OR Apache-2.0. The standard library: PSF-2.0.";

/// `PY_VERSION_HEX`, for those who look when they run.
// SAFETY: the name is C's, and nothing else has it.
#[unsafe(export_name = "Py_Version")]
pub static VERSION_HEX: c_ulong = 0x030E_00F0;

macro_rules! flags {
    ($($name:ident)*) => {$(
        /// A switch of the command line, as older C reads it.
        // SAFETY: the name is C's, and nothing else has it.
        #[unsafe(no_mangle)]
        #[allow(non_upper_case_globals, reason = "C's names")]
        pub static $name: core::sync::atomic::AtomicI32 = core::sync::atomic::AtomicI32::new(0);
    )*};
}
flags! {
    Py_DebugFlag Py_VerboseFlag Py_QuietFlag Py_InteractiveFlag Py_InspectFlag Py_OptimizeFlag Py_NoSiteFlag Py_BytesWarningFlag
    Py_FrozenFlag Py_IgnoreEnvironmentFlag Py_DontWriteBytecodeFlag Py_NoUserSiteDirectory Py_UnbufferedStdioFlag
    Py_HashRandomizationFlag Py_IsolatedFlag Py_UTF8Mode
}

/// Gives the switches the values of an interpreter's options.
pub fn set_flags(options: &adder_vm::Options) {
    let set = |flag: &core::sync::atomic::AtomicI32, value: i64| {
        flag.store(value as c_int, core::sync::atomic::Ordering::Relaxed)
    };
    for (name, value) in &options.flags {
        match *name {
            "debug" => set(&Py_DebugFlag, *value),
            "verbose" => set(&Py_VerboseFlag, *value),
            "quiet" => set(&Py_QuietFlag, *value),
            "interactive" => set(&Py_InteractiveFlag, *value),
            "inspect" => set(&Py_InspectFlag, *value),
            "no_site" => set(&Py_NoSiteFlag, *value),
            "bytes_warning" => set(&Py_BytesWarningFlag, *value),
            "ignore_environment" => set(&Py_IgnoreEnvironmentFlag, *value),
            "no_user_site" => set(&Py_NoUserSiteDirectory, *value),
            "isolated" => set(&Py_IsolatedFlag, *value),
            "utf8_mode" => set(&Py_UTF8Mode, *value),
            _ => {}
        }
    }
    set(&Py_OptimizeFlag, options.optimize.into());
    set(&Py_UnbufferedStdioFlag, options.unbuffered.into());
}

without_interpreter! {
    /// `sys.version`
    fn Py_GetVersion() -> *const c_char {
        VERSION.as_ptr()
    }

    /// `sys.platform`
    fn Py_GetPlatform() -> *const c_char {
        if cfg!(target_vendor = "apple") { c"darwin" } else { c"linux" }.as_ptr()
    }

    /// `sys.copyright`
    fn Py_GetCopyright() -> *const c_char {
        COPYRIGHT.as_ptr()
    }

    /// What it was built with.
    fn Py_GetCompiler() -> *const c_char {
        COMPILER.as_ptr()
    }

    /// Which build it is.
    fn Py_GetBuildInfo() -> *const c_char {
        BUILD.as_ptr()
    }

    /// Is there an interpreter?
    fn Py_IsInitialized() -> c_int {
        (!adder_vm::visitors::interpreters().is_empty()).into()
    }

    /// Does the thread's interpreter end?
    fn Py_IsFinalizing() -> c_int {
        adder_objects::Cx::try_current().is_some_and(|cx| adder_vm::Vm::of(cx).is_ending()).into()
    }
}
