# The demo's report as text: columns are separated by tabs.

def ms: . * 10 | round / 10 | "\(.) ms";
def of_lost: "\(.lost) of \(.received + .lost) lost, \(.duplicated) twice";

"",
"killed with -9\t\(.killed); \(.survivor) took over",
"sessions before\t\(.sessionsBefore), of which \(.replicatedBefore) replicated at that moment",
"sessions after\t\(.sessionsAfter)",
"sessions lost\t\(.sessionsLost)",
"",
"traffic\tlongest gap\tresult",
(.traffic
    | (.download | "curl download\t\(.longestGapMs | ms)\t\(.bytes / 1048576 | floor) MiB, checksum "
        + if .checksumEqual then "equal" else "DIFFERENT" end),
    (.echo | "\(.wanted) TCP connections\t\(.longestGapMs | ms)\t\(.alive) alive, \(.lost) lost, "
        + "median gap \(.medianLongestWaitMs | ms)"),
    (.udpToServer | "UDP 1 ms, to server\t\(.longestGapMs | ms)\t\(of_lost)"),
    (.udpToClient | "UDP 1 ms, to client\t\(.longestGapMs | ms)\t\(of_lost)"),
    (.iperfTcp | "iperf3 TCP\t\(.longestGapMs | ms)\t\(.error // "\(.mbps | round) Mb/s")"),
    (.iperfUdp | "iperf3 UDP\t\(.longestGapMs | ms)\t\(.error // "\(.lost) of \(.packets) lost")"),
    (.ping | "ping every 10 ms\t\(.longestGapMs | ms)\t\(.lost) of \(.sent) lost"),
    (.dig | "dig\t\(.longestGapMs | ms)\t\(.answered) of \(.asked) answered")),
""
