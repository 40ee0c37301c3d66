# The first steps: lists, tuples, dicts, sets and text.
x = [1, 2, 3]
x.append(4)
x[0] = 10
print(x, x[1], x[-1], x[1:3], len(x), 3 in x, 9 in x)
del x[0]
print(x, x + [5], x * 2, x == [2, 3, 4])
x.sort(reverse=True)
print(x, x.pop(), x, sum(x), max(x), min(x))
t = (1, "a", (2, 3))
print(t, t[2][0], len(t), (), (1,))
a, b, c = t
print(a, b, c)
d = {"one": 1, "two": 2}
d["three"] = 3
print(d, d["one"], len(d), "two" in d, d.get("four"), d.get("four", 4))
del d["one"]
for key in d:
    print(key, d[key])
for key, value in d.items():
    print(key, value)
print(list(d), list(d.values()), {1: [2]}, {})
s = {1, 2, 2}
s.add(3)
print(s, len(s), 2 in s, set())
text = "hello"
print(text[0], text[1:3], text.upper(), text + "!", text * 2, len(text), "ell" in text, text.replace("l", "L"))
print("a,b,c".split(","), "-".join(["x", "y"]), " x ".strip(), "abc".find("c"), str(5) + "x", int("12") + 1)
print([i * 2 for i in range(5)], [i for i in range(10) if i % 3 == 0], {i: i * i for i in range(3)}, {i % 2 for i in range(5)})
print(list("abc"), tuple([1, 2]), list(range(5)), sorted([3, 1, 2]), list(reversed([1, 2])), list(enumerate("ab")), list(zip([1, 2], "ab")))
nested = [[0, 0], [0, 0]]
nested[1][0] = 5
print(nested)
print(f"{text} {len(text)} {1 + 1}", "%s-%d" % ("a", 5), "{} {}".format(1, 2))
print(b"bytes", b"ab"[0], 1.5, [1.5, None, True])
