//! `str.format`: text with fields in braces.

use core::ops::Range;

use crate::args::Args;
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::str::{Chars, PyStr, StrBuilder};
use crate::value::Value;

const OPEN: u32 = b'{' as u32;
const CLOSE: u32 = b'}' as u32;

/// A field of a format string: places in it.
pub struct Parsed {
    /// Text in front of the field, or up to the end.
    pub literal: Range<usize>,
    /// The field, if there is one: name, spec, conversion (0 if there is none), and whether the spec has fields itself.
    pub field: Option<(Range<usize>, Range<usize>, u32, bool)>,
}

/// Reads a format string field by field.
pub struct FieldParser<'a> {
    text: Chars<'a>,
    at: usize,
    end: usize,
}

impl<'a> FieldParser<'a> {
    /// For a part of a format string.
    pub fn new(text: Chars<'a>, range: Range<usize>) -> FieldParser<'a> {
        FieldParser { text, at: range.start, end: range.end }
    }

    fn take(&mut self) -> u32 {
        self.at += 1;
        self.text.at(self.at - 1)
    }

    /// The next piece.
    ///
    /// # Errors
    /// ValueError.
    pub fn next(&mut self, cx: &Cx) -> R<Option<Parsed>> {
        if self.at >= self.end {
            return Ok(None);
        }
        let start = self.at;
        let mut last = 0;
        let mut markup = false;
        while self.at < self.end {
            last = self.take();
            if matches!(last, OPEN | CLOSE) {
                markup = true;
                break;
            }
        }
        let at_end = self.at >= self.end;
        let doubled = markup && !at_end && self.text.at(self.at) == last;
        if markup && last == CLOSE && !doubled {
            return raise!(cx, exc::VALUE_ERROR, "Single '}}' encountered in format string");
        }
        if markup && at_end {
            return raise!(cx, exc::VALUE_ERROR, "Single '{{' encountered in format string");
        }
        if !markup || doubled {
            let literal = start..self.at;
            self.at += usize::from(doubled);
            return Ok(Some(Parsed { literal, field: None }));
        }
        let literal = start..self.at - 1;
        Ok(Some(Parsed { literal, field: Some(self.field(cx)?) }))
    }

    fn field(&mut self, cx: &Cx) -> R<(Range<usize>, Range<usize>, u32, bool)> {
        let start = self.at;
        let mut c = 0;
        while self.at < self.end {
            c = self.take();
            match u8::try_from(c) {
                Ok(b'{') => return raise!(cx, exc::VALUE_ERROR, "unexpected '{{' in field name"),
                Ok(b'[') => {
                    while self.at < self.end && self.text.at(self.at) != u32::from(b']') {
                        self.at += 1;
                    }
                }
                Ok(b'}' | b':' | b'!') => break,
                _ => {}
            }
        }
        let ends = matches!(u8::try_from(c), Ok(b'}' | b':' | b'!'));
        if !ends {
            return raise!(cx, exc::VALUE_ERROR, "expected '}}' before end of string");
        }
        let name = start..self.at - 1;
        if c == CLOSE {
            return Ok((name, 0..0, 0, false));
        }
        let mut conversion = 0;
        if c == u32::from(b'!') {
            if self.at >= self.end {
                return raise!(cx, exc::VALUE_ERROR, "end of string while looking for conversion specifier");
            }
            conversion = self.take();
            if self.at < self.end {
                match self.take() {
                    CLOSE => return Ok((name, 0..0, conversion, false)),
                    c if c == u32::from(b':') => {}
                    _ => return raise!(cx, exc::VALUE_ERROR, "expected ':' after conversion specifier"),
                }
            }
        }
        let spec = self.at;
        let (mut depth, mut nested) = (1, false);
        while self.at < self.end {
            match self.take() {
                OPEN => (depth, nested) = (depth + 1, true),
                CLOSE => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok((name, spec..self.at - 1, conversion, nested));
                    }
                }
                _ => {}
            }
        }
        raise!(cx, exc::VALUE_ERROR, "unmatched '{{' in format spec")
    }
}

/// A part of a field's name.
pub enum FieldName {
    /// What comes first, or an attribute: a text.
    Text(Range<usize>),
    /// An index.
    Index(i64),
}

/// A number, if all characters are decimal digits and there is one.
fn number(cx: &Cx, text: Chars<'_>, range: &Range<usize>) -> R<Option<i64>> {
    let mut found = None;
    for at in range.clone() {
        let Some(digit) = crate::unicode::decimal(text.at(at)) else { return Ok(None) };
        let next = found.unwrap_or(0_i64).checked_mul(10).and_then(|n| n.checked_add(digit.into()));
        if next.is_none() {
            return raise!(cx, exc::VALUE_ERROR, "Too many decimal digits in format string");
        }
        found = next;
    }
    Ok(found)
}

