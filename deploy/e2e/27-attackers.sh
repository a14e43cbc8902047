#!/usr/bin/env bash
# Somebody on the WAN sees every packet between two routers, sends whatever he likes and has no key: what he sends reaches
# nobody, is counted under its name, and harms no session.
#
#   client: connections, a download --- node0 --- [WAN, captured] --- remote --- server
#                                                      |
#                                                   attacker
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
lab_attacker

mark=ATTACKER-WAS-HERE
# How long copies of metadata are believed: the HMAC covers time in steps of 2 s, and the one before and after pass.
expiry_s=6
node_names='node0 remote0'

# What is sent, made of which capture, and under which names it may be dropped. (A turned bit may leave the cookie, which
# makes sealed payload of metadata, or lie in a packet number. Some of the sessions that were captured are over.)
table='replay-metadata wan METADATA_BAD_HMAC
elsewhere wan METADATA_BAD_HMAC
replay-sealed wan PAYLOAD_REPLAYED UNKNOWN_FLOW_AT_WAYPOINT
flip-metadata wan METADATA_BAD_HMAC METADATA_MALFORMED METADATA_UNKNOWN_KEY PAYLOAD_BAD_SEAL PAYLOAD_REPLAYED UNKNOWN_FLOW_AT_WAYPOINT
cut-metadata wan METADATA_BAD_HMAC METADATA_MALFORMED
flip-sealed wan PAYLOAD_BAD_SEAL PAYLOAD_REPLAYED UNKNOWN_FLOW_AT_WAYPOINT
stranger wan METADATA_UNKNOWN_PEER
flood-live wan PAYLOAD_BAD_SEAL PAYLOAD_REPLAYED UNKNOWN_FLOW_AT_WAYPOINT
reset wan PAYLOAD_NOT_SEALED UNKNOWN_FLOW_AT_WAYPOINT
control wan METADATA_MALFORMED
control-forged wan METADATA_BAD_HMAC
icmp wan ICMP_ERROR_NO_SESSION
peer-port wan CONSUMED_PEER_MESSAGE PEER_MESSAGES_TOO_MANY'

node_of() { if [ "$1" = "$lab_wan_near" ]; then echo node0; else echo remote0; fi; }

# capture NAME NAMESPACE DEVICE option...
capture() {
    local name=$1 where=$2 device=$3
    shift 3
    in_background "$where" "tcpdump-$name.log" \
        tcpdump -Z root -U --immediate-mode -i "$device" -w "$traffic_dir/$name.pcap" "$@"
    wait_for 5 "tcpdump $name" grep -q 'listening on' "$traffic_dir/tcpdump-$name.log"
}

# attack VICTIM KIND CAPTURE COUNT [option...]
attack() {
    meter_now attacker attack --device eth0 --victim "$1" --kind "$2" --capture "$traffic_dir/$3.pcap" --count "$4" \
        "${@:5}"
}

drops_of() { node_ask "$1" drops | jq -r '.[] | "\(.reason) \(.count)"' | sort; }

# look NODE: what is dropped from now on is new.
look() { drops_of "$1" >"$traffic_dir/drops.before"; }

# The drops of a node since the last look, as "REASON COUNT"; looks again.
new_drops() {
    drops_of "$1" >"$traffic_dir/drops.now"
    join -a 2 -e 0 -o 0,1.2,2.2 "$traffic_dir/drops.before" "$traffic_dir/drops.now" |
        awk '$3 > $2 { print $1, $3 - $2 }'
    mv "$traffic_dir/drops.now" "$traffic_dir/drops.before"
}

# dropped_as NODE COUNT REASON...: so many packets since the look were dropped under these names together, or a few more:
# what honest peers say is counted, too.
dropped_as() {
    local node=$1 count=$2 sum
    shift 2
    sleep 0.3
    new_drops "$node" | tee "$traffic_dir/drops.new"
    sum=$(awk -v names=" $* " 'index(names, " " $1 " ") { sum += $2 } END { print sum + 0 }' "$traffic_dir/drops.new")
    echo "sent $count, dropped by these names $sum"
    [ "$sum" -ge "$count" ] && [ "$sum" -le $((count + 30)) ]
}

# refused VICTIM KIND CAPTURE COUNT REASON...: each packet of this attack is dropped under one of these names.
refused() {
    attack "$1" "$2" "$3" "$4"
    dropped_as "$(node_of "$1")" "$4" "${@:5}"
}

# The sessions of both routers, by what they are: context, and the tuple between the routers.
sessions_now() {
    local name
    for name in $node_names; do node_sessions "$name" | jq -c '.[] | [.id, .forward, .reverse.natPort]'; done | sort
}

none_came() {
    sessions_now >"$traffic_dir/sessions.after"
    ! comm -13 "$traffic_dir/sessions.before" "$traffic_dir/sessions.after" | grep .
}

