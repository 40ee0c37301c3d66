//! Adder's virtual machine: runs the code of [`adder_compiler`] on the objects of [`adder_objects`].
//!
//! [`Vm::new`](vm::Vm::new) makes an interpreter with a heap of its own. [`Vm::run_source`](vm::Vm::run_source) runs a program in it.

mod anext;
mod awaitables;
mod bind;
mod cells;
pub mod code;
mod code_attributes;
mod code_parts;
mod constants;
pub mod counts;
mod deferred;
mod eval;
mod extensions;
mod finder;
mod foreign_errors;
pub mod frame;
mod frame_locals;
pub mod frame_object;
pub mod function;
mod function_attributes;
pub mod generator;
mod groups;
pub mod import;
mod import_frames;
mod interactive;
mod intrinsics;
mod matching;
pub mod module;
mod module_annotations;
mod modules;
mod native_stack;
mod program;
mod report;
mod sets;
mod source;
mod templates;
pub mod threads;
pub mod traceback;
pub mod vm;

pub use adder_gc::{Heap, HeapGraph, LeakGuard, Leaks, Phase};
pub use counts::Counts;
pub use extensions::{DATETIME_FUNCTIONS, Extensions};
pub use foreign_errors::signal_arrives;
pub use interactive::Need;
pub use modules::pickle::PyPickleBuffer;
pub use modules::structseq;
pub use modules::warnings::AboutLine;
pub use program::Outcome;
pub use threads::{ThreadState, visitors};
pub use vm::{Options, Vm};

/// Contexts and their variables (`contextvars`), for native code.
pub mod contexts {
    pub use crate::modules::contextvars::{copy_context, enter, exit, new_context, new_variable, reset, set, value};
}

/// This crate's types, bases first.
static TYPES: &[&adder_objects::TypeObject] = &[
    &code::CODE_TYPE,
    &function::FUNCTION_TYPE,
    &frame_object::FRAME_TYPE,
    &frame_locals::FRAME_LOCALS_TYPE,
    &traceback::TRACEBACK_TYPE,
    &generator::GENERATOR_TYPE,
    &generator::COROUTINE_TYPE,
    &generator::ASYNC_GENERATOR_TYPE,
    &awaitables::COROUTINE_WRAPPER_TYPE,
    &awaitables::ASEND_TYPE,
    &awaitables::ATHROW_TYPE,
    &anext::ANEXT_TYPE,
    &awaitables::ENDED_TYPE,
    &awaitables::WRAPPED_TYPE,
    &deferred::DEFERRED_TYPE,
    &module::MODULE_TYPE,
    &modules::structseq::STRUCT_SEQUENCE_TYPE,
    &modules::structseq::FIELD_TYPE,
    &templates::TEMPLATE_TYPE,
    &templates::INTERPOLATION_TYPE,
];

/// Makes this crate's types known to the object model, once for the process.
fn register_types() {
    adder_objects::builtin_types::register(TYPES);
    adder_objects::builtin_types::register(modules::itertools::TYPES);
    adder_objects::builtin_types::register(modules::sre::TYPES);
    adder_objects::builtin_types::register(modules::collections::TYPES);
    adder_objects::builtin_types::register(modules::contextvars::TYPES);
    adder_objects::builtin_types::register(modules::ast::TYPES);
    adder_objects::builtin_types::register(&[&modules::testcapi::CONTAINER_TYPE]);
    adder_objects::builtin_types::register(modules::hashes::TYPES);
    adder_objects::builtin_types::register(modules::hashlib::TYPES);
    adder_objects::builtin_types::register(modules::pickle::TYPES);
    adder_objects::builtin_types::register(modules::thread::TYPES);
    adder_objects::builtin_types::register(modules::queue::TYPES);
    adder_objects::builtin_types::register(modules::datetime::TYPES);
    adder_objects::builtin_types::register(modules::mmap::TYPES);
    adder_objects::builtin_types::register(modules::io::TYPES);
    adder_objects::builtin_types::register(modules::multiprocessing::TYPES);
    adder_objects::builtin_types::register(modules::select::TYPES);
    adder_objects::builtin_types::register(modules::socket::TYPES);
    adder_objects::builtin_types::register(modules::structs::TYPES);
    adder_objects::builtin_types::register(modules::array::TYPES);
    adder_objects::builtin_types::register(modules::csv::TYPES);
    for types in modules::functional::TYPES {
        adder_objects::builtin_types::register(types);
    }
    adder_objects::builtin_types::register(modules::blake2::TYPES);
    adder_objects::builtin_types::register(modules::keccak::TYPES);
    adder_objects::builtin_types::register(modules::json::TYPES);
    adder_objects::builtin_types::register(modules::zlib::TYPES);
    adder_objects::builtin_types::register(modules::bz2::TYPES);
    adder_objects::builtin_types::register(modules::expat::TYPES);
    adder_objects::builtin_types::register(&[&modules::random::RANDOM_TYPE, &modules::unicode_data::DATABASE_TYPE]);
}
