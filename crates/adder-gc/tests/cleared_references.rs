//! What a `Drop` may do with a reference that a collection has cleared, in both modes: everything but look behind it.

#![forbid(unsafe_code)]

use std::cmp::Ordering;
use std::collections::hash_map::DefaultHasher;
use std::fmt::{self, Debug, Display};
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

macro_rules! in_mode {
    ($mode:ident, $gc:ident, $cell:ty, $make:expr, |$slot:ident| $set:expr, $get:expr, $collect:expr) => {
        mod $mode {
            use super::*;
            use adder_gc::Trace;
            use std::sync::Mutex;

            static SEEN: Mutex<usize> = Mutex::new(0);

            #[derive(Trace)]
            enum Link {
                Nothing,
                To($gc<Node>),
            }

            /// One in a ring. By value they compare by their numbers.
            #[derive(Trace)]
            struct Node {
                number: u32,
                link: $cell,
                live: $gc<u32>,
            }

            impl PartialEq for Node {
                fn eq(&self, other: &Node) -> bool {
                    self.number == other.number
                }
            }
            impl Eq for Node {}
            impl PartialOrd for Node {
                fn partial_cmp(&self, other: &Node) -> Option<Ordering> {
                    Some(self.cmp(other))
                }
            }
            impl Ord for Node {
                fn cmp(&self, other: &Node) -> Ordering {
                    self.number.cmp(&other.number)
                }
            }
            impl Hash for Node {
                fn hash<H: Hasher>(&self, state: &mut H) {
                    self.number.hash(state);
                }
            }
            impl Debug for Node {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, "Node {}", self.number)
                }
            }
            impl Display for Node {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    Debug::fmt(self, f)
                }
            }

            fn node(number: u32) -> $gc<Node> {
                $gc::new(Node { number, link: $make, live: $gc::new(number) })
            }

            impl Drop for Node {
                fn drop(&mut self) {
                    let $slot = &mut self.link;
                    let Link::To(cleared) = $get else { return };
                    assert!($gc::is_cleared(cleared) && $gc::try_get(cleared).is_none());
                    assert_eq!(
                        (format!("{cleared:?}"), format!("{cleared}")),
                        ("<cleared>".into(), "<cleared>".into())
                    );
                    let copy = cleared.clone();
                    assert!($gc::is_cleared(&copy) && $gc::ptr_eq(&copy, cleared));
                    assert_eq!(($gc::ref_count(&copy), $gc::weak_count(&copy)), (0, 0));
                    // All are equal, and least.
                    assert!(copy == *cleared && copy.cmp(cleared) == Ordering::Equal);
                    assert!(
                        catch_unwind(AssertUnwindSafe(|| hash(cleared))).is_err(),
                        "one that is not the value's would be worse"
                    );
                    let whole = node(0);
                    assert!(copy < whole && whole > copy && copy != whole);
                    drop(copy);
                    assert!($gc::downgrade(cleared).upgrade().is_none() && $gc::get_mut(cleared).is_none());
                    assert!(!$gc::is_immortal(cleared));
                    $gc::immortalize(cleared);
                    let refused = catch_unwind(AssertUnwindSafe(|| cleared.number)).unwrap_err();
                    let text = refused.downcast_ref::<String>().unwrap();
                    assert!(text.contains("Node") && text.contains("was cleared") && text.contains("docs::cookbook"));
                    let refused = catch_unwind(AssertUnwindSafe(|| $gc::into_raw(cleared.clone()))).unwrap_err();
                    assert!(refused.downcast_ref::<String>().unwrap().contains("was cleared"));
                    assert!($gc::try_unwrap(cleared.clone()).is_err());
                    assert!($gc::into_any(cleared.clone()).is_cleared());
                    // What is a plain field is whole.
                    assert_eq!(*self.live, self.number);
                    *SEEN.lock().unwrap() += 1;
                }
            }

            #[test]
            fn all_but_looking_behind_it() {
                let one = node(1);
                let $slot = &one.link;
                $set = Link::To(one.clone());
                drop(one);
                assert_eq!($collect, 1);
                assert_eq!(*SEEN.lock().unwrap(), 1);
            }
        }
    };
}

use adder_gc::Gc;
use adder_gc::sync::Gc as SharedGc;

in_mode!(
    local,
    Gc,
    std::cell::RefCell<Link>,
    std::cell::RefCell::new(Link::Nothing),
    |slot| *slot.borrow_mut(),
    slot.get_mut(),
    adder_gc::collect().freed
);
in_mode!(
    shared,
    SharedGc,
    Mutex<Link>,
    Mutex::new(Link::Nothing),
    |slot| *slot.lock().unwrap(),
    slot.get_mut().unwrap(),
    adder_gc::sync::collect().freed
);
