//! f-strings and t-strings.

use ruff_python_ast::{self as ast, ConversionFlag, FStringPart, InterpolatedElement, InterpolatedStringElement};
use ruff_text_size::{Ranged, TextRange};

use super::Gen;
use super::call::RESERVED;
use super::display::ROW;
use super::unit::{Dst, Operand, Slot, Unit};
use crate::code::Const;
use crate::error::Res;
use crate::op::Op;
use crate::parse::literal::Text;

/// Replacement fields one in the other's format spec.
const DEEPEST: usize = 3;

/// A piece of an interpolated string.
enum Piece<'e> {
    Literal(Text),
    Value(&'e InterpolatedElement, bool),
}

fn conversion(flag: ConversionFlag) -> u32 {
    match flag {
        ConversionFlag::None => 0,
        ConversionFlag::Str => 1,
        ConversionFlag::Repr => 2,
        ConversionFlag::Ascii => 3,
    }
}

/// The text of `{x=}`: comments are no part of it.
fn without_comments(text: &str) -> String {
    let (mut kept, mut quote, mut comment) = (String::with_capacity(text.len()), None, false);
    for c in text.chars() {
        comment = match (comment, quote) {
            (true, _) => c != '\n',
            (false, None) => c == '#',
            (false, Some(_)) => false,
        };
        if comment {
            continue;
        }
        quote = match (quote, c) {
            (None, '\'' | '"') => Some(c),
            (Some(open), c) if open == c => None,
            (quote, _) => quote,
        };
        kept.push(c);
    }
    kept
}

