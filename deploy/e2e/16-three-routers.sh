#!/usr/bin/env bash
# A router in the middle that knows only the parents of tenant and service, and seals that only the ends can open.
#
#   client --- node0 --- [near, captured] --- mid --- [far, captured] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
lab_middle
node_names='node0 mid0 remote0'

make_configs() {
    jq -f "$deploy_dir/lab/sealed.jq" "$deploy_dir/lab/lab.json" | jq -f "$deploy_dir/lab/alone.jq" \
        >"$node_root/sealed.json"
    jq -f "$deploy_dir/lab/three.jq" "$node_root/sealed.json" >"$node_root/ends.json"
    jq --arg view middle -f "$deploy_dir/lab/three.jq" "$node_root/sealed.json" >"$node_root/middle.json"
    node_config=$node_root/ends.json
}

download() {
    local sum
    sum=$(lab_exec client curl -sS -m 30 "http://$lab_server/big" | sha256sum | cut -d' ' -f1)
    [ "$sum" = "$(cat "$traffic_dir/big.sha256")" ]
}

resolve() { [ "$(lab_exec client dig +short +tries=1 +time=3 "$@" "@$lab_server" www.fairway.test)" = 10.2.0.80 ]; }

# One UUID on all three routers, tenant and service by the names that the ends gave them.
one_session() {
    local name id
    for name in node0 mid0 remote0; do
        for id in $(node_sessions "$name" | jq -r '.[] | select(.service == "dns.net" and .tenant == "eng.staff") | .id'); do
            node_session "$name" "$id" | jq -r .uuid
        done | sort >"$traffic_dir/uuids.$name"
        cat "$traffic_dir/uuids.$name"
    done
    grep -E '^[0-9a-f]{8}-' "$traffic_dir/uuids.node0" && cmp "$traffic_dir/uuids.node0" "$traffic_dir/uuids.mid0" &&
        cmp "$traffic_dir/uuids.mid0" "$traffic_dir/uuids.remote0"
}

# Neither names in metadata, nor what was asked, nor addresses behind the routers.
unreadable() {
    local bridge
    for bridge in wanbr farbr; do
        tcpdump -nr "$traffic_dir/$bridge.pcap" 2>/dev/null | grep -c . || return 1
        ! grep -aqE 'eng.staff|dns.net|fairway.test|HTTP/1|fairway-pattern' "$traffic_dir/$bridge.pcap" || return 1
        ! tcpdump -nr "$traffic_dir/$bridge.pcap" "net 10.0.0.0/8" 2>/dev/null | grep . || return 1
    done
}

make_configs
node_start_all
traffic_servers 1
captures=()
for bridge in wanbr farbr; do
    tcpdump -Z root -i "$bridge" -s 0 -c 20000 -w "$traffic_dir/$bridge.pcap" ip 2>/dev/null &
    captures+=($!)
done
sleep 0.5
e2e_check 'ping' lab_exec client ping -c 10 -i 0.05 -W 3 -p 666169727761792d7061747465726e "$lab_server"
e2e_check 'dig over UDP' resolve
e2e_check 'dig over TCP' resolve +tcp
e2e_check 'curl' download
e2e_check 'iperf3 from server to client' lab_exec client iperf3 -c "$lab_server" -t 2 -R
e2e_check 'tenant, service and UUID are the same on three routers' one_session
kill -INT "${captures[@]}"
wait "${captures[@]}" || true
e2e_check 'nothing readable crosses either link' unreadable
e2e_end
