//! From the source text of a file to code: its encoding, compiling, and the warnings of that.

use adder_compiler::{CompileError, ErrorKind, Mode, Options, Warning};
use adder_objects::{Cx, Obj, R, exceptions as exc, raise};

use crate::code::{PyCode, code_object};
use crate::report::syntax_error;
use crate::vm::Vm;

/// The text of a source file.
///
/// # Errors
/// SyntaxError, if the encoding is not known or the bytes are not of it.
pub(crate) fn decode(cx: &Cx, source: &[u8], file: &str) -> R<String> {
    let bytes = source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source);
    if let Some(encoding) = adder_compiler::declared_encoding(bytes) {
        return decode_as(cx, source, &encoding, file);
    }
    match core::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let (start, rest) = bytes.split_at(error.valid_up_to());
            if start.contains(&0) {
                // No text at all: the compiler says so.
                return Ok(String::from_utf8_lossy(bytes).into_owned());
            }
            let byte = rest[0];
            let line = bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
            raise!(
                cx,
                exc::SYNTAX_ERROR,
                "Non-UTF-8 code starting with '\\x{byte:02x}' in file {file} on line {line}, but no encoding declared; \
                 see https://peps.python.org/pep-0263/ for details"
            )
        }
    }
}

/// The same where a comment names the encoding.
fn decode_as(cx: &Cx, source: &[u8], encoding: &str, file: &str) -> R<String> {
    let error = match adder_compiler::decode(source) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    if !error.message.starts_with("unknown encoding") {
        return Err(syntax_error(cx, &error, file));
    }
    let codecs = cx.import("codecs")?;
    let name = cx.str_value(encoding)?;
    if let Err(raised) = cx.call(&cx.getattr_text(&codecs, "lookup")?, core::slice::from_ref(&name)) {
        if raised.is(&exc::LOOKUP_ERROR) {
            return Err(syntax_error(cx, &CompileError { line: 0, ..error }, file));
        }
        return Err(raised);
    }
    match cx.call(&cx.getattr_text(&codecs, "decode")?, &[cx.bytes(source)?.into_value(), name]) {
        Ok(text) => cx.display(&text),
        Err(raised) if raised.is(&exc::UNICODE_DECODE_ERROR) => {
            let message = format!("(unicode error) {}", cx.display(raised.value())?);
            Err(syntax_error(cx, &CompileError { message, line: 0, ..error }, file))
        }
        Err(raised) => Err(raised),
    }
}

/// Compiles the bytes of a source file.
///
/// # Errors
/// SyntaxError; MemoryError.
pub(crate) fn compile_bytes(vm: &Vm, source: &[u8], file: &str) -> R<Obj<PyCode>> {
    compile(vm, &decode(&vm.cx, source, file)?, file, Mode::Exec)
}

/// Compiles source text.
///
/// # Errors
/// SyntaxError; MemoryError.
pub(crate) fn compile(vm: &Vm, source: &str, file: &str, mode: Mode) -> R<Obj<PyCode>> {
    compile_with(vm, source, file, mode, 0)
}

/// The same with flags of `__future__` that are on from the start.
///
/// # Errors
/// SyntaxError; MemoryError; a warning that a filter makes an error.
pub(crate) fn compile_with(vm: &Vm, source: &str, file: &str, mode: Mode, future: u32) -> R<Obj<PyCode>> {
    let cx = &*vm.cx;
    let digits = cx.int_max_str_digits.get();
    let options = Options { optimize: vm.options.optimize, future, int_digits: digits, ..Options::new(mode, file) };
    match adder_compiler::compile(source, &options) {
        Ok(compiled) => {
            issue_warnings(cx, &compiled.warnings, source, file)?;
            code_object(cx, &compiled.code)
        }
        Err(error) => Err(syntax_error(cx, &error, file)),
    }
}

/// Issues what the compiler warns of. A warning that a filter makes an error is a SyntaxError.
///
/// # Errors
/// SyntaxError; what a hook of the module `warnings` raises.
pub(crate) fn issue_warnings(cx: &Cx, warnings: &[Warning], source: &str, file: &str) -> R<()> {
    for warning in warnings {
        match crate::modules::warnings::warn_about_line(cx, &exc::SYNTAX_WARNING, &warning.message, file, warning.line)
        {
            Ok(()) => {}
            Err(raised) if raised.is(&exc::SYNTAX_WARNING) => {
                let text = source.lines().nth(warning.line.saturating_sub(1) as usize).map(|line| format!("{line}\n"));
                let error = CompileError {
                    kind: ErrorKind::Syntax,
                    message: warning.message.clone(),
                    line: warning.line,
                    column: warning.column,
                    end_line: warning.end_line,
                    end_column: warning.end_column,
                    text,
                    incomplete: false,
                };
                return Err(syntax_error(cx, &error, file));
            }
            Err(raised) => return Err(raised),
        }
    }
    Ok(())
}
