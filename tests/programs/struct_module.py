"""`struct`: formats, sizes, bytes, complaints."""
import struct, _struct
def t(f):
    try: print(ascii(f()))
    except BaseException as e: print(type(e).__name__, e)
for m in '@<>':
  for c in 'bBhHiIlLqQnNP?':
    for v in (1<<70, -(1<<70), -1, 1<<16, 1<<40, 'x', 1.5):
        try: struct.pack(m+c, v)
        except BaseException as e: print(m,c,v,type(e).__name__, e)
for f in ('c','s','p','f','d','e','x'):
    t(lambda: struct.pack(f, 7,)); t(lambda: struct.pack(f,'a')); t(lambda: struct.pack(f,1e300))
t(lambda: struct.pack('e',1e10)); t(lambda: struct.pack('3s2p0s',b'abcdef',b'abc',b'x'))
t(lambda: struct.Struct(5)); t(lambda: struct.Struct()); t(lambda: struct.calcsize('é')); t(lambda: struct.Struct('i'))
t(lambda: struct.Struct('3'));t(lambda: struct.Struct('99999999999999999999i'));t(lambda: struct.Struct('9999999999999999999i'));t(lambda: struct.Struct('999999999999999999q'))
t(lambda: struct.pack_into('i')); t(lambda: struct.pack_into('i',bytearray(2))); t(lambda: struct.pack_into('i',bytearray(2),0,1)); t(lambda: struct.pack_into('i',b'aaaa',0,1)); t(lambda: struct.pack_into('i',bytearray(9),-20,1)); t(lambda: struct.pack_into('i',bytearray(9),-2,1));t(lambda: struct.pack_into())
t(lambda: struct.Struct('i').pack_into());t(lambda: struct.Struct('i').pack_into(bytearray(2)))
t(lambda: struct.pack_into('i',bytearray(2),'x',1)); t(lambda: struct.pack()); t(lambda: struct.unpack('i',b'')); t(lambda: struct.unpack('i',5)); t(lambda: struct.unpack('i'))
t(lambda: struct.unpack_from('i',b'abc',2));t(lambda: struct.unpack_from('i',b'abcdef',-3));t(lambda: struct.unpack_from('i',b'abcdef',-30));t(lambda: struct.unpack_from('i',buffer=b'abcdef',offset=1))
t(lambda: struct.iter_unpack('i',b'abc'));t(lambda: struct.iter_unpack('',b'abc')); t(lambda: list(struct.iter_unpack('i',b'abcdefgh')));t(lambda: struct.iter_unpack('i',b'abcdefgh').__length_hint__())
t(lambda: struct.Struct(b'i').format); t(lambda: struct.calcsize('b0i')); t(lambda: struct.calcsize(' i  2h')); t(lambda:struct.calcsize('!bxd')); t(lambda:struct.calcsize('bxd')); t(lambda: struct.Struct.__new__(struct.Struct))
t(lambda: type(struct.iter_unpack('i',b''))) ; t(lambda: struct.error.__module__); t(lambda: struct.unpack('?',b'\x05')); t(lambda:struct.pack('?',[])); t(lambda:struct.pack('P',-1)); t(lambda: struct.pack('P',-(1<<64)));t(lambda: struct.pack('i',i:=type('I',(),{'__index__':lambda s:1/0})()))
t(lambda: struct.unpack('3p',b'\x05ab')); t(lambda: struct.unpack('<n',b'')); t(lambda: struct.pack('f',1e39)); t(lambda: struct.pack('>f',1e39)); t(lambda: struct.pack('>e',1e39)); t(lambda: struct.pack('c',b'ab'));t(lambda: struct.pack('bb',1)); t(lambda: struct.Struct('b').pack(1,2)); t(lambda: struct.calcsize('<\0i')); t(lambda: hash(struct.Struct('i'))!=0);t(lambda: struct.Struct(format='i').size);t(lambda: struct.Struct('i',4).size);t(lambda:struct.unpack(fmt='i'))