answers() { tcpdump -nr "$traffic_dir/attacker.pcap" "ether dst 02:00:00:00:00:66 and ($1)" 2>/dev/null | wc -l; }

# What comes back to the attacker from a flood in the peer's name is no more than 1,000 a second and 200 at once.
flood_is_answered_sparingly() {
    local before count=5000
    before=$(answers udp)
    attack "$1" flood-random wan "$count" --rate 5000
    sleep 0.5
    echo "$count packets in a second, answers: $(($(answers udp) - before))"
    [ "$(($(answers udp) - before))" -le 1600 ]
}

# New sessions whose first packets are in fresh.pcap, and were sent in the last second.
burst() {
    tcpdump -Z root -U --immediate-mode -i wanbr -s 0 -w "$traffic_dir/fresh.pcap" \
        'ip and not (tcp port 1280 or tcp port 1283)' 2>"$traffic_dir/fresh.log" &
    local capture=$!
    wait_for 5 'tcpdump' grep -q 'listening on' "$traffic_dir/fresh.log"
    meter_now client udp-blast --host "$lab_server" --ports 7200-7249 --flows 50 --packets 100 --rate 500 --seconds 2
    kill -INT "$capture"
    wait "$capture" || true
}

delivered() { tcpdump -nr "$traffic_dir/at-server.pcap" 'udp dst portrange 7200-7249' 2>/dev/null | wc -l; }

# copied KIND ALL: copies of first packets that come while their HMAC holds bring nobody anything, and open no session:
# what all bursts have sent is all that the server gets. (Copies that come too late count as well, but some must come in
# time.)
copied() {
    look remote0
    burst
    attack "$lab_wan_far" "$1" fresh 200
    dropped_as remote0 200 METADATA_REPLAYED METADATA_BAD_HMAC || return 1
    echo "delivered: $(delivered)"
    grep METADATA_REPLAYED "$traffic_dir/drops.new" && [ "$(delivered)" = "$2" ]
}

# From here on: nobody has sent the mark but the attacker.
nothing_delivered() { ! grep -acH "$mark" "$traffic_dir/at-client.pcap" "$traffic_dir/at-server.pcap" | grep -v ':0$'; }

# The instrument: a mark that the client sends is seen.
mark_is_seen() {
    lab_exec client bash -c "printf $mark >/dev/udp/$lab_server/7101"
    wait_for 5 'the mark' grep -aq "$mark" "$traffic_dir/at-server.pcap"
}

none_twice() { jq -e '.received > 1000 and .duplicated == 0' "$traffic_dir/$1.json"; }

download() {
    lab_exec client curl -sS -m 120 "http://$lab_server/big" | sha256sum | cut -d' ' -f1 >"$traffic_dir/got.sha256"
}

downloaded() { wait "$downloading" && cmp "$traffic_dir/got.sha256" "$traffic_dir/big.sha256"; }

jq -f "$deploy_dir/lab/sealed.jq" "$deploy_dir/lab/lab.json" | jq -f "$deploy_dir/lab/alone.jq" \
    >"$node_root/sealed.json"
node_config=$node_root/sealed.json
node_start_all
traffic_servers 45
capture at-server server eth0 -s 200 udp or tcp or icmp
capture at-client client eth0 -s 200 udp or tcp or icmp
capture attacker attacker eth0 -s 200
tcpdump -Z root -U -i wanbr -s 0 -w "$traffic_dir/wan.pcap" 'ip and not (tcp port 1280 or tcp port 1283)' 2>/dev/null &
wan=$!
meter client udp-probe --to "$lab_server:7100"
traffic_connections 50
download &
downloading=$!
sleep 1
kill -INT "$wan"
wait "$wan" || true
e2e_check 'copies of first packets bring nobody anything' copied replay-metadata 100
e2e_check 'copies of first packets between other ports open no session' copied elsewhere 200
sleep "$expiry_s"
sessions_now >"$traffic_dir/sessions.before"
for victim in "$lab_wan_far" "$lab_wan_near"; do
    at=$(node_of "$victim")
    look "$at"
    while read -r kind capture reasons; do
        # shellcheck disable=SC2086
        e2e_check "$at: $kind is refused by name" refused "$victim" "$kind" "$capture" 500 $reasons
    done <<<"$table"
    e2e_check "$at: a flood in the peer's name is answered sparingly" flood_is_answered_sparingly "$victim"
done
e2e_check 'no session has come' none_came
e2e_check 'nobody behind the routers has got anything of the attacker' nothing_delivered
e2e_check 'a mark would have been seen' mark_is_seen
e2e_check 'every connection still echoes' e2e_echo_alive
e2e_check 'the download is whole' downloaded
e2e_check 'towards the server nothing came twice' none_twice udp-reflector
e2e_check 'towards the client nothing came twice' none_twice udp-probe
e2e_end
