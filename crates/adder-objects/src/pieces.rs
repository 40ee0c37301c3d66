//! Texts put together from pieces: what `repr` of a container says.

use crate::cx::Cx;
use crate::error::R;
use crate::list::PyList;
use crate::object::Obj;
use crate::str::PyStr;
use crate::value::Value;

/// Strings to be joined. They wait in a list, so that the heap's limit bounds them.
pub(crate) struct Pieces {
    list: Obj<PyList>,
    len: usize,
}

impl Pieces {
    /// None yet.
    pub(crate) fn new(cx: &Cx) -> R<Pieces> {
        Ok(Pieces { list: cx.list([])?, len: 0 })
    }

    /// One more, a text of ours.
    pub(crate) fn text(&mut self, cx: &Cx, text: &str) -> R<()> {
        self.push(cx, cx.intern(text)?)
    }

    /// `repr(value)` behind the others.
    pub(crate) fn repr(&mut self, cx: &Cx, value: &Value) -> R<()> {
        self.push(cx, cx.repr(value)?.into_value())
    }

    /// One more, a string.
    pub(crate) fn push(&mut self, cx: &Cx, piece: Value) -> R<()> {
        self.len += piece.downcast::<PyStr>().map_or(0, PyStr::len);
        self.list.push(cx, piece)
    }

    /// All of them as one string.
    pub(crate) fn join(self, cx: &Cx) -> R {
        // SAFETY: nobody else knows the list, and no code of a user runs here.
        let items = unsafe { self.list.items() };
        let parts = || items.iter().filter_map(|piece| piece.downcast::<PyStr>());
        if parts().all(PyStr::is_ascii) {
            // SAFETY: room for all pieces, each of one byte a character, and all are written.
            unsafe {
                let made = cx.new_str(self.len, 1, true)?;
                let mut place = made.data().cast_mut();
                for part in parts() {
                    place.copy_from_nonoverlapping(part.data(), part.len());
                    place = place.add(part.len());
                }
                return Ok(made.into_value());
            }
        }
        let points = || parts().flat_map(|part| part.chars().iter());
        let max = points().max().unwrap_or(0);
        Ok(cx.str_from_code_points(self.len, max, points())?.into_value())
    }
}

/// `repr` of a container: its parts between brackets, or the short form inside itself.
pub(crate) fn bracketed(cx: &Cx, this: &Value, short: &str, parts: impl FnOnce(&mut Pieces) -> R<()>) -> R {
    if cx.enter_repr(this) {
        return cx.str_value(short);
    }
    let text = (|| {
        let mut pieces = Pieces::new(cx)?;
        parts(&mut pieces)?;
        pieces.join(cx)
    })();
    cx.leave_repr();
    text
}
