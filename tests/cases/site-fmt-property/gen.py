# SPDX-License-Identifier: GPL-2.0-or-later
"""Random YAML files, each written as no two people would: gen.py SEED > FILE.  Every comment has a number."""
import random, sys

R = random.Random()
WORDS = ["a", "node01", "true", "12", "0x1F", "1.5", "null", "~", "yes", "10.0.0.1", "x-y", "a b", "größe", "env:PW",
         "http://h/x#y", "2001:db8::1", "leaf01:1", "-5", "1e3", "two  blanks"]
count, anchors, text_end = 0, [], -1


def comment():
    global count
    count += 1
    return R.choice(["#", "# ", "#  "]) + f"c{count} " + R.choice(["", "text", "key: value", "- item", "'quote\"", "{a: [b", "größe"])


def trailing():
    return R.choice([" ", "  ", "     "]) + comment() if R.random() < 0.15 else R.choice(["", "", "", " "])


def above(out, indent):
    """Blank lines and comments before an entry, not always where they should be."""
    global text_end
    while R.random() < 0.2:
        deep = 0 if len(out) == text_end else R.choice([0, 0, 0, 2, 5])  # behind a text block it would be text
        out.append(R.choice(["", "   ", " " * max(0, indent + R.choice([deep, deep, -2])) + comment()]))
        text_end += len(out) - 1 == text_end


def quoted(text):
    if R.random() < 0.5:
        return "'" + text.replace("'", "''") + "'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def scalar():
    kind = R.random()
    if kind < 0.6:
        return R.choice(WORDS)
    return quoted(R.choice(WORDS + ["", " lead", "trail ", "it's", 'say "hi"', "a: b", "# no comment", "back\\slash", "[x]", "tab\there",
                                    "line\nbreak", "\u0085x", "\u2028", "🦊", "- x", "*x", "&x", "!x", "%x", "@x", "?", ":", "{", "}"]))


def flow(depth):
    space = lambda: R.choice(["", " ", "  "])
    kind = R.random()
    if depth > 2 or kind < 0.4:
        text = scalar()
        return quoted("v") if any(c in text for c in ",[]{}#&*!|>%@`") and text[0] not in "'\"" else text
    if kind < 0.7:
        return "[" + space() + ", ".join(flow(depth + 1) for _ in range(R.randint(0, 5))) + space() + "]"
    return "{" + space() + ", ".join(f"k{i}: {flow(depth + 1)}" for i in range(R.randint(0, 4))) + space() + "}"


def broken_flow(out, head, indent):
    """A list over several lines, with comments between the brackets."""
    out.append(head + " [" + trailing())
    for _ in range(R.randint(1, 3)):
        above(out, indent + 4)
        out.append(" " * (indent + R.randint(2, 6)) + flow(1) + "," + trailing())
    out.append(" " * (indent + 2) + "]" + trailing())


def text_block(out, head, indent):
    style = R.choice("|>") + R.choice(["", "-", "+"])
    out.append(head + " " + style + trailing())
    inner = indent + R.randint(1, 4)
    out.append(" " * inner + R.choice(["first line", "# not a comment", "x: y"]))
    for _ in range(R.randint(0, 4)):
        out.append(R.choice(["", " " * inner + "more", " " * (inner + 3) + "deeper", " " * inner + "end # still text", " " * inner + "- z"]))
    if R.random() < 0.3:
        out.extend([""] * R.randint(1, 3))
    global text_end
    text_end = len(out)


def value(out, head, indent, depth, entry):
    """What stands behind "key:" or "-"."""
    kind = R.random()
    anchor = ""
    if R.random() < 0.1:
        anchor = f" &n{R.randrange(10**6)}"
    if kind < 0.35 or depth > 4:
        out.append(head + anchor + R.choice([" ", "  "]) + scalar() + trailing())
    elif kind < 0.4 and not entry:
        out.append(head + anchor + trailing())
    elif kind < 0.45 and anchors and not anchor:
        out.append(head + " *" + R.choice(anchors) + trailing())
    elif kind < 0.6:
        out.append(head + anchor + " " + flow(0) + trailing())
    elif kind < 0.64 and not anchor:
        broken_flow(out, head, indent)
    elif kind < 0.72:
        text_block(out, head + anchor, indent)
    elif kind < 0.86:
        nested = indent + R.randint(1, 4)
        if entry and not anchor and R.random() < 0.7:
            block_map(out, nested + len(head) - indent, depth + 1, head + " " * (nested - indent))
        else:
            out.append(head + anchor + trailing())
            block_map(out, nested, depth + 1)
    else:
        out.append(head + anchor + trailing())
        block_list(out, indent + (R.randint(0, 3) if not entry else R.randint(1, 3)), depth + 1)
    if anchor and f"{anchor} " in "\n".join(out) + " ":
        anchors.append(anchor[2:])


def block_map(out, indent, depth, first=None):
    for i in range(R.randint(1, 4)):
        if i or not first:
            above(out, indent)
        head = first if first and not i else " " * indent
        value(out, head + R.choice([f"k{i}", f'"q {i}"', f"'s{i}'"]) + R.choice([":", ":", " :"]), indent, depth, False)


def block_list(out, indent, depth):
    for _ in range(R.randint(1, 4)):
        above(out, indent)
        value(out, " " * indent + "-", indent, depth, True)


def document():
    global anchors
    anchors = []
    out = []
    above(out, 0)
    (block_map if R.random() < 0.8 else block_list)(out, 0, 0)
    above(out, 0)
    return "\n".join(out) + "\n"


def make(seed):
    global count, text_end
    R.seed(seed)
    count, text_end = 0, -1
    text = R.choice(["", "---\n", "# top\n---\n"]) + "---\n".join(document() for _ in range(R.randint(1, 3)))
    return (text.replace("\n", "\r\n") if R.random() < 0.1 else text).encode()


if __name__ == "__main__":
    sys.stdout.buffer.write(make(int(sys.argv[1])))
