//! Native functions whose objects are used, ended or taken apart meanwhile, by code of the program that they call or by other threads.
//! (Where CPython does not stand this, or says something else, there is nothing to compare with.)

use adder_vm::{Heap, Options, Outcome, Vm};

fn run(program: &str) {
    let vm = Vm::new(Heap::new(), Options::default()).expect("room for an interpreter");
    assert!(matches!(vm.run_source(program.as_bytes(), "<string>"), Outcome::Exit(0)));
}

/// The class of an error is the program's to change: it uses the stream whose error it is.
#[test]
fn the_class_of_an_error_uses_the_stream() {
    run(r#"
import zlib
compressor = zlib.compressobj()
compressor.flush()
decompressor = zlib.decompressobj()
buffered = zlib._ZlibDecompressor()
packed = zlib.compressobj(zdict=b"spam and eggs")
data = packed.compress(b"spam") + packed.flush()
wrong = zlib.decompressobj(zdict=b"something else")
works = [compressor.flush, lambda: decompressor.decompress(b"garbage"), lambda: buffered.decompress(b"garbage"),
         lambda: wrong.decompress(data)]
busy, again = False, 0
def init(self, *args):
    global busy, again
    if not busy:
        busy = True
        try:
            work()
        except zlib.error:
            again += 1
        busy = False
zlib.error.__init__ = init
for work in works:
    try:
        work()
    except zlib.error:
        again += 10
assert again == 44, again
"#);
}

/// A stream loses what lies below it while that works for it.
#[test]
fn a_stream_is_detached_while_it_reads_or_writes() {
    run(r#"
import io
class Raw(io.RawIOBase):
    calls = 0
    def readable(self): return True
    def readinto(self, into):
        self.calls += 1
        if self.calls == 2:
            stream.detach()
        into[0] = 65
        return 1
class Below(io.BytesIO):
    calls = 0
    def read1(self, size=-1):
        self.calls += 1
        if self.calls == 2:
            stream.detach()
        return super().read1(3)
    def write(self, data):
        if data:
            stream.detach()
        return len(data)
def refused(work, *args):
    try:
        work(*args)
    except ValueError as error:
        assert "detached" in str(error), error
    else:
        raise AssertionError(work)
stream = io.BufferedReader(Raw(), 4)
refused(stream.read, 8)
stream = io.TextIOWrapper(Below(b"x" * 100))
refused(stream.readline)
stream = io.TextIOWrapper(Below(), line_buffering=True)
refused(stream.write, "a\n")
"#);
}

/// Readers wait for a buffer that another thread gives back.
#[test]
fn a_buffer_is_closed_while_others_wait_for_it() {
    run(r#"
import io, threading, time
class Raw(io.RawIOBase):
    def readable(self): return True
    def readinto(self, into):
        inside.set()
        go.wait()
        into[:] = b"A" * len(into)
        return len(into)
    @property
    def closed(self): return False
    def close(self): pass
inside, go, lengths = threading.Event(), threading.Event(), []
stream = io.BufferedReader(Raw(), 1 << 16)
first = threading.Thread(target=lambda: lengths.append(len(stream.read(10))))
first.start()
inside.wait()
threads = [threading.Thread(target=stream.close)]
for method in stream.read1, stream.read, stream.peek, stream.readline:
    threads.append(threading.Thread(target=lambda method=method: lengths.append(len(method(100)))))
for thread in threads:
    thread.start()
    time.sleep(0.05)
go.set()
for thread in [first, *threads]:
    thread.join()
# What comes after the end reads nothing through the buffer that is gone.
assert sorted(lengths) == [0, 0, 0, 10, 100], lengths
"#);
}
