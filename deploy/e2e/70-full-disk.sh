#!/usr/bin/env bash
# The disk of a node's state folder is full: the node says so, serves every session, and its death loses none.
#
#   client: connections --- [LAN] --- {node0 (its disk is full, then killed), node1} --- [WAN] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

disk_mb=24
counter() { node_ask "$1" counters | jq --arg name "$2" '.[] | select(.name == $name) | .value'; }
store_is_off() { [ "$(counter node0 'warm store on')" = 0 ]; }
synced() { node_sessions node0 | jq -e 'length >= 300 and all(.synced == true)' >/dev/null; }

for name in node0 node1; do
    mkdir -p "$node_root/$name"
    mount -t tmpfs -o size="${disk_mb}m" tmpfs "$node_root/$name"
done
node_start_all
for name in node0 node1; do
    dd if=/dev/zero of="$node_root/$name/filler" bs=64k status=none 2>/dev/null || true
done
e2e_check 'the disk is full' sh -c "! dd if=/dev/zero of=$node_root/node0/more bs=64k count=1 status=none"
e2e_echo 300
e2e_check 'every session is replicated' wait_for 10 'replication' synced
e2e_check 'every connection echoes' e2e_echo_alive
e2e_check 'the store is off and the node says so' wait_for 10 'the store' store_is_off
owner=$(node_owner node0)
node_kill "$owner"
e2e_check 'after the death of the owner, too' e2e_echo_alive
e2e_end
