//! The parser's errors in CPython's words.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::{self as ast, Expr};
use ruff_python_parser::{InterpolatedStringErrorType, LexicalErrorType, ParseError, ParseErrorType, parse_expression};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::brackets::{Brackets, brackets};
use super::{escape, fields, number};
use crate::error::{ErrorKind, Fault};
use crate::lines::Lines;

/// How CPython calls the sort of an expression.
pub(crate) fn expression_name(e: &Expr) -> &'static str {
    match e {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(name) if name.id.as_str() == "__debug__" => "__debug__",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::Generator(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::FString(_) => "f-string expression",
        Expr::TString(_) => "t-string expression",
        Expr::Compare(_) => "comparison",
        Expr::If(_) => "conditional expression",
        Expr::Named(_) => "named expression",
        Expr::NoneLiteral(_) => "None",
        Expr::BooleanLiteral(ast::ExprBooleanLiteral { value: true, .. }) => "True",
        Expr::BooleanLiteral(_) => "False",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) => "literal",
        Expr::Slice(_) | Expr::IpyEscapeCommand(_) => "expression",
    }
}

/// All that an error can be explained from.
struct Context<'a> {
    error: &'a ParseError,
    source: &'a str,
    lines: &'a Lines<'a>,
    tokens: &'a [Token],
    brackets: Brackets,
}

/// The first error as CPython would tell it.
pub(crate) fn fault(error: &ParseError, source: &str, lines: &Lines, tokens: &[Token]) -> Fault {
    let context = Context { error, source, lines, tokens, brackets: brackets(tokens, source) };
    let mut fault = context.explain();
    if fault.range.end().to_usize() > source.len() {
        fault.range = TextRange::empty(TextSize::try_from(source.len()).unwrap_or_default());
    }
    fault
}

