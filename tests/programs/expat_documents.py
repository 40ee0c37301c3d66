"""`pyexpat` beside expat: what handlers are told, where, and what is wrong with documents that are no XML."""
from xml.parsers import expat

HANDLERS = [name for name in dir(expat.ParserCreate()) if name.endswith("Handler")]
TOLD = [name for name in HANDLERS if name not in ("DefaultHandler", "DefaultHandlerExpand", "NotStandaloneHandler", "ExternalEntityRefHandler")]


def read(document, pieces=None, default=None, separator=None, without=(), settings={}, parameters=None, entities=None, final=True):
    out = []
    parser = expat.ParserCreate(namespace_separator=separator)
    parser.SetReparseDeferralEnabled(False)
    for name, value in settings.items():
        setattr(parser, name, value)
    if parameters is not None:
        parser.SetParamEntityParsing(parameters)

    def listen(parser):
        def teller(name):
            def tell(*args):
                place = parser.CurrentLineNumber, parser.CurrentColumnNumber, parser.CurrentByteIndex
                out.append((name.removesuffix("Handler"), *args, place))
            return tell
        for name in TOLD:
            if name not in without:
                setattr(parser, name, teller(name))
        if default:
            setattr(parser, default, teller(default))

    listen(parser)
    if entities is not None:
        def refer(context, base, system_id, public_id):
            out.append(("ExternalEntityRef", context, base, system_id, public_id))
            if system_id not in entities:
                return 0 if system_id == "refused" else 1
            child = parsers[-1].ExternalEntityParserCreate(context)
            listen(child)
            parsers.append(child)
            child.Parse(entities[system_id], True)
            parsers.pop()
            return 1
        parser.ExternalEntityRefHandler = refer
    parsers = [parser]
    try:
        size = pieces or len(document) or 1
        for at in range(0, len(document), size):
            parser.Parse(document[at : at + size], False)
        if final:
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        out.append(("error", error.code, str(error), error.lineno, error.offset, parser.ErrorByteIndex, parser.ErrorCode))
    except Exception as error:
        out.append((type(error).__name__, str(error)))
    return out


def show(title, *args, **kwargs):
    print("##", title)
    for line in read(*args, **kwargs):
        print("  ", line)


BOOK = b"""<?xml version='1.0' encoding="utf-8" standalone='no' ?>
<?style  href="a.css" ?><!-- one\r\ntwo -->
<!DOCTYPE book PUBLIC "-//A  B//C\n D" "book.dtd" [
  <!ELEMENT book (title, (chapter | part)+, index?)>
  <!ELEMENT title (#PCDATA | em | b)*> <!ELEMENT em (#PCDATA)> <!ELEMENT any ANY> <!ELEMENT none EMPTY>
  <!ATTLIST book id ID #REQUIRED kind (long | short) 'long' lang NMTOKEN #IMPLIED version CDATA #FIXED "1 &amp; 2">
  <!ATTLIST em note NOTATION (gif | png) #IMPLIED words NMTOKENS "  a   b ">
  <!NOTATION gif SYSTEM "viewer"> <!NOTATION png PUBLIC "png  id"> <!NOTATION both PUBLIC "p" "s">
  <!ENTITY short "text <em>within</em> &amp; &#x41;&#66;">
  <!ENTITY twice "&short;|&short;">
  <!ENTITY outside SYSTEM "outside.xml"> <!ENTITY image SYSTEM "i.gif" NDATA gif>
  <!ENTITY % inner "<!ENTITY byparam 'yes'>">
  <!ENTITY short "again"> <!ENTITY lt "&#38;#60;">
  %inner;
]>
<book id=" b1 " lang='\ten ' title="a&#10;b
c &lt;&short2;"><title>One &twice; two]] <em words="x">\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e</em></title>
<![CDATA[ <raw> & ]] ]>
more ]]><none/><a></a >&outside;&byparam;&#228;
\r\n\r</book>
<!-- end --> <?done?>
""".replace(b"&short2;", b"&byparam;").replace(b"<em>within</em> &amp; ", b"within ")

for pieces in (None, 1, 7, 64):
    events = read(BOOK, pieces)
    if pieces is None:
        whole = events
        show("book", BOOK)
    elif not any("CharacterData" == event[0] for event in events):
        print(pieces, events == whole)
    else:
        strip = lambda events: [event for event in events if event[0] != "CharacterData"]
        text = lambda events: "".join(event[1] for event in events if event[0] == "CharacterData")
        print(pieces, strip(events) == strip(whole), text(events) == text(whole))

for default in ("DefaultHandler", "DefaultHandlerExpand"):
    show(default, BOOK, default=default)
    show(default + " alone", BOOK, default=default, without=TOLD)
