//! The module `_blake2`.

use core::cell::RefCell;

use adder_gc::raw::Head;
use adder_objects::buffer::request;
use adder_objects::int::Int;
use adder_objects::object::{functions, unborn};
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::hashes::with_bytes;
use super::keccak::hexadecimal;
use super::support;
use crate::vm::Vm;

/// What tells the two algorithms apart.
struct Algorithm {
    name: &'static str,
    /// Bytes of a digest, and of a key, at most.
    most: usize,
    /// Bytes of salt and of person.
    salt: usize,
    /// Bytes that it takes at a time.
    block: i64,
    /// Bits of `node_offset`.
    offset_bits: u32,
    ty: &'static TypeObject,
}

static BLAKE2B: Algorithm =
    Algorithm { name: "blake2b", most: 64, salt: 16, block: 128, offset_bits: 64, ty: &BLAKE2B_TYPE };
static BLAKE2S: Algorithm =
    Algorithm { name: "blake2s", most: 32, salt: 8, block: 64, offset_bits: 48, ty: &BLAKE2S_TYPE };

#[derive(Clone)]
enum State {
    B(blake2b_simd::State),
    S(blake2s_simd::State),
}

/// Layout of both kinds of objects.
#[repr(C)]
struct PyBlake2 {
    head: Head,
    algorithm: &'static Algorithm,
    size: usize,
    state: RefCell<State>,
}

// SAFETY: begins with a head; types derived from these two begin with it.
unsafe impl Layout for PyBlake2 {
    fn ty() -> &'static TypeObject {
        &BLAKE2B_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        ty.is_subtype(&BLAKE2B_TYPE) || ty.is_subtype(&BLAKE2S_TYPE)
    }
}

/// The types of this module.
pub(crate) static TYPES: &[&TypeObject] = &[&BLAKE2B_TYPE, &BLAKE2S_TYPE];

/// `_blake2.blake2b`
static BLAKE2B_TYPE: TypeObject = TypeObject::builtin(&BLAKE2B_SPEC, &raw const BLAKE2B_TYPE);
static BLAKE2B_SPEC: Spec = Spec {
    slots: Slots { new: slot(|cx, class, args| new(cx, class, args, &BLAKE2B)), ..Slots::NONE },
    more: Some(|cx, ty| sizes(cx, ty, &BLAKE2B)),
    ..spec("_blake2.blake2b")
};

/// `_blake2.blake2s`
static BLAKE2S_TYPE: TypeObject = TypeObject::builtin(&BLAKE2S_SPEC, &raw const BLAKE2S_TYPE);
static BLAKE2S_SPEC: Spec = Spec {
    slots: Slots { new: slot(|cx, class, args| new(cx, class, args, &BLAKE2S)), ..Slots::NONE },
    more: Some(|cx, ty| sizes(cx, ty, &BLAKE2S)),
    ..spec("_blake2.blake2s")
};

const fn spec(name: &'static str) -> Spec {
    Spec {
        module: "_blake2",
        flags: flag::BASE,
        size: size_of::<PyBlake2>(),
        functions: functions::<PyBlake2>(false, true),
        methods: METHODS,
        getset: ATTRIBUTES,
        ..Spec::new(name, &OBJECT_TYPE)
    }
}

static METHODS: &[Method] = &[
    Method::one("update", |cx, this, data| {
        with_bytes(cx, data, |bytes| update(&mut of(this).state.borrow_mut(), bytes))?;
        Ok(Value::none())
    })
    .doc("($self, data, /)", "Takes more bytes."),
    Method::none("digest", |cx, this| Ok(cx.bytes(&digest(this))?.into_value()))
        .doc("($self, /)", "The digest of what was taken so far, bytes."),
    Method::none("hexdigest", |cx, this| hexadecimal(cx, &digest(this)))
        .doc("($self, /)", "The digest of what was taken so far, as hexadecimal digits."),
    Method::none("copy", |cx, this| {
        let it = of(this);
        let state = RefCell::new(it.state.borrow().clone());
        let made = PyBlake2 { head: unborn(), algorithm: it.algorithm, size: it.size, state };
        Ok(cx.alloc_in(it.algorithm.ty, made)?.into_value())
    })
    .doc("($self, /)", "Another with the same state."),
];

static ATTRIBUTES: &[GetSet] = &[
    GetSet::get("name", |cx, this| cx.str_value(of(this).algorithm.name)),
    GetSet::get("digest_size", |cx, this| cx.int(of(this).size as i64)),
    GetSet::get("block_size", |cx, this| cx.int(of(this).algorithm.block)),
];

fn sizes(cx: &Cx, ty: &TypeObject, algorithm: &Algorithm) -> R<()> {
    let salt = algorithm.salt as i64;
    let most = algorithm.most as i64;
    for (name, size) in [("SALT_SIZE", salt), ("PERSON_SIZE", salt), ("MAX_KEY_SIZE", most), ("MAX_DIGEST_SIZE", most)]
    {
        cx.state(ty).dict.set_text(cx, name, cx.int(size)?)?;
    }
    Ok(())
}

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_blake2", &[])?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "blake2b", BLAKE2B_TYPE.value())?;
        dict.set_text(cx, "blake2s", BLAKE2S_TYPE.value())?;
    }
    Ok(module)
}

