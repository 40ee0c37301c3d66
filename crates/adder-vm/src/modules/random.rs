//! The module `_random`: the Mersenne Twister (MT19937) of Matsumoto and Nishimura.

use core::cell::RefCell;

use adder_gc::raw::Head;
use adder_objects::int::Int;
use adder_objects::object::{functions, unborn};
use adder_objects::tuple::PyTuple;
use adder_objects::typeobject::{Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, R, TypeObject, Value, exceptions as exc, raise};

use super::support;
use crate::vm::Vm;

/// Words of the generator's state.
const WORDS: usize = 624;
/// How far apart the words are that one step mixes.
const APART: usize = 397;

#[derive(Clone)]
struct Twister {
    words: [u32; WORDS],
    /// The word that is given next; at the end the state is renewed.
    at: usize,
}

impl Twister {
    fn from_word(seed: u32) -> Twister {
        let mut words = [seed; WORDS];
        for at in 1..WORDS {
            let last = words[at - 1];
            words[at] = 1_812_433_253u32.wrapping_mul(last ^ (last >> 30)).wrapping_add(at as u32);
        }
        Twister { words, at: WORDS }
    }

    /// From a key of any length but zero.
    fn from_key(key: &[u32]) -> Twister {
        let mut made = Twister::from_word(19_650_218);
        let words = &mut made.words;
        let (mut at, mut part) = (1, 0);
        let mix = |words: &[u32; WORDS], at: usize, factor: u32| {
            let last = words[at - 1];
            words[at] ^ (last ^ (last >> 30)).wrapping_mul(factor)
        };
        for _ in 0..WORDS.max(key.len()) {
            words[at] = mix(words, at, 1_664_525).wrapping_add(key[part]).wrapping_add(part as u32);
            part = (part + 1) % key.len();
            at += 1;
            if at == WORDS {
                words[0] = words[WORDS - 1];
                at = 1;
            }
        }
        for _ in 1..WORDS {
            words[at] = mix(words, at, 1_566_083_941).wrapping_sub(at as u32);
            at += 1;
            if at == WORDS {
                words[0] = words[WORDS - 1];
                at = 1;
            }
        }
        words[0] = 0x8000_0000;
        made
    }

    fn next(&mut self) -> u32 {
        if self.at >= WORDS {
            for at in 0..WORDS {
                let mixed = (self.words[at] & 0x8000_0000) | (self.words[(at + 1) % WORDS] & 0x7fff_ffff);
                let odd = if mixed & 1 == 1 { 0x9908_b0df } else { 0 };
                self.words[at] = self.words[(at + APART) % WORDS] ^ (mixed >> 1) ^ odd;
            }
            self.at = 0;
        }
        let mut word = self.words[self.at];
        self.at += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }
}

/// Layout of a generator.
#[repr(C)]
struct PyRandom {
    head: Head,
    twister: RefCell<Box<Twister>>,
}

/// `_random.Random`
pub(crate) static RANDOM_TYPE: TypeObject = TypeObject::builtin(&RANDOM_SPEC, &raw const RANDOM_TYPE);
static RANDOM_SPEC: Spec = Spec {
    module: "_random",
    doc: Some("A generator of random numbers: a Mersenne Twister."),
    flags: flag::BASE,
    size: size_of::<PyRandom>(),
    functions: functions::<PyRandom>(false, true),
    slots: Slots { new: slot(new), init: slot(init), ..Slots::NONE },
    methods: &[
        Method::none("random", random).doc("($self, /)", "A number from 0.0 to below 1.0."),
        Method::positional("seed", 0, 1, |cx, this, args| seed(cx, this, args.first()).map(|()| Value::none()))
            .doc("($self, n=None, /)", "Starts anew from an int or a hash; without one from what the system gives."),
        Method::none("getstate", getstate).doc("($self, /)", "The state, a tuple."),
        Method::one("setstate", setstate).doc("($self, state, /)", "Goes on from a state."),
        Method::one("getrandbits", getrandbits).doc("($self, k, /)", "An int of so many random bits."),
    ],
    ..Spec::new("_random.Random", &OBJECT_TYPE)
};

// SAFETY: begins with a head.
unsafe impl Layout for PyRandom {
    fn ty() -> &'static TypeObject {
        &RANDOM_TYPE
    }
}

pub(super) fn make(vm: &Vm) -> R {
    let cx = &*vm.cx;
    let module = crate::module::builtin(cx, "_random", &[])?.into_value();
    if let Some(dict) = crate::module::dict_of(&module) {
        dict.set_text(cx, "Random", RANDOM_TYPE.value())?;
    }
    Ok(module)
}

fn of(this: &Value) -> &RefCell<Box<Twister>> {
    // SAFETY: called for objects of this type.
    unsafe { &this.cast::<PyRandom>().twister }
}

