import json


def record(i):
    return {
        "id": i,
        "name": f"record number {i}",
        "tags": ["alpha", "beta", "gä" * (i % 3)],
        "ratio": i / 7,
        "flags": {"on": i % 2 == 0, "none": None},
        "text": 'quoted "text"\n with lines',
    }


def work(n):
    data = [record(i) for i in range(n)]
    text = json.dumps(data)
    again = json.loads(text)
    assert again == data
    return len(json.dumps(again, indent=1, sort_keys=True))


work(6000)
