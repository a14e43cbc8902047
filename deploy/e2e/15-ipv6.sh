#!/usr/bin/env bash
# IPv6 through the pair and the remote router while they have IPv4 between them, and IPv4 while they have only IPv6.
#
#   client fd00:1::10 --- {node0, node1} --- [WAN, captured: IPv4 and IPv6, then IPv6 only] --- remote --- fd00:2::10
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
lab_ipv6
traffic_listen=[::]:80

make_configs() {
    jq -f "$deploy_dir/lab/ipv6.jq" "$deploy_dir/lab/lab.json" >"$node_root/both.json"
    jq --arg wan v6 -f "$deploy_dir/lab/ipv6.jq" "$deploy_dir/lab/lab.json" | jq -f "$deploy_dir/lab/alone.jq" \
        >"$node_root/v6.json"
}

# The kernel holds no address where the nodes speak.
kernels_are_silent() {
    ! ip -n node0 -6 addr show dev lan0 | grep . && ! ip -n node1 -6 addr show dev wan0 | grep . &&
        ! ip -n remote -6 addr show dev wan0 | grep .
}

hop_limit_ends() { lab_exec client ping -c 1 -t 1 -W 3 "$lab_server_v6" | grep "$lab_lan_v6.*Hop limit"; }

download() {
    local sum
    sum=$(lab_exec client curl -sS -m 20 "http://$1/big" | sha256sum | cut -d' ' -f1)
    [ "$sum" = "$(cat "$traffic_dir/big.sha256")" ]
}

resolve() { [ "$(lab_exec client dig +short +tries=1 +time=3 "@$1" www.fairway.test)" = 10.2.0.80 ]; }

iperf() { lab_exec client iperf3 -t 1 -c "$@"; }

iperf_udp() {
    lab_exec client iperf3 -c "$1" -t 1 -u -b 10M -l 1100 -J >"$traffic_dir/u.json"
    jq .end.sum "$traffic_dir/u.json"
    jq -e '.end.sum.packets > 700 and .end.sum.lost_percent < 5' "$traffic_dir/u.json"
}

neighbours() { node_ask node0 arp | tee /dev/stderr | grep -q "\"$lab_client_v6\""; }

sessions_of() {
    node_sessions node0 | jq -c '.[] | .forward' | tee /dev/stderr |
        jq -se --arg ip "$1" --arg protocol "$2" 'any(.sourceIp == $ip and .protocol == $protocol)'
}

capture() {
    tcpdump -Z root -i wanbr -s 512 -c 20000 -w "$traffic_dir/$1.pcap" ip or ip6 2>/dev/null &
    captured=$!
    sleep 0.3
}

# As long as a path is down, sessions leave it for the one of the other family.
paths_are_up() { node_ask remote0 peers | jq -e 'length == 2 and all(.[]; (.state | ascii_downcase) == "up")'; }

# only_family FILE FAMILY: sessions crossed in this family; of the other one there is only what routers tell each other.
only_family() {
    kill -INT "$captured" && wait "$captured" || true
    [ "$(tcpdump -nr "$traffic_dir/$1.pcap" "$2 and (tcp or udp) and not port 1280 and not port 1283" 2>/dev/null | wc -l)" -gt 20 ] &&
        ! tcpdump -nr "$traffic_dir/$1.pcap" "not $2 and (tcp or udp) and not port 1280 and not port 1283" 2>/dev/null | grep .
}

decodes() {
    java -cp "$deploy_dir/target/classes" io.fairway.deploy.capture.MetadataCheck "$traffic_dir/$1.pcap" |
        tee /dev/stderr | grep -q "$2"
}

# The neighbours' entries for the shared addresses must lead to the other node now.
survives_a_kill() {
    in_background client ping6.txt ping -c 150 -i 0.01 -W 1 "$lab_server_v6"
    sleep 0.4
    node_kill node0
    wait "$traffic_pid" || true
    tail -3 "$traffic_dir/ping6.txt"
    [ "$(grep -c 'bytes from' "$traffic_dir/ping6.txt")" -ge 100 ]
}

make_configs
node_config=$node_root/both.json
node_start_all
wait_for 30 'both paths' paths_are_up
traffic_servers 1
capture over4
e2e_check 'the nodes keep their kernels silent' kernels_are_silent
e2e_check 'ping -6' lab_exec client ping -c 10 -i 0.05 -W 3 "$lab_server_v6"
e2e_check 'ping -6 with 1,150 bytes' lab_exec client ping -c 3 -i 0.05 -s 1150 -W 3 "$lab_server_v6"
e2e_check 'ping -6 with 8,000 bytes, in fragments' lab_exec client ping -c 3 -i 0.2 -W 3 -s 8000 "$lab_server_v6"
e2e_check 'the pair answers a ping to its own address' lab_exec client ping -c 3 -i 0.05 -W 3 "$lab_lan_v6"
e2e_check 'a hop limit of 1 ends at the pair, which says so' hop_limit_ends
e2e_check 'dig over UDP' resolve "$lab_server_v6"
e2e_check 'curl -6 fetches a page' lab_exec client curl -6 -sS -m 10 "http://[$lab_server_v6]/small"
e2e_check 'IPv6 crosses as IPv4' only_family over4 ip
e2e_check 'its metadata has the IPv6 context' decodes over4 "\[fd00:1:0:0:0:0:0:10\]"
e2e_check 'curl -6 fetches 64 MiB whole' download "[$lab_server_v6]"
e2e_check 'iperf3 -6 TCP' iperf "$lab_server_v6"
e2e_check 'iperf3 -6 TCP, reverse, 4 streams' iperf "$lab_server_v6" -R -P 4
e2e_check 'iperf3 -6 UDP' iperf_udp "$lab_server_v6"
e2e_check 'IPv4 goes beside it' download "$lab_server"
e2e_check 'show arp has IPv6 neighbours' neighbours
e2e_check 'show sessions has ICMPv6' sessions_of "$lab_client_v6" icmpv6
e2e_check 'a node is killed and ping -6 goes on' survives_a_kill

node_stop_these node0 node1 remote0
node_config=$node_root/v6.json
node_names='node0 remote0'
node_start_all
capture over6
e2e_check 'only IPv6 between the routers: ping' lab_exec client ping -c 10 -i 0.05 -W 3 "$lab_server"
e2e_check 'only IPv6 between the routers: dig over UDP' resolve "$lab_server"
e2e_check 'only IPv6 between the routers: curl' lab_exec client curl -sS -m 10 "http://$lab_server/small"
e2e_check 'only IPv6 between the routers: ping -6' lab_exec client ping -c 5 -i 0.05 -W 3 "$lab_server_v6"
for to in "$lab_server" "$lab_server_v6"; do
    e2e_check "only IPv6 between the routers: ping with 8,000 bytes to $to" lab_exec client ping -c 3 -i 0.2 -W 3 -s 8000 "$to"
done
e2e_check 'IPv4 crosses as IPv6' only_family over6 ip6
e2e_check 'its metadata has the IPv4 context' decodes over6 '10.1.0.10:'
e2e_check 'only IPv6 between the routers: 64 MiB whole' download "$lab_server"
e2e_check 'only IPv6 between the routers: iperf3 TCP, reverse' iperf "$lab_server" -R
e2e_check 'only IPv6 between the routers: 64 MiB whole over IPv6' download "[$lab_server_v6]"
e2e_end
