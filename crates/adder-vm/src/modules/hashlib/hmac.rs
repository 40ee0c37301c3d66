//! HMAC: the objects, and digests at one stroke.

use core::cell::RefCell;

use adder_gc::Charge;
use adder_gc::raw::Head;
use adder_objects::object::{functions, unborn};
use adder_objects::str::PyStr;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Params, R, Raised, TypeObject, Value, exceptions as exc, raise};
use sha2::digest::DynDigest;

use super::super::exception_classes;
use super::super::hashes::{charge_for_states, with_bytes};

/// Layout of an HMAC object.
#[repr(C)]
pub(super) struct PyHmac {
    head: Head,
    /// `hmac-sha256` and the like.
    name: &'static str,
    block: usize,
    keyed: RefCell<Keyed>,
    _charge: Charge,
}

/// A hash function with a key: what was hashed so far, and what will be hashed around it.
struct Keyed {
    inner: Box<dyn DynDigest>,
    outer: Box<dyn DynDigest>,
}

impl Clone for Keyed {
    fn clone(&self) -> Keyed {
        Keyed { inner: self.inner.box_clone(), outer: self.outer.box_clone() }
    }
}

impl Keyed {
    fn new(algorithm: &Algorithm, key: &[u8]) -> Keyed {
        let (mut inner, mut outer) = ((algorithm.start)(), (algorithm.start)());
        let mut padded = vec![0; algorithm.block];
        if key.len() > algorithm.block {
            let mut hash = (algorithm.start)();
            hash.update(key);
            let digest = hash.finalize();
            padded[..digest.len()].copy_from_slice(&digest);
        } else {
            padded[..key.len()].copy_from_slice(key);
        }
        let with = |byte: u8| padded.iter().map(|b| b ^ byte).collect::<Vec<u8>>();
        inner.update(&with(0x36));
        outer.update(&with(0x5C));
        Keyed { inner, outer }
    }

    fn digest(self) -> Box<[u8]> {
        let Keyed { inner, mut outer } = self;
        outer.update(&inner.finalize());
        outer.finalize()
    }
}

/// A hash function.
struct Algorithm {
    name: &'static str,
    full_name: &'static str,
    /// Bytes that it takes at a time.
    block: usize,
    start: fn() -> Box<dyn DynDigest>,
}

macro_rules! algorithms {
    ($($name:literal $block:literal $digest:ty;)*) => {
        static ALGORITHMS: &[Algorithm] = &[$(
            Algorithm {
                name: $name,
                full_name: concat!("hmac-", $name),
                block: $block,
                start: || Box::new(<$digest>::default()),
            }
        ),*];
    };
}

algorithms! {
    "md5" 64 md5::Md5;
    "sha1" 64 sha1::Sha1;
    "sha224" 64 sha2::Sha224;
    "sha256" 64 sha2::Sha256;
    "sha384" 128 sha2::Sha384;
    "sha512" 128 sha2::Sha512;
    "sha3_224" 144 sha3::Sha3_224;
    "sha3_256" 136 sha3::Sha3_256;
    "sha3_384" 104 sha3::Sha3_384;
    "sha3_512" 72 sha3::Sha3_512;
}