for mode in (0, 1, 2):
    for standalone in (b"no", b"yes"):
        show(f"parameters {mode} {standalone}", BOOK.replace(b"standalone='no'", b"standalone='%s'" % standalone), parameters=mode, entities={
            "book.dtd": b"""<?xml version="1.0" encoding="utf-8"?><!ENTITY % draft "INCLUDE"><![%draft;[<!ENTITY fromdtd "d">]]><![IGNORE[ <![ x ]]> ]]>
                <!ENTITY % names "a CDATA 'A'"><!ATTLIST book %names; b CDATA #IMPLIED><!ENTITY % value "v"><!ENTITY both "%value;-%value;">
                <!ENTITY byparam "no">""",
            "outside.xml": b"<?xml encoding='iso-8859-1'?>out\xe4 <em>&fromdtd;</em>",
        })
show("ordered", BOOK, settings={"ordered_attributes": True, "specified_attributes": True, "buffer_text": True})

NAMES = b"""<a xmlns="urn:d" xmlns:p='urn:p' x="1" p:x="2"><p:b xmlns:p="urn:q" p:y="3"/><c xmlns=""><d/></c><xml:e xml:lang="en"/></a>"""
for separator in (None, "!", " ", ""):
    show(f"separator {separator!r}", NAMES, separator=separator)
    show(f"separator {separator!r}, prefixes", NAMES, separator=separator, settings={"namespace_prefixes": True})

WRONG = [
    b"", b" ", b"<", b"<a", b"<a>", b"<a></b>", b"<a></a", b"<a/><b/>", b"<a/>x", b"x", b"<a/>&amp;", b"<a b></a>", b"<a b=></a>", b"<a b=c/>",
    b"<a b='1' b='2'/>", b"<a b='<'/>", b"<a b='1'c='2'/>", b"<a b='&x;'/>", b"<a>&x;</a>", b"<a>&x</a>", b"<a>&#0;</a>", b"<a>&#xD800;</a>",
    b"<a>&#x110000;</a>", b"<a>&#;</a>", b"<a>&#x;</a>", b"<a>&#12a;</a>", b"<a>& b</a>", b"<a>]]></a>", b"<a>x]]>y</a>", b"<a>\x01</a>", b"<a>\xff</a>",
    b"<a>\xc3</a>", b"<a>\xed\xa0\x80</a>", b"<a>\xef\xbf\xbe</a>", b"<a>\xc0\x80</a>", b"<a>\xe2\x82", b"<a><!-- -- --></a>", b"<a><!-- x", b"<a><!- x -></a>", b"<a><![CDATA[x</a>",
    b"<a><![CDAT[x]]></a>", b"<a><?xml version='1.0'?></a>", b" <?xml version='1.0'?><a/>", b"<?XML version='1.0'?><a/>", b"<?xml?><a/>", b"<?xml version='1.0' standalone='maybe'?><a/>",
    b"<?xml version='1.0' encoding='utf-16'?><a/>", b"<?xml version='1.0' encoding='nosuch'?><a/>", b"<?xml encoding='utf-8'?><a/>", b"<?xml version=1.0?><a/>",
    b"<?xml version='1.0' encoding='1'?><a/>", b"<?xml version='1.0'encoding='utf-8'?><a/>", b"<a><? x?></a>", b"<a><?x</a>", b"<a><?x?y></a>", b"<!DOCTYPE a><!DOCTYPE a><a/>",
    b"<!DOCTYPE a [<!ENTITY x '&x;'>]><a>&x;</a>", b"<!DOCTYPE a [<!ENTITY x '&y;'><!ENTITY y '&x;'>]><a b='&x;'/>", b"<!DOCTYPE a [<!ENTITY x '<b>'>]><a>&x;</a>",
    b"<!DOCTYPE a [<!ENTITY x '</a>'>]><a>&x;", b"<!DOCTYPE a [<!ENTITY x '<b>'><!ENTITY y '</b>'>]><a>&x;&y;</a>", b"<!DOCTYPE a [<!ENTITY x SYSTEM 'e'>]><a b='&x;'/>",
    b"<!DOCTYPE a [<!ENTITY x SYSTEM 'e' NDATA n>]><a>&x;</a>", b"<!DOCTYPE a [<!ENTITY x '%y;'>]><a/>", b"<!DOCTYPE a [<!ENTITY % y 'z'><!ENTITY x '%y;'>]><a/>",
    b"<!DOCTYPE a [<!ELEMENT %y; ANY>]><a/>", b"<!DOCTYPE a [<!ELEMENT a>]><a/>", b"<!DOCTYPE a [<!ELEMENT a (b|c,d)>]><a/>", b"<!DOCTYPE a [<!ATTLIST a b>]><a/>", b"<!DOCTYPE a [<!FOO a>]><a/>",
    b"<!DOCTYPE a [<!ENTITY x 'y' z>]><a/>", b"<!DOCTYPE a PUBLIC '{' 'x'><a/>", b"<!DOCTYPE a SYSTEM x><a/>", b"<!DOCTYPE a [", b"<!DOCTYPE a []", b"<!DOCTYPE", b"<!DOCTYPE a [<!-- x --", b"<!doctype a><a/>",
    b"<!DOCTYPE a [ & ]><a/>", b"<!DOCTYPE a [ <a/> ]><a/>", b"<!DOCTYPE a [<!ENTITY x 'a&#0;b'>]><a/>", b"<!DOCTYPE a [<!ATTLIST a b CDATA '&z;'>]><a/>", b"<!DOCTYPE a [<![INCLUDE[]]>]><a/>",
    b"<1/>", b"<-a/>", b"<a.b-c_d:e/>", b"<a\xc3\x97/>", b"<a xmlns:b='u' b:c='1' b:c='2'/>", b"<a\n\n  b='1'\n  b='2'/>", b"\n\n<a>\r\r\n<b>\t\xc3\xa9</c></a>", b"\0", b"\0\r\n", b"\xef\xbb\xbf<a/>", b"\xef\xbb\xbf <b></a>",
    b"<a/>\0", b"<a/><", b"<a/><!", b"<a/><!-", b"<a/><?x", b"<a/>\xc3", b"<a>\r", b"<a>]", b"<a>]]", b"<a/>\r", b"<!DOCTYPE a [<!ENTITY x 'y]'>]>\r<a>&x;</a>\r\n",
]
for document in WRONG:
    for pieces in (None, 1):
        show(f"{document!r} {pieces}", document, pieces, final=True)
