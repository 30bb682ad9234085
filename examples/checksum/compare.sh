#!/usr/bin/env bash
# Times checksum beside the usual shell pipeline on one tree, in alternating order, and prints the ratio of the times.
#
#   examples/checksum/compare.sh [TREE] [ROUNDS]        (default: /usr/lib, 11 rounds)
set -euo pipefail
export LC_ALL=C

tree=${1:-/usr/lib}
rounds=${2:-11}
jobs=$(nproc)
cargo build --release --quiet --package checksum --manifest-path "$(dirname "$0")/Cargo.toml"
checksum=${CARGO_TARGET_DIR:-$(dirname "$0")/../../target}/release/checksum

ours() { "$checksum" -j "$jobs" -- "$tree"; }
theirs() { find "$tree" -type f -print0 | xargs -0 -P"$jobs" sha256sum; }

# Seconds that a function takes.
seconds() {
    local start=$EPOCHREALTIME
    "$1" >/dev/null
    awk -v start="$start" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.4f", end - start }'
}

# The median, lowest and highest of the numbers on standard input.
summary() { sort -g | awk '{ v[NR] = $1 } END { printf "%.3f (%.3f to %.3f)", v[int((NR + 1) / 2)], v[1], v[NR] }'; }

# Same lines? This also brings the tree into the page cache for both.
if ! cmp <(ours | sort) <(theirs | sort); then
    echo "the outputs differ" >&2
    exit 1
fi
echo "tree       $tree: $(find "$tree" -type f | wc -l) files, $(find "$tree" -type f -printf '%s\n' | awk '{ s += $1 } END { printf "%.1f MiB", s / 1048576 }'), same output"
echo "jobs       $jobs, $rounds rounds"

times=$(
    for ((round = 0; round < rounds; round++)); do
        if ((round % 2)); then
            a=$(seconds ours) b=$(seconds theirs)
        else
            b=$(seconds theirs) a=$(seconds ours)
        fi
        echo "$a $b"
    done
)
printf '%-10s %s\n' \
    "checksum" "$(awk '{ print $1 }' <<<"$times" | summary) s" \
    "shell" "$(awk '{ print $2 }' <<<"$times" | summary) s, find -print0 | xargs -0 -P$jobs sha256sum" \
    "ratio" "$(awk '{ print $1 / $2 }' <<<"$times" | summary) of paired times"
