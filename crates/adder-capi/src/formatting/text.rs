//! The units of `PyUnicode_FromFormat`.

use core::ffi::c_char;

use adder_objects::str::{PyStr, StrBuilder};
use adder_objects::{Cx, Obj, R, Raised, TypeObject, Value, exceptions as exc, raise};

use super::address;
use crate::arguments::Format;
use crate::varargs::Walk;

/// What stands between `%` and the unit.
#[derive(Default)]
struct Spec {
    left: bool,
    zeros: bool,
    alternative: bool,
    width: Option<usize>,
    precision: Option<usize>,
    size: Size,
}

/// Which type an int has.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Size {
    #[default]
    Int,
    Long,
    /// `ll`, `z`, `t`, `j`: of 64 bits, too.
    Other,
}

/// A text being made.
struct Writer<'c> {
    cx: &'c Cx,
    walk: Walk,
    out: StrBuilder<'c>,
}

/// The text of a format.
///
/// # Errors
/// SystemError for a wrong format; what `str` and `repr` raise.
pub(super) fn make(cx: &Cx, mut format: Format<'_>, walk: Walk) -> R {
    let mut writer = Writer { cx, walk, out: StrBuilder::new(cx) };
    loop {
        let rest = format.rest();
        let plain = rest.iter().position(|c| *c == b'%').unwrap_or(rest.len());
        if let Some(wrong) = rest[..plain].iter().find(|c| !c.is_ascii()) {
            return raise!(
                cx,
                exc::VALUE_ERROR,
                "PyUnicode_FromFormatV() expects an ASCII-encoded format string, got a non-ASCII byte: 0x{wrong:02x}"
            );
        }
        writer.out.push_ascii(&rest[..plain])?;
        for _ in 0..plain {
            format.next();
        }
        if !format.eat(b'%') {
            return writer.out.finish_value();
        }
        // From the sign on, for the message.
        let unit = &rest[plain..];
        if format.eat(b'%') {
            writer.out.push('%'.into())?;
            continue;
        }
        let spec = writer.spec(&mut format)?;
        if !writer.unit(&mut format, &spec)? {
            return raise!(cx, exc::SYSTEM_ERROR, "invalid format string: {}", String::from_utf8_lossy(unit));
        }
    }
}

/// A number in the format.
fn number(cx: &Cx, format: &mut Format<'_>, what: &str) -> R<usize> {
    let mut number = 0_usize;
    while format.peek().is_ascii_digit() {
        let digit = usize::from(format.next() - b'0');
        let more = number.checked_mul(10).and_then(|n| n.checked_add(digit)).filter(|n| *n <= isize::MAX as usize);
        let Some(more) = more else { return raise!(cx, exc::VALUE_ERROR, "{what} too big") };
        number = more;
    }
    Ok(number)
}

