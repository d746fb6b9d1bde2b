"""Asks a Prometheus that collects from a cluster whether it has what the documentation and the dashboard promise. The argument is its address; run.sh starts all of it."""

import json
import re
import sys
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = sys.argv[1]
REPLICAS = 4

# There is no exception before the first.
MAY_BE_MISSING = {"dotnet_exceptions_total"}

failures = 0


def holds(what, condition, why=""):
    global failures
    failures += not condition
    print(f"   {'holds' if condition else 'FAILS'}: {what}{'' if condition else f' ({why})' if why else ''}")


def ask(path, **query):
    with urllib.request.urlopen(f"{ADDRESS}/api/v1/{path}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
        return json.load(answer)["data"]


def value(expression):
    return ask("query", query=expression)["result"]


def numbers(expression):
    return [float(sample["value"][1]) for sample in value(expression)]


targets = ask("targets")["activeTargets"]
for target in targets:
    holds(f"{target['scrapeUrl']} is up", target["health"] == "up", target["lastError"])
holds(f"there are {REPLICAS} targets", len(targets) == REPLICAS, f"{len(targets)}")

text = (ROOT / "docs" / "metrics.md").read_text()
documented = re.findall(r"^\| `([a-z0-9_]+)` \| (gauge|counter|histogram) \|", text, re.MULTILINE)
types = ask("metadata")
names = set()
for name, kind in documented:
    series = [name + end for end in ("_bucket", "_sum", "_count")] if kind == "histogram" else [name]
    names.update(series)
    replicas = [numbers(f"count(count by (instance) ({one}))") for one in series]
    # OpenMetrics names the family of a counter without its suffix.
    told = {entry["type"] for entry in types.get(name, types.get(name.removesuffix("_total"), []))}
    if name in MAY_BE_MISSING:
        holds(f"{name} is a {kind} if it is there", told <= {kind}, f"{told}")
    else:
        holds(f"{name} is a {kind} and comes from all", told == {kind} and replicas == [[REPLICAS]] * len(series), f"{told}, {replicas}")
strangers = {name for name in ask("label/__name__/values") if name.startswith(("hotstuff_", "dotnet_"))} - names
holds("no metric is undocumented", not strangers, ", ".join(sorted(strangers)))

for panel in json.loads((ROOT / "docker" / "grafana" / "dashboards" / "hotstuff.json").read_text())["panels"]:
    for target in panel.get("targets", []):
        # What shows only what is not 0 may show nothing.
        found = value(target["expr"])
        holds(f"dashboard: {panel['title']}: {target['expr']}", found or target["expr"].endswith("> 0"))

alerts = re.findall(r"`([^`]+)`", text[text.index("## What to be alerted about") :])
for alert in (alert for alert in alerts if re.search(r"[=>]", alert)):
    # That it is understood: there is nothing to be alerted about.
    holds(f"alert: {alert}", isinstance(value(alert), list))

holds("a replica was seen to be down", 0 in numbers("min_over_time(up[2m])"))
holds("views were given up when it led", max(numbers('increase(hotstuff_views_entered_total{reason="timeoutCertificate"}[2m])'), default=0) > 0)
holds("it fetched what it had missed", max(numbers("hotstuff_blocks_fetched_total"), default=0) > 0)
holds("nobody is behind now", max(numbers("clamp_min(scalar(max(hotstuff_executed_height offset 10s)) - hotstuff_executed_height, 0)"), default=1) == 0)

print(f"{failures} checks failed")
sys.exit(failures > 0)
