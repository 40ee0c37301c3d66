//! `Py_CompileString*` and `PyRun_*`: source text from C.

use core::ffi::{CStr, c_char, c_int, c_void};

use adder_objects::dict::PyDict;
use adder_objects::{Cx, R, Raised, Value, exceptions as exc, raise};
use adder_vm::code::PyCode;
use adder_vm::{Need, Outcome, Vm};

use crate::border::{Borrowed, Object};
use crate::contract::{Contract, More, Passing, Runs, api};
use crate::errors::text_of;
use crate::evaluation::{give_builtins, run_code};

/// `PyCompilerFlags`
#[repr(C)]
#[derive(Debug)]
#[allow(missing_docs, reason = "the names and meanings are CPython's")]
pub struct PyCompilerFlags {
    pub cf_flags: c_int,
    pub cf_feature_version: c_int,
}

/// Bits of [`PyCompilerFlags::cf_flags`] that are for the text alone.
const IS_UTF8: c_int = 0x100;
const IGNORE_COOKIE: c_int = 0x800;
/// Those that `compile` takes.
const FUTURE: c_int = 0x1FE_0000;
const COMPILE: c_int = 0xF600;

/// What a text is: `Py_single_input` and so on.
fn mode_of(cx: &Cx, start: c_int) -> R<&'static str> {
    match start {
        256 => Ok("single"),
        257 => Ok("exec"),
        258 => Ok("eval"),
        345 => Ok("func_type"),
        _ => raise!(
            cx,
            exc::VALUE_ERROR,
            "start must be Py_single_input, Py_file_input, Py_eval_input or Py_func_type_input"
        ),
    }
}

/// Compiles a text. The flags of `__future__` that it sets are added to those given.
unsafe fn compile(
    cx: &Cx,
    source: &[u8],
    file: Value,
    start: c_int,
    flags: *mut PyCompilerFlags,
    optimize: c_int,
) -> R {
    let vm = Vm::of(cx);
    let mode = cx.str_value(mode_of(cx, start)?)?;
    // SAFETY: the contract of the caller: NULL, or flags.
    let given = unsafe { flags.as_ref() }.map_or(0, |flags| flags.cf_flags);
    let source = if given & (IS_UTF8 | IGNORE_COOKIE) != 0 && core::str::from_utf8(source).is_ok() {
        cx.str_value(&String::from_utf8_lossy(source))?
    } else {
        cx.bytes(source)?.into_value()
    };
    let bits = Value::small(i64::from(given & (FUTURE | COMPILE)));
    let made = vm.compile(&[source, file, mode, bits, Value::bool(true), Value::small(optimize.into())])?;
    // SAFETY: as above.
    if let (Some(flags), Some(code)) = (unsafe { flags.as_mut() }, made.downcast::<PyCode>()) {
        flags.cf_flags |= code.flags as c_int & FUTURE;
    }
    Ok(made)
}

/// A path of C's.
unsafe fn path(cx: &Cx, text: *const c_char) -> R {
    // SAFETY: by the contract of the caller.
    cx.str_value(&unsafe { text_of(text) })
}

/// Compiles a text and runs it.
#[rustfmt::skip]
unsafe fn run(
    cx: &Cx, source: &[u8], file: Value, start: c_int, globals: Option<&Value>, locals: Option<&Value>, flags: *mut PyCompilerFlags,
) -> R {
    let Some((globals, dict)) = globals.and_then(|globals| Some((globals, globals.downcast::<PyDict>()?))) else {
        return raise!(cx, exc::SYSTEM_ERROR, "globals must be a real dict; try eval(code, {{}}, mapping)");
    };
    give_builtins(cx, dict)?;
    // SAFETY: forwarded.
    let code = unsafe { compile(cx, source, file, start, flags, -1) }?;
    run_code(cx, &code, globals, locals)
}

/// What is left of a stream of C's.
unsafe fn read(stream: *mut libc::FILE) -> Vec<u8> {
    let mut all = Vec::new();
    let mut part = [0_u8; 8192];
    loop {
        // SAFETY: a stream that is open, and room for so many bytes.
        let count = unsafe { libc::fread(part.as_mut_ptr().cast(), 1, part.len(), stream) };
        if count == 0 {
            return all;
        }
        all.extend_from_slice(&part[..count]);
    }
}

unsafe fn close(stream: *mut libc::FILE, closes: c_int) {
    if closes != 0 {
        // SAFETY: a stream that is open; C passes it on.
        unsafe { libc::fclose(stream) };
    }
}