impl Writer<'_> {
    fn spec(&mut self, format: &mut Format<'_>) -> R<Spec> {
        let mut spec = Spec::default();
        loop {
            match format.peek() {
                b'-' => spec.left = true,
                b'0' => spec.zeros = true,
                b'#' => spec.alternative = true,
                _ => break,
            }
            format.next();
        }
        if format.eat(b'*') {
            let width = self.walk.int();
            spec.left |= width < 0;
            spec.width = Some(width.unsigned_abs() as usize);
        } else if format.peek().is_ascii_digit() {
            spec.width = Some(number(self.cx, format, "width")?);
        }
        if format.eat(b'.') {
            // A negative one is 0, as in CPython, and so is one without digits.
            spec.precision = Some(match format.eat(b'*') {
                true => usize::try_from(self.walk.int()).unwrap_or(0),
                false => number(self.cx, format, "precision")?,
            });
        }
        if format.eat(b'l') {
            spec.size = if format.eat(b'l') { Size::Other } else { Size::Long };
        } else if format.eat(b'z') || format.eat(b't') || format.eat(b'j') {
            spec.size = Size::Other;
        }
        Ok(spec)
    }

    /// Writes a unit; says whether there is such a one.
    fn unit(&mut self, format: &mut Format<'_>, spec: &Spec) -> R<bool> {
        let cx = self.cx;
        let c = format.next();
        let fits = match c {
            b'd' | b'i' | b'o' | b'u' | b'x' | b'X' => true,
            b'c' | b'p' => spec.size == Size::Int && spec.width.is_none() && spec.precision.is_none(),
            b's' | b'V' => spec.size != Size::Other,
            _ => spec.size == Size::Int,
        };
        if !fits {
            return Ok(false);
        }
        match c {
            b'c' => {
                let point = self.walk.int();
                match u32::try_from(point).ok().filter(|point| *point <= 0x10_FFFF) {
                    Some(point) => self.out.push(point)?,
                    None => return raise!(cx, exc::OVERFLOW_ERROR, "character argument not in range(0x110000)"),
                }
            }
            b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => self.int(c, spec)?,
            b'p' => self.out.push_str(&address(self.walk.pointer()))?,
            b's' if spec.size == Size::Long => {
                let text: *const u32 = self.walk.pointer();
                self.wide(text, spec)?;
            }
            b's' => {
                let text: *const c_char = self.walk.pointer();
                self.utf8(text, spec)?;
            }
            b'V' => {
                let object = self.walk.object();
                let text: *const c_char = self.walk.pointer();
                match object {
                    Some(object) => self.object(object.to_owned(), spec)?,
                    None if spec.size == Size::Long => self.wide(text.cast(), spec)?,
                    None => self.utf8(text, spec)?,
                }
            }
            b'U' => {
                let object = self.argument()?;
                self.object(object, spec)?;
            }
            b'S' => {
                let object = self.argument()?;
                let text = cx.to_str(&object)?;
                self.padded(&text, spec.precision, spec)?;
            }
            b'R' => {
                let object = self.argument()?;
                let text = cx.repr(&object)?;
                self.padded(&text, spec.precision, spec)?;
            }
            b'A' => {
                let object = self.argument()?;
                let text = cx.ascii(&object)?;
                self.padded(&text, spec.precision, spec)?;
            }
            b'T' => {
                let object = self.argument()?;
                let text = full_name(cx, object.ty(), spec.alternative)?;
                self.padded(&text, spec.precision, spec)?;
            }
            b'N' => {
                let object = self.argument()?;
                let Some(ty) = object.downcast::<TypeObject>() else {
                    return raise!(cx, exc::TYPE_ERROR, "%N argument must be a type");
                };
                let text = full_name(cx, ty, spec.alternative)?;
                self.padded(&text, spec.precision, spec)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn argument(&mut self) -> R {
        match self.walk.object() {
            Some(object) => Ok(object.to_owned()),
            None => raise!(self.cx, exc::SYSTEM_ERROR, "NULL object passed to PyUnicode_FromFormat"),
        }
    }

    fn object(&mut self, object: Value, spec: &Spec) -> R<()> {
        match object.try_into_obj::<PyStr>() {
            Ok(text) => self.padded(&text, spec.precision, spec),
            Err(_) => Err(not_a_string(self.cx)),
        }
    }

    /// UTF-8 that ends with a zero, or after as many bytes as the precision says; what is wrong in it is replaced.
    fn utf8(&mut self, text: *const c_char, spec: &Spec) -> R<()> {
        let bytes: &[u8] = match spec.precision {
            // SAFETY: the contract: a text.
            None => unsafe { core::ffi::CStr::from_ptr(text) }.to_bytes(),
            // SAFETY: the contract: bytes up to a zero, or so many.
            Some(most) => unsafe {
                let n = (0..most).take_while(|&at| *text.add(at) != 0).count();
                core::slice::from_raw_parts(text.cast(), n)
            },
        };
        let text = String::from_utf8_lossy(bytes);
        match spec.width {
            None => self.out.push_str(&text),
            Some(_) => self.padded(&*self.cx.str(&text)?, None, spec),
        }
    }

    fn wide(&mut self, text: *const u32, spec: &Spec) -> R<()> {
        // SAFETY: the contract: a text, or so many characters.
        let points = unsafe {
            match spec.precision {
                None => super::wide_text(text, None),
                Some(most) => {
                    let n = (0..most).take_while(|&at| *text.add(at) != 0).count();
                    super::wide_text(text, Some(n))
                }
            }
        };
        match super::from_wide(self.cx, points)?.try_into_obj::<PyStr>() {
            Ok(text) => self.padded(&text, None, spec),
            Err(_) => Err(not_a_string(self.cx)),
        }
    }

    /// At most so many characters of a text, filled up to the width.
    fn padded(&mut self, text: &PyStr, precision: Option<usize>, spec: &Spec) -> R<()> {
        let n = precision.map_or(text.len(), |most| most.min(text.len()));
        let spaces = spec.width.unwrap_or(0).saturating_sub(n);
        if !spec.left {
            self.out.fill(' '.into(), spaces)?;
        }
        self.out.push_chars(text.chars().slice(0..n))?;
        if spec.left {
            self.out.fill(' '.into(), spaces)?;
        }
        Ok(())
    }

    fn int(&mut self, c: u8, spec: &Spec) -> R<()> {
        let is_signed = matches!(c, b'd' | b'i');
        let word = match (spec.size, is_signed) {
            (Size::Int, true) => i64::from(self.walk.int()),
            (Size::Int, false) => i64::from(self.walk.int() as u32),
            _ => self.walk.long(),
        };
        let negative = is_signed && word < 0;
        let magnitude = if negative { word.unsigned_abs() } else { word as u64 };
        let digits = match c {
            b'o' => format!("{magnitude:o}"),
            b'x' => format!("{magnitude:x}"),
            b'X' => format!("{magnitude:X}"),
            _ => magnitude.to_string(),
        };
        let sign = usize::from(negative);
        let mut n = spec.precision.unwrap_or(0).max(digits.len());
        let width = spec.width.unwrap_or(0).max(n + sign);
        if spec.zeros && !spec.left {
            n = width - sign;
        }
        let spaces = width - n - sign;
        if !spec.left {
            self.out.fill(' '.into(), spaces)?;
        }
        if negative {
            self.out.push('-'.into())?;
        }
        self.out.fill('0'.into(), n - digits.len())?;
        self.out.push_ascii(digits.as_bytes())?;
        if spec.left {
            self.out.fill(' '.into(), spaces)?;
        }
        Ok(())
    }
}

fn not_a_string(cx: &Cx) -> Raised {
    cx.error(&exc::SYSTEM_ERROR, format_args!("PyUnicode_FromFormat: a string is expected for %U and %V"))
}

/// The name of a type with its module, behind a dot or (alternatively) a colon.
fn full_name(cx: &Cx, ty: &TypeObject, colon: bool) -> R<Obj<PyStr>> {
    if !ty.is_heap() {
        return cx.str(ty.name());
    }
    let class = ty.value();
    let name = cx.display(&cx.getattr(&class, cx.names.qualname())?)?;
    let module = cx.getattr_opt(&class, cx.names.module())?.filter(|module| module.downcast::<PyStr>().is_some());
    match module.map(|module| cx.display(&module)).transpose()? {
        Some(module) if module != "builtins" && module != "__main__" => {
            let separator = if colon { ':' } else { '.' };
            cx.str(&format!("{module}{separator}{name}"))
        }
        _ => cx.str(&name),
    }
}
