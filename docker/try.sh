#!/bin/bash
# Tries the compose file for real: forms the cluster, takes seeds and replicas away under load in the ways that containers can be lost, and looks whether everything is as docs/operations.md says.
#   docker/try.sh                      with Docker
#   ENGINE=podman COMPOSE=podman-compose docker/try.sh
# Where no container engine is, it says so and ends with 0. Everything that it made is removed at the end.
set -uo pipefail
cd "$(dirname "$0")"
engine=${ENGINE:-docker}
compose=${COMPOSE:-$engine compose}
project=hotstuff
log=$(mktemp)
failures=0

command -v "${engine%% *}" > /dev/null && $engine info > /dev/null 2>&1 || { echo "skipped: no container engine ($engine) on this machine"; exit 0; }

say() { printf '\n== %s\n' "$*"; }
holds() { if "${@:2}"; then echo "   holds: $1"; else echo "   FAILS: $1"; failures=$((failures + 1)); fi; }
# Waits at most a minute for a condition.
within() { for _ in $(seq 60); do "$@" > /dev/null 2>&1 && return 0; sleep 1; done; return 1; }
container() { $engine ps -a --format '{{.Names}}' | grep -E "^${project}[-_]$1([-_]1)?$"; }
inside() { $engine exec "$(container "$1")" "${@:2}"; }
healthy() { inside "$1" healthcheck; }
put() { inside replica-0 hotstuff kv put "$1" "$2" --genesis /keys/genesis.json; }
get() { inside replica-0 hotstuff kv get "$1" --genesis /keys/genesis.json --read linearizable | grep -q "$2"; }
# Commands of the load are executed, as a replica that nothing was done to tells.
commands() { inside replica-0 pbm hotstuff status --json | grep -io '"commands_\?executed": *[0-9]*' | grep -o '[0-9]*$'; }
goes_on() { local before after; before=$(commands) && sleep 5 && after=$(commands) && [ "$after" -gt "$before" ]; }
members() { inside "$1" pbm cluster show | grep -c "| $2 |"; }
height() { inside "$1" pbm hotstuff status --json | grep -io '"executed_\?height": *[0-9]*' | grep -o '[0-9]*$'; }
caught_up() { local a b; a=$(height replica-0) && b=$(height "$1") && [ $((a - b)) -le 2 ]; }
reads() { inside replica-0 bash -c "exec 3<>/dev/tcp/$1/8080; printf 'GET $2 HTTP/1.0\r\nHost: $1\r\n$3\r\n' >&3; head -1 <&3" | grep -o ' [0-9][0-9][0-9] ' | tr -d ' '; }
answers() { [ "$(reads "$1" "$2" "${4:-}")" = "$3" ]; }
# The same way in that the HTTP port answers is closed there.
refuses_commands() { inside replica-0 bash -c "exec 3<>/dev/tcp/replica-1/8080 && ! (exec 4<>/dev/tcp/replica-1/9110)" 2> /dev/null; }
shows() { local shown; shown=$(inside "$1" pbm cluster show) && grep -q "$2" <<< "$shown"; }
lacks() { local shown; shown=$(inside "$1" pbm cluster show) && ! grep -q "$2" <<< "$shown"; }
all_members() { [ "$(members replica-1 up)" -eq 6 ] && lacks replica-1 unreachable; }

cleanup() { $compose -p $project down -v > /dev/null 2>&1; rm -f "$log"; }
trap cleanup EXIT

say "two seeds and four replicas form a cluster"
$compose -p $project up -d ${BUILD:---build} > "$log" 2>&1 || { tail -20 "$log"; exit 1; }
for i in 0 1 2 3; do holds "replica-$i is healthy" within healthy replica-$i; done
[ "$failures" -eq 0 ] || { tail -20 "$log"; exit 1; }
holds "pbm cluster show has six members" within all_members
inside replica-1 pbm cluster show
holds "a seed takes operator commands, too" shows seed-1 "Count: 6 nodes"
holds "a command is executed" put colour green
holds "and read" get colour green

say "who comes from elsewhere and shows no token reads health and nothing else"
token=$(inside replica-0 cat /keys/http.token)
holds "health is read" answers replica-1 /healthz 200
holds "metrics are not" answers replica-1 /metrics 401
holds "the page is not" answers replica-1 / 401
holds "metrics are with the token" answers replica-1 /metrics 200 "Authorization: Bearer $token\r\n"
holds "operator commands are not heard outside the container" refuses_commands

say "under load a seed is killed, and comes back"
$engine exec -d "$(container replica-0)" hotstuff bench --genesis /keys/genesis.json --rate 200 --duration 240 --warmup 1
$engine kill "$(container seed-1)" > /dev/null
holds "commands go on" goes_on
holds "and the seed is shown as unreachable" within shows replica-1 "seed-1.*unreachable"
$engine start "$(container seed-1)" > /dev/null
holds "the seed comes back" within all_members

say "a replica is killed, and comes back"
$engine kill "$(container replica-2)" > /dev/null
holds "commands go on" goes_on
$engine start "$(container replica-2)" > /dev/null
holds "it catches up" within caught_up replica-2

say "a replica is cut off, and comes back"
network=$($engine network ls --format '{{.Name}}' | grep "^${project}" | head -1)
$engine network disconnect "$network" "$(container replica-3)"
holds "commands go on" goes_on
$engine network connect --alias replica-3 "$network" "$(container replica-3)"
holds "it catches up" within caught_up replica-3

say "a replica is frozen, and comes back"
$engine pause "$(container replica-1)" > /dev/null
holds "commands go on" goes_on
$engine unpause "$(container replica-1)" > /dev/null
holds "it catches up" within caught_up replica-1
holds "all are members again" within all_members

say "a replica is stopped, and leaves the operators' cluster cleanly"
$engine stop -t 15 "$(container replica-2)" > /dev/null
holds "it ended by itself" [ "$($engine inspect -f '{{.State.ExitCode}}' "$(container replica-2)")" = 0 ]
holds "it is no member any more" within lacks replica-1 replica-2
holds "commands go on" goes_on
holds "what was written first is there" get colour green

printf '\n%d checks failed\n' "$failures"
[ "$failures" -eq 0 ]