fn of(this: &Value) -> &PyBlake2 {
    // SAFETY: called for objects of these types.
    unsafe { this.cast::<PyBlake2>() }
}

fn update(state: &mut State, bytes: &[u8]) {
    match state {
        State::B(state) => drop(state.update(bytes)),
        State::S(state) => drop(state.update(bytes)),
    }
}

fn digest(this: &Value) -> Vec<u8> {
    match &*of(this).state.borrow() {
        State::B(state) => state.finalize().as_bytes().to_vec(),
        State::S(state) => state.finalize().as_bytes().to_vec(),
    }
}

/// An int that is not negative; `None` for more than 64 bits.
fn unsigned(cx: &Cx, value: &Value) -> R<Option<u64>> {
    let index = cx.index(value)?;
    let Some(int) = Int::of(&index) else { return Ok(Some(0)) };
    if int.negative {
        return raise!(cx, exc::VALUE_ERROR, "value must be positive");
    }
    Ok(match int.digits() {
        [] => Some(0),
        [digit] => Some(*digit),
        _ => None,
    })
}

/// Bytes of an argument, at most so many.
fn bytes(cx: &Cx, value: Option<&Value>, what: &str, most: usize) -> R<Vec<u8>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let view = support::view(cx, value, request::SIMPLE)?;
    if view.len > most {
        return raise!(cx, exc::VALUE_ERROR, "maximum {what} length is {most} bytes");
    }
    // SAFETY: copied at once.
    Ok(unsafe { view.as_slice() }.to_vec())
}

const NAMES: [&str; 13] = [
    "data",
    "digest_size",
    "key",
    "salt",
    "person",
    "fanout",
    "depth",
    "leaf_size",
    "node_offset",
    "node_depth",
    "inner_size",
    "last_node",
    "usedforsecurity",
];

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>, algorithm: &'static Algorithm) -> R {
    let params = Params { function: algorithm.name, names: NAMES, positional_only: 1, positional: 1, required: 0 };
    let [data, size, key, salt, person, fanout, depth, leaf, offset, node_depth, inner, last, _] =
        args.bind(cx, &params)?;
    let Algorithm { most, offset_bits, .. } = *algorithm;
    let number = |value: Option<&Value>, default: i64| {
        value.map_or(Ok(default), |value| Ok(adder_objects::arguments::c_int(cx, value)?.into()))
    };
    let size = number(size, most as i64)?;
    let (fanout, depth) = (number(fanout, 1)?, number(depth, 1)?);
    let (node_depth, inner) = (number(node_depth, 0)?, number(inner, 0)?);
    let last = last.map_or(Ok(false), |last| cx.is_true(last))?;
    if !(1..=most as i64).contains(&size) {
        return raise!(cx, exc::VALUE_ERROR, "digest_size must be between 1 and {most} bytes");
    }
    let salt = bytes(cx, salt, "salt", algorithm.salt)?;
    let person = bytes(cx, person, "person", algorithm.salt)?;
    if !(0..=255).contains(&fanout) {
        return raise!(cx, exc::VALUE_ERROR, "fanout must be between 0 and 255");
    }
    if !(1..=255).contains(&depth) {
        return raise!(cx, exc::VALUE_ERROR, "depth must be between 1 and 255");
    }
    let Some(leaf) = leaf.map_or(Ok(Some(0)), |leaf| unsigned(cx, leaf))?.and_then(|leaf| u32::try_from(leaf).ok())
    else {
        return raise!(cx, exc::OVERFLOW_ERROR, "leaf_size is too large");
    };
    let offset = offset.map_or(Ok(Some(0)), |offset| unsigned(cx, offset))?;
    let Some(offset) = offset.filter(|offset| offset_bits == 64 || offset >> offset_bits == 0) else {
        return raise!(cx, exc::OVERFLOW_ERROR, "node_offset is too large");
    };
    if !(0..=255).contains(&node_depth) {
        return raise!(cx, exc::VALUE_ERROR, "node_depth must be between 0 and 255");
    }
    if !(0..=most as i64).contains(&inner) {
        return raise!(cx, exc::VALUE_ERROR, "inner_size must be between 0 and is {most}");
    }
    let key = bytes(cx, key, "key", most)?;
    let mut state = if core::ptr::eq(algorithm, &BLAKE2B) {
        let mut params = blake2b_simd::Params::new();
        params.hash_length(size as usize).key(&key).salt(&salt).personal(&person);
        params.fanout(fanout as u8).max_depth(depth as u8).max_leaf_length(leaf).node_offset(offset);
        params.node_depth(node_depth as u8).inner_hash_length(inner as usize).last_node(last);
        State::B(params.to_state())
    } else {
        let mut params = blake2s_simd::Params::new();
        params.hash_length(size as usize).key(&key).salt(&salt).personal(&person);
        params.fanout(fanout as u8).max_depth(depth as u8).max_leaf_length(leaf).node_offset(offset);
        params.node_depth(node_depth as u8).inner_hash_length(inner as usize).last_node(last);
        State::S(params.to_state())
    };
    if let Some(data) = data {
        with_bytes(cx, data, |bytes| update(&mut state, bytes))?;
    }
    let made = PyBlake2 { head: unborn(), algorithm, size: size as usize, state: RefCell::new(state) };
    Ok(cx.alloc_in(class, made)?.into_value())
}
