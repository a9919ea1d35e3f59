#!/bin/sh
# Runs the fuzz targets one after another, on a stable compiler and without cargo-fuzz.
#
#     sh fuzz/run.sh SECONDS [TARGET…]
set -eu
cd "$(dirname "$0")"
seconds=$1
shift
host=$(rustc -vV | sed -n 's/^host: //p')
# What cargo-fuzz passes too: the compiler counts which branches an input reaches.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --release --target "$host"
sh seed.sh
target_dir=${CARGO_TARGET_DIR:-target}
failed=""
for file in fuzz_targets/*.rs; do
    target=$(basename "$file" .rs)
    case " ${*:-$target} " in *" $target "*) ;; *) continue ;; esac
    mkdir -p "artifacts/$target"
    echo "== $target"
    "$target_dir/$host/release/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="artifacts/$target/" "corpus/$target" >"artifacts/$target.log" 2>&1 || failed="$failed $target"
    grep -E "^(stat::(number_of|peak)|SUMMARY|==.*ERROR)|panicked at" "artifacts/$target.log" || true
done
test -z "$failed" || { echo "found something:$failed"; exit 1; }
