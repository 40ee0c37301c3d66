// Rule 10: neither handles, weak ones, borrowed ones, heaps nor charges leave their thread.
use adder_gc::{AnyGc, Borrowed, Charge, Gc, Heap, Weak};

fn is_send<T: Send>() {}
fn is_sync<T: Sync>() {}

fn main() {
    is_sync::<Gc<u8>>();
    is_send::<Weak<u8>>();
    is_sync::<Weak<u8>>();
    is_send::<AnyGc>();
    is_send::<Borrowed<'static, u8>>();
    is_send::<Heap>();
    is_sync::<Heap>();
    is_send::<Charge>();
}
