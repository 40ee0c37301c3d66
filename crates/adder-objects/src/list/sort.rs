//! `list.sort`: a stable merge sort of natural runs, which a comparison may end with an exception.
//!
//! The words of the keys are sorted, not the references: while a comparison runs code of a user, every item is still owned by
//! a list that nobody can reach, and an inconsistent order or an exception can lose nothing. At the end the items are put in
//! the order of the words.

use core::alloc::Layout as Bytes;
use core::cmp::Ordering;
use core::ptr::NonNull;

use adder_gc::raw;

use super::PyList;
use super::methods::of;
use crate::args::{Args, Params};
use crate::cx::Cx;
use crate::error::R;
use crate::exceptions as exc;
use crate::float::PyFloat;
use crate::str::PyStr;
use crate::tracking;
use crate::typeobject::CompareOp;
use crate::value::Value;

/// A value's word, borrowed from the list that owns it.
#[derive(Clone, Copy)]
#[repr(transparent)]
struct Word(NonNull<u8>);

/// An item and what it is sorted by.
#[derive(Clone, Copy)]
struct Item {
    key: Word,
    value: Word,
}

impl Word {
    fn of(value: &Value) -> Word {
        // SAFETY: the copy is given up at once.
        Word(unsafe { value.borrow_word() }.into_raw())
    }

    #[inline(always)]
    fn value(&self) -> &Value {
        // SAFETY: a value is transparent over its word, and its owner lives longer than the sort.
        unsafe { &*core::ptr::from_ref(self).cast::<Value>() }
    }
}

/// What is sorted: it has a key.
trait Keyed: Copy {
    fn key(&self) -> &Value;
}

impl Keyed for Word {
    #[inline(always)]
    fn key(&self) -> &Value {
        self.value()
    }
}

impl Keyed for Item {
    #[inline(always)]
    fn key(&self) -> &Value {
        self.key.value()
    }
}

/// A buffer charged to the heap.
struct Buffer<T: Copy> {
    start: NonNull<T>,
    len: usize,
    room: usize,
    owner: NonNull<raw::Head>,
}

impl<T: Copy> Buffer<T> {
    /// Room for so many; `owner` is an object of the heap that outlives the buffer.
    fn new(cx: &Cx, room: usize, owner: &PyList) -> R<Buffer<T>> {
        let owner = NonNull::from_ref(owner).cast();
        let Ok(layout) = Bytes::array::<T>(room) else { return Err(cx.no_memory()) };
        if room == 0 {
            return Ok(Buffer { start: NonNull::dangling(), len: 0, room, owner });
        }
        match raw::allocate(&cx.heap, layout) {
            Ok(start) => Ok(Buffer { start: start.cast(), len: 0, room, owner }),
            Err(_) => Err(cx.no_memory()),
        }
    }

    fn push(&mut self, item: T) {
        assert!(self.len < self.room, "room in the buffer");
        // SAFETY: there is room.
        unsafe { self.start.add(self.len).write(item) };
        self.len += 1;
    }

