//! What a program does: one random move after the other, in the heap and in the model.

use std::collections::HashSet;
use std::time::Duration;

use adder_gc::{AnyGc, Gc, Heap};

use super::types::{new_class, new_instance, set_type};
use super::*;

/// Takes a root's handle out; the borrow has ended when the caller drops it.
fn root(at: usize) -> AnyGc {
    WORLD.with(|w| w.roots.borrow()[at].clone())
}

fn take_root(at: usize) -> AnyGc {
    WORLD.with(|w| w.roots.borrow_mut().swap_remove(at))
}

fn push_root(any: AnyGc) {
    WORLD.with(|w| w.roots.borrow_mut().push(any));
}

/// Steps of a collection, as small as they are made (a budget of time says no more, or a program would not be the same twice).
fn step(heap: &Heap, steps: usize) {
    for _ in 0..steps {
        heap.step(Duration::ZERO);
    }
}

pub(super) fn one_move(heap: &Heap, choices: &mut dyn Choose, model: &mut Model, figures: &mut Figures) {
    let roots = model.roots.len();
    if roots == 0 {
        allocate(choices, model);
        return;
    }
    let at = choices.below(roots);
    let id = model.roots[at];
    let other = choices.below(roots);
    let other_id = model.roots[other];
    // Long lives now, cuts later.
    let moves = if choices.below(4) == 0 { 20 + choices.below(3) } else { choices.below(30) };
    match moves {
        0..=5 => allocate(choices, model),
        // Link: a clone into a slot. What the slot held goes.
        6..=9 => {
            let slot = choices.below(SLOTS);
            let (from, to) = (root(at), root(other));
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("link {id}.{slot} -> {other_id}"));
            model.nodes[id].slots[slot] = Some(other_id);
            drop(core.slots[slot].replace(Some(to)));
        }
        // Move a root into a slot, nothing counted.
        10 | 11 => {
            if at == other {
                return;
            }
            let slot = choices.below(SLOTS);
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("move root {other_id} into {id}.{slot}"));
            model.roots.swap_remove(other);
            model.nodes[id].slots[slot] = Some(other_id);
            let moved = take_root(other);
            drop(core.slots[slot].replace(Some(moved)));
        }
        // Take out of a slot into the roots, nothing counted.
        12 => {
            let slot = choices.below(SLOTS);
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            if let Some(taken) = core.slots[slot].take() {
                let to = model.nodes[id].slots[slot].take().expect("the model has it");
                model.note(|| format!("take {to} out of {id}.{slot}"));
                model.roots.push(to);
                push_root(taken);
            }
        }
        // From slot to slot, nothing counted; what was there goes.
        13 | 14 => {
            let (i, j) = (choices.below(SLOTS), choices.below(SLOTS));
            let (from, to) = (root(at), root(other));
            let (Some(a), Some(b)) = (core_of(&from), core_of(&to)) else { return };
            model.note(|| format!("move {id}.{i} to {other_id}.{j}"));
            let moved = model.nodes[id].slots[i].take();
            model.nodes[other_id].slots[j] = moved;
            let moved = a.slots[i].take();
            drop(b.slots[j].replace(moved));
        }
        // Swap two slots, or two lists.
        15 => {
            let (i, j) = (choices.below(SLOTS), choices.below(SLOTS));
            let (from, to) = (root(at), root(other));
            let (Some(a), Some(b)) = (core_of(&from), core_of(&to)) else { return };
            model.note(|| format!("swap {id}.{i} and {other_id}.{j}, and their lists"));
            let (x, y) = (model.nodes[id].slots[i], model.nodes[other_id].slots[j]);
            model.nodes[id].slots[i] = y;
            model.nodes[other_id].slots[j] = x;
            a.slots[i].swap(&b.slots[j]);
            if id != other_id {
                let list = core::mem::take(&mut model.nodes[id].list);
                let list = core::mem::replace(&mut model.nodes[other_id].list, list);
                model.nodes[id].list = list;
                core::mem::swap(&mut *a.list.borrow_mut(), &mut *b.list.borrow_mut());
            }
        }
        // Into a list; out of it.
        16 | 17 => {
            let (from, to) = (root(at), root(other));
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("push {other_id} to the list of {id}"));
            model.nodes[id].list.push(other_id);
            core.list.borrow_mut().push(to);
        }
        18 => {
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("empty the list of {id}"));
            model.nodes[id].list.clear();
            let list = core::mem::take(&mut *core.list.borrow_mut());
            drop(list);
        }
        // Unlink.
        19 => {
            let slot = choices.below(SLOTS);
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("unlink {id}.{slot}"));
            model.nodes[id].slots[slot] = None;
            drop(core.slots[slot].take());
        }
        // Drop a root.
        20..=22 => {
            model.note(|| format!("drop root {id}"));
            model.roots.swap_remove(at);
            drop(take_root(at));
        }
        // Clone a root.
        23 => {
            model.note(|| format!("clone root {id}"));
            model.roots.push(id);
            push_root(root(at));
        }
        24 => weaken(choices, model, at, id, other, other_id),
        // Upgrade, or forget a weak reference.
        25 => {
            if model.watches.is_empty() {
                return;
            }
            let number = choices.below(model.watches.len());
            if choices.below(4) == 0 {
                model.note(|| format!("forget weak {number}"));
                drop(model.watches[number].weak.take());
            } else if let Some(any) = model.watches[number].weak.as_ref().and_then(AnyWeak::upgrade) {
                let to = model.watches[number].to;
                model.note(|| format!("upgrade weak {number} to {to}"));
                model.roots.push(to);
                push_root(any);
            }
        }
        26 => mutate(heap, choices, model, figures, at, id),
        27 => special(heap, choices, model, figures, at, id, other, other_id),
        28 => {
            if choices.below(3) > 0 {
                if model.strokes_only {
                    return;
                }
                model.note(|| "a step".into());
                return step(heap, 1);
            }
            let generation = choices.below(2) as u32;
            model.note(|| format!("collect generation {generation}"));
            figures.collections += 1;
            heap.collect_generation(generation);
        }
        _ => {
            if choices.below(3) == 0 {
                collect(heap, model, figures);
            } else {
                let budget = 1 + choices.below(4);
                if model.strokes_only {
                    return;
                }
                model.note(|| format!("{budget} steps"));
                step(heap, budget);
            }
        }
    }
}

