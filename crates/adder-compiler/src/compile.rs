//! The whole way from text to code.

use std::sync::Arc;

use ruff_python_ast::{Expr, Mod, ModModule, Stmt};
use ruff_python_parser::{ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::code::{Code, Const, flag};
use crate::error::{CompileError, Fault, Res, Warning};
use crate::lines::Lines;
use crate::parse::{depth, escape, messages};
use crate::scope::Settings;
use crate::syntax::{Node, Place, write};
use crate::{codegen, scope};

/// What a source text is, as the third argument of `compile()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A module.
    Exec,
    /// One expression, whose value is the result.
    Eval,
    /// A statement of the REPL, which shows the values of expressions.
    Single,
}

/// How to compile.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the text is.
    pub mode: Mode,
    /// `co_filename`
    pub filename: Arc<str>,
    /// 1 strips assertions and `__debug__`, 2 docstrings too.
    pub optimize: u8,
    /// Flags of `__future__` that are on from the start, as in [`flag`].
    pub future: u32,
    /// `await` is allowed outside of functions.
    pub top_level_await: bool,
    /// Decimal digits that an int literal may have (`sys.get_int_max_str_digits()`), 0 for any number.
    pub int_digits: usize,
}

impl Options {
    /// Of a mode, with a file name.
    pub fn new(mode: Mode, filename: &str) -> Options {
        let filename = filename.into();
        Options { mode, filename, optimize: 0, future: 0, top_level_await: false, int_digits: 4300 }
    }
}

/// What comes out.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The module's code.
    pub code: Arc<Code>,
    /// Warnings: first about strings, then about the code, each in the order of the source.
    pub warnings: Vec<Warning>,
    /// Flags of `__future__` that are on at the end.
    pub future: u32,
}

/// Stack for each level of nesting, and for what does not nest.
const STACK_PER_LEVEL: usize = if cfg!(debug_assertions) { 8 << 10 } else { 3 << 10 };
const STACK: usize = 512 << 10;

/// Compiles a source text. Its newlines may be of any kind.
pub fn compile(source: &str, options: &Options) -> Result<Compiled, CompileError> {
    with_text(source, |source, lines| parsed(source, lines, options))
}

/// Does something with a source text that has only `\n` as newlines, on a stack that is large enough for what nests in it.
pub(crate) fn with_text<T>(source: &str, work: impl FnOnce(&str, &Lines) -> Res<T>) -> Result<T, CompileError> {
    let unified;
    let source = match source.contains('\r') {
        true => {
            unified = source.replace("\r\n", "\n").replace('\r', "\n");
            &unified
        }
        false => source,
    };
    let lines = Lines::new(source);
    let whole = || {
        if u32::try_from(source.len()).is_err() {
            return Err(Fault::of(crate::ErrorKind::TooLarge, "source is too large", TextRange::default()));
        }
        if let Some(nul) = source.find('\0') {
            let at = TextSize::try_from(nul).unwrap_or_default();
            return Err(Fault::syntax("source code cannot contain null bytes", TextRange::empty(at)));
        }
        with_stack(depth::depth(source)? as usize, || work(source, &lines))
    };
    whole().map_err(|fault| lines.error(fault))
}

/// Does something on a stack that is large enough for what nests so deeply.
pub(crate) fn with_stack<T>(depth: usize, work: impl FnOnce() -> T) -> T {
    let stack = STACK + depth * STACK_PER_LEVEL;
    stacker::maybe_grow(stack, stack, work)
}

/// The parser's tree, and warnings about strings.
pub(crate) fn parse(source: &str, lines: &Lines, mode: Mode) -> Res<(Mod, Vec<Warning>)> {
    let of_parser = match mode {
        Mode::Eval => ruff_python_parser::Mode::Expression,
        Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
    };
    let target = ParseOptions::from(of_parser).with_target_version(ruff_python_ast::PythonVersion::PY314);
    let parsed = parse_unchecked(source, target);
    if let Some(error) = parsed.errors().first() {
        return Err(messages::fault(error, source, lines, parsed.tokens()));
    }
    let escapes = escape::invalid(source, parsed.tokens());
    let warnings = escapes.into_iter().map(|(text, range)| lines.warning(text, range)).collect();
    let module = parsed.into_syntax();
    if let (Mode::Single, Mod::Module(module)) = (mode, &module) {
        one_statement(module, source)?;
    }
    Ok((module, warnings))
}

