#!/usr/bin/env bash
# Looks at the pages with a real browser. Needs node 20, chromium and a built program; where one of them is missing it says so and ends well.
# PICTURES=DIR keeps pictures; CHROMIUM=FILE and HOTSTUFF=FILE say what to use.
set -euo pipefail
cd "$(dirname "$0")"
missing() { printf 'skipped: %s\n' "$1"; exit 0; }

command -v node >/dev/null || missing 'no node'
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || missing 'no chromium (apt-get install chromium, or set CHROMIUM)'
[ -x "${HOTSTUFF:-../../src/HotStuff.Host/bin/Release/net10.0/hotstuff}" ] || missing 'the program is not built (dotnet build -c Release)'
[ -d node_modules/playwright-core ] || npm ci --no-audit --no-fund >/dev/null || missing 'playwright-core cannot be installed'
exec node --test --test-concurrency=1 "$@"