fn allocate(choices: &mut dyn Choose, model: &mut Model) {
    use Kind::*;
    let kind = [Plain, Finalizing, Plain, Finalizing, Leaf, Large, Class, Instance, Instance][choices.below(9)];
    // Large ones are slow to make.
    let kind = if kind == Large && choices.below(4) > 0 { Finalizing } else { kind };
    let (finalizer, drop) = (Plan::draw(choices), Plan::draw_for_drop(choices));
    // Of a class among the roots, if there is one.
    let class = model.roots.iter().position(|&id| model.nodes[id].kind == Some(Class));
    let made = match (kind, class) {
        (Instance, Some(at)) => new_instance(&root(at), model.roots[at], finalizer, drop),
        (Instance | Class, _) => new_class(drop),
        _ => make(kind, finalizer, drop),
    };
    let id = id_of(&made);
    model.note(|| format!("make {id}: {kind:?}, finalizer {finalizer:?}, drop {drop:?}"));
    add_root(made);
}

/// Both heaps in turn, until nothing is left but what collections of one heap cannot free.
fn collect_both(model: &mut Model, figures: &mut Figures) {
    model.note(|| "collect both".into());
    let heaps: Vec<Heap> = WORLD.with(|w| w.heaps.borrow().clone());
    let mut last = heaps[0].collect();
    model.sync(figures);
    for round in 1..100 {
        figures.collections += 1;
        let kept = model.kept();
        if model.nodes.iter().enumerate().all(|(id, node)| node.dead || kept.contains(&id)) && round > 1 {
            break;
        }
        last = heaps[round % heaps.len()].collect();
        model.sync(figures);
    }
    let reached = model.reachable();
    figures.across += model.nodes.iter().enumerate().filter(|(id, node)| !node.dead && !reached.contains(id)).count();
    model.check_exact(&HashSet::new(), &last);
}

/// Empties the slots of every object in a heap by hand.
pub(super) fn empty_all(heap: &Heap, model: &mut Model, figures: &mut Figures) {
    let mut taken = Vec::new();
    for any in heap.objects() {
        let core = core_of(&any).expect("tracked objects have slots");
        model.nodes[core.id].slots = [None; SLOTS];
        model.nodes[core.id].list.clear();
        taken.extend(core.slots.iter().filter_map(Cell::take));
        taken.append(&mut core.list.borrow_mut());
    }
    drop(taken);
    model.sync(figures);
}

