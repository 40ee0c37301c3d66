//! The module `_tokenize`.

use adder_objects::R;

use crate::vm::Vm;

pub(super) fn make(vm: &Vm) -> R {
    Ok(crate::module::builtin(&vm.cx, "_tokenize", &[])?.into_value())
}
