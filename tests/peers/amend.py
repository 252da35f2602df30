"""Prints the museum's description as JSON, with what it leaves unsaid.

Its operations ask for credentials, but all but one do not declare 401. Its numbers have no bounds: `page` may have a
hundred digits, and a price, a number of single precision, cannot tell apart what schemathesis makes up.

    amend.py museum.yaml
"""

import json
import sys

import yaml

METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

with open(sys.argv[1], encoding="utf-8") as file:
    document = yaml.safe_load(file)
for item in document["paths"].values():
    for method in METHODS:
        if method in item:
            item[method]["responses"].setdefault("401", {"$ref": "#/components/responses/Unauthorized"})
for parameter in document["components"]["parameters"].values():
    schema = parameter["schema"]
    if schema.get("type") == "integer":
        schema |= {"minimum": 1, "maximum": schema.get("maximum", 1000)}
document["components"]["schemas"]["EventPrice"] |= {"minimum": 0, "maximum": 1000}
json.dump(document, sys.stdout, default=str)