/// The first part of a field's name, and where the rest begins.
fn first_part(cx: &Cx, text: Chars<'_>, name: &Range<usize>) -> R<(Range<usize>, Option<i64>, usize)> {
    let is_end = |&at: &usize| matches!(u8::try_from(text.at(at)), Ok(b'.' | b'['));
    let end = name.clone().find(is_end).unwrap_or(name.end);
    let first = name.start..end;
    let index = number(cx, text, &first)?;
    Ok((first, index, end))
}

/// The next `.name` or `[index]`: whether it is an attribute, what it is, and where the rest begins.
fn next_part(cx: &Cx, text: Chars<'_>, rest: Range<usize>) -> R<Option<(bool, FieldName, usize)>> {
    if rest.is_empty() {
        return Ok(None);
    }
    let start = rest.start + 1;
    let found = match u8::try_from(text.at(rest.start)) {
        Ok(b'.') => {
            let is_end = |&at: &usize| matches!(u8::try_from(text.at(at)), Ok(b'.' | b'['));
            let end = (start..rest.end).find(is_end).unwrap_or(rest.end);
            (true, start..end, end)
        }
        Ok(b'[') => match (start..rest.end).find(|&at| text.at(at) == u32::from(b']')) {
            Some(end) => (false, start..end, end + 1),
            None => return raise!(cx, exc::VALUE_ERROR, "Missing ']' in format string"),
        },
        _ => {
            return raise!(cx, exc::VALUE_ERROR, "Only '.' or '[' may follow ']' in format field specifier");
        }
    };
    let (attribute, range, next) = found;
    let index = if attribute { None } else { number(cx, text, &range)? };
    if range.is_empty() {
        return raise!(cx, exc::VALUE_ERROR, "Empty attribute in format string");
    }
    Ok(Some((attribute, index.map_or(FieldName::Text(range), FieldName::Index), next)))
}

/// Where fields get their values.
struct Source<'a> {
    args: Args<'a>,
    /// Of `format_map`.
    mapping: Option<&'a Value>,
    /// The next automatic number; `None` once numbers were given by hand.
    automatic: Option<i64>,
    begun: bool,
}

impl Source<'_> {
    /// The value of a field's name, but for its attributes and indices.
    fn first(&mut self, cx: &Cx, text: Chars<'_>, first: Range<usize>, index: Option<i64>) -> R {
        let empty = first.is_empty();
        let index = if empty || index.is_some() {
            if !self.begun {
                self.begun = true;
                self.automatic = empty.then_some(0);
            }
            match (self.automatic, index) {
                (Some(next), None) => {
                    self.automatic = Some(next + 1);
                    Some(next)
                }
                (None, Some(index)) => Some(index),
                (None, None) => {
                    return raise!(
                        cx,
                        exc::VALUE_ERROR,
                        "cannot switch from manual field specification to automatic field numbering"
                    );
                }
                (Some(_), Some(_)) => {
                    return raise!(
                        cx,
                        exc::VALUE_ERROR,
                        "cannot switch from automatic field numbering to manual field specification"
                    );
                }
            }
        } else {
            None
        };
        if let Some(index) = index {
            if self.mapping.is_some() {
                return raise!(cx, exc::VALUE_ERROR, "Format string contains positional fields");
            }
            return match self.args.given().get(index as usize) {
                Some(value) => Ok(value.clone()),
                None => {
                    raise!(cx, exc::INDEX_ERROR, "Replacement index {index} out of range for positional args tuple")
                }
            };
        }
        let key = cx.str_from_chars(text.slice(first))?;
        if let Some(mapping) = self.mapping {
            return cx.getitem(mapping, key.as_value());
        }
        let found = self.args.keywords().find(|(name, _)| name.downcast::<PyStr>().is_some_and(|n| n.equals(&key)));
        match found {
            Some((_, value)) => Ok(value.clone()),
            None => Err(cx.key_error(key.as_value())),
        }
    }

    fn value(&mut self, cx: &Cx, text: Chars<'_>, name: Range<usize>) -> R {
        let (first, index, mut at) = first_part(cx, text, &name)?;
        let mut value = self.first(cx, text, first, index)?;
        while let Some((attribute, part, next)) = next_part(cx, text, at..name.end)? {
            value = match part {
                FieldName::Index(index) => cx.getitem(&value, &cx.int(index)?)?,
                FieldName::Text(range) => {
                    let key = cx.str_from_chars(text.slice(range))?.into_value();
                    if attribute { cx.getattr(&value, &cx.intern_value(key))? } else { cx.getitem(&value, &key)? }
                }
            };
            at = next;
        }
        Ok(value)
    }

    fn build(&mut self, cx: &Cx, text: Chars<'_>, range: Range<usize>, depth: u32, out: &mut StrBuilder<'_>) -> R<()> {
        if depth == 0 {
            return raise!(cx, exc::VALUE_ERROR, "Max string recursion exceeded");
        }
        let mut parser = FieldParser::new(text, range);
        while let Some(parsed) = parser.next(cx)? {
            out.push_chars(text.slice(parsed.literal))?;
            let Some((name, spec, conversion, nested)) = parsed.field else { continue };
            let mut value = self.value(cx, text, name)?;
            value = converted(cx, value, conversion)?;
            let spec = if nested {
                let mut made = StrBuilder::new(cx);
                self.build(cx, text, spec, depth - 1, &mut made)?;
                made.finish()?
            } else {
                cx.str_from_chars(text.slice(spec))?
            };
            out.push_object(&*cx.format(&value, spec.as_value())?)?;
        }
        Ok(())
    }
}

