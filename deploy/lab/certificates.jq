# Gives every router a certificate, which deploy/lib/pki.sh makes beside the configuration: keys are then agreed on.
# jq -f certificates.jq lab.json; --argjson lifetime SECONDS says when they are renewed.
."fairway-authority:authority".router |= map(.peering = {
    certificate: "\(.name).pem",
    "private-key": "\(.name).key",
    "trust-anchor": ["ca.pem"],
    "key-lifetime-s": ($ARGS.named.lifetime // 86400)
})
