//! What `functools.lru_cache` wraps functions in.

use core::cell::{Cell, RefCell};

use adder_gc::raw::Head;
use adder_gc::{Charge, Clearer, Tracer};
use adder_objects::class::{instance_dict, set_instance_dict};
use adder_objects::dict::PyDict;
use adder_objects::int::INT_TYPE;
use adder_objects::object::{Slot, functions, unborn};
use adder_objects::str::STR_TYPE;
use adder_objects::typeobject::{GetSet, Method, OBJECT_TYPE, Slots, Spec, flag, slot};
use adder_objects::{Args, Cx, Layout, Obj, Params, R, TypeObject, Value, exceptions as exc, raise};

/// A result that is kept, in a ring in the order of use.
struct Link {
    key: Value,
    hash: i64,
    result: Value,
    older: usize,
    newer: usize,
}

/// The ring: the links and which of them was used last. The one newer than that is the oldest.
struct Ring {
    links: Vec<Link>,
    newest: usize,
    /// For the room that the links have.
    charge: Charge,
}

impl Ring {
    /// Makes room for one more.
    fn reserve(&mut self, cx: &Cx) -> R<()> {
        let (len, room) = (self.links.len(), self.links.capacity());
        if len < room {
            return Ok(());
        }
        let wanted = room.saturating_mul(2).max(8);
        let charged = self.charge.resize(wanted.saturating_mul(size_of::<Link>())).is_ok();
        if !charged || self.links.try_reserve_exact(wanted - len).is_err() {
            return Err(cx.no_memory());
        }
        Ok(())
    }

    /// Takes all links out.
    fn take(&mut self) -> Vec<Link> {
        let links = core::mem::take(&mut self.links);
        // To less is always granted.
        let _ = self.charge.resize(0);
        links
    }

    /// Takes the newest out, which was added last of all.
    fn take_back(&mut self) -> Option<Link> {
        self.unlink(self.newest);
        self.links.pop()
    }

    /// Takes a link out of the order.
    fn unlink(&mut self, at: usize) {
        let (older, newer) = (self.links[at].older, self.links[at].newer);
        self.links[older].newer = newer;
        self.links[newer].older = older;
        if self.newest == at {
            self.newest = older;
        }
    }

    /// Puts a link that is in no order at the newest place.
    fn link(&mut self, at: usize) {
        let newest = self.newest;
        let oldest = self.links[newest].newer;
        self.links[at].older = newest;
        self.links[at].newer = oldest;
        self.links[newest].newer = at;
        self.links[oldest].older = at;
        self.newest = at;
    }

    /// A link was used.
    fn touch(&mut self, at: usize) {
        if self.newest != at {
            self.unlink(at);
            self.link(at);
        }
    }

    /// Adds one as the newest. There is room.
    fn add(&mut self, key: Value, hash: i64, result: Value) -> usize {
        let at = self.links.len();
        self.links.push(Link { key, hash, result, older: at, newer: at });
        if at == 0 {
            self.newest = 0;
        } else {
            self.link(at);
        }
        at
    }
}

/// Layout of a wrapper.
#[repr(C)]
struct PyLruCache {
    head: Head,
    function: Slot,
    /// The class of what `cache_info` gives.
    info: Slot,
    /// Stands between positional arguments and keywords in a key.
    mark: Slot,
    /// A dict: of keys to results, or to places in the ring where there is a limit.
    results: Slot,
    /// `__dict__`, made on demand.
    dict: Slot,
    ring: RefCell<Ring>,
    /// How many results are kept; `None` for all.
    limit: Option<usize>,
    typed: bool,
    hits: Cell<i64>,
    misses: Cell<i64>,
}

