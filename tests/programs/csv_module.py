"""`csv`: dialects, readers, writers, complaints."""
import csv,_csv,io,sys
def t(f):
    try: print(ascii(f()))
    except BaseException as e: print(type(e).__name__, e)
t(lambda:sorted(k for k in dir(_csv) if k[0]!='_')); t(lambda:_csv.__version__); t(lambda: {k:getattr(_csv.Dialect(),k) for k in dir(_csv.Dialect) if k[0]!='_'})
for k in ({'delimiter':''},{'delimiter':'ab'},{'delimiter':5},{'delimiter':None},{'quotechar':'ab'},{'quotechar':None},{'quotechar':None,'quoting':0},{'quotechar':''},{'escapechar':'ab'},{'escapechar':''},{'escapechar':5},{'lineterminator':None},{'lineterminator':5},{'quoting':9},{'quoting':'x'},{'quoting':None},{'quoting':5},{'doublequote':5},{'foo':1},{'strict':1},{'delimiter':'\n'},{'quotechar':'\r'},{'delimiter':' ','skipinitialspace':True},{'delimiter':'"'},{'escapechar':'\n'},{'delimiter':',','escapechar':','},{'lineterminator':'x'},{'lineterminator':'','quotechar':'x'},{'quoting':3},{'quoting':-1},{'quotechar':' ','skipinitialspace':True},{'delimiter':' '}):
    print(k); t(lambda:type(_csv.reader([],**k))); t(lambda:type(_csv.Dialect(**k))); 
t(lambda:_csv.reader()); t(lambda:_csv.reader(5)); t(lambda:_csv.writer()); t(lambda:_csv.writer(5)); t(lambda:_csv.reader([],'nope')); t(lambda:_csv.reader([],5).dialect.delimiter); t(lambda: _csv.reader([],dialect='excel-tab').dialect.delimiter); t(lambda:_csv.reader([],'excel','x'))
def rd(lines,*a,**k): t(lambda:list(csv.reader(lines,*a,**k)))
rd(['a,b,c','"a,b",c','"a""b",""','','a,"b','c",d']); rd(['a\0b']); rd([b'a']); rd([5]); rd(['a\nb']); rd(['a\r\n','b\n','c\r']); rd(['"a"b'],strict=True); rd(['"a"b']); rd(['"a'],strict=True); rd(['"a']); rd(['a\\'],escapechar='\\'); rd(['a\\'],escapechar='\\',strict=True); rd(['a\\,b,c'],escapechar='\\'); rd(['1,2.5,"x",y'],quoting=2); rd(['1,2.5,"x",'],quoting=2); rd(['a, b,  "c"'],skipinitialspace=True); rd(['1,,"","x"'],quoting=4); rd(['1,,"","x"'],quoting=5); rd(['a"b,c"d']); rd(['"a\nb",c']); rd(['"a\n','b",c']); rd(["'a,b',c"],quotechar="'"); rd(['"a,b",c'],quoting=3); rd(['"a\\"b"'],escapechar='\\'); rd(['a\\\nb'],escapechar='\\'); rd([' a , b ']); rd([',']); rd(['\n']); rd(['   '],skipinitialspace=True); rd(['a b  c'],delimiter=' ',skipinitialspace=False); rd(['"a\\'],escapechar='\\')
rd(['"ab""c','d"'],doublequote=False); rd(['a\\','b'],escapechar='\\'); rd(['a\rb']); rd(['a\r\rb'])
def f():
    r=csv.reader(['a','b\n','"c\n','d"']); print(r.line_num); next(r); print(r.line_num); list(r); print(r.line_num); r.line_num=5
t(f)
t(lambda:csv.field_size_limit()); t(lambda:csv.field_size_limit(3)); rd(['abcd']); rd(['"abcd"']); rd(['abc']); t(lambda:csv.field_size_limit(131072)); t(lambda:csv.field_size_limit('x')); t(lambda: csv.field_size_limit(1,2)); t(lambda: csv.field_size_limit(1<<70))
def wr(rows,*a,**k):
    def f():
        s=io.StringIO(newline=''); w=csv.writer(s,*a,**k)
        for r in rows: print(w.writerow(r),end=' ')
        return s.getvalue()
    t(f)
