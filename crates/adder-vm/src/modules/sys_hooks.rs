//! Of the module `sys`: the limit for digits, and what `breakpoint()` calls.

use adder_objects::exceptions as exc;
use adder_objects::int::STR_DIGITS_CHECK_THRESHOLD;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, Params, R, Value, raise};

use super::process_wide::reading_environment;
use crate::vm::Vm;

pub(super) static FUNCTIONS: &[Method] = &[
    Method::none("get_int_max_str_digits", |cx, _| cx.int(cx.int_max_str_digits.get() as i64)),
    Method::any("set_int_max_str_digits", set_digits),
    Method::any("breakpointhook", breakpoint_hook),
];

fn set_digits(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [digits] = args.bind(
        cx,
        &Params {
            function: "set_int_max_str_digits",
            names: ["maxdigits"],
            positional_only: 0,
            positional: 1,
            required: 1,
        },
    )?;
    let digits = digits.map_or(Ok(0), |digits| cx.index_to_isize(digits, None))?;
    match usize::try_from(digits) {
        Ok(digits) if digits == 0 || digits >= STR_DIGITS_CHECK_THRESHOLD => {
            cx.int_max_str_digits.set(digits);
            Ok(Value::none())
        }
        _ => {
            raise!(cx, exc::VALUE_ERROR, "maxdigits must be 0 or larger than {STR_DIGITS_CHECK_THRESHOLD}")
        }
    }
}

/// `breakpoint()`
pub(super) fn breakpoint(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    match cx.getattr_opt(&Vm::of(cx).sys.get(), &cx.intern("breakpointhook")?)? {
        Some(hook) => cx.call_args(&hook, args),
        None => raise!(cx, exc::RUNTIME_ERROR, "lost sys.breakpointhook"),
    }
}

/// Calls what PYTHONBREAKPOINT names; `0` is nothing.
fn breakpoint_hook(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let named = reading_environment(|| std::env::var("PYTHONBREAKPOINT")).unwrap_or_default();
    let named = if named.is_empty() { "pdb.set_trace" } else { &named };
    if named == "0" {
        return Ok(Value::none());
    }
    let (module, name) = named.rsplit_once('.').unwrap_or(("builtins", named));
    let found = cx.import(module).and_then(|module| cx.getattr_text(&module, name));
    match found {
        Ok(function) => cx.call_args(&function, args),
        Err(raised) if raised.is(&exc::IMPORT_ERROR) || raised.is(&exc::ATTRIBUTE_ERROR) => {
            cx.warn(&exc::RUNTIME_WARNING, &format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{named}\""), 1)?;
            Ok(Value::none())
        }
        Err(raised) => Err(raised),
    }
}
