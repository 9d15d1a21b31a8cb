# SPDX-License-Identifier: GPL-2.0-or-later
"""JSON Schemas against a validator that is not ours: they are schemas, they take what msctl takes, refuse what it refuses."""
import json, os, subprocess, sys
import jsonschema, yaml


def schema(*kind):
    text = subprocess.run(["msctl-site", "schema", *kind], capture_output=True, check=True).stdout
    value = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(value)
    return jsonschema.Draft202012Validator(value)


def load(path):
    # a 1.2 reader: yes, no, on and off are strings
    class Loader(yaml.SafeLoader):
        pass
    Loader.yaml_implicit_resolvers = {k: [(tag, regexp) for tag, regexp in v if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")]
                                      for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()}
    import re
    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
    return list(yaml.load_all(open(path), Loader))


def accepted(path):
    return subprocess.run(["msctl-site", "check", "-S", path], capture_output=True).returncode in (0, 5)


kinds = [d["$ref"].split("/")[-1] for d in schema().schema["oneOf"]]
print("kinds:", " ".join(kinds))
one = {kind: schema(kind) for kind in kinds}
every = schema()
for path in sys.argv[1:]:
    for doc in load(path):
        errors = [e.json_path + ": " + e.message for e in one[doc["kind"]].iter_errors(doc)]
        print(os.path.basename(path), doc["kind"], "valid" if not errors else "INVALID " + errors[0],
              "in all" if every.is_valid(doc) else "not in all")

# Single changes to a good document: the schema and msctl must agree.
GOOD = load("good.yaml")[0]
CHANGES = json.load(open("changes.json"))
for name, (pointer, value) in CHANGES.items():
    doc = json.loads(json.dumps(GOOD))
    at = doc
    *way, last = pointer.split("/")[1:]
    for key in way:
        at = at[int(key)] if isinstance(at, list) else at.setdefault(key, {})
    at[int(last) if isinstance(at, list) else last] = value
    json.dump(doc, open("changed.json", "w"))
    ours, theirs = accepted("changed.json"), one["Site"].is_valid(doc)
    print(f"{name}: {'taken' if ours else 'refused'}", "" if ours == theirs else f"BUT the schema says {theirs}")
