"""What `pyexpat`'s parsers do with their handlers, arguments and attributes; what the library makes of them."""
import gc
import io
import plistlib
import sys
import weakref
import xml.dom.minidom
import xml.etree.ElementTree as ET
import xml.sax
from xml.parsers import expat


def tell(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)


# What a handler raises ends the parsing, and nobody is told of anything any more.
parser = expat.ParserCreate()
seen = []


def start(name, attributes):
    seen.append(name)
    if name == "c":
        raise KeyError(name)


parser.StartElementHandler = start
parser.EndElementHandler = seen.append
tell(parser.Parse, b"<a><b/><c/><d/>")
print(seen, parser.StartElementHandler, parser.EndElementHandler, parser.ErrorCode)
tell(parser.Parse, b"</a>", True)
print(seen)
tell(parser.Parse, b"<a/>", True)

# Handlers that change handlers.
parser = expat.ParserCreate()


def characters(text):
    print("characters", text)
    parser.CharacterDataHandler = None


def end(name):
    print("end", name)
    parser.CharacterDataHandler = characters


parser.CharacterDataHandler = characters
parser.EndElementHandler = end
tell(parser.Parse, b"<a>one<b>two</b>three<c/>four<d>five</d>\nsix\r\nseven</a>", True)
tell(parser.Parse, b"", True)

# A parser that its handler refers to, and names that are told.
class Reader:
    def __init__(self):
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start

    def start(self, name, attributes):
        self.name = name


reader = Reader()
reader.parser.Parse(b"<root x='1'>", False)
alive = weakref.ref(reader)
print(gc.is_tracked(reader.parser), reader.name, reader.parser.intern)
del reader
gc.collect()
print(alive() is None)
names = {"kept": "kept"}
parser = expat.ParserCreate(intern=names)
told = []
parser.StartElementHandler = lambda name, attributes: told.extend([name, *attributes])
parser.Parse(b"<kept other=''><kept other=''/></kept>", True)
print(told[0] is told[2] is names["kept"], told[1] is told[3] is names["other"], names)
function = lambda *args: None
before = sys.getrefcount(function)
parser = expat.ParserCreate()
for name in dir(parser):
    if name.endswith("Handler"):
        setattr(parser, name, function)
print(sys.getrefcount(function) - before)
del parser
print(sys.getrefcount(function) - before)

# Arguments and attributes.
for arguments in ((), (None,), ("utf-8", " "), ("utf-8", None, None), ("utf-8", "ab"), (1,), ("utf-8", 1), (None, None, []), ("a\0b",)):
    try:
        print(arguments, expat.ParserCreate(*arguments).intern)
    except (TypeError, ValueError) as error:
        print(arguments, type(error).__name__, error)
parser = expat.ParserCreate()
for name, value in (("buffer_size", 0), ("buffer_size", -5), ("buffer_size", "x"), ("buffer_size", 1 << 31), ("buffer_size", 100), ("nothing", 1), ("ErrorCode", 1)):
    try:
        setattr(parser, name, value)
        print(name, getattr(parser, name))
    except Exception as error:
        print(name, value, type(error).__name__)
for name in ("StartElementHandler", "buffer_text", "buffer_size", "ordered_attributes"):
    tell(delattr, parser, name)
tell(parser.Parse)
tell(parser.Parse, 5)
tell(parser.Parse, "<a>\udc80</a>")
tell(parser.ParseFile, 5)
tell(parser.ParseFile, io.StringIO("<a/>"))
tell(parser.SetBase, 1)
print(parser.GetBase(), parser.SetBase("http://x/"), parser.GetBase(), parser.GetInputContext(), parser.SetParamEntityParsing(2))
print(expat.ParserCreate().ParseFile(io.BytesIO(b"<a>" + b"<b/>" * 3000 + b"</a>")), expat.ErrorString(7), expat.ErrorString(1000))
parser = expat.ParserCreate()
parser.StartElementHandler = lambda name, attributes: print(name, parser.GetInputContext())
parser.Parse(b"<a><b c='d'>x</b></a>", True)
tell(parser.UseForeignDTD)
print(parser.SetParamEntityParsing(1), parser.GetInputContext())
tell(type(parser))
tell(expat.ParserCreate().Parse, b"<?xml version='1.0' encoding='utf-7'?><a/>")
tell(expat.ParserCreate("nosuch").Parse, b"<a/>")

parser = expat.ParserCreate()
parser.NotStandaloneHandler = lambda: 0
tell(parser.Parse, b"<!DOCTYPE a SYSTEM 'x'><a/>", True)
for answer in (1, 0, None, "x"):
    parser = expat.ParserCreate()
    parser.ExternalEntityRefHandler = lambda *args: print(args) or answer
    tell(parser.Parse, b"<!DOCTYPE a [<!ENTITY e PUBLIC 'p  q' 's'>]><a>&e;</a>", True)
parser = expat.ParserCreate(namespace_separator="|")


def refer(context, base, system_id, public_id):
    print(sorted(context.split(chr(12))))
    child = parser.ExternalEntityParserCreate(context, "iso-8859-1")
    return child.Parse(b"<p:y>\xe9</p:y><z/>", True)


parser.ExternalEntityRefHandler = refer
parser.StartElementHandler = lambda *args: print(args)
parser.CharacterDataHandler = print
tell(parser.Parse, b"<!DOCTYPE a [<!ENTITY e SYSTEM 's'>]><a xmlns='u' xmlns:p='v'>&e;</a>", True)

# Deep things.
depth = 20_000
parser = expat.ParserCreate()
count = [0]


def deeper(name, attributes):
    count[0] += 1


parser.StartElementHandler = deeper
print(parser.Parse(b"<a>" * depth + b"</a>" * depth, True), count)
model = []
parser = expat.ParserCreate()
parser.ElementDeclHandler = lambda name, content: model.append(content)
parser.Parse(b"<!DOCTYPE a [<!ELEMENT a " + b"(" * 200 + b"b" + b")" * 200 + b">]><a/>", True)
content, depth = model.pop(), 0
while content[3]:
    content, depth = content[3][0], depth + 1
print(depth, content)

# The library on top.
text = "<list n='1'><item>a &lt; b</item>tail<!-- c --><?do it?><item k='\u00e9'/></list>"
tree = ET.fromstring(text)
print(ET.tostring(tree, "unicode"), tree.find("item").text, [element.tag for element in tree.iter()])
print([(event, element.tag) for event, element in ET.iterparse(io.BytesIO(text.encode()), ["start", "end"])])
pull = ET.XMLPullParser(["end"])
for piece in ("<a><b", "/>", "<c>x</", "c></a>"):
    pull.feed(piece)
    pull.flush()
    print([element.tag for _, element in pull.read_events()])
try:
    ET.fromstring("<a>&nothing;</a>")
except ET.ParseError as error:
    print(error, error.code, error.position)
print(xml.dom.minidom.parseString("<!DOCTYPE a [<!ENTITY e 'E'>]><a b='1'>&e;<c/></a>").toprettyxml(indent=" "))


class Echo(xml.sax.ContentHandler):
    def startElement(self, name, attributes):
        print("start", name, dict(attributes))

    def characters(self, content):
        print("text", repr(content))


xml.sax.parseString(b"<a x='1'>t<b/>\n</a>", Echo())
try:
    xml.sax.parseString(b"<a><b></a>", Echo())
except xml.sax.SAXParseException as error:
    print(error)
print(plistlib.loads(plistlib.dumps({"a": [1, 2.5, True, b"x"], "b": {"c": "d"}})))
