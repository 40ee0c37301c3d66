//! Keys from passwords: PBKDF2 and scrypt.

use adder_objects::storage::HeapVec;
use adder_objects::str::PyStr;
use adder_objects::{Args, Cx, Params, R, Value, exceptions as exc, raise};

use super::super::support::{self, int, without_lock};

/// `pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None)`
pub(super) fn pbkdf2_hmac(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let given = args.bind(
        cx,
        &Params {
            function: "pbkdf2_hmac",
            names: ["hash_name", "password", "salt", "iterations", "dklen"],
            positional_only: 0,
            positional: 5,
            required: 4,
        },
    )?;
    let [Some(name), Some(password), Some(salt), Some(iterations), length] = given else { return Ok(Value::none()) };
    let Some(name) = name.downcast::<PyStr>() else {
        let got = name.ty().name();
        return raise!(cx, exc::TYPE_ERROR, "pbkdf2_hmac() argument 'hash_name' must be str, not {got}");
    };
    let (password, salt) = (&*support::contents(cx, password)?, &*support::contents(cx, salt)?);
    let name = name.to_lossy();
    let Some((derive, size)) = function(&name.to_ascii_lowercase().replace('-', "_")) else {
        return Err(super::hmac::unsupported_error(cx, format_args!("unsupported hash type {name}")));
    };
    let iterations = int(cx, iterations)?;
    if iterations < 1 {
        return raise!(cx, exc::VALUE_ERROR, "iteration value must be greater than 0.");
    }
    let Ok(iterations) = u32::try_from(iterations) else {
        return raise!(cx, exc::OVERFLOW_ERROR, "iteration value is too great.");
    };
    let length = match length.filter(|length| !length.is_none()) {
        Some(length) => int(cx, length)?,
        None => size as i64,
    };
    if length < 1 {
        return raise!(cx, exc::VALUE_ERROR, "key length must be greater than 0.");
    }
    if length > i32::MAX.into() {
        return raise!(cx, exc::OVERFLOW_ERROR, "key length is too great.");
    }
    let key = &mut *support::zeroed(cx, length as usize)?;
    without_lock(cx, || derive(password, salt, iterations, key));
    Ok(cx.bytes(key)?.into_value())
}

/// Derives a key of the buffer's length.
type Derive = fn(&[u8], &[u8], u32, &mut [u8]);

/// PBKDF2 with the HMAC of a hash function, and the bytes of its digests.
fn function(name: &str) -> Option<(Derive, usize)> {
    Some(match name {
        "md5" => (pbkdf2::pbkdf2_hmac::<md5::Md5>, 16),
        "sha1" => (pbkdf2::pbkdf2_hmac::<sha1::Sha1>, 20),
        "sha224" => (pbkdf2::pbkdf2_hmac::<sha2::Sha224>, 28),
        "sha256" => (pbkdf2::pbkdf2_hmac::<sha2::Sha256>, 32),
        "sha384" => (pbkdf2::pbkdf2_hmac::<sha2::Sha384>, 48),
        "sha512" => (pbkdf2::pbkdf2_hmac::<sha2::Sha512>, 64),
        "sha3_224" => (pbkdf2::pbkdf2_hmac::<sha3::Sha3_224>, 28),
        "sha3_256" => (pbkdf2::pbkdf2_hmac::<sha3::Sha3_256>, 32),
        "sha3_384" => (pbkdf2::pbkdf2_hmac::<sha3::Sha3_384>, 48),
        "sha3_512" => (pbkdf2::pbkdf2_hmac::<sha3::Sha3_512>, 64),
        _ => return None,
    })
}

/// What scrypt may use where the caller does not say.
const DEFAULT_MEMORY: u64 = 32 << 20;

/// `scrypt(password, *, salt, n, r, p, maxmem=0, dklen=64)`
pub(super) fn scrypt(cx: &Cx, _: &Value, args: Args<'_>) -> R {
    let given = args.bind(
        cx,
        &Params {
            function: "scrypt",
            names: ["password", "salt", "n", "r", "p", "maxmem", "dklen"],
            positional_only: 0,
            positional: 1,
            required: 1,
        },
    )?;
    let [Some(password), salt, n, r, p, most, length] = given else { return Ok(Value::none()) };
    let required = |value: Option<&Value>, name: &str| -> R<i64> {
        match value {
            Some(value) if value.is_int() => int(cx, value),
            _ => raise!(cx, exc::TYPE_ERROR, "{name} is required and must be an unsigned int"),
        }
    };
    let password = &*support::contents(cx, password)?;
    let Some(salt) = salt.filter(|salt| !salt.is_none()) else {
        return raise!(cx, exc::TYPE_ERROR, "salt is required");
    };
    let salt = &*support::contents(cx, salt)?;
    let n = required(n, "n")?;
    if n < 2 || n & (n - 1) != 0 {
        return raise!(cx, exc::VALUE_ERROR, "n must be a power of 2.");
    }
    let (r, p) = (required(r, "r")?, required(p, "p")?);
    let most = most.map_or(Ok(0), |most| int(cx, most))?;
    if !(0..=i32::MAX.into()).contains(&most) {
        return raise!(cx, exc::VALUE_ERROR, "maxmem must be positive and smaller than {}", i32::MAX);
    }
    let length = length.map_or(Ok(64), |length| int(cx, length))?;
    if !(1..=i32::MAX.into()).contains(&length) {
        return raise!(cx, exc::VALUE_ERROR, "dklen must be greater than 0 and smaller than {}", i32::MAX);
    }
    let most = if most == 0 { DEFAULT_MEMORY } else { most as u64 };
    let needed = || {
        let (n, r, p) = (u64::try_from(n).ok()?, u64::try_from(r).ok()?, u64::try_from(p).ok()?);
        n.checked_add(p)?.checked_add(2)?.checked_mul(r.checked_mul(128)?).filter(|needed| *needed <= most)
    };
    let params = needed().and_then(|_| {
        let (r, p) = (u32::try_from(r).ok()?, u32::try_from(p).ok()?);
        scrypt::Params::new(n.trailing_zeros() as u8, r, p, 32).ok()
    });
    let (Some(needed), Some(params)) = (needed(), params) else {
        return raise!(cx, exc::VALUE_ERROR, "Invalid parameter combination for n, r, p, maxmem.");
    };
    // What the function takes for itself counts against the limit while it works.
    let charged = HeapVec::<u8>::with_capacity(cx, needed as usize)?;
    let key = &mut *support::zeroed(cx, length as usize)?;
    let done = without_lock(cx, || scrypt::scrypt(password, salt, &params, key));
    drop(charged);
    match done {
        Ok(()) => Ok(cx.bytes(key)?.into_value()),
        Err(_) => raise!(cx, exc::VALUE_ERROR, "Invalid parameter combination for n, r, p, maxmem."),
    }
}
