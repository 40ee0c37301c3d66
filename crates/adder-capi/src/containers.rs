//! `PyList_*`, `PyTuple_*`.

use adder_objects::list::PyList;
use adder_objects::tuple::{PyTuple, TUPLE_TYPE};
use adder_objects::{Catch, Cx, R, Value, exceptions as exc, raise};

use crate::border::{Borrowed, Lent, Object, OwnedPlace, Stolen, bad_call, box_in_place};
use crate::contract::api;

fn list<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a PyList> {
    value.downcast::<PyList>().ok_or_else(|| bad_call(cx, function))
}

fn tuple<'a>(cx: &Cx, value: &'a Value, function: &'static str) -> R<&'a PyTuple> {
    value.downcast::<PyTuple>().ok_or_else(|| bad_call(cx, function))
}

/// What lies in a place, if it is an object already.
///
/// # Safety
/// A place of a container that lives.
#[inline(always)]
unsafe fn object_in(place: *mut Value) -> Option<Object> {
    // SAFETY: by the contract; a value that is an object is a pointer to it.
    unsafe { (*place).is_object().then(|| place.cast::<Object>().read()) }
}

/// An object in a list.
///
/// # Safety
/// NULL, or a live object.
#[inline(always)]
unsafe fn item_of_list((object, at): (Object, isize)) -> Option<Object> {
    // SAFETY: by the contract.
    unsafe { object_in(Borrowed::of(object)?.downcast::<PyList>()?.place(usize::try_from(at).ok()?)?) }
}

/// An object in a tuple.
///
/// # Safety
/// NULL, or a live object.
#[inline(always)]
unsafe fn item_of_tuple((object, at): (Object, isize)) -> Option<Object> {
    // SAFETY: by the contract.
    unsafe { object_in(Borrowed::of(object)?.downcast::<PyTuple>()?.place(usize::try_from(at).ok()?)?) }
}

/// The length of a list.
///
/// # Safety
/// NULL, or a live object.
#[inline(always)]
unsafe fn size_of_list((object,): (Object,)) -> Option<isize> {
    // SAFETY: by the contract.
    unsafe { Borrowed::of(object) }?.downcast::<PyList>().map(|list| list.len() as isize)
}

/// The length of a tuple.
///
/// # Safety
/// NULL, or a live object.
#[inline(always)]
unsafe fn size_of_tuple((object,): (Object,)) -> Option<isize> {
    // SAFETY: by the contract.
    unsafe { Borrowed::of(object) }?.downcast::<PyTuple>().map(|tuple| tuple.items().len() as isize)
}

