#!/usr/bin/env bash
# Everything sealed between two routers: real programs, large packets, nothing readable on the WAN; then other ciphers.
#
#   client --- node0 --- [WAN, captured] --- remote --- server
set -eu
. "$(dirname "$0")/../lib/e2e.sh"
e2e_begin fairway

configure() {
    jq --arg encryption "$1" -f "$deploy_dir/lab/sealed.jq" "$deploy_dir/lab/lab.json" |
        jq -f "$deploy_dir/lab/alone.jq" >"$node_root/sealed.json"
}

download() {
    local sum
    sum=$(lab_exec client curl -sS -m 30 "http://$lab_server/big" | sha256sum | cut -d' ' -f1)
    [ "$sum" = "$(cat "$traffic_dir/big.sha256")" ]
}

resolve() { [ "$(lab_exec client dig +short +tries=1 +time=3 "$@" "@$lab_server" www.fairway.test)" = 10.2.0.80 ]; }

ping_with() { lab_exec client ping -c 5 -i 0.1 -W 3 -p 666169727761792d7061747465726e "$@" "$lab_server"; }

unreadable() {
    [ "$(tcpdump -nr "$traffic_dir/wan.pcap" 2>/dev/null | wc -l)" -gt 100 ] || return 1
    ! grep -aqE 'staff|fairway.test|HTTP/1|fairway-pattern' "$traffic_dir/wan.pcap" || return 1
    ! tcpdump -nr "$traffic_dir/wan.pcap" 'net 10.0.0.0/8 or (ip[6:2] & 0x3fff != 0)' 2>/dev/null | grep .
}

iperf_udp() {
    lab_exec client iperf3 -c "$lab_server" -t 2 -u -b 20M -l "$1" -J >"$traffic_dir/u.json"
    jq .end.sum "$traffic_dir/u.json"
    jq -e '.end.sum.packets > 300 and .end.sum.lost_percent < 5' "$traffic_dir/u.json"
}

# Adaptive encryption: what TLS protects crosses as its endpoints made it, and nothing else does.
tls_server() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=www.fairway.test -days 1 \
        -keyout "$traffic_dir/tls.key" -out "$traffic_dir/tls.crt" 2>/dev/null
    in_background server tls.log openssl s_server -accept 443 -www -key "$traffic_dir/tls.key" -cert "$traffic_dir/tls.crt"
    wait_for 10 'the TLS server' grep -q ACCEPT "$traffic_dir/tls.log"
}

tls_download() {
    lab_exec client curl -sS -m 10 --cacert "$traffic_dir/tls.crt" --resolve "www.fairway.test:443:$lab_server" \
        https://www.fairway.test/ | grep -q 'Ciphers supported'
}

# The name that the client asks for stands in its hello; behind it come records of TLS, the first byte of which is 20 to 23.
tls_as_it_is() {
    grep -aq 'www.fairway.test' "$traffic_dir/tls.pcap" || return 1
    tcpdump -nr "$traffic_dir/tls.pcap" 'tcp[((tcp[12] & 0xf0) >> 2)] >= 20 and tcp[((tcp[12] & 0xf0) >> 2)] <= 23 and
        tcp[((tcp[12] & 0xf0) >> 2) + 1] = 3' 2>/dev/null | grep .
}

again_with() {
    # shellcheck disable=SC2086
    node_stop_these $node_names
    configure "$1"
    node_start_all
}

node_names='node0 remote0'
configure aes-256-gcm
node_config=$node_root/sealed.json
node_start_all
traffic_servers 1
tcpdump -Z root -i wanbr -s 0 -c 20000 -w "$traffic_dir/wan.pcap" ip 2>/dev/null &
capture=$!
sleep 0.5
e2e_check 'ping' ping_with
e2e_check 'ping with 1,472 bytes, which just do not fit' ping_with -s 1472
e2e_check 'ping with 8,000 bytes' ping_with -s 8000
e2e_check 'dig over UDP' resolve
e2e_check 'dig over TCP' resolve +tcp
e2e_check 'curl' download
e2e_check 'iperf3 TCP, 4 streams' lab_exec client iperf3 -c "$lab_server" -t 2 -P 4
e2e_check 'iperf3 TCP, reverse' lab_exec client iperf3 -c "$lab_server" -t 2 -R
e2e_check 'iperf3 UDP' iperf_udp 1200
e2e_check 'iperf3 UDP in datagrams of 8,000 bytes' iperf_udp 8000
kill -INT "$capture" 2>/dev/null || true # It may have seen enough.
wait "$capture" || true
e2e_check 'nothing readable, no address, no fragment crosses the WAN' unreadable
tls_server
tcpdump -Z root -i wanbr -s 0 --immediate-mode -U -w "$traffic_dir/tls.pcap" tcp 2>/dev/null &
capture=$!
sleep 0.5
e2e_check 'curl over TLS' tls_download
kill -INT "$capture" 2>/dev/null || true # It may have seen enough.
wait "$capture" || true
e2e_check 'TLS is not sealed once more' tls_as_it_is
e2e_check 'aes-128-cbc: all nodes start again' again_with aes-128-cbc
e2e_check 'aes-128-cbc: curl' download
e2e_check 'aes-128-cbc: ping with 8,000 bytes' ping_with -s 8000
e2e_end
