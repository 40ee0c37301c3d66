//! Putting strings together: `+`, `*`, `join`, and `+=` in place.

use core::cell::Cell;

use adder_gc::raw;

use super::{Chars, PyStr, STR_TYPE, state};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::object::Obj;
use crate::value::Value;

/// Writes characters where those of a wider or equal kind lie.
///
/// # Safety
/// There is room for them at `to`, which is aligned for the kind.
pub(super) unsafe fn write_chars(to: *mut u8, kind: u32, chars: Chars<'_>) {
    /// # Safety
    /// As above.
    unsafe fn each<A: Copy + Into<u32>>(to: *mut u8, kind: u32, from: &[A]) {
        for (at, &unit) in from.iter().enumerate() {
            // SAFETY: by the contract.
            unsafe {
                match kind {
                    1 => to.add(at).write(unit.into() as u8),
                    2 => to.cast::<u16>().add(at).write(unit.into() as u16),
                    _ => to.cast::<u32>().add(at).write(unit.into()),
                }
            }
        }
    }
    // SAFETY: by the contract.
    unsafe {
        match (chars, kind) {
            (Chars::Ascii(s) | Chars::One(s), 1) => to.copy_from_nonoverlapping(s.as_ptr(), s.len()),
            (Chars::Two(s), 2) => to.cast::<u16>().copy_from_nonoverlapping(s.as_ptr(), s.len()),
            (Chars::Four(s), 4) => to.cast::<u32>().copy_from_nonoverlapping(s.as_ptr(), s.len()),
            (Chars::Ascii(s) | Chars::One(s), _) => each(to, kind, s),
            (Chars::Two(s), _) => each(to, kind, s),
            (Chars::Four(s), _) => each(to, kind, s),
        }
    }
}

impl Cx {
    /// `a + b`
    ///
    /// # Errors
    /// MemoryError.
    pub fn str_concat(&self, a: &PyStr, b: &PyStr) -> R<Obj<PyStr>> {
        self.str_concat_with_room(a, b, 0)
    }

    fn str_concat_with_room(&self, a: &PyStr, b: &PyStr, room: usize) -> R<Obj<PyStr>> {
        let (n, kind) = (a.len() + b.len(), a.kind().max(b.kind()));
        // SAFETY: room for both, and both are written.
        unsafe {
            let made = self.new_str_with_room(n, kind, a.is_ascii() && b.is_ascii(), room)?;
            let data = made.data().cast_mut();
            write_chars(data, kind, a.chars());
            write_chars(data.add(a.len() * kind as usize), kind, b.chars());
            Ok(made)
        }
    }

    /// `left + right`, where the left operand is given up: if nobody else has it and there is room behind it, it is made
    /// longer where it is. For `s += t`: a string that grew so once gets room to grow further.
    ///
    /// # Errors
    /// TypeError if one is no string; MemoryError.
    pub fn str_concat_in_place(&self, left: Value, right: &Value) -> R {
        let (Some(a), Some(b)) = (left.downcast_exact::<PyStr>(), right.downcast_exact::<PyStr>()) else {
            return concat(self, &left, right);
        };
        if b.is_empty() {
            return Ok(left);
        }
        if a.is_empty() {
            return Ok(right.clone());
        }
        let unique = left.head().is_some_and(|head| head.is_unique() && !head.is_foreign());
        if !unique || a.is_interned() || left.is(right) {
            return Ok(self.str_concat(a, b)?.into_value());
        }
        let (n, kind) = (a.len() + b.len(), a.kind() as usize);
        if b.kind() <= a.kind() && a.is_ascii() <= b.is_ascii() {
            let start = a.data().addr() - core::ptr::from_ref(a).addr();
            // SAFETY: a live object that lies on a page; nobody else refers to it, so nobody sees it change. What was known of
            // its text is forgotten.
            unsafe {
                if start + (n + 1) * kind <= raw::block_size(a.head()) {
                    let data = a.data().cast_mut();
                    write_chars(data.add(a.len() * kind), kind as u32, b.chars());
                    data.add(n * kind).write_bytes(0, kind);
                    a.forget_utf8();
                    a.length.set(n);
                    a.hash.set(-1);
                    return Ok(left);
                }
            }
        }
        // Growing once more is likely: an eighth of its length is left free, for texts that are not short.
        let room = if n >= 64 { n / 8 * a.kind().max(b.kind()) as usize } else { 0 };
        Ok(self.str_concat_with_room(a, b, room)?.into_value())
    }