/// Reports an exception that nobody has caught, as a program's end does; SystemExit ends the process.
pub(crate) fn report(cx: &Cx, raised: Raised) {
    if let Outcome::Exit(code) = Vm::of(cx).report(raised) {
        crate::lifecycle::exit(code.into());
    }
}

/// Runs a text in `__main__`; an exception is reported.
unsafe fn run_simply(cx: &Cx, source: &[u8], file: Value, flags: *mut PyCompilerFlags) -> R<c_int> {
    let vm = Vm::of(cx);
    let Some(main) = vm.main_dict()? else { return Ok(-1) };
    // SAFETY: forwarded.
    match unsafe { run(cx, source, file, 257, Some(main.as_value()), None, flags) } {
        Ok(_) => Ok(0),
        Err(raised) => {
            report(cx, raised);
            Ok(-1)
        }
    }
}

/// The same with a file: it is `__file__` meanwhile.
unsafe fn run_file_simply(
    cx: &Cx,
    stream: *mut libc::FILE,
    name: Value,
    closes: c_int,
    flags: *mut PyCompilerFlags,
) -> R<c_int> {
    // SAFETY: by the contract of the caller.
    let source = unsafe { read(stream) };
    // SAFETY: as above.
    unsafe { close(stream, closes) };
    let Some(main) = Vm::of(cx).main_dict()? else { return Ok(-1) };
    let mine = main.get(cx, cx.names.file())?.is_none();
    if mine {
        main.set(cx, cx.names.file(), name.clone())?;
    }
    // SAFETY: forwarded.
    let result = unsafe { run_simply(cx, &source, name, flags) };
    if mine {
        main.remove(cx, cx.names.file())?;
    }
    result
}

/// A line of a stream; `None` at its end.
unsafe fn line(stream: *mut libc::FILE) -> Option<String> {
    let mut line = Vec::new();
    loop {
        // SAFETY: a stream that is open.
        match unsafe { libc::fgetc(stream) } {
            libc::EOF if line.is_empty() => return None,
            libc::EOF => break,
            byte => line.push(byte as u8),
        }
        if line.ends_with(b"\n") {
            break;
        }
    }
    Some(String::from_utf8_lossy(&line).into_owned())
}

/// How a statement of a prompt ended.
enum Said {
    Ran,
    /// It could not be compiled, or raised, which was reported.
    Failed,
    /// The stream has ended.
    End,
}

/// Reads one statement from a stream and runs it in `__main__`, as a prompt does. Prompts go to standard error.
unsafe fn one(cx: &Cx, stream: *mut libc::FILE, file: &Value, flags: *mut PyCompilerFlags) -> R<Said> {
    let vm = Vm::of(cx);
    let (first, further) = vm.prompts();
    let mut text = String::new();
    let mut prompt = first;
    loop {
        write_prompt(&prompt);
        // SAFETY: by the contract of the caller.
        let Some(next) = (unsafe { line(stream) }) else {
            if text.trim().is_empty() {
                return Ok(Said::End);
            }
            break;
        };
        text.push_str(&next);
        if text.trim().is_empty() {
            return Ok(Said::Ran);
        }
        if vm.need_of(&text) != Need::Lines {
            break;
        }
        prompt.clone_from(&further);
    }
    let Some(main) = vm.main_dict()? else { return Ok(Said::Failed) };
    // SAFETY: forwarded.
    let result = unsafe { run(cx, text.as_bytes(), file.clone(), 256, Some(main.as_value()), None, flags) };
    let said = match result {
        Ok(_) => Said::Ran,
        Err(raised) => {
            report(cx, raised);
            Said::Failed
        }
    };
    flush(cx);
    Ok(said)
}

fn write_prompt(prompt: &str) {
    use std::io::Write;
    // Nobody can be told where standard error is closed.
    let _ = std::io::stderr().write_all(prompt.as_bytes());
}

fn flush(cx: &Cx) {
    // A stream that cannot be written to has nobody to tell.
    let _ = (|| -> R<()> {
        let stdout = cx.getattr(&Vm::of(cx).sys.get(), cx.names.stdout())?;
        cx.call_method(&stdout, cx.names.flush(), &[]).map(drop)
    })();
}

unsafe fn is_interactive(stream: *mut libc::FILE) -> bool {
    // SAFETY: a stream that is open.
    unsafe { libc::isatty(libc::fileno(stream)) != 0 }
}

fn as_stream(stream: *mut c_void) -> *mut libc::FILE {
    stream.cast()
}

/// The bytes of a text of C's.
unsafe fn bytes<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: by the contract of the caller.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

