# Seals what the lab's routers carry: metadata and every service's payload, by AES-256-GCM.
# jq -f sealed.jq lab.json; --arg encryption NAME chooses another cipher of the payload,
# --arg adaptive no seals also what its endpoints encrypt.
."fairway-authority:authority" |= (
    ."security-policy" = [
        { name: "lab", encryption: "aes-256-cbc", hmac: "sha256-128" },
        {
            name: "sealed",
            encryption: ($ARGS.named.encryption // "aes-256-gcm"),
            "adaptive-encryption": ($ARGS.named.adaptive != "no")
        }
    ]
    | .service |= map(.security = "sealed")
)
