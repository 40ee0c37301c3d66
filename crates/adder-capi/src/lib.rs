//! Adder's C API: the functions behind `Python.h`, and the loading of extension modules.
//!
//! [`border`] has what passes between C and Rust, [`contract`] the table of what happens to references there. [`types`] makes C's
//! types Adder's and Adder's types C's. [`load`] turns a shared object into a module.
//!
//! The functions are exported by the program that links this crate; [`contracts`] keeps all of them in it.

mod arguments;
pub mod border;
pub mod buffers;
mod build_value;
pub mod building;
pub mod bytearrays;
pub mod bytes;
pub mod c_text;
pub mod call;
pub mod capsules;
pub mod code;
pub mod codec_registry;
pub mod collector;
pub mod complex;
pub mod constants;
pub mod containers;
pub mod contexts;
pub mod contiguous;
pub mod contract;
pub mod datetime;
pub mod descriptors;
pub mod dict;
pub mod errors;
pub mod evaluation;
pub mod exceptions;
pub mod failures;
pub mod files;
pub mod float;
mod formatting;
pub mod functions;
pub mod hash;
pub mod imports;
pub mod indicator;
pub mod instance_methods;
pub mod interpreters;
pub mod iteration;
pub mod ledger;
pub mod lifecycle;
pub mod load;
pub mod locks;
pub mod long_bytes;
pub mod long_export;
pub mod mapping;
pub mod marshal;
pub mod members;
pub mod memory;
pub mod memoryviews;
pub mod modules;
pub mod native_threads;
pub mod number;
pub mod object;
pub mod operators;
pub mod os;
pub mod print;
pub mod private_names;
pub mod refcount;
pub mod reports;
pub mod run;
pub mod sequence;
pub mod set;
pub mod slice;
pub mod state;
pub mod structs;
pub mod structseq;
pub mod sys;
pub mod text;
pub mod threads;
pub mod time;
pub mod types;
mod varargs;
pub mod versions;
pub mod warnings;
pub mod weakrefs;

use contract::Contract;

static TABLES: &[&[Contract]] = &[
    arguments::TABLE,
    buffers::TABLE,
    bytearrays::TABLE,
    bytes::TABLE,
    c_text::ALL,
    c_text::TABLE,
    capsules::TABLE,
    code::TABLE,
    codec_registry::TABLE,
    collector::DICTS,
    collector::TABLE,
    complex::TABLE,
    constants::TABLE,
    containers::TABLE,
    contexts::TABLE,
    contiguous::TABLE,
    descriptors::TABLE,
    dict::TABLE,
    errors::ALL,
    errors::TABLE,
    evaluation::TABLE,
    exceptions::TABLE,
    exceptions::unicode::TABLE,
    files::ALL,
    files::TABLE,
    float::TABLE,
    functions::TABLE,
    hash::ALL,
    hash::TABLE,
    imports::ALL,
    imports::TABLE,
    instance_methods::TABLE,
    interpreters::ALL,
    interpreters::TABLE,
    iteration::TABLE,
    lifecycle::ALL,
    locks::ALL,
    long_bytes::TABLE,
    long_export::TABLE,
    mapping::TABLE,
    marshal::TABLE,
    memory::TABLE,
    memoryviews::TABLE,
    modules::TABLE,
    native_threads::ALL,
    native_threads::TABLE,
    number::TABLE,
    object::TABLE,
    operators::TABLE,
    os::ALL,
    os::TABLE,
    print::TABLE,
    private_names::TABLE,
    refcount::TABLE,
    reports::TABLE,
    run::OLDER,
    run::TABLE,
    sequence::TABLE,
    set::TABLE,
    slice::TABLE,
    structseq::TABLE,
    sys::ALL,
    sys::TABLE,
    text::builder::TABLE,
    text::characters::ALL,
    text::decode::TABLE,
    text::encode::TABLE,
    text::make::TABLE,
    text::parts::TABLE,
    text::read::TABLE,
    text::system::ALL,
    text::system::TABLE,
    text::write::TABLE,
    threads::ALL,
    threads::LENDING,
    threads::TABLE,
    time::ALL,
    time::TABLE,
    types::alloc::BLOCKS,
    types::alloc::TABLE,
    types::names::TABLE,
    types::ready::TABLE,
    types::spec::TABLE,
    varargs::TABLE,
    versions::ALL,
    warnings::TABLE,
    weakrefs::TABLE,
];

/// Every function of the C API that has a contract.
pub fn contracts() -> impl Iterator<Item = &'static Contract> {
    TABLES.iter().copied().flatten()
}

/// Makes an interpreter load extension modules.
pub fn install(vm: &adder_vm::Vm) {
    // What nobody names is not linked into the program, and then no module finds it.
    core::hint::black_box((TABLES, &raw const codec_registry::Py_hexdigits, &raw const locks::PY_TIMEOUT_MAX));
    adder_objects::builtin_types::register(&[&instance_methods::INSTANCE_METHOD_TYPE]);
    versions::set_flags(&vm.options);
    vm.set_extensions(adder_vm::Extensions {
        suffixes: load::SUFFIXES,
        create: load::create,
        exec: load::exec,
        built_in: imports::linked,
        built_in_names: imports::linked_names,
        datetime: datetime::functions(),
        build_settings: building::settings,
        end: interpreters::at_end,
    });
    // Without room for them it goes without.
    let _ = vm.entered(|| sys::begin_hooks(&vm.cx).and_then(|()| imports::name_linked(&vm.cx)));
}

#[cfg(test)]
mod tests {
    use adder_objects::TypeObject;
    use adder_objects::typeobject::Shape;

    #[test]
    fn the_header_has_rusts_layout() {
        let header = include_str!("../include/adder/layout.h");
        let number = |name: &str| -> usize {
            let line = header.lines().find(|line| line.contains(name)).expect("the header defines it");
            line.rsplit(' ').next().and_then(|n| n.parse().ok()).expect("a number")
        };
        assert_eq!(number("ADDER_SHAPE_TYPE_OFFSET_"), Shape::TYPE_OFFSET);
        let tail = size_of::<TypeObject>() - TypeObject::TAIL;
        assert_eq!(number("ADDER_TYPE_TAIL_WORDS_") * 8, tail);
        assert_eq!(number("ADDER_TYPE_TAIL_OFFSET_"), TypeObject::TAIL);
        assert_eq!(number("ADDER_TYPE_STATE_OFFSET_"), TypeObject::STATE);
        let sizes = [
            ("PyComplexObject", size_of::<adder_objects::complex::PyComplex>()),
            ("PyDictObject", size_of::<adder_objects::dict::PyDict>()),
            ("PyFloatObject", size_of::<adder_objects::float::PyFloat>()),
            ("PyListObject", size_of::<adder_objects::list::PyList>()),
            ("PyLongObject", size_of::<adder_objects::int::PyLong>()),
            ("PySetObject", size_of::<adder_objects::set::PySet>()),
            ("PySliceObject", size_of::<adder_objects::slice::PySlice>()),
        ];
        for (name, size) in sizes {
            assert_eq!(number(&format!("ADDER_SIZE_OF_{name}_ ")), size, "{name}");
        }
    }
}