api! {
    /// Compiles a text.
    runs fn Py_CompileStringObject(
        cx,
        source: *const c_char,
        file: Borrowed,
        start: c_int,
        flags: *mut PyCompilerFlags,
        optimize: c_int,
    ) -> Value {
        // SAFETY: the contract: a text; NULL, or flags.
        unsafe { compile(cx, bytes(source), file.to_owned(), start, flags, optimize) }
    }

    /// The same with the file's name as a text.
    runs fn Py_CompileStringExFlags(
        cx,
        source: *const c_char,
        file: *const c_char,
        start: c_int,
        flags: *mut PyCompilerFlags,
        optimize: c_int,
    ) -> Value {
        // SAFETY: the contract: texts; NULL, or flags.
        unsafe { compile(cx, bytes(source), path(cx, file)?, start, flags, optimize) }
    }

    /// Compiles a text and runs it.
    runs fn PyRun_StringFlags(
        cx,
        source: *const c_char,
        start: c_int,
        globals: Option<Borrowed>,
        locals: Option<Borrowed>,
        flags: *mut PyCompilerFlags,
    ) -> Value {
        // SAFETY: the contract: a text; NULL, or flags.
        unsafe {
            let file = cx.str_value("<string>")?;
            run(cx, bytes(source), file, start, globals.as_deref(), locals.as_deref(), flags)
        }
    }

    /// Runs a text in `__main__`. 0, or -1 after an exception, which is reported.
    runs fn PyRun_SimpleStringFlags(cx, source: *const c_char, flags: *mut PyCompilerFlags) -> c_int {
        // SAFETY: the contract: a text; NULL, or flags.
        unsafe { run_simply(cx, bytes(source), cx.str_value("<string>")?, flags) }
    }

    /// Reads a stream to its end, compiles and runs that.
    runs fn PyRun_FileExFlags(
        cx,
        stream: *mut c_void,
        file: *const c_char,
        start: c_int,
        globals: Option<Borrowed>,
        locals: Option<Borrowed>,
        closes: c_int,
        flags: *mut PyCompilerFlags,
    ) -> Value {
        // SAFETY: the contract: a stream, a text; NULL, or flags.
        unsafe {
            let source = read(as_stream(stream));
            close(as_stream(stream), closes);
            run(cx, &source, path(cx, file)?, start, globals.as_deref(), locals.as_deref(), flags)
        }
    }

    /// Reads a stream to its end, and runs that in `__main__`. 0, or -1 after an exception, which is reported.
    runs fn PyRun_SimpleFileExFlags(
        cx,
        stream: *mut c_void,
        file: *const c_char,
        closes: c_int,
        flags: *mut PyCompilerFlags,
    ) -> c_int {
        // SAFETY: the contract: a stream, a text; NULL, or flags.
        unsafe { run_file_simply(cx, as_stream(stream), path(cx, file)?, closes, flags) }
    }

    /// The same, or a prompt where a terminal is read.
    runs fn PyRun_AnyFileExFlags(
        cx,
        stream: *mut c_void,
        file: *const c_char,
        closes: c_int,
        flags: *mut PyCompilerFlags,
    ) -> c_int {
        // SAFETY: the contract: a stream, NULL or a text; NULL, or flags.
        unsafe {
            let name = if file.is_null() { cx.str_value("???")? } else { path(cx, file)? };
            if is_interactive(as_stream(stream)) {
                Vm::of(cx).begin_prompt();
                let result = interact(cx, as_stream(stream), &name, flags);
                close(as_stream(stream), closes);
                return result;
            }
            run_file_simply(cx, as_stream(stream), name, closes, flags)
        }
    }

    /// Reads one statement and runs it in `__main__`: 0, -1 after an exception, 11 (`E_EOF`) at the end of the stream.
    runs fn PyRun_InteractiveOneObject(cx, stream: *mut c_void, file: Borrowed, flags: *mut PyCompilerFlags) -> c_int {
        Vm::of(cx).begin_prompt();
        // SAFETY: the contract: a stream; NULL, or flags.
        Ok(result_of(unsafe { one(cx, as_stream(stream), &file, flags) }?))
    }

    /// The same with the file's name as a text.
    runs fn PyRun_InteractiveOneFlags(
        cx,
        stream: *mut c_void,
        file: *const c_char,
        flags: *mut PyCompilerFlags,
    ) -> c_int {
        Vm::of(cx).begin_prompt();
        // SAFETY: the contract: a stream, a text; NULL, or flags.
        Ok(result_of(unsafe { one(cx, as_stream(stream), &path(cx, file)?, flags) }?))
    }

    /// Reads statements and runs them in `__main__` until the stream ends.
    runs fn PyRun_InteractiveLoopFlags(
        cx,
        stream: *mut c_void,
        file: *const c_char,
        flags: *mut PyCompilerFlags,
    ) -> c_int {
        Vm::of(cx).begin_prompt();
        // SAFETY: the contract: a stream, a text; NULL, or flags.
        unsafe { interact(cx, as_stream(stream), &path(cx, file)?, flags) }
    }
}

