#!/usr/bin/env bash
# Nodes of two processes each. The forwarder of the one that owns the sessions is killed: that is a takeover. It comes
# back with every session in its flow table, and is then the survivor.
#
#   client: connections --- {node0, node1: forwarder (killed) | controller} --- [WAN] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
jq -f "$deploy_dir/lab/split.jq" "$deploy_dir/lab/lab.json" >"$node_root/split.json"
node_config=$node_root/split.json

controller_pid() { cat "$node_root/$1/controller.pid" 2>/dev/null; }

is_whole() { node_request "$1" "node status" | jq -e '.processes.controller != null and .sessions >= 100' && node_is_paired "$1"; }

# kill_and_rejoin NODE: its forwarder dies; both its processes are others afterwards.
kill_and_rejoin() {
    local forwarder controller
    forwarder=$(node_pid "$1")
    controller=$(controller_pid "$1")
    node_sessions "$1" >"$traffic_dir/before.json"
    node_kill "$1"
    e2e_check "the forwarder of $1 is killed: connections still echo" e2e_echo_alive
    e2e_check "$1 is whole again" wait_for 60 "$1" is_whole "$1"
    e2e_check "both its processes are new" test "$(node_pid "$1")" != "$forwarder" -a "$(controller_pid "$1")" != "$controller"
    e2e_check "its controller said that it waited" grep -q 'there is no forwarder: nothing is forwarded' "$node_root/$1/node.log"
    e2e_check "the partner was told of the death" grep -q 'death notice of' "$node_root/$1/node.log"
    e2e_check "$1 knows every session again" wait_for 30 "$1 to be synced" knows_all "$1"
}

knows_all() {
    node_sessions "$1" >"$traffic_dir/$1.json"
    e2e_none_gone "$traffic_dir/before.json" "$traffic_dir/$1.json"
}

# stopped NODE: nothing of it is left.
stopped() {
    local forwarder controller sentinel
    forwarder=$(node_pid "$1") controller=$(controller_pid "$1") sentinel=$(cat "$node_root/$1/sentinel.pid")
    node_cli "$1" node stop
    ! kill -0 "$forwarder" 2>/dev/null && ! kill -0 "$controller" 2>/dev/null && ! kill -0 "$sentinel" 2>/dev/null
}

node_start_all
e2e_echo 100
first=$(node_owner node0)
second=$(node_other "$first")
kill_and_rejoin "$first"
kill_and_rejoin "$second"
e2e_check 'no connection was lost' e2e_echo_alive
e2e_check 'node stop ends all processes of a node' stopped "$first"
e2e_check 'the other one carries on' e2e_echo_alive
e2e_end
