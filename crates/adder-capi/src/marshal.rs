//! `PyMarshal_*`: values in the format of the module `marshal`, in memory and in files of C's.

use core::ffi::{c_char, c_int, c_long};

use adder_objects::bytes::PyBytes;
use adder_objects::{Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Nothing};
use crate::contract::api;
use crate::text::bytes_at;

fn call(cx: &Cx, function: &str, args: &[Value]) -> R {
    cx.call(&cx.getattr_text(&cx.import("marshal")?, function)?, args)
}

/// So many bytes of a file, or EOFError.
///
/// # Safety
/// An open file.
unsafe fn read<const N: usize>(cx: &Cx, file: *mut libc::FILE) -> R<[u8; N]> {
    let mut bytes = [0; N];
    // SAFETY: by the contract; there is room.
    match unsafe { libc::fread(bytes.as_mut_ptr().cast(), 1, N, file) } {
        n if n == N => Ok(bytes),
        _ => raise!(cx, exc::EOF_ERROR, "EOF read where not expected"),
    }
}

/// All that is left of a file.
///
/// # Safety
/// An open file.
unsafe fn rest(file: *mut libc::FILE) -> Vec<u8> {
    let mut all = Vec::new();
    let mut part = [0_u8; 8192];
    loop {
        // SAFETY: by the contract; there is room.
        match unsafe { libc::fread(part.as_mut_ptr().cast(), 1, part.len(), file) } {
            0 => return all,
            n => all.extend_from_slice(&part[..n]),
        }
    }
}

/// An object of a file. What lies behind it in the file is read again by the next one, if the file can go back.
///
/// # Safety
/// An open file.
unsafe fn object(cx: &Cx, file: *mut libc::FILE) -> R {
    // SAFETY: by the contract.
    let (start, bytes) = unsafe { (libc::ftell(file), rest(file)) };
    let stream = cx.call(&cx.getattr_text(&cx.import("_io")?, "BytesIO")?, &[cx.bytes(&bytes)?.into_value()])?;
    let made = call(cx, "load", core::slice::from_ref(&stream))?;
    if start >= 0 {
        let used = cx.call_method(&stream, &cx.intern("tell")?, &[])?.as_i64().unwrap_or(0);
        // SAFETY: by the contract.
        unsafe { libc::fseek(file, start + used, libc::SEEK_SET) };
    }
    Ok(made)
}

/// Writes bytes to a file. What goes wrong the file says itself.
///
/// # Safety
/// An open file.
unsafe fn write(file: *mut libc::FILE, bytes: &[u8]) {
    // SAFETY: by the contract.
    unsafe { libc::fwrite(bytes.as_ptr().cast(), 1, bytes.len(), file) };
}

api! {
    /// `marshal.loads`
    runs fn PyMarshal_ReadObjectFromString(cx, bytes: *const c_char, size: isize) -> Value {
        // SAFETY: the contract: so many bytes lie there.
        call(cx, "loads", &[cx.bytes(unsafe { bytes_at(bytes, size) })?.into_value()])
    }

    /// `marshal.dumps`
    runs fn PyMarshal_WriteObjectToString(cx, object: Borrowed, version: c_int) -> Value {
        call(cx, "dumps", &[object.to_owned(), cx.int(version.into())?])
    }

    /// A number of four bytes.
    quiet fn PyMarshal_ReadLongFromFile(cx, file: *mut libc::FILE) -> c_long {
        // SAFETY: the contract: an open file.
        Ok(i32::from_le_bytes(unsafe { read(cx, file) }?).into())
    }

    /// A number of two bytes.
    quiet fn PyMarshal_ReadShortFromFile(cx, file: *mut libc::FILE) -> c_int {
        // SAFETY: the contract: an open file.
        Ok(i16::from_le_bytes(unsafe { read(cx, file) }?).into())
    }

    /// The next object of a file.
    runs fn PyMarshal_ReadObjectFromFile(cx, file: *mut libc::FILE) -> Value {
        // SAFETY: the contract: an open file.
        unsafe { object(cx, file) }
    }

    /// The last object of a file: it is read to its end.
    runs fn PyMarshal_ReadLastObjectFromFile(cx, file: *mut libc::FILE) -> Value {
        // SAFETY: the contract: an open file.
        call(cx, "loads", &[cx.bytes(&unsafe { rest(file) })?.into_value()])
    }

    /// Writes a number of four bytes.
    quiet fn PyMarshal_WriteLongToFile(cx, value: c_long, file: *mut libc::FILE, version: c_int) -> Nothing {
        let _ = (cx, version);
        // SAFETY: the contract: an open file.
        unsafe { write(file, &(value as i32).to_le_bytes()) };
        Ok(Nothing)
    }

    /// Writes an object.
    runs fn PyMarshal_WriteObjectToFile(cx, object: Borrowed, file: *mut libc::FILE, version: c_int) -> Nothing {
        let made = call(cx, "dumps", &[object.to_owned(), cx.int(version.into())?])?;
        if let Some(bytes) = made.downcast::<PyBytes>() {
            // SAFETY: the contract: an open file.
            unsafe { write(file, bytes.as_slice()) };
        }
        Ok(Nothing)
    }
}
