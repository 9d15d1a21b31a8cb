# SPDX-License-Identifier: GPL-2.0-or-later
"""Our YAML against PyYAML's: what both read, and what PyYAML (which is YAML 1.1) makes of what we write."""
import json, random, re, subprocess, sys, yaml

PROGRAM = sys.argv[1]
random.seed(20261122)


class Core(yaml.SafeLoader):
    """The core schema of YAML 1.2 on PyYAML's parser."""


Core.yaml_implicit_resolvers = {}
for tag, pattern in (("null", r"~|null|Null|NULL|"), ("bool", r"true|True|TRUE|false|False|FALSE"),
                     ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
                     ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), ("merge", "<<")):
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile("^(?:%s)$" % pattern), None)


def integer(loader, node):
    text = loader.construct_scalar(node)
    return int(text, 16 if text[:2] == "0x" else 8 if text[:2] == "0o" else 10)


def mapping(loader, node):
    """Keys are strings, by their text."""
    loader.flatten_mapping(node)
    return {k.value: loader.construct_object(v, deep=True) for k, v in node.value}


Core.add_constructor("tag:yaml.org,2002:map", mapping)
Core.add_constructor("tag:yaml.org,2002:int", integer)
Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(loader.construct_scalar(node)))


def ours(form, text):
    done = subprocess.run([PROGRAM, form], input=text.encode(), capture_output=True)
    if done.returncode:
        sys.exit(f"refused: {done.stderr.decode()}")
    return done.stdout.decode()


def same(name, text, want, got):
    def canonical(values):
        return [json.dumps(v, sort_keys=True) for v in values]
    for i, (w, g) in enumerate(zip(canonical(want), canonical(got))):
        if w != g:
            sys.exit(f"{name}, document {i}:\n want {w}\n got  {g}\n")
    if len(want) != len(got):
        sys.exit(f"{name}: {len(want)} documents, {len(got)} read")
    print(f"{name}: {len(want)} documents agree")


NASTY = """yes no on off y n ~ null Null true TRUE 0 -0 007 0o17 0x1f 0b1 1_000 1:30 02:00:00:00:00:01 190:20:30 1e3 1.5 .5 5.
+1 -1 .inf -.INF .nan 2026-11-22 2026-11-22T08:00:00Z 2001-12-14t21:59:43.10-05:00 << = --- ... - ? : , [ ] { } # & * ! | >
' " % @ ` a: a:b a#b :a -a ?a node01 10.0.0.1 1.2.3 1,000 1e 0x 0o 0b e1 . .. +. -. _1 1_ 0_ 1__0 +0x1 1.e1 1.e+1 08 09 0o8 nan inf
<<: =x !!str &a *a null! None none NONE True1""".split()
NASTY += ["", " ", "a b", " a", "a ", "a: b", "a #b", "a\nb", "a\n", "\n", "\n\na", "a\n\n", "a\n b\n", " a\nb", "a \nb", "a\tb", "\t", "a\r\nb",
          "é", "中文", "😀", "\x7f", "\x85", "\xa0", "\u2028", "\ufeff", "\x01", "\x1b[31m", "- a", "a\n---\nb", "a\n...\nb",
          "x" * 200, "word " * 60, "'quoted'", '"quoted"', "back\\slash", "#", "a\n#b", "%a\n%b", "2001-12-14 21:59:43.10 -5"]


def value(depth):
    kind = random.randrange(12 if depth < 4 else 8)
    if kind < 4:
        return random.choice(NASTY)
    if kind == 4:
        return "".join(random.choice("ab 01:-#'\"\n\té.,[]{}&*!|>%@`?=~_\\") for _ in range(random.randrange(12)))
    if kind == 5:
        return random.choice([0, -1, 2**63 - 1, -2**63, random.randrange(10**6)])
    if kind == 6:
        return random.choice([0.1, 1.0, -0.0, 1e22, 1e-7, 5e-324, 1.7976931348623157e308, random.random() * 10**random.randrange(-20, 20)])
    if kind == 7:
        return random.choice([None, True, False])
    if kind < 10:
        return [value(depth + 1) for _ in range(random.randrange(5))]
    return {random.choice(NASTY) if random.random() < .3 else "key%d" % i: value(depth + 1) for i in range(random.randrange(5))}


values = [{"v": value(0)} for _ in range(1500)] + [{s: s} for s in NASTY]
lines = "".join(json.dumps(v) + "\n" for v in values)

# What we write is read back alike by us, by YAML 1.1 and by the core schema.
written = ours("yaml", lines)
same("written, read by us", written, values, [json.loads(l) for l in ours("json", written).split("\n")[:-1]])
same("written, read as YAML 1.1", written, values, list(yaml.load_all(written, Loader=yaml.CSafeLoader)))
same("written, read as YAML 1.2", written, values, list(yaml.load_all(written, Loader=Core)))

# What PyYAML writes, in several styles.
for name, style in (("block", {}), ("flow", {"default_flow_style": True}), ("narrow", {"width": 20}),
                    ("single", {"default_style": "'"}), ("double", {"default_style": '"', "allow_unicode": True}),
                    ("markers", {"explicit_start": True, "explicit_end": True}), ("wide", {"indent": 7, "allow_unicode": True})):
    # PyYAML writes a quoted number as `! '1'`, which is a string.
    some = [v for v in values if "default_style" not in style or isinstance(v.get("v", ""), str)]
    text = yaml.dump_all(some, Dumper=yaml.CSafeDumper, sort_keys=False, **style)
    same(name, text, list(yaml.load_all(text, Loader=Core)), [json.loads(l) for l in ours("json", text).split("\n")[:-1]])

# Hand-written text.
text = open("hand.yaml").read()
same("hand", text, list(yaml.load_all(text, Loader=Core)), [json.loads(l) for l in ours("json", text).split("\n")[:-1]])
