# The demo's report as text: columns are separated by tabs.

def ms: . * 10 | round / 10 | "\(.) ms";
def gaps: "\(.longestGapBeforeMs | ms)\t\(.longestGapMs | ms)";
def of_lost: "\(.lost) of \(.received + .lost) lost, \(.duplicated) twice";

"",
"killed with -9\t\(.killed); \(.survivor) took over",
"sessions before\t\(.sessionsBefore), of which \(.replicatedBefore) replicated at that moment",
"sessions after\t\(.sessionsAfter)",
"sessions lost\t\(.sessionsLost)",
"",
"longest gap\tbefore\tafter the kill\tresult",
(.traffic
    | (.download | "curl download\t\(gaps)\t\(.bytes / 1048576 | floor) MiB, checksum "
        + if .checksumEqual then "equal" else "DIFFERENT" end),
    (.echo | "\(.wanted) TCP connections\t\(gaps)\t\(.alive) alive, \(.lost) lost"),
    (.udpToServer | "UDP 1 ms, to server\t\(gaps)\t\(of_lost)"),
    (.udpToClient | "UDP 1 ms, to client\t\(gaps)\t\(of_lost)"),
    (.iperfTcp | "iperf3 TCP\t\t\(.longestGapMs | ms)\t\(.error // "\(.mbps | round) Mb/s")"),
    (.iperfUdp | "iperf3 UDP\t\t\(.longestGapMs | ms)\t\(.error // "\(.lost) of \(.packets) lost")"),
    (.ping | "ping every 10 ms\t\(gaps)\t\(.lost) of \(.sent) lost"),
    (.dig | "dig\t\(gaps)\t\(.answered) of \(.asked) answered")),
""