fn collect(heap: &Heap, model: &mut Model, figures: &mut Figures) {
    if model.two_heaps {
        return collect_both(model, figures);
    }
    model.note(|| "collect".into());
    let reached = model.reachable();
    let garbage: HashSet<Id> =
        (0..model.nodes.len()).filter(|id| !model.nodes[*id].dead && !reached.contains(id)).collect();
    let owned: Vec<usize> = garbage
        .iter()
        .flat_map(|&id| model.nodes[id].watched.iter().map(|w| w.0))
        .filter(|&n| !model.watches[n].called)
        .collect();
    figures.collections += 1;
    figures.garbage += garbage.len();
    let report = heap.collect();
    model.sync(figures);
    if let Some(number) = owned.into_iter().find(|&n| model.strokes_only && model.watches[n].called) {
        model.fail(&format!("callback {number} was called, but its weak reference was garbage"));
    }
    // What finalizers and drops made or cut loose meanwhile is another collection's.
    let mut last = report;
    for _ in 0..50 {
        let reached = model.reachable();
        let left =
            model.nodes.iter().enumerate().any(|(id, n)| !n.dead && !reached.contains(&id) && !garbage.contains(&id));
        if !left {
            break;
        }
        last = heap.collect();
        model.sync(figures);
    }
    model.check_exact(&garbage, &last);
}

fn weaken(choices: &mut dyn Choose, model: &mut Model, at: usize, id: Id, other: usize, other_id: Id) {
    if model.nodes[other_id].kind.is_some_and(|kind| matches!(kind, Kind::Class | Kind::Instance)) {
        // There are weak references to objects of Rust types only, and of types nobody asks for them here.
        return;
    }
    let target = root(other);
    let number = model.watches.len();
    match choices.below(3) {
        0 => {
            model.note(|| format!("weak {number} to {other_id}"));
            let weak = Some(AnyWeak::of(&target));
            model.watches.push(Watch { weak, to: other_id, callback: false, called: false, dead: false });
        }
        1 => {
            model.note(|| format!("weak {number} with callback to {other_id}"));
            let weak = Some(AnyWeak::with_callback(&target, number));
            model.watches.push(Watch { weak, to: other_id, callback: true, called: false, dead: false });
        }
        _ => {
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("weak {number} with callback to {other_id}, owned by {id}"));
            let weak = AnyWeak::with_callback(&target, number);
            model.watches.push(Watch { weak: None, to: other_id, callback: true, called: false, dead: false });
            model.nodes[id].watched.push((number, other_id));
            core.watched.borrow_mut().push(weak);
        }
    }
}

/// `&mut` to a root that has no other reference, with a collection or so while it is out.
fn mutate(heap: &Heap, choices: &mut dyn Choose, model: &mut Model, figures: &mut Figures, at: usize, id: Id) {
    let untyped = model.nodes[id].kind.is_some_and(|kind| matches!(kind, Kind::Class | Kind::Instance));
    if untyped || model.count(id) != 1 {
        return;
    }
    let any = take_root(at);
    model.roots.swap_remove(at);
    // In the model it stays a root throughout.
    model.roots.push(id);
    let action = choices.below(4);
    let slot = choices.below(SLOTS);
    model.note(|| format!("get_mut of {id}, action {action}"));
    let dropped = each_type!(any, |gc, Variant| {
        let mut gc = gc;
        let _ = Variant;
        let dropped = {
            let mut guard = Gc::get_mut(&mut gc).unwrap_or_else(|| model.fail("get_mut of the only reference refused"));
            match action {
                0 => drop(heap.collect()),
                1 => drop(heap.collect_generation(0)),
                _ => {}
            }
            if heap.objects().iter().any(|any| any.address() == (&raw const *guard).addr()) {
                model.fail("an object whose &mut is out is listed");
            }
            guard.exchange(slot)
        };
        push_root(Gc::into_any(gc));
        dropped
    });
    figures.collections += usize::from(action < 2);
    // The root was out of reach of the check while a collection told its events; it is back now.
    if dropped.is_some() {
        model.nodes[id].slots[slot] = None;
    }
    let rooted_meanwhile = WORLD.with(|w| w.roots.borrow().len()) - model.roots.len();
    if rooted_meanwhile > 0 {
        // Finalizers added roots in front of it: put the model's into the same order.
        let last = WORLD.with(|w| w.roots.borrow_mut().pop()).expect("just pushed");
        WORLD.with(|w| {
            let place = w.roots.borrow().len() - rooted_meanwhile;
            w.roots.borrow_mut().insert(place, last);
        });
    }
    drop(dropped);
}

