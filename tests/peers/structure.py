"""Compares what OpenAPI's JSON Schemas reject with what the generator says: see `structure`.

    structure.py GENERATOR [EVERY] [DESCRIPTION]...
"""

import collections
import copy
import itertools
import json
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from importlib import resources

import jsonschema_rs
import yaml

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"
GENERATOR = sys.argv[1]

# Data, and keys that nothing is known of: no mistakes are made in them.
DATA = {"example", "examples", "default", "enum", "const", "required", "mapping", "scopes"}

# What the schemas reject, and the specification does not: by the end of the path into the schema.
BEYOND_THE_SPECIFICATION = (
    # A Link Object's parameters are any values (OpenAPI 3.1.1, Link Object, `parameters`).
    "$defs/map-of-strings/additionalProperties/type",
)


# --- The schemas ------------------------------------------------------------------------------------------------------


def schema_of(package, *path):
    return json.loads(resources.files(package).joinpath(*path).read_text())


def validators():
    """By version. That of 3.1 checks Schema Objects, too, as the published `schema-base` does."""
    old = schema_of("openapi_spec_validator", "resources", "schemas", "v3.0", "schema.json")
    new = schema_of("openapi_spec_validator", "resources", "schemas", "v3.1", "schema.json")
    folder = ("schemas", "oas3.1")
    dialect = schema_of("openapi_schema_validator", *folder, "metaschema.json")
    vocabulary = schema_of("openapi_schema_validator", *folder, "vocabularies", "base")
    base = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://example.com/schema-base",
        "$ref": new["$id"],
        "$defs": {"schema": {"$dynamicAnchor": "meta", "$ref": dialect["$id"]}},
    }
    registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in (new, dialect, vocabulary)])
    return jsonschema_rs.Draft4Validator(old, validate_formats=False), jsonschema_rs.Draft202012Validator(base, registry=registry)


OLD, NEW = validators()


def rejections(document):
    """By the pointer and the schema's keyword, what is wrong."""
    validator = NEW if str(document.get("openapi")).startswith("3.1") else OLD
    found = {}
    for error in validator.iter_errors(document):
        path = "/".join(map(str, error.schema_path))
        is_path_item = len(error.instance_path) == 2 and error.instance_path[0] == "paths"
        # Fields beside a Path Item's `$ref` are allowed (OpenAPI 3.1.1, Path Item Object, `$ref`).
        is_allowed = is_path_item and path.endswith("$defs/reference/unevaluatedProperties")
        if not is_allowed and not path.endswith(BEYOND_THE_SPECIFICATION):
            found[pointer(error.instance_path), path] = f"{error.message[:200]} ({path[-80:]})"
    return found


# --- Descriptions -----------------------------------------------------------------------------------------------------


class Loader(yaml.SafeLoader):
    """YAML 1.2's scalars: no dates, and no booleans but true and false."""


LEFT_OUT = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in LEFT_OUT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF")
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(?:\.\d+|\d+(?:\.\d*)?)[eE][-+]?\d+$"), "-+.0123456789"
)


def with_text_keys(value):
    if isinstance(value, dict):
        return {str(key): with_text_keys(member) for key, member in value.items()}
    return [with_text_keys(item) for item in value] if isinstance(value, list) else value


def read(path):
    """None where there is no object, or nothing that this parser reads."""
    try:
        document = with_text_keys(yaml.load(path.read_bytes(), Loader))
    except (yaml.YAMLError, UnicodeError):
        return None
    return document if isinstance(document, dict) else None


def pointer(path):
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)


def at(document, path):
    for key in path:
        document = document[key]
    return document


def places(value, path=()):
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield (*path, key)
        if key not in DATA and not str(key).startswith("x-"):
            yield from places(member, (*path, key))


# What holds objects under names that the author chooses, or in a list.
HOLDERS = {
    "allOf", "anyOf", "callbacks", "content", "encoding", "examples", "headers", "links", "oneOf", "parameters",
    "pathItems", "paths", "properties", "requestBodies", "responses", "schemas", "securitySchemes", "servers", "tags",
    "variables", "webhooks",
}
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def likeness(path):
    """What objects have in common that may have the same fields."""
    around, key = path[-2:] if len(path) > 1 else (None, path[-1])
    return around if around in HOLDERS else "operation" if key in METHODS else key


def known_fields(documents):
    """Of objects that are alike, every field with a value that it has somewhere."""
    fields = collections.defaultdict(dict)
    for document in documents:
        for path in places(document):
            value = at(document, path)
            if isinstance(value, dict):
                fields[likeness(path)].update(value)
    return fields


# The mistake that is about the whole document.
OTHER_VERSION = "other version"


