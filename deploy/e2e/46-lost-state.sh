#!/usr/bin/env bash
# Each of three routers in a row loses all its sessions; what runs through them goes on.
#
#   client: connections, download --- node0 --- mid --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
lab_middle
jq -f "$deploy_dir/lab/sealed.jq" "$deploy_dir/lab/lab.json" | jq -f "$deploy_dir/lab/alone.jq" \
    >"$node_root/sealed.json"
jq -f "$deploy_dir/lab/three.jq" "$node_root/sealed.json" >"$node_root/ends.json"
jq --arg view middle -f "$deploy_dir/lab/three.jq" "$node_root/sealed.json" >"$node_root/middle.json"
node_config=$node_root/ends.json
node_names='node0 mid0 remote0'

# lose_state NODE: a stop, everything that it knew deleted, a start.
lose_state() {
    node_cli "$1" node stop
    rm -rf "$(node_dir "$1")"
    node_start "$1"
}

download_is_whole() {
    wait "$download"
    jq . "$traffic_dir/curl.json"
    [ "$(jq -r .sha256 "$traffic_dir/curl.json")" = "$(cat "$traffic_dir/big.sha256")" ]
}

peer_is_up() { node_ask node0 peers | jq -e 'all(.state == "up")'; }

node_start_all
traffic_servers 20
# A router is away for longer than usual: it starts with empty hands, and TCP waits twice as long after every try.
e2e_echo 50 --lost-after-ms 60000
for name in remote0 node0 mid0; do
    e2e_check "$name starts again and knows nothing" lose_state "$name"
    e2e_check "$name has lost everything: connections echo again" e2e_echo_alive 40
done
wait_for 20 'node0 to know its peer' peer_is_up
traffic_download &
download=$!
sleep 3
e2e_check 'the router in the middle starts again during a download' lose_state mid0
e2e_check 'who only downloads has nothing to say, and still gets all of it' download_is_whole
e2e_check 'no seal failed' test "$(e2e_drops PAYLOAD_BAD_SEAL node0 remote0)" = 0
e2e_end
