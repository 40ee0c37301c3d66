//! The module `itertools`.

mod combinatoric;
mod finite;
mod grouping;
mod infinite;

use adder_objects::{Cx, R, TypeObject, Value};

use crate::vm::Vm;

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[
    &infinite::COUNT_TYPE,
    &infinite::CYCLE_TYPE,
    &infinite::REPEAT_TYPE,
    &finite::ACCUMULATE_TYPE,
    &finite::CHAIN_TYPE,
    &finite::COMPRESS_TYPE,
    &finite::DROP_WHILE_TYPE,
    &finite::TAKE_WHILE_TYPE,
    &finite::FILTER_FALSE_TYPE,
    &finite::ISLICE_TYPE,
    &finite::STARMAP_TYPE,
    &finite::ZIP_LONGEST_TYPE,
    &finite::PAIRWISE_TYPE,
    &finite::BATCHED_TYPE,
    &grouping::GROUP_BY_TYPE,
    &grouping::GROUPER_TYPE,
    &grouping::TEE_TYPE,
    &grouping::TEE_DATA_TYPE,
    &combinatoric::PRODUCT_TYPE,
    &combinatoric::PERMUTATIONS_TYPE,
    &combinatoric::COMBINATIONS_TYPE,
    &combinatoric::COMBINATIONS_WITH_REPLACEMENT_TYPE,
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "itertools", grouping::FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        for ty in TYPES {
            dict.set_text(cx, ty.name(), ty.value())?;
        }
    }
    Ok(module)
}

/// A type of iterators with these slots for references. `$next` gives the next value.
macro_rules! iterator_type {
    (
        $(#[$doc:meta])* $layout:ident $ty:ident $spec:ident $name:literal new $new:ident next $next:ident
        slots { $($slot:ident)* } fields { $($field:ident: $kind:ty),* }
        $(lists { $($list:ident)* })?
        $(repr $repr:ident)?
        $(methods $methods:expr)?
    ) => {
        $(#[$doc])*
        #[repr(C)]
        pub(crate) struct $layout {
            head: adder_gc::raw::Head,
            $($slot: adder_objects::object::Slot,)*
            $($($list: core::cell::RefCell<Vec<adder_objects::Value>>,)*)?
            $($field: $kind,)*
        }

        $(#[$doc])*
        pub(crate) static $ty: adder_objects::TypeObject =
            adder_objects::TypeObject::builtin(&$spec, &raw const $ty);
        static $spec: adder_objects::typeobject::Spec = adder_objects::typeobject::Spec {
            module: "itertools",
            flags: adder_objects::typeobject::flag::GC | adder_objects::typeobject::flag::BASE,
            size: size_of::<$layout>(),
            functions: adder_objects::object::functions::<$layout>(true, true),
            slots: adder_objects::typeobject::Slots {
                new: adder_objects::typeobject::slot($new),
                iter: adder_objects::typeobject::slot(adder_objects::iterators::itself),
                next: adder_objects::typeobject::slot($next),
                $(repr: adder_objects::typeobject::slot($repr),)?
                ..adder_objects::typeobject::Slots::NONE
            },
            $(methods: $methods,)?
            ..adder_objects::typeobject::Spec::new($name, &adder_objects::typeobject::OBJECT_TYPE)
        };

        // SAFETY: begins with a head.
        unsafe impl adder_objects::Layout for $layout {
            fn ty() -> &'static adder_objects::TypeObject {
                &$ty
            }
            fn trace(&self, tracer: &mut adder_gc::Tracer<'_>) {
                $(self.$slot.trace(tracer);)*
                $($(
                    if let Ok(values) = self.$list.try_borrow() {
                        for value in values.iter() {
                            value.trace(tracer);
                        }
                    }
                )*)?
                let _ = tracer;
            }
            fn clear(&self, clearer: &mut adder_gc::Clearer<'_>) {
                $(self.$slot.clear(clearer);)*
                $($(
                    if let Ok(mut values) = self.$list.try_borrow_mut() {
                        for value in values.drain(..) {
                            value.release_later(clearer);
                        }
                    }
                )*)?
                let _ = clearer;
            }
        }

        impl $layout {
            fn of(this: &adder_objects::Value) -> &$layout {
                // SAFETY: called for objects of this type.
                unsafe { this.cast::<$layout>() }
            }
        }
    };
}
use iterator_type;

/// A count that must not be negative.
fn not_negative(cx: &Cx, value: &Value, text: &str) -> R<usize> {
    match usize::try_from(cx.index_to_isize(value, Some(&adder_objects::exceptions::OVERFLOW_ERROR))?) {
        Ok(n) => Ok(n),
        Err(_) => Err(cx.value_error(format_args!("{text}"))),
    }
}
