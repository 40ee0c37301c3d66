"""`functools`: partial, lru_cache, reduce, cmp_to_key, and that they are collected."""
import functools as f
def t(g):
    try: print(ascii(g()))
    except BaseException as e: print(type(e).__name__, e)
P=f.partial
def fn(*a,**k): return a,k
p=P(fn,1,x=2); t(lambda:p(3,y=4)); t(lambda:(p.func is fn,p.args,p.keywords)); t(lambda:p(x=9)); q=P(p,5,z=6); t(lambda:(q.func is fn,q.args,q.keywords)); t(lambda:q()); t(lambda:P()); t(lambda:P(5)); t(lambda:P(int,base=2)('101')); t(lambda:repr(P(int,1,base=2))); 
p.attr=1; t(lambda:p.__dict__); t(lambda:P(p,1).func is p); t(lambda:setattr(p,'func',1)); t(lambda:p.__reduce__()[2][1:]); 
import copy,pickle; t(lambda:repr(pickle.loads(pickle.dumps(P(int,base=2)))));t(lambda:copy.copy(p)(7))
class S(P): pass
t(lambda:repr(S(int,base=2))[-30:]); t(lambda:type(P(S(int,base=2))).__name__); s=P(int); s.__setstate__((str,(5,),{}, {'q':1})); t(lambda:(s(),s.q)); t(lambda:s.__setstate__((1,2))); t(lambda:s.__setstate__((1,(),{},None))); t(lambda:P[int]); r=P(fn); r.__setstate__((r,(),{},{})); t(lambda:repr(r)); r.__setstate__((fn,(),{},{}))
t(lambda:f.reduce(lambda a,b:a+b,[1,2,3])); t(lambda:f.reduce(lambda a,b:a+b,[],5)); t(lambda:f.reduce(lambda a,b:a,[])); t(lambda:f.reduce(1,5)); t(lambda:f.reduce(1)); t(lambda:f.reduce(1,[1])); t(lambda:f.reduce(1,[1,2]))
K=f.cmp_to_key(lambda a,b:b-a); t(lambda:sorted([3,1,2],key=K)); t(lambda:K(1)<K(2)); t(lambda:K(1)==K(1)); t(lambda:K(1)<5); t(lambda:hash(K(1))); t(lambda:K()); t(lambda:f.cmp_to_key()); t(lambda:K(7).obj); t(lambda:sorted([1],key=f.cmp_to_key(5))); t(lambda:sorted([1,2],key=f.cmp_to_key(5))); t(lambda: f.cmp_to_key(lambda a,b:'x')(1)<f.cmp_to_key(lambda a,b:'x')(1)); k=K(1); k.obj=9; t(lambda: k<K(1))
calls=[]
@f.lru_cache(maxsize=2)
def g(x,y=0): 'doc'; calls.append((x,y)); return (x,y)
for a in ((1,),(2,),(1,),(3,),(2,),(1,)): g(*a)
t(lambda:calls); t(lambda:g.cache_info()); t(lambda:g.cache_parameters()); t(lambda:(g.__name__,g.__doc__,g.__wrapped__.__name__)); g(1,y=2); g(y=2,x=1); t(lambda:g.cache_info()); g.cache_clear(); t(lambda:g.cache_info()); t(lambda:g([])); t(lambda:copy.copy(g) is g)
@f.cache
def fib(n): return n if n<2 else fib(n-1)+fib(n-2)
t(lambda:fib(150)); t(lambda:fib.cache_info())
@f.lru_cache(typed=True)
def ty(x): return type(x)
t(lambda:(ty(1),ty(1.0),ty(True),ty.cache_info()))
@f.lru_cache(maxsize=0)
def no(x): return x
no(1);no(1); t(lambda:no.cache_info())
@f.lru_cache
def un(x): return x
un(1);un(1.0); t(lambda:un.cache_info())
class C:
    @f.lru_cache(maxsize=8)
    def m(self,x): return x+1
    @f.cached_property
    def cp(self): print('computed'); return 5
c=C(); t(lambda:c.m(1)); t(lambda:c.m(1)); t(lambda:C.m.cache_info()); t(lambda:c.cp); t(lambda:c.cp)
t(lambda:f.lru_cache(maxsize='x')); t(lambda:f.lru_cache(5.5)); t(lambda:f._lru_cache_wrapper(5,1,1,1)); t(lambda: f._lru_cache_wrapper(len,'x',False,1))
@f.lru_cache(maxsize=1)
def err(x): raise KeyError(x)
t(lambda:err(1)); t(lambda:err.cache_info())
@f.lru_cache(maxsize=3)
def rec(n): return n if n==0 else rec(n-1)+1
t(lambda:rec(20)); t(lambda:rec.cache_info())
import weakref,gc
class O: pass
o=O(); w=weakref.ref(o); un(o); del o; gc.collect(); t(lambda:w() is None); un.cache_clear(); gc.collect(); t(lambda:w() is None)
o=O(); h=f.partial(fn,o); o.h=h; w=weakref.ref(o); del o,h; gc.collect(); t(lambda:w() is None)
def mk():
    @f.lru_cache
    def z(x): return z
    z(1); return weakref.ref(z)
w=mk(); gc.collect(); t(lambda:w() is None)
@f.singledispatch
def sd(x): return 'o'
@sd.register(int)
def _(x): return 'i'
t(lambda:(sd(1),sd('a')))
t(lambda: pickle.loads(pickle.dumps(fib)) is fib)
# A key that compares otherwise after a while is no reason to keep nothing any more.
class Moody:
    def __init__(self, n): self.n = n; self.same = True
    def __hash__(self): return hash(self.n)
    def __eq__(self, other): return self.same and self.n == other.n
@f.lru_cache(maxsize=2)
def moody(key, calls=[0]):
    calls[0] += 1
    return calls[0]
keys = [Moody(n) for n in range(4)]
moody(keys[0]); moody(keys[1])
keys[0].same = False
print([moody(keys[n]) for n in (2, 2, 3, 3, 3)], moody.cache_info().currsize)
