#!/usr/bin/env bash
# The first router says which address stands in for a client's (TLV 25), the last one gives it to what leaves; each of
# three routers then loses all its sessions.
#
#   client, guest --- node0: pool 192.0.2.8/30 --- mid --- remote --- server, who sees the pool's addresses only
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
lab_middle
jq -f "$deploy_dir/lab/sealed.jq" "$deploy_dir/lab/lab.json" >"$node_root/sealed.json"
jq -f "$deploy_dir/lab/three.jq" "$node_root/sealed.json" >"$node_root/plain.json"
jq '(."fairway-authority:authority".router[] | select(.name == "east")) |=
        (."source-nat-pool" = [{ name: "site", address: ["192.0.2.8/30"] }]
        | ."service-route"[]."source-nat-pool" = "site")' "$node_root/plain.json" >"$node_root/ends.json"
jq --arg view middle -f "$deploy_dir/lab/three.jq" "$node_root/sealed.json" >"$node_root/middle.json"
node_config=$node_root/ends.json
node_names='node0 mid0 remote0'

pair_alone() { node_ask node0 pair | jq -e '.state == "SOLO"'; }

# Whom the server is connected to.
seen() { lab_exec server ss -Htn state established "( sport = :7000 )" | awk '{ print $4 }'; }

only_the_pool() {
    seen | sort | head -3
    [ "$(seen | wc -l)" -ge 50 ] && ! seen | grep -vE '^(\[::ffff:)?192\.0\.2\.(8|9|10|11)\]?:'
}

pings_come_from_the_pool() {
    lab_exec server timeout 10 tcpdump -Z root -ni eth0 -c 1 'icmp[icmptype] == icmp-echo' 2>/dev/null \
        >"$traffic_dir/echo.txt" &
    local capture=$!
    sleep 1
    lab_exec client ping -c 3 -i 0.3 -W 3 "$lab_server" && wait "$capture"
    grep -E 'IP 192\.0\.2\.(8|9|10|11) > 10\.2\.0\.10' "$traffic_dir/echo.txt"
}

# An error of the server's about a session finds the client.
refused_at_once() {
    lab_exec client dig +tries=1 +time=5 -p 7997 "@$lab_server" x.test | tee /dev/stderr | grep 'connection refused'
}

lose_state() {
    node_cli "$1" node stop
    rm -rf "$(node_dir "$1")"
    node_start "$1"
    [ "$1" != node0 ] || wait_for 30 'node0 to lead' pair_alone
}

node_start_these node0 mid0 remote0
wait_for 30 'node0 to lead' pair_alone
traffic_servers 1
e2e_echo 50 --lost-after-ms 60000
e2e_check 'the server sees addresses of the pool only' only_the_pool
e2e_check 'ping, too, comes from there' pings_come_from_the_pool
e2e_check 'dig' lab_exec client dig +short +tries=1 +time=5 "@$lab_server" www.fairway.test
e2e_check 'an ICMP error finds its way back' refused_at_once
for name in remote0 node0 mid0; do
    e2e_check "$name starts again and knows nothing" lose_state "$name"
    e2e_check "$name has lost everything: connections echo again" e2e_echo_alive 40
    e2e_check "$name has lost everything: they come from the same addresses" only_the_pool
done
e2e_end