/// `functools._lru_cache_wrapper`
pub(super) static LRU_CACHE_TYPE: TypeObject = TypeObject::builtin(&SPEC, &raw const LRU_CACHE_TYPE);
static SPEC: Spec = Spec {
    module: "functools",
    doc: Some("A function whose results are kept."),
    flags: flag::GC | flag::BASE | flag::METHOD_DESCRIPTOR,
    weak: true,
    size: size_of::<PyLruCache>(),
    dict_offset: core::mem::offset_of!(PyLruCache, dict),
    functions: functions::<PyLruCache>(true, true),
    slots: Slots { new: slot(new), call: slot(call), descr_get: slot(super::bound), ..Slots::NONE },
    methods: &[
        Method::none("cache_info", info).doc("($self, /)", "Hits, misses, limit, and how many results are kept."),
        Method::none("cache_clear", clear).doc("($self, /)", "Forgets all results."),
        Method::none("__reduce__", |cx, this| cx.getattr_text(this, "__qualname__")),
        Method::none("__copy__", |_, this| Ok(this.clone())),
        Method::one("__deepcopy__", |_, this, _| Ok(this.clone())),
    ],
    getset: &[GetSet::both("__dict__", instance_dict, set_instance_dict)],
    ..Spec::new("functools._lru_cache_wrapper", &OBJECT_TYPE)
};

impl PyLruCache {
    fn slots(&self) -> [(&'static str, &Slot); 5] {
        [
            ("function", &self.function),
            ("cache_info", &self.info),
            ("mark", &self.mark),
            ("results", &self.results),
            ("__dict__", &self.dict),
        ]
    }
}

// SAFETY: begins with a head.
unsafe impl Layout for PyLruCache {
    fn ty() -> &'static TypeObject {
        &LRU_CACHE_TYPE
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        for (name, slot) in self.slots() {
            tracer.name(name);
            slot.trace(tracer);
        }
        if let Ok(ring) = self.ring.try_borrow() {
            for link in &ring.links {
                link.key.trace(tracer);
                link.result.trace(tracer);
            }
        }
    }
    fn clear(&self, clearer: &mut Clearer<'_>) {
        for (_, slot) in self.slots() {
            slot.clear(clearer);
        }
        for link in self.ring.borrow_mut().take() {
            link.key.release_later(clearer);
            link.result.release_later(clearer);
        }
    }
}

fn of(this: &Value) -> &PyLruCache {
    // SAFETY: called for these wrappers.
    unsafe { this.cast::<PyLruCache>() }
}

fn new(cx: &Cx, class: &TypeObject, args: Args<'_>) -> R {
    let params = Params {
        function: "lru_cache",
        names: ["user_function", "maxsize", "typed", "cache_info_type"],
        positional_only: 0,
        positional: 4,
        required: 4,
    };
    let [Some(function), Some(limit), Some(typed), Some(info)] = args.bind(cx, &params)? else {
        return Ok(Value::none());
    };
    if function.ty().slots.call.get().is_none() {
        return raise!(cx, exc::TYPE_ERROR, "the first argument must be callable");
    }
    let limit = if limit.is_none() {
        None
    } else {
        match cx.try_index(limit)? {
            Some(limit) => Some(cx.index_to_isize(&limit, Some(&exc::OVERFLOW_ERROR))?.max(0) as usize),
            None => return raise!(cx, exc::TYPE_ERROR, "maxsize should be integer or None"),
        }
    };
    let Ok(charge) = cx.heap.try_charge(0) else { return Err(cx.no_memory()) };
    let made = PyLruCache {
        head: unborn(),
        function: Slot::new(function.clone()),
        info: Slot::new(info.clone()),
        mark: Slot::new(cx.call(&OBJECT_TYPE.value(), &[])?),
        results: Slot::new(cx.dict()?.into_value()),
        dict: Slot::empty(),
        ring: RefCell::new(Ring { links: Vec::new(), newest: 0, charge }),
        limit,
        typed: cx.is_true(typed)?,
        hits: Cell::new(0),
        misses: Cell::new(0),
    };
    Ok(cx.alloc_in(class, made)?.into_value())
}

fn key_of(cx: &Cx, it: &PyLruCache, args: Args<'_>) -> R {
    let given = args.given();
    if !it.typed
        && args.names().is_none()
        && let [only] = given
        && (only.is_exact(&STR_TYPE) || only.is_exact(&INT_TYPE))
    {
        return Ok(only.clone());
    }
    let mut parts = given.to_vec();
    if args.names().is_some() {
        parts.push(it.mark.get());
        for (name, value) in args.keywords() {
            parts.extend([name.clone(), value.clone()]);
        }
    }
    if it.typed {
        parts.extend(args.values().iter().map(|value| value.ty().value()));
    }
    Ok(cx.tuple(parts)?.into_value())
}

