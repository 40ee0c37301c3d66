//! `compile`, and what `eval` and `exec` share with it.

use adder_compiler::syntax::{self, Count, Form, Holds, Invalid, Item, Kind, Sum};
use adder_compiler::{CompileError, ErrorKind, Mode, Options, code};
use adder_objects::codecs::{Handler, encode_utf_8};
use adder_objects::exceptions as exc;
use adder_objects::str::PyStr;
use adder_objects::{Args, Cx, Params, R, Value, raise};

use super::ast::{self, flag};
use super::support;
use crate::vm::Vm;

/// Flags of `__future__` that code remembers, and what older Pythons had.
const FUTURE: i64 = 0x1FE_0010;
/// Flags that say how to compile.
const COMPILE: i64 = flag::OPTIMIZED_AST
    | flag::TYPE_COMMENTS
    | flag::ALLOW_TOP_LEVEL_AWAIT
    | flag::DONT_IMPLY_DEDENT
    | flag::ALLOW_INCOMPLETE_INPUT;

/// Source text of a string or of bytes. `expected` is what else it may be, for the message.
pub(super) fn source_text(cx: &Cx, source: &Value, function: &str, expected: &str, file: &str) -> R<String> {
    let text = if source.downcast::<PyStr>().is_some() {
        let bytes = encode_utf_8(cx, source, &Handler::Strict)?;
        String::from_utf8_lossy(bytes.as_slice()).into_owned()
    } else if source.ty().slots.buffer.get().is_some() {
        let bytes = support::contents(cx, source)?;
        if bytes.contains(&0) {
            return raise!(cx, exc::SYNTAX_ERROR, "source code string cannot contain null bytes");
        }
        crate::source::decode(cx, &bytes, file)?
    } else {
        return raise!(cx, exc::TYPE_ERROR, "{function}() arg 1 must be a {expected}");
    };
    if text.contains('\0') {
        return raise!(cx, exc::SYNTAX_ERROR, "source code string cannot contain null bytes");
    }
    Ok(text)
}

/// Flags of `__future__` that the running code has.
pub(super) fn inherited(cx: &Cx) -> u32 {
    match crate::frame_object::running(Vm::of(cx)) {
        // SAFETY: the running frame is live.
        Some((registers, _)) => unsafe { registers.code() }.flags & code::flag::FUTURE_ANNOTATIONS,
        None => 0,
    }
}

pub(super) fn compile(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [source, filename, mode, flags, dont_inherit, optimize, feature_version] = args.bind(
        cx,
        &Params {
            function: "compile",
            names: ["source", "filename", "mode", "flags", "dont_inherit", "optimize", "_feature_version"],
            positional_only: 0,
            positional: 6,
            required: 3,
        },
    )?;
    let (Some(source), Some(filename), Some(mode)) = (source, filename, mode) else { return Ok(Value::none()) };
    let vm = Vm::of(cx);
    let filename = file_name(cx, filename)?;
    let Some(mode) = mode.downcast::<PyStr>() else {
        return raise!(
            cx,
            exc::TYPE_ERROR,
            "compile() argument 'mode' must be str, not {}",
            adder_objects::arguments::type_name(mode)
        );
    };
    let mode = mode.to_lossy().into_owned();
    let int = |value: Option<&Value>, default: i32| value.map_or(Ok(default), |value| support::c_int(cx, value));
    let mut flags = i64::from(int(flags, 0)?);
    let dont_inherit = dont_inherit.map_or(Ok(false), |value| cx.is_true(value))?;
    let optimize = int(optimize, -1)?;
    int(feature_version, -1)?;
    if flags & !(FUTURE | COMPILE) != 0 {
        return raise!(cx, exc::VALUE_ERROR, "compile(): unrecognised flags");
    }
    let optimize = match optimize {
        -1 => vm.options.optimize,
        0..=2 => optimize as u8,
        _ => return raise!(cx, exc::VALUE_ERROR, "compile(): invalid optimize value"),
    };
    if !dont_inherit {
        flags |= i64::from(inherited(cx));
    }
    let only_tree = flags & flag::ONLY_AST != 0;
    let form = match mode.as_str() {
        "exec" => Form::Code(Mode::Exec),
        "eval" => Form::Code(Mode::Eval),
        "single" => Form::Code(Mode::Single),
        "func_type" if only_tree => Form::FunctionType,
        "func_type" => return raise!(cx, exc::VALUE_ERROR, "compile() mode 'func_type' requires flag PyCF_ONLY_AST"),
        _ if only_tree => {
            return raise!(cx, exc::VALUE_ERROR, "compile() mode must be 'exec', 'eval', 'single' or 'func_type'");
        }
        _ => return raise!(cx, exc::VALUE_ERROR, "compile() mode must be 'exec', 'eval' or 'single'"),
    };
    if source.ty().is_subtype(&ast::NODE_TYPE) {
        if flags & flag::OPTIMIZED_AST == flag::ONLY_AST {
            return Ok(source.clone());
        }
        let options = Options {
            optimize,
            future: flags as u32 & code::flag::FUTURE_ANNOTATIONS,
            top_level_await: flags & flag::ALLOW_TOP_LEVEL_AWAIT != 0,
            ..Options::new(Mode::Exec, &filename)
        };
        return compile_tree(vm, source, form, options, only_tree);
    }
    let incomplete = flags & flag::ALLOW_INCOMPLETE_INPUT != 0;
    let text = source_text(cx, source, "compile", "string, bytes or AST object", &filename)?;
    let text = match form {
        Form::Code(Mode::Eval) => text.trim_start_matches([' ', '\t']),
        _ => &text,
    };
    let failed = |error| match incomplete {
        true => crate::report::incomplete(cx, &error, &filename),
        false => crate::report::syntax_error(cx, &error, &filename),
    };
    let Form::Code(mode) = form else {
        let tree = syntax::tree(text, form).map_err(failed)?;
        return ast::object(vm, &tree.root);
    };
    if only_tree {
        let tree = syntax::tree(text, form).map_err(failed)?;
        crate::source::issue_warnings(cx, &tree.warnings, text, &filename)?;
        return ast::object(vm, &tree.root);
    }
    let options = Options {
        optimize,
        future: flags as u32 & code::flag::FUTURE_ANNOTATIONS,
        top_level_await: flags & flag::ALLOW_TOP_LEVEL_AWAIT != 0,
        int_digits: cx.int_max_str_digits.get(),
        ..Options::new(mode, &filename)
    };
    let compiled = adder_compiler::compile(text, &options).map_err(failed)?;
    if incomplete && flags & flag::DONT_IMPLY_DEDENT != 0 && ends_in_a_block(text, form) {
        return Err(crate::report::incomplete(cx, &unfinished(text), &filename));
    }
    crate::source::issue_warnings(cx, &compiled.warnings, text, &filename)?;
    Ok(crate::code::code_object(cx, &compiled.code)?.into_value())
}

