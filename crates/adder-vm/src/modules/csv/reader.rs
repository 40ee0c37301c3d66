//! `_csv.reader`: lines to lists of fields.

use core::cell::Cell;

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::iterators::itself;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::{Chars, PyStr, StrBuilder};
use adder_objects::typeobject::{GetSet, Member, MemberKind, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value};

use super::dialect::{self, PyDialect};
use super::{QUOTE_NONE, QUOTE_NONNUMERIC, QUOTE_NOTNULL, QUOTE_STRINGS, error, field_limit};

/// Layout of a reader.
#[repr(C)]
struct PyReader {
    head: Head,
    lines: Slot,
    dialect: Slot,
    line: Cell<isize>,
}

/// `_csv.reader`
pub(super) static READER_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const READER_TYPE);
static SPEC: Spec = Spec {
    module: "_csv",
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyReader>(),
    functions: functions::<PyReader>(true, true),
    slots: Slots { iter: slot(itself), next: slot(next), ..Slots::NONE },
    getset: &[GetSet::get("dialect", |_, this| Ok(of(this).dialect.try_get().unwrap_or_else(Value::none)))],
    members: &[Member {
        name: "line_num",
        kind: MemberKind::Ssize,
        offset: core::mem::offset_of!(PyReader, line),
        read_only: true,
    }],
    ..Spec::new("_csv.reader", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyReader {
    fn ty() -> &'static TypeObject {
        &READER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.lines.trace(tracer);
        self.dialect.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.lines.clear(clearer);
        self.dialect.clear(clearer);
    }
}

fn of(this: &Value) -> &PyReader {
    // SAFETY: called for readers.
    unsafe { this.cast::<PyReader>() }
}

/// The function `reader`.
pub(super) fn make(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    adder_objects::args::check_count(cx, "", args.given().len(), 1, 2)?;
    let lines = cx.iter(&args.given()[0])?;
    let dialect = dialect::of_arguments(cx, args.rest())?;
    let made = PyReader { head: unborn(), lines: Slot::new(lines), dialect: Slot::new(dialect), line: Cell::new(0) };
    Ok(cx.alloc(made)?.into_value())
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    Field,
    Quoted,
    EscapedInQuoted,
    QuoteInQuoted,
    /// Behind the end of a line.
    End,
    /// Behind an end of a line that was escaped.
    AfterEscapedEnd,
}

/// A record that is being read.
struct Record<'a> {
    cx: &'a Cx,
    dialect: &'a PyDialect,
    state: State,
    field: StrBuilder<'a>,
    unquoted: bool,
    fields: Vec<Value>,
}

const LF: u32 = 10;
const CR: u32 = 13;

impl<'a> Record<'a> {
    fn add(&mut self, chars: Chars<'_>) -> R<()> {
        let limit = field_limit(self.cx);
        if (self.field.len() + chars.len()) as i64 > limit {
            return error(self.cx, format_args!("field larger than field limit ({limit})"));
        }
        self.field.push_chars(chars)
    }

    fn add_point(&mut self, point: u32) -> R<()> {
        let limit = field_limit(self.cx);
        if self.field.len() as i64 >= limit {
            return error(self.cx, format_args!("field larger than field limit ({limit})"));
        }
        self.field.push(point)
    }

    fn save(&mut self) -> R<()> {
        let cx = self.cx;
        let quoting = self.dialect.quoting;
        let field = core::mem::replace(&mut self.field, StrBuilder::new(cx));
        let unquoted = core::mem::replace(&mut self.unquoted, true);
        let empty = field.is_empty();
        let value = if unquoted && empty && matches!(quoting, QUOTE_STRINGS | QUOTE_NOTNULL) {
            Value::none()
        } else {
            let text = field.finish_value()?;
            if unquoted && !empty && matches!(quoting, QUOTE_NONNUMERIC | QUOTE_STRINGS) {
                cx.call(&adder_objects::float::FLOAT_TYPE.value(), &[text])?
            } else {
                text
            }
        };
        self.fields.push(value);
        Ok(())
    }

