# One measurement each: appends "NAME VALUE" to the results of this kind of router. Sourced by deploy/bench/run and
# deploy/bench/tunnels.

bench_rows='tcp1:TCP, 1 stream, Gb/s
tcp4:TCP, 4 streams, Gb/s
udp1:64-byte packets, 1 flow, thousands/s
udp1000:64-byte packets, 1,000 flows, thousands/s
rtt50:TCP round trip, p50, us
rtt99:TCP round trip, p99, us
syn:new TCP sessions/s
gap50:longest gap at takeover, median, ms
gapmax:longest gap at takeover, worst, ms
lost:connections lost in all takeovers
heap:heap per idle session, bytes
offheap:off-heap with all sessions, MiB'

note() { printf '%s %s\n' "$1" "$2" >>"$results/$inside_kind"; }

bench_servers() {
    in_background server iperf-server.log iperf3 -s -p 5201
    meter server echo-server --ports 7000-7003
    meter server udp-reflector --port 7100
    wait_for 10 'the echo server' test -s "$traffic_dir/echo-server.json"
    lab_exec client ping -c 3 -i 0.1 -W 5 "$lab_server" >/dev/null || say 'no ping comes through'
}

measure_round() {
    measure_tcp tcp1 1
    measure_tcp tcp4 4
    measure_packets udp1 1
    measure_packets udp1000 1000
    measure_round_trip
    measure_new_sessions
}

measure_tcp() {
    lab_exec client iperf3 -J -c "$lab_server" -p 5201 -P "$2" -t "$seconds" >"$traffic_dir/iperf.json" || true
    note "$1" "$(figure iperf '(.end.sum_received.bits_per_second // 0) / 1e7 | round / 100')"
}

# What comes out at the far end while the sender sends as fast as it can.
measure_packets() {
    meter server udp-sink --ports 7200
    local sink=$traffic_pid
    sleep 1
    meter_now client udp-blast --host "$lab_server" --ports 7200 --flows "$2" --seconds "$seconds"
    sleep 0.3
    kill "$sink"
    wait "$sink" || true
    note "$1" "$(figure udp-sink '.perSecond / 1000 | round')"
}

measure_round_trip() {
    meter_now client tcp-ping-pong --to "$lab_server:7000"
    note rtt50 "$(figure tcp-ping-pong '.p50Us | round')"
    note rtt99 "$(figure tcp-ping-pong '.p99Us | round')"
}

measure_new_sessions() {
    meter_now client syn-rate --host "$lab_server" --ports 7000-7003 --seconds "$seconds"
    note syn "$(figure syn-rate '.perSecond | round')"
    [ "$(figure syn-rate .failed)" = 0 ] || say "$(figure syn-rate .failed) sessions failed to open"
}

# kill -9 of the owner, again and again; each time a new probe, and 100 connections that must all survive everything.
measure_takeovers() {
    local i
    meter client echo-clients --to "$lab_server:7000" --count 100
    wait_for 30 'the echo connections' traffic_settled
    for ((i = 1; i <= $1; i++)); do
        measure_takeover
    done
    note lost "$(figure echo-clients .lost)"
    note gap50 "$(sed -n 's/^gap //p' "$results/$inside_kind" | median)"
    note gapmax "$(sed -n 's/^gap //p' "$results/$inside_kind" | sort -n | tail -1)"
}

measure_takeover() {
    local owner old killed
    owner=$(node_owner node0)
    meter client udp-probe --to "$lab_server:7100"
    sleep 1.5
    old=$(node_pid "$owner")
    killed=$EPOCHSECONDS
    node_kill "$owner"
    sleep 2
    kill "$traffic_pid"
    wait "$traffic_pid" || true
    note gap "$(figure udp-probe "[.outages[] | select(.[0] >= $killed) | .[1]] | max // 0")"
    wait_for 60 "$owner to be back" node_is_back "$owner" "$old"
    wait_for 60 'the pair' node_is_paired "$(node_other "$owner")"
}

# Heap after a collection and memory outside the heap, before and at so many idle UDP sessions.
measure_memory() {
    local pid heap_before heap_after seen
    pid=$(node_pid node0)
    heap_before=$(heap_bytes "$pid")
    meter_now client udp-blast --host "$lab_server" --ports 7300-7549 --flows "$1" --packets "$1" \
        --rate 1500 --seconds 150
    sleep 1
    seen=$(node_ask node0 counters | jq '.[] | select(.name == "sessions in the flow table").value')
    heap_after=$(heap_bytes "$pid")
    note heap "$(((heap_after - heap_before) / (seen > 0 ? seen : 1)))"
    note offheap "$((($(resident_bytes "$pid") - $(heap_capacity "$pid")) >> 20))"
    say "$seen sessions, heap $((heap_before >> 20)) -> $((heap_after >> 20)) MiB"
}

heap_bytes() {
    jcmd "$1" GC.run >/dev/null
    heap_sum "$1" 's/.*total.* used \([0-9]*\)K.*/\1/p'
}

heap_capacity() { heap_sum "$1" 's/.* total \([0-9]*\)K.*/\1/p'; }

heap_sum() { jcmd "$1" GC.heap_info | sed -n "$2" | awk '{ sum += $1 } END { print sum * 1024 }'; }

resident_bytes() { awk '/^Rss:/ { print $2 * 1024 }' "/proc/$1/smaps_rollup"; }

median() { sort -n | awk '{ a[NR] = $1 } END { if (NR) print a[int((NR + 1) / 2)] }'; }

# table FOLDER KIND...: one row per measurement, one column per kind.
table() {
    local folder=$1 entry name kind
    shift
    printf '| | %s |\n' "$(printf '%s | ' "$@" | sed 's/ | $//')"
    printf '|---|%s\n' "$(printf -- '---|%.0s' "$@")"
    while read -r entry; do
        name=${entry%%:*}
        printf '| %s |' "${entry#*:}"
        for kind in "$@"; do
            printf ' %s |' "$(sed -n "s/^$name //p" "$folder/$kind" 2>/dev/null | median | grep . || echo –)"
        done
        printf '\n'
    done <<<"$bench_rows"
}

# In general words, so that the table can be published.
machine() {
    printf 'Machine: %s cores, %s GiB, Linux %s, JDK %s; %s rounds of %s s, medians.\n\n' "$(nproc)" \
        "$(awk '/MemTotal/ { printf "%d", $2 / 1048576 + 0.5 }' /proc/meminfo)" "$(uname -r | cut -d. -f1,2)" \
        "$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$JAVA_HOME/release")" "$rounds" "$seconds"
}
