//! The modules `_md5`, `_sha1` and `_sha2`.

use core::cell::RefCell;

use adder_gc::Charge;
use adder_gc::raw::Head;
use adder_objects::buffer::request;
use adder_objects::object::{functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Spec, flag};
use adder_objects::{Args, Cx, Layout, Params, R, TypeObject, Value, exceptions as exc, raise};
use sha2::digest::DynDigest;

use crate::vm::Vm;

/// An algorithm: `name` of its objects, and bytes that it takes at a time.
struct Algorithm {
    name: &'static str,
    block: i64,
    ty: &'static TypeObject,
}

/// Layout of the objects of all types here.
#[repr(C)]
struct PyHash {
    head: Head,
    algorithm: &'static Algorithm,
    state: RefCell<Box<dyn DynDigest>>,
    _charge: Charge,
}

/// Bytes that the state of a hash function takes, at most.
const STATE: usize = 512;

/// Charges the heap for so many states of hash functions, which lie outside of it.
pub(super) fn charge_for_states(cx: &Cx, count: usize) -> R<Charge> {
    cx.heap.try_charge(count * STATE).map_err(|_| cx.no_memory())
}

// SAFETY: begins with a head; all these types have this layout, and none can be a base.
unsafe impl Layout for PyHash {
    fn ty() -> &'static TypeObject {
        &SHA256_TYPE
    }
    fn fits(ty: &TypeObject) -> bool {
        TYPES.iter().any(|known| core::ptr::eq(*known, ty))
    }
}

macro_rules! algorithms {
    ($($ty:ident $spec:ident $algorithm:ident $make:ident $module:literal $class:literal $name:literal $block:literal $digest:ty;)*) => {
        /// The types of these modules.
        pub(crate) static TYPES: &[&TypeObject] = &[$(&$ty),*];
        $(
            static $ty: TypeObject = TypeObject::builtin(&$spec, &raw const $ty);
            static $spec: Spec = Spec {
                module: $module,
                flags: flag::DISALLOW_INSTANTIATION,
                size: size_of::<PyHash>(),
                functions: functions::<PyHash>(false, true),
                methods: METHODS,
                getset: ATTRIBUTES,
                ..Spec::new(concat!($module, ".", $class), &OBJECT_TYPE)
            };
            static $algorithm: Algorithm = Algorithm { name: $name, block: $block, ty: &$ty };
            pub(super) fn $make(cx: &Cx, _: &Value, args: Args<'_>) -> R {
                make_hash(cx, args, &$algorithm, Box::new(<$digest>::default()))
            }
        )*
    };
}

algorithms! {
    MD5_TYPE MD5_SPEC MD5 md5 "_md5" "md5" "md5" 64 md5::Md5;
    SHA1_TYPE SHA1_SPEC SHA1 sha1 "_sha1" "sha1" "sha1" 64 sha1::Sha1;
    SHA224_TYPE SHA224_SPEC SHA224 sha224 "_sha2" "SHA224Type" "sha224" 64 sha2::Sha224;
    SHA256_TYPE SHA256_SPEC SHA256 sha256 "_sha2" "SHA256Type" "sha256" 64 sha2::Sha256;
    SHA384_TYPE SHA384_SPEC SHA384 sha384 "_sha2" "SHA384Type" "sha384" 128 sha2::Sha384;
    SHA512_TYPE SHA512_SPEC SHA512 sha512 "_sha2" "SHA512Type" "sha512" 128 sha2::Sha512;
}

static METHODS: &[Method] = &[
    Method::one("update", |cx, this, data| update(cx, this, data).map(|()| Value::none()))
        .doc("($self, obj, /)", "Takes more bytes."),
    Method::none("digest", |cx, this| Ok(cx.bytes(&digest(this))?.into_value()))
        .doc("($self, /)", "The digest of what was taken so far, bytes."),
    Method::none("hexdigest", |cx, this| {
        let text: String = digest(this).iter().map(|byte| format!("{byte:02x}")).collect();
        cx.str_value(&text)
    })
    .doc("($self, /)", "The digest of what was taken so far, as hexadecimal digits."),
    Method::none("copy", copy).doc("($self, /)", "Another with the same state."),
];