fn converted(cx: &Cx, value: Value, conversion: u32) -> R {
    Ok(match (conversion, u8::try_from(conversion)) {
        (0, _) => value,
        (_, Ok(b'r')) => cx.repr(&value)?.into_value(),
        (_, Ok(b's')) => cx.to_str(&value)?.into_value(),
        (_, Ok(b'a')) => cx.ascii(&value)?.into_value(),
        (_, Ok(c @ 33..127)) => {
            return raise!(cx, exc::VALUE_ERROR, "Unknown conversion specifier {}", char::from(c));
        }
        _ => return raise!(cx, exc::VALUE_ERROR, "Unknown conversion specifier \\x{conversion:x}"),
    })
}

fn fill(cx: &Cx, this: &Value, mut source: Source<'_>) -> R {
    // SAFETY: methods of str.
    let chars = unsafe { this.cast::<PyStr>() }.chars();
    let mut out = StrBuilder::with_capacity(cx, chars.len())?;
    source.build(cx, chars, 0..chars.len(), 2, &mut out)?;
    out.finish_value()
}

pub(crate) fn str_format(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    fill(cx, this, Source { args, mapping: None, automatic: None, begun: false })
}

pub(crate) fn str_format_map(cx: &Cx, this: &Value, mapping: &Value) -> R {
    fill(cx, this, Source { args: Args::NONE, mapping: Some(mapping), automatic: None, begun: false })
}

fn format_string<'a>(cx: &Cx, value: &'a Value) -> R<Chars<'a>> {
    match value.downcast::<PyStr>() {
        Some(text) => Ok(text.chars()),
        None => raise!(cx, exc::TYPE_ERROR, "expected str, got {}", value.ty().name()),
    }
}

/// `_string.formatter_parser(text)`: a list of (literal, name, spec, conversion).
///
/// # Errors
/// TypeError; ValueError for text that is no format string.
pub fn formatter_parser(cx: &Cx, value: &Value) -> R {
    let text = format_string(cx, value)?;
    let list = cx.list([])?;
    let part = |range: Range<usize>| -> R { Ok(cx.str_from_chars(text.slice(range))?.into_value()) };
    let mut parser = FieldParser::new(text, 0..text.len());
    while let Some(parsed) = parser.next(cx)? {
        let literal = part(parsed.literal)?;
        let items = match parsed.field {
            None => [literal, Value::none(), Value::none(), Value::none()],
            Some((name, spec, conversion, _)) => {
                let conversion = match conversion {
                    0 => Value::none(),
                    c => cx.str_of_point(c)?.into_value(),
                };
                [literal, part(name)?, part(spec)?, conversion]
            }
        };
        list.push(cx, cx.tuple(items)?.into_value())?;
    }
    Ok(list.into_value())
}

/// `_string.formatter_field_name_split(text)`: the first part, and a list of (is attribute, name or index).
///
/// # Errors
/// TypeError; ValueError for text that is no name of a field.
pub fn field_name_split(cx: &Cx, value: &Value) -> R {
    let text = format_string(cx, value)?;
    let name = 0..text.len();
    let part = |name: FieldName| -> R {
        match name {
            FieldName::Index(index) => cx.int(index),
            FieldName::Text(range) => Ok(cx.str_from_chars(text.slice(range))?.into_value()),
        }
    };
    let (first, index, mut at) = first_part(cx, text, &name)?;
    let rest = cx.list([])?;
    while let Some((attribute, found, next)) = next_part(cx, text, at..name.end)? {
        rest.push(cx, cx.tuple([Value::bool(attribute), part(found)?])?.into_value())?;
        at = next;
    }
    let first = part(index.map_or(FieldName::Text(first), FieldName::Index))?;
    Ok(cx.tuple([first, rest.into_value()])?.into_value())
}