api! {
    /// A list of so many items, all of them still missing.
    quiet fn PyList_New(cx, len: isize) -> Value {
        if len < 0 {
            return Err(bad_call(cx, "PyList_New"));
        }
        let made = cx.list([])?;
        made.reserve(cx, len as usize)?;
        for _ in 0..len {
            made.push(cx, Value::UNSET)?;
        }
        Ok(made.into_value())
    }

    /// How many items it has.
    quiet fn PyList_Size(cx, object: Borrowed) -> isize = size_of_list {
        Ok(list(cx, &object, "PyList_Size")?.len() as isize)
    }

    /// An item.
    quiet fn PyList_GetItem(cx, object: Borrowed, at: isize) -> Lent = item_of_list {
        let list = list(cx, &object, "PyList_GetItem")?;
        match usize::try_from(at).ok().and_then(|at| list.place(at)) {
            // SAFETY: a place of the list; nothing else runs.
            Some(place) => unsafe { box_in_place(cx, place) },
            None => raise!(cx, exc::INDEX_ERROR, "list index out of range"),
        }
    }

    /// An item, owned.
    quiet fn PyList_GetItemRef(cx, object: Borrowed, at: isize) -> Value {
        let Some(list) = object.downcast::<PyList>() else { return raise!(cx, exc::TYPE_ERROR, "expected a list") };
        match usize::try_from(at).ok().and_then(|at| list.get(at)) {
            Some(item) => Ok(item),
            None => raise!(cx, exc::INDEX_ERROR, "list index out of range"),
        }
    }

    /// Replaces an item.
    runs fn PyList_SetItem(cx, object: Borrowed, at: isize, item: Option<Stolen>) -> () {
        let list = list(cx, &object, "PyList_SetItem")?;
        let item = item.map_or(Value::UNSET, |item| item.0);
        match usize::try_from(at).ok().filter(|at| *at < list.len()) {
            Some(at) => {
                list.set(at, item);
                Ok(())
            }
            None => raise!(cx, exc::INDEX_ERROR, "list assignment index out of range"),
        }
    }

    /// Puts an item in front of another.
    quiet fn PyList_Insert(cx, object: Borrowed, at: isize, item: Borrowed) -> () {
        let list = list(cx, &object, "PyList_Insert")?;
        let len = list.len() as isize;
        let at = if at < 0 { (at + len).max(0) } else { at.min(len) };
        list.insert(cx, at as usize, item.to_owned())
    }

    /// Adds an item at the end.
    quiet fn PyList_Append(cx, object: Borrowed, item: Borrowed) -> () {
        list(cx, &object, "PyList_Append")?.push(cx, item.to_owned())
    }

    /// A new list of the items from one place to another.
    quiet fn PyList_GetSlice(cx, object: Borrowed, from: isize, to: isize) -> Value {
        let list = list(cx, &object, "PyList_GetSlice")?;
        let len = list.len() as isize;
        let (from, to) = (from.clamp(0, len) as usize, to.clamp(0, len) as usize);
        let items: Vec<Value> = (from..to.max(from)).filter_map(|at| list.get(at)).collect();
        Ok(cx.list(items)?.into_value())
    }

    /// `list[from:to] = items`; with NULL `del list[from:to]`.
    runs fn PyList_SetSlice(cx, object: Borrowed, from: isize, to: isize, items: Option<Borrowed>) -> () {
        let list = list(cx, &object, "PyList_SetSlice")?;
        let new = match &items {
            Some(items) => {
                let Some(iterator) = cx.iter(items).unless(&exc::TYPE_ERROR)? else {
                    return raise!(cx, exc::TYPE_ERROR, "can only assign an iterable");
                };
                // A list or a tuple at once; an iterator over one gives the same.
                if items.downcast_exact::<PyList>().is_some() || items.downcast_exact::<PyTuple>().is_some() {
                    cx.collect(items)?
                } else {
                    cx.collect(&iterator)?
                }
            }
            None => Vec::new(),
        };
        let len = list.len() as isize;
        let from = from.clamp(0, len);
        let to = to.clamp(from, len);
        // Released when the list is whole again: that may run code.
        drop(list.splice(cx, from as usize, (to - from) as usize, new)?);
        Ok(())
    }

    /// Adds all that an iterable gives.
    runs fn PyList_Extend(cx, object: Borrowed, iterable: Borrowed) -> () {
        list(cx, &object, "PyList_Extend")?.extend(cx, &iterable)
    }

    /// `list.clear()`
    runs fn PyList_Clear(cx, object: Borrowed) -> () {
        drop(list(cx, &object, "PyList_Clear")?.take_items());
        Ok(())
    }

    /// `list.sort()`
    runs fn PyList_Sort(cx, object: Borrowed) -> () {
        list(cx, &object, "PyList_Sort")?.sort(cx, None, false)
    }

    /// `list.reverse()`
    quiet fn PyList_Reverse(cx, object: Borrowed) -> () {
        list(cx, &object, "PyList_Reverse")?.reverse();
        Ok(())
    }

    /// `tuple(list)`
    quiet fn PyList_AsTuple(cx, object: Borrowed) -> Value {
        Ok(cx.tuple(list(cx, &object, "PyList_AsTuple")?.to_vec())?.into_value())
    }

    /// A tuple of so many items, all of them still missing.
    quiet fn PyTuple_New(cx, len: isize) -> Value {
        if len < 0 {
            return Err(bad_call(cx, "PyTuple_New"));
        }
        if len == 0 {
            return Ok(cx.empty_tuple()?.into_value());
        }
        // Tracked from the beginning: nobody knows yet what C puts into it.
        Ok(cx.tuple_in(&TUPLE_TYPE, (0..len as usize).map(|_| Value::UNSET))?.into_value())
    }

    /// How many items it has.
    quiet fn PyTuple_Size(cx, object: Borrowed) -> isize = size_of_tuple {
        Ok(tuple(cx, &object, "PyTuple_Size")?.items().len() as isize)
    }

    /// An item.
    quiet fn PyTuple_GetItem(cx, object: Borrowed, at: isize) -> Lent = item_of_tuple {
        let tuple = tuple(cx, &object, "PyTuple_GetItem")?;
        match usize::try_from(at).ok().and_then(|at| tuple.place(at)) {
            // SAFETY: a place of the tuple; nothing else runs.
            Some(place) => unsafe { box_in_place(cx, place) },
            None => raise!(cx, exc::INDEX_ERROR, "tuple index out of range"),
        }
    }

    /// Fills an item of a tuple that nobody else has.
    runs fn PyTuple_SetItem(cx, object: Borrowed, at: isize, item: Option<Stolen>) -> () {
        let Some(tuple) = object.downcast::<PyTuple>().filter(|_| object.references() == 1) else {
            return Err(bad_call(cx, "PyTuple_SetItem"));
        };
        let item = item.map_or(Value::UNSET, |item| item.0);
        match usize::try_from(at).ok().and_then(|at| tuple.place(at)) {
            Some(place) => {
                // SAFETY: a place of the tuple, which nobody else sees.
                drop(unsafe { place.replace(item) });
                Ok(())
            }
            None => raise!(cx, exc::INDEX_ERROR, "tuple assignment index out of range"),
        }
    }

    /// A new tuple of the items from one place to another.
    quiet fn PyTuple_GetSlice(cx, object: Borrowed, from: isize, to: isize) -> Value {
        let tuple = tuple(cx, &object, "PyTuple_GetSlice")?;
        let len = tuple.items().len() as isize;
        let (from, to) = (from.clamp(0, len) as usize, to.clamp(0, len) as usize);
        if from == 0 && to == tuple.items().len() && object.is_exact(&TUPLE_TYPE) {
            return Ok(object.to_owned());
        }
        Ok(cx.tuple(tuple.items()[from..to.max(from)].to_vec())?.into_value())
    }

    /// Makes a tuple that nobody else has longer or shorter: another one, in its place. What is new is still missing.
    runs fn _PyTuple_Resize(cx, place: OwnedPlace, len: isize) -> () {
        let Some(old) = place.take() else { return Err(bad_call(cx, "_PyTuple_Resize")) };
        let Some(tuple) = old.downcast_exact::<PyTuple>().filter(|_| len >= 0) else {
            return Err(bad_call(cx, "_PyTuple_Resize"));
        };
        let (had, wanted) = (tuple.items().len(), len as usize);
        if had != 0 && old.references() != 1 {
            return Err(bad_call(cx, "_PyTuple_Resize"));
        }
        let made = if had == wanted {
            old
        } else if wanted == 0 {
            cx.empty_tuple()?.into_value()
        } else {
            // The items move: the old tuple has none of them when it dies.
            let items = (0..wanted).map(|at| match tuple.place(at) {
                // SAFETY: a place of a tuple that nobody else sees.
                Some(from) => unsafe { from.replace(Value::UNSET) },
                None => Value::UNSET,
            });
            cx.tuple_in(&TUPLE_TYPE, items)?.into_value()
        };
        place.replace(cx, made)
    }

    /// What `PyList_GET_ITEM` and `PyTuple_GET_ITEM` do where a small int lies in the place; NULL where nothing does.
    quiet fn _Adder_BoxItem(cx, place: *mut Object) -> Lent {
        // SAFETY: the contract: a place of a list or a tuple that lives.
        unsafe { box_in_place(cx, place.cast()) }
    }
}
