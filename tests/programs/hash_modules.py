"""`_sha3`, `_blake2` with all of its parameters, `hashlib` and `hmac`."""
import hashlib
def t(f):
    try: print(ascii(f()))
    except BaseException as e: print(type(e).__name__, e)
import _sha3,_blake2
for n in ('sha3_224','sha3_256','sha3_384','sha3_512'):
    C=getattr(_sha3,n); h=C(b'abc'); t(lambda:(h.name,h.digest_size,h.block_size,h.hexdigest(),h._capacity_bits,h._rate_bits,h._suffix)); h.update(b'def'); t(lambda:h.digest()); g=h.copy(); g.update(b'x'); t(lambda:(h.hexdigest()!=g.hexdigest(),type(h)))
for n in ('shake_128','shake_256'):
    C=getattr(_sha3,n); h=C(b'abc'); t(lambda:(h.name,h.digest_size,h.block_size,h.hexdigest(20),h._capacity_bits,h._rate_bits,h._suffix)); t(lambda:h.digest(0)); t(lambda:len(h.digest(1000))); t(lambda:h.digest(-1)); t(lambda:h.digest(1<<40))
t(lambda:_sha3.sha3_256('a')); t(lambda:_sha3.sha3_256(5)); t(lambda:_sha3.sha3_256(b'',usedforsecurity=False).hexdigest()); t(lambda:_sha3.sha3_256().update('a'))
for B in (_blake2.blake2b,_blake2.blake2s):
    h=B(b'abc'); t(lambda:(h.name,h.digest_size,h.block_size,h.hexdigest())); h.update(b'x'*300); t(lambda:h.hexdigest()); t(lambda:h.copy().hexdigest()==h.hexdigest())
    t(lambda:(B.MAX_DIGEST_SIZE,B.MAX_KEY_SIZE,B.PERSON_SIZE,B.SALT_SIZE))
    for k in ({'digest_size':10},{'digest_size':0},{'digest_size':100},{'key':b'k'},{'key':b'k'*100},{'salt':b's'},{'salt':b's'*40},{'person':b'p'},{'person':b'p'*40},{'fanout':3},{'fanout':256},{'fanout':-1},{'depth':5},{'depth':0},{'depth':256},{'leaf_size':4096},{'leaf_size':-1},{'leaf_size':1<<33},{'node_offset':7},{'node_offset':1<<63},{'node_offset':1<<48},{'node_offset':-1},{'node_depth':2},{'node_depth':256},{'inner_size':32},{'inner_size':65},{'inner_size':-1},{'last_node':True},{'usedforsecurity':False},{'foo':1},{'key':'x'},{'digest_size':'x'},{'fanout':2,'depth':2,'leaf_size':4096,'node_offset':1,'node_depth':1,'inner_size':32,'last_node':True}):
        print(k); t(lambda:B(b'abc',**k).hexdigest())
    t(lambda:B('a')); t(lambda:B(b'a',b'b')); t(lambda:B(5)); t(lambda: B(data=b'abc').hexdigest()[:6]); t(lambda: type(B()))
t(lambda:hashlib.new('sha256',b'a').hexdigest()); t(lambda:hashlib.new('sha3_256',b'a').hexdigest()); t(lambda:hashlib.new('blake2b',b'a').hexdigest()); t(lambda:hashlib.new('md5',b'a').name); t(lambda:sorted(hashlib.algorithms_guaranteed)); t(lambda:hashlib.file_digest(__import__('io').BytesIO(b'abc'),'sha1').hexdigest()); t(lambda: hashlib.sha512(b'a').hexdigest())
import hmac; t(lambda:hmac.new(b'k',b'm','sha256').hexdigest()); t(lambda:hmac.compare_digest(b'a',b'a')); t(lambda:hmac.compare_digest('é','a')); t(lambda:hmac.compare_digest('a',b'a')); t(lambda:hmac.compare_digest('a','b')); t(lambda:hmac.digest(b'k',b'm','sha1').hex()); t(lambda: hmac.compare_digest(5,5))
