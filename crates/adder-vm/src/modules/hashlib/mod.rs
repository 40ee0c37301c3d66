//! The modules `_hashlib` and `_hmac`: what the library's `hashlib` and `hmac` expect beside the hash functions themselves.

mod derive;
mod hmac;

use adder_objects::str::PyStr;
use adder_objects::typeobject::Method;
use adder_objects::{Args, Cx, R, TypeObject, Value, exceptions as exc, raise};

use super::{hashes, keccak};
use crate::vm::Vm;

/// The types of these modules.
pub(crate) static TYPES: &[&TypeObject] = &[&hmac::HMAC_TYPE];

/// Makes a hash object.
type Constructor = fn(&Cx, &Value, Args<'_>) -> R;

/// The functions, with the names that OpenSSL's have in CPython.
static CONSTRUCTORS: &[(&str, Method)] = &[
    ("md5", Method::any("openssl_md5", hashes::md5)),
    ("sha1", Method::any("openssl_sha1", hashes::sha1)),
    ("sha224", Method::any("openssl_sha224", hashes::sha224)),
    ("sha256", Method::any("openssl_sha256", hashes::sha256)),
    ("sha384", Method::any("openssl_sha384", hashes::sha384)),
    ("sha512", Method::any("openssl_sha512", hashes::sha512)),
    ("sha3_224", Method::any("openssl_sha3_224", keccak::sha3_224)),
    ("sha3_256", Method::any("openssl_sha3_256", keccak::sha3_256)),
    ("sha3_384", Method::any("openssl_sha3_384", keccak::sha3_384)),
    ("sha3_512", Method::any("openssl_sha3_512", keccak::sha3_512)),
    ("shake_128", Method::any("openssl_shake_128", keccak::shake_128)),
    ("shake_256", Method::any("openssl_shake_256", keccak::shake_256)),
];

static FUNCTIONS: &[Method] = &[
    Method::any("new", new),
    Method::any("pbkdf2_hmac", derive::pbkdf2_hmac),
    Method::any("scrypt", derive::scrypt),
    Method::any("hmac_new", hmac::new),
    Method::any("hmac_digest", hmac::digest),
    Method::positional("compare_digest", 2, 2, super::functional::operators::compare_digest),
];

static HMAC_FUNCTIONS: &[Method] =
    &[Method::any("new", hmac::new_by_name), Method::any("compute_digest", hmac::digest_by_name)];

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_hashlib", FUNCTIONS)?.into_value();
    for (_, constructor) in CONSTRUCTORS {
        crate::module::add(cx, &module, core::slice::from_ref(constructor))?;
    }
    if let Some(dict) = crate::module::dict_of(&module) {
        let names: Vec<Value> = CONSTRUCTORS.iter().map(|(name, _)| cx.intern(name)).collect::<R<_>>()?;
        let names = cx.call(&adder_objects::set::FROZENSET_TYPE.value(), &[cx.tuple(names)?.into_value()])?;
        dict.set_text(cx, "openssl_md_meth_names", names)?;
        dict.set_text(cx, "HMAC", hmac::HMAC_TYPE.value())?;
        dict.set_text(cx, "UnsupportedDigestmodError", hmac::unsupported(cx)?)?;
    }
    Ok(module)
}

pub(super) fn make_hmac(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_hmac", HMAC_FUNCTIONS)?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "HMAC", hmac::HMAC_TYPE.value())?;
        dict.set_text(cx, "UnknownHashError", hmac::unknown(cx)?)?;
    }
    Ok(module)
}

/// `new(name, string=b'', *, usedforsecurity=True)`
fn new(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let Some(name) = args.given().first().or_else(|| args.keyword("name")) else {
        return raise!(cx, exc::TYPE_ERROR, "new() missing required argument 'name' (pos 1)");
    };
    let Some(text) = name.downcast::<PyStr>() else {
        let got = name.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "new() argument 'name' must be str, not {got}");
    };
    let wanted = text.to_lossy().to_ascii_lowercase().replace('-', "_");
    let found = CONSTRUCTORS.iter().find(|(name, _)| *name == wanted || name.replace("sha3_", "sha3") == wanted);
    let Some((_, Method { call: adder_objects::typeobject::MethodFn::Any(make), .. })) = found else {
        return raise!(cx, exc::VALUE_ERROR, "unsupported hash type {}", text.to_lossy());
    };
    let make: Constructor = *make;
    // A name that came by keyword is no argument of the function.
    if args.given().is_empty() { make(cx, this, Args::NONE) } else { make(cx, this, args.rest()) }
}
