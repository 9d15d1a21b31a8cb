# SPDX-License-Identifier: GPL-2.0-or-later
"""Format random files: every one is accepted (the command itself proves that it means the same), keeps its comments in
order, and stays when it is formatted again."""
import re, subprocess, sys

import gen


def run(*argv, data):
    return subprocess.run(argv, input=data, capture_output=True)


def comments(data):
    return re.findall(rb"#[# ]*c(\d+)\b", data)


bad = 0
for seed in range(int(sys.argv[1]), int(sys.argv[2])):
    text = gen.make(seed)
    once = run("msctl-site", "fmt", data=text)
    if once.returncode:
        bad += print(f"{seed}: refused: {once.stderr.decode()}") is None
        continue
    twice = run("msctl-site", "fmt", data=once.stdout)
    if twice.stdout != once.stdout:
        bad += print(f"{seed}: not the same again: {twice.stderr.decode()}") is None
    want, got = comments(text), comments(once.stdout)
    if want != got:
        bad += print(f"{seed}: comments {want} became {got}") is None
print("all good" if not bad else f"{bad} bad")
