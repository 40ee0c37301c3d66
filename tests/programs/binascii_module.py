"""`binascii`: every coding, checksums, complaints."""
import binascii
def t(f):
    try: print(ascii(f()))
    except BaseException as e: print(type(e).__name__, e)
B=binascii
for s in (b'a',b'ab',b'abc',b'abcd',b'abcde',b'YWI=',b'YWI',b'=YWI',b'Y=WI',b'YW=I',b'YWI==',b'YQ==YQ==',b'YQ=\n=',b'Y W\nI=',b'',b'=',b'==',b'YQ==a',b'YQ=a',b'YQ',b'YWI=a',b'YWI=aaaa',b'aaaa=',b'aaaa==', b'a===', b'ab=='+b'=', b'\xffaaa'):
    t(lambda: B.a2b_base64(s)); t(lambda: B.a2b_base64(s,strict_mode=True))
t(lambda: B.a2b_base64('é')); t(lambda: B.a2b_base64(5)); t(lambda: B.b2a_base64('a')); t(lambda: B.b2a_base64(b'abc',newline=False)); t(lambda:B.b2a_base64(b''))
for s in (b'a',b'zz','é','ab',b' ab',5): t(lambda: B.unhexlify(s))
t(lambda: B.hexlify(b'abcdef',':')); t(lambda: B.hexlify(b'abcdef',b':',-4)); t(lambda: B.hexlify(b'abcdef',sep=':',bytes_per_sep=4)); t(lambda:B.hexlify(b'a',sep='::')); t(lambda: B.hexlify('a')); t(lambda: B.hexlify(b'a',1))
t(lambda:B.crc32(b'hello')); t(lambda:B.crc32(b'x',-1)); t(lambda:B.crc32(b'x',1<<40)); t(lambda:B.crc_hqx(b'hello',0));t(lambda:B.crc_hqx(b'hello',1<<20)); t(lambda: B.crc_hqx(b'a')); t(lambda: B.crc32(b'a',1<<70))
for s in (b'#86)C\n',b'#86)C',b'\n',b'',b'!',b' \n',b'#86)C  \n',b'#86)Cx\n',b'M86)C\n',b'\xff\n','#86)C\n', b'#86\x01', b'$86)C86\n', b'`'): t(lambda: B.a2b_uu(s))
t(lambda:B.b2a_uu(b'abc')); t(lambda:B.b2a_uu(b'x'*45)); t(lambda:B.b2a_uu(b'x'*46)); t(lambda:B.b2a_uu(b'\0\0ab',backtick=True)); t(lambda:B.b2a_uu(b''));t(lambda:B.b2a_uu(b'',backtick=True))
for s in (b'a=20b',b'=',b'=\n',b'a=\r\nb',b'=4',b'=zz',b'=4x',b'==41',b'a_b',b'=\r',b'a=\n',b'=AX=0a', b'a=  \nb', b'=41\r=42'): t(lambda:B.a2b_qp(s)); t(lambda:B.a2b_qp(s,header=True))
for s in (b'a b\tc\n',b'x '*60,b'a=b\x80\xff',b'line \nx\t\n',b'.',b'.\n',b'a\r\nb\n',b'_ a',b'a'*100,b'\n.\nb',b'a\rb',b' ',b'\t', b'=', b'\x7f', b'q'*75+b'\r\n', b'q'*75+b'=x', b'abc \r\n', b'a\n'):
    for k in ({},{'quotetabs':True},{'istext':False},{'header':True}): t(lambda: B.b2a_qp(s,**k))
t(lambda: B.Error.__mro__); t(lambda:B.Incomplete.__mro__); t(lambda: B.a2b_qp('a')); t(lambda: B.crc32('a'));t(lambda: B.b2a_uu('a'));t(lambda: B.a2b_uu('é'))
