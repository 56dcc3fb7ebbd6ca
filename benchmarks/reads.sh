#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Reads of one page-cached qcow2 image, Varve and qemu-img bench in turn in the same run: random 4 KiB, sequential
# 64 KiB and 1 MiB, one request at a time. Prints each round's requests per second, the medians and their ratio.
# usage: benchmarks/reads.sh [ROUNDS]
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-5}
command -v qemu-img >/dev/null || { echo "reads.sh: qemu-img is not on the path: nothing to compare with" >&2; exit 1; }
dir=$(mktemp -d "${TMPDIR:-/tmp}/varve-reads.XXXXXX")
trap 'rm -rf "$dir"' EXIT
size=$((1 << 30))
image=$dir/disk.qcow2

head -c $size /dev/urandom > "$dir/disk.raw"
qemu-img convert -f raw -O qcow2 "$dir/disk.raw" "$image"
rm "$dir/disk.raw"
cat "$image" > /dev/null # into the page cache

# A step that is a large odd number of 4 KiB blocks visits every block once in an order that looks random; both tools
# wrap at the end of the disk.
step=$((4096 * 104729))

median() { sort -g | awk '{v[NR]=$1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

qemu() { # count bytes step -> requests per second
    qemu-img bench -f qcow2 -d 1 -c "$1" -s "$2" -S "$3" "$image" \
        | awk -v n="$1" '/Run completed/ {print n / $4}'
}

varve() {
    ./varve bench -f qcow2 -d 1 -c "$1" -s "$2" -S "$3" --output json "$image" \
        | awk -F '[:,]' '/"requests-per-second"/ {gsub(/ /, "", $2); print $2}'
}

compare() { # name count bytes step
    : > "$dir/q"; : > "$dir/v"
    for _ in $(seq "$rounds"); do
        qemu "$2" "$3" "$4" >> "$dir/q"
        varve "$2" "$3" "$4" >> "$dir/v"
    done
    local q v
    q=$(median < "$dir/q"); v=$(median < "$dir/v")
    printf '%-18s QEMU %10.0f/s   Varve %10.0f/s   ratio %5.2f   (rounds: QEMU %s; Varve %s)\n' "$1" "$q" "$v" \
        "$(awk -v a="$v" -v b="$q" 'BEGIN {print a / b}')" \
        "$(awk '{printf "%.0f ", $1}' "$dir/q")" "$(awk '{printf "%.0f ", $1}' "$dir/v")"
}

./varve --version > /dev/null # builds if need be
echo "$(qemu-img --version | head -n 1); $rounds rounds each, in turn; image of 1 GiB, random data, in the page cache"
compare "random 4 KiB" 262144 4096 "$step"
compare "sequential 64 KiB" 16384 65536 65536
compare "sequential 1 MiB" 2048 1048576 1048576