for document in (
    b"<a:b/>", b"<a b:c='1'/>", b"<a xmlns:b=''/>", b"<a xmlns:xml='u'/>", b"<a xmlns:xmlns='u'/>", b"<a xmlns:b='http://www.w3.org/XML/1998/namespace'/>",
    b"<a xmlns='http://www.w3.org/2000/xmlns/'/>", b"<a xmlns:b='u' xmlns:c='u' b:d='' c:d=''/>", b"<a:b:c/>", b"<:a/>", b"<a:/>", b"<a: b=''/>", b"<a xmlns:p='a b'/>", b"<a xmlns:p='u'><p:b></p:c></a>",
    b"<a xml:lang='x'/>", b"<!DOCTYPE a [<!ATTLIST a xmlns CDATA 'urn:d' xmlns:p CDATA 'urn:p' p:x CDATA 'y'>]><a/>", b"<a><b xmlns:p='u'/><p:c/></a>",
):
    show(f"namespaces {document!r}", document, separator=" ")

for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "cp1252", "koi8-r", "us-ascii"):
    declared = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(encoding, encoding)
    text = "<?xml version='1.0' encoding='%s'?>\n<a b='\u00e9'>x\u00df\n<b>\U0001d11e</b></c>" % declared
    try:
        document = text.encode(encoding)
    except UnicodeEncodeError:
        document = text.encode(encoding, "ignore") + (b"\xe9" if encoding == "us-ascii" else b"")
    for pieces in (None, 1, 3):
        show(f"{encoding} {pieces}", document, pieces, settings={"buffer_text": True})
parser = expat.ParserCreate("iso-8859-1")
parser.CharacterDataHandler = print
parser.Parse(b"<?xml version='1.0' encoding='utf-8'?><a>\xe9</a>", True)
parser = expat.ParserCreate()
parser.CharacterDataHandler = print
print(parser.Parse("<?xml version='1.0' encoding='utf-16'?><a>\u20ac</a>", True))

laughs = b"<!DOCTYPE a [<!ENTITY l0 'ha! ha! ha!'>%s]><a>&l9;</a>" % b"".join(
    b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
print([event[:3] for event in read(laughs, without=TOLD)])
print([event[:3] for event in read(laughs.replace(b"<a>&l9;</a>", b"<a b='&l9;'/>"), without=TOLD)])
deep = b"<!DOCTYPE a [<!ENTITY l0 'deep'>%s]><a b='&l5000;'>&l5000;</a>" % b"".join(b"<!ENTITY l%d '&l%d;'>" % (n, n - 1) for n in range(1, 5001))
print([event[:3] for event in read(deep, without=[name for name in TOLD if "Element" not in name and "Character" not in name])])
