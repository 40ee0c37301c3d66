"""`cmath`: values, branch cuts, complaints."""
import cmath as c
from math import isnan
INF=float('inf'); NAN=float('nan')
names='acos acosh asin asinh atan atanh cos cosh exp log log10 phase sin sinh sqrt tan tanh polar isfinite isinf isnan'.split()
vals=[0.0,-0.0,1.0,-1.0,0.5,-2.5,INF,-INF,NAN,1e300,-1e300,1e-300,710.0]
# The sign of a part beside one that is infinite or not a number is left open by C.
def plain(*parts): return all(p==p and abs(p)!=INF for p in parts)
def show(v):
    if isinstance(v,bool): return v
    if isinstance(v,complex): return 'complex(%s, %s)'%(show(v.real),show(v.imag))
    if isinstance(v,tuple): return '(%s)'%', '.join(map(str,map(show,v)))
    if v!=v: return 'nan'
    return '%.11g'%v
for n in names:
    f=getattr(c,n)
    for a in vals:
        for b in vals:
            try:
                r=show(f(complex(a,b)))
                if not plain(a,b): r='done'
            except Exception as e: r=type(e).__name__+' '+str(e)
            print(n,a,b,r)
def t(f):
    try: print(show(f()) if not isinstance(f(),str) else f())
    except Exception as e: print(type(e).__name__,e)
for r in vals:
    for p in vals: 
        try: print('rect',r,p,show(c.rect(r,p)))
        except Exception as e: print('rect',r,p,type(e).__name__,e)
t(lambda:c.log(8,2)); t(lambda:c.log(1j,10)); t(lambda:c.log(0)); t(lambda:c.log(1,0)); t(lambda:c.log(2,1)); t(lambda:c.sqrt('a')); t(lambda:c.sqrt()); t(lambda:c.isclose(1,1+1e-10)); t(lambda:c.isclose(1,2,rel_tol=-1)); t(lambda:c.isclose(1,1.1,abs_tol=.2)); t(lambda:c.isclose(INF,INF)); t(lambda:c.pi); t(lambda:c.e); t(lambda:c.tau); t(lambda:c.inf); t(lambda:c.infj); t(lambda:c.nanj); t(lambda:c.sqrt(-4)); t(lambda:c.rect(1)); t(lambda:c.phase('x')); t(lambda:c.sqrt(10**400)); t(lambda:c.isclose(1)); t(lambda:c.polar(3+4j))
class X:
    def __complex__(s): return 4j
class Y:
    def __float__(s): return 4.0
t(lambda:c.sqrt(X())); t(lambda:c.sqrt(Y()))
