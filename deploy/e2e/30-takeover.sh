#!/usr/bin/env bash
# kill -9 of the node that owns the sessions: the other one carries on with every one of them.
#
#   client: connections, download, probe --- [LAN] --- {node0 (killed), node1} --- [WAN] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

synced() {
    node_sessions node0 >"$traffic_dir/s.json"
    jq -e 'length >= 200 and all(.synced == true)' "$traffic_dir/s.json"
}

download_is_whole() {
    wait "$download"
    jq . "$traffic_dir/curl.json"
    [ "$(jq -r .sha256 "$traffic_dir/curl.json")" = "$(cat "$traffic_dir/big.sha256")" ]
}

node_start_all
traffic_servers 20
traffic_download &
download=$!
meter client udp-probe --to "$lab_server:7100"
meter client echo-clients --to "$lab_server:7000" --count 200 --rate 500
wait_for 30 'the echo connections' traffic_settled
e2e_check 'every session is replicated' wait_for 10 'replication' synced
owner=$(node_owner node0)
survivor=$(node_other "$owner")
node_sessions "$owner" >"$traffic_dir/before.json"
node_kill "$owner"
sleep 1
node_sessions "$survivor" >"$traffic_dir/after.json"
e2e_check 'no session is gone' e2e_none_gone "$traffic_dir/before.json" "$traffic_dir/after.json"
e2e_check 'every connection still echoes' e2e_echo_alive
e2e_check 'new sessions are served' lab_exec client curl -sS -m 10 "http://$lab_server/small"
e2e_check 'the download arrives whole' download_is_whole
e2e_end