    fn items(&mut self) -> &mut [T] {
        // SAFETY: so many are written.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

impl<T: Copy> Drop for Buffer<T> {
    fn drop(&mut self) {
        if self.room > 0 {
            let layout = Bytes::array::<T>(self.room).expect("as allocated");
            // SAFETY: allocated with this layout, in the heap of the owner.
            unsafe { raw::deallocate(self.owner, self.start.cast(), layout) };
        }
    }
}

/// `list.sort(*, key=None, reverse=False)`
pub(super) fn sort(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    const PARAMS: Params<2> =
        Params { function: "sort", names: ["key", "reverse"], positional_only: 0, positional: 0, required: 0 };
    if args.values().len() > 2 {
        return raise!(cx, exc::TYPE_ERROR, "sort() takes at most 2 arguments ({} given)", args.values().len());
    }
    if !args.given().is_empty() {
        return raise!(cx, exc::TYPE_ERROR, "sort() takes no positional arguments");
    }
    let [key, reverse] = args.bind(cx, &PARAMS)?;
    let reverse = match reverse {
        Some(reverse) => cx.is_true(reverse)?,
        None => false,
    };
    of(this).sort(cx, key.filter(|key| !key.is_none()), reverse)?;
    Ok(Value::none())
}

impl PyList {
    /// Sorts the items by what `key` gives for them, keeping the order of equal ones.
    ///
    /// # Errors
    /// What the key function or a comparison raises; ValueError if they change the list; MemoryError.
    pub fn sort(&self, cx: &Cx, key: Option<&Value>, reverse: bool) -> R<()> {
        let hidden = cx.list([])?;
        // Nobody may find the items while they are sorted.
        tracking::untrack(&hidden.head);
        hidden.swap(self);
        self.ob_item.set(changed_marker());
        let sorted = sort_hidden(cx, &hidden, key, reverse);
        let unchanged = self.ob_item.get() == changed_marker();
        if unchanged {
            self.ob_item.set(core::ptr::null_mut());
        }
        self.swap(&hidden);
        drop(hidden);
        sorted?;
        if !unchanged {
            return raise!(cx, exc::VALUE_ERROR, "list modified during sort");
        }
        Ok(())
    }
}

/// What `ob_item` of the emptied list holds meanwhile: any change of the list replaces it.
fn changed_marker() -> *mut Value {
    NonNull::<Value>::dangling().as_ptr()
}

fn sort_hidden(cx: &Cx, hidden: &PyList, key: Option<&Value>, reverse: bool) -> R<()> {
    let n = hidden.len();
    let Some(function) = key else {
        if n < 2 {
            return Ok(());
        }
        let mut words = Buffer::new(cx, n, hidden)?;
        // SAFETY: nobody else knows the list: it is not changed.
        for item in unsafe { hidden.items() } {
            words.push(Word::of(item));
        }
        sort_reversed(cx, hidden, &mut words, reverse)?;
        return put_in_order(hidden, words.items().iter().copied());
    };
    let keys = cx.list([])?;
    tracking::untrack(&keys.head);
    keys.reserve_exactly(cx, n)?;
    for at in 0..n {
        if let Some(item) = hidden.get(at) {
            keys.push(cx, cx.call(function, core::slice::from_ref(&item))?)?;
        }
    }
    let mut items = Buffer::new(cx, n, hidden)?;
    // SAFETY: as above.
    for (key, value) in unsafe { keys.items().iter().zip(hidden.items()) } {
        items.push(Item { key: Word::of(key), value: Word::of(value) });
    }
    sort_reversed(cx, hidden, &mut items, reverse)?;
    put_in_order(hidden, items.items().iter().map(|item| item.value))
}

/// Overwrites the items with the same words in another order.
fn put_in_order(hidden: &PyList, words: impl Iterator<Item = Word>) -> R<()> {
    for (at, word) in words.enumerate().take(hidden.len()) {
        // SAFETY: the words are those of the items, each once: no count changes.
        unsafe { hidden.ob_item.get().add(at).write(Value::from_raw(word.0)) };
    }
    Ok(())
}

/// Descending, equal items keep their order: reversed, sorted, reversed.
fn sort_reversed<T: Keyed>(cx: &Cx, owner: &PyList, buffer: &mut Buffer<T>, reverse: bool) -> R<()> {
    if reverse {
        buffer.items().reverse();
    }
    sort_by_kind(cx, owner, buffer)?;
    if reverse {
        buffer.items().reverse();
    }
    Ok(())
}

fn float_of(value: &Value) -> Option<f64> {
    value.downcast_exact::<PyFloat>().map(|float| float.value)
}

/// Keys all of one plain kind are compared without a call.
fn sort_by_kind<T: Keyed>(cx: &Cx, owner: &PyList, buffer: &mut Buffer<T>) -> R<()> {
    let Some(first) = buffer.items().first().map(|item| item.key().clone()) else { return Ok(()) };
    if first.is_small() && buffer.items().iter().all(|item| item.key().is_small()) {
        return sort_ordered(cx, buffer, |a, b| a.key().as_small().cmp(&b.key().as_small()));
    }
    if first.downcast_exact::<PyStr>().is_some()
        && buffer.items().iter().all(|item| item.key().downcast_exact::<PyStr>().is_some())
    {
        return sort_ordered(cx, buffer, |a, b| match (a.key().downcast::<PyStr>(), b.key().downcast::<PyStr>()) {
            (Some(a), Some(b)) => a.compare(b),
            _ => Ordering::Equal,
        });
    }
    // A NaN is in no order with anything: then the ordinary way, as CPython does it.
    if float_of(&first).is_some() && buffer.items().iter().all(|item| float_of(item.key()).is_some_and(|x| !x.is_nan()))
    {
        return sort_ordered(cx, buffer, |a, b| {
            float_of(a.key()).partial_cmp(&float_of(b.key())).unwrap_or(Ordering::Equal)
        });
    }
    let mut scratch = Buffer::new(cx, buffer.len / 2 + 1, owner)?;
    merge_sort(buffer.items(), &mut scratch, |a, b| cx.compares(a.key(), b.key(), CompareOp::Lt))
}

/// Comparisons that are total and run no code: the library's sort, its scratch charged.
fn sort_ordered<T: Keyed>(cx: &Cx, buffer: &mut Buffer<T>, compare: impl Fn(&T, &T) -> Ordering) -> R<()> {
    let bytes = buffer.len * size_of::<T>();
    if raw::charge(&cx.heap, bytes).is_err() {
        return Err(cx.no_memory());
    }
    buffer.items().sort_by(compare);
    raw::uncharge(&cx.heap, bytes);
    Ok(())
}

/// A run that waits for being merged.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    len: usize,
    /// Depth of the merge between it and its neighbour to the right (Munro and Wild's powersort).
    power: u32,
}

const MAX_RUNS: usize = 85;

/// Stable. Whatever `less` answers, every item is in the slice once at the end, and an error leaves the slice as garbage of
/// copies: the caller has the originals.
fn merge_sort<T: Copy>(items: &mut [T], scratch: &mut Buffer<T>, mut less: impl FnMut(&T, &T) -> R<bool>) -> R<()> {
    let n = items.len();
    let min_run = min_run(n);
    let mut runs = [Run { start: 0, len: 0, power: 0 }; MAX_RUNS];
    let mut waiting = 0;
    let mut start = 0;
    while start < n {
        let mut len = natural_run(&mut items[start..], &mut less)?;
        if len < min_run {
            let forced = min_run.min(n - start);
            insertion_sort(&mut items[start..start + forced], len, &mut less)?;
            len = forced;
        }
        if waiting > 0 {
            let last = runs[waiting - 1];
            let power = power(last.start, last.len, len, n);
            while waiting > 1 && runs[waiting - 2].power > power {
                merge_top(items, &mut runs, &mut waiting, scratch, &mut less)?;
            }
            runs[waiting - 1].power = power;
        }
        runs[waiting] = Run { start, len, power: 0 };
        waiting += 1;
        start += len;
    }
    while waiting > 1 {
        merge_top(items, &mut runs, &mut waiting, scratch, &mut less)?;
    }
    Ok(())
}

/// So short a run is lengthened: between 32 and 64, so that the length is just below a power of two of them.
fn min_run(mut n: usize) -> usize {
    let mut rest = 0;
    while n >= 64 {
        rest |= n & 1;
        n >>= 1;
    }
    n + rest
}

/// How deep in a perfectly balanced tree of merges the border between two neighbouring runs lies.
fn power(start: usize, left: usize, right: usize, n: usize) -> u32 {
    // The middles of both runs as fractions of the whole; the first bit in which they differ.
    let (a, b) = (2 * start + left, 2 * start + 2 * left + right);
    let scale = |x: usize| ((x as u128) << 62) / (2 * n as u128);
    let differ = scale(a) ^ scale(b);
    62_u32.saturating_sub(127 - differ.leading_zeros().min(127))
}

/// The length of the run at the front: ascending, or descending and then reversed so that equal ones keep their order. It compares
/// what CPython 3.13 compares: programs may see that.
fn natural_run<T: Copy>(items: &mut [T], less: &mut impl FnMut(&T, &T) -> R<bool>) -> R<usize> {
    let n = items.len();
    let ascending = |items: &[T], mut len: usize, less: &mut dyn FnMut(&T, &T) -> R<bool>| -> R<usize> {
        while len < n && !less(&items[len], &items[len - 1])? {
            len += 1;
        }
        Ok(len)
    };
    let mut len = ascending(items, 1.min(n), less)?;
    if len == n || len > 1 && less(&items[0], &items[len - 1])? {
        return Ok(len);
    }
    // All equal so far, and a smaller one follows. Equal ones are turned round here, and back with the rest.
    items[..len].reverse();
    len += 1;
    let mut equal = 1;
    while len < n {
        if less(&items[len], &items[len - 1])? {
            items[len - equal..len].reverse();
            equal = 1;
        } else if less(&items[len - 1], &items[len])? {
            break;
        } else {
            equal += 1;
        }
        len += 1;
    }
    items[len - equal..len].reverse();
    items[..len].reverse();
    ascending(items, len, less)
}

/// Sorts by binary insertion; the first `sorted` are in order already.
fn insertion_sort<T: Copy>(items: &mut [T], sorted: usize, less: &mut impl FnMut(&T, &T) -> R<bool>) -> R<()> {
    for at in sorted..items.len() {
        let item = items[at];
        let (mut low, mut high) = (0, at);
        while low < high {
            let middle = (low + high) / 2;
            if less(&item, &items[middle])? { high = middle } else { low = middle + 1 }
        }
        items.copy_within(low..at, low + 1);
        items[low] = item;
    }
    Ok(())
}

fn merge_top<T: Copy>(
    items: &mut [T],
    runs: &mut [Run; MAX_RUNS],
    waiting: &mut usize,
    scratch: &mut Buffer<T>,
    less: &mut impl FnMut(&T, &T) -> R<bool>,
) -> R<()> {
    let (left, right) = (runs[*waiting - 2], runs[*waiting - 1]);
    let both = &mut items[left.start..right.start + right.len];
    merge(both, left.len, scratch, less)?;
    *waiting -= 1;
    runs[*waiting - 1] = Run { start: left.start, len: left.len + right.len, power: 0 };
    Ok(())
}

/// How many items at the front of a sorted slice `before` holds for: looked for in growing strides, then by halving.
fn gallop<T>(items: &[T], mut before: impl FnMut(&T) -> R<bool>) -> R<usize> {
    let (mut low, mut stride) = (0, 1);
    let mut high = items.len();
    while low < high {
        let at = (low + stride - 1).min(high - 1);
        if before(&items[at])? {
            low = at + 1;
            stride *= 2;
        } else {
            high = at;
            break;
        }
    }
    while low < high {
        let middle = (low + high) / 2;
        if before(&items[middle])? { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

/// The same from the back: how many items at the front are left when those at the back for which `behind` holds are cut off.
fn gallop_back<T>(items: &[T], mut behind: impl FnMut(&T) -> R<bool>) -> R<usize> {
    let mut low = 0;
    let (mut high, mut stride) = (items.len(), 1);
    while low < high {
        let at = high.saturating_sub(stride).max(low);
        if behind(&items[at])? {
            high = at;
            stride *= 2;
        } else {
            low = at + 1;
            break;
        }
    }
    while low < high {
        let middle = (low + high) / 2;
        if behind(&items[middle])? { high = middle } else { low = middle + 1 }
    }
    Ok(high)
}

/// Merges two neighbouring runs; the first has `left` items.
fn merge<T: Copy>(
    both: &mut [T],
    left: usize,
    scratch: &mut Buffer<T>,
    less: &mut impl FnMut(&T, &T) -> R<bool>,
) -> R<()> {
    // What is in its place already: the front of the first, the back of the second.
    let first_right = both[left];
    let skip = gallop(&both[..left], |item| Ok(!less(&first_right, item)?))?;
    if skip == left {
        return Ok(());
    }
    let last_left = both[left - 1];
    let end = left + gallop_back(&both[left..], |item| Ok(!less(item, &last_left)?))?;
    let both = &mut both[skip..end];
    let left = left - skip;
    scratch.len = 0;
    if left <= both.len() - left { merge_low(both, left, scratch, less) } else { merge_high(both, left, scratch, less) }
}

/// After so many items in a row from one run they are taken in strides.
const GALLOP: usize = 7;

/// The shorter first run is copied out, and merged from the front.
fn merge_low<T: Copy>(
    both: &mut [T],
    left: usize,
    scratch: &mut Buffer<T>,
    less: &mut impl FnMut(&T, &T) -> R<bool>,
) -> R<()> {
    for item in &both[..left] {
        scratch.push(*item);
    }
    let first = scratch.items();
    let (mut a, mut b, mut to) = (0, left, 0);
    let (mut won_a, mut won_b) = (0, 0);
    while a < left && b < both.len() {
        if less(&both[b], &first[a])? {
            both[to] = both[b];
            (b, to, won_a, won_b) = (b + 1, to + 1, 0, won_b + 1);
        } else {
            both[to] = first[a];
            (a, to, won_a, won_b) = (a + 1, to + 1, won_a + 1, 0);
        }
        if won_a >= GALLOP && a < left && b < both.len() {
            let item = both[b];
            let n = gallop(&first[a..], |x| Ok(!less(&item, x)?))?;
            both[to..to + n].copy_from_slice(&first[a..a + n]);
            (a, to, won_a) = (a + n, to + n, 0);
        } else if won_b >= GALLOP && a < left && b < both.len() {
            let item = first[a];
            let n = gallop(&both[b..], |x| less(x, &item))?;
            both.copy_within(b..b + n, to);
            (b, to, won_b) = (b + n, to + n, 0);
        }
    }
    both[to..to + left - a].copy_from_slice(&first[a..]);
    Ok(())
}

/// The shorter second run is copied out, and merged from the back.
fn merge_high<T: Copy>(
    both: &mut [T],
    left: usize,
    scratch: &mut Buffer<T>,
    less: &mut impl FnMut(&T, &T) -> R<bool>,
) -> R<()> {
    for item in &both[left..] {
        scratch.push(*item);
    }
    let second = scratch.items();
    // Items left of each run, and the end of what is free.
    let (mut a, mut b, mut to) = (left, second.len(), both.len());
    let (mut won_a, mut won_b) = (0, 0);
    while a > 0 && b > 0 {
        if less(&second[b - 1], &both[a - 1])? {
            both[to - 1] = both[a - 1];
            (a, to, won_a, won_b) = (a - 1, to - 1, won_a + 1, 0);
        } else {
            both[to - 1] = second[b - 1];
            (b, to, won_a, won_b) = (b - 1, to - 1, 0, won_b + 1);
        }
        if won_a >= GALLOP && a > 0 && b > 0 {
            let item = second[b - 1];
            let kept = gallop_back(&both[..a], |x| less(&item, x))?;
            both.copy_within(kept..a, to - (a - kept));
            (to, a, won_a) = (to - (a - kept), kept, 0);
        } else if won_b >= GALLOP && a > 0 && b > 0 {
            let item = both[a - 1];
            let kept = gallop_back(&second[..b], |x| Ok(!less(x, &item)?))?;
            both[to - (b - kept)..to].copy_from_slice(&second[kept..b]);
            (to, b, won_b) = (to - (b - kept), kept, 0);
        }
    }
    both[to - b..to].copy_from_slice(&second[..b]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Buffer, merge_sort};
    use crate::cx::Cx;

    /// Answers by chance: the slice holds each item once all the same, and nothing is read out of bounds.
    #[test]
    fn an_order_without_order_loses_nothing() {
        let cx = Cx::new(adder_gc::Heap::new()).expect("room for an interpreter");
        let _entered = cx.enter();
        let owner = cx.list([]).unwrap();
        let mut state = 1_u64;
        for n in [2, 5, 63, 64, 65, 500, 2000] {
            for odds in [1, 2, 3, 4] {
                let mut items: Vec<u64> = (0..n).collect();
                let mut scratch = Buffer::new(&cx, items.len() / 2 + 1, &owner).unwrap();
                let chance = |_: &u64, _: &u64| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    Ok((state >> 33) % 5 < odds)
                };
                merge_sort(&mut items, &mut scratch, chance).unwrap();
                items.sort();
                assert_eq!(items, (0..n).collect::<Vec<_>>());
            }
        }
    }
}
