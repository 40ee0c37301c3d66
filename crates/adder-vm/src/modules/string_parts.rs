//! The module `_string`.

use adder_objects::R;
use adder_objects::format as text;
use adder_objects::typeobject::Method;

use crate::vm::Vm;

static FUNCTIONS: &[Method] = &[
    Method::one("formatter_parser", |cx, _, value| text::formatter_parser(cx, value)),
    Method::one("formatter_field_name_split", |cx, _, value| text::field_name_split(cx, value)),
];

pub(super) fn make(vm: &Vm) -> R {
    Ok(crate::module::builtin(&vm.cx, "_string", FUNCTIONS)?.into_value())
}
