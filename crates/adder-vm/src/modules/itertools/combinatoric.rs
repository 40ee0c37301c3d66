//! `product`, `permutations`, `combinations`.

use core::cell::{Cell, RefCell};

use adder_objects::object::unborn;
use adder_objects::str::PyStr;
use adder_objects::tuple::PyTuple;
use adder_objects::{Args, Cx, Params, R, TypeObject, Value, exceptions as exc, raise};

use super::{iterator_type, not_negative};

iterator_type! {
    /// `itertools.product`
    PyProduct PRODUCT_TYPE PRODUCT_SPEC "product" new product_new next product_next
    slots {} fields { indices: RefCell<Vec<usize>>, state: Cell<State> }
    lists { pools }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    New,
    Going,
    Over,
}

/// A list with room for so many: MemoryError where there is none.
fn room<T>(cx: &Cx, len: usize) -> R<Vec<T>> {
    let mut list = Vec::new();
    list.try_reserve_exact(len).map_err(|_| cx.no_memory())?;
    Ok(list)
}

fn zeros(cx: &Cx, len: usize) -> R<Vec<usize>> {
    let mut list = room(cx, len)?;
    list.resize(len, 0);
    Ok(list)
}

fn product_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let mut repeat = 1;
    for (name, value) in args.keywords() {
        if name.downcast::<PyStr>().and_then(PyStr::as_str) == Some("repeat") {
            repeat = not_negative(cx, value, "repeat argument cannot be negative")?;
        } else {
            return raise!(cx, exc::TYPE_ERROR, "product() got an unexpected keyword argument");
        }
    }
    let mut pools = Vec::new();
    for iterable in args.given() {
        pools.push(cx.tuple(cx.collect(iterable)?)?.into_value());
    }
    let n = match pools.len().checked_mul(repeat) {
        Some(n) if n <= isize::MAX as usize / size_of::<Value>() => n,
        _ => return raise!(cx, exc::OVERFLOW_ERROR, "repeat argument too large"),
    };
    let mut all = room(cx, n)?;
    // Where there are no pools, they are not repeated either.
    all.extend(pools.iter().cloned().cycle().take(n));
    let pools: Vec<Value> = all;
    let empty = pools.iter().any(|pool| items(pool).is_empty());
    let made = PyProduct {
        head: unborn(),
        pools: RefCell::new(pools),
        indices: RefCell::new(zeros(cx, n)?),
        state: Cell::new(if empty { State::Over } else { State::New }),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn items(pool: &Value) -> &[Value] {
    pool.downcast::<PyTuple>().map_or(&[], PyTuple::items)
}

fn product_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyProduct::of(this);
    let pools = it.pools.borrow();
    let mut indices = it.indices.borrow_mut();
    match it.state.get() {
        State::Over => return Ok(None),
        State::New => it.state.set(State::Going),
        State::Going => {
            let mut at = pools.len();
            loop {
                if at == 0 {
                    it.state.set(State::Over);
                    return Ok(None);
                }
                at -= 1;
                indices[at] += 1;
                if indices[at] < items(&pools[at]).len() {
                    break;
                }
                indices[at] = 0;
            }
        }
    }
    let row: Vec<Value> = pools.iter().zip(indices.iter()).map(|(pool, &i)| items(pool)[i].clone()).collect();
    Ok(Some(cx.tuple(row)?.into_value()))
}

