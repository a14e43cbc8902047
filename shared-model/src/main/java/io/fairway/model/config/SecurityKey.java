package io.fairway.model.config;

/**
 * A key for HMAC-SHA256-128 over packets with metadata.
 *
 * @param id the security id that travels in TLV 16, 1 to 2^31-1
 * @param policy the security policy's name that travels in TLV 15
 * @param hmacKey the key, 32 bytes
 */
public record SecurityKey(int id, String policy, Secret hmacKey) {}
