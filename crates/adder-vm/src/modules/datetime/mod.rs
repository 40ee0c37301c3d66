//! The module `_datetime`. The objects have the layouts that C's `datetime.h` shows, behind our head.

mod arguments;
mod arithmetic;
mod calendar;
mod clock;
mod conversions;
mod date;
#[allow(clippy::module_inception, reason = "the type has the name of its module")]
mod datetime;
mod delta;
mod delta_arithmetic;
mod iso;
mod iso_calendar;
mod makers;
mod moment;
mod strftime;
mod text;
mod time;
mod timezone;
mod zone;

use core::ptr::NonNull;

use adder_gc::raw::Head;
use adder_objects::capsule::PyCapsule;
use adder_objects::{R, TypeObject, Value};

use super::support;
use crate::extensions::DATETIME_FUNCTIONS;
use crate::vm::Vm;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[
    &delta::DELTA_TYPE,
    &zone::TZINFO_TYPE,
    &timezone::TIMEZONE_TYPE,
    &date::DATE_TYPE,
    &datetime::DATETIME_TYPE,
    &time::TIME_TYPE,
    &iso_calendar::ISO_CALENDAR_TYPE,
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_datetime", &[])?.into_value();
    let years = [("MINYEAR", calendar::MIN_YEAR), ("MAXYEAR", calendar::MAX_YEAR)];
    support::constants(cx, &module, &years.map(|(name, year)| (name, year.into())))?;
    if let Some(dict) = crate::module::dict_of(&module) {
        for (name, ty) in [
            ("date", &date::DATE_TYPE),
            ("datetime", &datetime::DATETIME_TYPE),
            ("time", &time::TIME_TYPE),
            ("timedelta", &delta::DELTA_TYPE),
            ("timezone", &timezone::TIMEZONE_TYPE),
            ("tzinfo", &zone::TZINFO_TYPE),
        ] {
            dict.set_text(cx, name, ty.value())?;
        }
        let utc = timezone::utc(cx)?;
        dict.set_text(cx, "datetime_CAPI", capsule(vm, &utc)?)?;
        dict.set_text(cx, "UTC", utc)?;
    }
    Ok(module)
}

/// What C finds in the capsule: the types, the zone UTC, and the C layer's functions.
#[repr(C)]
struct Table {
    types: [&'static TypeObject; 5],
    utc: Value,
    functions: [usize; DATETIME_FUNCTIONS],
}

/// `datetime_CAPI`: the collector does not look into it, as in CPython.
fn capsule(vm: &Vm, utc: &Value) -> R {
    let cx = &*vm.cx;
    let functions = vm.extensions.get().map_or([0; DATETIME_FUNCTIONS], |extensions| *extensions.datetime);
    let types = [&date::DATE_TYPE, &datetime::DATETIME_TYPE, &time::TIME_TYPE, &delta::DELTA_TYPE, &zone::TZINFO_TYPE];
    let table = NonNull::from(Box::leak(Box::new(Table { types, utc: utc.clone(), functions })));
    // SAFETY: the destructor frees the table, which is the capsule's alone.
    match unsafe { cx.capsule(table.cast(), Some(c"datetime.datetime_CAPI"), Some(free)) } {
        Ok(capsule) => Ok(capsule.into_value()),
        Err(raised) => {
            // SAFETY: made above, and no capsule has it.
            drop(unsafe { Box::from_raw(table.as_ptr()) });
            Err(raised)
        }
    }
}

unsafe extern "C" fn free(capsule: *mut Head) {
    // SAFETY: called once, for a capsule whose pointer is to a table that it owns.
    unsafe {
        let table = (*capsule.cast::<PyCapsule>()).pointer.get();
        drop(Box::from_raw(table.cast::<Table>()));
    }
}
