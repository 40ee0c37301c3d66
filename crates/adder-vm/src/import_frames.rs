//! Tracebacks of failed imports: the frames of `importlib` are nobody's business but its own.

use adder_objects::exceptions::{self as exc, PyBaseException};
use adder_objects::object::Slot;
use adder_objects::{Raised, Value};

use crate::frame_object::PyFrame;
use crate::traceback::PyTraceback;

/// Where the files of `importlib` lie that make an import.
const FILES: [&str; 2] = ["importlib/_bootstrap.py", "importlib/_bootstrap_external.py"];

/// The last of its functions, where its frames are of no use.
const CALLS: &str = "_call_with_frames_removed";

/// Takes the frames of `importlib` out of a traceback: of an ImportError all of them, of others those that have called a module's code.
pub(crate) fn remove(raised: &Raised) {
    let Some(exception) = raised.value().downcast::<PyBaseException>() else { return };
    let always = raised.is(&exc::IMPORT_ERROR);
    // The place that leads to the first frame of the row that is being looked at, and to the next one after it.
    let mut outer: Option<Value> = None;
    let mut before: Option<Value> = None;
    let mut inside = false;
    let mut at = exception.traceback.try_get();
    while let Some(here) = at {
        let Some(it) = here.downcast::<PyTraceback>() else { return };
        let (of_import, calls) = kind_of(it);
        let next = it.next.try_get();
        if of_import && !inside {
            outer.clone_from(&before);
        }
        inside = of_import;
        if of_import && (always || calls) {
            link(&exception.traceback, outer.as_ref()).set(next.clone().unwrap_or(Value::UNSET));
            before.clone_from(&outer);
        } else {
            before = Some(here.clone());
        }
        at = next;
    }
}

/// The place that leads on from a row of a traceback; from none, the exception's.
fn link<'a>(first: &'a Slot, row: Option<&'a Value>) -> &'a Slot {
    row.and_then(Value::downcast::<PyTraceback>).map_or(first, |row| &row.next)
}

/// Is it a frame of `importlib`? Of the function that calls a module's code?
fn kind_of(row: &PyTraceback) -> (bool, bool) {
    let Some(frame) = row.frame.try_get() else { return (false, false) };
    let Some(frame) = frame.downcast::<PyFrame>() else { return (false, false) };
    let code = &frame.code().code;
    let of_import = code
        .filename
        .strip_prefix(crate::finder::LIBRARY)
        .is_some_and(|file| FILES.contains(&file.trim_start_matches('/')));
    (of_import, of_import && &*code.name == CALLS)
}
