#!/usr/bin/env bash
# What one node of a pair hears of the hosts on a link the other one knows, too. The client answers no ARP any more when
# the owner is killed: the survivor sends all the same, at once, and asks nobody.
#
#   client: connections, UDP --- [LAN] --- {node0 (killed), node1: what it sends is captured} --- [WAN] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

# capture BRIDGE: what node1 sends there.
capture() {
    tcpdump -Z root -U --immediate-mode -Q in -i "node1-$1" -s 128 -w "$traffic_dir/$1.pcap" arp or ip \
        2>"$traffic_dir/tcpdump-$1.log" &
    wait_for 5 "tcpdump on $1" grep -q 'listening on' "$traffic_dir/tcpdump-$1.log"
}

# Questions to everyone, of the shared or of no address; not the announcement of an address of one's own.
asks="arp[6:2] = 1 and ether broadcast and arp[14:4] != arp[24:4]"

asked_never() { ! tcpdump -nr "$traffic_dir/$1.pcap" "$asks" 2>/dev/null | grep .; }

# nothing_before_traffic BRIDGE: after the kill node1 asked nothing before it sent packets of sessions.
nothing_before_traffic() {
    tcpdump -ttnr "$traffic_dir/$1.pcap" "($asks) or ip and not udp port 1280" 2>/dev/null |
        awk -v killed="$killed" '$1 > killed { print; if (++seen == 20) exit }' >"$traffic_dir/$1.txt"
    cat "$traffic_dir/$1.txt"
    [ "$(wc -l <"$traffic_dir/$1.txt")" = 20 ] && ! grep -q ARP "$traffic_dir/$1.txt"
}

# knows NODE IP FROM
knows() {
    node_ask "$1" arp | jq -e --arg ip "$2" --arg from "$3" \
        'any(.[]; .ip == $ip and .from == $from and .state == "reachable")'
}

serves_all() { node_ask node1 pair | jq -e '.ownBuckets == 512 and all(.leaders[]; .node == "node1")'; }

lost() { jq -s 'map(.lost) | add' "$traffic_dir/udp-probe.json" "$traffic_dir/udp-reflector.json"; }

# The reports are a second old at most; one packet a millisecond goes each way.
lost_within_a_lease() {
    sleep 2
    echo "lost $(($(lost) - lost_before)) packets" | tee -a "$traffic_dir/losses.log"
    [ $(($(lost) - lost_before)) -le 1000 ]
}

capture lanbr
capture wanbr
node_start_all
e2e_echo 50
meter server udp-reflector --port 7100
meter client udp-probe --to "$lab_server:7100"
wait_for 10 'the probe' test -s "$traffic_dir/udp-probe.json"
e2e_check 'node0 has heard the client and the next router' wait_for 10 'that' eval \
    'knows node0 "$lab_client" own && knows node0 "$lab_wan_far" own'
e2e_check 'node1 has heard of the client from its partner' wait_for 10 'that' knows node1 "$lab_client" partner
e2e_check 'and has never asked anybody on the LAN' asked_never lanbr
pid=$(node_pid node0)
lab_exec client sh -c 'echo 8 >/proc/sys/net/ipv4/conf/eth0/arp_ignore'
sleep 1
lost_before=$(lost) killed=$EPOCHREALTIME
node_kill node0
e2e_check 'node0 is killed: node1 serves all' wait_for 10 'the takeover' serves_all
e2e_check 'no more is lost than while nobody served' lost_within_a_lease
e2e_check 'every connection echoes, though the client answers no ARP' e2e_echo_alive
e2e_check 'node1 asked nobody on the LAN before it sent' nothing_before_traffic lanbr
e2e_check 'nor on the WAN' nothing_before_traffic wanbr
lab_exec client sh -c 'echo 0 >/proc/sys/net/ipv4/conf/eth0/arp_ignore'
e2e_check 'node0 comes back' wait_for 90 'node0' node_is_back node0 "$pid"
e2e_check 'and knows the client again' wait_for 60 'that' eval \
    'knows node0 "$lab_client" own || knows node0 "$lab_client" partner'
sed 's/^/        /' "$traffic_dir/losses.log"
e2e_end
