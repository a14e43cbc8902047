#!/usr/bin/env bash
# GRE, ESP and a protocol without a name between client and server: in UDP between the routers, in the clear and sealed.
#
#   client: raw sockets --- {node0, node1} --- [WAN, captured] --- remote --- server: sends back what comes
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

# portless FILTER: the lab's file with services for these protocols, and what else the filter does.
portless() {
    jq '."fairway-authority:authority" |= (
        .service += [{ name: "tunnels", prefix: ["10.2.0.0/24"],
            transport: [{ protocol: "gre" }, { protocol: "esp" }, { protocol: "115" }],
            "access-policy": [{ tenant: "staff", permission: "allow" }] }]
        | .router |= map(."service-route" += [{ service: "tunnels" } + if .name == "west" then { interface: "srv" }
            else { peer: "west" } end]))' "$deploy_dir/lab/lab.json"
}

# The first packet may come too late for its sender, as the session is set up.
crosses() {
    meter_now client raw-ip --protocol "$1" --to "$lab_server" --count 11 --bytes "$2"
    cat "$traffic_dir/raw-ip.json"
    [ "$(figure raw-ip .back)" -ge 10 ]
}

is_refused() {
    meter_now client raw-ip --protocol 46 --to "$lab_server" --count 1 --bytes 50
    [ "$(figure raw-ip .back)" = 0 ] && [ "$(e2e_drops NO_SERVICE node0)" -ge 1 ]
}

sessions_of() {
    node_sessions node0 | jq -c '.[] | .forward' | tee /dev/stderr |
        jq -se --arg protocol "$1" 'any(.protocol == $protocol)'
}

capture() {
    tcpdump -Z root --immediate-mode -i wanbr -s 0 -c 20000 -w "$traffic_dir/$1.pcap" ip 2>/dev/null &
    captured=$!
    sleep 0.5
}

# all_udp FILE readable|unreadable: nothing but UDP between waypoints, besides what routers try out by TCP; whether what
# is inside can be read.
all_udp() {
    kill -INT "$captured" && wait "$captured" || true
    [ "$(tcpdump -nr "$traffic_dir/$1.pcap" udp 2>/dev/null | wc -l)" -gt 40 ] &&
        ! tcpdump -nr "$traffic_dir/$1.pcap" '(not udp and not port 1280 and not port 1283) or net 10.0.0.0/8 or (ip[6:2] & 0x3fff != 0)' 2>/dev/null | grep . ||
        return 1
    if [ "$2" = readable ]; then
        grep -aq fairway-pattern "$traffic_dir/$1.pcap"
    else
        ! grep -aqE 'fairway-pattern|staff' "$traffic_dir/$1.pcap"
    fi
}

survives_a_kill() {
    node_kill "$(node_owner node1)"
    wait_for 10 'GRE to come back' crosses 47 100
}

portless >"$node_root/pair.json"
jq -f "$deploy_dir/lab/alone.jq" "$node_root/pair.json" >"$node_root/clear.json"
jq --arg adaptive no -f "$deploy_dir/lab/sealed.jq" "$node_root/pair.json" >"$node_root/sealed.json"
# A partner is needed only where one is killed.
node_config=$node_root/clear.json
node_names='node0 remote0'
node_start_all
for protocol in 47 50 115; do
    in_background server "reflector-$protocol.log" "$traffic_bin" raw-ip-reflector --protocol "$protocol"
done
sleep 1
capture clear
e2e_check 'GRE' crosses 47 100
e2e_check 'ESP' crosses 50 1000
e2e_check 'L2TP by its number' crosses 115 100
e2e_check 'GRE of 4,000 bytes, in fragments' crosses 47 4000
e2e_check 'a protocol that no service has is refused' is_refused
e2e_check 'show sessions has GRE' sessions_of gre
e2e_check 'only UDP crosses' all_udp clear readable
# shellcheck disable=SC2086
node_stop_these $node_names
# Sessions outlive a restart, and these are not sealed.
for name in $node_names; do rm -rf "$(node_dir "$name")"; done
node_config=$node_root/sealed.json
node_names='node0 node1 remote0'
node_start_all
capture sealed
e2e_check 'sealed: GRE' crosses 47 100
e2e_check 'sealed: ESP' crosses 50 1000
e2e_check 'sealed: GRE of 4,000 bytes, in fragments' crosses 47 4000
e2e_check 'sealed: nothing readable crosses' all_udp sealed unreadable
e2e_check 'sealed: a node is killed and GRE goes on' survives_a_kill
e2e_end