macro_rules! of_pool {
    ($(#[$doc:meta])* $layout:ident $ty:ident $spec:ident $name:literal $new:ident $next:ident) => {
        iterator_type! {
            $(#[$doc])*
            $layout $ty $spec $name new $new next $next
            slots {} fields {
                indices: RefCell<Vec<usize>>, cycles: RefCell<Vec<usize>>, length: usize, state: Cell<State>
            }
            lists { pool }
        }
    };
}

of_pool! {
    /// `itertools.permutations`
    PyPermutations PERMUTATIONS_TYPE PERMUTATIONS_SPEC "permutations" permutations_new permutations_next
}
of_pool! {
    /// `itertools.combinations`
    PyCombinations COMBINATIONS_TYPE COMBINATIONS_SPEC "combinations" combinations_new combinations_next
}
of_pool! {
    /// `itertools.combinations_with_replacement`
    PyWithReplacement COMBINATIONS_WITH_REPLACEMENT_TYPE WITH_REPLACEMENT_SPEC "combinations_with_replacement"
    with_replacement_new with_replacement_next
}

fn permutations_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let [iterable, length] = args.bind(
        cx,
        &Params { function: "permutations", names: ["iterable", "r"], positional_only: 0, positional: 2, required: 1 },
    )?;
    let Some(iterable) = iterable else { return Ok(Value::none()) };
    let pool = cx.collect(iterable)?;
    let n = pool.len();
    let length = match length.filter(|r| !r.is_none()) {
        Some(r) if !r.is_int() => return raise!(cx, exc::TYPE_ERROR, "Expected int as r"),
        Some(r) => not_negative(cx, r, "r must be non-negative")?,
        None => n,
    };
    let made = PyPermutations {
        head: unborn(),
        pool: RefCell::new(pool),
        indices: RefCell::new((0..n).collect()),
        cycles: RefCell::new((0..length.min(n)).map(|i| n - i).collect()),
        length,
        state: Cell::new(if length > n { State::Over } else { State::New }),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn row(cx: &Cx, pool: &[Value], indices: &[usize]) -> R<Option<Value>> {
    let row: Vec<Value> = indices.iter().map(|&i| pool[i].clone()).collect();
    Ok(Some(cx.tuple(row)?.into_value()))
}

fn permutations_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyPermutations::of(this);
    let pool = it.pool.borrow();
    let (mut indices, mut cycles) = (it.indices.borrow_mut(), it.cycles.borrow_mut());
    let n = pool.len();
    match it.state.get() {
        State::Over => return Ok(None),
        State::New => it.state.set(State::Going),
        State::Going => {
            let mut at = it.length;
            loop {
                if at == 0 {
                    it.state.set(State::Over);
                    return Ok(None);
                }
                at -= 1;
                cycles[at] -= 1;
                if cycles[at] == 0 {
                    indices[at..].rotate_left(1);
                    cycles[at] = n - at;
                } else {
                    let other = n - cycles[at];
                    indices.swap(at, other);
                    break;
                }
            }
        }
    }
    row(cx, &pool, &indices[..it.length])
}

fn pool_and_length(cx: &Cx, args: Args<'_>, function: &'static str) -> R<(Vec<Value>, usize)> {
    let [iterable, length] =
        args.bind(cx, &Params { function, names: ["iterable", "r"], positional_only: 0, positional: 2, required: 2 })?;
    let (Some(iterable), Some(length)) = (iterable, length) else { return Ok((Vec::new(), 0)) };
    let pool = cx.collect(iterable)?;
    Ok((pool, not_negative(cx, length, "r must be non-negative")?))
}

fn combinations_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let (pool, length) = pool_and_length(cx, args, "combinations")?;
    let over = length > pool.len();
    let made = PyCombinations {
        head: unborn(),
        pool: RefCell::new(pool),
        indices: RefCell::new(if over { Vec::new() } else { (0..length).collect() }),
        cycles: RefCell::new(Vec::new()),
        length,
        state: Cell::new(if over { State::Over } else { State::New }),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn combinations_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyCombinations::of(this);
    let pool = it.pool.borrow();
    let mut indices = it.indices.borrow_mut();
    let _ = it.cycles.borrow().len();
    let (n, length) = (pool.len(), it.length);
    match it.state.get() {
        State::Over => return Ok(None),
        State::New => it.state.set(State::Going),
        State::Going => {
            let Some(at) = (0..length).rev().find(|&i| indices[i] != i + n - length) else {
                it.state.set(State::Over);
                return Ok(None);
            };
            indices[at] += 1;
            for i in at + 1..length {
                indices[i] = indices[i - 1] + 1;
            }
        }
    }
    row(cx, &pool, &indices)
}

fn with_replacement_new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let (pool, length) = pool_and_length(cx, args, "combinations_with_replacement")?;
    let over = pool.is_empty() && length > 0;
    let made = PyWithReplacement {
        head: unborn(),
        pool: RefCell::new(pool),
        indices: RefCell::new(if over { Vec::new() } else { zeros(cx, length)? }),
        cycles: RefCell::new(Vec::new()),
        length,
        state: Cell::new(if over { State::Over } else { State::New }),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn with_replacement_next(cx: &Cx, this: &Value) -> R<Option<Value>> {
    let it = PyWithReplacement::of(this);
    let pool = it.pool.borrow();
    let mut indices = it.indices.borrow_mut();
    let _ = it.cycles.borrow().len();
    match it.state.get() {
        State::Over => return Ok(None),
        State::New => it.state.set(State::Going),
        State::Going => {
            let Some(at) = (0..it.length).rev().find(|&i| indices[i] != pool.len() - 1) else {
                it.state.set(State::Over);
                return Ok(None);
            };
            let next = indices[at] + 1;
            indices[at..].fill(next);
        }
    }
    row(cx, &pool, &indices)
}
