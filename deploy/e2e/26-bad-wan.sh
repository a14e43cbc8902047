#!/usr/bin/env bash
# A WAN that loses, repeats and reorders frames: real programs get through it, sealed and clear, and what the link did is
# all that is missing or doubled.
#
#   client --- node0 --- [WAN: 5 % lost, 3 % doubled, 10 % late, each way] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway
lab_bad_link
lab_ipv6
traffic_listen=[::]:80
bad='--loss 5 --duplicate 3 --reorder 10 --delay-us 1000 --held-us 4000'
late='--reorder 30 --delay-us 1000 --held-us 4000'
file_mib=2
pings=300

make_configs() {
    jq -f "$deploy_dir/lab/ipv6.jq" "$deploy_dir/lab/lab.json" | jq "$ssh_service" |
        jq -f "$deploy_dir/lab/alone.jq" >"$node_root/clear.json"
    jq -f "$deploy_dir/lab/sealed.jq" "$node_root/clear.json" >"$node_root/sealed.json"
}

ssh_service='."fairway-authority:authority".service |= map(
    if .name == "web" then .transport[0].port += ["22"] else . end)'

# A user of the lab's own with a home of its own: nothing of this machine's is read or written.
ssh_server() {
    local home=$traffic_dir/home
    mkdir -p "$home/.ssh"
    dropbearkey -t ed25519 -f "$traffic_dir/host-key" >"$traffic_dir/host-key.txt"
    ssh-keygen -q -t ed25519 -N '' -f "$traffic_dir/user-key"
    cp "$traffic_dir/user-key.pub" "$home/.ssh/authorized_keys"
    chmod -R go= "$home"
    printf '%s %s\n' "$lab_server" "$(grep '^ssh-ed25519' "$traffic_dir/host-key.txt")" >"$traffic_dir/known-hosts"
    echo "root:x:0:0::$home:/bin/sh" >"$traffic_dir/passwd"
    mount --bind "$traffic_dir/passwd" /etc/passwd
    in_background server dropbear.log dropbear -F -E -s -P "$traffic_dir/dropbear.pid" -r "$traffic_dir/host-key" -p 22
}

over_ssh() {
    lab_exec client timeout 60 ssh -F none -i "$traffic_dir/user-key" -o BatchMode=yes -o StrictHostKeyChecking=yes \
        -o UserKnownHostsFile="$traffic_dir/known-hosts" "root@$lab_server" "$@"
}

copied_by_ssh() {
    over_ssh "cat >$traffic_dir/copied" <"$traffic_dir/www/file" && cmp "$traffic_dir/copied" "$traffic_dir/www/file" &&
        over_ssh "cat $traffic_dir/copied" | cmp - "$traffic_dir/www/file"
}

checks_ssh() {
    if [ "$(cat /proc/self/setgroups 2>/dev/null)" = deny ]; then
        say 'NOT TESTED: ssh (its server changes its groups, which this user may not: type sudo)'
        return
    fi
    e2e_check "$1: ssh runs a command" over_ssh true
    e2e_check "$1: ssh copies a file there and back" copied_by_ssh
}

download() {
    local sum
    sum=$(lab_exec client curl -sS -m 60 "http://$1/file" | sha256sum)
    [ "$sum" = "$(sha256sum <"$traffic_dir/www/file")" ]
}

# Before its answer dig tells of each try that found none.
resolve() { lab_exec client dig +short "@$1" www.fairway.test | tee /dev/stderr | tail -1 | grep -qx 10.2.0.80; }

# iperf3 waits for ever if its first datagram or the answer is lost: each try has a server of its own. Of what is lost it
# takes off what came twice.
iperf_udp() {
    local port
    for port in 5211 5212 5213 5214 5215; do
        in_background server iperf-udp.log iperf3 -s -1 -p "$port"
        sleep 0.2
        lab_exec client timeout 8 iperf3 -c "$lab_server" -p "$port" -t 2 -u -b 10M -l 1100 -J >"$traffic_dir/u.json" &&
            break
        kill "$traffic_pid"
    done
    jq .end.sum "$traffic_dir/u.json"
    # What came twice counts there as if it made up for what was lost; the sum may even be negative.
    jq -e '.end.sum.packets > 1500 and .end.sum.lost_percent < 8' "$traffic_dir/u.json"
}

