//! `PyStatus_*`: how the beginning of an interpreter went.

use core::ffi::{CStr, c_char, c_int};

use adder_capi::interpreters::PyStatus;

use super::exported;

const ERROR: c_int = 1;
const EXIT: c_int = 2;

/// There was no memory.
pub fn no_memory() -> PyStatus {
    PyStatus::error(c"", c"memory allocation failed")
}

/// To end with an exit code.
pub fn exit(code: u8) -> PyStatus {
    PyStatus { kind: EXIT, exitcode: code.into(), ..PyStatus::OK }
}

/// Is it an error, or does it say to end?
pub fn is_exception(status: &PyStatus) -> bool {
    status.kind != 0
}

exported! {
    /// All is well.
    fn PyStatus_Ok() -> PyStatus {
        PyStatus::OK
    }

    /// An error, with a text that stays C's.
    fn PyStatus_Error(message: *const c_char) -> PyStatus {
        PyStatus { kind: ERROR, err_msg: message, ..PyStatus::OK }
    }

    /// There was no memory.
    fn PyStatus_NoMemory() -> PyStatus {
        no_memory()
    }

    /// To end with an exit code.
    fn PyStatus_Exit(code: c_int) -> PyStatus {
        PyStatus { kind: EXIT, exitcode: code, ..PyStatus::OK }
    }

    /// Is it an error?
    fn PyStatus_IsError(status: PyStatus) -> c_int {
        (status.kind == ERROR).into()
    }

    /// Does it say to end?
    fn PyStatus_IsExit(status: PyStatus) -> c_int {
        (status.kind == EXIT).into()
    }

    /// Is it an error, or does it say to end?
    fn PyStatus_Exception(status: PyStatus) -> c_int {
        is_exception(&status).into()
    }

    /// Ends the process as a status says.
    fn Py_ExitStatusException(status: PyStatus) {
        if status.kind == EXIT {
            std::process::exit(status.exitcode);
        }
        // SAFETY: the contract: NULL, or texts.
        let text = |text: *const c_char| unsafe {
            (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned()).filter(|text| !text.is_empty())
        };
        let place = text(status.func).map_or_else(String::new, |function| format!("{function}: "));
        let message = text(status.err_msg).unwrap_or_else(|| "unknown error".to_owned());
        eprintln!("Fatal Python error: {place}{message}");
        std::process::exit(1);
    }
}
