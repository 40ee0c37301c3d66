//! How deep a source text nests, found from its tokens before it is parsed.
//!
//! The parser has no limit of its own, and what comes after it recurses over the tree. So the depth decides how much stack
//! is taken, and a text that nests beyond reason is refused.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Mode;
use ruff_python_parser::lexer::lex;
use ruff_text_size::TextRange;

use crate::error::{ErrorKind, Fault, Res};

/// Brackets inside each other.
const BRACKETS: usize = 200;
/// Indented blocks inside each other.
const INDENTS: usize = 100;
/// Operators and other nodes inside each other.
const NODES: u32 = 50_000;

/// One bracket that is open, or the line outside of all brackets.
#[derive(Default)]
struct Level {
    /// Tokens since the last separator: each may be a node around the others.
    chain: u32,
    /// The longest so far, what lies in inner brackets included.
    deepest: u32,
    /// The deepest inner bracket of this chain.
    inner: u32,
    /// Commas after `lambda` do not separate.
    lambda: bool,
    string: bool,
    /// Inside of an f-string or a template: what stands in braces lies side by side.
    fields: bool,
}

impl Level {
    fn separate(&mut self) {
        self.deepest = self.deepest.max(self.chain + self.inner);
        (self.chain, self.inner) = (0, 0);
    }
}

/// An upper bound of how many nodes lie inside each other.
pub(crate) fn depth(source: &str) -> Res<u32> {
    let mut lexer = lex(source, Mode::Module);
    let (mut levels, mut indents) = (vec![Level::default()], 0);
    let mut deepest = 0;
    loop {
        let kind = lexer.next_token();
        let open = levels.len();
        let top = levels.last_mut().expect("the line is never closed");
        let string = std::mem::replace(&mut top.string, false);
        match kind {
            TokenKind::EndOfFile => break,
            TokenKind::Comment | TokenKind::NonLogicalNewline => top.string = string,
            TokenKind::Indent => {
                indents += 1;
                if indents >= INDENTS {
                    return Err(Fault::of(
                        ErrorKind::Indentation,
                        "too many levels of indentation",
                        TextRange::default(),
                    ));
                }
            }
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            TokenKind::Newline | TokenKind::Semi => {
                top.separate();
                top.lambda = false;
                deepest = deepest.max(top.deepest);
                top.deepest = 0;
            }
            TokenKind::Comma if !top.lambda => top.separate(),
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                top.chain += 1;
                if open > BRACKETS {
                    return Err(too_many_brackets());
                }
                let fields = matches!(kind, TokenKind::FStringStart | TokenKind::TStringStart);
                levels.push(Level { fields, ..Level::default() });
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::FStringEnd | TokenKind::TStringEnd
                if open > 1 =>
            {
                let mut closed = levels.pop().unwrap_or_default();
                closed.separate();
                if let Some(outer) = levels.last_mut() {
                    outer.inner = outer.inner.max(closed.deepest);
                    if outer.fields {
                        outer.separate();
                    }
                }
            }
            TokenKind::String => {
                top.chain += u32::from(!string);
                top.string = true;
            }
            kind => {
                top.lambda |= kind == TokenKind::Lambda;
                top.chain += 1;
            }
        }
        if levels.last().is_some_and(|level| level.chain > NODES) {
            return Err(Fault::of(ErrorKind::TooDeep, "too many nested expressions", TextRange::default()));
        }
    }
    // A bracket that is still open.
    let mut open = 0;
    while let Some(mut level) = levels.pop() {
        level.inner = level.inner.max(open);
        level.separate();
        open = level.deepest;
    }
    deepest = deepest.max(open);
    if deepest > NODES {
        return Err(Fault::of(ErrorKind::TooDeep, "too many nested expressions", TextRange::default()));
    }
    Ok(deepest + INDENTS as u32)
}

fn too_many_brackets() -> Fault {
    // The lexer does not tell where it is.
    Fault::syntax("too many nested parentheses", TextRange::default())
}