# answered MOST_DOUBLES: ping loses what two crossings of the link lose (9.75 %, five deviations around it), and of its
# answers no more come twice than the link doubled of two packets each (5.9 %).
answered() {
    local answers doubles
    lab_exec client ping -c "$pings" -i 0.01 -W 2 "$lab_server" >"$traffic_dir/bad-ping.txt" || true
    answers=$(grep -c 'bytes from.*ms$' "$traffic_dir/bad-ping.txt" || true)
    doubles=$(grep -c 'DUP!' "$traffic_dir/bad-ping.txt" || true)
    echo "of $pings echoes $answers came back, and $doubles of them again"
    [ "$answers" -ge $((pings * 81 / 100)) ] && [ "$answers" -le $((pings * 98 / 100)) ] && [ "$doubles" -le "$1" ] &&
        ! grep -E 'wrong data|BAD|Unreachable' "$traffic_dir/bad-ping.txt"
}

link_did() { jq "[.toFar.$1, .toNear.$1] | add" "$traffic_dir/bad-link.json"; }

replays() { e2e_drops PAYLOAD_REPLAYED $node_names; }

# Of the frames that the link doubled, those with a seal are told from the first ones, and nothing else is taken for one.
only_doubles_are_replays() {
    local replays doubled
    sleep 0.5
    replays=$(replays) doubled=$(link_did duplicated)
    echo "the link doubled $doubled frames, $replays sealed packets came for a second time"
    [ "$replays" -gt $((doubled / 4)) ] && [ "$replays" -le "$doubled" ]
}

# Late packets are inside of the replay window: none may be refused.
late_ones_pass() {
    local before after
    # shellcheck disable=SC2086
    traffic_bad_link $late
    sleep 0.2
    before=$(replays)
    lab_exec client iperf3 -c "$lab_server" -t 2 -u -b 40M -l 1100 -J >"$traffic_dir/late.json"
    download "$lab_server" || return 1
    sleep 0.5
    after=$(replays)
    echo "replays: $before -> $after; late: $(link_did held) of $(link_did frames)"
    jq .end.sum "$traffic_dir/late.json"
    [ "$(link_did held)" -gt 1000 ] && [ "$after" = "$before" ] &&
        jq -e '.end.sum.lost_percent < 1' "$traffic_dir/late.json"
}

# A late answer of a session that is over says too little to begin one (METADATA_INCOMPLETE): that refuses nothing.
none_rejected() {
    for name in $node_names; do node_ask "$name" drops; done |
        jq -cs '[.[][] | select(.count > 0 and (.reason | IN("PAYLOAD_BAD_SEAL", "PAYLOAD_NOT_SEALED",
            "METADATA_MALFORMED", "METADATA_BAD_HMAC", "METADATA_NOT_DECRYPTED", "METADATA_OTHER_SESSION",
            "BAD_L4_CHECKSUM", "TCP_OUT_OF_WINDOW")))]' | tee /dev/stderr | grep -qx '\[\]'
}

# checks NAME MOST_DOUBLES
checks() {
    e2e_check "$1: ping" answered "$2"
    e2e_check "$1: dig, IPv4 and IPv6" eval 'resolve "$lab_server" && resolve "$lab_server_v6"'
    e2e_check "$1: curl over IPv4 gets the file whole" download "$lab_server"
    e2e_check "$1: curl over IPv6 gets the file whole" download "[$lab_server_v6]"
    e2e_check "$1: iperf3 TCP" lab_exec client iperf3 -c "$lab_server" -t 1
    e2e_check "$1: iperf3 TCP, reverse" lab_exec client iperf3 -c "$lab_server" -t 1 -R
    e2e_check "$1: iperf3 UDP loses what the link loses" iperf_udp
    checks_ssh "$1"
    e2e_check "$1: every connection still echoes" e2e_echo_alive 30
    e2e_check "$1: nothing that an honest router sent was refused" none_rejected
}

run() {
    node_config=$node_root/$1.json
    node_start_all
    # shellcheck disable=SC2086
    traffic_bad_link $bad
    traffic_connections 50 --lost-after-ms 60000
}

node_names='node0 remote0'
make_configs
traffic_servers 1
head -c "$((file_mib << 20))" /dev/urandom >"$traffic_dir/www/file"
ssh_server
run sealed
checks sealed 0
e2e_check 'sealed: only what the link doubled is a replay' only_doubles_are_replays
e2e_check 'sealed: what comes late is no replay' late_ones_pass
kill "${traffic_pids[@]}"
# shellcheck disable=SC2086
node_stop_these $node_names
run clear
checks clear $((pings * 12 / 100))
e2e_end
