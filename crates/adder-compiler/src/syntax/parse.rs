//! From source text to Python's tree.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{ParseOptions, parse_expression_range, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::read::Reader;
use super::{Item, Kind, Node};
use crate::code::Position;
use crate::compile::{Mode, parse, with_text};
use crate::error::{CompileError, Fault, Res, Warning};
use crate::lines::Lines;

/// What a source text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// What code may be made from.
    Code(Mode),
    /// The type of a function, as in a comment: `(int, str) -> int`.
    FunctionType,
}

/// What comes out.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The root.
    pub root: Node,
    /// Warnings about strings.
    pub warnings: Vec<Warning>,
}

/// Parses a source text. Its newlines may be of any kind.
pub fn tree(source: &str, form: Form) -> Result<Tree, CompileError> {
    with_text(source, |source, lines| match form {
        Form::Code(mode) => {
            let (module, warnings) = parse(source, lines, mode)?;
            Ok(Tree { root: Reader::new(source, lines).module(&module, mode == Mode::Single)?, warnings })
        }
        Form::FunctionType => Ok(Tree { root: function_type(source, lines)?, warnings: Vec::new() }),
    })
}

fn function_type(source: &str, lines: &Lines) -> Res<Node> {
    let wrong = |at: TextRange| Fault::syntax("invalid syntax", at);
    // Where the arguments stand, each without its stars, and the result.
    let (mut arguments, mut result) = (Vec::new(), None);
    let scanned = parse_unchecked(source, ParseOptions::from(ruff_python_parser::Mode::Module));
    let (mut depth, mut start, mut closed, mut arrow) = (0, None, false, false);
    for token in scanned.tokens() {
        let (kind, range) = (token.kind(), token.range());
        match kind {
            TokenKind::EndOfFile | TokenKind::Newline => break,
            TokenKind::NonLogicalNewline | TokenKind::Comment => {}
            TokenKind::Unknown => return Err(wrong(range)),
            TokenKind::Rarrow if closed && !arrow => arrow = true,
            _ if closed && !arrow => return Err(wrong(range)),
            _ if closed => {
                result.get_or_insert(range.start());
            }
            TokenKind::Lpar if depth == 0 => depth = 1,
            _ if depth == 0 => return Err(wrong(range)),
            TokenKind::Comma | TokenKind::Rpar if depth == 1 => {
                match start.take() {
                    Some(start) => arguments.push(TextRange::new(start, range.start())),
                    None if kind == TokenKind::Rpar && arguments.is_empty() => {}
                    None => return Err(wrong(range)),
                }
                closed = kind == TokenKind::Rpar;
            }
            TokenKind::Star | TokenKind::DoubleStar if depth == 1 && start.is_none() => {}
            _ => {
                start.get_or_insert(range.start());
                match kind {
                    TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
                    TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth -= 1,
                    _ => {}
                }
            }
        }
    }
    let end = TextSize::try_from(source.trim_end().len()).unwrap_or_default();
    let Some(result) = result.filter(|result| *result < end) else { return Err(wrong(TextRange::empty(end))) };
    let mut reader = Reader::new(source, lines);
    let mut read = |range: TextRange| -> Res<Item> {
        match parse_expression_range(source, range) {
            Ok(parsed) => reader.expr(parsed.expr()),
            Err(error) => Err(wrong(error.range())),
        }
    };
    let arguments = arguments.into_iter().map(&mut read).collect::<Res<Vec<Item>>>()?;
    let returns = read(TextRange::new(result, end))?;
    Ok(Node { kind: Kind::FunctionType, fields: vec![arguments.into(), returns], position: Position::default() })
}
