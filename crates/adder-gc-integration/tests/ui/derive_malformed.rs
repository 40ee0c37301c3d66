use adder_gc::Trace;

#[derive(Trace)]
#[trace(bound)]
struct A<T>(T);

#[derive(Trace)]
#[trace(crate = 3)]
struct B;

#[derive(Trace)]
#[trace(bound = "T Trace")]
struct C<T>(T);

#[derive(Trace)]
struct D(#[trace(skip = true)] u8);

#[derive(Trace)]
#[trace]
struct E;

fn main() {}
