//! From the parser's tree to Python's: f-strings and t-strings.

use ruff_python_ast::{
    self as ast, AnyStringFlags, ConversionFlag, FStringPart, InterpolatedElement, InterpolatedStringElement,
    InterpolatedStringElements,
};
use ruff_text_size::{TextRange, TextSize};

use super::read::Reader;
use super::{Item, Kind};
use crate::code::Const;
use crate::error::Res;
use crate::parse::literal::{Text, whole_expression, without_comments};

/// Which string a value stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Formatted,
    Template,
}

/// A piece of a string: literals next to each other are one.
enum Piece {
    Literal { text: Text, range: TextRange, unicode: bool },
    Value(Item),
}

#[derive(Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    /// Adds a literal. One that is empty and stays so is nothing in the end.
    fn literal(&mut self, range: TextRange, unicode: bool, add: impl FnOnce(&mut Text)) {
        if let Some(Piece::Literal { text, range: all, .. }) = self.0.last_mut() {
            add(text);
            *all = TextRange::new(all.start(), range.end());
            return;
        }
        let mut text = Text::default();
        add(&mut text);
        self.0.push(Piece::Literal { text, range, unicode });
    }
}

impl Reader<'_> {
    pub(super) fn f_string(&mut self, e: &ast::ExprFString) -> Res<Item> {
        let mut pieces = Pieces::default();
        for part in e.value.iter() {
            match part {
                FStringPart::Literal(literal) => {
                    let unicode = literal.flags.prefix().is_unicode();
                    let source = self.source;
                    pieces.literal(literal.range, unicode, |text| text.literal(literal, source));
                }
                FStringPart::FString(f) => {
                    let raw = AnyStringFlags::from(f.flags).is_raw_string();
                    self.elements(&f.elements, raw, Sort::Formatted, &mut pieces)?;
                }
            }
        }
        let values = self.values(pieces);
        Ok(self.node(Kind::JoinedStr, e.range, vec![values]))
    }

    pub(super) fn t_string(&mut self, e: &ast::ExprTString) -> Res<Item> {
        let mut pieces = Pieces::default();
        for t in e.value.iter() {
            let raw = AnyStringFlags::from(t.flags).is_raw_string();
            self.elements(&t.elements, raw, Sort::Template, &mut pieces)?;
        }
        let values = self.values(pieces);
        Ok(self.node(Kind::TemplateStr, e.range, vec![values]))
    }

    fn values(&self, pieces: Pieces) -> Item {
        let one = |piece| match piece {
            Piece::Value(item) => Some(item),
            Piece::Literal { text, .. } if text.is_empty() => None,
            Piece::Literal { text, range, unicode } => {
                let fields = vec![text.finish().into(), unicode.then_some("u").into()];
                Some(self.node(Kind::Constant, range, fields))
            }
        };
        pieces.0.into_iter().filter_map(one).collect::<Vec<Item>>().into()
    }

    fn elements(&mut self, elements: &InterpolatedStringElements, raw: bool, sort: Sort, pieces: &mut Pieces) -> Res {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let source = self.source;
                    pieces.literal(literal.range, false, |text| text.element(literal, raw, source));
                }
                InterpolatedStringElement::Interpolation(value) => {
                    if let Some(debug) = &value.debug_text {
                        let start = value.range.start() + TextSize::from(1);
                        let length = TextSize::try_from(debug.as_str().len()).unwrap_or_default();
                        let shown = without_comments(debug.as_str());
                        pieces.literal(TextRange::at(start, length), false, |text| text.str(&shown));
                    }
                    let value = self.deeper(|this| this.value(value, raw, sort))?;
                    pieces.0.push(Piece::Value(value));
                }
            }
        }
        Ok(())
    }

    fn value(&mut self, e: &InterpolatedElement, raw: bool, sort: Sort) -> Res<Item> {
        let value = self.expr(&e.expression)?;
        let conversion = match e.conversion {
            ConversionFlag::None if e.debug_text.is_some() && e.format_spec.is_none() => ConversionFlag::Repr,
            given => given,
        };
        let spec = match &e.format_spec {
            None => Item::None,
            Some(spec) => {
                let mut pieces = Pieces::default();
                // What stands in a format spec is formatted in a template, too.
                self.elements(&spec.elements, raw, Sort::Formatted, &mut pieces)?;
                let values = self.values(pieces);
                // Its place begins at the colon.
                let range = TextRange::new(spec.range.start() - TextSize::from(1), spec.range.end());
                self.node(Kind::JoinedStr, range, vec![values])
            }
        };
        let conversion = Item::Int(i64::from(conversion as i8));
        Ok(match sort {
            Sort::Formatted => self.node(Kind::FormattedValue, e.range, vec![value, conversion, spec]),
            Sort::Template => {
                let text = Const::Str(whole_expression(e, self.source).into());
                self.node(Kind::Interpolation, e.range, vec![value, text.into(), conversion, spec])
            }
        })
    }
}