fn parsed(source: &str, lines: &Lines, options: &Options) -> Res<Compiled> {
    let (module, mut warnings) = parse(source, lines, options.mode)?;
    let compiled = generate(&module, source, lines, &[], options)?;
    warnings.extend(compiled.warnings);
    Ok(Compiled { warnings, ..compiled })
}

/// From the parser's tree to code. `constants` are those that no literal of the tree can say.
fn generate(module: &Mod, source: &str, lines: &Lines, constants: &[Const], options: &Options) -> Res<Compiled> {
    let future = options.future & flag::FUTURE_ANNOTATIONS | futures(module)?;
    let future_annotations = future & flag::FUTURE_ANNOTATIONS != 0;
    let settings = Settings { future_annotations, int_digits: options.int_digits };
    let scopes = scope::build(module, &settings)?;
    let text = codegen::Text { source, lines, constants };
    let (code, warnings) = codegen::generate(module, text, &scopes, options, future_annotations)?;
    #[cfg(debug_assertions)]
    if let Err(message) = crate::verify(&code) {
        panic!("the compiler made wrong code: {message}");
    }
    Ok(Compiled { code: Arc::new(code), warnings, future })
}

/// Compiles a tree of nodes that is valid (see [`syntax::check`](crate::syntax::check)).
pub fn compile_tree(root: &Node, options: &Options) -> Result<Compiled, CompileError> {
    let (mut places, mut constants) = (Vec::new(), Vec::new());
    let depth = root.survey(|node| {
        if node.kind.sum().place() != Place::Nowhere {
            let at = &node.position;
            places.extend([(at.line, at.column), (at.end_line, at.end_column)]);
        }
    });
    places.sort_unstable();
    places.dedup();
    let compiled = with_stack(depth, || {
        let module = write(root, &mut places, &mut constants).map_err(|fault| (fault, places.clone()))?;
        let lines = Lines::of_places(places);
        generate(&module, "", &lines, &constants, options).map_err(|fault| (fault, lines.into_places()))
    });
    compiled.map_err(|(fault, places)| Lines::of_places(places).error(fault))
}

/// A REPL compiles one line or one compound statement.
fn one_statement(module: &ModModule, source: &str) -> Res {
    for pair in module.body.windows(2) {
        let (end, next) = (pair[0].end(), pair[1].start());
        if source[end.to_usize()..next.to_usize()].contains('\n') {
            let text = "multiple statements found while compiling a single statement";
            return Err(Fault::syntax(text, TextRange::empty(end)));
        }
    }
    Ok(())
}

/// The features that `from __future__ import …` asks for at the head of a module.
pub(crate) fn futures(module: &Mod) -> Res<u32> {
    let Mod::Module(module) = module else { return Ok(0) };
    let (mut flags, mut head, mut docstring) = (0, true, true);
    for statement in &module.body {
        match statement {
            Stmt::ImportFrom(s) if s.module.as_deref() == Some("__future__") && s.level == 0 => {
                if !head {
                    let text = "from __future__ imports must occur at the beginning of the file";
                    return Err(Fault::syntax(text, s.range));
                }
                for alias in &s.names {
                    match alias.name.as_str() {
                        "annotations" => flags |= flag::FUTURE_ANNOTATIONS,
                        "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
                        | "print_function" | "unicode_literals" | "generator_stop" | "barry_as_FLUFL" => {}
                        "braces" => return Err(Fault::syntax("not a chance", s.range)),
                        name => return Err(Fault::syntax(format!("future feature {name} is not defined"), s.range)),
                    }
                }
                docstring = false;
            }
            Stmt::Expr(s) if docstring && matches!(&*s.value, Expr::StringLiteral(_)) => docstring = false,
            _ => head = false,
        }
    }
    Ok(flags)
}
