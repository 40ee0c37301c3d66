"""`operator`, `heapq` and `bisect`: results, complaints, changes under way."""
import operator as o
def t(f):
    try: print(ascii(f()))
    except BaseException as e: print(type(e).__name__, e)
ig,ag,mc=o.itemgetter,o.attrgetter,o.methodcaller
t(lambda:ig(1)([5,6])); t(lambda:ig(1,0)([5,6])); t(lambda:ig()); t(lambda:ig(1)()); t(lambda:ig(1)([1],2)); t(lambda:ig(1)(x=1)); t(lambda:ig(1)([1])); t(lambda:ig('a')({'a':1})); t(lambda:repr(ig(1,'a'))); t(lambda:ig(1).__reduce__()); t(lambda:ig(-1)((1,2))); t(lambda:ig(slice(1))([1,2])); t(lambda: ig(1,x=2))
class A: pass
a=A(); a.b=A(); a.b.c=5; a.x=1
t(lambda:ag('x')(a)); t(lambda:ag('b.c')(a)); t(lambda:ag('x','b.c')(a)); t(lambda:ag('zz')(a)); t(lambda:ag(5)); t(lambda:ag()); t(lambda:ag('x')()); t(lambda:repr(ag('x','b.c'))); t(lambda:ag('x','b').__reduce__()); t(lambda: ag('b.')(a)); t(lambda:ag('x',y=1))
t(lambda:mc('upper')('a')); t(lambda:mc('split',',')('a,b')); t(lambda:mc('split',sep=',')('a,b')); t(lambda:mc()); t(lambda:mc(5)); t(lambda:mc('x')()); t(lambda:mc('x')(a,b=1)); t(lambda:repr(mc('a',1,b=2))); t(lambda:mc('a',1).__reduce__()); t(lambda:mc('a',1,b=2).__reduce__()); t(lambda:mc('nope')('a'))
import copy,pickle
for g in (ig(1),ig(1,2),ag('a'),ag('a','b.c'),mc('a'),mc('a',1),mc('a',1,k=2)): t(lambda:repr(copy.copy(g))); t(lambda:repr(pickle.loads(pickle.dumps(g))))
for n in ('lt','le','eq','ne','ge','gt','add','sub','mul','truediv','floordiv','mod','pow','lshift','rshift','and_','or_','xor','is_','is_not','concat','contains','countOf','indexOf','iadd','imul','iconcat','matmul','getitem','delitem'):
    f=getattr(o,n); t(lambda:f(7,3)); t(lambda:f([1,2,3],2)); t(lambda:f('ab','b')); t(lambda:f(1)); t(lambda:f(1,2,3)); t(lambda:f(a=1))
for n in ('not_','truth','neg','pos','abs','inv','invert','index','length_hint'):
    f=getattr(o,n); t(lambda:f(5)); t(lambda:f([1])); t(lambda:f(-2.5)); t(lambda:f()); t(lambda:f(1,2))
l=[1,2]; t(lambda:o.setitem(l,0,9)); t(lambda:l); t(lambda:o.delitem(l,0)); t(lambda:l); t(lambda:o.length_hint(5,7)); t(lambda:o.length_hint(iter([1,2]))); t(lambda:o.length_hint([],'x')); t(lambda:o.call(max,1,2,key=lambda x:-x)); t(lambda:o.call()); t(lambda:o.countOf([1,1,2],1)); t(lambda:o.indexOf([1,2],5)); t(lambda:o.concat(1,2)); t(lambda:o.iconcat(1,2)); t(lambda: o.is_(None,None)); t(lambda:o.__add__(1,2)); t(lambda: o.add is o.__add__); t(lambda:o.iadd.__name__); t(lambda:o.ipow(2,3)); t(lambda:o.setitem(1,2)); t(lambda:o.length_hint(1,2,3)); t(lambda: o.index('a')); t(lambda: o.indexOf('abc',1)); t(lambda:o.countOf(5,1)); t(lambda:o.concat([1],[2])); t(lambda:o.concat((1,),[2]))
class LH:
    def __length_hint__(s): return -1
t(lambda:o.length_hint(LH()))
import heapq as h, random
L=[5,1,4]; t(lambda:h.heapify(L)); t(lambda:L); t(lambda:h.heappush(L,0)); t(lambda:h.heappop(L)); t(lambda:L); t(lambda:h.heapreplace(L,9)); t(lambda:h.heappushpop(L,2)); t(lambda:L); t(lambda:h.heappop([])); t(lambda:h.heapreplace([],1)); t(lambda:h.heappushpop([],1)); t(lambda:h.heappush(5,1)); t(lambda:h.heappop(5)); t(lambda:h.heapify(5)); t(lambda:h.heappush([])); t(lambda: h.heappush([1],'a')); t(lambda:h.heapify([1,'a']))
random.seed(1); X=[random.randrange(1000) for _ in range(300)]; Y=list(X); h.heapify(Y); t(lambda:Y); t(lambda:[h.heappop(Y) for _ in range(300)]==sorted(X)); t(lambda:h.nlargest(3,X)); t(lambda:h.nsmallest(3,X)); Z=list(X); h._heapify_max(Z); t(lambda:Z[:20]); t(lambda:[h._heappop_max(Z) for _ in range(3)]); t(lambda:h._heapreplace_max(Z,5)); t(lambda: list(h.merge([1,4],[2,3])))
class E(Exception): pass
class Bad:
    def __lt__(s,x): raise E('no')
t(lambda:h.heapify([Bad(),Bad()]))
class Mut:
    def __lt__(s,x): K.clear(); return True
K=[Mut(),Mut(),Mut()]; t(lambda:h.heapify(K)); K=[Mut(),Mut(),Mut(),Mut()]; t(lambda:h.heappop(K)); K=[Mut(),Mut()]; t(lambda:h.heappush(K,Mut()))
import bisect as b
S=[1,2,2,3]; t(lambda:b.bisect(S,2)); t(lambda:b.bisect_left(S,2)); t(lambda:b.bisect_right(S,2,1,2)); t(lambda:b.bisect(S,2,-1)); t(lambda:b.bisect(S,2,hi=2)); t(lambda:b.bisect(S,2,lo=1,hi=None)); t(lambda:b.bisect_left(S,-2,key=lambda x:-x)); t(lambda:b.insort(S,2.5)); t(lambda:S); t(lambda:b.insort_left(S,9,key=lambda x:x)); t(lambda:b.insort_right(S,0)); t(lambda:S); t(lambda:b.bisect(5,1)); t(lambda:b.bisect(S,'a')); t(lambda:b.bisect(S)); t(lambda:b.bisect(a=S,x=2)); t(lambda:b.insort(S,'x')); t(lambda:b.bisect(S,1,0,99)); t(lambda:b.bisect((1,2,3),2)); t(lambda:b.bisect_right([1,2],1,key=5)); t(lambda: b.insort((1,2),1))
class Q(list):
    def insert(s,i,x): print('insert',i,x); list.insert(s,i,x)
t(lambda:b.insort(Q([1,3]),2))
