# The table of deploy/bench/failover from its JSON.

def ms: if . >= 10 then round else . * 10 | round / 10 end;
def row: "| \(map(tostring) | join(" | ")) |";
def three: "\(.median | ms) / \(.p99 | ms) / \(.max | ms)";

"Machine: \(.machine.cores) cores, \(.machine.gib) GiB, Linux \(.machine.linux), JDK \(.machine.jdk), keepalived \(
.machine.keepalived), conntrackd \(.machine.conntrackd); load average \(.machine.before) before, \(
.machine.after) after. \(.machine.date). Times in ms: median / p99 / max.",
"",
([
    "fault", "router", "repeats (disturbed)", "UDP to server, outage", "UDP to client, outage", "TCP ping-pong, longest",
    "\(.measured[0].connectionCount) connections, longest", "new session, longest", "packets lost", "twice",
    "connections lost", "young sessions lost", "openings failed"
] | row, (map("---") | row)),
(.measured | sort_by(.fault)[] | [
    .fault, "\(.kind)\(if .realtime then "" else ", no real time" end)", "\(.repeats) (\(.disturbed))",
    (.udpToServer.outageMs | three), (.udpToClient.outageMs | three), (.pingPong.longestMs | three),
    (.connections.longestMs | three), (.opening.longestMs | three), .udpToServer.lost + .udpToClient.lost,
    .udpToServer.duplicated + .udpToClient.duplicated, .connections.lost + .pingPong.lost,
    "\(.young.lost) of \(.young.sessions)", .opening.lost
] | row)
