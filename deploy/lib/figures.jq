# Everything that the traffic programs measured, as one object. Arguments: see traffic_figures in traffic.sh.

# The longest run of intervals in which nothing came, in ms.
def longest_silence:
    reduce .[] as $i ({run: 0, most: 0};
        if $i.bytes == 0 then .run += $i.seconds * 1000 | .most = ([.most, .run] | max) else .run = 0 end)
    | .most;

# The longest gap before and after the second of the kill, from pairs of second and ms.
def around_the_kill:
    (.gaps // []) as $gaps | del(.gaps)
    | .longestGapBeforeMs = ([$gaps[] | select(.[0] < $killed) | .[1]] | max // 0)
    | .longestGapMs = ([$gaps[] | select(.[0] >= $killed) | .[1]] | max // 0);

{
    download: ($curl[0] | {bytes, checksumEqual: (.sha256 == $sha256), gaps} | around_the_kill),
    echo: ($echo[0] | around_the_kill),
    udpToServer: ($forward[0] | around_the_kill),
    udpToClient: ($reverse[0] | around_the_kill),
    iperfTcp: {
        error: $tcp[0].error,
        mbps: (($tcp[0].end.sum_received.bits_per_second // 0) / 1e6),
        longestGapMs: ([$tcp[0].intervals[]? | .sum] | longest_silence)
    },
    # 1,200 bytes at 10 Mb/s: a packet every 0.96 ms.
    iperfUdp: ($udp[0] | {error, lost: (.end.sum.lost_packets // 0), packets: (.end.sum.packets // 0)}
        | .longestGapMs = .lost * 0.96),
    ping: ($ping | around_the_kill),
    dig: ($dig | around_the_kill)
}
