//! Arguments by their positions.

use adder_objects::bytes::PyBytes;
use adder_objects::list::PyList;
use adder_objects::tuple::PyTuple;
use adder_objects::{R, Value, exceptions as exc, raise};

use super::{Format, Reader, Told, Wrong, cut, type_name};

/// How many arguments a format takes: at least, and at most.
fn bounds(text: &[u8]) -> Result<(usize, usize), &'static str> {
    let (mut least, mut most, mut depth) = (None, 0, 0_usize);
    for &c in text {
        match c {
            b':' | b';' => break,
            b'(' => {
                most += usize::from(depth == 0);
                depth += 1;
            }
            b')' => depth = depth.checked_sub(1).ok_or("excess ')' in getargs format")?,
            b'|' if depth == 0 => least = Some(most),
            // `e` stands before the unit.
            b'e' => {}
            c if depth == 0 && c.is_ascii_alphabetic() => most += 1,
            _ => {}
        }
    }
    if depth != 0 {
        return Err("missing ')' in getargs format");
    }
    Ok((least.unwrap_or(most), most))
}

/// What stands in a bracket that is open.
fn inner(text: &[u8]) -> &[u8] {
    let mut depth = 0_usize;
    for (at, c) in text.iter().enumerate() {
        match c {
            b'(' => depth += 1,
            b')' if depth == 0 => return &text[..at],
            b')' => depth -= 1,
            _ => {}
        }
    }
    text
}

impl Reader<'_> {
    fn bounds(&self, format: &Format<'_>) -> R<(usize, usize)> {
        match bounds(format.text) {
            Ok(bounds) => Ok(bounds),
            Err(text) => raise!(self.cx, exc::SYSTEM_ERROR, "{text}"),
        }
    }

    /// A single object, which is the argument itself.
    pub(super) fn one(&mut self, arg: Option<&Value>, format: &mut Format<'_>) -> R<()> {
        let cx = self.cx;
        let told = Told::of(format);
        match (self.bounds(format)?, arg) {
            ((_, 0), None) => Ok(()),
            ((_, 0), Some(_)) => raise!(cx, exc::TYPE_ERROR, "{} takes no arguments", told.who(200)),
            ((1, 1), None) => raise!(cx, exc::TYPE_ERROR, "{} takes at least one argument", told.who(200)),
            ((1, 1), Some(arg)) => {
                // SAFETY: a copy that is not counted, and not dropped: the caller owns the argument.
                let mut place = core::mem::ManuallyDrop::new(unsafe { arg.borrow_word() });
                self.convert(format, &raw mut *place).map_err(|wrong| {
                    // The places in nested sequences count from the outside, and there is no number of the argument.
                    match wrong {
                        Wrong::Says(text, mut path) if !path.is_empty() => {
                            let first = path.remove(0) + 1;
                            told.raise(cx, first, Wrong::Says(text, path))
                        }
                        other => told.raise(cx, 0, other),
                    }
                })
            }
            _ => raise!(cx, exc::SYSTEM_ERROR, "old style getargs format uses new features"),
        }
    }

    /// The arguments in a tuple.
    pub(super) fn tuple(&mut self, args: &Value, format: &mut Format<'_>) -> R<()> {
        let cx = self.cx;
        let told = Told::of(format);
        let (least, most) = self.bounds(format)?;
        let Some(args) = args.downcast::<PyTuple>() else {
            return raise!(cx, exc::SYSTEM_ERROR, "new style getargs format but argument is not a tuple");
        };
        let n = args.items().len();
        if n < least || n > most {
            if let Some(message) = told.message {
                return raise!(cx, exc::TYPE_ERROR, "{}", String::from_utf8_lossy(message));
            }
            let limit = if n < least { least } else { most };
            let bound = match (least == most, n < least) {
                (true, _) => "exactly",
                (_, true) => "at least",
                _ => "at most",
            };
            let s = if limit == 1 { "" } else { "s" };
            return raise!(cx, exc::TYPE_ERROR, "{} takes {bound} {limit} argument{s} ({n} given)", told.who(150));
        }
        for at in 0..n {
            format.eat(b'|');
            let place = args.place(at).expect("within the tuple");
            self.convert(format, place).map_err(|wrong| told.raise(cx, at + 1, wrong))?;
        }
        let next = format.peek();
        if !(format.is_done() || next.is_ascii_alphabetic() || matches!(next, b'(' | b'|')) {
            return raise!(cx, exc::SYSTEM_ERROR, "bad format string: {}", cut(format.text, 200));
        }
        Ok(())
    }

    /// The items of a sequence, behind its opening bracket.
    pub(super) fn sequence(&mut self, format: &mut Format<'_>, arg: &Value) -> Result<(), Wrong> {
        let cx = self.cx;
        let Ok((_, wanted)) = bounds(inner(format.rest())) else {
            return Err(Wrong::says("(missing ')' in getargs format)"));
        };
        let slots = &arg.ty().slots;
        let is_sequence = (slots.item.get().is_some() || slots.getitem.get().is_some())
            && arg.downcast::<adder_objects::dict::PyDict>().is_none();
        if !is_sequence || arg.downcast::<PyBytes>().is_some() {
            return Err(Wrong::says(format!("must be {wanted}-item sequence, not {}", type_name(arg))));
        }
        let n = cx.len(arg)?;
        if n != wanted {
            return Err(Wrong::says(format!("must be sequence of length {wanted}, not {n}")));
        }
        for at in 0..wanted {
            let place = match (arg.downcast::<PyTuple>(), arg.downcast_exact::<PyList>()) {
                (Some(tuple), _) => tuple.place(at),
                (_, Some(list)) => list.place(at),
                _ => None,
            };
            let done = match place {
                Some(place) => self.convert(format, place),
                None => match cx.getitem(arg, &Value::small(at as i64)) {
                    // As in CPython, what is borrowed from it may be gone when it is used.
                    Ok(mut item) => self.convert(format, &raw mut item),
                    Err(_) => return Err(Wrong::Says("is not retrievable".to_owned(), vec![at])),
                },
            };
            done.map_err(|wrong| match wrong {
                Wrong::Says(text, mut path) => {
                    path.insert(0, at);
                    Wrong::Says(text, path)
                }
                raised => raised,
            })?;
        }
        Ok(())
    }
}
