"""`zlib`: one step and piece by piece, dictionaries, limits, copies, complaints."""
import zlib
def t(f):
    try: print(ascii(f()))
    except BaseException as e: print(type(e).__name__, e)
Z=zlib
t(lambda:{k:getattr(Z,k) for k in dir(Z) if isinstance(getattr(Z,k),int)})
t(lambda:Z.crc32(b'a',1)); t(lambda:Z.adler32(b'abc')); t(lambda:Z.adler32(b'abc',-1)); t(lambda:Z.adler32('a')); 
t(lambda:Z.compress('a')); t(lambda:Z.compress(b'a',10)); t(lambda:Z.compress(b'a',-2)); t(lambda:Z.compress(b'a',wbits=99)); t(lambda:Z.decompress(Z.compress(b'abc'*100,level=9,wbits=31),wbits=47));t(lambda:Z.decompress(Z.compress(b'abc',0,-15),-15)); t(lambda: Z.compress(data=b'a'))
t(lambda:Z.decompress(b'')); t(lambda:Z.decompress(b'xx')); t(lambda:Z.decompress(Z.compress(b'abc')[:-1])); t(lambda:Z.decompress(Z.compress(b'abc')[:-1]+b'x')); t(lambda:Z.decompress(Z.compress(b'abc')+b'junk')); t(lambda:Z.decompress(b'x\x9cjunkjunk')); t(lambda:Z.decompress(Z.compress(b'abc'),bufsize=0)); t(lambda:Z.decompress(Z.compress(b'abc'),bufsize=-1)); t(lambda:Z.decompress(Z.compress(b'abc'),wbits=99)); t(lambda:Z.decompress(Z.compress(b'abc'),bufsize=1<<70))
t(lambda:Z.compressobj(10)); t(lambda:Z.compressobj(method=7)); t(lambda:Z.compressobj(wbits=3)); t(lambda:Z.compressobj(memLevel=99)); t(lambda:Z.compressobj(strategy=99)); t(lambda:Z.compressobj(zdict='a')); t(lambda:Z.compressobj(zdict=5)); t(lambda: Z.compressobj(1,8,15,8,0,b'abc',5))
def f():
    c=Z.compressobj(zdict=b'hello world'); x=c.compress(b'hello')+c.flush()
    t(lambda:Z.decompress(x)); d=Z.decompressobj(); t(lambda:d.decompress(x)); d=Z.decompressobj(zdict=b'bad'); t(lambda:d.decompress(x)); d=Z.decompressobj(zdict=b'hello world'); t(lambda:d.decompress(x)); t(lambda:(d.eof,d.unused_data,d.unconsumed_tail)); t(lambda:d.decompress(b'more')); t(lambda:d.unused_data); t(lambda:d.flush())
    c=Z.compressobj(wbits=-15,zdict=b'hello world'); x=c.compress(b'hello')+c.flush(); d=Z.decompressobj(-15,b'hello world'); t(lambda:d.decompress(x)); 
f()
def f():
    c=Z.compressobj(); c.flush(); t(lambda:c.flush()); t(lambda:c.compress(b'')); t(lambda:c.compress(b'a')); t(lambda:c.copy()); t(lambda:c.flush(99))
    c=Z.compressobj(); t(lambda:c.flush(99)); t(lambda:c.flush(Z.Z_NO_FLUSH)); 
    c2=c.copy(); t(lambda:Z.decompress(c2.compress(b'zz')+c2.flush()));
    x=Z.compress(b'a'*1000); d=Z.decompressobj(); t(lambda:d.decompress(x,10)); t(lambda:len(d.unconsumed_tail)>0); t(lambda:len(d.flush())); t(lambda:d.eof)
    d=Z.decompressobj(); t(lambda:d.decompress(x,-1)); t(lambda:d.decompress(x,max_length=5)); t(lambda:d.copy().flush()[:3]); t(lambda:d.flush(0)); t(lambda:d.flush(-1)); t(lambda: d.eof)
    d=Z.decompressobj(); d.copy(); d.decompress(x[:5]); t(lambda:d.flush()); t(lambda:d.eof); t(lambda:d.decompress(x[5:])[:5])
    d=Z.decompressobj(); d.decompress(x+b'tail'); t(lambda:d.unused_data); d.decompress(b'yy');t(lambda:d.unused_data); t(lambda:d.copy().eof)
    t(lambda:Z.decompressobj(5)); t(lambda:Z.decompressobj(zdict='a')); t(lambda:Z.decompressobj(99)); t(lambda:type(d)); t(lambda:type(c)()); t(lambda:copy(c)); t(lambda:d.unused_data.__class__)
    d=Z.decompressobj(); t(lambda:d.decompress(b'xxxxx'))
    d=Z.decompressobj(31); t(lambda:d.decompress(b'xxxxx'))
f()
D=Z._ZlibDecompressor

def f():
    x=Z.compress(b'a'*1000)
    d=D(); t(lambda:d.decompress(x,10)); t(lambda:(d.needs_input,d.eof,d.unused_data)); t(lambda:d.decompress(b'',5)); t(lambda:len(d.decompress(b''))); t(lambda:(d.needs_input,d.eof,d.unused_data)); t(lambda:d.decompress(b'z')); t(lambda:D().decompress(b'bad')); d=D(); t(lambda:d.decompress(x+b'tail')[:2]); t(lambda:d.unused_data); t(lambda:D(wbits=3)); t(lambda:D().decompress('a')); d=D(); t(lambda:d.decompress(x[:4])); t(lambda:d.needs_input)
    t(lambda:D(1,2,3))
f()
