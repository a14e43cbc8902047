#!/usr/bin/env bash
# A pair behind a NAT that gives every session another port: the far router answers to where it sees the pair.
#
#   client --- {node0 (killed), node1} --- nat (172.16.0.9) --- [WAN] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
lab_nat

peers() { node_ask "$1" peers; }

both_see_the_nat() {
    peers remote0 | jq -c '.[0] | {state, nat, seen}'
    peers remote0 | jq -e '.[0] | .state == "up" and .nat == "peer" and (.seen | startswith("172.16.0.9:"))' &&
        peers "$1" | jq -e '.[0] | .state == "up" and .nat == "here" and (.ownSeen | startswith("172.16.0.9:"))'
}

download() {
    local sum
    sum=$(lab_exec client curl -sS -m 30 "http://$lab_server/big" | sha256sum | cut -d' ' -f1)
    [ "$sum" = "$(cat "$traffic_dir/big.sha256")" ]
}

resolve() { [ "$(lab_exec client dig +short +tries=2 +time=3 "@$lab_server" www.fairway.test)" = 10.2.0.80 ]; }

all_is_translated() { node_sessions remote0 | jq -e 'length > 50 and all(.forward.sourceIp == "172.16.0.9")'; }

goes_on_after_the_leader() {
    node_kill node0
    e2e_echo_alive 20
    both_see_the_nat node1
}

jq -f "$deploy_dir/lab/sealed.jq" "$deploy_dir/lab/lab.json" |
    jq -f "$deploy_dir/lab/behind-nat.jq" >"$node_root/nat.json"
node_config=$node_root/nat.json
node_start_all
traffic_servers 2
e2e_check 'both routers know of the NAT' wait_for 20 'the path' both_see_the_nat node0
e2e_check 'ping' lab_exec client ping -c 5 -i 0.1 -W 3 "$lab_server"
e2e_check 'dig' resolve
e2e_check 'curl' download
e2e_check 'iperf3 UDP' lab_exec client iperf3 -c "$lab_server" -t 2 -u -b 5M -l 1000
e2e_echo 100
e2e_check 'every session comes from the NAT' all_is_translated
e2e_check 'a takeover behind the NAT keeps path and connections' goes_on_after_the_leader
e2e_end
