# Real clients and servers in the lab: nginx and curl, iperf3, dnsmasq and dig, ping, and our own meters.
# Sourced after lab.sh. Every figure ends in a JSON file under $traffic_dir.

traffic_dir=/run/lab/traffic
traffic_bin=$deploy_dir/bin/traffic
traffic_file_mb=64
traffic_pids=()

# in_background NAMESPACE LOG command...: started, its process in traffic_pid (the program itself, no shell between).
in_background() {
    local name=$1 log=$2
    shift 2
    nsenter --net="/run/netns/$name" -- "$@" >"$traffic_dir/$log" 2>&1 </dev/null &
    traffic_pid=$!
}

# meter NAMESPACE PROGRAM option...: one of our own programs in the background; its figures go to PROGRAM.json.
meter() {
    local name=$1 program=$2
    shift 2
    in_background "$name" "$program.log" "$traffic_bin" "$program" "$@" --out "$traffic_dir/$program.json"
}

# The same in the foreground.
meter_now() {
    local name=$1 program=$2
    shift 2
    lab_exec "$name" "$traffic_bin" "$program" "$@" --out "$traffic_dir/$program.json"
}

# figure PROGRAM EXPRESSION: a number from what the program reported last.
figure() { jq -r "$2" "$traffic_dir/$1.json"; }

# traffic_bad_link option...: (from now on) this is what the lab's bad link does; its figures go to bad-link.json.
traffic_bad_link() {
    if [ -n "${traffic_link:-}" ]; then
        kill "$traffic_link"
        wait "$traffic_link" || true
    fi
    rm -f "$traffic_dir/bad-link.json"
    meter badlink bad-link --near near0 --far far0 --seed "${FAIRWAY_LAB_SEED:-$RANDOM}" "$@"
    traffic_link=$traffic_pid
    wait_for 10 'the bad link' test -s "$traffic_dir/bad-link.json"
}

# traffic_servers SECONDS: the download lasts that long.
traffic_servers() {
    traffic_kib_s=$((traffic_file_mb * 1024 / $1))
    mkdir -p "$traffic_dir/www"
    head -c "$((traffic_file_mb << 20))" /dev/urandom >"$traffic_dir/www/big"
    echo 'served by nginx' >"$traffic_dir/www/small"
    sha256sum <"$traffic_dir/www/big" | cut -d' ' -f1 >"$traffic_dir/big.sha256"
    traffic_nginx_conf >"$traffic_dir/nginx.conf"
    in_background server nginx.log nginx -p "$traffic_dir" -e stderr -c "$traffic_dir/nginx.conf"
    local port
    for port in 5201 5202 5203; do
        in_background server "iperf-server-$port.log" iperf3 -s -p "$port"
    done
    in_background server dnsmasq.log dnsmasq --keep-in-foreground --user=root --group= --no-resolv --no-hosts \
        --no-daemon --port=53 --pid-file= --conf-file=/dev/null --address=/fairway.test/10.2.0.80
    meter server echo-server --ports 7000-7003
    meter server udp-reflector --port 7100
    wait_for 10 'the servers' traffic_servers_listen
}

traffic_servers_listen() {
    local listening
    listening=$(lab_exec server ss -Hltun | awk '{sub(/.*:/, "", $5); print $1 $5}')
    local port
    for port in tcp80 tcp5203 tcp7003 udp7100 udp53; do
        grep -qx "$port" <<<"$listening" || return 1
    done
}

# With traffic_listen=[::]:80 also over IPv6.
traffic_nginx_conf() {
    cat <<CONF
user root;
daemon off;
worker_processes 1;
pid $traffic_dir/nginx.pid;
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path $traffic_dir/t1; proxy_temp_path $traffic_dir/t2; fastcgi_temp_path $traffic_dir/t3;
    uwsgi_temp_path $traffic_dir/t4; scgi_temp_path $traffic_dir/t5;
    # The limit spreads the download over the whole time; small chunks make it flow instead of jump.
    server {
        listen 80;
        ${traffic_listen:+listen $traffic_listen;}
        root $traffic_dir/www;
        location = /big { sendfile on; sendfile_max_chunk 32k; limit_rate ${traffic_kib_s}k; }
    }
}
CONF
}

# traffic_connections N [option...]: opens as many TCP connections, each of which echoes once a second, and waits until
# they do.
traffic_connections() {
    meter client echo-clients --to "$lab_server:7000" --count "$1" --rate 500 --period-ms 1000 "${@:2}"
    traffic_pids+=("$traffic_pid")
    wait_for 60 'the connections' traffic_settled
}

