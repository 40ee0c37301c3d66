"""`array`: every type code, slices, views, pickles, complaints."""
import array, warnings
warnings.simplefilter('ignore')
def t(f):
    try: print(ascii(f()))
    except BaseException as e: print(type(e).__name__, e)
A=array.array
a=A('i',[1,2,3])
t(lambda:array.typecodes); t(lambda:A.__doc__ and 1)
for c in 'bBuhHiIlLqQfdw': 
    t(lambda:A(c).itemsize); t(lambda: A(c,[1])); t(lambda:A(c,['x'])); t(lambda:A(c,[1<<70])); t(lambda:A(c,[-1]));t(lambda:A(c,[1<<33]));t(lambda:A(c,[1.5])); t(lambda:A(c,'ab')); t(lambda:A(c,b'12345678')); t(lambda:A(c,b'123'));t(lambda:A(c))
for args in ((),('x',),('ii',),(5,),('i',5),('i','ab'),('u',A('w')),('w',A('u','a')),('i',A('u','a')),('i',[1],2),('w',['ab']),('w',[b'a']),('u',[5]),('w','a\U0001F600'),('u','a\U0001F600'),('i',A('d',[1.5])),('d',A('i',[1])),('i',bytearray(b'1234')),('i',(1,2)),('i',iter([1]))): t(lambda:A(*args))
t(lambda:A('i',x=1)); t(lambda:A(typecode='i'))
t(lambda:a[5]); t(lambda:a['x']); t(lambda:a[1.5]); t(lambda:a[0:2]); t(lambda:a[::2]); t(lambda:a[::-1])
def f(): a[5]=1
t(f)
def f(): a[0]='x'
t(f)
def f(): a['x']=1
t(f)
def f(): a[0:1]=[1]
t(f)
def f(): a[0:1]=A('d')
t(f)
def f(): a[::2]=A('i',[1])
t(f)
def f(): del a[9]
t(f)
def f():
    b=A('i',range(6)); b[1:3]=A('i',[9,9,9]); print(b); b[::2]=A('i',[0]*4); print(b); del b[::3]; print(b); b[1:2]=b; print(b); del b[1]; print(b); b[:]=A('i'); print(b)
t(f)
t(lambda:a+[1]); t(lambda:a+A('d')); t(lambda:a*2); t(lambda:2*a);t(lambda:a*-1); t(lambda: a*'x'); t(lambda: a*(1<<62))
def f(): 
    global a; a+=[1]
