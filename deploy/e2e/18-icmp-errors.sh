#!/usr/bin/env bash
# ICMP errors along sessions: traceroute names every router, closed ports and too large packets are told of at once.
#
#   client --- node0 --- [WAN, captured] --- remote --- server --- [MTU 1300] --- deep .200
#   client --- node0 --- mid --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
lab_ipv6
lab_deep=10.2.0.200
lab_deep_v6=fd00:2::200
closed=7998

# A host behind the server, which forwards to it over a link of a smaller MTU.
deep_up() {
    lab_also deep
    ip link add deep0 mtu 1300 netns server type veth peer name eth0 mtu 1300 netns deep
    lab_exec deep sh -c 'echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6'
    lab_exec server sh -c 'cd /proc/sys/net; echo 0 >ipv6/conf/deep0/disable_ipv6; echo 1 >ipv6/conf/all/forwarding
        echo 1 >ipv4/ip_forward; echo 1 >ipv4/conf/eth0/proxy_arp; echo 1 >ipv6/conf/eth0/proxy_ndp
        echo 0 >ipv4/icmp_ratelimit; echo 0 >ipv6/icmp/ratelimit'
    ip -n server link set deep0 up
    ip -n deep link set eth0 up
    ip -n server route add "$lab_deep/32" dev deep0
    ip -n server route add "$lab_deep_v6/128" dev deep0
    ip -n server neigh add proxy "$lab_deep_v6" dev eth0
    ip -n deep addr add "$lab_deep/32" dev eth0
    ip -n deep addr add "$lab_deep_v6/128" dev eth0 nodad
    ip -n deep route add "$lab_server/32" dev eth0
    ip -n deep route add default via "$lab_server" dev eth0 onlink
    ip -n server addr add fd00:3::1/64 dev deep0 nodad
    ip -n deep addr add fd00:3::2/64 dev eth0 nodad
    ip -n deep route add default via fd00:3::1
}

# hops PROTOCOL HOST:PORT END HOP...: what answers at each time to live, and what the last one says.
hops() {
    local protocol=$1 to=$2 end=$3
    shift 3
    meter_now client traceroute --protocol "$protocol" --to "$to"
    cat "$traffic_dir/traceroute.json"
    [ "$(figure traceroute '.hops | join(" ")')" = "$*" ] && [ "$(figure traceroute .end)" = "$end" ]
}

# ping_ends TTL ROUTER HOST: an echo request with this time to live ends at this router.
ping_ends() { lab_exec client ping -c 1 -t "$1" -W 3 "$3" | tee /dev/stderr | grep -E "^From $2 icmp_seq=${4:-1} "; }

refused_at_once() {
    meter_now client traceroute --to "$1:$closed" --first 64 --hops 64 --wait-ms 1000
    cat "$traffic_dir/traceroute.json"
    [ "$(figure traceroute '.hops[0]')" = "$1" ] && [ "$(figure traceroute .end)" = "$2" ]
}

dig_is_refused() {
    lab_exec client dig +tries=1 +time=5 -p 7997 "@$lab_server" x.test | tee /dev/stderr | grep 'connection refused'
}

# too_big BYTES HOST: an echo request of this size does not pass the link behind the server; the client's kernel learns
# what does. Metadata must have room beside it.
too_big() {
    lab_exec client ping -c 1 -W 3 -M 'do' -s "$1" "$2" || true
    shift
    lab_exec client ip route get "$1" | tee /dev/stderr | grep 'mtu 1300' &&
        lab_exec client ping -c 2 -i 0.1 -W 3 -M 'do' -s 1200 "$1"
}

of_no_session() {
    meter_now server raw-frames --device eth0 --to-mac "$(cat "$traffic_dir/srv.mac")" --from "$lab_server" \
        --to "$lab_client" --count 20 --kind icmp-error
    wait_for 5 'the drops' at_least 20 ICMP_ERROR_NO_SESSION
}

at_least() { [ "$(e2e_drops "$2" remote0)" -ge "$1" ]; }

only_waypoints() {
    kill -INT "$capture" && wait "$capture" || true
    [ "$(tcpdump -nr "$traffic_dir/wan.pcap" 2>/dev/null | wc -l)" -gt 20 ] &&
        ! tcpdump -nr "$traffic_dir/wan.pcap" 'net 10.0.0.0/8 or icmp' 2>/dev/null | grep .
}

