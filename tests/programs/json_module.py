"""`json`: texts to values and back, complaints and where they point."""
import _json, json
from json import decoder, scanner, encoder
def t(f):
    try: print(ascii(f()))
    except BaseException as e: print(type(e).__name__, e, getattr(e,'pos',None))
t(lambda:[k for k in dir(_json) if k[0]!='_']); 
S=_json.scanstring
for s in ('abc"','abc','a\\nb"','a\\','a\\x"','a\\u12"','a\\u00e9"','\\ud83d\\ude00"','\\ud83d"','\\ud83d\\u0041"','\\ud83d\\x"','a\nb"','\\u12 4"','é"','\U0001F600x"','"', '\\/\\b\\f\\r\\t\\"\\\\"', '\\u', '\\ud83d\\u12"', '\x1f"', '\x7f"'):
    t(lambda:S(s,0)); t(lambda:S(s,0,False))
t(lambda:S('"a"',1)); t(lambda:S('"a"',9)); t(lambda:S('"a"',-1)); t(lambda:S(5,1)); t(lambda:S('a"')); t(lambda:S(b'a"',1)); t(lambda:S('a"','x'))
for s in ('','nul','null','true','false','tru','NaN','Infinity','-Infinity','-','01','-0','1.','1.5','1e','1e5','1E+5','-1.5e-3','1.e5','.5','[','[1','[1,','[1,]','[]','[ ]','[1 2]','{','{}','{ }','{"a"','{"a":','{"a":1','{"a":1,','{"a":1,}','{"a" 1}','{a:1}','{1:1}','{"a":1 "b"}','[1,\n2 , 3 ]','{"a" : [1, {"b":null}] , "c":"d"}','"abc','1 2','123456789012345678901234567890','1e400','-1e400','[1,2','{"a":}','[nul]','{"a":1, }','{"a":1,b}','[,]','  1','[1\x0b]','{"a":1,"a":2}', '-Inf','-Infinit', '\ufeff1','[1,\u00e9]','1'*5000):
    t(lambda:json.loads(s))
d=json.JSONDecoder()
t(lambda:d.scan_once('1 ',0)); t(lambda:d.scan_once('',0)); t(lambda:d.scan_once('1',-1)); t(lambda:d.scan_once('1',5)); t(lambda:d.scan_once(5,0)); t(lambda:d.scan_once('[1]',idx=0)); t(lambda:type(d.scan_once)); t(lambda:d.scan_once.strict); t(lambda: d.scan_once.object_hook); t(lambda:d.scan_once.parse_float)
t(lambda:json.loads('{"a":[1,2.5,NaN]}',object_pairs_hook=lambda p:p,parse_float=str,parse_int=lambda s:'i'+s,parse_constant=lambda c:c)); t(lambda:json.loads('{"a":{"b":1}}',object_hook=lambda d:sorted(d.items()))); t(lambda:json.loads('{}',object_pairs_hook=list)); t(lambda:json.loads('{"a":1}',object_pairs_hook=lambda p:1/0)); t(lambda:json.loads('["a\nb"]',strict=False))
x=json.loads('[{"key":1},{"key":2}]'); k=[next(iter(o)) for o in x]; t(lambda:k[0] is k[1])

t(lambda:_json.make_scanner(5)); t(lambda:_json.make_scanner())
E=_json.encode_basestring_ascii; E2=_json.encode_basestring
for s in ('abc','a"b\\c\n\r\t\b\f\x00\x1f\x7f','é\u2028\U0001F600\ud800',''): t(lambda:E(s)); t(lambda:E2(s))
t(lambda:E(5)); t(lambda:E2(b'a'))
D=json.dumps
class I(int):
    def __repr__(s): return 'bad'
class F(float):
    def __repr__(s): return 'bad'
class O: pass
for o in (None,True,False,1,-5,10**30,1.5,1e16,1e-7,float('nan'),float('inf'),-float('inf'),'a\u00e9',[],[1,[2,[]]],{}, {'a':1,'b':[1,{'c':None}]},(1,2),{1:2,1.5:3,None:4,True:5,False:6},{(1,2):3},I(5),F(2.5),{I(5):F(2.5)},O(),[O()],{'a':O()},{'a':[O()]},{O():1},b'a',{'b':1,'a':2},{1:1,'a':2}, '\ud800'):
    for kw in ({},{'indent':2},{'indent':'\t','sort_keys':True},{'allow_nan':False},{'skipkeys':True},{'ensure_ascii':False,'separators':(',',':')},{'sort_keys':True}): 
        t(lambda:D(o,**kw))
a=[]; a.append(a); t(lambda:D(a)); b={}; b['x']=b; t(lambda:D(b)); t(lambda:D(O(),default=lambda o:o)); t(lambda:D([O()],default=lambda o:'O')); t(lambda:D(O(),default=lambda o:1/0)); t(lambda:D(1,default=5))
t(lambda:D('a',cls=type('C',(json.JSONEncoder,),{'default':lambda s,o:1}))); t(lambda:list(json.JSONEncoder().iterencode([1,2]))); 
class L(list):
    def __iter__(s): return iter([7])
class DD(dict):
    def items(s): return [('x',1)]
t(lambda:D(L([1,2]))); t(lambda:D(DD(a=1))); t(lambda:D(DD()))
C=_json.make_encoder
t(lambda:C(5,None,None,None,':',',',False,False,True)); t(lambda:C()); t(lambda:C(None,lambda o:o,E,None,':',',',False,False,True)([1,'a'],0)); t(lambda:C(None,lambda o:o,lambda s:'<'+s+'>',None,':',',',False,False,True)({'a':'b'},0)); t(lambda:C(None,lambda o:o,lambda s:5,None,':',',',False,False,True)({'a':'b'},0)); t(lambda:type(C(None,None,None,None,':',',',False,False,True)))
t(lambda: C(None,None,E,None,5,',',False,False,True))
def mut():
    l=[1,2,3]
    def df(o): l.clear(); return 'x'
    l.append(O()); l.append(9)
    return D(l,default=df)
t(mut)
t(lambda: D({'a':float('nan')},allow_nan=False)); t(lambda: D({float('nan'):1},allow_nan=False))
