//! `PyObject_Print`.

use core::ffi::c_int;

use adder_objects::{Value, exceptions as exc};

use crate::border::Borrowed;
use crate::contract::api;

/// `Py_PRINT_RAW`: `str`, not `repr`.
const RAW: c_int = 1;

api! {
    /// Writes an object's `repr` (or its `str`) to a file of C's; `<nil>` for NULL.
    runs fn PyObject_Print(cx, object: Option<Borrowed>, file: *mut libc::FILE, flags: c_int) -> () {
        let bytes = match object {
            None => b"<nil>".to_vec(),
            Some(object) => {
                let text = if flags & RAW != 0 { cx.to_str(&object)? } else { cx.repr(&object)? }.into_value();
                let encoded = cx.call_method(&text, &cx.intern("encode")?, &[cx.intern("utf-8")?])?;
                encoded.downcast::<adder_objects::bytes::PyBytes>().map_or_else(Vec::new, |bytes| bytes.as_slice().to_vec())
            }
        };
        // SAFETY: the contract: a file that is open for writing.
        unsafe {
            libc::clearerr(file);
            let written = libc::fwrite(bytes.as_ptr().cast(), 1, bytes.len(), file);
            if written < bytes.len() || libc::ferror(file) != 0 {
                let error = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
                libc::clearerr(file);
                let text = std::ffi::CStr::from_ptr(libc::strerror(error)).to_string_lossy().into_owned();
                let args = [Value::small(error.into()), cx.str_value(&text)?];
                return Err(adder_objects::Raised::new(cx.call(&exc::OS_ERROR.value(), &args)?));
            }
        }
        Ok(())
    }
}
