#!/usr/bin/env bash
# The killed node comes back by its sentinel, learns every session, and then the other one is killed.
#
#   client: connections --- [LAN] --- {node0 (killed, restarted), node1 (killed next)} --- [WAN] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

knows_all() {
    node_sessions "$1" >"$traffic_dir/$1.json"
    e2e_none_gone "$traffic_dir/before.json" "$traffic_dir/$1.json"
}

# kill_and_rejoin NODE: and wait until it is back, paired, and knows every session.
kill_and_rejoin() {
    local old
    old=$(node_pid "$1")
    node_sessions "$1" >"$traffic_dir/before.json"
    node_kill "$1"
    e2e_check "$1 is killed: connections still echo" e2e_echo_alive
    e2e_check "$1 is restarted by its sentinel and finds its partner" wait_for 40 "$1" node_is_back "$1" "$old"
    e2e_check "$1 knows every session again" wait_for 30 "$1 to be synced" knows_all "$1"
}

node_start_all
e2e_echo 200
first=$(node_owner node0)
second=$(node_other "$first")
kill_and_rejoin "$first"
kill_and_rejoin "$second"
e2e_check 'no connection was lost' e2e_echo_alive
e2e_end