t(f)
t(lambda:a.append('x')); t(lambda:a.extend(5)); t(lambda:a.extend(A('d'))); t(lambda:a.extend([1,'x'])); t(lambda:a); t(lambda:a.pop(9)); t(lambda:a.pop(0,1)); t(lambda:a.pop()); t(lambda:A('i').pop()); t(lambda:a.insert(0,7)); t(lambda:a.insert(-1,8)); t(lambda:a.insert('x',8)); t(lambda:a.insert(1)); t(lambda:a); t(lambda:a.remove(8)); t(lambda:a.remove(99)); t(lambda:a.index(99)); t(lambda:a.index(7)); t(lambda:a.index(7,1)); t(lambda:a.index(2,0,-1)); t(lambda:a.count(1)); t(lambda:a.reverse()); t(lambda:a); t(lambda:a.tolist()); t(lambda:a.tobytes()); t(lambda:a.frombytes(b'123')); t(lambda:a.frombytes('1234')); t(lambda:a.frombytes(b'1234')); t(lambda:a.fromlist(5)); t(lambda:a.fromlist([1,'x'])); t(lambda:a.fromlist([4])); t(lambda:a)
t(lambda:a.byteswap()); t(lambda:a); t(lambda:a.buffer_info()[1]); t(lambda:a.tounicode()); t(lambda:a.fromunicode('a')); t(lambda:A('w','ab').tounicode()); t(lambda:A('u','ab').tounicode());
def f(): b=A('w','ab'); b.fromunicode('cd'); return b
t(f); t(lambda:A('w').fromunicode(5)); t(lambda:A('w').fromunicode(b'a'))
t(lambda:a.__reduce__()); t(lambda:a.__reduce_ex__(2)); t(lambda:a.__reduce_ex__(3)); t(lambda:A('w','ab').__reduce_ex__(3)); t(lambda:A('w','ab').__reduce_ex__(2));t(lambda:A('u','ab').__reduce_ex__(3)); t(lambda:A('d',[1]).__reduce_ex__(4)); t(lambda: a.__reduce_ex__())
t(lambda:a==A('d',a)); t(lambda:a<A('i',[1])); t(lambda:a==[1]); t(lambda:a<[1]); t(lambda:A('i',[1,2])<A('i',[1,3])); t(lambda:A('i')==A('w'));t(lambda:A('d',[float('nan')])==A('d',[float('nan')]))
t(lambda:hash(a)); t(lambda:1 in a); t(lambda:'x' in a); t(lambda:list(a)); t(lambda:iter(a).__reduce__()); t(lambda:repr(A('w','a"'))); t(lambda:repr(A('d',[1.5,2]))); t(lambda:repr(A('i')));t(lambda:repr(A('w')))
class S(A): pass
t(lambda:S('i',[1])); t(lambda:S('i',[1])+A('i',[1])); t(lambda:S('i',[1])[:]); t(lambda:S('i',[1]).__reduce_ex__(3));t(lambda:A.__class_getitem__(int)); t(lambda:type(a*2))
t(lambda:memoryview(a).format); t(lambda:memoryview(A('w','ab')).format); t(lambda:memoryview(A('u','ab')).format); t(lambda:memoryview(a).tolist())
def f():
    b=A('i',[1,2]); m=memoryview(b); m[0]=9; print(b)
    for g in (lambda:b.append(1),lambda:b.pop(),lambda:b.frombytes(b'1234'),lambda:b.extend([1]),lambda:b.__imul__(2),lambda:b.__delitem__(0), lambda:b.remove(9), lambda: b.insert(0,1), lambda: b.fromlist([1]), lambda: b.byteswap(), lambda:b.clear()): t(g)
t(f)
R=array._array_reconstructor
t(lambda:R(A,'i',3,b'\0\0\0\1')); t(lambda:R(A,'i',2,b'\0\0\0\1')); 
for k in range(-1,23): t(lambda:R(A,'d',k,b'\0\0\0\1\0\0\0\1'))
for k in range(22): t(lambda:R(A,'q',k,b'\0\0\0\1\0\0\0\1'))
t(lambda:R(A,'i',3,'x')); t(lambda:R(A,'x',3,b'')); t(lambda:R(int,'i',3,b'')); t(lambda:R(A,'i',3,b'123')); t(lambda:R(A,'w',18,b'a\0b\0')); t(lambda:R(5,'i',3,b''));t(lambda:R(A,'b',3,b'\0\0\1\0'));t(lambda:R(A,'ii',3,b''))
import io
t(lambda:A('i').fromfile(io.BytesIO(b'12345678'),2)); t(lambda:A('i').fromfile(io.BytesIO(b'1234'),2)); t(lambda:A('i').fromfile(io.BytesIO(b'1234'),-1)); t(lambda:A('i').fromfile(5,1))
def f(): b=io.BytesIO(); a.tofile(b); return b.getvalue()
t(f); t(lambda:a.tofile(5)); t(lambda:a.__copy__()); t(lambda:a.__deepcopy__({})); t(lambda: a.clear())
t(lambda: A('u',['ab'])); t(lambda:A('w',[''])); t(lambda:A('w',[5])); t(lambda: A('w',b'abcd')); t(lambda: A('w',b'a\0\0\0')); t(lambda:A('f',[1e300])); t(lambda:A('f',[0.1])); t(lambda: A('w',[1]))