# traffic_clients SECONDS: traffic of every other kind; the meters among it go on until traffic_stop.
traffic_clients() {
    local seconds=$1
    meter client udp-probe --to "$lab_server:7100"
    traffic_pids+=("$traffic_pid")
    in_background client ping.txt ping -D -i 0.01 "$lab_server"
    traffic_ping=$traffic_pid
    in_background client iperf-tcp.json iperf3 -J -c "$lab_server" -p 5201 -b 100M -i 0.1 -t "$seconds"
    traffic_iperf_tcp=$traffic_pid
    in_background client iperf-udp.json iperf3 -J -c "$lab_server" -p 5202 -u -b 10M -l 1000 -i 0.1 -t "$seconds"
    traffic_iperf_udp=$traffic_pid
    traffic_download &
    traffic_curl=$!
    in_background client dig.txt bash -c \
        "$(declare -f traffic_dig_loop); traffic_dig_loop $lab_server $traffic_dir/stop"
    traffic_dig=$traffic_pid
}

traffic_download() {
    lab_exec client curl -sSN "http://$lab_server/big" 2>"$traffic_dir/curl.log" |
        "$traffic_bin" stall-meter --out "$traffic_dir/curl.json"
}

# One question after the other, each a session of its own: time in ms and the answer.
traffic_dig_loop() {
    local name=0 answer
    until [ -e "$2" ]; do
        name=$((name + 1))
        answer=$(dig +short +tries=1 +time=1 "@$1" "n$name.fairway.test" 2>/dev/null | tail -1)
        printf '%s %s\n' "${EPOCHREALTIME/./}" "$answer"
        sleep 0.05
    done
}

# Ends the endless ones and waits for the rest. Returns false if one of the finite ones failed.
traffic_stop() {
    local good=0
    wait "$traffic_curl" || { say 'curl failed'; good=1; }
    wait "$traffic_iperf_tcp" || { say 'iperf3 over TCP failed'; good=1; }
    wait "$traffic_iperf_udp" || { say 'iperf3 over UDP failed'; good=1; }
    touch "$traffic_dir/stop"
    kill -INT "$traffic_ping" 2>/dev/null
    kill "${traffic_pids[@]}" 2>/dev/null
    wait "$traffic_ping" "$traffic_dig" "${traffic_pids[@]}" 2>/dev/null
    return "$good"
}

traffic_settled() { [ "$(figure echo-clients .settled 2>/dev/null)" = true ]; }

# traffic_figures SECOND: everything that was measured, as one JSON object; gaps are told apart by this second.
traffic_figures() {
    jq -n -f "$deploy_dir/lib/figures.jq" --argjson killed "$1" --arg sha256 "$(cat "$traffic_dir/big.sha256")" \
        --slurpfile curl "$traffic_dir/curl.json" --slurpfile echo "$traffic_dir/echo-clients.json" \
        --slurpfile forward "$traffic_dir/udp-reflector.json" --slurpfile reverse "$traffic_dir/udp-probe.json" \
        --slurpfile tcp "$traffic_dir/iperf-tcp.json" --slurpfile udp "$traffic_dir/iperf-udp.json" \
        --argjson ping "$(traffic_ping_figures)" --argjson dig "$(traffic_dig_figures)"
}

# Gaps as pairs of second and ms, like those of our own meters.
traffic_ping_figures() {
    awk -F'[][ ]' '/bytes from/ { n++; at = int($2); if (last && $2 - last > gap[at]) gap[at] = $2 - last; last = $2 }
        /packets transmitted/ { sent = $1 }
        END { printf "{\"sent\":%d,\"received\":%d,\"lost\":%d,\"gaps\":[", sent, n, sent - n
            for (at in gap) printf "%s[%d,%.1f]", comma++ ? "," : "", at, gap[at] * 1000
            print "]}" }' "$traffic_dir/ping.txt"
}

traffic_dig_figures() {
    awk '{ asked++; at = int($1 / 1000000) }
        $2 == "10.2.0.80" { n++; if (last && $1 - last > gap[at]) gap[at] = $1 - last; last = $1 }
        END { printf "{\"asked\":%d,\"answered\":%d,\"gaps\":[", asked, n
            for (at in gap) printf "%s[%d,%.1f]", comma++ ? "," : "", at, gap[at] / 1000
            print "]}" }' "$traffic_dir/dig.txt"
}
