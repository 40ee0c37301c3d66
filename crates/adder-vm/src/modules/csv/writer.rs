//! `_csv.writer`: fields to lines.

use adder_gc::raw::Head;
use adder_gc::{Clearer, Tracer};
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::{PyStr, StrBuilder};
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Spec, flag};
use adder_objects::{Args, Catch, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use super::dialect::{self, PyDialect};
use super::{QUOTE_ALL, QUOTE_NONE, QUOTE_NONNUMERIC, QUOTE_NOTNULL, QUOTE_STRINGS, error};

/// Layout of a writer.
#[repr(C)]
struct PyWriter {
    head: Head,
    write: Slot,
    dialect: Slot,
}

/// `_csv.writer`
pub(super) static WRITER_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const WRITER_TYPE);
static SPEC: Spec = Spec {
    module: "_csv",
    flags: flag::GC | flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyWriter>(),
    functions: functions::<PyWriter>(true, true),
    methods: &[Method::one("writerow", write_row), Method::one("writerows", write_rows)],
    getset: &[GetSet::get("dialect", |_, this| Ok(of(this).dialect.try_get().unwrap_or_else(Value::none)))],
    ..Spec::new("_csv.writer", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyWriter {
    fn ty() -> &'static TypeObject {
        &WRITER_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.write.trace(tracer);
        self.dialect.trace(tracer);
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        self.write.clear(clearer);
        self.dialect.clear(clearer);
    }
}

fn of(this: &Value) -> &PyWriter {
    // SAFETY: called for writers.
    unsafe { this.cast::<PyWriter>() }
}

/// The function `writer`.
pub(super) fn make(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    adder_objects::args::check_count(cx, "", args.given().len(), 1, 2)?;
    let dialect = dialect::of_arguments(cx, args.rest())?;
    let write = cx.getattr_opt(&args.given()[0], &cx.intern("write")?)?;
    let Some(write) = write.filter(|write| write.ty().slots.call.get().is_some()) else {
        return raise!(cx, exc::TYPE_ERROR, "argument 1 must have a \"write\" method");
    };
    Ok(cx.alloc(PyWriter { head: unborn(), write: Slot::new(write), dialect: Slot::new(dialect) })?.into_value())
}

/// Adds a field to a line; `None` is no text at all.
fn add(cx: &Cx, line: &mut StrBuilder<'_>, dialect: &PyDialect, text: Option<&PyStr>, mut quoted: bool) -> R<()> {
    let empty = text.is_none_or(PyStr::is_empty);
    if empty && dialect.delimiter == 32 && dialect.skip_initial_space {
        let null = text.is_none() && matches!(dialect.quoting, QUOTE_STRINGS | QUOTE_NOTNULL);
        if dialect.quoting == QUOTE_NONE || null {
            return error(
                cx,
                format_args!("empty field must be quoted if delimiter is a space and skipinitialspace is true"),
            );
        }
        quoted = true;
    }
    let Some(text) = text else {
        if quoted && let Some(quote) = dialect.quote {
            line.push_points(&[quote, quote])?;
        }
        return Ok(());
    };
    let ends = dialect.line_terminator().chars();
    let special = |point: u32| {
        point == dialect.delimiter
            || Some(point) == dialect.escape
            || Some(point) == dialect.quote
            || point == 10
            || point == 13
            || ends.iter().any(|end| end == point)
    };
    let chars = text.chars();
    if !chars.iter().any(special) {
        let quote = dialect.quote.filter(|_| quoted);
        quote.map_or(Ok(()), |quote| line.push(quote))?;
        line.push_chars(chars)?;
        return quote.map_or(Ok(()), |quote| line.push(quote));
    }
    // Whether it is quoted is known at its end.
    let mut field = StrBuilder::new(cx);
    for point in chars.iter() {
        if special(point) {
            let mut escaped = dialect.quoting == QUOTE_NONE;
            if !escaped {
                if Some(point) == dialect.quote {
                    if dialect.double_quote {
                        field.push(point)?;
                    } else {
                        escaped = true;
                    }
                } else if Some(point) == dialect.escape {
                    escaped = true;
                }
                quoted |= !escaped;
            }
            if escaped {
                match dialect.escape {
                    Some(escape) => field.push(escape)?,
                    None => return error(cx, format_args!("need to escape, but no escapechar set")),
                }
            }
        }
        field.push(point)?;
    }
    let quote = dialect.quote.filter(|_| quoted);
    quote.map_or(Ok(()), |quote| line.push(quote))?;
    line.push_chars(field.chars())?;
    quote.map_or(Ok(()), |quote| line.push(quote))
}

fn is_number(value: &Value) -> bool {
    let slots = &value.ty().slots;
    slots.index.get().is_some()
        || slots.int.get().is_some()
        || slots.float.get().is_some()
        || value.as_complex().is_some()
}

fn write_row(cx: &Cx, this: &Value, row: &Value) -> R {
    let it = of(this);
    let (Some(write), Some(held)) = (it.write.try_get(), it.dialect.try_get()) else { return Ok(Value::none()) };
    let dialect = dialect::of(&held);
    let Some(fields) = cx.iter(row).unless(&exc::TYPE_ERROR)? else {
        return error(cx, format_args!("iterable expected, not {}", row.ty().name()));
    };
    let mut line = StrBuilder::new(cx);
    let (mut count, mut null) = (0_usize, false);
    while let Some(field) = cx.next(&fields)? {
        let quoted = match dialect.quoting {
            QUOTE_NONNUMERIC => !is_number(&field),
            QUOTE_ALL => true,
            QUOTE_STRINGS => field.downcast::<PyStr>().is_some(),
            QUOTE_NOTNULL => !field.is_none(),
            _ => false,
        };
        null = field.is_none();
        let made;
        let text = match field.downcast::<PyStr>() {
            Some(text) => Some(text),
            None if null => None,
            None => {
                made = cx.to_str(&field)?;
                Some(&*made)
            }
        };
        if count > 0 {
            line.push(dialect.delimiter)?;
        }
        add(cx, &mut line, dialect, text, quoted)?;
        count += 1;
    }
    if count > 0 && line.is_empty() {
        if dialect.quoting == QUOTE_NONE || null && matches!(dialect.quoting, QUOTE_STRINGS | QUOTE_NOTNULL) {
            return error(cx, format_args!("single empty field record must be quoted"));
        }
        add(cx, &mut line, dialect, None, true)?;
    }
    line.push_object(dialect.line_terminator())?;
    cx.call(&write, &[line.finish_value()?])
}

fn write_rows(cx: &Cx, this: &Value, rows: &Value) -> R {
    let rows = cx.iter(rows)?;
    while let Some(row) = cx.next(&rows)? {
        write_row(cx, this, &row)?;
    }
    Ok(Value::none())
}