/// Empties a slot through `&mut`.
trait Exchange {
    fn exchange(&mut self, slot: usize) -> Option<AnyGc>;
}

impl<const FINALIZES: bool, const PAD: usize> Exchange for Object<FINALIZES, PAD> {
    fn exchange(&mut self, slot: usize) -> Option<AnyGc> {
        self.core.slots[slot].get_mut().take()
    }
}

impl Exchange for Leaf {
    fn exchange(&mut self, _: usize) -> Option<AnyGc> {
        None
    }
}

/// Rarer things.
#[allow(clippy::too_many_arguments, reason = "the pieces of one move")]
fn special(
    heap: &Heap,
    choices: &mut dyn Choose,
    model: &mut Model,
    figures: &mut Figures,
    at: usize,
    id: Id,
    other: usize,
    other_id: Id,
) {
    match choices.below(8) {
        // A collection while a list is borrowed.
        0 => {
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("collect with the list of {id} borrowed"));
            let borrowed = core.list.borrow_mut();
            heap.collect();
            drop(borrowed);
            figures.collections += 1;
        }
        // The same, and then nobody needs it any more.
        1 => {
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("link {id} to itself by its list, collect with it borrowed"));
            model.nodes[id].list.push(id);
            core.list.borrow_mut().push(from.clone());
            let borrowed = core.list.borrow_mut();
            heap.collect();
            drop(borrowed);
            figures.collections += 1;
        }
        // Through a raw pointer into a slot: nothing counted.
        2 => {
            if at == other {
                return;
            }
            let slot = choices.below(SLOTS);
            let from = root(at);
            let Some(core) = core_of(&from) else { return };
            model.note(|| format!("raw move of root {other_id} into {id}.{slot}"));
            model.roots.swap_remove(other);
            model.nodes[id].slots[slot] = Some(other_id);
            let raw = take_root(other).into_raw();
            // SAFETY: given out just now, and given back once.
            let back = unsafe { AnyGc::from_raw(raw) };
            drop(core.slots[slot].replace(Some(back)));
        }
        // The last reference to an object moved into itself: garbage that no count tells of.
        3 => {
            if model.count(id) != 1 {
                return;
            }
            let slot = choices.below(SLOTS);
            let held = root(at);
            if core_of(&held).is_none() {
                return;
            }
            drop(held);
            model.note(|| format!("raw move of {id} into its own slot {slot}"));
            model.roots.swap_remove(at);
            model.nodes[id].slots[slot] = Some(id);
            let raw = take_root(at).into_raw();
            // SAFETY: given out just now and given back once; the object lives while it is looked at, for the reference in its
            // own slot is only let go of by others.
            unsafe {
                let itself = core::mem::ManuallyDrop::new(AnyGc::from_raw(raw));
                let again = AnyGc::from_raw(raw);
                let core = core_of(&itself).expect("seen before");
                drop(core.slots[slot].replace(Some(again)));
            }
        }
        // Another type. The reference to the old one goes.
        5 | 6 => {
            let class = model.roots.iter().rposition(|&id| model.nodes[id].kind == Some(Kind::Class));
            let object = model.roots.iter().position(|&id| model.nodes[id].kind == Some(Kind::Instance));
            let (Some(class), Some(object)) = (class, object) else { return };
            let (class_id, object_id) = (model.roots[class], model.roots[object]);
            model.note(|| format!("{object_id} is of class {class_id} now"));
            model.nodes[object_id].class = Some(class_id);
            figures.retyped += 1;
            set_type(&root(object), &root(class));
        }
        4 => {
            model.note(|| "freeze, collect, unfreeze".into());
            heap.freeze();
            heap.collect();
            heap.unfreeze();
            figures.collections += 1;
        }
        _ => {
            model.note(|| "trim, objects".into());
            heap.trim();
            let objects = heap.objects();
            let Some(any) = objects.first() else { return };
            drop(heap.referrers(any));
            drop(heap.referents(any));
        }
    }
}