/// Does a text that compiles end in an indented line of a block, without its line end? Then more lines of it may follow.
fn ends_in_a_block(text: &str, form: Form) -> bool {
    let last = text.rsplit('\n').next().unwrap_or_default();
    if last.trim().is_empty() || !last.starts_with([' ', '\t']) {
        return false;
    }
    let Ok(tree) = syntax::tree(text, form) else { return false };
    let Some(Item::Many(body)) = tree.root.fields.first() else { return false };
    let Some(Item::Node(last)) = body.last() else { return false };
    // Of all statements, those with blocks have fields that are lists of statements.
    let block = last.kind.fields().iter().any(|field| {
        matches!(field.holds, Holds::Node(Sum::Statement | Sum::Handler | Sum::MatchCase)) && field.count == Count::Many
    });
    block && last.position.end_line > last.position.line
}

/// The error of a text that lacks its end.
fn unfinished(text: &str) -> CompileError {
    let line = text.matches('\n').count() as u32 + 1;
    CompileError {
        kind: ErrorKind::Syntax,
        message: "incomplete input".to_owned(),
        line,
        column: 0,
        end_line: line,
        end_column: 0,
        text: text.lines().last().map(str::to_owned),
        incomplete: true,
    }
}

/// Compiles a tree of objects.
fn compile_tree(vm: &Vm, source: &Value, form: Form, options: Options, only_tree: bool) -> R {
    let cx = &*vm.cx;
    let (mode, kind) = match form {
        Form::Code(Mode::Exec) => (Mode::Exec, Kind::Module),
        Form::Code(Mode::Single) => (Mode::Single, Kind::Interactive),
        Form::Code(Mode::Eval) => (Mode::Eval, Kind::Expression),
        Form::FunctionType => (Mode::Eval, Kind::FunctionType),
    };
    let tree = ast::tree(vm, source, &[kind])?;
    if kind != Kind::FunctionType {
        match syntax::check(&tree) {
            Ok(()) => {}
            Err(Invalid::Value(text)) => return raise!(cx, exc::VALUE_ERROR, "{text}"),
            Err(Invalid::Type(text)) => return raise!(cx, exc::TYPE_ERROR, "{text}"),
        }
    }
    if only_tree {
        return ast::object(vm, &tree);
    }
    let options = Options { mode, int_digits: 0, ..options };
    match adder_compiler::compile_tree(&tree, &options) {
        Ok(compiled) => {
            crate::source::issue_warnings(cx, &compiled.warnings, "", &options.filename)?;
            Ok(crate::code::code_object(cx, &compiled.code)?.into_value())
        }
        Err(error) => Err(crate::report::syntax_error(cx, &error, &options.filename)),
    }
}

/// The file name: text, bytes, or a path.
pub(super) fn file_name(cx: &Cx, value: &Value) -> R<String> {
    let path = support::fspath(cx, value)?;
    let text = match path.downcast::<PyStr>() {
        Some(_) => path,
        None => support::fs_text(cx, &support::contents(cx, &path)?)?,
    };
    let text = cx.display(&text)?;
    if text.contains('\0') {
        return raise!(cx, exc::VALUE_ERROR, "embedded null character");
    }
    Ok(text)
}
