#!/usr/bin/env bash
# Each node has a WAN of its own, with a waypoint of its own. Both carry traffic at once; what enters one node leaves by
# the other when that is its way; a WAN, a fabric link, a LAN port and each node are lost in turn, and no session is.
#
#   client  --- [LAN, led by node0] ---.-- node0 --- [WAN]   ---.
#                                       X    ||                  remote --- server
#   client2 --- [LAN 2, led by node1] -'-- node1 --- [WAN 2] ---'
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
. "$deploy_dir/lib/both.sh"
e2e_begin fairway
lab_second_lan
lab_second_wan

at_home() {
    owns node0 256 && owns node1 256 && leads node0 lan && leads node0 wan && leads node1 lan2 && leads node1 wan2
}

# The connections that the server opens to the second client.
inbound() {
    local traffic_dir=$traffic_dir/inbound
    "$@"
}

fresh() {
    local traffic_dir=$traffic_dir/fresh
    "$@"
}

path_is() { node_ask "$1" peers | jq -e --arg path "$2" --arg state "$3" \
    'any(.[]; .path == $path and (.state | ascii_downcase) == $state)'; }

both_paths() { path_is remote0 wan-east up && path_is remote0 wan2-east up; }

# go_by CLIENT WAYPOINT COUNT: so many of a client's sessions have this waypoint.
go_by() {
    node_sessions node0 | jq -e --arg client "$1" --arg waypoint "$2" --argjson count "$3" \
        '[.[] | select(.forward.sourceIp == $client and .forward.natIp == $waypoint)] | length >= $count'
}

nobody_goes_by() {
    node_sessions "$2" | jq -e --arg waypoint "$1" \
        'length > 100 and all(.[]; .forward.natIp != $waypoint and .forward.destinationIp != $waypoint)'
}

crossed() { node_ask "$1" counters | jq '.[] | select(.name == "packets crossed to the partner").value'; }

# cross NODE: hundreds of packets from this node to its partner within two seconds.
cross() {
    local before
    before=$(crossed "$1")
    sleep 2
    [ $(($(crossed "$1") - before)) -gt 500 ]
}

# On each node a session's packets enter and leave; but for the sessions that the server has opened nothing crosses.
hardly_cross() {
    local before
    before=$(($(crossed node0) + $(crossed node1)))
    sleep 2
    echo "crossed within two seconds: $(($(crossed node0) + $(crossed node1) - before))"
    [ $(($(crossed node0) + $(crossed node1) - before)) -lt 1500 ]
}

a_new_session_goes_by() {
    lab_exec "$1" ping -c 1 -W 3 "$lab_server" >/dev/null
    [ "$(node_sessions node0 | jq -r '[.[] | select(.service == "ping")] | min_by(.uptimeMs).forward.natIp')" = "$2" ]
}

# All at once.
echoes() {
    local pid pids=() status=0
    e2e_echo_alive 20 & pids+=($!)
    second e2e_echo_alive 20 & pids+=($!)
    inbound e2e_echo_alive 20 & pids+=($!)
    if [ -s "$traffic_dir/fresh/echo-clients.json" ]; then fresh e2e_echo_alive 20 & pids+=($!); fi
    for pid in "${pids[@]}"; do wait "$pid" || status=1; done
    return "$status"
}

serves_all() { owns "$1" 512 && leads "$1" lan && leads "$1" lan2; }