    /// One character; `None` for the end of the line.
    fn character(&mut self, point: Option<u32>) -> R<()> {
        let dialect = self.dialect;
        let is_end = matches!(point, None | Some(LF | CR));
        let after_end = if point.is_none() { State::StartRecord } else { State::End };
        let is_quote = point.is_some() && point == dialect.quote && dialect.quoting != QUOTE_NONE;
        let is_escape = point.is_some() && point == dialect.escape;
        let is_delimiter = point == Some(dialect.delimiter);
        match self.state {
            State::StartRecord if point.is_none() => {}
            State::StartRecord if is_end => self.state = State::End,
            State::StartRecord | State::StartField => {
                if is_end {
                    self.save()?;
                    self.state = after_end;
                } else if is_quote {
                    self.unquoted = false;
                    self.state = State::Quoted;
                } else if is_escape {
                    self.state = State::Escaped;
                } else if point == Some(32) && dialect.skip_initial_space {
                    self.state = State::StartField;
                } else if is_delimiter {
                    self.save()?;
                    self.state = State::StartField;
                } else {
                    self.add_point(point.unwrap_or(LF))?;
                    self.state = State::Field;
                }
            }
            State::Escaped => {
                self.add_point(point.unwrap_or(LF))?;
                self.state = if matches!(point, Some(LF | CR)) { State::AfterEscapedEnd } else { State::Field };
            }
            State::AfterEscapedEnd if point.is_none() => {}
            State::AfterEscapedEnd | State::Field => {
                if is_end {
                    self.save()?;
                    self.state = after_end;
                } else if is_escape {
                    self.state = State::Escaped;
                } else if is_delimiter {
                    self.save()?;
                    self.state = State::StartField;
                } else {
                    self.add_point(point.unwrap_or(LF))?;
                    self.state = State::Field;
                }
            }
            State::Quoted => {
                if is_escape {
                    self.state = State::EscapedInQuoted;
                } else if is_quote {
                    self.state = if dialect.double_quote { State::QuoteInQuoted } else { State::Field };
                } else if let Some(point) = point {
                    self.add_point(point)?;
                }
            }
            State::EscapedInQuoted => {
                self.add_point(point.unwrap_or(LF))?;
                self.state = State::Quoted;
            }
            State::QuoteInQuoted => {
                if is_quote {
                    self.add_point(point.unwrap_or(LF))?;
                    self.state = State::Quoted;
                } else if is_delimiter {
                    self.save()?;
                    self.state = State::StartField;
                } else if is_end {
                    self.save()?;
                    self.state = after_end;
                } else if !dialect.strict {
                    self.add_point(point.unwrap_or(LF))?;
                    self.state = State::Field;
                } else {
                    let show = |point: Option<u32>| point.and_then(char::from_u32).unwrap_or('\u{FFFD}');
                    let (delimiter, quote) = (show(Some(dialect.delimiter)), show(dialect.quote));
                    return error(self.cx, format_args!("'{delimiter}' expected after '{quote}'"));
                }
            }
            State::End => match point {
                None => self.state = State::StartRecord,
                Some(LF | CR) => {}
                Some(_) => {
                    return error(
                        self.cx,
                        format_args!(
                            "new-line character seen in unquoted field - do you need to open the file with newline=''?"
                        ),
                    );
                }
            },
        }
        Ok(())
    }

    fn line(&mut self, chars: Chars<'_>) -> R<()> {
        let dialect = self.dialect;
        let mut at = 0;
        while at < chars.len() {
            // What has no meaning in a field is taken all at once.
            let plain = match self.state {
                State::Field => chars.slice(at..chars.len()).iter().position(|point| {
                    point == dialect.delimiter || point == LF || point == CR || Some(point) == dialect.escape
                }),
                State::Quoted => chars
                    .slice(at..chars.len())
                    .iter()
                    .position(|point| Some(point) == dialect.quote || Some(point) == dialect.escape),
                _ => Some(0),
            };
            let end = plain.map_or(chars.len(), |plain| at + plain);
            if end > at {
                self.add(chars.slice(at..end))?;
                at = end;
            } else {
                self.character(Some(chars.at(at)))?;
                at += 1;
            }
        }
        self.character(None)
    }
}

fn next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = of(this);
    let (Some(lines), Some(held)) = (it.lines.try_get(), it.dialect.try_get()) else { return Ok(None) };
    let mut record = Record {
        cx,
        dialect: dialect::of(&held),
        state: State::StartRecord,
        field: StrBuilder::new(cx),
        unquoted: true,
        fields: Vec::new(),
    };
    loop {
        let Some(line) = cx.next(&lines)? else {
            if record.field.is_empty() && record.state != State::Quoted {
                return Ok(None);
            }
            if record.dialect.strict {
                return error(cx, format_args!("unexpected end of data"));
            }
            record.save()?;
            break;
        };
        let Some(text) = line.downcast::<PyStr>() else {
            let name = line.ty().name();
            return error(
                cx,
                format_args!("iterator should return strings, not {name} (the file should be opened in text mode)"),
            );
        };
        it.line.set(it.line.get() + 1);
        record.line(text.chars())?;
        if record.state == State::StartRecord {
            break;
        }
    }
    Ok(Some(cx.list(record.fields)?.into_value()))
}
