#!/usr/bin/env bash
# Collects from a cluster of four with a real Prometheus, kills a replica and starts it again, and looks whether every documented metric and every expression of dashboard and alerts has data.
# Needs prometheus, promtool, python 3 and a built program; where one of them is missing it says so and ends well. All is on this machine, in a minute and a half.
# BASE_PORT=N moves the 500 ports; HOTSTUFF=FILE says what to use.
set -euo pipefail
cd "$(dirname "$0")/../.."
missing() { printf 'skipped: %s\n' "$1"; exit 0; }

for program in prometheus promtool python3; do command -v "$program" > /dev/null || missing "no $program"; done
hotstuff=${HOTSTUFF:-src/HotStuff.Host/bin/Release/net10.0/hotstuff}
[ -x "$hotstuff" ] || missing 'the program is not built (dotnet build -c Release)'

port=${BASE_PORT:-22000}
files=$(mktemp -d)
cluster=$files/cluster
prometheus=
cleanup() {
  [ -z "$prometheus" ] || { kill "$prometheus"; wait "$prometheus" || true; } 2> /dev/null
  [ ! -d "$cluster" ] || "$hotstuff" down --dir "$cluster" > /dev/null || true
  rm -rf "$files"
}
trap cleanup EXIT

# As in docker/prometheus, but for the targets, and the token that this machine need not show.
targets=$(for i in 0 1 2 3; do printf '"127.0.0.1:%d", ' $((port + 300 + i)); done)
sed -e '/authorization:/,/credentials_file:/d' -e "s/targets: .*/targets: [${targets%, }]/" docker/prometheus/prometheus.yml > "$files/prometheus.yml"
promtool check config --syntax-only docker/prometheus/prometheus.yml
promtool check config "$files/prometheus.yml"

"$hotstuff" up --dir "$cluster" --base-port "$port" > /dev/null
prometheus --config.file="$files/prometheus.yml" --storage.tsdb.path="$files/data" --web.listen-address="127.0.0.1:$((port + 490))" 2> "$files/prometheus.log" &
prometheus=$!

"$hotstuff" bench --genesis "$cluster/genesis.json" --rate 200 --duration 60 --warmup 1 > "$files/bench.log" &
load=$!
sleep 20
"$hotstuff" pbm "127.0.0.1:$((port + 401))" hotstuff kill
sleep 10
"$hotstuff" up --dir "$cluster" > /dev/null
sleep 20
python3 tests/prometheus/check.py "http://127.0.0.1:$((port + 490))" && result=0 || result=1
wait "$load" || { cat "$files/bench.log"; result=1; }
exit "$result"