fn results(cx: &Cx, it: &PyLruCache) -> R<Obj<PyDict>> {
    match it.results.try_get().map(Value::try_into_obj) {
        Some(Ok(results)) => Ok(results),
        _ => cx.dict(),
    }
}

fn call(cx: &Cx, this: &Value, args: Args<'_>) -> R {
    let it = of(this);
    let function = it.function.try_get().unwrap_or_else(Value::none);
    let missed = || it.misses.set(it.misses.get() + 1);
    if it.limit == Some(0) {
        missed();
        return cx.call_args(&function, args);
    }
    let key = key_of(cx, it, args)?;
    let hash = cx.hash(&key)?;
    let results = results(cx, it)?;
    if let Some(at) = results.find_hashed(cx, &key, hash)? {
        let found = results.value_at(at);
        let Some(_) = it.limit else {
            it.hits.set(it.hits.get() + 1);
            return Ok(found);
        };
        let place = found.as_small().unwrap_or(0) as usize;
        let mut ring = it.ring.borrow_mut();
        if place < ring.links.len() {
            it.hits.set(it.hits.get() + 1);
            ring.touch(place);
            return Ok(ring.links[place].result.clone());
        }
    }
    missed();
    let result = cx.call_args(&function, args)?;
    let Some(limit) = it.limit else {
        results.set_hashed(cx, &key, hash, result.clone())?;
        return Ok(result);
    };
    // The function may have been called with the same arguments meanwhile.
    if results.find_hashed(cx, &key, hash)?.is_some() {
        return Ok(result);
    }
    let full = it.ring.borrow().links.len() >= limit;
    if !full {
        it.ring.borrow_mut().reserve(cx)?;
        let place = it.ring.borrow_mut().add(key.clone(), hash, result.clone());
        let kept = results.set_hashed(cx, &key, hash, Value::small(place as i64));
        if kept.is_err() && it.ring.borrow().links.len() == place + 1 && it.ring.borrow().newest == place {
            // A link that no key leads to would never give its place to another.
            let link = it.ring.borrow_mut().take_back();
            drop(link);
        }
        return kept.map(|()| result);
    }
    // The oldest gives its place to the new one.
    let (oldest, old_key, old_hash) = {
        let ring = it.ring.borrow();
        let oldest = ring.links[ring.newest].newer;
        (oldest, ring.links[oldest].key.clone(), ring.links[oldest].hash)
    };
    // A key that is not found any more, because it compares otherwise now, gives its place too.
    let removed = results.find_hashed(cx, &old_key, old_hash)?.map(|at| results.remove_at(at));
    let replaced = {
        let mut ring = it.ring.borrow_mut();
        match ring.links.get_mut(oldest) {
            // The comparison may have changed everything.
            Some(link) if link.key.is(&old_key) => {
                let old = core::mem::replace(&mut link.result, result.clone());
                let key = core::mem::replace(&mut link.key, key.clone());
                link.hash = hash;
                ring.touch(oldest);
                Some((old, key))
            }
            _ => None,
        }
    };
    if replaced.is_some() {
        results.set_hashed(cx, &key, hash, Value::small(oldest as i64))?;
    }
    drop((removed, replaced));
    Ok(result)
}

fn info(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    let limit = it.limit.map_or(Ok(Value::none()), |limit| cx.int(limit as i64))?;
    let kept = if it.limit.is_some() { it.ring.borrow().links.len() } else { results(cx, it)?.len() };
    cx.call(&it.info.get(), &[cx.int(it.hits.get())?, cx.int(it.misses.get())?, limit, cx.int(kept as i64)?])
}

fn clear(cx: &Cx, this: &Value) -> R {
    let it = of(this);
    it.hits.set(0);
    it.misses.set(0);
    let links = it.ring.borrow_mut().take();
    results(cx, it)?.clear_all();
    drop(links);
    Ok(Value::none())
}