impl Gen<'_> {
    /// Adds elements, literals next to each other as one.
    fn pieces<'e>(
        &self,
        elements: impl IntoIterator<Item = &'e InterpolatedStringElement>,
        raw: bool,
        pieces: &mut Vec<Piece<'e>>,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => self.text(pieces).element(literal, raw, self.source),
                InterpolatedStringElement::Interpolation(value) => {
                    if let Some(debug) = &value.debug_text {
                        let text = without_comments(debug.as_str());
                        self.text(pieces).str(&text);
                    }
                    pieces.push(Piece::Value(value, raw));
                }
            }
        }
    }

    /// The literal at the end.
    fn text<'p>(&self, pieces: &'p mut Vec<Piece<'_>>) -> &'p mut Text {
        if !matches!(pieces.last(), Some(Piece::Literal(_))) {
            pieces.push(Piece::Literal(Text::default()));
        }
        match pieces.last_mut() {
            Some(Piece::Literal(text)) => text,
            _ => unreachable!("a literal was pushed"),
        }
    }

    /// Replacement fields within format specs, as deep as CPython's tokenizer goes.
    fn check_nesting(&self, elements: &ast::InterpolatedStringElements, depth: usize, prefix: char) -> Res {
        for element in elements {
            let InterpolatedStringElement::Interpolation(value) = element else { continue };
            if depth == DEEPEST {
                return self.error(format!("{prefix}-string: expressions nested too deeply"), value);
            }
            if let Some(spec) = &value.format_spec {
                self.check_nesting(&spec.elements, depth + 1, prefix)?;
            }
        }
        Ok(())
    }

    pub(super) fn f_string(&mut self, f: &ast::ExprFString, dst: Dst) -> Res {
        for part in f.value.iter() {
            if let FStringPart::FString(f) = part {
                self.check_nesting(&f.elements, 0, 'f')?;
            }
        }
        let mut pieces = Vec::new();
        for part in f.value.iter() {
            match part {
                FStringPart::Literal(literal) => self.text(&mut pieces).literal(literal, self.source),
                FStringPart::FString(f) => self.pieces(&f.elements, f.flags.prefix().is_raw(), &mut pieces),
            }
        }
        self.joined(pieces, f.range, dst)
    }

    fn joined(&mut self, mut pieces: Vec<Piece>, range: TextRange, dst: Dst) -> Res {
        pieces.retain(|piece| !matches!(piece, Piece::Literal(text) if text.is_empty()));
        let base = self.u.sp();
        match pieces.len() {
            0 => {
                self.u.range = range;
                self.constant_to(Const::Str("".into()), dst);
                Ok(())
            }
            1 => match pieces.remove(0) {
                Piece::Literal(text) => {
                    self.u.range = range;
                    self.constant_to(text.finish(), dst);
                    Ok(())
                }
                Piece::Value(value, raw) => self.formatted(value, raw, dst),
            },
            n if n <= ROW => {
                for piece in pieces {
                    self.piece(piece, range)?;
                }
                self.u.range = range;
                self.u.make_row(Op::BuildString, dst, base, base, n as u32, 0);
                Ok(())
            }
            _ => {
                // `"".join([…])`, the string first.
                self.u.range = range;
                self.u.reserve(RESERVED);
                let window = self.u.sp();
                let empty = self.constant_operand(Const::Str("".into()));
                let join = self.u.name_number("join");
                let Operand::Temp(slot) = empty else { return Ok(()) };
                self.u.pop_to(window);
                self.u.raw(Op::LoadMethod, 0, [Unit::temp(window), Unit::temp(slot), join], 0, None);
                self.u.push(Slot::Owned);
                self.u.push(Slot::Owned);
                let list = self.u.sp();
                self.u.make_row(Op::BuildList, Dst::Push, list, list, 0, 0);
                for piece in pieces {
                    let top = self.u.sp();
                    self.piece(piece, range)?;
                    self.u.range = range;
                    self.u.effect(Op::ListAppend, top, Some(Operand::Look(list)), Some(Operand::Temp(top)), 0);
                }
                self.u.make_row(Op::Call, dst, base, window, 1, 0);
                Ok(())
            }
        }
    }

    fn piece(&mut self, piece: Piece, range: TextRange) -> Res {
        match piece {
            Piece::Literal(text) => {
                self.u.range = range;
                self.constant_to(text.finish(), Dst::Push);
                Ok(())
            }
            Piece::Value(value, raw) => self.formatted(value, raw, Dst::Push),
        }
    }

    fn formatted(&mut self, e: &InterpolatedElement, raw: bool, dst: Dst) -> Res {
        let base = self.u.sp();
        let mut value = match &e.format_spec {
            // A format spec may call whatever it likes.
            Some(_) => self.operand(&e.expression, true)?,
            None => self.operand(&e.expression, false)?,
        };
        self.at(e);
        // `=` alone shows the repr.
        let convert = match conversion(e.conversion) {
            0 if e.debug_text.is_some() && e.format_spec.is_none() => 2,
            convert => convert,
        };
        if convert != 0 {
            self.u.make1(Op::Convert, Dst::Push, base, value, convert);
            value = Operand::Temp(base);
        }
        match &e.format_spec {
            None => self.u.make1(Op::Format, dst, base, value, 0),
            Some(spec) => {
                let top = self.u.sp();
                self.spec(spec, raw)?;
                self.at(e);
                self.u.make2(Op::FormatSpec, dst, base, value, Operand::Temp(top));
            }
        }
        Ok(())
    }

    fn spec(&mut self, spec: &ast::InterpolatedStringFormatSpec, raw: bool) -> Res {
        let mut pieces = Vec::new();
        self.pieces(&spec.elements, raw, &mut pieces);
        self.joined(pieces, spec.range, Dst::Push)
    }

    pub(super) fn t_string(&mut self, t: &ast::ExprTString, dst: Dst) -> Res {
        let mut pieces = Vec::new();
        for t in t.value.iter() {
            self.check_nesting(&t.elements, 0, 't')?;
            self.pieces(&t.elements, t.flags.prefix().is_raw(), &mut pieces);
        }
        // A string stands before, between and behind the interpolations.
        let mut strings = vec![Text::default()];
        let mut values = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Literal(text) => {
                    if let Some(last) = strings.last_mut() {
                        *last = text;
                    }
                }
                Piece::Value(value, raw) => {
                    values.push((value, raw));
                    strings.push(Text::default());
                }
            }
        }
        let base = self.u.sp();
        self.at(t);
        let strings = strings.into_iter().map(Text::finish).collect();
        let strings = self.lasting_constant(Const::Tuple(strings));
        let row = self.u.sp();
        let many = values.len() > ROW;
        if many {
            self.u.make_row(Op::BuildList, Dst::Push, row, row, 0, 0);
        }
        for (value, raw) in &values {
            let top = self.u.sp();
            self.interpolation(value, *raw)?;
            if many {
                self.u.effect(Op::ListAppend, top, Some(Operand::Look(row)), Some(Operand::Temp(top)), 0);
            }
        }
        self.at(t);
        if many {
            self.u.make1(Op::ListToTuple, Dst::Push, row, Operand::Temp(row), 0);
        } else {
            self.u.make_row(Op::BuildTuple, Dst::Push, row, row, values.len() as u32, 0);
        }
        self.u.make2(Op::BuildTemplate, dst, base, strings, Operand::Temp(row));
        Ok(())
    }

    fn interpolation(&mut self, e: &InterpolatedElement, raw: bool) -> Res {
        let base = self.u.sp();
        self.push(&e.expression)?;
        self.at(e);
        let text =
            self.source[e.expression.range().start().to_usize()..e.expression.range().end().to_usize()].to_owned();
        let text = match &e.debug_text {
            Some(debug) => without_comments(debug.expression()),
            None => self.whole_expression(e, text),
        };
        self.constant_to(Const::Str(text.into()), Dst::Push);
        let mut convert = conversion(e.conversion);
        if convert == 0 && e.debug_text.is_some() && e.format_spec.is_none() {
            convert = 2;
        }
        if let Some(spec) = &e.format_spec {
            self.spec(spec, raw)?;
        }
        self.at(e);
        let sort = convert << 1 | u32::from(e.format_spec.is_some());
        self.u.make_row(Op::BuildInterpolation, Dst::Push, base, base, sort, 0);
        Ok(())
    }

    /// The text between the brace and what follows the expression, its parentheses included.
    fn whole_expression(&self, e: &InterpolatedElement, text: String) -> String {
        let source = |from: usize, to: usize| self.source.get(from..to).unwrap_or_default();
        let (start, end) = (e.range.start().to_usize() + 1, e.expression.range().start().to_usize());
        let before = source(start, end).trim_start();
        let opened = before.matches('(').count();
        let mut behind = String::new();
        let mut closed = 0;
        for c in source(e.expression.range().end().to_usize(), e.range.end().to_usize()).chars() {
            if closed == opened {
                break;
            }
            closed += usize::from(c == ')');
            behind.push(c);
        }
        format!("{before}{text}{behind}")
    }
}