fn result_of(said: Said) -> c_int {
    /// `E_EOF`
    const END: c_int = 11;
    match said {
        Said::Ran => 0,
        Said::Failed => -1,
        Said::End => END,
    }
}

unsafe fn interact(cx: &Cx, stream: *mut libc::FILE, file: &Value, flags: *mut PyCompilerFlags) -> R<c_int> {
    loop {
        // SAFETY: by the contract of the caller.
        if let Said::End = unsafe { one(cx, stream, file, flags) }? {
            return Ok(0);
        }
    }
}

/// A function that older C calls, and the one that it is now.
macro_rules! older {
    (@argument Object) => { Passing::Borrowed };
    (@argument Optional) => { Passing::BorrowedOrNull };
    (@argument $other:ident) => { Passing::Plain };
    (@result Object) => { Passing::New };
    // -1 says that an exception was reported: none is set.
    (@result $other:ident) => { Passing::Plain };
    ($($name:ident($($arg:ident: $ty:ident),*) -> $out:ident = $now:ident($($given:expr),*);)*) => {
        $(
            /// An older form.
            ///
            /// # Safety
            /// The contract of the C API.
            // SAFETY: the name is C's, and nothing else has it.
            #[unsafe(no_mangle)]
            #[allow(non_snake_case, reason = "C's names")]
            pub unsafe extern "C" fn $name($($arg: $ty),*) -> $out {
                // SAFETY: forwarded.
                unsafe { $now($($given),*) }
            }
        )*

        /// Their rows.
        pub(crate) static OLDER: &[Contract] = &[$(
            Contract {
                name: stringify!($name),
                address: $name as *const (),
                parameters: &[$((stringify!($arg), older!(@argument $ty))),*],
                more: More::Nothing,
                result: older!(@result $out),
                runs: Runs::Code,
                guarded: true,
            }
        ),*];
    };
}

/// An object, or NULL.
type Optional = Object;
type Text = *const c_char;
type Stream = *mut c_void;
type Flags = *mut PyCompilerFlags;
const NONE: Flags = core::ptr::null_mut();

older! {
    Py_CompileString(source: Text, file: Text, start: c_int) -> Object = Py_CompileStringExFlags(source, file, start, NONE, -1);
    Py_CompileStringFlags(source: Text, file: Text, start: c_int, flags: Flags) -> Object
        = Py_CompileStringExFlags(source, file, start, flags, -1);
    PyRun_String(source: Text, start: c_int, globals: Object, locals: Optional) -> Object
        = PyRun_StringFlags(source, start, globals, locals, NONE);
    PyRun_SimpleString(source: Text) -> c_int = PyRun_SimpleStringFlags(source, NONE);
    PyRun_SimpleFile(stream: Stream, file: Text) -> c_int = PyRun_SimpleFileExFlags(stream, file, 0, NONE);
    PyRun_SimpleFileEx(stream: Stream, file: Text, closes: c_int) -> c_int = PyRun_SimpleFileExFlags(stream, file, closes, NONE);
    PyRun_AnyFile(stream: Stream, file: Text) -> c_int = PyRun_AnyFileExFlags(stream, file, 0, NONE);
    PyRun_AnyFileEx(stream: Stream, file: Text, closes: c_int) -> c_int = PyRun_AnyFileExFlags(stream, file, closes, NONE);
    PyRun_AnyFileFlags(stream: Stream, file: Text, flags: Flags) -> c_int = PyRun_AnyFileExFlags(stream, file, 0, flags);
    PyRun_File(stream: Stream, file: Text, start: c_int, globals: Object, locals: Optional) -> Object
        = PyRun_FileExFlags(stream, file, start, globals, locals, 0, NONE);
    PyRun_FileEx(stream: Stream, file: Text, start: c_int, globals: Object, locals: Optional, closes: c_int) -> Object
        = PyRun_FileExFlags(stream, file, start, globals, locals, closes, NONE);
    PyRun_FileFlags(stream: Stream, file: Text, start: c_int, globals: Object, locals: Optional, flags: Flags) -> Object
        = PyRun_FileExFlags(stream, file, start, globals, locals, 0, flags);
    PyRun_InteractiveOne(stream: Stream, file: Text) -> c_int = PyRun_InteractiveOneFlags(stream, file, NONE);
    PyRun_InteractiveLoop(stream: Stream, file: Text) -> c_int = PyRun_InteractiveLoopFlags(stream, file, NONE);
}
