# For the scripts in examples/: `run FLOW OPTION...` runs a flow of config/flows with 1, 2 and 4 workers, calling `compare`
# after each; standard output is in got.txt. The working directory is an empty folder, inputs are in $inputs.
set -eu
binary=$(realpath "$1")
inputs=$(realpath "$2")
project=$(realpath "$(dirname "$0")/../../..")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export FLOWRUN_LOG_LEVEL=warning LC_ALL=C

run() {
  flow=$1
  shift
  for workers in 1 2 4; do
    "$binary" "$project/config/flows/$flow" -w "$workers" "$@" > got.txt
    compare || { echo "FAILED: $flow with $workers workers" >&2; exit 1; }
  done
}

# same EXPECTED GOT: the same lines in any order; shows the first that differ. An empty expectation shows nothing.
same() {
  [ -s "$1" ] || { echo "$1 is empty" >&2; return 1; }
  sort "$1" > expected.sorted
  sort "$2" > got.sorted
  diff expected.sorted got.sorted | head -20 >&2
  cmp -s expected.sorted got.sorted
}
