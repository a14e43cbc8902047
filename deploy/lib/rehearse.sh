#!/usr/bin/env bash
# Starts node0 in a lab of its own, and stops it when it serves; its JVM then writes its ahead-of-time cache (JEP 514).
set -eu
. "$(dirname "$0")/common.sh"
. "$deploy_dir/lib/jdk.sh"
. "$deploy_dir/lib/lab.sh"
. "$deploy_dir/lib/node.sh"

jdk_find
if [ -z "${FAIRWAY_IN_LAB:-}" ]; then
    status=0
    lab_enter "$0" || status=$?
    exit "$status"
fi
cache=$top_dir/router-node/target/node.aot
export FAIRWAY_NODE_OPTIONS="-XX:AOTCacheOutput=$cache.new"
lab_up fairway
node_start node0
sleep 4
node=$(node_pid node0)
kill -TERM "$node"
has_ended() { ! kill -0 "$node"; }
wait_for 120 'the cache' has_ended
mv "$cache.new" "$cache"
rm -f "$cache".*
