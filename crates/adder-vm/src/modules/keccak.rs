//! The module `_sha3`: SHA-3 and the functions SHAKE, whose digests have any length.

use core::cell::RefCell;

use adder_gc::raw::Head;
use adder_objects::arguments::ssize;
use adder_objects::object::{functions, unborn};
use adder_objects::storage::HeapVec;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, slot};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};
use sha3::digest::{ExtendableOutput, FixedOutput, Update, XofReader};

use super::hashes::with_bytes;
use crate::vm::Vm;

/// The state of a hash.
#[derive(Clone)]
enum State {
    Sha3_224(sha3::Sha3_224),
    Sha3_256(sha3::Sha3_256),
    Sha3_384(sha3::Sha3_384),
    Sha3_512(sha3::Sha3_512),
    Shake128(sha3::Shake128),
    Shake256(sha3::Shake256),
}

impl State {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            State::Sha3_224(state) => state.update(bytes),
            State::Sha3_256(state) => state.update(bytes),
            State::Sha3_384(state) => state.update(bytes),
            State::Sha3_512(state) => state.update(bytes),
            State::Shake128(state) => state.update(bytes),
            State::Shake256(state) => state.update(bytes),
        }
    }

    /// Fills bytes with the digest: as many as the algorithm has, or any number where it has no length.
    fn digest(self, out: &mut [u8]) {
        match self {
            State::Sha3_224(state) => out.copy_from_slice(&state.finalize_fixed()),
            State::Sha3_256(state) => out.copy_from_slice(&state.finalize_fixed()),
            State::Sha3_384(state) => out.copy_from_slice(&state.finalize_fixed()),
            State::Sha3_512(state) => out.copy_from_slice(&state.finalize_fixed()),
            State::Shake128(state) => state.finalize_xof().read(out),
            State::Shake256(state) => state.finalize_xof().read(out),
        }
    }
}

/// An algorithm.
struct Algorithm {
    name: &'static str,
    /// Bytes of a digest; 0 where the caller says how many.
    size: usize,
    /// Bytes that it takes at a time.
    block: usize,
    ty: &'static TypeObject,
    start: fn() -> State,
}

/// Layout of the objects of all types here.
#[repr(C)]
struct PyKeccak {
    head: Head,
    algorithm: &'static Algorithm,
    state: RefCell<State>,
}

// SAFETY: begins with a head; all these types have this layout, and none can be a base.
unsafe impl Layout for PyKeccak {
    fn ty() -> &'static TypeObject {
        &SHA3_256_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        TYPES.iter().any(|known| core::ptr::eq(*known, ty))
    }
}

macro_rules! algorithms {
    ($($ty:ident $spec:ident $algorithm:ident $make:ident $name:literal $size:literal $block:literal $methods:ident $state:ident $digest:ty;)*) => {
        /// The types of this module.
        pub(crate) static TYPES: &[&TypeObject] = &[$(&$ty),*];
        static ALGORITHMS: &[&Algorithm] = &[$(&$algorithm),*];
        $(
            static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
            static $spec: Spec = Spec {
                module: "_sha3",
                size: size_of::<PyKeccak>(),
                functions: functions::<PyKeccak>(false, true),
                slots: Slots { new: slot(|cx, _, args| new(cx, args, &$algorithm)), ..Slots::NONE },
                methods: $methods,
                getset: ATTRIBUTES,
                ..Spec::new(concat!("_sha3.", $name), &OBJECT_TYPE)
            };
            static $algorithm: Algorithm = Algorithm {
                name: $name,
                size: $size,
                block: $block,
                ty: &$ty,
                start: || State::$state(<$digest>::default()),
            };
            pub(super) fn $make(cx: &Cx, _: &Value, args: Args<'_>) -> R {
                new(cx, args, &$algorithm)
            }
        )*
    };
}

algorithms! {
    SHA3_224_TYPE SHA3_224_SPEC SHA3_224 sha3_224 "sha3_224" 28 144 FIXED Sha3_224 sha3::Sha3_224;
    SHA3_256_TYPE SHA3_256_SPEC SHA3_256 sha3_256 "sha3_256" 32 136 FIXED Sha3_256 sha3::Sha3_256;
    SHA3_384_TYPE SHA3_384_SPEC SHA3_384 sha3_384 "sha3_384" 48 104 FIXED Sha3_384 sha3::Sha3_384;
    SHA3_512_TYPE SHA3_512_SPEC SHA3_512 sha3_512 "sha3_512" 64 72 FIXED Sha3_512 sha3::Sha3_512;
    SHAKE_128_TYPE SHAKE_128_SPEC SHAKE_128 shake_128 "shake_128" 0 168 ANY_LENGTH Shake128 sha3::Shake128;
    SHAKE_256_TYPE SHAKE_256_SPEC SHAKE_256 shake_256 "shake_256" 0 136 ANY_LENGTH Shake256 sha3::Shake256;
}