mkdir -p "$traffic_dir/second" "$traffic_dir/inbound" "$traffic_dir/fresh"
jq -f "$deploy_dir/lab/two-lans.jq" "$deploy_dir/lab/lab.json" | jq -f "$deploy_dir/lab/two-wans.jq" >"$node_root/two-wans.json"
node_config=$node_root/two-wans.json
node_start_all
e2e_check 'each node leads a LAN and its own WAN, and owns its buckets' wait_for 20 'that' at_home
e2e_check 'remote has a path to each node' wait_for 30 'the paths' both_paths
e2e_echo 50
second meter client2 echo-clients --to "$lab_server:7000" --count 50 --rate 500
inbound meter client2 echo-server --ports 7000-7003
wait_for 10 'the inner echo server' inbound test -s "$traffic_dir/inbound/echo-server.json"
inbound meter server echo-clients --to "$lab_client2:7000" --count 50 --rate 500
wait_for 30 'the second client' second traffic_settled
wait_for 30 'the server' inbound traffic_settled
probes client 7100
second probes client2 7101
e2e_check 'the first client is served by node0 and goes by its WAN' go_by "$lab_client" "$lab_wan_near" 51
e2e_check 'its sessions are node0'"'"'s' owned_by node0 "$lab_client" 51
e2e_check 'the second client is served by node1 and goes by its WAN' go_by "$lab_client2" "$lab_wan2_near" 51
e2e_check 'its sessions are node1'"'"'s' owned_by node1 "$lab_client2" 51
e2e_check 'both nodes carry traffic at once' both_forward
e2e_check 'no packet takes more ways than it must' hardly_cross
e2e_check 'every connection echoes' echoes

ip link set remote-wan2br down
e2e_check 'the WAN of node1 is lost: its path is down' wait_for 20 'it' path_is node1 wan2-west down
e2e_check 'no session stays on it' wait_for 20 'it' nobody_goes_by "$lab_wan2_near" node1
e2e_check 'every connection echoes' echoes
e2e_check 'the second client enters node1 and leaves by node0' cross node1
e2e_check 'and is answered through node0 and node1' cross node0
note_losses
ip -n node0 link set fab0 down
e2e_check 'a fabric link is lost: few packets that cross are' lost_at_most 0 40
e2e_check 'every connection echoes' echoes
ip -n node0 link set fab0 up
ip link set remote-wan2br up
e2e_check 'the path comes up again' wait_for 60 'it' both_paths
e2e_check 'a new session goes by it' wait_for 20 'it' a_new_session_goes_by client2 "$lab_wan2_near"

ip link set node0-lanbr down
e2e_check 'node0 loses its port to the LAN: node1 leads that' wait_for 20 'it' leads node1 lan
e2e_check 'the first client enters node1 and is answered there' echoes
ip link set node0-lanbr up
e2e_check 'node0 leads the LAN again' wait_for 60 'it' at_home

# What was moved stays where it is; so new connections are what loses its WAN when node1 dies.
fresh meter client2 echo-clients --to "$lab_server:7000" --count 50 --rate 500
wait_for 30 'the new connections' fresh traffic_settled
e2e_check 'new connections of the second client go by the WAN of node1' go_by "$lab_client2" "$lab_wan2_near" 50

for name in node1 node0; do
    other=$(node_other "$name")
    if [ "$name" = node1 ]; then gone=$lab_wan2_near; else gone=$lab_wan_near; fi
    e2e_check 'both paths are up' wait_for 60 'it' both_paths
    pid=$(node_pid "$name")
    note_losses
    node_kill "$name"
    e2e_check "$name is killed: $other serves both LANs" wait_for 10 'the takeover' serves_all "$other"
    e2e_check 'no session stays on the way of the dead node' wait_for 20 'it' nobody_goes_by "$gone" "$other"
    e2e_check 'every connection echoes' echoes
    # One packet a millisecond each way. In the second round all go by the WAN of node0, which dies.
    if [ "$name" = node1 ]; then spared=0; else spared=4000; fi
    e2e_check 'who needs the survivor only loses nothing, the others two seconds at most' lost_at_most "$spared" 4000
    e2e_check "$name comes back" wait_for 90 "$name" node_is_back "$name" "$pid"
    e2e_check 'each leads and owns what it did' wait_for 90 'that' at_home
    e2e_check 'every connection echoes' echoes
    e2e_check 'both nodes carry traffic again' both_forward
done
e2e_check 'both paths are up' wait_for 60 'it' both_paths
e2e_check 'new sessions of the first client go by node0' wait_for 20 'it' a_new_session_goes_by client "$lab_wan_near"
e2e_check 'new sessions of the second client go by node1' wait_for 20 'it' a_new_session_goes_by client2 "$lab_wan2_near"
ip link set remote-wan2br down
e2e_check 'the WAN of node1 is lost after all that: no session stays on it' wait_for 20 'it' nobody_goes_by "$lab_wan2_near" node1
e2e_check 'every connection echoes' echoes
show_losses
e2e_end