wr([[1,2.5,'x',None,'a,b','a"b','a\nb','']]); wr([['']]); wr([[]]); wr([[None]]); wr([['a','']],quoting=1); wr([[1,'a',None,2.5]],quoting=2); wr([['a,b']],quoting=3); wr([['a,b']],quoting=3,escapechar='\\'); wr([['a"b']],quoting=3,escapechar='\\'); wr([['a"b']],doublequote=False,escapechar='\\'); wr([['a"b']],doublequote=False); wr([['']],quoting=3); wr([[None]],quoting=3); wr([[1,'a',None,'']],quoting=4); wr([[1,'a',None,'']],quoting=5); wr([5]); wr(['abc']); wr([['a b',' a']],delimiter=' '); wr([['a b',' a','']],delimiter=' ',skipinitialspace=True); wr([['a','b']],lineterminator='!'); wr([['a!','b']],lineterminator='!'); wr([['\\']],escapechar='\\'); wr([['\\']],escapechar='\\',quoting=3); wr([['"']],quoting=3,quotechar=None); wr([['a\rb']],); wr([[' ']]); wr([[1e300,float('inf'),10**30,True]]); wr([['a\\b"']],escapechar='\\',doublequote=False); wr([[None]],quoting=5);wr([[None,None]],quoting=5);wr([['']],quoting=5); wr([['',None]],quoting=4); wr([[None]],quoting=1); wr([[None]],quoting=4);wr([[' ']],delimiter=' '); wr([['','']],delimiter=' ',skipinitialspace=True); wr([['']],delimiter=' ',skipinitialspace=True,quoting=3)
class B:
    def __str__(s): 1/0
wr([[B()]])
def f():
    w=csv.writer(io.StringIO()); return w.writerows([[1],[2]]), w.dialect.quoting, type(w), type(w.dialect)
t(f); t(lambda:csv.writer(io.StringIO()).writerows(5)); t(lambda:csv.writer(io.StringIO()).writerows([5]))
class W: 
    def write(s,x): return 'ret'+x
t(lambda:csv.writer(W()).writerow([1])); 
class W2: write=5
t(lambda:csv.writer(W2()))
t(lambda:csv.register_dialect('x',delimiter=';')); t(lambda:csv.get_dialect('x').delimiter); t(lambda:csv.list_dialects()); t(lambda:csv.unregister_dialect('x')); t(lambda:csv.unregister_dialect('x')); t(lambda:csv.get_dialect('x')); t(lambda:csv.register_dialect(5)); t(lambda:csv.register_dialect()); t(lambda:csv.register_dialect('y',5)); t(lambda:csv.register_dialect('y',foo=1)); t(lambda: csv.unregister_dialect([]))
class D(csv.excel): delimiter='|'
t(lambda:csv.reader(['a|b'],D).__next__()); t(lambda:csv.reader(['a|b'],D()).__next__()); t(lambda:csv.reader(['a|b;c'],D(),delimiter=';').__next__())
t(lambda:_csv.Dialect(D).delimiter); d=_csv.Dialect(D); t(lambda:_csv.Dialect(d) is d); t(lambda:_csv.Dialect(d,strict=True) is d); t(lambda:setattr(d,'delimiter','x')); t(lambda:type(_csv.reader([]))()); t(lambda:csv.Error.__mro__); t(lambda:csv.Error.__module__); t(lambda: type(_csv.reader([]))); t(lambda: iter(r:=_csv.reader([])) is r); import copy,pickle; t(lambda:copy.copy(d)); t(lambda:pickle.dumps(d)); t(lambda:_csv.Dialect('excel').delimiter)
class It:
    def __iter__(s): return s
    def __next__(s): 1/0
rd(It())
import warnings
class D3(csv.Dialect): pass
t(lambda:D3()); t(lambda:csv.Dialect())
class D4(csv.Dialect): delimiter='::'; quotechar='"'; lineterminator='\n'; quoting=0
t(lambda:D4())
t(lambda: [k for k in dir(_csv.reader([])) if k[0]!='_']); t(lambda: [k for k in dir(_csv.writer(W())) if k[0]!='_'])
