#!/usr/bin/env bash
# An orderly stop and start of each node in turn, as for an upgrade: the other one carries on.
#
#   client: connections --- [LAN] --- {node0, node1: one is stopped} --- [WAN] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

stopped() { node_cli "$1" node stop && ! kill -0 "$2" 2>/dev/null && ! node_cli "$1" show pair; }

back() { node_start "$1" && wait_for 60 "$1 to find its partner" node_is_paired "$1"; }

# Not before it knows every session may the other one be stopped.
synced() { node_sessions "$1" | jq -e 'length >= 100 and all(.synced == true)' >/dev/null; }

node_start_all
e2e_echo 100
for name in node0 node1; do
    pid=$(node_pid "$name")
    e2e_check "node stop ends $name" stopped "$name" "$pid"
    e2e_check "$name is stopped: connections still echo" e2e_echo_alive
    e2e_check "$name starts again and finds its partner" back "$name"
    e2e_check "$name knows every session again" wait_for 20 'replication' synced "$name"
done
e2e_check 'no connection was lost' e2e_echo_alive
e2e_end