    /// `separator.join(items)` of strings.
    ///
    /// # Errors
    /// TypeError if one is no string; MemoryError.
    pub fn str_join(&self, separator: &PyStr, items: &[Value]) -> R {
        if let [only] = items
            && only.is_exact(&STR_TYPE)
        {
            return Ok(only.clone());
        }
        let (mut n, mut kind, mut ascii) = (0_usize, 1, true);
        let mut add = |string: &PyStr, times: usize| {
            n = string.len().checked_mul(times).and_then(|more| n.checked_add(more))?;
            kind = kind.max(string.kind());
            ascii &= string.is_ascii();
            Some(())
        };
        for (at, item) in items.iter().enumerate() {
            let Some(string) = item.downcast::<PyStr>() else {
                return raise!(
                    self,
                    exc::TYPE_ERROR,
                    "sequence item {at}: expected str instance, {} found",
                    item.ty().name()
                );
            };
            if add(string, 1).is_none() {
                return raise!(self, exc::OVERFLOW_ERROR, "join() result is too long for a Python string");
            }
        }
        if items.len() > 1 && add(separator, items.len() - 1).is_none() {
            return raise!(self, exc::OVERFLOW_ERROR, "join() result is too long for a Python string");
        }
        if n == 0 {
            return Ok(self.str("")?.into_value());
        }
        // SAFETY: room for all, and all are written.
        unsafe {
            let made = self.new_str(n, kind, ascii)?;
            let mut to = made.data().cast_mut();
            for (at, item) in items.iter().enumerate() {
                if at > 0 && !separator.is_empty() {
                    write_chars(to, kind, separator.chars());
                    to = to.add(separator.len() * kind as usize);
                }
                let string = item.cast::<PyStr>();
                write_chars(to, kind, string.chars());
                to = to.add(string.len() * kind as usize);
            }
            Ok(made.into_value())
        }
    }
}

/// `str.join`
pub(super) fn join(cx: &Cx, this: &Value, iterable: &Value) -> R {
    // SAFETY: called for strings.
    let separator = unsafe { this.cast::<PyStr>() };
    if let Some(tuple) = iterable.downcast_exact::<crate::tuple::PyTuple>() {
        return cx.str_join(separator, tuple.items());
    }
    if let Some(list) = iterable.downcast_exact::<crate::list::PyList>() {
        // SAFETY: joining runs no code of a user.
        return cx.str_join(separator, unsafe { list.items() });
    }
    if iterable.ty().slots.iter.get().is_none() && iterable.ty().slots.item.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "can only join an iterable");
    }
    let list = cx.list_of(iterable)?;
    // SAFETY: nobody else knows the list.
    cx.str_join(separator, unsafe { list.items() })
}

pub(super) fn concat(cx: &Cx, a: &Value, b: &Value) -> R {
    let (Some(x), Some(y)) = (a.downcast::<PyStr>(), b.downcast::<PyStr>()) else {
        return raise!(cx, exc::TYPE_ERROR, "can only concatenate str (not \"{}\") to str", b.ty().name());
    };
    if y.is_empty() && a.is_exact(&STR_TYPE) {
        return Ok(a.clone());
    }
    if x.is_empty() && b.is_exact(&STR_TYPE) {
        return Ok(b.clone());
    }
    Ok(cx.str_concat(x, y)?.into_value())
}

pub(super) fn repeat(cx: &Cx, this: &Value, times: isize) -> R {
    // SAFETY: called for strings.
    let string = unsafe { this.cast::<PyStr>() };
    let times = times.max(0) as usize;
    if times == 0 || string.is_empty() {
        return Ok(cx.str("")?.into_value());
    }
    if times == 1 && this.is_exact(&STR_TYPE) {
        return Ok(this.clone());
    }
    let n = match string.len().checked_mul(times) {
        Some(n) if n <= isize::MAX as usize => n,
        _ => return raise!(cx, exc::OVERFLOW_ERROR, "repeated string is too long"),
    };
    let kind = string.kind();
    // SAFETY: room for all copies, and all are written.
    unsafe {
        let made = cx.new_str(n, kind, string.is_ascii())?;
        let to = made.data().cast_mut();
        let (step, all) = (string.len() * kind as usize, n * kind as usize);
        if step == 1 {
            to.write_bytes(*string.data(), all);
        } else {
            to.copy_from_nonoverlapping(string.data(), step);
            // What is there is doubled until all is.
            let mut done = step;
            while done < all {
                let more = done.min(all - done);
                to.add(done).copy_from_nonoverlapping(to, more);
                done += more;
            }
        }
        Ok(made.into_value())
    }
}

impl PyStr {
    /// Gives back the UTF-8 that was made of it.
    ///
    /// # Safety
    /// Nobody has borrowed it.
    pub(super) unsafe fn forget_utf8(&self) {
        if self.state.get() & (state::COMPACT | state::ASCII) == state::COMPACT | state::ASCII {
            return;
        }
        let tail = self.tail();
        if let Some(utf8) = core::ptr::NonNull::new(tail.utf8.replace(core::ptr::null_mut())) {
            let layout = core::alloc::Layout::array::<u8>(Cell::get(&tail.utf8_length) + 1).expect("as allocated");
            // SAFETY: allocated with this layout; the contract.
            unsafe { raw::deallocate(self.head(), utf8, layout) };
        }
    }
}