# Tells of each packet with TLV 20 or 21, the router in error.
decodes() {
    java -cp "$deploy_dir/target/classes" io.fairway.deploy.capture.MetadataCheck "$traffic_dir/wan.pcap" |
        tee /dev/stderr | grep -q 10.2.0.10
}

two_routers() {
    node_names='node0 remote0'
    jq -f "$deploy_dir/lab/alone.jq" "$deploy_dir/lab/lab.json" >"$node_root/alone.json"
    jq -f "$deploy_dir/lab/ipv6.jq" "$node_root/alone.json" >"$node_root/both.json"
    node_config=$node_root/both.json
    node_start_all
}

three_routers() {
    # shellcheck disable=SC2086
    node_stop_these $node_names
    node_names='node0 mid0 remote0'
    lab_middle
    jq -f "$deploy_dir/lab/sealed.jq" "$node_root/alone.json" >"$node_root/sealed.json"
    jq -f "$deploy_dir/lab/three.jq" "$node_root/sealed.json" >"$node_root/ends.json"
    jq --arg view middle -f "$deploy_dir/lab/three.jq" "$node_root/sealed.json" >"$node_root/middle.json"
    node_config=$node_root/ends.json
    node_start_all
}

deep_up
two_routers
traffic_servers 1
tcpdump -Z root -i wanbr -s 0 -c 20000 -w "$traffic_dir/wan.pcap" ip 2>/dev/null &
capture=$!
sleep 0.5
e2e_check 'traceroute over UDP' hops udp "$lab_server:$closed" 3/3 "$lab_lan" "$lab_wan_far" "$lab_server"
e2e_check 'traceroute over TCP' hops tcp "$lab_server:80" answer "$lab_lan" "$lab_wan_far" "$lab_server"
e2e_check 'traceroute to behind the server' hops udp "$lab_deep:$closed" 3/3 \
    "$lab_lan" "$lab_wan_far" "$lab_server" "$lab_deep"
e2e_check 'an echo request ends at the first router' ping_ends 1 "$lab_lan" "$lab_server"
e2e_check 'an echo request ends at the last router' ping_ends 2 "$lab_wan_far" "$lab_server"
e2e_check 'an echo request ends behind it' ping_ends 3 "$lab_server" "$lab_deep"
e2e_check 'a closed port says so at once' refused_at_once "$lab_server" 3/3
e2e_check 'dig to a closed port is refused' dig_is_refused
e2e_check 'what fits behind the last router is learned' too_big 1320 "$lab_deep"
ip -n remote -j link show srv0 | jq -r '.[0].address' >"$traffic_dir/srv.mac"
e2e_check 'an error about no session is dropped by its name' of_no_session
e2e_check 'the WAN carries waypoints only, and no ICMP' only_waypoints
e2e_check 'its metadata names who was in error' decodes
e2e_check 'IPv6: traceroute over UDP' hops udp "$lab_server_v6:$closed" 1/4 \
    fd00:1:0:0:0:0:0:1 fd00:16:0:0:0:0:0:2 fd00:2:0:0:0:0:0:10
e2e_check 'IPv6: traceroute over TCP' hops tcp "$lab_server_v6:53" answer \
    fd00:1:0:0:0:0:0:1 fd00:16:0:0:0:0:0:2 fd00:2:0:0:0:0:0:10
e2e_check 'IPv6: an echo request ends at the last router' ping_ends 2 fd00:16::2 "$lab_server_v6"
e2e_check 'IPv6: a closed port says so at once' refused_at_once fd00:2:0:0:0:0:0:10 1/4
e2e_check 'IPv6: what fits behind the last router is learned' too_big 1262 "$lab_deep_v6"

three_routers
e2e_check 'three routers, sealed: traceroute over UDP' hops udp "$lab_server:$closed" 3/3 \
    "$lab_lan" 172.16.0.3 172.17.0.2 "$lab_server"
e2e_check 'three routers, sealed: traceroute over TCP' hops tcp "$lab_server:80" answer \
    "$lab_lan" 172.16.0.3 172.17.0.2 "$lab_server"
# The router in the middle cannot see the sequence number.
e2e_check 'three routers, sealed: an echo request ends in the middle' ping_ends 2 172.16.0.3 "$lab_server" 0
e2e_check 'three routers, sealed: an echo request ends at the last router' ping_ends 3 172.17.0.2 "$lab_server"
e2e_check 'three routers, sealed: a closed port says so at once' refused_at_once "$lab_server" 3/3
e2e_end
