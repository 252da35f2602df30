"""Compares what OpenAPI's JSON Schemas reject with what the generator says: see `structure`.

    structure.py GENERATOR [EVERY] [DESCRIPTION]...
"""

import collections
import copy
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


def mistakes(document, fields):
    """Copies of the document, each with one mistake: what it is, where, and the copy."""
    other = copy.deepcopy(document)
    other["openapi"] = "3.0.3" if str(document.get("openapi")).startswith("3.1") else "3.1.0"
    yield "other version", (), other
    for path in places(document):
        value = at(document, path)
        replacements = {
            "other type": [{}] if isinstance(value, str) else "nonsense",
            "number": -1.5,
            "null": None,
            "more": {**value, "titel": "x"} if isinstance(value, dict) else None,
            "twice": [*value, *value[:1]] if isinstance(value, list) and value else None,
        }
        if isinstance(value, dict):
            # One that others of its kind have, and that may contradict what stands beside it.
            others = sorted(field for field in fields[likeness(path)].keys() - value.keys() if not field.startswith("x-"))
            for field in others[len(pointer(path)) % 5 :: 5]:
                replacements[f"with {field}"] = {**value, field: fields[likeness(path)][field]}
        for mistake, replacement in replacements.items():
            if replacement is not None or mistake == "null":
                changed = copy.deepcopy(document)
                at(changed, path[:-1])[path[-1]] = replacement
                yield mistake, path, changed
        changed = copy.deepcopy(document)
        del at(changed, path[:-1])[path[-1]]
        yield "removed", path, changed


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
    name, mistake, path, document, before = job
    rejected = rejections(document)
    new = {what: why for what, why in rejected.items() if what not in before}
    if not new:
        return False, []
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(document, file)
        file.flush()
        messages = told(file.name)
    # The schemas often name an object far around what is wrong; what has been changed is what it is about.
    around = pointer(path[:-1]) if mistake == "removed" else pointer(path)
    if path and any(is_about(message, around) for message in messages):
        return True, []
    missed = [(around, min(new.values()))] if path else silent(new, messages)
    return True, [f"{name} {place or '#'}, {mistake}: {why}" for place, why in missed]


def main():
    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    paths = [path for folder in ("accept", "reject", "mutated") for path in sorted((FIXTURES / folder).iterdir())]
    is_description = re.compile(r"^[^.]+\.(yaml|json)$")
    paths = [path for path in paths if is_description.match(path.name)] + [pathlib.Path(path) for path in sys.argv[3:]]
    documents = {path: document for path in paths if (document := read(path)) is not None}
    fields = known_fields(documents.values())
    missed, rejected, jobs = [], 0, []
    for path, document in documents.items():
        found = rejections(document)
        rejected += bool(found)
        missed += [f"{path.name} {place or '#'}: {why}" for place, why in silent(found, told(str(path)) if found else [])]
        if path.parent.name == "accept":
            jobs += [(path.name, *mistake, found) for mistake in mistakes(document, fields)]
    print(f"{len(paths)} descriptions, of which the schemas reject {rejected}")
    with multiprocessing.Pool() as pool:
        outcomes = list(pool.imap_unordered(compared, jobs[::every], chunksize=16))
    missed += sorted(line for _, lines in outcomes for line in lines)
    print(f"{len(outcomes)} mistakes, of which the schemas reject {sum(is_rejected for is_rejected, _ in outcomes)}")
    for line in missed:
        print(f"nothing is said of {line}")
    sys.exit(1 if missed else 0)


main()