static ATTRIBUTES: &[GetSet] = &[
    GetSet::get("name", |cx, this| cx.str_value(of(this).algorithm.name)),
    GetSet::get("block_size", |cx, this| cx.int(of(this).algorithm.block)),
    GetSet::get("digest_size", |cx, this| cx.int(of(this).state.borrow().output_size() as i64)),
];

static MD5_FUNCTIONS: &[Method] = &[Method::any("md5", md5)];
static SHA1_FUNCTIONS: &[Method] = &[Method::any("sha1", sha1)];
static SHA2_FUNCTIONS: &[Method] = &[
    Method::any("sha224", sha224),
    Method::any("sha256", sha256),
    Method::any("sha384", sha384),
    Method::any("sha512", sha512),
];

pub(super) fn make_md5(vm: &Vm) -> R {
    module(vm, "_md5", MD5_FUNCTIONS, &[("MD5Type", &MD5_TYPE)])
}

pub(super) fn make_sha1(vm: &Vm) -> R {
    module(vm, "_sha1", SHA1_FUNCTIONS, &[("SHA1Type", &SHA1_TYPE)])
}

pub(super) fn make_sha2(vm: &Vm) -> R {
    let types: [(&str, &'static TypeObject); 4] = [
        ("SHA224Type", &SHA224_TYPE),
        ("SHA256Type", &SHA256_TYPE),
        ("SHA384Type", &SHA384_TYPE),
        ("SHA512Type", &SHA512_TYPE),
    ];
    module(vm, "_sha2", SHA2_FUNCTIONS, &types)
}

fn module(vm: &Vm, name: &str, functions: &'static [Method], types: &[(&str, &'static TypeObject)]) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, name, functions)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        for (name, ty) in types {
            dict.set_text(cx, name, ty.value())?;
        }
    }
    Ok(module)
}

fn of(this: &Value) -> &PyHash {
    // SAFETY: called for objects of these types.
    unsafe { this.cast::<PyHash>() }
}

fn object(cx: &Cx, algorithm: &'static Algorithm, state: Box<dyn DynDigest>) -> R {
    let made = PyHash { head: unborn(), algorithm, state: RefCell::new(state), _charge: charge_for_states(cx, 1)? };
    Ok(cx.alloc_in(algorithm.ty, made)?.into_value())
}

fn make_hash(cx: &Cx, args: Args<'_>, algorithm: &'static Algorithm, state: Box<dyn DynDigest>) -> R {
    let [data, _] = args.bind(
        cx,
        &Params {
            function: algorithm.name,
            names: ["string", "usedforsecurity"],
            positional_only: 0,
            positional: 1,
            required: 0,
        },
    )?;
    let made = object(cx, algorithm, state)?;
    if let Some(data) = data {
        update(cx, &made, data)?;
    }
    Ok(made)
}

fn update(cx: &Cx, this: &Value, data: &Value) -> R<()> {
    with_bytes(cx, data, |bytes| of(this).state.borrow_mut().update(bytes))
}

/// Hands the bytes of what is to be hashed to a function, which runs no code of a user.
pub(super) fn with_bytes(cx: &Cx, data: &Value, f: impl FnOnce(&[u8])) -> R<()> {
    if data.downcast::<PyStr>().is_some() {
        return raise!(cx, exc::TYPE_ERROR, "Strings must be encoded before hashing");
    }
    let Some(buffer) = data.ty().slots.buffer.get() else {
        return raise!(cx, exc::TYPE_ERROR, "object supporting the buffer API required");
    };
    let buffer = buffer(cx, data, request::SIMPLE)?;
    // SAFETY: the view keeps the bytes where they are, and no other code runs meanwhile.
    f(unsafe { buffer.as_slice() });
    Ok(())
}

fn digest(this: &Value) -> Box<[u8]> {
    let state = of(this).state.borrow().box_clone();
    state.finalize()
}

fn copy(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let state = it.state.borrow().box_clone();
    object(cx, it.algorithm, state)
}
