#!/usr/bin/env bash
# Starts node0 in a lab of its own, lets it open a session and answer every question, and stops it; node and command line
# then write their ahead-of-time caches (JEP 514).
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

# Every question once; "show session" of a session that is not there is a question, too.
questions() {
    local what
    for what in sessions 'session 0000000000000001' pair interfaces arp peers counters drops; do
        echo "show $what --node node0 --state-dir $node_root"
        echo "show $what --node node0 --state-dir $node_root -o json"
    done
    echo "delete session 0000000000000001 --node node0 --state-dir $node_root"
}

caches=$top_dir/router-node/target
lab_up fairway
FAIRWAY_NODE_OPTIONS="-XX:AOTCacheOutput=$caches/node.aot.new" node_start node0
leads() { node_ask node0 pair | jq -e '.state == "SOLO"'; }
wait_for 20 'node0 to lead' leads || true
# Nobody answers: there is no remote router. But the way of a first packet is taken.
lab_exec client ping -c 50 -i 0.02 -W 1 "$lab_server" || true
questions | FAIRWAY_CLI_OPTIONS="-XX:AOTCacheOutput=$caches/cli.aot.new" "$deploy_dir/bin/fairway" shell >/dev/null
node=$(node_pid node0)
kill -TERM "$node"
has_ended() { ! kill -0 "$node"; }
wait_for 120 'the cache' has_ended
mv "$caches/node.aot.new" "$caches/node.aot"
mv "$caches/cli.aot.new" "$caches/cli.aot"
rm -f "$caches"/*.aot.*