def mistakes(document, fields):
    """One after the other: what it is, where, and what stands there then."""
    yield OTHER_VERSION, ("openapi",), "3.0.3" if str(document.get("openapi")).startswith("3.1") else "3.1.0"
    for path in places(document):
        value = at(document, path)
        yield "removed", path, None
        yield "null", path, None
        yield "number", path, -1.5
        yield "other type", path, [{}] if isinstance(value, str) else "nonsense"
        if isinstance(value, list) and value:
            yield "twice", path, [*value, *value[:1]]
        if isinstance(value, dict):
            yield "more", path, {**value, "titel": "x"}
            # One that others of its kind have, and that may contradict what stands beside it.
            known = fields[likeness(path)]
            others = sorted(field for field in known.keys() - value.keys() if not field.startswith("x-"))
            for field in others[len(pointer(path)) % 5 :: 5]:
                yield f"with {field}", path, {**value, field: known[field]}


def changed(document, mistake, path, value):
    document = copy.deepcopy(document)
    around = at(document, path[:-1])
    if mistake == "removed":
        del around[path[-1]]
    else:
        around[path[-1]] = value
    return document


# --- The comparison ---------------------------------------------------------------------------------------------------


def told(path):
    """The code and the pointer of each place that the generator shows."""
    nowhere = os.path.join(tempfile.gettempdir(), "not-there")
    options = ["--check", "--verbose", "--message-format", "json", "--out", nowhere]
    run = subprocess.run([GENERATOR, "codegen", "--spec", path, *options], capture_output=True, text=True)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"exit status {run.returncode}: {run.stderr}")
    messages = map(json.loads, run.stdout.splitlines())
    return [(message["code"], span["pointer"]) for message in messages for span in message["spans"]]


def told_of(document):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(document, file)
        file.flush()
        return told(file.name)


def is_about(message, place):
    """Whether something is said of what is at `place`, in it, or of a keyword around that is not supported at all."""
    code, shown = message
    if shown is None or shown == place or shown.startswith(place + "/"):
        return True
    return code == "unsupported-keyword" and place.startswith(shown + "/")


def silent(rejected, messages):
    rejected = sorted((place, why) for (place, _), why in rejected.items())
    return [(place, why) for place, why in rejected if not any(is_about(one, place) for one in messages)]


def compared(job):
    """One mistake: whether the schemas reject it, and what they reject and the generator does not mention."""
    name, document, (before, known), (mistake, path, value) = job
    document = changed(document, mistake, path, value)
    rejected = rejections(document)
    new = {what: why for what, why in rejected.items() if what not in before}
    if not new:
        return False, []
    messages = told_of(document)
    if mistake == OTHER_VERSION:
        missed = silent(new, messages)
    else:
        # The schemas often name an object far around what is wrong; what has been changed is what it is about.
        around = pointer(path[:-1]) if mistake == "removed" else pointer(path)
        # What has been said without the mistake, too, is about it only if it is of the same place.
        counts = lambda code, place: (code, place) not in known or place == around or code == "unsupported-keyword"
        is_told = any(is_about(message, around) for message in messages if counts(*message))
        missed = [] if is_told else [(around, min(new.values()))]
    return True, [f"{name} {place or '#'}, {mistake}: {why}" for place, why in missed]


def main():
    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    paths = [path for folder in ("accept", "reject", "mutated") for path in sorted((FIXTURES / folder).iterdir())]
    is_description = re.compile(r"^[^.]+\.(yaml|json)$")
    paths = [path for path in paths if is_description.match(path.name)] + [pathlib.Path(path) for path in sys.argv[3:]]
    documents = {path: document for path in paths if (document := read(path)) is not None}
    fields = known_fields(documents.values())
    missed, rejected, origins = [], 0, []
    for path, document in documents.items():
        found = rejections(document)
        rejected += bool(found)
        missed += [f"{path.name} {place or '#'}: {why}" for place, why in silent(found, told(str(path)) if found else [])]
        if path.parent.name == "accept":
            origins.append((path.name, document, (found, set(told_of(document)))))
    print(f"{len(paths)} descriptions, of which the schemas reject {rejected}")
    jobs = ((*origin, mistake) for origin in origins for mistake in mistakes(origin[1], fields))
    with multiprocessing.Pool() as pool:
        outcomes = list(pool.imap_unordered(compared, itertools.islice(jobs, 0, None, every), chunksize=16))
    missed += sorted(line for _, lines in outcomes for line in lines)
    print(f"{len(outcomes)} mistakes, of which the schemas reject {sum(is_rejected for is_rejected, _ in outcomes)}")
    for line in missed:
        print(f"nothing is said of {line}")
    sys.exit(1 if missed else 0)


main()