impl Context<'_> {
    fn text(&self, range: TextRange) -> &str {
        self.source.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default()
    }

    fn plain(&self, message: impl Into<String>) -> Fault {
        Fault::syntax(message, self.error.location)
    }

    fn explain(&self) -> Fault {
        let at = self.error.location;
        let end = self.source.trim_end().len();
        // What the tokenizer of CPython finds comes before what its parser finds.
        if let Some((range, message)) = self.brackets.wrong(self.lines, self.tokens, at) {
            return Fault::syntax(message, range);
        }
        let fault = match &self.error.error {
            ParseErrorType::Lexical(error) => self.lexical(error),
            error => self.parsing(error),
        };
        if (fault.message == "invalid syntax" || fault.message.ends_with("forgot a comma?"))
            && let Some((message, range)) = fields::explain(self.tokens, self.source, at.start())
        {
            return Fault::syntax(message, range);
        }
        if fault.message == "invalid syntax"
            && let Some(open) = self.brackets.open()
        {
            let line = |range: TextRange| self.lines.place(range.start().to_u32()).0;
            if fault.range.start().to_usize() >= end || line(fault.range) > line(open) {
                return self.never_closed(open);
            }
        }
        fault
    }

    fn never_closed(&self, open: TextRange) -> Fault {
        let mut fault = Fault::syntax(format!("'{}' was never closed", self.text(open)), open);
        fault.incomplete = true;
        fault
    }

    fn lexical(&self, error: &LexicalErrorType) -> Fault {
        let at = self.error.location;
        match error {
            LexicalErrorType::IndentationError => {
                let text = "unindent does not match any outer indentation level";
                let behind = (at.end().to_usize() + 1).min(self.source.len());
                let behind = TextSize::try_from(behind).unwrap_or(at.end());
                Fault::of(ErrorKind::Indentation, text, TextRange::empty(behind))
            }
            LexicalErrorType::Eof => match self.brackets.open() {
                Some(open) => self.never_closed(open),
                None => {
                    let mut fault = self.plain("unexpected EOF while parsing");
                    fault.incomplete = true;
                    fault
                }
            },
            LexicalErrorType::UnclosedStringError => self.unclosed_string(""),
            LexicalErrorType::FStringError(error) => self.interpolated(error, "f"),
            LexicalErrorType::TStringError(error) => self.interpolated(error, "t"),
            LexicalErrorType::UnicodeError
            | LexicalErrorType::MissingUnicodeLbrace
            | LexicalErrorType::MissingUnicodeRbrace
            | LexicalErrorType::StringError => match escape::explain(self.source, self.tokens, at) {
                Some((message, range)) => Fault::syntax(message, range),
                None => self.plain("invalid syntax"),
            },
            LexicalErrorType::InvalidByteLiteral => {
                let literal = self.tokens.iter().find(|token| token.range().contains_range(at));
                let text = "bytes can only contain ASCII literal characters";
                Fault::syntax(text, literal.map_or(at, |literal| literal.range()))
            }
            LexicalErrorType::LineContinuationError => {
                let behind = TextRange::empty(at.end());
                Fault::syntax("unexpected character after line continuation character", behind)
            }
            LexicalErrorType::UnrecognizedToken { tok } => match tok {
                '$' | '?' | '!' | '`' => self.plain("invalid syntax"),
                c if c.is_control() => {
                    Fault::syntax(format!("invalid non-printable character U+{:04X}", *c as u32), at)
                }
                c if c.is_ascii() => self.plain("invalid syntax"),
                c => self.plain(format!("invalid character '{c}' (U+{:04X})", *c as u32)),
            },
            LexicalErrorType::OtherError(_) => {
                let (message, range) = number::explain(self.text(at), &self.source[at.end().to_usize()..], at);
                Fault::syntax(message, range)
            }
        }
    }

    fn unclosed_string(&self, prefix: &str) -> Fault {
        let at = self.error.location;
        let text = self.text(at);
        let body = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let triple = body.starts_with("'''") || body.starts_with("\"\"\"");
        let sort = if prefix.is_empty() { "string".to_owned() } else { format!("{prefix}-string") };
        // The quote that ends the f-string around it is no string: a brace is missing.
        if let Some((letter, start)) = fields::string_around(self.tokens, at.start())
            && self.text(start).trim_start_matches(|c: char| c.is_ascii_alphabetic()) == &body[..body.len().min(1)]
        {
            return Fault::syntax(format!("{letter}-string: expecting '}}'"), TextRange::empty(at.start()));
        }
        let last = if triple { self.source.len() } else { at.end().to_usize() };
        let line = self.last_line(last, triple);
        let which = if triple { "triple-quoted " } else { "" };
        let text = format!("unterminated {which}{sort} literal (detected at line {line})");
        let mut fault = Fault::syntax(text, TextRange::empty(at.start()));
        fault.incomplete = triple;
        fault
    }

    /// The line at which a string that does not end was given up: a newline at the end of the text begins no line.
    fn last_line(&self, end: usize, triple: bool) -> u32 {
        let newline = triple && self.source.get(..end).is_some_and(|before| before.ends_with('\n'));
        self.lines.place((end - usize::from(newline)) as u32).0
    }

    fn interpolated(&self, error: &InterpolatedStringErrorType, prefix: &str) -> Fault {
        let at = self.error.location;
        match error {
            InterpolatedStringErrorType::UnterminatedString
            | InterpolatedStringErrorType::UnterminatedTripleQuotedString => {
                if let Some(open) = self.brackets.open() {
                    return self.never_closed(open);
                }
                let triple = *error == InterpolatedStringErrorType::UnterminatedTripleQuotedString;
                let which = if triple { "triple-quoted " } else { "" };
                let line = self.last_line(at.end().to_usize(), triple);
                let text = format!("unterminated {which}{prefix}-string literal (detected at line {line})");
                let start = self.tokens.iter().rev().find(|token| {
                    matches!(token.kind(), TokenKind::FStringStart | TokenKind::TStringStart)
                        && token.start() <= at.start()
                });
                let mut fault = Fault::syntax(text, TextRange::empty(start.map_or(at.start(), Ranged::start)));
                fault.incomplete = triple;
                fault
            }
            InterpolatedStringErrorType::SingleRbrace => {
                Fault::syntax(format!("{prefix}-string: single '}}' is not allowed"), TextRange::empty(at.start()))
            }
            InterpolatedStringErrorType::InvalidConversionFlag => match self.text(at) {
                "}" | "" => self.plain(format!("{prefix}-string: missing conversion character")),
                flag if flag.starts_with(|c: char| c.is_alphabetic()) => self.plain(format!(
                    "{prefix}-string: invalid conversion character '{flag}': expected 's', 'r', or 'a'"
                )),
                _ => self.plain(format!("{prefix}-string: invalid conversion character")),
            },
            InterpolatedStringErrorType::ConversionFlagNotImmediatelyAfterExclamation => {
                self.plain(format!("{prefix}-string: conversion type must come right after the exclamation mark"))
            }
            InterpolatedStringErrorType::NewlineInFormatSpec => {
                let text = "newlines are not allowed in format specifiers for single quoted";
                self.plain(format!("{prefix}-string: {text} {prefix}-strings"))
            }
            InterpolatedStringErrorType::UnclosedLbrace => {
                if starts_expression(self.token_at(at)) {
                    return self.comma(at);
                }
                match self.text(at) {
                    "'" | "\"" | "'''" | "\"\"\"" if self.before(at).is_some_and(|t| t.kind() == TokenKind::Colon) => {
                        self.plain(format!("{prefix}-string: expecting '}}', or format specs"))
                    }
                    _ => self.plain(format!("{prefix}-string: expecting '}}'")),
                }
            }
            InterpolatedStringErrorType::LambdaWithoutParentheses => {
                self.plain(format!("{prefix}-string: lambda expressions are not allowed without parentheses"))
            }
        }
    }

    fn token_at(&self, at: TextRange) -> TokenKind {
        self.tokens.iter().find(|token| token.start() >= at.start()).map_or(TokenKind::EndOfFile, |token| token.kind())
    }

    /// The token before.
    fn before(&self, at: TextRange) -> Option<&Token> {
        let trivia = |token: &&Token| !matches!(token.kind(), TokenKind::Comment | TokenKind::NonLogicalNewline);
        self.tokens.iter().rev().filter(trivia).find(|token| token.end() <= at.start())
    }

    /// Does `**` stand before the parameter?
    fn is_keywords(&self, at: TextRange) -> bool {
        let line = self.logical_line(at);
        let stars = |token: &&Token| matches!(token.kind(), TokenKind::Star | TokenKind::DoubleStar | TokenKind::Comma);
        let before = self.tokens[line..].iter().take_while(|token| token.start() < at.end());
        before.filter(stars).last().is_some_and(|token| token.kind() == TokenKind::DoubleStar)
    }

    fn comma(&self, at: TextRange) -> Fault {
        let start = self.before(at).map_or(at.start(), Ranged::start);
        Fault::syntax("invalid syntax. Perhaps you forgot a comma?", TextRange::new(start, at.end()))
    }

    fn parsing(&self, error: &ParseErrorType) -> Fault {
        let at = self.error.location;
        let target = || match parse_expression(self.text(at)) {
            Ok(e) => expression_name(e.expr()),
            Err(_) if self.text(at).starts_with("yield") => "yield expression",
            Err(_) if self.text(at).starts_with('*') => "starred",
            Err(_) => "expression",
        };
        match error {
            ParseErrorType::UnexpectedIndentation => {
                let (_, column) = self.lines.place(at.end().to_u32());
                let line = self.lines.text(self.lines.place(at.end().to_u32()).0);
                let indent = &line[..(column as usize).min(line.len())];
                match self.tabs_disagree(at, indent) {
                    true => {
                        let text = "inconsistent use of tabs and spaces in indentation";
                        Fault::of(ErrorKind::Tab, text, TextRange::empty(at.start()))
                    }
                    false => {
                        let last = at.end() - TextSize::from(u32::from(!at.is_empty()));
                        Fault::of(ErrorKind::Indentation, "unexpected indent", TextRange::empty(last))
                    }
                }
            }
            ParseErrorType::InvalidAssignmentTarget => {
                let target = target();
                let behind = self.source[at.end().to_usize()..].trim_start();
                let equal = behind.starts_with('=') && !behind.starts_with("==");
                match target {
                    "yield expression" if equal => self.plain("assignment to yield expression not possible"),
                    "None" | "True" | "False" | "generator expression" | "list" | "tuple" => {
                        self.plain(format!("cannot assign to {target}"))
                    }
                    target if equal => {
                        self.plain(format!("cannot assign to {target} here. Maybe you meant '==' instead of '='?"))
                    }
                    target => self.plain(format!("cannot assign to {target}")),
                }
            }
            ParseErrorType::InvalidAugmentedAssignmentTarget => {
                self.plain(format!("'{}' is an illegal expression for augmented assignment", target()))
            }
            ParseErrorType::InvalidDeleteTarget => self.plain(format!("cannot delete {}", target())),
            ParseErrorType::InvalidNamedAssignmentTarget => {
                self.plain(format!("cannot use assignment expressions with {}", target()))
            }
            ParseErrorType::InvalidAnnotatedAssignmentTarget => self.plain("illegal target for annotation"),
            ParseErrorType::PositionalAfterKeywordArgument => {
                self.plain("positional argument follows keyword argument")
            }
            ParseErrorType::PositionalAfterKeywordUnpacking => {
                self.plain("positional argument follows keyword argument unpacking")
            }
            ParseErrorType::InvalidArgumentUnpackingOrder => {
                self.plain("iterable argument unpacking follows keyword argument unpacking")
            }
            ParseErrorType::IterableUnpackingInComprehension => {
                self.plain("iterable unpacking cannot be used in comprehension")
            }
            ParseErrorType::UnparenthesizedGeneratorExpression => {
                self.plain("Generator expression must be parenthesized")
            }
            ParseErrorType::NonDefaultParamAfterDefaultParam => {
                self.plain("parameter without a default follows parameter with a default")
            }
            ParseErrorType::ExpectedKeywordParam => self.plain("named arguments must follow bare *"),
            ParseErrorType::ParamAfterVarKeywordParam => self.plain("arguments cannot follow var-keyword argument"),
            ParseErrorType::VarParameterWithDefault => match self.is_keywords(at) {
                true => self.plain("var-keyword argument cannot have default value"),
                false => self.plain("var-positional argument cannot have default value"),
            },
            ParseErrorType::EmptyImportNames => self.plain("Expected one or more names after 'import'"),
            ParseErrorType::FStringError(error) => self.interpolated(error, "f"),
            ParseErrorType::TStringError(error) => self.interpolated(error, "t"),
            ParseErrorType::ExpectedExpression => self.expected_expression(),
            ParseErrorType::ExpectedToken { expected, found } => self.expected(*expected, *found),
            ParseErrorType::SimpleStatementsOnSameLine => self.same_line(),
            ParseErrorType::InvalidMatchPatternTarget => self.plain("cannot use '_' as a target"),
            ParseErrorType::InvalidStarredExpressionUsage
                if self.before(at).is_some_and(|token| token.kind() == TokenKind::Colon)
                    && self.brackets.inside(at.start()) =>
            {
                self.plain("cannot use a starred expression in a dictionary value")
            }
            ParseErrorType::InvalidStarredExpressionUsage
                if self.before(at).is_some_and(|token| token.kind() == TokenKind::Lpar) =>
            {
                self.plain("cannot use starred expression here")
            }
            ParseErrorType::OtherError(text) => self.other(text),
            _ => self.plain("invalid syntax"),
        }
    }

    /// Would tabs of another width change which block a line is in?
    fn tabs_disagree(&self, at: TextRange, indent: &str) -> bool {
        let before = &self.source[..at.start().to_usize().min(self.source.len())];
        let previous = before.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let previous = &previous[..previous.len() - previous.trim_start().len()];
        indent.contains('\t') != previous.contains('\t') && !previous.is_empty()
    }

    fn expected_expression(&self) -> Fault {
        let at = self.error.location;
        let f_string = self.before(at).is_some_and(|brace| {
            brace.kind() == TokenKind::Lbrace
                && self.before(brace.range()).is_some_and(|t| {
                    matches!(
                        t.kind(),
                        TokenKind::FStringStart
                            | TokenKind::FStringMiddle
                            | TokenKind::TStringStart
                            | TokenKind::TStringMiddle
                            | TokenKind::Rbrace
                    )
                })
        });
        match self.text(at) {
            found @ ("}" | "!" | ":" | "=") if f_string => {
                self.plain(format!("f-string: valid expression required before '{found}'"))
            }
            "'" | "\"" | "'''" | "\"\"\"" if f_string => {
                Fault::syntax("f-string: expecting '}'", TextRange::empty(at.start()))
            }
            _ => self.plain("invalid syntax"),
        }
    }

    fn expected(&self, expected: TokenKind, found: TokenKind) -> Fault {
        let at = self.error.location;
        match (expected, found) {
            (TokenKind::Colon, TokenKind::Rbrace | TokenKind::Comma) => {
                let before = self.before(at).map_or(at, Ranged::range);
                Fault::syntax("':' expected after dictionary key", before)
            }
            (TokenKind::Colon, TokenKind::Equal) => {
                let (start, end) = self.line_of_tokens(at);
                let text = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                Fault::syntax(text, TextRange::new(start, end))
            }
            (TokenKind::Colon, found) => {
                let forced = matches!(
                    self.first_of_line(at),
                    TokenKind::Def | TokenKind::Class | TokenKind::Else | TokenKind::Try | TokenKind::Finally
                );
                match forced || matches!(found, TokenKind::Newline | TokenKind::EndOfFile) {
                    true => self.plain("expected ':'"),
                    false => self.plain("invalid syntax"),
                }
            }
            (TokenKind::Lpar, _) if self.first_of_line(at) == TokenKind::Def => self.plain("expected '('"),
            (TokenKind::Else, _) => {
                let condition = parse_start(self.tokens, at);
                Fault::syntax("expected 'else' after 'if' expression", TextRange::new(condition, at.start()))
            }
            (TokenKind::Comma | TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace, found)
                if starts_expression(found) && self.brackets.inside(at.start()) =>
            {
                self.comma(at)
            }
            _ => self.plain("invalid syntax"),
        }
    }

    /// From the token behind the first of the logical line to the one behind the error.
    fn line_of_tokens(&self, at: TextRange) -> (TextSize, TextSize) {
        let start = self.logical_line(at);
        let first = self.tokens.get(start + 1).map_or(at.start(), Ranged::start);
        let behind = self.tokens.iter().find(|token| token.start() >= at.end()).map_or(at.end(), Ranged::end);
        (first.min(at.start()), behind)
    }

    /// The index of the first token of the logical line.
    fn logical_line(&self, at: TextRange) -> usize {
        let i = self.tokens.partition_point(|token| token.start() < at.start());
        let breaks = |token: &Token| {
            matches!(token.kind(), TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::Semi)
        };
        let mut first = self.tokens[..i].iter().rposition(breaks).map_or(0, |i| i + 1);
        while self
            .tokens
            .get(first)
            .is_some_and(|t| matches!(t.kind(), TokenKind::NonLogicalNewline | TokenKind::Comment))
        {
            first += 1;
        }
        first
    }

    fn first_of_line(&self, at: TextRange) -> TokenKind {
        self.tokens.get(self.logical_line(at)).map_or(TokenKind::EndOfFile, |token| token.kind())
    }

    fn same_line(&self) -> Fault {
        let at = self.error.location;
        if let Some(before) = self.before(at)
            && before.end() == at.start()
            && matches!(before.kind(), TokenKind::Int | TokenKind::Float | TokenKind::Complex)
        {
            let (message, range) = number::suffix(self.text(before.range()), self.text(at), at);
            return match message {
                Some(message) => Fault::syntax(message, range),
                None => self.plain("invalid syntax"),
            };
        }
        if let Some(name) = self.before(at).filter(|token| matches!(self.text(token.range()), "print" | "exec")) {
            let end = self.source[at.start().to_usize()..]
                .find(['\n', ';'])
                .map_or(self.source.len(), |i| at.start().to_usize() + i);
            let called = self.text(name.range());
            let text = format!("Missing parentheses in call to '{called}'. Did you mean {called}(...)?");
            let end = TextSize::try_from(end).unwrap_or(at.end());
            return Fault::syntax(text, TextRange::new(name.start(), end));
        }
        if self.brackets.inside(at.start()) && starts_expression(self.token_at(at)) {
            return self.comma(at);
        }
        self.plain("invalid syntax")
    }

    fn other(&self, text: &str) -> Fault {
        let at = self.error.location;
        if let Some(what) = text.strip_prefix("Expected an indented block after ") {
            let before = self.before(at).map_or(at, |token| TextRange::empty(token.start()));
            let header = self.tokens.get(self.logical_line(before)).map_or(at, Ranged::range);
            let what = match what {
                "function definition" | "`class` definition" => what.replace('`', ""),
                what => what.replace('`', "'").replace("clause", "statement").replace("block", "statement"),
            };
            let line = self.lines.place(header.start().to_u32()).0;
            let text = format!("expected an indented block after {what} on line {line}");
            let mut fault = Fault::of(ErrorKind::Indentation, text, at);
            fault.incomplete = at.start().to_usize() >= self.source.trim_end().len();
            return fault;
        }
        match text {
            "Expected class, function definition or async function definition after decorator" => {
                let mut fault = self.plain("invalid syntax");
                fault.incomplete = at.start().to_usize() >= self.source.trim_end().len();
                fault
            }
            "Expected `except` or `finally` after `try` block" => {
                let mut fault = self.plain("expected 'except' or 'finally' block");
                fault.incomplete = at.start().to_usize() >= self.source.trim_end().len();
                fault
            }
            "Only single target (not tuple) can be annotated" => {
                self.plain("only single target (not tuple) can be annotated")
            }
            "Only single target (not list) can be annotated" => {
                self.plain("only single target (not list) can be annotated")
            }
            "Expected a parameter name" => match self.text(at) {
                name @ ("True" | "False" | "None") => self.plain(format!("cannot assign to {name}")),
                _ => self.plain("expression cannot contain assignment, perhaps you meant \"==\"?"),
            },
            "Bytes literal cannot be mixed with non-bytes literals" => {
                self.plain("cannot mix bytes and nonbytes literals")
            }
            "Multiple exception types must be parenthesized when using `as`" => {
                self.plain("multiple exception types must be parenthesized")
            }
            "Expected one or more exception types" => self.plain("expected one or more exception types"),
            "Cannot have both 'except' and 'except*' on the same 'try'" => {
                self.plain("cannot have both 'except' and 'except*' on the same 'try'")
            }
            "Only one '*' parameter allowed" | "Only one '*' separator allowed" => {
                self.plain("* argument may appear only once")
            }
            "Keyword-only parameter separator not allowed after '*' parameter" => {
                self.plain("* argument may appear only once")
            }
            "Only one '**' parameter allowed" => self.plain("arguments cannot follow var-keyword argument"),
            "Position-only parameter separator not allowed as first parameter" => {
                self.plain("at least one argument must precede /")
            }
            "Only one '/' separator allowed" => self.plain("/ may appear only once"),
            "'/' parameter must appear before '*' parameter" => self.plain("/ must be ahead of *"),
            "Expected a statement" => match self.text(at) {
                "" => Fault::syntax("invalid syntax", at),
                _ => self.plain("invalid syntax"),
            },
            _ => self.plain("invalid syntax"),
        }
    }
}

/// Where the innermost expression before a place may begin: behind the last opening token.
fn parse_start(tokens: &[Token], at: TextRange) -> TextSize {
    let mut start = at.start();
    for token in tokens.iter().rev().skip_while(|token| token.start() >= at.start()) {
        match token.kind() {
            TokenKind::Newline
            | TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::Comma
            | TokenKind::Equal
            | TokenKind::Colon
            | TokenKind::Return => break,
            _ => start = token.start(),
        }
    }
    start
}

pub(super) fn starts_expression(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringStart
            | TokenKind::TStringStart
            | TokenKind::Lambda
            | TokenKind::None
            | TokenKind::True
            | TokenKind::False
            | TokenKind::Ellipsis
            | TokenKind::Lbrace
    )
}