pub(super) static HMAC_TYPE: TypeObject = TypeObject::builtin(&HMAC_SPEC, &raw const HMAC_TYPE);
static HMAC_SPEC: Spec = Spec {
    module: "_hashlib",
    doc: Some("A hash with a key, of what it was given so far."),
    flags: flag::DISALLOW_INSTANTIATION,
    size: size_of::<PyHmac>(),
    functions: functions::<PyHmac>(false, true),
    slots: Slots {
        repr: slot(|cx, this| {
            let name = of(this).name.trim_start_matches("hmac-");
            cx.str_value(&format!("<{name} HMAC object @ {:#x}>", this.bits()))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::any("update", |cx, this, args| {
            let params = Params { function: "update", names: ["msg"], positional_only: 0, positional: 1, required: 1 };
            let [message] = args.bind(cx, &params)?;
            message.map_or(Ok(()), |message| {
                with_bytes(cx, message, |bytes| of(this).keyed.borrow_mut().inner.update(bytes))
            })?;
            Ok(Value::none())
        })
        .doc("($self, /, msg)", "Takes more bytes."),
        Method::none("digest", |cx, this| Ok(cx.bytes(&digest_of(this))?.into_value()))
            .doc("($self, /)", "The digest of what was taken so far, bytes."),
        Method::none("hexdigest", |cx, this| {
            let text: String = digest_of(this).iter().map(|byte| format!("{byte:02x}")).collect();
            cx.str_value(&text)
        })
        .doc("($self, /)", "The digest of what was taken so far, as hexadecimal digits."),
        Method::none("copy", |cx, this| {
            let it = of(this);
            let keyed = it.keyed.borrow().clone();
            made(cx, it.name, it.block, keyed)
        })
        .doc("($self, /)", "Another with the same state."),
    ],
    getset: &[
        GetSet::get("name", |cx, this| cx.str_value(of(this).name)),
        GetSet::get("block_size", |cx, this| cx.int(of(this).block as i64)),
        GetSet::get("digest_size", |cx, this| cx.int(of(this).keyed.borrow().inner.output_size() as i64)),
    ],
    ..Spec::new("_hashlib.HMAC", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyHmac {
    fn ty() -> &'static TypeObject {
        &HMAC_TYPE
    }
}

fn of(this: &Value) -> &PyHmac {
    // SAFETY: called for objects of this type.
    unsafe { this.cast::<PyHmac>() }
}

fn digest_of(this: &Value) -> Box<[u8]> {
    let keyed = of(this).keyed.borrow().clone();
    keyed.digest()
}

/// `_hashlib.UnsupportedDigestmodError`
pub(super) fn unsupported(cx: &Cx) -> R {
    exception_classes::class(cx, "_hashlib.UnsupportedDigestmodError", &exc::VALUE_ERROR)
}

pub(super) fn unsupported_error(cx: &Cx, message: core::fmt::Arguments<'_>) -> Raised {
    exception_classes::error(cx, "_hashlib.UnsupportedDigestmodError", &exc::VALUE_ERROR, message)
}

/// `_hmac.UnknownHashError`
pub(super) fn unknown(cx: &Cx) -> R {
    exception_classes::class(cx, "_hmac.UnknownHashError", &exc::VALUE_ERROR)
}

/// The hash function that an argument names: by a string, or by a constructor of the module `_hashlib`.
fn algorithm(cx: &Cx, wanted: &Value) -> R<Option<&'static Algorithm>> {
    let name = match wanted.downcast::<PyStr>() {
        Some(text) => text.to_lossy().to_ascii_lowercase().replace('-', "_"),
        None => match cx.getattr_opt(wanted, cx.names.name())? {
            Some(name) => match cx.display(&name)?.strip_prefix("openssl_") {
                Some(name) => name.to_owned(),
                None => return Ok(None),
            },
            None => return Ok(None),
        },
    };
    Ok(ALGORITHMS.iter().find(|algorithm| algorithm.name == name))
}

fn made(cx: &Cx, name: &'static str, block: usize, keyed: Keyed) -> R {
    let made = PyHmac { head: unborn(), name, block, keyed: RefCell::new(keyed), _charge: charge_for_states(cx, 2)? };
    Ok(cx.alloc(made)?.into_value())
}

fn object(cx: &Cx, algorithm: &'static Algorithm, key: &Value, message: Option<&Value>) -> R {
    let mut keyed = None;
    with_bytes(cx, key, |key| keyed = Some(Keyed::new(algorithm, key)))?;
    let Some(keyed) = keyed else { return Ok(Value::none()) };
    let made = made(cx, algorithm.full_name, algorithm.block, keyed)?;
    if let Some(message) = message.filter(|message| !message.is_none()) {
        with_bytes(cx, message, |bytes| of(&made).keyed.borrow_mut().inner.update(bytes))?;
    }
    Ok(made)
}

fn bind_new<'a>(cx: &Cx, args: &Args<'a>) -> R<[Option<&'a Value>; 3]> {
    let names = ["key", "msg", "digestmod"];
    let given = args.bind(cx, &Params { function: "new", names, positional_only: 0, positional: 3, required: 1 })?;
    if given[2].is_none_or(|wanted| wanted.is_none()) {
        return raise!(cx, exc::TYPE_ERROR, "Missing required parameter 'digestmod'.");
    }
    Ok(given)
}

/// `hmac_new(key, msg=b'', digestmod)`
pub(super) fn new(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [Some(key), message, Some(wanted)] = bind_new(cx, &args)? else { return Ok(Value::none()) };
    match algorithm(cx, wanted)? {
        Some(algorithm) => object(cx, algorithm, key, message),
        None => Err(unsupported_error(cx, format_args!("Unsupported digestmod {}", cx.display(wanted)?))),
    }
}

/// `_hmac.new`
pub(super) fn new_by_name(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [Some(key), message, Some(wanted)] = bind_new(cx, &args)? else { return Ok(Value::none()) };
    match algorithm(cx, wanted)? {
        Some(algorithm) => object(cx, algorithm, key, message),
        None => Err(unknown_error(cx, wanted)?),
    }
}

fn unknown_error(cx: &Cx, wanted: &Value) -> R<Raised> {
    let text = format!("unsupported hash type: {}", cx.repr(wanted)?.to_lossy());
    Ok(exception_classes::error(cx, "_hmac.UnknownHashError", &exc::VALUE_ERROR, format_args!("{text}")))
}

fn bind_digest<'a>(cx: &Cx, function: &'static str, args: &Args<'a>) -> R<[Option<&'a Value>; 3]> {
    let names = ["key", "msg", "digest"];
    args.bind(cx, &Params { function, names, positional_only: 0, positional: 3, required: 3 })
}

/// `hmac_digest(key, msg, digest)`
pub(super) fn digest(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let [Some(key), message, Some(wanted)] = bind_digest(cx, "hmac_digest", &args)? else { return Ok(Value::none()) };
    match algorithm(cx, wanted)? {
        Some(algorithm) => Ok(cx.bytes(&digest_of(&object(cx, algorithm, key, message)?))?.into_value()),
        None => Err(unsupported_error(cx, format_args!("Unsupported digestmod {}", cx.display(wanted)?))),
    }
}

/// `_hmac.compute_digest`
pub(super) fn digest_by_name(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let given = bind_digest(cx, "compute_digest", &args)?;
    let [Some(key), message, Some(wanted)] = given else { return Ok(Value::none()) };
    match algorithm(cx, wanted)? {
        Some(algorithm) => Ok(cx.bytes(&digest_of(&object(cx, algorithm, key, message)?))?.into_value()),
        None => Err(unknown_error(cx, wanted)?),
    }
}
