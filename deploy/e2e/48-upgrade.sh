#!/usr/bin/env bash
# A pair of the previous release, kept under deploy/releases, is upgraded node by node under traffic; then one node goes
# back. No packet is lost, no connection breaks, and each mixture is a pair with equal copies.
#
#   client: UDP, connections, a download --- [LAN, led by node0] --- {node0, node1} --- [WAN, led by node1] --- remote --- server
#                                         both of 0.1.0; node0, then node1 of this build; node0 of 0.1.0 again
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
previous=0.1.0
present=$("$deploy_dir/bin/fairway" --version | cut -d' ' -f2)

jars_of() { [ "$1" = "$present" ] || echo "$deploy_dir/releases/$1/lib"; }

pair_is() { node_ask "$1" pair | jq -e --arg node "$1" "${@:3}" "$2"; }

# at_home NODE LEADS: it is paired, the copies are equal, and it has what is at home there.
at_home() {
    pair_is "$1" '.state == "PAIRED" and .copies.equal and .ownBuckets == 256
        and any(.leaders[]; .networkInterface == $leads and .node == $node)' --arg leads "$2"
}

both_at_home() { at_home node0 lan && at_home node1 wan; }

# 0.1.0 tells its release to nobody.
runs() {
    local told=$2
    [ "$told" != "$previous" ] || told=null
    pair_is "$1" '(.release | tostring) == $told' --arg told "$told"
}

sees() {
    local told=$2
    [ "$told" != "$previous" ] || told=null
    [ -z "$(jars_of "$3")" ] || return 0
    pair_is "$1" '(.partnerRelease | tostring) == $told and .obstacle == null' --arg told "$told"
}

losses() { jq -s 'map(.lost) | add' "$traffic_dir/udp-probe.json" "$traffic_dir/udp-reflector.json"; }

# What a forwarder without a processor left in its ring was never a node's to lose.
lost_nothing() {
    sleep 1
    local lost starved name
    lost=$(($(losses) - lost_before))
    lost_before=$(losses)
    starved=$(e2e_drops RX_RING_FULL $node_names)
    jq -c 'del(.gaps, .outages)' "$traffic_dir/udp-probe.json" "$traffic_dir/udp-reflector.json"
    echo "lost $lost; in full rings $starved" | tee -a "$traffic_dir/losses.log"
    for name in $node_names; do node_ask "$name" drops | jq -c 'map(select(.count > 0) | {(.reason): .count}) | add'; done
    [ "$lost" -le "$starved" ] &&
        jq -es 'all(.[]; .received > 1000 and .duplicated == 0)' "$traffic_dir/udp-probe.json" "$traffic_dir/udp-reflector.json"
}

has_nothing() { pair_is "$1" '.ownBuckets == 0 and all(.leaders[]; .node != $node)'; }

handed_over() { node_cli "$1" pair handover && wait_for 20 'the handover' has_nothing "$1"; }

# Opens a connection that talks from now on; its file counts the answers.
opened() {
    opened=$((opened + 1))
    in_background client "talker-$opened.log" bash -c 'exec 3<>"/dev/tcp/$1/7001" && n=0
        while echo . >&3 && read -r -t 20 <&3; do n=$((n + 1)) && echo $n >"$2" && sleep 0.2; done' \
        talker "$lab_server" "$traffic_dir/talker-$opened"
    wait_for 10 'the first answer' test -s "$traffic_dir/talker-$opened"
}

answers() { cat "$traffic_dir"/talker-? | paste -sd ' '; }

# Each of them has been answered since.
all_talk() {
    local before now i
    read -ra before <<<"$(answers)"
    sleep 1
    read -ra now <<<"$(answers)"
    echo "${before[*]} then ${now[*]}"
    [ "${#now[@]}" = "$opened" ] || return 1
    for i in "${!now[@]}"; do [ "${now[i]}" -gt "${before[i]}" ] || return 1; done
}

# change NODE RELEASE PARTNER_RELEASE: hands over, stops, starts as this release, gets everything back.
change() {
    local name=$1 release=$2 other
    other=$(node_other "$name")
    e2e_check "$name hands everything over to $other" handed_over "$name"
    e2e_check "$name is stopped" node_cli "$name" node stop
    e2e_check "a session is opened meanwhile" opened
    e2e_check "$name starts with release $release" start_as "$release" "$name"
    e2e_check "$name is a pair with $other of $3, and has its own again" wait_for 40 'both at home' both_at_home
    e2e_check "$name runs release $release" runs "$name" "$release"
    e2e_check "it knows that its partner runs $3" wait_for 5 'its beats' sees "$name" "$3" "$release"
    e2e_check 'no packet was lost or doubled' lost_nothing
    e2e_check 'every connection echoes' e2e_echo_alive
}

start_as() {
    local release=$1
    shift
    FAIRWAY_JARS=$(jars_of "$release") node_start_these "$@"
}

downloaded() { wait "$traffic_curl" && [ "$(jq -r .sha256 "$traffic_dir/curl.json")" = "$(cat "$traffic_dir/big.sha256")" ]; }

understood() {
    node_ask "$1" counters | jq -e 'map(select(.name | test("unknown kinds|other layouts|invalid records|skipped"))) |
        length == 4 and all(.[]; .value == 0)'
}

opened=0
jq -f "$deploy_dir/lab/active.jq" "$deploy_dir/lab/lab.json" >"$node_root/active.json"
node_config=$node_root/active.json
start_as "$previous" node0 node1
start_as "$present" remote0
e2e_check "a pair of $previous: node0 leads the LAN, node1 the WAN" wait_for 40 'both at home' both_at_home
traffic_servers 75
meter client echo-clients --to "$lab_server:7000" --count 100 --rate 500
wait_for 30 'the connections' traffic_settled
traffic_download &
traffic_curl=$!
meter client udp-probe --to "$lab_server:7100"
wait_for 10 'the probe' test -s "$traffic_dir/udp-probe.json"
sleep 1
lost_before=$(losses)
change node0 "$present" "$previous"
change node1 "$present" "$present"
for name in node0 node1; do
    e2e_check "$name has understood every word of its partners" understood "$name"
done
change node0 "$previous" "$present"
e2e_check 'what was opened meanwhile talks' all_talk
e2e_check 'the download is whole' downloaded
# What was lost at each turn, for people.
sed 's/^/        /' "$traffic_dir/losses.log"
e2e_end