fn new(cx: &Cx, class: &TypeObject, _: Args<'_>) -> R {
    let twister = Twister { words: [0; WORDS], at: 0 };
    Ok(cx.alloc_in(class, PyRandom { head: unborn(), twister: RefCell::new(Box::new(twister)) })?.into_value())
}

fn init(cx: &Cx, this: &Value, args: Args<'_>) -> R<()> {
    if this.is_exact(&RANDOM_TYPE) {
        args.no_keywords(cx, "Random")?;
    }
    if args.given().len() > 1 {
        return raise!(cx, exc::TYPE_ERROR, "Random() requires 0 or 1 argument");
    }
    seed(cx, this, args.given().first())
}

/// Words from the operating system.
fn entropy(cx: &Cx) -> R<Vec<u32>> {
    let mut bytes = [0; 4 * WORDS];
    support::random_bytes(cx, &mut bytes)?;
    Ok(bytes.as_chunks::<4>().0.iter().map(|word| u32::from_ne_bytes(*word)).collect())
}

/// The words of an int without its sign, the lowest first; at least one.
fn words_of(digits: &[u64]) -> Vec<u32> {
    let mut words: Vec<u32> = digits.iter().flat_map(|d| [*d as u32, (*d >> 32) as u32]).collect();
    while words.len() > 1 && words.last() == Some(&0) {
        words.pop();
    }
    if words.is_empty() {
        words.push(0);
    }
    words
}

fn seed(cx: &Cx, this: &Value, given: Option<&Value>) -> R<()> {
    let key = match given.filter(|given| !given.is_none()) {
        None => entropy(cx)?,
        Some(given) => match Int::of(given) {
            Some(int) => words_of(int.digits()),
            None => words_of(&[cx.hash(given)? as u64]),
        },
    };
    **of(this).borrow_mut() = Twister::from_key(&key);
    Ok(())
}

fn random(cx: &Cx, this: &Value) -> R {
    let (high, low) = {
        let mut twister = of(this).borrow_mut();
        (twister.next() >> 5, twister.next() >> 6)
    };
    cx.float((f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0)
}

fn getrandbits(cx: &Cx, this: &Value, bits: &Value) -> R {
    let Ok(mut bits) = usize::try_from(cx.index_to_isize(bits, Some(&exc::OVERFLOW_ERROR))?) else {
        return raise!(cx, exc::VALUE_ERROR, "number of bits must be non-negative");
    };
    let count = bits.div_ceil(64);
    let mut digits = Vec::new();
    if digits.try_reserve_exact(count).is_err() {
        return Err(cx.no_memory());
    }
    let mut twister = of(this).borrow_mut();
    let mut word = || {
        let taken = bits.min(32);
        bits -= taken;
        // Where no bits are left none are drawn.
        if taken == 0 { 0 } else { u64::from(twister.next()) >> (32 - taken) }
    };
    for _ in 0..count {
        digits.push(word() | word() << 32);
    }
    drop(twister);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    cx.int_from_digits(&digits, false)
}

fn getstate(cx: &Cx, this: &Value) -> R {
    let twister = of(this).borrow().clone();
    let mut parts = Vec::with_capacity(WORDS + 1);
    for word in twister.words {
        parts.push(cx.int(i64::from(word))?);
    }
    parts.push(cx.int(twister.at as i64)?);
    Ok(cx.tuple(parts)?.into_value())
}

fn setstate(cx: &Cx, this: &Value, state: &Value) -> R {
    let Some(state) = state.downcast::<PyTuple>() else {
        return raise!(cx, exc::TYPE_ERROR, "state vector must be a tuple");
    };
    if state.items().len() != WORDS + 1 {
        return raise!(cx, exc::VALUE_ERROR, "state vector is the wrong size");
    }
    let mut twister = Twister { words: [0; WORDS], at: 0 };
    for (at, part) in state.items().iter().enumerate() {
        let Some(int) = Int::of(part) else { return raise!(cx, exc::TYPE_ERROR, "an integer is required") };
        if at == WORDS {
            twister.at = match int.to_i64().and_then(|at| usize::try_from(at).ok()) {
                Some(at) if at <= WORDS => at,
                _ => return raise!(cx, exc::VALUE_ERROR, "invalid state"),
            };
        } else if int.digits().len() > 1 || part.as_i64().is_some_and(|word| word < 0) {
            return raise!(cx, exc::OVERFLOW_ERROR, "can't convert negative value to unsigned int");
        } else {
            twister.words[at] = int.digits().first().map_or(0, |word| *word as u32);
        }
    }
    **of(this).borrow_mut() = twister;
    Ok(Value::none())
}