const UPDATE: Method = Method::one("update", |cx, this, data| {
    with_bytes(cx, data, |bytes| of(this).state.borrow_mut().update(bytes))?;
    Ok(Value::none())
})
.doc("($self, obj, /)", "Takes more bytes.");

const COPY: Method = Method::none("copy", |cx, this| {
    let it = of(this);
    let state = it.state.borrow().clone();
    object(cx, it.algorithm, state)
})
.doc("($self, /)", "Another with the same state.");

static FIXED: &[Method] = &[
    UPDATE,
    COPY,
    Method::none("digest", |cx, this| Ok(cx.bytes(&digest(cx, this, of(this).algorithm.size)?)?.into_value()))
        .doc("($self, /)", "The digest of what was taken so far, bytes."),
    Method::none("hexdigest", |cx, this| hexadecimal(cx, &digest(cx, this, of(this).algorithm.size)?))
        .doc("($self, /)", "The digest of what was taken so far, as hexadecimal digits."),
];

static ANY_LENGTH: &[Method] = &[
    UPDATE,
    COPY,
    Method::one("digest", |cx, this, length| {
        let length = length_of(cx, length)?;
        Ok(cx.bytes(&digest(cx, this, length)?)?.into_value())
    })
    .doc("($self, length, /)", "So many bytes of the digest of what was taken so far."),
    Method::one("hexdigest", |cx, this, length| {
        let length = length_of(cx, length)?;
        hexadecimal(cx, &digest(cx, this, length)?)
    })
    .doc("($self, length, /)", "The same as hexadecimal digits."),
];

static ATTRIBUTES: &[GetSet] = &[
    GetSet::get("name", |cx, this| cx.str_value(of(this).algorithm.name)),
    GetSet::get("digest_size", |cx, this| cx.int(of(this).algorithm.size as i64)),
    GetSet::get("block_size", |cx, this| cx.int(of(this).algorithm.block as i64)),
    GetSet::get("_capacity_bits", |cx, this| cx.int(1600 - 8 * of(this).algorithm.block as i64)),
    GetSet::get("_rate_bits", |cx, this| cx.int(8 * of(this).algorithm.block as i64)),
    GetSet::get("_suffix", |cx, this| {
        let suffix: &[u8] = if of(this).algorithm.size == 0 { b"\x1f" } else { b"\x06" };
        Ok(cx.bytes(suffix)?.into_value())
    }),
];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_sha3", &[])?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "implementation", cx.str_value("RustCrypto")?)?;
        for algorithm in ALGORITHMS {
            dict.set_text(cx, algorithm.name, algorithm.ty.value())?;
        }
    }
    Ok(module)
}

fn of(this: &Value) -> &PyKeccak {
    // SAFETY: called for objects of these types.
    unsafe { this.cast::<PyKeccak>() }
}

fn object(cx: &Cx, algorithm: &'static Algorithm, state: State) -> R {
    Ok(cx.alloc_in(algorithm.ty, PyKeccak { head: unborn(), algorithm, state: RefCell::new(state) })?.into_value())
}

fn new(cx: &Cx, args: Args<'_>, algorithm: &'static Algorithm) -> R {
    let params = Params {
        function: algorithm.name,
        names: ["data", "usedforsecurity"],
        positional_only: 1,
        positional: 1,
        required: 0,
    };
    let [data, _] = args.bind(cx, &params)?;
    let mut state = (algorithm.start)();
    if let Some(data) = data {
        with_bytes(cx, data, |bytes| state.update(bytes))?;
    }
    object(cx, algorithm, state)
}

fn length_of(cx: &Cx, length: &Value) -> R<usize> {
    match usize::try_from(ssize(cx, length)?) {
        Ok(length) if length < 1 << 29 => Ok(length),
        Ok(_) => raise!(cx, exc::VALUE_ERROR, "length is too large"),
        Err(_) => raise!(cx, exc::VALUE_ERROR, "value must be positive"),
    }
}

fn digest<'h>(cx: &'h Cx, this: &Value, length: usize) -> R<HeapVec<'h, u8>> {
    let mut out = HeapVec::with_capacity(cx, length)?;
    out.fill(0, length)?;
    let state = of(this).state.borrow().clone();
    state.digest(&mut out);
    Ok(out)
}

/// Bytes as hexadecimal digits.
pub(super) fn hexadecimal(cx: &Cx, bytes: &[u8]) -> R {
    let mut out = HeapVec::with_capacity(cx, bytes.len() * 2)?;
    for byte in bytes {
        let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
        out.extend(&[digit(byte >> 4), digit(byte & 15)])?;
    }
    Ok(cx.str_from_ascii(&out)?.into_value())
}
